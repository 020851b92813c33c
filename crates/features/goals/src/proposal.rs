//! The quotas of a year by several ways, side by side.

use crate::GoalsError;
use access::{COMPANY, LEAVE, Leave, PERSON};
use base::{Amount, Currency, Fraction, Grain, Period, RecordId, Seq};
use crm::{ACCOUNT, QUOTA};
use db::{Db, DbError, ListQuery, Record, Tx};
use jiff::{ToSpan, civil::Date};
use kpi::{Ask, ByWord, Company, KnownAt, Kpi};
use rules::{
    access::Viewer,
    facts::LEAVE_PAUSES_AFTER,
    goal::{
        AccountPotential, AverageTerms, Commitment, Criterion, Fairness, Gap, Health, Lot, Month, Pool, RepGroup,
        account_based, average, bottom_up, capacity, health, spearman, top_down,
    },
    log::Fields,
    record::{RampSteps, RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// A proposal rests on these, beside KPIs as known at its seq.
pub(crate) const RESTS_ON: &[&RecordType] = &[&PERSON, &LEAVE, &COMPANY, &ACCOUNT, &QUOTA];
/// Months of what people sold that quotas rest on.
const MONTHS: i64 = 12;
/// After they were hired people are in ramp for so many months.
const RAMP_MONTHS: i64 = 3;

/// The first day on which somebody who began on a day is out of ramp.
pub fn ramp_ends(hired_on: Date) -> Date {
    hired_on.saturating_add(RAMP_MONTHS.months())
}

/// The first day on which somebody is out of ramp: their own (C18), or else the usual one.
fn ready(person: &Record) -> Option<Date> {
    let hired = person.value("hired_on").as_date()?;
    let own = person.value("ramp").as_text().and_then(|ramp| ramp.parse::<RampSteps>().ok());
    Some(own.map_or_else(|| ramp_ends(hired), |own| own.ends(hired)))
}
/// Of a quota, per cent: what capacity counts on.
const EXPECTED_ATTAINMENT: i64 = 85;
/// Potential weighs against history, per cent (the reference's example).
const POTENTIAL: i64 = 60;

/// A way to set quotas.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Way {
    /// The mean month and so much on top.
    Average,
    /// The target, shared by potential and by what was sold.
    TopDown,
    /// What people plan themselves, or what they sold and so much on top.
    BottomUp,
    /// A share of what the accounts of each could buy.
    AccountBased,
}

impl Way {
    pub const ALL: [Self; 4] = [Self::Average, Self::TopDown, Self::BottomUp, Self::AccountBased];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Average => "average",
            Self::TopDown => "top_down",
            Self::BottomUp => "bottom_up",
            Self::AccountBased => "account_based",
        }
    }

    pub fn read(word: &str) -> Result<Self, GoalsError> {
        Self::ALL.into_iter().find(|one| one.name() == word).ok_or_else(|| GoalsError::NoWay(word.to_owned()))
    }
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Wish {
    /// 2027.
    pub year: String,
    /// Of the company; none: what was sold and `raise` on top.
    pub target: Option<Amount>,
    /// Per cent.
    pub over_assignment: Amount,
    /// Per cent on top of what was sold.
    pub raise: Amount,
    /// Per cent of what accounts could buy; none: what was sold of it and `raise` on top.
    pub share: Option<Amount>,
    /// Seq and day of the proposal that somebody saw; none: what there is now.
    pub seen: Option<(Seq, Date)>,
}

impl Wish {
    pub fn of(year: &str) -> Self {
        let (over_assignment, raise) = (Amount::from(15), Amount::from(10));
        Self { year: year.to_owned(), target: None, over_assignment, raise, share: None, seen: None }
    }
}

/// One person.
#[derive(Debug, Clone)]
pub struct Line {
    pub person: RecordId,
    pub name: String,
    /// Sold in the twelve months.
    pub sold: Amount,
    /// So many of the months count: not those before somebody came, in ramp and away.
    pub months: usize,
    /// Months above the 90th percentile, which count as much as it.
    pub capped: usize,
    /// Open pipeline today, for potential where the accounts of some do not say what they could buy.
    pub pipeline: Amount,
    /// What their accounts could buy in a year; none where none says it.
    pub potential: Option<Amount>,
    /// Quotas of the year before.
    pub before: Option<Amount>,
    /// By way; none where it tells nothing.
    pub quotas: BTreeMap<Way, Amount>,
}

