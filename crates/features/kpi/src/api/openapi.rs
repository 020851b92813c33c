//! What the API offers about KPIs.

use super::{CASCADE, CLOSING, KPI, KPIS, METRICS, PERIODS, QUERY, ROWS, SCORECARD, SCORECARDS, SCORES, WHY};
use crate::{ByWord, json};
use base::Grain;
use serde_json::{Map, Value, json};
use web_kit::openapi::{Description, choice, in_path, list, object, operation, parameter, reference, word_in_path};

pub fn description() -> Description {
    let mut described = Description { schemas: schemas(), ..Description::default() };
    let all = operation("All KPIs: names, meaning, unit, formula", &[], None, &list("kpis", "Kpi"), true);
    described.operation(KPIS, "get", all);
    let asked = [vec![parameter("ids", "KPI ids, with commas between them.", true)], scope(), vec![grain()]].concat();
    let query = operation("Values by entity and period", &asked, None, &reference("Answer"), true);
    described.operation(QUERY, "get", query);
    let asked = [vec![parameter("id", "One KPI id.", true)], scope()].concat();
    let rows = operation("The rows behind one number", &asked, None, &reference("Opened"), true);
    described.operation(ROWS, "get", rows);
    let against = parameter(
        "against",
        "period: the same length before; year: a year before; as_of:2026-01-31 or known_at:2026-01-31: as it was, or was known, then.",
        false,
    );
    let asked = [vec![parameter("id", "One KPI id.", true), against], scope()].concat();
    let why = operation(
        "Why a number is another than it was: causes that sum to it",
        &asked,
        None,
        &reference("Explained"),
        true,
    );
    described.operation(WHY, "get", why);
    let all = operation("The periods that are closed", &[], None, &list("periods", "ClosedPeriod"), true);
    described.operation(PERIODS, "get", all);
    let period = [word_in_path("period", "2026-02, 2026-Q1 or 2026.")];
    let plan = reference("ClosingPlan");
    let planned = operation("What closing a period would fix; nothing is written", &period, None, &plan, true);
    described.operation(CLOSING, "get", planned);
    let body = object(&[("seq", json!({ "type": "integer", "description": "That of the plan that was looked at." }))]);
    described.operation(CLOSING, "post", operation("Closes a period as planned", &period, Some(&body), &plan, true));
    let reopened = object(&[("period", json!({ "type": "string" })), ("reopened", json!({ "type": "boolean" }))]);
    let reopen = operation("Opens a closed period again", &period, None, &reopened, true);
    described.operation(CLOSING, "delete", reopen);
    let text = json!({ "type": "string", "description": "Prometheus' text format 0.0.4." });
    described.operation(
        METRICS,
        "get",
        operation("What questions cost the server, for its operators", &[], None, &text, true),
    );
    defining(&mut described);
    cascading(&mut described);
    scoring(&mut described);
    described
}

fn defining(described: &mut Description) {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let body = object(&[
        ("from", text("The first day on which they hold.")),
        ("file", text("KPIs, as docs/kpi-format.md has them.")),
        ("reason", text("Why they change.")),
        (
            "check",
            json!({ "type": "boolean", "description": "Only tell what they would come to; nothing is written." }),
        ),
    ]);
    let planned = object(&[("from", text("")), ("kpis", json!({ "type": "array", "items": { "type": "object" } }))]);
    let set = operation("Sets the company's own KPIs from a day on, all or none", &[], Some(&body), &planned, true);
    described.operation(KPIS, "put", set);
    let id = [in_path("id", "A KPI id.")];
    let shown = object(&[
        ("kpi", json!({ "oneOf": [reference("Kpi"), { "type": "null" }] })),
        ("versions", json!({ "type": "array", "items": { "type": "object" } })),
    ]);
    let show = operation("A KPI, and the company's own versions of it", &id, None, &shown, true);
    described.operation(KPI, "get", show);
    let from = parameter("from", "The first day on which it no longer holds.", true);
    let asked = [id.to_vec(), vec![from, parameter("reason", "Why it ends.", false)]].concat();
    let ended = object(&[("kpi", text("")), ("ends", text(""))]);
    let end = operation("Ends a company's own KPI: the one that ships holds, or none", &asked, None, &ended, true);
    described.operation(KPI, "delete", end);
}

