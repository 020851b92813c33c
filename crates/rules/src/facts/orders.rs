//! Goods or services ordered.

use super::{Column, Fact, FactType, Key, Known, Related, currency_of, is_set, key, latest, money, on_day};
use base::Amount;
use rust_decimal::Decimal;

const KEYS: &[Key] =
    &[key("document", "order"), key("account", "account"), key("owner", "person"), key("product", "product")];
const MEASURES: &[Column] = &[money("amount"), money("list_amount"), money("discount_amount")];

/// One fact an order line, on the order's date. `document` is the order. `amount` = unit price × quantity × (1 − discount),
/// exact; `list_amount` the same without the discount, `discount_amount` the difference (B2 `discount_rate`). A line of a
/// negative quantity is a return: it reduces the day it was ordered on (R-CANCEL).
pub static ORDERED: FactType = FactType {
    name: "ordered",
    entity: "order_line",
    related: &[Related::Parent { field: "order", entity: "order" }],
    keys: KEYS,
    measures: MEASURES,
    build: |known| ordered(known).into_iter().collect(),
};

/// What a line comes to, exact: unit price × quantity × (1 − discount). None where a number is too large.
pub fn line_net(unit_price: Amount, quantity: Amount, discount: Option<Amount>) -> Option<Amount> {
    let discount = discount.unwrap_or(Amount::ZERO).to_decimal().ok()?;
    Amount::product(&[unit_price.to_decimal().ok()?, quantity.to_decimal().ok()?, Decimal::ONE - discount]).ok()
}

fn ordered(known: &Known) -> Option<Fact> {
    let (order_id, order) = known.parent.as_ref()?;
    if is_set(&known.own, "cancelled") || is_set(order, "cancelled") || known.own.archived || order.archived {
        return None;
    }
    let date = latest(order, "ordered_on").as_date()?;
    let quantity = latest(&known.own, "quantity").as_decimal()?;
    let price = latest(&known.own, "unit_price").as_decimal()?;
    let net = line_net(price, quantity, latest(&known.own, "discount").as_decimal())?;
    let list = line_net(price, quantity, None)?;
    Some(Fact {
        record: known.record,
        date,
        until: None,
        currency: currency_of(order),
        keys: vec![
            Some(*order_id),
            on_day(order, "account", date, known.zone).as_reference(),
            on_day(order, "owner", date, known.zone).as_reference(),
            on_day(&known.own, "product", date, known.zone).as_reference(),
        ],
        measures: vec![Some(net), Some(list), list.checked_sub(net).ok()],
    })
}
