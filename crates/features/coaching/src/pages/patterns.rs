//! Patterns of rejections and complaints, for everybody; the department that they are put to answers.

use super::{ACTIVE, Asking, chosen, failed, places};
use crate::{DEPARTMENTS, NewPattern, Pattern, PatternState, Sighting, patterns::PATTERN_KINDS};
use axum::{Form, extract::Path, response::Redirect};
use base::{RecordId, Seq};
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row as Line, Table, button, form,
        link_button, page_head, record_link, tag,
    },
};

pub async fn list(Asking { asker, coaching }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = coaching.patterns().await.map_err(failed)?;
    let products = coaching.products().await.map_err(failed)?;
    let title = words.t("coaching-patterns");
    let content = html! {
        (page_head(&title, Some(&words.t("patterns-sub")), &html! {}))
        (places(words, "/coaching/patterns"))
        div.cols.st2 { (table(words, &found)) (new(words, products)) }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn table(words: Words, found: &[Pattern]) -> Markup {
    let row = |one: &Pattern| {
        let cells = vec![
            Cell::text(words.choice("kind", &one.kind)),
            Cell::text(words.choice("department", &one.department)),
            Cell::number(words.count(one.met)),
            Cell::text(words.date(one.last_met)),
            Cell::text(state(words, one.state)),
        ];
        Line::new(record_link(&format!("/coaching/patterns/{}", one.id), &one.name), cells)
    };
    let title = words.t("coaching-patterns");
    let heads = vec![
        Head::text(words.t("record-pattern")),
        Head::text(words.t("field-kind")),
        Head::text(words.t("field-department")),
        Head::number(words.t("pattern-met")),
        Head::text(words.t("pattern-last-met")),
        Head::text(words.t("state")),
    ];
    let none = (words.t("pattern-none"), words.t("pattern-none-hint"));
    Table { label: &title, heads, rows: found.iter().map(row).collect(), is_lines: true, ..Table::default() }
        .in_panel("patterns", (&none.0, &none.1))
}

fn state(words: Words, state: PatternState) -> Markup {
    let mood = match state {
        PatternState::Open => Mood::Warn,
        PatternState::Answered => Mood::Info,
        PatternState::Closed => Mood::Good,
    };
    tag(mood, &words.t(&format!("pattern-{}", state.name())))
}

fn new(words: Words, products: Vec<(RecordId, String)>) -> Markup {
    let choice = |value: String, label: String| Choice { value, label };
    let kinds = PATTERN_KINDS.map(|kind| choice(kind.to_owned(), words.choice("kind", kind))).into();
    let departments =
        DEPARTMENTS.iter().map(|one| choice((*one).to_owned(), words.choice("department", one))).collect();
    let products = products.into_iter().map(|(id, name)| choice(id.to_string(), name));
    let products = [choice(String::new(), "–".to_owned())].into_iter().chain(products).collect();
    let fields = [
        Field { is_required: true, ..Field::new("name", words.t("pattern-what"), Input::Text("")) },
        Field::new("kind", words.t("field-kind"), Input::Select { chosen: "", choices: kinds }),
        Field::new("department", words.t("pattern-put-to"), Input::Select { chosen: "", choices: departments }),
        Field::new("product", words.record("product"), Input::Select { chosen: "", choices: products }),
        Field::new("detail", words.t("field-detail"), Input::Area("")),
    ];
    let (title, submit) = (words.t("pattern-new"), words.t("pattern-report"));
    form(words, &PageForm::fresh(words, "/coaching/patterns", &title, &submit, &fields))
}

pub async fn page(Asking { asker, coaching }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let one = coaching.pattern(RecordId(id)).await.map_err(failed)?;
    let version = coaching.version().await.map_err(failed)?;
    let may_close = coaching.may_close(&one).await.map_err(failed)?;
    let accounts = coaching.accounts().await.map_err(failed)?;
    let sub = format!("{} · {}", words.choice("kind", &one.kind), words.choice("department", &one.department));
    let end = html! {
        (link_button(Purpose::Plain, "/coaching/patterns", None, &words.t("coaching-patterns")))
        @if may_close { form method="post" action={ "/coaching/patterns/" (id) } {
            input type="hidden" name="step" value="close";
            (button(Purpose::Primary, &words.t("pattern-close")))
        } }
    };
    let content = html! {
        (page_head(&one.name, Some(&sub), &end))
        div.cols.st2 {
            div.stack { (told(words, &one)) (sightings(words, &one)) }
            @if one.state != PatternState::Closed { div.stack { (met(words, &one, accounts)) (answer(words, &one, version)) } }
        }
    };
    Ok(asker.document(&one.name, Some(ACTIVE), None, &content))
}

fn told(words: Words, one: &Pattern) -> Markup {
    let title = words.t("pattern-told");
    let body = html! {
        div.stack {
            p { (state(words, one.state)) " " span.mut.small { (one.reported_by) " · " (words.date(one.reported_on)) } }
            @if let Some(detail) = &one.detail { p.pre { (detail) } }
            @if let Some((id, name)) = &one.product { p { (words.record("product")) ": " (record_link(&format!("/products/{id}"), name)) } }
            @if let Some((answer, by, on)) = &one.answer {
                div.noted { p.pre { (answer) } p.mut.small { (by) @if let Some(on) = on { " · " (words.date(*on)) } } }
            }
        }
    };
    Panel { id: "told", title: &title, body, ..Panel::default() }.render()
}

fn sightings(words: Words, one: &Pattern) -> Markup {
    let row = |one: &Sighting| {
        let account = html! { @match &one.account {
            Some((id, name)) => (record_link(&format!("/accounts/{id}"), name)),
            None => "–",
        } };
        let cells =
            vec![Cell::text(one.by.as_str()), Cell::text(account), Cell::text(one.note.as_deref().unwrap_or("–"))];
        Line::new(html! { (words.date(one.day)) }, cells)
    };
    let title = words.t("records-pattern_sighting");
    let heads = ["field-seen_on", "field-seen_by", "record-account", "field-note"].map(|key| Head::text(words.t(key)));
    let none = (words.t("sighting-none"), words.t("sighting-none-hint"));
    Table {
        label: &title,
        heads: heads.into(),
        rows: one.sightings.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    }
    .in_panel("sightings", (&none.0, &none.1))
}

fn met(words: Words, one: &Pattern, accounts: Vec<(RecordId, String)>) -> Markup {
    let choices = accounts.into_iter().map(|(id, name)| Choice { value: id.to_string(), label: name });
    let choices = [Choice { value: String::new(), label: "–".to_owned() }].into_iter().chain(choices).collect();
    let fields = [
        Field {
            hint: Some(words.t("sighting-account-hint")),
            ..Field::new("account", words.record("account"), Input::Select { chosen: "", choices })
        },
        Field::new("text", words.t("field-note"), Input::Text("")),
    ];
    let action = format!("/coaching/patterns/{}", one.id);
    let (title, submit) = (words.t("sighting-new"), words.t("sighting-add"));
    form(
        words,
        &PageForm { hidden: vec![("step", "met")], ..PageForm::fresh(words, &action, &title, &submit, &fields) },
    )
}

fn answer(words: Words, one: &Pattern, version: Seq) -> Markup {
    let version = version.to_string();
    let text = one.answer.as_ref().map(|(answer, _, _)| answer.as_str()).unwrap_or_default();
    let answer = Field { is_required: true, ..Field::new("answer", words.t("pattern-answer"), Input::Area(text)) };
    let action = format!("/coaching/patterns/{}", one.id);
    let title =
        words.t_with("pattern-answer-of", &[("department", words.choice("department", &one.department).into())]);
    form(
        words,
        &PageForm {
            hidden: vec![("step", "answer"), ("version", version.as_str())],
            ..PageForm::fresh(words, &action, &title, &words.t("pattern-answer-do"), &[answer])
        },
    )
}

#[derive(Deserialize)]
pub struct Reported {
    name: String,
    kind: String,
    department: String,
    #[serde(default, deserialize_with = "chosen")]
    product: Option<i64>,
    #[serde(default)]
    detail: String,
}

pub async fn report(Asking { coaching, .. }: Asking, Form(typed): Form<Reported>) -> Result<Redirect, WebError> {
    let new = NewPattern {
        name: typed.name,
        kind: typed.kind,
        department: typed.department,
        detail: typed.detail,
        product: typed.product.map(RecordId),
    };
    let id = coaching.report(&new, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/patterns/{id}")))
}

#[derive(Deserialize)]
pub struct Stepped {
    step: String,
    #[serde(default, deserialize_with = "chosen")]
    account: Option<i64>,
    #[serde(default)]
    text: String,
    #[serde(default)]
    answer: String,
    #[serde(default)]
    version: i64,
}

pub async fn step(
    Asking { coaching, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Stepped>,
) -> Result<Redirect, WebError> {
    let pattern = RecordId(id);
    match typed.step.as_str() {
        "met" => coaching.met(pattern, typed.account.map(RecordId), &typed.text, Origin::Ui).await.map(drop),
        "answer" => coaching.answer(pattern, &typed.answer, Seq(typed.version), Origin::Ui).await,
        _ => coaching.close_pattern(pattern, Origin::Ui).await,
    }
    .map_err(failed)?;
    Ok(Redirect::to(&format!("/coaching/patterns/{id}")))
}
