//! One question, however it was put: command line, page, REST. A value is f(Σ components); a drill shows the components.

use crate::{
    KpiError,
    catalogues::Catalogues,
    company::Company,
    known::{Known, Latest, count_anew, count_asked},
    prepared::Prepared,
    reading::{DECIMALS, read, row, tells_one},
    shapes::{Answer, Ask, ByWord, Entity, Hidden, Open, OpenRow, Opened, Row, Spreading},
};
use base::{Amount, FiscalCalendar, Grain, Period, RecordId};
use db::{Db, Record};
use jiff::civil::Date;
use kpi_engine::{Cell, Scanned};
use rules::{
    access::{FEWEST_PEOPLE, Viewer},
    facts::word_id,
    kpi::{Catalogue, CatalogueError, Definition, Formula, How, NullReason, SHIPPED, Unit},
    record::RecordType,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::{Arc, LazyLock},
};
use tokio::task::{JoinError, JoinSet};

/// Days of every time zone begin on a quarter of an hour.
const SECONDS_A_QUARTER: i64 = 900;

/// The catalogue over one database.
#[derive(Clone)]
pub struct Kpi {
    db: Db,
    viewer: Viewer,
    /// Upon which a company's own stand.
    shipped: Arc<Catalogue>,
    /// What holds today.
    catalogue: Arc<Catalogue>,
    latest: Arc<Latest>,
}

impl Kpi {
    /// Asks on somebody's behalf. A value never depends on who asks; what may be asked does.
    pub async fn new(db: Db, viewer: Viewer) -> Result<Self, KpiError> {
        Self::remembering(db, viewer, Arc::default()).await
    }

    /// With what others of the process know, and what they asked already at the same state of the log.
    pub(crate) async fn remembering(db: Db, viewer: Viewer, latest: Arc<Latest>) -> Result<Self, KpiError> {
        static CATALOGUE: LazyLock<Result<Arc<Catalogue>, CatalogueError>> =
            LazyLock::new(|| Ok(Arc::new(Catalogue::read(&SHIPPED)?)));
        let shipped = CATALOGUE.clone()?;
        let catalogue = latest.catalogue(&db, &shipped, quarter(&db)).await?;
        Ok(Self { db, viewer, shipped, catalogue, latest })
    }

    /// By other definitions than those that ship.
    #[must_use]
    pub fn with_catalogue(self, catalogue: Catalogue) -> Self {
        // What was answered by other definitions is no answer of these.
        let shipped = Arc::new(catalogue);
        Self { catalogue: shipped.clone(), shipped, latest: Arc::default(), ..self }
    }

    /// The same for the product's own work.
    pub(crate) fn for_all(&self) -> Self {
        Self { viewer: Viewer::system(), ..self.clone() }
    }

    pub(crate) fn db(&self) -> &Db {
        &self.db
    }

    pub(crate) fn viewer(&self) -> &Viewer {
        &self.viewer
    }

    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    /// True when the viewer holds such a role; the operator at the command line may everything.
    pub(crate) async fn has_role(&self, may: fn(&str) -> bool) -> Result<bool, KpiError> {
        let Some(id) = self.viewer.person else { return Ok(true) };
        let person = self.db.system().get(&access::PERSON, id).await?;
        Ok(person.as_ref().is_some_and(|person| may(access::role(person))))
    }

    /// What ships, without a company's own.
    pub(crate) fn shipped(&self) -> &Arc<Catalogue> {
        &self.shipped
    }

    pub fn definition(&self, id: &str) -> Result<&Arc<Definition>, KpiError> {
        self.catalogue.get(id).ok_or_else(|| self.unknown(id))
    }

    /// A KPI as it holds today, or as it held or will hold.
    pub async fn definition_near(&self, id: &str) -> Result<Arc<Definition>, KpiError> {
        let (catalogues, today) = self.catalogues_now().await?;
        catalogues.near(id, today).cloned().ok_or_else(|| self.unknown(id))
    }

    /// What holds on a day, as known now.
    pub(crate) async fn catalogue_on(&self, day: Date) -> Result<Arc<Catalogue>, KpiError> {
        Ok(self.catalogues_now().await?.0.on(day).clone())
    }

    pub(crate) async fn catalogues_now(&self) -> Result<(Catalogues, Date), KpiError> {
        let (company, steps) = self.own_steps().await?;
        Ok((Catalogues::of(&self.shipped, &steps), self.today(&company)))
    }

