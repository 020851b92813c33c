//! The headcount plan: its lines, and the forms to add one and to change its seats.

use super::{ACTIVE, Asking, again, failed, line_name, people_choices, refused, required, to, whole, wrong};
use crate::{Line, Needs, NewLine, Recruiting, RecruitingError, desk::day};
use axum::{Form, response::Response};
use base::RecordId;
use maud::{Markup, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Purpose, Row, Table, form, link_button, page_head,
    },
};

#[derive(Deserialize, Default)]
pub struct Typed {
    role: String,
    team: String,
    manager: String,
    plan_seats: String,
    starts_on: String,
}

#[derive(Deserialize, Default)]
pub struct Changed {
    plan_line: String,
    new_seats: String,
    reason: String,
}

pub async fn page(asking: Asking) -> Result<Markup, WebError> {
    document(&asking, &Typed::default(), &Changed::default(), None).await
}

async fn document(
    Asking { asker, recruiting }: &Asking,
    typed: &Typed,
    changed: &Changed,
    told: Option<&str>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let who = recruiting.who().await.map_err(failed)?;
    let lines = recruiting.lines().await.map_err(failed)?;
    if !who.plans() && lines.is_empty() {
        return Err(WebError::Forbidden);
    }
    let title = words.records("headcount_line");
    let end = link_button(Purpose::Plain, "/recruiting", None, &words.records("job_opening"));
    let content = html! {
        (page_head(&title, Some(&words.t("recruit-plan-sub")), &end))
        div.stack {
            (wrong(words, told))
            (list(words, &title, &lines))
            @if who.plans() {
                (new(words, recruiting, typed).await?)
                @if !lines.is_empty() { (change_form(words, &lines, changed)) }
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn list(words: Words, title: &str, lines: &[Line]) -> Markup {
    let row = |line: &Line| {
        let team = line.team.as_ref().map(|(_, name)| name.clone()).unwrap_or_default();
        let name = html! {
            (words.choice("role", &line.role))
            @if let Some(reason) = &line.reason { div.mut.small { (reason) } }
        };
        let cells = vec![
            Cell::text(team).labelled(words.record("team")),
            Cell::text(line.manager.1.as_str()).labelled(words.field("manager")),
            Cell::text(words.date(line.starts_on)).labelled(words.field("starts_on")),
            Cell::number(words.count(line.seats)).labelled(words.t("recruit-planned")),
            Cell::number(words.count(line.taken)).labelled(words.t("recruit-taken")),
            Cell::number(words.count(line.filled)).labelled(words.field("seats_filled")),
        ];
        Row::new(name, cells)
    };
    let heads = vec![
        Head::text(words.t("role")),
        Head::text(words.record("team")),
        Head::text(words.field("manager")),
        Head::text(words.field("starts_on")),
        Head::number(words.t("recruit-planned")),
        Head::number(words.t("recruit-taken")),
        Head::number(words.field("seats_filled")),
    ];
    let table =
        Table { label: title, heads, rows: lines.iter().map(row).collect(), is_lines: true, ..Table::default() };
    table.in_panel("plan", (&words.t("recruit-no-lines"), &words.t("recruit-no-lines-hint")))
}

async fn new(words: Words, recruiting: &Recruiting, typed: &Typed) -> Result<Markup, WebError> {
    let roles = recruiting.roles().await.map_err(failed)?;
    let in_order: Vec<&str> = access::ROLES.iter().copied().filter(|role| roles.contains_key(*role)).collect();
    let teams = recruiting.team_names().await.map_err(failed)?;
    let none = Choice { value: String::new(), label: "–".to_owned() };
    let teams = teams.into_iter().map(|(id, name)| Choice { value: id.to_string(), label: name });
    let teams = std::iter::once(none).chain(teams).collect();
    let people = recruiting.people().await.map_err(failed)?;
    let fields = [
        required(
            "role",
            words.t("role"),
            Input::Select { chosen: &typed.role, choices: super::choices_of(words, "role", &in_order) },
        ),
        Field::new("team", words.record("team"), Input::Select { chosen: &typed.team, choices: teams }),
        required(
            "manager",
            words.field("manager"),
            Input::Select { chosen: &typed.manager, choices: people_choices(&people) },
        ),
        required("plan_seats", words.field("seats"), Input::Whole(&typed.plan_seats)),
        required("starts_on", words.field("starts_on"), Input::Date(&typed.starts_on)),
    ];
    let (title, save) = (words.t("recruit-new-line"), words.t("recruit-add-line"));
    Ok(form(words, &PageForm::fresh(words, "/recruiting/plan", &title, &save, &fields)))
}

fn change_form(words: Words, lines: &[Line], changed: &Changed) -> Markup {
    let choice = |line: &Line| Choice { value: line.id.to_string(), label: line_name(words, &line.name()) };
    let choices = lines.iter().map(choice).collect();
    let fields = [
        required("plan_line", words.record("headcount_line"), Input::Select { chosen: &changed.plan_line, choices }),
        required("new_seats", words.field("seats"), Input::Whole(&changed.new_seats)),
        required("reason", words.field("reason"), Input::Text(&changed.reason)),
    ];
    let (title, save) = (words.t("recruit-change-seats"), words.t("save"));
    form(words, &PageForm::fresh(words, "/recruiting/plan/seats", &title, &save, &fields))
}

fn read(typed: &Typed) -> Result<NewLine, RecruitingError> {
    let team = match typed.team.trim() {
        "" => None,
        text => Some(RecordId(whole("team", text, Needs::Word)?)),
    };
    Ok(NewLine {
        role: typed.role.trim().to_owned(),
        team,
        manager: RecordId(whole("manager", &typed.manager, Needs::Person)?),
        seats: whole("seats", &typed.plan_seats, Needs::Seats)?,
        starts_on: day("starts_on", &typed.starts_on)?,
    })
}

pub async fn add(asking: Asking, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let done = match read(&typed) {
        Ok(new) => asking.recruiting.add_line(&new, Origin::Ui).await,
        Err(error) => Err(error),
    };
    match refused(asking.asker.words, done)? {
        Ok(_) => Ok(to("/recruiting/plan")),
        Err(text) => Ok(again(document(&asking, &typed, &Changed::default(), Some(&text)).await?)),
    }
}

pub async fn change(asking: Asking, Form(changed): Form<Changed>) -> Result<Response, WebError> {
    let of = || {
        let line = whole("line", &changed.plan_line, Needs::Word)?;
        Ok::<_, RecruitingError>((RecordId(line), whole("seats", &changed.new_seats, Needs::Seats)?))
    };
    let done = match of() {
        Ok((line, seats)) => asking.recruiting.change_line(line, seats, &changed.reason, None, Origin::Ui).await,
        Err(error) => Err(error),
    };
    match refused(asking.asker.words, done)? {
        Ok(()) => Ok(to("/recruiting/plan")),
        Err(text) => Ok(again(document(&asking, &Typed::default(), &changed, Some(&text)).await?)),
    }
}
