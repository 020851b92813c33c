//! What a run reads beside its plans: CSV texts with documented columns (`docs/pay-format.md`). What is wrong is told with its
//! file, line, column and value.

mod sheet;

use crate::{
    credit::Fact,
    exact::Exact,
    number::{Moment, Number, Percent, Quantity},
    plan::{CreditKind, Plan, TAKEN},
    quota::RampSteps,
};
use base::{Currency, DateRange, Grain};
use jiff::{ToSpan, civil::Date};
use sheet::{Row, Sheet};
use std::collections::BTreeMap;

/// The texts of the files; only credits are needed.
#[derive(Debug, Clone, Copy, Default)]
pub struct Files<'a> {
    pub credits: &'a str,
    pub people: Option<&'a str>,
    pub quotas: Option<&'a str>,
    pub actuals: Option<&'a str>,
    pub rates: Option<&'a str>,
    pub cash: Option<&'a str>,
    pub paid: Option<&'a str>,
    pub adjustments: Option<&'a str>,
}

impl<'a> Files<'a> {
    /// Those that are there, by name without ending; nothing without credits.
    pub fn of(texts: &'a BTreeMap<&str, String>) -> Option<Self> {
        let text = |name| texts.get(name).map(String::as_str);
        Some(Self {
            credits: text("credits")?,
            people: text("people"),
            quotas: text("quotas"),
            actuals: text("actuals"),
            rates: text("rates"),
            cash: text("cash"),
            paid: text("paid"),
            adjustments: text("adjustments"),
        })
    }
}

/// What the files say.
#[derive(Debug, Clone, Default)]
pub struct Inputs {
    /// The columns of credits.csv.
    pub(crate) columns: Vec<String>,
    pub(crate) credits: Vec<CreditRow>,
    pub(crate) people: BTreeMap<String, Person>,
    /// Without people.csv everybody who is credited is a payee.
    pub(crate) has_people: bool,
    /// By payee and component: without a payee they are everybody's, without a component all components'.
    pub(crate) quotas: BTreeMap<(Option<String>, Option<String>), Vec<QuotaRow>>,
    /// By metric, period and payee: without a payee it is the company's.
    pub(crate) actuals: BTreeMap<(String, String, Option<String>), Actual>,
    pub(crate) rates: Vec<Rate>,
    pub(crate) has_cash: bool,
    /// By fact, in order of time.
    pub(crate) cash: BTreeMap<String, Vec<Cash>>,
    /// Without paid.csv earlier periods are taken as paid as they are computed.
    pub(crate) paid: Option<Vec<Paid>>,
    pub(crate) adjustments: Vec<Adjustment>,
}

#[derive(Debug, Clone)]
pub(crate) struct CreditRow {
    pub line: u64,
    pub fact: String,
    pub at: Moment,
    pub amount: Exact,
    pub currency: Option<Currency>,
    pub payee: Option<String>,
    pub kind: CreditKind,
    pub share: Exact,
    pub cost: Option<Exact>,
    pub units: Exact,
    pub cells: csv::StringRecord,
}

/// A person, and what holds of them from day to day.
#[derive(Debug, Clone, Default)]
pub(crate) struct Person {
    pub hired: Option<Date>,
    /// Their last day.
    pub left: Option<Date>,
    pub currency: Option<Currency>,
    pub variable: Option<Exact>,
    pub weight: Option<Exact>,
    pub spells: Vec<Spell>,
    pub leaves: Vec<Leave>,
}

#[derive(Debug, Clone)]
pub(crate) struct Spell {
    pub days: DateRange,
    pub manager: Option<String>,
    pub role: Option<String>,
    pub plan: Option<String>,
    pub territory: Option<String>,
    pub product: Option<String>,
    /// In place of the plan's.
    pub ramp: Option<RampSteps>,
}

#[derive(Debug, Clone)]
pub(crate) struct Leave {
    pub from: Date,
    pub to: Date,
    /// Who gets which share of what closes meanwhile (C24).
    pub substitute: Option<(String, Exact)>,
}