    pub(crate) fn unknown(&self, id: &str) -> KpiError {
        let near = self.catalogue.iter().map(|definition| definition.id.as_str());
        let near = near.filter(|known| shares_a_word(known, id)).map(str::to_owned).take(3).collect();
        KpiError::Unknown { id: id.to_owned(), near }
    }

    /// Answers with a row a KPI, entity and period.
    pub async fn ask(&self, ask: &Ask) -> Result<Answer, KpiError> {
        let known = self.known(&ask.folder).await?;
        let question = format!("{:?} {ask:?}", self.viewer);
        count_asked();
        Ok(known.answers.get(question, self.ask_anew(ask, &known, None)).await?.as_ref().clone())
    }

    /// The same by a definition that nobody has set.
    pub(crate) async fn ask_by(&self, ask: &Ask, definition: &Arc<Definition>) -> Result<Answer, KpiError> {
        self.ask_anew(ask, &self.known(&ask.folder).await?, Some(definition)).await
    }

    /// The same on a task of its own: a page's questions take all cores.
    pub(crate) async fn ask_apart(&self, ask: Ask) -> Result<Answer, KpiError> {
        let (kpi, mut tasks) = (self.clone(), JoinSet::new());
        // A page that nobody waits for any more drops its tasks, and so ends them.
        tasks.spawn(async move { kpi.ask(&ask).await });
        match tasks.join_next().await.map(|ended| ended.map_err(JoinError::try_into_panic)) {
            Some(Ok(answer)) => answer,
            Some(Err(Ok(panic))) => std::panic::resume_unwind(panic),
            // The process is ending.
            Some(Err(Err(_))) | None => std::future::pending().await,
        }
    }

    /// What questions rest on, read once for each state of the log.
    pub(crate) async fn known(&self, folder: &Path) -> Result<Arc<Known>, KpiError> {
        self.latest.get(&self.db, folder, quarter(&self.db)).await
    }

    async fn ask_anew(
        &self,
        ask: &Ask,
        known: &Arc<Known>,
        instead: Option<&Arc<Definition>>,
    ) -> Result<Answer, KpiError> {
        count_anew();
        let company = &known.company;
        let prepared = self.prepare(ask, known, instead).await?;
        let cells = kpi_engine::answer(&prepared.question(false)).await?;
        let rows = self.rows(ask, company, &prepared, cells).await?;
        let not_additive = prepared
            .asked_kpis()
            .iter()
            .filter(|definition| ask.by != ByWord::Company && (ask.by.overlaps() || !definition.is_additive()))
            .map(|definition| definition.id.clone())
            .collect();
        Ok(Answer {
            rows,
            basis: company.basis,
            currency: company.currency,
            known_at: prepared.known_at,
            as_of: prepared.as_of,
            not_additive,
            org: ask.org,
            restated: ask.restated,
        })
    }

    /// What the engine answers, and what it takes by fact type when it may hold no more of the facts than so many bytes.
    pub async fn scans(&self, ask: &Ask, may_hold: usize) -> Result<(Vec<Cell>, Vec<Scanned>), KpiError> {
        let known = self.known(&ask.folder).await?;
        let prepared = self.prepare(ask, &known, None).await?;
        Ok(kpi_engine::answer_scanned(&prepared.question(false), may_hold).await?)
    }

    /// Opens one number into the records behind it.
    pub async fn open(&self, open: &Open) -> Result<Opened, KpiError> {
        let known = self.known(&open.folder).await?;
        self.open_at(open, &known).await
    }

    /// The same at a state of the log.
    pub(crate) async fn open_at(&self, open: &Open, known: &Arc<Known>) -> Result<Opened, KpiError> {
        let question = format!("{:?} {open:?}", self.viewer);
        count_asked();
        Ok(known.opened.get(question, self.open_anew(open, known, None)).await?.as_ref().clone())
    }

