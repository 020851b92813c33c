//! What learning tools keep: how far somebody is in an activity, and profiles of activities and agents (xAPI 1.0.3, Communication 2.2,
//! 2.3, 2.6, 2.7 and 3.1).

use super::{
    http::{Asked, Refused, Resource, last_modified},
    multipart::hex,
    records::{SOURCE, XAPI_DOCUMENT},
    store::Sender,
};
use crate::{Training, TrainingError, assignments::TRIES};
use axum::{
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use db::{Change, DbError, Filter, ListQuery, Record};
use jiff::Timestamp;
use rules::{
    log::Origin,
    record::{EXTERNAL_ID, EXTERNAL_SOURCE, Value},
    xapi::{Kind, Version, agent, is_iri},
};
use serde_json::{Map, Value as Json, json};
use sha1::{Digest as _, Sha1};

/// What a tool keeps of somebody is how far they are, and no film.
const LARGEST_BYTES: usize = 256 * 1024;
const JSON: &str = "application/json";

/// Where a document stands: which one, or all of a place.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Place {
    resource: &'static str,
    /// A hash of activity and agent: it names nobody.
    within: String,
    registration: Option<String>,
    document: Option<String>,
    since: Option<Timestamp>,
}

/// What is there.
#[derive(Debug, Clone)]
struct Document {
    record: Record,
    content_type: String,
    content: Vec<u8>,
    stored: Option<Timestamp>,
}

impl Document {
    fn read(record: Record) -> Option<Self> {
        let content = BASE64.decode(record.value("content").as_text()?).ok()?;
        let content_type = record.value("content_type").as_text()?.to_owned();
        Some(Self { content_type, content, stored: record.value("stored").as_moment(), record })
    }

    fn tag(&self) -> String {
        format!("\"{}\"", hex(&Sha1::digest(&self.content)))
    }

    fn object(&self) -> Option<Map<String, Json>> {
        if is_json(&self.content_type) { serde_json::from_slice(&self.content).ok() } else { None }
    }
}

fn is_json(content_type: &str) -> bool {
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JSON))
}

impl Place {
    fn read(asked: &Asked, what: Resource, sender: &Sender) -> Result<Self, Refused> {
        let version = sender.version;
        let (resource, named, takes) = match what {
            Resource::State => ("state", "stateId", &["activityId", "agent", "registration", "stateId", "since"][..]),
            Resource::AgentProfile => ("agent_profile", "profileId", &["agent", "profileId", "since"][..]),
            _ => ("activity_profile", "profileId", &["activityId", "profileId", "since"][..]),
        };
        let mut of = Vec::new();
        let (mut registration, mut document, mut since) = (None, None, None);
        for (place, (name, value)) in asked.pairs.iter().enumerate() {
            if !takes.contains(&name.as_str()) {
                return Err(Refused::bad(format!("there is no parameter {name} here; there are {}", takes.join(", "))));
            }
            if asked.pairs.iter().take(place).any(|(earlier, _)| earlier == name) {
                return Err(Refused::bad(format!("{name} is given twice; give it once")));
            }
            match name.as_str() {
                "activityId" if is_iri(value) => of.push(value.clone()),
                "activityId" => return Err(Refused::bad(format!("activityId {value} is no IRI"))),
                "agent" => {
                    let given = serde_json::from_str(value);
                    let given = given.map_err(|error| Refused::bad(format!("agent is not JSON: {error}")))?;
                    of.push(agent(&given)?.key());
                }
                "registration" if Kind::Uuid.fits(value) => registration = Some(value.to_ascii_lowercase()),
                "registration" => return Err(Refused::bad(format!("registration {value} is no UUID"))),
                "since" if Kind::Timestamp(version).fits(value) => since = value.parse::<Timestamp>().ok(),
                "since" => {
                    return Err(Refused::bad(format!("since {value} is no time; write it like 2026-11-29T08:00:00Z")));
                }
                _ => document = Some(value.clone()),
            }
        }
        let needs = takes.iter().filter(|name| ["activityId", "agent"].contains(name)).count();
        if of.len() != needs {
            return Err(Refused::bad(format!(
                "{named} stands with {}",
                takes.get(..needs).unwrap_or_default().join(" and ")
            )));
        }
        of.sort();
        // Each tool keeps its own.
        of.push(sender.source.to_string());
        let within = hex(&sha2::Sha256::digest(of.join("\n").as_bytes()));
        Ok(Self { resource, within, registration, document, since })
    }

