//! The addresses of xAPI 1.0.3 and 2.0.0, and statements among them. A learning tool names itself by the key and secret of its source.

use super::{
    about, documents, multipart,
    records::XAPI_SOURCE,
    store::{self, Enclosed, Found, Sender, StoreError},
};
use crate::{Folder, Training, TrainingError};
use access::Access;
use axum::{
    Extension, Form, Router,
    body::{Body, Bytes},
    extract::{FromRequest, Query as Pairs, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::any,
};
use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use db::{Filter, ListQuery, Record};
use jiff::Timestamp;
use rules::{
    access::Viewer,
    record::Value,
    xapi::{Query, Statement, Version, accept_languages, check_signature},
};
use serde_json::{Value as Json, json};
use std::collections::BTreeSet;

const STATEMENTS: &str = "/xapi/statements";
/// With attachments.
const LARGEST_BYTES: usize = 16 * 1024 * 1024;
/// Where the key stands in the body: in a form.
const LARGEST_UNNAMED_BYTES: usize = 1024 * 1024;
const LARGEST_STATEMENT_BYTES: usize = 256 * 1024;
const MOST_STATEMENTS: usize = 1_000;
const VERSION: HeaderName = HeaderName::from_static("x-experience-api-version");
const CONSISTENT: HeaderName = HeaderName::from_static("x-experience-api-consistent-through");
const HASH: &str = "x-experience-api-hash";
/// Whose keys are: a name that nobody else can have.
const AUTHORITY: &str = "https://clinch.invalid/xapi";
/// Where the next page goes on.
const CURSOR: &str = "cursor";

pub(crate) fn routes() -> Router<Access> {
    let resources = [
        (STATEMENTS, Resource::Statements),
        ("/xapi/activities/state", Resource::State),
        ("/xapi/agents/profile", Resource::AgentProfile),
        ("/xapi/activities/profile", Resource::ActivityProfile),
        ("/xapi/agents", Resource::Agents),
        ("/xapi/activities", Resource::Activities),
    ];
    let routes = resources.into_iter().fold(Router::new(), |routes, (path, what)| {
        let serve = move |State(access): State<Access>, Extension(folder): Extension<Folder>, request: Request| {
            served(access, folder, request, what)
        };
        routes.route(path, any(serve))
    });
    routes.route("/xapi/about", any(versions))
}

/// What a tool is told that did not ask well.
pub(super) struct Refused(pub StatusCode, pub String);

impl Refused {
    pub fn bad(why: impl Into<String>) -> Self {
        Self(StatusCode::BAD_REQUEST, why.into())
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let mut answer = (self.0, axum::Json(json!({ "error": self.1 }))).into_response();
        if self.0 == StatusCode::UNAUTHORIZED {
            answer.headers_mut().insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Basic realm=\"xAPI\""));
        }
        answer
    }
}

impl From<rules::xapi::Invalid> for Refused {
    fn from(error: rules::xapi::Invalid) -> Self {
        Self::bad(error.to_string())
    }
}

impl From<TrainingError> for Refused {
    fn from(error: TrainingError) -> Self {
        match error {
            TrainingError::Moved => {
                Self(StatusCode::SERVICE_UNAVAILABLE, "others write at the same time; send it again".to_owned())
            }
            other => {
                tracing::error!(cause = %other, "a statement could not be kept or found");
                Self(StatusCode::INTERNAL_SERVER_ERROR, "Clinch could not do it; look at its log".to_owned())
            }
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Taken(_) => Self(StatusCode::CONFLICT, error.to_string()),
            StoreError::Twice(_) | StoreError::VoidsVoiding(_) => Self::bad(error.to_string()),
            StoreError::Training(error) => error.into(),
        }
    }
}

/// A request as it is meant, however it was written.
pub(super) struct Asked {
    pub method: Method,
    headers: HeaderMap,
    pub pairs: Vec<(String, String)>,
    pub body: Bytes,
}