    /// By a definition in place of the one that holds.
    pub(crate) async fn open_anew(
        &self,
        open: &Open,
        known: &Arc<Known>,
        instead: Option<&Arc<Definition>>,
    ) -> Result<Opened, KpiError> {
        count_anew();
        if open.by != ByWord::Company && open.entity.is_none() {
            return Err(KpiError::WhichEntity(open.by.name()));
        }
        let company = &known.company;
        let ask = Ask { grain: Grain::All, kpis: open.kpis.first().cloned().into_iter().collect(), ..open.clone() };
        let prepared = self.prepare(&ask, known, instead).await?;
        let (Some((at, definition)), Some(period)) = (prepared.version(0, 0), prepared.periods.first()) else {
            return Err(self.unknown(ask.kpis.first().map_or("", String::as_str)));
        };
        if definition.formula.has(|how| matches!(how, How::Quantile(_))) {
            return Err(KpiError::OpensNothing(definition.id.clone()));
        }
        let whole = kpi_engine::answer(&prepared.question(false)).await?;
        let of_kpi = |kpi: usize| whole.iter().find(|cell| cell.kpi == kpi);
        let beside = |part: &Arc<Definition>| prepared.place(part).and_then(of_kpi);
        let mut reading = read(definition, of_kpi(0), &beside, period, company, &prepared);
        let of_part =
            |part: &Arc<Definition>| row(part, &Entity::default(), period, beside(part), &beside, company, &prepared);
        let parts: Vec<Row> = definition.formula.parts().iter().map(of_part).collect();
        let is_told =
            !parts_alone(definition) && !matches!(reading.value, Err(NullReason::Withheld | NullReason::MissingRate));
        let mut cells = if is_told { kpi_engine::answer(&prepared.question(true)).await? } else { Vec::new() };
        // Of its parts each opens by itself.
        cells.retain(|cell| cell.kpi == at);
        for cell in &mut cells {
            sides(definition, cell);
        }
        let types = row_types(definition, company, &self.db);
        let ids: BTreeSet<RecordId> = cells.iter().filter_map(|cell| cell.entity).collect();
        let mut records = BTreeMap::new();
        for record_type in &types {
            records.extend(self.db.reader(&self.viewer).titles(record_type, &ids).await?);
        }
        // Whoever works a deal opens its account, and not what others sell there.
        let is_of_others = |cell: &Cell| tells_money(definition, company) && tells_one(cell.outsiders);
        let is_open = |cell: &&Cell| {
            self.viewer.sees_all() || cell.entity.is_some_and(|id| records.contains_key(&id)) && !is_of_others(cell)
        };
        let (mut opened, mut closed): (Vec<&Cell>, Vec<&Cell>) = cells.iter().partition(is_open);
        if tells_people(&closed) {
            // One line for one or two people would tell their numbers.
            reading.withhold();
            (opened, closed) = (Vec::new(), Vec::new());
        }
        let first = types.first().map_or("", |record_type| record_type.name);
        let owner = |cell: &Cell| cell.owners.filter(|(first, last)| first == last).map(|(owner, _)| owner);
        let owners = opened.iter().copied().filter_map(owner).collect();
        let people = self.db.system().titles(&access::PERSON, &owners).await?;
        let rows: Vec<OpenRow> = opened
            .iter()
            .map(|cell| OpenRow {
                entity: entity(cell.entity, &records),
                record: cell.entity.and_then(|id| records.get(&id)).map_or(first, |record| record.record_type.name),
                numerator: cell.numerator,
                denominator: cell.denominator,
                owner: owner(cell).map(|id| entity(Some(id), &people)),
                is_shared: cell.owners.is_some_and(|(first, last)| first != last),
                day: cell.day,
                adjusts: cell.adjusts,
                words: cell.words.clone(),
            })
            .collect();
        let sum = |amounts: Vec<Amount>| Amount::sum(amounts).unwrap_or(Amount::ZERO);
        let spreading = spreading(definition, &cells, prepared.question(true).places);
        let hidden = (!closed.is_empty()).then(|| Hidden {
            rows: closed.len(),
            numerator: sum(closed.iter().map(|cell| cell.numerator).collect()),
            denominator: reading.denominator.map(|_| sum(closed.iter().filter_map(|cell| cell.denominator).collect())),
        });
        let digits = if definition.unit == Unit::Money { company.currency.minor_digits() } else { DECIMALS };
        let rounded = |amount: Amount| amount.round_to(digits).unwrap_or(amount);
        let shown = rows.iter().map(|row| row.numerator).chain(hidden.iter().map(|hidden| hidden.numerator));
        let shown = sum(shown.map(rounded).collect());
        let numerator = reading.numerator.unwrap_or(Amount::ZERO);
        Ok(Opened {
            kpi: definition.id.clone(),
            definition: definition.clone(),
            unit: definition.unit,
            currency: (definition.unit == Unit::Money).then_some(company.currency),
            own_currency: company.currency,
            basis: company.basis,
            null_reason: reading.value.as_ref().err().copied(),
            value: reading.value.ok(),
            numerator,
            denominator: reading.denominator,
            rows,
            parts,
            hidden,
            spreading,
            rounding: rounded(numerator).checked_sub(shown).unwrap_or(Amount::ZERO),
            mature: reading.mature,
            record: first,
            from: prepared.from,
            // The days that were asked for, come or not; without an end, those that there are.
            to: open.to.unwrap_or(prepared.to),
            as_of: prepared.as_of,
        })
    }

