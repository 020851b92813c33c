//! Who asks, for every page and every call of the API.

use crate::{Access, AccessError, COMPANY, Session, role};
use axum::{
    extract::{FromRequestParts, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    middleware::Next,
    response::{IntoResponse, Redirect, Response},
};
use base::RecordId;
use maud::Markup;
use rules::access::{administers, closes_periods};
use std::{net::IpAddr, sync::Arc};
use web_kit::{
    Language, Page, WebError, Words,
    error::Frame,
    page::{self, Crumb, NAV, NavGroup, NavItem},
};

/// `__Host-`: only this host, only over a safe connection, for every path.
const COOKIE: &str = "__Host-clinch";
const LANGUAGE_COOKIE: &str = "language";
/// What a proxy says of whom it asks for.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// The page that finds records and places.
pub const SEARCH: &str = "/search";
const TWO_WEEKS_SECONDS: u32 = 14 * 24 * 3600;

/// What the layer found out about a request.
#[derive(Clone)]
struct Identity {
    session: Option<Arc<Session>>,
    words: Words,
    company: Arc<str>,
    path: Arc<str>,
    cookie: Option<Arc<str>>,
}

impl Identity {
    fn asker(&self) -> Option<Asker> {
        let (session, cookie) = self.session.clone().zip(self.cookie.clone())?;
        let (company, path) = (self.company.clone(), self.path.clone());
        Some(Asker { session, words: self.words, company, path, cookie })
    }
}

/// A signed-in person asking for a page.
#[derive(Clone)]
pub struct Asker {
    pub session: Arc<Session>,
    pub words: Words,
    pub company: Arc<str>,
    path: Arc<str>,
    pub(crate) cookie: Arc<str>,
}

impl Asker {
    /// The whole document around a page's content. `active` is the key of its place in the side bar.
    pub fn document(&self, title: &str, active: Option<&str>, past: Option<Markup>, content: &Markup) -> Markup {
        self.telling(title, active, past, None, content)
    }

    /// The same with word of what was just done.
    pub fn telling(
        &self,
        title: &str,
        active: Option<&str>,
        past: Option<Markup>,
        toast: Option<Markup>,
        content: &Markup,
    ) -> Markup {
        let name = self.session.person.title();
        let viewer = page::Viewer { name: &name, profile: "/profile", sign_out: "/sign-out", token: None };
        let places = self.places();
        let crumbs = self.crumbs(active);
        let page = Page {
            nav: &places,
            active,
            crumbs: &crumbs,
            search: Some(SEARCH),
            past,
            toast,
            ..Page::new(self.words, title, &self.company, viewer)
        };
        page::shell(&page, content)
    }

    /// The way to a page: its place in the side bar, where the page is not that place itself.
    fn crumbs(&self, active: Option<&str>) -> Vec<Crumb> {
        let path = self.path.split('?').next().unwrap_or_default();
        let place = NAV.iter().find(|item| active == Some(item.key) && item.href != path);
        place
            .map(|item| Crumb { label: self.words.t(item.key), href: Some(item.href.to_owned()) })
            .into_iter()
            .collect()
    }

    /// The places there is a page for and this person may open.
    pub fn places(&self) -> Vec<NavItem> {
        let built = |item: &&NavItem| match item.group {
            _ if item.key == "settings" => false,
            _ if item.key == "periods" => closes_periods(role(&self.session.person)),
            NavGroup::Administration | NavGroup::Settings => self.administers(),
            _ => true,
        };
        NAV.iter().filter(built).copied().collect()
    }

    pub fn administers(&self) -> bool {
        administers(role(&self.session.person))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Asker {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        let identity = parts.extensions.get::<Identity>().cloned();
        let back = identity.as_ref().map_or("/", |identity| &identity.path).to_owned();
        let sign_in = || WebError::SignIn { to: web_kit::address("/sign-in", &[("to", &back)]) };
        let identity = identity.ok_or_else(sign_in)?;
        identity.asker().ok_or_else(sign_in)
    }
}

/// Somebody not signed in, or not yet.
pub struct Visitor {
    pub words: Words,
    pub company: Arc<str>,
    pub is_known: bool,
    pub host: String,
    pub agent: String,
    /// For the waits after failed attempts; the address the connection came from, as the server saw it.
    pub address: String,
}

impl<S: Send + Sync> FromRequestParts<S> for Visitor {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, WebError> {
        let text = |name| parts.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let identity = parts.extensions.get::<Identity>().cloned().ok_or(WebError::Unavailable)?;
        let peer = parts.extensions.get::<axum::extract::ConnectInfo<std::net::SocketAddr>>();
        Ok(Self {
            words: identity.words,
            company: identity.company,
            is_known: identity.session.is_some(),
            host: text(header::HOST),
            agent: text(header::USER_AGENT),
            address: peer.map(|peer| came_from(peer.0.ip(), &text(FORWARDED_FOR))).unwrap_or_default(),
        })
    }
}

/// Where a request comes from: of a proxy on this machine what it says last, for what stands before came with the request.
fn came_from(peer: IpAddr, forwarded: &str) -> String {
    let said = forwarded.rsplit(',').next().and_then(|said| said.trim().parse::<IpAddr>().ok());
    said.filter(|_| peer.is_loopback()).unwrap_or(peer).to_string()
}

/// Somebody with an API token. Cookies are not accepted here.
pub struct Caller(pub Session);

impl FromRequestParts<Access> for Caller {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let refused = || WebError::SignIn { to: "/sign-in".to_owned() };
        let token = parts
            .headers
            .get(header::AUTHORIZATION)
            .and_then(|value| value.to_str().ok())
            .and_then(|value| value.strip_prefix("Bearer "))
            .ok_or_else(refused)?;
        let session = access.by_token(token.trim()).await.map_err(WebError::internal)?.ok_or_else(refused)?;
        if session.needs_second_factor { Err(WebError::Forbidden) } else { Ok(Self(session)) }
    }
}

/// The layer around all pages: language, session, the second factor first, and no change asked for by another site.
pub async fn identify(State(access): State<Access>, mut request: Request, next: Next) -> Response {
    let (mut words, wish) = wished(&request);
    request.extensions_mut().insert(words);
    let cookie = cookie(request.headers(), COOKIE);
    let session = match &cookie {
        Some(cookie) => match access.session(cookie).await {
            Ok(session) => session.map(Arc::new),
            Err(error) => return WebError::internal(error).into_response(),
        },
        None => None,
    };
    if let Some(session) = &session {
        // A link on another site changes nothing that stays.
        let wish = if is_foreign(request.headers()) { Wish::Kept } else { wish };
        match own_language(&access, session.person.id, wish).await {
            Ok(kept) => words = kept.map_or(words, Words::new),
            Err(error) => return WebError::internal(error).into_response(),
        }
        request.extensions_mut().insert(words);
    }
    let path = request.uri().path_and_query().map_or("/", |path| path.as_str());
    let waits = session.as_ref().is_some_and(|session| session.needs_second_factor);
    let allowed = ["/second-factor", "/sign-out", "/assets/"].iter().any(|open| path.starts_with(open));
    if waits && !allowed {
        return Redirect::to("/second-factor").into_response();
    }
    if !is_safe(request.method()) && !is_for_programs(path) && is_foreign(request.headers()) {
        return WebError::Forbidden.into_response();
    }
    let company = access.db().system().all(&COMPANY).await.ok().and_then(|found| found.first().map(db::Record::title));
    let identity = Identity {
        session,
        words,
        company: company.unwrap_or_default().into(),
        path: path.into(),
        cookie: cookie.map(Into::into),
    };
    if let Some(asker) = identity.asker() {
        let frame = move |title: &str, content: &Markup| asker.document(title, None, None, content);
        request.extensions_mut().insert(Frame(Arc::new(frame)));
    }
    request.extensions_mut().insert(identity);
    let mut response = next.run(request).await;
    if let Wish::Chosen(language) = wish {
        let text = format!("{LANGUAGE_COOKIE}={language}; Path=/; Max-Age=31536000; SameSite=Lax");
        set_cookie(&mut response, &text);
    }
    response
}

/// Whoever asks there brings a token or a key, never a cookie.
fn is_for_programs(path: &str) -> bool {
    path.starts_with("/api/") || path.starts_with("/xapi/")
}

const fn is_safe(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}

/// A change that another site's page sends. Browsers say where a form stands; who says nothing is no browser with cookies.
fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    match (text(header::ORIGIN), text(header::HOST)) {
        (Some(origin), Some(host)) => origin.split_once("://").is_none_or(|(_, origin)| origin != host),
        (Some(_), None) => true,
        (None, _) => {
            !matches!(headers.get("sec-fetch-site").map(HeaderValue::as_bytes), None | Some(b"same-origin" | b"none"))
        }
    }
}

