use rules::record::{
    Field,
    FieldKind::{Choice, Currency, Date, Decimal, Flag, Reference, Text},
    RecordType, Scope,
};

pub static ACCOUNT: RecordType = RecordType {
    name: "account",
    title: "name",
    scope: Scope::Owner("owner"),
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
    ],
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
        Field::new("address", Text).personal(),
        Field::new("account", Reference("account")),
    ],
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
    indexes: &[&["name"]],
};

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
        Field::new("freight", Decimal),
        Field::new("cancelled", Flag),
    ],
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
        Field::new("discount", Decimal),
        Field::new("cancelled", Flag),
    ],
    indexes: &[&["order"]],
};

pub static RECORD_TYPES: &[&RecordType] = &[&ACCOUNT, &CONTACT, &PRODUCT, &ORDER, &ORDER_LINE];
