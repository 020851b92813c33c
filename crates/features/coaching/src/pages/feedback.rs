//! Feedback: received and rated, given, and asked for.

use super::{ACTIVE, Asking, failed, person::feedback as received, person_path, places, readers};
use crate::{Feedback, Note};
use axum::{Form, extract::Path, response::Redirect};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Panel, Purpose, Row as Line, Table, button, form,
        page_head, record_link,
    },
};

pub async fn page(Asking { asker, coaching }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = coaching.feedback().await.map_err(failed)?;
    let managers = coaching.managers().await.map_err(failed)?;
    let title = words.t("coaching-feedback");
    let content = html! {
        (page_head(&title, Some(&words.t("feedback-sub")), &html! {}))
        (places(words, "/coaching/feedback"))
        div.cols.st2 {
            div.stack {
                @if !found.requests.is_empty() { (requests(words, &found.requests)) }
                (received(words, &found.received))
                @if !found.given.is_empty() { (given(words, &found.given)) }
            }
            div.stack {
                @if !managers.is_empty() { (ask(words, &managers)) }
                @if !found.asked.is_empty() { (asked(words, &found.asked)) }
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// What people below asked for, each answered at its place.
fn requests(words: Words, requests: &[(Note, String)]) -> Markup {
    let title = words.t("feedback-requests");
    let body = html! {
        @for (note, name) in requests {
            div.noted.stack {
                p { b { (name) } " · " (words.date(note.written_on)) }
                p.pre { (note.text) }
                form.stack method="post" action={ (person_path(note.person)) "/feedback" } {
                    input type="hidden" name="request" value=(note.id);
                    input type="hidden" name="readers" value="both";
                    textarea.input name="text" rows="3" aria-label={ (words.t("feedback")) ": " (name) } {}
                    p.mut.small { (words.t("feedback-read-by-two")) }
                    div.btns { (button(Purpose::Primary, &words.t("feedback-give-do"))) }
                }
            }
        }
    };
    Panel { id: "requests", title: &title, body, ..Panel::default() }.render()
}

fn given(words: Words, given: &[Feedback]) -> Markup {
    let row = |one: &Feedback| {
        let rating = one.rating.map_or_else(|| "–".to_owned(), |rating| words.count(rating));
        let cells = vec![
            Cell::text(words.date(one.given_on)),
            Cell::text(one.text.as_deref().unwrap_or("–")),
            Cell::number(rating),
        ];
        Line::new(record_link(&person_path(one.person), &one.name), cells)
    };
    let title = words.t("feedback-given");
    let heads = vec![
        Head::text(words.t("record-person")),
        Head::text(words.t("field-given_on")),
        Head::text(words.t("feedback")),
        Head::number(words.t("field-rating")),
    ];
    let body =
        Table { label: &title, heads, rows: given.iter().map(row).collect(), is_lines: true, ..Table::default() }
            .render();
    Panel { id: "given", title: &title, body, is_flush: true, ..Panel::default() }.render()
}

fn ask(words: Words, managers: &[(RecordId, String)]) -> Markup {
    let choices = managers.iter().map(|(id, name)| Choice { value: id.to_string(), label: name.clone() }).collect();
    let fields = [
        Field::new("leader", words.t("feedback-of"), Input::Select { chosen: "", choices }),
        Field {
            is_required: true,
            hint: Some(words.t("feedback-read-by-two")),
            ..Field::new("text", words.t("feedback-about"), Input::Area(""))
        },
    ];
    let (title, submit) = (words.t("feedback-ask"), words.t("feedback-ask-do"));
    form(words, &PageForm::fresh(words, "/coaching/feedback", &title, &submit, &fields))
}

fn asked(words: Words, asked: &[(Note, String)]) -> Markup {
    let title = words.t("feedback-asked");
    let body = html! {
        ul.plain { @for (note, leader) in asked { li { b { (leader) } " · " (words.date(note.written_on)) p.pre.small { (note.text) } } } }
    };
    Panel { id: "asked", title: &title, body, ..Panel::default() }.render()
}

#[derive(Deserialize)]
pub struct Given {
    text: String,
    readers: String,
    #[serde(default)]
    request: Option<i64>,
}

pub async fn give(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Given>,
) -> Result<Redirect, WebError> {
    let request = typed.request.map(RecordId);
    coaching.give(RecordId(id), &typed.text, readers(&typed.readers)?, request, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("{}#feedback", person_path(RecordId(id)))))
}

#[derive(Deserialize)]
pub struct Asked {
    leader: i64,
    text: String,
}

pub async fn request(Asking { coaching, .. }: Asking, Form(typed): Form<Asked>) -> Result<Redirect, WebError> {
    coaching.request(RecordId(typed.leader), &typed.text, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to("/coaching/feedback"))
}

#[derive(Deserialize)]
pub struct Rated {
    rating: i64,
}

pub async fn rate(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Rated>,
) -> Result<Redirect, WebError> {
    coaching.rate(RecordId(id), typed.rating, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to("/coaching/feedback"))
}
