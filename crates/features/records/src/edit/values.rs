//! Typed texts as values.

use super::{EditError, Editable, LONGEST_TEXT, TOO_LONG, belongs};
use base::RecordId;
use db::{DbError, Filter, ListQuery, Reader, Record};
use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use rules::{
    log::Fields,
    record::{Field, FieldKind, Value},
};
use std::collections::BTreeMap;

pub(super) async fn read(
    reader: &Reader,
    editable: &Editable,
    record: &Record,
    values: &BTreeMap<String, String>,
) -> Result<Fields, EditError> {
    let (mut fields, mut problems) = (Fields::new(), Vec::new());
    for (name, text) in values {
        let Some(field) = editable.fields().find(|field| field.name == name) else {
            let known: Vec<&str> = editable.fields().map(|field| field.name).collect();
            problems.push((name.clone(), format!("there is no such field; there are {}", known.join(", "))));
            continue;
        };
        match value(reader, record, field, text.trim()).await {
            Ok(Value::Null) if belongs(editable.record_type) == Some(field.name) => {
                problems.push((name.clone(), "name somebody: what is nobody's is open to everybody".to_owned()));
            }
            Ok(value) => match editable.record_type.check(field.name, &value) {
                Ok(_) => fields.push((field.name, value)),
                Err(error) => problems.push((name.clone(), error.to_string())),
            },
            Err(ReadError::Value(reason)) => problems.push((name.clone(), reason)),
            Err(ReadError::Db(error)) => return Err(error.into()),
        }
    }
    if problems.is_empty() { Ok(fields) } else { Err(EditError::Values { problems }) }
}

/// A number without the commas of its groups of three; none where commas stand otherwise: they would be decimals.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, decimals) = text.split_once('.').map_or((text, None), |(whole, decimals)| (whole, Some(decimals)));
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let is_grouped = whole.contains(',');
    let is_sound = !is_grouped || first.trim_start_matches('-').len() <= 3 && groups.all(|group| group.len() == 3);
    let whole = whole.replace(',', "");
    is_sound.then(|| decimals.map_or(whole.clone(), |decimals| format!("{whole}.{decimals}")))
}

enum ReadError {
    Value(String),
    Db(DbError),
}

impl From<DbError> for ReadError {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}

/// A text as a field's value; blank is none. A reference is named by # and its number, by external id, or by its name.
async fn value(reader: &Reader, record: &Record, field: &Field, text: &str) -> Result<Value, ReadError> {
    let wrong = |reason: &str| ReadError::Value(reason.to_owned());
    if text.is_empty() {
        return Ok(Value::Null);
    }
    Ok(match field.kind {
        FieldKind::Text if text.chars().count() > LONGEST_TEXT => return Err(wrong(TOO_LONG)),
        FieldKind::Text | FieldKind::Currency | FieldKind::Choice(_) => Value::Text(text.to_owned()),
        FieldKind::Integer => Value::Integer(text.parse().map_err(|_| wrong("write a whole number"))?),
        FieldKind::Decimal => {
            let plain = ungrouped(text).ok_or_else(|| wrong("write a number like 1250000.50"))?;
            Value::Decimal(plain.parse().map_err(|_| wrong("write a number like 1250000.50"))?)
        }
        FieldKind::Date => Value::Date(text.parse().map_err(|_| wrong("write a day like 2026-02-28"))?),
        FieldKind::Moment => Value::Moment(moment(reader, text).await?),
        FieldKind::Flag => Value::Flag(matches!(text, "true" | "yes" | "1" | "on")),
        FieldKind::Money => return Err(wrong("an amount of money is not written here")),
        FieldKind::Reference(target) => {
            Value::Reference(referenced(reader, record.value(field.name), target, text).await?)
        }
    })
}

/// A moment with its zone, or a time on the company's clocks: `2026-02-28T09:30Z`, `2026-02-28 09:30`.
async fn moment(reader: &Reader, text: &str) -> Result<Timestamp, ReadError> {
    if let Ok(moment) = text.parse() {
        return Ok(moment);
    }
    let wrong = || ReadError::Value("write a day and a time like 2026-02-28 09:30".to_owned());
    let local: DateTime = text.replacen(' ', "T", 1).parse().map_err(|_| wrong())?;
    // Midnight is no time that somebody wrote.
    if !text.contains(':') {
        return Err(wrong());
    }
    let company = reader.all(&access::COMPANY).await?;
    let name = company.first().and_then(|company| company.value("time_zone").as_text());
    let zone = name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC);
    local.to_zoned(zone).map(|zoned| zoned.timestamp()).map_err(|_| wrong())
}

async fn referenced(reader: &Reader, now: &Value, target: &str, text: &str) -> Result<RecordId, ReadError> {
    let none = || ReadError::Value(format!("there is no {target} {text} that you may open"));
    let several = || ReadError::Value(format!("several are called {text}; write # and the number of one"));
    // What the record names already stays nameable, be it out of reach.
    if let Some(id) = now.as_reference().filter(|id| text == format!("#{id}")) {
        return Ok(id);
    }
    let record_type = reader.registry().get(target).ok_or_else(none)?;
    match reader.named(record_type, text).await?.as_slice() {
        [only] => return Ok(only.id),
        [] => {}
        _ => return Err(several()),
    }
    let is_called = Filter(record_type.title, Value::Text(text.to_owned()));
    let query = ListQuery { filters: vec![is_called], limit: 2, ..ListQuery::default() };
    match reader.list(record_type, &query).await?.as_slice() {
        [only] => Ok(only.id),
        [] => Err(none()),
        _ => Err(several()),
    }
}
