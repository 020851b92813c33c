use super::Told;
use rules::record::{
    Field,
    FieldKind::{Choice, Date, Moment, Reference, Text},
    RecordType, Scope,
};

/// A learning tool that reports, with what is kept of its secret.
pub static XAPI_SOURCE: RecordType = RecordType {
    name: "xapi_source",
    title: "name",
    scope: Scope::Operator,
    fields: &[
        Field::new("name", Text).required(),
        Field::new("key", Text).required().unique(),
        Field::new("secret_digest", Text).required(),
        Field::new("made_on", Date).required(),
        Field::new("ended_on", Date),
    ],
    listed: &["made_on", "ended_on"],
    ordered: &[],
    indexes: &[],
};

/// A statement as it was stored; its external id is the statement's.
pub static XAPI_STATEMENT: RecordType = RecordType {
    name: "xapi_statement",
    title: "verb",
    scope: Scope::Appraisal("person"),
    fields: &[
        Field::new("source", Reference("xapi_source")).required(),
        Field::new("stored", Moment).required(),
        Field::new("person", Reference("person")),
        Field::new("verb", Text).required(),
        Field::new("activity", Text),
        Field::new("registration", Text),
        // The statement that is its object.
        Field::new("refers_to", Text),
        // By which statement it is void.
        Field::new("voided_by", Text),
        Field::new("told", Choice(&Told::WORDS)).required(),
        // What it did something to.
        Field::new("training", Reference("training")),
        Field::new("body", Text).required().long().personal(),
    ],
    listed: &["stored", "person", "verb", "activity", "told"],
    ordered: &[],
    indexes: &[&["external_id"], &["stored"], &["refers_to"], &["training"]],
};

/// What came with statements, by its hash; its external id.
pub static XAPI_ATTACHMENT: RecordType = RecordType {
    name: "xapi_attachment",
    title: "content_type",
    scope: Scope::Operator,
    fields: &[
        Field::new("content_type", Text).required(),
        // In base64.
        Field::new("content", Text).required().long().personal(),
    ],
    listed: &[],
    ordered: &[],
    indexes: &[&["external_id"]],
};

/// Something that a learning tool keeps about an activity, a person or how far they are. Without content it was deleted; its external
/// id is a hash of all that names it.
pub static XAPI_DOCUMENT: RecordType = RecordType {
    name: "xapi_document",
    title: "document",
    scope: Scope::Operator,
    fields: &[
        Field::new("document", Text).required(),
        Field::new("resource", Choice(&["state", "agent_profile", "activity_profile"])).required(),
        // A hash of activity and person.
        Field::new("place", Text).required(),
        Field::new("registration", Text),
        Field::new("stored", Moment).required(),
        Field::new("content_type", Text).required(),
        // In base64.
        Field::new("content", Text).long().personal(),
    ],
    listed: &[],
    ordered: &[],
    indexes: &[&["external_id"], &["place"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[&XAPI_SOURCE, &XAPI_STATEMENT, &XAPI_ATTACHMENT, &XAPI_DOCUMENT];

/// Whose ids external ids of statements and attachments are.
pub(super) const SOURCE: &str = "xapi";
