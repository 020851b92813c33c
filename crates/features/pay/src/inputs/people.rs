//! Who is there and what they are to reach: people from day to day, and their quotas.

use super::{Names, csv, text};
use crate::RunError;
use access::Leave;
use base::{Amount, FiscalCalendar, Grain, Period, RecordId};
use crm::QUOTA;
use db::{Db, Record};
use jiff::{ToSpan, civil::Date};
use kpi::Company;
use pay_rules::Plan;
use rules::{
    facts::on_day,
    log::{LogRow, Timeline},
    record::Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// The file of people, and the roles each ever held.
pub(super) struct People {
    pub text: String,
    pub roles: BTreeMap<RecordId, BTreeSet<String>>,
}

/// Everybody with what holds of them from day to day.
pub(super) async fn people(db: &Db, names: &Names, company: &Company) -> Result<People, RunError> {
    let leaves = access::leaves(db).await?;
    let histories = kpi::histories(db, &access::PERSON).await?;
    let is_ramp = |row: &LogRow| row.event.fields().iter().any(|(name, _)| *name == "ramp");
    let is_ramped = histories.values().flatten().any(is_ramp);
    let mut heads = vec!["id", "hired", "left", "from", "to", "manager", "role", "territory"];
    // The column stands where somebody is new, those of leaves where somebody is away.
    heads.extend(is_ramped.then_some("ramp"));
    let of_spell = heads.len();
    heads.extend(LEAVE_COLUMNS.into_iter().filter(|_| !leaves.is_empty()));
    let imports = db.system().imports().await?;
    let assigned = db.system().all(&access::TERRITORY_ASSIGNMENT).await?;
    let territories = db.system().all(&access::TERRITORY).await?;
    let territories: BTreeMap<RecordId, String> = territories.iter().map(|one| (one.id, one.title())).collect();
    let mut rows = Vec::new();
    let mut roles: BTreeMap<RecordId, BTreeSet<String>> = BTreeMap::new();
    for (id, history) in histories {
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
        let steps = ["role", "manager", "ramp"].into_iter().flat_map(|field| known.steps(field));
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
            let mut said = vec![
                names.person(on("manager", day).as_reference()),
                text(&on("role", day)),
                territory.cloned().unwrap_or_default(),
            ];
            let ramp = || hired.map(|_| text(on_day(&known, "ramp", day, &company.zone))).unwrap_or_default();
            said.extend(is_ramped.then(ramp));
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
        let own = leaves.iter().filter(|leave| leave.person == id);
        let own: Vec<Vec<String>> = own.map(|leave| away(names, name, leave, of_spell)).collect();
        rows.extend(spells.into_iter().chain(own));
    }
    for row in &mut rows {
        row.resize(heads.len(), String::new());
    }
    Ok(People { text: csv(&heads, rows)?, roles })
}

const LEAVE_COLUMNS: [&str; 3] = ["leave_from", "leave_to", "substitute"];

/// A row of its own.
fn away(names: &Names, name: &str, leave: &Leave, of_spell: usize) -> Vec<String> {
    let substitute = leave.substitute.map(|(id, share)| format!("{} {}%", names.person(Some(id)), share.to_text()));
    let days = [leave.from, leave.back].map(|day| day.to_string());
    let mut row = vec![name.to_owned()];
    row.resize(of_spell, String::new());
    row.extend(days.into_iter().chain([substitute.unwrap_or_default()]));
    row
}

/// Quotas of people over a month, a quarter or a year; and their records.
pub(super) async fn quotas(
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
        let Some(person) = quota.value("person").as_reference() else { continue };
        let Some(Counted { from, to, per, amount, currency }) = counted(&quota, &company.calendar) else { continue };
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
        let row = vec![payee, from.to_string(), to.to_string(), amount.to_text(), per.name().to_owned()];
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

/// A quota as pay counts it.
pub(crate) struct Counted {
    pub from: Date,
    /// The day after its last.
    pub to: Date,
    pub per: Grain,
    pub amount: Amount,
    pub currency: String,
}

/// None for what is no quota of pay: of a sales plan, of one product, or over days that are no month, quarter or year.
pub(crate) fn counted(quota: &Record, calendar: &FiscalCalendar) -> Option<Counted> {
    let is_quota = quota.value("kind").as_text() != Some("plan") && *quota.value("product") == Value::Null;
    let (from, to) = quota.value("starts_on").as_date().zip(quota.value("ends_on").as_date())?;
    let per = span(calendar, from, to).filter(|_| is_quota && !quota.archived)?;
    let currency = quota.value("currency").as_text().unwrap_or_default().to_owned();
    Some(Counted { from, to, per, amount: quota.value("amount").as_decimal().unwrap_or_default(), currency })
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
