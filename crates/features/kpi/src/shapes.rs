//! The shapes of a question and its answers.

use crate::KpiError;
use base::{Amount, Currency, Grain, Period, RecordId, Seq};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rules::{
    kpi::{Basis, Definition, Index, NullReason, Unit},
    record::RecordType,
};
use std::{collections::BTreeMap, path::PathBuf, str::FromStr, sync::Arc, time::Duration};

/// What the numbers are broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ByWord {
    Company,
    Team,
    Rep,
    /// Oneself and everybody who reports there, directly or not.
    Manager,
    Territory,
    Segment,
    Product,
    Account,
    Source,
    Stage,
}

impl ByWord {
    pub const EVERY: [Self; 10] = [
        Self::Company,
        Self::Team,
        Self::Rep,
        Self::Manager,
        Self::Territory,
        Self::Segment,
        Self::Product,
        Self::Account,
        Self::Source,
        Self::Stage,
    ];

    /// Those that a scorecard is about.
    pub const SCORED: [Self; 4] = [Self::Company, Self::Team, Self::Rep, Self::Manager];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Team => "team",
            Self::Rep => "rep",
            Self::Manager => "manager",
            Self::Territory => "territory",
            Self::Segment => "segment",
            Self::Product => "product",
            Self::Account => "account",
            Self::Source => "source",
            Self::Stage => "stage",
        }
    }

    /// The record type of its entities; none for words, which are their own names.
    pub(crate) fn record_type(self) -> Option<&'static RecordType> {
        match self {
            Self::Company => Some(&access::COMPANY),
            Self::Team => Some(&access::TEAM),
            Self::Rep | Self::Manager => Some(&access::PERSON),
            Self::Territory => Some(&access::TERRITORY),
            Self::Product => Some(&crm::PRODUCT),
            Self::Account => Some(&crm::ACCOUNT),
            Self::Stage => Some(&crm::STAGE),
            Self::Segment | Self::Source => None,
        }
    }

    /// Where the words stand, for what is broken down by words: record types and fields.
    pub(crate) fn words(self) -> Option<&'static [(&'static RecordType, &'static str)]> {
        static SEGMENTS: [(&RecordType, &str); 1] = [(&crm::ACCOUNT, "segment")];
        static SOURCES: [(&RecordType, &str); 3] =
            [(&crm::DEAL, "lead_source"), (&crm::LEAD, "source"), (&crm::COST, "source")];
        match self {
            Self::Segment => Some(&SEGMENTS),
            Self::Source => Some(&SOURCES),
            _ => None,
        }
    }

    /// The key column of a fact that it rests on; the company needs none.
    pub(crate) const fn key(self) -> Option<&'static str> {
        match self {
            Self::Company => None,
            Self::Team | Self::Rep | Self::Manager | Self::Territory => Some("owner"),
            Self::Segment | Self::Account => Some("account"),
            Self::Product => Some("product"),
            Self::Source => Some("source"),
            Self::Stage => Some("stage"),
        }
    }

    /// Parts overlap: a person counts for every manager above, so parts do not sum to the whole.
    pub const fn overlaps(self) -> bool {
        matches!(self, Self::Manager | Self::Team | Self::Territory)
    }
}

impl FromStr for ByWord {
    type Err = KpiError;

    fn from_str(word: &str) -> Result<Self, KpiError> {
        Self::EVERY.into_iter().find(|by| by.name() == word).ok_or_else(|| KpiError::NotABy(word.to_owned()))
    }
}

/// What was known then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownAt {
    /// When that day ended in the company's time zone.
    Day(Date),
    Moment(Timestamp),
    /// With this row of the log and those before it.
    At(Seq),
}

impl KnownAt {
    /// None of a row of the log.
    pub(crate) fn moment(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
            Self::At(_) => None,
            Self::Moment(moment) => Some(moment),
            Self::Day(day) => {
                let next = day.tomorrow().ok()?.to_zoned(zone.clone()).ok()?.timestamp();
                next.checked_sub(jiff::SignedDuration::from_micros(1)).ok()
            }
        }
    }
}

impl FromStr for KnownAt {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Ok(moment) = text.parse() {
            return Ok(Self::Moment(moment));
        }
        let day = text.parse().map_err(|_| "write a day like 2026-02-28, or a moment with its zone".to_owned())?;
        Ok(Self::Day(day))
    }
}

