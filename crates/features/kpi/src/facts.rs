//! Facts on disk and in memory: files written from the log, and the tail of records that changed since.

use crate::{KpiError, organisation};
use base::{RecordId, Seq};
use db::{Db, IMPORT_ENTITY, Kept, ListQuery, Record};
use jiff::tz::TimeZone;
use kpi_engine::{Facts, SegmentWriter};
use rules::{
    facts::{
        Alike, Around, BUILDER_VERSION, FACT_TYPES, FactType, KnownFact, Related, Whole, known_facts, marked,
        referenced,
    },
    log::{Imports, LogRow, Timeline},
    record::RecordType,
};
use serde::{Deserialize, Serialize};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

const KIND: &str = "facts";
const KEY: &str = "manifest";
/// Log rows read at a time while building.
const ROWS_A_PAGE: u64 = 50_000;
/// Records of a fact type folded in memory for one question; beyond that the files are written anew.
const TAIL: usize = 20_000;

/// Which files stand, and up to which seq they know the log.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    builder: u32,
    zone: String,
    upto: i64,
    files: BTreeMap<String, Vec<String>>,
    /// How many facts of each type they hold.
    facts: BTreeMap<String, u64>,
    /// The word columns in which they have any word.
    words: BTreeMap<String, BTreeSet<String>>,
    /// Children that once named another parent than now, or that are gone, by their type.
    moved: BTreeMap<String, BTreeSet<RecordId>>,
}

/// All facts as known at `seq`.
pub(crate) struct View {
    pub facts: BTreeMap<&'static str, Facts>,
    /// Types that no record feeds.
    pub without_source: BTreeSet<&'static str>,
    /// Word columns of types in which no fact has a word.
    pub without_words: BTreeSet<(&'static str, &'static str)>,
    pub seq: Seq,
}

/// What every fold needs.
struct Builder<'a> {
    db: &'a Db,
    imports: &'a Imports,
    zone: &'a TimeZone,
    whole: Whole,
}

/// The facts of now: from the files and the records that changed since they were written.
pub(crate) async fn view(db: &Db, folder: &Path, zone: &TimeZone) -> Result<View, KpiError> {
    let seq = db.system().last_seq().await?;
    // Several databases may keep their files in one folder.
    let folder = &folder.join(db.system().hash_at(Seq(1)).await?.unwrap_or_else(|| "empty".to_owned()));
    let imports = db.system().imports().await?;
    let builder = Builder { db, imports: &imports, zone, whole: whole(db, &imports).await? };
    let mut manifest = standing(db, folder, zone).await?;
    let touched = match &manifest {
        Some(manifest) => touched_since(db, Seq(manifest.upto)).await?,
        None => BTreeMap::new(),
    };
    let is_whole = |entity: &String| {
        FACT_TYPES.iter().flat_map(|fact_type| fact_type.whole_types()).any(|whole| whole == entity.as_str())
    };
    let mut tail = BTreeMap::new();
    for fact_type in FACT_TYPES {
        tail.insert(fact_type.name, builder.changed(fact_type, &touched).await?);
    }
    if manifest.is_none() || tail.values().any(|records| records.len() > TAIL) || touched.keys().any(is_whole) {
        manifest = Some(builder.build(folder, seq).await?);
        tail.clear();
    }
    let fed = fed(db).await?;
    let mut view =
        View { facts: BTreeMap::new(), without_source: BTreeSet::new(), without_words: BTreeSet::new(), seq };
    // What names a parent now need not be all that ever did. What is written while this is read may be missed: the next state is
    // read anew.
    let mut moved = touched;
    for (entity, ids) in manifest.iter().flat_map(|manifest| &manifest.moved) {
        moved.entry(entity.clone()).or_default().extend(ids);
    }
    let mut histories: BTreeMap<&str, (BTreeSet<RecordId>, Histories, Beside<'_>)> = BTreeMap::new();
    for fact_type in FACT_TYPES {
        let names = manifest.as_ref().and_then(|manifest| manifest.files.get(fact_type.name));
        let records = tail.remove(fact_type.name).unwrap_or_default();
        let near = || (BTreeSet::new(), Histories::new(), Beside { moved: Some(&moved), ..Beside::default() });
        let known = histories.entry(fact_type.entity).or_insert_with(near);
        if known.0 != records
            && let Some(record_type) = db.registry().get(fact_type.entity)
        {
            known.1 = db.system().histories(record_type, &records).await?;
            known.2 = near().2;
            known.0.clone_from(&records);
        }
        let tail = builder.facts_of(fact_type, &known.1, &mut known.2).await?;
        let in_files = manifest.as_ref().and_then(|manifest| manifest.facts.get(fact_type.name)).copied().unwrap_or(0);
        if fact_type.is_optional && in_files == 0 && tail.is_empty() || !fed.contains(fact_type.entity) {
            view.without_source.insert(fact_type.name);
        }
        let used = manifest.as_ref().and_then(|manifest| manifest.words.get(fact_type.name));
        let in_tail: BTreeSet<&str> = tail.iter().flat_map(|fact| fact.words(fact_type)).collect();
        let words = fact_type.keys.iter().filter(|key| key.entity.is_none()).map(|key| key.name);
        let is_unused = |word: &&str| !in_tail.contains(word) && used.is_none_or(|used| !used.contains(*word));
        view.without_words.extend(words.filter(is_unused).map(|word| (fact_type.name, word)));
        let files = names.filter(|_| in_files > 0).into_iter().flatten().map(|name| folder.join(name)).collect();
        view.facts.insert(fact_type.name, Facts { files, tail, replaced: records, in_files });
    }
    Ok(view)
}

/// The record types that facts are made of and that have records.
async fn fed(db: &Db) -> Result<BTreeSet<&'static str>, KpiError> {
    let mut fed = BTreeSet::new();
    for entity in FACT_TYPES.iter().map(|fact_type| fact_type.entity) {
        if let Some(record_type) = db.registry().get(entity)
            && !fed.contains(entity)
            && !db.system().list(record_type, &ListQuery { limit: 1, ..ListQuery::default() }).await?.is_empty()
        {
            fed.insert(entity);
        }
    }
    Ok(fed)
}

