//! Answers as programs read them: the command line and the API write the same bytes.

use crate::{
    Answer, Cascade, Cause, DefinitionPlan, End, Entity, Explained, Held, Node, Opened, PersonScore, Row, ScoredKpi,
    Scores, Tried, Version,
};
use base::Amount;
use rules::{
    export::made_safe,
    kpi::{Catalogue, Companion, Definition, NullReason},
};
use serde_json::{Value, json};

pub const ROW_HEADS: [&str; 13] = [
    "kpi",
    "entity_id",
    "external_id",
    "name",
    "period",
    "value",
    "numerator",
    "denominator",
    "unit",
    "currency",
    "null_reason",
    "partial",
    "row_count",
];

pub const OPENED_HEADS: [&str; 8] =
    ["id", "external_id", "name", "numerator", "denominator", "record", "date", "owner"];

pub fn catalogue(catalogue: &Catalogue) -> Value {
    json!({ "kpis": catalogue.iter().map(definition).collect::<Vec<_>>() })
}

pub fn definition(definition: &Definition) -> Value {
    json!({
        "id": definition.id,
        "names": definition.names,
        "meaning": definition.meaning,
        "unit": definition.unit.name(),
        "better": definition.better.name(),
        "formula": definition.reads,
        "since": definition.since.map(|since| since.to_string()),
        "reference": definition.reference,
        "authority": definition.authority,
        "companions": definition.companions.iter().map(companion).collect::<Vec<_>>(),
    })
}

fn companion(companion: &Companion) -> Value {
    json!({ "id": companion.id, "names": companion.names, "formula": companion.reads })
}

pub fn answer(answer: &Answer) -> Value {
    json!({
        "rows": answer.rows.iter().map(row).collect::<Vec<_>>(),
        "revenue_basis": answer.basis.name(),
        "as_of": answer.as_of.to_string(),
        "known_at_seq": answer.known_at.0,
        "not_additive": answer.not_additive,
        "basis": if answer.restated { "restated" } else { "as_reported" },
        "org": answer.org.map_or_else(|| "at_fact".to_owned(), |day| format!("on:{day}")),
    })
}

pub(crate) fn row(row: &Row) -> Value {
    json!({
        "kpi": row.kpi,
        "entity": entity(&row.entity),
        "period": row.period.label,
        "value": row.value,
        "numerator": plain(row.numerator),
        "denominator": plain(row.denominator),
        "target": plain(row.target),
        "unit": row.unit.name(),
        "currency": row.currency.map(|currency| currency.to_string()),
        "null_reason": row.null_reason.map(NullReason::name),
        "partial": row.partial,
        "mature": row.mature,
        "row_count": row.row_count,
        "formula_since": row.definition.since.map(|since| since.to_string()),
    })
}

/// What definitions would come to, or what was set.
pub fn planned(plan: &DefinitionPlan) -> Value {
    let tried = |tried: &Tried| {
        json!({
            "kpi": definition(&tried.definition),
            "replaces": tried.replaces.as_deref().map(definition),
            "values": tried.values.iter().map(row).collect::<Vec<_>>(),
        })
    };
    json!({ "from": plan.from.to_string(), "kpis": plan.tried.iter().map(tried).collect::<Vec<_>>() })
}

/// A KPI and what the company had, has and will have in its place.
pub fn versions(held: Option<&Definition>, versions: &[Version]) -> Value {
    let version = |version: &Version| {
        json!({
            "since": version.since.to_string(),
            "set_on": version.set_on.to_string(),
            "set_by": version.set_by.as_ref().map(entity),
            "reason": version.reason,
            "file": version.text,
        })
    };
    json!({ "kpi": held.map(definition), "versions": versions.iter().map(version).collect::<Vec<_>>() })
}

pub fn scores(scores: &Scores) -> Value {
    json!({
        "period": scores.period.label,
        "from": scores.period.start.to_string(),
        "to": scores.period.end.to_string(),
        "as_of": scores.as_of.to_string(),
        "known_at_seq": scores.known_at.0,
        "people": scores.people.iter().map(person_score).collect::<Vec<_>>(),
    })
}

fn person_score(one: &PersonScore) -> Value {
    json!({
        "person": entity(&one.person),
        "role": one.role,
        "score": plain(one.score),
        "weight_present": one.weight_present.to_text(),
        "missing": one.card.missing.name(),
        "kpis": one.kpis.iter().map(scored_kpi).collect::<Vec<_>>(),
    })
}

pub fn scored_kpi(one: &ScoredKpi) -> Value {
    json!({
        "kpi": one.item.id,
        "by": one.by.name(),
        "weight": plain(one.item.weight),
        "curve": one.item.curve.to_string(),
        "value": one.row.as_ref().and_then(|row| row.value.clone()),
        "numerator": one.row.as_ref().and_then(|row| plain(row.numerator)),
        "denominator": one.row.as_ref().and_then(|row| plain(row.denominator)),
        "target": plain(one.target),
        "score": plain(one.part.score.ok()),
        "no_score": one.part.score.err().map(rules::score::NoScore::name),
        "adds": one.part.adds.to_text(),
    })
}

