//! Files that a browser keeps rather than opens.

use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

pub const CSV: &str = "text/csv; charset=utf-8";

/// A file of a name. A name that is no header is left to the browser.
pub fn attached(kind: &'static str, name: &str, body: impl Into<Body>) -> Response {
    let named = HeaderValue::from_str(&format!("attachment; filename=\"{name}\""));
    let disposition = named.unwrap_or(HeaderValue::from_static("attachment"));
    let heads = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)];
    (heads, body.into()).into_response()
}
