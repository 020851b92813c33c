//! Job descriptions: the list, and each as the document that is approved and acknowledged.

use super::{Asking, ROLES, day, failed, paper, roles};
use crate::{Appraisal, Description, Standing};
use access::Asker;
use axum::{
    Form,
    extract::Path,
    response::{Redirect, Response},
};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words, attached,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row as Line, Table, button, empty,
        facts, form, link_button, page_head, prints, record_link, tag,
    },
};

#[derive(Deserialize)]
pub struct Issued {
    person: String,
    role: String,
    from: String,
    order_number: String,
}

pub async fn list(Asking { asker, appraisal }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = appraisal.description_records(Vec::new()).await.map_err(failed)?;
    let people = found.iter().filter_map(|one| one.value("person").as_reference());
    let names = appraisal.names(people).await.map_err(failed)?;
    let rows = found.iter().map(|one| {
        let name = one.value("person").as_reference().and_then(|id| names.get(&id)).map_or("", String::as_str);
        let role = one.value("role").as_text().unwrap_or_default();
        let cells = vec![
            Cell::text(words.choice("role", role)),
            Cell::text(one.value("starts_on").as_date().map(|date| words.date(date)).unwrap_or_default()),
            Cell::text(one.title()),
            Cell::text(standing(words, Standing::of(one))),
        ];
        Line::new(record_link(&format!("/job-descriptions/{}", one.id), name), cells)
    });
    let title = words.t("job-descriptions");
    let heads = ["role-person", "role", "holds-from", "description-order", "state"].map(|key| Head::text(words.t(key)));
    let body = if found.is_empty() {
        empty(&words.t("descriptions-none"), &words.t("descriptions-none-hint"), None)
    } else {
        Table { label: &title, heads: heads.into(), rows: rows.collect(), ..Table::default() }.render()
    };
    let new = if appraisal.runs_appraisals().await.map_err(failed)? {
        new(words, &appraisal).await?
    } else {
        html! {}
    };
    let content = html! {
        (page_head(&title, Some(&words.t("descriptions-hint")), &link_button(Purpose::Plain, "/roles", None, &words.t("roles"))))
        div.stack {
            (Panel { id: "descriptions", title: &title, body, is_flush: !found.is_empty(), ..Panel::default() })
            (new)
        }
    };
    Ok(asker.document(&title, Some(ROLES), None, &content))
}

/// The form that issues one.
async fn new(words: Words, appraisal: &Appraisal) -> Result<Markup, WebError> {
    let today = appraisal.today().await.map_err(failed)?;
    let roles = appraisal.roles(today).await.map_err(failed)?;
    let people = appraisal.people(today).await.map_err(failed)?;
    let choices =
        people.iter().map(|person| Choice { value: format!("#{}", person.id), label: person.title() }).collect();
    let of_role = |role: &String| Choice { value: role.clone(), label: words.choice("role", role) };
    let from = today.to_string();
    let fields = [
        Field::new("person", words.t("role-person"), Input::Select { chosen: "", choices }),
        Field::new("role", words.t("role"), Input::Select { chosen: "", choices: roles.keys().map(of_role).collect() }),
        Field::new("from", words.t("holds-from"), Input::Date(&from)),
        Field { is_required: true, ..Field::new("order_number", words.t("description-order"), Input::Text("")) },
    ];
    Ok(form(
        words,
        &PageForm::fresh(
            words,
            "/job-descriptions",
            &words.t("description-new"),
            &words.t("description-issue"),
            &fields,
        ),
    ))
}

pub async fn issue(Asking { appraisal, .. }: Asking, Form(typed): Form<Issued>) -> Result<Redirect, WebError> {
    let from = day(&typed.from)?;
    let id = appraisal.issue(&typed.person, &typed.role, from, &typed.order_number, Origin::Ui).await;
    Ok(Redirect::to(&format!("/job-descriptions/{}", id.map_err(failed)?)))
}

