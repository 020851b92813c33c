//! The page behind an invitation or a reset: set a password, be signed in.

use super::{
    sentence,
    sign_in::{boxed, code_form},
};
use crate::{
    Access, AccessError, PASSWORD_LENGTH, SignIn,
    web::{Visitor, with_session},
};
use axum::{
    Form,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use web_kit::{
    WebError,
    components::{Field, Input, Purpose, button, field, link_button},
};

#[derive(Deserialize)]
pub struct Typed {
    password: String,
    again: String,
}

pub async fn show(
    State(access): State<Access>,
    visitor: Visitor,
    Path(link): Path<String>,
) -> Result<Response, WebError> {
    if access.link_is_good(&link).await.map_err(WebError::internal)? {
        Ok(form(&visitor, None, None).into_response())
    } else {
        Ok((StatusCode::GONE, gone(&visitor)).into_response())
    }
}

fn gone(visitor: &Visitor) -> Markup {
    let words = visitor.words;
    let content = html! {
        div.stack {
            p { b { (words.t("link-expired")) } }
            p { (words.t("forgotten-ask-operator")) }
            div.btns { (link_button(Purpose::Plain, "/sign-in", None, &words.t("sign-in"))) }
        }
    };
    boxed(visitor, &words.t("set-password"), &content)
}

fn form(visitor: &Visitor, wrong: Option<String>, differs: Option<String>) -> Markup {
    let words = visitor.words;
    let least = i64::try_from(*PASSWORD_LENGTH.start()).unwrap_or(0);
    let password = Field {
        autocomplete: Some("new-password"),
        hint: Some(words.t_with("set-password-hint", &[("count", least.into())])),
        error: wrong,
        ..Field::new("password", words.t("new-password"), Input::Password)
    };
    let again = Field {
        autocomplete: Some("new-password"),
        error: differs,
        ..Field::new("again", words.t("repeat-password"), Input::Password)
    };
    let content = html! {
        form.stack method="post" {
            (field(words, &password))
            (field(words, &again))
            div.btns { (button(Purpose::Primary, &words.t("continue"))) }
        }
    };
    boxed(visitor, &words.t("set-password"), &content)
}

pub async fn set(
    State(access): State<Access>,
    visitor: Visitor,
    Path(link): Path<String>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let again = |wrong, differs| (StatusCode::UNPROCESSABLE_ENTITY, form(&visitor, wrong, differs)).into_response();
    if typed.password != typed.again {
        return Ok(again(None, Some(visitor.words.t("passwords-differ"))));
    }
    match access.use_link(&link, &typed.password, &visitor.agent).await {
        Ok(SignIn::Done(cookie)) => Ok(with_session(&cookie, "/")),
        Ok(SignIn::Code(ticket)) => Ok(code_form(&visitor, &ticket, "/").into_response()),
        Err(AccessError::LinkGone) => Ok((StatusCode::GONE, gone(&visitor)).into_response()),
        Err(error) => Ok(again(Some(sentence(visitor.words, &error)?), None)),
    }
}
