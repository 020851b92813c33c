//! Who is this? Password, second factor, session. An unknown e-mail takes the same time and gets the same words.

use crate::{
    PERSON,
    mail::LONGEST_ADDRESS,
    secrets::{self, SecretKey},
};
use argon2::{Argon2, PasswordHasher, PasswordVerifier, password_hash::phc::PasswordHash};
use base::{Random, RecordId};
use db::{Db, DbError, Filter, Kept, ListQuery, Record};
use jiff::{SignedDuration, Timestamp};
use outbound::Mailer;
use rules::{
    access::{Viewer, administers, sees_all, sees_appraisals},
    record::Value,
};
use serde::{Deserialize, Serialize};
use std::{
    cmp::Reverse,
    collections::BTreeSet,
    sync::{Arc, OnceLock},
};
use tokio::sync::Semaphore;

const CREDENTIAL: &str = "credential";
const SESSION: &str = "session";
const HALF: &str = "half_signed_in";
const ATTEMPTS: &str = "sign_in_attempts";
const LINK: &str = "link";
const API_TOKEN: &str = "api_token";
const LANGUAGE: &str = "language";

const SESSION_HOURS: i64 = 14 * 24;
pub const LINK_MINUTES: i64 = 30;
const HALF_MINUTES: i64 = 5;
const FREE_ATTEMPTS: u32 = 5;
const LONGEST_WAIT_SECONDS: i64 = 15 * 60;
/// Shorter ones are found by trying; longer ones only cost time to hash.
pub const PASSWORD_LENGTH: std::ops::RangeInclusive<usize> = 10..=256;
/// What a backup takes along: passwords and tokens, as hashes, sealed second factors, chosen languages. Sessions and links
/// end with it.
pub const KEPT_IN_BACKUPS: [&str; 3] = [CREDENTIAL, API_TOKEN, LANGUAGE];
const TOKEN_PREFIX: &str = "clinch_";

/// Sign-in and its secrets over one database.
#[derive(Clone)]
pub struct Access {
    db: Db,
    pub(crate) key: SecretKey,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) mail: Option<Mailer>,
}

#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    #[error("the e-mail address or the password is wrong")]
    Wrong,
    #[error("too many attempts; wait {0} seconds")]
    TooMany(i64),
    #[error("this link was used already or is too old")]
    LinkGone,
    #[error("a password has {} to {} characters", PASSWORD_LENGTH.start(), PASSWORD_LENGTH.end())]
    Password,
    #[error("the code is wrong or too old")]
    Code,
    #[error("the code of the second factor in force is wrong or too old")]
    OldCode,
    #[error("there is a person with the e-mail address {0} already")]
    EmailTaken(String),
    #[error("{0:?} is not an e-mail address")]
    NotAnEmail(String),
    #[error("the secret was sealed with another key file")]
    OtherKey,
    #[error(transparent)]
    Db(#[from] DbError),
}

impl AccessError {
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::Wrong | Self::Code | Self::OldCode => "try again, or ask for a new link",
            Self::TooMany(_) => "the wait grows with each attempt and ends by itself",
            Self::LinkGone => "ask for a new link",
            Self::Password => "a sentence is easy to keep in mind",
            Self::EmailTaken(_) => "invite that person instead",
            Self::NotAnEmail(_) => "write name@company.com",
            Self::OtherKey => "put the key file back beside the database, or set the second factor up again",
            Self::Db(error) => error.hint(),
        }
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Credential {
    hash: String,
    pub(crate) totp: Option<String>,
    /// The last time step a code was taken for: a code counts once.
    #[serde(default)]
    pub(crate) last_step: u64,
}

#[derive(Debug, Default, Serialize, Deserialize)]
struct Attempts {
    count: u32,
    until: i64,
}

/// How far a sign-in came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignIn {
    /// The cookie's value.
    Done(String),
    /// The password was right; the code of the second factor follows with this ticket.
    Code(String),
}

/// Somebody signed in.
#[derive(Debug, Clone)]
pub struct Session {
    pub person: Record,
    pub viewer: Viewer,
    /// A second factor is obligatory for this role and not set up yet.
    pub needs_second_factor: bool,
}

