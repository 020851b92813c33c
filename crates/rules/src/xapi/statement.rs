//! One statement: read, completed by the store, and asked what it says.

use super::{
    Attachment, Format, Identity, Invalid, Query, Score, Version, Why, activity, actor,
    at::{At, Object, map, shown, text},
    attachment, compare, context, format,
    kind::Kind,
    outcome,
    parts::{self, Part},
    time,
};
use jiff::Timestamp;
use rust_decimal::Decimal;
use serde_json::{Map, Value};

/// The verb of statements that void another.
pub const VOIDED: &str = "http://adlnet.gov/expapi/verbs/voided";

const NAMES: [&str; 11] = [
    "id",
    "actor",
    "verb",
    "object",
    "result",
    "context",
    "timestamp",
    "stored",
    "authority",
    "version",
    "attachments",
];
const SUB_NAMES: [&str; 8] = ["objectType", "actor", "verb", "object", "result", "context", "timestamp", "attachments"];
const OBJECTS: &str = "Activity, Agent, Group, StatementRef or SubStatement";

/// A statement that follows the rules. UUIDs are in small letters and context activities in lists, whatever came.
#[derive(Debug, Clone, PartialEq)]
pub struct Statement(Map<String, Value>);

impl Statement {
    pub fn read(value: Value, version: Version) -> Result<Self, Invalid> {
        check(&value, version)?;
        let Value::Object(mut statement) = value else {
            return Err(At::Top.mistaken(&value, "an object"));
        };
        small(statement.get_mut("id"));
        normalise(&mut statement);
        Ok(Self(statement))
    }

    /// As the store kept it: it was checked when it came.
    pub fn stored_as(value: Value) -> Option<Self> {
        match value {
            Value::Object(statement) => Some(Self(statement)),
            _ => None,
        }
    }

    /// What the store adds: an id if there is none, when and by whom it was stored, and what follows when it is not said.
    pub fn complete(&mut self, id: &str, stored: Timestamp, authority: Value, version: Version) {
        let stored = time::told(stored);
        let happened = self.timestamp().map_or_else(|| stored.clone(), time::told);
        let own = self.text("timestamp").filter(|text| text.ends_with('Z')).map(str::to_owned);
        self.0.insert("timestamp".to_owned(), own.unwrap_or(happened).into());
        self.0.insert("stored".to_owned(), stored.into());
        self.0.insert("authority".to_owned(), authority);
        self.0.entry("id").or_insert_with(|| id.to_ascii_lowercase().into());
        self.0.entry("version").or_insert_with(|| version.set().into());
    }

    pub fn json(&self) -> &Map<String, Value> {
        &self.0
    }

    pub fn into_value(self) -> Value {
        Value::Object(self.0)
    }

    /// In small letters.
    pub fn id(&self) -> Option<&str> {
        self.text("id")
    }

    pub fn timestamp(&self) -> Option<Timestamp> {
        self.time("timestamp")
    }

    pub fn stored(&self) -> Option<Timestamp> {
        self.time("stored")
    }

    pub fn verb(&self) -> &str {
        self.0.get("verb").and_then(|verb| verb.get("id")?.as_str()).unwrap_or_default()
    }

    /// None of an anonymous group.
    pub fn actor(&self) -> Option<Identity> {
        Identity::of(self.0.get("actor")?.as_object()?)
    }

    /// Where the object is an activity.
    pub fn object_activity(&self) -> Option<&str> {
        self.object("Activity")?.get("id")?.as_str()
    }

    /// The statement that is the object, in small letters.
    pub fn refers_to(&self) -> Option<&str> {
        self.object("StatementRef")?.get("id")?.as_str()
    }

    /// The statement that this one voids.
    pub fn voids(&self) -> Option<&str> {
        self.refers_to().filter(|_| self.verb() == VOIDED)
    }

    pub fn registration(&self) -> Option<&str> {
        self.0.get("context")?.get("registration")?.as_str()
    }

    pub fn score(&self) -> Option<Score> {
        Some(Score::of(self.0.get("result")?.get("score")?.as_object()?))
    }

    /// -1 to 1.
    pub fn score_scaled(&self) -> Option<Decimal> {
        self.score()?.scaled
    }

    pub fn success(&self) -> Option<bool> {
        self.0.get("result")?.get("success")?.as_bool()
    }

    pub fn completion(&self) -> Option<bool> {
        self.0.get("result")?.get("completion")?.as_bool()
    }

    /// Of the statement and of its sub-statement.
    pub fn attachments(&self) -> Vec<Attachment> {
        let below = self.object("SubStatement").and_then(|below| below.get("attachments"));
        let lists = self.0.get("attachments").into_iter().chain(below);
        lists.filter_map(Value::as_array).flatten().filter_map(Attachment::of).collect()
    }

    /// Whom an `agent` filter finds it by: actor and object, and members of groups. Related ones stand anywhere in it.
    pub fn agents(&self, is_related: bool) -> Vec<Identity> {
        let all = |actor: &Map<String, Value>| Identity::all_of(actor).collect::<Vec<_>>();
        if is_related {
            let actors = parts::all(&self.0).into_iter().filter(|(part, _)| *part == Part::Actor);
            return actors.flat_map(|(_, actor)| all(actor)).collect();
        }
        let actor = self.0.get("actor").and_then(Value::as_object);
        let object = self.object("Agent").or_else(|| self.object("Group"));
        actor.into_iter().chain(object).flat_map(all).collect()
    }

