//! Whether coaching works: a KPI of the coached beside people like them, with its interval.

use super::{ACTIVE, Asking, failed, person_path, places};
use crate::{CoachingError, EffectAsk, Tried, effect::USUAL_LEAST};
use axum::extract::Query;
use base::{Amount, Period, RecordId};
use maud::{Markup, Render, html};
use rules::{
    coaching::{Pair, Verdict},
    kpi::Definition,
};
use serde::Deserialize;
use std::sync::Arc;
use web_kit::{
    Unit, WebError, Words,
    components::{
        Cell, Choice, Field, Head, Input, Message, Mood, Panel, Row as Line, Table, empty, facts, field, message,
        page_head, record_link,
    },
};

#[derive(Deserialize)]
pub struct Asked {
    kpi: Option<String>,
    period: Option<String>,
    #[serde(default)]
    least: String,
}

const USUAL_KPI: &str = "deals_won_count";

pub async fn page(Asking { asker, coaching }: Asking, Query(asked): Query<Asked>) -> Result<Markup, WebError> {
    let words = asker.words;
    let title = words.t("coaching-effect");
    let kpis = match coaching.tried_kpis().await {
        Err(CoachingError::LeadsNobody) => Vec::new(),
        found => found.map_err(failed)?,
    };
    let periods = coaching.tried_periods().await.map_err(failed)?;
    let ask = EffectAsk {
        kpi: asked.kpi.unwrap_or_else(|| USUAL_KPI.to_owned()),
        period: asked.period.or_else(|| periods.first().map(|one| one.label.clone())).unwrap_or_default(),
        least: if asked.least.is_empty() {
            USUAL_LEAST
        } else {
            asked.least.parse().map_err(|_| failed(CoachingError::Design))?
        },
    };
    let body = if kpis.is_empty() {
        empty(&words.t("effect-nobody"), &words.t("effect-nobody-hint"), None)
    } else {
        let tried = coaching.effect(&ask).await.map_err(failed)?;
        let currency = coaching.currency().await.map_err(failed)?;
        let unit = kpi::unit(tried.definition.unit, Some(currency));
        html! {
            (choose(words, &kpis, &periods, &ask))
            (verdict(words, &tried, unit))
            (pairs(words, &tried, unit))
            (design(words, &tried))
        }
    };
    let content = html! {
        (page_head(&title, Some(&words.t("effect-sub")), &html! {}))
        (places(words, "/coaching/effect"))
        div.stack { (body) }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn name(words: Words, definition: &Definition) -> String {
    definition.name(words.language.code()).to_owned()
}

fn choose(words: Words, kpis: &[Arc<Definition>], periods: &[Period], ask: &EffectAsk) -> Markup {
    let kpis = kpis.iter().map(|one| Choice { value: one.id.clone(), label: name(words, one) }).collect();
    let periods = periods.iter().map(|one| Choice { value: one.label.clone(), label: words.period(one) }).collect();
    let least = ask.least.to_string();
    let fields = [
        Field::new("kpi", words.t("effect-kpi"), Input::Select { chosen: &ask.kpi, choices: kpis }),
        Field::new("period", words.t("period"), Input::Select { chosen: &ask.period, choices: periods }),
        Field::new("least", words.t("effect-least"), Input::Whole(&least)),
    ];
    html! {
        form.panel method="get" action="/coaching/effect" { div.body.stack {
            div.fgrid { @for one in &fields { (field(words, one)) } }
            div.btns { button.btn.btn-primary { (words.t("effect-ask")) } }
        } }
    }
}

fn told(words: Words, value: Amount, unit: Unit) -> String {
    words.exact_difference(value, unit).to_string()
}

fn verdict(words: Words, tried: &Tried, unit: Unit) -> Markup {
    let (mood, key) = match tried.effect.verdict {
        Verdict::Better => (Mood::Good, "effect-better".to_owned()),
        Verdict::Worse => (Mood::Bad, "effect-worse".to_owned()),
        Verdict::CannotTell(why) => (Mood::Neutral, format!("effect-{}", why.name().replace('_', "-"))),
    };
    let figures = match (tried.effect.mean, tried.effect.interval) {
        (Some(mean), Some(interval)) => words.t_with(
            "effect-interval",
            &[
                ("mean", told(words, mean, unit).into()),
                ("low", told(words, interval.low, unit).into()),
                ("high", told(words, interval.high, unit).into()),
            ],
        ),
        (Some(mean), None) => words.t_with("effect-mean", &[("mean", told(words, mean, unit).into())]),
        _ => words.t("effect-no-mean"),
    };
    let what = words.t(&key);
    html! { (message(words, &Message { mood, what: &what, hint: Some(&figures), buttons: None, reference: None })) }
}

fn pairs(words: Words, tried: &Tried, unit: Unit) -> Markup {
    let who = |id: &RecordId| tried.names.get(id).cloned().unwrap_or_default();
    let row = |pair: &Pair| {
        let likes = html! {
            @for like in &pair.likes { div.small { (who(&like.id)) " " span.mut { (told(words, like.change, unit)) } } }
        };
        let cells = vec![
            Cell::number(told(words, pair.change, unit)),
            Cell::text(likes),
            Cell::number(told(words, pair.effect, unit)),
        ];
        Line::new(record_link(&person_path(pair.coached), &who(&pair.coached)), cells)
    };
    let title = words.t("effect-pairs");
    let heads = vec![
        Head::text(words.t("effect-coached")),
        Head::number(words.t("effect-change")),
        Head::text(words.t("effect-likes")),
        Head::number(words.t("effect-more")),
    ];
    let rows = tried.effect.pairs.iter().map(row).collect();
    let none = (words.t("effect-no-pairs"), words.t("effect-no-pairs-hint"));
    Table { label: &title, heads, rows, is_lines: true, ..Table::default() }.in_panel("pairs", (&none.0, &none.1))
}

/// How it was compared, with who stands on neither side.
fn design(words: Words, tried: &Tried) -> Markup {
    let unmatched: Vec<String> = tried.effect.unmatched.iter().filter_map(|id| tried.names.get(id).cloned()).collect();
    let rows = [
        (words.t("effect-kpi"), name(words, &tried.definition)),
        (words.t("effect-before"), words.period(&tried.before)),
        (words.t("effect-after"), words.period(&tried.after)),
        (words.t("effect-controls"), words.count(tried.effect.controls)),
        (words.t("effect-unmatched"), if unmatched.is_empty() { "–".to_owned() } else { unmatched.join(", ") }),
        (words.t("effect-between"), words.count(tried.between)),
        (words.t("effect-without"), words.count(tried.without)),
    ];
    let title = words.t("effect-how");
    let body = html! { (facts(&rows)) p.mut.small { (words.t("effect-how-hint")) } };
    Panel { id: "how", title: &title, body, ..Panel::default() }.render()
}