/// A question about KPIs.
#[derive(Debug, Clone)]
pub struct Ask {
    pub kpis: Vec<String>,
    pub by: ByWord,
    pub grain: Grain,
    pub from: Option<Date>,
    /// Exclusive.
    pub to: Option<Date>,
    pub as_of: Option<Date>,
    pub known_at: Option<KnownAt>,
    /// The organisation of this day instead of that of each fact: teams, managers, territories, segments.
    pub org: Option<Date>,
    /// As known now, closings left out of account; otherwise a closed period answers as it was reported.
    pub restated: bool,
    /// Only this entity of `by`: its number or its external id.
    pub entity: Option<String>,
    /// Only these, and each of them, be there nothing of theirs.
    pub among: Option<Vec<RecordId>>,
    /// Only what belongs to each of these too: an entity of that breakdown, named the same way.
    pub filters: Vec<(ByWord, String)>,
    /// Where fact files are kept.
    pub folder: PathBuf,
    /// How long it may take; what pages may where nothing is said.
    pub within: Option<Duration>,
}

/// Who or what a row is about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Entity {
    pub id: Option<RecordId>,
    pub external_id: Option<String>,
    pub name: String,
}

/// One value with its components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub kpi: String,
    /// The version by which it was computed.
    pub definition: Arc<Definition>,
    pub entity: Entity,
    pub period: Period,
    /// Decimal text; none with a reason.
    pub value: Option<String>,
    pub numerator: Option<Amount>,
    pub denominator: Option<Amount>,
    /// What it is to come to in exactly this period.
    pub target: Option<Amount>,
    pub unit: Unit,
    /// For money.
    pub currency: Option<Currency>,
    pub null_reason: Option<NullReason>,
    pub partial: bool,
    pub row_count: u64,
    /// Of a cohort: whether it can be judged yet (R-OPEN).
    pub mature: Option<bool>,
}

impl Row {
    /// The same, where nothing computes it.
    pub(crate) fn without_source(self) -> Self {
        Self {
            value: None,
            numerator: None,
            denominator: None,
            null_reason: Some(NullReason::NoSource),
            row_count: 0,
            ..self
        }
    }
}

/// Rows, and what they rest on.
#[derive(Debug, Clone)]
pub struct Answer {
    pub rows: Vec<Row>,
    pub basis: Basis,
    pub currency: Currency,
    pub known_at: Seq,
    pub as_of: Date,
    /// Parts that overlap or do not sum to the whole, by KPI id.
    pub not_additive: Vec<String>,
    /// The day whose organisation was taken for all of history, when that was asked for.
    pub org: Option<Date>,
    pub restated: bool,
}

/// A number to open: one KPI, one entity, one stretch of days.
pub type Open = Ask;

/// One record behind a number, with what it adds to each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRow {
    pub entity: Entity,
    /// Its record type.
    pub record: &'static str,
    pub numerator: Amount,
    pub denominator: Option<Amount>,
    /// Whose it is, where it is one person's.
    pub owner: Option<Entity>,
    /// It is several people's.
    pub is_shared: bool,
    /// The day on which it counts, where it counts on one.
    pub day: Option<Date>,
    /// It was learnt of a closed period, or part of it was: an adjustment.
    pub adjusts: bool,
    /// Of a spread: the words that it counts under.
    pub words: Vec<RecordId>,
}

/// What a spread is told from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spreading {
    /// How many rows count under each word, those that stay closed among them.
    pub counts: BTreeMap<RecordId, u64>,
    pub places: u64,
    pub index: Index,
}

/// How many rows stay closed, and what they add up to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hidden {
    pub rows: usize,
    pub numerator: Amount,
    pub denominator: Option<Amount>,
}

/// A number with its rows. `numerator` = Σ rows' numerators; the rounded rows may differ from the rounded whole by `rounding`.
#[derive(Debug, Clone)]
pub struct Opened {
    pub kpi: String,
    /// The version by which it was computed.
    pub definition: Arc<Definition>,
    pub unit: Unit,
    pub currency: Option<Currency>,
    /// The company's, which sides that are money are in.
    pub own_currency: Currency,
    pub basis: Basis,
    pub value: Option<String>,
    pub null_reason: Option<NullReason>,
    pub numerator: Amount,
    pub denominator: Option<Amount>,
    pub rows: Vec<OpenRow>,
    /// What it is computed from; each opens into rows of its own.
    pub parts: Vec<Row>,
    /// Rows that this viewer may not open, in one line, so that the list adds up.
    pub hidden: Option<Hidden>,
    pub spreading: Option<Spreading>,
    pub rounding: Amount,
    pub mature: Option<bool>,
    /// The record type of the rows.
    pub record: &'static str,
    /// The days it is about, `to` exclusive.
    pub from: Date,
    pub to: Date,
    pub as_of: Date,
}
