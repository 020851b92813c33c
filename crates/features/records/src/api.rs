//! Records for programs: one by its number, a list, a change, an undo. Asked with a token.

use crate::{
    edit::{self, Author, Edit, EditError, Editable, Since},
    filter::{self, Held, Pairs},
};
use access::{Access, Caller};
use axum::{
    Json,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use base::{RecordId, Seq};
use db::{Filter, ListQuery, Record};
use rules::{
    log::Origin,
    record::{EXTERNAL_ID, FieldKind, Value},
};
use serde::Deserialize;
use serde_json::{Map, Value as Json_, json};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, in_path, object, operation, parameter, reference},
};

const ROWS: u64 = 100;
const MOST_ROWS: u64 = 1_000;

/// Where a type's records are; the same word as on pages.
pub fn path(editable: &Editable) -> String {
    format!("/api/v1{}", crate::path(editable.record_type.name).unwrap_or_default())
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    external_id: String,
    q: String,
    offset: u64,
    limit: Option<u64>,
}

/// A change as a program sends it. `since`: `now`, a day, or `beginning` for a correction.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sent {
    fields: Map<String, Json_>,
    #[serde(default)]
    since: Option<String>,
    /// The `version` that was read: a later change of the same fields by another is a conflict.
    #[serde(default)]
    based_on: Option<i64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Undo {
    seqs: Vec<i64>,
}

/// A new record's values by field.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct New {
    fields: Map<String, Json_>,
}

pub async fn list(
    editable: Editable,
    State(access): State<Access>,
    Caller(session): Caller,
    Query(asked): Query<Asked>,
    Query(held): Query<Pairs>,
) -> Result<Response, WebError> {
    let reader = access.db().reader(&session.viewer);
    let held = Held::read(&reader, editable.record_type, &held).await?;
    let by_id = (!asked.external_id.is_empty()).then(|| Filter(EXTERNAL_ID, Value::Text(asked.external_id.clone())));
    let query = ListQuery {
        filters: held.filters().chain(by_id).collect(),
        search: Some(asked.q.trim().to_owned()).filter(|text| !text.is_empty()),
        offset: asked.offset,
        limit: asked.limit.unwrap_or(ROWS).min(MOST_ROWS),
        ..ListQuery::default()
    };
    let records = reader.list(editable.record_type, &query).await.map_err(WebError::internal)?;
    let total = reader.count(editable.record_type, &query).await.map_err(WebError::internal)?;
    Ok(json_answer(
        &json!({ "records": records.iter().map(|record| told(record, None)).collect::<Vec<_>>(), "total": total }),
    ))
}

pub async fn get(
    editable: Editable,
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
) -> Result<Response, WebError> {
    let opened = edit::open(access.db(), editable.record_type, &session.viewer, RecordId(id)).await;
    let (record, version) = opened.map_err(refused)?;
    Ok(json_answer(&told(&record, Some(version))))
}

pub async fn create(
    editable: Editable,
    State(access): State<Access>,
    Caller(session): Caller,
    Json(sent): Json<New>,
) -> Result<Response, WebError> {
    let author = Author::of(&session, Origin::Api);
    let id = edit::create(access.db(), &editable, &author, &values(&editable, &sent.fields)).await.map_err(refused)?;
    let record = after(&access, &editable, &author, id.0).await?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "record": record }))).into_response())
}

pub async fn patch(
    editable: Editable,
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
    Json(sent): Json<Sent>,
) -> Result<Response, WebError> {
    let author = Author::of(&session, Origin::Api);
    let values = values(&editable, &sent.fields);
    let since = since(sent.since.as_deref()).map_err(refused)?;
    let edit = Edit { id: RecordId(id), values, since, based_on: sent.based_on.map(Seq) };
    let edited = edit::edit(access.db(), &editable, &author, &edit).await.map_err(refused)?;
    Ok(json_answer(&json!({
        "record": after(&access, &editable, &author, id).await?,
        "changed": edited.changed,
        "until_later": edited.until_later,
        "seqs": seqs(&edited),
    })))
}

pub async fn undo(
    editable: Editable,
    State(access): State<Access>,
    Caller(session): Caller,
    Path(id): Path<i64>,
    Json(sent): Json<Undo>,
) -> Result<Response, WebError> {
    let author = Author::of(&session, Origin::Api);
    let seqs: BTreeSet<Seq> = sent.seqs.into_iter().map(Seq).collect();
    let stays = edit::undo(access.db(), editable.record_type, &author, RecordId(id), &seqs).await.map_err(refused)?;
    let record = after(&access, &editable, &author, id).await?;
    Ok(json_answer(&json!({ "record": record, "set_later": stays })))
}

/// The record as it is now; null for who gave it away with the change.
async fn after(access: &Access, editable: &Editable, author: &Author, id: i64) -> Result<Json_, WebError> {
    match edit::open(access.db(), editable.record_type, &author.viewer, RecordId(id)).await {
        Ok((record, version)) => Ok(told(&record, Some(version))),
        Err(EditError::NotFound) => Ok(Json_::Null),
        Err(error) => Err(refused(error)),
    }
}

/// `now`, `beginning`, or a day.
pub fn since(word: Option<&str>) -> Result<Since, EditError> {
    match word {
        None | Some("now") => Ok(Since::Now),
        Some("beginning") => Ok(Since::Beginning),
        Some(day) => day.parse().map(Since::Day).map_err(|_| EditError::Values {
            problems: vec![("since".to_owned(), "write now, beginning, or a day like 2026-02-28".to_owned())],
        }),
    }
}

/// The seqs of an edit, for its undo.
pub fn seqs(edited: &edit::Edited) -> Vec<i64> {
    edited.seqs.map(|seqs| (seqs.first.0..=seqs.last.0).collect()).unwrap_or_default()
}

