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

/// A course that is offered: who takes it, and what a learning tool calls it.
pub static COURSE: RecordType = RecordType {
    name: "course",
    title: "name",
    scope: Scope::Everyone,
    fields: &[
        Field::new("name", Text).required(),
        Field::new("delivery", Choice(&["own", "external", "file", "link", "classroom"])).required(),
        Field::new("detail", Text).long(),
        Field::new("link", Text),
        // Ids with a comma between: whose duty it is to take it.
        Field::new("roles", Text),
        // That it teaches: a development goal about it asks for the course.
        Field::new("competency", Text),
        Field::new("days", Integer),
        // None: there is no certificate that ends.
        Field::new("valid_months", Integer),
        // The ids of course and test before it in statements of learning tools.
        Field::new("activity", Text),
        Field::new("pretest", Text),
        Field::new("ended_on", Date),
    ],
    listed: &["delivery", "competency", "valid_months", "ended_on"],
    ordered: &[],
    indexes: &[],
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
        // None where it came from a file that knows no catalogue; then its name says which course it is.
        Field::new("of_course", Reference("course")),
        Field::new("assigned_by", Reference("person")),
        Field::new("need", Choice(&["role", "gap", "renewal"])),
        Field::new("certificate", Text),
        // The first day on which the certificate counts no more.
        Field::new("expires_on", Date),
    ],
    listed: &["person", "due_on", "completed_on", "rating"],
    ordered: &[("assigned_on", "due_on")],
    indexes: &[&["person", "due_on"], &["of_course"]],
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
