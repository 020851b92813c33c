//! Sales plans: who has one, and one person's with its quarters, customers, what the year comes to, and what was decided.

use super::{Asking, decide_form, failed, mood, number, seen, state_tag, verdict};
use crate::{BASE, GoalsError, PlanLine, SalesPlan, Standing, Stated, Stating, WhatIf};
use access::{Access, Asker};
use axum::{
    Form, Router,
    extract::{Path, Query},
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use base::{Amount, Currency, Fraction, Period, RecordId};
use maud::{Markup, Render, html};
use rules::{
    goal::{GoalError, Outlook},
    log::Origin,
};
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    Unit, WebError, Words,
    components::{
        Cell, Field, Form as FieldsForm, Head, Input, Message, Panel, Purpose, Row as Line, Table, button, facts,
        field, form, link_button, message, page_head, record_link, stepper,
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
    let plans = goals.sales_plans(&year).await.map_err(failed)?;
    let year = &plans.year.label;
    if let ([own], Some(person)) = (plans.lines.as_slice(), asker.session.viewer.person)
        && own.person == person
    {
        return Ok(Redirect::to(&address(person, year)).into_response());
    }
    let money = |amount| told(words, amount, plans.currency);
    let row = |line: &PlanLine| {
        let share = line.plan.zip(line.quota).and_then(|(plan, quota)| words.percent(Fraction::new(plan, quota)));
        let cells = vec![
            Cell::number(money(line.quota)),
            Cell::number(money(line.plan)),
            Cell::number(share.map_or_else(|| "–".to_owned(), |share| share.to_string())),
            Cell::text(line.state.as_ref().map_or_else(|| html! {}, |state| state_tag(words, state))),
        ];
        Line::new(record_link(&address(line.person, year), &line.name), cells)
    };
    let title = words.t("sales-plans");
    let heads = vec![
        Head::text(words.record("person")),
        Head::number(words.t("salesplan-quota")),
        Head::number(words.t("salesplan-plan")),
        Head::number(words.t("salesplan-of-quota")),
        Head::text(words.t("state")),
    ];
    let table = Table {
        label: &title,
        heads,
        rows: plans.lines.iter().map(row).collect(),
        is_pinned: true,
        ..Table::default()
    };
    let content = html! {
        (page_head(&title, Some(&words.t("sales-plans-hint")), &years(words, "/sales-plan", &plans.year, &plans.beside)))
        div.stack { (table.in_panel("plans", (&words.t("no-sales-plans"), &words.t("no-sales-plans-hint")))) }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content).into_response())
}

fn address(person: RecordId, year: &str) -> String {
    format!("/sales-plan/{}?year={year}", person.0)
}

fn told(words: Words, amount: Option<Amount>, currency: Currency) -> String {
    amount.map_or_else(nothing, |amount| words.exact(amount, Unit::Money(currency)).to_string())
}

fn nothing() -> String {
    "–".to_owned()
}

/// Part of whole.
fn share(words: Words, part: Option<Amount>, whole: Option<Amount>) -> String {
    let share = part.zip(whole).and_then(|(part, whole)| words.percent(Fraction::new(part, whole)));
    share.map_or_else(nothing, |share| share.to_string())
}

