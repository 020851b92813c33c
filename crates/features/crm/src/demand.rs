//! Where business comes from: leads, what winning it costs, how large the market is, what customers still owe, and
//! what they are expected to bring.

use rules::record::{
    Field,
    FieldKind::{Choice, Currency, Date, Decimal, Flag, Integer, Moment, Reference, Text},
    Mark, RecordType, Scope,
};

// By which of these two leads are of the same person and organisation (B4): an address is somebody's at some company, a number
// many people's.
static SAME_EMAIL: Mark = Mark { name: "same_email", of: &["email"] };
static SAME_PHONE: Mark = Mark { name: "same_phone", of: &["phone", "name"] };
static SAME_PERSON: Mark = Mark { name: "same_person", of: &["name", "organisation"] };

/// Somebody who may become a customer. Its days say how far it came: reviewed, qualified, converted into a deal.
pub static LEAD: RecordType = RecordType {
    name: "lead",
    title: "name",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("name", Text).required().personal(),
        Field::new("organisation", Text).mark(&SAME_PERSON),
        Field::new("email", Text).personal().mark(&SAME_EMAIL),
        Field::new("phone", Text).personal().mark(&SAME_PHONE),
        Field::new("owner", Reference("person")),
        Field::new("source", Text),
        Field::new("created_on", Date).required(),
        Field::new("received_at", Moment),
        Field::new("answered_at", Moment),
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
    indexes: &[&["owner", "created_on"], &["deal"]],
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
        Field::new("description", Text).personal().long(),
    ],
    listed: &["booked_on", "category", "source", "amount"],
    ordered: &[],
    indexes: &[&["booked_on"]],
};

/// How large a market is over a stretch of days, with who says so.
pub static MARKET_SIZE: RecordType = RecordType {
    name: "market_size",
    title: "market",
    scope: Scope::Operator,
    fields: &[
        Field::new("market", Text).required(),
        Field::new("starts_on", Date).required(),
        Field::new("ends_on", Date).required(),
        Field::new("amount", Decimal).required(),
        Field::new("currency", Currency).required(),
        Field::new("source", Text).required(),
        Field::new("stated_on", Date),
    ],
    listed: &["starts_on", "ends_on", "amount", "source", "stated_on"],
    ordered: &[("starts_on", "ends_on")],
    indexes: &[],
};

/// What a customer owes from a day on, until it is paid.
pub static RECEIVABLE: RecordType = RecordType {
    name: "receivable",
    title: "external_id",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("account", Reference("account")).required(),
        Field::new("owner", Reference("person")),
        Field::new("posted_on", Date).required(),
        Field::new("due_on", Date).required(),
        Field::new("paid_on", Date),
        Field::new("amount", Decimal).required(),
        Field::new("currency", Currency).required(),
    ],
    listed: &["account", "posted_on", "due_on", "paid_on", "amount", "owner"],
    ordered: &[("posted_on", "due_on"), ("posted_on", "paid_on")],
    indexes: &[&["account"], &["owner", "due_on"]],
};

/// What a customer is expected to bring at the end of a year from now, or, in year 0, what winning it costs (003-S14.1).
pub static CASH_FLOW: RecordType = RecordType {
    name: "cash_flow",
    title: "external_id",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("account", Reference("account")).required(),
        Field::new("owner", Reference("person")),
        Field::new("stated_on", Date).required(),
        Field::new("year", Integer).required(),
        Field::new("amount", Decimal).required(),
        Field::new("currency", Currency).required(),
    ],
    listed: &["account", "stated_on", "year", "amount", "owner"],
    ordered: &[],
    indexes: &[&["account"], &["owner", "stated_on"]],
};
