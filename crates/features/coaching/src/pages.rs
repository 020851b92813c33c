//! Pages of coaching.

mod effect;
mod feedback;
mod home;
mod patterns;
mod person;
mod reviews;
mod rubrics;
mod talks;
mod tasks;

use crate::{Coaching, CoachingError, Folder, Readers};
use access::{Access, Asker};
use appraisal::AppraisalError;
use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    routing::{get, post},
};
use base::RecordId;
use jiff::civil::Date;
use maud::{Markup, html};
use rules::appraisal::{DevelopmentLevel, Style};
use serde::{Deserialize, Deserializer};
use web_kit::{
    WebError, Words,
    components::{Mood, Place, tabs, tag},
};

const ACTIVE: &str = "coaching";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/coaching", get(home::page))
        .route("/coaching/people/{id}", get(person::page))
        .route("/coaching/people/{id}/talks", post(talks::plan))
        .route("/coaching/people/{id}/tasks", post(tasks::begin))
        .route("/coaching/people/{id}/feedback", post(feedback::give))
        .route("/coaching/talks/{id}", get(talks::page).post(talks::step))
        .route("/coaching/talks/{id}/notes", post(talks::add_text))
        .route("/coaching/notes/{id}", post(talks::note))
        .route("/coaching/tasks/{id}", get(tasks::page).post(tasks::word))
        .route("/coaching/tasks/{id}/checks", post(tasks::check_in))
        .route("/coaching/tasks/{id}/end", post(tasks::end))
        .route("/coaching/feedback", get(feedback::page).post(feedback::request))
        .route("/coaching/feedback/{id}", post(feedback::rate))
        .route("/coaching/reviews", get(reviews::rubrics))
        .route("/coaching/reviews/{id}", get(reviews::page))
        .route("/coaching/rubrics/{id}", get(rubrics::show).post(rubrics::save))
        .route("/coaching/people/{id}/reviews/{rubric}", get(reviews::new).post(reviews::save))
        .route("/coaching/patterns", get(patterns::list).post(patterns::report))
        .route("/coaching/patterns/{id}", get(patterns::page).post(patterns::step))
        .route("/coaching/effect", get(effect::page))
}

/// A signed-in person, and what is done on their behalf.
struct Asking {
    asker: Asker,
    coaching: Coaching,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let coaching = Coaching::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, coaching })
    }
}

/// What a person is told in place of an error's own text.
fn failed(error: CoachingError) -> WebError {
    match key(&error) {
        Some(hint_key) => WebError::Refused { hint_key },
        None => match error {
            CoachingError::NotThere | CoachingError::NoRubric(_) => WebError::NotFound,
            CoachingError::NotBelow(_)
            | CoachingError::OnlyWriter(_)
            | CoachingError::LeadsNobody
            | CoachingError::Appraisal(AppraisalError::RunsNone) => WebError::Forbidden,
            CoachingError::Moved(_) => WebError::Conflict,
            other => WebError::internal(other),
        },
    }
}

const fn key(error: &CoachingError) -> Option<&'static str> {
    Some(match error {
        CoachingError::Empty => "error-required",
        CoachingError::TooLong => "form-error-long",
        CoachingError::Readers => "coaching-error-readers",
        CoachingError::Kind
        | CoachingError::Style
        | CoachingError::Degree
        | CoachingError::Rating
        | CoachingError::Pattern
        | CoachingError::NotAbove(_)
        | CoachingError::NoKpi(_)
        | CoachingError::Period(_)
        | CoachingError::Appraisal(AppraisalError::NoPerson(_)) => "error-not-a-choice",
        CoachingError::Over => "coaching-error-over",
        CoachingError::NotYet => "coaching-error-not-yet",
        CoachingError::Budget(_) => "coaching-error-budget",
        CoachingError::Answered => "coaching-error-answered",
        CoachingError::Design => "coaching-error-design",
        CoachingError::Rule(_) => "coaching-error-rubric",
        CoachingError::Appraisal(AppraisalError::NotADay(_)) => "error-not-a-date",
        _ => return None,
    })
}

/// A day as a form has it.
fn day(text: &str) -> Result<Date, WebError> {
    text.trim().parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-date" })
}

/// The same; nothing where nothing was chosen.
fn some_day(text: &str) -> Result<Option<Date>, WebError> {
    if text.trim().is_empty() { Ok(None) } else { day(text).map(Some) }
}

/// A number that a form may leave out.
fn chosen<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let text = String::deserialize(deserializer)?;
    if text.is_empty() { Ok(None) } else { text.parse().map(Some).map_err(serde::de::Error::custom) }
}

fn readers(word: &str) -> Result<Readers, WebError> {
    Readers::read(word).map_err(failed)
}

/// The pages of coaching beside each other.
fn places(words: Words, current: &str) -> Markup {
    let place = |(href, key): (&str, &str)| Place {
        label: words.t(key),
        href: href.to_owned(),
        is_current: href == current,
        count: None,
    };
    let places = [
        ("/coaching", "coaching-overview"),
        ("/coaching/feedback", "coaching-feedback"),
        ("/coaching/reviews", "coaching-reviews"),
        ("/coaching/patterns", "coaching-patterns"),
        ("/coaching/effect", "coaching-effect"),
    ]
    .map(place);
    tabs(words, &words.t("coaching"), &places)
}

fn level(words: Words, level: DevelopmentLevel) -> Markup {
    let mood = match level {
        DevelopmentLevel::D1 => Mood::Info,
        DevelopmentLevel::D2 => Mood::Warn,
        DevelopmentLevel::D3 => Mood::Neutral,
        DevelopmentLevel::D4 => Mood::Good,
    };
    tag(mood, &words.t(&format!("level_{}", level.name())))
}

fn style(words: Words, style: Style) -> String {
    words.choice("style", style.name())
}

/// Who reads it, by name: told to both while they write.
fn names_of(words: Words, readers: Readers, names: &[String]) -> String {
    format!("{}: {}", words.choice("readers", readers.name()), names.join(", "))
}

fn person_path(person: RecordId) -> String {
    format!("/coaching/people/{person}")
}

fn day_cell(words: Words, day: Option<Date>) -> Markup {
    html! { @match day { Some(day) => (words.date(day)), None => "–" } }
}