impl Asked {
    async fn read(request: Request, most: usize) -> Result<Self, Refused> {
        let (parts, body) = request.into_parts();
        let Pairs(pairs) = Pairs::<Vec<(String, String)>>::try_from_uri(&parts.uri)
            .map_err(|_| Refused::bad("the parameters of the address do not read; write name=value, URL encoded"))?;
        if pairs.iter().any(|(_, value)| value.contains('\0')) {
            return Err(Refused::bad("a parameter holds a NUL; leave it out"));
        }
        let body = axum::body::to_bytes(body, most).await.map_err(|_| {
            Refused(StatusCode::PAYLOAD_TOO_LARGE, format!("a request has at most {most} bytes; send fewer at once"))
        })?;
        Ok(Self { method: parts.method, headers: parts.headers, pairs, body })
    }

    /// The alternate syntax of 1.0.3, which 2.0.0 has no more: POST with `?method=`, the rest in a form.
    async fn unfolded(self) -> Result<Self, Refused> {
        let is_later = self.header(&VERSION).and_then(Version::read) == Some(Version::V2);
        if is_later || self.method != Method::POST || !self.pairs.iter().any(|(name, _)| name == "method") {
            return Ok(self);
        }
        let [(_, method)] = &self.pairs[..] else {
            return Err(Refused::bad("with method in the address everything else stands in the form"));
        };
        let method = match method.as_str() {
            "GET" => Method::GET,
            "PUT" => Method::PUT,
            "POST" => Method::POST,
            "HEAD" => Method::HEAD,
            "DELETE" => Method::DELETE,
            _ => return Err(Refused::bad("method is GET, HEAD, PUT, POST or DELETE")),
        };
        let form = Request::post("/")
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(self.body))
            .map_err(|_| Refused::bad("the form does not read"))?;
        let Form(fields) = Form::<Vec<(String, String)>>::from_request(form, &())
            .await
            .map_err(|_| Refused::bad("the form does not read; write name=value, URL encoded"))?;
        let (mut headers, mut pairs, mut body) = (self.headers, Vec::new(), Bytes::new());
        // The form's own type is not its content's.
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        for (name, value) in fields {
            let known = [
                "authorization",
                "x-experience-api-version",
                "content-type",
                "if-match",
                "if-none-match",
                "accept-language",
            ];
            let lower = name.to_ascii_lowercase();
            if name == "content" {
                body = Bytes::from(value);
            } else if known.contains(&lower.as_str()) {
                let told = HeaderName::from_bytes(lower.as_bytes()).ok().zip(HeaderValue::from_str(&value).ok());
                let (name, value) = told.ok_or_else(|| Refused::bad(format!("{name} does not read as a header")))?;
                headers.insert(name, value);
            } else if lower != "content-length" {
                pairs.push((name, value));
            }
        }
        Ok(Self { method, headers, pairs, body })
    }

    pub fn header(&self, name: impl header::AsHeaderName) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn version(&self) -> Result<Version, Refused> {
        let told = self
            .header(&VERSION)
            .ok_or_else(|| Refused::bad("the header X-Experience-API-Version is missing; send 1.0.3 or 2.0.0"))?;
        Version::read(told.trim()).ok_or_else(|| {
            Refused::bad(format!("X-Experience-API-Version {told} is not known here; send 1.0.3 or 2.0.0"))
        })
    }
}

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resource {
    Statements,
    State,
    AgentProfile,
    ActivityProfile,
    Agents,
    Activities,
}

