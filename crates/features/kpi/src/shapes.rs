//! The shapes of a question and its answers.

use crate::KpiError;
use base::{Amount, Currency, Grain, Period, RecordId, Seq};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rules::{
    kpi::{Basis, NullReason, Unit},
    record::RecordType,
};
use std::{path::PathBuf, str::FromStr};

/// What the numbers are broken down by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ByWord {
    Company,
    Team,
    Rep,
    /// Oneself and everybody who reports there, directly or not.
    Manager,
    Product,
    Account,
}

impl ByWord {
    pub const EVERY: [Self; 6] = [Self::Company, Self::Team, Self::Rep, Self::Manager, Self::Product, Self::Account];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Company => "company",
            Self::Team => "team",
            Self::Rep => "rep",
            Self::Manager => "manager",
            Self::Product => "product",
            Self::Account => "account",
        }
    }

    /// The record type of its entities.
    pub(crate) fn record_type(self) -> &'static RecordType {
        match self {
            Self::Company => &access::COMPANY,
            Self::Team => &access::TEAM,
            Self::Rep | Self::Manager => &access::PERSON,
            Self::Product => &crm::PRODUCT,
            Self::Account => &crm::ACCOUNT,
        }
    }

    /// Parts overlap: a person counts for every manager above, so parts do not sum to the whole.
    pub const fn overlaps(self) -> bool {
        matches!(self, Self::Manager | Self::Team)
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
}

impl KnownAt {
    pub(crate) fn moment(self, zone: &TimeZone) -> Option<Timestamp> {
        match self {
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
    /// Only this entity of `by`: its number or its external id.
    pub entity: Option<String>,
    /// Where fact files are kept.
    pub folder: PathBuf,
}

/// Who or what a row is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entity {
    pub id: Option<RecordId>,
    pub external_id: Option<String>,
    pub name: String,
}

/// One value with its components.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    pub kpi: String,
    pub entity: Entity,
    pub period: Period,
    /// Decimal text; none with a reason.
    pub value: Option<String>,
    pub numerator: Option<Amount>,
    pub denominator: Option<Amount>,
    pub unit: Unit,
    /// For money.
    pub currency: Option<Currency>,
    pub null_reason: Option<NullReason>,
    pub partial: bool,
    pub row_count: u64,
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
}

/// A number to open: one KPI, one entity, one stretch of days.
pub type Open = Ask;

/// One record behind a number, with what it adds to each side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRow {
    pub entity: Entity,
    pub numerator: Amount,
    pub denominator: Option<Amount>,
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
    pub unit: Unit,
    pub currency: Option<Currency>,
    pub value: Option<String>,
    pub null_reason: Option<NullReason>,
    pub numerator: Amount,
    pub denominator: Option<Amount>,
    pub rows: Vec<OpenRow>,
    /// Rows that this viewer may not open, in one line, so that the list adds up.
    pub hidden: Option<Hidden>,
    pub rounding: Amount,
    /// The record type of the rows.
    pub record: &'static str,
    /// The days it is about, `to` exclusive.
    pub from: Date,
    pub to: Date,
    pub as_of: Date,
}
