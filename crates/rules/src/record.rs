//! Record types. One description of each, from which the log, the store, import, lists, audit and erasure are written once.

use base::{Amount, Currency, Money, RecordId};
use jiff::{Timestamp, civil::Date};
pub use pay_rules::{RampError, RampSteps};

/// What a field holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldKind {
    Text,
    Integer,
    /// Exact decimal with at most six decimals: quantities, prices, fractions.
    Decimal,
    /// What was typed, invoiced or paid: minor units with their currency.
    Money,
    Date,
    Moment,
    Flag,
    /// An ISO 4217 code: three capital letters.
    Currency,
    /// One word of a closed list.
    Choice(&'static [&'static str]),
    /// The id of a record of the named type.
    Reference(&'static str),
}

impl FieldKind {
    /// What a value must be, in words.
    const fn takes(self) -> &'static str {
        match self {
            Self::Text => "a text is needed",
            Self::Integer => "a whole number is needed",
            Self::Decimal => "a number up to 9,000,000,000,000 with at most six decimals is needed",
            Self::Money => "an amount of money is needed",
            Self::Date => "a day is needed",
            Self::Moment => "a moment is needed",
            Self::Flag => "yes or no is needed",
            Self::Currency => "a currency code of three capital letters is needed, like THB",
            Self::Choice(_) => "one of the listed words is needed",
            Self::Reference(_) => "another record is needed",
        }
    }
}

/// One field of a record type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each is said of a field by itself")]
pub struct Field {
    pub name: &'static str,
    pub kind: FieldKind,
    pub required: bool,
    /// Encrypted in the log under the record's own key; gone after erasure.
    pub personal: bool,
    /// Names what is attached to the record: the store seals it, and says its hash here.
    pub content: bool,
    /// A text of several lines.
    pub long: bool,
    /// From zero to one.
    pub fraction: bool,
    /// Shares of a quota by month.
    pub ramp: bool,
    /// No two records have the same: the store refuses the second.
    pub unique: bool,
    pub share: Option<Share>,
    pub mark: Option<&'static Mark>,
}

/// What tells whether two records are of the same person, be the person sealed: a number in the log, beside the fields, that two
/// records have in common when all these texts are the same in both. The number itself says nothing.
#[derive(Debug, PartialEq, Eq)]
pub struct Mark {
    pub name: &'static str,
    pub of: &'static [&'static str],
}

impl Mark {
    /// What is compared, in the order of `of`; none where a text says nothing.
    pub fn likeness<'a>(&self, text: impl Fn(&str) -> Option<&'a str>) -> Option<String> {
        let alike = |name: &&'static str| alike(name, text(name)?);
        self.of.iter().map(alike).collect::<Option<Vec<_>>>().map(|texts| texts.join("\n"))
    }
}

/// Of a phone number fewer digits than these are an extension.
const FEWEST_DIGITS: usize = 6;
/// An address of a company, which says nothing of a person.
const NOBODYS_ADDRESSES: [&str; 11] =
    ["admin", "contact", "enquiry", "hello", "info", "mail", "no-reply", "noreply", "office", "sales", "support"];

/// What a text is but for how it was typed.
fn alike(field: &str, text: &str) -> Option<String> {
    let lower = text.trim().to_lowercase();
    match field {
        "email" => Some(lower).filter(|email| {
            email.split_once('@').is_some_and(|(name, _)| !name.is_empty() && !NOBODYS_ADDRESSES.contains(&name))
        }),
        "phone" => {
            let digits: String = lower.chars().filter(char::is_ascii_digit).collect();
            Some(digits).filter(|digits| digits.len() >= FEWEST_DIGITS)
        }
        _ => {
            let is_typed = |letter: &char| !letter.is_whitespace() && !"-.,()".contains(*letter);
            let letters: String = lower.chars().filter(is_typed).collect();
            Some(letters).filter(|letters| !letters.is_empty())
        }
    }
}

/// Records that name the same record, of this type, and have this word in a choice, ought to sum to one whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    pub of: &'static str,
    pub entity: &'static str,
    pub among: (&'static str, &'static str),
}

impl Share {
    /// One third has no end: shares make a whole when a hundred-thousandth is missing.
    pub fn is_whole(sum: Amount) -> bool {
        let off = Amount::from(1).millionths() - sum.millionths();
        off.abs() < 10
    }
}

impl Field {
    pub const fn new(name: &'static str, kind: FieldKind) -> Self {
        Self {
            name,
            kind,
            required: false,
            personal: false,
            content: false,
            long: false,
            fraction: false,
            ramp: false,
            unique: false,
            share: None,
            mark: None,
        }
    }

