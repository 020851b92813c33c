//! The inbox, whether one is told by mail, and reminders that HR sends.

use crate::{Folder, Inbox, InboxError, Standing, letter};
use access::{Access, Asker};
use axum::{
    Form, Router,
    extract::{FromRequestParts, Path},
    http::{StatusCode, request::Parts},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base::RecordId;
use jiff::civil::Date;
use letter::Urgency;
use maud::{Markup, Render, html};
use rules::{role::Library, waiting::Waiting};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Head, Message, Mood, Panel, Purpose, Row, Table, button, empty, link_button, message, page_head,
        record_link, tag,
    },
};

const ACTIVE: &str = "inbox";

pub(crate) fn routes() -> Router<Access> {
    Router::new()
        .route("/inbox", get(page))
        .route("/inbox/mail", post(want_mail))
        .route("/inbox/cycles/{id}", post(remind))
}

/// A signed-in person, and what waits for them.
struct Asking {
    asker: Asker,
    inbox: Inbox,
}

impl FromRequestParts<Access> for Asking {
    type Rejection = WebError;

    async fn from_request_parts(parts: &mut Parts, access: &Access) -> Result<Self, WebError> {
        let asker = Asker::from_request_parts(parts, access).await?;
        let folder = parts.extensions.get::<Folder>().cloned().ok_or(WebError::Unavailable)?;
        let inbox = Inbox::new(access.clone(), asker.session.viewer.clone(), folder.0);
        Ok(Self { asker, inbox })
    }
}

fn failed(error: InboxError) -> WebError {
    match error {
        InboxError::NotYours => WebError::Forbidden,
        InboxError::Appraisal(appraisal::AppraisalError::NotThere) => WebError::NotFound,
        other => WebError::internal(other),
    }
}

async fn page(Asking { asker, inbox }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let (waiting, today) = (inbox.own().await.map_err(failed)?, inbox.today().await.map_err(failed)?);
    let library = inbox.library().await.map_err(failed)?;
    let standing = inbox.standing().await.map_err(failed)?;
    let title = words.t("inbox");
    let groups = Urgency::ALL.into_iter().map(|urgency| {
        let of: Vec<&Waiting> = waiting.iter().filter(|one| Urgency::of(one, today) == urgency).collect();
        (urgency, of)
    });
    let content = html! {
        (page_head(&title, Some(&words.t("inbox-sub")), &html! {}))
        div.stack {
            @if waiting.is_empty() {
                (Panel { id: "waiting", title: &title, body: empty(&words.t("inbox-empty"), &words.t("inbox-empty-hint"), None), ..Panel::default() })
            }
            @for (urgency, of) in groups { @if !of.is_empty() { (list(words, &library, urgency, &of)) } }
            (mail(words, standing.as_ref(), today))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn list(words: Words, library: &Library, urgency: Urgency, waiting: &[&Waiting]) -> Markup {
    let row = |one: &&Waiting| {
        let day = match (one.due, urgency) {
            (None, _) => html! { "–" },
            (Some(day), Urgency::Overdue) => tag(Mood::Bad, &words.date(day)),
            (Some(day), _) => html! { (words.date(day)) },
        };
        Row::new(record_link(&one.path, &letter::line(words, library, one)), vec![Cell::number(day)])
    };
    let title = words.t(urgency.key());
    let table = Table {
        label: &title,
        heads: vec![Head::text(words.t("inbox-what")), Head::number(words.t("appraisal-due"))],
        rows: waiting.iter().map(row).collect(),
        is_lines: true,
        ..Table::default()
    };
    let count = words.count(waiting.len());
    Panel {
        id: urgency.key(),
        title: &title,
        note: Some(&count),
        body: table.render(),
        is_flush: true,
        ..Panel::default()
    }
    .render()
}

/// Whether one is told by mail.
fn mail(words: Words, standing: Option<&Standing>, today: Date) -> Markup {
    let title = words.t("inbox-mail");
    let Some(standing) = standing else {
        let body = html! { p.mut { (words.t("inbox-mail-none")) } };
        return Panel { id: "mail", title: &title, body, ..Panel::default() }.render();
    };
    let last = match standing.sent_on {
        Some(day) if day == today => words.t("inbox-mail-today"),
        Some(day) => words.t_with("inbox-mail-last", &[("date", words.date(day).into())]),
        None => words.t("inbox-mail-never"),
    };
    let (state, wanted, label) = if standing.by_mail {
        ("inbox-mail-on", "no", "inbox-mail-stop")
    } else {
        ("inbox-mail-off", "yes", "inbox-mail-start")
    };
    let body = html! {
        p { (words.t(state)) @if standing.by_mail { " " span.mut { (last) } } }
        form.btns method="post" action="/inbox/mail" {
            input type="hidden" name="wanted" value=(wanted);
            (button(Purpose::Plain, &words.t(label)))
        }
    };
    Panel { id: "mail", title: &title, body, ..Panel::default() }.render()
}

#[derive(Deserialize)]
struct Wanted {
    wanted: String,
}

async fn want_mail(Asking { inbox, .. }: Asking, Form(form): Form<Wanted>) -> Result<Redirect, WebError> {
    inbox.want_mail(form.wanted == "yes").await.map_err(failed)?;
    Ok(Redirect::to("/inbox#mail"))
}

/// HR reminds everybody who has something to write in a cycle.
async fn remind(Asking { asker, inbox }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let words = asker.words;
    let (status, mood, told, hint) = match inbox.remind_cycle(RecordId(id)).await {
        Ok(count) => (
            StatusCode::OK,
            Mood::Good,
            words.t_with("inbox-reminded", &[("count", count.into())]),
            words.t("inbox-reminded-hint"),
        ),
        Err(InboxError::RemindedToday) => {
            (StatusCode::CONFLICT, Mood::Info, words.t("inbox-reminded-today"), words.t("inbox-reminded-today-hint"))
        }
        Err(InboxError::NoMail) => {
            (StatusCode::UNPROCESSABLE_ENTITY, Mood::Bad, words.t("inbox-mail-none"), String::new())
        }
        Err(error) => return Err(failed(error)),
    };
    let title = words.t("inbox-remind");
    let hint = Some(hint).filter(|hint| !hint.is_empty());
    let back = link_button(Purpose::Plain, &format!("/appraisals/cycles/{id}"), None, &words.t("appraisal_cycle"));
    let said = Message { mood, what: &told, hint: hint.as_deref(), buttons: Some(back), reference: None };
    let content = html! { (page_head(&title, None, &html! {})) (message(words, &said)) };
    Ok((status, asker.document(&title, Some("appraisal"), None, &content)).into_response())
}
