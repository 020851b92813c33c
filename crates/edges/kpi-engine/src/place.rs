//! Facts as a frame: those known, placed in periods, with their entity and their rate.

use crate::{
    EngineError,
    columns::{self, CURRENCY, DATE, KNOWN_FROM, KNOWN_TO, RECORD, UNTIL},
    question::{By, Question, Rate, Span},
    source::Source,
};
use base::{Amount, RecordId};
use datafusion::{
    arrow::{
        array::{Array, ArrayRef, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch},
        datatypes::{DataType, Field, Schema},
    },
    common::{DataFusionError, JoinType, Result as EngineResult, ScalarValue},
    dataframe::DataFrame,
    logical_expr::{ColumnarValue, Volatility, cast, create_udf},
    prelude::{Expr, SessionContext, col, lit, when},
};
use jiff::{ToSpan, civil::Date};
use rules::{
    facts::FactType,
    kpi::{Axis, DUE, Earlier, TIER, by_month},
};
use std::{collections::BTreeSet, ops::Range, sync::Arc};

pub(crate) const ENTITY: &str = "entity";
pub(crate) const PERIOD: &str = "period";
pub(crate) const OWNER: &str = "owner";
/// The day on which the fact's people belonged where they did.
pub(crate) const AT: &str = "at";
/// The day of the exchange rate.
pub(crate) const RATE_AT: &str = "rate_at";
/// Company's currency for one unit of the fact's; null where there is none.
pub(crate) const RATE: &str = "rate";
/// The day that places a fact in a period: its own, or that of an adjustment.
const PLACED_ON: &str = "placed_on";
/// True for what was learnt of a closed period; there is no such column while nothing is closed.
pub(crate) const ADJUSTS: &str = "adjusts";
/// For what lasts: so many days …
pub(crate) const DAYS: &str = "days_in";
/// … of so many.
pub(crate) const OF_DAYS: &str = "days_of";

/// So many ids are worth naming to a scan.
const FEW: usize = 400;

/// The first day of a fact within a period, and the day after its last.
const FIRST: &str = "first_in";
const AFTER: &str = "after_in";

/// Mondays to Fridays from 1970-01-01, a Thursday, to before a day.
fn work_days_before(day: i32) -> i32 {
    // Counted from the Monday of that week, of which three days had passed.
    let since = day + 3;
    since.div_euclid(7) * 5 + since.rem_euclid(7).min(5)
}

/// How facts are placed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way<'a> {
    pub fact_type: &'static FactType,
    pub row_key: &'a str,
    pub axis: Axis,
    /// Some measure takes only facts with accounts of a tier.
    pub has_tier: bool,
}

/// Known at a seq.
fn is_known(at: Expr) -> Expr {
    col(KNOWN_FROM).lt_eq(at.clone()).and(col(KNOWN_TO).is_null().or(col(KNOWN_TO).gt(at)))
}

/// The facts of a type as known; those of a closed period as they were known when it was closed.
pub(crate) async fn known(
    source: &Source<'_>,
    question: &Question<'_>,
    fact_type: &'static FactType,
) -> Result<DataFrame, EngineError> {
    let frame = source.facts(fact_type).await?;
    Ok(reported(question, frame)?)
}

fn reported(question: &Question<'_>, frame: DataFrame) -> EngineResult<DataFrame> {
    let now = lit(question.known_at.0);
    if question.closings.is_empty() {
        return frame.filter(is_known(now));
    }
    let closed = closed_at(question);
    frame.filter(is_known(when(closed.clone().is_not_null(), closed).otherwise(now)?))
}

/// What flows in periods. What was learnt of a closed period after its closing is an adjustment, placed on the first day that
/// was open when it was learnt; it keeps its own day for people and rates.
fn flowing(question: &Question<'_>, fact_type: &FactType, frame: DataFrame) -> EngineResult<DataFrame> {
    let whole = reported(question, frame.clone())?.with_column(PLACED_ON, col(DATE))?;
    if question.closings.is_empty() {
        return Ok(whole);
    }
    let now = || lit(question.known_at.0);
    let late = |seq: &str| col(seq).gt(closed_at(question)).and(col(seq).lt_eq(now()));
    let learnt = frame.clone().filter(late(KNOWN_FROM))?.with_column(PLACED_ON, open_day(question, KNOWN_FROM))?;
    let mut withdrawn = frame.filter(late(KNOWN_TO))?.with_column(PLACED_ON, open_day(question, KNOWN_TO))?;
    let columns = withdrawn.schema().clone();
    for measure in fact_type.measures.iter().filter(|measure| columns.has_column_with_unqualified_name(measure.name)) {
        withdrawn = withdrawn.with_column(measure.name, -col(measure.name))?;
    }
    let adjustments = learnt.union(withdrawn)?.with_column(ADJUSTS, lit(true))?;
    whole.with_column(ADJUSTS, lit(false))?.union(adjustments)
}

