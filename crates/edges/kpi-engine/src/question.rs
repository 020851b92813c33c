//! From a question to cells: one scan a fact type, whatever the number of KPIs.

use crate::{
    EngineError,
    columns::{self, CURRENCY, DATE, KNOWN_FROM, KNOWN_TO, RECORD},
};
use base::{Amount, Currency, Period, RecordId, Seq};
use datafusion::{
    arrow::{
        array::{Array, Date32Array, Decimal128Array, Int32Array, Int64Array, RecordBatch},
        datatypes::{DataType, Field, Schema},
    },
    common::{DataFusionError, JoinType, Result as EngineResult, ScalarValue},
    dataframe::DataFrame,
    execution::runtime_env::RuntimeEnvBuilder,
    functions_aggregate::{
        expr_fn::{count, count_distinct, max, min, sum},
        sum::sum_udaf,
    },
    logical_expr::{
        ColumnarValue, ExprFunctionExt, Volatility, WindowFrame, WindowFunctionDefinition, create_udf,
        expr::WindowFunction,
    },
    prelude::{Expr, ParquetReadOptions, SessionConfig, SessionContext, col, lit, when},
};
use jiff::civil::Date;
use rules::{
    facts::{FactType, KnownFact},
    kpi::{Basis, Definition, Formula, Measure, resolve},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

const SECONDS: u64 = 10;
const MEMORY_BYTES: usize = 1 << 30;
const ENTITY: &str = "entity";
const PERIOD: &str = "period";
const ROWS: &str = "rows";
const OWNER: &str = "owner";
const OUTSIDERS: &str = "outsiders";
const FOREIGN: &str = "foreign";

/// Where one fact type's facts are: files, and the tail the files do not know yet.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub files: Vec<PathBuf>,
    /// All facts of the records that changed since the files were written …
    pub tail: Vec<KnownFact>,
    /// … which are these: what the files say of them does not count.
    pub replaced: BTreeSet<RecordId>,
}

/// How a cell's entity follows from a fact.
#[derive(Debug, Clone)]
pub enum By {
    Company,
    /// A key column of the fact: owner, account, product, document.
    Key(&'static str),
    /// A key column looked up in dated spans at the fact's date: team, manager, territory, segment.
    Dated {
        key: &'static str,
        spans: Vec<Span>,
    },
}

/// From a day to before a day, this id belonged to this entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub id: RecordId,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub entity: RecordId,
}

/// What is asked.
pub struct Question<'a> {
    pub kpis: Vec<&'a Definition>,
    pub basis: Basis,
    pub by: By,
    /// Only these entities; for `rows`, the one whose number is opened.
    pub only: Option<Vec<RecordId>>,
    /// Open the number: a cell for each record of the KPI's `rows` column instead of the entity.
    pub open: bool,
    /// Contiguous, ascending.
    pub periods: &'a [Period],
    /// Facts from this day …
    pub from: Date,
    /// … to before this day: the asked end, or the day after as-of when that comes first.
    pub to: Date,
    pub known_at: Seq,
    /// For who does not see all: whose records they may open. Cells then count the other people behind them.
    pub reach: Option<Vec<RecordId>>,
    /// The company's currency; amounts in another make the value null until there are rates.
    pub currency: Currency,
    pub facts: &'a BTreeMap<&'static str, Facts>,
}

/// One KPI of one entity in one period: components, from which the value follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub kpi: usize,
    pub entity: Option<RecordId>,
    pub period: usize,
    pub numerator: Amount,
    pub denominator: Option<Amount>,
    /// How many records of the KPI's `rows` column stand behind it.
    pub rows: u64,
    pub foreign_currency: bool,
    /// People outside the asker's reach whose records stand behind it.
    pub outsiders: u64,
}

type Place = (Option<RecordId>, usize);

/// Answers within ten seconds and one gigabyte, or says that it could not.
pub async fn answer(question: &Question<'_>) -> Result<Vec<Cell>, EngineError> {
    tokio::time::timeout(Duration::from_secs(SECONDS), cells(question))
        .await
        .map_err(|_| EngineError::TimedOut(SECONDS))?
}