/// A session or token as its owner sees it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct About {
    /// What its owner called it, or the browser said of itself.
    pub label: String,
    pub since: Timestamp,
    /// When it ends by itself.
    #[serde(skip)]
    pub until: Option<Timestamp>,
}

impl Access {
    pub fn new(db: Db, key: SecretKey, random: Arc<dyn Random>) -> Self {
        Self { db, key, random, mail: None }
    }

    /// The same with a way to send mail.
    #[must_use]
    pub fn with_mail(self, mail: Option<Mailer>) -> Self {
        Self { mail, ..self }
    }

    pub fn db(&self) -> &Db {
        &self.db
    }

    /// First step: e-mail and password.
    pub async fn sign_in(
        &self,
        email: &str,
        password: &str,
        address: &str,
        agent: &str,
    ) -> Result<SignIn, AccessError> {
        let email = tidy(email);
        // Nobody has such an address, and nothing of it is kept.
        if email.len() > LONGEST_ADDRESS {
            return Err(AccessError::Wrong);
        }
        let attempts = format!("{email} {address}");
        self.check_attempts(&attempts).await?;
        let person = self.person_by_email(&email).await?;
        let credential = match &person {
            Some(person) => self.credential(person.id).await?,
            None => None,
        };
        let hash = credential.as_ref().map_or_else(|| nobody().to_owned(), |credential| credential.hash.clone());
        let right = verify(password.to_owned(), hash).await;
        let (Some(person), Some(_), true) = (person, credential, right) else {
            self.count_attempt(&attempts).await?;
            return Err(AccessError::Wrong);
        };
        self.forget_attempts(&attempts).await?;
        self.half_or_session(person.id, agent).await
    }

    /// Second step: the code. The ticket is good for one try.
    pub async fn sign_in_code(&self, ticket: &str, code: &str) -> Result<String, AccessError> {
        let half = self.db.take_kept(HALF, &secrets::digest(ticket)).await?.ok_or(AccessError::Code)?;
        let person = half.owner.ok_or(AccessError::Code)?;
        // Who comes here knows the password: wherever they are, the tries are the same ones.
        let attempts = format!("code {person}");
        self.check_attempts(&attempts).await?;
        if self.take_code(person, code).await? {
            self.forget_attempts(&attempts).await?;
            return self.start_session(person, &half.content).await;
        }
        self.count_attempt(&attempts).await?;
        Err(AccessError::Code)
    }

    /// A fresh session; the cookie's value was never seen before.
    async fn start_session(&self, person: RecordId, agent: &str) -> Result<String, AccessError> {
        let token = secrets::token(self.random.as_ref());
        let about = About { label: agent.chars().take(200).collect(), since: self.db.now(), until: None };
        let content = serde_json::to_string(&about).unwrap_or_default();
        self.keep(SESSION, &token, Some(person), content, SignedDuration::from_hours(SESSION_HOURS)).await?;
        Ok(token)
    }

    pub async fn session(&self, cookie: &str) -> Result<Option<Session>, AccessError> {
        self.person_of(SESSION, cookie).await
    }

    pub async fn sign_out(&self, cookie: &str) -> Result<(), AccessError> {
        self.db.take_kept(SESSION, &secrets::digest(cookie)).await?;
        Ok(())
    }

    /// An API token's owner. Cookies are no tokens and tokens no cookies.
    pub async fn by_token(&self, token: &str) -> Result<Option<Session>, AccessError> {
        if token.starts_with(TOKEN_PREFIX) { self.person_of(API_TOKEN, token).await } else { Ok(None) }
    }

    /// A new API token, shown once.
    pub async fn new_token(&self, person: RecordId, label: &str, days: i64) -> Result<String, AccessError> {
        let token = format!("{TOKEN_PREFIX}{}", secrets::token(self.random.as_ref()));
        let about = About { label: label.trim().chars().take(80).collect(), since: self.db.now(), until: None };
        let content = serde_json::to_string(&about).unwrap_or_default();
        let days = days.clamp(1, 366);
        self.keep(API_TOKEN, &token, Some(person), content, SignedDuration::from_hours(24 * days)).await?;
        Ok(token)
    }

