//! A plan of quotas: written by one person, quarter by quarter, and decided by another.

use super::{ACTIVE, Asking, decide_form, failed, number, seen, state_tag, verdict, way_name};
use crate::{GoalsError, PlanState, PlannedQuota, QuotaPlan};
use access::Asker;
use axum::{
    Form,
    extract::Path,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use base::{Amount, RecordId};
use maud::{Markup, Render, html};
use rules::log::Origin;
use std::collections::BTreeMap;
use web_kit::{
    Unit, WebError, Words,
    components::{
        Cell, Field, Head, Input, Message, Mood, Panel, Purpose, Row, Table, entry, facts, field, link_button, message,
        page_head, record_link, tag,
    },
};

pub fn address(id: RecordId) -> String {
    format!("/quotas/plans/{id}")
}

/// Every plan with where it stands.
pub async fn all(Asking { asker, goals }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let row = |plan: &QuotaPlan| {
        let sum = plan.split().map_err(failed)?.below;
        let cells = vec![
            Cell::text(way_name(words, plan.way)),
            Cell::number(words.exact(sum, Unit::Money(plan.currency)).to_string()),
            Cell::text(authors(plan)),
            Cell::text(state_tag(words, plan.state.name())),
        ];
        Ok(Row::new(record_link(&address(plan.id), &words.period(&plan.year)), cells))
    };
    let plans = goals.quota_plans().await.map_err(failed)?;
    let rows = plans.iter().map(row).collect::<Result<Vec<_>, WebError>>()?;
    let title = words.records("quota_plan");
    let heads = vec![
        Head::text(words.t("quotaplan-year")),
        Head::text(words.field("way")),
        Head::number(words.t("quotaplan-sum")),
        Head::text(words.t("quota-plan-by")),
        Head::text(words.t("state")),
    ];
    let none = (words.t("quota-plan-none"), words.t("quota-plan-none-hint"));
    let table = Table { label: &title, heads, rows, ..Table::default() }.in_panel("plans", (&none.0, &none.1));
    let back = link_button(Purpose::Plain, "/quotas", None, &words.records("quota"));
    let content = html! { (page_head(&title, None, &back)) (table) };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn authors(plan: &QuotaPlan) -> String {
    plan.hands.iter().map(|id| plan.name(*id)).collect::<Vec<_>>().join(" · ")
}

/// What was typed, by the name of its field, and what is wrong.
type Typed = BTreeMap<String, String>;

pub async fn show(Asking { asker, goals }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let plan = goals.quota_plan(RecordId(id)).await.map_err(failed)?;
    document(&asker, &plan, &Typed::new(), None)
}

fn document(asker: &Asker, plan: &QuotaPlan, typed: &Typed, wrong: Option<&str>) -> Result<Markup, WebError> {
    let words = asker.words;
    let title = words.record("quota_plan");
    let sub = format!("{} · {}", words.period(&plan.year), way_name(words, plan.way));
    let back = html! { (state_tag(words, plan.state.name())) (link_button(Purpose::Plain, "/quotas/plans", None, &words.records("quota_plan"))) };
    let told =
        |mood: Mood, what: &str| message(words, &Message { mood, what, hint: None, buttons: None, reference: None });
    let quotas = html! { (summary(words, plan)?) (people(words, plan, typed)?) };
    let content = html! {
        (page_head(&title, Some(&sub), &back))
        div.stack {
            @if let Some(key) = wrong { (told(Mood::Bad, &words.t(key))) }
            @if let Some(answer) = plan.answer.as_deref().filter(|_| plan.state == PlanState::Returned) {
                (told(Mood::Info, &words.t_with("quota-plan-returned", &[("answer", answer.into())])))
            }
            @if plan.may_change {
                form.stack method="post" action=(address(plan.id)) novalidate {
                    // Of what stands in the form: what another wrote meanwhile is not written over.
                    input type="hidden" name="seq" value=(typed.get("seq").cloned().unwrap_or_else(|| plan.version.0.to_string()));
                    (quotas)
                    (send(words, plan, typed))
                }
            } @else { (quotas) }
            @if plan.may_decide { (decide_form(words, &format!("{}/decision", address(plan.id)), &[("seq", &plan.version.0.to_string())])) }
            @if plan.state == PlanState::Submitted && !plan.may_decide { p.mut.small { (words.t("quota-plan-waits")) } }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn summary(words: Words, plan: &QuotaPlan) -> Result<Markup, WebError> {
    let split = plan.split().map_err(failed)?;
    let money = |amount: Amount| words.exact(amount, Unit::Money(plan.currency)).to_string();
    let mut rows = vec![
        (words.t("quotaplan-target"), money(split.above)),
        (words.t("quotaplan-sum"), money(split.below)),
        (words.t("over_assignment"), super::percent(words, split.over_assignment)),
        (words.t("quota-plan-by"), authors(plan)),
    ];
    if !plan.may_change {
        rows.push((words.t("field-reason"), plan.reason.clone()));
    }
    if let Some((by, day)) = plan.decided {
        rows.push((words.choice("state", plan.state.name()), format!("{} · {}", plan.name(by), words.date(day))));
    }
    let title = words.t("quota-plan-all");
    Ok(Panel { id: "all", title: &title, body: facts(&rows), ..Panel::default() }.render())
}

fn cell_name(line: &PlannedQuota, place: usize) -> String {
    format!("{}-{place}", line.person)
}

/// Each with their quarters, which sum to the year; what was changed by hand stands beside what was proposed.
fn people(words: Words, plan: &QuotaPlan, typed: &Typed) -> Result<Markup, WebError> {
    let money = |amount: Amount| words.exact(amount, Unit::Money(plan.currency)).to_string();
    let quarters: Vec<String> = plan.quarters.iter().map(|quarter| words.period(quarter)).collect();
    let (proposed, whole) = (words.t("quota-plan-proposed"), words.t("total"));
    let row = |line: &PlannedQuota| {
        let name = plan.name(RecordId(line.person));
        let first = Amount::sum(line.proposed.iter().copied()).map_err(|error| failed(error.into()))?;
        let mut cells = vec![Cell::number(money(first)).labelled(proposed.as_str())];
        for (place, (amount, quarter)) in line.quarters.iter().zip(&quarters).enumerate() {
            let cell = if plan.may_change {
                let field = cell_name(line, place);
                let text = typed.get(&field).cloned().unwrap_or_else(|| amount.to_text());
                Cell::number(entry(&field, &Input::Decimal(&text), &format!("{name}: {quarter}")))
            } else {
                Cell::number(money(*amount))
            };
            cells.push(cell.labelled(quarter.as_str()));
        }
        let year = money(line.year().map_err(failed)?);
        cells.push(Cell::number(year).labelled(whole.as_str()));
        let name = html! {
            (record_link(&format!("/people/{}", line.person), name))
            @if line.is_changed() { " " (tag(Mood::Info, &words.t("quota-plan-changed"))) }
        };
        Ok(Row::new(name, cells))
    };
    let rows = plan.lines.iter().map(row).collect::<Result<Vec<_>, WebError>>()?;
    let sum = |place: usize| {
        let of = plan.lines.iter().filter_map(|line| line.quarters.get(place).copied());
        Amount::sum(of).map(money).map_err(|error| failed(error.into()))
    };
    let mut foot = vec![Cell::text("").absent()];
    for (place, quarter) in quarters.iter().enumerate() {
        foot.push(Cell::number(sum(place)?).labelled(quarter.as_str()));
    }
    foot.push(Cell::number(money(plan.split().map_err(failed)?.below)).labelled(whole.as_str()));
    let title = words.t("quotaplan-people");
    let mut heads = vec![Head::text(words.record("person")), Head::number(proposed.as_str())];
    heads.extend(quarters.iter().map(|quarter| Head::number(quarter.as_str())));
    heads.push(Head::number(whole.as_str()));
    let foot = vec![Row::new(words.t("quotaplan-sum"), foot)];
    let body = Table { label: &title, heads, rows, foot, is_lines: true, ..Table::default() }.render();
    Ok(Panel { id: "people", title: &title, body, is_flush: true, ..Panel::default() }.render())
}

fn send(words: Words, plan: &QuotaPlan, typed: &Typed) -> Markup {
    let reason = typed.get("reason").map_or(plan.reason.as_str(), String::as_str);
    let reason = Field { is_required: true, ..Field::new("reason", words.t("field-reason"), Input::Text(reason)) };
    let title = words.t("quota-plan-send");
    let body = html! {
        div.stack {
            (field(words, &reason))
            div.btns {
                // First: what the enter key sends is no more than saved.
                button.btn name="step" value="save" { (words.t("save")) }
                button.btn.btn-primary name="step" value="submit" { (words.t("salesplan-submit")) }
            }
        }
    };
    Panel { id: "send", title: &title, body, ..Panel::default() }.render()
}

pub async fn change(
    Asking { asker, goals }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Response, WebError> {
    let id = RecordId(id);
    let plan = goals.quota_plan(id).await.map_err(failed)?;
    let mut amounts = BTreeMap::new();
    let mut wrong = None;
    for line in &plan.lines {
        let mut quarters = line.quarters.clone();
        for (place, amount) in quarters.iter_mut().enumerate() {
            let Some(text) = typed.get(&cell_name(line, place)) else { continue };
            match number(text) {
                Ok(said) => *amount = said.unwrap_or_default(),
                Err(_) => wrong = Some("quotaplan-error-number"),
            }
        }
        amounts.insert(RecordId(line.person), quarters);
    }
    let text = |name: &str| typed.get(name).map_or("", String::as_str);
    if wrong.is_none() {
        let said = (text("reason"), text("step") == "submit");
        wrong = match goals.change_quotas(id, &amounts, said, seen(&typed)?, Origin::Ui).await {
            Ok(()) => return Ok(Redirect::to(&address(id)).into_response()),
            Err(GoalsError::NoReason) => Some("error-required"),
            Err(GoalsError::NotAPlan(_)) => Some("salesplan-error-amounts"),
            Err(error) => return Err(failed(error)),
        };
    }
    Ok((StatusCode::UNPROCESSABLE_ENTITY, document(&asker, &plan, &typed, wrong)?).into_response())
}

pub async fn decided(
    Asking { goals, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Typed>,
) -> Result<Redirect, WebError> {
    goals.decide_quotas(RecordId(id), verdict(&typed), seen(&typed)?, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&address(RecordId(id))))
}
