//! Where a question's facts come from. The files of a type are read once and what the question can need of them is held, however
//! often it is placed; a type of which that is too much is read anew for each way.

use crate::{
    EngineError, Scanned,
    columns::{self, RECORD},
    counted::Placed,
    needs::{self, Needed},
    question::{Facts, MEMORY_BYTES, Question, session},
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
use rules::facts::FactType;
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, AtomicUsize, Ordering},
    },
    time::Duration,
};
use tokio::{sync::OnceCell, task::JoinSet, time::Instant};

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
    needed: Needed,
    held: OnceCell<Option<Held>>,
    readings: Arc<AtomicU64>,
    told: Mutex<Told>,
}

impl OfType {
    fn new(needed: Needed) -> Self {
        Self { needed, held: OnceCell::new(), readings: Arc::default(), told: Mutex::default() }
    }
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
        let types = needs::of(question).into_iter().map(|(fact, needed)| (fact, OfType::new(needed)));
        Ok(Self { types: types.collect(), may_hold, ..Self::plain(question)? })
    }

    /// Every fact of a type with all that was ever known, as far as the question can need it: files without the replaced records,
    /// and the tail.
    pub async fn facts(&self, fact_type: &'static FactType) -> Result<DataFrame, EngineError> {
        match self.types.get(fact_type.name) {
            Some(of_type) if of_type.needed.is_shared => {
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
        let columns = columns
            .fields()
            .iter()
            .map(|field| field.name())
            .filter(|name| of_type.needed.columns.contains(name.as_str()));
        let frame = self
            .read(fact_type)?
            .filter(of_type.needed.counts.clone())?
            .select(columns.map(col).collect::<Vec<_>>())?;
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
