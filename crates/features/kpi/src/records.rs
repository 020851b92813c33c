use rules::record::{
    Field,
    FieldKind::{Date, Integer, Text},
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

pub static RECORD_TYPES: &[&RecordType] = &[&PERIOD_CLOSE];
