use crate::{
    active,
    edit::{self, Editable},
    show::{self, Names},
};
use access::{Access, Asker, PERSON};
use axum::extract::{Path, Query, State};
use base::{RecordId, Seq};
use db::{Filter, ListQuery, Reader, Record};
use jiff::tz::TimeZone;
use maud::{Markup, Render, html};
use rules::{
    access::edits_records,
    log::{Event as LogEvent, LogRow, Origin, voided},
    record::{EXTERNAL_ID, EXTERNAL_SOURCE, Field, FieldKind, RecordType, Value},
};
use serde::Deserialize;
use std::collections::BTreeSet;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Event, Head, Message, Mood, Panel, Purpose, Row, Step, Table, button, empty, facts, link_button, message,
        page_head, path, record_link, tag, timeline, toast,
    },
};

const RELATED_ROWS: u64 = 20;
const EVENTS: usize = 50;
const DAY_SECONDS: i64 = 24 * 3600;

pub async fn page(
    record_type: &'static RecordType,
    editable: Option<Editable>,
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Query(told): Query<Told>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let own = crate::path(record_type.name).unwrap_or_default();
    let edits = editable.is_some() && edits_records(access::role(&asker.session.person));
    let undo = edits.then(|| format!("{own}/{id}/undo"));
    let reader = access.db().reader(&asker.session.viewer);
    let record = reader.get(record_type, RecordId(id)).await.map_err(WebError::internal)?.ok_or(WebError::NotFound)?;
    let values = record_type.all_fields().map(|field| (field, record.value(field.name).clone())).collect();
    let names = Names::of(&reader, access.db().registry(), values).await.map_err(WebError::internal)?;
    let about: Vec<(String, Markup)> = record_type
        .all_fields()
        .filter(|field| field.name != EXTERNAL_SOURCE && *record.value(field.name) != Value::Null)
        .map(|field| (words.field(field.name), show::value(words, field, record.value(field.name), &names)))
        .collect();
    let title = record.title();
    let kind = words.record(record_type.name);
    let end = html! {
        @if record_type.name == "person" && asker.administers() {
            form method="post" action=(format!("/people/{id}/link")) { (button(Purpose::Plain, &words.t("make-link"))) }
        }
        @if edits {
            (link_button(Purpose::Primary, &format!("{own}/{id}/edit"), Some("pencil"), &words.t("edit")))
        }
        @if record_type.name == "person" {
            a.btn href=(format!("/scorecard?by=rep&entity=%23{id}")) { (words.t("scorecard")) }
        }
    };
    let content = html! {
        (page_head(&title, Some(&kind), &end))
        (told.later(words, record_type))
        @if let Some(editable) = editable { (way(words, &reader, &editable, &record).await?) }
        div.cols.pair {
            div.stack {
                (Panel { id: "about", title: &kind, body: facts(&about), ..Panel::default() })
                @for panel in related(words, &reader, &access, &record).await? { (panel) }
            }
            (history(words, &reader, &access, &record, undo.as_deref()).await?)
        }
    };
    let toast = told.toast(words, undo.as_deref());
    Ok(asker.telling(&title, Some(&active(record_type)), None, toast, &content))
}

/// Lists of the records that name this one: an order's lines, an account's contacts and orders.
async fn related(words: Words, reader: &Reader, access: &Access, record: &Record) -> Result<Vec<Markup>, WebError> {
    let mut panels = Vec::new();
    for other in access.db().registry().iter() {
        for field in other.fields.iter().filter(|field| field.kind == FieldKind::Reference(record.record_type.name)) {
            let query = ListQuery {
                filters: vec![Filter::Equals(field.name, Value::Reference(record.id))],
                limit: RELATED_ROWS,
                ..ListQuery::default()
            };
            let count = reader.count(other, &query).await.map_err(WebError::internal)?;
            if count == 0 {
                continue;
            }
            let records = reader.list(other, &query).await.map_err(WebError::internal)?;
            panels.push(related_panel(words, reader, access, other, field, &records, count).await?);
        }
    }
    Ok(panels)
}

