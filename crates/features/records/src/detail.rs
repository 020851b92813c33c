mod history;
mod past;
mod related;

use crate::{
    active,
    edit::{self, Editable},
    show::{self, Names},
};
use access::{Access, Asker};
use axum::extract::{Path, Query, State};
use base::{RecordId, Seq};
use db::{Reader, Record};
use history::History;
use jiff::Timestamp;
use maud::{Markup, html};
use past::{Looking, Past};
use rules::{
    access::edits_records,
    record::{EXTERNAL_SOURCE, RecordType, Value},
};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Message, Mood, Panel, Purpose, Step, button, facts, link_button, message, page_head, path, toast},
};

pub async fn page(
    record_type: &'static RecordType,
    editable: Option<Editable>,
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Query(told): Query<Told>,
    Query(looking): Query<Looking>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let own_address = format!("{}/{id}", crate::path(record_type.name).unwrap_or_default());
    let reader = access.db().reader(&asker.session.viewer);
    let record = reader.get(record_type, RecordId(id)).await.map_err(WebError::internal)?.ok_or(WebError::NotFound)?;
    let history = History::of(&reader, &access, &record).await?;
    let now = access.db().now();
    let past = looking.past(now.to_zoned(history.zone.clone()).date())?;
    // The past is looked at, not changed.
    let edits = past.is_now() && editable.is_some() && edits_records(access::role(&asker.session.person));
    let undo = edits.then(|| format!("{own_address}/undo"));
    let seq = past.seq(&reader, &history.zone).await?;
    let history = history.known_at(seq);
    let Some(record) = past.record(&history, &record) else {
        return Ok(unknown(&asker, &record, &past, &own_address));
    };
    let values = record_type.all_fields().map(|field| (field, record.value(field.name).clone())).collect();
    let names = Names::of(&reader, access.db().registry(), values).await.map_err(WebError::internal)?;
    let names = names.in_zone(&history.zone);
    let about: Vec<(String, Markup)> = record_type
        .all_fields()
        .filter(|field| field.name != EXTERNAL_SOURCE && *record.value(field.name) != Value::Null)
        .map(|field| (words.field(field.name), show::of(words, &record, field, &names)))
        .collect();
    let title = record.title();
    let kind = words.record(record_type.name);
    let end = html! {
        (past.clocks(words, &own_address))
        @if record_type.name == "person" && asker.administers() && past.is_now() {
            form method="post" action=(format!("/people/{id}/link")) { (button(Purpose::Plain, &words.t("make-link"))) }
        }
        @if record_type.name == "person" && past.is_now() && Access::moves(&asker.session.person, record.id).is_ok() {
            (link_button(Purpose::Plain, &format!("/people/{id}/place"), Some("pencil"), &words.t("place-change")))
        }
        @if record_type.name == "team" && past.is_now() && !record.archived && Access::arranges(&asker.session.person).is_ok() {
            (link_button(Purpose::Plain, &format!("/teams/{id}/place"), Some("pencil"), &words.t("team-change")))
        }
        @if edits {
            (link_button(Purpose::Primary, &format!("{own_address}/edit"), Some("pencil"), &words.t("edit")))
        }
        @if record_type.name == "person" {
            a.btn href=(format!("/scorecard?by=rep&entity=%23{id}")) { (words.t("scorecard")) }
        }
    };
    let owner = record_type.field("owner").and_then(|_| record.value("owner").as_reference());
    let content = html! {
        (page_head(&title, Some(&kind), &end))
        (told.later(words, &history, record_type))
        @if let Some(editable) = editable.filter(|_| past.is_now()) { (way(words, &reader, &editable, &record, &history, now).await?) }
        @if record_type.name == "deal" && past.is_now() && owner == Some(asker.session.person.id) {
            p.ink2 aria-live="polite" hx-get={ "/pay/estimates/of/" (id) } hx-trigger="load" {
                a.lnk href={ "/pay/estimates?deal=" (id) } { (words.t("estimates")) }
            }
        }
        div.stack {
            div.cols.pair {
                (Panel { id: "about", title: &kind, body: facts(&about), is_flush: true, ..Panel::default() })
                (history.panel(words, &reader, &access, undo.as_deref()).await?)
            }
            // What belongs to it is told as it is now.
            @if past.is_now() {
                @for panel in related::panels(words, &reader, &access, &record, &history.zone).await? { (panel) }
            }
        }
    };
    let toast = told.toast(words, undo.as_deref());
    Ok(asker.telling(&title, Some(&active(record_type)), past.banner(words, &own_address), toast, &content))
}

