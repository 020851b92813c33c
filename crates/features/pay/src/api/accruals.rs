//! What is owed at the end of a day, by API.

use super::{Asking, told};
use crate::{Accrual, RunError, Sums, accruals};
use access::Access;
use axum::{Json, Router, extract::Path, http::StatusCode, response::Response, routing::get};
use base::Money;
use jiff::civil::Date;
use rules::log::Origin;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use web_kit::{
    WebError, json_answer,
    openapi::{Description, operation, optional, word_in_path},
};

const ACCRUALS: &str = "/api/v1/pay/accruals";
const ACCRUAL: &str = "/api/v1/pay/accruals/{day}";

pub fn routes() -> Router<Access> {
    Router::new().route(ACCRUALS, get(all)).route(ACCRUAL, get(of).post(book).delete(void))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Seen {
    #[serde(default)]
    sha256: Option<String>,
}

async fn all(Asking(pay): Asking) -> Result<Response, WebError> {
    let found = pay.accruals().await.map_err(told)?;
    let booking = |one: &crate::Booking| json!({ "day": one.day.to_string(), "by": one.by, "at": one.at.to_string(), "totals": totals(&one.totals) });
    Ok(json_answer(&json!({ "bookings": found.iter().map(booking).collect::<Vec<_>>() })))
}

async fn of(Asking(pay): Asking, Path(day): Path<String>) -> Result<Response, WebError> {
    let found = pay.accrual(read(&day)?).await.map_err(told)?;
    Ok(json_answer(&to_json(&found)))
}

async fn book(Asking(pay): Asking, Path(day): Path<String>, Json(seen): Json<Seen>) -> Result<Response, WebError> {
    let found = pay.book_accrual(read(&day)?, seen.sha256.as_deref(), Origin::Api).await.map_err(told)?;
    Ok(json_answer(&to_json(&found)))
}

async fn void(Asking(pay): Asking, Path(day): Path<String>) -> Result<StatusCode, WebError> {
    pay.void_accrual(read(&day)?, Origin::Api).await.map_err(told)?;
    Ok(StatusCode::NO_CONTENT)
}

fn read(day: &str) -> Result<Date, WebError> {
    day.parse().map_err(|_| told(RunError::NotADay(day.to_owned())))
}

fn totals(sums: &BTreeMap<String, Sums>) -> Map<String, Value> {
    let one = |(code, sums): (&String, &Sums)| (code.clone(), of_sums(sums));
    sums.iter().map(one).collect()
}

fn of_sums(sums: &Sums) -> Value {
    let plain = |money: Money| money.to_string();
    json!({
        "opening": plain(sums.opening),
        "paid": plain(sums.paid),
        "expense": plain(sums.expense),
        "closing": plain(sums.closing),
    })
}

/// An accrual, as command line and API tell it.
pub fn to_json(found: &Accrual) -> Value {
    let row = |one: &crate::Accrued| {
        json!({
            "employee": one.employee,
            "name": one.name,
            "pay_code": one.pay_code,
            "currency": one.closing.currency.code(),
            "amounts": of_sums(&one.sums()),
        })
    };
    let beside = |one: &crate::Beside| {
        json!({
            "name": one.name,
            "kind": one.kind,
            "amount": one.amount.to_string(),
            "currency": one.amount.currency.code(),
        })
    };
    let part = |one: &crate::Part| json!({ "period": one.period.label, "is_approved": one.is_approved });
    let booked = found.booked.as_ref().map(|one| json!({ "by": one.by, "at": one.at.to_string() }));
    let now = found.now.iter().map(|(code, sum)| (code.clone(), Value::from(sum.to_string())));
    json!({
        "day": found.day.to_string(),
        "since": found.since.map(|day| day.to_string()),
        "booked": booked,
        "rows": found.rows.iter().map(row).collect::<Vec<_>>(),
        "control_totals": totals(&accruals::sums(&found.rows)),
        "known_now": now.collect::<Map<_, _>>(),
        "beside": found.beside.iter().map(beside).collect::<Vec<_>>(),
        "parts": found.parts.iter().map(part).collect::<Vec<_>>(),
        "exceptions": found.exceptions,
        "sha256": found.sha256,
    })
}

pub fn describe(described: &mut Description) {
    let any = json!({ "type": "object" });
    let day = [word_in_path("day", "A day, like 2026-10-31.")];
    let text = |says: &str| json!({ "type": "string", "description": says });
    let body = optional(&[("sha256", text("Of the rows that were looked at; others are refused."))]);
    let mut add = |path: &str, method: &str, summary: &str, parameters: &[Value], body: Option<&Value>| {
        described.operation(path, method, operation(summary, parameters, body, &any, true));
    };
    add(ACCRUALS, "get", "What was booked as owed, the last day first", &[], None);
    add(ACCRUAL, "get", "What is owed at the end of a day, and how it moved since the booking before", &day, None);
    add(ACCRUAL, "post", "Books what is owed at the end of a day that is over", &day, Some(&body));
    add(ACCRUAL, "delete", "Takes the last booking back", &day, None);
}
