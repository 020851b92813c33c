//! Pages of pay: one's statements, and for those who see everybody's the runs and plans.

mod accruals;
mod cells;
mod disputes;
mod estimates;
mod form;
mod home;
mod letters;
mod paper;
mod plans;
mod replay;
mod run;
mod statement;

pub use letters::sentence;

use crate::{Pay, RunError, State as RunState, runs::Folder};
use access::{Access, Asker};
use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    routing::{get, post},
};
use base::Money;
use maud::Markup;
use web_kit::{
    WebError, Words,
    components::{Mood, tag},
};

const ACTIVE: &str = "compensation";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/pay", get(home::page).post(home::calculate))
        .route("/pay/estimates", get(estimates::page))
        .route("/pay/estimates/of/{deal}", get(estimates::of_deal))
        .route("/pay/accruals", get(accruals::all))
        .route("/pay/accruals/{day}", get(accruals::page).post(accruals::book))
        .route("/pay/accruals/{day}/void", post(accruals::void))
        .route("/pay/accruals/{day}/of/{person}", get(accruals::of))
        .route("/pay/accruals/{day}/accrual.csv", get(accruals::csv))
        .route("/pay/accruals/{day}/accrual.xlsx", get(accruals::xlsx))
        .route("/pay/plans", get(plans::new).post(plans::add))
        .route("/pay/plans/form", get(form::new).post(form::add))
        .route("/pay/plans/preview", post(form::preview))
        .route("/pay/plans/{id}/form", get(form::show).post(form::save))
        .route("/pay/plans/{id}", get(plans::show).post(plans::save))
        .route("/pay/plans/{id}/letters", post(letters::issue))
        .route("/pay/letters/{id}", get(letters::page))
        .route("/pay/letters/{id}/signature", post(letters::sign))
        .route("/pay/letters/{id}/pdf/{language}", get(letters::pdf))
        .route("/pay/runs/{period}", get(run::page).post(run::step))
        .route("/pay/runs/{period}/payroll.csv", get(run::csv))
        .route("/pay/runs/{period}/payroll.xlsx", get(run::xlsx))
        .route("/pay/runs/{period}/exceptions", post(run::waive))
        .route("/pay/runs/{period}/adjustments", post(run::adjust))
        .route("/pay/runs/{period}/adjustments/{id}", post(run::decide))
        .route("/pay/runs/{period}/of/{person}", get(statement::of_run))
        .route("/pay/statements/{id}", get(statement::page))
        .route("/pay/statements/{id}/file", get(statement::file))
        .route("/pay/statements/{id}/pdf/{language}", get(statement::pdf))
        .route("/pay/statements/{id}/disputes", post(disputes::question))
        .route("/pay/disputes/{id}", post(disputes::decide))
}

/// A signed-in person, and pay on their behalf.
struct Asking {
    asker: Asker,
    pay: Pay,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let pay = Pay::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, pay })
    }
}

/// What a person is told in place of an error's own text.
pub(crate) fn failed(error: RunError) -> WebError {
    match key(&error) {
        Some(hint_key) => WebError::Refused { hint_key },
        None => match error {
            RunError::SeesNoPay | RunError::NotPayee => WebError::Forbidden,
            RunError::NoRun(_) | RunError::NoDispute | RunError::NoLetter => WebError::NotFound,
            RunError::Moved(_) => WebError::Conflict,
            other => WebError::internal(other),
        },
    }
}

