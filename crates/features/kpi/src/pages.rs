//! Pages of KPIs, and how a value is shown on all of them.

mod cascade;
mod definitions;
mod drill;
mod periods;
mod scorecard;
mod scorecards;
mod scores;
mod versions;
mod why;

use crate::{Answer, Ask, ByWord, Entity, KpiError, Row, reading::elapsed};
use access::Access;
use axum::{
    Router,
    response::Redirect,
    routing::{get, post},
};
use base::{Amount, Currency, Fraction};
use jiff::civil::Date;
use maud::{Markup, html};
use rules::kpi::{Better, Definition, Standing, Unit as KpiUnit};
use std::collections::BTreeSet;
use web_kit::{
    Unit, WebError, Words,
    components::{Cell, Light, Mood, NullReason, Reading, null, number_link, tag},
};

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/", get(async || Redirect::temporary("/scorecard")))
        .route("/scorecard", get(scorecard::page))
        .route("/kpi/{id}", get(drill::page))
        .route("/kpi/{id}/why", get(why::page))
        .route("/kpis", get(definitions::list))
        .route("/kpis/{id}", get(definitions::show).post(definitions::save))
        .route("/kpis/{id}/preview", post(definitions::preview))
        .route("/kpis/{id}/end", post(definitions::end))
        .route("/cascade", get(cascade::page).post(cascade::set))
        .route("/scores", get(scores::list).post(scores::fix))
        .route("/scores/{id}", get(scores::person))
        .route("/scorecards", get(scorecards::list))
        .route("/scorecards/{role}", get(scorecards::show).post(scorecards::save))
        .route("/scorecards/{role}/preview", post(scorecards::preview))
        .route("/periods", get(periods::list))
        .route("/periods/{label}", get(periods::show))
        .route("/periods/{label}/close", post(periods::close))
        .route("/periods/{label}/reopen", post(periods::reopen))
}

/// What a person is told in place of an error's own text.
fn failed(error: KpiError) -> WebError {
    let refused = |hint_key| WebError::Refused { hint_key };
    match error {
        KpiError::Unknown { .. } | KpiError::NoEntity { .. } | KpiError::NoRole(_) => WebError::NotFound,
        KpiError::Outside | KpiError::ClosesNothing | KpiError::DefinesNothing | KpiError::SetsNoScorecards => {
            WebError::Forbidden
        }
        KpiError::EndBeforeStart { .. } => refused("error-end-before-start"),
        KpiError::NotYet(_) => refused("error-not-yet"),
        KpiError::WhichEntity(_) => refused("hint-choose-one"),
        KpiError::NotABy(_) | KpiError::NotAFilter(_) | KpiError::NotAGrain(_) | KpiError::NotSoBroken { .. } => {
            refused("error-not-a-choice")
        }
        KpiError::NotAgainst(_)
        | KpiError::NotADate { .. }
        | KpiError::NotAMoment(_)
        | KpiError::NotAnOrg(_)
        | KpiError::NotABasis(_) => refused("error-not-a-date"),
        KpiError::NoReason => refused("error-required"),
        KpiError::NotExplained(_) => refused("error-not-explained"),
        KpiError::Calendar(_) | KpiError::NoCompany | KpiError::NotClosed(_) | KpiError::OpensNothing(_) => {
            refused("hint-check-address")
        }
        KpiError::Engine(error) if error.is_too_large() => refused("error-question-too-large"),
        KpiError::NotOver(_) => refused("error-not-over"),
        KpiError::ClosedAlready { .. } => refused("error-closed-already"),
        KpiError::PlanIsOld(_) => refused("error-plan-is-old"),
        KpiError::BrokenScorecard { .. } => refused("error-scorecard-broken"),
        KpiError::OnScorecard { .. } => refused("error-on-scorecard"),
        KpiError::NotOwn(_) | KpiError::LaterVersion { .. } => refused("error-later-version"),
        KpiError::Catalogue(_) => refused("error-kpi-is-named"),
        error @ (KpiError::Scorecard(_)
        | KpiError::Made(_)
        | KpiError::TooCostly { .. }
        | KpiError::OfOtherRole(_)
        | KpiError::Unwritten(_)
        | KpiError::Amount(_)
        | KpiError::Setting { .. }
        | KpiError::Files(..)
        | KpiError::Engine(_)
        | KpiError::Db(_)) => WebError::internal(error),
    }
}

/// The two clocks of a page as its address has them.
#[derive(Debug, Clone, Copy)]
struct Looking<'a> {
    as_of: &'a str,
    known_at: &'a str,
    /// What closed periods answer; as reported when nothing is said.
    basis: &'a str,
}

impl Looking<'_> {
    fn is_back(self) -> bool {
        !(self.as_of.is_empty() && self.known_at.is_empty())
    }

    /// `as of 6 May 1998, known at 30 Jul 2026`.
    fn sentence(self, words: Words, as_of: Date) -> String {
        let as_of = ("date", words.date(as_of).into());
        match self.known_at.parse() {
            Ok(known_at) => words.t_with("as-of-known-at", &[as_of, ("known", words.date(known_at).into())]),
            Err(_) => words.t_with("as-of-date", &[as_of]),
        }
    }
}

/// Where a definition comes from: the company's own since a day, or a section of the reference.
fn origin(words: Words, definition: &Definition) -> Markup {
    if let Some(since) = definition.since {
        let since = words.t_with("scorecard-since", &[("date", words.date(since).into())]);
        return html! { (tag(Mood::Good, &words.t("own-scorecard"))) " " (since) };
    }
    html! { (words.t_with("section", &[("section", definition.reference.as_str().into())])) }
}

