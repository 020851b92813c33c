//! Pages of reviews of pay: the list, a review, salaries, and everybody's own outcome.

mod home;
mod outcome;
mod review;
mod salaries;

pub(crate) use outcome::{bonus_sentence, raise_sentence};

use crate::{Compensation, CompensationError, Folder};
use access::{Access, Asker};
use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    routing::{get, post},
};
use base::{Amount, Money};
use web_kit::{WebError, Words};

const ACTIVE: &str = "compensation";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/compensation", get(home::page).post(home::begin))
        .route("/compensation/salaries", get(salaries::page).post(salaries::save))
        .route("/compensation/reviews/{id}", get(review::page))
        .route("/compensation/reviews/{id}/raises", post(review::choose))
        .route("/compensation/reviews/{id}/approval", post(review::approve))
        .route("/compensation/reviews/{id}/payroll.csv", get(review::csv))
        .route("/compensation/reviews/{id}/payroll.xlsx", get(review::xlsx))
        .route("/compensation/outcomes/{id}", get(outcome::page))
        .route("/compensation/outcomes/{id}/pdf/{language}", get(outcome::pdf))
}

/// A signed-in person, and what is told to them.
struct Asking {
    asker: Asker,
    compensation: Compensation,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let compensation = Compensation::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, compensation })
    }
}

/// What a person is told in place of an error's own text.
fn failed(error: CompensationError) -> WebError {
    use CompensationError as E;
    let hint_key = match &error {
        E::SeesNoPay | E::SeesNoGrades => return WebError::Forbidden,
        E::NoReview(_) | E::NoOutcome(_) | E::NotInIt(_) | E::Appraisal(appraisal::AppraisalError::NotThere) => {
            return WebError::NotFound;
        }
        E::Moved(_) => return WebError::Conflict,
        E::Approved => "payreview-error-approved",
        E::NotApproved => "payreview-error-not-approved",
        E::Empty => "payreview-nobody-hint",
        E::Appealed(_) => "payreview-error-appealed",
        E::OutOfRange { .. } => "payreview-error-range",
        E::OwnRaise => "payreview-error-own-raise",
        E::OwnReview => "payreview-error-own-review",
        E::Stale => "payreview-error-stale",
        E::Field { .. } | E::Csv(_) => "error-not-a-number",
        E::Rules(_) | E::Rule(_) | E::TooLarge(_) => "payreview-error-rules",
        E::Known { .. } => "salary-error-known",
        E::NoReason => "error-required",
        E::Appraisal(appraisal::AppraisalError::NotSo { .. }) => "payreview-error-not-released",
        E::Appraisal(_) | E::Pay(_) | E::Db(_) | E::Stored(_) => return WebError::internal(error),
    };
    WebError::Refused { hint_key }
}

fn figure(words: Words, money: Money) -> String {
    words.money(money).to_string()
}

/// Without its currency.
fn plain(words: Words, money: Money) -> String {
    words.decimal(money.into(), money.currency.minor_digits())
}

/// A number that stands for per cent.
fn percent(amount: Amount) -> String {
    format!("{}%", amount.to_text())
}
