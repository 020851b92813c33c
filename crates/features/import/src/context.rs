//! What a whole import knows: formats, ids at hand, names compared, the company's settings.

use crate::{
    IMPORT,
    batch::Deferred,
    mapping::{Checked, Detail},
    parse::{self, DateFormats, NumberFormat},
    report::Problem,
    run::ImportError,
};
use base::{Amount, Fraction, RecordId};
use db::{Change, Db, Reader, Record};
use jiff::{Span, Timestamp, tz::TimeZone};
use rules::{
    log::{Fields, Imports, Origin},
    record::{EXTERNAL_ID, EXTERNAL_SOURCE, Field, FieldKind, RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap, hash_map::Entry},
    path::PathBuf,
};

/// Ids kept at hand; beyond that they are looked up again.
const IDS_KEPT: usize = 200_000;
pub(crate) const NAMES_COMPARED: usize = 1_000_000;
const WARNINGS: usize = 100;
const COMPANY_KEY: &str = "company";
pub(crate) const NAME: &str = "name:";
pub(crate) const EMAIL: &str = "email:";

/// What the whole import knows.
pub(crate) struct Context {
    pub db: Db,
    /// None while files are checked, and all through a dry run.
    pub import: Option<RecordId>,
    pub source: String,
    pub dates: DateFormats,
    pub numbers: NumberFormat,
    pub zone: TimeZone,
    /// Fields that a history file of the mapping tells, by record type: elsewhere a row says only their first value.
    pub dated: BTreeSet<(&'static str, &'static str)>,
    /// Earlier imports of this source that count: what they said of a field is what the file said then.
    pub earlier: BTreeSet<RecordId>,
    pub imports: Imports,
    pub places: HashMap<String, PathBuf>,
    /// External ids by type. In a dry run also those of records that would be made, under numbers of no record.
    pub ids: HashMap<(&'static str, String), RecordId>,
    pub dry_ids: i64,
    /// Names by their tidy form, to report those that differ only by a space or by case.
    pub names: HashMap<(&'static str, String), String>,
    /// Names that two records of this import share: none of them is meant by the name alone.
    pub shared_names: BTreeSet<(&'static str, String)>,
    pub warnings: Vec<String>,
}

impl Context {
    pub async fn new(db: Db, checked: &Checked, files: &[Option<PathBuf>]) -> Result<Self, ImportError> {
        let mapping = &checked.mapping;
        let format = |error: parse::ParseError| ImportError::Format(mapping.source.clone(), error.to_string());
        let words = if mapping.dates.is_empty() { vec!["year-month-day".to_owned()] } else { mapping.dates.clone() };
        let group = if mapping.decimal == Some(',') { '.' } else { ',' };
        let mut places = HashMap::new();
        for (map, path) in mapping.file.iter().zip(files) {
            if let Some(path) = path {
                places.insert(map.file.to_lowercase(), path.clone());
            }
        }
        let reader = db.system();
        let company = reader.all(&access::COMPANY).await?;
        // Dates are those of the company; an import that brings its settings knows its zone too.
        let kept = company.first().and_then(|company| company.value("time_zone").as_text());
        let brought = mapping.company.as_ref().and_then(|settings| settings.get("time_zone")).map(String::as_str);
        let zone = kept.or(brought).and_then(|name| TimeZone::get(name).ok());
        let imports = reader.imports().await?;
        let same_source = |record: &&Record| record.value("source").as_text() == Some(&mapping.source);
        let earlier = reader.all(&IMPORT).await?;
        let earlier =
            earlier.iter().filter(same_source).map(|record| record.id).filter(|id| imports.is_done(*id)).collect();
        Ok(Self {
            db,
            import: None,
            source: mapping.source.clone(),
            dates: DateFormats::parse(&words).map_err(format)?,
            numbers: NumberFormat::new(mapping.decimal.unwrap_or('.'), Some(group)).map_err(format)?,
            zone: zone.unwrap_or(TimeZone::UTC),
            dated: dated(checked),
            earlier,
            imports,
            places,
            ids: HashMap::new(),
            dry_ids: 0,
            names: HashMap::new(),
            shared_names: BTreeSet::new(),
            warnings: Vec::new(),
        })
    }

    /// True for this import and for those of this source that count.
    pub fn counts(&self, import: RecordId) -> bool {
        self.earlier.contains(&import) || self.import == Some(import)
    }

    pub fn reader(&self) -> Reader {
        self.db.system().including(self.import)
    }

    /// The company's settings as the mapping gives them, checked before anything is written.
    pub fn company_fields(&self, settings: &BTreeMap<String, String>) -> Result<Fields, ImportError> {
        let mut fields: Fields = Vec::new();
        for (name, text) in settings {
            let wrong =
                |reason: String| ImportError::Format("company".to_owned(), format!("{name} = {text:?} ({reason})"));
            let field = access::COMPANY.field(name).ok_or_else(|| wrong("no such setting".to_owned()))?;
            let value = self.parse(field, text).map_err(wrong)?;
            access::COMPANY.check(field.name, &value).map_err(|error| wrong(error.to_string()))?;
            fields.push((field.name, value));
        }
        Ok(fields)
    }

    /// Writes the company's settings when it has none: an importer knows what its numbers are.
    pub async fn company(&mut self, mut fields: Fields) -> Result<(), ImportError> {
        let Some(import) = self.import else { return Ok(()) };
        if !self.reader().all(&access::COMPANY).await?.is_empty() {
            return Ok(());
        }
        let known = self.db.system().by_external(&access::COMPANY, &self.source, &[COMPANY_KEY]).await?;
        let id = match known.get(COMPANY_KEY) {
            Some(id) => *id,
            None => self.db.new_id().await?,
        };
        fields.push((EXTERNAL_SOURCE, Value::Text(self.source.clone())));
        fields.push((EXTERNAL_ID, Value::Text(COMPANY_KEY.to_owned())));
        let mut tx = self.db.begin(None, Origin::Import(import));
        tx.put(Change::create(&access::COMPANY, id, fields).effective_at(Timestamp::UNIX_EPOCH))?;
        tx.commit().await?;
        Ok(())
    }

    pub fn warnings(&mut self) -> Vec<String> {
        std::mem::take(&mut self.warnings)
    }

    pub fn warn(&mut self, sentence: impl FnOnce() -> String) {
        if self.warnings.len() < WARNINGS {
            self.warnings.push(sentence());
        }
    }

    /// Ids of the given external ids, from memory or the database.
    pub async fn find(&mut self, entity: &'static str, external: &BTreeSet<String>) -> Result<(), ImportError> {
        let unknown: Vec<&str> =
            external.iter().filter(|id| !self.ids.contains_key(&(entity, (*id).clone()))).map(String::as_str).collect();
        if unknown.is_empty() {
            return Ok(());
        }
        let Some(record_type) = self.db.registry().get(entity) else { return Ok(()) };
        for (external, id) in self.db.system().by_external(record_type, &self.source, &unknown).await? {
            self.ids.insert((entity, external), id);
        }
        Ok(())
    }

    /// Between batches: what is forgotten is looked up again. A dry run has nowhere else to look.
    pub fn forget_some(&mut self) {
        if self.import.is_some() && self.ids.len() > IDS_KEPT {
            self.ids.clear();
        }
    }

    /// A record of this import goes by its name too, for look-ups by name.
    pub fn known_as(&mut self, record_type: &'static RecordType, values: &Fields, id: RecordId) {
        for (field, prefix) in [("name", NAME), ("email", EMAIL)] {
            let Some(text) = values.iter().find(|(name, _)| *name == field).and_then(|(_, value)| value.as_text())
            else {
                continue;
            };
            let key = (record_type.name, format!("{prefix}{text}"));
            if self.ids.insert(key.clone(), id).is_some_and(|other| other != id) {
                self.shared_names.insert(key);
            }
        }
    }

    pub fn id(&self, entity: &'static str, external: &str) -> Option<RecordId> {
        self.ids.get(&(entity, external.to_owned())).copied()
    }

    pub async fn new_id(&mut self, entity: &'static str, external: &str) -> Result<RecordId, ImportError> {
        let id = if self.import.is_some() {
            self.db.new_id().await?
        } else {
            self.dry_ids -= 1;
            RecordId(self.dry_ids)
        };
        self.ids.insert((entity, external.to_owned()), id);
        Ok(id)
    }

    /// A cell as a value, moved and scaled as the mapping says.
    pub fn read(&self, field: &Field, detail: &Detail, text: &str) -> Result<Value, String> {
        let value = if detail.day_of_moment && !text.trim().is_empty() {
            let moment = parse::moment(text, &self.dates, &self.zone).map_err(|error| error.to_string())?;
            Value::Date(moment.to_zoned(self.zone.clone()).date())
        } else {
            self.parse(field, text)?
        };
        Ok(match (value, detail.plus) {
            (Value::Decimal(amount), _) if detail.percent => {
                let hundredth = Fraction::new(Amount::from(1), Amount::from(100));
                Value::Decimal(amount.mul_fraction(hundredth).map_err(|error| error.to_string())?)
            }
            (Value::Date(date), Some(plus)) => {
                let moved = date.checked_add(Span::new().months(plus.months));
                let moved = moved.and_then(|date| date.checked_add(Span::new().days(plus.days)));
                Value::Date(moved.map_err(|error| error.to_string())?)
            }
            (value, _) => value,
        })
    }

    pub fn parse(&self, field: &Field, text: &str) -> Result<Value, String> {
        let reason = |error: parse::ParseError| error.to_string();
        Ok(match field.kind {
            FieldKind::Flag => Value::Flag(parse::flag(text).map_err(reason)?),
            _ if text.trim().is_empty() => Value::Null,
            FieldKind::Text | FieldKind::Currency => Value::Text(text.trim().to_owned()),
            FieldKind::Choice(words) if words.contains(&text.trim()) => Value::Text(text.trim().to_owned()),
            FieldKind::Choice(words) => return Err(format!("write one of {}", words.join(", "))),
            FieldKind::Integer => {
                let (amount, _) = parse::decimal(text, self.numbers).map_err(reason)?;
                let whole = amount.to_text().parse().map_err(|_| "write a whole number".to_owned())?;
                Value::Integer(whole)
            }
            FieldKind::Decimal => Value::Decimal(parse::decimal(text, self.numbers).map_err(reason)?.0),
            FieldKind::Money => Value::Money(parse::money(text, None, self.numbers).map_err(reason)?),
            FieldKind::Date => Value::Date(parse::date(text, &self.dates).map_err(reason)?),
            FieldKind::Moment => Value::Moment(parse::moment(text, &self.dates, &self.zone).map_err(reason)?),
            FieldKind::Reference(_) => return Err("a reference is looked up, not read".to_owned()),
        })
    }

    /// Says it once when a name differs from an earlier one only by a space, its case or its width.
    pub fn compare_name(&mut self, record_type: &'static RecordType, name: &str, place: &Problem) {
        if self.names.len() >= NAMES_COMPARED {
            return;
        }
        match self.names.entry((record_type.name, parse::tidy_key(name))) {
            Entry::Vacant(free) => {
                free.insert(name.to_owned());
            }
            Entry::Occupied(taken) if taken.get() != name => {
                let earlier = taken.get().clone();
                self.warn(|| {
                    format!("{place}{name:?} and {earlier:?} differ only by a space or by case; both were kept")
                });
            }
            Entry::Occupied(_) => {}
        }
    }

    /// Resolves references to records that came later; what is still missing is a problem.
    pub async fn settle(&mut self, deferred: &[Deferred]) -> Result<(Vec<Change>, Vec<Problem>), ImportError> {
        self.forget_some();
        let mut wanted: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        for reference in deferred {
            wanted.entry(reference.referenced).or_default().insert(reference.external.clone());
        }
        for (entity, external) in wanted {
            self.find(entity, &external).await?;
        }
        let (mut changes, mut problems) = (Vec::new(), Vec::new());
        for reference in deferred {
            match self.id(reference.referenced, &reference.external) {
                Some(id) => {
                    let fields = vec![(reference.field.name, Value::Reference(id))];
                    let mut change = Change::set(reference.record_type, reference.id, fields);
                    if let Some(moment) = reference.effective_at {
                        change = change.effective_at(moment);
                    }
                    changes.push(change);
                }
                None => problems.push(reference.problem.clone()),
            }
        }
        Ok((changes, problems))
    }
}

fn dated(checked: &Checked) -> BTreeSet<(&'static str, &'static str)> {
    let histories = checked.mapping.file.iter().zip(&checked.targets).filter(|(map, _)| map.history);
    histories
        .flat_map(|(_, target)| target.fields.iter().map(|(field, _)| (target.record_type.name, field.name)))
        .collect()
}