/// Where a request's language comes from.
#[derive(Clone, Copy)]
enum Wish {
    /// Just now, by the address.
    Chosen(Language),
    /// On this device before.
    Kept,
    /// The browser's, or none at all.
    Preferred,
}

/// A choice is kept with the account too; on a device where none was made, that one is the person's.
async fn own_language(access: &Access, person: RecordId, wish: Wish) -> Result<Option<Language>, AccessError> {
    match wish {
        Wish::Chosen(language) => access.keep_language(person, language.code()).await.map(|()| None),
        Wish::Kept => Ok(None),
        Wish::Preferred => Ok(access.language(person).await?.and_then(|code| code.parse().ok())),
    }
}

/// The language asked for by the address, kept on this device, or preferred by the browser.
fn wished(request: &Request) -> (Words, Wish) {
    let query = request.uri().query().unwrap_or_default();
    let chosen: Option<Language> =
        query.split('&').find_map(|pair| pair.strip_prefix("lang=")).and_then(|code| code.parse().ok());
    let kept: Option<Language> = cookie(request.headers(), LANGUAGE_COOKIE).and_then(|code| code.parse().ok());
    let preferred = || {
        let header = request.headers().get(header::ACCEPT_LANGUAGE)?.to_str().ok()?;
        Language::from_accept_language(header)
    };
    let wish = match (chosen, kept) {
        (Some(language), _) => Wish::Chosen(language),
        (None, Some(_)) => Wish::Kept,
        (None, None) => Wish::Preferred,
    };
    (Words::new(chosen.or(kept).or_else(preferred).unwrap_or(Language::En)), wish)
}