/// A way over everybody.
#[derive(Debug, Clone)]
pub struct WaySum {
    pub way: Way,
    pub sum: Amount,
    /// Beside the target.
    pub gap: Gap,
    /// Of quota against potential; none where nobody has some.
    pub fairness: Option<Fairness>,
    /// Do quotas follow potential? Rank correlation.
    pub follows: Option<Amount>,
}

#[derive(Debug, Clone)]
pub struct Proposal {
    pub year: Period,
    /// The months that it rests on, half-open.
    pub from: Date,
    pub to: Date,
    pub currency: Currency,
    pub target: Amount,
    /// The target and the over-assignment.
    pub pool: Amount,
    /// Per cent of the potential of accounts; none where none says it.
    pub share: Option<Amount>,
    /// What the people who are there can carry.
    pub capacity: Option<Amount>,
    pub lines: Vec<Line>,
    pub sums: Vec<WaySum>,
    /// Of the attainment of the year before, as far as it has come.
    pub health: Health,
    /// With what was known at it.
    pub seq: Seq,
    /// The day on which it was made.
    pub made_on: Date,
}

/// Goals on somebody's behalf.
#[derive(Clone)]
pub struct Goals {
    pub(crate) db: Db,
    pub(crate) viewer: Viewer,
    pub(crate) folder: PathBuf,
}

type PerPerson = BTreeMap<RecordId, Amount>;

impl Proposal {
    /// Those that tell somebody's quota.
    pub fn ways(&self) -> impl Iterator<Item = Way> {
        self.sums.iter().map(|one| one.way)
    }
}