async fn served(access: Access, Folder(folder): Folder, request: Request, what: Resource) -> Response {
    let version = request.headers().get(&VERSION).and_then(|told| told.to_str().ok()).and_then(Version::read);
    let mut answer = if request.method() == Method::OPTIONS {
        StatusCode::NO_CONTENT.into_response()
    } else {
        let training = Training::new(access.db().clone(), Viewer::system(), folder);
        match answered(&access, &training, request, what).await {
            Ok(answer) => answer,
            Err(refused) => refused.into_response(),
        }
    };
    let headers = answer.headers_mut();
    headers.insert(VERSION, HeaderValue::from_static(version.unwrap_or(Version::V1).told()));
    let through = store::consistent_through().unwrap_or_else(|| access.db().now());
    if let Ok(through) = HeaderValue::from_str(&told(through)) {
        headers.insert(CONSISTENT, through);
    }
    open_to_all(headers);
    answer
}

/// Courses report from pages of other sites: they bring a key, never a cookie. What tools keep is theirs, and no page of Clinch.
fn open_to_all(headers: &mut HeaderMap) {
    let rules = [
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
        (header::ACCESS_CONTROL_ALLOW_METHODS, "GET, HEAD, PUT, POST, DELETE, OPTIONS"),
        (
            header::ACCESS_CONTROL_ALLOW_HEADERS,
            "Authorization, Content-Type, If-Match, If-None-Match, X-Experience-API-Version, Accept-Language",
        ),
        (
            header::ACCESS_CONTROL_EXPOSE_HEADERS,
            "ETag, Last-Modified, X-Experience-API-Version, X-Experience-API-Consistent-Through",
        ),
        (header::CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"),
        (header::CONTENT_DISPOSITION, "attachment"),
    ];
    for (name, value) in rules {
        headers.insert(name, HeaderValue::from_static(value));
    }
}

async fn versions(request: Request) -> Response {
    let mut answer = match *request.method() {
        Method::GET | Method::HEAD => {
            axum::Json(json!({ "version": ["1.0.3", "2.0.0"], "extensions": {} })).into_response()
        }
        Method::OPTIONS => StatusCode::NO_CONTENT.into_response(),
        _ => StatusCode::METHOD_NOT_ALLOWED.into_response(),
    };
    answer.headers_mut().insert(VERSION, HeaderValue::from_static(Version::V1.told()));
    open_to_all(answer.headers_mut());
    answer
}

async fn answered(access: &Access, training: &Training, request: Request, what: Resource) -> Result<Response, Refused> {
    // Nobody is listened to at length before they have said who they are.
    let told = request.headers().get(header::AUTHORIZATION).and_then(|told| told.to_str().ok()).map(str::to_owned);
    let most = match told {
        Some(told) => source(access, Some(&told)).await.map(|_| LARGEST_BYTES)?,
        None => LARGEST_UNNAMED_BYTES,
    };
    let asked = Asked::read(request, most).await?.unfolded().await?;
    let sender = sender(access, &asked).await?;
    match (what, &asked.method) {
        (Resource::Statements, &(Method::GET | Method::HEAD)) => give(training, &asked, &sender).await,
        (Resource::Statements, &Method::PUT) => put(training, &asked, &sender).await,
        (Resource::Statements, &Method::POST) => post(access, training, &asked, &sender).await,
        (Resource::Agents | Resource::Activities, &(Method::GET | Method::HEAD)) => {
            about::answered(training, &asked, what, sender.source).await
        }
        (Resource::State | Resource::AgentProfile | Resource::ActivityProfile, _) => {
            documents::answered(training, &asked, what, &sender).await
        }
        _ => Err(Refused(StatusCode::METHOD_NOT_ALLOWED, format!("this has no {}", asked.method))),
    }
}

/// Which source asks: its key and secret by Basic authentication.
async fn source(access: &Access, told: Option<&str>) -> Result<Record, Refused> {
    let unknown =
        || Refused(StatusCode::UNAUTHORIZED, "name a source by its key and secret, by Basic authentication".to_owned());
    let told = told.and_then(|told| told.split_once(' '));
    let (_, told) = told.filter(|(way, _)| way.eq_ignore_ascii_case("basic")).ok_or_else(unknown)?;
    let told = BASE64.decode(told.trim()).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(unknown)?;
    let (key, secret) = told.split_once(':').filter(|(key, _)| !key.contains('\0')).ok_or_else(unknown)?;
    let filters = vec![Filter("key", Value::Text(key.to_owned()))];
    let query = ListQuery { filters, limit: 1, ..ListQuery::default() };
    let found = access.db().system().list(&XAPI_SOURCE, &query).await;
    let found = found.map_err(|error| Refused::from(TrainingError::from(error)))?.pop();
    let is_good = |one: &Record| {
        one.value("ended_on").as_date().is_none()
            && one.value("secret_digest").as_text() == Some(&Access::digest(secret))
    };
    found.filter(is_good).ok_or_else(unknown)
}

async fn sender(access: &Access, asked: &Asked) -> Result<Sender, Refused> {
    let source = source(access, asked.header(header::AUTHORIZATION)).await?;
    let account = json!({ "homePage": AUTHORITY, "name": source.value("key").as_text() });
    let authority = json!({ "objectType": "Agent", "name": source.title(), "account": account });
    Ok(Sender { source: source.id, authority, version: asked.version()? })
}

/// What was sent: statements, and what came with them.
struct Sent {
    json: Json,
    enclosed: Vec<Enclosed>,
}

fn sent(asked: &Asked) -> Result<Sent, Refused> {
    let kind = asked.header(header::CONTENT_TYPE).unwrap_or_default().to_owned();
    let media = kind.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match media.as_str() {
        "application/json" => Ok(Sent { json: read_json(&asked.body)?, enclosed: Vec::new() }),
        "multipart/mixed" => {
            let boundary = multipart::boundary(&kind).ok_or_else(|| {
                Refused::bad("multipart/mixed names its boundary; add boundary=… to the content type")
            })?;
            let parts = multipart::parts(&asked.body, &boundary).map_err(Refused::bad)?;
            let (first, rest) = parts.split_first().ok_or_else(|| Refused::bad("the first part is the statements"))?;
            let is_json = first.header("content-type").is_some_and(|kind| kind.starts_with("application/json"));
            if !is_json {
                return Err(Refused::bad("the first part is the statements, as application/json"));
            }
            let enclosed = rest.iter().map(enclosed).collect::<Result<_, _>>()?;
            Ok(Sent { json: read_json(first.content)?, enclosed })
        }
        _ => Err(Refused::bad("statements come as application/json, or as multipart/mixed with attachments")),
    }
}

fn read_json(body: &[u8]) -> Result<Json, Refused> {
    serde_json::from_slice(body).map_err(|error| Refused::bad(format!("the statements are not JSON: {error}")))
}

fn read_statement(value: Json, version: Version) -> Result<Statement, Refused> {
    if value.to_string().len() > LARGEST_STATEMENT_BYTES {
        let why = format!("a statement has at most {LARGEST_STATEMENT_BYTES} bytes; put the rest into an attachment");
        return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, why));
    }
    Ok(Statement::read(value, version)?)
}

