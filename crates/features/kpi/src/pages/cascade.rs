//! Targets from the company down to people, and a form that sets one.

use super::{Looking, cell, failed, light, unit, unit_name};
use crate::{
    ByWord, Cascade, CascadeAsk, KnownAt, Kpi, NewTarget, Node,
    asked::{self, Folder},
};
use access::{Access, Asker};
use axum::{
    Extension, Form,
    extract::{Query, State},
    response::Redirect,
};
use base::{Amount, Fraction, Grain, RecordId};
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::{kpi::Unit as KpiUnit, log::Origin};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Head, Input, Light, Panel, Place, Purpose, Row as Line, Table, empty, form, link_button,
        page_head, past_banner, segmented, stepper,
    },
};

const ACTIVE: &str = "cascade";
const HUNDRED: i64 = 100;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    kpi: String,
    period: String,
    as_of: String,
    known_at: String,
}

impl Asked {
    fn with(&self, changes: &[(&str, &str)]) -> String {
        let own = [
            ("kpi", self.kpi.as_str()),
            ("period", &self.period),
            ("as_of", &self.as_of),
            ("known_at", &self.known_at),
        ];
        let pairs = own.map(|(name, value)| {
            (name, changes.iter().find(|(changed, _)| *changed == name).map_or(value, |(_, value)| *value))
        });
        web_kit::address("/cascade", &pairs)
    }
}

/// What is typed: a target of whom, how much, why.
#[derive(Deserialize)]
pub struct Typed {
    kpi: String,
    period: String,
    whose: String,
    value: String,
    reason: String,
}

pub async fn page(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Query(query): Query<Asked>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let known_at: Option<Date> = asked::day("known_at", &query.known_at).map_err(failed)?;
    let ask = CascadeAsk {
        kpi: if query.kpi.is_empty() { "revenue".to_owned() } else { query.kpi.clone() },
        period: query.period.clone(),
        as_of: asked::day("as_of", &query.as_of).map_err(failed)?,
        known_at: known_at.map(KnownAt::Day),
        folder: folder.path.clone(),
    };
    let cascade = kpi.cascade(&ask).await.map_err(failed)?;
    let may_set = kpi.sets_scorecards().await.map_err(failed)?;
    let looking = Looking { as_of: &query.as_of, known_at: &query.known_at, basis: "" };
    let past = looking.is_back().then(|| {
        let now = query.with(&[("as_of", ""), ("known_at", "")]);
        past_banner(words, cascade.as_of, known_at, None, &now)
    });
    let calendar = kpi.calendar().await.map_err(failed)?;
    let title = words.t("cascade");
    let way = may_set.then(|| {
        html! {
            (link_button(Purpose::Plain, "/quotas/plan", None, &words.t("quotaplan")))
            (link_button(Purpose::Plain, "/targets.csv", Some("download"), &words.t("export-csv")))
        }
    });
    let way = way.unwrap_or_default();
    let content = html! {
        (page_head(&title, Some(&words.t("cascade-hint")), &way))
        (controls(words, &query, &kpi, &cascade, &calendar))
        div.stack {
            (table(words, &kpi, &cascade, looking))
            @if may_set && !looking.is_back() { (setting(words, &access, &kpi, &cascade).await?) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), past, &content))
}

pub async fn set(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Form(typed): Form<Typed>,
) -> Result<Redirect, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let definition = kpi.definition(&typed.kpi).map_err(failed)?;
    let refused = || WebError::Refused { hint_key: "error-not-a-number" };
    let value: Amount = typed.value.trim().trim_end_matches('%').trim().parse().map_err(|_| refused())?;
    let value = match definition.unit {
        KpiUnit::Percent => {
            value.mul_fraction(Fraction::new(Amount::ONE, Amount::from(HUNDRED))).map_err(|_| refused())?
        }
        _ => value,
    };
    let whose = match typed.whose.split_once(':') {
        Some((by, id)) => {
            let id = id.trim_start_matches('#').parse().map_err(|_| refused())?;
            Some((by.parse().map_err(failed)?, RecordId(id)))
        }
        None => None,
    };
    let new = NewTarget { kpi: typed.kpi.clone(), period: typed.period.clone(), whose, value, reason: typed.reason };
    kpi.set_target(&new, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&web_kit::address("/cascade", &[("kpi", &typed.kpi), ("period", &typed.period)])))
}

/// Which KPI, which period.
fn controls(words: Words, query: &Asked, kpi: &Kpi, cascade: &Cascade, calendar: &base::FiscalCalendar) -> Markup {
    let code = words.language.code();
    let (period, today) = (&cascade.period, cascade.as_of);
    let grains: Vec<Place> = [Grain::Month, Grain::Quarter, Grain::Year]
        .into_iter()
        .filter_map(|grain| {
            let last = period.end.yesterday().unwrap_or(period.end).min(today.max(period.start));
            let label = calendar.period_of(last, grain).ok()?.label;
            let href = query.with(&[("period", &label)]);
            Some(Place::new(words.t(&format!("grain-{}", grain.name())), href, grain == period.grain))
        })
        .collect();
    let beside = |day: Option<Date>| {
        let other = calendar.period_of(day?, period.grain).ok()?;
        Some(query.with(&[("period", &other.label)]))
    };
    let (earlier, later) = (beside(period.start.yesterday().ok()), beside(Some(period.end)));
    let chooser = html! {
        form.filters method="get" action="/cascade" data-autosubmit {
            @if !query.period.is_empty() { input type="hidden" name="period" value=(query.period); }
            select.select name="kpi" aria-label=(words.t("kpis")) {
                @for one in kpi.catalogue().iter() {
                    option value=(one.id) selected[one.id == cascade.kpi] { (one.name(code)) }
                }
            }
            span.no-js { (web_kit::components::button(Purpose::Plain, &words.t("show"))) }
        }
    };
    web_kit::components::controls(&[
        chooser,
        segmented(&words.t("grain"), &grains),
        stepper(words, &words.t("period"), &words.period(period), earlier.as_deref(), later.as_deref()),
    ])
}