/// How an entity is named in an address.
fn named(entity: &Entity) -> String {
    entity.id.map(|id| format!("#{id}")).unwrap_or_default()
}

/// The page with the rows behind a number; none where there is nobody to ask about.
fn drill_address(row: &Row, by: ByWord, looking: Looking<'_>) -> Option<String> {
    if by != ByWord::Company && row.entity.id.is_none() {
        return None;
    }
    let entity = if by == ByWord::Company { String::new() } else { named(&row.entity) };
    let (from, to) = (row.period.start.to_string(), row.period.end.to_string());
    Some(web_kit::address(
        &format!("/kpi/{}", row.kpi),
        &[
            ("by", by.name()),
            ("entity", &entity),
            ("from", &from),
            ("to", &to),
            ("as_of", looking.as_of),
            ("known_at", looking.known_at),
            ("basis", looking.basis),
        ],
    ))
}

/// How a KPI's numbers are written.
pub fn unit(unit: KpiUnit, currency: Option<Currency>) -> Unit {
    match (unit, currency) {
        (KpiUnit::Money, Some(currency)) => Unit::Money(currency),
        (KpiUnit::Percent, _) => Unit::Percent,
        (KpiUnit::Days, _) => Unit::Days,
        (KpiUnit::Minutes, _) => Unit::Minutes,
        (KpiUnit::Index, _) => Unit::Index,
        (KpiUnit::Times, _) => Unit::Times,
        (KpiUnit::Count | KpiUnit::Points | KpiUnit::Money, _) => Unit::Count,
    }
}

/// What a column or an axis counts, where its numbers do not say it themselves.
fn unit_name(words: Words, unit: Unit) -> String {
    match unit {
        Unit::Money(currency) => currency.to_string(),
        Unit::Percent => "%".to_owned(),
        Unit::Days => words.t("unit-days"),
        Unit::Minutes => words.t("unit-minutes"),
        Unit::Times => "×".to_owned(),
        Unit::Count | Unit::Index => String::new(),
    }
}

fn amount(value: Option<&str>) -> Option<Amount> {
    value.and_then(|value| value.parse().ok())
}

/// What a chart draws: a percentage as people read it.
fn drawn(value: Option<Amount>, unit: Unit) -> Option<Amount> {
    match unit {
        Unit::Percent => value.and_then(|value| Amount::from_millionths(value.millionths().checked_mul(100)?).ok()),
        _ => value,
    }
}

fn reason(reason: rules::kpi::NullReason) -> NullReason {
    NullReason::from_name(reason.name()).unwrap_or(NullReason::NoSource)
}

/// How a value stands against its target; while the period runs, what nears it is set against the days that have come.
fn light(kpi: &Definition, row: &Row, target: Option<Amount>, as_of: Date) -> Option<Light> {
    let target = target.filter(|_| kpi.better != Better::Band)?;
    let Some(value) = amount(row.value.as_deref()) else { return Some(Light::NoValue) };
    Some(match Standing::of(value, target, kpi.better, elapsed(kpi, row, as_of)).ok()?? {
        Standing::OnTarget => Light::OnTarget,
        Standing::Watch => Light::Watch,
        Standing::Behind => Light::Behind,
    })
}

/// Actual and target, where more is better; actual and quota.
fn attainment(kpi: &Definition, row: &Row, target: Option<Amount>) -> Option<Fraction> {
    let value = amount(row.value.as_deref()).filter(|_| kpi.better == Better::Higher);
    if let Some((value, target)) = value.zip(target) {
        return Some(Fraction::new(value, target));
    }
    let is_attainment = kpi.id == "quota_attainment" && row.value.is_some();
    row.numerator.zip(row.denominator).filter(|_| is_attainment).map(|(actual, quota)| Fraction::new(actual, quota))
}

/// The value for a tile: short.
fn reading(words: Words, row: &Row) -> Reading {
    match (amount(row.value.as_deref()), row.null_reason) {
        (Some(value), _) => Reading::Value(words.overview(value, unit(row.unit, row.currency))),
        (None, why) => Reading::Null(why.map_or(NullReason::NoSource, reason)),
    }
}

/// The value for a table whose head names the unit: every digit before the point, and the way to its rows.
fn cell(words: Words, row: &Row, by: ByWord, looking: Looking<'_>, as_of: Date) -> Cell {
    let unit = unit(row.unit, row.currency);
    if row.period.start > as_of {
        return Cell::number(null(words, NullReason::Immature)); // nothing can have happened yet
    }
    let value = amount(row.value.as_deref());
    let cell = match (value, drill_address(row, by, looking)) {
        (Some(value), href) => {
            let figure = words.exact(value, unit).without_unit(unit);
            match href {
                Some(href) => Cell::number(number_link(&href, &figure)),
                None => Cell::number(figure),
            }
        }
        (None, _) => Cell::number(null(words, row.null_reason.map_or(NullReason::NoSource, reason))),
    };
    cell.drawn(drawn(value, unit))
}

/// The rows of one KPI and one entity in the order of their periods.
fn course<'a>(answer: &'a Answer, kpi: &str, entity: &Entity) -> Vec<&'a Row> {
    answer.rows.iter().filter(|row| row.kpi == kpi && row.entity.id == entity.id).collect()
}

/// Everybody an answer is about, each once, as it lists them.
fn entities(answer: &Answer) -> Vec<Entity> {
    let mut seen = BTreeSet::new();
    let all = answer.rows.iter().map(|row| &row.entity);
    all.filter(|entity| seen.insert((entity.id, entity.name.as_str()))).cloned().collect()
}

/// The same question about other days.
fn between(ask: &Ask, from: Date, to: Date) -> Ask {
    Ask { from: Some(from), to: Some(to), ..ask.clone() }
}
