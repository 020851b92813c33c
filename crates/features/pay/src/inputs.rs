//! What a run reads, from the company's records: the input files of docs/pay-format.md.

mod people;
mod sold;

pub(crate) use people::{Counted, counted};
pub(crate) use sold::{CREDITS, around};

use crate::{RunError, told::FactOf};
use base::{Amount, Grain, Period, RecordId};
use crm::QUOTA;
use db::{Db, Record};
use jiff::{ToSpan, civil::Date};
use kpi::{Ask, ByWord, Company, Kpi};
use pay_rules::Plan;
use rules::{access::Viewer, record::Value};
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

/// Everything that plans of one pay period's length can ask for, up to the end of the period.
pub async fn collect(db: &Db, plans: &[Plan], period: &Period, folder: &Path) -> Result<Collected, RunError> {
    let company = Company::load(db).await?;
    let names = Names::read(db).await?;
    let since = since(plans, period);
    let (record_type, event) = sold::what(company.basis);
    let sold = sold::sold(db, plans, company.basis, (since, period.end)).await?;
    let of_period = sold.iter().filter(|one| period.contains(one.day));
    let mut sources: BTreeSet<(String, RecordId)> =
        of_period.map(|one| (record_type.name.to_owned(), one.record)).collect();
    let (credits, facts) = sold::credits(db, &names, &company, record_type, event, &sold).await?;
    let people = people::people(db, &names, &company).await?;
    let (quotas, of_quotas) = people::quotas(db, &names, plans, &company, period, &people.roles).await?;
    sources.extend(of_quotas.into_iter().map(|id| (QUOTA.name.to_owned(), id)));
    let leaves = access::leaves(db).await?;
    let of_period = leaves.iter().filter(|leave| leave.from < period.end && period.start < leave.back);
    sources.extend(of_period.map(|leave| (access::LEAVE.name.to_owned(), leave.id)));
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
                within: None,
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
