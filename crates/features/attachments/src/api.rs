//! Files by API: what is attached to a record, one more, what is in one, one less.

use crate::{Attachment, AttachmentError, Attachments, Holders, LARGEST_BYTES};
use access::{Access, Caller};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, FromRequestParts, Path, Query},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Response},
    routing::get,
};
use base::RecordId;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    BINARY, WebError, attached, json_answer,
    openapi::{Description, answers, in_path, operation, parameter, word_in_path},
};

const OF: &str = "/api/v1/attachments/{type}/{id}";
const ONE: &str = "/api/v1/attachments/{id}";

pub(crate) fn routes() -> Router<Access> {
    // One byte more than there may be: what is too large is told as such.
    let limit = DefaultBodyLimit::max(LARGEST_BYTES + 1);
    Router::new().route(OF, get(list).post(add).layer(limit)).route(ONE, get(content).delete(remove))
}

/// On behalf of whoever holds the token.
struct Asking(Attachments);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let holders = parts.extensions.get::<Holders>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Attachments::new(access.db().clone(), session.viewer, holders)))
    }
}

fn told(error: AttachmentError) -> WebError {
    let status = match &error {
        AttachmentError::NotThere => StatusCode::NOT_FOUND,
        AttachmentError::ReadOnly => StatusCode::FORBIDDEN,
        AttachmentError::NoFile | AttachmentError::NoName => StatusCode::BAD_REQUEST,
        AttachmentError::TooLarge(_) => StatusCode::PAYLOAD_TOO_LARGE,
        AttachmentError::Enough => StatusCode::CONFLICT,
        AttachmentError::Sealed => StatusCode::GONE,
        AttachmentError::Web(error) => return error.clone(),
        AttachmentError::Db(_) => return WebError::internal(error),
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

pub fn as_json(one: &Attachment) -> Value {
    json!({
        "id": one.id.0,
        "name": one.name,
        "size": one.bytes,
        "attached_by": one.by.map(|by| by.0),
        "attached_at": one.at.to_string(),
    })
}

async fn list(Asking(files): Asking, Path((entity, id)): Path<(String, i64)>) -> Result<Response, WebError> {
    let (may, found) = files.list(&entity, RecordId(id)).await.map_err(told)?;
    Ok(json_answer(&json!({ "may_add": may.add, "files": found.iter().map(as_json).collect::<Vec<_>>() })))
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

async fn add(
    Asking(files): Asking,
    Path((entity, id)): Path<(String, i64)>,
    Query(Named { name }): Query<Named>,
    content: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, WebError> {
    let content = content.map_err(|_| told(AttachmentError::TooLarge(name.clone())))?;
    let added = files.add((&entity, RecordId(id)), &name, Vec::from(content), Origin::Api).await.map_err(told)?;
    Ok(json_answer(&as_json(&added)))
}

async fn content(Asking(files): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let (file, content) = files.open(RecordId(id)).await.map_err(told)?;
    Ok(attached(BINARY, &file.name, content))
}

async fn remove(Asking(files): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    files.remove(RecordId(id), Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub fn description() -> Description {
    let any = json!({ "type": "object" });
    let binary = json!({ "type": "string", "format": "binary" });
    let mut described = Description::default();
    let of = [
        word_in_path("type", "The type of record that takes files, as docs/attachments.md names them."),
        in_path("id", "The number of the record."),
    ];
    let summary = "What is attached to a record: names, sizes in bytes, by whom and when";
    described.operation(OF, "get", operation(summary, &of, None, &any, true));
    let named = [of[0].clone(), of[1].clone(), parameter("name", "Of the file, with its ending.", true)];
    let mut attach = operation("Attaches a file: the body is what is in it, at most 10 MB", &named, None, &any, true);
    attach["requestBody"] = json!({ "required": true, "content": { BINARY: { "schema": binary } } });
    described.operation(OF, "post", attach);
    let id = [in_path("id", "The number of the file.")];
    let read = operation("What is in a file", &id, None, &any, true);
    described.operation(ONE, "get", answers(read, BINARY));
    let summary = "Takes a file out, where one could be added; the log still knows that it was there";
    described.operation(ONE, "delete", operation(summary, &id, None, &any, true));
    described
}
