//! What customers say and ask for: cases and answers to surveys.

use rules::record::{
    Field,
    FieldKind::{Choice, Date, Integer, Reference, Text},
    RecordType, Scope,
};

/// Something a customer wants settled, by a day.
pub static CASE: RecordType = RecordType {
    name: "case",
    title: "subject",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("subject", Text).required().personal(),
        Field::new("account", Reference("account")),
        Field::new("contact", Reference("contact")),
        Field::new("owner", Reference("person")),
        Field::new("opened_on", Date).required(),
        Field::new("due_on", Date).required(),
        Field::new("resolved_on", Date),
        Field::new("reopened_on", Date),
    ],
    listed: &["account", "opened_on", "due_on", "resolved_on", "owner"],
    ordered: &[("opened_on", "due_on"), ("opened_on", "resolved_on")],
    indexes: &[&["account"], &["owner", "due_on"]],
};

/// One answer: satisfaction from 1 to 5, or the readiness to recommend from 0 to 10.
pub static SURVEY_RESPONSE: RecordType = RecordType {
    name: "survey_response",
    title: "external_id",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("survey", Choice(&["csat", "nps"])).required(),
        Field::new("answered_on", Date).required(),
        Field::new("score", Integer).required(),
        Field::new("account", Reference("account")),
        Field::new("contact", Reference("contact")),
        Field::new("owner", Reference("person")),
        Field::new("comment", Text).personal().long(),
    ],
    listed: &["answered_on", "survey", "score", "account", "owner"],
    ordered: &[],
    indexes: &[&["account"], &["owner", "answered_on"]],
};
