//! Why a number is another than it was (KPI-6): the same number at two moments, with what was known at two moments, or of two
//! periods. The difference is told as causes, a record or a group of them each, whose effects sum to it.

use crate::{
    Ask, Entity, KnownAt, Kpi, KpiError, Open, OpenRow, Opened, Row, company::Company, facts, known::Known,
    organisation,
};
use base::{Amount, Fraction, Grain, Period, RecordId, Seq};
use jiff::{ToSpan, civil::Date};
use rules::{
    kpi::{Definition, Formula, How, NullReason, Sides, effects},
    log::{LogRow, Timeline},
    record::{FieldKind, RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
    sync::Arc,
};

/// So far up from a record that changed: a split, its deal, the account.
const LEVELS: usize = 2;

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
    /// Stages or their order were changed.
    Stage,
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
            Self::Stage => "stage",
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
    pub known_at: Option<KnownAt>,
}

/// Two numbers and what makes the difference: `after` − `before` = Σ effects + `rounding`.
#[derive(Debug, Clone)]
pub struct Explained {
    pub kpi: String,
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
        let definition = self.definition(&id)?;
        if has_no_rows(definition) {
            return Err(KpiError::NotExplained(id));
        }
        let after = self.open(ask).await?;
        let company = Company::load(self.db()).await?;
        let earlier = earlier(ask, &after, against, &company)?;
        let before = self.open(&earlier).await?;
        let mut explained = Explained {
            kpi: id,
            unit: after.unit,
            currency: after.currency,
            before: end(&before, &earlier),
            after: end(&after, ask),
            causes: Vec::new(),
            rounding: Amount::ZERO,
        };
        let Some(difference) = explained.difference() else { return Ok(explained) };
        explained.causes = if let Formula::Of(expression) = &definition.formula {
            parts(expression, &before, &after)?
        } else {
            let known = self.known(&ask.folder).await?;
            let way = match against {
                Against::KnownAt(_) => Way::Known(self.seq(&known, &earlier).await?, self.seq(&known, ask).await?),
                Against::AsOf(_) => Way::Moments(self.seq(&known, ask).await?, before.as_of, after.as_of),
                Against::PeriodBefore | Against::YearBefore => Way::Periods,
            };
            self.causes(definition, &before, &after, way, &known).await?
        };
        let told = Amount::sum(explained.causes.iter().map(|cause| cause.effect))?;
        explained.rounding = difference.checked_sub(told)?;
        explained.causes.sort_by_key(|cause| std::cmp::Reverse(cause.effect.abs()));
        Ok(explained)
    }

    async fn seq(&self, known: &Known, ask: &Ask) -> Result<Seq, KpiError> {
        let moment = ask.known_at.and_then(|known_at| known_at.moment(&known.company.zone));
        Ok(match moment {
            Some(moment) => self.db().system().seq_at(moment).await?.min(known.view.seq),
            None => known.view.seq,
        })
    }

    async fn causes(
        &self,
        definition: &Definition,
        before: &Opened,
        after: &Opened,
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
        let judged = self.judged(&changed, (&was, &is), way, known).await?;
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
        let effects = effects.unwrap_or_else(|_| vec![Amount::ZERO; changes.len()]);
        Ok(found.into_iter().zip(effects).map(|((_, cause, _), effect)| Cause { effect, ..cause }).collect())
    }

    /// What made each record's part another: the seq of its last row, the kind, the fields.
    async fn judged(
        &self,
        changed: &[(Key, Sides)],
        (was, is): (&BTreeMap<Key, Sides>, &BTreeMap<Key, Sides>),
        way: Way,
        known: &Known,
    ) -> Result<Vec<(Seq, Kind, Vec<&'static str>)>, KpiError> {
        if let Way::Periods = way {
            let kind = |key: &Key| match (was.contains_key(key), is.contains_key(key)) {
                (false, _) => Kind::Came,
                (_, false) => Kind::Left,
                _ => Kind::Both,
            };
            return Ok(changed.iter().map(|(key, _)| (Seq::ZERO, kind(key), Vec::new())).collect());
        }
        let mut by_type: BTreeMap<&'static str, BTreeSet<RecordId>> = BTreeMap::new();
        for ((id, record_type), _) in changed {
            by_type.entry(record_type).or_default().extend(*id);
        }
        let mut histories: BTreeMap<Key, Vec<LogRow>> = BTreeMap::new();
        for (name, ids) in by_type {
            let Some(record_type) = self.db().registry().get(name) else { continue };
            for (id, rows) in self.db().system().histories(record_type, &ids).await? {
                histories.insert((Some(id), name), rows);
            }
        }
        let around = self.around(way, known).await?;
        let touched = self.touched(way).await?;
        let zone = &known.company.zone;
        let moment = |day: Date| {
            let next = day.tomorrow().ok()?.to_zoned(zone.clone()).ok()?;
            Some(next.timestamp())
        };
        let at =
            |rows: &[LogRow], seq| Timeline::known(rows, &known.imports, seq).filter(|timeline| !timeline.archived);
        let judge = |key: &Key| {
            let none = (Seq(i64::MAX), around, Vec::new());
            let Some(rows) = histories.get(key) else { return none };
            let (seq, fields) = match way {
                Way::Known(a, b) => match (at(rows, a), at(rows, b)) {
                    (None, Some(is)) => return (is.version, Kind::Added, Vec::new()),
                    (Some(was), None) => return (was.version, Kind::Removed, Vec::new()),
                    (Some(was), Some(is)) => {
                        (is.version, differing(rows, |field| said(&was, field) != said(&is, field)))
                    }
                    (None, None) => return none,
                },
                Way::Moments(seq, from, to) => {
                    let ends = moment(from.min(to)).zip(moment(from.max(to)));
                    let Some((timeline, (from, to))) = at(rows, seq).zip(ends) else { return none };
                    if timeline.created.1 >= from && timeline.created.1 < to {
                        return (timeline.created.0, Kind::Added, Vec::new());
                    }
                    let differs = |field: &str| timeline.value_at(field, from) != timeline.value_at(field, to);
                    (timeline.version, differing(rows, differs))
                }
                Way::Periods => return none,
            };
            let kind = match fields.as_slice() {
                [] if key.0.is_some_and(|id| touched.contains(&id)) => Kind::Changed,
                [] => around,
                ["owner"] => Kind::Moved,
                _ => Kind::Changed,
            };
            (seq, kind, fields)
        };
        Ok(changed.iter().map(|(key, _)| judge(key)).collect())
    }

    /// Records that others which changed since name, or that those name which they name: the deal of a split, the account of a deal.
    async fn touched(&self, way: Way) -> Result<BTreeSet<RecordId>, KpiError> {
        let mut found = BTreeSet::new();
        let Way::Known(a, b) = way else { return Ok(found) };
        let mut level = facts::touched_since(self.db(), a.min(b)).await?;
        for _ in 0..LEVELS {
            let mut above: BTreeMap<String, BTreeSet<RecordId>> = BTreeMap::new();
            for (name, ids) in level {
                let Some(record_type) = self.db().registry().get(&name) else { continue };
                for record in self.db().system().many(record_type, &ids).await?.values() {
                    for field in record_type.fields {
                        let FieldKind::Reference(to) = field.kind else { continue };
                        if let Some(id) = record.value(field.name).as_reference() {
                            above.entry(to.to_owned()).or_default().insert(id);
                        }
                    }
                }
            }
            found.extend(above.values().flatten());
            level = above;
        }
        Ok(found)
    }

    /// What changed between two states of knowledge that records rest on without naming it: their children, stages, rates, people.
    async fn around(&self, way: Way, known: &Known) -> Result<Kind, KpiError> {
        let Way::Known(a, b) = way else { return Ok(Kind::Time) };
        let kinds: [(Kind, &[&'static RecordType]); 3] = [
            (Kind::Rate, &[&access::EXCHANGE_RATE]),
            (Kind::Organisation, &[&access::PERSON, &access::TEAM, &access::TERRITORY, &access::TERRITORY_ASSIGNMENT]),
            (Kind::Stage, &[&crm::STAGE, &crm::PIPELINE]),
        ];
        let mut found = Vec::new();
        for (kind, types) in kinds {
            for record_type in types {
                let histories = organisation::histories(self.db(), record_type).await?;
                let is_other = |rows: &Vec<LogRow>| {
                    Timeline::known(rows, &known.imports, a) != Timeline::known(rows, &known.imports, b)
                };
                if histories.values().any(is_other) {
                    found.push(kind);
                    break;
                }
            }
        }
        // Of several nobody can say which it was.
        Ok(if let [only] = found.as_slice() { *only } else { Kind::Other })
    }
}

/// No rows sum to it: there are none to explain it.
pub(crate) fn has_no_rows(definition: &Definition) -> bool {
    matches!(definition.formula, Formula::Spread { .. } | Formula::Error(_))
        || definition.formula.has(|how| matches!(how, How::Quantile(_)))
}

/// The fields that were ever set and are not the same.
fn differing(rows: &[LogRow], differs: impl Fn(&str) -> bool) -> Vec<&'static str> {
    let fields: BTreeSet<&'static str> =
        rows.iter().flat_map(|row| row.event.fields()).map(|(name, _)| *name).collect();
    fields.into_iter().filter(|field| differs(field)).collect()
}