    /// The year that the last facts up to as-of fall in; none before there are any.
    pub async fn last_year(&self, ask: &Ask) -> Result<Option<Period>, KpiError> {
        let known = self.known(&ask.folder).await?;
        let ask = Ask { from: None, to: None, grain: Grain::Year, ..ask.clone() };
        let asked = async {
            let prepared = self.prepare(&ask, &known, None).await?;
            let extent = kpi_engine::extent(&prepared.question(false)).await?;
            Ok(extent.map(|(first, last)| (first, last.min(prepared.as_of).max(first))))
        };
        let extent = known.extents.get(format!("{:?} {ask:?}", self.viewer), asked).await?;
        Ok(extent.map(|(_, last)| known.company.calendar.period_of(last, Grain::Year)).transpose()?)
    }

    /// Which day it is for the company.
    pub async fn day(&self) -> Result<Date, KpiError> {
        Ok(self.today(&Company::load(&self.db).await?))
    }

    /// The company's calendar: which days make a year, a quarter and a month.
    pub async fn calendar(&self) -> Result<FiscalCalendar, KpiError> {
        Ok(Company::load(&self.db).await?.calendar)
    }

    /// Cells as rows: every entity that has anything, in every period.
    async fn rows(
        &self,
        ask: &Ask,
        company: &Company,
        prepared: &Prepared,
        cells: Vec<Cell>,
    ) -> Result<Vec<Row>, KpiError> {
        let mut entities: BTreeSet<Option<RecordId>> = cells.iter().map(|cell| cell.entity).collect();
        entities.extend(prepared.only.iter().flatten().map(|id| Some(*id)));
        if ask.by == ByWord::Company {
            entities.insert(None);
        }
        let mut named = self.names(ask.by, company, entities).await?;
        let found: BTreeMap<(usize, Option<RecordId>, usize), Cell> =
            cells.into_iter().map(|cell| ((cell.kpi, cell.entity, cell.period), cell)).collect();
        named.sort_by(|left, right| (left.1.is_none(), &left.0.name).cmp(&(right.1.is_none(), &right.0.name)));
        let targets = prepared.targets();
        let mut rows = Vec::new();
        for (kpi, asked) in prepared.asked_kpis().iter().enumerate() {
            for (entity, id) in &named {
                for (place, period) in prepared.periods.iter().enumerate() {
                    let of_kpi = |kpi: usize| found.get(&(kpi, *id, place));
                    let beside = |part: &Arc<Definition>| prepared.place(part).and_then(of_kpi);
                    let row = match prepared.version(kpi, place) {
                        Some((at, definition)) => {
                            row(definition, entity, period, of_kpi(at), &beside, company, prepared)
                        }
                        // The company had no such KPI then.
                        None => row(asked, entity, period, None, &beside, company, prepared).without_source(),
                    };
                    // A target is of the whole, not of what is filtered from it.
                    let target = targets.of(&asked.id, ask.by, *id, period).filter(|_| ask.filters.is_empty());
                    rows.push(Row { target, ..row });
                }
            }
        }
        Ok(rows)
    }

