//! What is earned and not yet paid on a day (PAY-8), by person and pay code, and how it moved since it was last booked. Told to the
//! ledger as a file; there is no ledger here.

use crate::{
    PAY_ACCRUAL, PAY_RUN, Pay, RunError, State,
    inputs::Collected,
    letters::digest,
    looks,
    payroll::{CONTROL_TOTAL, xlsx},
    runs::{TRIES, money, of_lines, said, text},
    told::Told,
};
use access::PERSON;
use base::{Grain, Money, Period, RecordId};
use db::{Change, Record};
use jiff::{Timestamp, ToSpan, civil::Date};
use pay_rules::PayFile;
use rules::{
    export::made_safe,
    log::{LogRow, Origin},
    record::Value,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// So many periods may be open on the day.
const MOST_OPEN: usize = 24;
/// The pay code of what is held until the customer pays.
pub const HELD: &str = "held";

/// What is owed at the end of a day, by what is known now; once it is booked, as it was.
#[derive(Debug, Clone)]
pub struct Accrual {
    pub day: Date,
    /// The day of the booking that it opens from.
    pub since: Option<Date>,
    pub rows: Vec<Accrued>,
    /// What is not owed and stands beside it: advances, what a cap carries, what was taken back.
    pub beside: Vec<Beside>,
    /// What it is made of: approved runs that are not paid, and open periods as they come out.
    pub parts: Vec<Part>,
    /// Of the open periods; they would block a run.
    pub exceptions: usize,
    pub booked: Option<Booking>,
    /// By currency, by what is known now.
    pub now: BTreeMap<String, Money>,
    /// Of its rows.
    pub sha256: String,
}

/// A person and pay code. Opening, less what was paid, and the expense make the closing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Accrued {
    pub employee: String,
    pub person: i64,
    pub name: String,
    pub pay_code: String,
    pub opening: Money,
    pub paid: Money,
    pub closing: Money,
}

const HEADS: [&str; 9] = ["as_of", "employee", "name", "pay_code", "currency", "opening", "paid", "expense", "closing"];

impl Accrual {
    fn table(&self) -> Vec<Vec<String>> {
        let row = |[employee, name, pay_code]: [&str; 3], of: Sums| {
            let texts = [self.day.to_string().as_str(), employee, name, pay_code].map(made_safe);
            let amounts = [of.opening, of.paid, of.expense, of.closing].map(|sum| sum.to_string());
            texts.into_iter().chain([of.closing.currency.code().to_owned()]).chain(amounts).collect()
        };
        let rows = self.rows.iter().map(|one| row([&one.employee, &one.name, &one.pay_code], one.sums()));
        let totals = sums(&self.rows).into_values().map(|sums| row([CONTROL_TOTAL, "", ""], sums));
        rows.chain(totals).collect()
    }

    /// With the control totals, one a currency, as last rows.
    pub fn to_csv(&self) -> Result<String, RunError> {
        crate::inputs::csv(&HEADS, self.table())
    }

    pub fn to_xlsx(&self) -> Result<Vec<u8>, RunError> {
        xlsx(format!("accrual {}", self.day), &HEADS, self.table(), 4)
    }
}

impl Accrued {
    pub(crate) const fn sums(&self) -> Sums {
        Sums { opening: self.opening, paid: self.paid, expense: self.expense(), closing: self.closing }
    }

    pub const fn expense(&self) -> Money {
        Money::new(self.closing.minor - self.opening.minor + self.paid.minor, self.closing.currency)
    }
}

#[derive(Debug, Clone)]
pub struct Beside {
    pub name: String,
    /// `draw`, `cap` or `clawback`.
    pub kind: String,
    pub amount: Money,
}

#[derive(Debug, Clone)]
pub struct Part {
    pub period: Period,
    pub is_approved: bool,
    pub told: Told,
}

#[derive(Debug, Clone)]
pub struct Booking {
    pub day: Date,
    pub by: String,
    pub at: Timestamp,
    pub totals: BTreeMap<String, Sums>,
}

/// Of all rows of a currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sums {
    pub opening: Money,
    pub paid: Money,
    pub expense: Money,
    pub closing: Money,
}

