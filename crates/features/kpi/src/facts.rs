//! Facts on disk and in memory: files written from the log, and the tail of records that changed since.

use crate::KpiError;
use base::{RecordId, Seq};
use db::{Db, IMPORT_ENTITY, Kept};
use jiff::tz::TimeZone;
use kpi_engine::{Facts, SegmentWriter};
use rules::{
    facts::{BUILDER_VERSION, FACT_TYPES, FactType, KnownFact, known_facts, parent_ids},
    log::{Imports, LogRow},
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
/// Records folded in memory for one question; beyond that the files are written anew.
const TAIL: usize = 20_000;

/// Which files stand, and up to which seq they know the log.
#[derive(Debug, Serialize, Deserialize)]
struct Manifest {
    builder: u32,
    zone: String,
    upto: i64,
    files: BTreeMap<String, Vec<String>>,
}

/// All facts as known at `seq`.
pub(crate) struct View {
    pub facts: BTreeMap<&'static str, Facts>,
    pub seq: Seq,
}

/// The facts of now: from the files and the records that changed since they were written.
pub(crate) async fn view(db: &Db, folder: &Path, zone: &TimeZone) -> Result<View, KpiError> {
    let seq = db.system().last_seq().await?;
    // Several databases may keep their files in one folder.
    let folder = &folder.join(db.system().hash_at(Seq(1)).await?.unwrap_or_else(|| "empty".to_owned()));
    let imports = db.system().imports().await?;
    let mut manifest = standing(db, folder, zone).await?;
    let mut touched = match &manifest {
        Some(manifest) => touched_since(db, Seq(manifest.upto)).await?,
        None => BTreeMap::new(),
    };
    if manifest.is_none() || touched.values().map(BTreeSet::len).sum::<usize>() > TAIL {
        manifest = Some(build(db, folder, zone, seq, &imports).await?);
        touched = BTreeMap::new();
    }
    let mut facts = BTreeMap::new();
    for fact_type in FACT_TYPES {
        let names = manifest.as_ref().and_then(|manifest| manifest.files.get(fact_type.name));
        let files = names.into_iter().flatten().map(|name| folder.join(name)).collect();
        let (replaced, tail) = tail(db, fact_type, &touched, &imports, zone).await?;
        facts.insert(fact_type.name, Facts { files, tail, replaced });
    }
    Ok(View { facts, seq })
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
async fn touched_since(db: &Db, seq: Seq) -> Result<BTreeMap<String, BTreeSet<RecordId>>, KpiError> {
    let mut touched = db.system().touched_after(seq).await?;
    for import in touched.get(IMPORT_ENTITY).cloned().unwrap_or_default() {
        for (entity, ids) in db.system().touched_by_import(import).await? {
            touched.entry(entity).or_default().extend(ids);
        }
    }
    Ok(touched)
}

/// Reads the whole log into new files; the manifest names them last, so that a stop in between costs only the work.
async fn build(db: &Db, folder: &Path, zone: &TimeZone, upto: Seq, imports: &Imports) -> Result<Manifest, KpiError> {
    let failed = |error| KpiError::Files(folder.display().to_string(), error);
    std::fs::create_dir_all(folder).map_err(failed)?;
    let mut files = BTreeMap::new();
    for fact_type in FACT_TYPES {
        let name = format!("{}-{}-{BUILDER_VERSION}.parquet", fact_type.name, upto);
        // Two processes may write the same file at once; each has its own draft, and either outcome is right.
        let draft = folder.join(format!("{name}.{}.draft", std::process::id()));
        let mut writer = SegmentWriter::create(&draft, fact_type)?;
        if let Some(record_type) = db.registry().get(fact_type.entity) {
            let mut after = RecordId(0);
            loop {
                let histories = db.system().histories_after(record_type, after, ROWS_A_PAGE, false).await?;
                let Some(last) = histories.keys().next_back() else { break };
                after = *last;
                for fact in facts_of(db, fact_type, &histories, imports, zone).await? {
                    writer.push(fact)?;
                }
            }
        }
        writer.finish()?;
        std::fs::rename(&draft, folder.join(&name)).map_err(failed)?;
        files.insert(fact_type.name.to_owned(), vec![name]);
    }
    let before = standing(db, folder, zone).await?;
    let manifest = Manifest { builder: BUILDER_VERSION, zone: zone_name(zone), upto: upto.0, files };
    save(db, serde_json::to_string(&manifest).unwrap_or_default()).await?;
    remove_others(folder, [Some(&manifest), before.as_ref()]).map_err(failed)?;
    Ok(manifest)
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

async fn tail(
    db: &Db,
    fact_type: &'static FactType,
    touched: &BTreeMap<String, BTreeSet<RecordId>>,
    imports: &Imports,
    zone: &TimeZone,
) -> Result<(BTreeSet<RecordId>, Vec<KnownFact>), KpiError> {
    let mut records = touched.get(fact_type.entity).cloned().unwrap_or_default();
    let record_type: Option<&'static RecordType> = db.registry().get(fact_type.entity);
    let Some(record_type) = record_type else { return Ok(<_>::default()) };
    if let Some(parent) = fact_type.parent
        && let Some(parents) = touched.get(parent.entity)
    {
        records.extend(db.system().referencing(record_type, parent.field, parents).await?);
    }
    let histories = db.system().histories(record_type, &records).await?;
    let facts = facts_of(db, fact_type, &histories, imports, zone).await?;
    Ok((records, facts))
}

async fn facts_of(
    db: &Db,
    fact_type: &FactType,
    histories: &BTreeMap<RecordId, Vec<LogRow>>,
    imports: &Imports,
    zone: &TimeZone,
) -> Result<Vec<KnownFact>, KpiError> {
    let mut parents = BTreeMap::new();
    if let Some(parent) = fact_type.parent
        && let Some(parent_type) = db.registry().get(parent.entity)
    {
        let ids = histories.values().flat_map(|rows| parent_ids(parent, rows)).collect();
        parents = db.system().histories(parent_type, &ids).await?;
    }
    Ok(histories.values().flat_map(|rows| known_facts(fact_type, rows, &parents, imports, zone)).collect())
}