/// Known facts with period, entity and rate.
pub(crate) async fn placed(
    source: &Source<'_>,
    question: &Question<'_>,
    way: &Way<'_>,
) -> Result<DataFrame, EngineError> {
    let context = &source.context;
    let frame = source.facts(way.fact_type).await?;
    let frame = in_periods(context, question, way, frame)?;
    let frame = of_entity(context, question, frame, AT)?;
    let frame = if question.open { frame.with_column(ENTITY, col(way.row_key))? } else { frame };
    let frame = if way.has_tier { with_tier(context, question, frame)? } else { frame };
    Ok(with_rate(context, question, way.axis, frame)?)
}

/// Which facts fall in which period: a flow by its date, a stock by whether it lasts, what lasts by its share of days.
fn in_periods(
    context: &SessionContext,
    question: &Question<'_>,
    way: &Way<'_>,
    frame: DataFrame,
) -> EngineResult<DataFrame> {
    let axis = way.axis;
    let windows = windows(question, axis);
    let lasts = |day: &str| col(UNTIL).is_null().or(col(UNTIL).gt(col(day)));
    let joined = |frame: DataFrame, on: Vec<Expr>| {
        frame
            .join_on(context.read_batch(window_batch(&windows)?)?, JoinType::Inner, on)?
            .with_column_renamed("window", PERIOD)
    };
    let frame = match axis {
        Axis::Flow => in_flow(question, flowing(question, way.fact_type, frame)?)?,
        // A record that was told cannot be taken back: of a closed period those count that were known then.
        Axis::Records | Axis::Customers | Axis::Latest => {
            in_flow(question, reported(question, frame)?.with_column(PLACED_ON, col(DATE))?)?
        }
        // The base counts at today's planned rate: growth is told in constant currency.
        Axis::Earlier(_) => {
            let is_in = vec![col(PLACED_ON).gt_eq(col("window_from")), col(PLACED_ON).lt(col("window_to"))];
            joined(flowing(question, way.fact_type, frame)?, is_in)?
                .with_column(AT, col(DATE))?
                .with_column(RATE_AT, col("window_at"))?
        }
        // In place of the period stands the stretch of days: of the year before one period's end there is but one, the first.
        Axis::Trailing => {
            let (borders, _) = years(question);
            let counts = match (borders.first(), borders.last()) {
                (Some(first), Some(last)) => col(PLACED_ON).gt_eq(day(*first)).and(col(PLACED_ON).lt(day(*last))),
                _ => lit(false),
            };
            let starts: Vec<i32> = borders.iter().map(|border| columns::days(*border)).collect();
            let stretch = move |day| i32::try_from(starts.partition_point(|start| *start <= day)).map_or(-1, |n| n - 1);
            flowing(question, way.fact_type, frame)?
                .filter(counts)?
                .with_column(PERIOD, lookup(PLACED_ON, "stretch_of", stretch))?
                .with_column(AT, col(DATE))?
                .with_column(RATE_AT, col(DATE))?
        }
        axis if axis.is_stock() => {
            let stands = |at: &str, seq: &str| vec![col(DATE).lt_eq(col(at)), lasts(at), is_known(col(seq))];
            let due_day = || cast(col(DUE), DataType::Int32);
            let mut on = stands("window_at", "window_seq");
            if axis.is_due() {
                on.extend([due_day().gt_eq(number(col("window_from"))), due_day().lt(number(col("window_to")))]);
            }
            let mut standing = joined(frame.clone(), on)?;
            if axis == Axis::Slipped {
                let mut on = stands("window_last", "window_last_seq");
                on.push(due_day().gt_eq(number(col("window_to"))));
                let later = vec![col(RECORD).alias("later"), col(PERIOD).alias("later_period")];
                let moved = joined(frame, on)?.select(later)?.distinct()?;
                let same = [col(RECORD).eq(col("later")), col(PERIOD).eq(col("later_period"))];
                standing = standing.join_on(moved, JoinType::LeftSemi, same)?;
            }
            standing.with_column(AT, col("window_at"))?.with_column(RATE_AT, col("window_at"))?
        }
        Axis::Remaining => {
            let frame = reported(question, frame)?;
            let has_come = col(DATE).lt(day(question.to));
            let on = vec![col(DATE).gt(col("window_from")), col(DATE).lt(col("window_to")), has_come];
            joined(frame, on)?
                .with_column(DAYS, number(col("window_to")) - number(col(DATE)))?
                .with_column(OF_DAYS, col("window_days"))?
                .with_column(AT, col(DATE))?
                .with_column(RATE_AT, col(DATE))?
        }
        _ => {
            let on = vec![col(DATE).lt(col("window_to")), lasts("window_from"), is_known(col("window_seq"))];
            let frame = joined(frame, on)?;
            let start = when(col(DATE).gt(col("window_from")), col(DATE)).otherwise(col("window_from"))?;
            let is_over = col(UNTIL).is_not_null().and(col(UNTIL).lt(col("window_to")));
            let end = when(is_over, col(UNTIL)).otherwise(col("window_to"))?;
            let is_of_months = matches!(axis, Axis::Average | Axis::Months | Axis::WorkDays);
            let whole = if is_of_months { col("window_days") } else { number(col(UNTIL)) - number(col(DATE)) };
            let (frame, days) = if axis == Axis::WorkDays {
                let frame = frame.with_column(FIRST, start.clone())?.with_column(AFTER, end)?;
                let before = |of: &str| lookup(of, "work_days_before", work_days_before);
                (frame, before(AFTER) - before(FIRST))
            } else {
                (frame, number(end) - number(start.clone()))
            };
            let whole = if axis == Axis::WorkDays { lit(1) } else { whole };
            frame
                .with_column(DAYS, days)?
                .with_column(OF_DAYS, whole)?
                // A quota is of whoever had the territory when it was given.
                .with_column(AT, if is_of_months { start } else { col(DATE) })?
                .with_column(RATE_AT, col(AT))?
        }
    };
    Ok(frame)
}

