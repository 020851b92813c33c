//! Customers who are asked for a view: whom those above ask, and the one page that a customer sees.

use super::{ACTIVE, Asking, failed, key};
use crate::{Appraisal, AppraisalError, Folder, Form as Appraised, MOST_CUSTOMERS, Part, PartState, View};
use access::{Access, Asker, Visitor, here};
use axum::{
    Extension, Form,
    extract::{Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Redirect, Response},
};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::{access::Viewer, log::Origin, role::HIGHEST_LEVEL};
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    Language, WebError, Words,
    components::{
        Cell, Choice, Field, Head, Input, Message, Mood, Panel, Purpose, Row as Line, Table, button, copyable, field,
        link_button, message, page_head, tag,
    },
    mail, page,
};

#[derive(Deserialize)]
pub struct Named {
    name: String,
    email: String,
    language: String,
}

/// Whom those above asked, and the way to ask another.
pub fn panel(words: Words, form: &Appraised, runs: bool) -> Markup {
    let title = words.t("form-customers");
    let row = |(part, name): &(Part, String)| {
        let steps = html! {
            @if part.state == PartState::Declined { (tag(Mood::Neutral, &words.t("customer-withdrawn"))) }
            @else {
                form.btns method="post" action={ "/appraisals/customers/" (part.id) } {
                    input type="hidden" name="language" value=(words.language.code());
                    button.btn.btn-sm name="step" value="link" { (words.t("customer-new-link")) }
                    @if runs { button.btn.btn-sm.btn-quiet name="step" value="withdraw" { (words.t("customer-withdraw")) } }
                }
            }
        };
        Line::new(name.as_str(), vec![Cell::text(steps)])
    };
    let rows: Vec<Line> = form.customers.iter().map(row).collect();
    let asked = form.customers.iter().filter(|(part, _)| part.state != PartState::Declined).count();
    let languages = Language::EVERY
        .map(|language| Choice { value: language.code().to_owned(), label: language.own_name().to_owned() });
    let body = html! {
        @if !rows.is_empty() {
            (Table { label: &title, heads: vec![Head::text(words.t("customer-name")), Head::text("")], rows, ..Table::default() })
        }
        @if asked < MOST_CUSTOMERS {
            form.stack method="post" action={ "/appraisals/" (form.id) "/customers" } {
                div.fgrid {
                    (field(words, &Field { is_required: true, ..Field::new("name", words.t("customer-name"), Input::Text("")) }))
                    (field(words, &Field { is_required: true, ..Field::new("email", words.t("email"), Input::Email("")) }))
                    (field(words, &Field::new("language", words.t("language"), Input::Select { chosen: words.language.code(), choices: languages.into() })))
                }
                div.btns { (button(Purpose::Plain, &words.t("customer-ask"))) }
            }
        }
    };
    let note = words.t("form-customers-hint");
    Panel { id: "customers", title: &title, note: Some(&note), body, ..Panel::default() }.render()
}

pub async fn ask(
    State(access): State<Access>,
    Asking { asker, appraisal }: Asking,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(named): Form<Named>,
) -> Result<Response, WebError> {
    let form = RecordId(id);
    let (_, link) =
        appraisal.ask_customer(&access, form, (&named.name, &named.email), Origin::Ui).await.map_err(failed)?;
    let to = To { name: named.name.trim(), email: named.email.trim(), language: &named.language };
    hand_over(&access, &asker, &appraisal, &headers, form, &to, &link).await
}

#[derive(Deserialize)]
pub struct Stepped {
    step: String,
    #[serde(default)]
    language: String,
}

pub async fn step(
    State(access): State<Access>,
    Asking { asker, appraisal }: Asking,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(typed): Form<Stepped>,
) -> Result<Response, WebError> {
    let part = RecordId(id);
    let form = appraisal.form_of_customer(part).await.map_err(failed)?;
    if typed.step == "withdraw" {
        appraisal.withdraw_customer(part, Origin::Ui).await.map_err(failed)?;
        return Ok(Redirect::to(&format!("/appraisals/{form}#customers")).into_response());
    }
    let (name, email, link) = appraisal.customer_link(&access, part).await.map_err(failed)?;
    let to = To { name: &name, email: &email, language: &typed.language };
    hand_over(&access, &asker, &appraisal, &headers, form, &to, &link).await
}

/// Whom a letter goes to, and in which language.
struct To<'a> {
    name: &'a str,
    email: &'a str,
    language: &'a str,
}

