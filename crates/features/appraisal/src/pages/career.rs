//! What somebody wants to become, how ready they are, and the talks about it; on the page of their development.

use super::{Asking, day, failed};
use crate::{CareerTalk, Development, NewCareerTalk, NewWish, Wish};
use axum::{Form, extract::Path, response::Redirect};
use base::RecordId;
use jiff::{ToSpan, civil::Date};
use maud::{Markup, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Choice, Field, Form as PageForm, Input, Mood, Panel, empty, facts, form, tag},
};

/// Until they talk again, where nothing else is said.
const MONTHS: i32 = 6;

/// The wish, the talks, and the form of whoever reads: the person's wish, or a talk with them.
pub fn part(words: Words, plan: &Development, today: Date) -> Markup {
    let title = words.t("career");
    let career = &plan.career;
    let body = html! {
        @match career.wish() {
            Some(wish) => { p.pre { (wish.wish) } (facts(&about(words, plan, wish))) }
            None => (empty(&words.t("career-none"), &words.t(if plan.is_others { "career-none-others" } else { "career-none-hint" }), None)),
        }
    };
    let late = career.follow_up().filter(|day| *day < today);
    let talks = html! {
        ul.plain.stack { @for talk in &career.talks { li { (told(words, talk)) } } }
        @if let Some(day) = late { p { (tag(Mood::Bad, &words.t_with("career-late", &[("date", words.date(day).into())]))) } }
    };
    let title_of_talks = words.t("career-talks");
    html! {
        (Panel { id: "career", title: &title, note: Some(&words.t("career-readers")), body, ..Panel::default() })
        @if !career.talks.is_empty() { (Panel { id: "career-talks", title: &title_of_talks, body: talks, ..Panel::default() }) }
        @if plan.is_others { (talk_form(words, plan, today)) } @else { (wish_form(words, plan)) }
    }
}

/// By when, which role, how much of what it expects was seen, and what was wanted before.
fn about(words: Words, plan: &Development, wish: &Wish) -> Vec<(String, String)> {
    let mut rows = Vec::new();
    rows.extend(wish.role.as_deref().map(|role| (words.t("career-role"), words.choice("role", role))));
    rows.extend(wish.by.map(|day| (words.t("career-by"), words.date(day))));
    rows.push((words.t("career-stated"), words.date(wish.stated_on)));
    rows.extend(plan.wished.as_ref().map(|expected| {
        let met = expected.iter().filter(|one| one.is_met()).count();
        let slots = [("done", words.count(met).into()), ("all", words.count(expected.len()).into())];
        (words.t("career-ready"), words.t_with("development-met", &slots))
    }));
    let before = plan.career.wishes.iter().skip(1);
    rows.extend(before.map(|one| {
        let role = one.role.as_deref().map(|role| words.choice("role", role));
        let said = role.map_or_else(|| one.wish.clone(), |role| format!("{role} · {}", one.wish));
        (words.t_with("career-before", &[("date", words.date(one.stated_on).into())]), said)
    }));
    rows
}

fn told(words: Words, talk: &CareerTalk) -> Markup {
    html! {
        b { (words.date(talk.day)) } " " span.mut { (talk.with) }
        p.pre { (talk.agreed) }
        @if let Some(day) = talk.follow_up { div.mut.small { (words.t_with("career-again", &[("date", words.date(day).into())])) } }
    }
}

fn wish_form(words: Words, plan: &Development) -> Markup {
    let wish = plan.career.wish();
    let role = wish.and_then(|wish| wish.role.as_deref()).unwrap_or_default();
    let by = wish.and_then(|wish| wish.by).map(|day| day.to_string()).unwrap_or_default();
    let none = Choice { value: String::new(), label: "–".to_owned() };
    let roles =
        access::ROLES.iter().map(|role| Choice { value: (*role).to_owned(), label: words.choice("role", role) });
    let choices = [none].into_iter().chain(roles).collect();
    let said = wish.map(|wish| wish.wish.as_str()).unwrap_or_default();
    let fields = [
        Field { is_required: true, ..Field::new("wish", words.t("career-wish"), Input::Area(said)) },
        Field::new("wished_role", words.t("career-role"), Input::Select { chosen: role, choices }),
        Field::new("by", words.t("career-by"), Input::Date(&by)),
    ];
    let action = format!("/development/{}/career", plan.person);
    form(words, &PageForm::fresh(words, &action, &words.t("career-say"), &words.t("save"), &fields))
}

fn talk_form(words: Words, plan: &Development, today: Date) -> Markup {
    let (day, again) = (today.to_string(), today.saturating_add(MONTHS.months()).to_string());
    let fields = [
        Field { is_required: true, ..Field::new("day", words.t("field-day"), Input::Date(&day)) },
        Field { is_required: true, ..Field::new("agreed", words.t("field-agreed"), Input::Area("")) },
        Field::new("follow_up", words.t("field-follow_up"), Input::Date(&again)),
    ];
    let action = format!("/development/{}/career-talks", plan.person);
    form(words, &PageForm::fresh(words, &action, &words.t("career-talk"), &words.t("save"), &fields))
}

#[derive(Deserialize)]
pub struct Said {
    wish: String,
    wished_role: String,
    by: String,
}

fn some_day(text: &str) -> Result<Option<Date>, WebError> {
    (!text.trim().is_empty()).then(|| day(text)).transpose()
}

/// One's own: the address says whose, and nobody says it for another.
pub async fn wish(
    Asking { asker, appraisal }: Asking,
    Path(id): Path<i64>,
    Form(said): Form<Said>,
) -> Result<Redirect, WebError> {
    if asker.session.person.id != RecordId(id) {
        return Err(WebError::NotFound);
    }
    let role = Some(said.wished_role).filter(|role| !role.is_empty());
    let new = NewWish { wish: said.wish, role, by: some_day(&said.by)? };
    appraisal.state_wish(&new, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/development/{id}#career")))
}

#[derive(Deserialize)]
pub struct Talked {
    day: String,
    agreed: String,
    follow_up: String,
}

pub async fn talk(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(talked): Form<Talked>,
) -> Result<Redirect, WebError> {
    let new = NewCareerTalk { day: day(&talked.day)?, agreed: talked.agreed, follow_up: some_day(&talked.follow_up)? };
    appraisal.keep_career_talk(RecordId(id), &new, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/development/{id}#career-talks")))
}
