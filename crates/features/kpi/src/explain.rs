//! Why a number is another than it was (KPI-6): the same number at two moments, with what was known at two moments, or of two
//! periods. The difference is told as causes, a record or a group of them each, whose effects sum to it.

use crate::{
    Ask, ByWord, Entity, KnownAt, Kpi, KpiError, Open, OpenRow, Opened, Row, company::Company, facts, known::Known,
    organisation,
};
use base::{Amount, Fraction, Grain, Period, RecordId, Seq};
use jiff::{ToSpan, civil::Date};
use kpi_engine::Span;
use rules::{
    facts::Related,
    kpi::{Definition, Expression, Formula, How, NullReason, Sides, effects},
    log::{LogRow, Timeline, moments},
    record::{FieldKind, RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    str::FromStr,
    sync::Arc,
};

/// So many causes are told one by one.
const MOST_CAUSES: usize = 5_000;
/// Of more records of one type that changed, nobody looks up what they name.
const MOST_TOUCHED: usize = 20_000;
/// So many parts are tried in every order.
const MOST_ORDERED: usize = 5;

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
        let known = self.known(&ask.folder).await?;
        let after = self.open_at(ask, &known).await?;
        let earlier = earlier(ask, &after, against, &known.company)?;
        let before = self.open_at(&earlier, &known).await?;
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
            parts(expression, &before, &after, difference)?
        } else {
            let way = match against {
                Against::KnownAt(_) => Way::Known(self.seq(&known, &earlier).await?, self.seq(&known, ask).await?),
                Against::AsOf(_) => Way::Moments(self.seq(&known, ask).await?, before.as_of, after.as_of),
                Against::PeriodBefore | Against::YearBefore => Way::Periods,
            };
            self.causes(definition, ask.by, (&before, &after), way, &known).await?
        };
        let told = Amount::sum(explained.causes.iter().map(|cause| cause.effect))?;
        explained.rounding = difference.checked_sub(told)?;
        explained.causes.sort_by_key(|cause| std::cmp::Reverse(cause.effect.abs()));
        grouped(&mut explained.causes)?;
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
        let mut judge =
            Judge { definition, owners: &owners, was: &was, is: &is, way, known, around: Around::default() };
        judge.around = self.around(&judge, by).await?;
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

    /// What made each record's part another: the seq at which it was learnt, the kind, the fields.
    async fn judged(
        &self,
        changed: &[(Key, Sides)],
        judge: &Judge<'_>,
    ) -> Result<Vec<(Seq, Kind, Vec<&'static str>)>, KpiError> {
        if let Way::Periods = judge.way {
            let kind = |key: &Key| match (judge.was.contains_key(key), judge.is.contains_key(key)) {
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
        let mut told: Vec<_> = changed.iter().map(|(key, _)| (*key, judge.own(histories.get(key)))).collect();
        if told.iter().any(|(_, (_, kind, _))| kind.is_none()) {
            let touched = self.touched(judge).await?;
            for (key, (_, kind, _)) in &mut told {
                let is_touched = key.0.is_some_and(|id| touched.contains(&id));
                let rows = histories.get(key).map_or(&[][..], Vec::as_slice);
                kind.get_or_insert_with(|| if is_touched { Kind::Changed } else { judge.around(key, rows) });
            }
        }
        Ok(told.into_iter().map(|(_, (seq, kind, fields))| (seq, kind.unwrap_or(Kind::Other), fields)).collect())
    }

    /// What numbers rest on without their records naming it, and where it is not the same at both ends.
    async fn around(&self, judge: &Judge<'_>, by: ByWord) -> Result<Around, KpiError> {
        let (known, mut around) = (judge.known, Around::default());
        let (a, b) = match judge.way {
            Way::Known(a, b) => (a, b),
            Way::Moments(seq, from, to) => {
                let spans = known.spans(self.db(), by, seq).await?;
                around.spans = Some([(spans.clone(), Some(from)), (spans, Some(to))]);
                return Ok(around);
            }
            Way::Periods => return Ok(around),
        };
        around.rates = known.rates(self.db(), a).await? != known.rates(self.db(), b).await?;
        around.closings = known.closings(self.db(), a).await? != known.closings(self.db(), b).await?;
        around.spans =
            Some([(known.spans(self.db(), by, a).await?, None), (known.spans(self.db(), by, b).await?, None)]);
        for rows in organisation::histories(self.db(), &crm::STAGE).await?.values() {
            let at = |seq| Timeline::known(rows, &known.imports, seq);
            around.stages |= !is_same(at(a).as_ref(), at(b).as_ref());
        }
        Ok(around)
    }

    /// Records that others of the facts' types name which are not the same at both ends: the deal of a split, the account of a deal.
    async fn touched(&self, judge: &Judge<'_>) -> Result<BTreeSet<RecordId>, KpiError> {
        let mut found = BTreeSet::new();
        let Way::Known(a, b) = judge.way else { return Ok(found) };
        let facts = judge.definition.facts(judge.known.company.basis).unwrap_or_default();
        let entity = |related: &Related| match related {
            Related::Parent { entity, .. } | Related::Children { entity, .. } | Related::All { entity } => *entity,
        };
        let related = facts.iter().flat_map(|fact| fact.related.iter().map(entity).chain([fact.entity]));
        let related: BTreeSet<&str> = related.collect();
        let mut level: BTreeMap<&'static str, BTreeSet<RecordId>> = BTreeMap::new();
        for (name, ids) in facts::touched_since(self.db(), a.min(b)).await? {
            let Some(record_type) = self.db().registry().get(&name).filter(|one| related.contains(one.name)) else {
                continue;
            };
            if ids.len() > MOST_TOUCHED {
                continue;
            }
            for rows in self.db().system().histories(record_type, &ids).await?.values() {
                let at = |seq| Timeline::known(rows, &judge.known.imports, seq);
                let (was, is) = (at(a), at(b));
                if !is_same(was.as_ref(), is.as_ref()) {
                    for timeline in [was, is].into_iter().flatten() {
                        named(record_type, |field| timeline.steps(field).last().map(|step| &step.value), &mut level);
                    }
                }
            }
        }
        found.extend(level.values().flatten());
        let mut above = BTreeMap::new();
        for (name, ids) in level {
            let Some(record_type) = self.db().registry().get(name) else { continue };
            for record in self.db().system().many(record_type, &ids).await?.values() {
                named(record_type, |field| Some(record.value(field)), &mut above);
            }
        }
        found.extend(above.values().flatten());
        Ok(found)
    }
}

/// What a cause is judged by.
struct Judge<'a> {
    definition: &'a Definition,
    /// Whose each record is, at both ends.
    owners: &'a BTreeMap<Key, BTreeSet<Option<RecordId>>>,
    was: &'a BTreeMap<Key, Sides>,
    is: &'a BTreeMap<Key, Sides>,
    way: Way,
    known: &'a Known,
    around: Around,
}

