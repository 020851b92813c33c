//! From rows to changes: parse each cell, find the records that are meant, and say what differs.

use crate::{
    beside::values_from,
    context::{Context, EMAIL, NAME},
    mapping::{Detail, FileMap, Lookup, Missing, Target},
    parse,
    report::{Counts, Problem},
    run::ImportError,
    table::Row,
};
use base::RecordId;
use db::{Change, Filter, ListQuery, Record};
use jiff::Timestamp;
use rules::{
    log::{Event, Fields, LogRow, Origin},
    record::{EXTERNAL_ID, EXTERNAL_SOURCE, Field, RecordType, Value},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

/// A reference whose record was not there yet.
#[derive(Debug, Clone)]
pub(crate) struct Deferred {
    pub record_type: &'static RecordType,
    pub id: RecordId,
    pub field: &'static Field,
    pub referenced: &'static str,
    pub external: String,
    pub effective_at: Option<Timestamp>,
    pub problem: Problem,
}

/// What a batch of rows comes to.
#[derive(Default)]
pub(crate) struct Outcome {
    pub changes: Vec<Change>,
    pub counts: BTreeMap<&'static str, Counts>,
    pub problems: Vec<Problem>,
    pub deferred: Vec<Deferred>,
}

/// One file's columns, found once.
pub(crate) struct Batch<'a> {
    map: &'a FileMap,
    target: &'a Target,
    columns: HashMap<String, usize>,
    value_maps: HashMap<&'static str, HashMap<String, String>>,
    /// Keys seen in this file, by line: the same key twice is a problem of the second row.
    seen: HashMap<u64, u64>,
}

/// What this source said of a record before.
#[derive(Default)]
struct Earlier {
    values: BTreeMap<&'static str, Value>,
    is_erased: bool,
}

/// A row read, its references not yet looked up.
struct Draft {
    line: u64,
    key: String,
    when: Option<Timestamp>,
    values: Fields,
    references: Vec<(&'static Field, &'static str, String)>,
}

impl<'a> Batch<'a> {
    pub fn new(
        map: &'a FileMap,
        target: &'a Target,
        columns: &[String],
        context: &Context,
    ) -> Result<Self, ImportError> {
        let columns: HashMap<String, usize> =
            columns.iter().enumerate().map(|(place, name)| (name.clone(), place)).collect();
        let mut batch = Self { map, target, columns, value_maps: HashMap::new(), seen: HashMap::new() };
        for (field, detail) in &target.fields {
            if let Some(from) = &detail.values_from {
                batch.value_maps.insert(field.name, values_from(from, context)?);
            }
        }
        for column in named(map, target) {
            if !batch.columns.contains_key(&column) {
                let mut names: Vec<&str> = batch.columns.keys().map(String::as_str).collect();
                names.sort_unstable();
                return Err(ImportError::NoColumn { file: map.file.clone(), column, columns: names.join(", ") });
            }
        }
        Ok(batch)
    }

    /// What these rows change. Of rows that were written before an import was interrupted, only references that waited for
    /// records further down are still to be settled.
    pub async fn plan(&mut self, context: &mut Context, rows: &[Row], is_done: bool) -> Result<Outcome, ImportError> {
        context.forget_some();
        let mut outcome = Outcome::default();
        let mut drafts: Vec<Draft> = Vec::with_capacity(rows.len());
        for row in rows {
            if self.map.once && self.seen.contains_key(&hashed(&self.template(row, &self.map.key))) {
                continue;
            }
            match self.draft(context, row) {
                Ok(draft) => drafts.push(draft),
                Err(problem) => outcome.problems.push(problem),
            }
        }
        self.find_ids(context, &drafts).await?;
        self.find_by_field(context, &drafts, &mut outcome).await?;
        let known: BTreeSet<RecordId> =
            drafts.iter().filter_map(|draft| context.id(self.target.record_type.name, &draft.key)).collect();
        if self.map.history {
            self.plan_history(context, drafts, &known, &mut outcome).await?;
            return Ok(outcome);
        }
        let present = context.reader().many(self.target.record_type, &known).await?;
        if self.map.once {
            let is_there = |draft: &Draft| {
                context.id(self.target.record_type.name, &draft.key).is_some_and(|id| present.contains_key(&id))
            };
            let known = drafts.len();
            drafts.retain(|draft| !is_there(draft));
            outcome.counts.entry(self.target.record_type.name).or_default().unchanged += (known - drafts.len()) as u64;
        }
        let before = self.last_imported(context, &drafts, &present).await?;
        for draft in drafts {
            if is_done {
                self.wait_again(context, &draft, &present, &mut outcome);
            } else {
                self.decide(context, draft, &present, &before, &mut outcome).await?;
            }
        }
        Ok(outcome)
    }

