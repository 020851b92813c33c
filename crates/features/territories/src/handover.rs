//! What passes with accounts: open deals, the next visit, and the share of quotas.

use crate::{Land, Move, Plan, Territories, TerritoriesError, plan::passes_on};
use base::{Amount, Currency, Grain, RecordId};
use crm::{ACTIVITY, DEAL, QUOTA, STAGE, VISIT_PLAN};
use db::{ListQuery, Record};
use jiff::civil::Date;
use kpi::Company;
use rules::goal::{Passed, Shift, rest, shifts};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// An open deal stays with who had it for so long, where the company says nothing else.
const CREDIT_DAYS: i64 = 90;
const MOST_CREDIT_DAYS: i64 = 3_660;

/// A deal that is open when the plan is made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenDeal {
    pub id: RecordId,
    pub name: String,
    pub amount: Option<Amount>,
    pub currency: Option<Currency>,
    pub stage: String,
    pub owner: Option<RecordId>,
    /// The day from which it may pass, if it is open and theirs still ([`Territories::pass_deals`]); none: it is somebody else's and stays.
    pub passes_on: Option<Date>,
}

/// An account on the hand-over list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandedOver {
    pub passed: Move,
    pub name: String,
    pub deals: Vec<OpenDeal>,
    /// Planned, and not done.
    pub next_visit: Option<Date>,
}

/// What a change does to somebody's quota of the fiscal year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct QuotaLine {
    pub person: RecordId,
    pub shift: Shift,
}

impl Territories {
    /// So many days after a change an open deal stays with who had it, and with it the credit.
    pub async fn credit_days(&self) -> Result<i64, TerritoriesError> {
        let company = self.db.system().all(&access::COMPANY).await?;
        let own = company.first().and_then(|one| one.value("territory_credit_days").as_integer());
        Ok(own.filter(|days| (0..=MOST_CREDIT_DAYS).contains(days)).unwrap_or(CREDIT_DAYS))
    }

    /// Sets it from now on.
    pub async fn set_credit_days(&self, days: &str, origin: rules::log::Origin) -> Result<(), TerritoriesError> {
        self.designers_only().await?;
        let number: Option<i64> = days.trim().parse().ok().filter(|days| (0..=MOST_CREDIT_DAYS).contains(days));
        let wrong = || TerritoriesError::field("credit_days", days, "write whole days, 0 to 3660; 90 is usual");
        let number = number.ok_or_else(wrong)?;
        let company = self.db.system().all(&access::COMPANY).await?;
        let company = company.first().ok_or(kpi::KpiError::NoCompany)?;
        let fields = vec![("territory_credit_days", rules::record::Value::Integer(number))];
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(db::Change::set(&access::COMPANY, company.id, fields))?;
        self.written(tx).await
    }

    /// The hand-over list of a plan.
    pub(crate) async fn handed_over(
        &self,
        land: &Land,
        moves: &[Move],
        credit_days: i64,
    ) -> Result<Vec<HandedOver>, TerritoriesError> {
        let ids: BTreeSet<RecordId> = moves.iter().map(|one| one.account).collect();
        let mut deals = self.open_deals(&ids).await?;
        let visits = self.next_visits(&ids, land.today).await?;
        let on = passes_on(land.day, credit_days);
        let row = |passed: &Move| {
            let mut own = deals.remove(&passed.account).unwrap_or_default();
            for deal in &mut own {
                let is_theirs = passed.changes_hands() && deal.owner.is_some() && deal.owner == passed.from_owner;
                deal.passes_on = is_theirs.then_some(on);
            }
            HandedOver {
                passed: *passed,
                name: land.accounts.get(&passed.account).map(|one| one.name.clone()).unwrap_or_default(),
                deals: own,
                next_visit: visits.get(&passed.account).copied(),
            }
        };
        let mut found: Vec<HandedOver> = moves.iter().map(row).collect();
        found.sort_by(|one, other| (&one.name, one.passed.account).cmp(&(&other.name, other.passed.account)));
        Ok(found)
    }

    pub(crate) async fn open_deals(
        &self,
        accounts: &BTreeSet<RecordId>,
    ) -> Result<BTreeMap<RecordId, Vec<OpenDeal>>, TerritoriesError> {
        let system = self.db.system();
        let stages: BTreeMap<RecordId, Record> =
            system.all(&STAGE).await?.into_iter().map(|one| (one.id, one)).collect();
        let ids = system.referencing(&DEAL, "account", accounts).await?;
        let mut found: BTreeMap<RecordId, Vec<OpenDeal>> = BTreeMap::new();
        for (id, deal) in system.many(&DEAL, &ids).await?.into_iter().filter(|(_, deal)| !deal.archived) {
            let stage = deal.value("stage").as_reference().and_then(|stage| stages.get(&stage));
            let (Some(stage), Some(account)) = (stage, deal.value("account").as_reference()) else { continue };
            if stage.value("kind").as_text() != Some("open") {
                continue;
            }
            found.entry(account).or_default().push(OpenDeal {
                id,
                name: deal.title(),
                amount: deal.value("amount").as_decimal(),
                currency: deal.value("currency").as_text().and_then(|code| code.parse().ok()),
                stage: stage.title(),
                owner: deal.value("owner").as_reference(),
                passes_on: None,
            });
        }
        Ok(found)
    }

