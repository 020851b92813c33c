use super::{ACTIVE, Asking, failed, figure, percent};
use crate::{Compensation, PayReview, Setup};
use access::Asker;
use appraisal::{Appraisal, CycleState};
use axum::{Form, response::Redirect};
use base::{RecordId, Seq};
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use std::collections::BTreeSet;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row, Table, empty, form, link_button,
        page_head, record_link, tag,
    },
};

#[derive(Deserialize)]
pub struct Typed {
    cycle: i64,
    starts_on: String,
    budget: String,
    company_factor: String,
    #[serde(default)]
    rules: String,
    #[serde(default)]
    version: Option<i64>,
}

pub async fn page(Asking { asker, compensation }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let title = words.t("pay-reviews");
    let end = html! {
        (link_button(Purpose::Plain, "/pay", None, &words.t("compensation")))
        @if compensation.sees_all() { " " (link_button(Purpose::Plain, "/compensation/salaries", None, &words.records("salary"))) }
    };
    let content = html! {
        (page_head(&title, Some(&words.t("pay-reviews-hint")), &end))
        div.stack {
            @if compensation.sees_all() { (reviews(words, &compensation).await?) }
            (own(&asker, &compensation).await?)
            @if compensation.sees_all() && asker.session.viewer.sees_appraisals { (new(words, &compensation).await?) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub fn state(words: Words, review: &PayReview) -> Markup {
    match review.approved {
        Some(_) => tag(Mood::Good, &words.choice("state", "approved")),
        None => tag(Mood::Neutral, &words.choice("state", "open")),
    }
}

async fn reviews(words: Words, compensation: &Compensation) -> Result<Markup, WebError> {
    let reviews = compensation.reviews().await.map_err(failed)?;
    let row = |review: &PayReview| {
        let cells = vec![
            Cell::text(words.date(review.starts_on)),
            Cell::text(state(words, review)),
            Cell::number(words.count(review.lines.len())),
            Cell::number(percent(review.budget.percent)),
        ];
        Row::new(record_link(&format!("/compensation/reviews/{}", review.id), &review.name), cells)
    };
    let title = words.t("pay-reviews");
    let heads = vec![
        Head::text(words.t("payreview-cycle")),
        Head::text(words.t("holds-from")),
        Head::text(words.t("state")),
        Head::number(words.t("payreview-people")),
        Head::number(words.t("payreview-budget")),
    ];
    let table = Table { label: &title, heads, rows: reviews.iter().map(row).collect(), ..Table::default() };
    Ok(table.in_panel("reviews", (&words.t("payreviews-none"), &words.t("payreviews-none-hint"))))
}

async fn own(asker: &Asker, compensation: &Compensation) -> Result<Markup, WebError> {
    let words = asker.words;
    let own = compensation.outcomes(Some(asker.session.person.id)).await.map_err(failed)?;
    let rows: Vec<Row> = own
        .iter()
        .map(|one| {
            let link = record_link(&format!("/compensation/outcomes/{}", one.id), &one.of);
            let cells = vec![
                Cell::text(words.date(one.starts_on)),
                Cell::number(figure(words, one.raise)),
                Cell::number(figure(words, one.bonus)),
            ];
            Row::new(link, cells)
        })
        .collect();
    let title = words.t("outcomes-own");
    if rows.is_empty() {
        let body = empty(&words.t("outcomes-none"), &words.t("outcomes-none-hint"), None);
        return Ok(Panel { id: "own", title: &title, body, ..Panel::default() }.render());
    }
    let heads = vec![
        Head::text(words.t("payreview-cycle")),
        Head::text(words.t("holds-from")),
        Head::number(words.field("raise")),
        Head::number(words.field("bonus")),
    ];
    let table = Table { label: &title, heads, rows, ..Table::default() };
    Ok(Panel { id: "own", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render())
}

/// The form that begins one, where a cycle is released.
async fn new(words: Words, compensation: &Compensation) -> Result<Markup, WebError> {
    let appraisal = Appraisal::new(compensation.db.clone(), compensation.viewer.clone(), compensation.folder.clone());
    let cycles = appraisal.cycles().await.map_err(|error| failed(error.into()))?;
    let reviews = compensation.reviews().await.map_err(failed)?;
    let reviewed: BTreeSet<RecordId> = reviews.iter().map(|review| review.cycle).collect();
    let choices: Vec<Choice> = cycles
        .iter()
        .filter(|cycle| cycle.state != CycleState::Open && !reviewed.contains(&cycle.id))
        .map(|cycle| Choice { value: cycle.id.to_string(), label: cycle.name.clone() })
        .collect();
    if choices.is_empty() {
        return Ok(html! {});
    }
    let today = compensation.today().await.map_err(failed)?.to_string();
    let cycle = Field::new("cycle", words.t("payreview-cycle"), Input::Select { chosen: "", choices });
    let fields = [vec![cycle], terms(words, &today, "3", "1", "")].concat();
    let (title, save) = (words.t("payreview-new"), words.t("payreview-begin"));
    Ok(form(words, &PageForm::fresh(words, "/compensation", &title, &save, &fields)))
}

/// Day, budget, factor and matrix, as a review is begun and calculated anew.
pub fn terms<'a>(words: Words, starts_on: &'a str, budget: &'a str, factor: &'a str, rules: &'a str) -> Vec<Field<'a>> {
    let required = |name, label, input| Field { is_required: true, ..Field::new(name, label, input) };
    vec![
        required("starts_on", words.t("holds-from"), Input::Date(starts_on)),
        required("budget", words.t("payreview-budget-percent"), Input::Text(budget)),
        required("company_factor", words.field("company_factor"), Input::Text(factor)),
        Field {
            hint: Some(words.t("payreview-rules-hint")),
            ..Field::new("rules", words.t("payreview-rules"), Input::Area(rules))
        },
    ]
}

pub async fn begin(Asking { compensation, .. }: Asking, Form(typed): Form<Typed>) -> Result<Redirect, WebError> {
    let wrong = WebError::Refused { hint_key: "error-not-a-number" };
    let (Ok(starts_on), Ok(budget), Ok(company_factor)) =
        (typed.starts_on.trim().parse(), typed.budget.trim().parse(), typed.company_factor.trim().parse())
    else {
        return Err(wrong);
    };
    // Browsers send lines with a carriage return.
    let rules = typed.rules.replace("\r\n", "\n");
    let setup =
        Setup { cycle: RecordId(typed.cycle), starts_on, budget, company_factor, rules, seen: typed.version.map(Seq) };
    let id = compensation.begin(&setup, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/compensation/reviews/{id}")))
}
