//! Inviting people, and links for those who cannot sign in. Only for who runs the product.

use super::sentence;
use crate::{Access, Asker, NewPerson, PERSON, ROLES};
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use base::RecordId;
use maud::{Markup, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError,
    components::{Choice, Field, Form as FormPanel, Input, Message, Mood, field, form, message, page_head},
};

#[derive(Default, Deserialize)]
pub struct Typed {
    name: String,
    email: String,
    role: String,
}

fn operators_only(asker: &Asker) -> Result<(), WebError> {
    if asker.administers() { Ok(()) } else { Err(WebError::Forbidden) }
}

pub async fn show(asker: Asker) -> Result<Markup, WebError> {
    operators_only(&asker)?;
    Ok(page(&asker, &Typed::default(), None, None))
}

fn page(asker: &Asker, typed: &Typed, wrong: Option<String>, link: Option<&str>) -> Markup {
    let words = asker.words;
    let roles: Vec<Choice> =
        ROLES.iter().map(|role| Choice { value: (*role).to_owned(), label: words.choice("role", role) }).collect();
    let errors = usize::from(wrong.is_some());
    let fields = [
        Field::new("name", words.field("name"), Input::Text(&typed.name)),
        Field { error: wrong, ..Field::new("email", words.field("email"), Input::Email(&typed.email)) },
        Field::new("role", words.field("role"), Input::Select { chosen: &typed.role, choices: roles }),
    ];
    let title = words.t("invitation");
    let content = html! {
        (page_head(&title, None, &html! {}))
        @if let Some(link) = link {
            (message(words, &Message {
                mood: Mood::Good,
                what: &words.t("link-hand-over"),
                hint: Some(link),
                buttons: None,
                reference: None,
            }))
        }
        (form(words, &FormPanel {
            action: "/people/invite",
            title: &title,
            fields: fields.iter().map(|entry| field(words, entry)).collect(),
            errors,
            submit: &words.t("invite"),
            cancel: Some("/people"),
            hidden: vec![],
        }))
    };
    asker.document(&title, Some("records-person"), None, &content)
}

pub async fn invite(
    State(access): State<Access>,
    asker: Asker,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    operators_only(&asker)?;
    if typed.name.trim().is_empty() || !ROLES.contains(&typed.role.as_str()) {
        let wrong = Some(asker.words.t("error-required"));
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&asker, &typed, wrong, None)).into_response());
    }
    let new = NewPerson { name: &typed.name, email: &typed.email, role: &typed.role, manager: None };
    match access.invite(&new, Some(asker.session.person.id), Origin::Ui).await {
        Ok((_, link)) => {
            let link = address(&headers, &link);
            Ok(page(&asker, &Typed::default(), None, Some(&link)).into_response())
        }
        Err(error) => {
            let wrong = Some(sentence(asker.words, &error)?);
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&asker, &typed, wrong, None)).into_response())
        }
    }
}

/// A new link for somebody who is there already.
pub async fn link(
    State(access): State<Access>,
    asker: Asker,
    headers: HeaderMap,
    Path(id): Path<i64>,
) -> Result<Markup, WebError> {
    operators_only(&asker)?;
    let person = access.db().reader(&asker.session.viewer).get(&PERSON, RecordId(id)).await;
    let person = person.map_err(WebError::internal)?.ok_or(WebError::NotFound)?;
    let link = access.link(person.id).await.map_err(WebError::internal)?;
    Ok(page(&asker, &Typed::default(), None, Some(&address(&headers, &link))))
}

fn address(headers: &HeaderMap, link: &str) -> String {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let scheme = if host.starts_with("127.0.0.1") || host.starts_with("localhost") { "http" } else { "https" };
    format!("{scheme}://{host}/welcome/{link}")
}
