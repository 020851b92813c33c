//! Targets from the company down to people (GOAL-5): each beside the sum of those below it, with what came of it so far (GOAL-4).

use crate::{Ask, ByWord, Entity, KnownAt, Kpi, KpiError, Row, organisation, reading::elapsed, targets::Targets};
use base::{Amount, Currency, Fraction, Period, RecordId, Seq};
use db::{Change, Record};
use jiff::civil::Date;
use rules::{
    kpi::{Definition, Unit, months},
    log::Origin,
    record::Value,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

const REVENUE: &str = "revenue";
const OPEN: &str = "pipeline_coverage.open";

type Rows = BTreeMap<(ByWord, Option<RecordId>), Row>;

fn value_of(row: &Row) -> Option<Amount> {
    row.value.as_deref()?.parse().ok()
}

/// Of which KPI, in which period.
#[derive(Debug, Clone, Default)]
pub struct CascadeAsk {
    pub kpi: String,
    /// The label of a year, quarter or month; the year of today when nothing is said.
    pub period: String,
    pub as_of: Option<Date>,
    pub known_at: Option<KnownAt>,
    pub folder: PathBuf,
}

/// The company, a team or a person with what is expected of them.
#[derive(Debug, Clone)]
pub struct Node {
    pub entity: Entity,
    pub by: ByWord,
    /// How far below the company.
    pub depth: usize,
    pub target: Option<Amount>,
    /// The sum of the targets below, of what adds up; none where some of them may not be seen.
    pub of_parts: Option<Amount>,
    pub row: Option<Row>,
    /// Of what is due by now.
    pub pace: Option<Fraction>,
    /// What each month that is left has to bring.
    pub needed: Option<Amount>,
    /// Of revenue: the open pipeline that is due in the period over what is left to reach (B10a `pipeline_coverage`).
    pub coverage: Option<Fraction>,
}

impl Node {
    /// So much more is assigned below than is expected here.
    pub fn over(&self) -> Option<Amount> {
        self.of_parts?.checked_sub(self.target?).ok()
    }

    pub fn attainment(&self) -> Option<Fraction> {
        Some(Fraction::new(value_of(self.row.as_ref()?)?, self.target?))
    }
}

#[derive(Debug, Clone)]
pub struct Cascade {
    pub kpi: String,
    pub unit: Unit,
    pub currency: Currency,
    pub period: Period,
    pub as_of: Date,
    pub known_at: Seq,
    /// From the company down; each after the one above it.
    pub nodes: Vec<Node>,
}

/// A target to set.
#[derive(Debug, Clone)]
pub struct NewTarget {
    pub kpi: String,
    pub period: String,
    /// None: the company's.
    pub whose: Option<(ByWord, RecordId)>,
    pub value: Amount,
    pub reason: String,
}

/// Where somebody or something stands: which entity, and those below.
struct Place {
    by: ByWord,
    id: Option<RecordId>,
    below: Vec<Place>,
}

impl Place {
    fn new(by: ByWord, id: Option<RecordId>) -> Self {
        Self { by, id, below: Vec::new() }
    }
}

impl Kpi {
    /// The tree of targets; who has none and leads to none is left out.
    pub async fn cascade(&self, ask: &CascadeAsk) -> Result<Cascade, KpiError> {
        let known = self.known(&ask.folder).await?;
        let company = &known.company;
        let as_of = ask.as_of.unwrap_or_else(|| self.today(company));
        let period = company.period(&ask.period, as_of)?;
        let seq = known.seq(self.db(), ask.known_at).await?;
        let targets = known.targets(self.db(), seq).await?;
        let catalogues = known.catalogues(self.db(), self.shipped(), seq).await?;
        let day = period.end.yesterday().unwrap_or(period.end).min(as_of.max(period.start));
        let definition = catalogues.near(&ask.kpi, day).ok_or_else(|| self.unknown(&ask.kpi))?;
        let tree = organisation::tree(self.db(), &known.imports, seq, &company.zone, day).await?;
        let top = grown(&tree, &|by, id| targets.of(&definition.id, by, id, &period).is_some());
        let mut ids: BTreeMap<ByWord, BTreeSet<RecordId>> = BTreeMap::new();
        collect(&top, &mut ids);
        // What is won counts; what is open may yet.
        let open = (definition.id == REVENUE).then(|| OPEN.to_owned());
        let whole = Ask {
            kpis: [definition.id.clone()].into_iter().chain(open).collect(),
            as_of: ask.as_of,
            known_at: ask.known_at,
            ..self.whole(&period, ask.folder.clone())
        };
        let mut rows: Rows = BTreeMap::new();
        let mut pipeline: Rows = BTreeMap::new();
        for by in [ByWord::Company, ByWord::Team, ByWord::Rep] {
            let among = ids.get(&by).map(|ids| ids.iter().copied().collect());
            if by != ByWord::Company && (among.is_none() || !definition.has_key("owner")) {
                continue;
            }
            for row in self.ask(&Ask { by, among, ..whole.clone() }).await?.rows {
                let told = if row.kpi == definition.id { &mut rows } else { &mut pipeline };
                told.insert((by, row.entity.id.filter(|_| by != ByWord::Company)), row);
            }
        }
        let mut cascade = Cascade {
            kpi: definition.id.clone(),
            unit: definition.unit,
            currency: company.currency,
            period,
            as_of,
            known_at: seq,
            nodes: Vec::new(),
        };
        let sees_all = self.viewer().sees_all();
        let teller = Teller { definition, targets: &targets, rows: &rows, pipeline: &pipeline, sees_all };
        teller.tell(&top, 0, &mut cascade)?;
        Ok(cascade)
    }

    /// Sets what is expected of the company, a team or a person in a period, in place of what was.
    pub async fn set_target(&self, new: &NewTarget, origin: Origin) -> Result<(), KpiError> {
        self.setters_only().await?;
        let period = self.calendar().await?.parse_label(&new.period)?;
        if new.reason.trim().is_empty() {
            return Err(KpiError::NoReason);
        }
        let seq = self.db().system().last_seq().await?;
        let change = self.target(&new.kpi, new.whose, &period, (new.value, &new.reason)).await?;
        let mut tx = self.db().begin(self.viewer().person, origin).only_at(seq);
        tx.put(change)?;
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(db::DbError::Moved) => Err(KpiError::PlanIsOld(new.period.clone())),
            Err(error) => Err(error.into()),
        }
    }

    /// What sets a target in place of the one that stands of the same KPI, days and whose; who may is for the caller to say.
    pub async fn target(
        &self,
        kpi: &str,
        whose: Option<(ByWord, RecordId)>,
        period: &Period,
        (value, reason): (Amount, &str),
    ) -> Result<Change, KpiError> {
        let definition = self.definition(kpi)?;
        let record_type = &crm::TARGET;
        let (team, person) = match whose {
            Some((ByWord::Team, id)) => (Value::Reference(id), Value::Null),
            Some((ByWord::Rep, id)) => (Value::Null, Value::Reference(id)),
            Some((by, _)) => return Err(KpiError::NotSoBroken { kpi: kpi.to_owned(), by: by.name() }),
            None => (Value::Null, Value::Null),
        };
        let is_same = |record: &Record| {
            record.value("kpi").as_text().map(str::trim) == Some(definition.id.as_str())
                && *record.value("team") == team
                && *record.value("person") == person
                && record.value("starts_on").as_date() == Some(period.start)
                && record.value("ends_on").as_date() == Some(period.end)
        };
        let held =
            self.db().system().all(record_type).await?.into_iter().filter(is_same).max_by_key(|record| record.id);
        let said = vec![("value", Value::Decimal(value)), ("reason", Value::Text(reason.to_owned()))];
        if let Some(record) = held {
            return Ok(Change::set(record_type, record.id, said));
        }
        let place = vec![
            ("kpi", Value::Text(definition.id.clone())),
            ("team", team),
            ("person", person),
            ("starts_on", Value::Date(period.start)),
            ("ends_on", Value::Date(period.end)),
        ];
        let place = place.into_iter().filter(|(_, value)| *value != Value::Null).collect();
        Ok(Change::create(record_type, self.db().new_id().await?, [place, said].concat()))
    }
}

