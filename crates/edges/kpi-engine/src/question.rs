//! From a question to cells: one reading of each fact type, and one sum for each way of placing its facts in periods, whatever the
//! number of KPIs.

use crate::{
    EngineError, Placed, Scanned,
    columns::{self, DATE, UNTIL},
    counted, customers, forecast, latest,
    measures::{self, PartValue},
    place::{self, PERIOD, Way},
    read::column,
    records,
    source::{HELD_BYTES, Source},
    spread::{self, Spread},
    trailing,
};
use base::{Amount, Currency, Period, RecordId, Seq};
use datafusion::{
    arrow::array::{Array, Date32Array},
    common::DataFusionError,
    execution::{SessionState, SessionStateBuilder, runtime_env::RuntimeEnvBuilder},
    functions_aggregate::expr_fn::{max, min},
    prelude::{SessionConfig, SessionContext, col, lit, when},
};
use futures::{StreamExt, TryStreamExt, stream};
use jiff::civil::Date;
use rules::{
    facts::{FactType, KnownFact},
    kpi::{Axis, Basis, Definition, Formula, How, Measure, Side, TIER, resolve},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
    sync::LazyLock,
    time::Duration,
};
use tokio::{sync::Semaphore, time::Instant};

/// How long a question of a page may take.
pub const WITHIN: Duration = Duration::from_secs(10);
/// Ways of placing at once: while one is planned or put together another is read.
const AT_ONCE: usize = 2;
/// A question about everybody that reads more bytes of files waits until no other such is asked: two at once would take each
/// other's time and memory.
const LARGE: u64 = 256 << 20;
static ONE_LARGE: Semaphore = Semaphore::const_new(1);
pub(crate) const MEMORY_BYTES: usize = 1 << 30;

/// Where one fact type's facts are: files, and the tail the files do not know yet.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    pub files: Vec<PathBuf>,
    /// All facts of the records that changed since the files were written …
    pub tail: Vec<KnownFact>,
    /// … which are these: what the files say of them does not count.
    pub replaced: BTreeSet<RecordId>,
    /// How many facts the files hold.
    pub in_files: u64,
}

impl Facts {
    /// Of the files.
    pub(crate) fn bytes(&self) -> u64 {
        self.files.iter().filter_map(|file| Some(file.metadata().ok()?.len())).sum()
    }
}

/// How a cell's entity follows from a fact.
#[derive(Debug, Clone)]
pub enum By {
    Company,
    /// A key column of the fact: owner, account, product, document, stage.
    Key(&'static str),
    /// A key column looked up in dated spans on the fact's day: team, manager, territory, segment.
    Dated {
        key: &'static str,
        spans: Vec<Span>,
    },
}

impl By {
    pub(crate) const fn key(&self) -> Option<&'static str> {
        match self {
            Self::Company => None,
            Self::Key(key) | Self::Dated { key, .. } => Some(key),
        }
    }
}

/// From a day to before a day, this id belonged to this entity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Span {
    pub id: RecordId,
    pub from: Option<Date>,
    pub to: Option<Date>,
    pub entity: RecordId,
}

/// What one unit of a currency is worth in the company's, from a day to before a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    pub currency: Currency,
    /// Of the day itself; otherwise planned for the year. Stocks take the day's, flows the planned one (R-CUR).
    pub is_spot: bool,
    pub from: Date,
    pub to: Option<Date>,
    pub rate: Amount,
}

/// A period that was closed: it answers with what was known then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Closing {
    pub from: Date,
    pub to: Date,
    pub seq: Seq,
}

/// What is asked.
#[derive(Clone)]
pub struct Question<'a> {
    pub kpis: Vec<&'a Definition>,
    pub basis: Basis,
    pub by: By,
    /// Only these entities; for `rows`, the one whose number is opened.
    pub only: Option<Vec<RecordId>>,
    /// Only facts that belong to each of these entities too.
    pub filters: &'a [(By, RecordId)],
    /// Open the number: a cell for each record of the KPI's `rows` column instead of the entity.
    pub open: bool,
    /// Contiguous, ascending.
    pub periods: &'a [Period],
    /// Facts from this day …
    pub from: Date,
    /// … to before this day: the asked end, or the day after as-of when that comes first.
    pub to: Date,
    /// The day after as-of: what came true before it has come true.
    pub now: Date,
    /// The asked end itself: a quota is that of the whole period.
    pub end: Date,
    pub known_at: Seq,
    /// Periods that are closed, as known; none when they are to be left out of account.
    pub closings: &'a [Closing],
    /// For who does not see all: whose records they may open. Cells then count the other people behind them.
    pub reach: Option<Vec<RecordId>>,
    /// The company's currency; amounts in another are converted, or make the value null where there is no rate.
    pub currency: Currency,
    pub rates: &'a [Rate],
    /// The tiers of accounts, as words.
    pub tiers: &'a [Span],
    /// How long it may take.
    pub within: Duration,
    /// How many words there are for the column that evenness spreads over.
    pub places: u64,
    pub facts: &'a BTreeMap<&'static str, Facts>,
}

