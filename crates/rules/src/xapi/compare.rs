//! When two statements are one (1.0.3, Data 2.3.1): what a store sets, what is of an activity or a verb itself, and what may be
//! written in more than one way do not count.

use super::{
    Version, actor, outcome,
    parts::{self, Part},
    time,
};
use serde_json::{Map, Number, Value};

pub(super) fn is_same(one: &Map<String, Value>, other: &Map<String, Value>) -> bool {
    let (mut one, mut other) = (one.clone(), other.clone());
    for name in ["id", "timestamp"] {
        if !(one.contains_key(name) && other.contains_key(name)) {
            one.remove(name);
            other.remove(name);
        }
    }
    bare(&mut one);
    bare(&mut other);
    one == other
}

fn bare(statement: &mut Map<String, Value>) {
    for name in ["stored", "authority", "version"] {
        statement.remove(name);
    }
    parts::edit(statement, &mut |part, map| match part {
        Part::Actor => bare_actor(map),
        Part::Verb => drop(map.remove("display")),
        Part::Activity => drop(map.remove("definition")),
    });
    bare_texts(statement);
    for value in statement.values_mut() {
        bare_numbers(value);
    }
}

fn bare_actor(actor: &mut Map<String, Value>) {
    if let Some(Value::String(mbox)) = actor.get_mut("mbox") {
        *mbox = actor::small_domain(mbox);
    }
    if let Some(Value::String(sum)) = actor.get_mut("mbox_sha1sum") {
        sum.make_ascii_lowercase();
    }
    if let Some(Value::Array(members)) = actor.get_mut("member") {
        members.iter_mut().filter_map(Value::as_object_mut).for_each(bare_actor);
        members.sort_by_cached_key(ToString::to_string);
    }
}

/// Of a statement or sub-statement: times to the millisecond, durations to the hundredth of a second, language without case.
fn bare_texts(statement: &mut Map<String, Value>) {
    statement.remove("attachments");
    if let Some(Value::String(text)) = statement.get_mut("timestamp")
        && let Some(happened) = time::timestamp(text, Version::V1)
    {
        *text = happened.as_millisecond().to_string();
    }
    if let Some(Value::String(text)) = statement.get_mut("result").and_then(|result| result.get_mut("duration")) {
        *text = time::to_hundredths(text);
    }
    if let Some(Value::String(text)) = statement.get_mut("context").and_then(|context| context.get_mut("language")) {
        text.make_ascii_lowercase();
    }
    if let Some(Value::Object(object)) = statement.get_mut("object")
        && parts::kind(object) == "SubStatement"
    {
        bare_texts(object);
    }
}

/// 1 and 1.0 are one number.
fn bare_numbers(value: &mut Value) {
    match value {
        Value::Number(number) => {
            let whole = outcome::decimal(number).map(|decimal| decimal.normalize());
            if let Some(whole) = whole.filter(|whole| whole.scale() == 0).and_then(|whole| i64::try_from(whole).ok()) {
                *number = Number::from(whole);
            }
        }
        Value::Array(list) => list.iter_mut().for_each(bare_numbers),
        Value::Object(map) => map.values_mut().for_each(bare_numbers),
        _ => {}
    }
}