/// The day on which a placed fact counts: a stock counts on none of its own.
pub(crate) fn counts_on(axis: Axis) -> Expr {
    match axis {
        axis if axis.is_stock() => lit(ScalarValue::Date32(None)),
        axis if axis.is_lasting() => col(DATE),
        _ => col(PLACED_ON),
    }
}

/// Facts in the periods of the days they are placed on.
fn in_flow(question: &Question<'_>, frame: DataFrame) -> EngineResult<DataFrame> {
    frame
        .filter(col(PLACED_ON).lt(day(question.to)))?
        .with_column(PERIOD, period_of(question, PLACED_ON))?
        .with_column(AT, col(DATE))?
        .with_column(RATE_AT, col(DATE))
}

/// A stretch of days that stands for a period.
struct Window {
    period: usize,
    from: Date,
    to: Date,
    at: Date,
    /// The last day of the period that has come.
    last: Date,
    days: i32,
    /// What was known then is known of it.
    seq: i64,
    /// And then of its last day.
    last_seq: i64,
}

fn windows(question: &Question<'_>, axis: Axis) -> Vec<Window> {
    let mut windows = Vec::new();
    for (period, found) in question.periods.iter().enumerate() {
        let from = found.start.max(question.from);
        let elapsed = found.end.min(question.to);
        let last = elapsed.yesterday().unwrap_or(elapsed);
        let before = || from.yesterday().unwrap_or(from);
        let mut push = |from: Date, to: Date, at: Date, days: i32| {
            let seq = question.seq_of(if axis.is_stock() { (at, at.tomorrow().unwrap_or(at)) } else { (from, to) });
            let last_seq = question.seq_of((last, last.tomorrow().unwrap_or(last)));
            windows.push(Window { period, from, to, at, last, days, seq: seq.0, last_seq: last_seq.0 });
        };
        match axis {
            Axis::Stock if from < elapsed => push(from, elapsed, last, 0),
            Axis::StockBefore if from < elapsed => push(from, elapsed, before(), 0),
            // What is due in a period to come stands today.
            Axis::StockDue => push(from, found.end.min(question.end), last, 0),
            Axis::StockBeforeDue | Axis::Slipped if from < elapsed => {
                push(from, found.end.min(question.end), before(), 0);
            }
            Axis::Trailing if from < elapsed => push(elapsed.saturating_sub(1.year()), elapsed, from, 0),
            Axis::Remaining if from < elapsed => {
                let whole = found.start.until(found.end).map_or(1, |span| span.get_days());
                push(from, found.end, from, whole);
            }
            Axis::Spread => push(from, found.end.min(question.end), from, 0),
            Axis::StockAtStart | Axis::SpreadToDate | Axis::WorkDays if from < elapsed => push(from, elapsed, from, 0),
            Axis::Average | Axis::Months => {
                for (start, end) in by_month(from, elapsed) {
                    push(start, end, start, i32::from(start.days_in_month()));
                }
            }
            Axis::Earlier(earlier) if from < elapsed => {
                let (before, end) = days_before(earlier, from, elapsed, elapsed == found.end);
                push(before, end, from, 0);
            }
            _ => {}
        }
    }
    windows
}

