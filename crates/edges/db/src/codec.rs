//! How a log row stands in the database: payload as JSON, personal fields sealed under the record's own key, hash chain.

use crate::DbError;
use base::{RecordId, Seq};
use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD as BASE64};
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305,
    aead::{Aead, Payload},
};
use jiff::Timestamp;
use rules::{
    log::{Event, Fields, Origin},
    record::{RecordType, Value},
};
use serde_json::{Map, Value as Json};
use sha2::{Digest, Sha256};

pub(crate) const PAYLOAD_VERSION: i16 = 1;
pub(crate) type SubjectKey = [u8; 32];
pub(crate) type Hash = [u8; 32];
pub(crate) const GENESIS: Hash = [0; 32];

const PERSONAL: &str = "@personal";
const SEQS: &str = "@seqs";
const WHOLE_IMPORT: &str = "@import";
const INTO: &str = "@into";
const NONCE_BYTES: usize = 24;

/// A log row as stored: what the hash covers.
#[derive(Debug, Clone)]
pub(crate) struct StoredRow {
    pub seq: i64,
    pub recorded_at: i64,
    pub effective_at: i64,
    pub actor: Option<i64>,
    pub origin: &'static str,
    pub import_id: Option<i64>,
    pub entity: String,
    pub record_id: i64,
    pub kind: String,
    pub fields: String,
    pub payload_version: i16,
    pub hash: Vec<u8>,
}

impl StoredRow {
    /// SHA-256 over the previous row's hash and this row's every column, in the table's order, a line each.
    pub fn chained(&self, previous: &[u8]) -> Hash {
        let mut hasher = Sha256::new();
        hasher.update(previous);
        let optional = |value: Option<i64>| value.map_or_else(String::new, |value| value.to_string());
        hasher.update(
            format!(
                "{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}\n{}",
                self.seq,
                self.recorded_at,
                self.effective_at,
                optional(self.actor),
                self.origin,
                optional(self.import_id),
                self.entity,
                self.record_id,
                self.kind,
                self.fields,
                self.payload_version
            )
            .as_bytes(),
        );
        hasher.finalize().into()
    }
}

pub(crate) fn origin_words(origin: Origin) -> (&'static str, Option<i64>) {
    match origin {
        Origin::Ui => ("ui", None),
        Origin::Api => ("api", None),
        Origin::Cli => ("cli", None),
        Origin::Job => ("job", None),
        Origin::Import(id) => ("import", Some(id.0)),
    }
}

pub(crate) fn origin_from(word: &str, import_id: Option<i64>) -> Option<Origin> {
    Some(match (word, import_id) {
        ("ui", None) => Origin::Ui,
        ("api", None) => Origin::Api,
        ("cli", None) => Origin::Cli,
        ("job", None) => Origin::Job,
        ("import", Some(id)) => Origin::Import(RecordId(id)),
        _ => return None,
    })
}

/// The static word of an origin, so that rows read from the database hash without a copy.
pub(crate) fn origin_static(word: &str) -> &'static str {
    ["ui", "api", "cli", "job", "import"].into_iter().find(|known| *known == word).unwrap_or("unknown")
}

/// Writes the payload; `seal` is the record's key and a fresh nonce, needed when personal fields are among the fields.
pub(crate) fn encode(
    record_type: &RecordType,
    id: RecordId,
    event: &Event,
    seal: Option<(&SubjectKey, [u8; NONCE_BYTES])>,
) -> Result<String, DbError> {
    let mut open = Map::new();
    let mut personal = Map::new();
    for (name, value) in event.fields() {
        let is_personal = record_type.field(name).is_some_and(|field| field.personal) && *value != Value::Null;
        let target = if is_personal { &mut personal } else { &mut open };
        target.insert((*name).to_owned(), value.to_json());
    }
    if !personal.is_empty() {
        let (key, nonce) = seal.ok_or(DbError::Erased { entity: record_type.name, id: id.0 })?;
        let plain = Json::Object(personal).to_string();
        let sealed = seal_with(plain.as_bytes(), &associated(record_type.name, id), (key, nonce))
            .ok_or(DbError::Erased { entity: record_type.name, id: id.0 })?;
        open.insert(PERSONAL.to_owned(), BASE64.encode(sealed).into());
    }
    match event {
        Event::Void(seqs) => {
            open.insert(SEQS.to_owned(), seqs.iter().map(|seq| Json::from(seq.0)).collect());
        }
        Event::VoidImport => {
            open.insert(WHOLE_IMPORT.to_owned(), true.into());
        }
        Event::Merge { into } => {
            open.insert(INTO.to_owned(), into.0.into());
        }
        _ => {}
    }
    Ok(Json::Object(open).to_string())
}

fn associated(entity: &str, id: RecordId) -> Vec<u8> {
    format!("{entity}:{id}").into_bytes()
}

