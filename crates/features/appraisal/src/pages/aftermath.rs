//! After the release: what all sides said, and what the person says of it.

use super::{Asking, failed};
use crate::{Form as Appraised, Seat};
use axum::{Form, extract::Path, response::Redirect};
use base::{Amount, RecordId};
use maud::{Markup, Render, html};
use rules::{
    appraisal::{Feedback, Grade, Measure, Overall, Standing},
    log::Origin,
};
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Panel, Purpose, button, facts},
};

/// Of a mean of levels.
const DECIMALS: u32 = 2;

/// Means by side; what would tell who said what is not told (E3).
pub fn feedback(words: Words, found: &Feedback, measure: &Measure) -> Markup {
    let decimal = |mean: Amount| words.decimal(mean, DECIMALS);
    let mut rows: Vec<(String, String)> = found
        .groups
        .iter()
        .map(|(kind, standing)| {
            let told = match standing {
                Standing::Told { mean, raters } if kind.is_anonymous() => words.t_with(
                    "feedback-mean-of",
                    &[("mean", decimal(*mean).into()), ("count", words.count(*raters).into())],
                ),
                Standing::Told { mean, .. } => decimal(*mean),
                Standing::Hidden => words.t("feedback-hidden"),
                Standing::Missing => "–".to_owned(),
            };
            let (side, weight) = (words.t(&format!("part-{}", kind.name())), measure.weight(*kind));
            (if weight.is_zero() { side } else { format!("{side} {}%", weight.to_text()) }, told)
        })
        .collect();
    let overall = match found.overall {
        Overall::Told(mean) => decimal(mean),
        Overall::Rounded(mean) => words.decimal(mean, 1),
        Overall::Withheld => words.t("feedback-hidden"),
        Overall::Missing => "–".to_owned(),
    };
    rows.push((words.t("form-overall"), overall));
    let title = words.t("feedback_360");
    let body = html! { (facts(&rows)) p.mut.small { (words.t_with("feedback-hint", &[("count", words.count(measure.least()).into())])) } };
    Panel { id: "feedback", title: &title, body, ..Panel::default() }.render()
}

/// Acknowledge or appeal, and what became of it.
pub fn answer(words: Words, form: &Appraised, may_decide: bool) -> Markup {
    let after = &form.after;
    let Some(released) = after.released_on else { return html! {} };
    let mut rows = vec![(words.t("cycle-released"), words.date(released))];
    rows.extend(after.acknowledged_on.map(|day| (words.t("appraisal-acknowledged"), words.date(day))));
    rows.extend(after.appeal.clone().map(|why| (words.t("appeal"), why)));
    rows.extend(after.decision.clone().map(|said| (words.t("appeal-decision"), said)));
    let is_own = form.seat == Seat::Own;
    let action = |what: &str| format!("/appraisals/{}/{what}", form.id);
    let body = html! {
        (facts(&rows))
        @if is_own && after.acknowledged_on.is_none() {
            form.btns method="post" action=(action("acknowledgement")) { (button(Purpose::Primary, &words.t("appraisal-acknowledge"))) }
        }
        @if is_own && after.appeal.is_none() && after.erased_on.is_none() {
            form.stack method="post" action=(action("appeal")) {
                @let until = after.appeal_until.map(|day| words.date(day)).unwrap_or_default();
                label for="appeal" { (words.t_with("appeal-until", &[("date", until.into())])) }
                textarea.textarea id="appeal" name="why" rows="3" required {}
                div.btns { (button(Purpose::Plain, &words.t("appeal-make"))) }
            }
        }
        @if may_decide && !is_own && after.appeal.is_some() && after.decision.is_none() {
            form.stack method="post" action=(action("decision")) {
                label for="decision" { (words.t("appeal-decision")) }
                textarea.textarea id="decision" name="decision" rows="3" required {}
                label for="to" { (words.t("appeal-grade")) }
                select.select id="to" name="grade" { option value="" { (words.t("appeal-stays")) } @for to in Grade::ALL { option value=(to.name()) { (to.name()) } } }
                div.btns { (button(Purpose::Primary, &words.t("appeal-decide"))) }
            }
        }
    };
    let title = words.t("appraisal-answer");
    Panel { id: "answer", title: &title, body, ..Panel::default() }.render()
}

#[derive(Deserialize)]
pub struct Why {
    why: String,
}

#[derive(Deserialize)]
pub struct Decision {
    decision: String,
    grade: String,
}

pub async fn acknowledge(Asking { appraisal, .. }: Asking, Path(id): Path<i64>) -> Result<Redirect, WebError> {
    appraisal.acknowledge(RecordId(id), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/appraisals/{id}")))
}

pub async fn appeal(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(said): Form<Why>,
) -> Result<Redirect, WebError> {
    appraisal.appeal(RecordId(id), &said.why, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/appraisals/{id}")))
}

pub async fn decide(
    Asking { appraisal, .. }: Asking,
    Path(id): Path<i64>,
    Form(said): Form<Decision>,
) -> Result<Redirect, WebError> {
    let to = Grade::ALL.into_iter().find(|grade| grade.name() == said.grade);
    appraisal.decide_appeal(RecordId(id), &said.decision, to, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/appraisals/{id}")))
}