/// The link goes by mail; where there is none it is shown once.
async fn hand_over(
    access: &Access,
    asker: &Asker,
    appraisal: &Appraisal,
    headers: &HeaderMap,
    form: RecordId,
    to: &To<'_>,
    link: &str,
) -> Result<Response, WebError> {
    let words = asker.words;
    let person = appraisal.form(form).await.map_err(failed)?.name;
    let letter_words = Words::new(to.language.parse().unwrap_or(words.language));
    let sent = match access.mail() {
        None => false,
        Some(mailer) => {
            let about = [("name", person.as_str().into()), ("company", asker.company.to_string().into())];
            let title = letter_words.t_with("customer-mail-title", &about);
            let letter = mail::Letter {
                words: letter_words,
                title: &title,
                paragraphs: vec![letter_words.t_with("customer-mail", &about), letter_words.t("customer-view-rule")],
                groups: Vec::new(),
                way: Some((letter_words.t("customer-view-give"), format!("{}/view/{link}", mailer.settings().address))),
                foot: letter_words.t_with("customer-mail-foot", &about),
            };
            access.send_to(mailer, to.name, to.email, &letter).await.is_ok()
        }
    };
    let title = words.t_with("customer-link-for", &[("name", to.name.into())]);
    let body = html! {
        @if sent { p { (words.t_with("link-mailed", &[("email", to.email.into())])) } }
        @else {
            p { (words.t("customer-link-hint")) }
            (copyable(words, &here(headers, &format!("/view/{link}"))))
        }
        div.btns { (link_button(Purpose::Plain, &format!("/appraisals/{form}#customers"), None, &person)) }
    };
    let content = html! {
        (page_head(&title, None, &html! {}))
        div.cols.narrow { (Panel { id: "link", title: &title, body, ..Panel::default() }) }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content).into_response())
}

fn as_system(access: &Access, folder: Folder) -> Appraisal {
    Appraisal::new(access.db().clone(), Viewer::system(), folder.0)
}

pub async fn show(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    visitor: Visitor,
    Path(link): Path<String>,
) -> Result<Response, WebError> {
    match as_system(&access, folder).view(&link).await {
        Ok(view) => Ok(view_page(&visitor, &view, &BTreeMap::new(), None).into_response()),
        Err(error) => gone(&visitor, error),
    }
}

fn gone(visitor: &Visitor, error: AppraisalError) -> Result<Response, WebError> {
    let AppraisalError::LinkGone = error else { return Err(failed(error)) };
    Ok((StatusCode::GONE, said(visitor, "customer-view-gone", "customer-view-gone-hint")).into_response())
}

fn said(visitor: &Visitor, title: &str, hint: &str) -> Markup {
    let words = visitor.words;
    let title = words.t(title);
    page::visited(words, &title, &visitor.company, &html! { h1 { (title) } p { (words.t(hint)) } })
}

fn view_page(visitor: &Visitor, view: &View, levels: &BTreeMap<String, u8>, wrong: Option<&str>) -> Markup {
    let words = visitor.words;
    let code = words.language.code();
    let title = words.t_with("customer-view-title", &[("name", view.person.as_str().into())]);
    let content = html! {
        h1 { (title) }
        p { (words.t("customer-view-hint")) }
        p.mut { (words.t("customer-view-rule")) }
        @if let Some(wrong) = wrong { (message(words, &Message { mood: Mood::Bad, what: wrong, hint: None, buttons: None, reference: None })) }
        form.stack method="post" {
            div.ratings {
                @for one in &view.profile.competencies {
                    @let competency = view.library.get(&one.id);
                    @let name = competency.map_or(one.id.as_str(), |found| found.names.of(code));
                    @let anchor = |level: u8| competency.and_then(|found| found.anchor(level)).map_or("", |anchor| anchor.of(code));
                    fieldset.rating {
                        legend { b { (name) } }
                        div.levels role="radiogroup" aria-label=(name) {
                            @for level in 1..=HIGHEST_LEVEL {
                                label title=(anchor(level)) {
                                    input type="radio" name={ "level-" (one.id) } value=(level) checked[levels.get(&one.id) == Some(&level)];
                                    span { (level) }
                                }
                            }
                            label.wide { input type="radio" name={ "level-" (one.id) } value="" checked[!levels.contains_key(&one.id)]; span { (words.t("customer-cannot-tell")) } }
                        }
                        details.anchors { summary.small { (words.t("role-levels")) }
                            ol.small { @for level in 1..=HIGHEST_LEVEL { li { (anchor(level)) } } } }
                    }
                }
            }
            div.btns { (button(Purpose::Primary, &words.t("customer-view-give"))) }
        }
    };
    page::visited(words, &title, &visitor.company, &content)
}

pub async fn give(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    visitor: Visitor,
    Path(link): Path<String>,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let appraisal = as_system(&access, folder);
    let level =
        |(name, value): (&String, &String)| Some((name.strip_prefix("level-")?.to_owned(), value.parse().ok()?));
    let levels: BTreeMap<String, u8> = typed.iter().filter_map(level).collect();
    match appraisal.give_view(&link, levels.clone()).await {
        Ok(()) => Ok(said(&visitor, "customer-view-thanks", "customer-view-thanks-hint").into_response()),
        // It was handed in meanwhile, by the same link.
        Err(error @ (AppraisalError::LinkGone | AppraisalError::Moved(_))) => {
            let _ = error;
            gone(&visitor, AppraisalError::LinkGone)
        }
        Err(error) => {
            let wrong = match &error {
                AppraisalError::NoText(_) => "customer-view-empty",
                error => key(error).ok_or(WebError::Unavailable)?,
            };
            let view = appraisal.view(&link).await.map_err(failed)?;
            let page = view_page(&visitor, &view, &levels, Some(&visitor.words.t(wrong)));
            Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
        }
    }
}
