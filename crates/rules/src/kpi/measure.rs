//! What a formula sums, counts or takes of facts.

use super::{Basis, customers::Customers, resolve};
use crate::facts::{Column, FACT_TYPES, word_id};
use base::RecordId;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The word column that accounts have, dated: which facts are with key accounts follows from the account on their day.
pub const TIER: &str = "tier";
/// The amount column that says on which day something is due, as days since 1970-01-01.
pub const DUE: &str = "due_day";

const AMOUNT: &str = "amount";

/// One side of a formula: how, over which column of which fact, and over which facts only.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Deserialize)]
#[serde(try_from = "BTreeMap<String, Part>")]
pub struct Measure {
    pub how: How,
    fact: String,
    column: String,
    /// Only facts with one of these words, by word column: `source`, `type`.
    pub only: BTreeMap<String, Vec<String>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum How {
    /// Sum of an amount column over facts dated in the period.
    Sum,
    /// How many different ids stand in a key column, or pairs in two joined by `+`.
    Count,
    /// The same sum, of facts that have come true by as-of.
    Reached,
    /// The same sum, of facts whose days all lie in the period.
    Within,
    /// Sum over facts that last at the end of the period's last day, or of as-of when that comes first.
    Stock,
    /// The same at the end of the day before the period.
    StockBefore,
    /// Sum over facts that last at the end of the period's first day, where they belonged then.
    StockAtStart,
    /// The stock, of what is due within the period, whatever day that is.
    StockDue,
    /// The stock before the period, of what is due within it.
    StockBeforeDue,
    /// Of that, what stands at the end too and is due after the period (B10a `slippage_rate`).
    Slipped,
    /// The sum over the year up to the period's end, or to as-of when that comes first.
    Trailing,
    /// Sum over facts dated in the period after its first day, each with the share of the period's days that it had left.
    Remaining,
    /// Sum over facts that last, each with the share of its days that falls in the period.
    Spread,
    /// The same, of the period's days that have come.
    SpreadToDate,
    /// Mean over the period's months of what lasts, each fact with the share of the month's days.
    Average,
    /// Months of what lasts: the same, not divided by the period's months.
    Months,
    /// Working days of what lasts in the period's days that have come: Monday to Friday.
    WorkDays,
    /// Sum over the last fact in the period of each id in a key column, `column/key`; told of no fewer ids than these (R-SURV).
    Latest(u8),
    /// The sum over the same days of an earlier period.
    Earlier(Earlier),
    /// What the accounts behind facts come to, each by itself.
    Customers(Customers),
    /// So many per cent of the records have no more of one column a unit of another, `column/column`: linear between the exact
    /// values (type 7, R-DUR).
    Quantile(u8),
}

/// Which days a flow is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Earlier {
    Year,
    Quarter,
    Month,
}

/// Which days of a fact place it in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Axis {
    Flow,
    Stock,
    StockBefore,
    StockAtStart,
    StockDue,
    StockBeforeDue,
    Slipped,
    Trailing,
    Remaining,
    Spread,
    SpreadToDate,
    Average,
    Months,
    WorkDays,
    Latest,
    Earlier(Earlier),
    Customers,
    /// A flow of which each record's value is wanted.
    Records,
}

impl Axis {
    /// Facts that last, of which some days count.
    pub const fn is_lasting(self) -> bool {
        matches!(
            self,
            Self::Remaining | Self::Spread | Self::SpreadToDate | Self::Average | Self::Months | Self::WorkDays
        )
    }

    /// What stands on one day.
    pub const fn is_stock(self) -> bool {
        matches!(
            self,
            Self::Stock
                | Self::StockBefore
                | Self::StockAtStart
                | Self::StockDue
                | Self::StockBeforeDue
                | Self::Slipped
        )
    }

    /// What stands and is due within the period.
    pub const fn is_due(self) -> bool {
        matches!(self, Self::StockDue | Self::StockBeforeDue | Self::Slipped)
    }

