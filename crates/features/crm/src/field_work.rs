//! Work in the field: planned visits, tenders, reports, and how well a decision maker is known.

use rules::record::{
    Field,
    FieldKind::{Choice, Currency, Date, Decimal, Integer, Reference, Text},
    RecordType, Scope,
};

/// A visit or call that was planned for a week, by its day.
pub static VISIT_PLAN: RecordType = RecordType {
    name: "visit_plan",
    title: "external_id",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("account", Reference("account")).required(),
        Field::new("owner", Reference("person")).required(),
        Field::new("planned_on", Date).required(),
        Field::new("done_on", Date),
    ],
    listed: &["planned_on", "done_on", "account", "owner"],
    ordered: &[],
    indexes: &[&["account"], &["owner", "planned_on"]],
};

/// A call for offers that the company takes part in.
pub static TENDER: RecordType = RecordType {
    name: "tender",
    title: "name",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("name", Text).required(),
        Field::new("account", Reference("account")),
        Field::new("owner", Reference("person")),
        Field::new("submitted_on", Date),
        Field::new("decided_on", Date),
        Field::new("result", Choice(&["won", "lost", "cancelled"])),
        Field::new("amount", Decimal),
        Field::new("currency", Currency),
    ],
    listed: &["account", "submitted_on", "decided_on", "result", "amount", "owner"],
    ordered: &[("submitted_on", "decided_on")],
    indexes: &[&["account"], &["owner", "decided_on"]],
};

/// A report that somebody owes by a day.
pub static REPORT: RecordType = RecordType {
    name: "report",
    title: "name",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("name", Text).required(),
        Field::new("person", Reference("person")).required(),
        Field::new("due_on", Date).required(),
        Field::new("accepted_on", Date),
    ],
    listed: &["person", "due_on", "accepted_on"],
    ordered: &[],
    indexes: &[&["person", "due_on"]],
};

/// How well a decision maker is known: 0 unknown, 1 contacted, 2 acquainted, 3 loyal, 4 trusted. The level is dated.
pub static RELATIONSHIP: RecordType = RecordType {
    name: "relationship",
    title: "external_id",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("contact", Reference("contact")).required(),
        Field::new("owner", Reference("person")),
        Field::new("level", Integer).required(),
    ],
    listed: &["contact", "level", "owner"],
    ordered: &[],
    indexes: &[&["contact"]],
};
