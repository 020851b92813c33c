//! Sums and counts over placed facts.

use crate::{
    EngineError,
    columns::{self, PRECISION, SCALE, UNTIL},
    distinct::distinct,
    place::{self, ADJUSTS, DAYS, ENTITY, OF_DAYS, OWNER, PERIOD, RATE},
    question::{Found, Question, Scan, Wanted, in_a_period},
    read::{amount, column, integer, integer32, place as place_of},
    source::Source,
};
use base::{Amount, Fraction, RecordId};
use datafusion::{
    arrow::{
        array::{Array, Date32Array, RecordBatch},
        datatypes::DataType,
    },
    common::{Result as EngineResult, ScalarValue},
    dataframe::DataFrame,
    functions_aggregate::expr_fn::{count_distinct, max, min, sum},
    logical_expr::{Operator, binary_expr, cast},
    prelude::{Expr, col, lit, when},
};
use jiff::civil::Date;
use rules::{
    facts::FactType,
    kpi::{Axis, How, MONTH_PARTS, Measure, month_parts},
};
use std::collections::BTreeMap;

const FIRST_OWNER: &str = "first_owner";
const LAST_OWNER: &str = "last_owner";
const DAY: &str = "day";
const ADJUSTED: &str = "adjusted";

type Place = (Option<RecordId>, usize);

/// What one measure comes to in one place.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PartValue {
    pub value: Amount,
    pub rows: u64,
    pub foreign: bool,
    pub outsiders: u64,
    pub owners: Option<(RecordId, RecordId)>,
    pub day: Option<Date>,
    pub adjusts: bool,
    /// There are enough records to tell it.
    pub is_told: bool,
}

impl PartValue {
    pub const NOTHING: Self = Self {
        value: Amount::ZERO,
        rows: 0,
        foreign: false,
        outsiders: 0,
        owners: None,
        day: None,
        adjusts: false,
        is_told: true,
    };
}

/// A measure's columns in the frame of aggregates.
pub(crate) struct Columns {
    pub value: String,
    pub rows: String,
    pub foreign: String,
    pub outsiders: String,
}

pub(crate) async fn aggregate(
    source: &Source<'_>,
    question: &Question<'_>,
    scan: &Scan<'_>,
) -> Result<Found, EngineError> {
    let frame = place::placed(source, question, &scan.way).await?.filter(in_a_period())?;
    let fact_type = scan.way.fact_type;
    let has_adjustments = !question.closings.is_empty() && scan.way.axis.takes_adjustments();
    let mut others = Vec::new();
    if question.open {
        let none = || lit(ScalarValue::Int64(None));
        let owner = || if fact_type.key(OWNER).is_some() { col(OWNER) } else { none() };
        others.push(min(owner()).alias(FIRST_OWNER));
        others.push(max(owner()).alias(LAST_OWNER));
        others.push(max(place::counts_on(scan.way.axis)).alias(DAY));
        let adjusts = if has_adjustments { when(col(ADJUSTS), lit(1)).otherwise(lit(0))? } else { lit(0) };
        others.push(max(adjusts).alias(ADJUSTED));
    }
    let (names, mut values, each) = sums(question, scan, distinct)?;
    others.extend(each);
    let found = match scan.way.axis {
        axis if axis.is_lasting() => {
            let sums = weighted(question, scan.way.axis, frame.clone(), values, &names).await?;
            counted(frame, others, &names, Some(&sums), question.open).await?
        }
        _ => {
            values.extend(others);
            counted(frame, values, &names, None, question.open).await?
        }
    };
    let of = |wanted: &Wanted| {
        found.get(&names[&(wanted.measure, wanted.row_key, wanted.adjusts)].value).cloned().unwrap_or_default()
    };
    Ok(scan.wanted.iter().map(|wanted| (wanted.kpi, wanted.side, of(wanted))).collect())
}

