//! A run: what it pays, what stands in its way, and who moves it on.

use super::{ACTIVE, Asking, failed, figure, shown};
use crate::{Pay, REASONS, Run, RunError, State as RunState, ToldException};
use access::PERSON;
use axum::{
    Form,
    extract::Path,
    response::{Redirect, Response},
};
use base::{Money, RecordId};
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    CSV, WebError, Words, attached,
    components::{
        Cell, Choice, Field, Head, Input, Message, Mood, Panel, Purpose, Row as Line, Step, Table, button, field,
        link_button, message, page_head, path, record_link, tag,
    },
};

#[derive(Deserialize)]
pub struct Wanted {
    step: String,
    /// Of the run that was looked at.
    #[serde(default)]
    sha256: Option<String>,
}

#[derive(Deserialize)]
pub struct Waived {
    exception: String,
    reason: String,
}

#[derive(Deserialize)]
pub struct Adjusted {
    payee: String,
    amount: String,
    currency: String,
    reason: String,
    evidence: String,
}

pub async fn page(Asking { asker, pay }: Asking, Path(label): Path<String>) -> Result<Markup, WebError> {
    let words = asker.words;
    let run = pay.run(&label).await.map_err(failed)?;
    let period = words.period(&run.period);
    let title = words.t_with("pay-run-of", &[("period", period.as_str().into())]);
    let totals: Vec<String> = run.totals().into_values().map(|total| figure(words, total)).collect();
    let end = html! {
        div.score { div.mut.small { (words.t("total")) } div.big { (totals.join(" · ")) } }
        (steps(words, &run))
        @if run.state.is_locked() {
            (link_button(Purpose::Plain, &format!("/pay/runs/{label}/payroll.xlsx"), Some("download"), &words.t("pay-payroll")))
        }
    };
    let content = html! {
        (page_head(&title, Some(&words.t_with("pay-run-known", &[("count", run.seq.0.into())])), &end))
        (way(words, run.state))
        div.stack {
            @if run.open().count() > 0 { (exceptions(words, &run)) }
            (payees(words, &run))
            (adjustments(words, &pay, &run).await?)
            (waived(words, &run))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

pub async fn csv(Asking { pay, .. }: Asking, Path(label): Path<String>) -> Result<Response, WebError> {
    let payroll = pay.payroll(&label).await.map_err(failed)?;
    let text = payroll.to_csv().map_err(failed)?;
    Ok(attached(CSV, &format!("payroll-{label}.csv"), text))
}

pub async fn xlsx(Asking { pay, .. }: Asking, Path(label): Path<String>) -> Result<Response, WebError> {
    let payroll = pay.payroll(&label).await.map_err(failed)?;
    let bytes = payroll.to_xlsx().map_err(failed)?;
    Ok(attached(documents::XLSX, &format!("payroll-{label}.xlsx"), bytes))
}

/// The states, and where it stands.
pub fn way(words: Words, state: RunState) -> Markup {
    let steps: Vec<Step> = RunState::ALL
        .iter()
        .map(|one| Step { name: words.choice("state", one.name()), note: None, is_done: *one < state })
        .collect();
    let now = RunState::ALL.iter().position(|one| *one == state).unwrap_or(0);
    path(&words.t("state"), &steps, now)
}

fn steps(words: Words, run: &Run) -> Markup {
    let next = match run.state {
        RunState::Calculated => Some("review"),
        RunState::Reviewed => Some("approve"),
        RunState::Approved => Some("pay"),
        RunState::Paid => None,
    };
    html! {
        form.btns method="post" action={ "/pay/runs/" (run.period.label) } {
            input type="hidden" name="sha256" value=(run.sha256);
            @if let Some(next) = next {
                button.btn.btn-primary name="step" value=(next) { (words.t(&format!("pay-{next}"))) }
            }
            @if !run.state.is_locked() {
                button.btn name="step" value="calculate" { (words.t("pay-calculate-again")) }
            }
        }
    }
}

pub async fn step(
    Asking { pay, .. }: Asking,
    Path(label): Path<String>,
    Form(wanted): Form<Wanted>,
) -> Result<Redirect, WebError> {
    let done = match wanted.step.as_str() {
        "calculate" => pay.calculate(&label, Origin::Ui).await,
        "review" => pay.review(&label, wanted.sha256.as_deref(), Origin::Ui).await,
        "approve" => pay.approve(&label, wanted.sha256.as_deref(), Origin::Ui).await,
        "pay" => pay.pay(&label, Origin::Ui).await,
        _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
    };
    done.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/runs/{label}")))
}

pub async fn waive(
    Asking { pay, .. }: Asking,
    Path(label): Path<String>,
    Form(waived): Form<Waived>,
) -> Result<Redirect, WebError> {
    pay.waive(&label, &waived.exception, &waived.reason, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/runs/{label}")))
}

pub async fn adjust(
    Asking { pay, .. }: Asking,
    Path(label): Path<String>,
    Form(typed): Form<Adjusted>,
) -> Result<Redirect, WebError> {
    let wrong = || failed(RunError::NotAnAmount(typed.amount.clone(), typed.currency.clone()));
    let currency = typed.currency.parse().map_err(|_| wrong())?;
    let amount = Money::parse(typed.amount.trim(), currency).map_err(|_| wrong())?;
    let payee = typed.payee.parse().map(RecordId).map_err(|_| failed(RunError::NoPerson(typed.payee.clone())))?;
    pay.adjust(&label, payee, amount, &typed.reason, &typed.evidence, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/runs/{label}#adjustments")))
}

/// Approves an adjustment, or takes it back.
pub async fn decide(
    Asking { pay, .. }: Asking,
    Path((label, id)): Path<(String, i64)>,
    Form(wanted): Form<Wanted>,
) -> Result<Redirect, WebError> {
    let done = match wanted.step.as_str() {
        "approve" => pay.approve_adjustment(&label, RecordId(id), Origin::Ui).await,
        "withdraw" => pay.withdraw_adjustment(&label, RecordId(id), Origin::Ui).await,
        _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
    };
    done.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/runs/{label}#adjustments")))
}

fn payees(words: Words, run: &Run) -> Markup {
    let row = |payee: &crate::ToldPayee| {
        let href = format!("/pay/runs/{}/of/{}", run.period.label, payee.person);
        let count = payee.components.iter().map(|component| component.lines.len()).sum::<usize>();
        let cells = vec![Cell::number(words.count(count)), Cell::number(shown(words, &payee.total, &payee.currency))];
        Line::new(record_link(&href, &payee.name), cells)
    };
    let title = words.t("pay-payees");
    let heads = vec![Head::text(words.t("payee")), Head::number(words.t("pay-lines")), Head::number(words.t("total"))];
    let mut payees: Vec<&crate::ToldPayee> = run.told.payees.iter().collect();
    // Who is paid most comes first.
    payees.sort_by_cached_key(|payee| {
        std::cmp::Reverse(crate::runs::money(&payee.total, &payee.currency).map(|total| total.minor))
    });
    let rows = payees.into_iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_pinned: true, ..Table::default() };
    Panel { id: "payees", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

/// What an exception is of: payee, component, fact.
fn of(words: Words, run: &Run, one: &ToldException) -> String {
    let fact = run.told.facts.get(&one.fact).map(|fact| fact.name.clone());
    let parts = [one.name.clone(), super::component(words, &one.component), fact.unwrap_or_else(|| one.fact.clone())];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
}

fn exceptions(words: Words, run: &Run) -> Markup {
    let row = |one: &ToldException| {
        let waive = html! {
            @if run.state.is_locked() { "" } @else {
                form.btns method="post" action={ "/pay/runs/" (run.period.label) "/exceptions" } {
                    input type="hidden" name="exception" value=(one.key());
                    input.input name="reason" aria-label=(words.field("reason")) placeholder=(words.field("reason")) required;
                    (button(Purpose::Plain, &words.t("pay-waive")))
                }
            }
        };
        Line::new(one.reason.sentence(words), vec![Cell::text(of(words, run, one)), Cell::text(waive)])
    };
    let title = words.t("pay-exceptions");
    let heads = ["pay-exception", "pay-of", "pay-waive"].map(|key| Head::text(words.t(key)));
    let rows = run.open().map(row).collect();
    let table = Table { label: &title, heads: heads.into(), rows, ..Table::default() };
    let hint = words.t("pay-exceptions-hint");
    Panel {
        id: "exceptions",
        title: &title,
        note: Some(&hint),
        body: table.render(),
        is_flush: true,
        ..Panel::default()
    }
    .render()
}

fn waived(words: Words, run: &Run) -> Markup {
    let told = |key: &String| run.told.exceptions.iter().find(|one| one.key() == *key);
    // What was let pass in an earlier period stands there.
    let is_of_period = |(key, _): &(&String, &String)| {
        let fact = told(key).and_then(|one| run.told.facts.get(&one.fact));
        let on = fact.and_then(|fact| fact.on.parse().ok());
        on.is_none_or(|on: jiff::civil::Date| run.period.contains(on))
    };
    let row = |(key, reason): (&String, &String)| {
        let what = told(key).map_or_else(|| key.clone(), |one| one.reason.sentence(words));
        let whose = told(key).map(|one| of(words, run, one)).unwrap_or_default();
        Line::new(what, vec![Cell::text(whose), Cell::text(reason)])
    };
    let rows: Vec<Line> = run.waived.iter().filter(is_of_period).map(row).collect();
    if rows.is_empty() {
        return html! {};
    }
    let title = words.t("pay-waived");
    let heads = [words.t("pay-exception"), words.t("pay-of"), words.field("reason")].map(Head::text);
    let table = Table { label: &title, heads: heads.into(), rows, ..Table::default() };
    Panel { id: "waived", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

async fn adjustments(words: Words, pay: &Pay, run: &Run) -> Result<Markup, WebError> {
    let title = words.t("pay-adjustments");
    let row = |one: &crate::Adjustment| {
        let decide = html! {
            @if one.is_approved { (tag(Mood::Good, &words.choice("state", "approved"))) }
            @else {
                form.btns method="post" action={ "/pay/runs/" (run.period.label) "/adjustments/" (one.id) } {
                    button.btn name="step" value="approve" { (words.t("pay-approve")) }
                    button.btn.btn-quiet name="step" value="withdraw" { (words.t("pay-withdraw")) }
                }
            }
        };
        let cells = vec![
            Cell::number(figure(words, one.amount)),
            Cell::text(words.choice("reason_code", &one.reason)),
            Cell::text(&one.evidence),
            Cell::text(decide),
        ];
        Line::new(one.name.as_str(), cells)
    };
    let heads = vec![
        Head::text(words.t("payee")),
        Head::number(words.field("amount")),
        Head::text(words.field("reason")),
        Head::text(words.t("pay-evidence")),
        Head::text(words.t("state")),
    ];
    let table = Table { label: &title, heads, rows: run.adjustments.iter().map(row).collect(), ..Table::default() };
    let is_fresh = run.adjustments.iter().any(|one| {
        let is_in = run.told.payees.iter().flat_map(|payee| &payee.components).flat_map(|part| &part.lines);
        one.is_approved && !is_in.into_iter().any(|line| line.fact == one.line())
    });
    let people = pay.db.system().all(&PERSON).await.map_err(WebError::internal)?;
    let paid = |person: &&db::Record| run.payee(person.id).is_some();
    let choices: Vec<Choice> = people
        .iter()
        .filter(paid)
        .map(|person| Choice { value: person.id.to_string(), label: person.title() })
        .collect();
    let reasons: Vec<Choice> = REASONS
        .iter()
        .map(|reason| Choice { value: (*reason).to_owned(), label: words.choice("reason_code", reason) })
        .collect();
    let currency = run.told.payees.first().map_or("", |payee| payee.currency.as_str());
    let fields = [
        Field::new("payee", words.t("payee"), Input::Select { chosen: "", choices }),
        Field::new("amount", words.field("amount"), Input::Decimal("")),
        Field::new("currency", words.field("currency"), Input::Text(currency)),
        Field::new("reason", words.field("reason"), Input::Select { chosen: "correction", choices: reasons }),
        Field::new("evidence", words.t("pay-evidence"), Input::Text("")),
    ];
    let entry = html! {
        form.stack method="post" action={ "/pay/runs/" (run.period.label) "/adjustments" } novalidate {
            div.fgrid { @for one in &fields { (field(words, one)) } }
            div.btns { (button(Purpose::Plain, &words.t("pay-adjust"))) }
        }
    };
    let body = html! {
        @if is_fresh {
            (message(words, &Message { mood: Mood::Info, what: &words.t("pay-adjusted-since"), hint: None, buttons: None, reference: None }))
        }
        @if !run.adjustments.is_empty() { (table) }
        @if !run.state.is_locked() { (entry) } @else if run.adjustments.is_empty() { p.mut { (words.t("pay-no-adjustments")) } }
    };
    let hint = words.t("pay-adjustments-hint");
    Ok(Panel { id: "adjustments", title: &title, note: Some(&hint), body, ..Panel::default() }.render())
}
