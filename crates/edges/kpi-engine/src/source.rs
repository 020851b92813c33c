//! Where a question's facts come from. The files of a type are read once and what the question can need of them is held, however
//! often it is placed; a type of which that is too much is read anew for each way.

use crate::{
    EngineError, Scanned,
    columns::{self, CURRENCY, DATE, KNOWN_FROM, KNOWN_TO, RECORD, UNTIL},
    counted::Placed,
    place::{self, OWNER},
    question::{By, Facts, MEMORY_BYTES, Question, Scan, scans, session},
};
use async_trait::async_trait;
use datafusion::{
    arrow::{
        array::{Array, RecordBatch},
        datatypes::SchemaRef,
    },
    catalog::{MemTable, Session, TableProvider},
    common::{DataFusionError, Result as EngineResult},
    dataframe::DataFrame,
    datasource::{
        TableType,
        file_format::options::ReadOptions,
        listing::{ListingTable, ListingTableConfig, ListingTableUrl},
    },
    execution::memory_pool::{MemoryConsumer, MemoryPool, MemoryReservation},
    logical_expr::TableProviderFilterPushDown,
    physical_plan::ExecutionPlan,
    prelude::{Expr, ParquetReadOptions, SessionContext, col, lit},
};
use futures::TryStreamExt;
use rules::{
    facts::FactType,
    kpi::{Axis, DUE, Formula, Measure, resolve},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::OnceCell, task::JoinSet, time::Instant};

const ACCOUNT: &str = "account";
const STAGE: &str = "stage";

/// What one question may hold of facts; the rest of the memory is for putting them together.
pub const HELD_BYTES: usize = 256 << 20;

pub(crate) struct Source<'a> {
    pub context: SessionContext,
    facts: &'a BTreeMap<&'static str, Facts>,
    types: BTreeMap<&'static str, OfType>,
    may_hold: usize,
    taken: Arc<AtomicUsize>,
}

/// A fact type as the question uses it.
struct OfType {
    columns: BTreeSet<String>,
    /// What the question can need is among these.
    counts: Expr,
    /// Its facts are placed more than once.
    is_shared: bool,
    held: OnceCell<Option<Held>>,
    readings: Arc<AtomicU64>,
    told: Mutex<Told>,
}

#[derive(Default)]
struct Told {
    held: u64,
    memory: usize,
    took: Duration,
    ways: Vec<Placed>,
}

impl<'a> Source<'a> {
    /// For a question that places each fact once.
    pub fn plain(question: &Question<'a>) -> Result<Self, EngineError> {
        let (context, facts) = (session(question)?, question.facts);
        Ok(Self { context, facts, types: BTreeMap::new(), may_hold: 0, taken: Arc::default() })
    }

    pub fn of(question: &Question<'a>, may_hold: usize) -> Result<Self, EngineError> {
        Ok(Self { types: needs(question), may_hold, ..Self::plain(question)? })
    }

    /// Every fact of a type with all that was ever known, as far as the question can need it: files without the replaced records,
    /// and the tail.
    pub async fn facts(&self, fact_type: &'static FactType) -> Result<DataFrame, EngineError> {
        match self.types.get(fact_type.name) {
            Some(of_type) if of_type.is_shared => {
                match of_type.held.get_or_try_init(|| self.hold(fact_type, of_type)).await? {
                    Some(held) => Ok(self.context.read_table(Arc::clone(&held.table) as Arc<dyn TableProvider>)?),
                    None => self.read(fact_type),
                }
            }
            _ => self.read(fact_type),
        }
    }

    pub fn placed(&self, fact: &str, placed: Placed) {
        if let Some(of_type) = self.types.get(fact) {
            of_type.told.lock().unwrap_or_else(PoisonError::into_inner).ways.push(placed);
        }
    }

    /// What was read, and how it was placed.
    pub fn into_scanned(self) -> Vec<Scanned> {
        let told = |(fact, of_type): (&'static str, OfType)| {
            let Told { held, memory, took, ways } = of_type.told.into_inner().unwrap_or_else(PoisonError::into_inner);
            let readings = of_type.readings.load(Ordering::Relaxed);
            let (bytes, rows) = self.facts.get(fact).map_or((0, 0), |facts| (facts.bytes(), facts.in_files));
            Scanned { fact, readings, bytes, rows, held, memory, took, ways }
        };
        self.types.into_iter().map(told).filter(|scan| scan.readings > 0 || !scan.ways.is_empty()).collect()
    }

