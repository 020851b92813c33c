//! Customers who are asked for a view: whom those above ask, and the one page that a customer sees.

use super::{ACTIVE, Asking, failed, key};
use crate::{Appraisal, AppraisalError, Asked, Customer, Folder, Form as Appraised, MOST_CUSTOMERS, Part, View};
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
    page,
};

#[derive(Deserialize)]
pub struct Named {
    name: String,
    email: String,
    language: String,
}

/// Whom those above asked, and the way to ask another.
pub fn panel(words: Words, form: &Appraised, by_mail: bool, runs: bool) -> Markup {
    let title = words.t("form-customers");
    let step = |name: &str, step: &str, quiet: bool| {
        let label = words.t(&format!("customer-{step}"));
        html! { button.btn.btn-sm.btn-quiet[quiet] name="step" value=(step) aria-label={ (label) ": " (name) } { (label) } }
    };
    let row = |(part, name): &(Part, String)| {
        let steps = html! {
            @if part.is_withdrawn { (tag(Mood::Neutral, &words.t("customer-withdrawn"))) }
            @else if by_mail || runs {
                form.btns method="post" action={ "/appraisals/customers/" (part.id) } {
                    input type="hidden" name="language" value=(words.language.code());
                    (step(name, "link-new", false))
                    @if runs { (step(name, "withdraw", true)) }
                }
            }
        };
        Line::new(name.as_str(), vec![Cell::text(steps)])
    };
    let rows: Vec<Line> = form.customers.iter().map(row).collect();
    let languages = Language::EVERY
        .map(|language| Choice { value: language.code().to_owned(), label: language.own_name().to_owned() });
    let name = Field { is_required: true, ..Field::new("name", words.t("customer-name"), Input::Text("")) };
    let email = Field { is_required: true, ..Field::new("email", words.t("email"), Input::Email("")) };
    let chosen = Input::Select { chosen: words.language.code(), choices: languages.into() };
    let body = html! {
        @if !rows.is_empty() {
            (Table { label: &title, heads: vec![Head::text(words.t("customer-name")), Head::text(words.t("customer-link"))], rows, ..Table::default() })
        }
        @if !by_mail && !runs { p.mut { (words.t("form-error-by-hand")) } }
        @else if form.customers.len() < MOST_CUSTOMERS {
            form.stack method="post" action={ "/appraisals/" (form.id) "/customers" } {
                div.fgrid {
                    (field(words, &name))
                    (field(words, &email))
                    (field(words, &Field::new("language", words.t("language"), chosen)))
                }
                div.btns { (button(Purpose::Plain, &words.t("customer-ask"))) }
            }
        }
    };
    let note = words.t("form-customers-hint");
    Panel { id: "customers", title: &title, note: Some(&note), body, ..Panel::default() }.render()
}

/// The language that was chosen, or one's own.
fn in_language(words: Words, code: &str) -> Words {
    Words::new(code.parse().unwrap_or(words.language))
}

pub async fn ask(
    State(access): State<Access>,
    Asking { asker, appraisal }: Asking,
    Path(id): Path<i64>,
    headers: HeaderMap,
    Form(named): Form<Named>,
) -> Result<Markup, WebError> {
    let words = in_language(asker.words, &named.language);
    let customer = Customer { name: &named.name, email: &named.email, words };
    let asked = appraisal.ask_customer(&access, RecordId(id), &customer, Origin::Ui).await.map_err(failed)?;
    Ok(asked_page(&asker, &headers, RecordId(id), &asked, access.mail().is_some()))
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
    let words = in_language(asker.words, &typed.language);
    let asked = appraisal.customer_link(&access, part, words).await.map_err(failed)?;
    Ok(asked_page(&asker, &headers, form, &asked, access.mail().is_some()).into_response())
}

/// That a letter is on its way, or the link, once.
fn asked_page(asker: &Asker, headers: &HeaderMap, form: RecordId, asked: &Asked, by_mail: bool) -> Markup {
    let words = asker.words;
    let title = words.t_with("customer-link-for", &[("name", asked.name.as_str().into())]);
    let body = html! {
        @if let Some(link) = &asked.link {
            @if by_mail { p { (words.t("link-not-mailed")) } }
            p { (words.t("customer-link-hint")) }
            (copyable(words, &here(headers, &format!("/view/{link}"))))
        } @else { p { (words.t_with("link-mailed", &[("email", asked.email.as_str().into())])) } }
        div.btns { (link_button(Purpose::Plain, &format!("/appraisals/{form}#customers"), None, &words.t("form-customers"))) }
    };
    let content = html! {
        (page_head(&title, None, &html! {}))
        div.cols.narrow { (Panel { id: "link", title: &title, body, ..Panel::default() }) }
    };
    asker.document(&title, Some(ACTIVE), None, &content)
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
        p.mut { (words.t_with("customer-view-rule", &[("count", words.count(view.least).into())])) }
        @if let Some(wrong) = wrong { (message(words, &Message { mood: Mood::Bad, what: wrong, hint: None, buttons: None, reference: None })) }
        form.stack method="post" {
            div.ratings {
                @for one in &view.profile.competencies {
                    @let competency = view.library.get(&one.id);
                    @let name = competency.map_or(one.id.as_str(), |found| found.names.of(code));
                    @let anchor = |level: u8| competency.and_then(|found| found.anchor(level)).map_or("", |anchor| anchor.of(code));
                    fieldset.rating {
                        legend { b { (name) } }
                        div.levels {
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
        Err(AppraisalError::LinkGone | AppraisalError::Moved(_)) => gone(&visitor, AppraisalError::LinkGone),
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
