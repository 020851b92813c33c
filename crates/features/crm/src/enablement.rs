//! How people grow: feedback, training, assessments, and what was sent to whom.

use rules::record::{
    Field,
    FieldKind::{Choice, Date, Decimal, Integer, Reference, Text},
    RecordType, Scope,
};

/// What a leader told somebody about their work, and how useful that was to them.
pub static FEEDBACK: RecordType = RecordType {
    name: "feedback",
    title: "external_id",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("leader", Reference("person")),
        Field::new("given_on", Date).required(),
        Field::new("rating", Integer),
        Field::new("comment", Text).personal().long(),
    ],
    listed: &["given_on", "person", "leader", "rating"],
    ordered: &[],
    indexes: &[&["person", "given_on"]],
};

/// A course somebody is to take by a day.
pub static TRAINING: RecordType = RecordType {
    name: "training",
    title: "course",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("course", Text).required(),
        Field::new("person", Reference("person")).required(),
        Field::new("assigned_on", Date),
        Field::new("due_on", Date).required(),
        Field::new("completed_on", Date),
        Field::new("rating", Integer),
        Field::new("score_before", Decimal),
        Field::new("score_after", Decimal),
    ],
    listed: &["person", "due_on", "completed_on", "rating"],
    ordered: &[("assigned_on", "due_on")],
    indexes: &[&["person", "due_on"]],
};

/// How well somebody does one thing, from 0 to 100; `weight` says how much it counts.
pub static ASSESSMENT: RecordType = RecordType {
    name: "assessment",
    title: "skill",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("skill", Text).required(),
        Field::new("person", Reference("person")).required(),
        Field::new("assessed_on", Date).required(),
        Field::new("score", Decimal).required(),
        Field::new("weight", Decimal).required().fraction(),
    ],
    listed: &["person", "assessed_on", "score", "weight"],
    ordered: &[],
    indexes: &[&["person", "assessed_on"]],
};

/// Something that was sent to a contact, or that they did with it.
pub static CONTENT_EVENT: RecordType = RecordType {
    name: "content_event",
    title: "content",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("content", Text).required(),
        Field::new("event", Choice(&["sent", "viewed", "clicked", "shared"])).required(),
        Field::new("occurred_on", Date).required(),
        Field::new("contact", Reference("contact")).required(),
        Field::new("owner", Reference("person")),
    ],
    listed: &["event", "occurred_on", "contact", "owner"],
    ordered: &[],
    indexes: &[&["contact"], &["owner", "occurred_on"]],
};