/// Nobody knew of the record then: not even its name is told.
fn unknown(asker: &Asker, record: &Record, past: &Past, address: &str) -> Markup {
    let words = asker.words;
    let title = words.record(record.record_type.name);
    let content = html! {
        (page_head(&title, None, &past.clocks(words, address)))
        (message(words, &Message { mood: Mood::Info, what: &words.t("record-not-known"), hint: None, buttons: None, reference: None }))
    };
    asker.document(&title, Some(&active(record.record_type)), past.banner(words, address), &content)
}

/// The foot of a list that is cut and continues nowhere.
fn not_shown(words: Words, count: i64) -> Markup {
    html! { span.mut { (words.t_with("not-shown", &[("count", count.into())])) } }
}

/// The record's place among the steps it moves through.
async fn way(
    words: Words,
    reader: &Reader,
    editable: &Editable,
    record: &Record,
    history: &History,
    at: Timestamp,
) -> Result<Markup, WebError> {
    let Some(narrowed) = editable.narrowed.first() else { return Ok(html! {}) };
    let mut steps = edit::offered(reader, editable, record, narrowed.field).await.map_err(WebError::internal)?;
    let now = record.value(narrowed.field).as_reference();
    if let Some(here) = steps.iter().find(|step| Some(step.id) == now).cloned() {
        steps.retain(|step| (narrowed.leads)(&here, step));
    }
    let Some(now) = steps.iter().position(|step| Some(step.id) == now) else { return Ok(html! {}) };
    let had = history.had(narrowed.field, at);
    let step = |(place, step): (usize, &Record)| Step {
        name: step.title(),
        note: None,
        is_done: place < now && had.contains(&step.id),
    };
    let steps: Vec<Step> = steps.iter().enumerate().map(step).collect();
    Ok(path(&words.field(narrowed.field), &steps, now))
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
        let action = undo.map(|undo| format!("{undo}/{}", self.done));
        self.seqs().map(|_| toast(words, &words.t("saved"), action.as_deref(), None))
    }

    fn seqs(&self) -> Option<(Seq, Seq)> {
        let (first, last) = self.done.split_once('-')?;
        let seq = |text: &str| text.bytes().all(|digit| digit.is_ascii_digit()).then(|| text.parse().ok().map(Seq))?;
        seq(first).zip(seq(last))
    }

    /// What of the new values does not reach to today, or what an undo left as it is.
    fn later(&self, words: Words, history: &History, record_type: &RecordType) -> Markup {
        let fields: Vec<&str> =
            self.later.split_whitespace().filter(|name| record_type.field(name).is_some()).collect();
        let until = |field: &str, seqs: (Seq, Seq)| {
            let (from, until) = history.until_later(words, field, seqs)?;
            let slots = [("field", words.field(field).into()), ("from", from.into()), ("until", until.into())];
            Some(words.t_with("later-stands", &slots))
        };
        let told = match self.seqs() {
            Some(seqs) => fields.iter().filter_map(|field| until(field, seqs)).collect::<Vec<_>>().join(" "),
            None if fields.is_empty() => String::new(),
            None => {
                let names: Vec<String> = fields.iter().map(|field| words.field(field)).collect();
                words.t_with("later-kept", &[("fields", names.join(", ").into())])
            }
        };
        html! {
            @if !told.is_empty() {
                (message(words, &Message { mood: Mood::Info, what: &told, hint: None, buttons: None, reference: None }))
            }
        }
    }
}
