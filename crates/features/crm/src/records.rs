use crate::{
    ASSESSMENT, CASE, CASH_FLOW, CONTENT_EVENT, COST, COURSE, FEEDBACK, FORECAST, LEAD, MARKET_SIZE, QUOTA, RECEIVABLE,
    RELATIONSHIP, REPORT, SURVEY_RESPONSE, TARGET, TENDER, TRAINING, VISIT_PLAN,
};
use rules::record::{
    Field,
    FieldKind::{Choice, Currency, Date, Decimal, Flag, Integer, Reference, Text},
    RecordType, Scope, Share,
};

pub static ACCOUNT: RecordType = RecordType {
    name: "account",
    title: "name",
    // Who works a deal sees whom it is with.
    scope: Scope::OwnerOr { owner: "owner", of: "deal", named: "account" },
    fields: &[
        Field::new("name", Text).required(),
        Field::new("kind", Choice(&["customer", "prospect", "partner", "distributor", "supplier"])),
        Field::new("industry", Text),
        Field::new("segment", Text),
        Field::new("city", Text),
        Field::new("region", Text),
        Field::new("country", Text),
        Field::new("owner", Reference("person")),
        Field::new("territory", Reference("territory")),
        Field::new("tier", Choice(&["key", "standard"])),
        Field::new("target", Flag),
        // What it could buy from anybody in a year, in the company's currency.
        Field::new("annual_potential", Decimal),
    ],
    listed: &["kind", "segment", "city", "country", "owner", "territory"],
    ordered: &[],
    indexes: &[&["name"], &["owner"]],
};

pub static CONTACT: RecordType = RecordType {
    name: "contact",
    title: "name",
    scope: Scope::Through("account", "account"),
    fields: &[
        Field::new("name", Text).required().personal(),
        Field::new("title", Text),
        Field::new("email", Text).personal(),
        Field::new("phone", Text).personal(),
        Field::new("address", Text).personal().long(),
        Field::new("account", Reference("account")),
    ],
    listed: &["account", "title", "email", "phone"],
    ordered: &[],
    indexes: &[&["account"]],
};

pub static PRODUCT: RecordType = RecordType {
    name: "product",
    title: "name",
    scope: Scope::Everyone,
    fields: &[
        Field::new("name", Text).required(),
        Field::new("category", Text),
        Field::new("list_price", Decimal),
        Field::new("cost", Decimal),
        Field::new("currency", Currency),
        Field::new("discontinued", Flag),
    ],
    listed: &["category", "list_price", "cost", "discontinued"],
    ordered: &[],
    indexes: &[&["name"]],
};

/// Whose work revenue came from (B1 `sales_generated_revenue_share`).
const REVENUE_SOURCES: &[&str] = &["direct_sales", "marketing", "partner", "service", "support", "self_service"];

pub static ORDER: RecordType = RecordType {
    name: "order",
    title: "external_id",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("account", Reference("account")).required(),
        Field::new("owner", Reference("person")),
        Field::new("ordered_on", Date).required(),
        Field::new("required_on", Date),
        Field::new("shipped_on", Date),
        Field::new("currency", Currency).required(),
        Field::new("revenue_source", Choice(REVENUE_SOURCES)),
        Field::new("freight", Decimal),
        Field::new("cancelled", Flag),
    ],
    listed: &["account", "ordered_on", "owner", "shipped_on", "freight", "cancelled"],
    ordered: &[],
    indexes: &[&["account"], &["owner", "ordered_on"]],
};

/// One product on one order. Net = `unit_price` × `quantity` × (1 − `discount`).
pub static ORDER_LINE: RecordType = RecordType {
    name: "order_line",
    title: "external_id",
    scope: Scope::Through("order", "order"),
    fields: &[
        Field::new("order", Reference("order")).required(),
        Field::new("product", Reference("product")).required(),
        Field::new("quantity", Decimal).required(),
        Field::new("unit_price", Decimal).required(),
        Field::new("discount", Decimal).fraction(),
        Field::new("cancelled", Flag),
    ],
    listed: &["order", "product", "quantity", "unit_price", "discount", "cancelled"],
    ordered: &[],
    indexes: &[&["order"]],
};

/// An ordered set of stages; a company may sell through several.
pub static PIPELINE: RecordType = RecordType {
    name: "pipeline",
    title: "name",
    scope: Scope::Everyone,
    fields: &[Field::new("name", Text).required()],
    listed: &[],
    ordered: &[],
    indexes: &[&["name"]],
};

