use rules::record::{
    Field,
    FieldKind::{Choice, Date, Decimal, Integer, Reference, Text},
    RecordType, Scope,
};

/// A period that was closed: it answers with what was known at `closed_seq`. `reported` holds what each KPI of the company
/// was then, as JSON: value, both sides, formula and the version of the fact builder.
pub static PERIOD_CLOSE: RecordType = RecordType {
    name: "period_close",
    title: "period",
    scope: Scope::Everyone,
    fields: &[
        Field::new("period", Text).required(),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("closed_seq", Integer).required(),
        Field::new("reported", Text).required(),
    ],
    listed: &["starts_on", "ends_on", "closed_seq"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[],
};

/// A company's own scorecard of a role, from a day on: in place of the one that ships. `definition` is its file.
pub static SCORECARD: RecordType = RecordType {
    name: "scorecard",
    title: "role",
    scope: Scope::Everyone,
    fields: &[
        Field::new("role", Choice(access::ROLES)).required(),
        Field::new("definition", Text).required(),
        Field::new("reason", Text),
    ],
    listed: &[],
    ordered: &[],
    indexes: &[&["role"]],
};

/// A company's own KPI from a day on: in place of the one that ships under the same id, or beside them. `definition` is its file; none:
/// from then on the company has none of its own.
pub static KPI: RecordType = RecordType {
    name: "kpi",
    title: "kpi",
    scope: Scope::Everyone,
    fields: &[Field::new("kpi", Text).required(), Field::new("definition", Text), Field::new("reason", Text)],
    listed: &[],
    ordered: &[],
    indexes: &[&["kpi"]],
};

/// A person's score of a period, as it was fixed: with what was known at `known_seq`. `parts` holds what it was made of, as JSON;
/// what is learnt later never changes it.
pub static SCORE: RecordType = RecordType {
    name: "score",
    title: "period",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("role", Choice(access::ROLES)).required(),
        Field::new("period", Text).required(),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("score", Decimal),
        Field::new("weight_present", Decimal).required(),
        Field::new("known_seq", Integer).required(),
        Field::new("parts", Text).required(),
    ],
    listed: &["person", "role", "score", "weight_present", "starts_on", "ends_on"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[&["person", "starts_on"], &["period"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[&PERIOD_CLOSE, &SCORECARD, &KPI, &SCORE];
