//! An import from start to end: rows in batches, each batch one transaction, nothing counted before the whole is done.

use crate::{
    IMPORT,
    batch::{self, Batch, Deferred},
    beside::compare,
    context::Context,
    mapping::{Checked, FileMap, Target},
    report::{Counts, Problem, Report, SkipFile},
    sense::look_over,
    table::{Row, RowError, Table, TableError, TableOptions},
};
use base::RecordId;
use db::{Change, Db, DbError, Step};
use rules::{
    log::{Event, Fields, Origin},
    record::{RecordType, Value},
};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    io::Read,
    path::{Path, PathBuf},
};

/// Rows a transaction: small enough that people who work at the same time do not wait.
const ROWS_A_BATCH: usize = 500;

/// What to import and how.
pub struct Options {
    pub checked: Checked,
    /// Files, or one folder that holds them.
    pub paths: Vec<PathBuf>,
    pub dry_run: bool,
    /// Goes on with an interrupted import.
    pub resume: Option<RecordId>,
    /// Where rows that could not be taken are written, with the reason.
    pub skip_file: Option<PathBuf>,
}

/// Is told after each batch how far the import is.
pub type Tell<'a> = dyn FnMut(&Progress) + Send + 'a;

/// How far an import is.
#[derive(Debug, Clone)]
pub struct Progress<'a> {
    pub file: &'a str,
    pub rows: u64,
    pub bytes_read: u64,
    pub bytes_total: u64,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{0} is not among the given files")]
    NoFile(String),
    #[error(transparent)]
    Table(#[from] TableError),
    #[error("{file}: there is no column {column}; it has {columns}")]
    NoColumn { file: String, column: String, columns: String },
    #[error("{0}: {1} is not a format of dates or numbers")]
    Format(String, String),
    #[error("there is no import {0}")]
    NoImport(RecordId),
    #[error("import {0} is {1}; only an interrupted import goes on")]
    NotInterrupted(RecordId, String),
    #[error("the files are not those of import {0}")]
    OtherFiles(RecordId),
    #[error("import {0} is undone already")]
    Undone(RecordId),
    #[error("import {0} is interrupted at row {1}")]
    Interrupted(RecordId, u64),
    #[error("{0} cannot be written or read")]
    File(String, #[source] std::io::Error),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl ImportError {
    pub fn hint(&self) -> String {
        match self {
            Self::NoFile(_) => "name the folder that holds the files, or every file".to_owned(),
            Self::Table(_) => "nothing was imported; correct the file and import again".to_owned(),
            Self::NoColumn { .. } => "correct the name in the mapping".to_owned(),
            Self::Format(..) => "see docs/import.md for the formats".to_owned(),
            Self::NoImport(_) => "`clinch import --list` shows them".to_owned(),
            Self::NotInterrupted(..) | Self::Undone(_) => {
                "import again: rows that are there already stay as they are".to_owned()
            }
            Self::OtherFiles(_) => "give the same files, unchanged; or undo that import first".to_owned(),
            Self::Interrupted(id, _) => format!("go on with --resume {id}, or take it back with --undo {id}"),
            Self::File(..) => "check that the place exists and has room".to_owned(),
            Self::Db(error) => error.hint().to_owned(),
        }
    }
}

/// Reads the files into records. Bad rows are set aside with their reason; everything else counts once all is read.
pub async fn run(db: &Db, options: &Options, progress: &mut Tell<'_>) -> Result<Report, ImportError> {
    let files = locate(options)?;
    let digest = digest(&options.checked, &files)?;
    let mut context = Context::new(db.clone(), &options.checked, &files).await?;
    let settings = options.checked.mapping.company.as_ref();
    let company = settings.map(|settings| context.company_fields(settings)).transpose()?;
    let mut passed_over: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for ((map, target), path) in options.checked.mapping.file.iter().zip(&options.checked.targets).zip(&files) {
        // What is wrong with a file as a whole is found before anything is written.
        if let Some(path) = path {
            let table = Table::open(path, &table_options(map))?;
            Batch::new(map, target, table.columns(), &context)?;
            passed_over.entry(map.label()).or_insert_with(|| table.columns().to_vec());
        }
    }
    let named = columns_named(&options.checked);
    for (file, columns) in &mut passed_over {
        columns.retain(|column| !named.contains(&(file.clone(), column.clone())));
    }
    passed_over.retain(|_, columns| !columns.is_empty());
    let mut place = start(db, options, &digest).await?;
    context.import = place.import;
    let mut report = Report { import: place.import, passed_over, ..Report::default() };
    let mut skips = SkipFile::new(options.skip_file.clone(), place.import, options.resume.is_some());
    if let Some(fields) = company {
        context.company(fields).await?;
    }
    let done_rows = place.progress.rows;
    let mut rows_seen = 0;
    let mut deferred = Vec::new();
    for ((map, target), path) in options.checked.mapping.file.iter().zip(&options.checked.targets).zip(&files) {
        let Some(path) = path else { continue };
        let mut pass =
            Pass { db, map, target, report: &mut report, skips: &mut skips, done_rows, rows_seen, place: &mut place };
        deferred.extend(pass.read(path, &mut context, progress).await?);
        rows_seen = pass.rows_seen;
    }
    compare(&options.checked.mapping.compare, &mut context)?;
    settle(&mut context, &deferred, &mut report, &mut skips, &mut place).await?;
    look_over(&mut context, report.records.keys().copied().collect::<Vec<_>>().into_iter()).await?;
    report.warnings.extend(context.warnings());
    report.skip_file = skips.finish().map_err(|error| ImportError::File("the skip file".to_owned(), error))?;
    finish(db, &place).await?;
    Ok(report)
}

/// Every column that the mapping names, with its file and sheet.
fn columns_named(checked: &Checked) -> BTreeSet<(String, String)> {
    let mut named = BTreeSet::new();
    for (map, target) in checked.mapping.file.iter().zip(&checked.targets) {
        named.extend(batch::named(map, target).into_iter().map(|column| (map.label(), column)));
        for from in target.fields.iter().filter_map(|(_, detail)| detail.values_from.as_ref()) {
            named.extend([&from.key, &from.value].map(|column| (from.file.clone(), column.clone())));
        }
    }
    for said in checked.mapping.compare.iter().flat_map(|compare| [&compare.wins, &compare.against]) {
        let only_if = said.only_if.iter().map(|only| &only.column);
        named.extend([&said.key, &said.value].into_iter().chain(only_if).map(|one| (said.file.clone(), one.clone())));
    }
    named
}

/// How far an import is. It stands beside the records and moves with each batch in the same transaction, so that two
/// processes never go on with one import, and none with one that was undone.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
struct Done {
    rows: u64,
    created: u64,
    changed: u64,
    unchanged: u64,
    skipped: u64,
}

const PROGRESS: &str = "import";

/// An import on its way; a dry run has no record.
struct Place {
    import: Option<RecordId>,
    progress: Done,
    text: String,
}

impl Place {
    fn step(&self, import: RecordId, to: Option<String>) -> Step {
        Step { kind: PROGRESS, key: import.to_string(), from: Some(self.text.clone()), to }
    }
}

fn written(progress: &Done) -> String {
    serde_json::to_string(progress).unwrap_or_default()
}

/// Rows that an interrupted import had committed.
pub async fn rows_done(db: &Db, import: RecordId) -> Result<u64, ImportError> {
    Ok(kept(db, import).await?.map_or(0, |(progress, _)| progress.rows))
}

async fn kept(db: &Db, import: RecordId) -> Result<Option<(Done, String)>, ImportError> {
    let kept = db.kept(PROGRESS, &import.to_string()).await?;
    Ok(kept.and_then(|kept| Some((serde_json::from_str(&kept.content).ok()?, kept.content))))
}

/// Each mapped file's place, none for an optional file that is not there.
fn locate(options: &Options) -> Result<Vec<Option<PathBuf>>, ImportError> {
    let mut given: Vec<PathBuf> = Vec::new();
    for path in &options.paths {
        if path.is_dir() {
            let entries =
                std::fs::read_dir(path).map_err(|error| ImportError::File(path.display().to_string(), error))?;
            given.extend(entries.filter_map(Result::ok).map(|entry| entry.path()));
        } else {
            given.push(path.clone());
        }
    }
    let matches = |path: &&PathBuf, wanted: &str| {
        path.file_name().is_some_and(|name| name.to_string_lossy().eq_ignore_ascii_case(wanted))
    };
    options
        .checked
        .mapping
        .file
        .iter()
        .map(|map| match given.iter().find(|path| matches(path, &map.file)) {
            Some(path) => Ok(Some(path.clone())),
            None if map.optional => Ok(None),
            None => Err(ImportError::NoFile(map.file.clone())),
        })
        .collect()
}

/// SHA-256 over the mapping and all files, so that a resumed import goes on with the same ones.
fn digest(checked: &Checked, files: &[Option<PathBuf>]) -> Result<String, ImportError> {
    let mut hasher = Sha256::new();
    hasher.update(format!("{:?}", checked.mapping).as_bytes());
    let mut buffer = vec![0; 1 << 16];
    for path in files.iter().flatten() {
        let failed = |error| ImportError::File(path.display().to_string(), error);
        let mut file = std::fs::File::open(path).map_err(failed)?;
        loop {
            let read = file.read(&mut buffer).map_err(failed)?;
            if read == 0 {
                break;
            }
            hasher.update(&buffer[..read]);
        }
    }
    let mut text = String::new();
    for byte in hasher.finalize() {
        let _ = write!(text, "{byte:02x}"); // a String takes everything
    }
    Ok(text)
}

/// Makes the import's record, or takes up an interrupted one. A dry run has none.
async fn start(db: &Db, options: &Options, digest: &str) -> Result<Place, ImportError> {
    if options.dry_run {
        return Ok(Place { import: None, progress: Done::default(), text: String::new() });
    }
    if let Some(id) = options.resume {
        let record = running(db, id).await?;
        if record.value("digest").as_text() != Some(digest) {
            return Err(ImportError::OtherFiles(id));
        }
        let (progress, text) = kept(db, id).await?.ok_or(ImportError::NoImport(id))?;
        return Ok(Place { import: Some(id), progress, text });
    }
    for record in db.system().all(&IMPORT).await? {
        let same = record.value("source").as_text() == Some(&options.checked.mapping.source);
        if same && record.value("status").as_text() == Some("running") {
            return Err(ImportError::Interrupted(record.id, rows_done(db, record.id).await?));
        }
    }
    let id = db.new_id().await?;
    let names: Vec<String> = options.paths.iter().map(|path| file_name(path)).collect();
    let progress = Done::default();
    let mut tx = db.begin(None, Origin::Cli);
    let text = |value: &str| Value::Text(value.to_owned());
    tx.put(Change::create(
        &IMPORT,
        id,
        vec![
            ("source", text(&options.checked.mapping.source)),
            ("files", text(&names.join(", "))),
            ("digest", text(digest)),
            ("started_at", Value::Moment(db.now())),
            ("status", text("running")),
        ],
    ))?;
    tx.step(Step { kind: PROGRESS, key: id.to_string(), from: None, to: Some(written(&progress)) });
    tx.commit().await?;
    Ok(Place { import: Some(id), text: written(&progress), progress })
}

async fn running(db: &Db, id: RecordId) -> Result<db::Record, ImportError> {
    let record = db.system().get(&IMPORT, id).await?.ok_or(ImportError::NoImport(id))?;
    match record.value("status").as_text() {
        Some("running") => Ok(record),
        status => Err(ImportError::NotInterrupted(id, status.unwrap_or("unknown").to_owned())),
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().map_or_else(|| path.display().to_string(), |name| name.to_string_lossy().into_owned())
}

fn table_options(map: &FileMap) -> TableOptions {
    TableOptions {
        delimiter: map.delimiter.and_then(|delimiter| u8::try_from(delimiter).ok()),
        encoding: map.encoding.clone(),
        sheet: map.sheet.clone(),
        ..TableOptions::default()
    }
}

/// One file's way through.
struct Pass<'a> {
    db: &'a Db,
    map: &'a FileMap,
    target: &'a Target,
    report: &'a mut Report,
    skips: &'a mut SkipFile,
    /// Rows that an interrupted run had committed already: read again for what refers to them, not written again.
    done_rows: u64,
    rows_seen: u64,
    place: &'a mut Place,
}

impl Pass<'_> {
    async fn read(
        &mut self,
        path: &Path,
        context: &mut Context,
        progress: &mut Tell<'_>,
    ) -> Result<Vec<Deferred>, ImportError> {
        let mut table = Table::open(path, &table_options(self.map))?;
        let mut batch = Batch::new(self.map, self.target, table.columns(), context)?;
        let mut deferred = Vec::new();
        loop {
            let is_done = self.rows_seen < self.done_rows;
            let (rows, broken) = self.next_rows(&mut table, is_done);
            if rows.is_empty() && broken.is_empty() {
                return Ok(deferred);
            }
            let mut outcome = batch.plan(context, &rows, is_done).await?;
            deferred.append(&mut outcome.deferred);
            if !is_done {
                self.report.read += rows.len() as u64 + broken.len() as u64;
                for problem in broken.into_iter().chain(std::mem::take(&mut outcome.problems)) {
                    self.skip(problem)?;
                }
                self.report.count(&outcome.counts);
                self.commit(&outcome.counts, outcome.changes).await?;
            }
            progress(&Progress {
                file: &self.map.file,
                rows: self.rows_seen,
                bytes_read: table.bytes_read(),
                bytes_total: table.bytes_total(),
            });
        }
    }

    /// The next rows and those that cannot be read; a batch ends where an interrupted run had ended.
    fn next_rows(&mut self, table: &mut Table, is_done: bool) -> (Vec<Row>, Vec<Problem>) {
        let (mut rows, mut broken) = (Vec::with_capacity(ROWS_A_BATCH), Vec::new());
        while rows.len() + broken.len() < ROWS_A_BATCH && (!is_done || self.rows_seen < self.done_rows) {
            let Some(row) = table.next_row() else { break };
            self.rows_seen += 1;
            match row {
                Ok(row) => rows.push(row),
                Err(error) => broken.push(row_problem(&self.map.file, &error)),
            }
        }
        (rows, broken)
    }

    /// The batch's records and the import's own place in one transaction.
    async fn commit(
        &mut self,
        counts: &BTreeMap<&'static str, Counts>,
        changes: Vec<Change>,
    ) -> Result<(), ImportError> {
        let progress = &mut self.place.progress;
        progress.rows = self.rows_seen;
        for counts in counts.values() {
            progress.created += counts.created;
            progress.changed += counts.changed;
            progress.unchanged += counts.unchanged;
        }
        let Some(import) = self.place.import else { return Ok(()) };
        let text = written(&self.place.progress);
        let mut tx = self.db.begin(None, Origin::Import(import));
        for change in changes {
            tx.put(change)?;
        }
        tx.step(self.place.step(import, Some(text.clone())));
        tx.commit().await?;
        self.place.text = text;
        Ok(())
    }

    fn skip(&mut self, problem: Problem) -> Result<(), ImportError> {
        self.skips.write(&problem).map_err(|error| ImportError::File("the skip file".to_owned(), error))?;
        self.report.skip(problem);
        self.place.progress.skipped += 1;
        Ok(())
    }
}