    fn read(&self, fact_type: &'static FactType) -> Result<DataFrame, EngineError> {
        let none = Facts::default();
        let facts = self.facts.get(fact_type.name).unwrap_or(&none);
        let tail = columns::batch(fact_type, &facts.tail).map_err(DataFusionError::from)?;
        let tail = self.context.read_batch(tail)?;
        if facts.files.is_empty() {
            return Ok(tail);
        }
        let schema = columns::schema(fact_type);
        let options = ParquetReadOptions::default()
            .to_listing_options(&self.context.copied_config(), self.context.copied_table_options());
        let paths: EngineResult<Vec<ListingTableUrl>> =
            facts.files.iter().map(|path| ListingTableUrl::parse(path.display().to_string())).collect();
        let config = ListingTableConfig::new_with_multi_paths(paths?).with_listing_options(options).with_schema(schema);
        let known = self.context.runtime_env().cache_manager.get_file_statistic_cache();
        let readings = self.types.get(fact_type.name).map(|of_type| Arc::clone(&of_type.readings));
        let files =
            Files { table: ListingTable::try_new(config)?.with_cache(known), readings: readings.unwrap_or_default() };
        let mut files = self.context.read_table(Arc::new(files))?;
        if !facts.replaced.is_empty() {
            let replaced = facts.replaced.iter().map(|id| lit(id.0)).collect();
            files = files.filter(col(RECORD).in_list(replaced, true))?;
        }
        Ok(files.union(tail)?)
    }

    /// What the question can need of a type, in memory; none when that is too much.
    async fn hold(&self, fact_type: &'static FactType, of_type: &OfType) -> Result<Option<Held>, EngineError> {
        let began = Instant::now();
        let columns = columns::schema(fact_type);
        let columns =
            columns.fields().iter().map(|field| field.name()).filter(|name| of_type.columns.contains(name.as_str()));
        let frame =
            self.read(fact_type)?.filter(of_type.counts.clone())?.select(columns.map(col).collect::<Vec<_>>())?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        let mut parts = JoinSet::new();
        for mut stream in frame.execute_stream_partitioned().await? {
            let consumer = MemoryConsumer::new(fact_type.name);
            let pool = Arc::clone(&self.context.runtime_env().memory_pool);
            let reservation = consumer.register(&pool);
            let of_question = Arc::clone(&self.taken);
            let mut taken = Taken { reservation, pool, of_question, may_hold: self.may_hold };
            parts.spawn(async move {
                let mut batches = Vec::new();
                while let Some(batch) = stream.try_next().await? {
                    if !taken.grows(bytes(&batch)) {
                        return Ok(None);
                    }
                    batches.push(batch);
                }
                Ok::<_, DataFusionError>(Some((batches, taken)))
            });
        }
        let (mut partitions, mut room) = (Vec::new(), Vec::new());
        while let Some(part) = parts.join_next().await {
            let Some((batches, taken)) = part.map_err(|error| EngineError::Shape(error.to_string()))?? else {
                return Ok(None);
            };
            partitions.push(batches);
            room.push(taken);
        }
        let mut told = of_type.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.held = partitions.iter().flatten().map(RecordBatch::num_rows).sum::<usize>() as u64;
        told.memory = room.iter().map(|taken| taken.reservation.size()).sum();
        told.took = began.elapsed();
        Ok(Some(Held { table: Arc::new(MemTable::try_new(schema, partitions)?), _room: room }))
    }
}

/// Facts in memory, and the room they take there.
struct Held {
    table: Arc<MemTable>,
    _room: Vec<Taken>,
}

struct Taken {
    reservation: MemoryReservation,
    pool: Arc<dyn MemoryPool>,
    of_question: Arc<AtomicUsize>,
    may_hold: usize,
}

impl Taken {
    /// Half of what all questions share stays for putting facts together.
    fn grows(&mut self, bytes: usize) -> bool {
        let has_room = self.of_question.load(Ordering::Relaxed) + bytes <= self.may_hold
            && self.pool.reserved() + bytes <= MEMORY_BYTES / 2
            && self.reservation.try_grow(bytes).is_ok();
        if has_room {
            self.of_question.fetch_add(bytes, Ordering::Relaxed);
        }
        has_room
    }
}

impl Drop for Taken {
    fn drop(&mut self) {
        self.of_question.fetch_sub(self.reservation.size(), Ordering::Relaxed);
    }
}

/// Of the rows of a batch: what is cut from a larger one shares its memory with the others.
fn bytes(batch: &RecordBatch) -> usize {
    batch.columns().iter().map(|column| column.to_data().get_slice_memory_size().unwrap_or(0)).sum()
}

/// What a question needs of a fact type.
#[derive(Default)]
struct Need {
    columns: BTreeSet<String>,
    /// The days of the facts that each way can place.
    ways: Vec<Expr>,
    /// One way places them in several passes.
    has_passes: bool,
    takes_adjustments: bool,
    /// Facts of others than who is asked about tell something of them.
    of_others: bool,
}