    /// Of each account the next visit or meeting that is written down.
    async fn next_visits(
        &self,
        accounts: &BTreeSet<RecordId>,
        today: Date,
    ) -> Result<BTreeMap<RecordId, Date>, TerritoriesError> {
        let system = self.db.system();
        let mut found: BTreeMap<RecordId, Date> = BTreeMap::new();
        for (record_type, field) in [(&VISIT_PLAN, "planned_on"), (&ACTIVITY, "occurred_on")] {
            let ids = system.referencing(record_type, "account", accounts).await?;
            for record in system.many(record_type, &ids).await?.into_values().filter(|one| !one.archived) {
                let is_visit = record.value("kind").as_text().is_none_or(|kind| matches!(kind, "meeting" | "visit"));
                let is_open = record.value("done_on").as_date().is_none();
                let day = record.value(field).as_date().filter(|day| *day >= today && is_visit && is_open);
                let (Some(day), Some(account)) = (day, record.value("account").as_reference()) else { continue };
                found.entry(account).and_modify(|known| *known = day.min(*known)).or_insert(day);
            }
        }
        Ok(found)
    }

    /// Of everybody who gives or takes an account: what is left of the fiscal year's quota from the day on, and what of it goes with
    /// the accounts, by the revenue that they brought. Quotas of a product or in another currency than the company's are left out.
    pub(crate) async fn quotas(&self, land: &Land, moves: &[Move]) -> Result<Vec<QuotaLine>, TerritoriesError> {
        let company = Company::load(&self.db).await?;
        let year = company.calendar.period_of(land.day, Grain::Year).map_err(kpi::KpiError::from)?;
        let mut rests: BTreeMap<RecordId, Amount> = BTreeMap::new();
        let query = ListQuery { limit: u64::MAX, ..ListQuery::default() };
        for quota in self.db.system().list(&QUOTA, &query).await?.iter().filter(|one| is_quota(one, land.currency)) {
            let on = |field: &str| quota.value(field).as_date();
            let (Some(person), Some(starts_on), Some(ends_on)) =
                (quota.value("person").as_reference(), on("starts_on"), on("ends_on"))
            else {
                continue;
            };
            if starts_on < year.end {
                let amount = quota.value("amount").as_decimal().unwrap_or_default();
                let sum = rests.entry(person).or_default();
                *sum = sum.checked_add(rest(amount, starts_on, ends_on, land.day)?)?;
            }
        }
        let weight = |account: RecordId| land.load_of(account).revenue.max(Amount::ZERO);
        let mut brought: BTreeMap<RecordId, Amount> = BTreeMap::new();
        for account in land.accounts.values() {
            if let Some(owner) = account.owner {
                let sum = brought.entry(owner).or_default();
                *sum = sum.checked_add(weight(account.id))?;
            }
        }
        let passed: Vec<Passed> = moves
            .iter()
            .map(|one| Passed { from: one.from_owner, to: one.to_owner, weight: weight(one.account) })
            .collect();
        let mut found: Vec<QuotaLine> =
            shifts(&rests, &brought, &passed)?.into_iter().map(|(person, shift)| QuotaLine { person, shift }).collect();
        found.sort_by_key(|one| land.person(Some(one.person)).to_owned());
        Ok(found)
    }
}

fn is_quota(quota: &Record, currency: Currency) -> bool {
    let is = |field: &str, word: &str| quota.value(field).as_text().is_none_or(|own| own == word);
    !quota.archived
        && is("kind", "quota")
        && is("currency", currency.code())
        && quota.value("product").as_reference().is_none()
}

const COLUMNS: [&str; 14] = [
    "account",
    "account_id",
    "from_territory",
    "to_territory",
    "from_person",
    "to_person",
    "from_day",
    "next_visit",
    "deal",
    "deal_id",
    "stage",
    "amount",
    "currency",
    "deal_passes_on",
];

/// The hand-over list as a file: a row a deal, or one for an account that has none open.
pub fn handover_csv(land: &Land, day: Date, rows: &[HandedOver]) -> Result<String, TerritoriesError> {
    let safe = rules::export::made_safe;
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(COLUMNS)?;
    for row in rows {
        let territory = |id: Option<RecordId>| id.map(|id| safe(land.name_of(id))).unwrap_or_default();
        let date = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
        let account = [
            safe(&row.name),
            row.passed.account.to_string(),
            territory(row.passed.from),
            territory(row.passed.to),
            safe(land.person(row.passed.from_owner)),
            safe(land.person(row.passed.to_owner)),
            day.to_string(),
            date(row.next_visit),
        ];
        let deals = row.deals.iter().map(|deal| {
            [
                safe(&deal.name),
                deal.id.to_string(),
                safe(&deal.stage),
                deal.amount.map(Amount::to_text).unwrap_or_default(),
                deal.currency.map(|currency| currency.to_string()).unwrap_or_default(),
                date(deal.passes_on),
            ]
        });
        let mut deals: Vec<[String; 6]> = deals.collect();
        if deals.is_empty() {
            deals.push(Default::default());
        }
        for deal in deals {
            writer.write_record(account.iter().chain(&deal))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

impl Plan {
    pub fn to_csv(&self) -> Result<String, TerritoriesError> {
        handover_csv(&self.land, self.day, &self.handed_over)
    }
}