    #[must_use]
    pub const fn required(mut self) -> Self {
        self.required = true;
        self
    }

    #[must_use]
    pub const fn personal(mut self) -> Self {
        self.personal = true;
        self
    }

    #[must_use]
    pub const fn content(mut self) -> Self {
        self.content = true;
        self
    }

    #[must_use]
    pub const fn long(mut self) -> Self {
        self.long = true;
        self
    }

    #[must_use]
    pub const fn ramp(mut self) -> Self {
        self.ramp = true;
        self
    }

    /// Holds a part of one: 0.25 is 25 %.
    #[must_use]
    pub const fn fraction(mut self) -> Self {
        self.fraction = true;
        self
    }

    #[must_use]
    pub const fn unique(mut self) -> Self {
        self.unique = true;
        self
    }

    #[must_use]
    pub const fn share(mut self, share: Share) -> Self {
        self.share = Some(share);
        self.fraction()
    }

    /// Says with others that two records are of the same person.
    #[must_use]
    pub const fn mark(mut self, mark: &'static Mark) -> Self {
        self.mark = Some(mark);
        self
    }
}

/// Where a record came from: every type has these two, so that importing the same row again finds the same record.
pub const EXTERNAL_SOURCE: &str = "external_source";
pub const EXTERNAL_ID: &str = "external_id";
const EXTERNAL: [Field; 2] = [Field::new(EXTERNAL_SOURCE, FieldKind::Text), Field::new(EXTERNAL_ID, FieldKind::Text)];

/// Who may open a type's records beside those who see all. Records without an owner are everybody's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    Everyone,
    /// Those whose reach holds the person in this field.
    Owner(&'static str),
    /// They, and those who own a record of a type that names this one.
    OwnerOr {
        owner: &'static str,
        of: &'static str,
        named: &'static str,
    },
    /// Those who may open the record that this field names, of this type.
    Through(&'static str, &'static str),
    /// The person in this field and those who see everybody's pay; all others who see everybody do not.
    Pay(&'static str),
    /// The person in this field, those whose reach holds them, and those who see everybody's appraisals.
    Appraisal(&'static str),
    /// The person in this field alone; the product tells others what they may know of it.
    Own(&'static str),
    /// Nobody else.
    Operator,
}

impl Scope {
    /// The field with the person whose record it is.
    pub const fn owner(self) -> Option<&'static str> {
        match self {
            Self::Owner(owner)
            | Self::OwnerOr { owner, .. }
            | Self::Pay(owner)
            | Self::Appraisal(owner)
            | Self::Own(owner) => Some(owner),
            Self::Everyone | Self::Through(..) | Self::Operator => None,
        }
    }

    /// Closed to those who see everybody's records; kept out of imports and of what is listed beside another record.
    pub const fn is_private(self) -> bool {
        matches!(self, Self::Pay(_) | Self::Appraisal(_) | Self::Own(_))
    }
}

/// A kind of record: its name is also the table's and the log's entity.
#[derive(Debug, PartialEq, Eq)]
pub struct RecordType {
    pub name: &'static str,
    /// The field that names a record to people.
    pub title: &'static str,
    pub fields: &'static [Field],
    /// Fields that a list shows beside the title, in order; a search looks through them.
    pub listed: &'static [&'static str],
    pub scope: Scope,
    /// Pairs of dates of which the second ought not to come before the first.
    pub ordered: &'static [(&'static str, &'static str)],
    /// Field lists that the store indexes, each for a list or look-up that exists.
    pub indexes: &'static [&'static [&'static str]],
}

impl RecordType {
    /// Own fields, then the two of every record.
    pub fn all_fields(&self) -> impl Iterator<Item = &'static Field> {
        self.fields.iter().chain(EXTERNAL.iter())
    }

    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.all_fields().find(|field| field.name == name)
    }

    /// The field that names what is attached.
    pub fn content(&self) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.content)
    }

    /// The marks that the log keeps beside the fields.
    pub fn marks(&self) -> impl Iterator<Item = &'static Mark> {
        self.fields.iter().filter_map(|field| field.mark)
    }

    /// What the log may hold by this name: a field, or a mark, which no screen and no file has.
    pub fn logged(&self, name: &str) -> Option<(&'static str, FieldKind)> {
        let mark = || self.marks().find(|mark| mark.name == name).map(|mark| (mark.name, FieldKind::Integer));
        self.field(name).map(|field| (field.name, field.kind)).or_else(mark)
    }

    /// The field with the currency of a decimal field's amounts; none where the field holds no amount. A type with a
    /// currency has no other decimals than amounts and fractions.
    pub fn currency_of(&self, field: &Field) -> Option<&'static Field> {
        let holds_amounts = field.kind == FieldKind::Decimal && !field.fraction;
        self.field("currency").filter(|found| holds_amounts && found.kind == FieldKind::Currency)
    }

    /// The field that says a record's place among its like, where they have one: stages.
    pub fn position(&self) -> Option<&'static Field> {
        self.field("position").filter(|field| field.kind == FieldKind::Integer)
    }

    /// Checks one field's value against its description.
    pub fn check(&self, name: &str, value: &Value) -> Result<&'static Field, RecordError> {
        let field = self
            .field(name)
            .ok_or_else(|| RecordError::UnknownField { record_type: self.name, field: name.to_owned() })?;
        if field.required && *value == Value::Null {
            return Err(RecordError::Required { record_type: self.name, field: field.name });
        }
        let (record_type, field_name, value) = (self.name, field.name, value.clone());
        if !value.fits(field.kind) {
            return Err(RecordError::WrongKind { record_type, field: field_name, kind: field.kind, value });
        }
        let is_part = value.as_decimal().is_none_or(|part| (Amount::ZERO..=Amount::from(1)).contains(&part));
        if field.fraction && !is_part {
            return Err(RecordError::NotAFraction { record_type, field: field_name, value });
        }
        if let Some(Err(error)) = value.as_text().filter(|_| field.ramp).map(str::parse::<RampSteps>) {
            return Err(RecordError::NotARamp { record_type, field: field_name, error });
        }
        Ok(field)
    }
}