/// True when a record that a fact type is made of was known at a seq.
pub(crate) async fn had_source(db: &Db, fact_type: &FactType, imports: &Imports, seq: Seq) -> Result<bool, KpiError> {
    let Some(record_type) = db.registry().get(fact_type.entity) else { return Ok(false) };
    let mut after = RecordId(0);
    loop {
        let page = db.system().histories_after(record_type, after, ROWS_A_PAGE, false).await?;
        let Some(last) = page.keys().next_back() else { return Ok(false) };
        if page.values().any(|rows| Timeline::known(rows, imports, seq).is_some()) {
            return Ok(true);
        }
        after = *last;
    }
}

/// Every record of the small types that facts are made with.
async fn whole(db: &Db, imports: &Imports) -> Result<Whole, KpiError> {
    let names: BTreeSet<&str> = FACT_TYPES.iter().flat_map(|fact_type| fact_type.whole_types()).collect();
    let mut histories = Histories::new();
    for record_type in names.into_iter().filter_map(|name| db.registry().get(name)) {
        histories.extend(organisation::histories(db, record_type).await?);
    }
    Ok(Whole::new(&histories, imports))
}

type Histories = BTreeMap<RecordId, Vec<LogRow>>;
/// What records of a type are told with, by field and type, each read once: whom those at hand name, and who names them.
#[derive(Default)]
struct Beside<'a> {
    parents: BTreeMap<(&'static str, &'static str), Histories>,
    children: BTreeMap<(&'static str, &'static str), BTreeMap<RecordId, Histories>>,
    /// Who shares a mark with those at hand.
    alike: Option<Alike>,
    /// Children that may have named others than now. Without them all children are read, for all records.
    moved: Option<&'a BTreeMap<String, BTreeSet<RecordId>>>,
}

impl Beside<'_> {
    /// Other records come to hand.
    fn turn(&mut self) {
        self.parents.clear();
        self.alike = None;
    }
}