fn enclosed(part: &multipart::Part<'_>) -> Result<Enclosed, Refused> {
    if part.header("content-transfer-encoding") != Some("binary") {
        return Err(Refused::bad("an attachment has the header Content-Transfer-Encoding: binary"));
    }
    let sha2 = part.header(HASH).ok_or_else(|| Refused::bad("an attachment has the header X-Experience-API-Hash"))?;
    let sha2 = sha2.to_ascii_lowercase();
    if multipart::hash(part.content, &sha2).as_ref() != Some(&sha2) {
        return Err(Refused::bad(format!("the attachment {sha2} has another hash; send what was hashed")));
    }
    let content_type = part.header("content-type").unwrap_or("application/octet-stream").to_owned();
    if content_type.contains(char::is_control) {
        return Err(Refused::bad("a content type is one line"));
    }
    Ok(Enclosed { sha2, content_type, content: part.content.to_vec() })
}

/// Each attachment of a statement is there or elsewhere, each part belongs to a statement, and what is signed is what was sent.
fn check_enclosed(statements: &[Statement], enclosed: &[Enclosed], version: Version) -> Result<(), Refused> {
    let mut told = BTreeSet::new();
    for statement in statements {
        for one in statement.attachments() {
            let part = enclosed.iter().find(|part| part.sha2 == one.sha2);
            match part {
                None if one.has_url && !one.is_signature() => {}
                None => {
                    return Err(Refused::bad(format!("the attachment {} did not come with its statement", one.sha2)));
                }
                Some(part) if one.is_signature() => check_signature(&part.content, statement, version)?,
                Some(_) => {}
            }
            told.insert(one.sha2);
        }
    }
    match enclosed.iter().find(|part| !told.contains(&part.sha2)) {
        Some(stray) => Err(Refused::bad(format!("no statement speaks of the attachment {}", stray.sha2))),
        None => Ok(()),
    }
}

