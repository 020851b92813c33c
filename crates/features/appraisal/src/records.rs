use rules::record::{
    Field,
    FieldKind::{Choice, Date, Reference, Text},
    RecordType, Scope,
};

/// A company's own description of a role from a day on, in place of the one that ships. `definition` is its file
/// (docs/role-format.md).
pub static ROLE_PROFILE: RecordType = RecordType {
    name: "role_profile",
    title: "role",
    scope: Scope::Everyone,
    fields: &[Field::new("role", Choice(access::ROLES)).required(), Field::new("definition", Text).required().long()],
    listed: &[],
    ordered: &[],
    indexes: &[&["role"]],
};

/// A company's own competency from a day on, in place of the one that ships under its id, or beside them.
pub static COMPETENCY: RecordType = RecordType {
    name: "competency",
    title: "competency",
    scope: Scope::Everyone,
    fields: &[Field::new("competency", Text).required(), Field::new("definition", Text).required().long()],
    listed: &[],
    ordered: &[],
    indexes: &[&["competency"]],
};

/// What somebody is appointed to do, as it was on the day of the order: issued, approved by a top executive, acknowledged by its
/// holder. `definition` is the role as it stood then; later changes of the role leave it alone.
pub static JOB_DESCRIPTION: RecordType = RecordType {
    name: "job_description",
    title: "order_number",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("role", Choice(access::ROLES)).required(),
        Field::new("starts_on", Date).required(),
        Field::new("order_number", Text).required(),
        Field::new("definition", Text).required().long(),
        Field::new("issued_by", Reference("person")),
        Field::new("approved_by", Reference("person")),
        Field::new("approved_on", Date),
        Field::new("acknowledged_on", Date),
        // Person and first day: two orders of one day would be two truths.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["person", "role", "starts_on", "approved_on", "acknowledged_on"],
    ordered: &[],
    indexes: &[&["person", "starts_on"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[&ROLE_PROFILE, &COMPETENCY, &JOB_DESCRIPTION];
