//! What a run reads, from the company's records: the input files of docs/pay-format.md.

use crate::{RunError, told::FactOf};
use base::{Amount, Currency, FiscalCalendar, Grain, Period, RecordId};
use crm::{ACCOUNT, DEAL, DEAL_SPLIT, ORDER, ORDER_LINE, PRODUCT, QUOTA, RECEIVABLE};
use db::{Db, Record};
use jiff::{ToSpan, civil::Date};
use kpi::{Ask, ByWord, Company, Kpi};
use pay_rules::Plan;
use rules::{
    access::Viewer,
    facts::{Fact, fact_type},
    kpi::Basis,
    log::Timeline,
    record::{RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// The files of a run, and whom and what their ids mean.
pub struct Collected {
    pub files: BTreeMap<String, String>,
    /// By id: the person's record and name.
    pub people: BTreeMap<String, (i64, String)>,
    pub facts: BTreeMap<String, FactOf>,
    /// The records that say who is paid for what: deals or orders of the period, splits, quotas.
    pub sources: BTreeSet<(String, RecordId)>,
}

/// People and records by the ids that files call them.
struct Names {
    people: BTreeMap<RecordId, String>,
}

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
struct Sold {
    record: RecordId,
    day: Date,
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

/// Everything that plans of one pay period's length can ask for, up to the end of the period.
pub async fn collect(db: &Db, plans: &[Plan], period: &Period, folder: &Path) -> Result<Collected, RunError> {
    let company = Company::load(db).await?;
    let names = Names::read(db).await?;
    let since = since(plans, period);
    let sold = match company.basis {
        Basis::Bookings => deals(db, plans).await?,
        Basis::Ordered => lines(db, plans).await?,
        Basis::Invoiced => invoices(db, plans, false).await?,
        Basis::Collected => invoices(db, plans, true).await?,
    };
    let (record_type, event) = what(company.basis);
    let sold: Vec<Sold> = sold.into_iter().filter(|one| since <= one.day && one.day < period.end).collect();
    let of_period = sold.iter().filter(|one| period.contains(one.day));
    let mut sources: BTreeSet<(String, RecordId)> =
        of_period.map(|one| (record_type.name.to_owned(), one.record)).collect();
    let (credits, facts) = credits(db, &names, &company, record_type, event, &sold).await?;
    let people = people(db, &names, &company).await?;
    let (quotas, of_quotas) = quotas(db, &names, plans, &company, period, &people.roles).await?;
    sources.extend(of_quotas.into_iter().map(|id| (QUOTA.name.to_owned(), id)));
    let mut files = BTreeMap::from([
        ("credits".to_owned(), credits),
        ("people".to_owned(), people.text),
        ("quotas".to_owned(), quotas),
        ("rates".to_owned(), rates(db).await?),
    ]);
    if let Some(actuals) = Box::pin(actuals(db, &names, plans, period, since, folder)).await? {
        files.insert("actuals".to_owned(), actuals);
    }
    Ok(Collected { files, people: by_name(db).await?, facts, sources })
}

/// Everybody by the id that files call them: the person's record and name.
pub async fn by_name(db: &Db) -> Result<BTreeMap<String, (i64, String)>, RunError> {
    let names = Names::read(db).await?;
    let titles = db.system().titles(&access::PERSON, &names.people.keys().copied().collect()).await?;
    let title = |id: &RecordId| titles.get(id).map(Record::title).unwrap_or_default();
    Ok(names.people.iter().map(|(id, name)| (name.clone(), (id.0, title(id)))).collect())
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
fn what(basis: Basis) -> (&'static RecordType, &'static str) {
    match basis {
        Basis::Bookings => (&DEAL, "booking"),
        Basis::Ordered => (&ORDER_LINE, "order"),
        Basis::Invoiced => (&RECEIVABLE, "invoice"),
        Basis::Collected => (&RECEIVABLE, "cash"),
    }
}

/// The first day anything may count on: growth looks a year back from a plan's first day.
fn since(plans: &[Plan], period: &Period) -> Date {
    let first = plans.iter().map(|plan| plan.from.unwrap_or(period.start.saturating_sub(2.years()))).min();
    first.unwrap_or(period.start).min(period.start).saturating_sub(1.year())
}

pub(crate) fn csv(heads: &[&str], rows: impl IntoIterator<Item = Vec<String>>) -> Result<String, RunError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(heads)?;
    for row in rows {
        writer.write_record(row)?;
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// An external id where it means one record alone; else # and the number.
fn named(records: &[(RecordId, Option<String>)]) -> BTreeMap<RecordId, String> {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for (_, external) in records {
        *count.entry(external.as_deref().unwrap_or_default()).or_default() += 1;
    }
    let name = |(id, external): &(RecordId, Option<String>)| {
        let only = external.as_ref().filter(|external| !external.is_empty() && count[external.as_str()] == 1);
        (*id, only.cloned().unwrap_or_else(|| format!("#{id}")))
    };
    records.iter().map(name).collect()
}

impl Names {
    async fn read(db: &Db) -> Result<Self, RunError> {
        let people = db.system().all(&access::PERSON).await?;
        let people: Vec<_> = people.iter().map(|person| (person.id, person.external_id().map(str::to_owned))).collect();
        Ok(Self { people: named(&people) })
    }

    fn person(&self, id: Option<RecordId>) -> String {
        id.and_then(|id| self.people.get(&id).cloned()).unwrap_or_default()
    }
}

fn text(value: &Value) -> String {
    if *value == Value::Null { String::new() } else { value.to_string() }
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

async fn credits(
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
    let hundred = base::Fraction::new(Amount::from(100), Amount::ONE);
    share.mul_fraction(hundred).map(|share| format!("{}%", share.to_text())).unwrap_or_default()
}

/// The file of people, and the roles each ever held.
struct People {
    text: String,
    roles: BTreeMap<RecordId, BTreeSet<String>>,
}

/// Everybody with what holds of them from day to day.
async fn people(db: &Db, names: &Names, company: &Company) -> Result<People, RunError> {
    let heads = ["id", "hired", "left", "from", "to", "manager", "role", "territory"];
    let imports = db.system().imports().await?;
    let assigned = db.system().all(&access::TERRITORY_ASSIGNMENT).await?;
    let territories = db.system().all(&access::TERRITORY).await?;
    let territories: BTreeMap<RecordId, String> = territories.iter().map(|one| (one.id, one.title())).collect();
    let mut rows = Vec::new();
    let mut roles: BTreeMap<RecordId, BTreeSet<String>> = BTreeMap::new();
    for (id, history) in kpi::histories(db, &access::PERSON).await? {
        let known = Timeline::known(&history, &imports, base::Seq(i64::MAX)).filter(|known| !known.archived);
        let (Some(known), Some(name)) = (known, names.people.get(&id)) else { continue };
        let last = |field: &str| known.steps(field).last().and_then(|step| step.value.as_date());
        let (hired, left) = (last("hired_on"), last("left_on"));
        let on = |field: &str, day: Date| {
            let steps = known.steps(field);
            let came = |step: &&rules::log::Step| step.effective_at.to_zoned(company.zone.clone()).date() <= day;
            // Before anybody wrote it down it was as it was first written down.
            steps.iter().rev().find(came).or(steps.first()).map_or(Value::Null, |step| step.value.clone())
        };
        let own: Vec<&Record> =
            assigned.iter().filter(|one| !one.archived && one.value("person").as_reference() == Some(id)).collect();
        let start = |one: &&&Record| one.value("starts_on").as_date().unwrap_or(Date::MIN);
        let holds =
            |one: &&&Record, day: Date| start(one) <= day && one.value("ends_on").as_date().is_none_or(|end| day < end);
        let steps = ["role", "manager"].into_iter().flat_map(|field| known.steps(field));
        let mut cuts: BTreeSet<Date> =
            steps.map(|step| step.effective_at.to_zoned(company.zone.clone()).date()).collect();
        cuts.extend(
            own.iter().flat_map(|one| ["starts_on", "ends_on"].map(|field| one.value(field).as_date())).flatten(),
        );
        cuts.retain(|day| hired.is_none_or(|hired| hired < *day));
        let starts = [None].into_iter().chain(cuts.iter().copied().map(Some));
        let ends = cuts.iter().copied().map(Some).chain([None]);
        let mut spells: Vec<Vec<String>> = Vec::new();
        for (from, to) in starts.zip(ends) {
            let day = from.or(hired).unwrap_or(Date::MIN);
            // Of several territories on one day the first that began.
            let territory = own.iter().filter(|one| holds(one, day)).min_by_key(start);
            let territory = territory.and_then(|one| territories.get(&one.value("territory").as_reference()?));
            let said = [
                names.person(on("manager", day).as_reference()),
                text(&on("role", day)),
                territory.cloned().unwrap_or_default(),
            ];
            let written = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
            if let Some(last) = spells.last_mut().filter(|last| last[5..] == said) {
                last[4] = written(to);
                continue;
            }
            // Who left was there until the day before.
            let last_day = left.map(|left| left.saturating_sub(1.day()));
            let mut row = vec![name.clone(), written(hired), written(last_day), written(from), written(to)];
            row.extend(said);
            spells.push(row);
        }
        roles.insert(id, known.steps("role").iter().map(|step| text(&step.value)).collect());
        rows.extend(spells);
    }
    Ok(People { text: csv(&heads, rows)?, roles })
}

/// Quotas of people over a month, a quarter or a year; and their records.
async fn quotas(
    db: &Db,
    names: &Names,
    plans: &[Plan],
    company: &Company,
    period: &Period,
    roles: &BTreeMap<RecordId, BTreeSet<String>>,
) -> Result<(String, Vec<RecordId>), RunError> {
    let mut found: Vec<(Grain, RecordId, Date, Date, Vec<String>)> = Vec::new();
    let mut sources = Vec::new();
    for quota in db.system().all(&QUOTA).await? {
        let is_quota = quota.value("kind").as_text() != Some("plan") && *quota.value("product") == Value::Null;
        let days = quota.value("starts_on").as_date().zip(quota.value("ends_on").as_date());
        let (Some(person), Some((from, to)), true) = (quota.value("person").as_reference(), days, is_quota) else {
            continue;
        };
        let Some(per) = span(&company.calendar, from, to) else { continue };
        if quota.archived {
            continue;
        }
        let amount = quota.value("amount").as_decimal().map(Amount::to_text).unwrap_or_default();
        let currency = quota.value("currency").as_text().unwrap_or_default();
        // In the currency of a plan of theirs; in another one there is none, which is an exception.
        let payee = names.person(Some(person));
        let is_for = |plan: &&Plan| {
            let is_named = |who: &pay_rules::plan::Who| {
                let has_role = |role| roles.get(&person).is_some_and(|held| held.contains(role));
                who.people.contains(&payee) || who.role.as_ref().is_some_and(has_role)
            };
            plan.who.is_empty() || plan.who.iter().any(is_named)
        };
        if payee.is_empty() || !plans.iter().filter(is_for).any(|plan| plan.currency.code() == currency) {
            continue;
        }
        if from < period.end && period.start < to {
            sources.push(quota.id);
        }
        let row = vec![payee, from.to_string(), to.to_string(), amount, per.name().to_owned()];
        found.push((per, person, from, to, row));
    }
    // Of several on one day the one of the shortest span holds; the others hold around it.
    found.sort_by_key(|(per, _, from, ..)| (*per, *from));
    let mut taken: BTreeMap<RecordId, Vec<(Date, Date)>> = BTreeMap::new();
    let mut rows = Vec::new();
    for (_, person, from, to, row) in found {
        let spans = taken.entry(person).or_default();
        for (from, to) in around_spans(spans, from, to) {
            let mut row = row.clone();
            (row[1], row[2]) = (from.to_string(), to.to_string());
            rows.push(row);
        }
        spans.push((from, to));
    }
    Ok((csv(&["payee", "from", "to", "amount", "per"], rows)?, sources))
}

/// The parts of a span of days that no other span takes.
fn around_spans(taken: &[(Date, Date)], from: Date, to: Date) -> Vec<(Date, Date)> {
    let mut free = vec![(from, to)];
    for (start, end) in taken {
        let cut = |(from, to): (Date, Date)| [(from, to.min(*start)), (from.max(*end), to)];
        free = free.into_iter().flat_map(cut).filter(|(from, to)| from < to).collect();
    }
    free
}

/// The length of a period that these days are exactly.
fn span(calendar: &FiscalCalendar, from: Date, to: Date) -> Option<Grain> {
    let is =
        |grain: &Grain| calendar.period_of(from, *grain).is_ok_and(|period| period.start == from && period.end == to);
    [Grain::Month, Grain::Quarter, Grain::Year].into_iter().find(is)
}

async fn rates(db: &Db) -> Result<String, RunError> {
    let rates = db.system().all(&access::EXCHANGE_RATE).await?;
    let row = |rate: &Record| {
        let said = |field: &str| text(rate.value(field));
        vec![said("from_currency"), said("to_currency"), said("rate_kind"), said("starts_on"), said("rate")]
    };
    csv(&["from", "to", "kind", "date", "rate"], rates.iter().filter(|rate| !rate.archived).map(row))
}

/// Values of the KPIs that plans ask for, of everybody and of the company; nothing when they ask for none.
async fn actuals(
    db: &Db,
    names: &Names,
    plans: &[Plan],
    period: &Period,
    since: Date,
    folder: &Path,
) -> Result<Option<String>, RunError> {
    let wanted: BTreeSet<&str> = plans.iter().flat_map(Plan::metrics).collect();
    if wanted.is_empty() {
        return Ok(None);
    }
    let kpi = Kpi::new(db.clone(), Viewer::system()).await?;
    let own = |id: &&str| kpi.catalogue().get(id).is_some();
    let wanted: Vec<&str> = wanted.into_iter().filter(own).collect();
    let is_of_people = |id: &&str| kpi.catalogue().get(id).is_some_and(|kpi| kpi.has_key("owner"));
    // What nobody has of their own is the company's.
    let (of_people, of_company): (Vec<&str>, Vec<&str>) = wanted.into_iter().partition(is_of_people);
    let mut grains: BTreeSet<Grain> = plans.iter().map(Plan::grain).collect();
    grains.extend(plans.iter().flat_map(Plan::components).filter_map(pay_rules::plan::Component::interval));
    let calendar = kpi.calendar().await?;
    let last = period.end.saturating_sub(1.day());
    let as_of = Some(last.min(kpi.day().await?));
    let mut rows = Vec::new();
    for grain in grains {
        let from = calendar.period_of(since, grain)?.start;
        for (kpis, by) in [(&of_people, ByWord::Rep), (&of_company, ByWord::Company)] {
            if kpis.is_empty() {
                continue;
            }
            let ask = Ask {
                kpis: kpis.iter().map(|id| (*id).to_owned()).collect(),
                by,
                grain,
                from: Some(from),
                to: Some(period.end),
                as_of,
                known_at: None,
                org: None,
                restated: false,
                entity: None,
                among: None,
                filters: Vec::new(),
                folder: folder.to_owned(),
            };
            for row in kpi.ask(&ask).await?.rows {
                let Some(value) = row.value else { continue };
                let payee = if by == ByWord::Company { String::new() } else { names.person(row.entity.id) };
                if by == ByWord::Company || !payee.is_empty() {
                    // A share is itself what was attained; of all else there must be a target.
                    let is_share = row.unit == rules::kpi::Unit::Percent;
                    let none = || if is_share { String::new() } else { "0".to_owned() };
                    let target = row.target.map_or_else(none, Amount::to_text);
                    rows.push(vec![row.kpi, row.period.label, payee, value, target]);
                }
            }
        }
    }
    Ok(Some(csv(&["metric", "period", "payee", "value", "target"], rows)?))
}