    /// What was learnt of a closed period can be placed in an open one.
    pub const fn takes_adjustments(self) -> bool {
        matches!(self, Self::Flow | Self::Trailing | Self::Earlier(_))
    }
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Part {
    Place(String),
    Number(u8),
    Only(BTreeMap<String, Vec<String>>),
}

impl TryFrom<BTreeMap<String, Part>> for Measure {
    type Error = String;

    fn try_from(mut parts: BTreeMap<String, Part>) -> Result<Self, String> {
        let only = match parts.remove("only") {
            Some(Part::Only(only)) => only,
            None => BTreeMap::new(),
            Some(_) => return Err("`only` is a table of lists: only = { source = [\"Referral\"] }".to_owned()),
        };
        let mut number = |name: &str| match parts.remove(name) {
            Some(Part::Number(number @ 1..=99)) => Ok(Some(number)),
            None => Ok(None),
            Some(_) => Err(format!("`{name}` is a whole number, 1 to 99")),
        };
        let (at, at_least) = (number("at")?, number("at_least")?);
        let count = parts.remove("count_of");
        let (Some((word, Part::Place(place))), 0) = (parts.pop_first(), parts.len()) else {
            return Err("a measure names one way and its fact.column: { sum = \"closed.amount\" }".to_owned());
        };
        let how = match (word.as_str(), at.or(at_least), count) {
            ("quantile", Some(at), None) => How::Quantile(at),
            ("latest", at_least, None) => How::Latest(at_least.unwrap_or(1)),
            ("customers", None, Some(Part::Place(count))) => How::Customers(
                Customers::from_name(&count).ok_or_else(|| format!("customers cannot be counted by `{count}`"))?,
            ),
            (word, None, None) => How::plain(word).ok_or_else(|| format!("`{word}` is no way to measure"))?,
            _ => return Err("`at` belongs to a quantile, `at_least` to latest, `count_of` to customers".to_owned()),
        };
        let (fact, column) = place.split_once('.').unwrap_or((&place, ""));
        Ok(Self { how, fact: fact.to_owned(), column: column.to_owned(), only })
    }
}

impl How {
    fn plain(word: &str) -> Option<Self> {
        Some(match word {
            "sum" => Self::Sum,
            "count" => Self::Count,
            "reached" => Self::Reached,
            "within" => Self::Within,
            "stock" => Self::Stock,
            "stock_before" => Self::StockBefore,
            "stock_at_start" => Self::StockAtStart,
            "stock_due" => Self::StockDue,
            "stock_before_due" => Self::StockBeforeDue,
            "slipped" => Self::Slipped,
            "trailing" => Self::Trailing,
            "remaining" => Self::Remaining,
            "spread" => Self::Spread,
            "spread_to_date" => Self::SpreadToDate,
            "average" => Self::Average,
            "months" => Self::Months,
            "work_days" => Self::WorkDays,
            "year_before" => Self::Earlier(Earlier::Year),
            "quarter_before" => Self::Earlier(Earlier::Quarter),
            "month_before" => Self::Earlier(Earlier::Month),
            _ => return None,
        })
    }
}

impl Measure {
    /// The fact and column it reads.
    pub fn place(&self) -> (&str, &str) {
        (&self.fact, &self.column)
    }

    pub const fn axis(&self) -> Axis {
        match self.how {
            How::Sum | How::Count | How::Reached | How::Within => Axis::Flow,
            How::Stock => Axis::Stock,
            How::StockBefore => Axis::StockBefore,
            How::StockAtStart => Axis::StockAtStart,
            How::StockDue => Axis::StockDue,
            How::StockBeforeDue => Axis::StockBeforeDue,
            How::Slipped => Axis::Slipped,
            How::Trailing => Axis::Trailing,
            How::Remaining => Axis::Remaining,
            How::Spread => Axis::Spread,
            How::SpreadToDate => Axis::SpreadToDate,
            How::Average => Axis::Average,
            How::Months => Axis::Months,
            How::WorkDays => Axis::WorkDays,
            How::Latest(_) => Axis::Latest,
            How::Earlier(earlier) => Axis::Earlier(earlier),
            How::Customers(_) => Axis::Customers,
            How::Quantile(_) => Axis::Records,
        }
    }