impl Need {
    fn takes<'a>(&mut self, columns: impl IntoIterator<Item = &'a str>) {
        self.columns.extend(columns.into_iter().map(str::to_owned));
    }

    fn places(&mut self, question: &Question<'_>, axis: Axis) {
        self.ways.push(place::placeable(question, axis));
        let is_once = !axis.is_lasting()
            && !matches!(axis, Axis::Slipped | Axis::Latest | Axis::Records | Axis::Customers)
            && (question.closings.is_empty() || !axis.takes_adjustments());
        self.has_passes |= !is_once;
        self.takes_adjustments |= axis.takes_adjustments() && !question.closings.is_empty();
        if axis.is_due() {
            self.takes([DUE]);
        }
        if axis == Axis::Customers {
            self.of_others = true;
            self.takes(["document", "amount"]);
        }
    }
}

/// What a question needs of each fact type.
struct Needs<'a> {
    question: &'a Question<'a>,
    types: BTreeMap<&'static str, Need>,
}

impl Needs<'_> {
    fn of(&mut self, fact: &str) -> Option<&mut Need> {
        let question = self.question;
        let fact_type = resolve(fact, question.basis)?;
        let need = self.types.entry(fact_type.name).or_default();
        need.takes([RECORD, DATE, UNTIL, CURRENCY, KNOWN_FROM, KNOWN_TO, OWNER, ACCOUNT, STAGE]);
        need.takes(question.filters.iter().map(|(by, _)| by).chain([&question.by]).filter_map(By::key));
        Some(need)
    }
}

fn needs(question: &Question<'_>) -> BTreeMap<&'static str, OfType> {
    let mut needs = Needs { question, types: BTreeMap::new() };
    for Scan { way, wanted } in scans(question) {
        let Some(need) = needs.of(way.fact_type.name) else { continue };
        need.takes(wanted.iter().flat_map(|wanted| columns_of(wanted.measure, wanted.row_key)));
        need.places(question, way.axis);
    }
    for definition in &question.kpis {
        match &definition.formula {
            Formula::Error(error) => {
                for part in &error.parts {
                    let ended = part.matures.iter();
                    for measure in part.formula.measures().into_iter().map(|(_, measure)| measure).chain(ended) {
                        let Some(need) = needs.of(measure.place().0) else { continue };
                        need.takes(columns_of(measure, &part.rows));
                        need.places(question, measure.axis());
                        // What came is placed anew in the days of each layer of forecasts: flows within those that are asked about.
                        need.has_passes = true;
                        if measure.axis() != Axis::Flow {
                            need.ways.push(lit(true));
                        }
                    }
                }
            }
            Formula::Spread { fact, over, .. } => {
                let Some(need) = needs.of(fact) else { continue };
                need.takes([over, definition.rows.as_str()]);
                need.places(question, Axis::Records);
            }
            _ => {}
        }
    }
    let (is_known, asked) = (place::ever_known(question), place::asked(question));
    let of_type = |need: Need| {
        let late = need.takes_adjustments.then(|| place::learnt_late(question));
        let is_shared = need.has_passes || need.ways.len() > 1;
        let days = need.ways.into_iter().chain(late).reduce(Expr::or).unwrap_or_else(|| lit(false));
        let asked = asked.iter().filter(|_| !need.of_others).cloned();
        let counts = asked.fold(days.and(is_known.clone()), Expr::and);
        let (held, readings, told) = (OnceCell::new(), Arc::default(), Mutex::default());
        OfType { columns: need.columns, counts, is_shared, held, readings, told }
    };
    needs.types.into_iter().map(|(fact, need)| (fact, of_type(need))).collect()
}

/// The columns that a measure reads, and its records.
fn columns_of<'a>(measure: &'a Measure, row_key: &'a str) -> Vec<&'a str> {
    measure.place().1.split(['/', '+']).chain(measure.only.keys().map(String::as_str)).chain([row_key]).collect()
}

/// Fact files, with a count of the plans that read them.
#[derive(Debug)]
struct Files {
    table: ListingTable,
    readings: Arc<AtomicU64>,
}

#[async_trait]
impl TableProvider for Files {
    fn schema(&self) -> SchemaRef {
        self.table.schema()
    }

    fn table_type(&self) -> TableType {
        self.table.table_type()
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> EngineResult<Vec<TableProviderFilterPushDown>> {
        self.table.supports_filters_pushdown(filters)
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> EngineResult<Arc<dyn ExecutionPlan>> {
        self.readings.fetch_add(1, Ordering::Relaxed);
        self.table.scan(state, projection, filters, limit).await
    }
}
