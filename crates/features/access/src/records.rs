use rules::record::{
    Field,
    FieldKind::{Choice, Currency, Date, Decimal, Flag, Integer, Reference, Text},
    RecordType, Scope,
};

/// The roles of reference A1 that hold a sales duty, and those who serve them.
pub const ROLES: &[&str] =
    &["sdr", "ae", "aem", "esd", "hos", "kam", "am", "se", "regional", "support", "ops", "hr", "finance", "ceo"];

/// Team, manager and role are dated: a set from a day on never moves what came before.
pub static PERSON: RecordType = RecordType {
    name: "person",
    title: "name",
    scope: Scope::Everyone,
    fields: &[
        Field::new("name", Text).required().personal(),
        Field::new("email", Text).personal(),
        Field::new("title", Text),
        Field::new("role", Choice(ROLES)),
        Field::new("team", Reference("team")),
        Field::new("manager", Reference("person")),
        // Leads a part of their work without being on the reporting line: asked for a view when they are appraised.
        Field::new("matrix_manager", Reference("person")),
        // Of a quota, by month since they were hired, as long as they are new: `25% 50% 75%`.
        Field::new("ramp", Text).ramp(),
        Field::new("hired_on", Date),
        Field::new("left_on", Date),
    ],
    listed: &["title", "role", "team", "manager", "email", "left_on"],
    ordered: &[("hired_on", "left_on")],
    indexes: &[&["email"], &["manager"]],
};

pub static TEAM: RecordType = RecordType {
    name: "team",
    title: "name",
    scope: Scope::Everyone,
    fields: &[Field::new("name", Text).required(), Field::new("parent", Reference("team"))],
    listed: &["parent"],
    ordered: &[],
    indexes: &[],
};

pub static TERRITORY: RecordType = RecordType {
    name: "territory",
    title: "name",
    scope: Scope::Everyone,
    fields: &[Field::new("name", Text).required(), Field::new("parent", Reference("territory"))],
    listed: &["parent"],
    ordered: &[],
    indexes: &[],
};

/// Who works a territory, from a day to before a day.
pub static TERRITORY_ASSIGNMENT: RecordType = RecordType {
    name: "territory_assignment",
    title: "external_id",
    scope: Scope::Everyone,
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("territory", Reference("territory")).required(),
        Field::new("starts_on", Date),
        Field::new("ends_on", Date),
    ],
    listed: &["person", "territory", "starts_on", "ends_on"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[&["person"], &["territory"]],
};

/// The company's own settings: one record, its fields dated like any other.
pub static COMPANY: RecordType = RecordType {
    name: "company",
    title: "name",
    scope: Scope::Everyone,
    fields: &[
        Field::new("name", Text).required(),
        Field::new("currency", Currency).required(),
        Field::new("revenue_basis", Choice(&["bookings", "ordered", "invoiced", "collected"])).required(),
        Field::new("fiscal_start_month", Integer),
        Field::new("time_zone", Text),
        Field::new("lost_includes_no_decision", Flag),
        Field::new("discount_rate", Decimal).fraction(),
        // So long an open deal stays with who had it when a territory changes; 90 where it is empty.
        Field::new("territory_credit_days", Integer),
    ],
    listed: &["currency", "revenue_basis", "fiscal_start_month", "time_zone"],
    ordered: &[],
    indexes: &[],
};

/// What one unit of a currency is worth in another, from a day until the next rate of the same pair and kind. A `plan` rate is
/// fixed for a fiscal year, `spot` is the day's own (R-CUR).
pub static EXCHANGE_RATE: RecordType = RecordType {
    name: "exchange_rate",
    title: "external_id",
    scope: Scope::Everyone,
    fields: &[
        Field::new("from_currency", Currency).required(),
        Field::new("to_currency", Currency).required(),
        Field::new("rate_kind", Choice(&["plan", "spot"])).required(),
        Field::new("starts_on", Date).required(),
        Field::new("rate", Decimal).required(),
    ],
    listed: &["from_currency", "to_currency", "rate_kind", "starts_on", "rate"],
    ordered: &[],
    indexes: &[],
};

/// Somebody is away from a day to before another. A substitute is credited meanwhile with that share (C24); a long leave pauses quota
/// and target (C19).
pub static LEAVE: RecordType = RecordType {
    name: "leave",
    title: "external_id",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("substitute", Reference("person")),
        Field::new("substitute_share", Decimal).fraction(),
    ],
    listed: &["person", "starts_on", "ends_on", "substitute", "substitute_share"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[&["person"]],
};

pub static RECORD_TYPES: &[&RecordType] =
    &[&PERSON, &TEAM, &TERRITORY, &TERRITORY_ASSIGNMENT, &COMPANY, &EXCHANGE_RATE, &LEAVE];