impl Question<'_> {
    fn has_facts(&self, fact_type: &FactType) -> bool {
        self.facts.get(fact_type.name).is_some_and(|facts| !facts.files.is_empty() || !facts.tail.is_empty())
    }

    fn is_large(&self) -> bool {
        let read: BTreeSet<&str> = scans(self).iter().map(|scan| scan.way.fact_type.name).collect();
        let bytes = |fact| self.facts.get(fact).map_or(0, Facts::bytes);
        self.only.is_none() && read.into_iter().map(bytes).sum::<u64>() > LARGE
    }

    /// What is known of some days: all within one closed period, what was known when it was closed.
    pub(crate) fn seq_of(&self, (from, to): (Date, Date)) -> Seq {
        let closing = self.closings.iter().find(|closing| closing.from <= from && to <= closing.to);
        closing.map_or(self.known_at, |closing| closing.seq)
    }
}

/// One KPI of one entity in one period: components, from which the value follows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    pub kpi: usize,
    pub entity: Option<RecordId>,
    pub period: usize,
    pub numerator: Amount,
    pub denominator: Option<Amount>,
    /// For what is neither the numerator nor a quotient.
    pub value: Option<Amount>,
    /// Of a cohort: its members that have ended.
    pub ended: Amount,
    /// There are enough records to tell it.
    pub is_told: bool,
    /// How many records of the KPI's `rows` column stand behind it.
    pub rows: u64,
    /// An amount has no rate into the company's currency.
    pub foreign_currency: bool,
    /// People outside the asker's reach whose records stand behind a side of it: the fewer, where both have some.
    pub outsiders: u64,
    /// Of an opened number: whose fact it is, the first and the last where it is several people's.
    pub owners: Option<(RecordId, RecordId)>,
    /// Of an opened number: the last day on which it counts, where it counts on a day.
    pub day: Option<Date>,
    /// Of an opened number: what was learnt of a closed period is in it.
    pub adjusts: bool,
    /// Of an opened spread: the words that it counts under.
    pub words: Vec<RecordId>,
}

impl Cell {
    pub(crate) const fn empty(kpi: usize, entity: Option<RecordId>, period: usize) -> Self {
        Self {
            kpi,
            entity,
            period,
            numerator: Amount::ZERO,
            denominator: None,
            value: None,
            ended: Amount::ZERO,
            is_told: true,
            rows: 0,
            foreign_currency: false,
            outsiders: 0,
            owners: None,
            day: None,
            adjusts: false,
            words: Vec::new(),
        }
    }
}

pub(crate) type Cells = BTreeMap<(usize, Option<RecordId>, usize), Cell>;

/// Answers within ten seconds of its turn, or says that it could not; all questions of a process share one gigabyte.
pub async fn answer(question: &Question<'_>) -> Result<Vec<Cell>, EngineError> {
    Ok(answer_scanned(question, HELD_BYTES).await?.0)
}

/// The same, with what it took, holding no more of the facts than so many bytes.
pub async fn answer_scanned(
    question: &Question<'_>,
    may_hold: usize,
) -> Result<(Vec<Cell>, Vec<Scanned>), EngineError> {
    // Nobody closes it, so waiting ends in the turn.
    let _turn = if question.is_large() { ONE_LARGE.acquire().await.ok() } else { None };
    let began = Instant::now();
    let source = Source::of(question, may_hold)?;
    let found = tokio::time::timeout(question.within, cells(&source, question)).await;
    let found = found.unwrap_or(Err(EngineError::TimedOut(question.within.as_secs())));
    if found.as_ref().is_err_and(EngineError::is_too_large) {
        counted::refused();
    }
    let (cells, scanned) = (found?, source.into_scanned());
    counted::answered(&scanned, began.elapsed());
    Ok((cells, scanned))
}

