//! Files that a browser keeps rather than opens.

use crate::address::escaped;
use axum::{
    body::Body,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};

pub const CSV: &str = "text/csv; charset=utf-8";
/// What a browser shows nothing of.
pub const BINARY: &str = "application/octet-stream";

/// A file of a name, in whatever letters (RFC 6266, RFC 8187).
pub fn attached(kind: &'static str, name: &str, body: impl Into<Body>) -> Response {
    let is_plain = name.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"\\%".contains(&byte));
    let named = if is_plain { format!("filename=\"{name}\"") } else { format!("filename*=UTF-8''{}", escaped(name)) };
    let disposition = HeaderValue::try_from(format!("attachment; {named}"));
    let disposition = disposition.unwrap_or(HeaderValue::from_static("attachment"));
    let heads = [(header::CONTENT_TYPE, HeaderValue::from_static(kind)), (header::CONTENT_DISPOSITION, disposition)];
    (heads, body.into()).into_response()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_told_in_whatever_letters() {
        for (name, told) in [
            ("pay-2026-01.csv", r#"attachment; filename="pay-2026-01.csv""#),
            ("ผ\".html", "attachment; filename*=UTF-8''%E0%B8%9C%22.html"),
            ("a b\r\nX: y.txt", "attachment; filename*=UTF-8''a%20b%0D%0AX%3A%20y.txt"),
            ("50%.pdf", "attachment; filename*=UTF-8''50%25.pdf"),
        ] {
            let answer = attached(BINARY, name, "");
            assert_eq!(answer.headers()[header::CONTENT_DISPOSITION], told, "{name:?}");
        }
    }
}