/// The days of all facts that one way can place in the question's periods.
pub(crate) fn placeable(question: &Question<'_>, axis: Axis) -> Expr {
    let windows = windows(question, axis);
    let first = |of: &dyn Fn(&Window) -> Date| day(windows.iter().map(of).min().unwrap_or(question.to));
    let last = |of: &dyn Fn(&Window) -> Date| day(windows.iter().map(of).max().unwrap_or(question.from));
    let lasts = |from: Expr| col(UNTIL).is_null().or(col(UNTIL).gt(from));
    match axis {
        Axis::Customers => col(DATE).lt(day(question.to)),
        Axis::Flow | Axis::Records | Axis::Latest => {
            col(DATE).gt_eq(day(question.from)).and(col(DATE).lt(day(question.to)))
        }
        Axis::Trailing | Axis::Earlier(_) | Axis::Remaining => {
            col(DATE).gt_eq(first(&|window| window.from)).and(col(DATE).lt(last(&|window| window.to)))
        }
        axis if axis.is_stock() => {
            let stood = col(DATE).lt_eq(last(&|window| window.at.max(window.last)));
            stood.and(lasts(first(&|window| window.at.min(window.last))))
        }
        _ => col(DATE).lt(last(&|window| window.to)).and(lasts(first(&|window| window.from))),
    }
}

/// Facts that were known at any seq that counts.
pub(crate) fn ever_known(question: &Question<'_>) -> Expr {
    let seqs = || question.closings.iter().map(|closing| closing.seq).chain([question.known_at]);
    let (first, last) = (seqs().min().unwrap_or(question.known_at), seqs().max().unwrap_or(question.known_at));
    col(KNOWN_FROM).lt_eq(lit(last.0)).and(col(KNOWN_TO).is_null().or(col(KNOWN_TO).gt(lit(first.0))))
}

/// What was learnt of closed periods afterwards, of whatever day.
pub(crate) fn learnt_late(question: &Question<'_>) -> Expr {
    let closed = closed_at(question);
    col(KNOWN_FROM).gt(closed.clone()).or(col(KNOWN_TO).gt(closed))
}

/// Facts of those asked about are among these, where they are few enough to be named.
pub(crate) fn asked(question: &Question<'_>) -> Option<Expr> {
    let is_one = |key: &str, ids: BTreeSet<i64>| {
        (ids.len() <= FEW).then(|| col(key).in_list(ids.into_iter().map(lit).collect(), false))
    };
    let of = |by: &By, entities: &[RecordId]| match by {
        By::Company => None,
        By::Key(key) => is_one(key, entities.iter().map(|id| id.0).collect()),
        By::Dated { key, spans } => {
            is_one(key, spans.iter().filter(|span| entities.contains(&span.entity)).map(|span| span.id.0).collect())
        }
    };
    let only = question.only.iter().filter_map(|only| of(&question.by, only));
    let filters = question.filters.iter().filter_map(|(by, entity)| of(by, &[*entity]));
    only.chain(filters).reduce(Expr::and)
}