/// A record as programs read it.
pub fn told(record: &Record, version: Option<Seq>) -> Json_ {
    let fields: Map<String, Json_> = record
        .record_type
        .fields
        .iter()
        .map(|field| (field.name.to_owned(), record.value(field.name).to_json()))
        .collect();
    json!({
        "id": record.id.0,
        "external_id": record.external_id(),
        "archived": record.archived,
        "version": version.map(|version| version.0),
        "fields": fields,
    })
}

fn values(editable: &Editable, fields: &Map<String, Json_>) -> BTreeMap<String, String> {
    fields.iter().map(|(name, value)| (name.clone(), text(editable, name, value))).collect()
}

fn text(editable: &Editable, name: &str, value: &Json_) -> String {
    let is_reference =
        editable.record_type.field(name).is_some_and(|field| matches!(field.kind, FieldKind::Reference(_)));
    match value {
        Json_::Null => String::new(),
        Json_::String(text) => text.clone(),
        Json_::Number(number) if is_reference => format!("#{number}"),
        other => other.to_string(),
    }
}

fn refused(error: EditError) -> WebError {
    let status = match &error {
        EditError::NotFound => StatusCode::NOT_FOUND,
        EditError::Forbidden => StatusCode::FORBIDDEN,
        EditError::Conflict { .. } => StatusCode::CONFLICT,
        EditError::Values { .. } | EditError::NotAChange(_) => StatusCode::UNPROCESSABLE_ENTITY,
        EditError::Db(_) => return WebError::internal(error),
    };
    WebError::Told { status, detail: format!("{error}: {}", error.hint()) }
}

/// What the API offers about records that people change.
pub fn description(editable: &[Editable]) -> Description {
    let mut described = Description::default();
    for one in editable {
        let (name, path) = (schema_name(one), path(one));
        let id = || in_path("id", "The record's number.");
        let record = reference(&name);
        let maybe = json!({ "oneOf": [record.clone(), { "type": "null" }] });
        let edited = object(&[
            ("record", maybe.clone()),
            ("changed", texts()),
            ("until_later", texts()),
            ("seqs", json!({ "type": "array", "items": { "type": "integer" } })),
        ]);
        let found = object(&[
            ("records", json!({ "type": "array", "items": record.clone() })),
            ("total", json!({ "type": "integer" })),
        ]);
        let asked = asked_of(one);
        described.operation(
            &path,
            "get",
            operation("Records that the token's person may open", &asked, None, &found, true),
        );
        let new = object(&[("fields", json!({ "type": "object", "description": "Values by field." }))]);
        let made = object(&[("record", maybe.clone())]);
        described.operation(&path, "post", operation("A new record", &[], Some(&new), &made, true));
        let whole = format!("{path}/{{id}}");
        described.operation(&whole, "get", operation("One record with its version", &[id()], None, &record, true));
        let patch = operation("Change or correct values", &[id()], Some(&reference("Edit")), &edited, true);
        described.operation(&whole, "patch", patch);
        let undone = object(&[("record", maybe), ("set_later", texts())]);
        let sent = object(&[("seqs", json!({ "type": "array", "items": { "type": "integer" } }))]);
        let undo = operation("Take changes back by their seqs", &[id()], Some(&sent), &undone, true);
        described.operation(&format!("{whole}/undo"), "post", undo);
        described.schemas.insert(name, record_schema(one));
    }
    let edit = json!({
        "type": "object",
        "required": ["fields"],
        "properties": {
            "fields": { "type": "object", "description": "New values by field; null empties one." },
            "since": { "type": "string", "description": "now, a day from which they hold, or beginning: a correction." },
            "based_on": { "type": "integer", "description": "The version read; a later change of the same fields is a conflict." },
        },
    });
    described.schemas.insert("Edit".to_owned(), edit);
    described
}

/// What a list may be asked.
fn asked_of(editable: &Editable) -> Vec<Json_> {
    let fixed = [
        parameter("external_id", "Only the record with this number at the source.", false),
        parameter("q", "Only records with this in a listed text, or in the name of a record listed there.", false),
        parameter("offset", "How many to leave out.", false),
        parameter("limit", "How many at the most, up to 1000.", false),
    ];
    let held = filter::fields(editable.record_type).map(|field| {
        let text = match field.kind {
            FieldKind::Choice(_) => "Only records with this word.",
            _ => "Only records that name this one: its number at the source, or # and its id.",
        };
        parameter(field.name, text, false)
    });
    fixed.into_iter().chain(held).collect()
}

fn schema_name(editable: &Editable) -> String {
    let name = editable.record_type.name;
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

fn texts() -> Json_ {
    json!({ "type": "array", "items": { "type": "string" } })
}

fn record_schema(editable: &Editable) -> Json_ {
    let kind = |kind: FieldKind| match kind {
        FieldKind::Integer | FieldKind::Reference(_) => json!({ "type": ["integer", "null"] }),
        FieldKind::Flag => json!({ "type": ["boolean", "null"] }),
        FieldKind::Choice(words) => {
            json!({ "enum": words.iter().map(|word| json!(word)).chain([Json_::Null]).collect::<Vec<_>>() })
        }
        _ => json!({ "type": ["string", "null"] }),
    };
    let fields: Vec<(&str, Json_)> =
        editable.record_type.fields.iter().map(|field| (field.name, kind(field.kind))).collect();
    object(&[
        ("id", json!({ "type": "integer" })),
        ("external_id", json!({ "type": ["string", "null"] })),
        ("archived", json!({ "type": "boolean" })),
        ("version", json!({ "type": ["integer", "null"] })),
        ("fields", object(&fields)),
    ])
}
