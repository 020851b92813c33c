//! Scores by person and period, and one person's scorecard with what its score is made of.

mod person;

pub use person::page as person;

use super::failed;
use crate::{KnownAt, KpiError, PersonScore, ScoreAsk, Scores, asked, asked::Folder, scoring::fix_planned};
use access::{Access, Asker};
use axum::{
    Extension, Form,
    extract::{Query, State},
    response::{IntoResponse, Redirect, Response},
};
use base::{Amount, FiscalCalendar, Grain, Period, RecordId, Seq};
use db::Record;
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Clocks, Head, Panel, Place, Purpose, Row as Line, Table, button, clocks, empty, page_head, partial_tag,
        past_banner, record_link, segmented, stepper, toast,
    },
};

const ACTIVE: &str = "scores";
/// Decimals of a score as people read it.
pub(super) const SCORE_DECIMALS: u32 = 1;

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    period: String,
    role: String,
    as_of: String,
    known_at: String,
    fixed: String,
}

impl Asked {
    fn ask(&self, folder: &Folder) -> Result<ScoreAsk, KpiError> {
        let known_at: Option<Date> = asked::day("known_at", &self.known_at)?;
        Ok(ScoreAsk {
            period: self.period.clone(),
            role: Some(self.role.clone()).filter(|role| !role.is_empty()),
            as_of: asked::day("as_of", &self.as_of)?,
            known_at: known_at.map(KnownAt::Day),
            folder: folder.path.clone(),
            ..ScoreAsk::default()
        })
    }

    /// A page of scores with some words changed.
    fn with(&self, path: &str, changes: &[(&str, &str)]) -> String {
        let own = [
            ("period", self.period.as_str()),
            ("role", &self.role),
            ("as_of", &self.as_of),
            ("known_at", &self.known_at),
        ];
        let pairs = own.map(|(name, value)| {
            (name, changes.iter().find(|(changed, _)| *changed == name).map_or(value, |(_, value)| *value))
        });
        web_kit::address(path, &pairs)
    }

    fn is_back(&self) -> bool {
        !(self.as_of.is_empty() && self.known_at.is_empty())
    }

    /// That this is not now, and the way back.
    fn past(&self, words: Words, path: &str, as_of: Date) -> Option<Markup> {
        let now = self.with(path, &[("as_of", ""), ("known_at", "")]);
        self.is_back().then(|| past_banner(words, as_of, self.known_at.parse().ok(), None, &now))
    }

    /// Which period, which clocks.
    fn controls(&self, words: Words, path: &str, scores: &Scores, calendar: &FiscalCalendar) -> [Markup; 4] {
        let (period, today) = (&scores.period, scores.as_of);
        let grains: Vec<Place> = [Grain::Month, Grain::Quarter, Grain::Year]
            .into_iter()
            .filter_map(|grain| {
                let last = period.end.yesterday().unwrap_or(period.end).min(today);
                let label = calendar.period_of(last, grain).ok()?.label;
                let href = self.with(path, &[("period", &label)]);
                Some(Place::new(words.t(&format!("grain-{}", grain.name())), href, grain == period.grain))
            })
            .collect();
        let beside = |day: Option<Date>| {
            let other = calendar.period_of(day?, period.grain).ok()?;
            (other.start <= today).then(|| self.with(path, &[("period", &other.label)]))
        };
        let (earlier, later) = (beside(period.start.yesterday().ok()), beside(Some(period.end)));
        let kept = [("period", self.period.as_str()), ("role", &self.role)];
        let clock = Clocks {
            as_of: scores.as_of,
            known_at: self.known_at.parse().ok(),
            kept: kept.into_iter().filter(|(_, value)| !value.is_empty()).collect(),
            now_href: &self.with(path, &[("as_of", ""), ("known_at", "")]),
        };
        let is_partial = scores.as_of.tomorrow().is_ok_and(|after| after < period.end);
        [
            segmented(&words.t("grain"), &grains),
            stepper(words, &words.t("period"), &words.period(period), earlier.as_deref(), later.as_deref()),
            clocks(words, &clock),
            html! { @if is_partial { (partial_tag(&words.t("partial_period"))) } },
        ]
    }
}

/// What was looked at: nothing is fixed when something was written since.
#[derive(Deserialize)]
pub struct Planned {
    period: String,
    seq: i64,
}

