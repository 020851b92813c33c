//! What is to be reached, and what somebody expects: quotas, targets of KPIs, forecasts.

use rules::record::{
    Field,
    FieldKind::{Choice, Currency, Date, Decimal, Reference, Text},
    RecordType, Scope,
};

/// What somebody is to sell, from a day up to a day: their quota, or their own plan (003-2.1). `reason` says why it is this much.
pub static QUOTA: RecordType = RecordType {
    name: "quota",
    title: "external_id",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("person", Reference("person")),
        Field::new("product", Reference("product")),
        Field::new("kind", Choice(&["quota", "plan"])),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("amount", Decimal).required(),
        Field::new("currency", Currency).required(),
        Field::new("reason", Text),
        Field::new("approved_by", Reference("person")),
    ],
    listed: &["person", "product", "starts_on", "ends_on", "amount", "reason"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[&["person", "starts_on"]],
};

/// What a KPI is to come to in some days: for the company, a team or a person. `reason` says why it is this much.
pub static TARGET: RecordType = RecordType {
    name: "target",
    title: "kpi",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("kpi", Text).required(),
        Field::new("team", Reference("team")),
        Field::new("person", Reference("person")),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("value", Decimal).required(),
        Field::new("reason", Text),
    ],
    listed: &["team", "person", "starts_on", "ends_on", "value", "reason"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[&["kpi", "starts_on"]],
};

/// What somebody expected to bring in some days, as it stood so many days before their end: frozen then, never changed after.
pub static FORECAST: RecordType = RecordType {
    name: "forecast",
    title: "external_id",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("horizon", Choice(&["90", "60", "30", "14", "7", "0"])).required(),
        Field::new("amount", Decimal).required(),
        Field::new("currency", Currency).required(),
    ],
    listed: &["person", "starts_on", "ends_on", "horizon", "amount"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[&["person", "starts_on"]],
};
