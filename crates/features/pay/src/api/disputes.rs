//! Disputes by API: a payee asks, somebody else who sees pay decides.

use super::{Asking, told};
use crate::{Dispute, Question, RunError};
use access::Access;
use axum::{
    Json, Router,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Response},
    routing::{get, post},
};
use base::RecordId;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Value, json};
use web_kit::{
    WebError, json_answer,
    openapi::{Description, in_path, object, operation},
};

const DISPUTES: &str = "/api/v1/pay/disputes";
const DISPUTE: &str = "/api/v1/pay/disputes/{id}";
const QUESTION: &str = "/api/v1/pay/statements/{id}/disputes";

pub fn routes() -> Router<Access> {
    Router::new().route(DISPUTES, get(disputes)).route(DISPUTE, post(decide)).route(QUESTION, post(question))
}

async fn disputes(Asking(pay): Asking) -> Result<Response, WebError> {
    let found = pay.disputes().await.map_err(told)?;
    Ok(json_answer(&json!({ "disputes": found.iter().map(to_json).collect::<Vec<_>>() })))
}

/// A dispute, as command line and API tell it.
pub fn to_json(one: &Dispute) -> Value {
    let delta = one.delta.as_ref().map(|delta| {
        json!({
            "amount": delta.amount.to_string(),
            "currency": delta.amount.currency.code(),
            "period": delta.period,
            "approved": delta.is_approved,
        })
    });
    json!({
        "id": one.id.0,
        "statement": one.statement.0,
        "person": one.payee.0,
        "name": one.name,
        "period": one.period,
        "component": one.component,
        "fact": one.fact,
        "claim": one.claim,
        "evidence": one.evidence,
        "opened_on": one.opened_on.to_string(),
        "state": one.state.name(),
        "answer": one.answer,
        "decided_by": one.decided.as_ref().map(|(name, _)| name),
        "decided_on": one.decided.as_ref().map(|(_, day)| day.to_string()),
        "delta": delta,
    })
}

async fn question(Asking(pay): Asking, Path(id): Path<i64>, Json(asked): Json<Question>) -> Result<Response, WebError> {
    let id = pay.dispute(RecordId(id), &asked, Origin::Api).await.map_err(told)?;
    Ok((StatusCode::CREATED, json_answer(&json!({ "id": id.0 }))).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Decision {
    step: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    amount: String,
    #[serde(default)]
    currency: String,
}

async fn decide(Asking(pay): Asking, Path(id): Path<i64>, Json(to): Json<Decision>) -> Result<Response, WebError> {
    let id = RecordId(id);
    match to.step.as_str() {
        "grant" => {
            let amount = crate::runs::money(&to.amount, &to.currency)
                .ok_or_else(|| told(RunError::NotAnAmount(to.amount.clone(), to.currency.clone())))?;
            let adjustment = pay.grant(id, &to.period, amount, &to.answer, Origin::Api).await.map_err(told)?;
            Ok((StatusCode::CREATED, json_answer(&json!({ "adjustment": adjustment.0 }))).into_response())
        }
        "decline" => {
            pay.decline(id, &to.answer, Origin::Api).await.map_err(told)?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        "withdraw" => {
            pay.withdraw_dispute(id, Origin::Api).await.map_err(told)?;
            Ok(StatusCode::NO_CONTENT.into_response())
        }
        other => {
            let detail = format!("{other:?} is no step; write grant, decline or withdraw");
            Err(WebError::Told { status: StatusCode::BAD_REQUEST, detail })
        }
    }
}

pub fn describe(described: &mut Description) {
    let any = json!({ "type": "object" });
    let text = |says: &str| json!({ "type": "string", "description": says });
    let id = [in_path("id", "Its number.")];
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    add(DISPUTES, "get", "One's own disputes, or everybody's for those who see pay: the open ones first", &[], None);
    let body = object(&[
        ("component", text("A component of the statement; blank for all of it.")),
        ("fact", text("A line of the component; blank for all of it.")),
        ("claim", text("What is wrong.")),
        ("evidence", text("What it rests on.")),
    ]);
    add(QUESTION, "post", "Whose pay it is questions a line, a component or all of a statement", &id, Some(&body));
    let body = object(&[
        ("step", text("grant, decline or withdraw.")),
        ("answer", text("Why.")),
        ("period", text("Granted: an open pay period.")),
        ("amount", text("Granted: decimal digits.")),
        ("currency", text("Granted: an ISO 4217 code.")),
    ]);
    add(
        DISPUTE,
        "post",
        "Decides a dispute, or takes one's own back; what is granted is an adjustment",
        &id,
        Some(&body),
    );
}