/// Every fact of a type as it is known now, read from the log.
pub async fn known_now(db: &Db, fact_type: &'static FactType) -> Result<Vec<KnownFact>, KpiError> {
    let Some(record_type) = db.registry().get(fact_type.entity) else { return Ok(Vec::new()) };
    let (imports, zone) = (db.system().imports().await?, access::time_zone(db).await?);
    let builder = Builder { db, imports: &imports, zone: &zone, whole: whole(db, &imports).await? };
    let (mut after, mut beside, mut found) = (RecordId(0), Beside::default(), Vec::new());
    loop {
        let histories = db.system().histories_after(record_type, after, ROWS_A_PAGE, false).await?;
        let Some(last) = histories.keys().next_back() else { return Ok(found) };
        after = *last;
        beside.turn();
        let facts = builder.facts_of(fact_type, &histories, &mut beside).await?;
        found.extend(facts.into_iter().filter(|fact| fact.known_to.is_none()));
    }
}

/// Forgets the files, so that the next question writes them anew.
pub async fn rebuild(db: &Db) -> Result<(), KpiError> {
    save(db, String::new()).await
}

async fn save(db: &Db, content: String) -> Result<(), KpiError> {
    db.keep(&Kept { kind: KIND, key: KEY.to_owned(), owner: None, content, expires_at: None }).await?;
    Ok(())
}

/// The manifest when its files are all there and were written by this builder.
async fn standing(db: &Db, folder: &Path, zone: &TimeZone) -> Result<Option<Manifest>, KpiError> {
    let note = db.kept(KIND, KEY).await?.map(|kept| kept.content).unwrap_or_default();
    let Ok(manifest) = serde_json::from_str::<Manifest>(&note) else { return Ok(None) };
    let same = manifest.builder == BUILDER_VERSION && manifest.zone == zone_name(zone);
    let complete = manifest.files.values().flatten().all(|name| folder.join(name).is_file());
    Ok((same && complete).then_some(manifest))
}

fn zone_name(zone: &TimeZone) -> String {
    zone.iana_name().unwrap_or("UTC").to_owned()
}

/// Records that changed after a seq; those of an import that was done or undone since count as changed.
pub(crate) async fn touched_since(db: &Db, seq: Seq) -> Result<BTreeMap<String, BTreeSet<RecordId>>, KpiError> {
    let mut touched = db.system().touched_after(seq).await?;
    for import in touched.get(IMPORT_ENTITY).cloned().unwrap_or_default() {
        for (entity, ids) in db.system().touched_by_import(import).await? {
            touched.entry(entity).or_default().extend(ids);
        }
    }
    Ok(touched)
}

