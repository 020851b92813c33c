//! What was sold, and by whom: won deals, order lines or receivables, whichever the company counts as revenue.

use super::{Names, csv, text};
use crate::{RunError, told::FactOf};
use access::Leave;
use base::{Amount, Currency, Fraction, RecordId};
use crm::{ACCOUNT, DEAL, DEAL_SPLIT, ORDER, ORDER_LINE, PRODUCT, RECEIVABLE};
use db::{Db, Record};
use jiff::civil::Date;
use kpi::Company;
use pay_rules::Plan;
use rules::{
    facts::{Fact, fact_type},
    kpi::Basis,
    log::Timeline,
    record::RecordType,
};
use std::collections::{BTreeMap, BTreeSet};

pub(crate) const CREDITS: [&str; 18] = [
    "fact",
    "date",
    "amount",
    "currency",
    "payee",
    "kind",
    "share",
    "cost",
    "units",
    "event",
    "owner",
    "account",
    "segment",
    "territory",
    "product",
    "category",
    "type",
    "source",
];

/// One fact for the credits file, before it is shared out.
pub(super) struct Sold {
    pub record: RecordId,
    pub day: Date,
    amount: String,
    currency: Option<Currency>,
    cost: String,
    units: String,
    owner: Option<RecordId>,
    account: Option<RecordId>,
    product: Option<RecordId>,
    kind: String,
    source: String,
    name: String,
    /// Empty: credit rules say who.
    credits: Vec<Credit>,
}

