//! One's own account: where one is signed in, and tokens for programs.

use crate::{About, Access, Asker};
use axum::{
    Form,
    extract::State,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, Render, html};
use serde::Deserialize;
use web_kit::{
    Language, WebError, Words,
    components::{
        Field, Form as FormPanel, Input, Message, Mood, Panel, Place, Purpose, button, empty, facts, field, form,
        message, page_head, segmented,
    },
};

const TOKEN_DAYS: i64 = 90;

#[derive(Deserialize)]
pub struct NewToken {
    label: String,
}

#[derive(Deserialize)]
pub struct Revoked {
    key: String,
}

pub async fn show(State(access): State<Access>, asker: Asker) -> Result<Markup, WebError> {
    page(&access, &asker, None).await
}

async fn page(access: &Access, asker: &Asker, token: Option<&str>) -> Result<Markup, WebError> {
    let words = asker.words;
    let person = &asker.session.person;
    let sessions = access.sessions(person.id).await.map_err(WebError::internal)?;
    let tokens = access.tokens(person.id).await.map_err(WebError::internal)?;
    let languages: Vec<Place> = Language::EVERY
        .iter()
        .map(|language| Place::new(language.own_name(), format!("?lang={language}"), *language == words.language))
        .collect();
    let about: Vec<(String, String)> = ["email", "title", "role"]
        .into_iter()
        .filter_map(|name| {
            let value = person.value(name).as_text()?;
            let shown = if name == "role" { words.choice("role", value) } else { value.to_owned() };
            Some((words.field(name), shown))
        })
        .collect();
    let label = field(words, &Field::new("label", words.t("token-label"), Input::Text("")));
    let content = html! {
        (page_head(&person.title(), None, &segmented(&words.t("language"), &languages)))
        @if let Some(token) = token {
            (message(words, &Message {
                mood: Mood::Good,
                what: &words.t("token-shown-once"),
                hint: Some(token),
                buttons: None,
                reference: None,
            }))
        }
        div.cols.pair {
            div.stack {
                (Panel { id: "about", title: &words.t("profile"), body: facts(&about), ..Panel::default() })
                (list(words, "sessions", &words.t("sessions"), &sessions, &words.t("end-session")))
                p { a.lnk href="/second-factor" { (words.t("second-factor-set-up")) } }
            }
            div.stack {
                (list(words, "tokens", &words.t("tokens"), &tokens, &words.t("revoke")))
                (form(words, &FormPanel {
                    action: "/profile/tokens",
                    title: &words.t("token-new"),
                    fields: vec![label],
                    errors: 0,
                    submit: &words.t("token-make"),
                    cancel: None,
                    hidden: vec![],
                }))
            }
        }
    };
    Ok(asker.document(&words.t("profile"), None, None, &content))
}

fn list(words: Words, id: &str, title: &str, entries: &[(String, About)], verb: &str) -> Markup {
    let body = html! {
        @if entries.is_empty() { (empty(&words.t("empty-list"), "", None)) }
        ul.rows {
            @for (key, about) in entries {
                li {
                    span.grow.keep { (about.label) }
                    span.mut { (words.moment(about.since.to_zoned(jiff::tz::TimeZone::UTC).datetime())) }
                    form method="post" action="/profile/revoke" {
                        input type="hidden" name="key" value=(key);
                        (button(Purpose::Quiet, verb))
                    }
                }
            }
        }
    };
    Panel { id, title, body, ..Panel::default() }.render()
}

pub async fn new_token(
    State(access): State<Access>,
    asker: Asker,
    Form(new): Form<NewToken>,
) -> Result<Response, WebError> {
    let person = asker.session.person.id;
    let token = access.new_token(person, &new.label, TOKEN_DAYS).await.map_err(WebError::internal)?;
    Ok(page(&access, &asker, Some(&token)).await?.into_response())
}

pub async fn revoke(
    State(access): State<Access>,
    asker: Asker,
    Form(revoked): Form<Revoked>,
) -> Result<Redirect, WebError> {
    access.revoke(asker.session.person.id, &revoked.key).await.map_err(WebError::internal)?;
    Ok(Redirect::to("/profile"))
}
