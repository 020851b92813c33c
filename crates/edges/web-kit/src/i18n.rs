//! Words in English, Thai and Japanese. The messages are Fluent files, embedded; a key that is missing in any
//! language, or used and missing, fails a test.

use crate::{WebError, mistakes};
use fluent_bundle::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use std::{cmp::Reverse, fmt, str::FromStr, sync::LazyLock};

/// The languages of the product. Equals: no key exists in one alone.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum Language {
    #[default]
    En,
    Th,
    Ja,
}

/// What can be wrong with a language code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a language of the product; use en, th or ja")]
pub struct LanguageError {
    text: String,
}

impl Language {
    /// All languages, in the order they are offered.
    pub const EVERY: [Language; 3] = [Language::En, Language::Th, Language::Ja];

    /// The code for `lang` attributes and for keeping: `en`, `th`, `ja`.
    pub const fn code(self) -> &'static str {
        match self {
            Language::En => "en",
            Language::Th => "th",
            Language::Ja => "ja",
        }
    }

    /// What the language calls itself: the one name that is never translated.
    pub const fn own_name(self) -> &'static str {
        match self {
            Language::En => "English",
            Language::Th => "ไทย",
            Language::Ja => "日本語",
        }
    }

    /// The best language an `Accept-Language` header asks for; none when it names none of ours.
    pub fn from_accept_language(header: &str) -> Option<Self> {
        let wishes = header.split(',').take(MOST_WISHES).filter_map(wish);
        wishes.min_by_key(|&(weight, _)| Reverse(weight)).map(|(_, language)| language) // the first of equals
    }
}

/// A header is a stranger's text: what follows the twentieth wish is not read.
const MOST_WISHES: usize = 20;

/// One wish, `th-TH;q=0.8`, with its weight in thousandths.
fn wish(text: &str) -> Option<(u16, Language)> {
    let (tag, weight) = text.split_once(';').map_or((text, None), |(tag, weight)| (tag, Some(weight)));
    let primary = tag.trim().split('-').next()?.to_ascii_lowercase();
    let weight = match weight.and_then(|weight| weight.trim().strip_prefix("q=")) {
        Some(quality) => thousandths(quality)?,
        None => 1000,
    };
    (weight > 0).then_some((weight, primary.parse().ok()?))
}

fn thousandths(quality: &str) -> Option<u16> {
    let (whole, decimals) = quality.split_once('.').unwrap_or((quality, ""));
    let digits = format!("{decimals:0<3}");
    Some(whole.parse::<u16>().ok()?.min(1) * 1000 + digits.get(..3)?.parse::<u16>().ok()?)
}

impl FromStr for Language {
    type Err = LanguageError;

    fn from_str(text: &str) -> Result<Self, LanguageError> {
        let found = Language::EVERY.into_iter().find(|language| language.code() == text);
        found.ok_or_else(|| LanguageError { text: text.to_owned() })
    }
}

impl fmt::Display for Language {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

/// What fills a slot of a message. A count chooses the plural form and is shown grouped.
#[derive(Debug, Clone)]
pub enum Slot {
    Text(String),
    Count(i64),
}

impl From<&str> for Slot {
    fn from(text: &str) -> Self {
        Slot::Text(text.to_owned())
    }
}

impl From<String> for Slot {
    fn from(text: String) -> Self {
        Slot::Text(text)
    }
}

impl From<i64> for Slot {
    fn from(count: i64) -> Self {
        Slot::Count(count)
    }
}

impl From<usize> for Slot {
    fn from(count: usize) -> Self {
        Slot::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }
}

/// The product's words in one language; cheap to copy, handed to whatever writes for a person. Numbers and dates are
/// its methods too, see [`format`](crate::format).
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Words {
    pub language: Language,
}

impl Words {
    pub const fn new(language: Language) -> Self {
        Words { language }
    }

    /// Of the language that an address names.
    pub fn of_address(code: &str) -> Result<Self, WebError> {
        code.parse().map(Self::new).map_err(|_: LanguageError| WebError::NotFound)
    }

    /// The message of this key.
    ///
    /// # Panics
    /// When there is no such key and mistakes are fatal ([`be_strict`](crate::be_strict)); otherwise the key is shown.
    pub fn t(self, key: &str) -> String {
        self.t_with(key, &[])
    }

    /// The message of this key with its slots filled.
    ///
    /// # Panics
    /// When there is no such key or a slot is not filled, and mistakes are fatal ([`be_strict`](crate::be_strict));
    /// otherwise the key or the slot's name is shown.
    pub fn t_with(self, key: &str, slots: &[(&str, Slot)]) -> String {
        let bundle = &BUNDLES[self.language as usize];
        let Some(pattern) = bundle.get_message(key).and_then(|message| message.value()) else {
            mistakes::expect(|| false, || format!("no message `{key}` in {}", self.language));
            tracing::error!(key, language = self.language.code(), "a message is missing");
            return key.to_owned();
        };
        let arguments: FluentArgs<'_> = slots.iter().map(|(name, slot)| (*name, fluent_value(slot))).collect();
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, Some(&arguments), &mut errors).into_owned();
        mistakes::expect(|| errors.is_empty(), || format!("message `{key}` in {}: {errors:?}", self.language));
        text
    }

