//! Setting up a second factor: obligatory for who runs the product, open to everybody.

use super::sentence;
use crate::{Access, Asker};
use axum::{
    Form,
    extract::State,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use web_kit::{
    WebError,
    components::{Field, Form as FormPanel, Input, field, form, page_head},
};

#[derive(Deserialize)]
pub struct Typed {
    secret: String,
    code: String,
}

pub async fn show(State(access): State<Access>, asker: Asker) -> Markup {
    let (secret, _) = access.new_factor(&asker.company, &asker.session.person);
    page(&asker, &secret, None)
}

fn page(asker: &Asker, secret: &str, wrong: Option<String>) -> Markup {
    let words = asker.words;
    let title = words.t("second-factor");
    let errors = usize::from(wrong.is_some());
    let code = Field {
        autocomplete: Some("one-time-code"),
        hint: Some(words.t("code-hint")),
        error: wrong,
        ..Field::new("code", words.t("code"), Input::Code(""))
    };
    let key = html! {
        div.field { span { (words.t("second-factor-key")) } code.kbd { (spaced(secret)) } }
    };
    let content = html! {
        (page_head(&title, Some(&words.t("second-factor-hint")), &html! {}))
        (form(words, &FormPanel {
            action: "/second-factor",
            title: &words.t("second-factor-set-up"),
            fields: vec![key, field(words, &code)],
            errors,
            submit: &words.t("continue"),
            cancel: None,
            hidden: vec![("secret", secret)],
        }))
    };
    asker.document(&title, None, None, &content)
}

/// In groups of four, as it is typed into an app.
fn spaced(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

pub async fn enrol(State(access): State<Access>, asker: Asker, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    match access.enrol(asker.session.person.id, &typed.secret, &typed.code).await {
        Ok(()) => Ok(Redirect::to("/").into_response()),
        Err(error) => {
            let wrong = sentence(asker.words, &error)?;
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&asker, &typed.secret, Some(wrong))).into_response())
        }
    }
}