/// A field's dated values.
fn said<'a>(timeline: &'a Timeline, field: &str) -> Vec<(jiff::Timestamp, &'a Value)> {
    timeline.steps(field).iter().map(|step| (step.effective_at, &step.value)).collect()
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
    let end = if is_other_period && after_last > from && after_last < to {
        start.saturating_add(days(after_last).days()).min(end)
    } else {
        end
    };
    Ok(Ask {
        from: Some(start),
        to: Some(end),
        as_of: if let Against::AsOf(day) = against { Some(day) } else { ask.as_of.filter(|_| !is_other_period) },
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

/// Of a number computed from others: each of these in turn as it is now, the ones after it as they were.
fn parts(expression: &rules::kpi::Expression, before: &Opened, after: &Opened) -> Result<Vec<Cause>, KpiError> {
    let exact = |row: &Row| {
        let decimal = |amount: Option<Amount>| amount.and_then(|amount| amount.to_decimal().ok());
        let sides = decimal(row.numerator).zip(decimal(row.denominator));
        let value = || row.value.as_deref().and_then(|value| value.parse::<Amount>().ok()?.to_decimal().ok());
        let told = sides.and_then(|(numerator, denominator)| numerator.checked_div(denominator)).or_else(value);
        told.filter(|_| row.value.is_some()).ok_or(row.null_reason.unwrap_or(NullReason::Undefined))
    };
    let value = |changed: usize| {
        expression.value(&|id: &str| {
            let place = after.parts.iter().position(|row| row.kpi == id).ok_or(NullReason::Undefined)?;
            let side = if place < changed { &after.parts } else { &before.parts };
            exact(side.get(place).ok_or(NullReason::Undefined)?)
        })
    };
    let mut causes = Vec::new();
    for (place, row) in after.parts.iter().enumerate() {
        let (Ok(was), Ok(is)) = (value(place), value(place + 1)) else { return Ok(Vec::new()) };
        causes.push(Cause { part: Some(row.kpi.clone()), effect: is.checked_sub(was)?, ..Cause::of(Kind::Part, 0) });
    }
    Ok(causes)
}
