//! What happened to a record, newest first.

use crate::show::{self, Names};
use access::{Access, PERSON};
use base::{RecordId, Seq};
use db::{Reader, Record};
use jiff::{Timestamp, civil::Time, tz::TimeZone};
use maud::{Markup, Render, html};
use rules::{
    log::{Event as LogEvent, Imports, LogRow, Origin, Timeline, voided},
    record::{EXTERNAL_SOURCE, Field, RecordType, Value},
};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::{
    WebError, Words,
    components::{Event, Mood, Panel, Purpose, button, empty, facts, record_link, tag, timeline},
};

const EVENTS: usize = 50;
const DAY_SECONDS: i64 = 24 * 3600;

/// A record's rows with what they are read with.
pub(super) struct History {
    record_type: &'static RecordType,
    rows: Vec<LogRow>,
    imports: Imports,
    pub zone: TimeZone,
}

impl History {
    pub async fn of(reader: &Reader, access: &Access, record: &Record) -> Result<Self, WebError> {
        Ok(Self {
            record_type: record.record_type,
            rows: reader.history(record.record_type, record.id).await.map_err(WebError::internal)?,
            imports: reader.imports().await.map_err(WebError::internal)?,
            zone: access::time_zone(access.db()).await.map_err(WebError::internal)?,
        })
    }

    /// Without what was written after a seq.
    pub fn known_at(mut self, seq: Seq) -> Self {
        self.rows.retain(|row| row.seq <= seq);
        self
    }

    /// What the record was at a moment; as it was entered for the time before that. None: nobody knew of it.
    pub fn values_at(&self, moment: Timestamp) -> Option<BTreeMap<&'static str, Value>> {
        let known = Timeline::known(&self.rows, &self.imports, Seq(i64::MAX))?;
        let held = |field: &Field| (field.name, known.held_at(field.name, moment).clone());
        Some(self.record_type.all_fields().map(held).collect())
    }

    /// Every value the field had up to now.
    pub fn had(&self, field: &str, now: Timestamp) -> BTreeSet<RecordId> {
        let known = Timeline::known(&self.rows, &self.imports, Seq(i64::MAX));
        let steps = known.as_ref().map(|known| known.steps(field)).unwrap_or_default().iter();
        steps.filter(|step| step.effective_at <= now).filter_map(|step| step.value.as_reference()).collect()
    }

    /// From when on the field was set by one of these rows, and when its next value begins.
    pub fn until_later(&self, words: Words, field: &str, seqs: (Seq, Seq)) -> Option<(String, String)> {
        let known = Timeline::known(&self.rows, &self.imports, Seq(i64::MAX))?;
        let steps = known.steps(field);
        let set = steps.iter().find(|step| seqs.0 <= step.seq && step.seq <= seqs.1)?;
        let next = steps.iter().find(|step| step.effective_at > set.effective_at)?;
        let day = |moment: Timestamp| words.date(moment.to_zoned(self.zone.clone()).date());
        Some((day(set.effective_at), day(next.effective_at)))
    }

    /// What was learnt late is marked; `undo` is where a change is taken back, for who may.
    pub async fn panel(
        &self,
        words: Words,
        reader: &Reader,
        access: &Access,
        undo: Option<&str>,
    ) -> Result<Markup, WebError> {
        let fields = self.rows.iter().flat_map(|row| row.event.fields());
        let values = fields.filter_map(|(name, value)| Some((self.record_type.field(name)?, value.clone()))).collect();
        let names = Names::of(reader, access.db().registry(), values).await.map_err(WebError::internal)?;
        let names = names.in_zone(&self.zone);
        let actors: BTreeSet<RecordId> = self.rows.iter().filter_map(|row| row.actor).collect();
        let actors = reader.many(&PERSON, &actors).await.map_err(WebError::internal)?;
        let shown = Shown {
            words,
            history: self,
            names: &names,
            actors: &actors,
            imports: &self.imports_to_open(reader, access).await?,
            void: &voided(&self.rows, &self.imports, Seq(i64::MAX)),
            undo,
        };
        let events: Vec<Event> = (0..self.rows.len()).rev().take(EVENTS).map(|place| shown.event(place)).collect();
        let body = html! {
            @if events.is_empty() { (empty(&words.t("empty-list"), "", None)) } @else { (timeline(&events)) }
        };
        let left_out = i64::try_from(self.rows.len() - events.len()).unwrap_or(i64::MAX);
        let footer = (left_out > 0).then(|| super::not_shown(words, left_out));
        let title = words.t("history");
        Ok(Panel { id: "history", title: &title, body, is_flush: true, footer, ..Panel::default() }.render())
    }

    /// The imports behind the rows that the reader may open.
    async fn imports_to_open(&self, reader: &Reader, access: &Access) -> Result<BTreeSet<RecordId>, WebError> {
        let Some(import) = access.db().registry().get(db::IMPORT_ENTITY) else { return Ok(BTreeSet::new()) };
        let of = |row: &LogRow| if let Origin::Import(id) = row.origin { Some(id) } else { None };
        let ids: BTreeSet<RecordId> = self.rows.iter().filter_map(of).collect();
        Ok(reader.many(import, &ids).await.map_err(WebError::internal)?.into_keys().collect())
    }

    /// What was known before a change, as it is known now.
    fn before(&self, place: usize) -> Option<Timeline> {
        let is_set = matches!(self.rows[place].event, LogEvent::Set(_));
        is_set.then(|| Timeline::known(&self.rows[..place], &self.imports, Seq(i64::MAX))).flatten()
    }
}

