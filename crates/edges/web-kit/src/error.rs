//! What a person or a program is told when a request cannot be answered. The inner text goes to the log under a
//! reference; outside only the translated sentence, the hint and the reference are seen.
//!
//! A handler returns [`WebError`]; the layer [`render`], which knows the language, turns it into a page or, below
//! `/api`, into `application/problem+json`.

use crate::{
    i18n::{Language, Words},
    page::{Status, Way, plain, status},
};
use axum::{
    extract::Request,
    http::{HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use maud::Markup;
use std::{
    error::Error,
    fmt::{self, Write},
    hash::{DefaultHasher, Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

/// Why a request cannot be answered. A form with mistakes is none of these: it comes back as 422 with its fields.
#[derive(Debug, Clone, thiserror::Error)]
pub enum WebError {
    /// No such thing, or no right to know of it.
    #[error("not found")]
    NotFound,
    /// Known, but not for this person.
    #[error("forbidden")]
    Forbidden,
    /// Nobody is signed in; pages send people to this address.
    #[error("not signed in")]
    SignIn { to: String },
    /// The request makes no sense; the message key says what to change.
    #[error("refused: {hint_key}")]
    Refused { hint_key: &'static str },
    /// A program's question that cannot be answered, with what to change: in English, and never shown on a page.
    #[error("{detail}")]
    Told { status: StatusCode, detail: String },
    /// Someone else changed the record first.
    #[error("conflict")]
    Conflict,
    /// Asked too often.
    #[error("too many requests")]
    TooMany { retry_after_seconds: u32 },
    /// Not now: starting, stopping or restoring.
    #[error("unavailable")]
    Unavailable,
    /// A fault of ours.
    #[error("internal: {0}")]
    Internal(Arc<dyn Error + Send + Sync>),
}

impl WebError {
    /// A fault with its cause, for `map_err`.
    pub fn internal(cause: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        WebError::Internal(Arc::from(cause.into()))
    }

    pub const fn status_code(&self) -> StatusCode {
        match self {
            WebError::NotFound => StatusCode::NOT_FOUND,
            WebError::Forbidden => StatusCode::FORBIDDEN,
            WebError::SignIn { .. } => StatusCode::UNAUTHORIZED,
            WebError::Refused { .. } => StatusCode::BAD_REQUEST,
            WebError::Told { status, .. } => *status,
            WebError::Conflict => StatusCode::CONFLICT,
            WebError::TooMany { .. } => StatusCode::TOO_MANY_REQUESTS,
            WebError::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
            WebError::Internal(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    const fn page_status(&self) -> Status {
        match self {
            WebError::NotFound | WebError::Told { status: StatusCode::NOT_FOUND, .. } => Status::NotFound,
            WebError::Forbidden | WebError::SignIn { .. } | WebError::Told { status: StatusCode::FORBIDDEN, .. } => {
                Status::Forbidden
            }
            WebError::Conflict | WebError::Told { status: StatusCode::CONFLICT, .. } => Status::Conflict,
            WebError::Refused { .. } | WebError::Told { .. } => Status::Refused,
            WebError::TooMany { .. } => Status::TooMany,
            WebError::Unavailable => Status::Unavailable,
            WebError::Internal(_) => Status::Broken,
        }
    }

    fn hint(&self, words: Words) -> String {
        match self {
            WebError::Refused { hint_key } => words.t(hint_key),
            WebError::SignIn { .. } => words.t("sign-in-needed-hint"),
            other => other.page_status().hint(words),
        }
    }
}

/// Carries the error to [`render`]; without that layer the status alone is sent.
impl IntoResponse for WebError {
    fn into_response(self) -> Response {
        let mut response = self.status_code().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// Puts the shell around an error page. A session layer outside of [`render`] may set it
/// as a request extension, as it may set [`Words`].
#[derive(Clone)]
pub struct Frame(pub Arc<Framing>);

/// Title and content in, document out.
pub type Framing = dyn Fn(&str, &Markup) -> Markup + Send + Sync;

impl fmt::Debug for Frame {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Frame")
    }
}

/// The layer that writes every error answer: `axum::middleware::from_fn(render)`.
pub async fn render(request: Request, next: Next) -> Response {
    let asker = Asker::of(&request);
    let mut response = next.run(request).await;
    let error = response.extensions_mut().remove().or_else(|| rejection(&response));
    match error {
        Some(error) => asker.answer(&error, response.status()),
        None => response,
    }
}

/// What is behind a bare refusal of the router or an extractor, whose own text tells of our insides.
fn rejection(response: &Response) -> Option<WebError> {
    let status = response.status();
    let is_text = |kind: &HeaderValue| kind.as_bytes().starts_with(b"text/plain");
    let is_bare = response.headers().get(header::CONTENT_TYPE).is_none_or(is_text);
    if !is_bare || !(status.is_client_error() || status.is_server_error()) {
        return None;
    }
    Some(match status {
        StatusCode::NOT_FOUND => WebError::NotFound,
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => WebError::Forbidden,
        StatusCode::CONFLICT => WebError::Conflict,
        StatusCode::PAYLOAD_TOO_LARGE => WebError::Refused { hint_key: "hint-too-large" },
        StatusCode::SERVICE_UNAVAILABLE => WebError::Unavailable,
        status if status.is_server_error() => WebError::internal(format!("an answer of {status} without a cause")),
        _ => WebError::Refused { hint_key: "hint-check-address" },
    })
}

/// What is known of the asker before the request is handled.
struct Asker {
    words: Words,
    is_program: bool,
    frame: Option<Frame>,
}

impl Asker {
    fn of(request: &Request) -> Self {
        let wish = request.headers().get(header::ACCEPT_LANGUAGE).and_then(|header| header.to_str().ok());
        let language = wish.and_then(Language::from_accept_language).unwrap_or_default();
        let path = request.uri().path();
        let is_program = path == "/api" || path.starts_with("/api/");
        let words = request.extensions().get().copied().unwrap_or(Words::new(language));
        Asker {
            words: if is_program { Words::new(Language::En) } else { words }, // the API is never localised
            is_program,
            frame: request.extensions().get().cloned(),
        }
    }

    fn answer(&self, error: &WebError, status: StatusCode) -> Response {
        let reference = log(error);
        let mut response = match error {
            WebError::SignIn { to } if !self.is_program => return axum::response::Redirect::to(to).into_response(),
            error if self.is_program => self.problem(error, status, reference.as_deref()),
            error => self.page(error, reference.as_deref()).into_response(),
        };
        *response.status_mut() = status;
        if let WebError::TooMany { retry_after_seconds } = error {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(*retry_after_seconds));
        }
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
        response
    }

    fn page(&self, error: &WebError, reference: Option<&str>) -> Markup {
        let (words, hint) = (self.words, error.hint(self.words));
        let title = error.page_status().sentence(words);
        let content = |way| status(words, error.page_status(), Some(&hint), reference, way);
        match &self.frame {
            Some(Frame(frame)) => frame(&title, &content(Way::Home)),
            None => plain(words, &title, &content(Way::SignIn)),
        }
    }

    /// RFC 9457; `code` is the stable word.
    fn problem(&self, error: &WebError, status: StatusCode, reference: Option<&str>) -> Response {
        let code = if matches!(error, WebError::SignIn { .. }) { "sign-in" } else { error.page_status().name() };
        let mut body = serde_json::json!({
            "status": status.as_u16(),
            "code": code,
            "title": error.page_status().sentence(self.words),
            "detail": match error {
                WebError::Told { detail, .. } => detail.clone(),
                error => error.hint(self.words),
            },
        });
        if let Some(reference) = reference {
            body["reference"] = reference.into();
        }
        let content_type = [(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"))];
        (content_type, body.to_string()).into_response()
    }
}

/// Writes a fault with all its causes to the log and returns the reference under which it stands there.
fn log(error: &WebError) -> Option<String> {
    let WebError::Internal(cause) = error else { return None };
    let mut text = cause.to_string();
    let mut next = cause.source();
    while let Some(inner) = next {
        write!(text, ": {inner}").unwrap_or_default(); // a String takes everything
        next = inner.source();
    }
    let reference = reference(&text);
    tracing::error!(reference, cause = text, "a request failed");
    Some(reference)
}

/// Eight letters that differ for each fault of a process; not a secret.
fn reference(text: &str) -> String {
    static FAULTS: AtomicU64 = AtomicU64::new(0);
    let mut hasher = DefaultHasher::new();
    (text, FAULTS.fetch_add(1, Ordering::Relaxed)).hash(&mut hasher);
    let digits = format!("{:08X}", hasher.finish() >> 32);
    format!("{}-{}", &digits[..4], &digits[4..])
}

#[cfg(test)]
mod tests;
