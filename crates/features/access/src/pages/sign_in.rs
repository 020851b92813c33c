use super::sentence;
use crate::{
    Access, AccessError, SignIn, mail,
    web::{Visitor, own, with_session},
};
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use serde::Deserialize;
use web_kit::{
    WebError,
    components::{Field, Input, Message, Mood, Purpose, button, field, message},
    page,
};

#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    to: String,
}

#[derive(Deserialize)]
pub struct Typed {
    #[serde(default)]
    to: String,
    email: String,
    password: String,
}

#[derive(Deserialize)]
pub struct TypedCode {
    #[serde(default)]
    to: String,
    ticket: String,
    code: String,
}

/// A page in the sign-in box.
pub(super) fn boxed(visitor: &Visitor, title: &str, content: &Markup) -> Markup {
    boxed_for(visitor, title, "", content)
}

/// The same, on the way to a page.
fn boxed_for(visitor: &Visitor, title: &str, to: &str, content: &Markup) -> Markup {
    page::sign_in(
        &page::SignIn {
            words: visitor.words,
            title,
            host: &visitor.host,
            theme: None,
            kept: &[("to", to)],
            version: concat!("Clinch ", env!("CARGO_PKG_VERSION")),
        },
        content,
    )
}

pub async fn show(visitor: Visitor, Query(asked): Query<Asked>) -> Response {
    if visitor.is_known {
        return Redirect::to(own(&asked.to)).into_response();
    }
    password_form(&visitor, "", &asked.to, None).into_response()
}

fn alert(visitor: &Visitor, what: &str) -> Markup {
    message(visitor.words, &Message { mood: Mood::Bad, what, hint: None, buttons: None, reference: None })
}

fn password_form(visitor: &Visitor, email: &str, to: &str, wrong: Option<&str>) -> Markup {
    let words = visitor.words;
    let email_field =
        Field { autocomplete: Some("username"), ..Field::new("email", words.t("email"), Input::Email(email)) };
    let password_field = Field {
        autocomplete: Some("current-password"),
        beside: Some(("/forgotten", words.t("forgotten-password"))),
        ..Field::new("password", words.t("password"), Input::Password)
    };
    let content = html! {
        form.stack method="post" action="/sign-in" {
            @if let Some(wrong) = wrong { (alert(visitor, wrong)) }
            input type="hidden" name="to" value=(to);
            (field(words, &email_field))
            (field(words, &password_field))
            div.btns { (button(Purpose::Primary, &words.t("sign-in"))) }
        }
    };
    boxed_for(visitor, &title(visitor), to, &content)
}

fn title(visitor: &Visitor) -> String {
    if visitor.company.is_empty() {
        return visitor.words.t("sign-in");
    }
    visitor.words.t_with("sign-in-to", &[("company", (&*visitor.company).into())])
}

pub(super) fn code_form(visitor: &Visitor, ticket: &str, to: &str) -> Markup {
    let words = visitor.words;
    let code = Field {
        autocomplete: Some("one-time-code"),
        hint: Some(words.t("code-hint")),
        ..Field::new("code", words.t("code"), Input::Code(""))
    };
    let content = html! {
        form.stack method="post" action="/sign-in/code" {
            input type="hidden" name="to" value=(to);
            input type="hidden" name="ticket" value=(ticket);
            (field(words, &code))
            div.btns { (button(Purpose::Primary, &words.t("continue"))) }
        }
    };
    boxed_for(visitor, &title(visitor), to, &content)
}

pub async fn password(
    State(access): State<Access>,
    visitor: Visitor,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let signed_in = access.sign_in(&typed.email, &typed.password, &visitor.address, &visitor.agent).await;
    match signed_in {
        Ok(SignIn::Done(cookie)) => Ok(with_session(&cookie, own(&typed.to))),
        Ok(SignIn::Code(ticket)) => Ok(code_form(&visitor, &ticket, &typed.to).into_response()),
        Err(error) => {
            let status = match error {
                AccessError::TooMany(_) => StatusCode::TOO_MANY_REQUESTS,
                _ => StatusCode::UNPROCESSABLE_ENTITY,
            };
            let wrong = sentence(visitor.words, &error)?;
            Ok((status, password_form(&visitor, &typed.email, &typed.to, Some(&wrong))).into_response())
        }
    }
}

/// A wrong code starts over: its ticket is used up.
pub async fn code(
    State(access): State<Access>,
    visitor: Visitor,
    Form(typed): Form<TypedCode>,
) -> Result<Response, WebError> {
    match access.sign_in_code(&typed.ticket, &typed.code).await {
        Ok(cookie) => Ok(with_session(&cookie, own(&typed.to))),
        Err(error) => {
            let wrong = sentence(visitor.words, &error)?;
            let page = password_form(&visitor, "", &typed.to, Some(&wrong));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}

pub async fn out(State(access): State<Access>, asker: crate::Asker) -> Result<Response, WebError> {
    access.sign_out(&asker.cookie).await.map_err(WebError::internal)?;
    Ok(with_session("", "/sign-in"))
}

#[derive(Deserialize)]
pub struct Address {
    email: String,
}

/// Where no mail is set up, links come from whoever runs the product.
pub async fn forgotten(State(access): State<Access>, visitor: Visitor) -> Markup {
    forgotten_form(&visitor, access.mail().is_some(), None)
}

fn forgotten_form(visitor: &Visitor, by_mail: bool, wrong: Option<&str>) -> Markup {
    let words = visitor.words;
    let email = Field { autocomplete: Some("username"), ..Field::new("email", words.t("email"), Input::Email("")) };
    let back = html! { a.btn href="/sign-in" { (words.t("sign-in")) } };
    let content = html! {
        @if by_mail {
            form.stack method="post" action="/forgotten" {
                @if let Some(wrong) = wrong { (alert(visitor, wrong)) }
                p { (words.t("forgotten-password-hint")) }
                (field(words, &email))
                div.btns { (button(Purpose::Primary, &words.t("send-link"))) (back) }
            }
        } @else {
            div.stack { p { (words.t("forgotten-ask-operator")) } div.btns { (back) } }
        }
    };
    boxed(visitor, &words.t("forgotten-password"), &content)
}

pub async fn send_link(
    State(access): State<Access>,
    visitor: Visitor,
    Form(typed): Form<Address>,
) -> Result<Response, WebError> {
    if access.mail().is_none() {
        return Err(WebError::NotFound);
    }
    if let Err(error) = mail::forgotten(&access, &typed.email, &visitor.address).await {
        let wrong = sentence(visitor.words, &error)?;
        return Ok((StatusCode::TOO_MANY_REQUESTS, forgotten_form(&visitor, true, Some(&wrong))).into_response());
    }
    let words = visitor.words;
    let content = html! {
        div.stack { p { (words.t("reset-sent")) } div.btns { a.btn href="/sign-in" { (words.t("sign-in")) } } }
    };
    Ok(boxed(&visitor, &words.t("forgotten-password"), &content).into_response())
}