/// The year before and the one after.
fn years(words: Words, path: &str, year: &Period, beside: &[Option<String>; 2]) -> Markup {
    let [earlier, later] = beside.clone().map(|year| year.map(|year| format!("{path}?year={year}")));
    stepper(words, &words.t("salesplan-year"), &words.period(year), earlier.as_deref(), later.as_deref())
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

async fn page(
    Asking { asker, goals }: Asking,
    Path(person): Path<i64>,
    Query(asked): Query<Asked>,
) -> Result<Markup, WebError> {
    let plan = goals.sales_plan(RecordId(person), &asked.year, asked.wish()?).await.map_err(failed)?;
    let typed = Typed::of(&plan.standing);
    document(&asker, &plan, &typed)
}

fn document(asker: &Asker, plan: &SalesPlan, typed: &Typed) -> Result<Markup, WebError> {
    let (words, standing) = (asker.words, &plan.standing);
    let title = words.t_with("sales-plan-of", &[("name", standing.name.as_str().into())]);
    let path = format!("/sales-plan/{}", standing.person.0);
    let way = years(words, &path, &standing.year, &standing.beside);
    let content = html! {
        (page_head(&title, Some(&words.t("salesplan-hint")), &way))
        div.stack {
            @if let Some(stated) = &standing.stated { (decision(words, stated)) }
            (quarters(words, plan))
            (base(words, plan))
            (what_if(words, plan)?)
            (above(words, plan))
            @if standing.may_decide { (decide_form(words, &format!("/sales-plan/{}/decision", standing.person.0), &[("year", &standing.year.label), ("seq", &standing.seq.0.to_string())])) }
            @if standing.may_write { (state_form(words, standing, typed)) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// What waits, or what was said; and why it is this much.
fn decision(words: Words, stated: &Stated) -> Markup {
    let slots = [
        ("name", stated.decided_by.clone().unwrap_or_else(|| words.t("by-operator")).into()),
        ("day", stated.decided_on.map(|day| words.date(day)).unwrap_or_default().into()),
    ];
    let what = words.t_with(&format!("salesplan-is-{}", stated.state), &slots);
    let said = [stated.answer.as_str(), stated.reason.as_str()];
    let hint = said.into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    message(
        words,
        &Message { mood: mood(&stated.state), what: &what, hint: Some(&hint), buttons: None, reference: None },
    )
}

fn quarters(words: Words, plan: &SalesPlan) -> Markup {
    let standing = &plan.standing;
    let money = |amount| told(words, amount, standing.currency);
    let written = standing.stated.as_ref();
    let line = |name: Markup, [quota, written, planned, came, open]: [Option<Amount>; 5]| {
        let mut cells = vec![Cell::number(money(quota)), Cell::number(money(written)), Cell::number(money(planned))];
        cells.extend([
            Cell::number(money(came)),
            Cell::number(share(words, came, quota)),
            Cell::number(share(words, came, planned)),
            Cell::number(money(open)),
        ]);
        Line::new(name, cells)
    };
    let row = |place: usize| {
        let one = &standing.quarters[place];
        let (from, to) = (one.period.start.to_string(), one.period.end.to_string());
        let entity = format!("#{}", standing.person.0);
        let pairs = [("by", "rep"), ("entity", &entity), ("from", &from), ("to", &to)];
        let name = html! { a.nowrap href=(web_kit::address("/kpi/revenue", &pairs)) { (words.period(&one.period)) } };
        line(
            name,
            [one.quota, written.map(|stated| stated.quarters[place]), one.plan, plan.came[place], plan.open[place]],
        )
    };
    let sum = |of: Option<Vec<Amount>>| of.filter(|all| !all.is_empty()).and_then(|all| Amount::sum(all).ok());
    let whole = line(
        html! { (words.t("total")) },
        [
            standing.quota,
            written.and_then(|stated| Amount::sum(stated.quarters).ok()),
            standing.plan,
            sum(plan.came.iter().copied().collect()),
            sum(Some(plan.open.iter().flatten().copied().collect())),
        ],
    );
    let title = words.t("salesplan-quarters");
    let heads = vec![
        Head::text(words.t("period")),
        Head::number(words.t("salesplan-quota")),
        Head::number(words.t("salesplan-written")),
        Head::number(words.t("salesplan-plan")),
        Head::number(words.t("revenue")),
        Head::number(words.t("salesplan-of-quota")),
        Head::number(words.t("salesplan-of-plan")),
        Head::number(words.t("salesplan-open")),
    ];
    let rows = (0..standing.quarters.len()).map(row).collect();
    let table = Table { label: &title, heads, rows, foot: vec![whole], is_pinned: true, ..Table::default() };
    let pace = plan.pace.and_then(|pace| words.percent(pace));
    let pace = pace.map(|pace| format!("{} {pace}", words.t("quota_pace")));
    Panel {
        id: "quarters",
        title: &title,
        note: pace.as_deref(),
        body: table.render(),
        is_flush: true,
        ..Panel::default()
    }
    .render()
}

fn base(words: Words, plan: &SalesPlan) -> Markup {
    let standing = &plan.standing;
    let count = |amount: Option<Amount>| amount.map_or_else(nothing, |amount| words.decimal(amount, 0));
    let rows = plan.base.iter().map(|one| {
        let (person, from, to) = (standing.person.0, standing.year.start, standing.year.end);
        let href = format!("/kpi/{}?by=rep&entity=%23{person}&from={from}&to={to}", one.kpi);
        let written = standing.stated.as_ref().and_then(|stated| stated.base.get(one.kpi).copied());
        let cells = vec![
            Cell::number(count(written)),
            Cell::number(count(one.goal)),
            Cell::number(count(one.value)),
            Cell::number(share(words, one.value, one.goal)),
        ];
        Line::new(html! { a.nowrap href=(href) { (words.t(one.kpi)) } }, cells)
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
    let (standing, inputs) = (&plan.standing, &plan.inputs);
    let asked = [
        ("opened", "salesplan-opened", inputs.opened),
        ("win_rate", "salesplan-win-rate", inputs.win_rate),
        ("deal", "salesplan-deal", inputs.deal),
        ("cycle", "salesplan-cycle", inputs.cycle),
    ];
    let two = |amount: Amount| amount.round_to(2).unwrap_or(amount).to_text();
    let typed = asked.map(|(.., amount)| amount.map(two).unwrap_or_default());
    let fields = asked.iter().zip(&typed).map(|((name, label, _), typed)| {
        let input = if *name == "win_rate" { Input::Percent(typed) } else { Input::Decimal(typed) };
        Field::new(name, words.t(label), input)
    });
    let told = if let Some(outlook) = &plan.outlook {
        facts(&outlook_lines(words, standing, outlook)?)
    } else {
        let unknown = asked.iter().filter(|(.., amount)| amount.is_none()).map(|(_, label, _)| words.t(label));
        let came = plan.came.contains(&None).then(|| words.t("revenue"));
        let unknown = unknown.chain(came).collect::<Vec<_>>().join(", ");
        html! { p { (words.t_with("salesplan-unknown", &[("what", unknown.into())])) } }
    };
    let title = words.t("salesplan-what-if");
    let body = html! {
        (told)
        form.stack method="get" action={ "/sales-plan/" (standing.person.0) "#what-if" } {
            input type="hidden" name="year" value=(standing.year.label);
            div.fgrid { @for one in fields { (field(words, &one)) } }
            div.btns {
                (button(Purpose::Plain, &words.t("salesplan-try")))
                (link_button(Purpose::Plain, &address(standing.person, &standing.year.label), None, &words.t("salesplan-usual")))
            }
        }
        p.mut.small { (words.t("salesplan-what-if-hint")) }
    };
    Ok(Panel { id: "what-if", title: &title, body, ..Panel::default() }.render())
}

/// What it comes to, and what lacks to quota and plan.
fn outlook_lines(words: Words, standing: &Standing, outlook: &Outlook) -> Result<Vec<(String, String)>, WebError> {
    let wrong = |error: GoalError| failed(error.into());
    let money = |amount: Amount| told(words, Some(amount), standing.currency);
    let comes_to = outlook.comes_to().map_err(wrong)?;
    let mut lines = vec![
        (words.t("salesplan-came"), money(outlook.came)),
        (words.t("salesplan-won-of-open"), money(outlook.won_of_open().map_err(wrong)?)),
        (words.t("salesplan-new-business"), money(outlook.new_business().map_err(wrong)?)),
        (words.t("salesplan-comes-to"), money(comes_to)),
    ];
    for (key, aim) in [("salesplan-beside-quota", standing.quota), ("salesplan-beside-plan", standing.plan)] {
        let Some(aim) = aim else { continue };
        let gap = comes_to.checked_sub(aim).map_err(|error| failed(error.into()))?;
        let needs = match outlook.opened_for(aim).map_err(wrong)? {
            Some(deals) => words.t_with("salesplan-needs", &[("deals", words.decimal(deals, 1).into())]),
            None => words.t("salesplan-too-late"),
        };
        let told = words.exact_difference(gap, Unit::Money(standing.currency)).to_string();
        lines.push((words.t(key), if gap.is_negative() { format!("{told} · {needs}") } else { told }));
    }
    Ok(lines)
}

/// Targets of revenue from the company down to this person.
fn above(words: Words, plan: &SalesPlan) -> Markup {
    let title = words.t("salesplan-above");
    let heads = vec![
        Head::text(words.t("salesplan-level")),
        Head::number(words.t("target")),
        Head::number(words.t("salesplan-below")),
    ];
    let money = |amount| Cell::number(told(words, amount, plan.standing.currency));
    let rows = plan.above.iter().map(|one| Line::new(one.name.as_str(), vec![money(one.target), money(one.of_parts)]));
    let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
    table.in_panel("above", (&words.t("salesplan-no-targets"), &words.t("salesplan-no-targets-hint")))
}

/// What stands in the form, and what is wrong with it.
#[derive(Default)]
struct Typed {
    said: BTreeMap<String, String>,
    wrong: BTreeMap<String, &'static str>,
}

impl Typed {
    /// As it was written; else what was approved, else the quotas.
    fn of(standing: &Standing) -> Self {
        let stated = standing.stated.as_ref();
        let mut said = BTreeMap::new();
        for (place, one) in standing.quarters.iter().enumerate() {
            let amount = stated.map(|stated| stated.quarters[place]).or(one.plan).or(one.quota);
            said.insert(quarter(place), amount.map(Amount::to_text).unwrap_or_default());
        }
        for (kpi, goal) in stated.iter().flat_map(|stated| &stated.base) {
            said.insert((*kpi).to_owned(), goal.to_text());
        }
        said.insert("reason".to_owned(), stated.map(|stated| stated.reason.clone()).unwrap_or_default());
        Self { said, wrong: BTreeMap::new() }
    }

    fn said(&self, name: &str) -> &str {
        self.said.get(name).map_or("", String::as_str)
    }

    /// What was typed as a plan, as far as it reads.
    fn stating(&mut self) -> Stating {
        let mut new = Stating { reason: self.said("reason").trim().to_owned(), ..Stating::default() };
        for (place, amount) in new.quarters.iter_mut().enumerate() {
            match number(self.said(&quarter(place))) {
                Ok(Some(typed)) => *amount = typed,
                Ok(None) => _ = self.wrong.insert(quarter(place), "error-required"),
                Err(_) => _ = self.wrong.insert(quarter(place), "quotaplan-error-number"),
            }
        }
        for kpi in BASE {
            match number(self.said(kpi)) {
                Ok(goal) => new.base.extend(goal.map(|goal| (kpi, goal))),
                Err(_) => _ = self.wrong.insert(kpi.to_owned(), "quotaplan-error-number"),
            }
        }
        if new.reason.is_empty() {
            self.wrong.insert("reason".to_owned(), "error-required");
        }
        new
    }
}

fn quarter(place: usize) -> String {
    format!("quarter_{}", place + 1)
}

fn state_form(words: Words, standing: &Standing, typed: &Typed) -> Markup {
    let names: Vec<(String, String)> = (0..standing.quarters.len())
        .map(|place| (quarter(place), words.period(&standing.quarters[place].period)))
        .collect();
    let error = |name: &str| typed.wrong.get(name).map(|key| words.t(key));
    let mut fields: Vec<Field<'_>> = names
        .iter()
        .map(|(name, label)| Field {
            is_required: true,
            error: error(name),
            ..Field::new(name, label.clone(), Input::Decimal(typed.said(name)))
        })
        .collect();
    fields.extend(
        BASE.map(|kpi| Field { error: error(kpi), ..Field::new(kpi, words.t(kpi), Input::Whole(typed.said(kpi))) }),
    );
    fields.push(Field {
        is_required: true,
        error: error("reason"),
        hint: Some(words.t("salesplan-reason-hint")),
        ..Field::new("reason", words.t("field-reason"), Input::Area(typed.said("reason")))
    });
    let seq = standing.seq.0.to_string();
    let hidden = vec![("year", standing.year.label.as_str()), ("seq", seq.as_str())];
    let action = format!("/sales-plan/{}", standing.person.0);
    let (title, submit) = (words.t("salesplan-write"), words.t("salesplan-submit"));
    let errors = typed.wrong.len();
    form(words, &FieldsForm { hidden, errors, ..FieldsForm::fresh(words, &action, &title, &submit, &fields) })
}

async fn state(
    Asking { asker, goals }: Asking,
    Path(person): Path<i64>,
    Form(said): Form<BTreeMap<String, String>>,
) -> Result<Response, WebError> {
    let mut typed = Typed { said, ..Typed::default() };
    let new = typed.stating();
    let (person, year) = (RecordId(person), typed.said("year").to_owned());
    if typed.wrong.is_empty() {
        match goals.state_plan((person, &year), &new, seen(&typed.said)?, Origin::Ui).await {
            Ok(()) => return Ok(Redirect::to(&address(person, &year)).into_response()),
            Err(GoalsError::NotAPlan(_)) => _ = typed.wrong.insert(quarter(0), "salesplan-error-amounts"),
            Err(error) => return Err(failed(error)),
        }
    }
    let plan = goals.sales_plan(person, &year, WhatIf::default()).await.map_err(failed)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, document(&asker, &plan, &typed)?).into_response())
}

async fn decide(
    Asking { goals, .. }: Asking,
    Path(person): Path<i64>,
    Form(said): Form<BTreeMap<String, String>>,
) -> Result<Redirect, WebError> {
    let (person, year) = (RecordId(person), said.get("year").map_or("", String::as_str));
    goals.decide_plan((person, year), verdict(&said), seen(&said)?, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&address(person, year)))
}