/// Payee, kind and share.
type Credit = (Option<RecordId>, &'static str, Amount);

/// What was sold on days from one on and before another, by the company's basis of revenue.
pub(super) async fn sold(
    db: &Db,
    plans: &[Plan],
    basis: Basis,
    (from, to): (Date, Date),
) -> Result<Vec<Sold>, RunError> {
    let mut sold = match basis {
        Basis::Bookings => deals(db, plans).await?,
        Basis::Ordered => lines(db, plans).await?,
        Basis::Invoiced => invoices(db, plans, false).await?,
        Basis::Collected => invoices(db, plans, true).await?,
    };
    sold.retain(|one| from <= one.day && one.day < to);
    let leaves = access::leaves(db).await?;
    for one in &mut sold {
        pass_on(&mut one.credits, &leaves, one.day);
    }
    Ok(sold)
}

/// What is its owner's alone is the substitute's while they are away, as far as the leave says (C24). Credit rules pass on by themselves, and
/// splits say whom.
fn pass_on(credits: &mut Vec<Credit>, leaves: &[Leave], day: Date) {
    let [(Some(owner), "direct", Amount::ONE)] = credits.as_slice() else { return };
    let leave = leaves.iter().find(|leave| leave.person == *owner && leave.from <= day && day < leave.back);
    let Some((substitute, percent)) = leave.and_then(|leave| leave.substitute) else { return };
    let part = Amount::ONE.mul_fraction(Fraction::new(percent, Amount::from(100)));
    let Some((part, rest)) = part.ok().and_then(|part| Some((part, Amount::ONE.checked_sub(part).ok()?))) else {
        return;
    };
    let all = [(Some(*owner), "direct", rest), (Some(substitute), "direct", part)];
    *credits = all.into_iter().filter(|(.., share)| *share > Amount::ZERO).collect();
}

/// Records with those that say whose they are: a deal's splits, a line's order.
pub async fn around(
    db: &Db,
    mut records: BTreeSet<(String, RecordId)>,
) -> Result<BTreeSet<(String, RecordId)>, RunError> {
    let of = |name: &str| -> BTreeSet<RecordId> {
        records.iter().filter(|(record_type, _)| record_type == name).map(|(_, id)| *id).collect()
    };
    let splits = db.system().referencing(&DEAL_SPLIT, "deal", &of(DEAL.name)).await?;
    let lines = db.system().many(&ORDER_LINE, &of(ORDER_LINE.name)).await?;
    let orders = lines.values().filter_map(|line| line.value("order").as_reference());
    let orders: Vec<_> = orders.map(|id| (ORDER.name.to_owned(), id)).collect();
    records.extend(splits.into_iter().map(|id| (DEAL_SPLIT.name.to_owned(), id)));
    records.extend(orders);
    Ok(records)
}

/// Whose a fact without splits is: nobody's yet where a plan that holds on its day has credit rules, else its owner's.
fn unsplit(plans: &[Plan], owner: Option<RecordId>, day: Date) -> Vec<Credit> {
    let is_later = |plan: &Plan, other: &Plan| {
        other.id() == plan.id() && other.from > plan.from && other.from.is_none_or(|from| from <= day)
    };
    let holds = |plan: &&Plan| {
        let has_begun = plan.from.is_none_or(|from| from <= day);
        has_begun && plan.to.is_none_or(|to| day < to) && !plans.iter().any(|other| is_later(plan, other))
    };
    let has_rules = plans.iter().filter(holds).any(|plan| !plan.credit.is_empty());
    let own = owner.filter(|_| !has_rules).map(|owner| (Some(owner), "direct", Amount::ONE));
    own.into_iter().collect()
}

/// The record whose sale counts as revenue, and the word for what happened.
pub(super) fn what(basis: Basis) -> (&'static RecordType, &'static str) {
    match basis {
        Basis::Bookings => (&DEAL, "booking"),
        Basis::Ordered => (&ORDER_LINE, "order"),
        Basis::Invoiced => (&RECEIVABLE, "invoice"),
        Basis::Collected => (&RECEIVABLE, "cash"),
    }
}

fn key(fact: &Fact, name: &str, of: &str) -> Option<RecordId> {
    let place = fact_type(of)?.keys.iter().position(|key| key.name == name)?;
    fact.keys.get(place).copied().flatten()
}

/// Won deals, each by those whom its facts credit, and by overlay splits.
async fn deals(db: &Db, plans: &[Plan]) -> Result<Vec<Sold>, RunError> {
    const CLOSED: &str = "closed";
    let Some(of) = fact_type(CLOSED) else { return Ok(Vec::new()) };
    let mut by_deal: BTreeMap<RecordId, Vec<Fact>> = BTreeMap::new();
    for known in kpi::known_now(db, of).await? {
        // Of a deal that was lost nothing was won.
        if known.fact.measures[0].is_some() {
            by_deal.entry(known.fact.record).or_default().push(known.fact);
        }
    }
    let ids: BTreeSet<RecordId> = by_deal.keys().copied().collect();
    let records = db.system().many(&DEAL, &ids).await?;
    let split = db.system().referencing(&DEAL_SPLIT, "deal", &ids).await?;
    let mut splits: BTreeMap<RecordId, Vec<Record>> = BTreeMap::new();
    for record in db.system().many(&DEAL_SPLIT, &split).await?.into_values() {
        if let Some(deal) = record.value("deal").as_reference().filter(|_| !record.archived) {
            splits.entry(deal).or_default().push(record);
        }
    }
    let mut sold = Vec::new();
    for (id, facts) in by_deal {
        let (Some(deal), Some(first)) = (records.get(&id), facts.first()) else { continue };
        let own = splits.remove(&id).unwrap_or_default();
        let owner = key(first, "owner", CLOSED);
        let direct = facts
            .iter()
            .filter_map(|fact| Some((key(fact, "owner", CLOSED), "direct", fact.measures.get(1).copied().flatten()?)));
        let overlays = own.iter().filter(|split| split.value("kind").as_text() == Some("overlay"));
        let overlays = overlays.filter_map(|split| {
            Some((split.value("person").as_reference(), "overlay", split.value("share").as_decimal()?))
        });
        let credits = if own.is_empty() { unsplit(plans, owner, first.date) } else { joined(direct.chain(overlays)) };
        sold.push(Sold {
            record: id,
            day: first.date,
            amount: deal.value("amount").as_decimal().unwrap_or_default().to_text(),
            currency: first.currency,
            cost: text(deal.value("cost")),
            units: String::new(),
            owner: if own.is_empty() { owner } else { deal.value("owner").as_reference() },
            account: key(first, "account", CLOSED),
            product: key(first, "product", CLOSED),
            kind: text(deal.value("deal_type")),
            source: text(deal.value("lead_source")),
            name: deal.title(),
            credits,
        });
    }
    Ok(sold)
}

/// One share for each payee and kind, without those that are none.
fn joined(credits: impl Iterator<Item = Credit>) -> Vec<Credit> {
    let mut sums: BTreeMap<(&'static str, Option<RecordId>), Amount> = BTreeMap::new();
    for (payee, kind, share) in credits {
        let sum = sums.entry((kind, payee)).or_default();
        *sum = sum.checked_add(share).unwrap_or(*sum);
    }
    let is_share = |share: &Amount| !share.is_zero() && !share.is_negative();
    let sums = sums.into_iter().filter(|(_, share)| is_share(share));
    sums.map(|((kind, payee), share)| (payee, kind, share)).collect()
}

/// Order lines, each its owner's.
async fn lines(db: &Db, plans: &[Plan]) -> Result<Vec<Sold>, RunError> {
    const ORDERED: &str = "ordered";
    let Some(of) = fact_type(ORDERED) else { return Ok(Vec::new()) };
    let facts: Vec<Fact> = kpi::known_now(db, of).await?.into_iter().map(|known| known.fact).collect();
    let records = db.system().many(&ORDER_LINE, &facts.iter().map(|fact| fact.record).collect()).await?;
    let sold = facts.into_iter().filter_map(|fact| {
        let line = records.get(&fact.record)?;
        Some(Sold {
            record: fact.record,
            day: fact.date,
            amount: fact.measures[0]?.to_text(),
            currency: fact.currency,
            cost: String::new(),
            units: text(line.value("quantity")),
            owner: key(&fact, "owner", ORDERED),
            account: key(&fact, "account", ORDERED),
            product: key(&fact, "product", ORDERED),
            kind: String::new(),
            source: String::new(),
            name: line.title(),
            credits: unsplit(plans, key(&fact, "owner", ORDERED), fact.date),
        })
    });
    Ok(sold.collect())
}

/// Receivables, on the day they were posted, or on the day they were paid.
async fn invoices(db: &Db, plans: &[Plan], is_paid: bool) -> Result<Vec<Sold>, RunError> {
    let records = db.system().all(&RECEIVABLE).await?;
    let sold = records.into_iter().filter(|record| !record.archived).filter_map(|record| {
        let day = record.value(if is_paid { "paid_on" } else { "posted_on" }).as_date()?;
        Some(Sold {
            record: record.id,
            day,
            amount: record.value("amount").as_decimal()?.to_text(),
            currency: record.value("currency").as_text().and_then(|code| code.parse().ok()),
            cost: String::new(),
            units: String::new(),
            owner: record.value("owner").as_reference(),
            account: record.value("account").as_reference(),
            product: None,
            kind: String::new(),
            source: String::new(),
            name: record.title(),
            credits: unsplit(plans, record.value("owner").as_reference(), day),
        })
    });
    Ok(sold.collect())
}

pub(super) async fn credits(
    db: &Db,
    names: &Names,
    company: &Company,
    record_type: &'static RecordType,
    event: &str,
    sold: &[Sold],
) -> Result<(String, BTreeMap<String, FactOf>), RunError> {
    let ids = |of: fn(&Sold) -> Option<RecordId>| sold.iter().filter_map(of).collect::<BTreeSet<_>>();
    let accounts = db.system().many(&ACCOUNT, &ids(|one| one.account)).await?;
    let products = db.system().many(&PRODUCT, &ids(|one| one.product)).await?;
    let imports = db.system().imports().await?;
    let known = |rows: &Vec<rules::log::LogRow>| Timeline::known(rows, &imports, base::Seq(i64::MAX));
    let histories = db.system().histories(&ACCOUNT, &accounts.keys().copied().collect()).await?;
    let timelines: BTreeMap<RecordId, Timeline> =
        histories.iter().filter_map(|(id, rows)| Some((*id, known(rows)?))).collect();
    let territories = db.system().all(&access::TERRITORY).await?;
    let territories: BTreeMap<RecordId, String> = territories.iter().map(|one| (one.id, one.title())).collect();
    let records = db.system().titles(record_type, &sold.iter().map(|one| one.record).collect()).await?;
    let external = |id: RecordId| records.get(&id).and_then(Record::external_id).unwrap_or_default().to_owned();
    let mut rows = Vec::new();
    let mut facts = BTreeMap::new();
    for one in sold {
        // The number is the record's for good; an external id may come to be another's too.
        let fact = format!("#{}", one.record);
        let account = one.account.and_then(|id| accounts.get(&id));
        let product = one.product.and_then(|id| products.get(&id));
        let of =
            |record: Option<&Record>, field: &str| record.map(|record| text(record.value(field))).unwrap_or_default();
        // As the account was on the day.
        let end = one.day.tomorrow().ok().and_then(|next| next.to_zoned(company.zone.clone()).ok());
        let end = end.and_then(|end| end.timestamp().checked_sub(jiff::SignedDuration::from_nanos(1)).ok());
        let then = |field: &str| {
            let timeline = timelines.get(&one.account?)?;
            Some(timeline.held_at(field, end.unwrap_or(jiff::Timestamp::MAX)).clone())
        };
        let territory = then("territory").and_then(|territory| territories.get(&territory.as_reference()?));
        let segment = then("segment").map(|segment| text(&segment)).unwrap_or_default();
        // What a unit costs is the product's.
        let in_currency =
            |product: &&Record| product.value("currency").as_text() == one.currency.as_ref().map(Currency::code);
        let unit = product.filter(in_currency).and_then(|product| product.value("cost").as_decimal());
        let cost = match unit.zip(one.units.parse().ok()) {
            Some((cost, units)) if one.cost.is_empty() => {
                rules::facts::line_net(cost, units, None).map(Amount::to_text).unwrap_or_default()
            }
            _ => one.cost.clone(),
        };
        let rule = [(None, "direct", Amount::ONE)];
        let credits = if one.credits.is_empty() { &rule[..] } else { &one.credits };
        for (payee, kind, share) in credits {
            rows.push(vec![
                fact.clone(),
                one.day.to_string(),
                one.amount.clone(),
                one.currency.map(|currency| currency.code().to_owned()).unwrap_or_default(),
                names.person(*payee),
                (*kind).to_owned(),
                percent(*share),
                cost.clone(),
                one.units.clone(),
                event.to_owned(),
                names.person(one.owner),
                account.map(Record::title).unwrap_or_default(),
                segment.clone(),
                territory.cloned().unwrap_or_default(),
                product.map(Record::title).unwrap_or_default(),
                of(product, "category"),
                one.kind.clone(),
                one.source.clone(),
            ]);
        }
        facts.insert(
            fact,
            FactOf {
                record: record_type.name.to_owned(),
                id: one.record.0,
                name: one.name.clone(),
                external_id: external(one.record),
                on: one.day.to_string(),
            },
        );
    }
    Ok((csv(&CREDITS, rows)?, facts))
}

/// A share as a percentage: an overlay may be more than the whole.
fn percent(share: Amount) -> String {
    let hundred = Fraction::new(Amount::from(100), Amount::ONE);
    share.mul_fraction(hundred).map(|share| format!("{}%", share.to_text())).unwrap_or_default()
}