#[derive(Debug, Clone)]
pub(crate) struct QuotaRow {
    pub days: DateRange,
    pub amount: Exact,
    /// The span of time it is a quota of.
    pub per: Option<Grain>,
}

#[derive(Debug, Clone)]
pub(crate) struct Actual {
    pub value: Exact,
    pub target: Option<Exact>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum RateKind {
    Plan,
    Spot,
    Payroll,
}

#[derive(Debug, Clone)]
pub(crate) struct Rate {
    pub pair: (Currency, Currency),
    pub kind: RateKind,
    pub since: Date,
    pub value: Exact,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Event {
    Collected,
    CreditNote,
    WrittenOff,
    Cancelled,
    Fraud,
}

#[derive(Debug, Clone)]
pub(crate) struct Cash {
    pub line: u64,
    pub day: Date,
    pub event: Event,
    /// In the fact's currency; the rest of it when not said.
    pub amount: Option<Exact>,
}

impl Cash {
    /// How much of the fact it is.
    pub(crate) fn part_of(&self, fact: &Fact) -> Exact {
        self.amount.as_ref().and_then(|amount| amount.over(&fact.amount)).unwrap_or(Exact::ONE)
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Paid {
    pub line: u64,
    pub period: base::Period,
    pub payee: String,
    pub component: String,
    pub fact: String,
    pub amount: Exact,
    /// It was paid in; the payee's when not said.
    pub currency: Option<Currency>,
}

/// What somebody decided beside the plans (C25).
#[derive(Debug, Clone)]
pub(crate) struct Adjustment {
    pub id: String,
    pub period: base::Period,
    pub payee: String,
    pub amount: Exact,
    /// What they are paid in, when not said.
    pub currency: Option<Currency>,
    pub reason: String,
}

impl Paid {
    /// The plan's component it comes from; nothing of what is of all of them.
    pub(crate) fn of_component(&self) -> Option<&str> {
        let own = |id: &str| !TAKEN.contains(&id);
        let suffixes = [".cap", ".plan_cap", ".holdback", ".clawback"];
        let cut = suffixes.iter().find_map(|suffix| self.component.strip_suffix(suffix));
        Some(cut.unwrap_or(&self.component)).filter(|id| own(id))
    }
}

/// What is wrong with an input file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}, line {line}, column {column}: {problem}")]
pub struct InputError {
    pub file: &'static str,
    pub line: u64,
    pub column: String,
    pub problem: String,
}

impl Inputs {
    /// Reads the files; labels of periods are those of the plan's calendar.
    pub fn read(files: &Files<'_>, plan: &Plan) -> Result<Self, InputError> {
        let credits = Sheet::read("credits.csv", files.credits, &["fact", "date", "amount"], None)?;
        let mut inputs = Self {
            credits: credits.rows().map(|row| credit(&row)).collect::<Result<_, _>>()?,
            has_people: files.people.is_some(),
            has_cash: files.cash.is_some(),
            ..Self::default()
        };
        inputs.columns = credits.columns;
        if let Some(text) = files.people {
            inputs.people = people(&Sheet::read("people.csv", text, &["id"], Some(&PEOPLE))?)?;
        }
        if let Some(text) = files.quotas {
            let sheet =
                Sheet::read("quotas.csv", text, &["payee", "from", "amount"], Some(&["to", "component", "per"]))?;
            for row in sheet.rows() {
                let text = |column: &str| row.text(column).map(str::to_owned);
                let rows = inputs.quotas.entry((text("payee"), text("component"))).or_default();
                let quota = quota(&row)?;
                if rows.iter().any(|other| overlap(other.days, quota.days)) {
                    return Err(row.wrong("from", "is a day that has a quota already; end one where the other starts"));
                }
                rows.push(quota);
            }
        }
        if let Some(text) = files.actuals {
            let sheet = Sheet::read("actuals.csv", text, &["metric", "period", "value"], Some(&["payee", "target"]))?;
            for row in sheet.rows() {
                let period = row.period("period", plan)?.label;
                let key = (row.needed("metric")?, period, row.text("payee").map(str::to_owned));
                if inputs.actuals.insert(key, actual(&row)?).is_some() {
                    let hint = "stands twice for this payee and period; leave one of them out";
                    return Err(row.wrong("metric", hint));
                }
            }
        }
        if let Some(text) = files.rates {
            let sheet = Sheet::read("rates.csv", text, &["from", "to", "kind", "date", "rate"], Some(&[]))?;
            for row in sheet.rows() {
                let rate = rate(&row)?;
                let is_same =
                    |other: &Rate| (other.pair, other.kind, other.since) == (rate.pair, rate.kind, rate.since);
                if inputs.rates.iter().any(is_same) {
                    return Err(row.wrong("date", "has a rate of this pair and kind already; leave one of them out"));
                }
                inputs.rates.push(rate);
            }
        }
        if let Some(text) = files.cash {
            let sheet = Sheet::read("cash.csv", text, &["fact", "date", "event"], Some(&["amount"]))?;
            for row in sheet.rows() {
                inputs.cash.entry(row.needed("fact")?).or_default().push(cash(&row)?);
            }
            inputs.cash.values_mut().for_each(|events| events.sort_by(order_of_cash));
        }
        if let Some(text) = files.paid {
            // What a run prints as CSV can be given to the next one.
            let optional = ["fact", "currency", "rule", "reason"];
            let sheet = Sheet::read("paid.csv", text, &["period", "payee", "component", "amount"], Some(&optional))?;
            inputs.paid = Some(sheet.rows().map(|row| paid(&row, plan)).collect::<Result<_, _>>()?);
        }
        if let Some(text) = files.adjustments {
            let needed = ["id", "period", "payee", "amount", "reason"];
            let sheet = Sheet::read("adjustments.csv", text, &needed, Some(&["currency"]))?;
            for row in sheet.rows() {
                let adjustment = adjustment(&row, plan)?;
                if inputs.adjustments.iter().any(|other| other.id == adjustment.id) {
                    return Err(row.wrong("id", "stands twice; give each adjustment an id of its own"));
                }
                inputs.adjustments.push(adjustment);
            }
        }
        Ok(inputs)
    }

    /// The rate of a pair that holds on a day.
    pub(crate) fn rate(&self, from: Currency, to: Currency, kind: RateKind, day: Date) -> Option<Exact> {
        if from == to {
            return Some(Exact::ONE);
        }
        let known = |rate: &&Rate| rate.pair == (from, to) && rate.kind == kind && rate.since <= day;
        self.rates.iter().filter(known).max_by_key(|rate| rate.since).map(|rate| rate.value.clone())
    }

    /// The last day anything is dated, to say which period is asked for when nobody does.
    #[must_use]
    pub fn last_day(&self) -> Option<Date> {
        let cash = self.cash.values().flatten().map(|event| event.day);
        self.credits.iter().map(|row| row.at.day()).chain(cash).max()
    }
}

const PEOPLE: [&str; 17] = [
    "name",
    "hired",
    "left",
    "currency",
    "variable",
    "weight",
    "from",
    "to",
    "manager",
    "role",
    "plan",
    "territory",
    "product",
    "ramp",
    "leave_from",
    "leave_to",
    "substitute",
];

/// The columns of a leave.
const LEAVE: [&str; 3] = ["leave_from", "leave_to", "substitute"];

fn adjustment(row: &Row<'_>, plan: &Plan) -> Result<Adjustment, InputError> {
    let period = row.period("period", plan)?;
    if period.grain != plan.grain() {
        return Err(row.wrong("period", "is no pay period of the plan; write it as the plan pays"));
    }
    Ok(Adjustment {
        id: row.needed("id")?,
        period,
        payee: row.needed("payee")?,
        amount: row.must::<Number>("amount")?.0,
        currency: row.read("currency")?,
        reason: row.needed("reason")?,
    })
}

fn credit(row: &Row<'_>) -> Result<CreditRow, InputError> {
    let share = match row.read::<Quantity>("share")? {
        Some(share) if !share.is_percent && share.value > Exact::ONE => {
            return Err(row.wrong("share", "is more than the whole; write it like 60% or 0.6"));
        }
        share => share.map_or(Exact::ONE, |share| share.value),
    };
    if !share.is_positive() {
        return Err(row.wrong("share", "is no share; leave the row out, or write it like 60%"));
    }
    let amount = row.must::<Number>("amount")?.0;
    // A return gives a unit back.
    let unit = if amount.is_negative() { -&Exact::ONE } else { Exact::ONE };
    Ok(CreditRow {
        line: row.line(),
        fact: row.needed("fact")?,
        at: row.must("date")?,
        amount,
        currency: row.read("currency")?,
        payee: row.text("payee").map(str::to_owned),
        kind: match row.text("kind") {
            None | Some("direct") => CreditKind::Direct,
            Some("overlay") => CreditKind::Overlay,
            Some(_) => return Err(row.wrong("kind", "is no kind of credit; write direct or overlay")),
        },
        share,
        cost: row.read::<Number>("cost")?.map(|cost| cost.0),
        units: row.read::<Number>("units")?.map_or(unit, |units| units.0),
        cells: row.cells().clone(),
    })
}

fn people(sheet: &Sheet) -> Result<BTreeMap<String, Person>, InputError> {
    let mut people: BTreeMap<String, Person> = BTreeMap::new();
    for row in sheet.rows() {
        let person = people.entry(row.needed("id")?).or_default();
        if LEAVE.iter().any(|column| row.text(column).is_some()) {
            let leave = leave(&row)?;
            if person.leaves.iter().any(|other| leave.from < other.to && other.from < leave.to) {
                return Err(
                    row.wrong("leave_from", "begins a leave on days of another one; end one where the other starts")
                );
            }
            person.leaves.push(leave);
            continue;
        }
        let text = |column: &str| row.text(column).map(str::to_owned);
        let from = row.read("from")?.unwrap_or(Date::MIN);
        let spell = Spell {
            days: DateRange::new(from, row.read("to")?),
            manager: text("manager"),
            role: text("role"),
            plan: text("plan"),
            territory: text("territory"),
            product: text("product"),
            ramp: row.read("ramp")?,
        };
        if spell.days.to.is_some_and(|to| to <= from) {
            return Err(row.wrong("to", "is not after from; it is the first day the row holds no more"));
        }
        if person.spells.iter().any(|other| overlap(other.days, spell.days)) {
            return Err(row.wrong("id", "has another row on the same days; end one where the other starts"));
        }
        person.spells.push(spell);
        once(&row, "hired", &mut person.hired, row.read("hired")?)?;
        once(&row, "left", &mut person.left, row.read("left")?)?;
        once(&row, "currency", &mut person.currency, row.read("currency")?)?;
        once(&row, "variable", &mut person.variable, row.read::<Number>("variable")?.map(|number| number.0))?;
        once(&row, "weight", &mut person.weight, row.read::<Number>("weight")?.map(|number| number.0))?;
    }
    Ok(people)
}

/// What does not change from day to day: a row says it, or repeats it.
fn once<T: PartialEq>(row: &Row<'_>, column: &str, known: &mut Option<T>, said: Option<T>) -> Result<(), InputError> {
    if known.is_some() && said.is_some() && *known != said {
        return Err(
            row.wrong(column, "is another value than in an earlier row of this person, who has one for all days")
        );
    }
    *known = said.or(known.take());
    Ok(())
}

fn leave(row: &Row<'_>) -> Result<Leave, InputError> {
    let others = PEOPLE.iter().filter(|column| **column != "name" && !LEAVE.contains(column));
    if let Some(column) = others.into_iter().find(|column| row.text(column).is_some()) {
        return Err(row.wrong(column, "stands in the row of a leave; give it a row of its own"));
    }
    let (from, to): (Date, Date) = (row.must("leave_from")?, row.must("leave_to")?);
    if to <= from {
        return Err(row.wrong("leave_to", "is not after leave_from; it is the first day back at work"));
    }
    let substitute = row.text("substitute").map(|text| {
        let (who, share) = text.rsplit_once(' ').map_or((text, "100%"), |(who, share)| (who.trim_end(), share));
        let share: Percent =
            share.parse().map_err(|_| row.wrong("substitute", "is no id with a share; write it like B 50%"))?;
        Ok((who.to_owned(), share.0))
    });
    Ok(Leave { from, to, substitute: substitute.transpose()? })
}

impl Person {
    /// What holds of them on a day.
    pub(crate) fn on(&self, day: Date) -> Option<&Spell> {
        self.spells.iter().find(|spell| spell.days.contains(day))
    }

    pub(crate) fn works_on(&self, day: Date) -> bool {
        self.hired.is_none_or(|hired| hired <= day) && self.left.is_none_or(|left| day <= left)
    }

    /// Leaves in order of time, those that touch as one.
    pub(crate) fn absences(&self) -> Vec<(Date, Date)> {
        let mut leaves: Vec<(Date, Date)> = self.leaves.iter().map(|leave| (leave.from, leave.to)).collect();
        leaves.sort_unstable();
        crate::scene::joined(leaves.into_iter())
    }

    /// The first day they work no more.
    pub(crate) fn gone_from(&self) -> Option<Date> {
        self.left.map(|left| left.saturating_add(1.day()))
    }
}

fn overlap(one: DateRange, other: DateRange) -> bool {
    one.to.is_none_or(|to| other.from < to) && other.to.is_none_or(|to| one.from < to)
}

fn quota(row: &Row<'_>) -> Result<QuotaRow, InputError> {
    let days = DateRange::new(row.must("from")?, row.read("to")?);
    if days.to.is_some_and(|to| to <= days.from) {
        return Err(row.wrong("to", "is not after from; it is the first day the quota holds no more"));
    }
    let per = row.read("per")?;
    if per.is_some_and(|per| !matches!(per, Grain::Month | Grain::Quarter | Grain::Year)) {
        return Err(row.wrong("per", "is no time a quota is of; write month, quarter or year"));
    }
    Ok(QuotaRow { days, amount: row.must::<Number>("amount")?.0, per })
}

fn actual(row: &Row<'_>) -> Result<Actual, InputError> {
    let value = row.must::<Quantity>("value")?.value;
    Ok(Actual { value, target: row.read::<Quantity>("target")?.map(|target| target.value) })
}

fn rate(row: &Row<'_>) -> Result<Rate, InputError> {
    let kind = match row.needed("kind")?.as_str() {
        "plan" => RateKind::Plan,
        "spot" => RateKind::Spot,
        "payroll" => RateKind::Payroll,
        _ => return Err(row.wrong("kind", "is no kind of rate; write plan, spot or payroll")),
    };
    let Number(value) = row.must("rate")?;
    if !value.is_positive() {
        return Err(row.wrong("rate", "is no rate; write how much one unit of `from` is in `to`, like 35.20"));
    }
    Ok(Rate { pair: (row.must("from")?, row.must("to")?), kind, since: row.must("date")?, value })
}

fn cash(row: &Row<'_>) -> Result<Cash, InputError> {
    let event = match row.needed("event")?.as_str() {
        "collected" => Event::Collected,
        "credit_note" => Event::CreditNote,
        "written_off" => Event::WrittenOff,
        "cancelled" => Event::Cancelled,
        "fraud" => Event::Fraud,
        _ => {
            let hint = "is no event; write collected, credit_note, written_off, cancelled or fraud";
            return Err(row.wrong("event", hint));
        }
    };
    Ok(Cash {
        line: row.line(),
        day: row.must("date")?,
        event,
        amount: row.read::<Number>("amount")?.map(|amount| amount.0),
    })
}

fn order_of_cash(left: &Cash, right: &Cash) -> std::cmp::Ordering {
    (left.day, left.event, &left.amount).cmp(&(right.day, right.event, &right.amount))
}

fn paid(row: &Row<'_>, plan: &Plan) -> Result<Paid, InputError> {
    let period = row.period("period", plan)?;
    if period.grain != plan.grain() {
        return Err(row.wrong("period", &format!("is no pay period: the plan pays by the {}", plan.grain())));
    }
    Ok(Paid {
        line: row.line(),
        period,
        payee: row.needed("payee")?,
        component: row.needed("component")?,
        fact: row.text("fact").unwrap_or_default().to_owned(),
        amount: row.must::<Number>("amount")?.0,
        currency: row.read("currency")?,
    })
}