    fn problem(&self, line: u64, column: &str, value: &str, reason: impl Into<String>) -> Problem {
        Problem {
            file: self.map.file.clone(),
            line,
            column: column.to_owned(),
            value: value.to_owned(),
            reason: reason.into(),
        }
    }

    fn cell<'r>(&self, row: &'r Row, column: &str) -> &'r str {
        self.columns.get(column).map_or("", |place| row.get(*place))
    }

    fn template(&self, row: &Row, template: &str) -> String {
        let mut text = template.to_owned();
        for name in names_in(template) {
            text = text.replace(&format!("{{{name}}}"), self.cell(row, &name).trim());
        }
        text.trim().to_owned()
    }

    fn draft(&mut self, context: &mut Context, row: &Row) -> Result<Draft, Problem> {
        let key = self.template(row, &self.map.key);
        if names_in(&self.map.key).iter().any(|name| self.cell(row, name).trim().is_empty()) {
            return Err(self.problem(row.line, &self.map.key, &key, "the key is empty; every row needs its own"));
        }
        if let Some(line) = self.seen.get(&hashed(&key)).filter(|_| !self.map.history) {
            let reason = format!("the key stands on line {line} already; the first row was taken");
            return Err(self.problem(row.line, &self.map.key, &key, reason));
        }
        let mut draft = Draft { line: row.line, key, when: None, values: Vec::new(), references: Vec::new() };
        if let Some(column) = &self.map.when {
            let text = self.cell(row, column);
            if !text.trim().is_empty() {
                let moment = parse::moment(text, &context.dates, &context.zone)
                    .map_err(|error| self.problem(row.line, column, text, error.to_string()))?;
                // What is dated ahead has not happened yet: the record counts from now. A change may be planned.
                draft.when = Some(moment).filter(|moment| self.map.history || *moment <= context.db.now());
            } else if self.map.history {
                return Err(self.problem(row.line, column, text, "say from when on this holds"));
            }
        }
        for (field, detail) in &self.target.fields {
            let text = self.text(row, field, detail)?;
            let column = detail.column.as_deref().or(detail.text.as_deref()).unwrap_or(field.name);
            if let Some(referenced) = Target::referenced(field) {
                if text.is_empty() && field.required {
                    return Err(self.problem(row.line, column, &text, "a value is needed here"));
                }
                draft.references.push((field, referenced, text));
                continue;
            }
            let value =
                context.read(field, detail, &text).map_err(|reason| self.problem(row.line, column, &text, reason))?;
            if value != Value::Null {
                let fits = self.target.record_type.check(field.name, &value);
                fits.map_err(|error| self.problem(row.line, column, &text, error.to_string()))?;
            }
            if value == Value::Null && field.required {
                return Err(self.problem(row.line, column, &text, "a value is needed here"));
            }
            if field.name == self.target.record_type.title {
                let place = self.problem(row.line, column, &text, "");
                context.compare_name(self.target.record_type, text.as_str(), &place);
            }
            draft.values.push((field.name, value));
        }
        if let Some((earlier, later)) = self.out_of_order(&draft) {
            let place = self.problem(row.line, later, "", "");
            context.warn(|| {
                format!("{place}: it comes before {earlier}; the row was taken, and its length counts nowhere")
            });
        }
        self.seen.insert(hashed(&draft.key), row.line);
        Ok(draft)
    }

    /// Two dates of a record that ought to follow one another and do not.
    fn out_of_order(&self, draft: &Draft) -> Option<(&'static str, &'static str)> {
        let date =
            |name: &str| draft.values.iter().find(|(own, _)| *own == name).and_then(|(_, value)| value.as_date());
        let ordered = self.target.record_type.ordered.iter().copied();
        ordered.into_iter().find(|(earlier, later)| date(earlier).zip(date(later)).is_some_and(|(from, to)| to < from))
    }

    /// The cell's text after the mapping's value maps.
    fn text(&self, row: &Row, field: &Field, detail: &Detail) -> Result<String, Problem> {
        if detail.only_if.as_ref().is_some_and(|only| self.cell(row, &only.column).trim() != only.is) {
            return Ok(String::new());
        }
        let raw = match (&detail.column, &detail.text, &detail.constant) {
            (Some(column), ..) => self.cell(row, column).to_owned(),
            (_, Some(template), _) => self.template(row, template),
            (_, _, Some(constant)) => constant.clone(),
            _ => String::new(),
        };
        let map = match (&detail.values, self.value_maps.get(field.name)) {
            (Some(values), _) => values.get(raw.trim()),
            (None, Some(values)) => values.get(raw.trim()),
            (None, None) => return Ok(raw),
        };
        if raw.trim().is_empty() {
            return Ok(raw);
        }
        map.or(detail.otherwise.as_ref()).cloned().ok_or_else(|| {
            let column = detail.column.as_deref().unwrap_or(field.name);
            self.problem(
                row.line,
                column,
                &raw,
                "the mapping has no value for this; add it to `values` or give `otherwise`",
            )
        })
    }

    async fn find_ids(&self, context: &mut Context, drafts: &[Draft]) -> Result<(), ImportError> {
        let mut wanted: BTreeMap<&'static str, BTreeSet<String>> = BTreeMap::new();
        wanted.insert(self.target.record_type.name, drafts.iter().map(|draft| draft.key.clone()).collect());
        for draft in drafts {
            for (field, referenced, text) in &draft.references {
                if self.detail(field).lookup == Lookup::ExternalId && !text.is_empty() {
                    wanted.entry(referenced).or_default().insert(text.trim().to_owned());
                }
            }
        }
        for (entity, external) in wanted {
            context.find(entity, &external).await?;
        }
        Ok(())
    }

    fn detail(&self, field: &Field) -> &Detail {
        let place = self.target.fields.iter().position(|(own, _)| own.name == field.name).unwrap_or(0);
        &self.target.fields[place].1
    }

    /// References by name or e-mail; a missing one is made when the mapping says so.
    async fn find_by_field(
        &self,
        context: &mut Context,
        drafts: &[Draft],
        outcome: &mut Outcome,
    ) -> Result<(), ImportError> {
        for draft in drafts {
            for (field, referenced, text) in &draft.references {
                let detail = self.detail(field);
                let (by, prefix) = match detail.lookup {
                    Lookup::ExternalId => continue,
                    Lookup::Name => ("name", NAME),
                    Lookup::Email => ("email", EMAIL),
                };
                let external = format!("{prefix}{}", text.trim());
                if context.shared_names.contains(&(*referenced, external.clone())) {
                    context.ids.remove(&(*referenced, external));
                    continue;
                }
                if text.trim().is_empty() || context.id(referenced, &external).is_some() {
                    continue;
                }
                context.find(referenced, &BTreeSet::from([external.clone()])).await?;
                if context.id(referenced, &external).is_some() {
                    continue;
                }
                let Some(record_type) = context.db.registry().get(referenced) else { continue };
                let query = ListQuery {
                    filters: vec![Filter(by, Value::Text(text.trim().to_owned()))],
                    limit: 2,
                    ..ListQuery::default()
                };
                let found = context.reader().list(record_type, &query).await?;
                if let [only] = found.as_slice() {
                    context.ids.insert((referenced, external), only.id);
                } else if found.is_empty() && detail.missing == Missing::Create {
                    let id = context.new_id(referenced, &external).await?;
                    let named = Value::Text(text.trim().to_owned());
                    let mut fields: Fields = vec![(record_type.title, named.clone())];
                    if by != record_type.title {
                        fields.push((by, named));
                    }
                    // An external id stands open in the log; a person's name or address may not.
                    if record_type.field(by).is_some_and(|field| !field.personal) {
                        fields.push((EXTERNAL_SOURCE, Value::Text(context.source.clone())));
                        fields.push((EXTERNAL_ID, Value::Text(external)));
                    }
                    outcome.changes.push(Change::create(record_type, id, fields));
                    outcome.counts.entry(record_type.name).or_default().created += 1;
                }
            }
        }
        Ok(())
    }

    /// For records that differ from their row: what the last import from this source had said of each field. What somebody
    /// changed since stays when the file still says what it said then.
    async fn last_imported(
        &self,
        context: &Context,
        drafts: &[Draft],
        present: &BTreeMap<RecordId, Record>,
    ) -> Result<HashMap<RecordId, Earlier>, ImportError> {
        let mut wanted = BTreeSet::new();
        for draft in drafts {
            let Some(id) = context.id(self.target.record_type.name, &draft.key).filter(|id| id.0 > 0) else { continue };
            let differs =
                |record: &Record| self.complete(context, draft).iter().any(|(name, value)| record.value(name) != value);
            // Absent records come back, but what was erased of them does not.
            if present.get(&id).is_none_or(differs) {
                wanted.insert(id);
            }
        }
        let mut before = HashMap::new();
        for id in wanted {
            // One by one: personal fields are needed, and differing records are few.
            let rows = context.db.system().history(self.target.record_type, id).await?;
            let void = rules::log::voided(&rows, &context.imports, base::Seq(i64::MAX));
            let counts = |row: &&LogRow| {
                matches!(row.origin, Origin::Import(import) if context.counts(import)) && !void.contains(&row.seq)
            };
            let mut said =
                Earlier { is_erased: rows.iter().any(|row| row.event == Event::Erase), ..Earlier::default() };
            let began = rows.iter().find(|row| matches!(row.event, Event::Create(_))).map(|row| row.effective_at);
            for row in rows.iter().filter(counts) {
                let is_first = Some(row.effective_at) == began;
                let fields = row.event.fields().iter();
                let plain = fields.filter(|(name, _)| is_first || !self.is_dated(context, name));
                said.values.extend(plain.cloned());
            }
            before.insert(id, said);
        }
        Ok(before)
    }

    /// Rows of a history: each sets its fields from its own moment on, once.
    async fn plan_history(
        &self,
        context: &mut Context,
        drafts: Vec<Draft>,
        known: &BTreeSet<RecordId>,
        outcome: &mut Outcome,
    ) -> Result<(), ImportError> {
        let record_type = self.target.record_type;
        let stored: BTreeSet<RecordId> = known.iter().copied().filter(|id| id.0 > 0).collect();
        let histories = context.db.system().histories(record_type, &stored).await?;
        for draft in drafts {
            let problem = |column: &str, text: &str, reason: String| self.problem(draft.line, column, text, reason);
            let Some(id) = context.id(record_type.name, &draft.key) else {
                let reason = format!("there is no {} {}", record_type.name, draft.key);
                outcome.problems.push(problem(&self.map.key, &draft.key, reason));
                continue;
            };
            let fields = self.complete(context, &draft);
            let missing = draft.references.iter().find(|(field, _, text)| {
                !text.trim().is_empty() && !fields.iter().any(|(name, _)| *name == field.name)
            });
            if let Some((field, referenced, text)) = missing {
                let column = self.detail(field).column.as_deref().unwrap_or(field.name);
                outcome.problems.push(problem(column, text, format!("there is no {referenced} {}", text.trim())));
                continue;
            }
            let said_before = |row: &LogRow| {
                let counts = matches!(row.origin, Origin::Import(import) if context.counts(import));
                let own = row.event.fields();
                counts && Some(row.effective_at) == draft.when && fields.iter().all(|field| own.contains(field))
            };
            let is_known = histories.get(&id).is_some_and(|rows| rows.iter().any(said_before));
            let counts = outcome.counts.entry(record_type.name).or_default();
            if is_known {
                counts.unchanged += 1;
                continue;
            }
            counts.changed += 1;
            let change = Change::set(record_type, id, fields);
            outcome.changes.push(draft.when.into_iter().fold(change, Change::effective_at));
        }
        Ok(())
    }

    fn is_dated(&self, context: &Context, field: &'static str) -> bool {
        context.dated.contains(&(self.target.record_type.name, field))
    }

    /// The draft's values with every reference that is known.
    fn complete(&self, context: &Context, draft: &Draft) -> Fields {
        let mut fields = draft.values.clone();
        for (field, referenced, text) in &draft.references {
            let value = if text.trim().is_empty() {
                Some(Value::Null)
            } else {
                context.id(referenced, &self.external(field, text)).map(Value::Reference)
            };
            fields.extend(value.map(|value| (field.name, value)));
        }
        fields
    }

    fn external(&self, field: &Field, text: &str) -> String {
        match self.detail(field).lookup {
            Lookup::ExternalId => text.trim().to_owned(),
            Lookup::Name => format!("{NAME}{}", text.trim()),
            Lookup::Email => format!("{EMAIL}{}", text.trim()),
        }
    }

    /// The references of a row that is there already and names nothing yet.
    fn wait_again(
        &self,
        context: &Context,
        draft: &Draft,
        present: &BTreeMap<RecordId, Record>,
        outcome: &mut Outcome,
    ) {
        let record_type = self.target.record_type;
        let Some(record) = context.id(record_type.name, &draft.key).and_then(|id| present.get(&id)) else { return };
        for (field, referenced, text) in &draft.references {
            let is_open = *record.value(field.name) == Value::Null && !text.trim().is_empty();
            if !is_open
                || self.detail(field).lookup != Lookup::ExternalId
                || self.detail(field).missing == Missing::Empty
            {
                continue;
            }
            let column = self.detail(field).column.as_deref().unwrap_or(field.name);
            let reason = format!("there is no {referenced} {}", text.trim());
            let problem = self.problem(draft.line, column, text, reason);
            let external = text.trim().to_owned();
            let effective_at = draft.when.filter(|_| record.import == context.import);
            outcome.deferred.push(Deferred {
                record_type,
                id: record.id,
                field,
                referenced,
                external,
                effective_at,
                problem,
            });
        }
    }

    async fn decide(
        &self,
        context: &mut Context,
        draft: Draft,
        present: &BTreeMap<RecordId, Record>,
        before: &HashMap<RecordId, Earlier>,
        outcome: &mut Outcome,
    ) -> Result<(), ImportError> {
        let record_type = self.target.record_type;
        let mut fields = self.complete(context, &draft);
        let mut waiting = Vec::new();
        for (field, referenced, text) in &draft.references {
            if text.trim().is_empty() || fields.iter().any(|(name, _)| *name == field.name) {
                continue;
            }
            let detail = self.detail(field);
            let column = detail.column.as_deref().unwrap_or(field.name);
            let key = (*referenced, self.external(field, text));
            let reason = if context.shared_names.contains(&key) {
                format!("several records are called {}; name one by its external id", text.trim())
            } else {
                format!("there is no {referenced} {}", text.trim())
            };
            let problem = self.problem(draft.line, column, text, reason);
            if detail.missing == Missing::Empty {
                continue;
            }
            if field.required || detail.lookup != Lookup::ExternalId {
                outcome.problems.push(problem);
                return Ok(());
            }
            waiting.push((*field, *referenced, text.trim().to_owned(), problem));
        }
        let known = context.id(record_type.name, &draft.key);
        let record = known.and_then(|id| present.get(&id));
        let id = match known {
            Some(id) => id,
            None => context.new_id(record_type.name, &draft.key).await?,
        };
        context.known_as(record_type, &draft.values, id);
        let said = before.get(&id);
        if said.is_some_and(|said| said.is_erased) {
            fields.retain(|(name, _)| record_type.field(name).is_some_and(|field| !field.personal));
        }
        let mut change = if let Some(record) = record {
            fields.retain(|(name, value)| {
                let before = said.and_then(|said| said.values.get(name)).unwrap_or(&Value::Null);
                // A dated field is compared with what was said of the record's beginning, not with today.
                let is_said = said.is_some() && self.is_dated(context, name);
                (is_said || record.value(name) != value) && before != value
            });
            Change::set(record_type, id, fields)
        } else {
            fields.retain(|(_, value)| *value != Value::Null);
            fields.push((EXTERNAL_SOURCE, Value::Text(context.source.clone())));
            fields.push((EXTERNAL_ID, Value::Text(draft.key.clone())));
            let change = Change::create(record_type, id, fields);
            if let Some(when) = draft.when { change.effective_at(when) } else { change }
        };
        let counts = outcome.counts.entry(record_type.name).or_default();
        match record {
            Some(_) if change.event.fields().is_empty() => counts.unchanged += 1,
            Some(_) => counts.changed += 1,
            None => counts.created += 1,
        }
        // A field with a history of its own is corrected where the record begins, not from now on.
        let is_first = |(name, _): &(&'static str, Value)| draft.when.is_some() && self.is_dated(context, name);
        if let (Event::Set(fields), Some(when)) = (&mut change.event, draft.when) {
            let (first, rest): (Fields, Fields) = std::mem::take(fields).into_iter().partition(is_first);
            *fields = rest;
            if !first.is_empty() {
                outcome.changes.push(Change::set(record_type, id, first).effective_at(when));
            }
        }
        if !change.event.fields().is_empty() {
            outcome.changes.push(change);
        }
        for (field, referenced, external, problem) in waiting {
            let effective_at = draft.when.filter(|_| record.is_none());
            outcome.deferred.push(Deferred { record_type, id, field, referenced, external, effective_at, problem });
        }
        Ok(())
    }
}

/// Keys are remembered by hash, so that a long file takes a few bytes a row.
fn hashed(key: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    key.hash(&mut hasher);
    hasher.finish()
}

/// The columns that a mapping names of a file.
pub(crate) fn named(map: &FileMap, target: &Target) -> Vec<String> {
    let mut named = names_in(&map.key);
    named.extend(map.when.clone());
    for (_, detail) in &target.fields {
        named.extend(detail.column.clone());
        named.extend(detail.text.as_deref().map(names_in).unwrap_or_default());
        named.extend(detail.only_if.iter().map(|only| only.column.clone()));
    }
    named
}

/// The columns a template names.
fn names_in(template: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = template;
    while let Some((_, after)) = rest.split_once('{') {
        let Some((name, after)) = after.split_once('}') else { break };
        names.push(name.to_owned());
        rest = after;
    }
    names
}
