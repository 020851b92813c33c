//! A plan as its file, checked before it is kept.

use super::{ACTIVE, Asking, failed, letters, replay::Replayed};
use crate::{Pay, RunError, letters::digest};
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
    WebError, Words,
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
    /// The hash of the version that was opened; nothing for a new plan.
    #[serde(default)]
    opened: String,
}

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Copied {
    /// One of those that ship.
    pub from: String,
}

pub async fn new(Asking { asker, pay }: Asking, Query(copied): Query<Copied>) -> Result<Markup, WebError> {
    pay.only_who_sees_pay().map_err(failed)?;
    let window = window(&pay, "", "").await.map_err(failed)?;
    let shipped = pay_rules::SHIPPED.iter().find(|(name, _)| *name == copied.from);
    let text = shipped.map_or("", |(_, text)| text);
    let title = asker.words.t("pay-new-plan");
    let page = Written { title: &title, action: "/pay/plans", window: &window, said: &[], opened: "" };
    Ok(page.document(&asker, text, None, html! {}))
}

pub async fn add(Asking { asker, pay }: Asking, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let title = asker.words.t("pay-new-plan");
    kept(&pay, &asker, &title, "/pay/plans", &typed).await
}

pub async fn show(Asking { asker, pay }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let plans = pay.plans().await.map_err(failed)?;
    let kept = plans.iter().find(|kept| kept.id.0 == id).ok_or(WebError::NotFound)?;
    let (said, action) = (known(asker.words, kept), format!("/pay/plans/{id}"));
    let window = window(&pay, "", "").await.map_err(failed)?;
    let (title, text) = (kept.plan.name.as_str(), kept.text.as_str());
    let words = asker.words;
    let kpis = pay.kpis_of(&kept.plan).await.map_err(failed)?;
    let below = html! {
        (letters::outline(words, &kpis, &kept.plan))
        (letters::of_plan(words, &pay, kept.id).await?)
    };
    let opened = digest(&kept.text);
    let page = Written { title, action: &action, window: &window, said: &said, opened: &opened };
    Ok(page.document(&asker, text, None, below))
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
    let window = window(pay, &typed.from, &typed.to).await.map_err(failed)?;
    let page = Written { title, action, window: &window, said: &[], opened: &typed.opened };
    let done = match typed.step.as_str() {
        "replay" => pay.replay(&text, &window.0, &window.1).await.map(Some),
        "save" => pay.change_plan(&text, &typed.opened, Origin::Ui).await.map(|_| None),
        "publish" => {
            let seen = serde_json::from_str(&typed.seen).map_err(|error| failed(error.into()))?;
            let window = (window.0.as_str(), window.1.as_str());
            pay.publish(&text, window, &seen, Some(&typed.opened), Origin::Ui).await.map(|_| None)
        }
        _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
    };
    match done {
        Ok(Some(replay)) => {
            let opened = typed.opened.as_str();
            let found = Replayed { words: asker.words, replay: &replay, action, text: &text, window: &window, opened };
            Ok(page.document(asker, &text, None, found.told().map_err(failed)?).into_response())
        }
        Ok(None) => Ok(Redirect::to("/pay").into_response()),
        Err(error) if is_of_plan(&error) => {
            let page = page.document(asker, &text, Some(error.to_string()), html! {});
            Ok((axum::http::StatusCode::BAD_REQUEST, page).into_response())
        }
        Err(error) => Err(failed(error)),
    }
}

/// What is known of a version: what its replay showed, and what it has paid.
pub fn known(words: Words, kept: &crate::Kept) -> Vec<String> {
    let paid = kept.paid.as_ref().map(|period| words.t_with("pay-plan-paid", &[("period", period.as_str().into())]));
    let evidence = kept.evidence.as_ref().map(|evidence| super::replay::evidence(words, evidence));
    evidence.into_iter().chain(paid).collect()
}

/// What is told beside what was typed.
pub const fn is_of_plan(error: &RunError) -> bool {
    matches!(
        error,
        RunError::Plan(_)
            | RunError::File(_)
            | RunError::NoFirstDay
            | RunError::OtherCalendar
            | RunError::OtherGrain(_)
            | RunError::OtherCurrency(_)
            | RunError::ComponentTwice(_)
            | RunError::NotAWindow(_)
            | RunError::Calendar(_)
            | RunError::Lettered { .. }
            | RunError::PlanThere { .. }
            | RunError::Published { .. }
    )
}