/// Dated belonging, and the day it is taken on where that is one.
type Belonging = (Arc<Option<Vec<Span>>>, Option<Date>);

#[derive(Default)]
struct Around {
    rates: bool,
    stages: bool,
    closings: bool,
    /// Who belonged where, at both ends.
    spans: Option<[Belonging; 2]>,
}

impl Judge<'_> {
    /// What the record's own history says; no kind where it is the same at both ends.
    fn own(&self, rows: Option<&Vec<LogRow>>) -> (Seq, Option<Kind>, Vec<&'static str>) {
        let none = (Seq(i64::MAX), None, Vec::new());
        let Some(rows) = rows else { return none };
        let imports = &self.known.imports;
        let at = |seq| Timeline::known(rows, imports, seq).filter(|timeline| !timeline.archived);
        let (seq, fields) = match self.way {
            Way::Known(a, b) => {
                // When it was learnt: of an import, when that was done.
                let seq = moments(rows, imports).range(..=a.max(b)).next_back().copied().unwrap_or(Seq(i64::MAX));
                match (at(a), at(b)) {
                    (None, Some(_)) => return (seq, Some(Kind::Added), Vec::new()),
                    (Some(_), None) => return (seq, Some(Kind::Removed), Vec::new()),
                    (Some(was), Some(is)) => (seq, differing(rows, |field| said(&was, field) != said(&is, field))),
                    (None, None) => return none,
                }
            }
            Way::Moments(seq, from, to) => {
                let end = |day| KnownAt::Day(day).moment(&self.known.company.zone);
                let ends = end(from.min(to)).zip(end(from.max(to)));
                let Some((timeline, (from, to))) = at(seq).zip(ends) else { return none };
                if timeline.created.1 > from && timeline.created.1 <= to {
                    return (timeline.created.0, Some(Kind::Added), Vec::new());
                }
                let differs = |field: &str| timeline.value_at(field, from) != timeline.value_at(field, to);
                (timeline.version, differing(rows, differs))
            }
            Way::Periods => return none,
        };
        let kind = match fields.as_slice() {
            [] => None,
            ["owner"] => Some(Kind::Moved),
            _ => Some(Kind::Changed),
        };
        (seq, kind, fields)
    }

    /// Of a record that is the same at both ends.
    fn around(&self, key: &Key, rows: &[LogRow]) -> Kind {
        let around = &self.around;
        let owner = self.owners.get(key).filter(|owners| owners.len() == 1).and_then(|owners| *owners.first()?);
        let belongs = |(spans, day): &Belonging| -> Vec<(RecordId, Option<Date>, Option<Date>)> {
            let is_on = |span: &&Span| {
                day.is_none_or(|day| span.from.is_none_or(|from| from <= day) && span.to.is_none_or(|to| day < to))
            };
            // Of what is several people's, anybody's.
            let own = spans.iter().flatten().filter(|span| owner.is_none_or(|owner| span.id == owner)).filter(is_on);
            own.map(|span| if day.is_some() { (span.entity, None, None) } else { (span.entity, span.from, span.to) })
                .collect()
        };
        if around.spans.as_ref().is_some_and(|[was, is]| belongs(was) != belongs(is)) {
            return Kind::Organisation;
        }
        if let Way::Moments(..) = self.way {
            return Kind::Time;
        }
        let currency = rows.iter().rev().flat_map(|row| row.event.fields()).find(|(name, _)| *name == "currency");
        let currency = currency.and_then(|(_, value)| value.as_text());
        if around.rates && currency.is_some_and(|code| code != self.known.company.currency.code()) {
            return Kind::Rate;
        }
        match (around.closings, around.stages) {
            (true, false) => Kind::Closing,
            (false, true) => Kind::Stage,
            _ => Kind::Other,
        }
    }
}

