//! KPIs over customers rather than over sums: who came back, who is new, who stayed, and where they are.

use crate::{
    EngineError,
    columns::DATE,
    measures::outsiders,
    place::{self, ENTITY, PERIOD, Way},
    question::{Cell, Cells, Question, in_a_period, is_measured},
    read::{integer, place as place_of},
};
use base::{Amount, RecordId};
use datafusion::{
    arrow::datatypes::DataType,
    common::Result as EngineResult,
    dataframe::DataFrame,
    functions_aggregate::{
        expr_fn::{count, count_distinct, sum},
        min_max::{max_udaf, min_udaf},
        sum::sum_udaf,
    },
    logical_expr::{ExprFunctionExt, WindowFrame, WindowFunctionDefinition, cast, expr::WindowFunction},
    prelude::{Expr, SessionContext, col, lit, when},
};
use jiff::{ToSpan, civil::Date};
use rules::kpi::{Axis, Definition, Formula, evenness};
use std::collections::BTreeMap;

const ACCOUNT: &str = "account";
const AMOUNT: &str = "amount";
const NUMERATOR: &str = "numerator";
const ROWS: &str = "rows";
const OUTSIDERS: &str = "outsiders";
/// Customers are active who bought in so many days before (R-NEWCUST).
const ACTIVE_DAYS: i32 = 365;

/// Answers one KPI over customers; other formulas are answered elsewhere.
pub(crate) async fn answer(
    context: &SessionContext,
    question: &Question<'_>,
    kpi: usize,
    definition: &Definition,
    cells: &mut Cells,
) -> Result<(), EngineError> {
    let Some(fact_type) = definition.facts(question.basis).and_then(|facts| facts.first().copied()) else {
        return Ok(());
    };
    if is_measured(&definition.formula) {
        return Ok(());
    }
    let way = Way { fact_type, row_key: &definition.rows, axis: Axis::Flow };
    let mut frame = place::known(context, question, fact_type).await?.filter(col(DATE).lt(place::day(question.to)))?;
    frame = frame.filter(col(ACCOUNT).is_not_null())?;
    if fact_type.measure(AMOUNT).is_some() {
        // A lost deal is no purchase.
        frame = frame.filter(col(AMOUNT).is_not_null())?;
    }
    let asked = Asked { context, question, way, kpi };
    match &definition.formula {
        Formula::Repeat { .. } => asked.repeat(frame, cells).await,
        Formula::First { .. } => asked.first(frame, cells).await,
        Formula::Retention { .. } => asked.retention(frame, cells).await,
        Formula::Evenness { over, .. } => asked.spread(frame, over, cells).await,
        _ => Ok(()),
    }
}

struct Asked<'a> {
    context: &'a SessionContext,
    question: &'a Question<'a>,
    way: Way<'a>,
    kpi: usize,
}

fn over(
    function: std::sync::Arc<datafusion::logical_expr::AggregateUDF>,
    of: Expr,
    by: Vec<Expr>,
) -> EngineResult<Expr> {
    let function = WindowFunction::new(WindowFunctionDefinition::AggregateUDF(function), vec![of]);
    Expr::from(function).partition_by(by).build()
}

