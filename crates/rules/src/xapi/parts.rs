//! The actors, verbs and activities of a statement and of its sub-statement.

use super::context::RELATIONS;
use serde_json::{Map, Value};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// An agent or a group; members of it are inside.
    Actor,
    Verb,
    Activity,
}

/// What an object is; an activity if it does not say.
pub(super) fn kind(object: &Map<String, Value>) -> &str {
    object.get("objectType").and_then(Value::as_str).unwrap_or("Activity")
}

/// None of a StatementRef; a sub-statement has parts of its own.
fn part(object: &Map<String, Value>) -> Option<Part> {
    match kind(object) {
        "Agent" | "Group" => Some(Part::Actor),
        "Activity" => Some(Part::Activity),
        _ => None,
    }
}

const OWN: [(&str, Part); 3] = [("actor", Part::Actor), ("authority", Part::Actor), ("verb", Part::Verb)];
const AROUND: [&str; 2] = ["instructor", "team"];
const LISTED: [(&str, &str); 2] = [("contextAgents", "agent"), ("contextGroups", "group")];

pub(super) fn all(statement: &Map<String, Value>) -> Vec<(Part, &Map<String, Value>)> {
    let own = OWN.into_iter().map(|(name, part)| (part, statement.get(name)));
    let context = statement.get("context");
    let around = AROUND.into_iter().map(|name| (Part::Actor, context.and_then(|context| context.get(name))));
    let listed = LISTED.into_iter().flat_map(|(list, name)| {
        let list = context.and_then(|context| context.get(list)?.as_array());
        list.into_iter().flatten().map(move |one| (Part::Actor, one.get(name)))
    });
    let related = RELATIONS.into_iter().flat_map(|name| {
        let list = context.and_then(|context| context.get("contextActivities")?.get(name)?.as_array());
        list.into_iter().flatten().map(|one| (Part::Activity, Some(one)))
    });
    let values = own.chain(around).chain(listed).chain(related);
    let mut parts: Vec<_> = values.filter_map(|(part, value)| Some((part, value?.as_object()?))).collect();
    if let Some(object) = statement.get("object").and_then(Value::as_object) {
        parts.extend(part(object).map(|part| (part, object)));
        if kind(object) == "SubStatement" {
            parts.extend(all(object));
        }
    }
    parts
}

/// Changes each of them.
pub(super) fn edit(statement: &mut Map<String, Value>, change: &mut dyn FnMut(Part, &mut Map<String, Value>)) {
    for (name, part) in OWN {
        edit_one(statement.get_mut(name), part, change);
    }
    if let Some(context) = statement.get_mut("context") {
        for name in AROUND {
            edit_one(context.get_mut(name), Part::Actor, change);
        }
        for (list, name) in LISTED {
            for one in context.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                edit_one(one.get_mut(name), Part::Actor, change);
            }
        }
        for name in RELATIONS {
            let list = context.get_mut("contextActivities").and_then(|activities| activities.get_mut(name));
            for one in list.and_then(Value::as_array_mut).into_iter().flatten() {
                edit_one(Some(one), Part::Activity, change);
            }
        }
    }
    let Some(object) = statement.get_mut("object").and_then(Value::as_object_mut) else { return };
    if kind(object) == "SubStatement" {
        edit(object, change);
    } else if let Some(part) = part(object) {
        change(part, object);
    }
}

fn edit_one(value: Option<&mut Value>, part: Part, change: &mut dyn FnMut(Part, &mut Map<String, Value>)) {
    if let Some(Value::Object(map)) = value {
        change(part, map);
    }
}