impl Builder<'_> {
    /// Reads the whole log into new files; the manifest names them last, so that a stop in between costs only the work.
    async fn build(&self, folder: &Path, upto: Seq) -> Result<Manifest, KpiError> {
        let failed = |error| KpiError::Files(folder.display().to_string(), error);
        std::fs::create_dir_all(folder).map_err(failed)?;
        let mut manifest = Manifest {
            builder: BUILDER_VERSION,
            zone: zone_name(self.zone),
            upto: upto.0,
            files: BTreeMap::new(),
            facts: BTreeMap::new(),
            words: BTreeMap::new(),
            moved: BTreeMap::new(),
        };
        let entities: BTreeSet<&str> = FACT_TYPES.iter().map(|fact_type| fact_type.entity).collect();
        for entity in entities {
            let types: Vec<&'static FactType> =
                FACT_TYPES.iter().copied().filter(|fact_type| fact_type.entity == entity).collect();
            let mut drafts = Vec::new();
            for fact_type in &types {
                let name = format!("{}-{}-{BUILDER_VERSION}.parquet", fact_type.name, upto);
                // Two processes may write the same file at once; each has its own draft, and either outcome is right.
                let draft = folder.join(format!("{name}.{}.draft", std::process::id()));
                drafts.push((SegmentWriter::create(&draft, fact_type), draft, name));
            }
            if let Some(record_type) = self.db.registry().get(entity) {
                for (entity, ids) in self.fold(record_type, &types, &mut drafts).await? {
                    manifest.moved.entry(entity.to_owned()).or_default().extend(ids);
                }
            }
            for (fact_type, (writer, draft, name)) in types.iter().zip(drafts) {
                let written = writer.finish().await?;
                manifest.facts.insert(fact_type.name.to_owned(), written.facts);
                let words = written.words.into_iter().map(str::to_owned).collect();
                manifest.words.insert(fact_type.name.to_owned(), words);
                std::fs::rename(&draft, folder.join(&name)).map_err(failed)?;
                manifest.files.insert(fact_type.name.to_owned(), vec![name]);
            }
        }
        let before = standing(self.db, folder, self.zone).await?;
        save(self.db, serde_json::to_string(&manifest).unwrap_or_default()).await?;
        remove_others(folder, [Some(&manifest), before.as_ref()]).map_err(failed)?;
        Ok(manifest)
    }

    /// Every record's history once, whatever the number of fact types it yields. Says which children have moved.
    async fn fold(
        &self,
        record_type: &'static RecordType,
        types: &[&'static FactType],
        drafts: &mut [(SegmentWriter, PathBuf, String)],
    ) -> Result<BTreeMap<&'static str, BTreeSet<RecordId>>, KpiError> {
        let (mut after, mut beside) = (RecordId(0), Beside::default());
        loop {
            let histories = self.db.system().histories_after(record_type, after, ROWS_A_PAGE, false).await?;
            let Some(last) = histories.keys().next_back() else { return self.moved(&beside).await };
            after = *last;
            beside.turn();
            for (fact_type, (writer, ..)) in types.iter().zip(drafts.iter_mut()) {
                for fact in self.facts_of(fact_type, &histories, &mut beside).await? {
                    writer.push(fact)?;
                }
            }
        }
    }

    /// Children that name another parent now than they once did, or none.
    async fn moved(&self, beside: &Beside<'_>) -> Result<BTreeMap<&'static str, BTreeSet<RecordId>>, KpiError> {
        let mut moved: BTreeMap<&str, BTreeSet<RecordId>> = BTreeMap::new();
        for ((field, entity), by_parent) in &beside.children {
            let Some(record_type) = self.db.registry().get(entity) else { continue };
            let named: BTreeSet<(RecordId, RecordId)> = by_parent
                .iter()
                .flat_map(|(parent, children)| children.keys().map(|child| (*child, *parent)))
                .collect();
            let standing = self.db.system().all(record_type).await?;
            let now = |child: &Record| Some((child.id, child.value(field).as_reference()?));
            let now: BTreeSet<(RecordId, RecordId)> = standing.iter().filter_map(now).collect();
            moved.entry(entity).or_default().extend(named.difference(&now).map(|(child, _)| *child));
        }
        Ok(moved)
    }

    /// The records of a type whose facts may have changed: they themselves, their parent, a child.
    async fn changed(
        &self,
        fact_type: &FactType,
        touched: &BTreeMap<String, BTreeSet<RecordId>>,
    ) -> Result<BTreeSet<RecordId>, KpiError> {
        let mut records = touched.get(fact_type.entity).cloned().unwrap_or_default();
        let registry = self.db.registry();
        for related in fact_type.related {
            match related {
                Related::Parent { field, entity } => {
                    if let (Some(record_type), Some(parents)) = (registry.get(fact_type.entity), touched.get(*entity)) {
                        records.extend(self.db.system().referencing(record_type, field, parents).await?);
                    }
                }
                Related::Named { field, entity } => {
                    if let (Some(record_type), Some(named)) = (registry.get(fact_type.entity), touched.get(*entity)) {
                        // Through the log: whom a record once named it names no more.
                        let histories = organisation::histories(self.db, record_type).await?;
                        let names =
                            |rows: &Vec<LogRow>| referenced(field, rows).into_iter().any(|id| named.contains(&id));
                        records.extend(histories.iter().filter(|(_, rows)| names(rows)).map(|(id, _)| *id));
                    }
                }
                Related::Children { entity, field } => {
                    if let (Some(record_type), Some(children)) = (registry.get(entity), touched.get(*entity)) {
                        let histories = self.db.system().histories(record_type, children).await?;
                        records.extend(histories.values().flat_map(|rows| referenced(field, rows)));
                    }
                }
                Related::Beside { entity, field } => {
                    let (own, other) = (registry.get(fact_type.entity), registry.get(entity));
                    if let (Some(own), Some(other), Some(ids)) = (own, other, touched.get(*entity)) {
                        let histories = self.db.system().histories(other, ids).await?;
                        let named = histories.values().flat_map(|rows| referenced(field, rows)).collect();
                        records.extend(self.db.system().referencing(own, field, &named).await?);
                    }
                }
                Related::Alike { .. } => {
                    let own = touched.get(fact_type.entity).cloned().unwrap_or_default();
                    records.extend(self.db.system().alike(&own).await?);
                }
                Related::All { .. } => {}
            }
        }
        Ok(records)
    }

    async fn facts_of(
        &self,
        fact_type: &FactType,
        histories: &Histories,
        beside: &mut Beside<'_>,
    ) -> Result<Vec<KnownFact>, KpiError> {
        let (mut parent, mut child, mut near) = (None, None, None);
        for related in fact_type.related.iter().filter(|_| !histories.is_empty()) {
            match related {
                Related::Parent { field, entity } | Related::Named { field, entity } => {
                    parent = Some((*field, *entity));
                    if let Some(record_type) = self.db.registry().get(entity)
                        && !beside.parents.contains_key(&(*field, *entity))
                    {
                        let ids = histories.values().flat_map(|rows| referenced(field, rows)).collect();
                        beside.parents.insert((field, entity), self.db.system().histories(record_type, &ids).await?);
                    }
                }
                Related::Children { entity, field } | Related::Beside { entity, field } => {
                    let is_child = matches!(related, Related::Children { .. });
                    *(if is_child { &mut child } else { &mut near }) = Some((*field, *entity));
                    if let Some(record_type) = self.db.registry().get(entity)
                        && !beside.children.contains_key(&(*field, *entity))
                    {
                        let near = match beside.moved {
                            None => organisation::histories(self.db, record_type).await?,
                            Some(moved) => {
                                let named = || histories.values().flat_map(|rows| referenced(field, rows));
                                let parents =
                                    if is_child { histories.keys().copied().collect() } else { named().collect() };
                                let mut ids = self.db.system().referencing(record_type, field, &parents).await?;
                                ids.extend(moved.get(*entity).into_iter().flatten());
                                self.db.system().histories(record_type, &ids).await?
                            }
                        };
                        beside.children.insert((field, entity), by_parent(field, near));
                    }
                }
                Related::Alike { marks, .. } => {
                    if beside.alike.is_none() {
                        beside.alike = Some(self.alike(fact_type, marks, histories).await?);
                    }
                }
                Related::All { .. } => {}
            }
        }
        let (no_parents, no_children, nobody) = (Histories::new(), BTreeMap::new(), Alike::default());
        let around = Around {
            parents: parent.and_then(|parent| beside.parents.get(&parent)).unwrap_or(&no_parents),
            children: child.and_then(|child| beside.children.get(&child)).unwrap_or(&no_children),
            beside: near.and_then(|near| beside.children.get(&near)).unwrap_or(&no_children),
            alike: beside.alike.as_ref().unwrap_or(&nobody),
            whole: &self.whole,
            imports: self.imports,
            zone: self.zone,
        };
        Ok(histories.values().flat_map(|rows| known_facts(fact_type, rows, &around)).collect())
    }

    /// Who ever shared one of these marks with records of a type.
    async fn alike(&self, fact_type: &FactType, marks: &[&str], histories: &Histories) -> Result<Alike, KpiError> {
        let Some(record_type) = self.db.registry().get(fact_type.entity) else { return Ok(Alike::default()) };
        let numbers = histories.values().flat_map(|rows| marked(marks, rows)).collect();
        let mut by_mark = self.db.system().marked(&numbers).await?;
        by_mark.retain(|_, ids| ids.len() > 1);
        let ids = by_mark.values().flatten().copied().collect();
        Ok(Alike { by_mark, histories: self.db.system().histories(record_type, &ids).await? })
    }
}

/// Histories under every record that they ever named.
fn by_parent(field: &str, histories: Histories) -> BTreeMap<RecordId, Histories> {
    let mut found: BTreeMap<RecordId, Histories> = BTreeMap::new();
    for (id, rows) in histories {
        for parent in referenced(field, &rows) {
            found.entry(parent).or_default().insert(id, rows.clone());
        }
    }
    found
}

/// Deletes files that neither this manifest nor the one before names: somebody may still be reading those.
fn remove_others(folder: &Path, manifests: [Option<&Manifest>; 2]) -> std::io::Result<()> {
    let names = manifests.into_iter().flatten().flat_map(|manifest| manifest.files.values().flatten());
    let named: BTreeSet<PathBuf> = names.map(|name| folder.join(name)).collect();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "parquet") && !named.contains(&path) {
            std::fs::remove_file(path)?;
        }
    }
    Ok(())
}
