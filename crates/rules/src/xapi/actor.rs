//! Agents and groups: who acts, teaches, is acted on or vouches.

use super::{
    Invalid, Why,
    at::{At, Object, is_text, list, map, shown, text},
    kind::Kind,
};
use serde_json::{Map, Value, json};

const AGENT: [&str; 6] = ["objectType", "name", "mbox", "mbox_sha1sum", "openid", "account"];
const GROUP: [&str; 7] = ["objectType", "name", "member", "mbox", "mbox_sha1sum", "openid", "account"];
pub(super) const IDENTIFIERS: [&str; 4] = ["mbox", "mbox_sha1sum", "openid", "account"];
const KINDS: &str = "Agent or Group";

/// What tells an agent or group from all others (1.0.3, Data 2.4.2.3). Equal when they mean the same.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Identity {
    /// The mailto IRI, its domain in small letters.
    Mbox(String),
    /// Small letters.
    MboxSha1(String),
    OpenId(String),
    Account {
        home_page: String,
        name: String,
    },
}

impl Identity {
    /// As an agent or group has it.
    pub fn json(&self) -> Value {
        match self {
            Self::Mbox(mbox) => json!({ "mbox": mbox }),
            Self::MboxSha1(sum) => json!({ "mbox_sha1sum": sum }),
            Self::OpenId(openid) => json!({ "openid": openid }),
            Self::Account { home_page, name } => json!({ "account": { "homePage": home_page, "name": name } }),
        }
    }

    /// One text, another for every other identity.
    pub fn key(&self) -> String {
        match self {
            Self::Mbox(mbox) => mbox.clone(),
            Self::MboxSha1(sum) => format!("mbox_sha1sum:{sum}"),
            Self::OpenId(openid) => format!("openid:{openid}"),
            Self::Account { home_page, name } => format!("account:{home_page} {name}"),
        }
    }

    /// None of an anonymous group.
    pub(super) fn of(actor: &Map<String, Value>) -> Option<Self> {
        let text = |name: &str| actor.get(name)?.as_str();
        if let Some(mbox) = text("mbox") {
            return Some(Self::Mbox(small_domain(mbox)));
        }
        if let Some(sum) = text("mbox_sha1sum") {
            return Some(Self::MboxSha1(sum.to_ascii_lowercase()));
        }
        if let Some(openid) = text("openid") {
            return Some(Self::OpenId(openid.to_owned()));
        }
        let account = actor.get("account")?;
        let text = |name: &str| Some(account.get(name)?.as_str()?.to_owned());
        Some(Self::Account { home_page: text("homePage")?, name: text("name")? })
    }

    /// Of an agent or group and of its members.
    pub(super) fn all_of(actor: &Map<String, Value>) -> impl Iterator<Item = Self> {
        let members = actor.get("member").and_then(Value::as_array).into_iter().flatten();
        Self::of(actor).into_iter().chain(members.filter_map(|member| Self::of(member.as_object()?)))
    }
}

/// An `agent` parameter: an agent or an identified group.
pub fn agent(value: &Value) -> Result<Identity, Invalid> {
    let at = At::Name(&At::Top, "agent");
    check(value, &at)?;
    Identity::of(map(value, &at)?).ok_or_else(|| at.invalid(Why::Unidentified))
}

/// Only the domain of an address has no capitals of its own.
pub(super) fn small_domain(mbox: &str) -> String {
    mbox.rsplit_once('@').map_or_else(|| mbox.to_owned(), |(name, domain)| format!("{name}@{}", domain.to_lowercase()))
}

/// An agent or a group.
pub(super) fn check(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let kind = map(value, at)?.get("objectType");
    match kind.map(|kind| text(kind, &at.name("objectType"))).transpose()? {
        None | Some("Agent") => check_agent(value, at),
        Some("Group") => check_group(value, at),
        Some(other) => Err(at.name("objectType").invalid(Why::Choice { value: shown(other), wanted: KINDS })),
    }
}

pub(super) fn check_agent(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let agent = Object::read(value, at, &AGENT)?;
    if agent.get("objectType").is_some() {
        agent.is_called("objectType", "Agent")?;
    }
    agent.optional("name", is_text)?;
    if is_identified(&agent, at)? { Ok(()) } else { Err(at.invalid(Why::Unidentified)) }
}

pub(super) fn check_group(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    let group = Object::read(value, at, &GROUP)?;
    group.is_called("objectType", "Group")?;
    group.optional("name", is_text)?;
    group.optional("member", |members, at| list(members, at, check_agent))?;
    if is_identified(&group, at)? {
        return Ok(());
    }
    group.required("member", |members, at| {
        if members.as_array().is_some_and(Vec::is_empty) { Err(at.invalid(Why::Empty)) } else { Ok(()) }
    })
}

/// An agent, or the pair that an application and its user are (1.0.3, Data 2.4.9).
pub(super) fn check_authority(value: &Value, at: &At<'_>) -> Result<(), Invalid> {
    check(value, at)?;
    let authority = map(value, at)?;
    if authority.get("objectType").and_then(Value::as_str) != Some("Group") {
        return Ok(());
    }
    let members = authority.get("member").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let has_account = members.iter().any(|member| member.get("account").is_some());
    let is_pair = Identity::of(authority).is_none() && members.len() == 2 && has_account;
    if is_pair { Ok(()) } else { Err(at.invalid(Why::Authority)) }
}

fn is_identified(actor: &Object<'_>, at: &At<'_>) -> Result<bool, Invalid> {
    let mut found = IDENTIFIERS.into_iter().filter(|name| actor.get(name).is_some());
    let (first, second) = (found.next(), found.next());
    if let (Some(first), Some(second)) = (first, second) {
        return Err(at.invalid(Why::IdentifiedTwice(first, second)));
    }
    actor.optional("mbox", |value, at| Kind::Mailto.check(value, at))?;
    actor.optional("mbox_sha1sum", |value, at| Kind::Sha1.check(value, at))?;
    actor.optional("openid", |value, at| Kind::Iri.check(value, at))?;
    actor.optional("account", |value, at| {
        let account = Object::read(value, at, &["homePage", "name"])?;
        account.required("homePage", |value, at| Kind::Iri.check(value, at))?;
        account.required("name", is_text)
    })?;
    Ok(first.is_some())
}
