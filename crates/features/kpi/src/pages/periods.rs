//! Periods: which are closed, what closing one would fix, and what was learnt of a closed one since.

use super::{Looking, amount, cell, failed, origin, unit_name};
use crate::{Answer, Ask, ByWord, Kpi, KpiError, PERIOD_CLOSE, Plan, Row, asked::Folder, closed};
use access::{Access, Asker, PERSON};
use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    response::Redirect,
};
use base::{Grain, Period, Seq};
use jiff::ToSpan;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Head, Message, Mood, Panel, Place, Purpose, Row as Line, Table, button, controls, message, page_head,
        record_link, segmented, tag,
    },
};

const ACTIVE: &str = "periods";
/// So far back periods are listed.
const YEARS: i32 = 2;
const REPORTED: Looking<'static> = Looking { as_of: "", known_at: "", basis: "" };
const RESTATED: Looking<'static> = Looking { basis: "restated", ..REPORTED };

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Listed {
    grain: String,
}

#[derive(Deserialize)]
pub struct Planned {
    seq: i64,
}

pub async fn list(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Query(listed): Query<Listed>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.closers_only().await.map_err(failed)?;
    let grain = match listed.grain.as_str() {
        "quarter" => Grain::Quarter,
        "year" => Grain::Year,
        _ => Grain::Month,
    };
    let closings = closed(access.db()).await.map_err(failed)?;
    let today = kpi.day().await.map_err(failed)?;
    let calendar = kpi.calendar().await.map_err(failed)?;
    let from =
        calendar.period_of(today.saturating_sub(YEARS.years()), Grain::Year).map_err(|error| failed(error.into()))?;
    let tomorrow = today.tomorrow().unwrap_or(today);
    let periods = calendar.periods(from.start, tomorrow, grain).map_err(|error| failed(error.into()))?;
    let row = |period: &Period| {
        let closing = closings.iter().find(|closed| closed.from <= period.start && period.end <= closed.to);
        let is_begun = closings.iter().any(|closed| closed.from < period.end && period.start < closed.to);
        let name = words.period(period);
        // A period of which a part is closed is opened through its parts.
        let (state, href) = match closing {
            Some(closed) => (tag(Mood::Neutral, &words.t("period-closed")), Some(&closed.period)),
            None if period.end > today => (tag(Mood::Neutral, &words.t("partial_period")), None),
            None if is_begun => (tag(Mood::Neutral, &words.t("period-partly")), None),
            None => (tag(Mood::Good, &words.t("period-open")), Some(&period.label)),
        };
        let name = match href {
            Some(label) => record_link(&format!("/periods/{label}"), &name),
            None => name.render(),
        };
        Line::new(name, vec![Cell::text(state)])
    };
    let title = words.t("periods");
    let table = Table {
        label: &title,
        heads: vec![Head::text(words.t("period")), Head::text(words.t("state"))],
        rows: periods.iter().rev().map(row).collect(),
        ..Table::default()
    };
    let grains: Vec<Place> = [Grain::Month, Grain::Quarter, Grain::Year]
        .into_iter()
        .map(|one| {
            let href = web_kit::address("/periods", &[("grain", one.name())]);
            Place::new(words.t(&format!("grain-{}", one.name())), href, one == grain)
        })
        .collect();
    let content = html! {
        (page_head(&title, Some(&words.t("periods-hint")), &html! {}))
        (controls(&[segmented(&words.t("grain"), &grains)]))
        (Panel { id: "periods", title: &title, body: table.render(), is_flush: true, ..Panel::default() })
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub async fn show(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(label): Path<String>,
) -> Result<Markup, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    match kpi.plan_close(&label, folder.path.clone()).await {
        Ok(plan) => Ok(planned(&asker, &kpi, &plan)),
        Err(KpiError::ClosedAlready { by, .. }) if by == label => {
            compared(&access, &asker, &kpi, &folder, &label).await
        }
        Err(error) => Err(failed(error)),
    }
}

/// Closes as planned: nothing when something was written since the plan was shown.
pub async fn close(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(label): Path<String>,
    Form(planned): Form<Planned>,
) -> Result<Redirect, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.close_planned(&label, Seq(planned.seq), folder.path.clone(), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/periods/{label}")))
}

pub async fn reopen(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(label): Path<String>,
) -> Result<Redirect, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    kpi.reopen(&label, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/periods/{label}")))
}

/// What closing would fix, and the button that does.
fn planned(asker: &Asker, kpi: &Kpi, plan: &Plan) -> Markup {
    let words = asker.words;
    let value = |row: &Row| cell(words, row, ByWord::Company, REPORTED, plan.period.end);
    let rows = plan.reported.iter().map(|row| Line::new(name(words, kpi, row), vec![value(row)]));
    let name = words.period(&plan.period);
    let end = html! {
        form method="post" action=(format!("/periods/{}/close", plan.period.label)) {
            input type="hidden" name="seq" value=(plan.seq);
            (button(Purpose::Primary, &words.t_with("close-period", &[("period", name.as_str().into())])))
        }
    };
    let heads = vec![Head::text(words.t("kpis")), Head::number(words.t("value"))];
    page(asker, &name, &words.t("close-period-hint"), &end, heads, rows.collect())
}

/// A closed period: what it was reported with, what is known of it now, and the difference.
async fn compared(access: &Access, asker: &Asker, kpi: &Kpi, folder: &Folder, label: &str) -> Result<Markup, WebError> {
    let words = asker.words;
    let period = kpi.calendar().await.map_err(failed)?.parse_label(label).map_err(|error| failed(error.into()))?;
    let ask = |restated| Ask { restated, ..kpi.whole(&period, folder.path.clone()) };
    let (reported, restated) =
        (kpi.ask(&ask(false)).await.map_err(failed)?, kpi.ask(&ask(true)).await.map_err(failed)?);
    let is_told = |row: &&Row| row.null_reason != Some(rules::kpi::NullReason::NoSource);
    let rows = reported.rows.iter().filter(is_told).map(|row| {
        let now = of(&restated, row);
        let shown = |row: &Row, looking| cell(words, row, ByWord::Company, looking, period.end);
        let restated = now.map_or_else(|| Cell::text(""), |now| shown(now, RESTATED));
        let cells = vec![shown(row, REPORTED), restated, difference(words, row, now)];
        Line::new(name(words, kpi, row), cells)
    });
    let rows: Vec<Line> = rows.collect();
    let name = words.period(&period);
    let end = html! {
        form method="post" action=(format!("/periods/{label}/reopen")) { (button(Purpose::Plain, &words.t("reopen"))) }
    };
    let heads = vec![
        Head::text(words.t("kpis")),
        Head::number(words.t("as_reported")),
        Head::number(words.t("restated")),
        Head::number(words.t("change")),
    ];
    let since = closed_by(access, asker, label).await?;
    Ok(page(asker, &name, &since, &end, heads, rows))
}

/// When a period was closed, and by whom.
async fn closed_by(access: &Access, asker: &Asker, label: &str) -> Result<String, WebError> {
    let words = asker.words;
    let found = closed(access.db()).await.map_err(failed)?.into_iter().find(|closed| closed.period == label);
    let Some(found) = found else { return Err(WebError::NotFound) };
    let rows = access.db().system().history(&PERIOD_CLOSE, found.id).await.map_err(WebError::internal)?;
    let Some(row) = rows.last() else { return Err(WebError::NotFound) };
    let zone = access::time_zone(access.db()).await.map_err(WebError::internal)?;
    let day = words.date(row.recorded_at.to_zoned(zone).date());
    let person = match row.actor {
        Some(id) => access.db().system().get(&PERSON, id).await.map_err(WebError::internal)?,
        None => None,
    };
    let who = person.map_or_else(|| words.t("by-operator"), |person| person.title());
    Ok(words.t_with("closed-by", &[("date", day.into()), ("name", who.into())]))
}

fn page(asker: &Asker, title: &str, hint: &str, end: &Markup, heads: Vec<Head>, rows: Vec<Line>) -> Markup {
    let words = asker.words;
    let panel = words.t("kpis");
    let table = Table { label: title, heads, rows, is_pinned: true, ..Table::default() };
    let note = Message { mood: Mood::Info, what: hint, hint: None, buttons: None, reference: None };
    let content = html! {
        (page_head(title, Some(&asker.company), end))
        (message(words, &note))
        (Panel { id: "kpis", title: &panel, body: table.render(), is_flush: true, ..Panel::default() })
    };
    asker.document(title, Some(ACTIVE), None, &content)
}

fn name(words: Words, kpi: &Kpi, row: &Row) -> Markup {
    let unit = unit_name(words, super::unit(row.unit, row.currency));
    let held = kpi.catalogue().get(&row.kpi);
    html! {
        (row.definition.name(words.language.code()))
        @if !unit.is_empty() && unit != "%" { " " span.mut { (unit) } }
        // By which formula it was reported, where that is not the one that holds.
        @if held.is_none_or(|held| held.formula != row.definition.formula) {
            br; span.mut { span lang="en" { (row.definition.reads) } " · " (origin(words, &row.definition)) }
        }
    }
}

fn of<'a>(answer: &'a Answer, row: &Row) -> Option<&'a Row> {
    answer.rows.iter().find(|other| other.kpi == row.kpi)
}

/// What is known now minus what was reported; nothing where they are the same.
fn difference(words: Words, reported: &Row, now: Option<&Row>) -> Cell {
    let value = |row: &Row| amount(row.value.as_deref());
    let difference = now.and_then(value).zip(value(reported)).and_then(|(now, then)| now.checked_sub(then).ok());
    match difference.filter(|difference| !difference.is_zero()) {
        Some(difference) => {
            Cell::number(words.exact_difference(difference, super::unit(reported.unit, reported.currency)))
        }
        None => Cell::text(""),
    }
}
