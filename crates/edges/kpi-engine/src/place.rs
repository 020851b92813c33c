//! Facts as a frame: those known, placed in periods, with their entity and their rate.

use crate::{
    EngineError,
    columns::{self, CURRENCY, DATE, KNOWN_FROM, KNOWN_TO, RECORD, UNTIL},
    question::{By, Facts, Question, Rate, Span},
};
use base::Amount;
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch},
        datatypes::{DataType, Field, Schema},
    },
    common::{DataFusionError, JoinType, Result as EngineResult, ScalarValue},
    dataframe::DataFrame,
    logical_expr::{ColumnarValue, Volatility, cast, create_udf},
    prelude::{Expr, ParquetReadOptions, SessionContext, col, lit, when},
};
use jiff::{ToSpan, civil::Date};
use rules::{
    facts::FactType,
    kpi::{Axis, by_month},
};
use std::sync::Arc;

pub(crate) const ENTITY: &str = "entity";
pub(crate) const PERIOD: &str = "period";
pub(crate) const OWNER: &str = "owner";
/// The day on which the fact's people belonged where they did.
const AT: &str = "at";
/// The day of the exchange rate.
const RATE_AT: &str = "rate_at";
/// Company's currency for one unit of the fact's; null where there is none.
pub(crate) const RATE: &str = "rate";
/// For what lasts: so many days …
pub(crate) const DAYS: &str = "days_in";
/// … of so many.
pub(crate) const OF_DAYS: &str = "days_of";

/// How a scan reads facts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'a> {
    pub fact_type: &'static FactType,
    pub row_key: &'a str,
    pub axis: Axis,
}

/// The facts of a type as known: files without the replaced records, and the tail.
pub(crate) async fn known(
    context: &SessionContext,
    question: &Question<'_>,
    fact_type: &'static FactType,
) -> Result<DataFrame, EngineError> {
    let none = Facts::default();
    let facts = question.facts.get(fact_type.name).unwrap_or(&none);
    let tail = columns::batch(fact_type, &facts.tail).map_err(DataFusionError::from)?;
    let mut frame = context.read_batch(tail)?;
    if !facts.files.is_empty() {
        let paths: Vec<String> = facts.files.iter().map(|path| path.display().to_string()).collect();
        let mut files = context.read_parquet(paths, ParquetReadOptions::default()).await?;
        if !facts.replaced.is_empty() {
            let replaced = facts.replaced.iter().map(|id| lit(id.0)).collect();
            files = files.filter(col(RECORD).in_list(replaced, true))?;
        }
        frame = files.union(frame)?;
    }
    let known = col(KNOWN_FROM)
        .lt_eq(lit(question.known_at.0))
        .and(col(KNOWN_TO).is_null().or(col(KNOWN_TO).gt(lit(question.known_at.0))));
    Ok(frame.filter(known)?)
}

/// Known facts with period, entity and rate.
pub(crate) async fn placed(
    context: &SessionContext,
    question: &Question<'_>,
    way: &Way<'_>,
) -> Result<DataFrame, EngineError> {
    let frame = known(context, question, way.fact_type).await?;
    let frame = in_periods(context, question, way.axis, frame)?;
    let frame = of_entity(context, question, frame, AT)?;
    let frame = if question.open { frame.with_column(ENTITY, col(way.row_key))? } else { frame };
    Ok(with_rate(context, question, way.axis, frame)?)
}

