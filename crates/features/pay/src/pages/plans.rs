//! A plan as its file, checked before it is kept.

use super::{ACTIVE, failed, pay};
use crate::{RunError, runs::Folder};
use access::{Access, Asker};
use axum::{
    Extension, Form,
    extract::{Path, Query, State},
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError,
    components::{Field, Input, Message, Mood, Purpose, button, field, link_button, message, page_head},
};

#[derive(Deserialize)]
pub struct Typed {
    definition: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Copied {
    /// One of those that ship.
    from: String,
}

pub async fn new(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Query(copied): Query<Copied>,
) -> Result<Markup, WebError> {
    pay(&access, &asker, &folder).only_who_sees_pay().map_err(failed)?;
    let shipped = pay_rules::SHIPPED.iter().find(|(name, _)| *name == copied.from);
    let text = shipped.map_or("", |(_, text)| text);
    let title = asker.words.t("pay-new-plan");
    Ok(document(&asker, &title, "/pay/plans", text, None, None))
}

pub async fn add(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let title = asker.words.t("pay-new-plan");
    kept(&access, &folder, &asker, &title, "/pay/plans", &typed.definition).await
}

pub async fn show(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<i64>,
) -> Result<Markup, WebError> {
    let plans = pay(&access, &asker, &folder).plans().await.map_err(failed)?;
    let kept = plans.iter().find(|kept| kept.id.0 == id).ok_or(WebError::NotFound)?;
    let paid =
        kept.paid.as_ref().map(|period| asker.words.t_with("pay-plan-paid", &[("period", period.as_str().into())]));
    Ok(document(&asker, &kept.plan.name, &format!("/pay/plans/{id}"), &kept.text, paid.as_deref(), None))
}

pub async fn save(
    State(access): State<Access>,
    Extension(folder): Extension<Folder>,
    asker: Asker,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let plans = pay(&access, &asker, &folder).plans().await.map_err(failed)?;
    let name = plans.iter().find(|kept| kept.id.0 == id).ok_or(WebError::NotFound)?.plan.name.clone();
    kept(&access, &folder, &asker, &name, &format!("/pay/plans/{id}"), &typed.definition).await
}

async fn kept(
    access: &Access,
    folder: &Folder,
    asker: &Asker,
    title: &str,
    action: &str,
    text: &str,
) -> Result<Response, WebError> {
    // Browsers send lines with a carriage return.
    let text = text.replace("\r\n", "\n");
    match pay(access, asker, folder).set_plan(&text, Origin::Ui).await {
        Ok(_) => Ok(Redirect::to("/pay").into_response()),
        Err(
            error @ (RunError::Plan(_)
            | RunError::File(_)
            | RunError::NoFirstDay
            | RunError::OtherCalendar
            | RunError::OtherGrain(_)
            | RunError::ComponentTwice(_)
            | RunError::Published { .. }),
        ) => {
            let page = document(asker, title, action, &text, None, Some(error.to_string()));
            Ok((axum::http::StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(error) => Err(failed(error)),
    }
}

fn document(asker: &Asker, title: &str, action: &str, text: &str, paid: Option<&str>, wrong: Option<String>) -> Markup {
    let words = asker.words;
    let way = link_button(Purpose::Plain, "/pay", None, &words.t("compensation"));
    let area = Field {
        error: wrong,
        hint: Some(words.t("pay-plan-hint")),
        is_required: true,
        ..Field::new("definition", words.t("pay-plan-file"), Input::Area(text))
    };
    let copies = pay_rules::SHIPPED.iter().map(|(name, _)| *name);
    let content = html! {
        (page_head(title, Some(&words.t("pay-plan-sub")), &way))
        div.stack {
            @if let Some(paid) = paid {
                (message(words, &Message { mood: Mood::Info, what: paid, hint: None, buttons: None, reference: None }))
            }
            @if action == "/pay/plans" {
                p.tags { span.mut { (words.t("pay-plan-copy")) }
                    @for name in copies { " " a.lnk href={ "/pay/plans?from=" (name) } { (name) } } }
            }
            form.panel.planfile method="post" action=(action) novalidate {
                div.body.stack {
                    (field(words, &area))
                    div.btns { (button(Purpose::Primary, &words.t("save"))) }
                }
            }
        }
    };
    asker.document(title, Some(ACTIVE), None, &content)
}
