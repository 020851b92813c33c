use rules::record::{
    Field,
    FieldKind::{Choice, Currency, Date, Decimal, Reference, Text},
    RecordType, Scope,
};

/// What somebody plans to sell in a year and how their base of customers is to grow (003-2.1). Approved, it stands as quotas of the kind
/// `plan` and as targets.
pub static SALES_PLAN: RecordType = RecordType {
    name: "sales_plan",
    title: "plan_year",
    scope: Scope::Owner("person"),
    fields: &[
        Field::new("person", Reference("person")).required(),
        Field::new("plan_year", Text).required(),
        Field::new("state", Choice(&["submitted", "approved", "returned"])).required(),
        Field::new("quarter_1", Decimal).required(),
        Field::new("quarter_2", Decimal).required(),
        Field::new("quarter_3", Decimal).required(),
        Field::new("quarter_4", Decimal).required(),
        Field::new("currency", Currency).required(),
        Field::new("active_customers", Decimal),
        Field::new("new_customers", Decimal),
        Field::new("reason", Text).required().long(),
        Field::new("answer", Text).long(),
        Field::new("decided_by", Reference("person")),
        Field::new("decided_on", Date),
        // Person and year.
        Field::new("key", Text).required().unique(),
    ],
    listed: &["person", "plan_year", "state", "decided_on"],
    ordered: &[],
    indexes: &[&["person", "plan_year"]],
};

/// The quotas of a year, drafted by one person and approved by another; `quotas` is who carries how much in which quarter. Who drafted it
/// is known from its history.
pub static QUOTA_PLAN: RecordType = RecordType {
    name: "quota_plan",
    title: "plan_year",
    scope: Scope::Operator,
    fields: &[
        Field::new("plan_year", Text).required(),
        Field::new("way", Choice(&["average", "top_down", "bottom_up", "account_based"])).required(),
        Field::new("state", Choice(&["draft", "submitted", "approved", "returned"])).required(),
        Field::new("goal", Decimal).required(),
        Field::new("currency", Currency).required(),
        Field::new("quotas", Text).required().long(),
        Field::new("reason", Text).required().long(),
        Field::new("answer", Text).long(),
        Field::new("decided_by", Reference("person")),
        Field::new("decided_on", Date),
    ],
    listed: &["plan_year", "way", "state", "decided_on"],
    ordered: &[],
    indexes: &[&["plan_year"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[&SALES_PLAN, &QUOTA_PLAN];
