//! Setting up a second factor, or another in its place: obligatory for who runs the product, open to everybody.

use super::sentence;
use crate::{Access, AccessError, Asker, factor::factor_address};
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
    components::{Field, Form as FormPanel, Input, field, form, page_head, qr},
};

#[derive(Deserialize)]
pub struct Typed {
    secret: String,
    code: String,
    #[serde(default)]
    old: String,
}

/// What was wrong with the code of the factor in force, and with that of the new one.
#[derive(Default)]
struct Wrong {
    old: Option<String>,
    new: Option<String>,
}

pub async fn show(State(access): State<Access>, asker: Asker) -> Result<Markup, WebError> {
    let is_set = access.has_factor(asker.session.person.id).await.map_err(WebError::internal)?;
    Ok(page(&asker, is_set, &access.new_factor(), Wrong::default()))
}

fn page(asker: &Asker, is_set: bool, secret: &str, wrong: Wrong) -> Markup {
    let words = asker.words;
    let title = words.t("second-factor");
    let errors = usize::from(wrong.old.is_some()) + usize::from(wrong.new.is_some());
    let old = Field {
        autocomplete: Some("one-time-code"),
        hint: Some(words.t("second-factor-replace-hint")),
        error: wrong.old,
        ..Field::new("old", words.t("old-code"), Input::Code(""))
    };
    let code = Field {
        autocomplete: Some("one-time-code"),
        hint: Some(words.t("code-hint")),
        error: wrong.new,
        ..Field::new("code", words.t(if is_set { "new-code" } else { "code" }), Input::Code(""))
    };
    let address = factor_address(&asker.company, &asker.session.person, secret);
    let key = html! {
        @if let Some(code) = address.and_then(|address| qr(&words.t("second-factor-key"), &address)) { (code) }
        div.field { span { (words.t("second-factor-key")) } code.kbd { (spaced(secret)) } }
    };
    let state = match (is_set, asker.session.needs_second_factor) {
        (true, _) => "second-factor-on",
        (false, true) => "second-factor-needed",
        (false, false) => "second-factor-off",
    };
    let mut fields = vec![key, field(words, &code)];
    if is_set {
        fields.insert(0, field(words, &old));
    }
    let content = html! {
        (page_head(&title, Some(&words.t(state)), &html! {}))
        div.cols.slim {
            (form(words, &FormPanel {
                action: "/second-factor",
                title: &words.t(if is_set { "second-factor-replace" } else { "second-factor-set-up" }),
                fields,
                errors,
                submit: &words.t("continue"),
                cancel: is_set.then_some("/profile"),
                hidden: vec![("secret", secret)],
            }))
        }
    };
    asker.document(&title, None, None, &content)
}

/// In groups of four, as it is typed into an app.
fn spaced(secret: &str) -> String {
    let letters: Vec<char> = secret.chars().collect();
    letters.chunks(4).map(|group| group.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}

pub async fn enrol(State(access): State<Access>, asker: Asker, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let person = asker.session.person.id;
    let is_set = access.has_factor(person).await.map_err(WebError::internal)?;
    let Err(error) = access.enrol(person, &typed.secret, &typed.code, &typed.old).await else {
        return Ok(Redirect::to(if is_set { "/profile" } else { "/" }).into_response());
    };
    let what = Some(sentence(asker.words, &error)?);
    let wrong = match error {
        AccessError::OldCode | AccessError::TooMany(_) => Wrong { old: what, new: None },
        _ => Wrong { old: None, new: what },
    };
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&asker, is_set, &typed.secret, wrong)).into_response())
}