    /// What an `activity` filter finds it by: the object. Related ones stand anywhere in it.
    pub fn activities(&self, is_related: bool) -> Vec<&str> {
        if !is_related {
            return self.object_activity().into_iter().collect();
        }
        let activities = parts::all(&self.0).into_iter().filter(|(part, _)| *part == Part::Activity);
        activities.filter_map(|(_, activity)| activity.get("id")?.as_str()).collect()
    }

    /// Is it the same statement, sent again or given back (1.0.3, Data 2.3.1)?
    pub fn same_as(&self, other: &Self) -> bool {
        compare::is_same(&self.0, &other.0)
    }

    /// Does it pass the filters by agent, verb, activity and registration? Times, voiding and what a StatementRef refers to are
    /// the store's.
    pub fn matches(&self, query: &Query) -> bool {
        let is = |wanted: &Option<String>, found: Option<&str>| wanted.is_none() || wanted.as_deref() == found;
        let has_activity = |id: &String| self.activities(query.related_activities).contains(&id.as_str());
        is(&query.verb, Some(self.verb()))
            && is(&query.registration, self.registration())
            && query.activity.as_ref().is_none_or(has_activity)
            && query.agent.as_ref().is_none_or(|agent| self.agents(query.related_agents).contains(agent))
    }

    /// As it is given back. Languages are those of `accept_languages`; only the canonical format asks them.
    pub fn in_format(&self, format: Format, languages: &[String]) -> Value {
        let mut statement = self.0.clone();
        match format {
            Format::Exact => {}
            Format::Ids => format::reduce(&mut statement),
            Format::Canonical => format::choose(&mut statement, languages),
        }
        Value::Object(statement)
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.as_str()
    }

    fn time(&self, name: &str) -> Option<Timestamp> {
        time::timestamp(self.text(name)?, Version::V1)
    }

    fn object(&self, kind: &str) -> Option<&Map<String, Value>> {
        self.0.get("object")?.as_object().filter(|object| parts::kind(object) == kind)
    }
}

fn check(value: &Value, version: Version) -> Result<(), Invalid> {
    let statement = Object::read(value, &At::Top, &NAMES)?;
    statement.optional("id", |value, at| Kind::Uuid.check(value, at))?;
    check_common(&statement, version, false)?;
    statement.optional("stored", |value, at| Kind::Timestamp(version).check(value, at))?;
    statement.optional("authority", actor::check_authority)?;
    statement.optional("version", |value, at| Kind::Version(version).check(value, at))
}

/// What a statement and a sub-statement both have.
fn check_common(statement: &Object<'_>, version: Version, is_below: bool) -> Result<(), Invalid> {
    statement.required("actor", actor::check)?;
    statement.required("verb", check_verb)?;
    statement.required("object", |value, at| check_object(value, at, version, is_below))?;
    let kind = statement.get("object").and_then(Value::as_object).map_or("", parts::kind);
    let verb = statement.get("verb").and_then(|verb| verb.get("id")?.as_str());
    if verb == Some(VOIDED) && kind != "StatementRef" {
        return statement.required("object", |_, at| Err(at.invalid(Why::Voids)));
    }
    statement.optional("result", outcome::check)?;
    statement.optional("context", |value, at| context::check(value, at, version, kind == "Activity"))?;
    statement.optional("timestamp", |value, at| Kind::Timestamp(version).check(value, at))?;
    statement.optional("attachments", |value, at| attachment::check(value, at, version))
}

fn check_verb(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let verb = Object::read(value, at, &["id", "display"])?;
    verb.required("id", |value, at| Kind::Iri.check(value, at))?;
    verb.optional("display", super::kind::language_map)
}

fn check_object(value: &Value, at: &At<'_>, version: Version, is_below: bool) -> Result<(), Invalid> {
    let kind = map(value, at)?.get("objectType");
    match kind.map(|kind| text(kind, &at.name("objectType"))).transpose()? {
        None | Some("Activity") => activity::check(value, at),
        Some("Agent") => actor::check_agent(value, at),
        Some("Group") => actor::check_group(value, at),
        Some("StatementRef") => context::check_reference(value, at),
        Some("SubStatement") if is_below => Err(at.invalid(Why::Nested)),
        Some("SubStatement") => check_common(&Object::read(value, at, &SUB_NAMES)?, version, true),
        Some(other) => Err(at.name("objectType").invalid(Why::Choice { value: shown(other), wanted: OBJECTS })),
    }
}

/// UUIDs in small letters, and context activities in lists.
fn normalise(statement: &mut Map<String, Value>) {
    if let Some(context) = statement.get_mut("context").and_then(Value::as_object_mut) {
        small(context.get_mut("registration"));
        small(context.get_mut("statement").and_then(|reference| reference.get_mut("id")));
        let activities = context.get_mut("contextActivities").and_then(Value::as_object_mut);
        for value in activities.into_iter().flat_map(|activities| activities.values_mut()) {
            if !value.is_array() {
                *value = Value::Array(vec![value.take()]);
            }
        }
    }
    let Some(object) = statement.get_mut("object").and_then(Value::as_object_mut) else { return };
    match parts::kind(object) {
        "StatementRef" => small(object.get_mut("id")),
        "SubStatement" => normalise(object),
        _ => {}
    }
}

fn small(text: Option<&mut Value>) {
    if let Some(Value::String(text)) = text {
        text.make_ascii_lowercase();
    }
}