    /// Is there a message of this key? For keys made from data.
    pub fn has(self, key: &str) -> bool {
        BUNDLES[self.language as usize].has_message(key)
    }

    /// What a field of a record type is called.
    pub fn field(self, name: &str) -> String {
        self.t(&format!("field-{name}"))
    }

    /// What one record of a type is called.
    pub fn record(self, name: &str) -> String {
        self.t(&format!("record-{name}"))
    }

    /// What several records of a type are called.
    pub fn records(self, name: &str) -> String {
        self.t(&format!("records-{name}"))
    }

    /// What one value of a choice field is called.
    pub fn choice(self, field: &str, value: &str) -> String {
        self.t(&format!("choice-{field}-{value}"))
    }
}

fn fluent_value(slot: &Slot) -> FluentValue<'_> {
    match slot {
        Slot::Text(text) => FluentValue::from(text.as_str()),
        Slot::Count(count) => FluentValue::from(*count),
    }
}

/// The message files, in the order of [`Language::EVERY`].
const FILES: [[&str; 19]; 3] = [
    [
        include_str!("../locales/en/glossary.ftl"),
        include_str!("../locales/en/shell.ftl"),
        include_str!("../locales/en/access.ftl"),
        include_str!("../locales/en/kpi.ftl"),
        include_str!("../locales/en/pay.ftl"),
        include_str!("../locales/en/runs.ftl"),
        include_str!("../locales/en/people.ftl"),
        include_str!("../locales/en/coaching.ftl"),
        include_str!("../locales/en/attachments.ftl"),
        include_str!("../locales/en/inbox.ftl"),
        include_str!("../locales/en/payreview.ftl"),
        include_str!("../locales/en/planform.ftl"),
        include_str!("../locales/en/plan.ftl"),
        include_str!("../locales/en/training.ftl"),
        include_str!("../locales/en/territories.ftl"),
        include_str!("../locales/en/quotaplan.ftl"),
        include_str!("../locales/en/recruiting.ftl"),
        include_str!("../locales/en/records.ftl"),
        include_str!("../locales/en/errors.ftl"),
    ],
    [
        include_str!("../locales/th/glossary.ftl"),
        include_str!("../locales/th/shell.ftl"),
        include_str!("../locales/th/access.ftl"),
        include_str!("../locales/th/kpi.ftl"),
        include_str!("../locales/th/pay.ftl"),
        include_str!("../locales/th/runs.ftl"),
        include_str!("../locales/th/people.ftl"),
        include_str!("../locales/th/coaching.ftl"),
        include_str!("../locales/th/attachments.ftl"),
        include_str!("../locales/th/inbox.ftl"),
        include_str!("../locales/th/payreview.ftl"),
        include_str!("../locales/th/planform.ftl"),
        include_str!("../locales/th/plan.ftl"),
        include_str!("../locales/th/training.ftl"),
        include_str!("../locales/th/territories.ftl"),
        include_str!("../locales/th/quotaplan.ftl"),
        include_str!("../locales/th/recruiting.ftl"),
        include_str!("../locales/th/records.ftl"),
        include_str!("../locales/th/errors.ftl"),
    ],
    [
        include_str!("../locales/ja/glossary.ftl"),
        include_str!("../locales/ja/shell.ftl"),
        include_str!("../locales/ja/access.ftl"),
        include_str!("../locales/ja/kpi.ftl"),
        include_str!("../locales/ja/pay.ftl"),
        include_str!("../locales/ja/runs.ftl"),
        include_str!("../locales/ja/people.ftl"),
        include_str!("../locales/ja/coaching.ftl"),
        include_str!("../locales/ja/attachments.ftl"),
        include_str!("../locales/ja/inbox.ftl"),
        include_str!("../locales/ja/payreview.ftl"),
        include_str!("../locales/ja/planform.ftl"),
        include_str!("../locales/ja/plan.ftl"),
        include_str!("../locales/ja/training.ftl"),
        include_str!("../locales/ja/territories.ftl"),
        include_str!("../locales/ja/quotaplan.ftl"),
        include_str!("../locales/ja/recruiting.ftl"),
        include_str!("../locales/ja/records.ftl"),
        include_str!("../locales/ja/errors.ftl"),
    ],
];

static BUNDLES: LazyLock<[FluentBundle<FluentResource>; 3]> = LazyLock::new(|| Language::EVERY.map(bundle));

fn bundle(language: Language) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![language.code().parse().unwrap_or_default()]);
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(|value, _| match value {
        FluentValue::Number(number) => Some(crate::format::grouped(&number.as_string())),
        _ => None,
    }));
    for source in FILES[language as usize] {
        // What does not read is left out, and missing messages fail the tests.
        let resource = FluentResource::try_new(source.to_owned()).unwrap_or_else(|(readable, _)| readable);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests;
