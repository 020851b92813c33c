//! How much of a statement is given back, and in which language.

use super::{
    activity::COMPONENTS,
    actor::IDENTIFIERS,
    parts::{self, Part},
};
use serde_json::{Map, Value};
use std::cmp::Reverse;

/// The `format` parameter (1.0.3, Communication 2.1.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Format {
    /// Only what identifies agents, groups, verbs and activities.
    Ids,
    /// As it was received.
    #[default]
    Exact,
    /// Each text of verbs and activities in one language.
    Canonical,
}

impl Format {
    pub(super) fn read(name: &str) -> Option<Self> {
        match name {
            "ids" => Some(Self::Ids),
            "exact" => Some(Self::Exact),
            "canonical" => Some(Self::Canonical),
            _ => None,
        }
    }
}

pub(super) fn reduce(statement: &mut Map<String, Value>) {
    parts::edit(statement, &mut |part, map| match part {
        Part::Actor => reduce_actor(map),
        Part::Verb | Part::Activity => map.retain(|name, _| name == "id"),
    });
}

/// Members identify a group that nothing else does.
fn reduce_actor(actor: &mut Map<String, Value>) {
    let is_identified = IDENTIFIERS.into_iter().any(|name| actor.contains_key(name));
    actor.retain(|name, _| {
        name == "objectType" || IDENTIFIERS.contains(&name.as_str()) || !is_identified && name == "member"
    });
    let members = actor.get_mut("member").and_then(Value::as_array_mut);
    members.into_iter().flatten().filter_map(Value::as_object_mut).for_each(reduce_actor);
}

pub(super) fn choose(statement: &mut Map<String, Value>, languages: &[String]) {
    parts::edit(statement, &mut |part, map| match part {
        Part::Actor => {}
        Part::Verb => choose_one(map.get_mut("display"), languages),
        Part::Activity => {
            let Some(definition) = map.get_mut("definition") else { return };
            choose_one(definition.get_mut("name"), languages);
            choose_one(definition.get_mut("description"), languages);
            for list in COMPONENTS {
                for component in definition.get_mut(list).and_then(Value::as_array_mut).into_iter().flatten() {
                    choose_one(component.get_mut("description"), languages);
                }
            }
        }
    });
}

fn choose_one(texts: Option<&mut Value>, languages: &[String]) {
    let Some(Value::Object(texts)) = texts else { return };
    let chosen = languages.iter().find_map(|language| best(texts, language)).or_else(|| texts.keys().next().cloned());
    texts.retain(|tag, _| Some(tag) == chosen.as_ref());
}

/// The tag itself, then a narrower one, then wider ones (RFC 4647).
fn best(texts: &Map<String, Value>, language: &str) -> Option<String> {
    if language == "*" {
        return texts.keys().next().cloned();
    }
    let find = |is_it: &dyn Fn(&str) -> bool| texts.keys().find(|tag| is_it(&tag.to_ascii_lowercase())).cloned();
    let language = language.to_ascii_lowercase();
    let narrower = format!("{language}-");
    let wider = || {
        let ends = language.rmatch_indices('-').filter_map(|(end, _)| language.get(..end));
        ends.into_iter().find_map(|wider| find(&|tag| tag == wider))
    };
    find(&|tag| tag == language).or_else(|| find(&|tag| tag.starts_with(&narrower))).or_else(wider)
}

/// The tags of an `Accept-Language` header, the dearest first.
pub fn accept_languages(header: &str) -> Vec<String> {
    let weighed = header.split(',').filter_map(|part| {
        let mut part = part.split(';').map(str::trim);
        let language = part.next().filter(|language| !language.is_empty())?;
        let weight = part.find_map(|parameter| parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")));
        Some((weight.map_or(Some(1000), thousandths)?, language.to_owned()))
    });
    let mut weighed: Vec<(u32, String)> = weighed.filter(|(weight, _)| *weight > 0).collect();
    weighed.sort_by_key(|(weight, _)| Reverse(*weight));
    weighed.into_iter().map(|(_, language)| language).collect()
}

/// Of a weight from 0 to 1 with three digits at most.
fn thousandths(weight: &str) -> Option<u32> {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    let whole: u32 = whole.parse().ok().filter(|whole| *whole <= 1)?;
    let part: u32 = if fraction.len() <= 3 { format!("{fraction:0<3}").parse().ok()? } else { return None };
    Some((whole * 1000 + part).min(1000))
}