fn row_problem(file: &str, error: &RowError) -> Problem {
    Problem {
        file: file.to_owned(),
        line: error.line,
        column: String::new(),
        value: String::new(),
        reason: error.problem.to_string(),
    }
}

/// References to records that stood further down, or in a later file.
async fn settle(
    context: &mut Context,
    deferred: &[Deferred],
    report: &mut Report,
    skips: &mut SkipFile,
    place: &mut Place,
) -> Result<(), ImportError> {
    for chunk in deferred.chunks(ROWS_A_BATCH) {
        let (changes, problems) = context.settle(chunk).await?;
        for problem in problems {
            skips.write(&problem).map_err(|error| ImportError::File("the skip file".to_owned(), error))?;
            report.skip(problem);
            place.progress.skipped += 1;
        }
        if let Some(import) = place.import {
            let mut tx = context.db.begin(None, Origin::Import(import));
            for change in changes {
                tx.put(change)?;
            }
            tx.step(place.step(import, Some(place.text.clone())));
            tx.commit().await?;
        }
    }
    Ok(())
}

async fn finish(db: &Db, place: &Place) -> Result<(), ImportError> {
    let Some(import) = place.import else { return Ok(()) };
    let number = |count: u64| Value::Integer(i64::try_from(count).unwrap_or(i64::MAX));
    let progress = &place.progress;
    let mut tx = db.begin(None, Origin::Cli);
    tx.put(Change::set(
        &IMPORT,
        import,
        vec![
            ("status", Value::Text("done".to_owned())),
            ("rows_read", number(progress.rows)),
            ("created", number(progress.created)),
            ("changed", number(progress.changed)),
            ("unchanged", number(progress.unchanged)),
            ("skipped", number(progress.skipped)),
        ],
    ))?;
    tx.step(place.step(import, None));
    tx.commit().await?;
    Ok(())
}