/// The first and last day that the facts of the question's KPIs are about, as known.
pub async fn extent(question: &Question<'_>) -> Result<Option<(Date, Date)>, EngineError> {
    let source = Source::plain(question)?;
    let mut wanted: BTreeMap<(&str, Axis), &'static FactType> = BTreeMap::new();
    for measure in question.kpis.iter().flat_map(|kpi| kpi.formula.measures()).map(|(_, measure)| measure) {
        let axis = match measure.axis() {
            Axis::Customers | Axis::Latest | Axis::Records => Axis::Flow,
            Axis::StockDue => Axis::Stock,
            axis => axis,
        };
        if matches!(axis, Axis::Flow | Axis::Stock | Axis::Spread) {
            wanted.extend(resolve(measure.place().0, question.basis).map(|found| ((found.name, axis), found)));
        }
    }
    // Who is there says nothing of when something happened, unless nothing else is asked for.
    if wanted.is_empty() {
        let facts = question.kpis.iter().filter_map(|kpi| kpi.facts(question.basis)).flatten();
        wanted.extend(facts.map(|found| ((found.name, Axis::Flow), found)));
    }
    let mut extent: Option<(i32, i32)> = None;
    for ((_, axis), fact_type) in wanted {
        let last = match axis {
            Axis::Stock => when(col(UNTIL).is_null(), place::day(question.to)).otherwise(col(UNTIL))?,
            Axis::Spread => col(UNTIL),
            _ => col(DATE),
        };
        let frame = place::known(&source, question, fact_type).await?;
        let frame = place::of_entity(&source.context, question, frame, DATE)?;
        let frame = if axis == Axis::Spread { frame } else { frame.filter(col(DATE).lt(place::day(question.to)))? };
        let batches =
            frame.aggregate(vec![], vec![min(col(DATE)).alias("first"), max(last).alias("last")])?.collect().await?;
        for batch in &batches {
            let (first, last) = (column::<Date32Array>(batch, "first")?, column::<Date32Array>(batch, "last")?);
            if batch.num_rows() > 0 && !first.is_null(0) {
                // What lasted ended on the day before.
                let ended = i32::from(matches!(axis, Axis::Stock | Axis::Spread));
                let (from, to) = extent.unwrap_or((i32::MAX, i32::MIN));
                extent = Some((from.min(first.value(0)), to.max(last.value(0) - ended)));
            }
        }
    }
    extent.map(|(first, last)| Ok((columns::date(first)?, columns::date(last)?))).transpose()
}

pub(crate) async fn cells(source: &Source<'_>, question: &Question<'_>) -> Result<Vec<Cell>, EngineError> {
    let mut cells = Cells::new();
    let place = async |scan: Scan<'_>| {
        let began = Instant::now();
        let found = match scan.way.axis {
            Axis::Customers => customers::aggregate(source, question, &scan).await?,
            Axis::Records => records::aggregate(source, question, &scan).await?,
            Axis::Latest => latest::aggregate(source, question, &scan).await?,
            Axis::Trailing if !question.open => trailing::aggregate(source, question, &scan).await?,
            _ => measures::aggregate(source, question, &scan).await?,
        };
        let (way, measures) = (format!("{:?}", scan.way.axis), scan.wanted.len());
        source.placed(scan.way.fact_type.name, Placed { way, measures, took: began.elapsed() });
        Ok::<_, EngineError>(found)
    };
    let mut placed = stream::iter(scans(question)).map(place).buffered(AT_ONCE);
    while let Some(found) = placed.try_next().await? {
        for (kpi, side, values) in found {
            merge(&mut cells, kpi, side, values);
        }
    }
    for (kpi, definition) in question.kpis.iter().enumerate() {
        if let Formula::Error(error) = &definition.formula
            && (error.is_signed || !question.open)
        {
            Box::pin(forecast::answer(source, question, (kpi, error), &mut cells)).await?;
        }
        if let Formula::Spread { fact, over, as_index } = &definition.formula {
            let Some(fact_type) = resolve(fact, question.basis) else { continue };
            let way = Way { fact_type, row_key: &definition.rows, axis: Axis::Records, has_tier: false };
            spread::answer(source, question, &Spread { kpi, way, over, index: *as_index }, &mut cells).await?;
        }
    }
    Ok(cells.into_values().collect())
}

/// A part of the facts worth a task of its own: below it, splitting costs more than it saves.
const BYTES_A_PARTITION: u64 = 4 << 20;