    /// One document's own name.
    fn key(&self, document: &str) -> String {
        let registration = self.registration.as_deref().unwrap_or_default();
        hex(&sha2::Sha256::digest(format!("{}\n{}\n{registration}\n{document}", self.resource, self.within).as_bytes()))
    }
}

pub(super) async fn answered(
    training: &Training,
    asked: &Asked,
    what: Resource,
    sender: &Sender,
) -> Result<Response, Refused> {
    let (place, version) = (Place::read(asked, what, sender)?, sender.version);
    let is_state = what == Resource::State;
    match (&asked.method, &place.document) {
        (&(Method::GET | Method::HEAD), Some(document)) => {
            let found = training.document(&place.key(document)).await?.and_then(Document::read);
            let found =
                found.ok_or_else(|| Refused(StatusCode::NOT_FOUND, format!("there is no document {document}")))?;
            let tag = found.tag();
            let mut answer =
                ([(header::CONTENT_TYPE, found.content_type), (header::ETAG, tag)], found.content).into_response();
            last_modified(&mut answer, found.stored);
            Ok(answer)
        }
        (&(Method::GET | Method::HEAD), None) => {
            let mut found = training.documents(&place).await?;
            found.retain(|one| place.since.is_none_or(|since| one.stored.is_some_and(|stored| stored > since)));
            let ids: Vec<String> = found.iter().map(|one| one.record.title()).collect();
            let mut answer = axum::Json(json!(ids)).into_response();
            last_modified(&mut answer, found.iter().filter_map(|one| one.stored).max());
            Ok(answer)
        }
        (&(Method::PUT | Method::POST), Some(document)) => {
            let is_merge = asked.method == Method::POST;
            let careful = match (is_state, version) {
                (true, Version::V1) => Careful::No,
                (_, Version::V2) => Careful::OfWhatIsThere,
                (false, Version::V1) => Careful::Always,
            };
            training.keep_document(&place, document, asked, is_merge, careful).await?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        (&Method::DELETE, Some(_)) => training.drop_documents(&place, asked).await,
        (&Method::DELETE, None) if is_state => training.drop_documents(&place, asked).await,
        (&(Method::PUT | Method::POST | Method::DELETE), None) => Err(Refused::bad("the document's id is missing")),
        _ => Err(Refused(StatusCode::METHOD_NOT_ALLOWED, format!("documents have no {}", asked.method))),
    }
}

/// Whether PUT says what it expects to be there (1.0.3, Communication 3.1; 2.0.0, 4.1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Careful {
    No,
    OfWhatIsThere,
    Always,
}

/// RFC 9110, 13: what must hold of what is there before it is written over.
fn check_conditions(asked: &Asked, there: Option<&Document>) -> Result<(), Refused> {
    let fails = |why: &str| Err(Refused(StatusCode::PRECONDITION_FAILED, why.to_owned()));
    let tag = there.map(Document::tag);
    let names = |told: &str| {
        let mut tags = told.split(',').map(|one| one.trim().trim_start_matches("W/"));
        told.trim() == "*" && tag.is_some() || tags.any(|one| Some(one) == tag.as_deref())
    };
    match (asked.header(header::IF_MATCH), asked.header(header::IF_NONE_MATCH)) {
        (Some(told), _) if !names(told) => {
            fails("If-Match names another version than the one that is there; read it first")
        }
        (_, Some(told)) if names(told) => fails("If-None-Match says that it is not there, and it is; read it first"),
        _ => Ok(()),
    }
}

impl Training {
    async fn document(&self, key: &str) -> Result<Option<Record>, TrainingError> {
        Ok(self.db().system().named(&XAPI_DOCUMENT, key).await?.pop())
    }

    /// All that are there of a place.
    async fn documents(&self, place: &Place) -> Result<Vec<Document>, TrainingError> {
        let mut filters = vec![
            Filter("place", Value::Text(place.within.clone())),
            Filter("resource", Value::Text(place.resource.to_owned())),
        ];
        filters.extend(place.registration.clone().map(|one| Filter("registration", Value::Text(one))));
        let query = ListQuery { filters, limit: u64::MAX, ..ListQuery::default() };
        let found = self.db().system().list(&XAPI_DOCUMENT, &query).await?;
        Ok(found.into_iter().filter_map(Document::read).collect())
    }

