//! What is written in an appraisal, by API: who is asked, by whom, and the parts.

use super::{Asking, day, told};
use crate::{Answers, Asked, Customer};
use access::Access;
use axum::{
    Extension, Json, Router,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{post, put},
};
use base::{RecordId, Seq};
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, Words, json_answer,
    openapi::{Description, in_path, object, operation},
};

const PEERS: &str = "/api/v1/appraisals/{id}/peers";
const CUSTOMERS: &str = "/api/v1/appraisals/{id}/customers";
const PART: &str = "/api/v1/appraisal-parts/{id}";

pub fn routes() -> Router<Access> {
    Router::new()
        .route(PEERS, post(nominate))
        .route(CUSTOMERS, post(ask_customer))
        .route(PART, put(save).post(step).patch(rearrange))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NamedCustomer {
    name: String,
    email: String,
    language: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nominated {
    peer: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Saved {
    version: i64,
    answers: Answers,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    step: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Arranged {
    #[serde(default)]
    due: Option<String>,
    #[serde(default)]
    writer: Option<String>,
}

async fn nominate(
    Asking(appraisal): Asking,
    Path(id): Path<i64>,
    Json(named): Json<Nominated>,
) -> Result<Response, WebError> {
    appraisal.nominate(RecordId(id), &named.peer, Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// A customer is asked by mail; where there is none, HR is told the page to hand over.
async fn ask_customer(
    State(access): State<Access>,
    Extension(words): Extension<Words>,
    Asking(appraisal): Asking,
    Path(id): Path<i64>,
    Json(named): Json<NamedCustomer>,
) -> Result<Response, WebError> {
    let language = named.language.as_deref().map(str::parse).transpose();
    let Ok(language) = language else {
        let detail = format!("{:?} is no language; write en, th or ja", named.language.unwrap_or_default());
        return Err(WebError::Told { status: StatusCode::BAD_REQUEST, detail });
    };
    let words = language.map_or(words, Words::new);
    let customer = Customer { name: &named.name, email: &named.email, words };
    let asked = appraisal.ask_customer(&access, RecordId(id), &customer, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&asked_json(&asked)))
}

fn asked_json(asked: &Asked) -> Value {
    json!({
        "id": asked.part.0,
        "name": asked.name,
        "mailed": asked.link.is_none(),
        "page": asked.link.as_ref().map(|link| format!("/view/{link}")),
    })
}

async fn save(Asking(appraisal): Asking, Path(id): Path<i64>, Json(saved): Json<Saved>) -> Result<Response, WebError> {
    let version = appraisal.save(RecordId(id), Seq(saved.version), &saved.answers, Origin::Api).await.map_err(told)?;
    Ok(json_answer(&json!({ "version": version.0 })))
}

async fn step(
    State(access): State<Access>,
    Extension(words): Extension<Words>,
    Asking(appraisal): Asking,
    Path(id): Path<i64>,
    Json(wanted): Json<Step>,
) -> Result<Response, WebError> {
    let id = RecordId(id);
    match wanted.step.as_str() {
        "hand-in" => appraisal.hand_in(id, Origin::Api).await.map_err(told)?,
        "ask" => appraisal.decide_peer(id, true, Origin::Api).await.map_err(told)?,
        "decline" => appraisal.decide_peer(id, false, Origin::Api).await.map_err(told)?,
        "link" => {
            let asked = appraisal.customer_link(&access, id, words).await.map_err(told)?;
            return Ok(json_answer(&asked_json(&asked)));
        }
        "withdraw" => appraisal.withdraw_customer(id, Origin::Api).await.map_err(told)?,
        other => {
            let detail = format!("{other:?} is no step; write hand-in, ask, decline, link or withdraw");
            return Err(WebError::Told { status: StatusCode::BAD_REQUEST, detail });
        }
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn rearrange(
    Asking(appraisal): Asking,
    Path(id): Path<i64>,
    Json(arranged): Json<Arranged>,
) -> Result<Response, WebError> {
    let due = arranged.due.as_deref().map(day).transpose()?;
    let writer = match &arranged.writer {
        Some(named) => Some(appraisal.person(named).await.map_err(told)?.id),
        None => None,
    };
    appraisal.rearrange(RecordId(id), due, writer, Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

pub fn describe(described: &mut Description) {
    let text = |says: &str| json!({ "type": "string", "description": says });
    let number = |says: &str| json!({ "type": "integer", "description": says });
    let any = json!({ "type": "object" });
    let id = in_path("id", "Its number.");
    let of = std::slice::from_ref(&id);
    let mut add = |path: &str, method: &str, summary: &str, body: &Value| {
        described.operation(path, method, operation(summary, of, Some(body), &any, true));
    };
    let body = object(&[
        ("name", text("Of the customer.")),
        ("email", text("Not a colleague's.")),
        ("language", text("Of the letter: en, th or ja.")),
    ]);
    let summary = "Asks a customer for a view, by mail; without mail HR is told the page to hand over";
    add(CUSTOMERS, "post", summary, &body);
    let body = object(&[("peer", text("# and a number, or an external id."))]);
    add(PEERS, "post", "Names somebody who should be asked; the manager decides", &body);
    let body = object(&[
        ("version", number("Of the part that was looked at; another one is refused.")),
        (
            "answers",
            json!({ "type": "object", "description": "ratings by competency with level and example, overrides by KPI with score and reason, comment." }),
        ),
    ]);
    add(PART, "put", "Keeps what its writer has written so far", &body);
    let body = object(&[(
        "step",
        text("hand-in; of a nominated peer ask or decline; of a customer link (a new one) or withdraw."),
    )]);
    add(PART, "post", "Hands a part in, or says whether a peer is asked", &body);
    let body = object(&[("due", text("A new due date.")), ("writer", text("To whom an open part of a manager goes."))]);
    add(PART, "patch", "HR gives a part more time, back to its writer, or to somebody else", &body);
}
