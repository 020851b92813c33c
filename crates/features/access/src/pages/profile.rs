//! One's own account: password, where one is signed in, and tokens for programs.

use super::{device::device, sentence};
use crate::{
    About, Access, AccessError, Asker, people,
    web::{Visitor, with_session},
};
use axum::{
    Form,
    extract::{Query, State},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use jiff::{Timestamp, tz::TimeZone};
use maud::{Markup, Render, html};
use serde::Deserialize;
use web_kit::{
    Language, WebError, Words,
    components::{
        Field, Form as FormPanel, Input, Message, Mood, Panel, Place, Purpose, button, copyable, empty, facts, field,
        form, message, page_head, segmented, tag, toast,
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

#[derive(Deserialize)]
pub struct NewPassword {
    old: String,
    password: String,
    again: String,
}

/// What was wrong with each field of a new password.
#[derive(Default)]
struct Wrong {
    old: Option<String>,
    password: Option<String>,
    again: Option<String>,
}

#[derive(Deserialize)]
pub struct Told {
    #[serde(default)]
    done: String,
}

pub async fn show(State(access): State<Access>, asker: Asker, Query(told): Query<Told>) -> Result<Markup, WebError> {
    let words = asker.words;
    let told = (told.done == "password").then(|| toast(words, &words.t("password-changed"), None, None));
    page(&access, &asker, None, Wrong::default(), told).await
}

async fn page(
    access: &Access,
    asker: &Asker,
    token: Option<&str>,
    wrong: Wrong,
    told: Option<Markup>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let person = &asker.session.person;
    let zone = people::time_zone(access.db()).await.map_err(WebError::internal)?;
    let lists = Lists { words, zone: &zone, here: &Access::session_key(&asker.cookie) };
    let sessions = access.sessions(person.id).await.map_err(WebError::internal)?;
    let tokens = access.tokens(person.id).await.map_err(WebError::internal)?;
    let has_factor = access.has_factor(person.id).await.map_err(WebError::internal)?;
    let languages: Vec<Place> = Language::EVERY
        .iter()
        .map(|language| Place::new(language.own_name(), format!("?lang={language}"), *language == words.language))
        .collect();
    let content = html! {
        (page_head(&person.title(), None, &segmented(&words.t("language"), &languages)))
        @if let Some(token) = token {
            (message(words, &Message {
                mood: Mood::Good,
                what: &words.t("token-shown-once"),
                hint: None,
                buttons: Some(copyable(words, token)),
                reference: None,
            }))
        }
        div.cols.pair {
            div.stack {
                (Panel { id: "about", title: &words.t("profile"), body: facts(&about(asker)), is_flush: true, ..Panel::default() })
                (factor(words, has_factor))
                (password_form(words, wrong))
            }
            div.stack {
                (lists.sessions(&sessions))
                (lists.tokens(&tokens))
                (token_form(words))
            }
        }
    };
    Ok(asker.telling(&words.t("profile"), None, None, told, &content))
}

fn about(asker: &Asker) -> Vec<(String, String)> {
    let words = asker.words;
    ["email", "title", "role"]
        .into_iter()
        .filter_map(|name| {
            let value = asker.session.person.value(name).as_text()?;
            let shown = if name == "role" { words.choice("role", value) } else { value.to_owned() };
            Some((words.field(name), shown))
        })
        .collect()
}

fn factor(words: Words, is_set: bool) -> Markup {
    let (state, way) = if is_set {
        ("second-factor-on", "second-factor-replace")
    } else {
        ("second-factor-off", "second-factor-set-up")
    };
    let body = html! {
        p { (words.t(state)) }
        p { a.lnk href="/second-factor" { (words.t(way)) } }
    };
    Panel { id: "factor", title: &words.t("second-factor"), body, ..Panel::default() }.render()
}

fn password_form(words: Words, wrong: Wrong) -> Markup {
    let errors = [&wrong.old, &wrong.password, &wrong.again].into_iter().flatten().count();
    let least = i64::try_from(*crate::PASSWORD_LENGTH.start()).unwrap_or(0);
    let fields = [
        Field {
            is_required: true,
            autocomplete: Some("current-password"),
            error: wrong.old,
            ..Field::new("old", words.t("old-password"), Input::Password)
        },
        Field {
            is_required: true,
            autocomplete: Some("new-password"),
            hint: Some(words.t_with("set-password-hint", &[("count", least.into())])),
            error: wrong.password,
            ..Field::new("password", words.t("new-password"), Input::Password)
        },
        Field {
            is_required: true,
            autocomplete: Some("new-password"),
            hint: Some(words.t("change-password-hint")),
            error: wrong.again,
            ..Field::new("again", words.t("repeat-password"), Input::Password)
        },
    ];
    let title = words.t("change-password");
    form(
        words,
        &FormPanel {
            action: "/profile/password",
            title: &title,
            fields: fields.iter().map(|entry| field(words, entry)).collect(),
            errors,
            submit: &title,
            cancel: None,
            hidden: vec![],
        },
    )
}

fn token_form(words: Words) -> Markup {
    let label = Field { is_required: true, ..Field::new("label", words.t("token-label"), Input::Text("")) };
    form(words, &FormPanel::fresh(words, "/profile/tokens", &words.t("token-new"), &words.t("token-make"), &[label]))
}

/// What sessions and tokens are listed with.
struct Lists<'a> {
    words: Words,
    zone: &'a TimeZone,
    /// The key of the session that looks.
    here: &'a str,
}

impl Lists<'_> {
    fn sessions(&self, sessions: &[(String, About)]) -> Markup {
        let words = self.words;
        let end = words.t("end-session");
        let rows = sessions.iter().map(|(key, about)| {
            let what = html! { span title=(about.label) { (device(words, &about.label)) } };
            self.row(&what, about, (key != self.here).then_some((key.as_str(), end.as_str())))
        });
        panel(words, "sessions", &words.t("sessions"), &rows.collect::<Vec<_>>())
    }

    fn tokens(&self, tokens: &[(String, About)]) -> Markup {
        let words = self.words;
        let revoke = words.t("revoke");
        let rows =
            tokens.iter().map(|(key, about)| self.row(&about.label, about, Some((key.as_str(), revoke.as_str()))));
        panel(words, "tokens", &words.t("tokens"), &rows.collect::<Vec<_>>())
    }

    /// One entry, with the way to end it: key and verb; the session that looks is ended by signing out.
    fn row(&self, what: &impl Render, about: &About, end: Option<(&str, &str)>) -> Markup {
        let words = self.words;
        html! {
            li {
                div.grow {
                    div.keep { (what) }
                    div.mut {
                        (words.t_with("signed-in-since", &[("moment", self.moment(about.since).into())]))
                        @if let Some(until) = about.until {
                            " · " (words.t_with("ends-at", &[("moment", self.moment(until).into())]))
                        }
                    }
                }
                @match end {
                    Some((key, verb)) => form method="post" action="/profile/revoke" {
                        input type="hidden" name="key" value=(key);
                        (button(Purpose::Quiet, verb))
                    },
                    None => (tag(Mood::Info, &words.t("this-device"))),
                }
            }
        }
    }

    fn moment(&self, moment: Timestamp) -> String {
        self.words.moment(moment.to_zoned(self.zone.clone()).datetime())
    }
}

fn panel(words: Words, id: &str, title: &str, rows: &[Markup]) -> Markup {
    let body = html! {
        @if rows.is_empty() {
            (empty(&words.t("empty-list"), "", None))
        } @else {
            ul.rows { @for row in rows { (row) } }
        }
    };
    Panel { id, title, body, is_flush: true, ..Panel::default() }.render()
}

pub async fn new_password(
    State(access): State<Access>,
    asker: Asker,
    visitor: Visitor,
    Form(typed): Form<NewPassword>,
) -> Result<Response, WebError> {
    let words = asker.words;
    let wrong = if typed.password == typed.again {
        let person = asker.session.person.id;
        match access.change_password(person, &typed.old, &typed.password, &visitor.agent).await {
            Ok(cookie) => return Ok(with_session(&cookie, "/profile?done=password")),
            Err(AccessError::Wrong) => Wrong { old: Some(words.t("wrong-old-password")), ..Wrong::default() },
            Err(error @ AccessError::TooMany(_)) => Wrong { old: Some(sentence(words, &error)?), ..Wrong::default() },
            Err(error) => Wrong { password: Some(sentence(words, &error)?), ..Wrong::default() },
        }
    } else {
        Wrong { again: Some(words.t("passwords-differ")), ..Wrong::default() }
    };
    let page = page(&access, &asker, None, wrong, None).await?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub async fn new_token(
    State(access): State<Access>,
    asker: Asker,
    Form(new): Form<NewToken>,
) -> Result<Markup, WebError> {
    let person = asker.session.person.id;
    let token = access.new_token(person, &new.label, TOKEN_DAYS).await.map_err(WebError::internal)?;
    page(&access, &asker, Some(&token), Wrong::default(), None).await
}

pub async fn revoke(
    State(access): State<Access>,
    asker: Asker,
    Form(revoked): Form<Revoked>,
) -> Result<Redirect, WebError> {
    access.revoke(asker.session.person.id, &revoked.key).await.map_err(WebError::internal)?;
    Ok(Redirect::to("/profile"))
}