/// The year up to the end of each period, as stretches of days: days between which each lies, and which stretches are a period's.
pub(crate) fn years(question: &Question<'_>) -> (Vec<Date>, Vec<(usize, Range<usize>)>) {
    let windows = windows(question, Axis::Trailing);
    let borders: BTreeSet<Date> = windows.iter().flat_map(|window| [window.from, window.to]).collect();
    let borders: Vec<Date> = borders.into_iter().collect();
    let place = |day| borders.partition_point(|border| *border < day);
    let years = windows.iter().map(|window| (window.period, place(window.from)..place(window.to))).collect();
    (borders, years)
}

/// The same number of days, a year or so earlier (R-PART); of a whole period the whole one before.
pub(crate) fn days_before(earlier: Earlier, from: Date, to: Date, is_whole: bool) -> (Date, Date) {
    let back = match earlier {
        Earlier::Year => 1.year(),
        Earlier::Quarter => 3.months(),
        Earlier::Month => 1.month(),
    };
    let days = from.until(to).map_or(0, |span| span.get_days());
    let before = from.saturating_sub(back);
    (before, if is_whole { to.saturating_sub(back) } else { before.saturating_add(days.days()) })
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
        ("window_last", dates(&|window| window.last)),
        ("window_days", numbers(&|window| window.days)),
        ("window_seq", Arc::new(windows.iter().map(|window| window.seq).collect::<Int64Array>())),
        ("window_last_seq", Arc::new(windows.iter().map(|window| window.last_seq).collect::<Int64Array>())),
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
    mut frame: DataFrame,
    at: &str,
) -> EngineResult<DataFrame> {
    let joined = |frame: DataFrame, kind: JoinType, key: &str, spans: &[Span]| {
        // The ids are said beforehand too, where they are few: a file's pages of others are then not read.
        let ids: BTreeSet<i64> = spans.iter().map(|span| span.id.0).collect();
        let is_few = kind != JoinType::Left && ids.len() <= FEW;
        let frame =
            if is_few { frame.filter(col(key).in_list(ids.into_iter().map(lit).collect(), false))? } else { frame };
        let spans = context.read_batch(span_batch(spans)?)?;
        let on = [col(key).eq(col("span_id")), col(at).gt_eq(col("span_from")), col(at).lt(col("span_to"))];
        frame.join_on(spans, kind, on)
    };
    for (by, entity) in question.filters {
        frame = match by {
            By::Company => frame,
            By::Key(key) => frame.filter(col(*key).eq(lit(entity.0)))?,
            By::Dated { key, spans } => {
                let spans: Vec<Span> = spans.iter().filter(|span| span.entity == *entity).copied().collect();
                joined(frame, JoinType::LeftSemi, key, &spans)?
            }
        };
    }
    let frame = match &question.by {
        By::Company => frame.with_column(ENTITY, lit(ScalarValue::Int64(None)))?,
        By::Key(key) => frame.with_column(ENTITY, col(*key))?,
        By::Dated { key, spans } => match &question.only {
            Some(only) => {
                let spans: Vec<Span> = spans.iter().filter(|span| only.contains(&span.entity)).copied().collect();
                joined(frame, JoinType::Inner, key, &spans)?.with_column_renamed("span_entity", ENTITY)?
            }
            None => joined(frame, JoinType::Left, key, spans)?.with_column_renamed("span_entity", ENTITY)?,
        },
    };
    match &question.only {
        Some(only) => frame.filter(col(ENTITY).in_list(only.iter().map(|id| lit(id.0)).collect(), false)),
        None => Ok(frame),
    }
}

