//! Pages of territories: the tree, rules, what would move, and what was moved.

mod accounts;
mod change;
mod design;
mod home;
mod plan;
mod rules;
mod territory;
mod tree;

use crate::{Folder, Land, Load, Territories, TerritoriesError};
use access::{Access, Asker};
use axum::{
    Router,
    extract::FromRequestParts,
    http::request::Parts,
    routing::{get, post},
};
use base::{Amount, Fraction, RecordId};
use jiff::civil::Date;
use kpi::KpiError;
use maud::{Markup, html};
use web_kit::{
    Unit, WebError, Words,
    components::{Cell, Light, bar, light, record_link},
};

/// Where territories stand in the menu.
const ACTIVE: &str = "records-territory";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/territories", get(home::page).post(tree::add))
        .route("/territories/accounts", get(accounts::page))
        .route("/territories/rules", get(rules::page).post(rules::save))
        .route("/territories/rules/new", post(rules::add))
        .route("/territories/rules.csv", get(rules::csv))
        .route("/territories/plan", get(plan::page).post(plan::commit))
        .route("/territories/plan.csv", get(plan::csv))
        .route("/territories/proposal", get(design::page).post(design::commit))
        .route("/territories/proposal.csv", get(design::csv))
        .route("/territories/holder", get(territory::plan).post(territory::commit))
        .route("/territories/holder.csv", get(territory::csv))
        .route("/territories/changes", get(change::list))
        .route("/territories/changes/due", post(change::pass))
        .route("/territories/changes/credit-days", post(change::set_credit_days))
        .route("/territories/changes/{id}", get(change::page))
        .route("/territories/changes/{id}/accounts.csv", get(change::csv))
        .route("/territories/{id}", get(territory::page).post(tree::set))
}

/// A signed-in person, and what is told to them.
struct Asking {
    asker: Asker,
    territories: Territories,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let territories = Territories::new(access.db().clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, territories })
    }
}

/// What a person is told in place of an error's own text.
fn failed(error: TerritoriesError) -> WebError {
    use TerritoriesError as E;
    let hint_key = match error {
        E::SeesNotAll | E::DesignsNone => return WebError::Forbidden,
        E::NoTerritory(_) | E::NoChange(_) => return WebError::NotFound,
        E::Moved => return WebError::Conflict,
        E::Past(_) => "territories-error-past",
        E::Nothing => "territories-error-nothing",
        E::LaterRules(_) => "territories-error-later-rules",
        E::NobodyHolds(_) => "territories-error-nobody",
        E::Works(_) => "territories-error-works",
        E::NoReason => "error-required",
        E::Field { field: "pinned" | "person", .. } => "error-no-such-record",
        E::Field { field: "credit_days", .. } => "error-not-whole",
        E::Field { field: "name", .. } => "territories-error-name",
        E::Field { .. } => "error-not-a-choice",
        E::Goal(::rules::goal::GoalError::TooMany { .. }) => "territories-error-too-many",
        E::Goal(_) => "territories-error-terms",
        E::Csv(_) => "territories-error-csv",
        E::Kpi(KpiError::NotYet(_)) => "error-not-yet",
        other => return WebError::internal(other),
    };
    WebError::Refused { hint_key }
}

/// A day as it was typed; none where nothing was.
fn day(text: &str) -> Result<Option<Date>, WebError> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    text.parse().map(Some).map_err(|_| WebError::Refused { hint_key: "error-not-a-date" })
}

fn number(text: &str, usual: Amount) -> Result<Amount, WebError> {
    match text.trim().trim_end_matches('%').trim() {
        "" => Ok(usual),
        text => text.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-number" }),
    }
}

/// Of the company's currency, which the table's note names.
fn money(words: Words, land: &Land, amount: Amount) -> String {
    let unit = Unit::Money(land.currency);
    words.exact(amount, unit).without_unit(unit).to_string()
}

/// `+12.5%`; a dash where there is no mean.
fn deviation(words: Words, percent: Option<Amount>) -> String {
    let share = percent.and_then(|percent| Fraction::new(percent, Amount::from(100)).to_amount().ok()?);
    share.map_or_else(|| "–".to_owned(), |share| words.change(share).to_string())
}

/// How a deviation is judged.
fn judged(percent: Option<Amount>, tolerance: Amount) -> Light {
    let Some(off) = percent.map(Amount::abs) else { return Light::NoValue };
    match off.checked_sub(tolerance) {
        Ok(beyond) if beyond <= Amount::ZERO => Light::OnTarget,
        Ok(beyond) if beyond <= tolerance => Light::Watch,
        _ => Light::Behind,
    }
}

/// What a territory carries over the mean of all: the mark is the mean.
fn balance_bar(words: Words, share: Option<Fraction>, percent: Option<Amount>, tolerance: Amount) -> Cell {
    let Some(share) = share else { return Cell::bar("").absent() };
    let label = words.t_with("territories-bar", &[("deviation", deviation(words, percent).into())]);
    Cell::bar(bar(&label, share, judged(percent, tolerance), false))
}

fn balance_cell(words: Words, percent: Option<Amount>, tolerance: Amount) -> Cell {
    let text = deviation(words, percent);
    Cell::number(html! { (light(words, judged(percent, tolerance))) " " (text) })
}

fn territory_link(land: &Land, id: Option<RecordId>) -> Markup {
    html! { @if let Some(id) = id { (record_link(&format!("/territories/{id}"), land.name_of(id))) } @else { span.mut { "–" } } }
}

fn person_link(land: &Land, id: Option<RecordId>) -> Markup {
    html! { @if let Some(id) = id { (record_link(&format!("/people/{id}"), land.person(Some(id)))) } @else { span.mut { "–" } } }
}

/// Accounts, customers, open pipeline, revenue and potential.
fn load_cells(words: Words, land: &Land, load: &Load) -> Vec<Cell> {
    vec![
        Cell::number(words.count(load.accounts)),
        Cell::number(words.count(load.customers)),
        Cell::number(money(words, land, load.pipeline)),
        Cell::number(money(words, land, load.revenue)),
        potential_cell(words, land, load.potential),
    ]
}

/// Nothing is said of it where no account says it.
fn potential_cell(words: Words, land: &Land, potential: Amount) -> Cell {
    if potential.is_zero() { Cell::number("–").absent() } else { Cell::number(money(words, land, potential)) }
}

/// What the money of a table is, and of which months.
fn note(words: Words, land: &Land) -> String {
    let (from, to) = land.months();
    let to = to.yesterday().unwrap_or(to);
    let slots = [
        ("currency", land.currency.to_string().into()),
        ("from", words.date(from).into()),
        ("to", words.date(to).into()),
    ];
    words.t_with("territories-note", &slots)
}