    /// A person's tokens, each with the key that revokes it.
    pub async fn tokens(&self, person: RecordId) -> Result<Vec<(String, About)>, AccessError> {
        self.about(API_TOKEN, person).await
    }

    pub async fn sessions(&self, person: RecordId) -> Result<Vec<(String, About)>, AccessError> {
        self.about(SESSION, person).await
    }

    /// Ends one of a person's own tokens or sessions.
    pub async fn revoke(&self, person: RecordId, key: &str) -> Result<(), AccessError> {
        for kind in [API_TOKEN, SESSION] {
            if self.db.kept(kind, key).await?.is_some_and(|kept| kept.owner == Some(person)) {
                self.db.take_kept(kind, key).await?;
            }
        }
        Ok(())
    }

    /// A new secret for a program, and what is kept of it.
    pub fn new_secret(&self) -> (String, String) {
        let secret = secrets::token(self.random.as_ref());
        let digest = secrets::digest(&secret);
        (secret, digest)
    }

    /// What is kept of a secret.
    pub fn digest(secret: &str) -> String {
        secrets::digest(secret)
    }

    pub fn random(&self) -> &dyn Random {
        self.random.as_ref()
    }

    /// Which of a person's sessions a cookie stands for.
    pub fn session_key(cookie: &str) -> String {
        secrets::digest(cookie)
    }

    /// A link with which a person sets a password: an invitation, or a reset. Good once, for half an hour.
    pub async fn link(&self, person: RecordId) -> Result<String, AccessError> {
        self.db.drop_kept_of(LINK, person).await?;
        self.another_link(person, SignedDuration::from_mins(LINK_MINUTES)).await
    }

    /// One beside those that live: whoever asks for a link to be mailed ends no other. The first that is used ends all.
    pub(crate) async fn another_link(&self, person: RecordId, lasts: SignedDuration) -> Result<String, AccessError> {
        let token = secrets::token(self.random.as_ref());
        self.keep(LINK, &token, Some(person), String::new(), lasts).await?;
        Ok(token)
    }

    /// Whether the link would work; it stays unused.
    pub async fn link_is_good(&self, link: &str) -> Result<bool, AccessError> {
        Ok(self.db.kept(LINK, &secrets::digest(link)).await?.is_some())
    }

    /// Uses the link up, sets the password, ends all sessions and starts a new one.
    /// Somebody with a second factor gives its code as ever: who reads a mailbox is not who has the phone.
    pub async fn use_link(&self, link: &str, password: &str, agent: &str) -> Result<SignIn, AccessError> {
        if !PASSWORD_LENGTH.contains(&password.chars().count()) {
            return Err(AccessError::Password);
        }
        let kept = self.db.take_kept(LINK, &secrets::digest(link)).await?.ok_or(AccessError::LinkGone)?;
        let person = kept.owner.ok_or(AccessError::LinkGone)?;
        self.set_password(person, password).await?;
        self.db.drop_kept_of(LINK, person).await?;
        self.half_or_session(person, agent).await
    }

    /// After the password: the code where there is a second factor, else a session.
    async fn half_or_session(&self, person: RecordId, agent: &str) -> Result<SignIn, AccessError> {
        if self.credential(person).await?.is_some_and(|credential| credential.totp.is_some()) {
            let ticket = secrets::token(self.random.as_ref());
            self.keep(HALF, &ticket, Some(person), agent.to_owned(), SignedDuration::from_mins(HALF_MINUTES)).await?;
            return Ok(SignIn::Code(ticket));
        }
        Ok(SignIn::Done(self.start_session(person, agent).await?))
    }

    /// Whoever knows the old password sets a new one: every session ends, and so does a link that is still unused.
    /// The answer is the cookie of a new session.
    pub async fn change_password(
        &self,
        person: RecordId,
        old: &str,
        password: &str,
        agent: &str,
    ) -> Result<String, AccessError> {
        let attempts = format!("password {person}");
        self.check_attempts(&attempts).await?;
        let hash = self.credential(person).await?.map_or_else(|| nobody().to_owned(), |credential| credential.hash);
        if !verify(old.to_owned(), hash).await {
            self.count_attempt(&attempts).await?;
            return Err(AccessError::Wrong);
        }
        self.forget_attempts(&attempts).await?;
        self.set_password(person, password).await?;
        self.db.drop_kept_of(LINK, person).await?;
        self.start_session(person, agent).await
    }