async fn put(training: &Training, asked: &Asked, sender: &Sender) -> Result<Response, Refused> {
    let [(name, id)] = &asked.pairs[..] else {
        return Err(Refused::bad("PUT has one parameter, statementId"));
    };
    if name != "statementId" {
        return Err(Refused::bad(format!("PUT has one parameter, statementId, and not {name}")));
    }
    let id = Query::read(&asked.pairs, sender.version)?.statement_id.unwrap_or_else(|| id.to_ascii_lowercase());
    let sent = sent(asked)?;
    let mut json = sent.json;
    if json.is_array() {
        return Err(Refused::bad("PUT sends one statement; send several by POST"));
    }
    if let Some(statement) = json.as_object_mut() {
        statement.entry("id").or_insert_with(|| Json::String(id.clone()));
    }
    let statement = read_statement(json, sender.version)?;
    if statement.id() != Some(&id) {
        return Err(Refused::bad("the statement has another id than the address"));
    }
    let statements = [statement];
    check_enclosed(&statements, &sent.enclosed, sender.version)?;
    training.store(sender, &statements, &sent.enclosed).await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}

async fn post(access: &Access, training: &Training, asked: &Asked, sender: &Sender) -> Result<Response, Refused> {
    if let Some((name, _)) = asked.pairs.first() {
        return Err(Refused::bad(format!("POST has no parameter {name}")));
    }
    let sent = sent(asked)?;
    let values = match sent.json {
        Json::Array(values) => values,
        one => vec![one],
    };
    if values.len() > MOST_STATEMENTS {
        let why = format!("a request has at most {MOST_STATEMENTS} statements; send them in several");
        return Err(Refused(StatusCode::PAYLOAD_TOO_LARGE, why));
    }
    let mut statements = Vec::new();
    for mut value in values {
        if let Some(statement) = value.as_object_mut() {
            statement.entry("id").or_insert_with(|| Json::String(uuid(access)));
        }
        statements.push(read_statement(value, sender.version)?);
    }
    check_enclosed(&statements, &sent.enclosed, sender.version)?;
    training.store(sender, &statements, &sent.enclosed).await?;
    let ids: Vec<&str> = statements.iter().filter_map(Statement::id).collect();
    Ok(axum::Json(json!(ids)).into_response())
}

/// Of version 4 (RFC 9562).
fn uuid(access: &Access) -> String {
    let mut bytes = [0_u8; 16];
    access.random().fill(&mut bytes);
    let number = u128::from_be_bytes(bytes);
    let number = (number & !(0xf << 76) & !(0x3 << 62)) | (0x4 << 76) | (0x2 << 62);
    let text = format!("{number:032x}");
    let piece = |from: usize, to: usize| text.get(from..to).unwrap_or_default();
    [piece(0, 8), piece(8, 12), piece(12, 16), piece(16, 20), piece(20, 32)].join("-")
}

