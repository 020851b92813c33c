//! The page on which a record is changed, and the undo.

mod fields;

use crate::{
    edit::{self, Author, Edit, EditError, Editable, Since},
    show::author,
};
use access::{Access, Asker, PERSON};
use axum::{
    Form,
    extract::{Path, Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base::{RecordId, Seq};
use db::Record;
use fields::{Sheet, typed, written};
use maud::{Markup, html};
use rules::{
    log::Origin,
    record::{Field as RecordField, FieldKind},
};
use std::collections::{BTreeMap, BTreeSet};
use web_kit::{
    WebError,
    components::{Choice, Field, Form as FormPanel, Input, Message, Mood, field, form, message, page_head},
};

const SEEN: &str = "seen";
const SINCE: &str = "since";
const DAY: &str = "since_day";
const SINCE_WORDS: [&str; 3] = ["now", "day", "beginning"];

type Typed = BTreeMap<String, String>;

/// Under which name a field's value as it was shown is sent along.
fn was(field: &str) -> String {
    format!("was-{field}")
}

/// Under which name it is said that another's value of a field stays.
fn theirs(field: &str) -> String {
    format!("theirs-{field}")
}

pub async fn show(
    editable: Editable,
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
) -> Result<Markup, WebError> {
    let author = Author::of(&asker.session, Origin::Ui);
    if !author.edits {
        return Err(WebError::Forbidden);
    }
    let (record, seen) =
        edit::open(access.db(), editable.record_type, &author.viewer, RecordId(id)).await.map_err(failed)?;
    let shown = editable.fields().map(|field| (field.name, typed(&record, field)));
    let mut typed: Typed =
        shown.flat_map(|(name, text)| [(was(name), text.clone()), (name.to_owned(), text)]).collect();
    typed.insert(SEEN.to_owned(), seen.to_string());
    page(&editable, &access, &asker, &record, &typed, &Wrong::default()).await
}

/// An empty form for a new record; what the address says is filled in.
pub async fn new(
    editable: Editable,
    State(access): State<Access>,
    asker: Asker,
    Query(said): Query<Typed>,
) -> Result<Markup, WebError> {
    let author = Author::of(&asker.session, Origin::Ui);
    if !author.creates(editable.record_type) {
        return Err(WebError::Forbidden);
    }
    let zone = access::time_zone(access.db()).await.map_err(WebError::internal)?;
    let today = access.db().now().to_zoned(zone).date().to_string();
    let begins = editable.fields().filter(|field| field.required && field.kind == FieldKind::Date);
    let mut typed: Typed = begins.map(|field| (field.name.to_owned(), today.clone())).collect();
    let own = editable.record_type.scope.owner().zip(author.viewer.person);
    typed.extend(own.map(|(owner, person)| (owner.to_owned(), format!("#{person}"))));
    let company = access.db().system().all(&access::COMPANY).await.map_err(WebError::internal)?;
    let currency = company.first().and_then(|company| company.value("currency").as_text());
    let of_money = editable.fields().filter(|field| field.kind == FieldKind::Currency);
    typed.extend(of_money.filter_map(|field| Some((field.name.to_owned(), currency?.to_owned()))));
    typed.extend(said);
    page(&editable, &access, &asker, &edit::blank(editable.record_type), &typed, &Wrong::default()).await
}

pub async fn create(
    editable: Editable,
    State(access): State<Access>,
    asker: Asker,
    Form(form): Form<Typed>,
) -> Result<Response, WebError> {
    let author = Author::of(&asker.session, Origin::Ui);
    let said =
        editable.fields().filter_map(|field| Some((field.name.to_owned(), written(field, form.get(field.name)?))));
    match edit::create(access.db(), &editable, &author, &said.collect()).await {
        Ok(id) => {
            let path = crate::path(editable.record_type.name).unwrap_or_default();
            Ok(Redirect::to(&format!("{path}/{id}")).into_response())
        }
        Err(EditError::Values { problems }) => {
            let wrong = Wrong { fields: problems.into_iter().collect(), ..Wrong::default() };
            let page = page(&editable, &access, &asker, &edit::blank(editable.record_type), &form, &wrong).await?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
        Err(error) => Err(failed(error)),
    }
}

pub async fn save(
    editable: Editable,
    State(access): State<Access>,
    asker: Asker,
    Path(id): Path<i64>,
    Form(mut form): Form<Typed>,
) -> Result<Response, WebError> {
    let author = Author::of(&asker.session, Origin::Ui);
    let (record, seen) =
        edit::open(access.db(), editable.record_type, &author.viewer, RecordId(id)).await.map_err(failed)?;
    take_theirs(&mut form, &editable, &record);
    let mut wrong = Wrong::default();
    let since = since(&form).unwrap_or_else(|key| {
        wrong.fields.insert(DAY.to_owned(), asker.words.t(key));
        Since::Now
    });
    if wrong.fields.is_empty() {
        // What was left as it was shown is not said again: somebody else may have changed it since.
        let values = editable.fields().filter(|field| is_new(&form, field.name));
        let values = values.filter_map(|field| Some((field.name.to_owned(), written(field, form.get(field.name)?))));
        let edit = Edit {
            id: record.id,
            values: values.collect(),
            since,
            based_on: form.get(SEEN).and_then(|seen| seen.parse().ok()).map(Seq),
        };
        match edit::edit(access.db(), &editable, &author, &edit).await {
            Ok(edited) => {
                let path = crate::path(editable.record_type.name).unwrap_or_default();
                let done = edited.seqs.map(|seqs| format!("{}-{}", seqs.first, seqs.last)).unwrap_or_default();
                let later = edited.until_later.join(" ");
                let opened = edit::open(access.db(), editable.record_type, &author.viewer, record.id).await;
                let to = match opened {
                    Ok(_) => web_kit::address(&format!("{path}/{id}"), &[("done", &done), ("later", &later)]),
                    // It was given away, and is nobody's here to open any more.
                    Err(_) => path,
                };
                return Ok(Redirect::to(&to).into_response());
            }
            Err(EditError::Values { problems }) => wrong.fields.extend(problems),
            Err(EditError::Conflict { fields, by }) => {
                wrong.conflict = Some(conflict(&access, &asker, &fields, by).await?);
                // Looked at now: saved again, it goes on top.
                form.insert(SEEN.to_owned(), seen.to_string());
                let touched = editable.fields().filter(|own| fields.contains(&own.name));
                wrong.clashes = touched.filter(|own| clashes(&mut form, &record, own)).map(|own| own.name).collect();
            }
            Err(error) => return Err(failed(error)),
        }
    }
    let status = if wrong.conflict.is_some() { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = page(&editable, &access, &asker, &record, &form, &wrong).await?;
    Ok((status, page).into_response())
}

/// Takes back the changes with these seqs, `first-last`.
pub async fn undo(
    editable: Editable,
    State(access): State<Access>,
    asker: Asker,
    Path((id, seqs)): Path<(i64, String)>,
) -> Result<Redirect, WebError> {
    let author = Author::of(&asker.session, Origin::Ui);
    let range = seqs.split_once('-').and_then(|(first, last)| Some(first.parse().ok()?..=last.parse().ok()?));
    let seqs: BTreeSet<Seq> = range.into_iter().flatten().take(100).map(Seq).collect();
    let stays = edit::undo(access.db(), editable.record_type, &author, RecordId(id), &seqs).await.map_err(failed)?;
    let path = crate::path(editable.record_type.name).unwrap_or_default();
    let to = web_kit::address(&format!("{path}/{id}"), &[("undone", "1"), ("later", &stays.join(" "))]);
    Ok(Redirect::to(&to))
}

/// What is wrong with what was typed.
#[derive(Default)]
struct Wrong {
    fields: BTreeMap<String, String>,
    conflict: Option<String>,
    /// Fields that another changed meanwhile.
    clashes: Vec<&'static str>,
}

/// Did the person write something else than what they were shown?
fn is_new(form: &Typed, field: &str) -> bool {
    form.get(&was(field)).is_none_or(|was| Some(was) != form.get(field))
}

/// Shows a field that another changed meanwhile as it stands now. What the person wrote stays beside it and clashes; what
/// they left alone follows the record, or saving again would write the old value back.
fn clashes(form: &mut Typed, record: &Record, own: &RecordField) -> bool {
    let (is_new, stands) = (is_new(form, own.name), typed(record, own));
    if !is_new {
        form.insert(own.name.to_owned(), stands.clone());
    }
    form.insert(was(own.name), stands);
    is_new
}

/// Where another's value is to stay, the form says what the record says, and so leaves it alone.
fn take_theirs(form: &mut Typed, editable: &Editable, record: &Record) {
    for own in editable.fields() {
        if form.remove(&theirs(own.name)).is_some() {
            let stands = typed(record, own);
            form.insert(was(own.name), stands.clone());
            form.insert(own.name.to_owned(), stands);
        }
    }
}

fn failed(error: EditError) -> WebError {
    match error {
        EditError::NotFound => WebError::NotFound,
        EditError::Forbidden => WebError::Forbidden,
        EditError::Conflict { .. } => WebError::Conflict,
        EditError::NotAChange(_) | EditError::Values { .. } => WebError::Refused { hint_key: "hint-check-address" },
        EditError::Db(error) => WebError::internal(error),
    }
}

/// From when on the values hold, or the key of what is wrong with it.
fn since(form: &Typed) -> Result<Since, &'static str> {
    let day = form.get(DAY).map_or("", String::as_str);
    match form.get(SINCE).map(String::as_str) {
        Some("beginning") => Ok(Since::Beginning),
        Some("day") if day.is_empty() => Err("error-day-needed"),
        _ if day.is_empty() => Ok(Since::Now),
        // A day that is named is meant, whatever stands beside it.
        _ => day.parse().map(Since::Day).map_err(|_| "error-not-a-date"),
    }
}

async fn conflict(
    access: &Access,
    asker: &Asker,
    fields: &[&'static str],
    by: Option<RecordId>,
) -> Result<String, WebError> {
    let words = asker.words;
    let names: Vec<String> = fields.iter().map(|field| words.field(field)).collect();
    let person = match by {
        Some(by) => access.db().system().get(&PERSON, by).await.map_err(WebError::internal)?,
        None => None,
    };
    let name = author(words, person.as_ref());
    Ok(words.t_with("changed-meanwhile", &[("name", name.into()), ("fields", names.join(", ").into())]))
}

async fn page(
    editable: &Editable,
    access: &Access,
    asker: &Asker,
    record: &Record,
    form_values: &Typed,
    wrong: &Wrong,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let reader = access.db().reader(&asker.session.viewer);
    let path = crate::path(editable.record_type.name).unwrap_or_default();
    let kind = words.record(editable.record_type.name);
    let is_new = record.id == RecordId(0);
    let (title, back, action) = if is_new {
        (words.t_with("new-record", &[("record", kind.as_str().into())]), path.clone(), format!("{path}/new"))
    } else {
        let back = format!("{path}/{}", record.id);
        (words.t_with("edit-record", &[("record", record.title().into())]), back.clone(), format!("{back}/edit"))
    };
    let sheet = Sheet { words, reader: &reader, editable, record, typed: form_values, wrong };
    let mut fields = Vec::new();
    for own in editable.fields() {
        fields.push(sheet.field(own).await?);
    }
    let chosen = form_values.get(SINCE).map_or("now", String::as_str);
    let since = SINCE_WORDS.map(|word| Choice { value: word.to_owned(), label: words.t(&format!("since-{word}")) });
    let since = Field {
        hint: Some(words.t("since-hint")),
        ..Field::new(SINCE, words.t("since"), Input::Select { chosen, choices: since.into() })
    };
    // Needed where it shows: the style hides it where no day counts.
    let day = Field {
        is_required: true,
        error: wrong.fields.get(DAY).cloned(),
        ..Field::new(DAY, words.t("since-day-field"), Input::Date(form_values.get(DAY).map_or("", String::as_str)))
    };
    // A new record begins now.
    if !is_new {
        fields.push(field(words, &since));
        fields.push(field(words, &day));
    }
    let seen = form_values.get(SEEN).map_or("", String::as_str);
    let shown: Vec<(String, &str)> = editable
        .fields()
        .filter_map(|field| Some((was(field.name), form_values.get(&was(field.name))?.as_str())))
        .collect();
    let seen = (!is_new).then_some((SEEN, seen));
    let hidden = shown.iter().map(|(name, value)| (name.as_str(), *value)).chain(seen).collect();
    let content = html! {
        (page_head(&title, (!is_new).then_some(kind.as_str()), &html! {}))
        @if let Some(conflict) = &wrong.conflict {
            (message(words, &Message {
                mood: Mood::Warn,
                what: conflict,
                hint: Some(&words.t("changed-meanwhile-hint")),
                buttons: None,
                reference: None,
            }))
        }
        (form(words, &FormPanel {
            action: &action,
            title: &kind,
            fields,
            errors: wrong.fields.len(),
            submit: &words.t("save"),
            cancel: Some(&back),
            hidden,
        }))
    };
    Ok(asker.document(&title, Some(&crate::active(editable.record_type)), None, &content))
}
