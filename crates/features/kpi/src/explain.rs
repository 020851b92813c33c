//! Why a number is another than it was (KPI-6): the same number at two moments, with what was known at two moments, or of two
//! periods. The difference is told as causes, a record or a group of them each, whose effects sum to it.

mod judge;
mod parts;
mod spread;

use crate::{Ask, ByWord, Entity, KnownAt, Kpi, KpiError, Open, OpenRow, Opened, company::Company, known::Known};
use base::{Amount, Fraction, Grain, Period, RecordId, Seq};
use jiff::{ToSpan, civil::Date};
use judge::Judge;
use rules::kpi::{Definition, Formula, How, NullReason, Sides, effects};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
    sync::Arc,
};

/// So many causes are told one by one.
const MOST_CAUSES: usize = 5_000;

/// With what a number is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Against {
    /// The same length before it.
    PeriodBefore,
    YearBefore,
    /// As it was at the end of that day.
    AsOf(Date),
    /// With what was known then.
    KnownAt(KnownAt),
}

impl FromStr for Against {
    type Err = KpiError;

    fn from_str(text: &str) -> Result<Self, KpiError> {
        let wrong = || KpiError::NotAgainst(text.to_owned());
        match text.split_once(':') {
            None if text.is_empty() || text == "period" => Ok(Self::PeriodBefore),
            None if text == "year" => Ok(Self::YearBefore),
            Some(("as_of", day)) => day.parse().map(Self::AsOf).map_err(|_| wrong()),
            Some(("known_at", moment)) => moment.parse().map(Self::KnownAt).map_err(|_| wrong()),
            _ => Err(wrong()),
        }
    }
}

/// What kind of thing made a difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// The record came to be, or to be known.
    Added,
    /// Something about it was changed or corrected.
    Changed,
    /// It went to another owner.
    Moved,
    /// It was archived or undone.
    Removed,
    /// People, teams or territories were changed.
    Organisation,
    Rate,
    /// A period was closed or opened again.
    Closing,
    /// Stages or their order were changed.
    Stage,
    /// Another formula holds.
    Formula,
    /// Its day came, or days passed over it.
    Time,
    /// It counts in the later period alone.
    Came,
    /// It counted in the earlier period alone.
    Left,
    /// It counts in both periods, with other amounts.
    Both,
    /// The periods are not of the same length.
    Days,
    /// A number that this one is computed from.
    Part,
    /// Rows that the asker may not open.
    Hidden,
    Other,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Changed => "changed",
            Self::Moved => "moved",
            Self::Removed => "removed",
            Self::Organisation => "organisation",
            Self::Rate => "rate",
            Self::Closing => "closing",
            Self::Stage => "stage",
            Self::Formula => "formula",
            Self::Time => "time",
            Self::Came => "came",
            Self::Left => "left",
            Self::Both => "both",
            Self::Days => "days",
            Self::Part => "part",
            Self::Hidden => "hidden",
            Self::Other => "other",
        }
    }
}

