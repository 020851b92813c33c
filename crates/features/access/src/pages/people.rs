//! Inviting people, and links for those who cannot sign in. Only for who runs the product.

use super::sentence;
use crate::{Access, Asker, LINK_MINUTES, NewPerson, PERSON, ROLES, TEAM, mail::Link, people, web::here};
use axum::{
    Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base::RecordId;
use db::Record;
use jiff::SignedDuration;
use maud::{Markup, html};
use rules::{log::Origin, record::RecordType};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Choice, Field, Form as FormPanel, Input, Panel, Purpose, copyable, field, form, link_button, page_head,
    },
};

#[derive(Default, Deserialize)]
pub struct Typed {
    name: String,
    email: String,
    role: String,
    #[serde(default)]
    team: String,
    #[serde(default)]
    manager: String,
}

/// What was wrong with each field.
#[derive(Default)]
struct Wrong {
    name: Option<String>,
    email: Option<String>,
    role: Option<String>,
}

impl Wrong {
    fn count(&self) -> usize {
        [&self.name, &self.email, &self.role].into_iter().flatten().count()
    }
}

/// Whom a new person may work with.
struct Around {
    teams: Vec<Record>,
    people: Vec<Record>,
}

fn operators_only(asker: &Asker) -> Result<(), WebError> {
    if asker.administers() { Ok(()) } else { Err(WebError::Forbidden) }
}

async fn around(access: &Access, asker: &Asker) -> Result<Around, WebError> {
    let reader = access.db().reader(&asker.session.viewer);
    let all = async |record_type: &'static RecordType| {
        let mut records = reader.all(record_type).await.map_err(WebError::internal)?;
        records.retain(|record| !record.archived);
        records.sort_by_cached_key(Record::title);
        Ok::<_, WebError>(records)
    };
    Ok(Around { teams: all(&TEAM).await?, people: all(&PERSON).await? })
}

pub async fn show(State(access): State<Access>, asker: Asker) -> Result<Markup, WebError> {
    operators_only(&asker)?;
    Ok(page(&asker, &around(&access, &asker).await?, &Typed::default(), Wrong::default()))
}

fn page(asker: &Asker, around: &Around, typed: &Typed, wrong: Wrong) -> Markup {
    let words = asker.words;
    let roles: Vec<Choice> =
        ROLES.iter().map(|role| Choice { value: (*role).to_owned(), label: words.choice("role", role) }).collect();
    let errors = wrong.count();
    let named = |chosen, records| Input::Select { chosen, choices: choices(words, records) };
    let fields = [
        Field {
            is_required: true,
            error: wrong.name,
            ..Field::new("name", words.field("name"), Input::Text(&typed.name))
        },
        Field {
            is_required: true,
            error: wrong.email,
            ..Field::new("email", words.field("email"), Input::Email(&typed.email))
        },
        Field {
            is_required: true,
            error: wrong.role,
            ..Field::new("role", words.field("role"), Input::Select { chosen: &typed.role, choices: roles })
        },
        Field::new("team", words.field("team"), named(&typed.team, &around.teams)),
        Field::new("manager", words.field("manager"), named(&typed.manager, &around.people)),
    ];
    let title = words.t("invitation");
    let content = html! {
        (page_head(&title, None, &html! {}))
        div.cols.narrow {
            (form(words, &FormPanel {
                action: "/people/invite",
                title: &title,
                fields: fields.iter().map(|entry| field(words, entry)).collect(),
                errors,
                submit: &words.t("invite"),
                cancel: Some("/people"),
                hidden: vec![],
            }))
        }
    };
    asker.document(&title, Some("records-person"), None, &content)
}

/// Nobody, or one of these.
fn choices(words: Words, records: &[Record]) -> Vec<Choice> {
    let nobody = Choice { value: String::new(), label: words.t("none") };
    let named = records.iter().map(|record| Choice { value: record.id.to_string(), label: record.title() });
    std::iter::once(nobody).chain(named).collect()
}

