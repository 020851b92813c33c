//! Learning tools that report by xAPI, and what they said last.

use super::{ACTIVE, Asking, failed, places};
use crate::{
    Source, Training,
    xapi::{Heard, Told},
};
use access::Access;
use axum::{
    Form,
    extract::{Path, State},
    response::Redirect,
};
use base::RecordId;
use maud::{Markup, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Field, Form as PageForm, Head, Input, Message, Mood, Purpose, Row as Line, Table, button, copyable, form,
        message, page_head, record_link, tag,
    },
};

pub async fn page(Asking { asker, training }: Asking) -> Result<Markup, WebError> {
    let content = shown(asker.words, &training, None).await?;
    Ok(asker.document(&asker.words.t("training-sources"), Some(ACTIVE), None, &content))
}

/// The page; a new source's key and secret are told once.
async fn shown(words: Words, training: &Training, new: Option<(String, String)>) -> Result<Markup, WebError> {
    let sources = training.sources().await.map_err(failed)?;
    let heard = training.heard().await.map_err(failed)?;
    let title = words.t("training-sources");
    Ok(html! {
        (page_head(&title, Some(&words.t("sources-sub")), &html! {}))
        (places(words, "/learning/sources", true))
        div.stack {
            @if let Some((key, secret)) = &new {
                (message(words, &Message { mood: Mood::Good, what: &words.t("source-made"), hint: Some(&words.t("source-made-hint")), buttons: None, reference: None }))
                section.panel { div.body.stack {
                    div { span.mut.small { (words.t("source-key")) } (copyable(words, key)) }
                    div { span.mut.small { (words.t("source-secret")) } (copyable(words, secret)) }
                } }
            }
            div.cols.st2 { (table(words, &sources)) (add_form(words)) }
            (statements(words, &heard))
        }
    })
}

fn table(words: Words, sources: &[Source]) -> Markup {
    let row = |one: &Source| {
        let end = html! {
            @match one.ended_on {
                Some(day) => (tag(Mood::Neutral, &words.date(day))),
                None => form method="post" action={ "/learning/sources/" (one.id) "/end" } { (button(Purpose::Plain, &words.t("source-end"))) },
            }
        };
        let cells = vec![
            Cell::text(html! { code { (one.key) } }),
            Cell::text(words.date(one.made_on)),
            Cell::number(words.count(one.statements)),
            Cell::text(end),
        ];
        Line::new(html! { (one.name) }, cells)
    };
    let title = words.t("training-sources");
    let heads = vec![
        Head::text(words.t("record-xapi_source")),
        Head::text(words.t("source-key")),
        Head::text(words.t("field-made_on")),
        Head::number(words.t("source-statements")),
        Head::text(words.t("field-ended_on")),
    ];
    let none = (words.t("source-none"), words.t("source-none-hint"));
    Table { label: &title, heads, rows: sources.iter().map(row).collect(), is_lines: true, ..Table::default() }
        .in_panel("sources", (&none.0, &none.1))
}

fn add_form(words: Words) -> Markup {
    let name = Field {
        is_required: true,
        hint: Some(words.t("source-name-hint")),
        ..Field::new("name", words.t("field-name"), Input::Text(""))
    };
    let (title, submit) = (words.t("source-new"), words.t("source-add"));
    form(words, &PageForm::fresh(words, "/learning/sources", &title, &submit, &[name]))
}

/// The last statements, each with what it did: nothing that a tool says is passed over in silence.
fn statements(words: Words, heard: &[Heard]) -> Markup {
    let row = |one: &Heard| {
        let mood = match one.told {
            Told::Completed | Told::Tested | Told::Rated => Mood::Good,
            Told::NoPerson | Told::NoAssignment => Mood::Warn,
            Told::NoCourse | Told::Nothing | Told::Void => Mood::Neutral,
        };
        let person = html! { @match &one.person {
            Some((id, name)) => (record_link(&format!("/learning/people/{id}"), name)),
            None => "–",
        } };
        let cells = vec![
            Cell::text(one.source.as_str()),
            Cell::text(person),
            // The last word of its address says what was done.
            Cell::text(html! { span title=(one.verb) { (one.verb.rsplit(['/', '#']).next().unwrap_or_default()) } }),
            Cell::text(one.activity.as_deref().unwrap_or("–")),
            Cell::text(tag(mood, &words.choice("told", one.told.name()))),
        ];
        Line::new(html! { (words.moment(one.stored)) }, cells)
    };
    let title = words.t("source-last");
    let heads = vec![
        Head::text(words.t("field-stored")),
        Head::text(words.t("record-xapi_source")),
        Head::text(words.t("record-person")),
        Head::text(words.t("field-verb")),
        Head::text(words.t("field-activity")),
        Head::text(words.t("field-told")),
    ];
    let none = (words.t("source-last-none"), words.t("source-last-none-hint"));
    Table { label: &title, heads, rows: heard.iter().map(row).collect(), is_lines: true, ..Table::default() }
        .in_panel("heard", (&none.0, &none.1))
}

#[derive(Deserialize)]
pub struct New {
    name: String,
}

pub async fn add(
    State(access): State<Access>,
    Asking { asker, training }: Asking,
    Form(typed): Form<New>,
) -> Result<Markup, WebError> {
    let (_, key, secret) = training.add_source(&access, &typed.name, Origin::Ui).await.map_err(failed)?;
    let content = shown(asker.words, &training, Some((key, secret))).await?;
    Ok(asker.document(&asker.words.t("training-sources"), Some(ACTIVE), None, &content))
}

pub async fn end(Asking { training, .. }: Asking, Path(id): Path<i64>) -> Result<Redirect, WebError> {
    training.end_source(RecordId(id), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to("/learning/sources"))
}
