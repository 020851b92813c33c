use rules::record::{
    Field,
    FieldKind::{Choice, Date, Integer, Reference, Text},
    RecordType, Scope,
};

/// The rules that assign accounts, all of them, from a day until those of a later day. They name everybody's accounts, so the
/// product reads them for those who see all.
pub static TERRITORY_RULES: RecordType = RecordType {
    name: "territory_rules",
    title: "reason",
    scope: Scope::Operator,
    fields: &[
        Field::new("starts_on", Date).required(),
        Field::new("definition", Text).required().long(),
        Field::new("reason", Text).required(),
        Field::new("set_by", Reference("person")),
    ],
    listed: &["starts_on", "set_by"],
    ordered: &[],
    indexes: &[&["starts_on"]],
};

/// A plan that was committed: which accounts and deals pass to whom from a day on, and by what. It keeps its inputs.
pub static TERRITORY_CHANGE: RecordType = RecordType {
    name: "territory_change",
    title: "reason",
    scope: Scope::Operator,
    fields: &[
        Field::new("starts_on", Date).required(),
        Field::new("basis", Choice(&["rules", "proposal", "holder"])).required(),
        Field::new("reason", Text).required(),
        Field::new("accounts", Integer).required(),
        Field::new("definition", Text).required().long(),
        Field::new("set_by", Reference("person")),
    ],
    listed: &["starts_on", "basis", "accounts", "set_by"],
    ordered: &[],
    indexes: &[&["starts_on"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[&TERRITORY_RULES, &TERRITORY_CHANGE];