/// The company with teams and people that have a target or lead to one.
fn grown(tree: &organisation::Tree, has: &dyn Fn(ByWord, Option<RecordId>) -> bool) -> Place {
    fn team(id: RecordId, tree: &organisation::Tree, has: &dyn Fn(ByWord, Option<RecordId>) -> bool) -> Option<Place> {
        let teams = tree.teams_in(Some(id)).filter_map(|below| team(below, tree, has));
        let people = tree.people_in(id).filter(|person| has(ByWord::Rep, Some(*person)));
        let people = people.map(|person| Place::new(ByWord::Rep, Some(person)));
        let below: Vec<Place> = teams.chain(people).collect();
        let is_told = !below.is_empty() || has(ByWord::Team, Some(id));
        is_told.then(|| Place { below, ..Place::new(ByWord::Team, Some(id)) })
    }
    let teams = tree.teams_in(None).filter_map(|id| team(id, tree, has));
    let people = tree.teamless().filter(|person| has(ByWord::Rep, Some(*person)));
    let below = teams.chain(people.map(|person| Place::new(ByWord::Rep, Some(person)))).collect();
    Place { below, ..Place::new(ByWord::Company, None) }
}

fn collect(place: &Place, ids: &mut BTreeMap<ByWord, BTreeSet<RecordId>>) {
    if let Some(id) = place.id {
        ids.entry(place.by).or_default().insert(id);
    }
    for below in &place.below {
        collect(below, ids);
    }
}

