//! What is wrong with a definition, in the reader's language.

use crate::KpiError;
use rules::kpi::{CatalogueError, Dimension, ExpressionError, MadeError};
use web_kit::Words;

/// What is wrong with a definition, in the reader's language; none where it is the product's own fault.
pub fn wrong(words: Words, error: &KpiError) -> Option<String> {
    let say = |key: &str, slots: &[(&str, String)]| Some(sentence(words, key, slots));
    let made = match error {
        KpiError::Made(placed) => placed.error.as_ref(),
        KpiError::TooCostly { kpi, within } => {
            return say("costly", &[("kpi", kpi.clone()), ("what", within.as_secs().to_string())]);
        }
        KpiError::OnScorecard { role, error } => {
            return say("scorecard", &[("role", words.choice("role", role)), ("what", error.clone())]);
        }
        KpiError::PlanIsOld(_) => return Some(words.t("error-plan-is-old")),
        KpiError::NotADate { .. } => return Some(words.t("error-not-a-date")),
        _ => return None,
    };
    match made {
        MadeError::Toml(what) => say("file", &[("what", what.clone())]),
        MadeError::TooLong => say("long", &[]),
        MadeError::Rows { rows, .. } => say("rows", &[("what", rows.clone())]),
        MadeError::Id(id) => say("id", &[("what", id.clone())]),
        MadeError::Group { kpi, group } => say("group", &[("kpi", kpi.clone()), ("what", group.clone())]),
        MadeError::Kept { kpi, is, .. } => say("kept", &[("kpi", kpi.clone()), ("what", words.choice("kpi-unit", is))]),
        MadeError::Grain { grain, .. } => say("grain", &[("what", grain.clone())]),
        MadeError::Catalogue(error) => Some(of_catalogue(words, error)),
    }
}

/// Of what is told beside a KPI its name stands before it.
fn of_catalogue(words: Words, error: &CatalogueError) -> String {
    let say = |key: &str, slots: &[(&str, String)]| sentence(words, key, slots);
    let told = match error {
        CatalogueError::Toml(_, error) => say("file", &[("what", error.message().to_owned())]),
        CatalogueError::Twice(id) => say("twice", &[("kpi", id.clone())]),
        CatalogueError::NoColumn { place, near, .. } => {
            say("column", &[("what", place.clone()), ("near", near.join(", "))])
        }
        CatalogueError::NotAForecast { .. } => say("forecast", &[]),
        CatalogueError::NoName { .. } => say("no-names", &[]),
        CatalogueError::Missing { key, .. } => say(if *key == "names" { "no-names" } else { "no-reads" }, &[]),
        CatalogueError::Sides { left, right, .. } => {
            say("sides", &[("left", told(words, *left)), ("right", told(words, *right))])
        }
        CatalogueError::Unit { unit, is, .. } => {
            say("unit", &[("what", told(words, *is)), ("unit", words.choice("kpi-unit", unit))])
        }
        CatalogueError::Expression { kpi, source } => match source {
            ExpressionError::Unread { at, .. } => say("unread", &[("at", at.to_string())]),
            ExpressionError::NoKpi(id) => say("no-kpi", &[("kpi", kpi.clone()), ("what", id.clone())]),
            ExpressionError::Cycle(way) => say("cycle", &[("what", way.join(" → "))]),
            ExpressionError::TooLarge => say("large", &[]),
            ExpressionError::Units { sign, left, right, at } => say(
                "units",
                &[
                    ("sign", (*sign).to_owned()),
                    ("left", told(words, *left)),
                    ("right", told(words, *right)),
                    ("at", at.to_string()),
                ],
            ),
        },
    };
    let beside = error.kpi().filter(|kpi| kpi.contains('.'));
    beside.map_or_else(|| told.clone(), |kpi| format!("{kpi}: {told}"))
}

fn sentence(words: Words, key: &str, slots: &[(&str, String)]) -> String {
    let slots: Vec<_> = slots.iter().map(|(name, text)| (*name, text.clone().into())).collect();
    words.t_with(&format!("kpi-error-{key}"), &slots)
}

/// What something is told in, in the reader's language.
fn told(words: Words, dimension: Dimension) -> String {
    let named = dimension.units().into_iter().map(|(unit, times)| {
        let name = words.choice("kpi-unit", unit.name());
        if times == 1 { name } else { format!("{name}^{times}") }
    });
    let named: Vec<String> = named.collect();
    if named.is_empty() { words.t("kpi-plain-number") } else { named.join(" · ") }
}
