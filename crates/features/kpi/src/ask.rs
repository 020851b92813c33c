//! One question, however it was put: command line, page, REST. A value is f(Σ components); a drill shows the components.

use crate::{
    KpiError,
    facts::{self, View},
    organisation,
    shapes::{Answer, Ask, ByWord, Entity, Hidden, Open, OpenRow, Opened, Row},
};
use base::{Amount, Currency, FiscalCalendar, Fraction, Grain, Period, RecordId, Seq};
use db::{Db, Record};
use jiff::{civil::Date, tz::TimeZone};
use kpi_engine::{By, Cell, Question};
use rules::{
    access::{FEWEST_PEOPLE, Reach, Viewer},
    kpi::{Basis, Catalogue, Definition, Formula, NullReason, Unit, resolve},
    log::Imports,
    record::RecordType,
};
use std::collections::{BTreeMap, BTreeSet};

const DECIMALS: u32 = 6;

/// The catalogue over one database.
pub struct Kpi {
    db: Db,
    viewer: Viewer,
    catalogue: Catalogue,
}

/// The company's settings that every answer rests on.
struct Company {
    name: String,
    id: RecordId,
    external_id: Option<String>,
    currency: Currency,
    basis: Basis,
    calendar: FiscalCalendar,
    zone: TimeZone,
}

impl Kpi {
    /// Asks on somebody's behalf. A value never depends on who asks; what may be asked does.
    pub fn new(db: Db, viewer: Viewer) -> Result<Self, KpiError> {
        Ok(Self { db, viewer, catalogue: Catalogue::read(include_str!("../../../rules/src/catalogue.toml"))? })
    }

    pub fn catalogue(&self) -> &Catalogue {
        &self.catalogue
    }

    pub fn definition(&self, id: &str) -> Result<&Definition, KpiError> {
        self.catalogue.get(id).ok_or_else(|| {
            let near = self.catalogue.iter().map(|definition| definition.id.as_str());
            let near = near.filter(|known| shares_a_word(known, id)).map(str::to_owned).take(3).collect();
            KpiError::Unknown { id: id.to_owned(), near }
        })
    }