/// One step of a pipeline, in order of `position`. `probability` is a fraction: 0.25 is 25 %.
pub static STAGE: RecordType = RecordType {
    name: "stage",
    title: "name",
    scope: Scope::Everyone,
    fields: &[
        Field::new("name", Text).required(),
        Field::new("pipeline", Reference("pipeline")),
        Field::new("position", Integer).required(),
        Field::new("kind", Choice(&["open", "won", "lost"])).required(),
        Field::new("probability", Decimal).fraction(),
        Field::new("forecast_category", Choice(&["pipeline", "best_case", "commit", "closed", "omitted"])),
        Field::new("qualified", Flag),
    ],
    listed: &["pipeline", "position", "kind", "probability", "forecast_category"],
    ordered: &[],
    indexes: &[&["name"]],
};

/// One sale being worked. Stage, owner and amount are dated: when they changed is when the deal moved.
/// `closed_on` is for sources that keep no stage history; it outweighs the day on which the last stage began.
pub static DEAL: RecordType = RecordType {
    name: "deal",
    title: "name",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("name", Text).required(),
        Field::new("account", Reference("account")),
        Field::new("stage", Reference("stage")).required(),
        Field::new("amount", Decimal),
        Field::new("cost", Decimal),
        Field::new("currency", Currency),
        Field::new("close_date", Date),
        Field::new("owner", Reference("person")),
        Field::new("probability", Decimal).fraction(),
        Field::new("forecast_category", Choice(&["pipeline", "best_case", "commit", "closed", "omitted"])),
        Field::new("opened_on", Date),
        Field::new("first_contact_on", Date),
        Field::new("closed_on", Date),
        Field::new("product", Reference("product")),
        Field::new("deal_type", Text),
        Field::new("lead_source", Text),
        Field::new("revenue_source", Choice(REVENUE_SOURCES)),
        Field::new("next_step", Text).personal().long(),
        Field::new("lost_reason", Text),
        Field::new("competitor", Text),
        Field::new("description", Text).personal().long(),
    ],
    listed: &["account", "amount", "stage", "close_date", "owner"],
    ordered: &[("opened_on", "closed_on"), ("first_contact_on", "closed_on")],
    indexes: &[&["account"], &["owner", "close_date"], &["stage", "close_date"]],
};

/// A person's share of a deal's credit: 0.5 is half. Revenue splits of a deal make one whole; overlay stands beside it.
pub static DEAL_SPLIT: RecordType = RecordType {
    name: "deal_split",
    title: "external_id",
    scope: Scope::Through("deal", "deal"),
    fields: &[
        Field::new("deal", Reference("deal")).required(),
        Field::new("person", Reference("person")).required(),
        Field::new("share", Decimal).required().share(Share { of: "deal", entity: "deal", among: ("kind", "revenue") }),
        Field::new("kind", Choice(&["revenue", "overlay"])).required(),
    ],
    listed: &["deal", "person", "share", "kind"],
    ordered: &[],
    indexes: &[&["deal"], &["person"]],
};

/// What was done with a customer, by whom and with what outcome. A meeting may have been set by somebody else.
pub static ACTIVITY: RecordType = RecordType {
    name: "activity",
    title: "external_id",
    scope: Scope::Owner("owner"),
    fields: &[
        Field::new("kind", Choice(&["call", "meeting", "visit", "email"])).required(),
        Field::new("occurred_on", Date).required(),
        Field::new("account", Reference("account")),
        Field::new("deal", Reference("deal")),
        Field::new("owner", Reference("person")),
        Field::new(
            "outcome",
            Choice(&["connected", "held", "replied", "no_answer", "no_show", "sent", "disqualified"]),
        ),
        Field::new("set_by", Reference("person")),
        Field::new("set_on", Date),
    ],
    listed: &["occurred_on", "kind", "account", "owner", "outcome"],
    ordered: &[],
    indexes: &[&["account", "occurred_on"], &["owner", "occurred_on"], &["deal"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[
    &ACCOUNT,
    &CONTACT,
    &PRODUCT,
    &ORDER,
    &ORDER_LINE,
    &PIPELINE,
    &STAGE,
    &DEAL,
    &DEAL_SPLIT,
    &ACTIVITY,
    &QUOTA,
    &FORECAST,
    &TARGET,
    &LEAD,
    &COST,
    &CASE,
    &SURVEY_RESPONSE,
    &FEEDBACK,
    &COURSE,
    &TRAINING,
    &ASSESSMENT,
    &CONTENT_EVENT,
    &VISIT_PLAN,
    &TENDER,
    &REPORT,
    &RELATIONSHIP,
    &RECEIVABLE,
    &CASH_FLOW,
    &MARKET_SIZE,
];
