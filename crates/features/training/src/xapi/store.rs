//! Statements kept and found.

use super::{
    learned::Learned,
    records::{SOURCE, XAPI_ATTACHMENT, XAPI_STATEMENT},
};
use crate::{Training, TrainingError, assignments::TRIES};
use base::RecordId;
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use crm::TRAINING;
use db::{Change, DbError, Filter, ListQuery, Record};
use jiff::{SignedDuration, Timestamp};
use rules::{
    log::Origin,
    record::{EXTERNAL_ID, EXTERNAL_SOURCE, Value},
    xapi::{Query, Statement, VOIDED, Version},
};
use serde_json::Value as Json;
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::atomic::{AtomicI64, Ordering},
};
use tokio::sync::Mutex;

/// At most so many in an answer.
const PAGE: usize = 100;
/// Read from the database at once.
const BATCH: u64 = 200;
/// Looked at for one answer: what is not found by then is found by the next.
const MOST_READ: usize = 5_000;
/// A statement about a statement about a statement …
const DEEPEST: usize = 8;

static TURN: Mutex<()> = Mutex::const_new(());
/// Since when statements are being kept, in microseconds; nothing while none are.
static SINCE: AtomicI64 = AtomicI64::new(0);

struct Since;

impl Since {
    fn begin(now: Timestamp) -> Self {
        SINCE.store(now.as_microsecond(), Ordering::SeqCst);
        Self
    }
}

impl Drop for Since {
    fn drop(&mut self) {
        SINCE.store(0, Ordering::SeqCst);
    }
}

/// All statements stored until then can be found; none where no statement is on its way.
pub(super) fn consistent_through() -> Option<Timestamp> {
    let since = SINCE.load(Ordering::SeqCst);
    if since == 0 { None } else { Timestamp::from_microsecond(since).ok() }
}

/// What came with a statement.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Enclosed {
    pub sha2: String,
    pub content_type: String,
    pub content: Vec<u8>,
}

/// Who sends, and by which rules.
#[derive(Debug, Clone)]
pub(super) struct Sender {
    pub source: RecordId,
    pub authority: Json,
    pub version: Version,
}

#[derive(Debug, thiserror::Error)]
pub(super) enum StoreError {
    #[error("another statement has the id {0}; give yours an id of its own")]
    Taken(String),
    #[error("the id {0} stands twice in one request; each statement has its own")]
    Twice(String),
    #[error("{0} voids another statement and cannot be void itself")]
    VoidsVoiding(String),
    #[error(transparent)]
    Training(#[from] TrainingError),
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        match error {
            // The same id, at the same moment: the next try sees it.
            DbError::Duplicate { .. } => Self::Training(TrainingError::Moved),
            other => Self::Training(other.into()),
        }
    }
}

/// Some of what was asked for, and from where on there may be more.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub statements: Vec<Statement>,
    pub more: Option<Timestamp>,
}