    /// Answers with a row a KPI, entity and period.
    pub async fn ask(&self, ask: &Ask) -> Result<Answer, KpiError> {
        let company = self.company().await?;
        let prepared = self.prepare(ask, &company).await?;
        let question = prepared.question(&company, false);
        let cells = kpi_engine::answer(&question).await?;
        let rows = self.rows(ask, &company, &prepared, cells).await?;
        let not_additive = prepared
            .kpis
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
        })
    }

    /// Opens one number into the records behind it.
    pub async fn open(&self, open: &Open) -> Result<Opened, KpiError> {
        if open.by != ByWord::Company && open.entity.is_none() {
            return Err(KpiError::WhichEntity(open.by.name()));
        }
        let company = self.company().await?;
        let ask = Ask { grain: Grain::All, kpis: open.kpis.first().cloned().into_iter().collect(), ..open.clone() };
        let prepared = self.prepare(&ask, &company).await?;
        let Some(definition) = prepared.kpis.first().copied() else {
            return Err(KpiError::Unknown { id: String::new(), near: Vec::new() });
        };
        let whole = kpi_engine::answer(&prepared.question(&company, false)).await?;
        let reading = read(definition, whole.first(), company.basis);
        let is_told = matches!(reading.value, Ok(_) | Err(NullReason::Undefined));
        let cells = if is_told { kpi_engine::answer(&prepared.question(&company, true)).await? } else { Vec::new() };
        let record_type = row_type(definition, company.basis);
        let ids = cells.iter().filter_map(|cell| cell.entity).collect();
        let records = self.db.reader(&self.viewer).many(record_type, &ids).await?;
        let is_open = |cell: &&Cell| self.viewer.sees_all() || cell.entity.is_some_and(|id| records.contains_key(&id));
        let (opened, closed): (Vec<&Cell>, Vec<&Cell>) = cells.iter().partition(is_open);
        let rows: Vec<OpenRow> = opened
            .iter()
            .map(|cell| OpenRow {
                entity: entity(cell.entity, &records),
                numerator: cell.numerator,
                denominator: cell.denominator,
            })
            .collect();
        let sum = |amounts: Vec<Amount>| Amount::sum(amounts).unwrap_or(Amount::ZERO);
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
            unit: definition.unit,
            currency: (definition.unit == Unit::Money).then_some(company.currency),
            null_reason: reading.value.as_ref().err().copied(),
            value: reading.value.ok(),
            numerator,
            denominator: reading.denominator,
            rows,
            hidden,
            rounding: rounded(numerator).checked_sub(shown).unwrap_or(Amount::ZERO),
            record: record_type.name,
            from: prepared.from,
            to: prepared.to,
            as_of: prepared.as_of,
        })
    }

    /// What the company is called and the year that its last facts fall in; none before there are any.
    pub async fn last_year(&self, ask: &Ask) -> Result<Option<Period>, KpiError> {
        let company = self.company().await?;
        let ask = Ask { from: None, to: None, grain: Grain::Year, ..ask.clone() };
        let prepared = self.prepare(&ask, &company).await?;
        let extent = kpi_engine::extent(&prepared.question(&company, false)).await?;
        Ok(extent.map(|(_, last)| company.calendar.period_of(last, Grain::Year)).transpose()?)
    }

    /// The company's calendar: which days make a year, a quarter and a month.
    pub async fn calendar(&self) -> Result<FiscalCalendar, KpiError> {
        Ok(self.company().await?.calendar)
    }

    async fn company(&self) -> Result<Company, KpiError> {
        let records = self.db.system().all(&access::COMPANY).await?;
        let record = records.first().ok_or(KpiError::NoCompany)?;
        let text = |field: &'static str| record.value(field).as_text().unwrap_or_default().to_owned();
        let setting = |field: &'static str| KpiError::Setting { field, value: text(field) };
        let month = record.value("fiscal_start_month").as_integer().unwrap_or(1);
        let zone = match text("time_zone").as_str() {
            "" => TimeZone::UTC,
            name => TimeZone::get(name).map_err(|_| setting("time_zone"))?,
        };
        Ok(Company {
            name: record.title(),
            id: record.id,
            external_id: record.external_id().map(str::to_owned),
            currency: text("currency").parse().map_err(|_| setting("currency"))?,
            basis: Basis::from_name(&text("revenue_basis")).ok_or_else(|| setting("revenue_basis"))?,
            calendar: FiscalCalendar::starting_in(i8::try_from(month).unwrap_or(0))?,
            zone,
        })
    }

    async fn prepare(&self, ask: &Ask, company: &Company) -> Result<Prepared<'_>, KpiError> {
        let kpis = ask.kpis.iter().map(|id| self.definition(id)).collect::<Result<Vec<_>, _>>()?;
        if let (Some(from), Some(to)) = (ask.from, ask.to)
            && to < from
        {
            return Err(KpiError::EndBeforeStart { from, to });
        }
        let View { facts, seq } = facts::view(&self.db, &ask.folder, &company.zone).await?;
        let known_at = match ask.known_at.and_then(|known_at| known_at.moment(&company.zone)) {
            Some(moment) => self.db.system().seq_at(moment).await?.min(seq),
            None => seq,
        };
        let as_of = ask.as_of.unwrap_or_else(|| self.db.now().to_zoned(company.zone.clone()).date());
        let imports = self.db.system().imports().await?;
        let by = match ask.by {
            ByWord::Company => By::Company,
            ByWord::Rep => By::Key("owner"),
            ByWord::Product => By::Key("product"),
            ByWord::Account => By::Key("account"),
            ByWord::Manager => {
                let spans = organisation::managers(&self.db, &imports, known_at, &company.zone).await?;
                By::Dated { key: "owner", spans }
            }
            ByWord::Team => {
                let spans = organisation::teams(&self.db, &imports, known_at, &company.zone).await?;
                By::Dated { key: "owner", spans }
            }
        };
        let allowed = self.allowed(ask.by, &imports, known_at, company).await?;
        let only = match &ask.entity {
            Some(wanted) if ask.by != ByWord::Company => {
                let entity = self.find(ask.by, wanted).await?;
                if allowed.as_ref().is_some_and(|allowed| !allowed.contains(&entity)) {
                    return Err(KpiError::Outside);
                }
                Some(vec![entity])
            }
            _ => allowed.map(|allowed| allowed.into_iter().collect()),
        };
        let day_after = as_of.tomorrow().unwrap_or(as_of);
        let mut prepared = Prepared {
            kpis,
            by,
            only,
            from: ask.from.unwrap_or(Date::MIN),
            to: ask.to.unwrap_or(day_after).min(day_after),
            periods: Vec::new(),
            known_at,
            as_of,
            // A day that is not over yet leaves its period open; one that was named is meant whole.
            open_day: (ask.as_of.is_none()).then_some(as_of),
            asked: (ask.from, ask.to),
            reach: match &self.viewer.reach {
                Reach::All => None,
                Reach::People(people) => Some(people.iter().copied().collect()),
            },
            facts,
        };
        prepared.periods = self.periods(ask, company, &mut prepared).await?;
        Ok(prepared)
    }

    /// The entities this viewer may ask about: self and below, and the totals above. None: all.
    async fn allowed(
        &self,
        by: ByWord,
        imports: &Imports,
        known_at: Seq,
        company: &Company,
    ) -> Result<Option<BTreeSet<RecordId>>, KpiError> {
        let (Reach::People(people), Some(person)) = (&self.viewer.reach, self.viewer.person) else { return Ok(None) };
        let today = self.db.now().to_zoned(company.zone.clone()).date();
        let held =
            |span: &kpi_engine::Span| span.from.is_none_or(|from| from <= today) && span.to.is_none_or(|to| today < to);
        let mut allowed = BTreeSet::new();
        match by {
            ByWord::Company => return Ok(None),
            ByWord::Rep => allowed.clone_from(people),
            ByWord::Manager => {
                let spans = organisation::managers(&self.db, imports, known_at, &company.zone).await?;
                allowed.extend(people);
                allowed.extend(spans.iter().filter(|span| span.id == person && held(span)).map(|span| span.entity));
            }
            ByWord::Team => {
                let spans = organisation::teams(&self.db, imports, known_at, &company.zone).await?;
                allowed.extend(
                    spans.iter().filter(|span| people.contains(&span.id) && held(span)).map(|span| span.entity),
                );
            }
            ByWord::Product => return Err(KpiError::Outside),
            ByWord::Account => {
                let own = self.db.reader(&self.viewer).all(&crm::ACCOUNT).await?;
                let owned = |record: &&Record| {
                    record.value("owner").as_reference().is_some_and(|owner| people.contains(&owner))
                };
                allowed.extend(own.iter().filter(owned).map(|record| record.id));
            }
        }
        Ok(Some(allowed))
    }

    /// The periods asked for; without both ends, those in which there is anything.
    async fn periods(
        &self,
        ask: &Ask,
        company: &Company,
        prepared: &mut Prepared<'_>,
    ) -> Result<Vec<Period>, KpiError> {
        if ask.from.is_none() || ask.to.is_none() {
            let extent = kpi_engine::extent(&prepared.question(company, false)).await?;
            let (first, last) = extent.unwrap_or((prepared.as_of, prepared.as_of));
            prepared.from = ask.from.unwrap_or(first);
            prepared.to = ask.to.unwrap_or(last.tomorrow().unwrap_or(last)).min(prepared.to).max(prepared.from);
        }
        let end = ask.to.unwrap_or(prepared.to).max(prepared.from);
        Ok(company.calendar.periods(prepared.from, end, ask.grain)?)
    }

    /// An entity by its number or its external id.
    async fn find(&self, by: ByWord, wanted: &str) -> Result<RecordId, KpiError> {
        let record_type = by.record_type();
        if let Some(id) = wanted.strip_prefix('#').and_then(|id| id.parse().ok())
            && let Some(record) = self.db.system().get(record_type, id).await?
        {
            return Ok(record.id);
        }
        let query = db::ListQuery {
            filters: vec![db::Filter::Equals(
                rules::record::EXTERNAL_ID,
                rules::record::Value::Text(wanted.to_owned()),
            )],
            limit: 2,
            ..db::ListQuery::default()
        };
        match self.db.system().list(record_type, &query).await?.as_slice() {
            [only] => Ok(only.id),
            _ => Err(KpiError::NoEntity { kind: record_type.name, entity: wanted.to_owned() }),
        }
    }

    /// Cells as rows: every entity that has anything, in every period.
    async fn rows(
        &self,
        ask: &Ask,
        company: &Company,
        prepared: &Prepared<'_>,
        cells: Vec<Cell>,
    ) -> Result<Vec<Row>, KpiError> {
        let mut entities: BTreeSet<Option<RecordId>> = cells.iter().map(|cell| cell.entity).collect();
        entities.extend(prepared.only.iter().flatten().map(|id| Some(*id)));
        if ask.by == ByWord::Company {
            entities.insert(None);
        }
        let ids = entities.iter().flatten().copied().collect();
        let records = self.db.system().many(ask.by.record_type(), &ids).await?;
        let whole =
            Entity { id: Some(company.id), external_id: company.external_id.clone(), name: company.name.clone() };
        let mut found: BTreeMap<(usize, Option<RecordId>, usize), Cell> =
            cells.into_iter().map(|cell| ((cell.kpi, cell.entity, cell.period), cell)).collect();
        let mut named: Vec<(Entity, Option<RecordId>)> = entities
            .into_iter()
            .map(|id| (if ask.by == ByWord::Company { whole.clone() } else { entity(id, &records) }, id))
            .collect();
        named.sort_by(|left, right| (left.1.is_none(), &left.0.name).cmp(&(right.1.is_none(), &right.0.name)));
        let mut rows = Vec::new();
        for (kpi, definition) in prepared.kpis.iter().enumerate() {
            for (entity, id) in &named {
                for (place, period) in prepared.periods.iter().enumerate() {
                    let cell = found.remove(&(kpi, *id, place));
                    rows.push(row(definition, entity, period, cell.as_ref(), company, prepared));
                }
            }
        }
        Ok(rows)
    }
}