    /// Sets a password and ends every session.
    pub async fn set_password(&self, person: RecordId, password: &str) -> Result<(), AccessError> {
        if !PASSWORD_LENGTH.contains(&password.chars().count()) {
            return Err(AccessError::Password);
        }
        let mut salt = [0; 16];
        self.random.fill(&mut salt);
        let mut credential = self.credential(person).await?.unwrap_or_default();
        credential.hash = hash(password.to_owned(), salt).await;
        self.end_sessions(person).await?;
        // Who typed the password before waits for no code any more.
        self.db.drop_kept_of(HALF, person).await?;
        self.save(person, &credential).await
    }

    pub async fn person_by_email(&self, email: &str) -> Result<Option<Record>, AccessError> {
        let query =
            ListQuery { filters: vec![Filter("email", Value::Text(tidy(email)))], limit: 2, ..ListQuery::default() };
        let mut found = self.db.system().list(&PERSON, &query).await?;
        match found.pop().filter(|person| found.is_empty() && !person.archived) {
            Some(person) if !self.has_left(&person).await? => Ok(Some(person)),
            _ => Ok(None),
        }
    }

    /// By the company's days.
    async fn has_left(&self, person: &Record) -> Result<bool, AccessError> {
        let Some(left) = person.value("left_on").as_date() else { return Ok(false) };
        Ok(left <= self.db.now().to_zoned(crate::time_zone(&self.db).await?).date())
    }

    /// What a person may see today.
    pub async fn viewer(&self, person: &Record) -> Result<Viewer, AccessError> {
        if sees_all(role(person)) && sees_appraisals(role(person)) {
            return Ok(Viewer::person(person.id, role(person), BTreeSet::new()));
        }
        // Level by level; a circle in the reporting lines ends where it closes.
        let mut found = BTreeSet::from([person.id]);
        let mut above = found.clone();
        while !above.is_empty() {
            let below = self.db.system().referencing(&PERSON, "manager", &above).await?;
            above = below.into_iter().filter(|report| found.insert(*report)).collect();
        }
        Ok(Viewer::person(person.id, role(person), found))
    }

    /// The language a person chose last, on whatever device.
    pub async fn language(&self, person: RecordId) -> Result<Option<String>, AccessError> {
        Ok(self.db.kept(LANGUAGE, &person.to_string()).await?.map(|kept| kept.content))
    }

    pub async fn keep_language(&self, person: RecordId, code: &str) -> Result<(), AccessError> {
        let (key, content) = (person.to_string(), code.to_owned());
        let kept = Kept { kind: LANGUAGE, key, owner: Some(person), content, expires_at: None };
        Ok(self.db.keep(&kept).await?)
    }

    /// Ends every session of a person.
    pub(crate) async fn end_sessions(&self, person: RecordId) -> Result<(), AccessError> {
        Ok(self.db.drop_kept_of(SESSION, person).await?)
    }

    async fn person_of(&self, kind: &'static str, token: &str) -> Result<Option<Session>, AccessError> {
        let Some(kept) = self.db.kept(kind, &secrets::digest(token)).await? else { return Ok(None) };
        let Some(id) = kept.owner else { return Ok(None) };
        let Some(person) = self.db.system().get(&PERSON, id).await? else { return Ok(None) };
        if person.archived || self.has_left(&person).await? {
            return Ok(None);
        }
        let enrolled = self.credential(id).await?.is_some_and(|credential| credential.totp.is_some());
        let viewer = self.viewer(&person).await?;
        let needs_second_factor = administers(role(&person)) && !enrolled;
        Ok(Some(Session { person, viewer, needs_second_factor }))
    }

    /// The newest first.
    async fn about(&self, kind: &'static str, person: RecordId) -> Result<Vec<(String, About)>, AccessError> {
        let kept = self.db.kept_of(kind, person).await?;
        let read = |kept: Kept| {
            let about: About = serde_json::from_str(&kept.content).ok()?;
            Some((kept.key, About { until: kept.expires_at, ..about }))
        };
        let mut found: Vec<(String, About)> = kept.into_iter().filter_map(read).collect();
        found.sort_by_key(|(_, about)| Reverse(about.since));
        Ok(found)
    }

