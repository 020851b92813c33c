//! Activities, what defines them, and interactions.

use super::{
    Invalid, Why,
    at::{At, Object, is_text, list, shown, text},
    kind::{Kind, extensions, language_map},
};
use serde_json::Value;
use std::collections::BTreeSet;

const DEFINITION: [&str; 12] = [
    "name",
    "description",
    "type",
    "moreInfo",
    "extensions",
    "interactionType",
    "correctResponsesPattern",
    "choices",
    "scale",
    "source",
    "target",
    "steps",
];
pub(super) const COMPONENTS: [&str; 5] = ["choices", "scale", "source", "target", "steps"];
const INTERACTIONS: [&str; 10] = [
    "true-false",
    "choice",
    "fill-in",
    "long-fill-in",
    "matching",
    "performance",
    "sequencing",
    "likert",
    "numeric",
    "other",
];
const INTERACTION: &str =
    "true-false, choice, fill-in, long-fill-in, matching, performance, sequencing, likert, numeric or other";

pub(super) fn check(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let activity = Object::read(value, at, &["objectType", "id", "definition"])?;
    if activity.get("objectType").is_some() {
        activity.is_called("objectType", "Activity")?;
    }
    activity.required("id", |value, at| Kind::Iri.check(value, at))?;
    activity.optional("definition", check_definition)
}

fn check_definition(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let definition = Object::read(value, at, &DEFINITION)?;
    definition.optional("name", language_map)?;
    definition.optional("description", language_map)?;
    definition.optional("type", |value, at| Kind::Iri.check(value, at))?;
    definition.optional("moreInfo", |value, at| Kind::Iri.check(value, at))?;
    definition.optional("extensions", extensions)?;
    definition.optional("interactionType", |value, at| {
        let found = text(value, at)?;
        let wrong = || Why::Choice { value: shown(found), wanted: INTERACTION };
        if INTERACTIONS.contains(&found) { Ok(()) } else { Err(at.invalid(wrong())) }
    })?;
    definition.optional("correctResponsesPattern", |value, at| list(value, at, is_text))?;
    for name in COMPONENTS {
        definition.optional(name, check_components)?;
    }
    let is_interaction = definition.get("interactionType").is_some();
    let stray = ["correctResponsesPattern"].into_iter().chain(COMPONENTS).find(|name| definition.get(name).is_some());
    stray.filter(|_| !is_interaction).map_or(Ok(()), |name| Err(at.name(name).invalid(Why::NoInteraction)))
}

fn check_components(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    list(value, at, |value, at| {
        let component = Object::read(value, at, &["id", "description"])?;
        component.required("id", is_text)?;
        component.optional("description", language_map)
    })?;
    let mut seen = BTreeSet::new();
    for (place, component) in value.as_array().into_iter().flatten().enumerate() {
        let id = component.get("id").and_then(Value::as_str).unwrap_or_default();
        if !seen.insert(id) {
            return Err(at.place(place).name("id").invalid(Why::Twice(shown(id))));
        }
    }
    Ok(())
}