pub fn explained(explained: &Explained) -> Value {
    let cause = |cause: &Cause| {
        json!({
            "kind": cause.kind.name(),
            "record": cause.record.as_ref().map(|(record, _)| entity(record)),
            "record_type": cause.record.as_ref().map(|(_, record_type)| record_type),
            "kpi": cause.part,
            "fields": cause.fields,
            "rows": cause.rows,
            "effect": cause.effect.to_text(),
        })
    };
    let end = |end: &End| {
        json!({
            "value": plain(end.value),
            "null_reason": end.null_reason.map(NullReason::name),
            "from": end.from.to_string(),
            "to": end.to.to_string(),
            "as_of": end.as_of.to_string(),
        })
    };
    json!({
        "kpi": explained.kpi,
        "unit": explained.unit.name(),
        "currency": explained.currency.map(|currency| currency.to_string()),
        "before": end(&explained.before),
        "after": end(&explained.after),
        "difference": plain(explained.difference()),
        "causes": explained.causes.iter().map(cause).collect::<Vec<_>>(),
        "rounding": explained.rounding.to_text(),
    })
}

pub fn cascade(cascade: &Cascade) -> Value {
    let share = |share: Option<base::Fraction>| share.and_then(|share| share.value(6));
    let node = |node: &Node| {
        json!({
            "by": node.by.name(),
            "entity": entity(&node.entity),
            "depth": node.depth,
            "target": plain(node.target),
            "sum_below": plain(node.of_parts),
            "over_assigned": plain(node.over()),
            "value": node.row.as_ref().and_then(|row| row.value.clone()),
            "attainment": share(node.attainment()),
            "pace": share(node.pace),
            "needed_a_month": plain(node.needed),
            "coverage": share(node.coverage),
        })
    };
    json!({
        "kpi": cascade.kpi,
        "unit": cascade.unit.name(),
        "period": cascade.period.label,
        "as_of": cascade.as_of.to_string(),
        "known_at_seq": cascade.known_at.0,
        "nodes": cascade.nodes.iter().map(node).collect::<Vec<_>>(),
    })
}

/// A scorecard as programs read it; `file` is what the command line takes.
pub fn scorecard(held: &Held) -> Value {
    let card = &held.card;
    json!({
        "role": card.role,
        "since": held.since.map(|since| since.to_string()),
        "until": held.later.map(|later| later.to_string()),
        "broken": held.broken,
        "missing": card.missing.name(),
        "file": card.to_text().ok(),
    })
}

pub fn opened(opened: &Opened) -> Value {
    let rows: Vec<Value> = opened
        .rows
        .iter()
        .map(|row| {
            json!({
                "record": entity(&row.entity),
                "numerator": row.numerator.to_text(),
                "denominator": plain(row.denominator),
                "record_type": row.record,
                "date": row.day.map(|day| day.to_string()),
                "adjustment": row.adjusts,
                "owner": row.owner.as_ref().map(entity),
            })
        })
        .collect();
    json!({
        "kpi": opened.kpi,
        "value": opened.value,
        "numerator": opened.numerator.to_text(),
        "denominator": plain(opened.denominator),
        "unit": opened.unit.name(),
        "currency": opened.currency.map(|currency| currency.to_string()),
        "record": opened.record,
        "null_reason": opened.null_reason.map(NullReason::name),
        "rows": rows,
        "parts": opened.parts.iter().map(row).collect::<Vec<_>>(),
        "more_rows": opened.hidden.map(|hidden| json!({
            "count": hidden.rows,
            "numerator": hidden.numerator.to_text(),
            "denominator": plain(hidden.denominator),
        })),
        "rounding": opened.rounding.to_text(),
    })
}

/// Lines under [`ROW_HEADS`]; text that a spreadsheet would take for a formula is made safe.
pub fn row_lines(answer: &Answer) -> Vec<Vec<String>> {
    let line = |row: &Row| {
        let [id, external_id, name] = entity_cells(&row.entity);
        vec![
            row.kpi.clone(),
            id,
            external_id,
            name,
            row.period.label.clone(),
            row.value.clone().unwrap_or_default(),
            plain(row.numerator).unwrap_or_default(),
            plain(row.denominator).unwrap_or_default(),
            row.unit.name().to_owned(),
            row.currency.map(|currency| currency.to_string()).unwrap_or_default(),
            row.null_reason.map(|reason| reason.name().to_owned()).unwrap_or_default(),
            row.partial.to_string(),
            row.row_count.to_string(),
        ]
    };
    answer.rows.iter().map(line).collect()
}

/// Lines under [`OPENED_HEADS`].
pub fn opened_lines(opened: &Opened) -> Vec<Vec<String>> {
    let line = |row: &crate::OpenRow| {
        let [id, external_id, name] = entity_cells(&row.entity);
        let (numerator, denominator) = (row.numerator.to_text(), plain(row.denominator).unwrap_or_default());
        let day = row.day.map(|day| day.to_string()).unwrap_or_default();
        let owner = row.owner.as_ref().map(|owner| made_safe(&owner.name)).unwrap_or_default();
        vec![id, external_id, name, numerator, denominator, row.record.to_owned(), day, owner]
    };
    // Rows that may not be opened stand as one line, so that the file adds up to the number too.
    let closed = opened.hidden.iter().map(|hidden| {
        let name = format!("{} more rows", hidden.rows);
        let (numerator, denominator) = (hidden.numerator.to_text(), plain(hidden.denominator).unwrap_or_default());
        let none = String::new;
        vec![none(), none(), name, numerator, denominator, none(), none(), none()]
    });
    opened.rows.iter().map(line).chain(closed).collect()
}

fn entity(entity: &Entity) -> Value {
    json!({ "id": entity.id.map(|id| id.0), "external_id": entity.external_id, "name": entity.name })
}

fn entity_cells(entity: &Entity) -> [String; 3] {
    [
        entity.id.map(|id| id.to_string()).unwrap_or_default(),
        entity.external_id.as_deref().map(made_safe).unwrap_or_default(),
        made_safe(&entity.name),
    ]
}

fn plain(amount: Option<Amount>) -> Option<String> {
    amount.map(Amount::to_text)
}