fn cascading(described: &mut Description) {
    let asked = [
        parameter("kpi", "One KPI id.", true),
        parameter("period", "2026-02, 2026-Q1 or 2026; the year of today when nothing is said.", false),
        parameter("as_of", "As it was at the end of this day.", false),
        parameter("known_at", "As it was known then: a day (its end) or a moment with its zone.", false),
    ];
    let tree = operation("Targets from the company down to people", &asked, None, &reference("Cascade"), true);
    described.operation(CASCADE, "get", tree);
    let text = |says: &str| json!({ "type": "string", "description": says });
    let body = object(&[
        ("kpi", text("One KPI id.")),
        ("period", text("2026-02, 2026-Q1 or 2026.")),
        ("team", text("Whose it is: a team's number or external id; or empty.")),
        ("person", text("Or a person's; the company's where both are empty.")),
        ("value", text("A decimal number; of a percentage a fraction.")),
        ("reason", text("Why it is this much.")),
    ]);
    let done = object(&[("kpi", text("")), ("period", text("")), ("by", text("")), ("value", text(""))]);
    described.operation(CASCADE, "put", operation("Sets a target", &[], Some(&body), &done, true));
}

fn scoring(described: &mut Description) {
    let asked = [
        parameter("period", "2026-02, 2026-Q1 or 2026; the year of today when nothing is said.", false),
        parameter(
            "role",
            "Only people of this role: sdr, ae, aem, esd, hos, kam or one with a scorecard of its own.",
            false,
        ),
        parameter("person", "Only this person: their external id, or # and their number.", false),
        parameter("as_of", "As it was at the end of this day.", false),
        parameter("known_at", "As it was known then: a day (its end) or a moment with its zone.", false),
        choice("basis", "What closed periods answer.", &["as_reported", "restated"], "as_reported"),
    ];
    let scores = operation("The scores of people by their role's scorecard", &asked, None, &reference("Scores"), true);
    described.operation(SCORES, "get", scores);
    let text = |says: &str| json!({ "type": "string", "description": says });
    let body = object(&[
        ("period", text("2026-02, 2026-Q1 or 2026; it is over.")),
        ("seq", json!({ "type": "integer", "description": "known_at_seq of the scores that were looked at." })),
    ]);
    let done = object(&[("period", text("")), ("fixed", json!({ "type": "integer" }))]);
    described.operation(SCORES, "post", operation("Fixes a period's scores as records", &[], Some(&body), &done, true));
    let all = operation("The scorecard of each role", &[], None, &list("scorecards", "Scorecard"), true);
    described.operation(SCORECARDS, "get", all);
    let body = object(&[
        ("from", text("The first day on which it holds.")),
        ("file", text("The scorecard, as docs/scorecard-format.md has it.")),
        ("reason", text("Why it changes.")),
    ]);
    let done = object(&[("role", text("")), ("from", text(""))]);
    let role = [word_in_path("role", "ae, sdr, ...")];
    described.operation(
        SCORECARD,
        "put",
        operation("Sets a role's scorecard from a day on", &role, Some(&body), &done, true),
    );
}

fn grain() -> Value {
    choice("grain", "How long a period is.", &Grain::EVERY.map(Grain::name), Grain::Year.name())
}

fn scope() -> Vec<Value> {
    let filters = ByWord::EVERY.into_iter().filter(|by| *by != ByWord::Company);
    let filters = filters.map(|by| parameter(by.name(), "Only what belongs to this too.", false));
    let own = vec![
        choice("by", "What the numbers are broken down by.", &ByWord::EVERY.map(ByWord::name), "company"),
        parameter("entity", "Only this one: its external id, or # and its number.", false),
        parameter("from", "The first day, like 2026-02-01.", false),
        parameter("to", "The day after the last one.", false),
        parameter("as_of", "As it was at the end of this day.", false),
        parameter("known_at", "As it was known then: a day (its end) or a moment with its zone.", false),
        choice("basis", "What closed periods answer.", &["as_reported", "restated"], "as_reported"),
        parameter(
            "org",
            "at_fact: each fact in the organisation of its own day; on:2026-01-01: all in that day's.",
            false,
        ),
    ];
    own.into_iter().chain(filters).collect()
}