#[derive(Debug, Clone)]
pub struct Cause {
    pub kind: Kind,
    /// The record and its type; none where it is not one record.
    pub record: Option<(Entity, &'static str)>,
    /// Whose it is, where it is one person's.
    pub owner: Option<Entity>,
    /// The KPI, of a part.
    pub part: Option<String>,
    /// What was changed of the record.
    pub fields: Vec<&'static str>,
    /// How many rows it stands for.
    pub rows: usize,
    pub effect: Amount,
}

impl Cause {
    const fn of(kind: Kind, rows: usize) -> Self {
        Self { kind, record: None, owner: None, part: None, fields: Vec::new(), rows, effect: Amount::ZERO }
    }
}

/// One of the two numbers.
#[derive(Debug, Clone)]
pub struct End {
    pub value: Option<Amount>,
    pub null_reason: Option<NullReason>,
    pub from: Date,
    pub to: Date,
    pub as_of: Date,
    /// The day that was asked for, where one was.
    pub looked_at: Option<Date>,
    pub known_at: Option<KnownAt>,
}

/// Two numbers and what makes the difference: `after` − `before` = Σ effects + `rounding`.
#[derive(Debug, Clone)]
pub struct Explained {
    pub kpi: String,
    /// The version that tells the later number.
    pub definition: Arc<Definition>,
    pub unit: rules::kpi::Unit,
    pub currency: Option<base::Currency>,
    pub before: End,
    pub after: End,
    /// The largest first. None where one of the numbers has no value.
    pub causes: Vec<Cause>,
    /// What divisions leave at the last millionth.
    pub rounding: Amount,
}

impl Explained {
    pub fn difference(&self) -> Option<Amount> {
        self.after.value?.checked_sub(self.before.value?).ok()
    }
}

/// A record behind either number.
type Key = (Option<RecordId>, &'static str);

/// How the two numbers differ.
#[derive(Clone, Copy)]
enum Way {
    Known(Seq, Seq),
    Moments(Seq, Date, Date),
    Periods,
}

impl Kpi {
    /// Why the number that `ask` opens is another than the one it is compared with.
    pub async fn explain(&self, ask: &Open, against: Against) -> Result<Explained, KpiError> {
        let id = ask.kpis.first().cloned().unwrap_or_default();
        let known = self.known(&ask.folder).await?;
        let after = self.open_at(ask, &known).await?;
        let definition = &after.definition;
        if has_no_rows(definition) {
            return Err(KpiError::NotExplained(id));
        }
        let earlier = earlier(ask, &after, against, &known.company)?;
        let before = self.open_at(&earlier, &known).await?;
        let mut explained = Explained {
            kpi: id,
            definition: definition.clone(),
            unit: after.unit,
            currency: after.currency,
            before: end(&before, &earlier),
            after: end(&after, ask),
            causes: Vec::new(),
            rounding: Amount::ZERO,
        };
        let Some(difference) = explained.difference() else { return Ok(explained) };
        // By another formula the number would have been another then: the rest is told by the one that holds.
        let mut by_formula = None;
        let is_same = |other: &Definition| other.formula == definition.formula && other.rows == definition.rows;
        let before = if is_same(&before.definition) {
            before
        } else {
            let now = self.open_anew(&earlier, &known, Some(definition)).await?;
            let (old, new) = (explained.before.value, end(&now, &earlier).value);
            let Some((old, new)) = old.zip(new) else {
                explained.causes = vec![Cause { effect: difference, ..Cause::of(Kind::Formula, 0) }];
                return Ok(explained);
            };
            by_formula = Some(Cause { effect: new.checked_sub(old)?, ..Cause::of(Kind::Formula, 0) });
            now
        };
        let rest = match &by_formula {
            Some(cause) => difference.checked_sub(cause.effect)?,
            None => difference,
        };
        explained.causes = if let Formula::Of(expression) = &definition.formula {
            parts::parts(expression, &before, &after, rest)?
        } else {
            let way = match against {
                Against::KnownAt(_) => {
                    Way::Known(known.seq(self.db(), earlier.known_at).await?, known.seq(self.db(), ask.known_at).await?)
                }
                Against::AsOf(_) => Way::Moments(known.seq(self.db(), ask.known_at).await?, before.as_of, after.as_of),
                Against::PeriodBefore | Against::YearBefore => Way::Periods,
            };
            self.causes(definition, ask.by, (&before, &after), way, &known).await?
        };
        explained.causes.extend(by_formula.filter(|cause| !cause.effect.is_zero()));
        let told = Amount::sum(explained.causes.iter().map(|cause| cause.effect))?;
        explained.rounding = difference.checked_sub(told)?;
        explained.causes.sort_by_key(|cause| std::cmp::Reverse(cause.effect.abs()));
        grouped(&mut explained.causes)?;
        Ok(explained)
    }

    async fn causes(
        &self,
        definition: &Definition,
        by: ByWord,
        (before, after): (&Opened, &Opened),
        way: Way,
        known: &Arc<Known>,
    ) -> Result<Vec<Cause>, KpiError> {
        let days = |opened: &Opened| days_of(definition, opened);
        let (was, is) = (by_record(before, days(before))?, by_record(after, days(after))?);
        let (total_was, total_is) = (total(before, days(before))?, total(after, days(after))?);
        let mut found: Vec<(Seq, Cause, Sides)> = Vec::new();
        let keys: BTreeSet<Key> = was.keys().chain(is.keys()).copied().collect();
        let rows: BTreeMap<Key, &OpenRow> = before.rows.iter().chain(&after.rows).map(|row| (key(row), row)).collect();
        let sides = |side: &BTreeMap<Key, Sides>, key: &Key| side.get(key).copied().unwrap_or_default();
        let mut changed = Vec::new();
        for key in keys {
            let change = sides(&is, &key).minus(sides(&was, &key))?;
            // Of a ratio a record that is in both alike has no effect.
            if !change.is_nothing() {
                changed.push((key, change));
            }
        }
        let mut owners: BTreeMap<Key, BTreeSet<Option<RecordId>>> = BTreeMap::new();
        for row in before.rows.iter().chain(&after.rows) {
            owners.entry(key(row)).or_default().insert(row.owner.as_ref().and_then(|owner| owner.id));
        }
        let judge = Judge { definition, by, owners: &owners, was: &was, is: &is, way, known };
        if let Some(ends) = before.spreading.as_ref().zip(after.spreading.as_ref()) {
            return self.spread(ends, (before, after), &judge).await;
        }
        let judged = self.judged(&changed, &judge).await?;
        for ((key, change), (seq, kind, fields)) in changed.into_iter().zip(judged) {
            let row = rows.get(&key);
            let cause = Cause {
                record: row.map(|row| (row.entity.clone(), key.1)),
                owner: row.and_then(|row| row.owner.clone()),
                fields,
                ..Cause::of(kind, 1)
            };
            found.push((seq, cause, change));
        }
        let hidden = hidden(after, days(after))?.minus(hidden(before, days(before))?)?;
        if !hidden.is_nothing() {
            let rows = [before, after].map(|opened| opened.hidden.map_or(0, |hidden| hidden.rows));
            found.push((Seq(i64::MAX), Cause::of(Kind::Hidden, rows[0].max(rows[1])), hidden));
        }
        let told = found.iter().try_fold(Sides::default(), |sum, (.., change)| sum.plus(*change))?;
        let rest = total_is.minus(total_was)?.minus(told)?;
        if !rest.is_nothing() {
            let is_of_days =
                matches!(definition.formula, Formula::PerMonth(_) | Formula::PerDay(_) | Formula::InDays { .. });
            let kind = if is_of_days { Kind::Days } else { Kind::Other };
            found.push((Seq(i64::MAX), Cause::of(kind, 0), rest));
        }
        found.sort_by_key(|(seq, ..)| *seq);
        let changes: Vec<Sides> = found.iter().map(|(.., change)| *change).collect();
        let is_ratio = after.denominator.is_some();
        let in_order = !matches!(way, Way::Periods);
        let effects = effects(total_was, &changes, is_ratio, in_order)?;
        let Ok(effects) = effects else {
            let value = |opened: &Opened| opened.value.as_deref().and_then(|value| value.parse::<Amount>().ok());
            let difference =
                value(after).zip(value(before)).map(|(after, before)| after.checked_sub(before)).transpose()?;
            return Ok(vec![Cause {
                effect: difference.unwrap_or(Amount::ZERO),
                ..Cause::of(Kind::Other, found.len())
            }]);
        };
        Ok(found.into_iter().zip(effects).map(|((_, cause, _), effect)| Cause { effect, ..cause }).collect())
    }
}

/// Of very many causes the largest stay, the others are told by kind.
fn grouped(causes: &mut Vec<Cause>) -> Result<(), KpiError> {
    if causes.len() <= MOST_CAUSES {
        return Ok(());
    }
    let mut rest: BTreeMap<Kind, Cause> = BTreeMap::new();
    for cause in causes.split_off(MOST_CAUSES) {
        let group = rest.entry(cause.kind).or_insert_with(|| Cause::of(cause.kind, 0));
        group.rows += cause.rows;
        group.effect = group.effect.checked_add(cause.effect)?;
    }
    causes.extend(rest.into_values());
    Ok(())
}

/// No rows sum to it: there are none to explain it.
pub(crate) fn has_no_rows(definition: &Definition) -> bool {
    matches!(&definition.formula, Formula::Error(error) if !error.is_signed)
        || definition.formula.has(|how| matches!(how, How::Quantile(_)))
}

/// The question about the number to compare with. While a period runs, the same days of the other one (R-PART).
fn earlier(ask: &Open, after: &Opened, against: Against, company: &Company) -> Result<Ask, KpiError> {
    let calendar = &company.calendar;
    let (from, to) = (after.from, after.to);
    let whole = [Grain::Year, Grain::Quarter, Grain::Month].into_iter().find_map(|grain| {
        let period = calendar.period_of(from, grain).ok()?;
        (period.start == from && period.end == to).then_some(period)
    });
    let days = |to: Date| i64::from(from.until(to).map_or(0, |span| span.get_days()));
    let other: Option<Period> = match (against, &whole) {
        (Against::PeriodBefore, Some(period)) => Some(calendar.previous(period)?),
        (Against::YearBefore, Some(period)) => Some(calendar.year_before(period)?),
        _ => None,
    };
    let (start, end) = match (against, other) {
        (_, Some(period)) => (period.start, period.end),
        (Against::PeriodBefore, None) => (from.saturating_sub(days(to).days()), from),
        (Against::YearBefore, None) => (from.saturating_sub(1.year()), to.saturating_sub(1.year())),
        (Against::AsOf(_) | Against::KnownAt(_), None) => (from, to),
    };
    let is_other_period = matches!(against, Against::PeriodBefore | Against::YearBefore);
    let after_last = after.as_of.tomorrow().unwrap_or(after.as_of);
    // The other period stays whole, as its quota does; of its days those count that have come in this one.
    let is_running = is_other_period && after_last > from && after_last < to;
    let elapsed = start.saturating_add((days(after_last) - 1).days()).min(end);
    Ok(Ask {
        from: Some(start),
        to: Some(end),
        as_of: match against {
            Against::AsOf(day) => Some(day),
            _ if is_running => Some(elapsed),
            _ => ask.as_of,
        },
        known_at: if let Against::KnownAt(known_at) = against { Some(known_at) } else { ask.known_at },
        ..ask.clone()
    })
}

fn end(opened: &Opened, ask: &Ask) -> End {
    End {
        value: opened.value.as_deref().and_then(|value| value.parse().ok()),
        null_reason: opened.null_reason,
        from: opened.from,
        to: opened.to,
        as_of: opened.as_of,
        looked_at: ask.as_of,
        known_at: ask.known_at,
    }
}

fn key(row: &OpenRow) -> Key {
    (row.entity.id, row.record)
}

/// The days by which the numerator is multiplied, of a stock over a flow told in days.
fn days_of(definition: &Definition, opened: &Opened) -> i64 {
    if !matches!(definition.formula, Formula::InDays { .. }) {
        return 1;
    }
    let end = opened.to.min(opened.as_of.tomorrow().unwrap_or(opened.as_of));
    i64::from(opened.from.until(end).map_or(0, |span| span.get_days()))
}

fn scaled(numerator: Amount, denominator: Option<Amount>, days: i64) -> Result<Sides, KpiError> {
    let days = Fraction::new(Amount::from(days), Amount::ONE);
    Ok(Sides { numerator: numerator.mul_fraction(days)?, denominator: denominator.unwrap_or(Amount::ZERO) })
}

fn by_record(opened: &Opened, days: i64) -> Result<BTreeMap<Key, Sides>, KpiError> {
    let mut found: BTreeMap<Key, Sides> = BTreeMap::new();
    for row in &opened.rows {
        let place = found.entry(key(row)).or_default();
        *place = place.plus(scaled(row.numerator, row.denominator, days)?)?;
    }
    Ok(found)
}

fn total(opened: &Opened, days: i64) -> Result<Sides, KpiError> {
    scaled(opened.numerator, opened.denominator, days)
}

fn hidden(opened: &Opened, days: i64) -> Result<Sides, KpiError> {
    opened.hidden.map_or(Ok(Sides::default()), |hidden| scaled(hidden.numerator, hidden.denominator, days))
}