    /// True when what it comes to is money.
    pub fn is_money(&self, basis: Basis) -> bool {
        let is_counted = match self.how {
            How::Count => true,
            How::Customers(customers) => !customers.is_money(),
            _ => false,
        };
        let fact_type = resolve(&self.fact, basis);
        let column = self.quotient().map_or(self.column.as_str(), |(column, _)| column);
        !is_counted && fact_type.and_then(|fact| fact.measure(column)).is_some_and(Column::is_money)
    }

    /// A quantile's column and the one that it is taken over; a column and the key of which the latest counts.
    pub fn quotient(&self) -> Option<(&str, &str)> {
        self.column.split_once('/')
    }

    /// The key columns of a count.
    pub fn counted(&self) -> Vec<&str> {
        self.column.split('+').collect()
    }

    /// True when facts without a word in this column count too: the empty word.
    pub fn takes_none(&self, key: &str) -> bool {
        self.only.get(key).is_some_and(|words| words.iter().any(String::is_empty))
    }

    /// Word columns with the ids that a fact must have one of.
    pub fn filters(&self) -> impl Iterator<Item = (&str, Vec<RecordId>)> {
        self.only.iter().map(|(key, words)| (key.as_str(), words.iter().filter_map(|word| word_id(word)).collect()))
    }

    /// Column and fact fit each other; what is not there, and what is, otherwise.
    pub(super) fn is_there(&self) -> Result<(), (String, Vec<&'static str>)> {
        let fact = &self.fact;
        let Some(fact_type) = resolve(fact, Basis::Ordered) else {
            return Err((format!("fact {fact}"), FACT_TYPES.iter().map(|fact| fact.name).collect()));
        };
        let keys = || fact_type.keys.iter().map(|key| key.name);
        let amounts = || fact_type.measures.iter().map(|column| column.name);
        let key = |name: &str| match fact_type.key(name) {
            Some(_) => Ok(()),
            None => Err((format!("{fact}.{name}"), keys().collect())),
        };
        let amount = |name: &str| match fact_type.measure(name) {
            Some(_) => Ok(()),
            None => Err((format!("{fact}.{name}"), amounts().collect())),
        };
        let quotient = || self.quotient().ok_or_else(|| (format!("{fact}.{}", self.column), vec!["column/column"]));
        match self.how {
            How::Count => self.counted().into_iter().try_for_each(key)?,
            How::Customers(customers) => {
                key("account")?;
                // What customers bring is the facts' own amount.
                if customers.needs_amounts() && (self.column != AMOUNT || fact_type.measure(AMOUNT).is_none()) {
                    let amount = fact_type.measure(AMOUNT).map(|column| column.name).into_iter().collect();
                    return Err((format!("{fact}.{} of customers", self.column), amount));
                }
            }
            How::Quantile(_) => {
                let (column, over) = quotient()?;
                amount(column)?;
                amount(over)?;
            }
            How::Latest(_) => {
                let (column, of) = quotient()?;
                amount(column)?;
                key(of)?;
                // The latest of each is no sum of a period's facts, so no day's rate is its.
                if fact_type.measure(column).is_some_and(Column::is_money) {
                    let plain = fact_type.measures.iter().filter(|column| !column.is_money());
                    return Err((
                        format!("latest of money {fact}.{column}"),
                        plain.map(|column| column.name).collect(),
                    ));
                }
            }
            _ => amount(&self.column)?,
        }
        if self.axis().is_due() {
            amount(DUE)?;
        }
        let words = || {
            let words = fact_type.keys.iter().filter(|key| key.entity.is_none()).map(|key| key.name);
            words.chain(fact_type.key("account").map(|_| TIER))
        };
        let lacks = |name: &&String| match name.as_str() {
            TIER => fact_type.key("account").is_none() || matches!(self.how, How::Customers(_)),
            name => !words().any(|word| word == name),
        };
        match self.only.keys().find(lacks) {
            Some(name) => Err((format!("{fact}.{name} to filter by"), words().collect())),
            None => Ok(()),
        }
    }
}