/// The record of a list that was chosen; what is not in it counts as none.
fn chosen(records: &[Record], typed: &str) -> Option<RecordId> {
    records.iter().map(|record| record.id).find(|id| id.to_string() == typed)
}

pub async fn invite(
    State(access): State<Access>,
    asker: Asker,
    headers: HeaderMap,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    operators_only(&asker)?;
    let around = around(&access, &asker).await?;
    let required = |is_missing: bool| is_missing.then(|| asker.words.t("error-required"));
    let wrong = Wrong {
        name: required(typed.name.trim().is_empty()),
        email: required(typed.email.trim().is_empty()),
        role: required(!ROLES.contains(&typed.role.as_str())),
    };
    if wrong.count() > 0 {
        return Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&asker, &around, &typed, wrong)).into_response());
    }
    let new = NewPerson {
        name: &typed.name,
        email: &typed.email,
        role: &typed.role,
        team: chosen(&around.teams, &typed.team),
        manager: chosen(&around.people, &typed.manager),
    };
    match access.invite(&new, Some(asker.session.person.id), Origin::Ui).await {
        Ok((id, link)) => {
            Ok(hand_over(&access, &asker, &headers, (id, typed.name.trim()), Some(link), Link::Invitation)
                .await?
                .into_response())
        }
        Err(error) => {
            let wrong = Wrong { email: Some(sentence(asker.words, &error)?), ..Wrong::default() };
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page(&asker, &around, &typed, wrong)).into_response())
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
    hand_over(&access, &asker, &headers, (person.id, &person.title()), None, Link::Reset).await
}

/// The link goes by mail; where none is set up or it fails, it is shown, with whose it is and until when.
async fn hand_over(
    access: &Access,
    asker: &Asker,
    headers: &HeaderMap,
    (id, name): (RecordId, &str),
    link: Option<String>,
    what: Link,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let title = words.t_with("link-for", &[("name", name.into())]);
    let body = match by_mail(access, id, what).await? {
        Sent::To(email) => html! { p { (words.t_with("link-mailed", &[("email", email.into())])) } },
        unsent => {
            let link = match link {
                Some(link) => link,
                None => access.link(id).await.map_err(WebError::internal)?,
            };
            let zone = people::time_zone(access.db()).await.map_err(WebError::internal)?;
            let until = access.db().now().saturating_add(SignedDuration::from_mins(LINK_MINUTES));
            let until = until.map_err(WebError::internal)?.to_zoned(zone).datetime();
            html! {
                @if matches!(unsent, Sent::Failed) { p { (words.t("link-not-mailed")) } }
                p { (words.t("link-hand-over")) " " (words.t_with("ends-at", &[("moment", words.moment(until).into())])) }
                (copyable(words, &here(headers, &format!("/welcome/{link}"))))
            }
        }
    };
    let body = html! {
        (body)
        div.btns {
            (link_button(Purpose::Plain, &format!("/people/{id}"), None, name))
            (link_button(Purpose::Quiet, "/people/invite", None, &words.t("invite-another")))
        }
    };
    let content = html! {
        (page_head(&title, None, &html! {}))
        div.cols.narrow { (Panel { id: "link", title: name, body, ..Panel::default() }) }
    };
    Ok(asker.document(&title, Some("records-person"), None, &content))
}

/// What became of a link by mail.
enum Sent {
    To(String),
    Failed,
    NoMail,
}

async fn by_mail(access: &Access, person: RecordId, what: Link) -> Result<Sent, WebError> {
    let Some(mailer) = access.mail() else { return Ok(Sent::NoMail) };
    let person = access.db().system().get(&PERSON, person).await.map_err(WebError::internal)?;
    let person = person.ok_or(WebError::NotFound)?;
    Ok(match access.mail_link(mailer, &person, what).await {
        Ok(()) => Sent::To(person.value("email").as_text().unwrap_or_default().to_owned()),
        Err(error) => {
            tracing::error!(cause = %error, "a link could not be mailed");
            Sent::Failed
        }
    })
}