fn table(words: Words, kpi: &Kpi, cascade: &Cascade, looking: Looking<'_>) -> Markup {
    let code = words.language.code();
    let name = kpi.catalogue().get(&cascade.kpi).map_or(cascade.kpi.as_str(), |kpi| kpi.name(code));
    if cascade.nodes.iter().all(|node| node.target.is_none()) {
        let body = empty(&words.t("no-targets"), &words.t("no-targets-hint"), None);
        return Panel { id: "cascade", title: name, body, ..Panel::default() }.render();
    }
    let unit = unit(cascade.unit, (cascade.unit == KpiUnit::Money).then_some(cascade.currency));
    let figure = |value: Amount| words.exact(value, unit).without_unit(unit);
    let names = ["target", "of-parts", "over_assignment", "value", "attainment", "pace", "needed-a-month"];
    let coverage = cascade.nodes.iter().any(|node| node.coverage.is_some()).then_some("pipeline_coverage");
    let names: Vec<String> = names.into_iter().chain(coverage).map(|name| words.t(name)).collect();
    let row = |node: &Node| {
        let maybe =
            |value: Option<Amount>| value.map_or_else(|| Cell::text("").absent(), |value| Cell::number(figure(value)));
        let percent = |share: Option<Fraction>| {
            let text = share.and_then(|share| words.percent(share)).map(|percent| percent.to_string());
            text.map_or_else(|| Cell::text("").absent(), Cell::number)
        };
        let over = node.over().map(|over| {
            let share = node.target.map(|target| Fraction::new(over, target));
            let share = share.and_then(|share| words.percent(share)).map(|share| format!(" ({share})"));
            Cell::number(html! { (words.exact_difference(over, unit)) span.mut { (share.unwrap_or_default()) } })
        });
        let value = match &node.row {
            Some(row) => cell(words, row, node.by, looking, cascade.as_of),
            None => Cell::text("").absent(),
        };
        let attained = node.attainment().zip(node.row.as_ref()).and_then(|(share, row)| {
            let percent = words.percent(share)?.to_string();
            let state = light(kpi.catalogue().get(&cascade.kpi)?, row, node.target, cascade.as_of);
            let state = state.unwrap_or(Light::NoValue);
            Some(Cell::number(html! { (web_kit::components::light(words, state)) " " (percent) }))
        });
        let cells = [
            maybe(node.target),
            maybe(node.of_parts),
            over.unwrap_or_else(|| Cell::text("").absent()),
            value,
            attained.unwrap_or_else(|| Cell::text("").absent()),
            percent(node.pace),
            maybe(node.needed),
        ];
        let covered = node.coverage.and_then(|share| share.to_amount().ok()?);
        let covered = covered.map(|share| Cell::number(words.exact(share, web_kit::Unit::Times)));
        let covered = coverage.map(|_| covered.unwrap_or_else(|| Cell::text("").absent()));
        let cells = cells.into_iter().chain(covered);
        let head = html! { span.tree data-depth=(node.depth.min(6)) { (node.entity.name) } };
        Line::new(head, cells.zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect())
    };
    let heads = [Head::text(words.t("whose"))].into_iter().chain(names.iter().map(|name| Head::number(name.as_str())));
    let table = Table {
        label: name,
        heads: heads.collect(),
        rows: cascade.nodes.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    };
    let note = unit_name(words, unit);
    Panel { id: "cascade", title: name, note: Some(&note), body: table.render(), is_flush: true, ..Panel::default() }
        .render()
}

/// The form that sets a target of the company, a team or a person.
async fn setting(words: Words, access: &Access, kpi: &Kpi, cascade: &Cascade) -> Result<Markup, WebError> {
    let mut choices = vec![Choice { value: String::new(), label: words.t("by-company") }];
    for (by, record_type) in [(ByWord::Team, &access::TEAM), (ByWord::Rep, &access::PERSON)] {
        let mut all = access.db().system().all(record_type).await.map_err(WebError::internal)?;
        all.retain(|record| record.value("left_on").as_date().is_none_or(|left| left > cascade.period.start));
        let mut named: Vec<Choice> = all
            .iter()
            .map(|record| Choice { value: format!("{}:#{}", by.name(), record.id), label: record.title() })
            .collect();
        named.sort_by(|one, other| one.label.cmp(&other.label));
        choices.extend(named);
    }
    let is_percent = kpi.catalogue().get(&cascade.kpi).is_some_and(|kpi| kpi.unit == KpiUnit::Percent);
    let value = if is_percent { Input::Percent("") } else { Input::Decimal("") };
    let fields = [
        Field::new("whose", words.t("whose"), Input::Select { chosen: "", choices }),
        Field { is_required: true, ..Field::new("value", words.t("target"), value) },
        Field { is_required: true, ..Field::new("reason", words.field("reason"), Input::Text("")) },
    ];
    let save = words.t("save");
    let title = words.t_with("set-target", &[("period", words.period(&cascade.period).into())]);
    let set = web_kit::components::Form {
        hidden: vec![("kpi", cascade.kpi.as_str()), ("period", cascade.period.label.as_str())],
        ..web_kit::components::Form::fresh(words, "/cascade", &title, &save, &fields)
    };
    Ok(form(words, &set))
}
