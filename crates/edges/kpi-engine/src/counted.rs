//! What questions cost: of one question its scans, of a process the sums.

use crate::{EngineError, question};
use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

/// What a question read of one fact type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scanned {
    pub fact: &'static str,
    /// How often its files were read: once, unless what is needed of them was too much to hold.
    pub readings: u64,
    /// Of the fact's files, and how many facts they hold.
    pub bytes: u64,
    pub rows: u64,
    /// How many facts were held of them, in how much memory, and how long that took; nothing where they are placed while they are read.
    pub held: u64,
    pub memory: usize,
    pub took: Duration,
    pub ways: Vec<Placed>,
}

/// Facts placed in periods one way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    pub way: String,
    /// How many sums came of it.
    pub measures: usize,
    pub took: Duration,
}

/// Sums since the process began.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counted {
    pub questions: u64,
    pub scans: u64,
    pub bytes: u64,
    pub rows: u64,
    pub microseconds: u64,
    /// Stopped after their ten seconds, or for want of memory.
    pub refused: u64,
    /// Held by questions now, and what they may hold together.
    pub memory_bytes: usize,
    pub memory_limit: usize,
}

static QUESTIONS: AtomicU64 = AtomicU64::new(0);
static SCANS: AtomicU64 = AtomicU64::new(0);
static BYTES: AtomicU64 = AtomicU64::new(0);
static ROWS: AtomicU64 = AtomicU64::new(0);
static MICROSECONDS: AtomicU64 = AtomicU64::new(0);
static REFUSED: AtomicU64 = AtomicU64::new(0);

pub(crate) fn answered(scans: &[Scanned], took: Duration) {
    QUESTIONS.fetch_add(1, Ordering::Relaxed);
    SCANS.fetch_add(scans.iter().map(|scan| scan.readings).sum(), Ordering::Relaxed);
    BYTES.fetch_add(scans.iter().map(|scan| scan.readings * scan.bytes).sum(), Ordering::Relaxed);
    ROWS.fetch_add(scans.iter().map(|scan| scan.readings * scan.rows).sum(), Ordering::Relaxed);
    MICROSECONDS.fetch_add(u64::try_from(took.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
}

pub(crate) fn refused() {
    REFUSED.fetch_add(1, Ordering::Relaxed);
}

/// What questions of this process cost so far.
pub fn counted() -> Result<Counted, EngineError> {
    let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
    Ok(Counted {
        questions: read(&QUESTIONS),
        scans: read(&SCANS),
        bytes: read(&BYTES),
        rows: read(&ROWS),
        microseconds: read(&MICROSECONDS),
        refused: read(&REFUSED),
        memory_bytes: question::shared()?.runtime_env().memory_pool.reserved(),
        memory_limit: question::MEMORY_BYTES,
    })
}