/// What all questions share: functions, planner rules, the memory they may hold together, what was read of the files' footers.
static SHARED: LazyLock<Result<SessionState, DataFusionError>> = LazyLock::new(|| {
    let runtime = RuntimeEnvBuilder::new().with_memory_limit(MEMORY_BYTES, 1.0).build_arc()?;
    let mut config = SessionConfig::new();
    config.options_mut().execution.parquet.pushdown_filters = true;
    // With one partition the planner otherwise interleaves unions that it cannot.
    config.options_mut().optimizer.prefer_existing_union = true;
    Ok(SessionStateBuilder::new().with_config(config).with_runtime_env(runtime).with_default_features().build())
});

pub(crate) fn shared() -> Result<SessionState, EngineError> {
    SHARED.as_ref().cloned().map_err(|error| EngineError::Shape(error.to_string()))
}

pub(crate) fn session(question: &Question<'_>) -> Result<SessionContext, EngineError> {
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let bytes: u64 = question.facts.values().map(Facts::bytes).sum();
    let parts = usize::try_from(bytes / BYTES_A_PARTITION).unwrap_or(usize::MAX);
    let shared = shared()?;
    let config = shared.config().clone().with_target_partitions(parts.clamp(1, 4 * cores));
    let state = SessionStateBuilder::new_from_existing(shared).with_config(config).build();
    Ok(SessionContext::new_with_state(state))
}

/// Facts of one type, placed in periods one way, and everything that is wanted of them.
pub(crate) struct Scan<'a> {
    pub way: Way<'a>,
    pub wanted: Vec<Wanted<'a>>,
}

/// A measure that a KPI wants.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Wanted<'a> {
    pub kpi: usize,
    pub side: Side,
    pub measure: &'a Measure,
    /// The KPI's own records: what its rows are.
    pub row_key: &'a str,
    /// Takes adjustments of closed periods; where a side counts things there are none, for a count cannot be taken back.
    pub adjusts: bool,
}

/// What measures of one kind come to, for a KPI's side.
pub(crate) type Found = Vec<(usize, Side, BTreeMap<(Option<RecordId>, usize), PartValue>)>;

/// One sum for all measures that place the same facts the same way. An opened number is one KPI's, so are its records.
pub(crate) fn scans<'a>(question: &'a Question<'_>) -> Vec<Scan<'a>> {
    let mut scans: BTreeMap<(&str, Axis), Scan> = BTreeMap::new();
    for (kpi, definition) in question.kpis.iter().enumerate() {
        let adjusts = !definition.formula.has(|how| how == How::Count);
        let ended = definition.matures.iter().map(|measure| (Side::Ended, measure));
        for (side, measure) in definition.formula.measures().into_iter().chain(ended) {
            if let Some(fact_type) = resolve(measure.place().0, question.basis).filter(|of| question.has_facts(of)) {
                let way = Way { fact_type, row_key: &definition.rows, axis: measure.axis(), has_tier: false };
                let scan = scans.entry((fact_type.name, way.axis)).or_insert(Scan { way, wanted: Vec::new() });
                scan.way.has_tier |= measure.only.contains_key(TIER);
                scan.wanted.push(Wanted { kpi, side, measure, row_key: &definition.rows, adjusts });
            }
        }
    }
    scans.into_values().collect()
}

fn merge(cells: &mut Cells, kpi: usize, side: Side, values: BTreeMap<(Option<RecordId>, usize), PartValue>) {
    for ((entity, period), found) in values {
        let cell = cells.entry((kpi, entity, period)).or_insert_with(|| Cell {
            denominator: (side != Side::Whole).then_some(Amount::ZERO),
            ..Cell::empty(kpi, entity, period)
        });
        match side {
            Side::Whole | Side::Numerator => cell.numerator = found.value,
            Side::Denominator => cell.denominator = Some(found.value),
            Side::Ended => {
                cell.ended = found.value;
                continue;
            }
        }
        cell.is_told &= found.is_told;
        cell.rows = cell.rows.max(found.rows);
        cell.foreign_currency |= found.foreign;
        cell.owners = match (cell.owners, found.owners) {
            (Some((first, last)), Some((from, to))) => Some((first.min(from), last.max(to))),
            (one, other) => one.or(other),
        };
        cell.day = cell.day.max(found.day);
        cell.adjusts |= found.adjusts;
        // One side with one or two others in it tells their number, whatever the other side holds.
        cell.outsiders = match (cell.outsiders, found.outsiders) {
            (0, others) | (others, 0) => others,
            (one, other) => one.min(other),
        };
    }
}

/// Column of periods, for who filters by it.
pub(crate) fn in_a_period() -> datafusion::prelude::Expr {
    col(PERIOD).gt_eq(lit(0))
}