impl Goals {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        Self { db, viewer, folder }
    }

    pub async fn today(&self) -> Result<Date, GoalsError> {
        Ok(self.db.now().to_zoned(Company::load(&self.db).await?.zone).date())
    }

    /// Quotas of all people, so only for who sets them.
    pub async fn propose(&self, wish: &Wish) -> Result<Proposal, GoalsError> {
        let kpi = Kpi::new(self.db.clone(), self.viewer.clone()).await?;
        kpi.setters_only().await?;
        let today = self.today().await?;
        let seq = match wish.seen {
            // The months that it rests on are others by now.
            Some((_, day)) if day != today => return Err(GoalsError::Moved),
            Some((seen, _)) => seen,
            None => self.db.system().last_seq().await?,
        };
        let company = Company::load(&self.db).await?;
        let year = company.calendar.parse_label(wish.year.trim())?;
        if year.grain != Grain::Year {
            return Err(GoalsError::NotAYear(wish.year.clone()));
        }
        let to = today.first_of_month();
        let from = to.saturating_sub(MONTHS.months());
        let ask = |id: &str, by, grain, from, to| Ask {
            kpis: vec![id.to_owned()],
            by,
            grain,
            from: Some(from),
            to: Some(to),
            known_at: Some(KnownAt::At(seq)),
            ..kpi.whole(&year, self.folder.clone())
        };
        let monthly = kpi.ask(&ask("revenue", ByWord::Rep, Grain::Month, from, to)).await?.rows;
        let next = today.tomorrow().unwrap_or(today);
        let pipeline = value_of(kpi.ask(&ask("pipeline_value", ByWord::Rep, Grain::Day, today, next)).await?.rows);
        let before = company.calendar.previous(&year)?;
        let attained =
            kpi.ask(&ask("quota_attainment", ByWord::Rep, Grain::Year, before.start, before.end)).await?.rows;
        let people = self.db.system().all(&PERSON).await?;
        let mut sold: BTreeMap<RecordId, BTreeMap<Date, Amount>> = BTreeMap::new();
        for row in monthly {
            if let (Some(id), Some(value)) = (row.entity.id, row.value.as_deref().and_then(|value| value.parse().ok()))
            {
                sold.entry(id).or_default().insert(row.period.start, value);
            }
        }
        let quotas = self.sums(&before, "quota").await?;
        let plans = self.sums(&year, "plan").await?;
        let leaves = access::leaves(&self.db).await?;
        let known =
            Known { from, sold, pipeline, potentials: kpi::potentials(&self.db, next).await?, quotas, plans, leaves };
        let mut lines = Vec::new();
        for person in people.iter().filter(|person| is_there(person, year.start)) {
            lines.extend(known.line(person, wish.raise, company.currency)?);
        }
        if lines.is_empty() {
            return Err(GoalsError::Nobody);
        }
        lines.sort_by(|one, other| one.name.cmp(&other.name));
        let target = match wish.target {
            Some(target) => target,
            None => bottom_up(&[Commitment::Grown {
                baseline: Amount::sum(lines.iter().map(|line| line.sold))?,
                growth: wish.raise,
            }])?,
        };
        let pool = Pool { target, other_sources: Amount::ZERO, over_assignment: wish.over_assignment }.amount()?;
        let pool = pool.to_money(company.currency)?.into();
        let potential = known.potential(&lines);
        let shared = top_down(pool, &criteria(&lines, &potential), Lot::of(company.currency))?;
        let share = wish.share.map_or_else(|| share_of(&lines, wish.raise), |share| Ok(Some(share)))?;
        for line in &mut lines {
            line.quotas.extend(shared.get(&line.person).map(|quota| (Way::TopDown, *quota)));
            if let Some((potential, share)) = line.potential.zip(share) {
                let quota = account_based(&[AccountPotential { potential, share }])?.to_money(company.currency)?;
                line.quotas.insert(Way::AccountBased, quota.into());
            }
        }
        let attained: Vec<Fraction> = attained
            .into_iter()
            .filter(|row| row.entity.id.is_some_and(|id| lines.iter().any(|line| line.person == id)))
            .filter_map(|row| Some(Fraction::new(row.numerator?, row.denominator?)))
            .collect();
        Ok(Proposal {
            sums: Way::ALL
                .into_iter()
                .filter(|way| lines.iter().any(|line| line.quotas.contains_key(way)))
                .map(|way| way_sum(way, &lines, &potential, target))
                .collect::<Result<_, _>>()?,
            share,
            capacity: carried(&people, &lines, to)?,
            health: health(&attained)?,
            year,
            from,
            to,
            currency: company.currency,
            target,
            pool,
            lines,
            seq,
            made_on: today,
        })
    }

    /// Quotas of a kind in a period, by person.
    pub(crate) async fn sums(&self, period: &Period, kind: &str) -> Result<PerPerson, GoalsError> {
        let mut found = PerPerson::new();
        for quota in self.db.system().list(&QUOTA, &ListQuery { limit: u64::MAX, ..ListQuery::default() }).await? {
            let Some(person) = quota.value("person").as_reference().filter(|_| is_of(&quota, kind, period)) else {
                continue;
            };
            let sum = found.entry(person).or_default();
            *sum = sum.checked_add(quota.value("amount").as_decimal().unwrap_or_default())?;
        }
        Ok(found)
    }

    /// What the company sold in each of the last four quarters that are over, by their place in the year; even where there was no
    /// sale, or fewer quarters.
    pub(crate) async fn season(
        &self,
        kpi: &Kpi,
        company: &Company,
        quarters: &[Period],
        seq: Seq,
    ) -> Result<Vec<Amount>, GoalsError> {
        let today = self.today().await?;
        let from = today.saturating_sub(15.months());
        let past = company.calendar.periods(from, today, Grain::Quarter)?.into_iter().filter(|one| one.end <= today);
        let past: Vec<Period> = past.collect();
        let past = past.get(past.len().saturating_sub(quarters.len())..).unwrap_or_default();
        let even = vec![Amount::from(1); quarters.len()];
        let (Some(first), Some(last)) = (past.first(), past.last()) else { return Ok(even) };
        let ask = Ask {
            kpis: vec!["revenue".to_owned()],
            from: Some(first.start),
            to: Some(last.end),
            known_at: Some(KnownAt::At(seq)),
            ..kpi.whole(first, self.folder.clone())
        };
        let rows = kpi.ask(&ask).await?.rows;
        let sold_in = |period: &Period| {
            let row = rows.iter().find(|row| row.period.start == period.start)?;
            Some(row.value.as_deref().and_then(|value| value.parse().ok()).unwrap_or(Amount::ZERO).max(Amount::ZERO))
        };
        // Those that are over have the places of this year's: the same month begins them.
        let like = |quarter: &Period| past.iter().find(|one| one.start.month() == quarter.start.month());
        let season: Option<Vec<Amount>> = quarters.iter().map(|quarter| sold_in(like(quarter)?)).collect();
        Ok(season.filter(|season| season.iter().any(|one| *one > Amount::ZERO)).unwrap_or(even))
    }
}