/// A question with everything looked up.
struct Prepared<'a> {
    kpis: Vec<&'a Definition>,
    by: By,
    only: Option<Vec<RecordId>>,
    periods: Vec<Period>,
    from: Date,
    to: Date,
    known_at: Seq,
    as_of: Date,
    open_day: Option<Date>,
    asked: (Option<Date>, Option<Date>),
    reach: Option<Vec<RecordId>>,
    facts: BTreeMap<&'static str, kpi_engine::Facts>,
}

impl<'a> Prepared<'a> {
    /// Some days of the period are not in the answer: cut off by the question, or yet to come.
    fn is_partial(&self, period: &Period) -> bool {
        let (from, to) = self.asked;
        from.is_some_and(|from| period.start < from)
            || to.is_some_and(|to| to < period.end)
            || self.as_of.tomorrow().is_ok_and(|next| next < period.end)
            || self.open_day.is_some_and(|day| day < period.end)
    }

    fn question<'q>(&'q self, company: &Company, open: bool) -> Question<'q>
    where
        'a: 'q,
    {
        Question {
            kpis: self.kpis.clone(),
            basis: company.basis,
            by: self.by.clone(),
            only: self.only.clone(),
            open,
            periods: &self.periods,
            from: self.from,
            to: self.to,
            known_at: self.known_at,
            reach: self.reach.clone(),
            currency: company.currency,
            facts: &self.facts,
        }
    }
}