fn schemas() -> Map<String, Value> {
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
        .chain([("entity", reference("Entity")), ("formula_since", maybe_text.clone())])
        .collect();
    let schemas = json!({
        "Kpi": object(&[
            ("id", text.clone()), ("names", names.clone()), ("meaning", names), ("unit", text.clone()),
            ("better", text.clone()), ("formula", text.clone()), ("since", maybe_text.clone()), ("reference", text.clone()), ("authority", texts.clone()),
        ]),
        "Entity": object(&[
            ("id", json!({ "type": ["integer", "null"] })), ("external_id", maybe_text.clone()), ("name", text.clone()),
        ]),
        "Row": object(&row),
        "Answer": object(&[
            ("rows", rows("Row")), ("revenue_basis", text.clone()), ("as_of", text.clone()), ("known_at_seq", count.clone()),
            ("not_additive", texts.clone()), ("org", text.clone()), ("basis", text.clone()),
        ]),
        "ClosedPeriod": object(&[
            ("period", text.clone()), ("from", text.clone()), ("to", text.clone()), ("seq", count.clone()),
        ]),
        "ClosingPlan": object(&[
            ("period", text.clone()), ("from", text.clone()), ("to", text.clone()), ("seq", count.clone()),
            ("reported", rows("Row")),
        ]),
        "Cause": object(&[
            ("kind", text.clone()), ("record", json!({ "oneOf": [reference("Entity"), { "type": "null" }] })),
            ("record_type", maybe_text.clone()), ("kpi", maybe_text.clone()), ("fields", texts.clone()),
            ("rows", count.clone()), ("effect", decimal.clone()),
        ]),
        "Explained": object(&[
            ("kpi", text.clone()), ("unit", text.clone()), ("currency", maybe_text.clone()),
            ("before", json!({ "type": "object" })), ("after", json!({ "type": "object" })),
            ("difference", maybe_decimal.clone()), ("causes", rows("Cause")), ("rounding", decimal.clone()),
        ]),
        "TargetNode": object(&[
            ("by", text.clone()), ("entity", reference("Entity")), ("depth", count.clone()), ("target", maybe_decimal.clone()),
            ("sum_below", maybe_decimal.clone()), ("over_assigned", maybe_decimal.clone()), ("value", maybe_decimal.clone()),
            ("attainment", maybe_decimal.clone()), ("pace", maybe_decimal.clone()), ("needed_a_month", maybe_decimal.clone()),
            ("coverage", maybe_decimal.clone()),
        ]),
        "Cascade": object(&[
            ("kpi", text.clone()), ("unit", text.clone()), ("period", text.clone()), ("as_of", text.clone()),
            ("known_at_seq", count.clone()), ("nodes", rows("TargetNode")),
        ]),
        "ScoredKpi": object(&[
            ("kpi", text.clone()), ("by", text.clone()), ("weight", maybe_decimal.clone()), ("curve", text.clone()),
            ("value", maybe_decimal.clone()), ("numerator", maybe_decimal.clone()), ("denominator", maybe_decimal.clone()),
            ("target", maybe_decimal.clone()), ("score", maybe_decimal.clone()), ("no_score", maybe_text.clone()),
            ("adds", decimal.clone()),
        ]),
        "PersonScore": object(&[
            ("person", reference("Entity")), ("role", text.clone()), ("score", maybe_decimal.clone()),
            ("weight_present", decimal.clone()), ("missing", text.clone()), ("kpis", rows("ScoredKpi")),
        ]),
        "Scores": object(&[
            ("period", text.clone()), ("from", text.clone()), ("to", text.clone()), ("as_of", text.clone()),
            ("known_at_seq", count.clone()), ("people", rows("PersonScore")),
        ]),
        "Scorecard": object(&[
            ("role", text.clone()), ("since", maybe_text.clone()), ("until", maybe_text.clone()), ("broken", maybe_text.clone()),
            ("missing", text.clone()), ("file", text.clone()),
        ]),
        "OpenedRow": object(&[
            ("record", reference("Entity")), ("numerator", decimal.clone()), ("denominator", maybe_decimal.clone()),
            ("record_type", text.clone()), ("date", maybe_text.clone()),
            ("owner", json!({ "oneOf": [reference("Entity"), { "type": "null" }] })),
        ]),
        "Opened": object(&[
            ("kpi", text.clone()), ("value", maybe_decimal.clone()), ("numerator", decimal.clone()),
            ("denominator", maybe_decimal), ("unit", text.clone()), ("currency", maybe_text.clone()),
            ("record", text.clone()), ("null_reason", maybe_text), ("rows", rows("OpenedRow")), ("parts", rows("Row")),
            ("more_rows", json!({ "type": ["object", "null"] })), ("rounding", decimal),
        ]),
    });
    if let Value::Object(schemas) = schemas { schemas } else { Map::new() }
}