#[derive(Serialize, Deserialize)]
struct Stored {
    since: Option<Date>,
    rows: Vec<Accrued>,
}

/// By currency.
pub(crate) fn sums(rows: &[Accrued]) -> BTreeMap<String, Sums> {
    let mut totals: BTreeMap<String, Sums> = BTreeMap::new();
    for row in rows {
        let (own, zero) = (row.sums(), Money::zero(row.closing.currency));
        let none = Sums { opening: zero, paid: zero, expense: zero, closing: zero };
        let sum = totals.entry(zero.currency.code().to_owned()).or_insert(none);
        sum.opening.minor += own.opening.minor;
        sum.paid.minor += own.paid.minor;
        sum.expense.minor += own.expense.minor;
        sum.closing.minor += own.closing.minor;
    }
    totals
}

/// Whose, by which pay code, in which currency.
type Of = (String, String, base::Currency);

/// What runs and open periods of a day come to.
#[derive(Default)]
struct Found {
    owed: BTreeMap<Of, i64>,
    /// Of runs that became paid since the booking before.
    paid: BTreeMap<Of, i64>,
    people: BTreeMap<String, (i64, String)>,
    /// The last that is told of a payee, by the length of the periods.
    balances: BTreeMap<(Grain, String), Vec<(String, Money)>>,
    parts: Vec<Part>,
    exceptions: usize,
}

impl Found {
    fn told(&mut self, period: &Period, told: &Told) {
        for payee in &told.payees {
            self.people.insert(payee.id.clone(), (payee.person, payee.name.clone()));
            let sums = payee.balances.iter();
            let sums = sums.filter_map(|(kind, sum)| Some((kind.clone(), money(sum, &payee.currency)?)));
            self.balances.insert((period.grain, payee.id.clone()), sums.collect());
        }
    }

    fn add(to: &mut BTreeMap<Of, i64>, told: &Told) {
        for payee in &told.payees {
            for amount in payee.components.iter().filter_map(|part| {
                let amount = money(&part.amount, &payee.currency)?;
                Some(((payee.id.clone(), part.id.clone(), amount.currency), amount.minor))
            }) {
                *to.entry(amount.0).or_default() += amount.1;
            }
        }
    }
}

impl Pay {
    /// What is owed at the end of a day.
    pub async fn accrual(&self, day: Date) -> Result<Accrual, RunError> {
        let me = self.only_who_sees_pay()?;
        if day > self.today().await? {
            return Err(RunError::ToCome(day));
        }
        let bookings = self.records_of_accruals().await?;
        let on = |one: &Record| one.value("day").as_date();
        let own = bookings.iter().find(|one| on(one) == Some(day));
        let before = bookings.iter().rfind(|one| on(one) < Some(day));
        let since = before.and_then(on);
        let found = Box::pin(self.found(day, since)).await?;
        for part in &found.parts {
            if let Some(run) = self.record_of_run(&part.period.label).await? {
                looks::note(&self.db, me, run.id, &part.period.label).await?;
            }
        }
        let opening = before.map(stored).transpose()?.map(|stored| stored.rows).unwrap_or_default();
        let (rows, beside) = rows(&found, opening);
        let now = sums(&rows).into_iter().map(|(code, sums)| (code, sums.closing)).collect();
        let (since, rows, booked) = match own {
            Some(own) => {
                let Stored { since, rows } = stored(own)?;
                (since, rows, self.bookings(std::slice::from_ref(own)).await?.pop())
            }
            None => (since, rows, None),
        };
        let sha256 = digest(&serde_json::to_string(&rows)?);
        let Found { parts, exceptions, .. } = found;
        Ok(Accrual { day, since, rows, beside, parts, exceptions, booked, now, sha256 })
    }

    /// Every booking, the last first.
    pub async fn accruals(&self) -> Result<Vec<Booking>, RunError> {
        self.only_who_sees_pay()?;
        let mut found = self.bookings(&self.records_of_accruals().await?).await?;
        found.reverse();
        Ok(found)
    }

