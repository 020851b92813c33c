//! A value as people read it.

use crate::path;
use base::RecordId;
use db::{DbError, Reader, Record};
use maud::{Markup, Render, html};
use rules::record::{Field, FieldKind, Registry, Value};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::{Words, components::record_link};

/// Titles of the records that others refer to, by type.
#[derive(Default)]
pub(crate) struct Names(BTreeMap<&'static str, BTreeMap<RecordId, String>>);

impl Names {
    /// Looks up everything these values refer to, as far as the reader may see it.
    pub async fn of(
        reader: &Reader,
        registry: &Registry,
        values: Vec<(&'static Field, Value)>,
    ) -> Result<Self, DbError> {
        let mut wanted: BTreeMap<&'static str, BTreeSet<RecordId>> = BTreeMap::new();
        for (field, value) in values {
            if let (FieldKind::Reference(target), Value::Reference(id)) = (field.kind, value) {
                wanted.entry(target).or_default().insert(id);
            }
        }
        let mut names = Self::default();
        for (target, ids) in wanted {
            let Some(record_type) = registry.get(target) else { continue };
            let found = reader.many(record_type, &ids).await?;
            names.0.insert(target, found.iter().map(|(id, record)| (*id, record.title())).collect());
        }
        Ok(names)
    }

    fn get(&self, target: &str, id: RecordId) -> Option<&str> {
        self.0.get(target)?.get(&id).map(String::as_str)
    }
}

/// The value, with links to what it names. A record outside the viewer's reach shows as its number alone.
pub(crate) fn value(words: Words, field: &Field, value: &Value, names: &Names) -> Markup {
    match (field.kind, value) {
        (_, Value::Null) => html! { span.mut { "–" } },
        (FieldKind::Choice(_), Value::Text(word)) => words.choice(field.name, word).render(),
        (FieldKind::Reference(target), Value::Reference(id)) => match (names.get(target, *id), path(target)) {
            (Some(name), Some(path)) => record_link(&format!("{path}/{id}"), name),
            (Some(name), None) => name.render(),
            (None, _) => html! { span.mut { "#" (id.0) } },
        },
        (_, Value::Text(text)) => text.render(),
        (_, Value::Integer(number)) => words.count(*number).render(),
        (_, Value::Decimal(amount)) => {
            let text = amount.to_text();
            let decimals = text.split_once('.').map_or(0, |(_, decimals)| decimals.len().max(2));
            words.decimal(*amount, u32::try_from(decimals).unwrap_or(0)).render()
        }
        (_, Value::Money(money)) => words.money(*money).render(),
        (_, Value::Date(date)) => html! { span.nowrap { (words.date(*date)) } },
        (_, Value::Moment(moment)) => words.moment(moment.to_zoned(jiff::tz::TimeZone::UTC).datetime()).render(),
        (_, Value::Flag(flag)) => words.t(if *flag { "yes" } else { "no" }).render(),
        (_, Value::Reference(id)) => html! { "#" (id.0) },
    }
}

pub(crate) const fn is_figure(kind: FieldKind) -> bool {
    matches!(kind, FieldKind::Integer | FieldKind::Decimal | FieldKind::Money)
}

/// What a file holds: plain text that reads back.
pub(crate) fn plain(record: &Record, field: &Field) -> String {
    match record.value(field.name) {
        Value::Null => String::new(),
        Value::Text(text) => rules::export::made_safe(text),
        Value::Money(money) => format!("{money} {}", money.currency),
        Value::Decimal(amount) => amount.to_text(),
        Value::Integer(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Moment(moment) => moment.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Reference(id) => id.to_string(),
    }
}

/// The values of these columns, record by record.
pub(crate) fn values(records: &[Record], columns: &[&'static Field]) -> Vec<(&'static Field, Value)> {
    let of =
        |record: &Record| columns.iter().map(|field| (*field, record.value(field.name).clone())).collect::<Vec<_>>();
    records.iter().flat_map(of).collect()
}
