//! A plan as its file, checked before it is kept.

use super::{ACTIVE, Asking, failed, letters, replay::Replayed};
use crate::{Pay, RunError};
use access::Asker;
use axum::{
    Form,
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use base::Grain;
use jiff::ToSpan;
use maud::{Markup, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError,
    components::{Field, Input, Message, Mood, Purpose, field, link_button, message, page_head},
};

#[derive(Deserialize)]
pub struct Typed {
    definition: String,
    /// Of a replay: the first and the last period.
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    /// `replay`, `save`, or `publish` what was replayed.
    step: String,
    /// Of what is published: what its replay showed, as JSON.
    #[serde(default)]
    seen: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Copied {
    /// One of those that ship.
    from: String,
}

pub async fn new(Asking { asker, pay }: Asking, Query(copied): Query<Copied>) -> Result<Markup, WebError> {
    pay.only_who_sees_pay().map_err(failed)?;
    let window = default_window(&pay, "", "").await.map_err(failed)?;
    let shipped = pay_rules::SHIPPED.iter().find(|(name, _)| *name == copied.from);
    let text = shipped.map_or("", |(_, text)| text);
    let title = asker.words.t("pay-new-plan");
    let form = PlanPage {
        title: &title,
        action: "/pay/plans",
        text,
        window: &window,
        said: &[],
        wrong: None,
        below: html! {},
    };
    Ok(form.document(&asker))
}

pub async fn add(Asking { asker, pay }: Asking, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let title = asker.words.t("pay-new-plan");
    kept(&pay, &asker, &title, "/pay/plans", &typed).await
}

pub async fn show(Asking { asker, pay }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let plans = pay.plans().await.map_err(failed)?;
    let kept = plans.iter().find(|kept| kept.id.0 == id).ok_or(WebError::NotFound)?;
    let told = |period: &String| asker.words.t_with("pay-plan-paid", &[("period", period.as_str().into())]);
    let (paid, action) = (kept.paid.as_ref().map(told), format!("/pay/plans/{id}"));
    let evidence = kept.evidence.as_ref().map(|evidence| super::replay::evidence(asker.words, evidence));
    let said: Vec<String> = evidence.into_iter().chain(paid).collect();
    let window = default_window(&pay, "", "").await.map_err(failed)?;
    let (title, text) = (kept.plan.name.as_str(), kept.text.as_str());
    let words = asker.words;
    let kpis = pay.kpis_of(&kept.plan).await.map_err(failed)?;
    let below = html! {
        (letters::outline(words, &kpis, &kept.plan))
        (letters::of_plan(words, &pay, kept.id).await?)
    };
    let form = PlanPage { title, action: &action, text, window: &window, said: &said, wrong: None, below };
    Ok(form.document(&asker))
}

pub async fn save(
    Asking { asker, pay }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let plans = pay.plans().await.map_err(failed)?;
    let name = plans.iter().find(|kept| kept.id.0 == id).ok_or(WebError::NotFound)?.plan.name.clone();
    kept(&pay, &asker, &name, &format!("/pay/plans/{id}"), &typed).await
}

async fn kept(pay: &Pay, asker: &Asker, title: &str, action: &str, typed: &Typed) -> Result<Response, WebError> {
    // Browsers send lines with a carriage return.
    let text = typed.definition.replace("\r\n", "\n");
    let window = default_window(pay, &typed.from, &typed.to).await.map_err(failed)?;
    let page = |wrong: Option<String>, below: Markup| PlanPage {
        title,
        action,
        text: &text,
        window: &window,
        said: &[],
        wrong,
        below,
    };
    let done = match typed.step.as_str() {
        "replay" => pay.replay(&text, &window.0, &window.1).await.map(Some),
        "save" => pay.set_plan(&text, Origin::Ui).await.map(|_| None),
        "publish" => {
            let seen = serde_json::from_str(&typed.seen).map_err(|error| failed(error.into()))?;
            let window = (window.0.as_str(), window.1.as_str());
            pay.publish(&text, window, Some(&seen), Origin::Ui).await.map(|_| None)
        }
        _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
    };
    match done {
        Ok(Some(replay)) => {
            let found = Replayed { words: asker.words, replay: &replay, action, text: &text, window: &window };
            Ok(page(None, found.told().map_err(failed)?).document(asker).into_response())
        }
        Ok(None) => Ok(Redirect::to("/pay").into_response()),
        Err(
            error @ (RunError::Plan(_)
            | RunError::File(_)
            | RunError::NoFirstDay
            | RunError::OtherCalendar
            | RunError::OtherGrain(_)
            | RunError::OtherCurrency(_)
            | RunError::ComponentTwice(_)
            | RunError::NotAWindow(_)
            | RunError::Calendar(_)
            | RunError::Lettered { .. }
            | RunError::Published { .. }),
        ) => {
            let page = page(Some(error.to_string()), html! {}).document(asker);
            Ok((axum::http::StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(error) => Err(failed(error)),
    }
}

/// The twelve months that are over, where nothing is said.
async fn default_window(pay: &Pay, from: &str, to: &str) -> Result<(String, String), RunError> {
    let calendar = pay.company().await?.calendar;
    let today = pay.db.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let month =
        |back: i64| Ok::<_, RunError>(calendar.period_of(today.saturating_sub(back.months()), Grain::Month)?.label);
    let or = |said: &str, back: i64| if said.trim().is_empty() { month(back) } else { Ok(said.trim().to_owned()) };
    Ok((or(from, 12)?, or(to, 1)?))
}

/// The page of a plan's file.
struct PlanPage<'a> {
    title: &'a str,
    action: &'a str,
    text: &'a str,
    /// Of a replay.
    window: &'a (String, String),
    /// What is known of this version.
    said: &'a [String],
    wrong: Option<String>,
    /// What a replay found.
    below: Markup,
}

impl PlanPage<'_> {
    fn document(self, asker: &Asker) -> Markup {
        let PlanPage { title, action, text, window, said, wrong, below } = self;
        let words = asker.words;
        let way = link_button(Purpose::Plain, "/pay", None, &words.t("compensation"));
        let area = Field {
            error: wrong,
            hint: Some(words.t("pay-plan-hint")),
            is_required: true,
            ..Field::new("definition", words.t("pay-plan-file"), Input::Area(text))
        };
        let first = Field::new("from", words.t("pay-replay-from"), Input::Text(&window.0));
        let last = Field::new("to", words.t("pay-replay-to"), Input::Text(&window.1));
        let copies = pay_rules::SHIPPED.iter().map(|(name, _)| *name);
        let content = html! {
            (page_head(title, Some(&words.t("pay-plan-sub")), &way))
            div.stack {
                @for said in said {
                    (message(words, &Message { mood: Mood::Info, what: said, hint: None, buttons: None, reference: None }))
                }
                @if action == "/pay/plans" {
                    p.tags { span.mut { (words.t("pay-plan-copy")) }
                        @for name in copies { " " a.lnk href={ "/pay/plans?from=" (name) } { (name) } } }
                }
                form.panel.planfile method="post" action=(action) novalidate {
                    div.body.stack {
                        (field(words, &area))
                        div.fgrid { (field(words, &first)) (field(words, &last)) }
                        div.btns {
                            // First: what the enter key sends writes nothing.
                            button.btn name="step" value="replay" { (words.t("pay-replay-ask")) }
                            button.btn.btn-primary name="step" value="save" { (words.t("save")) }
                        }
                    }
                }
                (below)
            }
        };
        asker.document(title, Some(ACTIVE), None, &content)
    }
}