/// The tier of a fact's account on its day; null where it has none.
fn with_tier(context: &SessionContext, question: &Question<'_>, frame: DataFrame) -> EngineResult<DataFrame> {
    let spans = span_batch(question.tiers)?;
    let names =
        ["span_id", "span_from", "span_to", "span_entity"].into_iter().zip(["tier_of", "tier_from", "tier_to", TIER]);
    let tiers = names.fold(context.read_batch(spans), |frame, (from, to)| frame?.with_column_renamed(from, to))?;
    let on = [col("account").eq(col("tier_of")), col(AT).gt_eq(col("tier_from")), col(AT).lt(col("tier_to"))];
    frame.join_on(tiers, JoinType::Left, on)
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
pub(crate) fn with_rate(
    context: &SessionContext,
    question: &Question<'_>,
    axis: Axis,
    frame: DataFrame,
) -> EngineResult<DataFrame> {
    let one = lit(ScalarValue::Decimal128(Some(Amount::from(1).millionths()), columns::PRECISION, columns::SCALE));
    let own = col(CURRENCY).eq(lit(columns::packed(question.currency)));
    let rates: Vec<&Rate> = question.rates.iter().filter(|rate| rate.is_spot == axis.is_stock()).collect();
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

/// A day's place in the list of periods; −1 before the first day asked for.
fn period_of(question: &Question<'_>, of: &str) -> Expr {
    let first = columns::days(question.from);
    let starts: Vec<i32> = question.periods.iter().map(|period| columns::days(period.start)).collect();
    let place = move |date: i32| {
        if date < first {
            -1
        } else {
            i32::try_from(starts.partition_point(|start| *start <= date)).map_or(-1, |n| n - 1)
        }
    };
    lookup(of, "period_of", place)
}

/// A fact is over by the end of the period in which it begins.
pub(crate) fn is_within_period(question: &Question<'_>) -> Expr {
    let periods: Vec<(i32, i32)> =
        question.periods.iter().map(|period| (columns::days(period.start), columns::days(period.end))).collect();
    let end = move |date: i32| {
        let place = periods.partition_point(|(start, _)| *start <= date).checked_sub(1);
        place.map_or(i32::MIN, |place| periods[place].1)
    };
    number(col(UNTIL)).lt_eq(lookup(DATE, "end_of_period", end))
}

/// A number for each day of a column.
pub(crate) fn lookup(of: &str, name: &str, place: impl Fn(i32) -> i32 + Send + Sync + 'static) -> Expr {
    let lookup = move |arguments: &[ColumnarValue]| -> EngineResult<ColumnarValue> {
        let dates = whole::<Date32Array>(arguments)?;
        Ok(ColumnarValue::Array(Arc::new(dates.iter().map(|date| date.map(&place)).collect::<Int32Array>())))
    };
    let function = create_udf(name, vec![DataType::Date32], DataType::Int32, Volatility::Immutable, Arc::new(lookup));
    function.call(vec![col(of)])
}

/// The seq at which the period of a fact's day was closed; null for an open day.
fn closed_at(question: &Question<'_>) -> Expr {
    let closings: Vec<(i32, i32, i64)> = question
        .closings
        .iter()
        .map(|closing| (columns::days(closing.from), columns::days(closing.to), closing.seq.0))
        .collect();
    let closed =
        move |date: i32| closings.iter().find(|(from, to, _)| *from <= date && date < *to).map(|(.., seq)| *seq);
    let lookup = move |arguments: &[ColumnarValue]| -> EngineResult<ColumnarValue> {
        let dates = whole::<Date32Array>(arguments)?;
        Ok(ColumnarValue::Array(Arc::new(dates.iter().map(|date| date.and_then(&closed)).collect::<Int64Array>())))
    };
    let function =
        create_udf("closed_at", vec![DataType::Date32], DataType::Int64, Volatility::Immutable, Arc::new(lookup));
    function.call(vec![col(DATE)])
}

/// The first day that was open when something was learnt: the day after the last period closed before.
fn open_day(question: &Question<'_>, seq: &str) -> Expr {
    let closings: Vec<(i64, i32)> =
        question.closings.iter().map(|closing| (closing.seq.0, columns::days(closing.to))).collect();
    let open = move |seq: i64| closings.iter().filter(|(closed, _)| *closed < seq).map(|(_, to)| *to).max();
    let lookup = move |arguments: &[ColumnarValue]| -> EngineResult<ColumnarValue> {
        let seqs = whole::<Int64Array>(arguments)?;
        Ok(ColumnarValue::Array(Arc::new(seqs.iter().map(|seq| seq.and_then(&open)).collect::<Date32Array>())))
    };
    let function =
        create_udf("open_day", vec![DataType::Int64], DataType::Date32, Volatility::Immutable, Arc::new(lookup));
    function.call(vec![col(seq)])
}

/// The one argument of a look-up as an array.
fn whole<T: Array + Clone + 'static>(arguments: &[ColumnarValue]) -> EngineResult<T> {
    let arrays = ColumnarValue::values_to_arrays(arguments)?;
    let array = arrays.first().and_then(|array| array.as_any().downcast_ref::<T>());
    array.cloned().ok_or_else(|| DataFusionError::Internal("a look-up had another argument".to_owned()))
}