async fn related_panel(
    words: Words,
    reader: &Reader,
    access: &Access,
    other: &'static RecordType,
    through: &Field,
    records: &[Record],
    count: u64,
) -> Result<Markup, WebError> {
    let columns: Vec<&'static Field> =
        other.fields.iter().filter(|field| field.name != through.name && field.name != other.title).take(4).collect();
    let values = show::values(records, &columns);
    let names = Names::of(reader, access.db().registry(), values).await.map_err(WebError::internal)?;
    let path = crate::path(other.name);
    let title = words.records(other.name);
    let first = other.field(other.title).filter(|field| field.name != EXTERNAL_ID);
    let head = first.map_or_else(|| words.record(other.name), |field| words.field(field.name));
    let mut heads = vec![Head::text(head)];
    heads.extend(columns.iter().map(|field| {
        let name = words.field(field.name);
        if show::is_figure(field.kind) { Head::number(name) } else { Head::text(name) }
    }));
    let rows = records.iter().map(|record| {
        let cells = columns.iter().map(|field| {
            let shown = show::value(words, field, record.value(field.name), &names);
            if show::is_figure(field.kind) { Cell::number(shown) } else { Cell::text(shown) }
        });
        let cells = cells.collect();
        match &path {
            Some(path) => Row::new(record_link(&format!("{path}/{}", record.id), &record.title()), cells),
            None => Row::new(record.title(), cells),
        }
    });
    let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
    let note = words.t_with("rows-count", &[("count", i64::try_from(count).unwrap_or(i64::MAX).into())]);
    let id = format!("{}-{}", other.name, through.name);
    Ok(Panel { id: &id, title: &title, note: Some(&note), body: table.render(), is_flush: true, ..Panel::default() }
        .render())
}

/// The record's place among the steps it moves through.
async fn way(words: Words, reader: &Reader, editable: &Editable, record: &Record) -> Result<Markup, WebError> {
    let Some(narrowed) = editable.narrowed.first() else { return Ok(html! {}) };
    let mut steps = edit::offered(reader, editable, record, narrowed.field).await.map_err(WebError::internal)?;
    let now = record.value(narrowed.field).as_reference();
    if let Some(here) = steps.iter().find(|step| Some(step.id) == now).cloned() {
        steps.retain(|step| (narrowed.leads)(&here, step));
    }
    let Some(now) = steps.iter().position(|step| Some(step.id) == now) else { return Ok(html! {}) };
    let steps: Vec<Step> = steps.iter().map(|step| Step { name: step.title(), note: None }).collect();
    Ok(path(&words.field(narrowed.field), &steps, now))
}

/// What happened to the record, newest first; what was learnt late is marked.
async fn history(
    words: Words,
    reader: &Reader,
    access: &Access,
    record: &Record,
    undo: Option<&str>,
) -> Result<Markup, WebError> {
    let zone = access::time_zone(access.db()).await.map_err(WebError::internal)?;
    let imports = reader.imports().await.map_err(WebError::internal)?;
    let rows = reader.history(record.record_type, record.id).await.map_err(WebError::internal)?;
    let fields = rows.iter().flat_map(|row| row.event.fields());
    let values = fields.filter_map(|(name, value)| Some((record.record_type.field(name)?, value.clone()))).collect();
    let names = Names::of(reader, access.db().registry(), values).await.map_err(WebError::internal)?;
    let actors: BTreeSet<RecordId> = rows.iter().filter_map(|row| row.actor).collect();
    let actors = reader.many(&PERSON, &actors).await.map_err(WebError::internal)?;
    let void = voided(&rows, &imports, Seq(i64::MAX));
    let shown = Shown { words, record_type: record.record_type, names: &names, zone: &zone, void: &void, undo };
    let events: Vec<Event> = rows
        .iter()
        .rev()
        .take(EVENTS)
        .map(|row| {
            let actor = row.actor.and_then(|id| actors.get(&id)).map(Record::title);
            shown.event(row, actor)
        })
        .collect();
    let body = html! {
        @if events.is_empty() { (empty(&words.t("empty-list"), "", None)) } @else { (timeline(&events)) }
    };
    Ok(Panel { id: "history", title: &words.t("history"), body, ..Panel::default() }.render())
}

