//! Sales plans: who has one, and one person's with its quarters, customers, what the year comes to, and what was decided.

use super::{Asking, failed};
use crate::{BASE, PlanLine, Quarter, SalesPlan, Stated, Stating, WhatIf};
use access::Access;
use axum::{
    Form, Router,
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base::{Amount, Fraction, RecordId};
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    Unit, WebError, Words,
    components::{
        Cell, Field, Form as FieldsForm, Head, Input, Message, Mood, Panel, Purpose, Row as Line, Table, button, facts,
        field, form, link_button, message, page_head, record_link, tag,
    },
};

const ACTIVE: &str = "sales-plan";

pub(super) fn routes() -> Router<Access> {
    Router::new()
        .route("/sales-plan", get(list))
        .route("/sales-plan/{person}", get(page).post(state))
        .route("/sales-plan/{person}/decision", post(decide))
}

#[derive(Deserialize)]
struct Year {
    #[serde(default)]
    year: String,
}

/// Who sees nobody else goes to their own.
async fn list(Asking { asker, goals }: Asking, Query(Year { year }): Query<Year>) -> Result<Response, WebError> {
    let words = asker.words;
    let (year, lines) = goals.sales_plans(&year).await.map_err(failed)?;
    if let ([own], Some(person)) = (lines.as_slice(), asker.session.viewer.person)
        && own.person == person
    {
        return Ok(Redirect::to(&address(person, &year.label)).into_response());
    }
    let currency = goals.currency().await.map_err(failed)?;
    let money = |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| told(words, amount, currency));
    let row = |line: &PlanLine| {
        let share = line.plan.zip(line.quota).and_then(|(plan, quota)| words.percent(Fraction::new(plan, quota)));
        let cells = vec![
            Cell::number(money(line.quota)),
            Cell::number(money(line.plan)),
            Cell::number(share.map_or_else(|| "–".to_owned(), |share| share.to_string())),
            Cell::text(line.state.as_ref().map_or_else(|| html! {}, |state| state_tag(words, state))),
        ];
        Line::new(record_link(&address(line.person, &year.label), &line.name), cells)
    };
    let title = words.t("sales-plans");
    let heads = vec![
        Head::text(words.record("person")),
        Head::number(words.t("salesplan-quota")),
        Head::number(words.t("salesplan-plan")),
        Head::number(words.t("salesplan-of-quota")),
        Head::text(words.t("state")),
    ];
    let table =
        Table { label: &title, heads, rows: lines.iter().map(row).collect(), is_pinned: true, ..Table::default() };
    let content = html! {
        (page_head(&title, Some(&words.t("sales-plans-hint")), &years(words, "/sales-plan", &year.label)))
        div.stack { (table.in_panel("plans", (&words.t("no-sales-plans"), &words.t("no-sales-plans-hint")))) }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content).into_response())
}

fn address(person: RecordId, year: &str) -> String {
    format!("/sales-plan/{}?year={year}", person.0)
}

fn told(words: Words, amount: Amount, currency: base::Currency) -> String {
    words.exact(amount, Unit::Money(currency)).to_string()
}

fn state_tag(words: Words, state: &str) -> Markup {
    let mood = match state {
        "approved" => Mood::Good,
        "returned" => Mood::Warn,
        _ => Mood::Info,
    };
    tag(mood, &words.choice("state", state))
}

