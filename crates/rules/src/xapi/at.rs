//! Where in a statement one is, and what may stand there.

use super::{Invalid, Why};
use serde_json::{Map, Value};
use std::fmt;

const MOST_LETTERS: usize = 100;

/// The way from a statement to one of its properties.
#[derive(Debug, Clone, Copy)]
pub(super) enum At<'a> {
    Top,
    Name(&'a At<'a>, &'a str),
    Place(&'a At<'a>, usize),
}

impl<'a> At<'a> {
    pub fn name(&'a self, name: &'a str) -> At<'a> {
        At::Name(self, name)
    }

    pub fn place(&'a self, place: usize) -> At<'a> {
        At::Place(self, place)
    }

    pub fn invalid(&self, why: Why) -> Invalid {
        Invalid { at: self.to_string(), why }
    }

    pub fn mistaken(&self, found: &Value, wanted: &'static str) -> Invalid {
        let found = match found {
            Value::Null => "null",
            Value::Bool(_) => "true or false",
            Value::Number(_) => "a number",
            Value::String(_) => "a text",
            Value::Array(_) => "a list",
            Value::Object(_) => "an object",
        };
        self.invalid(Why::Type { found, wanted })
    }
}

impl fmt::Display for At<'_> {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Top => to.write_str("statement"),
            Self::Place(list, place) => write!(to, "{list}[{place}]"),
            Self::Name(At::Top, name) => to.write_str(&shown(name)),
            Self::Name(above, name) if name.bytes().all(|letter| letter.is_ascii_alphanumeric() || letter == b'_') => {
                write!(to, "{above}.{}", shown(name))
            }
            Self::Name(above, name) => write!(to, "{above}[\"{}\"]", shown(name)),
        }
    }
}

/// What a message repeats of a value.
pub(super) fn shown(value: &str) -> String {
    let mut text: String = value.chars().take(MOST_LETTERS).collect();
    if text.len() < value.len() {
        text.push('…');
    }
    if text.is_empty() { "an empty text".to_owned() } else { text }
}

/// An object that has no other properties than it may have, and no nulls.
#[derive(Clone, Copy)]
pub(super) struct Object<'a> {
    map: &'a Map<String, Value>,
    at: &'a At<'a>,
}

impl<'a> Object<'a> {
    pub fn read(value: &'a Value, at: &'a At<'a>, names: &[&'static str]) -> Result<Self, Invalid> {
        let map = map(value, at)?;
        for (name, value) in map {
            if !names.contains(&name.as_str()) {
                let meant = names.iter().find(|known| known.eq_ignore_ascii_case(name));
                return Err(at.name(name).invalid(meant.map_or(Why::Unknown, |meant| Why::Case(meant))));
            }
            if value.is_null() {
                return Err(at.name(name).invalid(Why::Null));
            }
        }
        Ok(Self { map, at })
    }

    pub fn get(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name)
    }

    pub fn optional(
        &self,
        name: &str,
        check: impl FnOnce(&Value, &At<'_>) -> Result<(), Invalid>,
    ) -> Result<(), Invalid> {
        self.get(name).map_or(Ok(()), |value| check(value, &self.at.name(name)))
    }

    pub fn required(
        &self,
        name: &str,
        check: impl FnOnce(&Value, &At<'_>) -> Result<(), Invalid>,
    ) -> Result<(), Invalid> {
        let value = self.get(name).ok_or_else(|| self.at.name(name).invalid(Why::Missing))?;
        check(value, &self.at.name(name))
    }

    /// A name that stands for one kind of object.
    pub fn is_called(&self, name: &str, only: &'static str) -> Result<(), Invalid> {
        self.required(name, |value, at| {
            let found = text(value, at)?;
            let wrong = || Why::Choice { value: shown(found), wanted: only };
            if found == only { Ok(()) } else { Err(at.invalid(wrong())) }
        })
    }
}

pub(super) fn map<'a>(value: &'a Value, at: &At<'_>) -> Result<&'a Map<String, Value>, Invalid> {
    value.as_object().ok_or_else(|| at.mistaken(value, "an object"))
}

pub(super) fn text<'a>(value: &'a Value, at: &At<'_>) -> Result<&'a str, Invalid> {
    value.as_str().ok_or_else(|| at.mistaken(value, "a text"))
}

pub(super) fn is_text(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    text(value, at).map(drop)
}

pub(super) fn is_bool(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    if value.is_boolean() { Ok(()) } else { Err(at.mistaken(value, "true or false, without quotation marks")) }
}

/// A list, and each of what is in it.
pub(super) fn list(
    value: &Value,
    at: &At<'_>,
    check: impl Fn(&Value, &At<'_>) -> Result<(), Invalid>,
) -> Result<(), Invalid> {
    let list = value.as_array().ok_or_else(|| at.mistaken(value, "a list"))?;
    list.iter().enumerate().try_for_each(|(place, value)| check(value, &at.place(place)))
}