/// Why a value cannot stand in a record.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RecordError {
    #[error("{record_type} has no field {field}")]
    UnknownField { record_type: &'static str, field: String },
    #[error("{record_type}.{field} must have a value")]
    Required { record_type: &'static str, field: &'static str },
    #[error("{record_type}.{field} cannot hold {value}: {}", kind.takes())]
    WrongKind { record_type: &'static str, field: &'static str, kind: FieldKind, value: Value },
    #[error("{record_type}.{field} cannot hold {value}: a part of one is needed, like 0.25 for 25 %")]
    NotAFraction { record_type: &'static str, field: &'static str, value: Value },
    #[error("{record_type}.{field}: {error}")]
    NotARamp { record_type: &'static str, field: &'static str, error: RampError },
    #[error("{0:?} is not a value of {1:?}")]
    Unreadable(serde_json::Value, FieldKind),
}

/// One field's value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Null,
    Text(String),
    Integer(i64),
    Decimal(Amount),
    Money(Money),
    Date(Date),
    Moment(Timestamp),
    Flag(bool),
    Reference(RecordId),
}

/// Plainly, for messages.
impl std::fmt::Display for Value {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.to_json() {
            serde_json::Value::String(text) => formatter.write_str(&text),
            other => other.fmt(formatter),
        }
    }
}

impl Value {
    fn fits(&self, kind: FieldKind) -> bool {
        match (self, kind) {
            (Self::Null, _)
            | (Self::Text(_), FieldKind::Text)
            | (Self::Integer(_), FieldKind::Integer)
            | (Self::Money(_), FieldKind::Money)
            | (Self::Date(_), FieldKind::Date)
            | (Self::Moment(_), FieldKind::Moment)
            | (Self::Flag(_), FieldKind::Flag)
            | (Self::Reference(_), FieldKind::Reference(_)) => true,
            // The store keeps millionths in 64 bits: up to nine million million.
            (Self::Decimal(amount), FieldKind::Decimal) => i64::try_from(amount.millionths()).is_ok(),
            (Self::Text(text), FieldKind::Currency) => text.parse::<Currency>().is_ok(),
            (Self::Text(text), FieldKind::Choice(words)) => words.contains(&text.as_str()),
            _ => false,
        }
    }