/// Which facts fall in which period: a flow by its date, a stock by whether it lasts, what lasts by its share of days.
pub(crate) fn in_periods(
    context: &SessionContext,
    question: &Question<'_>,
    axis: Axis,
    frame: DataFrame,
) -> EngineResult<DataFrame> {
    let windows = windows(question, axis);
    let lasts = |day: &str| col(UNTIL).is_null().or(col(UNTIL).gt(col(day)));
    let joined = |frame: DataFrame, on: Vec<Expr>| {
        frame
            .join_on(context.read_batch(window_batch(&windows)?)?, JoinType::Inner, on)?
            .with_column_renamed("window", PERIOD)
    };
    let frame = match axis {
        Axis::Flow => frame
            .filter(col(DATE).lt(day(question.to)))?
            .with_column(PERIOD, period_of(question))?
            .with_column(AT, col(DATE))?
            .with_column(RATE_AT, col(DATE))?,
        // The base counts at today's planned rate: growth is told in constant currency.
        Axis::YearBefore => joined(frame, vec![col(DATE).gt_eq(col("window_from")), col(DATE).lt(col("window_to"))])?
            .with_column(AT, col(DATE))?
            .with_column(RATE_AT, col("window_at"))?,
        Axis::Stock => joined(frame, vec![col(DATE).lt_eq(col("window_at")), lasts("window_at")])?
            .with_column(AT, col("window_at"))?
            .with_column(RATE_AT, col("window_at"))?,
        Axis::Spread | Axis::Average => {
            let frame = joined(frame, vec![col(DATE).lt(col("window_to")), lasts("window_from")])?;
            let start = when(col(DATE).gt(col("window_from")), col(DATE)).otherwise(col("window_from"))?;
            let is_over = col(UNTIL).is_not_null().and(col(UNTIL).lt(col("window_to")));
            let end = when(is_over, col(UNTIL)).otherwise(col("window_to"))?;
            let whole = if axis == Axis::Spread { number(col(UNTIL)) - number(col(DATE)) } else { col("window_days") };
            frame
                .with_column(DAYS, number(end) - number(start.clone()))?
                .with_column(OF_DAYS, whole)?
                // A quota is of whoever had the territory when it was given.
                .with_column(AT, if axis == Axis::Spread { col(DATE) } else { start })?
                .with_column(RATE_AT, col(AT))?
        }
    };
    Ok(frame)
}

/// A stretch of days that stands for a period.
struct Window {
    period: usize,
    from: Date,
    to: Date,
    at: Date,
    days: i32,
}

fn windows(question: &Question<'_>, axis: Axis) -> Vec<Window> {
    let mut windows = Vec::new();
    for (period, found) in question.periods.iter().enumerate() {
        let from = found.start.max(question.from);
        let elapsed = found.end.min(question.to);
        let mut push = |from: Date, to: Date, at: Date, days: i32| windows.push(Window { period, from, to, at, days });
        let last = elapsed.yesterday().unwrap_or(elapsed);
        match axis {
            Axis::Stock if from < elapsed => push(from, elapsed, last, 0),
            Axis::Spread => push(from, found.end.min(question.end), from, 0),
            Axis::Average => {
                for (start, end) in by_month(from, elapsed) {
                    push(start, end, start, i32::from(start.days_in_month()));
                }
            }
            // The same number of days, a year earlier (R-PART).
            Axis::YearBefore if from < elapsed => {
                let days = from.until(elapsed).map_or(0, |span| span.get_days());
                let before = from.saturating_sub(1.year());
                let is_whole = elapsed == found.end;
                let end = if is_whole { elapsed.saturating_sub(1.year()) } else { before.saturating_add(days.days()) };
                push(before, end, from, 0);
            }
            Axis::Flow | Axis::Stock | Axis::YearBefore => {}
        }
    }
    windows
}

fn window_batch(windows: &[Window]) -> EngineResult<RecordBatch> {
    let dates = |of: &dyn Fn(&Window) -> Date| -> ArrayRef {
        Arc::new(windows.iter().map(|window| Some(columns::days(of(window)))).collect::<Date32Array>())
    };
    let numbers = |of: &dyn Fn(&Window) -> i32| -> ArrayRef {
        Arc::new(windows.iter().map(|window| Some(of(window))).collect::<Int32Array>())
    };
    Ok(RecordBatch::try_from_iter([
        ("window", numbers(&|window| i32::try_from(window.period).unwrap_or(-1))),
        ("window_from", dates(&|window| window.from)),
        ("window_to", dates(&|window| window.to)),
        ("window_at", dates(&|window| window.at)),
        ("window_days", numbers(&|window| window.days)),
    ])?)
}

fn number(day: Expr) -> Expr {
    cast(day, DataType::Int32)
}

pub(crate) fn day(date: Date) -> Expr {
    lit(ScalarValue::Date32(Some(columns::days(date))))
}

/// Who or what a fact counts for, and only those asked about.
pub(crate) fn of_entity(
    context: &SessionContext,
    question: &Question<'_>,
    frame: DataFrame,
    at: &str,
) -> EngineResult<DataFrame> {
    let frame = match &question.by {
        By::Company => frame.with_column(ENTITY, lit(ScalarValue::Int64(None)))?,
        By::Key(key) => frame.with_column(ENTITY, col(*key))?,
        By::Dated { key, spans } => {
            let spans = context.read_batch(span_batch(spans)?)?;
            let on = [col(*key).eq(col("span_id")), col(at).gt_eq(col("span_from")), col(at).lt(col("span_to"))];
            frame.join_on(spans, JoinType::Left, on)?.with_column_renamed("span_entity", ENTITY)?
        }
    };
    match &question.only {
        Some(only) => frame.filter(col(ENTITY).in_list(only.iter().map(|id| lit(id.0)).collect(), false)),
        None => Ok(frame),
    }
}