/// The first and last day on which there is a fact of the question's KPIs, as known.
pub async fn extent(question: &Question<'_>) -> Result<Option<(Date, Date)>, EngineError> {
    let context = context()?;
    let mut extent: Option<(i32, i32)> = None;
    for definition in &question.kpis {
        for fact in definition.facts(question.basis) {
            let Some(fact_type) = resolve(fact, question.basis) else { continue };
            let batches = scan(&context, question, fact_type, &definition.rows)
                .await?
                .aggregate(vec![], vec![min(col(DATE)).alias("first"), max(col(DATE)).alias("last")])?
                .collect()
                .await?;
            for batch in &batches {
                let (first, last) = (column::<Date32Array>(batch, "first")?, column::<Date32Array>(batch, "last")?);
                if batch.num_rows() > 0 && !first.is_null(0) {
                    let (from, to) = extent.unwrap_or((i32::MAX, i32::MIN));
                    extent = Some((from.min(first.value(0)), to.max(last.value(0))));
                }
            }
        }
    }
    extent.map(|(first, last)| Ok((columns::date(first)?, columns::date(last)?))).transpose()
}

async fn cells(question: &Question<'_>) -> Result<Vec<Cell>, EngineError> {
    let context = context()?;
    let mut cells = BTreeMap::new();
    for (fact_type, row_key, wanted) in scans(question) {
        let frame = scan(&context, question, fact_type, row_key).await?;
        let found = aggregate(frame, question, fact_type, row_key, &wanted).await?;
        for (kpi, part, values) in found {
            merge(&mut cells, kpi, part, values);
        }
    }
    for (kpi, definition) in question.kpis.iter().enumerate() {
        if let Formula::Repeat { fact } = &definition.formula
            && let Some(fact_type) = resolve(fact, question.basis)
        {
            let frame = scan(&context, question, fact_type, &definition.rows).await?;
            let outside = frame
                .clone()
                .filter(col(PERIOD).gt_eq(lit(0)))?
                .aggregate(vec![col(ENTITY), col(PERIOD)], vec![outsiders(question, fact_type)?])?
                .collect()
                .await?;
            for cell in repeat(frame, question, kpi).await? {
                cells.insert((kpi, cell.entity, cell.period), cell);
            }
            for batch in &outside {
                for row in 0..batch.num_rows() {
                    let (entity, period) = place(batch, row)?;
                    if let Some(cell) = cells.get_mut(&(kpi, entity, period)) {
                        cell.outsiders = integer(batch, OUTSIDERS, row)?.unwrap_or(0).unsigned_abs();
                    }
                }
            }
        }
    }
    Ok(cells.into_values().collect())
}

fn context() -> Result<SessionContext, EngineError> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let mut config = SessionConfig::new().with_target_partitions(4 * cores);
    config.options_mut().execution.parquet.pushdown_filters = true;
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(MEMORY_BYTES, 1.0).build_arc()?;
    Ok(SessionContext::new_with_config_rt(config, runtime))
}

/// The part of a KPI that a measure feeds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    Whole,
    Numerator,
    Denominator,
}

type Wanted<'a> = Vec<(usize, Part, &'a Measure)>;

/// One scan for all measures that read the same facts and open into the same records.
fn scans<'a>(question: &'a Question<'_>) -> Vec<(&'static FactType, &'a str, Wanted<'a>)> {
    let mut scans: BTreeMap<(&'static str, &str), (&'static FactType, Wanted)> = BTreeMap::new();
    for (kpi, definition) in question.kpis.iter().enumerate() {
        let parts = match &definition.formula {
            Formula::Measure(measure) => vec![(Part::Whole, measure)],
            Formula::Ratio { numerator, denominator } => {
                vec![(Part::Numerator, numerator), (Part::Denominator, denominator)]
            }
            Formula::Repeat { .. } => vec![],
        };
        for (part, measure) in parts {
            if let Some(fact_type) = resolve(measure.place().0, question.basis) {
                let scan = scans.entry((fact_type.name, &definition.rows)).or_insert((fact_type, Vec::new()));
                scan.1.push((kpi, part, measure));
            }
        }
    }
    scans.into_iter().map(|((_, rows), (fact_type, wanted))| (fact_type, rows, wanted)).collect()
}

/// The facts of a type as known, with their entity and period: files without the replaced records, and the tail.
async fn scan(
    context: &SessionContext,
    question: &Question<'_>,
    fact_type: &'static FactType,
    row_key: &str,
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
    frame = frame.filter(known.and(col(DATE).lt(day(question.to))))?;
    frame = with_entity(context, frame, &question.by)?;
    if let Some(only) = &question.only {
        frame = frame.filter(col(ENTITY).in_list(only.iter().map(|id| lit(id.0)).collect(), false))?;
    }
    if question.open {
        frame = frame.with_column(ENTITY, col(row_key))?;
    }
    Ok(frame.with_column(PERIOD, period_of(question.periods, question.from))?)
}