/// The year before and the one after.
fn years(words: Words, path: &str, year: &str) -> Markup {
    let other = |by: i32| year.parse::<i32>().map(|year| format!("{path}?year={}", year + by)).ok();
    web_kit::components::stepper(words, &words.t("salesplan-year"), year, other(-1).as_deref(), other(1).as_deref())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Asked {
    year: String,
    opened: String,
    win_rate: String,
    deal: String,
    cycle: String,
}

impl Asked {
    fn wish(&self) -> Result<WhatIf, WebError> {
        Ok(WhatIf {
            opened: number(&self.opened)?,
            win_rate: number(&self.win_rate)?,
            deal: number(&self.deal)?,
            cycle: number(&self.cycle)?,
        })
    }
}

fn number(text: &str) -> Result<Option<Amount>, WebError> {
    match text.trim() {
        "" => Ok(None),
        text => text.parse().map(Some).map_err(|_| WebError::Refused { hint_key: "quotaplan-error-number" }),
    }
}

async fn page(
    Asking { asker, goals }: Asking,
    Path(person): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let plan = goals.sales_plan(RecordId(person), &asked.year, asked.wish()?).await.map_err(failed)?;
    let title = words.t_with("sales-plan-of", &[("name", plan.name.as_str().into())]);
    let path = format!("/sales-plan/{person}");
    let content = html! {
        (page_head(&title, Some(&words.period(&plan.year)), &years(words, &path, &plan.year.label)))
        div.stack {
            @if let Some(stated) = &plan.stated { (decision(words, stated)) }
            (quarters(words, &plan))
            (base(words, &plan))
            (what_if(words, &plan)?)
            (above(words, &plan))
            @if plan.may_decide { (decide_form(words, &plan)) }
            @if plan.may_write { (state_form(words, &plan)) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// What waits, or what was said.
fn decision(words: Words, stated: &Stated) -> Markup {
    let slots = [
        ("name", stated.decided_by.clone().unwrap_or_else(|| words.t("by-operator")).into()),
        ("day", stated.decided_on.map(|day| words.date(day)).unwrap_or_default().into()),
    ];
    let what = words.t_with(&format!("salesplan-is-{}", stated.state), &slots);
    let mood = match stated.state.as_str() {
        "approved" => Mood::Good,
        "returned" => Mood::Warn,
        _ => Mood::Info,
    };
    let hint = Some(stated.answer.as_str()).filter(|answer| !answer.is_empty());
    message(words, &Message { mood, what: &what, hint, buttons: None, reference: None })
}

fn quarters(words: Words, plan: &SalesPlan) -> Markup {
    let money =
        |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| told(words, amount, plan.currency));
    let share = |came: Amount, of: Option<Amount>| {
        let share = of.and_then(|of| words.percent(Fraction::new(came, of)));
        share.map_or_else(|| "–".to_owned(), |share| share.to_string())
    };
    let written = |place: usize| plan.stated.as_ref().map(|stated| stated.quarters[place]);
    let line = |name: Markup, quota, plan, written, came, open| {
        let cells = vec![
            Cell::number(money(quota)),
            Cell::number(money(written)),
            Cell::number(money(plan)),
            Cell::number(money(Some(came))),
            Cell::number(share(came, quota)),
            Cell::number(share(came, plan)),
            Cell::number(money(Some(open))),
        ];
        Line::new(name, cells)
    };
    let row = |(place, one): (usize, &Quarter)| {
        let href = web_kit::address(
            "/kpi/revenue",
            &[
                ("by", "rep"),
                ("entity", &format!("#{}", plan.person.0)),
                ("from", &one.period.start.to_string()),
                ("to", &one.period.end.to_string()),
            ],
        );
        let name = html! { a href=(href) { (words.period(&one.period)) } };
        line(name, one.quota, one.plan, written(place), one.came, one.open)
    };
    let sum = |of: &dyn Fn(&Quarter) -> Option<Amount>| plan.sum(of).ok().flatten();
    let written_sum = plan.stated.as_ref().and_then(|stated| Amount::sum(stated.quarters).ok());
    let whole = line(
        html! { (words.t("total")) },
        sum(&|one| one.quota),
        sum(&|one| one.plan),
        written_sum,
        sum(&|one| Some(one.came)).unwrap_or_default(),
        sum(&|one| Some(one.open)).unwrap_or_default(),
    );
    let title = words.t("salesplan-quarters");
    let heads = vec![
        Head::text(words.t("period")),
        Head::number(words.t("salesplan-quota")),
        Head::number(words.t("salesplan-written")),
        Head::number(words.t("salesplan-plan")),
        Head::number(words.t("salesplan-came")),
        Head::number(words.t("salesplan-of-quota")),
        Head::number(words.t("salesplan-of-plan")),
        Head::number(words.t("salesplan-open")),
    ];
    let rows = plan.quarters.iter().enumerate().map(row).collect();
    let table = Table { label: &title, heads, rows, foot: vec![whole], is_pinned: true, ..Table::default() };
    Panel { id: "quarters", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

fn base(words: Words, plan: &SalesPlan) -> Markup {
    let count = |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| words.decimal(amount, 0));
    let rows = plan.base.iter().map(|one| {
        let href = format!(
            "/kpi/{}?by=rep&entity=%23{}&from={}&to={}",
            one.kpi, plan.person.0, plan.year.start, plan.year.end
        );
        let written = plan.stated.as_ref().and_then(|stated| stated.base.get(one.kpi).copied());
        let share = one.value.zip(one.goal).and_then(|(value, goal)| words.percent(Fraction::new(value, goal)));
        let cells = vec![
            Cell::number(count(written)),
            Cell::number(count(one.goal)),
            Cell::number(count(one.value)),
            Cell::number(share.map_or_else(|| "–".to_owned(), |share| share.to_string())),
        ];
        Line::new(html! { a href=(href) { (words.t(one.kpi)) } }, cells)
    });
    let title = words.t("salesplan-base");
    let heads = vec![
        Head::text(words.t("kpis")),
        Head::number(words.t("salesplan-written")),
        Head::number(words.t("salesplan-goal")),
        Head::number(words.t("salesplan-today")),
        Head::number(words.t("salesplan-of-goal")),
    ];
    let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
    Panel { id: "base", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

/// The year by numbers that one may change; each line says what it is made of.
fn what_if(words: Words, plan: &SalesPlan) -> Result<Markup, WebError> {
    let one = &plan.outlook;
    let wrong = |_| WebError::Refused { hint_key: "quotaplan-error-number" };
    let money = |amount: Amount| told(words, amount, plan.currency);
    let comes_to = one.comes_to().map_err(wrong)?;
    let mut rows = vec![
        (words.t("salesplan-came"), money(one.came)),
        (words.t("salesplan-won-of-open"), money(one.won_of_open().map_err(wrong)?)),
        (words.t("salesplan-new-business"), money(one.new_business().map_err(wrong)?)),
        (words.t("salesplan-comes-to"), money(comes_to)),
    ];
    let quota = plan.sum(|one| one.quota).map_err(failed)?;
    let planned = plan.sum(|one| one.plan).map_err(failed)?;
    for (key, aim) in [("salesplan-beside-quota", quota), ("salesplan-beside-plan", planned)] {
        let Some(aim) = aim else { continue };
        let gap = comes_to.checked_sub(aim).map_err(|error| WebError::internal(crate::GoalsError::from(error)))?;
        let needs = one.opened_for(aim).map_err(wrong)?;
        let needs = needs.map_or_else(
            || words.t("salesplan-too-late"),
            |needs| words.t_with("salesplan-needs", &[("deals", words.decimal(needs, 1).into())]),
        );
        let gap = words.exact_difference(gap, Unit::Money(plan.currency)).to_string();
        rows.push((words.t(key), format!("{gap} · {needs}")));
    }
    let typed = [one.opened, one.win_rate, one.deal, one.cycle];
    let typed = typed.map(|amount| amount.round_to(2).map_or_else(|_| String::new(), Amount::to_text));
    let fields = [
        Field::new("opened", words.t("salesplan-opened"), Input::Decimal(&typed[0])),
        Field::new("win_rate", words.t("salesplan-win-rate"), Input::Percent(&typed[1])),
        Field::new("deal", words.t("salesplan-deal"), Input::Decimal(&typed[2])),
        Field::new("cycle", words.t("salesplan-cycle"), Input::Decimal(&typed[3])),
    ];
    let title = words.t("salesplan-what-if");
    let body = html! {
        (facts(&rows))
        form.stack method="get" action={ "/sales-plan/" (plan.person.0) "#what-if" } {
            input type="hidden" name="year" value=(plan.year.label);
            div.fgrid { @for one in &fields { (field(words, one)) } }
            div.btns {
                (button(Purpose::Plain, &words.t("salesplan-try")))
                (link_button(Purpose::Plain, &address(plan.person, &plan.year.label), None, &words.t("salesplan-usual")))
            }
        }
        p.mut.small { (words.t("salesplan-what-if-hint")) }
    };
    Ok(Panel { id: "what-if", title: &title, body, ..Panel::default() }.render())
}

/// Targets of revenue from the company down to this person.
fn above(words: Words, plan: &SalesPlan) -> Markup {
    let money =
        |amount: Option<Amount>| amount.map_or_else(|| "–".to_owned(), |amount| told(words, amount, plan.currency));
    let title = words.t("salesplan-above");
    let heads = vec![
        Head::text(words.t("salesplan-level")),
        Head::number(words.t("target")),
        Head::number(words.t("salesplan-below")),
    ];
    let rows = plan.above.iter().map(|node| {
        let name = if node.entity.id.is_none() { words.t("by-company") } else { node.entity.name.clone() };
        Line::new(name.as_str(), vec![Cell::number(money(node.target)), Cell::number(money(node.of_parts))])
    });
    let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
    table.in_panel("above", (&words.t("salesplan-no-targets"), &words.t("salesplan-no-targets-hint")))
}

fn decide_form(words: Words, plan: &SalesPlan) -> Markup {
    let answer = Field {
        hint: Some(words.t("salesplan-answer-hint")),
        ..Field::new("answer", words.t("salesplan-answer"), Input::Area(""))
    };
    let reason = plan.stated.as_ref().map_or("", |stated| stated.reason.as_str());
    let title = words.t("salesplan-decide");
    let body = html! {
        (facts(&[(words.t("field-reason"), reason)]))
        form.stack method="post" action=(format!("/sales-plan/{}/decision", plan.person.0)) {
            input type="hidden" name="year" value=(plan.year.label);
            input type="hidden" name="seq" value=(plan.seq.0);
            (field(words, &answer))
            div.btns {
                button.btn.btn-primary name="decision" value="approve" { (words.t("salesplan-approve")) }
                button.btn name="decision" value="return" { (words.t("salesplan-return")) }
            }
        }
    };
    Panel { id: "decide", title: &title, body, ..Panel::default() }.render()
}

fn state_form(words: Words, plan: &SalesPlan) -> Markup {
    let stated = plan.stated.as_ref();
    let seq = plan.seq.0.to_string();
    let text = |amount: Option<Amount>| amount.map(Amount::to_text).unwrap_or_default();
    let quarters: Vec<(String, String, String)> = (0..plan.quarters.len())
        .map(|place| {
            let one = &plan.quarters[place];
            let typed = stated.map(|stated| stated.quarters[place]).or(one.plan).or(one.quota);
            (format!("quarter_{}", place + 1), words.period(&one.period), text(typed))
        })
        .collect();
    let base = BASE.map(|kpi| (kpi, words.t(kpi), text(stated.and_then(|stated| stated.base.get(kpi).copied()))));
    let mut fields: Vec<Field<'_>> = quarters
        .iter()
        .map(|(name, label, typed)| Field {
            is_required: true,
            ..Field::new(name, label.clone(), Input::Decimal(typed))
        })
        .collect();
    fields.extend(base.iter().map(|(name, label, typed)| Field::new(name, label.clone(), Input::Whole(typed))));
    let reason = stated.map_or("", |stated| stated.reason.as_str());
    fields.push(Field {
        is_required: true,
        hint: Some(words.t("salesplan-reason-hint")),
        ..Field::new("reason", words.t("field-reason"), Input::Area(reason))
    });
    let hidden = vec![("year", plan.year.label.as_str()), ("seq", seq.as_str())];
    let action = format!("/sales-plan/{}", plan.person.0);
    let title = words.t("salesplan-write");
    form(
        words,
        &FieldsForm { hidden, ..FieldsForm::fresh(words, &action, &title, &words.t("salesplan-submit"), &fields) },
    )
}

async fn state(
    Asking { goals, .. }: Asking,
    Path(person): Path<i64>,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Result<Redirect, WebError> {
    let said = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let plan = as_seen(&goals, person, said("year"), said("seq")).await?;
    let mut new = Stating { reason: said("reason").to_owned(), ..Stating::default() };
    for (place, amount) in new.quarters.iter_mut().enumerate() {
        *amount = number(said(&format!("quarter_{}", place + 1)))?.unwrap_or_default();
    }
    for kpi in BASE {
        new.base.extend(number(said(kpi))?.map(|goal| (kpi, goal)));
    }
    goals.state_plan(&plan, &new, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&address(plan.person, &plan.year.label)))
}

async fn decide(
    Asking { goals, .. }: Asking,
    Path(person): Path<i64>,
    Form(typed): Form<BTreeMap<String, String>>,
) -> Result<Redirect, WebError> {
    let said = |name: &str| typed.get(name).map(String::as_str).unwrap_or_default();
    let plan = as_seen(&goals, person, said("year"), said("seq")).await?;
    let approve = said("decision") == "approve";
    goals.decide_plan(&plan, approve, said("answer"), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&address(plan.person, &plan.year.label)))
}

/// The plan of now, to be changed only where nobody changed it since it was shown.
async fn as_seen(goals: &crate::Goals, person: i64, year: &str, seq: &str) -> Result<SalesPlan, WebError> {
    let plan = goals.sales_plan(RecordId(person), year, WhatIf::default()).await.map_err(failed)?;
    let seq = seq.parse().map_err(|_| WebError::Conflict)?;
    Ok(SalesPlan { seq: base::Seq(seq), ..plan })
}