/// What a history is shown with.
struct Shown<'a> {
    words: Words,
    record_type: &'static RecordType,
    names: &'a Names,
    zone: &'a TimeZone,
    /// Seqs that were taken back.
    void: &'a BTreeSet<Seq>,
    /// Where a change is taken back, for who may.
    undo: Option<&'a str>,
}

impl Shown<'_> {
    fn event(&self, row: &LogRow, actor: Option<String>) -> Event {
        let words = self.words;
        let recorded = row.recorded_at.to_zoned(self.zone.clone());
        let effective = row.effective_at.to_zoned(self.zone.clone());
        let (key, icon) = match row.event {
            LogEvent::Create(_) => ("event-create", "plus"),
            LogEvent::Set(_) => ("event-set", "pencil"),
            LogEvent::Archive => ("event-archive", "inbox"),
            LogEvent::Merge { .. } => ("event-merge", "corner-down-right"),
            LogEvent::Void(_) | LogEvent::VoidImport => ("event-void", "undo-2"),
            LogEvent::Erase => ("event-erase", "x"),
        };
        let origin = match row.origin {
            Origin::Import(id) => words.t_with("by-import", &[("import", id.to_string().into())]),
            _ => actor.unwrap_or_else(|| words.t("by-operator")),
        };
        let is_late = recorded.timestamp().as_second() - effective.timestamp().as_second() > DAY_SECONDS;
        let is_void = self.void.contains(&row.seq);
        let is_change = matches!(row.event, LogEvent::Set(_)) && !matches!(row.origin, Origin::Import(_));
        let undo = self.undo.filter(|_| is_change && !is_void);
        let changes: Vec<(String, Markup)> = row
            .event
            .fields()
            .iter()
            .filter(|(name, _)| *name != EXTERNAL_SOURCE)
            .filter_map(|(name, value)| {
                let field = self.record_type.field(name)?;
                Some((words.field(name), show::value(words, field, value, self.names)))
            })
            .collect();
        let detail = html! {
            @if is_late {
                p.mut { (words.t_with("known-since", &[("date", words.date(recorded.date()).into())])) }
            }
            @if matches!(row.event, LogEvent::Set(_)) && !changes.is_empty() { (facts(&changes)) }
            @if let Some(undo) = undo {
                form method="post" action=(format!("{undo}/{}-{}", row.seq, row.seq)) {
                    (button(Purpose::Quiet, &words.t("undo")))
                }
            }
        };
        let what = html! {
            (words.t(key)) " · " (origin)
            @if is_void { " " (tag(Mood::Neutral, &words.t("event-void"))) }
        };
        Event {
            icon,
            date: words.date(effective.date()),
            time: None,
            machine_time: row.effective_at.to_string(),
            what,
            detail: Some(detail),
            is_late,
        }
    }
}

/// What was just done to the record, from the address that leads back to it.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Told {
    /// Seqs written, `first-last`.
    done: String,
    undone: String,
    /// Fields whose later value stands.
    later: String,
}

impl Told {
    fn toast(&self, words: Words, undo: Option<&str>) -> Option<Markup> {
        if self.undone == "1" {
            return Some(toast(words, &words.t("undone"), None, None));
        }
        let is_range = self.done.split_once('-').is_some_and(|(first, last)| {
            [first, last].into_iter().all(|seq| !seq.is_empty() && seq.bytes().all(|digit| digit.is_ascii_digit()))
        });
        let action = undo.map(|undo| format!("{undo}/{}", self.done));
        is_range.then(|| toast(words, &words.t("saved"), action.as_deref(), None))
    }

    fn later(&self, words: Words, record_type: &RecordType) -> Markup {
        let known = self.later.split_whitespace().filter(|name| record_type.field(name).is_some());
        let later: Vec<String> = known.map(|field| words.field(field)).collect();
        html! {
            @if !later.is_empty() {
                (message(words, &Message {
                    mood: Mood::Info,
                    what: &words.t_with("later-stands", &[("fields", later.join(", ").into())]),
                    hint: None,
                    buttons: None,
                    reference: None,
                }))
            }
        }
    }
}