/// How ids are told: how many, or which.
pub(crate) type Ids = fn(&Question<'_>, Expr) -> Expr;

/// What is summed for the measures of a scan: their columns, the sums, and what else is told of their facts.
pub(crate) fn sums<'a>(
    question: &Question<'_>,
    scan: &Scan<'a>,
    ids: Ids,
) -> Result<(Names<'a>, Vec<Expr>, Vec<Expr>), EngineError> {
    let has_adjustments = !question.closings.is_empty() && scan.way.axis.takes_adjustments();
    let mut names = Names::new();
    let (mut values, mut others) = (Vec::new(), Vec::new());
    for wanted in &scan.wanted {
        let (measure, key) = (wanted.measure, (wanted.measure, wanted.row_key, wanted.adjusts));
        if names.contains_key(&key) {
            continue;
        }
        let number = names.len();
        let columns = Columns {
            value: format!("value_{number}"),
            rows: format!("rows_{number}"),
            foreign: format!("foreign_{number}"),
            outsiders: format!("outsiders_{number}"),
        };
        let is_money = measure.is_money(question.basis);
        let plain = |value: Expr| {
            let unmixed = (has_adjustments && !wanted.adjusts).then(|| col(ADJUSTS).is_false());
            let within = (measure.how == How::Within).then(|| place::is_within_period(question));
            match unmixed.into_iter().chain(within).chain(only(measure)).reduce(Expr::and) {
                Some(counts) => when(counts, value).end(),
                None => Ok(value),
            }
        };
        let read = plain(operand(question, measure, is_money)?)?;
        values.push(match measure.how {
            How::Count if measure.counted().len() == 1 => distinct(question, read.clone()).alias(&columns.value),
            How::Count => count_distinct(read.clone()).alias(&columns.value),
            _ => sum(read.clone()).alias(&columns.value),
        });
        let raw = if is_money { plain(col(measure.place().1))? } else { read };
        let behind = when(raw.clone().is_not_null(), col(wanted.row_key)).end()?;
        others.push(ids(question, behind).alias(&columns.rows));
        others.push(
            outsiders(question, scan.way.fact_type, Some(raw.clone().is_not_null()), ids)?.alias(&columns.outsiders),
        );
        // Nothing is worth nothing in any currency.
        let nothing = lit(ScalarValue::Decimal128(Some(0), PRECISION, SCALE));
        let without_rate = if is_money { raw.not_eq(nothing).and(col(RATE).is_null()) } else { lit(false) };
        others.push(max(when(without_rate, lit(1)).otherwise(lit(0))?).alias(&columns.foreign));
        names.insert(key, columns);
    }
    Ok((names, values, others))
}

/// The columns of each measure, by its records, with and without adjustments.
pub(crate) type Names<'a> = BTreeMap<(&'a Measure, &'a str, bool), Columns>;

/// The facts that a measure is taken over, where it is not over all.
pub(crate) fn only(measure: &Measure) -> Option<Expr> {
    measure
        .filters()
        .map(|(key, words)| {
            let is_one = col(key).in_list(words.into_iter().map(|word| lit(word.0)).collect(), false);
            if measure.takes_none(key) { col(key).is_null().or(is_one) } else { is_one }
        })
        .reduce(Expr::and)
}

/// What a measure sums or counts, in the company's currency where it is money.
fn operand(question: &Question<'_>, measure: &Measure, is_money: bool) -> EngineResult<Expr> {
    if measure.how == How::Count {
        let mut keys = measure.counted().into_iter().map(col);
        let Some(first) = keys.next() else { return Ok(lit(ScalarValue::Int64(None))) };
        // Two ids as one text, which is null where either is.
        let text = |key: Expr| cast(key, DataType::Utf8);
        return Ok(keys.fold(first, |joined, key| {
            let joined = binary_expr(text(joined), Operator::StringConcat, lit("+"));
            binary_expr(joined, Operator::StringConcat, text(key))
        }));
    }
    let column = col(measure.place().1);
    let value = if is_money { converted(question, column)? } else { column };
    match measure.how {
        How::Reached => when(col(UNTIL).lt(place::day(question.now)), value).end(),
        _ => Ok(value),
    }
}

/// An amount in the company's currency; null where there is no rate.
pub(crate) fn converted(question: &Question<'_>, column: Expr) -> EngineResult<Expr> {
    if question.rates.is_empty() {
        return when(col(RATE).is_not_null(), column).end();
    }
    Ok(cast(column * col(RATE), DataType::Decimal128(PRECISION, SCALE)))
}