    /// How the log writes it: numbers that may carry decimals as text, so that no reader turns them into floats.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Self::Null => serde_json::Value::Null,
            Self::Text(text) => text.as_str().into(),
            Self::Integer(number) => (*number).into(),
            Self::Decimal(amount) => amount.to_text().into(),
            Self::Money(money) => format!("{money} {}", money.currency).into(),
            Self::Date(date) => date.to_string().into(),
            Self::Moment(moment) => moment.to_string().into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Reference(id) => id.0.into(),
        }
    }

    /// Reads what `to_json` wrote.
    pub fn from_json(kind: FieldKind, json: &serde_json::Value) -> Result<Self, RecordError> {
        Self::read(kind, json).ok_or_else(|| RecordError::Unreadable(json.clone(), kind))
    }

    fn read(kind: FieldKind, json: &serde_json::Value) -> Option<Self> {
        if json.is_null() {
            return Some(Self::Null);
        }
        Some(match kind {
            FieldKind::Text | FieldKind::Currency | FieldKind::Choice(_) => Self::Text(json.as_str()?.to_owned()),
            FieldKind::Integer => Self::Integer(json.as_i64()?),
            FieldKind::Decimal => Self::Decimal(json.as_str()?.parse().ok()?),
            FieldKind::Money => {
                let (number, currency) = json.as_str()?.split_once(' ')?;
                Self::Money(Money::parse(number, currency.parse().ok()?).ok()?)
            }
            FieldKind::Date => Self::Date(json.as_str()?.parse().ok()?),
            FieldKind::Moment => Self::Moment(json.as_str()?.parse().ok()?),
            FieldKind::Flag => Self::Flag(json.as_bool()?),
            FieldKind::Reference(_) => Self::Reference(RecordId(json.as_i64()?)),
        })
    }

    pub fn as_text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub const fn as_moment(&self) -> Option<Timestamp> {
        if let Self::Moment(moment) = self { Some(*moment) } else { None }
    }

    pub fn as_date(&self) -> Option<Date> {
        if let Self::Date(date) = self { Some(*date) } else { None }
    }

    pub fn as_decimal(&self) -> Option<Amount> {
        if let Self::Decimal(amount) = self { Some(*amount) } else { None }
    }

    pub fn as_money(&self) -> Option<Money> {
        if let Self::Money(money) = self { Some(*money) } else { None }
    }

    pub fn as_reference(&self) -> Option<RecordId> {
        if let Self::Reference(id) = self { Some(*id) } else { None }
    }

    pub fn as_integer(&self) -> Option<i64> {
        if let Self::Integer(number) = self { Some(*number) } else { None }
    }
}

/// Every record type of the company, by name. Wired once, in the binary.
#[derive(Debug, Clone, Default)]
pub struct Registry {
    types: std::collections::BTreeMap<&'static str, &'static RecordType>,
}

impl Registry {
    /// # Panics
    /// When two types share a name or a reference names no type: a mistake in the code, found by every test.
    pub fn new(lists: &[&[&'static RecordType]]) -> Self {
        let mut types = std::collections::BTreeMap::new();
        for record_type in lists.iter().copied().flatten() {
            assert!(types.insert(record_type.name, *record_type).is_none(), "two types {}", record_type.name);
        }
        let registry = Self { types };
        for record_type in registry.iter() {
            assert!(record_type.field(record_type.title).is_some(), "{} has no title", record_type.name);
            for name in record_type.listed {
                assert!(record_type.field(name).is_some(), "{} has no field {name} to list", record_type.name);
            }
            if let Scope::OwnerOr { of, .. } = record_type.scope {
                let owner = registry.get(of).and_then(|namer| namer.scope.owner());
                assert!(owner.is_some(), "{} is opened through {of}, which has no owner", record_type.name);
            }
            for field in record_type.all_fields() {
                if let FieldKind::Reference(target) = field.kind {
                    assert!(registry.get(target).is_some(), "{}.{} names no type", record_type.name, field.name);
                }
            }
        }
        registry
    }

    pub fn get(&self, name: &str) -> Option<&'static RecordType> {
        self.types.get(name).copied()
    }

    pub fn iter(&self) -> impl Iterator<Item = &'static RecordType> {
        self.types.values().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_alike_but_for_how_they_were_typed() {
        let person = Mark { name: "same_person", of: &["name", "organisation"] };
        let of = |name: &'static str, organisation: &'static str| {
            person.likeness(|field| Some(if field == "name" { name } else { organisation }))
        };
        assert_eq!(of("Anne-Marie Tan", "Mali Foods Co., Ltd."), of(" anne marie  TAN", "Mali Foods Co Ltd"));
        assert_ne!(of("Anne Tan", "Mali Foods"), of("Anne Tan", "Mali Food"));
        assert_ne!(of("สมศรี ใจดี", "มาลี"), of("สมศร ใจดี", "มาลี"), "vowels count");
        assert_ne!(of("AB", "C"), of("A", "BC"));
        assert_eq!(of("Anne Tan", " - "), None);
        assert_eq!(alike("email", " A.B@x.example"), Some("a.b@x.example".to_owned()));
        assert_eq!(alike("email", "n/a"), None);
        assert_eq!(alike("phone", "+66 (2) 123-4567"), Some("6621234567".to_owned()));
        assert_eq!(alike("phone", "ext. 12"), None);
    }
}