    /// Keeps what is owed at the end of a day that is over, for good: what is learnt later is an expense of the next booking. `seen`
    /// is the hash of the rows that somebody looked at.
    pub async fn book_accrual(&self, day: Date, seen: Option<&str>, origin: Origin) -> Result<Accrual, RunError> {
        for _ in 1..TRIES {
            match Box::pin(self.booked(day, seen, origin)).await {
                Err(RunError::Moved(_)) if seen.is_none() => {}
                done => return done,
            }
        }
        Box::pin(self.booked(day, seen, origin)).await
    }

    async fn booked(&self, day: Date, seen: Option<&str>, origin: Origin) -> Result<Accrual, RunError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let last = self.records_of_accruals().await?.last().and_then(|one| one.value("day").as_date());
        if let Some(last) = last.filter(|last| day <= *last) {
            return Err(RunError::Booked(last));
        }
        if day >= self.today().await? {
            return Err(RunError::ToCome(day));
        }
        let found = self.accrual(day).await?;
        if seen.is_some_and(|seen| seen != found.sha256) {
            return Err(RunError::Moved(format!("the accrual of {day}")));
        }
        let result = serde_json::to_string(&Stored { since: found.since, rows: found.rows })?;
        let fields = vec![("name", text(day.to_string())), ("day", Value::Date(day)), ("result", text(result))];
        let mut tx = self.db.begin(Some(me), origin).only_at(seq);
        tx.put(Change::create(&PAY_ACCRUAL, self.db.new_id().await?, fields))?;
        self.written(tx, &format!("the accrual of {day}")).await?;
        self.accrual(day).await
    }

    /// In order of time.
    async fn records_of_accruals(&self) -> Result<Vec<Record>, RunError> {
        let mut found = self.all(&PAY_ACCRUAL, Vec::new()).await?;
        found.sort_by_key(|one| one.value("day").as_date());
        Ok(found)
    }

    async fn bookings(&self, records: &[Record]) -> Result<Vec<Booking>, RunError> {
        let ids = records.iter().map(|one| one.id).collect();
        let histories = self.db.system().histories(&PAY_ACCRUAL, &ids).await?;
        let first = |id: RecordId| histories.get(&id).and_then(|rows| rows.first());
        let people = ids.iter().filter_map(|id| first(*id)?.actor).collect();
        let names = self.db.system().titles(&PERSON, &people).await?;
        let mut found = Vec::new();
        for one in records {
            let (Some(day), Some(row)) = (one.value("day").as_date(), first(one.id)) else { continue };
            let by = row.actor.and_then(|by| names.get(&by)).map(Record::title).unwrap_or_default();
            found.push(Booking { day, by, at: row.recorded_at, totals: sums(&stored(one)?.rows) });
        }
        Ok(found)
    }

    /// Of every length that people are paid by.
    async fn found(&self, day: Date, since: Option<Date>) -> Result<Found, RunError> {
        let mut found = Found::default();
        for grain in [Grain::Month, Grain::Quarter, Grain::Year] {
            let period = self.company().await?.calendar.period_of(day, grain)?;
            let runs = self.records_of_runs(&period).await?;
            let ids: BTreeSet<RecordId> = runs.iter().map(|run| run.id).collect();
            let histories = self.db.system().histories(&PAY_RUN, &ids).await?;
            let zone = self.company().await?.zone;
            let paid_on = |id: RecordId| {
                let row = histories.get(&id)?.iter().rfind(|row| became_paid(row))?;
                Some(row.recorded_at.to_zoned(zone.clone()).date())
            };
            let tomorrow = day.saturating_add(1.day());
            let mut open_from = None;
            for record in runs {
                let id = record.id;
                let run = self.told(record).await?;
                if !run.state.is_locked() || run.period.end > tomorrow {
                    if run.period.start <= day {
                        open_from = open_from.or(Some(run.period.start));
                    }
                    continue;
                }
                found.told(&run.period, &run.told);
                open_from = Some(run.period.end);
                let paid = paid_on(id).filter(|_| run.state == State::Paid);
                if paid.is_none_or(|paid| paid > day) {
                    Found::add(&mut found.owed, &run.told);
                    found.parts.push(Part { period: run.period, is_approved: true, told: run.told });
                } else if since.is_some_and(|since| paid.is_some_and(|paid| paid > since)) {
                    Found::add(&mut found.paid, &run.told);
                }
            }
            match self.plans_of(&period).await {
                Err(RunError::NoPlan(_)) => {}
                Err(error) => return Err(error),
                Ok(_) => self.open_periods(&mut found, open_from.unwrap_or(period.start), &period, tomorrow).await?,
            }
        }
        Ok(found)
    }

    /// Periods that are not approved, one after the other as runs would pay them, by what lies before a day.
    async fn open_periods(&self, found: &mut Found, from: Date, last: &Period, until: Date) -> Result<(), RunError> {
        if from >= until {
            return Ok(());
        }
        let periods = self.company().await?.calendar.periods(from, last.end, last.grain)?;
        if periods.len() > MOST_OPEN {
            return Err(RunError::NotAWindow(MOST_OPEN));
        }
        let mut paid = Vec::new();
        for period in periods {
            let (texts, plans) = match self.plans_of(&period).await {
                Err(RunError::NoPlan(_)) => continue,
                found => found?,
            };
            let Collected { files, people, facts, .. } =
                self.gather(&plans, &period, until.min(period.end), &paid).await?;
            let (_, statement) = PayFile::new(&period.label, texts, files)?;
            found.exceptions += statement.exceptions.iter().filter(|one| one.kind() != "no_previous").count();
            let facts = of_lines(&statement, facts);
            let told = Told::of(&statement, &people, facts);
            for payee in &told.payees {
                for (part, line) in
                    payee.components.iter().flat_map(|part| part.lines.iter().map(move |line| (part, line)))
                {
                    let row = [&period.label, &payee.id, &part.id, &line.fact, &line.amount, &payee.currency];
                    paid.push(row.map(String::clone).to_vec());
                }
            }
            found.told(&period, &told);
            Found::add(&mut found.owed, &told);
            found.parts.push(Part { period, is_approved: false, told });
        }
        Ok(())
    }
}