fn day(date: Date) -> Expr {
    lit(ScalarValue::Date32(Some(columns::days(date))))
}

fn with_entity(context: &SessionContext, frame: DataFrame, by: &By) -> EngineResult<DataFrame> {
    match by {
        By::Company => frame.with_column(ENTITY, lit(ScalarValue::Int64(None))),
        By::Key(key) => frame.with_column(ENTITY, col(*key)),
        By::Dated { key, spans } => {
            let spans = context.read_batch(span_batch(spans)?)?;
            let at_date =
                [col(*key).eq(col("span_id")), col(DATE).gt_eq(col("span_from")), col(DATE).lt(col("span_to"))];
            frame.join_on(spans, JoinType::Left, at_date)?.with_column_renamed("span_entity", ENTITY)
        }
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

/// A fact's place in the list of periods; −1 before the first day asked for.
fn period_of(periods: &[Period], from: Date) -> Expr {
    let first = columns::days(from);
    let starts: Vec<i32> = periods.iter().map(|period| columns::days(period.start)).collect();
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

struct PartValue {
    value: Amount,
    rows: u64,
    foreign: bool,
    outsiders: u64,
}

/// How many people outside the asker's reach own the facts of a group.
fn outsiders(question: &Question<'_>, fact_type: &FactType) -> EngineResult<Expr> {
    let own = match &question.reach {
        Some(reach) if fact_type.keys.contains(&OWNER) => reach,
        _ => return Ok(count_distinct(lit(ScalarValue::Int64(None))).alias(OUTSIDERS)),
    };
    let outside = col(OWNER).in_list(own.iter().map(|id| lit(id.0)).collect(), true);
    Ok(count_distinct(when(outside, col(OWNER)).end()?).alias(OUTSIDERS))
}

async fn aggregate(
    frame: DataFrame,
    question: &Question<'_>,
    fact_type: &FactType,
    row_key: &str,
    wanted: &Wanted<'_>,
) -> Result<Vec<(usize, Part, BTreeMap<Place, PartValue>)>, EngineError> {
    let mut aggregates = vec![count_distinct(col(row_key)).alias(ROWS)];
    aggregates.push(outsiders(question, fact_type)?);
    // An amount without a readable currency is not the company's: R-CUR never takes a rate for 1.
    let own = col(CURRENCY).eq(lit(columns::packed(question.currency)));
    let foreign = when(own.is_true(), lit(0)).otherwise(lit(1))?;
    aggregates.push(max(foreign).alias(FOREIGN));
    let mut names: BTreeMap<&Measure, String> = BTreeMap::new();
    for (_, _, measure) in wanted {
        if names.contains_key(measure) {
            continue;
        }
        let name = format!("measure_{}", names.len());
        let (_, column) = measure.place();
        if !fact_type.keys.contains(&column) && !fact_type.measures.contains(&column) {
            return Err(EngineError::Shape(format!("{} has no column {column}", fact_type.name)));
        }
        aggregates.push(match measure {
            Measure::Sum(_) => sum(col(column)).alias(&name),
            Measure::Count(_) => count_distinct(col(column)).alias(&name),
        });
        names.insert(measure, name);
    }
    let batches = frame
        .filter(col(PERIOD).gt_eq(lit(0)))?
        .aggregate(vec![col(ENTITY), col(PERIOD)], aggregates)?
        .collect()
        .await?;
    let mut found = Vec::new();
    for (kpi, part, measure) in wanted {
        let mut values = BTreeMap::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let money = matches!(measure, Measure::Sum(_));
                let value = PartValue {
                    value: amount(batch, &names[*measure], row)?,
                    rows: integer(batch, ROWS, row)?.unwrap_or(0).unsigned_abs(),
                    foreign: money && integer32(batch, FOREIGN, row)? == Some(1),
                    outsiders: integer(batch, OUTSIDERS, row)?.unwrap_or(0).unsigned_abs(),
                };
                values.insert(place(batch, row)?, value);
            }
        }
        found.push((*kpi, *part, values));
    }
    Ok(found)
}

fn merge(
    cells: &mut BTreeMap<(usize, Option<RecordId>, usize), Cell>,
    kpi: usize,
    part: Part,
    values: BTreeMap<Place, PartValue>,
) {
    for ((entity, period), found) in values {
        let cell = cells.entry((kpi, entity, period)).or_insert_with(|| Cell {
            kpi,
            entity,
            period,
            numerator: Amount::ZERO,
            denominator: (part != Part::Whole).then_some(Amount::ZERO),
            rows: 0,
            foreign_currency: false,
            outsiders: 0,
        });
        match part {
            Part::Whole | Part::Numerator => cell.numerator = found.value,
            Part::Denominator => cell.denominator = Some(found.value),
        }
        cell.rows = cell.rows.max(found.rows);
        cell.foreign_currency |= found.foreign;
        cell.outsiders = cell.outsiders.max(found.outsiders);
    }
}

/// Customers with two or more documents up to the period's end ÷ customers with one or more in the period.
async fn repeat(frame: DataFrame, question: &Question<'_>, kpi: usize) -> Result<Vec<Cell>, EngineError> {
    // Opened, the entity is the customer itself; the count runs over the same groups.
    let customer = if question.open { ENTITY } else { "account" };
    let mut groups = vec![col(ENTITY), col(PERIOD)];
    if customer != ENTITY {
        groups.push(col(customer));
    }
    let sum_over = WindowFunctionDefinition::AggregateUDF(sum_udaf());
    let so_far = Expr::from(WindowFunction::new(sum_over, vec![col("documents")]))
        .partition_by(if customer == ENTITY { vec![col(ENTITY)] } else { vec![col(ENTITY), col(customer)] })
        .order_by(vec![col(PERIOD).sort(true, false)])
        .window_frame(WindowFrame::new(Some(false)))
        .build()?
        .alias("so_far");
    let returned = when(col("so_far").gt_eq(lit(2_i64)), lit(1_i64)).otherwise(lit(0_i64))?;
    let batches = frame
        .aggregate(groups, vec![count_distinct(col("document")).alias("documents")])?
        .window(vec![so_far])?
        .filter(col(PERIOD).gt_eq(lit(0)))?
        .aggregate(
            vec![col(ENTITY), col(PERIOD)],
            vec![sum(returned).alias("returned"), count(lit(1_i64)).alias(ROWS)],
        )?
        .collect()
        .await?;
    let mut cells = Vec::new();
    for batch in &batches {
        for row in 0..batch.num_rows() {
            let (entity, period) = place(batch, row)?;
            let customers = integer(batch, ROWS, row)?.unwrap_or(0);
            cells.push(Cell {
                kpi,
                entity,
                period,
                numerator: Amount::from(integer(batch, "returned", row)?.unwrap_or(0)),
                denominator: Some(Amount::from(customers)),
                rows: customers.unsigned_abs(),
                foreign_currency: false,
                outsiders: 0,
            });
        }
    }
    Ok(cells)
}

fn place(batch: &RecordBatch, row: usize) -> Result<Place, EngineError> {
    let period = integer32(batch, PERIOD, row)?.unwrap_or(-1);
    let period = usize::try_from(period).map_err(|_| EngineError::Shape("a fact outside every period".to_owned()))?;
    Ok((integer(batch, ENTITY, row)?.map(RecordId), period))
}

fn column<'a, T: 'static>(batch: &'a RecordBatch, name: &str) -> Result<&'a T, EngineError> {
    batch
        .column_by_name(name)
        .and_then(|column| column.as_any().downcast_ref::<T>())
        .ok_or_else(|| EngineError::Shape(format!("no column {name}")))
}

fn integer(batch: &RecordBatch, name: &str, row: usize) -> Result<Option<i64>, EngineError> {
    let column = column::<Int64Array>(batch, name)?;
    Ok((!column.is_null(row)).then(|| column.value(row)))
}

fn integer32(batch: &RecordBatch, name: &str, row: usize) -> Result<Option<i32>, EngineError> {
    let column = column::<Int32Array>(batch, name)?;
    Ok((!column.is_null(row)).then(|| column.value(row)))
}

/// A sum is a decimal, a count an integer; a sum over nothing is zero.
fn amount(batch: &RecordBatch, name: &str, row: usize) -> Result<Amount, EngineError> {
    if let Ok(count) = integer(batch, name, row) {
        return Ok(Amount::from(count.unwrap_or(0)));
    }
    let sums = column::<Decimal128Array>(batch, name)?;
    if sums.is_null(row) {
        return Ok(Amount::ZERO);
    }
    Amount::from_millionths(sums.value(row)).map_err(|error| EngineError::Shape(error.to_string()))
}