/// What an undo took back, and what it left: fields of the import's records that others set afterwards.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Undone {
    pub records: u64,
    /// `account 17: city`, at most a hundred.
    pub set_since: Vec<String>,
}

/// Takes a whole import back, done or interrupted. Its rows stop counting at once.
pub async fn undo(db: &Db, import: RecordId) -> Result<Undone, ImportError> {
    let record = db.system().get(&IMPORT, import).await?.ok_or(ImportError::NoImport(import))?;
    if record.value("status").as_text() == Some("undone") {
        return Err(ImportError::Undone(import));
    }
    let mut undone = Undone::default();
    for (entity, ids) in db.system().touched_by_import(import).await? {
        let Some(record_type) = db.registry().get(&entity).filter(|found| found.name != IMPORT.name) else { continue };
        undone.records += ids.len() as u64;
        if undone.set_since.len() < 100 {
            undone.set_since.extend(set_since(db, record_type, &ids, import).await?);
        }
    }
    let mut tx = db.begin(None, Origin::Cli);
    let status: Fields = vec![("status", Value::Text("undone".to_owned()))];
    tx.put(Change::of(&IMPORT, import, Event::VoidImport))?;
    tx.put(Change::set(&IMPORT, import, status))?;
    if let Some((_, text)) = kept(db, import).await? {
        // A process that still writes to this import finds its place gone, and stops.
        tx.step(Step { kind: PROGRESS, key: import.to_string(), from: Some(text), to: None });
    }
    tx.commit().await?;
    db.sweep_import(import).await?;
    Ok(undone)
}

async fn set_since(
    db: &Db,
    record_type: &'static RecordType,
    ids: &BTreeSet<RecordId>,
    import: RecordId,
) -> Result<Vec<String>, ImportError> {
    let mut found = Vec::new();
    for (id, rows) in db.system().histories(record_type, ids).await? {
        let own = rows.iter().filter(|row| row.origin == Origin::Import(import)).map(|row| row.seq).collect();
        let fields: BTreeSet<&str> = rules::log::set_later(&rows, &own).into_iter().map(|(_, field)| field).collect();
        if !fields.is_empty() {
            found.push(format!("{} {id}: {}", record_type.name, fields.into_iter().collect::<Vec<_>>().join(", ")));
        }
    }
    Ok(found)
}