/// How many people outside the asker's reach own the facts of a group that count.
pub(crate) fn outsiders(
    question: &Question<'_>,
    fact_type: &FactType,
    counts: Option<Expr>,
    ids: Ids,
) -> EngineResult<Expr> {
    let own = match &question.reach {
        Some(reach) if fact_type.key(OWNER).is_some() => reach,
        _ => return Ok(ids(question, lit(ScalarValue::Int64(None)))),
    };
    let outside = col(OWNER).in_list(own.iter().map(|id| lit(id.0)).collect(), true);
    let outside = counts.into_iter().fold(outside, Expr::and);
    Ok(ids(question, when(outside, col(OWNER)).end()?))
}

type Sums = BTreeMap<String, BTreeMap<Place, Amount>>;

/// Sums of what lasts, each with its share of days: exact, for the shares are multiplied here.
async fn weighted(
    question: &Question<'_>,
    axis: Axis,
    frame: DataFrame,
    values: Vec<Expr>,
    names: &Names<'_>,
) -> Result<Sums, EngineError> {
    let groups = vec![col(ENTITY), col(PERIOD), col(DAYS), col(OF_DAYS)];
    let batches = frame.aggregate(groups, values)?.collect().await?;
    let mut sums = Sums::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let place = place_of(batch, row)?;
            let days = |name: &str| Ok::<_, EngineError>(i64::from(integer32(batch, name, row)?.unwrap_or(0)));
            let (days, of) = (days(DAYS)?, days(OF_DAYS)?.max(1));
            // Months are counted in parts that every length of a month divides: nothing is rounded before the end.
            let share = match axis {
                Axis::Average => Fraction::new(Amount::from(days * (MONTH_PARTS / of)), Amount::from(1)),
                _ => Fraction::new(Amount::from(days), Amount::from(of)),
            };
            for columns in names.values() {
                let part = amount(batch, &columns.value, row)?.mul_fraction(share)?;
                let sum = sums.entry(columns.value.clone()).or_default().entry(place).or_default();
                *sum = sum.checked_add(part)?;
            }
        }
    }
    if axis == Axis::Average {
        for ((_, period), sum) in sums.values_mut().flatten() {
            let found = &question.periods[*period];
            let parts = month_parts(found.start.max(question.from), found.end.min(question.to));
            let one = Fraction::new(Amount::from(1), Amount::from(parts));
            *sum = sum.mul_fraction(one)?;
        }
    }
    Ok(sums)
}

/// Everything by entity and period; values that were summed apart are put in.
async fn counted(
    frame: DataFrame,
    aggregates: Vec<Expr>,
    names: &Names<'_>,
    sums: Option<&Sums>,
    open: bool,
) -> Result<BTreeMap<String, BTreeMap<Place, PartValue>>, EngineError> {
    let batches = frame.aggregate(vec![col(ENTITY), col(PERIOD)], aggregates)?.collect().await?;
    let mut found: BTreeMap<String, BTreeMap<Place, PartValue>> = BTreeMap::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let place = place_of(batch, row)?;
            let (owners, day) = if open { (owners(batch, row)?, day(batch, row)?) } else { (None, None) };
            let adjusts = open && integer32(batch, ADJUSTED, row)? == Some(1);
            for columns in names.values() {
                let rows = integer(batch, &columns.rows, row)?.unwrap_or(0).unsigned_abs();
                if rows == 0 {
                    continue;
                }
                let value = match sums {
                    Some(sums) => {
                        sums.get(&columns.value).and_then(|sums| sums.get(&place)).copied().unwrap_or(Amount::ZERO)
                    }
                    None => amount(batch, &columns.value, row)?,
                };
                let part = PartValue {
                    value,
                    rows,
                    foreign: integer32(batch, &columns.foreign, row)? == Some(1),
                    outsiders: integer(batch, &columns.outsiders, row)?.unwrap_or(0).unsigned_abs(),
                    owners,
                    day,
                    adjusts,
                    ..PartValue::NOTHING
                };
                found.entry(columns.value.clone()).or_default().insert(place, part);
            }
        }
    }
    Ok(found)
}

fn owners(batch: &RecordBatch, row: usize) -> Result<Option<(RecordId, RecordId)>, EngineError> {
    let (first, last) = (integer(batch, FIRST_OWNER, row)?, integer(batch, LAST_OWNER, row)?);
    Ok(first.zip(last).map(|(first, last)| (RecordId(first), RecordId(last))))
}

fn day(batch: &RecordBatch, row: usize) -> Result<Option<Date>, EngineError> {
    let days = column::<Date32Array>(batch, DAY)?;
    (!days.is_null(row)).then(|| columns::date(days.value(row))).transpose()
}