    /// What people call these entities.
    async fn names(
        &self,
        by: ByWord,
        company: &Company,
        ids: BTreeSet<Option<RecordId>>,
    ) -> Result<Vec<(Entity, Option<RecordId>)>, KpiError> {
        if by == ByWord::Company {
            let whole =
                Entity { id: Some(company.id), external_id: company.external_id.clone(), name: company.name.clone() };
            return Ok(ids.into_iter().map(|id| (whole.clone(), id)).collect());
        }
        if let Some(places) = by.words() {
            let words: BTreeMap<RecordId, String> = self
                .words(places)
                .await?
                .into_iter()
                .rev() // of two ways to write one, the first place's
                .filter_map(|word| Some((word_id(&word)?, word)))
                .collect();
            let name = |id: Option<RecordId>| id.and_then(|id| words.get(&id)).cloned().unwrap_or_default();
            let named = ids.into_iter().map(|id| (Entity { id: None, external_id: None, name: name(id) }, id));
            return Ok(named.collect());
        }
        let known = ids.iter().flatten().copied().collect();
        let records = match by.record_type() {
            Some(record_type) => self.db.system().titles(record_type, &known).await?,
            None => BTreeMap::new(),
        };
        Ok(ids.into_iter().map(|id| (entity(id, &records), id)).collect())
    }
}

fn quarter(db: &Db) -> i64 {
    db.now().as_second() / SECONDS_A_QUARTER
}

/// A row's sides as its KPI tells them.
fn sides(definition: &Definition, cell: &mut Cell) {
    match definition.formula {
        Formula::Change { .. } => {
            let base = cell.denominator.unwrap_or(Amount::ZERO);
            cell.numerator = cell.numerator.checked_sub(base).unwrap_or(cell.numerator);
        }
        // Months and days are the period's, no record's.
        Formula::PerMonth(_) | Formula::PerDay(_) => cell.denominator = None,
        _ => {}
    }
}

fn spreading(definition: &Definition, cells: &[Cell], places: u64) -> Option<Spreading> {
    let Formula::Spread { as_index: index, .. } = definition.formula else { return None };
    let mut counts: BTreeMap<RecordId, u64> = BTreeMap::new();
    for word in cells.iter().flat_map(|cell| &cell.words) {
        *counts.entry(*word).or_default() += 1;
    }
    Some(Spreading { counts, places, index })
}

/// It opens into its parts and no rows: what is computed from others, and an error without its sign.
pub(crate) fn parts_alone(definition: &Definition) -> bool {
    match &definition.formula {
        Formula::Error(error) => !error.is_signed,
        formula => !formula.parts().is_empty(),
    }
}

/// Closed rows of fewer people than a total may have.
fn tells_people(closed: &[&Cell]) -> bool {
    let people: BTreeSet<Option<RecordId>> = closed.iter().map(|cell| cell.owners.map(|(_, last)| last)).collect();
    let known = people.iter().flatten().count();
    // Rows of customers do not say whose they are: each may be another's.
    let most = if known == 0 { closed.len() } else { known };
    (1..FEWEST_PEOPLE).contains(&(most as u64))
}

/// A row is an account, and tells what it brought.
fn tells_money(definition: &Definition, company: &Company) -> bool {
    definition.rows == crm::ACCOUNT.name
        && definition.formula.measures().iter().any(|(_, measure)| measure.is_money(company.basis))
}

/// The record types whose records a KPI opens into: those that its `rows` column names in each of its facts.
fn row_types(definition: &Definition, company: &Company, db: &Db) -> Vec<&'static RecordType> {
    let facts = definition.facts(company.basis).unwrap_or_default();
    let mut types: Vec<&'static RecordType> = Vec::new();
    for fact in facts {
        let entity = fact.key(&definition.rows).and_then(|key| key.entity);
        if let Some(record_type) = entity.and_then(|entity| db.registry().get(entity))
            && !types.contains(&record_type)
        {
            types.push(record_type);
        }
    }
    if types.is_empty() {
        types.push(if definition.rows == crm::ACCOUNT.name { &crm::ACCOUNT } else { &crm::ORDER });
    }
    types
}

pub(crate) fn entity(id: Option<RecordId>, records: &BTreeMap<RecordId, Record>) -> Entity {
    let record = id.and_then(|id| records.get(&id));
    Entity {
        id,
        external_id: record.and_then(Record::external_id).map(str::to_owned),
        name: record.map_or_else(|| id.map_or_else(String::new, |id| format!("#{id}")), Record::title),
    }
}

fn shares_a_word(known: &str, asked: &str) -> bool {
    asked.split(['_', '-', ' ']).any(|word| word.len() > 3 && known.contains(word))
}