/// What events are shown with.
struct Shown<'a> {
    words: Words,
    history: &'a History,
    names: &'a Names,
    actors: &'a BTreeMap<RecordId, Record>,
    imports: &'a BTreeSet<RecordId>,
    /// Seqs that were taken back.
    void: &'a BTreeSet<Seq>,
    undo: Option<&'a str>,
}

impl Shown<'_> {
    fn event(&self, place: usize) -> Event {
        let words = self.words;
        let row = &self.history.rows[place];
        let recorded = row.recorded_at.to_zoned(self.history.zone.clone());
        let effective = row.effective_at.to_zoned(self.history.zone.clone());
        let (key, icon) = match row.event {
            LogEvent::Create(_) => ("event-create", "plus"),
            LogEvent::Set(_) => ("event-set", "pencil"),
            LogEvent::Archive => ("event-archive", "inbox"),
            LogEvent::Merge { .. } => ("event-merge", "corner-down-right"),
            LogEvent::Void(_) | LogEvent::VoidImport => ("event-void", "undo-2"),
            LogEvent::Erase => ("event-erase", "x"),
        };
        let is_late = recorded.timestamp().as_second() - effective.timestamp().as_second() > DAY_SECONDS;
        let is_void = self.void.contains(&row.seq);
        let is_change = matches!(row.event, LogEvent::Set(_)) && !matches!(row.origin, Origin::Import(_));
        let undo = self.undo.filter(|_| is_change && !is_void);
        let changes = self.changes(place);
        let detail = html! {
            @if is_late {
                p.mut { (words.t_with("known-since", &[("date", words.moment(recorded.datetime()).into())])) }
            }
            @if !changes.is_empty() { (facts(&changes)) }
            @if let Some(undo) = undo {
                form method="post" action=(format!("{undo}/{}-{}", row.seq, row.seq)) {
                    (button(Purpose::Quiet, &words.t("undo")))
                }
            }
        };
        let what = html! {
            (words.t(key)) " · " (self.origin(row))
            @if is_void { " " (tag(Mood::Neutral, &words.t("event-void"))) }
        };
        // What holds from a day on begins with it, and has no hour of its own.
        let is_whole_day = effective.time() == Time::midnight();
        Event {
            icon,
            date: words.date(effective.date()),
            time: (!is_whole_day).then(|| words.time(effective.datetime())),
            machine_time: row.effective_at.to_string(),
            what,
            detail: Some(detail),
            is_late,
        }
    }

    fn origin(&self, row: &LogRow) -> Markup {
        let words = self.words;
        let Origin::Import(id) = row.origin else {
            return show::author(words, row.actor.and_then(|id| self.actors.get(&id))).render();
        };
        let name = words.t_with("by-import", &[("import", id.to_string().into())]);
        match crate::path(db::IMPORT_ENTITY).filter(|_| self.imports.contains(&id)) {
            Some(path) => record_link(&format!("{path}/{id}"), &name),
            None => name.render(),
        }
    }

    /// What a change set, each with the value it took the place of.
    fn changes(&self, place: usize) -> Vec<(String, Markup)> {
        let row = &self.history.rows[place];
        if !matches!(row.event, LogEvent::Set(_)) {
            return Vec::new();
        }
        let known = self.history.before(place);
        let fields = row.event.fields().iter().filter(|(name, _)| *name != EXTERNAL_SOURCE);
        let shown = |field: &Field, value: &Value| show::value(self.words, field, value, self.names);
        fields
            .filter_map(|(name, value)| {
                let field = self.history.record_type.field(name)?;
                let before = known.as_ref().map_or(&Value::Null, |known| known.value_at(name, row.effective_at));
                let change = html! {
                    @if *before != Value::Null && before != value { (shown(field, before)) " → " }
                    (shown(field, value))
                };
                Some((self.words.field(name), change))
            })
            .collect()
    }
}