/// Two states of a record that no number can tell apart.
fn is_same(was: Option<&Timeline>, is: Option<&Timeline>) -> bool {
    was.map(|was| (was.archived, &was.version)) == is.map(|is| (is.archived, &is.version))
}

/// The records that another names.
fn named<'a>(
    record_type: &'static RecordType,
    value: impl Fn(&str) -> Option<&'a Value>,
    found: &mut BTreeMap<&'static str, BTreeSet<RecordId>>,
) {
    for field in record_type.fields {
        if let (FieldKind::Reference(to), Some(id)) = (field.kind, value(field.name).and_then(Value::as_reference)) {
            found.entry(to).or_default().insert(id);
        }
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

/// Of a number computed from others: each of these in turn as it is now, the ones after it as they were. On some ways there is no
/// value in between (a quota that would be met); then another order is told.
fn parts(expression: &Expression, before: &Opened, after: &Opened, difference: Amount) -> Result<Vec<Cause>, KpiError> {
    let exact = |row: &Row| {
        let decimal = |amount: Option<Amount>| amount.and_then(|amount| amount.to_decimal().ok());
        let sides = decimal(row.numerator).zip(decimal(row.denominator));
        let value = || row.value.as_deref().and_then(|value| value.parse::<Amount>().ok()?.to_decimal().ok());
        let told = sides.and_then(|(numerator, denominator)| numerator.checked_div(denominator)).or_else(value);
        told.filter(|_| row.value.is_some()).ok_or(row.null_reason.unwrap_or(NullReason::Undefined))
    };
    let value = |changed: &[usize]| {
        expression.value(&|id: &str| {
            let place = after.parts.iter().position(|row| row.kpi == id).ok_or(NullReason::Undefined)?;
            let side = if changed.contains(&place) { &after.parts } else { &before.parts };
            exact(side.get(place).ok_or(NullReason::Undefined)?)
        })
    };
    for order in orders(after.parts.len()) {
        let values: Result<Vec<Amount>, NullReason> = (0..=order.len()).map(|upto| value(&order[..upto])).collect();
        let Ok(values) = values else { continue };
        let cause = |(step, place): (usize, &usize)| {
            let effect = values[step + 1].checked_sub(values[step])?;
            Ok(Cause { part: Some(after.parts[*place].kpi.clone()), effect, ..Cause::of(Kind::Part, 0) })
        };
        return order.iter().enumerate().map(cause).collect();
    }
    Ok(vec![Cause { effect: difference, ..Cause::of(Kind::Other, 0) }])
}

/// Every order of so many, the given one first; of more than a few the given one alone.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut found = vec![Vec::new()];
    if count > MOST_ORDERED {
        return vec![(0..count).collect()];
    }
    for _ in 0..count {
        let longer = |order: Vec<usize>| {
            let left = (0..count).filter(|place| !order.contains(place)).collect::<Vec<_>>();
            left.into_iter().map(move |place| [order.clone(), vec![place]].concat())
        };
        found = found.into_iter().flat_map(longer).collect();
    }
    found
}