async fn give(training: &Training, asked: &Asked, sender: &Sender) -> Result<Response, Refused> {
    let cursor = asked.pairs.iter().find(|(name, _)| name == CURSOR).map(|(_, value)| value);
    let cursor = match cursor {
        Some(text) => Some(text.parse::<Timestamp>().map_err(|_| Refused::bad("cursor is what a more link says"))?),
        None => None,
    };
    let pairs: Vec<_> = asked.pairs.iter().filter(|(name, _)| name != CURSOR).cloned().collect();
    let query = Query::read(&pairs, sender.version)?;
    let languages = accept_languages(asked.header(header::ACCEPT_LANGUAGE).unwrap_or_default());
    let one = query
        .statement_id
        .as_ref()
        .map(|id| (id, false))
        .or_else(|| query.voided_statement_id.as_ref().map(|id| (id, true)));
    let (body, found) = if let Some((id, is_void)) = one {
        let found = training.one(sender.source, id, is_void).await?;
        let found = found.ok_or_else(|| Refused(StatusCode::NOT_FOUND, format!("there is no statement {id}")))?;
        (found.in_format(query.format, &languages), vec![found])
    } else {
        let Found { statements, more } = training.find(sender.source, &query, cursor).await?;
        let more = more.map(|moment| more_path(&pairs, moment)).unwrap_or_default();
        let told: Vec<Json> = statements.iter().map(|one| one.in_format(query.format, &languages)).collect();
        (json!({ "statements": told, "more": more }), statements)
    };
    let modified = found.iter().filter_map(Statement::stored).max();
    let mut answer = if query.attachments {
        with_attachments(training, &body, &found).await?
    } else {
        axum::Json(body).into_response()
    };
    last_modified(&mut answer, modified);
    Ok(answer)
}

pub(super) fn last_modified(answer: &mut Response, moment: Option<Timestamp>) {
    let text = moment.map(|moment| moment.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string());
    if let Some(text) = text.and_then(|text| HeaderValue::from_str(&text).ok()) {
        answer.headers_mut().insert(header::LAST_MODIFIED, text);
    }
}

fn more_path(pairs: &[(String, String)], from: Timestamp) -> String {
    let cursor = (CURSOR.to_owned(), from.to_string());
    let all = pairs.iter().chain([&cursor]).map(|(name, value)| format!("{name}={}", encoded(value)));
    format!("{STATEMENTS}?{}", all.collect::<Vec<_>>().join("&"))
}

fn encoded(text: &str) -> String {
    let one = |byte: u8| match byte {
        b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// As multipart: the statements first, then each attachment once.
async fn with_attachments(training: &Training, body: &Json, found: &[Statement]) -> Result<Response, Refused> {
    let all: BTreeSet<String> = found.iter().flat_map(Statement::attachments).map(|one| one.sha2).collect();
    let mut enclosed = Vec::new();
    for sha2 in &all {
        enclosed.extend(training.attachment(sha2).await?);
    }
    let body = body.to_string();
    // Nothing can hold a hash that is made of its own.
    let of = all.iter().fold(body.clone(), |text, sha2| text + sha2);
    let boundary = multipart::hash(of.as_bytes(), &"0".repeat(64)).unwrap_or_default();
    let mut told = format!("--{boundary}\r\nContent-Type: application/json\r\n\r\n{body}\r\n").into_bytes();
    for one in enclosed {
        let head = format!(
            "--{boundary}\r\nContent-Type: {}\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {}\r\n\r\n",
            one.content_type, one.sha2
        );
        told.extend(head.into_bytes().into_iter().chain(one.content).chain(*b"\r\n"));
    }
    told.extend(format!("--{boundary}--\r\n").into_bytes());
    Ok(([(header::CONTENT_TYPE, format!("multipart/mixed; boundary={boundary}"))], told).into_response())
}

fn told(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}