fn cookie(headers: &HeaderMap, name: &str) -> Option<String> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|text| text.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(name)?.strip_prefix('=').map(str::to_owned))
}

fn set_cookie(response: &mut Response, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
}

/// Sends a person on with their session's cookie; an empty value ends it.
pub(crate) fn with_session(cookie: &str, to: &str) -> Response {
    let age = if cookie.is_empty() { 0 } else { TWO_WEEKS_SECONDS };
    let mut response = (StatusCode::SEE_OTHER, [(header::LOCATION, to.to_owned())]).into_response();
    set_cookie(&mut response, &format!("{COOKIE}={cookie}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={age}"));
    response
}

/// A page of ours as the browser that asks would reach it.
pub fn here(headers: &HeaderMap, path: &str) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if host.starts_with("127.0.0.1") || host.starts_with("localhost") { "http" } else { "https" };
    format!("{scheme}://{host}{path}")
}

/// Only an address of our own is gone back to.
pub(crate) fn own(to: &str) -> &str {
    let is_own = to.starts_with('/') && !to.starts_with("//") && !to.contains(['\\', '\r', '\n']);
    if is_own { to } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::came_from;

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        let ip = |text: &str| text.parse().expect("an address");
        assert_eq!(came_from(ip("127.0.0.1"), "203.0.113.9, 198.51.100.7"), "198.51.100.7", "what it adds itself");
        assert_eq!(came_from(ip("192.0.2.1"), "198.51.100.7"), "192.0.2.1");
        assert_eq!(came_from(ip("127.0.0.1"), ""), "127.0.0.1");
        assert_eq!(came_from(ip("127.0.0.1"), "somebody"), "127.0.0.1");
    }
}
