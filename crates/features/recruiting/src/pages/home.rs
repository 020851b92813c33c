//! Openings with their seats and candidates, what one is asked to interview, and the form of a new opening.

use super::{
    ACTIVE, Asking, again, candidate_name, failed, line_name, people_choices, refused, required, state_tag, to, whole,
    wrong,
};
use crate::{InterviewState, Line, Needs, NewOpening, Opening, RecruitingError, desk::day};
use axum::{Form, response::Response};
use base::RecordId;
use maud::{Markup, html};
use rules::{log::Origin, recruiting::Stage};
use serde::Deserialize;
use web_kit::{
    CSV, WebError, Words, attached,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Purpose, Row, Table, form, link_button, page_head,
        record_link, tag,
    },
};

#[derive(Deserialize, Default)]
pub struct Typed {
    line: String,
    hiring_manager: String,
    seats: String,
    target_start: String,
}

pub async fn page(asking: Asking) -> Result<Markup, WebError> {
    document(&asking, &Typed::default(), None).await
}

async fn document(
    Asking { asker, recruiting }: &Asking,
    typed: &Typed,
    told: Option<&str>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let who = recruiting.who().await.map_err(failed)?;
    let openings = recruiting.openings().await.map_err(failed)?;
    let lines = recruiting.lines().await.map_err(failed)?;
    let own = recruiting.own_interviews().await.map_err(failed)?;
    let sees = who.plans() || !lines.is_empty() || !openings.is_empty();
    let title = words.t("recruiting");
    let end = html! {
        @if sees {
            (link_button(Purpose::Plain, "/recruiting/plan", None, &words.records("headcount_line")))
            @if who.is_hr { (link_button(Purpose::Plain, "/recruiting/erasure", None, &words.t("recruit-erasure"))) }
            (link_button(Purpose::Plain, "/recruiting/report.csv", Some("download"), "CSV"))
        }
    };
    let content = html! {
        (page_head(&title, Some(&words.t("recruiting-sub")), &end))
        div.stack {
            (wrong(words, told))
            @if sees { (list(words, &openings)) }
            (interviews(words, &own))
            @if sees { (new(words, recruiting, &lines, typed).await?) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn list(words: Words, openings: &[Opening]) -> Markup {
    let row = |one: &Opening| {
        let name = html! {
            (record_link(&format!("/recruiting/openings/{}", one.id), &words.choice("role", &one.role)))
            div.mut.small { (one.hiring_manager.1) " · " (words.date(one.target_start)) }
        };
        let count = |label: String, number: i64| match number {
            0 => Cell::number("–").absent().labelled(label),
            number => Cell::number(words.count(number)).labelled(label),
        };
        let free = if one.state.is_over() { 0 } else { one.seats - one.filled };
        let mut cells = vec![
            Cell::text(state_tag(words, one.state)).labelled(words.t("state")),
            count(words.field("seats"), one.seats),
            count(words.field("seats_filled"), one.filled),
            count(words.t("recruit-free"), free),
        ];
        cells.extend(Stage::ALL.map(|stage| {
            let many = one.stages.get(&stage).copied().unwrap_or_default();
            count(super::stage_name(words, stage), i64::try_from(many).unwrap_or(i64::MAX))
        }));
        Row::new(name, cells)
    };
    let title = words.records("job_opening");
    let mut heads = vec![
        Head::text(words.record("job_opening")),
        Head::text(words.t("state")),
        Head::number(words.field("seats")),
        Head::number(words.field("seats_filled")),
        Head::number(words.t("recruit-free")),
    ];
    heads.extend(Stage::ALL.map(|stage| Head::number(super::stage_name(words, stage))));
    let rows = openings.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    table.in_panel("openings", (&words.t("recruit-none"), &words.t("recruit-none-hint")))
}

/// What one is asked about; what waits stands first.
fn interviews(words: Words, own: &[(crate::Interview, crate::Candidate, Opening)]) -> Markup {
    let row = |(one, candidate, opening): &(crate::Interview, crate::Candidate, Opening)| {
        let link = record_link(&format!("/recruiting/interviews/{}", one.id), &candidate_name(words, candidate));
        let state = match one.state {
            InterviewState::HandedIn => tag(Mood::Good, &words.choice("state", one.state.name())),
            _ => tag(Mood::Warn, &words.choice("state", one.state.name())),
        };
        let cells = vec![
            Cell::text(words.choice("role", &opening.role)).labelled(words.t("role")),
            Cell::text(words.date(one.due)).labelled(words.field("due")),
            Cell::text(state).labelled(words.t("state")),
        ];
        Row::new(link, cells)
    };
    let title = words.t("recruit-own-interviews");
    let heads = vec![
        Head::text(words.record("candidate")),
        Head::text(words.t("role")),
        Head::text(words.field("due")),
        Head::text(words.t("state")),
    ];
    let rows = own.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    table.in_panel("interviews", (&words.t("recruit-no-interviews"), &words.t("recruit-no-interviews-hint")))
}

/// The form of a new opening, where a line has free seats.
async fn new(words: Words, recruiting: &crate::Recruiting, lines: &[Line], typed: &Typed) -> Result<Markup, WebError> {
    let free: Vec<&Line> = lines.iter().filter(|line| line.free() > 0).collect();
    if free.is_empty() {
        return Ok(html! {});
    }
    let choice = |line: &&Line| {
        let seats = words.t_with("recruit-seats-free", &[("count", line.free().into())]);
        Choice { value: line.id.to_string(), label: format!("{} · {seats}", line_name(words, &line.name())) }
    };
    let people = recruiting.people().await.map_err(failed)?;
    let of_line = Choice { value: String::new(), label: words.t("recruit-manager-of-line") };
    let managers = [vec![of_line], people_choices(&people)].concat();
    let fields = [
        required(
            "line",
            words.record("headcount_line"),
            Input::Select { chosen: &typed.line, choices: free.iter().map(choice).collect() },
        ),
        Field::new(
            "hiring_manager",
            words.field("hiring_manager"),
            Input::Select { chosen: &typed.hiring_manager, choices: managers },
        ),
        required("seats", words.field("seats"), Input::Whole(&typed.seats)),
        required("target_start", words.field("target_start"), Input::Date(&typed.target_start)),
    ];
    let (title, save) = (words.t("recruit-new-opening"), words.t("recruit-draft"));
    Ok(form(words, &PageForm::fresh(words, "/recruiting", &title, &save, &fields)))
}

fn read(typed: &Typed) -> Result<NewOpening, RecruitingError> {
    let manager = typed.hiring_manager.trim();
    let manager = match manager {
        "" => None,
        text => Some(RecordId(whole("hiring_manager", text, Needs::Person)?)),
    };
    Ok(NewOpening {
        line: RecordId(whole("line", &typed.line, Needs::Word)?),
        hiring_manager: manager,
        seats: whole("seats", &typed.seats, Needs::Seats)?,
        target_start: day("target_start", &typed.target_start)?,
    })
}

pub async fn draft(asking: Asking, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let done = match read(&typed) {
        Ok(new) => asking.recruiting.draft(&new, Origin::Ui).await,
        Err(error) => Err(error),
    };
    match refused(asking.asker.words, done)? {
        Ok(id) => Ok(to(&format!("/recruiting/openings/{id}"))),
        Err(text) => Ok(again(document(&asking, &typed, Some(&text)).await?)),
    }
}

pub async fn csv(Asking { recruiting, .. }: Asking) -> Result<Response, WebError> {
    Ok(attached(CSV, "recruiting.csv", recruiting.report_csv().await.map_err(failed)?))
}
