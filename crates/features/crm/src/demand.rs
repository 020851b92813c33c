//! Where business comes from: leads, and what winning it costs.

use rules::record::{
    Field,
    FieldKind::{Choice, Currency, Date, Decimal, Flag, Reference, Text},
    RecordType, Scope,
};

/// Somebody who may become a customer. Its days say how far it came: reviewed, qualified, converted into a deal.
pub static LEAD: RecordType = RecordType {
    name: "lead",
    title: "name",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("name", Text).required().personal(),
        Field::new("organisation", Text),
        Field::new("email", Text).personal(),
        Field::new("phone", Text).personal(),
        Field::new("owner", Reference("person")),
        Field::new("source", Text),
        Field::new("created_on", Date).required(),
        Field::new("reviewed_on", Date),
        Field::new("accepted", Flag),
        Field::new("relevance", Decimal),
        Field::new("qualified_on", Date),
        Field::new("converted_on", Date),
        Field::new("account", Reference("account")),
        Field::new("deal", Reference("deal")),
        Field::new("disqualified_on", Date),
        Field::new("disqualified_reason", Text),
    ],
    listed: &["organisation", "source", "created_on", "qualified_on", "converted_on", "owner"],
    ordered: &[("created_on", "reviewed_on"), ("created_on", "qualified_on"), ("created_on", "converted_on")],
    indexes: &[&["owner", "created_on"]],
};

/// What was spent to win or keep customers, on the day it was booked.
pub static COST: RecordType = RecordType {
    name: "cost",
    title: "external_id",
    scope: Scope::Operator,
    fields: &[
        Field::new("category", Choice(&["marketing", "sales_development", "sales", "account_management", "other"]))
            .required(),
        Field::new("booked_on", Date).required(),
        Field::new("amount", Decimal).required(),
        Field::new("currency", Currency).required(),
        Field::new("source", Text),
        Field::new("description", Text).personal(),
    ],
    listed: &["booked_on", "category", "source", "amount"],
    ordered: &[],
    indexes: &[&["booked_on"]],
};