/// The nonce, and what it seals behind it.
fn seal_with(plain: &[u8], aad: &[u8], (key, nonce): (&SubjectKey, [u8; NONCE_BYTES])) -> Option<Vec<u8>> {
    let sealed = XChaCha20Poly1305::new(key.into()).encrypt(&nonce.into(), Payload { msg: plain, aad }).ok()?;
    Some([nonce.as_slice(), &sealed].concat())
}

fn open(sealed: &[u8], aad: &[u8], key: &SubjectKey) -> Option<Vec<u8>> {
    let (nonce, msg) = sealed.split_at_checked(NONCE_BYTES)?;
    let nonce: [u8; NONCE_BYTES] = nonce.try_into().ok()?;
    XChaCha20Poly1305::new(key.into()).decrypt(&nonce.into(), Payload { msg, aad }).ok()
}

/// No field reads as what is attached, nor the other way round.
fn associated_content(entity: &str, id: RecordId) -> Vec<u8> {
    [&associated(entity, id), b":content".as_slice()].concat()
}

pub(crate) fn seal_content(
    entity: &'static str,
    id: RecordId,
    content: &[u8],
    with: (&SubjectKey, [u8; NONCE_BYTES]),
) -> Result<Vec<u8>, DbError> {
    seal_with(content, &associated_content(entity, id), with).ok_or(DbError::Content { entity, id: id.0 })
}

pub(crate) fn open_content(entity: &str, id: RecordId, sealed: &[u8], key: &SubjectKey) -> Option<Vec<u8>> {
    open(sealed, &associated_content(entity, id), key)
}

/// Reads a payload of any version. Without the key (erased, or not asked for) personal fields read as `Null`.
pub(crate) fn decode(
    record_type: &'static RecordType,
    row: &StoredRow,
    key: Option<&SubjectKey>,
) -> Result<Event, DbError> {
    let damaged = |reason: &str| DbError::Damaged { seq: row.seq, reason: reason.to_owned() };
    if row.payload_version != PAYLOAD_VERSION {
        return Err(damaged("unknown payload version"));
    }
    let Ok(Json::Object(payload)) = serde_json::from_str::<Json>(&row.fields) else {
        return Err(damaged("the payload is not a JSON object"));
    };
    Ok(match row.kind.as_str() {
        "create" => Event::Create(decode_fields(record_type, row, &payload, key)?),
        "set" => Event::Set(decode_fields(record_type, row, &payload, key)?),
        "archive" => Event::Archive,
        "erase" => Event::Erase,
        "merge" => Event::Merge {
            into: RecordId(payload.get(INTO).and_then(Json::as_i64).ok_or_else(|| damaged("merge names no record"))?),
        },
        "void" if payload.contains_key(WHOLE_IMPORT) => Event::VoidImport,
        "void" => {
            let seqs = payload.get(SEQS).and_then(Json::as_array).ok_or_else(|| damaged("void names no rows"))?;
            Event::Void(seqs.iter().filter_map(Json::as_i64).map(Seq).collect())
        }
        _ => return Err(damaged("unknown kind")),
    })
}

fn decode_fields(
    record_type: &'static RecordType,
    row: &StoredRow,
    payload: &Map<String, Json>,
    key: Option<&SubjectKey>,
) -> Result<Fields, DbError> {
    let mut fields = Fields::with_capacity(payload.len());
    let mut read = |name: &str, json: &Json| -> Result<(), DbError> {
        // A field this version no longer knows keeps its place in the log and is not read.
        if let Some((name, kind)) = record_type.logged(name) {
            fields.push((name, Value::from_json(kind, json)?));
        }
        Ok(())
    };
    for (name, json) in payload.iter().filter(|(name, _)| name.as_str() != PERSONAL) {
        read(name, json)?;
    }
    if let (Some(sealed), Some(key)) = (payload.get(PERSONAL).and_then(Json::as_str), key) {
        for (name, json) in &unseal(record_type.name, row, sealed, key)? {
            read(name, json)?;
        }
    }
    Ok(fields)
}

fn unseal(entity: &str, row: &StoredRow, sealed: &str, key: &SubjectKey) -> Result<Map<String, Json>, DbError> {
    let damaged = || DbError::Damaged { seq: row.seq, reason: "personal fields do not open".to_owned() };
    let bytes = BASE64.decode(sealed).map_err(|_| damaged())?;
    let plain = open(&bytes, &associated(entity, RecordId(row.record_id)), key).ok_or_else(damaged)?;
    serde_json::from_slice(&plain).map_err(|_| damaged())
}

/// Microseconds since 1970, as the database stores moments.
pub(crate) fn micros(moment: Timestamp) -> i64 {
    moment.as_microsecond()
}

pub(crate) fn moment(micros: i64, seq: i64) -> Result<Timestamp, DbError> {
    Timestamp::from_microsecond(micros)
        .map_err(|_| DbError::Damaged { seq, reason: "a moment outside the calendar".to_owned() })
}