impl Training {
    /// Keeps statements, all or none, with what they do. Each has its id.
    pub(super) async fn store(
        &self,
        sender: &Sender,
        statements: &[Statement],
        enclosed: &[Enclosed],
    ) -> Result<(), StoreError> {
        // In this process one after the other: the moments of statements are in the order in which they are there.
        let _turn = TURN.lock().await;
        let _since = Since::begin(self.db().now());
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_store(sender, statements, enclosed).await {
                Err(StoreError::Training(TrainingError::Moved)) if tries < TRIES => {}
                done => return done,
            }
        }
    }

    async fn try_store(
        &self,
        sender: &Sender,
        statements: &[Statement],
        enclosed: &[Enclosed],
    ) -> Result<(), StoreError> {
        let seq = self.db().system().last_seq().await.map_err(TrainingError::from)?;
        let mut tx = self.db().begin(None, Origin::Api);
        let mut learned = Learned::new(self).await?;
        // No two have the same moment: pages go on from one.
        let mut stored = self.last_stored().await?.map_or(self.db().now(), |last| last.max(self.db().now()));
        let mut new = BTreeMap::new();
        for statement in statements {
            let id = statement.id().unwrap_or_default().to_owned();
            if new.contains_key(&id) {
                return Err(StoreError::Twice(id));
            }
            if let Some(known) = self.statement(&id).await? {
                if is_same(&known, statement) {
                    continue;
                }
                return Err(StoreError::Taken(id));
            }
            let mut whole = statement.clone();
            stored = stored.saturating_add(SignedDuration::from_micros(1)).unwrap_or(stored);
            whole.complete(&id, stored, sender.authority.clone(), sender.version);
            new.insert(id, (whole, stored));
        }
        let ids: Vec<String> = new.keys().cloned().collect();
        let mut voided: BTreeMap<String, String> = BTreeMap::new();
        for id in &ids {
            if let Some(by) = self.voiding(sender.source, id).await? {
                voided.insert(id.clone(), by);
            }
        }
        let mut taken_back: BTreeMap<RecordId, (Record, String)> = BTreeMap::new();
        for (id, (statement, _)) in &new {
            let Some(target) = statement.voids() else { continue };
            let in_request = new.get(target).map(|(target, _)| target.voids().is_some());
            let known = self.statement(target).await?;
            let is_voiding = known.as_ref().map(|known| known.value("verb").as_text() == Some(VOIDED));
            if in_request.or(is_voiding) == Some(true) {
                return Err(StoreError::VoidsVoiding(target.to_owned()));
            }
            if new.contains_key(target) {
                voided.insert(target.to_owned(), id.clone());
            } else if let Some(known) = known.filter(|known| is_of(known, sender.source) && counts(known)) {
                taken_back.entry(known.id).or_insert((known, id.clone()));
            }
        }
        let gone: BTreeSet<RecordId> = taken_back.keys().copied().collect();
        for (id, (known, by)) in taken_back {
            tx.put(Change::set(&XAPI_STATEMENT, id, vec![("voided_by", Value::Text(by))]).based_on(seq))?;
            learned.undo(&known, &gone).await?;
        }
        // In the order in which they were sent.
        let mut in_order: Vec<_> = new.into_iter().collect();
        in_order.sort_by_key(|(_, (_, stored))| *stored);
        for (id, (statement, stored)) in in_order {
            let by = voided.get(&id);
            let fields = self.fields(sender, &mut learned, &statement, stored, by).await?;
            let external = [(EXTERNAL_SOURCE, Value::Text(SOURCE.to_owned())), (EXTERNAL_ID, Value::Text(id))];
            let record = self.db().new_id().await?;
            tx.put(Change::create(&XAPI_STATEMENT, record, external.into_iter().chain(fields).collect()))?;
        }
        self.enclose(&mut tx, enclosed).await?;
        for (training, fields) in learned.changes {
            tx.put(Change::set(&TRAINING, training, fields).based_on(seq))?;
        }
        tx.commit().await?;
        Ok(())
    }

    async fn fields(
        &self,
        sender: &Sender,
        learned: &mut Learned,
        statement: &Statement,
        stored: Timestamp,
        voided_by: Option<&String>,
    ) -> Result<Vec<(&'static str, Value)>, TrainingError> {
        let lesson = learned.read(statement, voided_by.is_none()).await?;
        let text = |text: Option<&str>| text.map_or(Value::Null, |text| Value::Text(text.to_owned()));
        let reference = |id: Option<RecordId>| id.map_or(Value::Null, Value::Reference);
        Ok(vec![
            ("source", Value::Reference(sender.source)),
            ("stored", Value::Moment(stored)),
            ("person", reference(lesson.person)),
            ("verb", text(Some(statement.verb()))),
            ("activity", text(statement.object_activity())),
            ("registration", text(statement.registration())),
            ("refers_to", text(statement.refers_to())),
            ("voided_by", text(voided_by.map(String::as_str))),
            ("told", text(Some(lesson.told.name()))),
            ("training", reference(lesson.training)),
            ("body", Value::Text(Json::Object(statement.json().clone()).to_string())),
        ])
    }

    /// What is not kept yet: the same content is kept once.
    async fn enclose(&self, tx: &mut db::Tx, enclosed: &[Enclosed]) -> Result<(), StoreError> {
        let mut seen = BTreeSet::new();
        for one in enclosed {
            if !seen.insert(&one.sha2) || self.attachment(&one.sha2).await?.is_some() {
                continue;
            }
            let fields = vec![
                (EXTERNAL_SOURCE, Value::Text(SOURCE.to_owned())),
                (EXTERNAL_ID, Value::Text(one.sha2.clone())),
                ("content_type", Value::Text(one.content_type.clone())),
                ("content", Value::Text(BASE64.encode(&one.content))),
            ];
            tx.put(Change::create(&XAPI_ATTACHMENT, self.db().new_id().await?, fields))?;
        }
        Ok(())
    }

    async fn last_stored(&self) -> Result<Option<Timestamp>, TrainingError> {
        // Only what is later than now matters.
        let now = self.db().now();
        let query =
            ListQuery { sort: Some(("stored", true)), from: Some(("stored", now)), limit: 1, ..ListQuery::default() };
        let found = self.db().system().list(&XAPI_STATEMENT, &query).await?;
        Ok(found.first().and_then(|one| one.value("stored").as_moment()))
    }

    async fn statement(&self, id: &str) -> Result<Option<Record>, TrainingError> {
        let mut found = self.db().system().named(&XAPI_STATEMENT, id).await?;
        Ok(found.pop())
    }

    /// The statement that voids one, if it came first.
    async fn voiding(&self, source: RecordId, id: &str) -> Result<Option<String>, TrainingError> {
        let filters = vec![
            Filter("refers_to", Value::Text(id.to_owned())),
            Filter("verb", Value::Text(VOIDED.to_owned())),
            Filter("source", Value::Reference(source)),
        ];
        let found =
            self.db().system().list(&XAPI_STATEMENT, &ListQuery { filters, limit: 1, ..ListQuery::default() }).await?;
        Ok(found.first().and_then(|one| one.external_id().map(str::to_owned)))
    }

    pub(super) async fn attachment(&self, sha2: &str) -> Result<Option<Enclosed>, TrainingError> {
        let found = self.db().system().named(&XAPI_ATTACHMENT, sha2).await?.pop();
        Ok(found.and_then(|one| {
            let content = BASE64.decode(one.value("content").as_text()?).ok()?;
            Some(Enclosed { sha2: sha2.to_owned(), content_type: one.title(), content })
        }))
    }

    /// One by its id: void ones where those are asked for, and others where not.
    pub(super) async fn one(&self, source: RecordId, id: &str, void: bool) -> Result<Option<Statement>, TrainingError> {
        let found = self.statement(id).await?;
        Ok(found.filter(|one| is_of(one, source) && counts(one) != void).as_ref().and_then(read))
    }

    /// What a search finds from a moment on: the last stored first, or the first.
    pub(super) async fn find(
        &self,
        source: RecordId,
        query: &Query,
        cursor: Option<Timestamp>,
    ) -> Result<Found, TrainingError> {
        let next = |moment: Timestamp| moment.saturating_add(SignedDuration::from_micros(1)).unwrap_or(moment);
        let (mut from, mut before) = (query.since.map(next), query.until.map(next));
        if let Some(cursor) = cursor {
            *(if query.ascending { &mut from } else { &mut before }) =
                Some(if query.ascending { next(cursor) } else { cursor });
        }
        let wanted = if query.limit == 0 { PAGE } else { query.limit.min(PAGE) };
        let mut found = Found::default();
        let mut looked_at = 0;
        loop {
            let asked = ListQuery {
                filters: vec![Filter("source", Value::Reference(source))],
                sort: Some(("stored", !query.ascending)),
                from: from.map(|from| ("stored", from)),
                before: before.map(|before| ("stored", before)),
                limit: BATCH,
                ..ListQuery::default()
            };
            let rows = self.db().system().list(&XAPI_STATEMENT, &asked).await?;
            for row in &rows {
                let Some(stored) = row.value("stored").as_moment() else { continue };
                if found.statements.len() == wanted || looked_at == MOST_READ {
                    return Ok(found);
                }
                looked_at += 1;
                found.more = Some(stored);
                *(if query.ascending { &mut from } else { &mut before }) =
                    Some(if query.ascending { next(stored) } else { stored });
                let Some(statement) = read(row) else { continue };
                if counts(row) && (statement.matches(query) || self.refers_to_match(query, &statement).await?) {
                    found.statements.push(statement);
                }
            }
            if rows.len() < usize::try_from(BATCH).unwrap_or_default() {
                found.more = None;
                return Ok(found);
            }
        }
    }

    /// Whether what it is about is what is searched for (1.0.3, Communication 2.1.3).
    async fn refers_to_match(&self, query: &Query, statement: &Statement) -> Result<bool, TrainingError> {
        let mut target = statement.refers_to().map(str::to_owned);
        for _ in 0..DEEPEST {
            let Some(id) = target else { return Ok(false) };
            let Some(found) = self.statement(&id).await?.as_ref().and_then(read) else { return Ok(false) };
            if found.matches(query) {
                return Ok(true);
            }
            target = found.refers_to().map(str::to_owned);
        }
        Ok(false)
    }
}

/// A tool reads, and takes back, what it said itself.
fn is_of(record: &Record, source: RecordId) -> bool {
    record.value("source").as_reference() == Some(source)
}

fn counts(record: &Record) -> bool {
    record.value("voided_by").as_text().is_none()
}

pub(super) fn read(record: &Record) -> Option<Statement> {
    serde_json::from_str(record.value("body").as_text()?).ok().and_then(Statement::stored_as)
}

fn is_same(known: &Record, statement: &Statement) -> bool {
    read(known).is_some_and(|known| known.same_as(statement))
}