/// A quota of all products, of a kind and within some days.
pub(crate) fn is_of(quota: &Record, kind: &str, period: &Period) -> bool {
    let day = |field: &str| quota.value(field).as_date();
    let is_within =
        day("starts_on").zip(day("ends_on")).is_some_and(|(starts, ends)| period.start <= starts && ends <= period.end);
    let is_kind = quota.value("kind").as_text().unwrap_or("quota") == kind;
    is_within && is_kind && !quota.archived && quota.value("product").as_reference().is_none()
}

/// The fields of a quota: whose and of which kind, its days, how much, and why.
pub(crate) fn quota_fields(
    (person, kind): (RecordId, &str),
    days: &Period,
    (amount, currency): (Amount, Currency),
    reason: &str,
) -> Fields {
    vec![
        ("person", Value::Reference(person)),
        ("kind", Value::Text(kind.to_owned())),
        ("starts_on", Value::Date(days.start)),
        ("ends_on", Value::Date(days.end)),
        ("amount", Value::Decimal(amount)),
        ("currency", Value::Text(currency.to_string())),
        ("reason", Value::Text(reason.to_owned())),
    ]
}

/// Refused where somebody else wrote the same meanwhile.
pub(crate) async fn written(tx: Tx) -> Result<(), GoalsError> {
    match tx.commit().await {
        Ok(_) => Ok(()),
        Err(DbError::Moved | DbError::Conflict { .. }) => Err(GoalsError::Moved),
        Err(error) => Err(error.into()),
    }
}

/// What quotas rest on.
struct Known {
    from: Date,
    sold: BTreeMap<RecordId, BTreeMap<Date, Amount>>,
    pipeline: PerPerson,
    potentials: BTreeMap<RecordId, Option<Amount>>,
    /// Of the year before.
    quotas: PerPerson,
    /// Personal plans of the year.
    plans: PerPerson,
    leaves: Vec<Leave>,
}

impl Known {
    /// Of each, what their accounts could buy, where it is said of the accounts of everybody who has some; else their open pipeline: nobody
    /// gains by what others left out.
    fn potential(&self, lines: &[Line]) -> PerPerson {
        let is_silent = |line: &Line| self.potentials.get(&line.person) == Some(&None);
        let is_said = lines.iter().any(|line| line.potential.is_some()) && !lines.iter().any(is_silent);
        let of = |line: &Line| if is_said { line.potential.unwrap_or_default() } else { line.pipeline };
        lines.iter().map(|line| (line.person, of(line))).collect()
    }

    /// The twelve months, those before somebody came, in ramp and away left out.
    fn months(&self, person: &Record, sold: &BTreeMap<Date, Amount>) -> Vec<Month> {
        let ready = ready(person);
        // A month counts as long as nobody is away for more of its days (C19).
        let away = |start: Date, end: Date| {
            let own = self.leaves.iter().filter(|leave| leave.person == person.id);
            let days = own.filter_map(|leave| Some(leave.from.max(start).until(leave.back.min(end)).ok()?.get_days()));
            days.map(|days| days.max(0)).sum::<i32>() > LEAVE_PAUSES_AFTER
        };
        (0..MONTHS)
            .map(|place| (self.from.saturating_add(place.months()), self.from.saturating_add((place + 1).months())))
            .map(|(start, end)| Month {
                actual: sold.get(&start).copied().unwrap_or_default(),
                is_left_out: ready.is_some_and(|ready| start < ready) || away(start, end),
            })
            .collect()
    }

    /// None of who sold nothing.
    fn line(&self, person: &Record, raise: Amount, currency: Currency) -> Result<Option<Line>, GoalsError> {
        let Some(own) = self.sold.get(&person.id) else { return Ok(None) };
        let sold = Amount::sum(own.values().copied())?;
        if sold <= Amount::ZERO {
            return Ok(None);
        }
        let terms = AverageTerms { raise, lot: Lot::of(currency), ..AverageTerms::default() };
        let mean = average(&self.months(person, own), &terms)?;
        let mut quotas = BTreeMap::new();
        if let Some(mean) = mean {
            quotas.insert(Way::Average, Amount::sum(std::iter::repeat_n(mean.quota, 12))?);
        }
        let commitment = match self.plans.get(&person.id) {
            Some(plan) => Commitment::Stated(*plan),
            None => Commitment::Grown { baseline: sold, growth: raise },
        };
        quotas.insert(Way::BottomUp, bottom_up(&[commitment])?.to_money(currency)?.into());
        Ok(Some(Line {
            person: person.id,
            name: person.title(),
            sold,
            months: mean.map_or(0, |mean| mean.months),
            capped: mean.map_or(0, |mean| mean.capped),
            pipeline: self.pipeline.get(&person.id).copied().unwrap_or_default(),
            potential: self.potentials.get(&person.id).copied().flatten(),
            before: self.quotas.get(&person.id).copied(),
            quotas,
        }))
    }
}

