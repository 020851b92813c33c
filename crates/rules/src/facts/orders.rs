//! Goods or services ordered.

use super::{
    Column, Fact, FactType, Key, Known, Related, currency_of, is_set, key, latest, money, number, on_day, word, word_id,
};
use crate::log::Timeline;
use base::{Amount, RecordId};
use jiff::civil::Date;
use rust_decimal::Decimal;

const KEYS: &[Key] = &[
    key("document", "order"),
    key("account", "account"),
    key("owner", "person"),
    key("product", "product"),
    word("class"),
];
const MEASURES: &[Column] =
    &[money("amount"), money("list_amount"), money("discount_amount"), money("sold_amount"), money("returned_amount")];
const OF_ORDER: &[Related] = &[Related::Parent { field: "order", entity: "order" }];

/// One fact an order line, on the order's date. `document` is the order. `amount` = unit price × quantity × (1 − discount),
/// exact; `list_amount` the same without the discount, `discount_amount` the difference (B2 `discount_rate`). A line of a
/// negative quantity is a return: it reduces the day it was ordered on (R-CANCEL); `sold_amount` leaves returns out, and
/// `returned_amount` is what they come to (B2 `return_rate`).
pub static ORDERED: FactType = FactType {
    name: "ordered",
    entity: "order_line",
    related: OF_ORDER,
    keys: KEYS,
    measures: MEASURES,
    is_optional: false,
    build: |known| ordered(known).into_iter().collect(),
};

/// What a line comes to, exact: unit price × quantity × (1 − discount). None where a number is too large.
pub fn line_net(unit_price: Amount, quantity: Amount, discount: Option<Amount>) -> Option<Amount> {
    let discount = discount.unwrap_or(Amount::ZERO).to_decimal().ok()?;
    Amount::product(&[unit_price.to_decimal().ok()?, quantity.to_decimal().ok()?, Decimal::ONE - discount]).ok()
}

/// One fact an order line that was to be delivered, on the day by which it was promised; `on_time` where it was by then.
pub static DELIVERY: FactType = FactType {
    name: "delivery",
    entity: "order_line",
    related: OF_ORDER,
    keys: KEYS,
    measures: &[number("due"), number("on_time")],
    is_optional: true,
    build: |known| delivery(known).into_iter().collect(),
};

/// The line's order; none where either was cancelled or put away.
fn standing<'a>(known: &'a Known) -> Option<(RecordId, &'a Timeline)> {
    let (id, order) = known.parent()?;
    let is_void = is_set(&known.own, "cancelled") || is_set(order, "cancelled") || known.own.archived || order.archived;
    (!is_void).then_some((id, order))
}

fn keys(known: &Known, order_id: RecordId, order: &Timeline, date: Date) -> Vec<Option<RecordId>> {
    vec![
        Some(order_id),
        on_day(order, "account", date, known.zone).as_reference(),
        on_day(order, "owner", date, known.zone).as_reference(),
        on_day(&known.own, "product", date, known.zone).as_reference(),
        latest(order, "revenue_source").as_text().and_then(word_id),
    ]
}

fn delivery(known: &Known) -> Option<Fact> {
    let (order_id, order) = standing(known)?;
    let promised = latest(order, "required_on").as_date()?;
    if latest(&known.own, "quantity").as_decimal()?.is_negative() {
        return None;
    }
    let one = Some(Amount::from(1));
    let is_on_time = latest(order, "shipped_on").as_date().is_some_and(|shipped| shipped <= promised);
    Some(Fact {
        record: known.record,
        date: promised,
        until: None,
        currency: None,
        keys: keys(known, order_id, order, promised),
        measures: vec![one, one.filter(|_| is_on_time)],
    })
}

fn ordered(known: &Known) -> Option<Fact> {
    let (order_id, order) = standing(known)?;
    let date = latest(order, "ordered_on").as_date()?;
    let quantity = latest(&known.own, "quantity").as_decimal()?;
    let price = latest(&known.own, "unit_price").as_decimal()?;
    let is_return = quantity.is_negative();
    let net = line_net(price, quantity, latest(&known.own, "discount").as_decimal())?;
    let list = line_net(price, quantity, None)?;
    Some(Fact {
        record: known.record,
        date,
        until: None,
        currency: currency_of(order),
        keys: keys(known, order_id, order, date),
        measures: vec![
            Some(net),
            Some(list),
            list.checked_sub(net).ok(),
            Some(net).filter(|_| !is_return),
            Some(net.abs()).filter(|_| is_return),
        ],
    })
}
