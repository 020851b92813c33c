//! Pages of training.

mod courses;
mod home;
mod sources;

use crate::{Folder, Training, TrainingError};
use access::{Access, Asker};
use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    routing::{get, post},
};
use base::Fraction;
use maud::{Markup, Render};
use rules::training::Standing;
use web_kit::{
    WebError, Words,
    components::{Cell, Mood, Place, tabs, tag},
};

const ACTIVE: &str = "training";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/learning", get(home::page))
        .route("/learning/people/{id}", get(home::person))
        .route("/learning/assignments/{id}", post(home::take_step))
        .route("/learning/courses", get(courses::list).post(courses::save))
        .route("/learning/courses/new", get(courses::new))
        .route("/learning/courses/{id}", get(courses::page).post(courses::resave))
        .route("/learning/courses/{id}/edit", get(courses::edit))
        .route("/learning/courses/{id}/assignments", post(courses::assign))
        .route("/learning/sources", get(sources::page).post(sources::add))
        .route("/learning/sources/{id}/end", post(sources::end))
}

/// A signed-in person, and what is done on their behalf.
struct Asking {
    asker: Asker,
    training: Training,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let training = Training::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, training })
    }
}

/// What a person is told in place of an error's own text.
fn failed(error: TrainingError) -> WebError {
    let hint_key = match error {
        TrainingError::NotThere => return WebError::NotFound,
        TrainingError::SetsNone | TrainingError::NotBelow(_) | TrainingError::HoldsIt | TrainingError::NotTaker => {
            return WebError::Forbidden;
        }
        TrainingError::Moved => return WebError::Conflict,
        TrainingError::Field { field, .. } => field_key(field),
        TrainingError::Ended => "training-error-ended",
        TrainingError::HasIt(_) => "training-error-has-it",
        TrainingError::Nobody => "training-error-nobody",
        TrainingError::Done => "training-error-done",
        TrainingError::NotDone => "training-error-not-done",
        TrainingError::NotByTaker => "training-error-not-by-taker",
        other => return WebError::internal(other),
    };
    WebError::Refused { hint_key }
}

/// What is to be written in a field instead.
fn field_key(field: &str) -> &'static str {
    match field {
        "name" => "training-error-name",
        "link" => "training-error-link",
        "days" | "valid_months" => "training-error-number",
        "activity" | "pretest" => "training-error-activity",
        "detail" | "certificate" => "form-error-long",
        "due_on" => "training-error-due",
        "completed_on" => "training-error-day",
        "score_before" | "score_after" => "training-error-score",
        _ => "error-not-a-choice",
    }
}

/// The pages of training beside each other.
fn places(words: Words, current: &str, runs: bool) -> Markup {
    let place = |(href, key): (&str, &str)| Place::new(words.t(key), href, href == current);
    let mut places = vec![place(("/learning", "training-overview")), place(("/learning/courses", "records-course"))];
    if runs {
        places.push(place(("/learning/sources", "training-sources")));
    }
    tabs(words, &words.t("training"), &places)
}

fn standing(words: Words, standing: Standing) -> Markup {
    let mood = match standing {
        Standing::Overdue | Standing::Expired => Mood::Bad,
        Standing::Expiring | Standing::Late => Mood::Warn,
        Standing::Open => Mood::Info,
        Standing::Done => Mood::Good,
    };
    tag(mood, &words.t(&format!("training-{}", standing.name())))
}

/// A dash where there is nothing.
fn cell(what: Option<impl Render>) -> Cell {
    what.map_or_else(|| Cell::text("–").absent(), Cell::text)
}

fn figure(what: Option<String>) -> Cell {
    what.map_or_else(|| Cell::number("–").absent(), Cell::number)
}

/// A quotient with so many decimals; a dash where there is none.
fn mean(words: Words, fraction: Fraction, decimals: u32) -> String {
    let value = fraction.to_amount().ok().flatten();
    value.map_or_else(|| "–".to_owned(), |value| words.decimal(value, decimals))
}

fn percent(words: Words, fraction: Fraction) -> String {
    words.percent(fraction).map_or_else(|| "–".to_owned(), |figure| figure.to_string())
}
