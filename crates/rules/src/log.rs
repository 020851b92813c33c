//! The change log and its fold. The log is the truth; what a record is, was, or was thought to be follows from its rows alone.
//!
//! The value of a field as of X known at Y is the row with the greatest (`effective_at`, `seq`) among those that set it
//! with `effective_at` ≤ X and are known at Y. A row is known from its own seq on; a row of an import from the seq at which
//! that import was done; none from the seq of a void that names it on.

use crate::record::Value;
use base::{RecordId, Seq};
use jiff::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

/// What a row does to its record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    Create(Fields),
    Set(Fields),
    Archive,
    Merge {
        into: RecordId,
    },
    /// Undo: the named rows do not count from here on.
    Void(Vec<Seq>),
    /// Undo of a whole import; stands on the import's own record.
    VoidImport,
    /// The record's personal fields are gone for good.
    Erase,
}

impl Event {
    /// The word the log stores.
    pub const fn word(&self) -> &'static str {
        match self {
            Self::Create(_) => "create",
            Self::Set(_) => "set",
            Self::Archive => "archive",
            Self::Merge { .. } => "merge",
            Self::Void(_) | Self::VoidImport => "void",
            Self::Erase => "erase",
        }
    }

    pub fn fields(&self) -> &[(&'static str, Value)] {
        match self {
            Self::Create(fields) | Self::Set(fields) => fields,
            _ => &[],
        }
    }
}

/// Only what a row sets, never the whole record. `Value::Null` also stands where an erased value was.
pub type Fields = Vec<(&'static str, Value)>;

/// Who or what caused a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Origin {
    Ui,
    Api,
    Cli,
    Job,
    Import(RecordId),
}

/// One row of the log, decrypted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRow {
    pub seq: Seq,
    pub recorded_at: Timestamp,
    pub effective_at: Timestamp,
    /// The person who did it; none for the operator at the command line.
    pub actor: Option<RecordId>,
    pub origin: Origin,
    pub id: RecordId,
    pub event: Event,
}

/// When each import's rows are known: from the seq it was done at until the seq it was undone at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imports {
    windows: BTreeMap<RecordId, (Option<Seq>, Option<Seq>)>,
}

impl Imports {
    /// Reads the import records' own history: their `status` turning `done`, and the void that undoes them.
    pub fn from_rows<'a>(rows: impl IntoIterator<Item = &'a LogRow>) -> Self {
        Self::default().with(rows)
    }

    /// Adds rows of import records to what is known.
    #[must_use]
    pub fn with<'a>(mut self, rows: impl IntoIterator<Item = &'a LogRow>) -> Self {
        for row in rows {
            let window = self.windows.entry(row.id).or_default();
            let done =
                row.event.fields().iter().any(|(name, value)| *name == "status" && value.as_text() == Some("done"));
            if done && window.0.is_none() {
                window.0 = Some(row.seq);
            }
            if row.event == Event::VoidImport && window.1.is_none() {
                window.1 = Some(row.seq);
            }
        }
        self
    }

    /// Half-open range of seqs at which the row counts, voids of single rows apart. None: never.
    fn window(&self, row: &LogRow) -> Option<(Seq, Option<Seq>)> {
        match row.origin {
            // The import's own record tells how far it is while it runs.
            Origin::Import(import) if import != row.id => {
                let (from, to) = self.windows.get(&import).copied().unwrap_or_default();
                from.map(|from| (from.max(row.seq), to))
            }
            _ => Some((row.seq, None)),
        }
    }

    fn counts(&self, row: &LogRow, known_at: Seq) -> bool {
        self.window(row).is_some_and(|(from, to)| from <= known_at && to.is_none_or(|to| known_at < to))
    }

    pub fn is_done(&self, import: RecordId) -> bool {
        matches!(self.windows.get(&import), Some((Some(_), None)))
    }

    /// Neither done nor undone.
    pub fn is_running(&self, import: RecordId) -> bool {
        !self.is_done(import) && !self.is_undone(import)
    }

    /// As if this import had been done from its first row on.
    #[must_use]
    pub fn including(mut self, import: RecordId) -> Self {
        self.windows.insert(import, (Some(Seq::ZERO), None));
        self
    }

    pub fn is_undone(&self, import: RecordId) -> bool {
        matches!(self.windows.get(&import), Some((_, Some(_))))
    }
}

/// The seqs at which what is known of these rows can change, ascending.
pub fn moments<'a>(rows: impl IntoIterator<Item = &'a LogRow>, imports: &Imports) -> BTreeSet<Seq> {
    let mut moments = BTreeSet::new();
    for row in rows {
        if let Some((from, to)) = imports.window(row) {
            moments.insert(from);
            moments.extend(to);
        }
    }
    moments
}

/// One record's whole history as it is known at one seq: every field with its dated values.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timeline {
    fields: BTreeMap<&'static str, Vec<Step>>,
    pub archived: bool,
    pub merged_into: Option<RecordId>,
    /// The last row that counts.
    pub version: Seq,
    /// The row that made it, and from when on it was.
    pub created: (Seq, Timestamp),
}