/// A plan as its file.
struct Written<'a> {
    title: &'a str,
    action: &'a str,
    window: &'a (String, String),
    said: &'a [String],
    opened: &'a str,
}

impl Written<'_> {
    fn document(&self, asker: &Asker, text: &str, wrong: Option<String>, below: Markup) -> Markup {
        let words = asker.words;
        let sub = words.t("pay-plan-sub");
        let form = format!("{}/form", self.action);
        PlanPage {
            title: self.title,
            sub: &sub,
            action: self.action,
            other: (&form, words.t("planform-as-form")),
            copies: (self.action == "/pay/plans").then_some("/pay/plans"),
            editor: file(words, text, wrong),
            preview: None,
            window: self.window,
            said: self.said,
            opened: self.opened,
            below,
        }
        .document(asker)
    }
}

/// The twelve months that are over, where nothing is said.
pub async fn window(pay: &Pay, from: &str, to: &str) -> Result<(String, String), RunError> {
    let calendar = pay.company().await?.calendar;
    let today = pay.db.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let month =
        |back: i64| Ok::<_, RunError>(calendar.period_of(today.saturating_sub(back.months()), Grain::Month)?.label);
    let or = |said: &str, back: i64| if said.trim().is_empty() { month(back) } else { Ok(said.trim().to_owned()) };
    Ok((or(from, 12)?, or(to, 1)?))
}

/// The page of a plan, as its file or as a form.
pub struct PlanPage<'a> {
    pub title: &'a str,
    pub sub: &'a str,
    pub action: &'a str,
    /// The other way to write it: address and name.
    pub other: (&'a str, String),
    /// Where plans that ship are copied to, of a new one.
    pub copies: Option<&'a str>,
    pub editor: Markup,
    /// What tells, while one types, what the plan says.
    pub preview: Option<&'a str>,
    /// Of a replay.
    pub window: &'a (String, String),
    /// What is known of this version.
    pub said: &'a [String],
    /// The hash of the version that was opened; nothing for a new plan.
    pub opened: &'a str,
    /// What a replay found, or what it says.
    pub below: Markup,
}

impl PlanPage<'_> {
    pub fn document(self, asker: &Asker) -> Markup {
        let PlanPage { title, sub, action, other, copies, editor, preview, window, said, opened, below } = self;
        let words = asker.words;
        let end = html! {
            (link_button(Purpose::Plain, other.0, None, &other.1)) " "
            (link_button(Purpose::Plain, "/pay", None, &words.t("compensation")))
        };
        let first = Field::new("from", words.t("pay-replay-from"), Input::Text(&window.0));
        let last = Field::new("to", words.t("pay-replay-to"), Input::Text(&window.1));
        let live = preview.map(|_| "change delay:400ms");
        let content = html! {
            (page_head(title, Some(sub), &end))
            div.stack {
                @for said in said {
                    (message(words, &Message { mood: Mood::Info, what: said, hint: None, buttons: None, reference: None }))
                }
                @if let Some(copies) = copies {
                    p.tags { span.mut { (words.t("pay-plan-copy")) }
                        @for (name, _) in pay_rules::SHIPPED { " " a.lnk href={ (copies) "?from=" (name) } { (name) } } }
                }
                form.stack.planfile[preview.is_none()] method="post" action=(action) novalidate hx-post=[preview] hx-trigger=[live]
                    hx-target=[preview.map(|_| "#preview")] hx-swap=[preview.map(|_| "innerHTML")] {
                    // First: what the enter key sends writes nothing.
                    button name="step" value=(if preview.is_some() { "look" } else { "replay" }) hidden {}
                    input type="hidden" name="opened" value=(opened);
                    (editor)
                    div.panel { div.body.stack {
                        div.fgrid { (field(words, &first)) (field(words, &last)) }
                        div.btns {
                            @if preview.is_some() {
                                button.btn name="step" value="look" { (words.t("planform-look")) }
                            }
                            button.btn name="step" value="replay" { (words.t("pay-replay-ask")) }
                            button.btn.btn-primary name="step" value="save" { (words.t("save")) }
                        }
                    } }
                }
                (below)
            }
        };
        asker.document(title, Some(ACTIVE), None, &content)
    }
}

/// The file in a box.
fn file(words: Words, text: &str, wrong: Option<String>) -> Markup {
    let area = Field {
        error: wrong,
        hint: Some(words.t("pay-plan-hint")),
        is_required: true,
        ..Field::new("definition", words.t("pay-plan-file"), Input::Area(text))
    };
    html! { div.panel { div.body { (field(words, &area)) } } }
}
