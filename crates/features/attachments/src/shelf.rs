//! What is attached to a record: listed, added, opened, taken out.

use crate::{AttachmentError, Holders};
use base::RecordId;
use db::{Change, Db, DbError, Record};
use futures::future::BoxFuture;
use rules::{
    access::Viewer,
    log::{Event, Origin},
    record::{
        Field,
        FieldKind::{Integer, Moment, Reference, Text},
        RecordType, Scope, Value,
    },
};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::WebError;

/// The largest file.
pub const LARGEST_BYTES: usize = 10_000_000;
/// So many files a record has.
pub const MOST_FILES: usize = 10;
const LONGEST_NAME: usize = 120;
/// Of a name that is cut, so long an ending stays.
const LONGEST_ENDING: usize = 12;

/// A file, and the record that it belongs to. Whoever may read that is told by its feature.
pub static ATTACHMENT: RecordType = RecordType {
    name: "attachment",
    title: "name",
    scope: Scope::Own("attached_by"),
    fields: &[
        Field::new("of_type", Text).required(),
        Field::new("of_record", Integer).required(),
        Field::new("name", Text).required().personal(),
        Field::new("size", Integer).required(),
        Field::new("attached_by", Reference("person")),
        Field::new("attached_at", Moment).required(),
        Field::new("content", Text).content(),
    ],
    listed: &["name", "size", "attached_by", "attached_at"],
    ordered: &[],
    indexes: &[&["of_record"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[&ATTACHMENT];

/// What somebody may do with a record's files, and where they are shown.
#[derive(Debug, Clone)]
pub struct May {
    pub add: bool,
    /// Only what this person attached counts: a record that passed to another writer.
    pub only_by: Option<RecordId>,
    pub page: String,
}

type Asked = BoxFuture<'static, Result<Option<May>, WebError>>;

/// A record type that takes files.
pub struct Holder {
    entity: &'static str,
    may: Box<dyn Fn(Viewer, RecordId) -> Asked + Send + Sync>,
}

impl Holder {
    /// `may` answers with none where somebody may not read the record, or it is not there.
    pub fn new<F>(record_type: &RecordType, may: impl Fn(Viewer, RecordId) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Result<Option<May>, WebError>> + Send + 'static,
    {
        Self { entity: record_type.name, may: Box::new(move |viewer, id| Box::pin(may(viewer, id))) }
    }
}

/// A file that is attached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attachment {
    pub id: RecordId,
    pub name: String,
    pub bytes: i64,
    pub by: Option<RecordId>,
    pub at: jiff::Timestamp,
}

/// The files that somebody may reach.
pub struct Attachments {
    db: Db,
    viewer: Viewer,
    holders: Holders,
}

impl Attachments {
    /// On somebody's behalf.
    pub fn new(db: Db, viewer: Viewer, holders: Holders) -> Self {
        Self { db, viewer, holders }
    }

    async fn may(&self, entity: &str, id: RecordId) -> Result<May, AttachmentError> {
        let holder = self.holders.iter().find(|holder| holder.entity == entity);
        let holder = holder.ok_or(AttachmentError::NotThere)?;
        (holder.may)(self.viewer.clone(), id).await?.ok_or(AttachmentError::NotThere)
    }

    pub async fn list(&self, entity: &str, id: RecordId) -> Result<(May, Vec<Attachment>), AttachmentError> {
        let may = self.may(entity, id).await?;
        let mut found = of_all(&self.db, entity, &BTreeSet::from([id])).await?.remove(&id).unwrap_or_default();
        found.retain(|one| may.counts(one));
        Ok((may, found))
    }

    pub async fn add(
        &self,
        (entity, id): (&str, RecordId),
        name: &str,
        content: Vec<u8>,
        origin: Origin,
    ) -> Result<Attachment, AttachmentError> {
        let (may, found) = self.list(entity, id).await?;
        if !may.add {
            return Err(AttachmentError::ReadOnly);
        }
        if found.len() >= MOST_FILES {
            return Err(AttachmentError::Enough);
        }
        let name = file_name(name).ok_or(AttachmentError::NoName)?;
        if content.is_empty() {
            return Err(AttachmentError::NoFile);
        }
        if content.len() > LARGEST_BYTES {
            return Err(AttachmentError::TooLarge(name));
        }
        let added = Attachment {
            id: self.db.new_id().await?,
            bytes: i64::try_from(content.len()).unwrap_or(i64::MAX),
            by: self.viewer.person,
            at: self.db.now(),
            name,
        };
        let fields = vec![
            ("of_type", Value::Text(entity.to_owned())),
            ("of_record", Value::Integer(id.0)),
            ("name", Value::Text(added.name.clone())),
            ("size", Value::Integer(added.bytes)),
            ("attached_by", added.by.map_or(Value::Null, Value::Reference)),
            ("attached_at", Value::Moment(added.at)),
        ];
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::create(&ATTACHMENT, added.id, fields))?;
        tx.attach(&ATTACHMENT, added.id, content);
        tx.commit().await?;
        // Meanwhile the record may have been handed in or erased, or others may have attached as much.
        let told = self.list(entity, id).await;
        let is_first = |found: &[Attachment]| found.iter().take(MOST_FILES).any(|one| one.id == added.id);
        let refused = match told {
            Ok((may, found)) if may.add && is_first(&found) => return Ok(added),
            Ok((may, _)) if may.add => AttachmentError::Enough,
            Ok(_) => AttachmentError::ReadOnly,
            Err(error) => error,
        };
        self.forget(added.id, origin).await?;
        Err(refused)
    }

    async fn reachable(&self, id: RecordId) -> Result<(Record, Attachment, May), AttachmentError> {
        let record = self.db.system().get(&ATTACHMENT, id).await?.filter(|record| !record.archived);
        let record = record.ok_or(AttachmentError::NotThere)?;
        let (entity, of) = holder_of(&record).ok_or(AttachmentError::NotThere)?;
        let may = self.may(entity, of).await?;
        let found = read(&record).filter(|one| may.counts(one)).ok_or(AttachmentError::NotThere)?;
        Ok((record, found, may))
    }

    /// A file with what is in it.
    pub async fn open(&self, id: RecordId) -> Result<(Attachment, Vec<u8>), AttachmentError> {
        let (record, found, _) = self.reachable(id).await?;
        let content = self.db.system().content(&record).await?.ok_or(AttachmentError::Sealed)?;
        Ok((found, content))
    }

    /// The log knows that there was one.
    async fn forget(&self, id: RecordId, origin: Origin) -> Result<(), DbError> {
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::of(&ATTACHMENT, id, Event::Erase))?;
        tx.put(Change::of(&ATTACHMENT, id, Event::Archive))?;
        tx.commit().await.map(drop)
    }

    /// Takes a file out for good, where one could be added. Where its page is.
    pub async fn remove(&self, id: RecordId, origin: Origin) -> Result<String, AttachmentError> {
        let (_, _, may) = self.reachable(id).await?;
        if !may.add {
            return Err(AttachmentError::ReadOnly);
        }
        self.forget(id, origin).await?;
        Ok(may.page)
    }
}

impl May {
    pub fn counts(&self, attachment: &Attachment) -> bool {
        self.only_by.is_none_or(|by| attachment.by == Some(by))
    }
}

fn holder_of(record: &Record) -> Option<(&str, RecordId)> {
    Some((record.value("of_type").as_text()?, RecordId(record.value("of_record").as_integer()?)))
}

fn read(record: &Record) -> Option<Attachment> {
    Some(Attachment {
        id: record.id,
        name: record.value("name").as_text()?.to_owned(),
        bytes: record.value("size").as_integer()?,
        by: record.value("attached_by").as_reference(),
        at: record.value("attached_at").as_moment()?,
    })
}

/// Those that were taken out too.
async fn records(db: &Db, entity: &str, ids: &BTreeSet<RecordId>) -> Result<Vec<Record>, DbError> {
    let found = db.system().referencing(&ATTACHMENT, "of_record", ids).await?;
    let mut found: Vec<Record> = db.system().many(&ATTACHMENT, &found).await?.into_values().collect();
    found.retain(|record| holder_of(record).is_some_and(|(of, _)| of == entity));
    Ok(found)
}

/// What is attached to records, for a feature that has told whoever asks that they may read them.
pub async fn of_all(
    db: &Db,
    entity: &str,
    ids: &BTreeSet<RecordId>,
) -> Result<BTreeMap<RecordId, Vec<Attachment>>, DbError> {
    let mut found: BTreeMap<RecordId, Vec<Attachment>> = BTreeMap::new();
    for record in records(db, entity, ids).await?.into_iter().filter(|record| !record.archived) {
        if let (Some((_, of)), Some(one)) = (holder_of(&record), read(&record)) {
            found.entry(of).or_default().push(one);
        }
    }
    for files in found.values_mut() {
        files.sort_by_key(|file| file.id);
    }
    Ok(found)
}

/// The erasure of what is attached to records, for the feature that erases these.
pub async fn erased(
    db: &Db,
    entity: &str,
    ids: &BTreeSet<RecordId>,
) -> Result<BTreeMap<RecordId, Vec<Change>>, DbError> {
    let mut found: BTreeMap<RecordId, Vec<Change>> = BTreeMap::new();
    for record in records(db, entity, ids).await? {
        if let Some((_, of)) = holder_of(&record) {
            found.entry(of).or_default().push(Change::of(&ATTACHMENT, record.id, Event::Erase));
        }
    }
    Ok(found)
}

/// A name without a path, and without what a screen would not show or shows in another order.
fn file_name(given: &str) -> Option<String> {
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let is_shown = |letter: &char| {
        !letter.is_control()
            && !matches!(letter, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    let name: String = last.chars().filter(is_shown).collect();
    let name = name.trim();
    let letters = name.chars().count();
    if !name.chars().any(char::is_alphanumeric) {
        return None;
    }
    if letters <= LONGEST_NAME {
        return Some(name.to_owned());
    }
    let ending =
        name.rsplit_once('.').map(|(_, ending)| ending).filter(|ending| ending.chars().count() <= LONGEST_ENDING);
    let ending = ending.map_or_else(|| "…".to_owned(), |ending| format!("….{ending}"));
    let stays = LONGEST_NAME - ending.chars().count();
    Some(name.chars().take(stays).chain(ending.chars()).collect())
}

#[cfg(test)]
mod tests {
    use super::file_name;

    #[test]
    fn a_name_has_no_path_and_nothing_unseen() {
        assert_eq!(file_name("visit.pdf").as_deref(), Some("visit.pdf"));
        assert_eq!(file_name("C:\\Users\\me\\ผลงาน 2026.pdf").as_deref(), Some("ผลงาน 2026.pdf"));
        assert_eq!(file_name("../../etc/passwd").as_deref(), Some("passwd"));
        assert_eq!(file_name("fdp\u{202e}exe.pdf\r\n").as_deref(), Some("fdpexe.pdf"));
        for nothing in ["", "  ", "..", "a/", "\u{7}", "\u{200b}", "\u{200d}.\u{feff}"] {
            assert_eq!(file_name(nothing), None, "{nothing:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let name = file_name(&format!("{}.xlsx", "売".repeat(300))).expect("a name");
        assert_eq!(name.chars().count(), super::LONGEST_NAME);
        assert!(name.ends_with("売….xlsx"), "{name}");
        let name = file_name(&"a".repeat(300)).expect("a name");
        assert_eq!(name.chars().count(), super::LONGEST_NAME);
    }
}