/// A field's value from a moment on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub effective_at: Timestamp,
    pub seq: Seq,
    pub value: Value,
}

impl Timeline {
    /// Folds one record's rows (ascending by seq). None when the record is absent: never created, or its create is void.
    pub fn known(rows: &[LogRow], imports: &Imports, known_at: Seq) -> Option<Self> {
        let void = voided(rows, imports, known_at);
        let mut timeline = Self {
            fields: BTreeMap::new(),
            archived: false,
            merged_into: None,
            version: Seq::ZERO,
            created: (Seq::ZERO, Timestamp::MIN),
        };
        let mut created = false;
        for row in rows.iter().filter(|row| imports.counts(row, known_at) && !void.contains(&row.seq)) {
            timeline.version = row.seq;
            match &row.event {
                Event::Create(_) => {
                    created = true;
                    timeline.created = (row.seq, row.effective_at);
                }
                Event::Archive => timeline.archived = true,
                Event::Merge { into } => timeline.merged_into = Some(*into),
                Event::Set(_) | Event::Void(_) | Event::VoidImport | Event::Erase => {}
            }
            for (name, value) in row.event.fields() {
                timeline.fields.entry(name).or_default().push(Step {
                    effective_at: row.effective_at,
                    seq: row.seq,
                    value: value.clone(),
                });
            }
        }
        for steps in timeline.fields.values_mut() {
            // Stable: rows come by seq, so the later seq wins among equal dates.
            steps.sort_by_key(|step| step.effective_at);
        }
        created.then_some(timeline)
    }

    /// The field's value as of a moment; `Null` before its first.
    pub fn value_at(&self, field: &str, as_of: Timestamp) -> &Value {
        self.steps(field).iter().rev().find(|step| step.effective_at <= as_of).map_or(&Value::Null, |step| &step.value)
    }

    /// The same; for the time before the record was there, what it was entered with.
    pub fn held_at(&self, field: &str, as_of: Timestamp) -> &Value {
        let steps = self.steps(field);
        let entered = |step: &&Step| step.seq == self.created.0 || step.effective_at == self.created.1;
        let held = steps.iter().rev().find(|step| step.effective_at <= as_of);
        held.or_else(|| steps.first().filter(entered)).map_or(&Value::Null, |step| &step.value)
    }

    /// What holds as of a moment, and all that will: of values that begin at the same moment the last.
    pub fn held_from(&self, field: &str, as_of: Timestamp) -> impl Iterator<Item = &Value> {
        let steps = self.steps(field);
        let is_last = move |place: usize, step: &Step| {
            steps.get(place + 1).is_none_or(|next| next.effective_at != step.effective_at)
        };
        let later = steps.iter().enumerate();
        let later = later.filter(move |(place, step)| step.effective_at > as_of && is_last(*place, step));
        later.map(|(_, step)| &step.value).chain([self.held_at(field, as_of)])
    }

    /// The field's dated values, ascending; where two begin at the same moment the last one counts.
    pub fn steps(&self, field: &str) -> &[Step] {
        self.fields.get(field).map_or(&[], Vec::as_slice)
    }

    /// Every field that was ever set, with its value as of a moment.
    pub fn state_at(&self, as_of: Timestamp) -> BTreeMap<&'static str, Value> {
        self.fields.keys().map(|name| (*name, self.value_at(name, as_of).clone())).collect()
    }

    /// The last date at which a value begins, of any field.
    pub fn last_effective_at(&self) -> Option<Timestamp> {
        self.fields.values().filter_map(|steps| steps.last()).map(|step| step.effective_at).max()
    }
}

/// The seqs that voids known at this seq name. A void may itself be void, so the latest is decided first.
pub fn voided(rows: &[LogRow], imports: &Imports, known_at: Seq) -> BTreeSet<Seq> {
    let mut void = BTreeSet::new();
    for row in rows.iter().rev() {
        if let Event::Void(seqs) = &row.event
            && imports.counts(row, known_at)
            && !void.contains(&row.seq)
        {
            void.extend(seqs.iter().copied());
        }
    }
    void
}

/// Which of the given rows have fields that were set again afterwards: an undo of them lists these.
pub fn set_later<'a>(rows: &'a [LogRow], undone: &BTreeSet<Seq>) -> Vec<(&'a LogRow, &'static str)> {
    let mut names: BTreeMap<&'static str, Seq> = BTreeMap::new();
    for row in rows.iter().filter(|row| undone.contains(&row.seq)) {
        for (name, _) in row.event.fields() {
            names.insert(name, row.seq);
        }
    }
    rows.iter()
        .filter(|row| !undone.contains(&row.seq))
        .flat_map(|row| row.event.fields().iter().map(move |(name, _)| (row, *name)))
        .filter(|(row, name)| names.get(name).is_some_and(|seq| row.seq > *seq))
        .collect()
}