const fn key(error: &RunError) -> Option<&'static str> {
    Some(match error {
        RunError::NoPlan(_) => "pay-error-no-plan",
        RunError::Locked { .. } => "pay-error-locked",
        RunError::NotNext { .. } => "pay-error-not-next",
        RunError::ToCome(_) => "accrual-error-to-come",
        RunError::Booked(_) => "accrual-error-booked",
        RunError::OtherAccrual(_) => "accrual-error-other",
        RunError::NotLastBooked(_) => "accrual-error-not-last",
        RunError::TooManyOpen(_) => "accrual-error-too-many",
        RunError::NoneOpen => "estimates-error-none",
        RunError::PlanThere { .. } => "pay-error-plan-there",
        RunError::NotOver { .. } => "error-not-over",
        RunError::NotSo { .. } => "pay-error-not-so",
        RunError::Open(_) => "pay-error-open",
        RunError::Waiting(_) => "pay-error-waiting",
        RunError::Stale(_) => "pay-error-stale",
        RunError::OwnPay => "pay-error-own-pay",
        RunError::OwnInput(_) => "pay-error-own-input",
        RunError::OwnReview => "pay-error-own-review",
        RunError::OwnAdjustment => "pay-error-own-adjustment",
        RunError::NoAdjustment(_) | RunError::NoException | RunError::NotADay(_) | RunError::Calendar(_) => {
            "hint-check-address"
        }
        RunError::NotAWindow(_) => "pay-error-window",
        RunError::NotAnAmount(..) => "error-not-a-number",
        RunError::TooLong => "form-error-long",
        RunError::NotAReason(_) | RunError::NoPerson(_) | RunError::NoLine(_) | RunError::OtherLength { .. } => {
            "error-not-a-choice"
        }
        RunError::NoReason => "error-required",
        RunError::Disputed => "dispute-error-twice",
        RunError::Decided => "dispute-error-decided",
        RunError::Published { .. } => "pay-error-published",
        RunError::Lettered { .. } => "letter-error-issued",
        RunError::Ended { .. } => "letter-error-ended",
        RunError::Signed | RunError::OtherLetter => "letter-error-signed",
        RunError::NoCompany => "pay-error-no-company",
        RunError::Plan(_)
        | RunError::File(_)
        | RunError::NoFirstDay
        | RunError::OtherCalendar
        | RunError::OtherGrain(_)
        | RunError::OtherCurrency(_)
        | RunError::ComponentTwice(_) => "pay-error-plan",
        RunError::SeesNoPay
        | RunError::NotPayee
        | RunError::NoDispute
        | RunError::NoRun(_)
        | RunError::NoLetter
        | RunError::Moved(_)
        | RunError::Kpi(_)
        | RunError::Db(_)
        | RunError::Stored(_)
        | RunError::Document(_)
        | RunError::Amount(_)
        | RunError::Csv(_) => return None,
    })
}

fn state_tag(words: Words, state: RunState) -> Markup {
    let mood = match state {
        RunState::Calculated => Mood::Neutral,
        RunState::Reviewed => Mood::Info,
        RunState::Approved | RunState::Paid => Mood::Good,
    };
    tag(mood, &words.choice("state", state.name()))
}

/// The whole amount with its currency, or as the file has it.
fn shown(words: Words, amount: &str, currency: &str) -> String {
    match crate::runs::money(amount, currency) {
        Some(money) => figure(words, money),
        None => format!("{currency} {amount}"),
    }
}

fn figure(words: Words, money: Money) -> String {
    words.money(money).to_string()
}

/// Without its currency, which stands at the head of the column.
fn plain(words: Words, amount: &str, currency: &str) -> String {
    match crate::runs::money(amount, currency) {
        Some(money) => words.decimal(money.into(), money.currency.minor_digits()),
        None => amount.to_owned(),
    }
}

/// A component by name: its plan's, or what a run adds to it.
fn component(words: Words, id: &str) -> String {
    for part in ["cap", "plan_cap", "holdback", "clawback"] {
        if let Some(of) = id.strip_suffix(part).and_then(|id| id.strip_suffix('.')) {
            return words.t_with(&format!("pay-part-{part}"), &[("name", of.into())]);
        }
    }
    match id {
        "guarantee" | "carried" | "draw" | "adjustment" => words.t(&format!("pay-part-{id}")),
        own => own.to_owned(),
    }
}