pub async fn show(Asking { asker, appraisal }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let found = appraisal.description(RecordId(id)).await.map_err(failed)?;
    document(&asker, &appraisal, &found).await
}

pub async fn approve(Asking { appraisal, .. }: Asking, Path(id): Path<i64>) -> Result<Redirect, WebError> {
    appraisal.approve_description(RecordId(id), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/job-descriptions/{id}")))
}

pub async fn acknowledge(Asking { appraisal, .. }: Asking, Path(id): Path<i64>) -> Result<Redirect, WebError> {
    appraisal.acknowledge_description(RecordId(id), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/job-descriptions/{id}")))
}

/// The document on paper, in a language.
pub async fn pdf(
    Asking { asker, appraisal }: Asking,
    Path((id, language)): Path<(i64, String)>,
) -> Result<Response, WebError> {
    let words = Words::of_address(&language)?;
    let found = appraisal.description(RecordId(id)).await.map_err(failed)?;
    let paper = paper::description(words, &asker.company, &found);
    let bytes = documents::print(paper).await.map_err(WebError::internal)?;
    Ok(attached(documents::PDF, &format!("job-description-{id}-{language}.pdf"), bytes))
}

async fn document(asker: &Asker, appraisal: &Appraisal, found: &Description) -> Result<Markup, WebError> {
    let words = asker.words;
    let role = found.profile.names.of(words.language.code());
    let title = words.t_with("description-of", &[("name", found.name.as_str().into())]);
    let me = asker.session.person.id;
    let may_approve = found.standing() == Standing::Issued
        && found.person != me
        && found.issued_by.as_ref().is_none_or(|(by, _)| *by != me)
        && appraisal.appoints().await.map_err(failed)?;
    let may_acknowledge = found.standing() == Standing::Approved && found.person == me;
    let step = |what: &str, label: &str| {
        html! {
            form method="post" action={ "/job-descriptions/" (found.id) "/" (what) } { (button(Purpose::Primary, &words.t(label))) }
        }
    };
    let end = html! {
        (standing(words, found.standing()))
        @if may_approve { (step("approval", "description-approve")) }
        @if may_acknowledge { (step("acknowledgement", "description-acknowledge")) }
    };
    let date = |date| words.date(date);
    let mut rows = vec![
        (words.t("role"), role.to_owned()),
        (words.t("description-order"), found.order_number.clone()),
        (words.t("holds-from"), date(found.starts_on)),
    ];
    rows.extend(found.issued_by.iter().map(|(_, name)| (words.t("description-issued-by"), name.clone())));
    let not_yet = || words.t("description-not-yet");
    let approved = found.approved.as_ref();
    let signed = vec![
        (words.t("description-approved-by"), approved.map_or_else(not_yet, |(name, _)| name.clone())),
        (words.t("description-date"), approved.map_or_else(not_yet, |(_, day)| date(*day))),
        (words.t("description-acknowledged"), found.acknowledged_on.map_or_else(not_yet, date)),
    ];
    let content = html! {
        (page_head(&title, Some(found.profile.purpose.of(words.language.code())), &end))
        div.cols.st2 {
            div.stack { (roles::duties(words, &found.profile)) }
            div.stack {
                (Panel { id: "appointment", title: &words.t("description-appointment"), body: facts(&rows), ..Panel::default() })
                (Panel { id: "approval", title: &words.t("description-approval"), body: facts(&signed), ..Panel::default() })
                (roles::competencies(words, &found.profile, &found.library))
                (prints(words, &format!("/job-descriptions/{}/pdf", found.id)))
            }
        }
    };
    Ok(asker.document(&title, Some(ROLES), None, &content))
}

fn standing(words: Words, standing: Standing) -> Markup {
    let mood = match standing {
        Standing::Issued => Mood::Neutral,
        Standing::Approved => Mood::Info,
        Standing::Acknowledged => Mood::Good,
    };
    tag(mood, &words.t(&format!("description-{}", standing.name())))
}
