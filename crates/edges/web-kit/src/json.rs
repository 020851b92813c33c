use axum::{
    http::header,
    response::{IntoResponse, Response},
};
use serde_json::Value;

/// An answer as the API gives it, laid out for people.
pub fn json_answer(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], format!("{value:#}\n")).into_response()
}
