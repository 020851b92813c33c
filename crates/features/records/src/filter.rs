//! What an address holds a list to: `?owner=%2312&kind=call`. Names are those of the descriptor alone.

use crate::show::Names;
use base::RecordId;
use db::{DbError, Filter, ListQuery, Reader};
use rules::{
    access::Viewer,
    record::{Field, FieldKind, RecordType, Scope, Value},
};
use std::collections::BTreeMap;
use web_kit::{WebError, Words, components::Choice};

/// An address's questions.
pub(crate) type Pairs = BTreeMap<String, String>;

/// A select offers so many records; with more of them their lists lead here.
const CHOICES: usize = 50;

/// The fields that a list may be held to.
pub(crate) fn fields(record_type: &RecordType) -> impl Iterator<Item = &'static Field> {
    record_type.fields.iter().filter(|field| matches!(field.kind, FieldKind::Choice(_) | FieldKind::Reference(_)))
}

/// Fields with the one value that a list is held to.
pub(crate) struct Held(Vec<(&'static Field, Value)>);

impl Held {
    /// A word or record that is not there is a mistake in the address.
    pub async fn read(reader: &Reader, record_type: &'static RecordType, asked: &Pairs) -> Result<Self, WebError> {
        let mut held = Vec::new();
        for field in fields(record_type) {
            let Some(text) = asked.get(field.name).map(|text| text.trim()).filter(|text| !text.is_empty()) else {
                continue;
            };
            let value = value(reader, field, text).await.map_err(WebError::internal)?;
            held.push((field, value.ok_or(WebError::Refused { hint_key: "hint-check-address" })?));
        }
        Ok(Self(held))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn filters(&self) -> impl Iterator<Item = Filter> {
        self.0.iter().map(|(field, value)| Filter(field.name, value.clone()))
    }

    /// As an address says it.
    pub fn pairs(&self) -> impl Iterator<Item = (&'static str, String)> {
        self.0.iter().map(|(field, value)| (field.name, written(value)))
    }

    /// Each field's value in words: `Mali`.
    pub async fn told(&self, words: Words, reader: &Reader) -> Result<Vec<(&'static str, String)>, DbError> {
        let names = Names::of(reader, reader.registry(), self.0.clone()).await?;
        let told = self.0.iter().map(|(field, value)| {
            let shown = match (field.kind, value) {
                (FieldKind::Choice(_), Value::Text(word)) => words.choice(field.name, word),
                (FieldKind::Reference(target), Value::Reference(id)) => {
                    names.get(target, *id).map_or_else(|| written(value), str::to_owned)
                }
                _ => written(value),
            };
            (field.name, shown)
        });
        Ok(told.collect())
    }
}

/// A word of the list; `#12`, or a record's number at the source. What the viewer may not see is never looked up.
async fn value(reader: &Reader, field: &Field, text: &str) -> Result<Option<Value>, DbError> {
    match field.kind {
        FieldKind::Choice(list) => Ok(list.contains(&text).then(|| Value::Text(text.to_owned()))),
        FieldKind::Reference(target) => {
            if let Some(id) = text.strip_prefix('#') {
                return Ok(id.parse().ok().map(|id| Value::Reference(RecordId(id))));
            }
            let Some(target) = reader.registry().get(target) else { return Ok(None) };
            Ok(reader.named(target, text).await?.first().map(|record| Value::Reference(record.id)))
        }
        _ => Ok(None),
    }
}

fn written(value: &Value) -> String {
    match value {
        Value::Reference(id) => format!("#{id}"),
        other => other.as_text().unwrap_or_default().to_owned(),
    }
}

/// The fields with few enough values to choose from, each with them: closed lists, and what is listed of few records.
pub(crate) async fn choices(
    words: Words,
    reader: &Reader,
    viewer: &Viewer,
    record_type: &RecordType,
) -> Result<Vec<(&'static Field, Vec<Choice>)>, DbError> {
    let mut found = Vec::new();
    for field in fields(record_type) {
        let choices = match field.kind {
            FieldKind::Choice(list) => {
                let choice = |word: &&str| Choice { value: (*word).to_owned(), label: words.choice(field.name, word) };
                list.iter().map(choice).collect()
            }
            FieldKind::Reference(target) if record_type.listed.contains(&field.name) => {
                let Some(target) = reader.registry().get(target) else { continue };
                // Records are those of people in reach: others would bring an empty list.
                let is_owner = record_type.scope == Scope::Owner(field.name);
                few(reader, target, |id| !is_owner || viewer.reaches(id)).await?
            }
            _ => continue,
        };
        if choices.len() > 1 {
            found.push((field, choices));
        }
    }
    Ok(found)
}

/// The records of a type in their order; none where there are too many to choose from.
async fn few(
    reader: &Reader,
    target: &'static RecordType,
    fits: impl Fn(RecordId) -> bool,
) -> Result<Vec<Choice>, DbError> {
    let order = target.position().map_or(target.title, |position| position.name);
    let query = ListQuery { sort: Some((order, false)), limit: CHOICES as u64 + 1, ..ListQuery::default() };
    let mut records = reader.list(target, &query).await?;
    if records.len() > CHOICES {
        return Ok(Vec::new());
    }
    // What has a place has it within what it belongs to: a stage in its pipeline.
    if let Some(whole) = fields(target).next().filter(|_| target.position().is_some()) {
        records.sort_by_key(|record| record.value(whole.name).as_reference());
    }
    let fitting = records.iter().filter(|record| fits(record.id));
    Ok(fitting.map(|record| Choice { value: format!("#{}", record.id), label: record.title() }).collect())
}