fn became_paid(row: &LogRow) -> bool {
    row.event.fields().iter().any(|(name, value)| *name == "state" && value.as_text() == Some(State::Paid.name()))
}

fn stored(record: &Record) -> Result<Stored, RunError> {
    Ok(serde_json::from_str(said(record, "result"))?)
}

/// What is owed beside what was, and what stands beside it. Somebody's pay codes one after the other, by name.
fn rows(found: &Found, opening: Vec<Accrued>) -> (Vec<Accrued>, Vec<Beside>) {
    let mut people = found.people.clone();
    let (mut owed, mut before, mut beside) = (found.owed.clone(), BTreeMap::<Of, i64>::new(), Vec::new());
    for ((_, payee), balances) in &found.balances {
        for (kind, amount) in balances.iter().filter(|(_, amount)| amount.minor != 0) {
            if kind == "holdback" {
                *owed.entry((payee.clone(), HELD.to_owned(), amount.currency)).or_default() += amount.minor;
            } else {
                let name = people.get(payee).map(|(_, name)| name.clone()).unwrap_or_default();
                beside.push(Beside { name, kind: kind.clone(), amount: *amount });
            }
        }
    }
    for row in opening {
        people.entry(row.employee.clone()).or_insert((row.person, row.name));
        *before.entry((row.employee, row.pay_code, row.opening.currency)).or_default() += row.closing.minor;
    }
    let keys: BTreeSet<&Of> = owed.keys().chain(before.keys()).chain(found.paid.keys()).collect();
    let row = |of: &Of| {
        let (employee, pay_code, currency) = of.clone();
        let (person, name) = people.get(&employee).cloned().unwrap_or_default();
        let sum = |sums: &BTreeMap<Of, i64>| Money::new(sums.get(of).copied().unwrap_or_default(), currency);
        let (opening, paid, closing) = (sum(&before), sum(&found.paid), sum(&owed));
        Accrued { employee, person, name, pay_code, opening, paid, closing }
    };
    let is_something = |row: &Accrued| [row.opening, row.paid, row.closing].iter().any(|sum| sum.minor != 0);
    let mut rows: Vec<Accrued> = keys.into_iter().map(row).filter(is_something).collect();
    rows.sort_by(|one, other| (&one.name, &one.employee).cmp(&(&other.name, &other.employee)));
    (rows, beside)
}