impl Asked<'_> {
    fn entity(&self, frame: DataFrame) -> EngineResult<DataFrame> {
        let frame = place::of_entity(self.context, self.question, frame, DATE)?;
        if self.question.open { frame.with_column(ENTITY, col(self.way.row_key)) } else { Ok(frame) }
    }

    /// Sums up groups: numerator, and rows as the denominator where the value is a share of them.
    async fn collect(
        &self,
        frame: DataFrame,
        mut sides: Vec<Expr>,
        is_share: bool,
        cells: &mut Cells,
    ) -> Result<(), EngineError> {
        sides.push(outsiders(self.question, self.way.fact_type, None)?.alias(OUTSIDERS));
        let batches = frame.aggregate(vec![col(ENTITY), col(PERIOD)], sides)?.collect().await?;
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let (entity, period) = place_of(batch, row)?;
                let number = |name: &str| Ok::<_, EngineError>(integer(batch, name, row)?.unwrap_or(0));
                let rows = number(ROWS)?;
                if rows == 0 {
                    continue;
                }
                let cell = Cell {
                    numerator: Amount::from(number(NUMERATOR)?),
                    denominator: is_share.then(|| Amount::from(rows)),
                    rows: rows.unsigned_abs(),
                    outsiders: number(OUTSIDERS)?.unsigned_abs(),
                    ..Cell::empty(self.kpi, entity, period)
                };
                cells.insert((self.kpi, entity, period), cell);
            }
        }
        Ok(())
    }

    /// Customers with two or more documents up to the period's end ÷ customers with one or more in the period.
    async fn repeat(&self, frame: DataFrame, cells: &mut Cells) -> Result<(), EngineError> {
        let frame = place::by_date(self.question, frame)?;
        let frame = self.entity(frame)?;
        let outside = outsiders(self.question, self.way.fact_type, None)?.alias(OUTSIDERS);
        let groups = vec![col(ENTITY), col(PERIOD), col(ACCOUNT).alias("customer")];
        let so_far =
            Expr::from(WindowFunction::new(WindowFunctionDefinition::AggregateUDF(sum_udaf()), vec![col("documents")]))
                .partition_by(vec![col(ENTITY), col("customer")])
                .order_by(vec![col(PERIOD).sort(true, false)])
                .window_frame(WindowFrame::new(Some(false)))
                .build()?
                .alias("so_far");
        let returned = when(col("so_far").gt_eq(lit(2_i64)), lit(1_i64)).otherwise(lit(0_i64))?;
        let batches = frame
            .clone()
            .aggregate(groups, vec![count_distinct(col("document")).alias("documents")])?
            .window(vec![so_far])?
            .filter(in_a_period())?
            .aggregate(
                vec![col(ENTITY), col(PERIOD)],
                vec![sum(returned).alias(NUMERATOR), count(lit(1_i64)).alias(ROWS)],
            )?
            .collect()
            .await?;
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let (entity, period) = place_of(batch, row)?;
                let customers = integer(batch, ROWS, row)?.unwrap_or(0);
                let cell = Cell {
                    numerator: Amount::from(integer(batch, NUMERATOR, row)?.unwrap_or(0)),
                    denominator: Some(Amount::from(customers)),
                    rows: customers.unsigned_abs(),
                    ..Cell::empty(self.kpi, entity, period)
                };
                cells.insert((self.kpi, entity, period), cell);
            }
        }
        let batches =
            frame.filter(in_a_period())?.aggregate(vec![col(ENTITY), col(PERIOD)], vec![outside])?.collect().await?;
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let (entity, period) = place_of(batch, row)?;
                if let Some(cell) = cells.get_mut(&(self.kpi, entity, period)) {
                    cell.outsiders = integer(batch, OUTSIDERS, row)?.unwrap_or(0).unsigned_abs();
                }
            }
        }
        Ok(())
    }

    /// Accounts whose first fact ever falls in the period. Ever means in the whole company.
    async fn first(&self, frame: DataFrame, cells: &mut Cells) -> Result<(), EngineError> {
        let first = over(min_udaf(), col(DATE), vec![col(ACCOUNT)])?.alias("first_day");
        let frame = frame.window(vec![first])?.filter(col(DATE).eq(col("first_day")))?;
        let frame = place::by_date(self.question, frame)?;
        let frame = self.entity(frame)?.filter(in_a_period())?;
        let accounts = count_distinct(col(ACCOUNT));
        self.collect(frame, vec![accounts.clone().alias(NUMERATOR), accounts.alias(ROWS)], false, cells).await
    }

    /// Active at the period's start and at its end ÷ active at its start. Whoever stayed, stayed with the company.
    async fn retention(&self, frame: DataFrame, cells: &mut Cells) -> Result<(), EngineError> {
        let mut parts: Option<DataFrame> = None;
        for (place, period) in self.question.periods.iter().enumerate() {
            let (start, end) = (period.start.max(self.question.from), period.end.min(self.question.to));
            if start >= end {
                continue;
            }
            let active = |day: Date| {
                let since = day.saturating_sub(ACTIVE_DAYS.days());
                col(DATE).gt_eq(place::day(since)).and(col(DATE).lt(place::day(day)))
            };
            let at_end = when(active(end), lit(1_i64)).otherwise(lit(0_i64))?;
            let stayed = over(max_udaf(), at_end, vec![col(ACCOUNT)])?.alias("stayed");
            let index = i32::try_from(place).unwrap_or(-1);
            let part = frame.clone().window(vec![stayed])?.filter(active(start))?.with_column(PERIOD, lit(index))?;
            parts = Some(match parts {
                Some(others) => others.union(part)?,
                None => part,
            });
        }
        let Some(parts) = parts else { return Ok(()) };
        let parts = self.entity(parts)?.with_column(PERIOD, cast(col(PERIOD), DataType::Int32))?;
        let stayed = count_distinct(when(col("stayed").eq(lit(1_i64)), col(ACCOUNT)).end()?).alias(NUMERATOR);
        self.collect(parts, vec![stayed, count_distinct(col(ACCOUNT)).alias(ROWS)], true, cells).await
    }

    /// How evenly accounts spread over a key column's words. Opened, each account counts one.
    async fn spread(&self, frame: DataFrame, word: &str, cells: &mut Cells) -> Result<(), EngineError> {
        let frame = place::by_date(self.question, frame.filter(col(word).is_not_null())?)?;
        let frame = self.entity(frame)?.filter(in_a_period())?;
        let accounts = count_distinct(col(ACCOUNT));
        let sides = vec![accounts.clone().alias(NUMERATOR), accounts.clone().alias(ROWS)];
        self.collect(frame.clone(), sides, false, cells).await?;
        let groups = vec![col(ENTITY), col(PERIOD), col(word)];
        let batches = frame.aggregate(groups, vec![accounts.alias(ROWS)])?.collect().await?;
        let mut counts: BTreeMap<(Option<RecordId>, usize), Vec<u64>> = BTreeMap::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let count = integer(batch, ROWS, row)?.unwrap_or(0).unsigned_abs();
                counts.entry(place_of(batch, row)?).or_default().push(count);
            }
        }
        for ((entity, period), counts) in counts {
            if let Some(cell) = cells.get_mut(&(self.kpi, entity, period)) {
                cell.value = evenness(&counts, self.question.places);
            }
        }
        Ok(())
    }
}
