//! What the API offers, as OpenAPI 3.1.

use super::{DESCRIPTION, KPIS, QUERY, ROWS};
use crate::{ByWord, json};
use base::Grain;
use serde_json::{Map, Value, json};

pub(super) fn document() -> Value {
    let mut paths = Map::new();
    paths.insert(DESCRIPTION.to_owned(), operation("This description", &[], &object(&[]), false));
    paths
        .insert(KPIS.to_owned(), operation("All KPIs: names, meaning, unit, formula", &[], &list("kpis", "Kpi"), true));
    let asked = [vec![parameter("ids", "KPI ids, with commas between them.", true)], scope(), vec![grain()]].concat();
    paths.insert(QUERY.to_owned(), operation("Values by entity and period", &asked, &reference("Answer"), true));
    let asked = [vec![parameter("id", "One KPI id.", true)], scope()].concat();
    paths.insert(ROWS.to_owned(), operation("The rows behind one number", &asked, &reference("Opened"), true));
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Clinch", "version": env!("CARGO_PKG_VERSION") },
        "paths": paths,
        "components": { "schemas": schemas(), "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } } },
    })
}

fn operation(summary: &str, parameters: &[Value], answer: &Value, is_guarded: bool) -> Value {
    let problem = json!({
        "description": "What is wrong, and what to change",
        "content": { "application/problem+json": { "schema": reference("Problem") } },
    });
    let security = if is_guarded { json!([{ "token": [] }]) } else { json!([]) };
    json!({ "get": {
        "summary": summary,
        "parameters": parameters,
        "security": security,
        "responses": {
            "200": { "description": "The answer", "content": { "application/json": { "schema": answer } } },
            "4XX": problem,
        },
    }})
}

fn parameter(name: &str, description: &str, is_required: bool) -> Value {
    json!({
        "name": name, "in": "query", "required": is_required, "description": description,
        "schema": { "type": "string" },
    })
}

fn choice(name: &str, description: &str, words: &[&str], default: &str) -> Value {
    json!({
        "name": name, "in": "query", "required": false, "description": description,
        "schema": { "type": "string", "enum": words, "default": default },
    })
}

fn grain() -> Value {
    choice("grain", "How long a period is.", &Grain::EVERY.map(Grain::name), Grain::Year.name())
}

fn scope() -> Vec<Value> {
    vec![
        choice("by", "What the numbers are broken down by.", &ByWord::EVERY.map(ByWord::name), "company"),
        parameter("entity", "Only this one: its external id, or # and its number.", false),
        parameter("from", "The first day, like 2026-02-01.", false),
        parameter("to", "The day after the last one.", false),
        parameter("as_of", "As it was at the end of this day.", false),
        parameter("known_at", "As it was known then: a day (its end) or a moment with its zone.", false),
        parameter(
            "org",
            "at_fact: each fact in the organisation of its own day; on:2026-01-01: all in that day's.",
            false,
        ),
    ]
}

fn reference(name: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{name}") })
}

fn list(name: &str, of: &str) -> Value {
    object(&[(name, json!({ "type": "array", "items": reference(of) }))])
}

fn object(properties: &[(&str, Value)]) -> Value {
    let names: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let properties: Map<String, Value> =
        properties.iter().map(|(name, schema)| ((*name).to_owned(), schema.clone())).collect();
    json!({ "type": "object", "properties": properties, "required": names })
}

fn schemas() -> Value {
    let text = json!({ "type": "string" });
    let maybe_text = json!({ "type": ["string", "null"] });
    let count = json!({ "type": "integer" });
    let decimal = json!({ "type": "string", "description": "A decimal number as text, exact." });
    let maybe_decimal = json!({ "type": ["string", "null"], "description": "A decimal number as text, exact." });
    let names = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let rows = |of: &str| json!({ "type": "array", "items": reference(of) });
    let row = json::ROW_HEADS.into_iter().filter(|name| !["entity_id", "external_id", "name"].contains(name));
    let row: Vec<(&str, Value)> = row
        .map(|name| match name {
            "partial" => (name, json!({ "type": "boolean" })),
            "row_count" => (name, count.clone()),
            "kpi" | "period" | "unit" => (name, text.clone()),
            "value" | "numerator" | "denominator" => (name, maybe_decimal.clone()),
            _ => (name, maybe_text.clone()),
        })
        .chain([("entity", reference("Entity"))])
        .collect();
    json!({
        "Kpi": object(&[
            ("id", text.clone()), ("names", names.clone()), ("meaning", names), ("unit", text.clone()),
            ("better", text.clone()), ("formula", text.clone()), ("reference", text.clone()), ("authority", texts.clone()),
        ]),
        "Entity": object(&[
            ("id", json!({ "type": ["integer", "null"] })), ("external_id", maybe_text.clone()), ("name", text.clone()),
        ]),
        "Row": object(&row),
        "Answer": object(&[
            ("rows", rows("Row")), ("revenue_basis", text.clone()), ("as_of", text.clone()), ("known_at_seq", count.clone()),
            ("not_additive", texts), ("org", text.clone()),
        ]),
        "OpenedRow": object(&[
            ("record", reference("Entity")), ("numerator", decimal.clone()), ("denominator", maybe_decimal.clone()),
        ]),
        "Opened": object(&[
            ("kpi", text.clone()), ("value", maybe_decimal.clone()), ("numerator", decimal.clone()),
            ("denominator", maybe_decimal), ("unit", text.clone()), ("currency", maybe_text.clone()),
            ("record", text.clone()), ("null_reason", maybe_text), ("rows", rows("OpenedRow")),
            ("more_rows", json!({ "type": ["object", "null"] })), ("rounding", decimal),
        ]),
        "Problem": object(&[
            ("status", count), ("code", text.clone()), ("title", text.clone()), ("detail", text),
        ]),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_route_is_described_and_every_reference_leads_somewhere() {
        let document = document();
        for path in [DESCRIPTION, KPIS, QUERY, ROWS] {
            assert!(document["paths"][path]["get"].is_object(), "{path}");
        }
        assert_eq!(document["paths"].as_object().map(Map::len), Some(4));
        let text = document.to_string();
        for name in text.split("#/components/schemas/").skip(1).filter_map(|rest| rest.split('"').next()) {
            assert!(document["components"]["schemas"][name].is_object(), "{name}");
        }
    }
}
