//! Statements of the Experience API as a learning record store takes, compares, finds and gives them: 1.0.3, and 2.0.0 (IEEE
//! 9274.1.1). Times, ids and the authority are arguments; stored statements, and what refers to them, are the store's.

mod activity;
mod actor;
mod at;
mod attachment;
mod compare;
mod context;
mod format;
mod kind;
mod outcome;
mod parts;
mod query;
mod signature;
mod statement;
mod time;

pub use actor::{Identity, agent};
pub use attachment::{Attachment, SIGNATURE};
pub use format::{Format, accept_languages};
pub use kind::Kind;
pub use outcome::Score;
pub use query::Query;
pub use signature::check_signature;
pub use statement::{Statement, VOIDED};

/// Whether a text is an IRI with a scheme, as ids of activities are.
pub fn is_iri(text: &str) -> bool {
    Kind::Iri.check_text(text, &at::At::Top).is_ok()
}

/// Which rules a request is under.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Version {
    /// 1.0.x.
    V1,
    /// 2.0.x.
    V2,
}

impl Version {
    /// Of an `X-Experience-API-Version` header: `1.0`, `2.0` or a patch of them.
    pub fn read(header: &str) -> Option<Self> {
        let (version, patch) = match header.split_at_checked(3)? {
            ("1.0", patch) => (Self::V1, patch),
            ("2.0", patch) => (Self::V2, patch),
            _ => return None,
        };
        let is_number = |number: &str| !number.is_empty() && number.bytes().all(|digit| digit.is_ascii_digit());
        (patch.is_empty() || patch.strip_prefix('.').is_some_and(is_number)).then_some(version)
    }

    /// What the header of the answer says.
    pub const fn told(self) -> &'static str {
        match self {
            Self::V1 => "1.0.3",
            Self::V2 => "2.0.0",
        }
    }

    /// What a statement says that came without a version (1.0.3, Data 2.4.10).
    pub const fn set(self) -> &'static str {
        match self {
            Self::V1 => "1.0.0",
            Self::V2 => "2.0.0",
        }
    }
}

/// Why a statement or a query is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {why}")]
pub struct Invalid {
    /// Which property, such as `object.definition.scale[1].id`; `statement` is the whole.
    pub at: String,
    pub why: Why,
}

/// What is wrong with a property, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    #[error("it is missing; add it")]
    Missing,
    #[error("it is null; leave it out, or give it a value")]
    Null,
    #[error("xAPI has no such property here; take it away, or make it an extension")]
    Unknown,
    #[error("capital letters count; write {0}")]
    Case(&'static str),
    #[error("{found} cannot be here; write {wanted}")]
    Type { found: &'static str, wanted: &'static str },
    #[error("{value} is not {}; write it like {}", .kind.told(), .kind.example())]
    Form { value: String, kind: Kind },
    #[error("{value} is not possible; write {wanted}")]
    Choice { value: String, wanted: &'static str },
    #[error("nothing identifies it; give it one of mbox, mbox_sha1sum, openid and account")]
    Unidentified,
    #[error("{0} and {1} both identify it; keep one of them")]
    IdentifiedTwice(&'static str, &'static str),
    #[error("the list is empty; put something in it, or leave it out")]
    Empty,
    #[error("an id stands once in a list, {0} is in it twice; rename one")]
    Twice(String),
    #[error(
        "an authority is an agent, or a group of two agents without an identity of its own, one of them with an account"
    )]
    Authority,
    #[error("a statement that voids has a StatementRef for its object; refer to the statement to void")]
    Voids,
    #[error("a sub-statement cannot have a sub-statement; refer to a statement instead")]
    Nested,
    #[error("it goes with an activity only; take it away, or make an activity the object")]
    NoActivity,
    #[error("it goes with an interactionType only; add interactionType to the definition")]
    NoInteraction,
    #[error("{value} is out of range; it is {range}")]
    Range { value: String, range: &'static str },
    #[error("a signature has the contentType application/octet-stream, this has {0}; correct it")]
    SignatureType(String),
    #[error("it is not a signature of three parts in base64url with dots between; sign with JWS compact serialization")]
    Jws,
    #[error("a signature is made with RS256, RS384 or RS512, this with {0}; sign it again")]
    Algorithm(String),
    #[error("it signs another statement; sign the statement as it is sent")]
    SignsAnother,
    #[error("what it signs is refused: {0}")]
    Signed(Box<Invalid>),
    #[error("there is no such parameter; take it away")]
    Parameter,
    #[error("it is given twice; give it once")]
    Repeated,
    #[error("it cannot go with {0}; ask for one statement, or search")]
    Apart(&'static str),
    #[error("it is not JSON: {0}; check it")]
    Json(String),
}

#[cfg(test)]
mod asked;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
