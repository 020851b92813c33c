//! How long words are kept, what falls due, and its erasure.

use super::{ACTIVE, Asking, failed};
use crate::{HrError, Kind, Retention};
use axum::{
    Form,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base::RecordId;
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Field, Form as PageForm, Head, Input, Message, Mood, Panel, Purpose, Row, Table, button, form,
        link_button, message, page_head, record_link, tag,
    },
};

const PAGE: &str = "/hr/retention";
/// So many of those who fall due are listed.
const SHOWN: usize = 200;

pub async fn page(Asking { asker, hr }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let kept = hr.retention().await.map_err(failed)?;
    let title = words.t("retention");
    let end = link_button(Purpose::Plain, "/hr", None, &words.t("hr-board"));
    let content = html! {
        (page_head(&title, Some(&words.t("retention-sub")), &end))
        (list(words, &kept))
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn list(words: Words, kept: &[Retention]) -> Markup {
    let row = |one: &Retention| {
        let due = match one.due.as_slice() {
            [] => html! { (words.t("retention-nothing")) },
            due => html! { (tag(Mood::Warn, &words.count(due.len()))) " " span.mut.small { (told(words, one)) } },
        };
        let cells = vec![
            Cell::number(words.count(one.months)).labelled(words.t("retention-months")),
            Cell::text(why(words, one)).labelled(words.t("field-reason")),
            Cell::text(due).labelled(words.t("retention-older")),
        ];
        let what = words.t(&format!("retention-what-{}", one.kind.name()));
        let link = record_link(&format!("{PAGE}/{}", one.kind.name()), &name(words, one.kind));
        Row::new(html! { (link) div.mut.small { (what) } }, cells)
    };
    let title = words.t("retention");
    let heads = vec![
        Head::text(words.t("retention-kind")),
        Head::number(words.t("retention-months")),
        Head::text(words.t("field-reason")),
        Head::text(words.t("retention-older")),
    ];
    let note = words.t("retention-note");
    let table =
        Table { label: &title, heads, rows: kept.iter().map(row).collect(), is_lines: true, ..Table::default() };
    Panel { id: "kept", title: &title, note: Some(&note), body: table.render(), is_flush: true, ..Panel::default() }
        .render()
}

fn name(words: Words, kind: Kind) -> String {
    words.choice("kind", kind.name())
}

fn why(words: Words, one: &Retention) -> String {
    match &one.set {
        Some((by, reason)) => format!("{reason} · {by}"),
        None => words.t("retention-ships"),
    }
}

/// Of how many people, and from when.
fn told(words: Words, one: &Retention) -> String {
    let first = one.due.first().map(|(_, day)| words.date(*day)).unwrap_or_default();
    words.t_with("retention-due", &[("people", words.count(one.people()).into()), ("first", first.into())])
}

pub async fn kind(asking: Asking, Path(kind): Path<String>) -> Result<Markup, WebError> {
    document(&asking, Kind::read(&kind).map_err(failed)?, None).await
}

/// Who falls due, the erasure of what is shown, and the number of months.
async fn document(
    Asking { asker, hr }: &Asking,
    kind: Kind,
    wrong: Option<(&'static str, &Typed)>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let kept = hr.kept(kind).await.map_err(failed)?;
    let names = hr.names(&kept).await.map_err(failed)?;
    let title = format!("{}: {}", words.t("retention"), name(words, kind));
    let end = link_button(Purpose::Plain, PAGE, None, &words.t("retention"));
    let content = html! {
        (page_head(&title, Some(&words.t(&format!("retention-what-{}", kind.name()))), &end))
        div.stack {
            @if let Some((key, _)) = wrong {
                (message(words, &Message { mood: Mood::Bad, what: &words.t(key), hint: None, buttons: None, reference: None }))
            }
            div.cols.st2 {
                (due(words, &kept, &names))
                (months(words, &kept, wrong.map(|(_, typed)| typed)))
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn due(words: Words, kept: &Retention, names: &BTreeMap<RecordId, String>) -> Markup {
    let title = words.t("retention-older");
    let row = |(person, day): &(RecordId, Date)| {
        let name = names.get(person).cloned().unwrap_or_default();
        Row::new(record_link(&format!("/people/{person}"), &name), vec![Cell::text(words.date(*day))])
    };
    let heads = vec![Head::text(words.t("record-person")), Head::text(words.t("retention-from"))];
    let rows = kept.due.iter().take(SHOWN).map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    let body = html! {
        @if kept.due.is_empty() { p.mut { (words.t("retention-nothing")) } } @else {
            p { (told(words, kept)) }
            (table)
            @if kept.due.len() > SHOWN { p.mut.small { (words.t_with("retention-more", &[("count", words.count(kept.due.len() - SHOWN).into())])) } }
            form.btns method="post" action={ (PAGE) "/" (kept.kind.name()) "/erasure" } {
                input type="hidden" name="before" value=(kept.before.to_string());
                (button(Purpose::Danger, &words.t_with("retention-erase", &[("count", words.count(kept.due.len()).into())])))
                span.mut.small { (words.t("retention-note")) }
            }
        }
    };
    Panel { id: "due", title: &title, body, ..Panel::default() }.render()
}

fn months(words: Words, kept: &Retention, typed: Option<&Typed>) -> Markup {
    let now = kept.months.to_string();
    let (count, reason) = typed.map_or((now.as_str(), ""), |typed| (typed.months.as_str(), typed.reason.as_str()));
    let required = |name, label, input| Field { is_required: true, ..Field::new(name, label, input) };
    let fields = [
        Field { hint: Some(why(words, kept)), ..required("months", words.field("months"), Input::Whole(count)) },
        required("reason", words.field("reason"), Input::Text(reason)),
    ];
    let action = format!("{PAGE}/{}", kept.kind.name());
    let (title, save) = (words.t("retention-change"), words.t("save"));
    form(words, &PageForm::fresh(words, &action, &title, &save, &fields))
}

#[derive(Deserialize)]
pub struct Typed {
    months: String,
    reason: String,
}

pub async fn set(asking: Asking, Path(kind): Path<String>, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let kind = Kind::read(&kind).map_err(failed)?;
    let done = match typed.months.trim().parse() {
        Ok(months) => asking.hr.set_retention(kind, months, &typed.reason, Origin::Ui).await,
        Err(_) => Err(HrError::Months(0)),
    };
    let wrong = match done {
        Ok(()) => return Ok(Redirect::to(&format!("{PAGE}/{}", kind.name())).into_response()),
        Err(HrError::Months(_)) => "retention-error-months",
        Err(HrError::NoReason) => "retention-error-reason",
        Err(error) => return Err(failed(error)),
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, document(&asking, kind, Some((wrong, &typed))).await?).into_response())
}

#[derive(Deserialize)]
pub struct Erased {
    before: String,
}

pub async fn erase(
    Asking { hr, .. }: Asking,
    Path(kind): Path<String>,
    Form(shown): Form<Erased>,
) -> Result<Redirect, WebError> {
    let kind = Kind::read(&kind).map_err(failed)?;
    let before: Date = shown.before.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-date" })?;
    hr.erase(kind, before, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("{PAGE}/{}", kind.name())))
}