fn value_of(rows: Vec<kpi::Row>) -> PerPerson {
    rows.into_iter().filter_map(|row| Some((row.entity.id?, row.value?.parse().ok()?))).collect()
}

pub(crate) fn is_there(person: &Record, day: Date) -> bool {
    !person.archived && person.value("left_on").as_date().is_none_or(|left| left > day)
}

/// What was sold of what accounts could buy, and so much on top, per cent; of those whose accounts say it.
fn share_of(lines: &[Line], raise: Amount) -> Result<Option<Amount>, GoalsError> {
    let said = || lines.iter().filter_map(|line| Some((line.sold, line.potential?)));
    let sold = Amount::sum(said().map(|(sold, _)| sold))?;
    let grown = bottom_up(&[Commitment::Grown { baseline: sold, growth: raise }])?;
    let whole = Amount::sum(said().map(|(_, potential)| potential))?;
    Ok(if whole.is_zero() { None } else { Some(Amount::from(100).mul_fraction(Fraction::new(grown, whole))?) })
}

/// By potential and by what was sold; without any potential by the latter alone.
fn criteria(lines: &[Line], potential: &PerPerson) -> Vec<Criterion> {
    let sold = lines.iter().map(|line| (line.person, line.sold)).collect();
    let mut criteria = vec![Criterion { weight: Amount::from(100 - POTENTIAL), values: sold }];
    if potential.values().any(|of| *of > Amount::ZERO) {
        criteria.push(Criterion { weight: Amount::from(POTENTIAL), values: potential.clone() });
    }
    criteria
}

fn way_sum(way: Way, lines: &[Line], potential: &PerPerson, target: Amount) -> Result<WaySum, GoalsError> {
    let quotas = lines.iter().filter_map(|line| Some((line.person, *line.quotas.get(&way)?)));
    let quotas: Vec<(RecordId, Amount)> = quotas.collect();
    let whole = Amount::sum(quotas.iter().map(|(_, quota)| *quota))?;
    let beside = |(person, quota): &(RecordId, Amount)| {
        let own = potential.get(person).copied().filter(|own| *own > Amount::ZERO)?;
        Some((own, *quota))
    };
    let pairs: Vec<(Amount, Amount)> = quotas.iter().filter_map(beside).collect();
    let ratios: Vec<Fraction> = pairs.iter().map(|(own, quota)| Fraction::new(*quota, *own)).collect();
    Ok(WaySum {
        way,
        sum: whole,
        gap: Gap::between(target, whole)?,
        fairness: Fairness::of_ratios(&ratios)?,
        follows: spearman(&pairs)?,
    })
}

/// What they can carry: the mean quota of the year before, those in ramp for half (none without a quota then).
fn carried(people: &[Record], lines: &[Line], day: Date) -> Result<Option<Amount>, GoalsError> {
    let quotas: Vec<Amount> = lines.iter().filter_map(|line| line.before).collect();
    if quotas.is_empty() {
        return Ok(None);
    }
    let count = Amount::from(i64::try_from(quotas.len()).unwrap_or(i64::MAX));
    let Ok(mean) = Fraction::new(Amount::sum(quotas)?, count).value(6).unwrap_or_default().parse() else {
        return Ok(None);
    };
    let ids: BTreeSet<RecordId> = lines.iter().map(|line| line.person).collect();
    let own = people.iter().filter(|person| ids.contains(&person.id));
    let in_ramp = |person: &&Record| ready(person).is_some_and(|ready| ready > day);
    let (ramping, ready): (Vec<_>, Vec<_>) = own.partition(in_ramp);
    let group = |people: &[&Record], ramp: i64| RepGroup {
        headcount: Amount::from(i64::try_from(people.len()).unwrap_or(i64::MAX)),
        ramp: Amount::from(ramp),
    };
    let groups = [group(&ready, 100), group(&ramping, 50)];
    Ok(Some(capacity(&groups, Amount::from(EXPECTED_ATTAINMENT), mean)?))
}
