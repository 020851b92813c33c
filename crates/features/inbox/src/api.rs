//! The inbox by API.

use crate::{Folder, Inbox, InboxError, letter::about};
use access::{Access, Caller};
use axum::{
    Extension, Json, Router,
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
    response::Response,
    routing::{get, post, put},
};
use base::RecordId;
use jiff::civil::Date;
use rules::{role::Library, waiting::Waiting};
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, Words, json_answer,
    openapi::{Description, in_path, object, operation},
};

const INBOX: &str = "/api/v1/inbox";
const MAIL: &str = "/api/v1/inbox/mail";
const REMIND: &str = "/api/v1/appraisal-cycles/{id}/reminder";

pub(crate) fn routes() -> Router<Access> {
    Router::new().route(INBOX, get(inbox)).route(MAIL, put(want_mail)).route(REMIND, post(remind))
}

/// On behalf of whoever holds the token.
struct Asking(Inbox);

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let Caller(session) = Caller::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        Ok(Self(Inbox::new(access.clone(), session.viewer, folder.0)))
    }
}

fn told(error: InboxError) -> WebError {
    let status = match &error {
        InboxError::NotYours => StatusCode::FORBIDDEN,
        InboxError::RemindedToday => StatusCode::CONFLICT,
        InboxError::NoMail => StatusCode::UNPROCESSABLE_ENTITY,
        InboxError::Appraisal(appraisal::AppraisalError::NotThere) => StatusCode::NOT_FOUND,
        _ => return WebError::internal(error),
    };
    WebError::Told { status, detail: format!("{error}; {}", error.hint()) }
}

async fn inbox(Extension(words): Extension<Words>, Asking(inbox): Asking) -> Result<Response, WebError> {
    let waiting = inbox.own().await.map_err(told)?;
    let (library, today) = (inbox.library().await.map_err(told)?, inbox.today().await.map_err(told)?);
    let standing = inbox.standing().await.map_err(told)?;
    let mail = standing.map(|one| json!({ "wanted": one.by_mail, "sent_on": one.sent_on.map(|day| day.to_string()) }));
    Ok(json_answer(&json!({ "waiting": json(words, &library, &waiting, today), "mail": mail })))
}

/// What waits, in a language.
pub fn json(words: Words, library: &Library, waiting: &[Waiting], today: Date) -> Value {
    let one = |one: &Waiting| {
        json!({
            "kind": one.what.trim_start_matches("waits-"),
            "what": words.t(one.what),
            "about": about(words, library, &one.about),
            "due": one.due.map(|due| due.to_string()),
            "is_overdue": one.is_overdue(today),
            "id": one.id.0,
            "page": one.path,
        })
    };
    Value::Array(waiting.iter().map(one).collect())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    wanted: bool,
}

async fn want_mail(Asking(inbox): Asking, Json(wish): Json<Wanted>) -> Result<Response, WebError> {
    inbox.want_mail(wish.wanted).await.map_err(told)?;
    Ok(json_answer(&json!({ "wanted": wish.wanted })))
}

async fn remind(Asking(inbox): Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let people = inbox.remind_cycle(RecordId(id)).await.map_err(told)?;
    Ok(json_answer(&json!({ "people": people })))
}

pub fn description() -> Description {
    let any = json!({ "type": "object" });
    let mut described = Description::default();
    let own = "What waits for one, what is due first in front, and whether one is told by mail";
    described.operation(INBOX, "get", operation(own, &[], None, &any, true));
    let body = object(&[("wanted", json!({ "type": "boolean" }))]);
    described.operation(MAIL, "put", operation("Wants reminders by mail, or none", &[], Some(&body), &any, true));
    let id = [in_path("id", "The number of a cycle.")];
    let remind = "Reminds everybody who has something to write in a cycle, once a day; how many people";
    described.operation(REMIND, "post", operation(remind, &id, None, &any, true));
    described
}