pub async fn list(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Query(query): Query<Asked>,
) -> Result<Response, WebError> {
    let words = asker.words;
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let asked = query.ask(&folder).map_err(failed)?;
    let scores = kpi.scores(&ScoreAsk { role: None, ..asked.clone() }).await.map_err(failed)?;
    if let ([only], false) = (scores.people.as_slice(), kpi.sets_scorecards().await.map_err(failed)?) {
        let address = person_address(&query, only);
        return Ok(Redirect::to(&address).into_response());
    }
    let calendar = kpi.calendar().await.map_err(failed)?;
    let mut roles: Vec<&str> = scores.people.iter().map(|one| one.role.as_str()).collect();
    roles.dedup();
    let mut places =
        vec![Place::new(words.t("all-roles"), query.with("/scores", &[("role", "")]), query.role.is_empty())];
    places.extend(roles.iter().map(|role| {
        let href = query.with("/scores", &[("role", role)]);
        Place::new(words.choice("role", role), href, query.role == *role)
    }));
    let fixed = if query.is_back() { BTreeMap::new() } else { kpi.fixed(&scores.period).await.map_err(failed)? };
    let shown: Vec<&PersonScore> =
        scores.people.iter().filter(|one| query.role.is_empty() || one.role == query.role).collect();
    let title = words.t("scores");
    let body = if shown.is_empty() {
        empty(&words.t("no-scores"), &words.t("no-scores-hint"), None)
    } else {
        table(words, &query, &title, &shown, &fixed).render()
    };
    let may_fix = kpi.sets_scorecards().await.map_err(failed)?;
    let way = html! {
        @if may_fix { a.btn href="/scorecards" { (words.t("scorecards")) } }
        @if may_fix && !query.is_back() && scores.period.end <= scores.as_of && !scores.people.is_empty() {
            form method="post" action="/scores" {
                input type="hidden" name="period" value=(scores.period.label);
                input type="hidden" name="seq" value=(scores.known_at.0);
                (button(Purpose::Primary, &words.t_with("fix-scores", &[("period", words.period(&scores.period).into())])))
            }
        }
    };
    let content = html! {
        (page_head(&title, Some(&words.t("scores-hint")), &way))
        (web_kit::components::controls(&query.controls(words, "/scores", &scores, &calendar)))
        (web_kit::components::controls(&[segmented(&words.t("role"), &places)]))
        (Panel { id: "scores", title: &words.period(&scores.period), body, is_flush: !shown.is_empty(), ..Panel::default() })
    };
    let told = query.fixed.parse::<usize>().ok();
    let told = told.map(|count| toast(words, &words.t_with("scores-fixed", &[("count", count.into())]), None, None));
    let past = query.past(words, "/scores", scores.as_of);
    Ok(asker.telling(&title, Some(ACTIVE), past, told, &content).into_response())
}

/// Everybody with their score, and what was fixed.
fn table<'a>(
    words: Words,
    query: &Asked,
    title: &'a str,
    people: &[&PersonScore],
    fixed: &BTreeMap<RecordId, Record>,
) -> Table<'a> {
    let row = |one: &&PersonScore| {
        let kept = one.person.id.and_then(|id| fixed.get(&id));
        let cells = vec![
            Cell::text(words.choice("role", &one.role)),
            score_cell(words, one.score),
            Cell::number(words.decimal(one.weight_present, 0) + "%"),
            match kept.map(|record| record.value("score").as_decimal()) {
                Some(score) => score_cell(words, score),
                None => Cell::text(""),
            },
        ];
        Line::new(record_link(&person_address(query, one), &one.person.name), cells)
    };
    let heads = vec![
        Head::text(words.t("by-rep")),
        Head::text(words.t("role")),
        Head::number(words.t("score")),
        Head::number(words.t("weight-present")),
        Head::number(words.t("fixed")),
    ];
    Table { label: title, heads, rows: people.iter().map(row).collect(), is_pinned: true, ..Table::default() }
}

fn score_cell(words: Words, score: Option<Amount>) -> Cell {
    match score {
        Some(score) => Cell::number(words.decimal(score, SCORE_DECIMALS)).drawn(Some(score)),
        None => Cell::number(html! { span.mut title=(words.t("too-little-weight")) { "–" } }),
    }
}

fn person_address(query: &Asked, one: &PersonScore) -> String {
    let id = one.person.id.map_or(0, |id| id.0);
    query.with(&format!("/scores/{id}"), &[("role", "")])
}

pub async fn fix(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Form(planned): Form<Planned>,
) -> Result<Redirect, WebError> {
    let kpi = folder.kpi(access.db(), &asker.session.viewer).await.map_err(failed)?;
    let period = planned.period;
    let written =
        fix_planned(&kpi, period.clone(), Seq(planned.seq), &folder.path, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&web_kit::address("/scores", &[("period", &period), ("fixed", &written.to_string())])))
}

/// The twelve months up to a period's end, for the course of a value.
fn year_up_to(calendar: &FiscalCalendar, period: &Period, as_of: Date) -> Option<(Date, Date)> {
    let last = period.end.yesterday().ok()?.min(as_of);
    let end = calendar.period_of(last, Grain::Month).ok()?.end;
    Some((end.checked_sub(jiff::ToSpan::months(12)).ok()?, end))
}
