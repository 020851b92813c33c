//! What is earned and not yet paid on a day (PAY-8), by person and pay code, and how it moved since it was last booked. Told to the
//! ledger as a file; there is no ledger here.

use crate::{
    PAY_ACCRUAL, PAY_LINE, PAY_RUN, PAY_WAIVER, Pay, Run, RunError, State, ToldException, ToldLine,
    inputs::Collected,
    letters::digest,
    looks,
    payroll::{CONTROL_TOTAL, xlsx},
    runs::{TRIES, is, money, of_lines, said, text},
    told::Told,
};
use access::PERSON;
use base::{Currency, Grain, Money, Period, RecordId};
use db::{Change, Record};
use jiff::{Timestamp, ToSpan, civil::Date};
use kpi::Company;
use pay_rules::{PayFile, Plan};
use rules::{
    export::made_safe,
    log::{Event, LogRow, Origin},
    record::Value,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// So many periods may be open on the day.
const MOST_OPEN: usize = 24;
/// The pay code of what is held until the customer pays.
pub const HELD: &str = "held";
/// The pay code of what a cap cut and carries to a later period.
pub const CARRIED: &str = "above_cap";

/// What is owed at the end of a day, by what is known now; once it is booked, as it was.
#[derive(Debug, Clone)]
pub struct Accrual {
    pub day: Date,
    /// The day of the booking that it opens from.
    pub since: Option<Date>,
    pub rows: Vec<Accrued>,
    /// What payees owe and stands beside it: advances, and what was taken back.
    pub beside: Vec<Beside>,
    /// What it is made of: approved runs that are not paid, and open periods as they come out.
    pub parts: Vec<Part>,
    /// Of the open periods; they would block a run.
    pub exceptions: usize,
    pub booked: Option<Booking>,
    /// The last day that is booked.
    pub last_booked: Option<Date>,
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

const HEADS: [&str; 11] =
    ["as_of", "since", "booked", "employee", "name", "pay_code", "currency", "opening", "paid", "expense", "closing"];

impl Accrual {
    fn table(&self) -> Vec<Vec<String>> {
        let row = |[employee, name, pay_code]: [&str; 3], of: Sums| {
            let since = self.since.map(|since| since.to_string()).unwrap_or_default();
            let booked = self.booked.as_ref().map(|booked| booked.at.to_string()).unwrap_or_default();
            let texts = [self.day.to_string().as_str(), &since, &booked, employee, name, pay_code].map(made_safe);
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
    /// `draw` or `clawback`.
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

/// The person, by which pay code, in which currency.
type Of = (i64, String, Currency);

/// What runs and open periods of a day come to.
#[derive(Default)]
struct Found {
    owed: BTreeMap<Of, i64>,
    /// Of runs that became paid since the booking before.
    paid: BTreeMap<Of, i64>,
    /// What files call them, and their names.
    people: BTreeMap<i64, (String, String)>,
    /// The last that is told of a payee, by the length of the periods.
    balances: BTreeMap<(Grain, i64), Vec<(String, Money)>>,
    parts: Vec<Part>,
    /// Of open periods, without those that were let pass.
    exceptions: BTreeSet<String>,
}

impl Found {
    fn told(&mut self, period: &Period, told: &Told) {
        for payee in &told.payees {
            self.people.insert(payee.person, (payee.id.clone(), payee.name.clone()));
            let sums = payee.balances.iter();
            let sums = sums.filter_map(|(kind, sum)| Some((kind.clone(), money(sum, &payee.currency)?)));
            self.balances.insert((period.grain, payee.person), sums.collect());
        }
    }

    fn owes(&mut self, told: &Told) {
        add(&mut self.owed, told);
    }
}

fn add(to: &mut BTreeMap<Of, i64>, told: &Told) {
    for payee in &told.payees {
        for part in &payee.components {
            if let Some(amount) = money(&part.amount, &payee.currency) {
                *to.entry((payee.person, part.id.clone(), amount.currency)).or_default() += amount.minor;
            }
        }
    }
}

impl Pay {
    /// What is owed at the end of a day.
    pub async fn accrual(&self, day: Date) -> Result<Accrual, RunError> {
        let me = self.only_who_sees_pay()?;
        let found = self.reckoned(day).await?;
        for part in &found.parts {
            if let Some(run) = self.record_of_run(&part.period.label).await? {
                looks::note(&self.db, me, run.id, &part.period.label).await?;
            }
        }
        Ok(found)
    }

    /// The same of one payee, who is told that somebody looked.
    pub async fn accrual_of(&self, day: Date, payee: RecordId) -> Result<Accrual, RunError> {
        let me = self.only_who_sees_pay()?;
        let mut found = self.reckoned(day).await?;
        looks::note(&self.db, me, payee, &day.to_string()).await?;
        found.rows.retain(|row| row.person == payee.0);
        for part in &mut found.parts {
            part.told.payees.retain(|one| one.person == payee.0);
        }
        found.parts.retain(|part| !part.told.payees.is_empty());
        Ok(found)
    }

    async fn reckoned(&self, day: Date) -> Result<Accrual, RunError> {
        if day > self.today().await? {
            return Err(RunError::ToCome(day));
        }
        let bookings = self.records_of_accruals().await?;
        let on = |one: &Record| one.value("day").as_date();
        let own = bookings.iter().find(|one| on(one) == Some(day));
        let before = bookings.iter().rfind(|one| on(one) < Some(day));
        let (since, first) = (before.and_then(on), bookings.first().and_then(on));
        let mut found = Box::pin(self.found(day, since, first.filter(|first| *first <= day))).await?;
        self.without_what_lapsed(&mut found, day).await?;
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
        let last_booked = bookings.last().and_then(on);
        let exceptions = found.exceptions.len();
        Ok(Accrual { day, since, rows, beside, parts: found.parts, exceptions, booked, last_booked, now, sha256 })
    }

    /// Every booking, the last first.
    pub async fn accruals(&self) -> Result<Vec<Booking>, RunError> {
        self.only_who_sees_pay()?;
        let mut found = self.bookings(&self.records_of_accruals().await?).await?;
        found.reverse();
        Ok(found)
    }

    /// Keeps what is owed at the end of a day that is over: what is learnt later is an expense of the next booking. `seen` is the
    /// hash of the rows that somebody looked at.
    pub async fn book_accrual(&self, day: Date, seen: Option<&str>, origin: Origin) -> Result<Accrual, RunError> {
        for _ in 1..TRIES {
            match Box::pin(self.booked(day, seen, origin)).await {
                Err(RunError::Moved(_)) => {}
                done => return done,
            }
        }
        Box::pin(self.booked(day, seen, origin)).await
    }

    async fn booked(&self, day: Date, seen: Option<&str>, origin: Origin) -> Result<Accrual, RunError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        if day >= self.today().await? {
            return Err(RunError::ToCome(day));
        }
        let mut found = self.reckoned(day).await?;
        if let Some(last) = found.last_booked.filter(|last| day <= *last) {
            return Err(RunError::Booked(last));
        }
        if seen.is_some_and(|seen| seen != found.sha256) {
            return Err(RunError::OtherAccrual(day));
        }
        let result = serde_json::to_string(&Stored { since: found.since, rows: found.rows.clone() })?;
        let fields = vec![("name", text(day.to_string())), ("day", Value::Date(day)), ("result", text(result))];
        let id = self.db.new_id().await?;
        let mut tx = self.db.begin(Some(me), origin).only_at(seq);
        tx.put(Change::create(&PAY_ACCRUAL, id, fields))?;
        self.written(tx, &format!("the accrual of {day}")).await?;
        let kept = self.db.system().get(&PAY_ACCRUAL, id).await?;
        found.booked = self.bookings(kept.as_slice()).await?.pop();
        found.last_booked = Some(day);
        Ok(found)
    }

    /// Takes the last booking back, as if it had never been; the log keeps it.
    pub async fn void_accrual(&self, day: Date, origin: Origin) -> Result<(), RunError> {
        let me = self.only_who_sees_pay()?;
        let seq = self.db.system().last_seq().await?;
        let bookings = self.records_of_accruals().await?;
        let last = bookings.last().filter(|one| one.value("day").as_date() == Some(day));
        let last = last.ok_or(RunError::NotLastBooked(day))?;
        let rows = self.db.system().history(&PAY_ACCRUAL, last.id).await?;
        let mut tx = self.db.begin(Some(me), origin).only_at(seq);
        tx.put(Change::of(&PAY_ACCRUAL, last.id, Event::Void(rows.iter().map(|row| row.seq).collect())))?;
        self.written(tx, &format!("the accrual of {day}")).await
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

    /// Of every length that people are paid by. What lies before the first booking was paid elsewhere.
    async fn found(&self, day: Date, since: Option<Date>, first: Option<Date>) -> Result<Found, RunError> {
        let mut found = Found::default();
        let Company { calendar, zone, .. } = self.company().await?;
        let is_between = |became: Option<Date>| {
            became.is_some_and(|became| became <= day && since.is_some_and(|since| since < became))
        };
        for grain in [Grain::Month, Grain::Quarter, Grain::Year] {
            let period = calendar.period_of(day, grain)?;
            let begun = calendar.period_of(first.unwrap_or(day), grain)?.start;
            let runs = self.records_of_runs(&period).await?;
            let ids: BTreeSet<RecordId> = runs.iter().map(|run| run.id).collect();
            let histories = self.db.system().histories(&PAY_RUN, &ids).await?;
            // The day on which a run came to a state.
            let came = |id: RecordId, to: State| {
                let row = histories.get(&id)?.iter().rfind(|row| is_step(row, to))?;
                Some(row.recorded_at.to_zoned(zone.clone()).date())
            };
            let tomorrow = day.saturating_add(1.day());
            let (mut open_from, mut is_first) = (begun, true);
            for record in runs {
                let id = record.id;
                let run = self.told(record).await?;
                if !run.state.is_locked() || run.period.end > tomorrow {
                    continue;
                }
                if is_first && begun < run.period.start {
                    // The first run counts what came before it as paid.
                    let approved = came(id, State::Approved);
                    if is_between(approved) {
                        self.counted_as_paid(&mut found.paid, &run, begun).await?;
                    } else if approved.is_none_or(|approved| approved > day) {
                        self.counted_as_paid(&mut found.owed, &run, begun).await?;
                    }
                }
                is_first = false;
                found.told(&run.period, &run.told);
                open_from = run.period.end;
                let paid = came(id, State::Paid).filter(|_| run.state == State::Paid);
                if paid.is_none_or(|paid| paid > day) {
                    found.owes(&run.told);
                    found.parts.push(Part { period: run.period, is_approved: true, told: run.told });
                } else if is_between(paid) {
                    add(&mut found.paid, &run.told);
                }
            }
            match self.plans_of(&period).await {
                Err(RunError::NoPlan(_)) => {}
                Err(error) => return Err(error),
                Ok(_) => self.open_periods(&mut found, open_from, &period, tomorrow).await?,
            }
        }
        Ok(found)
    }

    /// Lines that the first run wrote for the periods before it, from a day on.
    async fn counted_as_paid(&self, to: &mut BTreeMap<Of, i64>, run: &Run, from: Date) -> Result<(), RunError> {
        for line in self.all(&PAY_LINE, vec![is("run", Value::Reference(run.id))]).await? {
            let is_before = line.value("starts_on").as_date().is_some_and(|day| from <= day && day < run.period.start);
            let (Some(payee), Some(amount)) = (line.value("payee").as_reference(), line.value("amount").as_money())
            else {
                continue;
            };
            if is_before {
                *to.entry((payee.0, said(&line, "component").to_owned(), amount.currency)).or_default() += amount.minor;
            }
        }
        Ok(())
    }

    /// What was held of somebody whose grace days after leaving are over is paid no more.
    async fn without_what_lapsed(&self, found: &mut Found, day: Date) -> Result<(), RunError> {
        let grace = self.plans().await?.iter().map(|kept| kept.plan.grace_days).max().unwrap_or_default();
        let people = found.people.keys().map(|id| RecordId(*id)).collect();
        for (id, person) in self.db.system().many(&PERSON, &people).await? {
            let left = person.value("left_on").as_date();
            if left.is_some_and(|left| left.saturating_add(grace.days()) < day) {
                for ((_, payee), balances) in &mut found.balances {
                    balances.retain(|(kind, _)| *payee != id.0 || kind != "holdback");
                }
            }
        }
        Ok(())
    }

    /// Periods that are not approved, one after the other as runs would pay them, by what lies before a day.
    async fn open_periods(&self, found: &mut Found, from: Date, last: &Period, until: Date) -> Result<(), RunError> {
        if from >= until {
            return Ok(());
        }
        let periods = self.company().await?.calendar.periods(from, last.end, last.grain)?;
        if periods.len() > MOST_OPEN {
            return Err(RunError::TooManyOpen(MOST_OPEN));
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
            let facts = of_lines(&statement, facts);
            let mut told = Told::of(&statement, &people, facts);
            for payee in &told.payees {
                for part in &payee.components {
                    let row = |line: &ToldLine| {
                        let row = [&period.label, &payee.id, &part.id, &line.fact, &line.amount, &payee.currency];
                        row.map(String::clone).to_vec()
                    };
                    paid.extend(part.lines.iter().map(row));
                }
            }
            let waived = self.all(&PAY_WAIVER, Vec::new()).await?;
            let blocking = told.exceptions.iter().filter(|one| one.blocks()).map(ToldException::key);
            let is_open = |key: &String| !waived.iter().any(|one| said(one, "exception") == key);
            found.exceptions.extend(blocking.filter(is_open));
            found.told(&period, &told);
            if until < period.end {
                so_far(&mut told, &plans, &period, until);
            }
            found.owes(&told);
            found.parts.push(Part { period, is_approved: false, told });
        }
        Ok(())
    }
}

/// Of a period that is not over: what pays for time, and not for facts, by the days that are; of a contest that goes on nothing.
fn so_far(told: &mut Told, plans: &[Plan], period: &Period, until: Date) {
    let goes_on = |id: &str| {
        let contests = plans.iter().flat_map(|plan| &plan.contest);
        contests.filter(|one| one.id.get_ref() == id).any(|one| one.to.0 > until.at(0, 0, 0, 0))
    };
    let days = |from: Date, to: Date| i128::from((to - from).get_days());
    let (elapsed, whole) = (days(period.start, until), days(period.start, period.end));
    for payee in &mut told.payees {
        let Ok(currency) = payee.currency.parse::<Currency>() else { continue };
        for part in &mut payee.components {
            let is_of_time = |line: &ToldLine| ["bonus", "pool", "guarantee", "draw"].contains(&line.rule.as_str());
            if goes_on(&part.id) {
                part.lines.clear();
            }
            let mut sum = 0;
            for line in &mut part.lines {
                let Some(amount) = money(&line.amount, &payee.currency) else { continue };
                let share = if is_of_time(line) {
                    halves_away(i128::from(amount.minor) * elapsed, whole)
                } else {
                    amount.minor
                };
                line.amount = Money::new(share, currency).to_string();
                sum += share;
            }
            part.amount = Money::new(sum, currency).to_string();
        }
        let sum =
            payee.components.iter().filter_map(|part| money(&part.amount, &payee.currency)).map(|one| one.minor).sum();
        payee.total = Money::new(sum, currency).to_string();
    }
}

/// Divided, and rounded half away from zero.
fn halves_away(numerator: i128, denominator: i128) -> i64 {
    let rounded = (numerator.abs() * 2 + denominator) / (denominator * 2) * numerator.signum();
    i64::try_from(rounded).unwrap_or_default()
}

fn is_step(row: &LogRow, to: State) -> bool {
    row.event.fields().iter().any(|(name, value)| *name == "state" && value.as_text() == Some(to.name()))
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
            let pay_code = match kind.as_str() {
                "holdback" => HELD,
                "cap" => CARRIED,
                _ => {
                    let name = people.get(payee).map(|(_, name)| name.clone()).unwrap_or_default();
                    beside.push(Beside { name, kind: kind.clone(), amount: *amount });
                    continue;
                }
            };
            *owed.entry((*payee, pay_code.to_owned(), amount.currency)).or_default() += amount.minor;
        }
    }
    for row in opening {
        people.entry(row.person).or_insert((row.employee, row.name));
        *before.entry((row.person, row.pay_code, row.opening.currency)).or_default() += row.closing.minor;
    }
    let keys: BTreeSet<&Of> = owed.keys().chain(before.keys()).chain(found.paid.keys()).collect();
    let row = |of: &Of| {
        let (person, pay_code, currency) = of.clone();
        let (employee, name) = people.get(&person).cloned().unwrap_or_else(|| (format!("#{person}"), String::new()));
        let sum = |sums: &BTreeMap<Of, i64>| Money::new(sums.get(of).copied().unwrap_or_default(), currency);
        let (opening, paid, closing) = (sum(&before), sum(&found.paid), sum(&owed));
        Accrued { employee, person, name, pay_code, opening, paid, closing }
    };
    let is_something = |row: &Accrued| [row.opening, row.paid, row.closing].iter().any(|sum| sum.minor != 0);
    let mut rows: Vec<Accrued> = keys.into_iter().map(row).filter(is_something).collect();
    rows.sort_by(|one, other| (&one.name, &one.employee).cmp(&(&other.name, &other.employee)));
    (rows, beside)
}