fn span_batch(spans: &[Span]) -> EngineResult<RecordBatch> {
    let schema = Schema::new(vec![
        Field::new("span_id", DataType::Int64, false),
        Field::new("span_from", DataType::Date32, false),
        Field::new("span_to", DataType::Date32, false),
        Field::new("span_entity", DataType::Int64, false),
    ]);
    let from = spans.iter().map(|span| span.from.map_or(i32::MIN, columns::days));
    let to = spans.iter().map(|span| span.to.map_or(i32::MAX, columns::days));
    Ok(RecordBatch::try_new(
        Arc::new(schema),
        vec![
            Arc::new(spans.iter().map(|span| span.id.0).collect::<Int64Array>()),
            Arc::new(from.map(Some).collect::<Date32Array>()),
            Arc::new(to.map(Some).collect::<Date32Array>()),
            Arc::new(spans.iter().map(|span| span.entity.0).collect::<Int64Array>()),
        ],
    )?)
}

/// One for the company's own currency; never one for another (R-CUR).
fn with_rate(
    context: &SessionContext,
    question: &Question<'_>,
    axis: Axis,
    frame: DataFrame,
) -> EngineResult<DataFrame> {
    let one = lit(ScalarValue::Decimal128(Some(Amount::from(1).millionths()), columns::PRECISION, columns::SCALE));
    let own = col(CURRENCY).eq(lit(columns::packed(question.currency)));
    let rates: Vec<&Rate> = question.rates.iter().filter(|rate| rate.is_spot == (axis == Axis::Stock)).collect();
    if rates.is_empty() {
        return frame.with_column(RATE, when(own, one).end()?);
    }
    let rates = context.read_batch(rate_batch(&rates)?)?;
    let on = [col(CURRENCY).eq(col("rate_of")), col(RATE_AT).gt_eq(col("rate_from")), col(RATE_AT).lt(col("rate_to"))];
    frame.join_on(rates, JoinType::Left, on)?.with_column(RATE, when(own, one).otherwise(col("rate_is"))?)
}

fn rate_batch(rates: &[&Rate]) -> EngineResult<RecordBatch> {
    let of: ArrayRef = Arc::new(rates.iter().map(|rate| Some(columns::packed(rate.currency))).collect::<Int32Array>());
    let from: ArrayRef = Arc::new(rates.iter().map(|rate| Some(columns::days(rate.from))).collect::<Date32Array>());
    let to = rates.iter().map(|rate| Some(rate.to.map_or(i32::MAX, columns::days)));
    let to: ArrayRef = Arc::new(to.collect::<Date32Array>());
    let is = rates.iter().map(|rate| Some(rate.rate.millionths())).collect::<Decimal128Array>();
    let is: ArrayRef = Arc::new(is.with_precision_and_scale(columns::PRECISION, columns::SCALE)?);
    Ok(RecordBatch::try_from_iter([("rate_of", of), ("rate_from", from), ("rate_to", to), ("rate_is", is)])?)
}

/// A fact's place in the list of periods; −1 before the first day asked for.
fn period_of(question: &Question<'_>) -> Expr {
    let first = columns::days(question.from);
    let starts: Vec<i32> = question.periods.iter().map(|period| columns::days(period.start)).collect();
    let lookup = move |arguments: &[ColumnarValue]| -> EngineResult<ColumnarValue> {
        let arrays = ColumnarValue::values_to_arrays(arguments)?;
        let dates = arrays[0]
            .as_any()
            .downcast_ref::<Date32Array>()
            .ok_or_else(|| DataFusionError::Internal("a date was expected".to_owned()))?;
        let place = |date: i32| {
            if date < first {
                -1
            } else {
                i32::try_from(starts.partition_point(|start| *start <= date)).map_or(-1, |n| n - 1)
            }
        };
        Ok(ColumnarValue::Array(Arc::new(dates.iter().map(|date| date.map(place)).collect::<Int32Array>())))
    };
    let function =
        create_udf("period_of", vec![DataType::Date32], DataType::Int32, Volatility::Immutable, Arc::new(lookup));
    function.call(vec![col(DATE)])
}