struct Teller<'a> {
    definition: &'a Definition,
    targets: &'a Targets,
    rows: &'a Rows,
    /// What is open and due in the period.
    pipeline: &'a Rows,
    sees_all: bool,
}

impl Teller<'_> {
    /// What is expected of a place: its target, or what is expected below it; none where that may not be told.
    fn expected(&self, place: &Place, period: &Period) -> Result<Option<Amount>, KpiError> {
        match self.targets.of(&self.definition.id, place.by, place.id, period) {
            Some(target) => Ok(Some(target)),
            None if place.below.is_empty() => Ok(Some(Amount::ZERO)),
            None => self.of_parts(place, period),
        }
    }

    fn of_parts(&self, place: &Place, period: &Period) -> Result<Option<Amount>, KpiError> {
        let may_tell = |below: &Place| self.sees_all || self.rows.contains_key(&(below.by, below.id));
        if place.below.is_empty() || !self.definition.grows() || !place.below.iter().all(may_tell) {
            return Ok(None);
        }
        let parts = place.below.iter().map(|below| self.expected(below, period)).collect::<Result<Vec<_>, _>>()?;
        let parts: Option<Vec<Amount>> = parts.into_iter().collect();
        Ok(parts.map(Amount::sum).transpose()?)
    }

    fn tell(&self, place: &Place, depth: usize, cascade: &mut Cascade) -> Result<(), KpiError> {
        let row = self.rows.get(&(place.by, place.id));
        if let Some(row) = row {
            let period = cascade.period.clone();
            let target = self.targets.of(&self.definition.id, place.by, place.id, &period);
            let value = value_of(row);
            let due = elapsed(self.definition, row, cascade.as_of);
            let due = target.zip(due).map(|(target, due)| target.mul_fraction(due)).transpose()?;
            let after = cascade.as_of.tomorrow().unwrap_or(period.end).clamp(period.start, period.end);
            let left = months(after, period.end);
            let is_running = self.definition.grows() && !left.is_zero();
            let missing = value.zip(target).filter(|_| is_running);
            let missing = missing.map(|(value, target)| target.checked_sub(value)).transpose()?;
            let open = self.pipeline.get(&(place.by, place.id)).and_then(value_of);
            let coverage = open.zip(missing).filter(|(_, missing)| *missing > Amount::ZERO);
            let needed =
                missing.map(|missing| missing.max(Amount::ZERO).mul_fraction(Fraction::new(Amount::ONE, left)));
            cascade.nodes.push(Node {
                entity: row.entity.clone(),
                by: place.by,
                depth,
                target,
                of_parts: self.of_parts(place, &period)?,
                row: Some(row.clone()),
                pace: value.zip(due).filter(|(_, due)| !due.is_zero()).map(|(value, due)| Fraction::new(value, due)),
                needed: needed.transpose()?,
                coverage: coverage.map(|(open, missing)| Fraction::new(open, missing)),
            });
        }
        for below in &place.below {
            self.tell(below, depth + 1, cascade)?;
        }
        Ok(())
    }
}