    pub(crate) async fn credential(&self, person: RecordId) -> Result<Option<Credential>, AccessError> {
        let kept = self.db.kept(CREDENTIAL, &person.to_string()).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept.content).ok()))
    }

    pub(crate) async fn save(&self, person: RecordId, credential: &Credential) -> Result<(), AccessError> {
        let content = serde_json::to_string(credential).unwrap_or_default();
        let kept = Kept { kind: CREDENTIAL, key: person.to_string(), owner: Some(person), content, expires_at: None };
        Ok(self.db.keep(&kept).await?)
    }

    async fn keep(
        &self,
        kind: &'static str,
        token: &str,
        owner: Option<RecordId>,
        content: String,
        lasts: SignedDuration,
    ) -> Result<(), AccessError> {
        let expires_at = self.db.now().checked_add(lasts).ok();
        Ok(self.db.keep(&Kept { kind, key: secrets::digest(token), owner, content, expires_at }).await?)
    }

    /// Waits grow by account and address together, so that a stranger elsewhere locks nobody out.
    pub(crate) async fn check_attempts(&self, key: &str) -> Result<(), AccessError> {
        let until = self.attempts(key).await?.until;
        let wait = until - self.db.now().as_second();
        if wait > 0 { Err(AccessError::TooMany(wait)) } else { Ok(()) }
    }

    async fn attempts(&self, key: &str) -> Result<Attempts, AccessError> {
        let kept = self.db.kept(ATTEMPTS, key).await?;
        Ok(kept.and_then(|kept| serde_json::from_str(&kept.content).ok()).unwrap_or_default())
    }

    pub(crate) async fn forget_attempts(&self, key: &str) -> Result<(), AccessError> {
        self.db.take_kept(ATTEMPTS, key).await?;
        Ok(())
    }

    pub(crate) async fn count_attempt(&self, key: &str) -> Result<(), AccessError> {
        let mut attempts = self.attempts(key).await?;
        attempts.count += 1;
        if let Some(over) = attempts.count.checked_sub(FREE_ATTEMPTS) {
            let wait = (1_i64 << over.min(10)).min(LONGEST_WAIT_SECONDS);
            attempts.until = self.db.now().as_second() + wait;
        }
        let content = serde_json::to_string(&attempts).unwrap_or_default();
        let expires_at = self.db.now().checked_add(SignedDuration::from_hours(1)).ok();
        Ok(self.db.keep(&Kept { kind: ATTEMPTS, key: key.to_owned(), owner: None, content, expires_at }).await?)
    }

    pub(crate) fn seconds(&self) -> u64 {
        self.db.now().as_second().unsigned_abs()
    }
}

/// The role a person has today.
pub fn role(person: &Record) -> &str {
    person.value("role").as_text().unwrap_or_default()
}

fn tidy(email: &str) -> String {
    email.trim().to_lowercase()
}

/// Each hash takes some 20 MB: strangers fill no memory with them.
static HASHING: Semaphore = Semaphore::const_new(8);

/// Hashing takes tens of milliseconds on purpose; it keeps off the threads that answer others.
async fn hash(password: String, salt: [u8; 16]) -> String {
    let _permit = HASHING.acquire().await;
    let hashed = tokio::task::spawn_blocking(move || {
        let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), &salt);
        hashed.map(|hash| hash.to_string()).unwrap_or_default()
    });
    hashed.await.unwrap_or_default()
}

async fn verify(password: String, hash: String) -> bool {
    let _permit = HASHING.acquire().await;
    let verified = tokio::task::spawn_blocking(move || {
        let Ok(hash) = PasswordHash::new(&hash) else { return false };
        Argon2::default().verify_password(password.as_bytes(), &hash).is_ok()
    });
    verified.await.unwrap_or(false)
}

/// A hash of nothing anybody knows, so that an unknown e-mail takes as long as a known one.
fn nobody() -> &'static str {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| {
        let hashed = Argon2::default().hash_password_with_salt(b"nobody's password", b"nobody's salt 16");
        hashed.map(|hash| hash.to_string()).unwrap_or_default()
    })
}
