//! A value as people read it.

use crate::path;
use base::{Amount, Currency, RecordId};
use db::{DbError, Reader, Record};
use jiff::tz::TimeZone;
use maud::{Markup, Render, html};
use rules::record::{Field, FieldKind, Registry, Value};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::{
    Figure, Words,
    components::{outside_link, record_link},
};

/// What values are shown with: titles of the records that others refer to, by type, and the zone of moments.
pub(crate) struct Names {
    titles: BTreeMap<&'static str, BTreeMap<RecordId, String>>,
    zone: TimeZone,
}

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
        let mut names = Self { titles: BTreeMap::new(), zone: TimeZone::UTC };
        for (target, ids) in wanted {
            let Some(record_type) = registry.get(target) else { continue };
            let found = reader.many(record_type, &ids).await?;
            names.titles.insert(target, found.iter().map(|(id, record)| (*id, record.title())).collect());
        }
        Ok(names)
    }

    /// Moments are shown as the clocks of the zone do.
    pub fn in_zone(self, zone: &TimeZone) -> Self {
        Self { zone: zone.clone(), ..self }
    }

    pub fn get(&self, target: &str, id: RecordId) -> Option<&str> {
        self.titles.get(target)?.get(&id).map(String::as_str)
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
        (_, Value::Text(text)) => match way_to(field.name, text) {
            Some(address) => outside_link(&address, text),
            None => text.render(),
        },
        (_, Value::Integer(number)) => words.count(*number).render(),
        (_, Value::Decimal(part)) if field.fraction => html! { (percent(*part)) "%" },
        (_, Value::Decimal(amount)) => decimal(words, *amount).render(),
        (_, Value::Money(money)) => words.money(*money).render(),
        (_, Value::Date(date)) => html! { span.nowrap { (words.date(*date)) } },
        (_, Value::Moment(moment)) => words.moment(moment.to_zoned(names.zone.clone()).datetime()).render(),
        (_, Value::Flag(flag)) => words.t(if *flag { "yes" } else { "no" }).render(),
        (_, Value::Reference(id)) => html! { "#" (id.0) },
    }
}

/// The value of a record's field; an amount has the record's currency before it and at least its minor digits.
pub(crate) fn of(words: Words, record: &Record, field: &Field, names: &Names) -> Markup {
    let found = record.value(field.name);
    let currency = record.record_type.currency_of(field).and_then(|own| record.value(own.name).as_text());
    match found.as_decimal().zip(currency.and_then(|code| code.parse::<Currency>().ok())) {
        Some((amount, currency)) => {
            let digits = words.decimal(amount, decimals(&amount.to_text()).max(currency.minor_digits()));
            Figure { currency: Some(currency), digits, ..Figure::default() }.render()
        }
        None => value(words, field, found, names),
    }
}

/// Whole, or with at least two decimals.
pub(crate) fn decimal(words: Words, amount: Amount) -> String {
    let own = decimals(&amount.to_text());
    words.decimal(amount, if own == 0 { 0 } else { own.max(2) })
}

/// How many decimals a number's text has.
pub(crate) fn decimals(text: &str) -> u32 {
    text.split_once('.').map_or(0, |(_, decimals)| u32::try_from(decimals.len()).unwrap_or(u32::MAX))
}

/// Who wrote it: without a person it was the operator.
pub(crate) fn author(words: Words, person: Option<&Record>) -> String {
    person.map_or_else(|| words.t("by-operator"), Record::title)
}

/// A part of one as a part of a hundred, with as many decimals as it has: 0.0825 is `8.25`.
pub(crate) fn percent(part: Amount) -> String {
    let hundredfold = part.millionths().checked_mul(100);
    hundredfold.and_then(|millionths| Amount::from_millionths(millionths).ok()).unwrap_or(part).to_text()
}

/// Where a mail or a call goes; none for what is no address.
fn way_to(field: &str, text: &str) -> Option<String> {
    match field {
        "email" if text.contains('@') && !text.contains(['?', '&', ' ']) => Some(format!("mailto:{text}")),
        "phone" => {
            let number = text.split(char::is_alphabetic).next().unwrap_or_default(); // an extension is dialled by hand
            let digits: String = number.chars().filter(|sign| sign.is_ascii_digit() || *sign == '+').collect();
            (!digits.is_empty()).then(|| format!("tel:{digits}"))
        }
        _ => None,
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_one_is_shown_in_percent_with_its_own_decimals() {
        for (part, shown) in [("0", "0"), ("0.7", "70"), ("1", "100"), ("0.0825", "8.25"), ("0.333333", "33.3333")] {
            assert_eq!(percent(part.parse().expect("a number")), shown);
        }
    }

    #[test]
    fn a_mail_address_and_a_number_to_call_are_ways() {
        assert_eq!(way_to("email", "ana@x.example").as_deref(), Some("mailto:ana@x.example"));
        assert_eq!(way_to("email", "ana@x.example?bcc=all@x.example"), None);
        assert_eq!(way_to("phone", "(206) 555-9857 x5467").as_deref(), Some("tel:2065559857"));
        assert_eq!(way_to("phone", "+66 2 123 4567").as_deref(), Some("tel:+6621234567"));
        assert_eq!(way_to("phone", "none"), None);
        assert_eq!(way_to("city", "a@b"), None);
    }
}