    async fn keep_document(
        &self,
        place: &Place,
        document: &str,
        asked: &Asked,
        is_merge: bool,
        careful: Careful,
    ) -> Result<(), Refused> {
        let mut tries = 0;
        loop {
            tries += 1;
            match self.try_keep(place, document, asked, is_merge, careful).await {
                Err(Failed::Db(DbError::Duplicate { .. } | DbError::Moved | DbError::Conflict { .. }))
                    if tries < TRIES => {}
                Ok(()) => return Ok(()),
                Err(Failed::Refused(refused)) => return Err(refused),
                Err(Failed::Db(error)) => return Err(TrainingError::from(error).into()),
            }
        }
    }

    async fn try_keep(
        &self,
        place: &Place,
        document: &str,
        asked: &Asked,
        is_merge: bool,
        careful: Careful,
    ) -> Result<(), Failed> {
        if asked.body.len() > LARGEST_BYTES {
            let why = format!("a document has at most {LARGEST_BYTES} bytes; keep less");
            return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, why).into());
        }
        let key = place.key(document);
        let seq = self.db().system().last_seq().await?;
        let record = self.db().system().named(&XAPI_DOCUMENT, &key).await?.pop();
        let there = record.clone().and_then(Document::read);
        check_conditions(asked, there.as_ref())?;
        let is_blind = asked.header(header::IF_MATCH).or_else(|| asked.header(header::IF_NONE_MATCH)).is_none();
        if !is_merge && is_blind && careful != Careful::No && there.is_some() {
            let why = "it is there already; read it, and send If-Match with its ETag, or If-None-Match: *".to_owned();
            return Err(Refused(StatusCode::CONFLICT, why).into());
        }
        if !is_merge && is_blind && careful == Careful::Always {
            return Err(Refused::bad(
                "PUT of a profile has If-Match or If-None-Match; for a new one send If-None-Match: *",
            )
            .into());
        }
        let content_type = asked.header(header::CONTENT_TYPE).unwrap_or("application/octet-stream").to_owned();
        let mut content = asked.body.to_vec();
        if is_merge && is_json(&content_type) {
            let new: Map<String, Json> = serde_json::from_slice(&content)
                .map_err(|error| Refused::bad(format!("POST of JSON sends an object: {error}")))?;
            if let Some(there) = &there {
                let mut joined =
                    there.object().ok_or_else(|| Refused::bad("what is there is no JSON object; send it by PUT"))?;
                joined.extend(new);
                content = Json::Object(joined).to_string().into_bytes();
            }
        } else if is_merge && there.is_some() {
            return Err(Refused::bad("POST joins JSON objects; send other content by PUT").into());
        }
        let mut fields = vec![
            ("stored", Value::Moment(self.db().now())),
            ("content_type", Value::Text(content_type)),
            ("content", Value::Text(BASE64.encode(content))),
        ];
        let mut tx = self.db().begin(None, Origin::Api);
        if let Some(record) = record {
            tx.put(Change::set(&XAPI_DOCUMENT, record.id, fields).based_on(seq))?;
        } else {
            let text = |text: &str| Value::Text(text.to_owned());
            fields.extend([
                (EXTERNAL_SOURCE, text(SOURCE)),
                (EXTERNAL_ID, text(&key)),
                ("document", text(document)),
                ("resource", text(place.resource)),
                ("place", text(&place.within)),
                ("registration", place.registration.as_deref().map_or(Value::Null, text)),
            ]);
            tx.put(Change::create(&XAPI_DOCUMENT, self.db().new_id().await?, fields))?;
        }
        tx.commit().await?;
        Ok(())
    }

    /// One document, or all of a place; what is not there is gone already.
    async fn drop_documents(&self, place: &Place, asked: &Asked) -> Result<Response, Refused> {
        let failed = |error: DbError| Refused::from(TrainingError::from(error));
        let seq = self.db().system().last_seq().await.map_err(failed)?;
        let found = match &place.document {
            Some(document) => {
                let found = self.document(&place.key(document)).await?.and_then(Document::read);
                check_conditions(asked, found.as_ref())?;
                found.into_iter().collect()
            }
            None => self.documents(place).await?,
        };
        let mut tx = self.db().begin(None, Origin::Api);
        for one in found {
            tx.put(Change::set(&XAPI_DOCUMENT, one.record.id, vec![("content", Value::Null)]).based_on(seq))
                .map_err(failed)?;
        }
        tx.commit().await.map_err(failed)?;
        Ok(StatusCode::NO_CONTENT.into_response())
    }
}

enum Failed {
    Refused(Refused),
    Db(DbError),
}

impl From<Refused> for Failed {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<DbError> for Failed {
    fn from(error: DbError) -> Self {
        Self::Db(error)
    }
}