/// A cell's two sides and value, or why there is none: the same for a table's cell and for an opened number.
struct Reading {
    value: Result<String, NullReason>,
    numerator: Option<Amount>,
    denominator: Option<Amount>,
    rows: u64,
}

fn read(definition: &Definition, cell: Option<&Cell>, basis: Basis) -> Reading {
    let is_ratio = !matches!(definition.formula, Formula::Measure(_));
    let numerator = cell.map_or(Amount::ZERO, |cell| cell.numerator);
    let denominator = cell.map_or_else(|| is_ratio.then_some(Amount::ZERO), |cell| cell.denominator);
    let value = if definition.facts(basis).len() != sides(definition) {
        Err(NullReason::NoSource)
    } else if cell.is_some_and(|cell| tells_one(cell.outsiders)) {
        Err(NullReason::Withheld)
    } else if definition.unit == Unit::Money && cell.is_some_and(|cell| cell.foreign_currency) {
        Err(NullReason::MissingRate)
    } else {
        match denominator {
            Some(denominator) => Fraction::new(numerator, denominator).value(DECIMALS).ok_or(NullReason::Undefined),
            None => Ok(numerator.to_text()),
        }
    };
    // A value that is kept back or cannot be told keeps its sides back too.
    let told = matches!(value, Ok(_) | Err(NullReason::Undefined));
    Reading {
        numerator: told.then_some(numerator),
        denominator: denominator.filter(|_| told),
        rows: cell.filter(|_| told).map_or(0, |cell| cell.rows),
        value,
    }
}

fn row(
    definition: &Definition,
    entity: &Entity,
    period: &Period,
    cell: Option<&Cell>,
    company: &Company,
    prepared: &Prepared<'_>,
) -> Row {
    let reading = read(definition, cell, company.basis);
    Row {
        kpi: definition.id.clone(),
        entity: entity.clone(),
        period: period.clone(),
        numerator: reading.numerator,
        denominator: reading.denominator,
        unit: definition.unit,
        currency: (definition.unit == Unit::Money).then_some(company.currency),
        null_reason: reading.value.as_ref().err().copied(),
        value: reading.value.ok(),
        partial: prepared.is_partial(period),
        row_count: reading.rows,
    }
}

/// A total with one or two others in it would tell their number to who knows the rest.
fn tells_one(outsiders: u64) -> bool {
    (1..FEWEST_PEOPLE).contains(&outsiders)
}

/// How many facts the formula names.
const fn sides(definition: &Definition) -> usize {
    if matches!(definition.formula, Formula::Ratio { .. }) { 2 } else { 1 }
}

/// The record type whose records a KPI opens into.
fn row_type(definition: &Definition, basis: Basis) -> &'static RecordType {
    let fact = definition.facts(basis).first().copied().and_then(|fact| resolve(fact, basis));
    match (definition.rows.as_str(), fact.map(|fact| fact.name)) {
        ("account", _) => &crm::ACCOUNT,
        _ => &crm::ORDER,
    }
}

fn entity(id: Option<RecordId>, records: &BTreeMap<RecordId, Record>) -> Entity {
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
