//! What a statement stands in: registration, people around, activities around.

use super::{
    Invalid, Version, Why, activity, actor,
    at::{At, Object, is_text, list},
    kind::{Kind, extensions},
};
use serde_json::Value;

const NAMES: [&str; 11] = [
    "registration",
    "instructor",
    "team",
    "contextActivities",
    "revision",
    "platform",
    "language",
    "statement",
    "extensions",
    "contextAgents",
    "contextGroups",
];
/// The last two came with 2.0.
const NAMES_V1: usize = 9;
pub(super) const RELATIONS: [&str; 4] = ["parent", "grouping", "category", "other"];

pub(super) fn check(value: &Value, at: &At<'_>, version: Version, is_of_activity: bool) -> Result<(), Invalid> {
    let known = if version == Version::V1 { NAMES_V1 } else { NAMES.len() };
    let context = Object::read(value, at, NAMES.get(..known).unwrap_or(&NAMES))?;
    context.optional("registration", |value, at| Kind::Uuid.check(value, at))?;
    context.optional("instructor", actor::check)?;
    context.optional("team", actor::check_group)?;
    context.optional("contextActivities", check_activities)?;
    context.optional("contextAgents", |value, at| list(value, at, check_agent))?;
    context.optional("contextGroups", |value, at| list(value, at, check_group))?;
    for name in ["revision", "platform"] {
        context.optional(name, is_text)?;
        if context.get(name).is_some() && !is_of_activity {
            return Err(at.name(name).invalid(Why::NoActivity));
        }
    }
    context.optional("language", |value, at| Kind::Language.check(value, at))?;
    context.optional("statement", check_reference)?;
    context.optional("extensions", extensions)
}

/// A StatementRef.
pub(super) fn check_reference(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let reference = Object::read(value, at, &["objectType", "id"])?;
    reference.is_called("objectType", "StatementRef")?;
    reference.required("id", |value, at| Kind::Uuid.check(value, at))
}

/// One activity may stand for a list of one.
fn check_activities(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let activities = Object::read(value, at, &RELATIONS)?;
    RELATIONS.into_iter().try_for_each(|name| {
        activities.optional(name, |value, at| {
            if value.is_array() { list(value, at, activity::check) } else { activity::check(value, at) }
        })
    })
}

fn check_agent(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let agent = Object::read(value, at, &["objectType", "agent", "relevantTypes"])?;
    agent.is_called("objectType", "contextAgent")?;
    agent.required("agent", actor::check_agent)?;
    agent.optional("relevantTypes", check_types)
}

fn check_group(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let group = Object::read(value, at, &["objectType", "group", "relevantTypes"])?;
    group.is_called("objectType", "contextGroup")?;
    group.required("group", actor::check_group)?;
    group.optional("relevantTypes", check_types)
}

fn check_types(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    list(value, at, |value, at| Kind::Iri.check(value, at))?;
    if value.as_array().is_some_and(Vec::is_empty) { Err(at.invalid(Why::Empty)) } else { Ok(()) }
}
