//! Disputes: asked on a statement by whose pay it is, decided there by somebody else.

use super::{Asking, component, failed, figure, home};
use crate::{Dispute, DisputeState, Pay, Question, RunError, Said};
use access::Asker;
use axum::{Form, extract::Path, response::Redirect};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row as Line, Table, button, form,
        record_link, tag,
    },
};

/// Between component and fact in what a form sends.
const APART: char = '\u{1f}';

fn state(words: Words, one: &Dispute) -> Markup {
    let mood = match one.state {
        DisputeState::Open => Mood::Warn,
        DisputeState::Granted => Mood::Good,
        DisputeState::Declined => Mood::Bad,
        DisputeState::Withdrawn => Mood::Neutral,
    };
    tag(mood, &words.t(&format!("dispute-{}", one.state.name())))
}

/// What a dispute is about.
fn about(words: Words, one: &Dispute) -> String {
    match (one.component.as_str(), one.fact.as_str()) {
        ("", _) => words.t("dispute-whole"),
        (part, "") => component(words, part),
        (part, fact) => format!("{} · {fact}", component(words, part)),
    }
}

/// Those that wait, for who decides.
pub(super) async fn open(words: Words, pay: &Pay) -> Result<Markup, WebError> {
    let mut found = pay.seen_disputes().await.map_err(failed)?;
    found.retain(|one| one.state == DisputeState::Open);
    if found.is_empty() {
        return Ok(html! {});
    }
    let row = |one: &Dispute| {
        let cells =
            vec![Cell::text(one.period.as_str()), Cell::text(about(words, one)), Cell::text(words.date(one.opened_on))];
        Line::new(record_link(&format!("/pay/statements/{}#disputes", one.statement), &one.name), cells)
    };
    let title = words.t("records-pay_dispute");
    let heads = ["record-person", "period", "dispute-about", "field-opened_on"].map(|key| Head::text(words.t(key)));
    let rows = found.iter().map(row).collect();
    let body = Table { label: &title, heads: heads.into(), rows, is_lines: true, ..Table::default() }.render();
    Ok(Panel { id: "disputes", title: &title, body, is_flush: true, ..Panel::default() }.render())
}

/// What was questioned of a statement, and the way to do so.
pub(super) async fn of_statement(pay: &Pay, asker: &Asker, said: &Said, id: RecordId) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = pay.disputes_of(id).await.map_err(failed)?;
    let is_own = asker.session.person.id.0 == said.payee().person;
    // One is decided after the other, the first that was asked first.
    let first = found.iter().rfind(|one| one.state == DisputeState::Open).map(|one| one.id);
    let next = if first.is_some() && pay.sees_all() && !is_own {
        let runs = pay.runs().await.map_err(failed)?;
        Some(home::next(pay, &runs).await.map_err(failed)?)
    } else {
        None
    };
    let title = words.t("records-pay_dispute");
    let files = pay.files(&found).await?;
    let told = html! { div.stack { @for one in &found {
        @let attached = pay.files_shown(words, &files, one);
        (shown(words, one, &attached, is_own, next.as_deref().filter(|_| first == Some(one.id)), &said.payee().currency))
    } } };
    Ok(html! {
        @if !found.is_empty() { (Panel { id: "disputes", title: &title, body: told, ..Panel::default() }) }
        @if is_own { (ask(words, said, id)) }
    })
}

fn shown(words: Words, one: &Dispute, attached: &Markup, is_own: bool, next: Option<&str>, currency: &str) -> Markup {
    let is_open = one.state == DisputeState::Open;
    html! {
        div.noted.stack {
            p { (state(words, one)) " " b { (about(words, one)) } " " span.mut.small { (words.date(one.opened_on)) } }
            p.pre { (one.claim) }
            @if let Some(evidence) = &one.evidence { p.pre.mut { (evidence) } }
            (attached)
            @if let Some(answer) = &one.answer {
                p.pre { (answer) }
                @if let Some((by, day)) = &one.decided { p.mut.small { (by) " · " (words.date(*day)) } }
            }
            @if let Some(delta) = &one.delta {
                @let key = if delta.is_approved { "dispute-delta" } else { "dispute-delta-waits" };
                p { (words.t_with(key, &[("amount", figure(words, delta.amount).into()), ("period", delta.period.as_str().into())])) }
            }
            @if is_open && is_own {
                form method="post" action={ "/pay/disputes/" (one.id) } {
                    input type="hidden" name="step" value="withdraw";
                    (button(Purpose::Plain, &words.t("dispute-withdraw")))
                }
            }
            @if let Some(next) = next.filter(|_| is_open) { (decision(words, one, next, currency)) }
        }
    }
}

fn decision(words: Words, one: &Dispute, next: &str, currency: &str) -> Markup {
    let action = format!("/pay/disputes/{}", one.id);
    let answer =
        |name: &'static str| Field { is_required: true, ..Field::new(name, words.t("field-answer"), Input::Area("")) };
    let grant = [
        Field {
            is_required: true,
            ..Field::new("granted", format!("{}, {currency}", words.field("amount")), Input::Decimal(""))
        },
        Field { is_required: true, ..Field::new("period", words.t("dispute-paid-in"), Input::Text(next)) },
        answer("answer"),
    ];
    let (grant_title, decline_title) = (words.t("dispute-grant"), words.t("dispute-decline"));
    let of = |step: &'static str| vec![("step", step), ("currency", currency)];
    html! {
        (form(words, &PageForm { hidden: of("grant"), ..PageForm::fresh(words, &action, &grant_title, &grant_title, &grant) }))
        (form(words, &PageForm { hidden: of("decline"), ..PageForm::fresh(words, &action, &decline_title, &decline_title, &[answer("reason")]) }))
    }
}

fn ask(words: Words, said: &Said, id: RecordId) -> Markup {
    let mut choices = vec![Choice { value: String::new(), label: words.t("dispute-whole") }];
    for part in &said.payee().components {
        let name = component(words, &part.id);
        choices.push(Choice { value: part.id.clone(), label: name.clone() });
        for line in part.lines.iter().filter(|line| !line.fact.is_empty()) {
            let fact = said.told.facts.get(&line.fact).map_or(line.fact.as_str(), |fact| fact.name.as_str());
            choices
                .push(Choice { value: format!("{}{APART}{}", part.id, line.fact), label: format!("{name} · {fact}") });
        }
    }
    let fields = [
        Field::new("about", words.t("dispute-about"), Input::Select { chosen: "", choices }),
        Field { is_required: true, ..Field::new("claim", words.t("field-claim"), Input::Area("")) },
        Field {
            hint: Some(words.t("dispute-evidence-hint")),
            ..Field::new("evidence", words.t("field-evidence"), Input::Area(""))
        },
    ];
    let action = format!("/pay/statements/{id}/disputes");
    let (title, submit) = (words.t("dispute-ask"), words.t("dispute-send"));
    form(words, &PageForm::fresh(words, &action, &title, &submit, &fields))
}

#[derive(Deserialize)]
pub struct Asked {
    about: String,
    claim: String,
    #[serde(default)]
    evidence: String,
}

pub async fn question(
    Asking { pay, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Asked>,
) -> Result<Redirect, WebError> {
    let (component, fact) = typed.about.split_once(APART).unwrap_or((&typed.about, ""));
    let asked = Question {
        component: component.to_owned(),
        fact: fact.to_owned(),
        claim: typed.claim.clone(),
        evidence: typed.evidence.clone(),
    };
    pay.dispute(RecordId(id), &asked, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/statements/{id}")))
}

#[derive(Deserialize)]
pub struct Decided {
    step: String,
    /// Why it is granted.
    #[serde(default)]
    answer: String,
    /// Why it is declined.
    #[serde(default)]
    reason: String,
    #[serde(default)]
    period: String,
    #[serde(default)]
    granted: String,
    #[serde(default)]
    currency: String,
}

pub async fn decide(
    Asking { pay, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Decided>,
) -> Result<Redirect, WebError> {
    let id = RecordId(id);
    let statement =
        pay.seen_disputes().await.map_err(failed)?.into_iter().find(|one| one.id == id).map(|one| one.statement);
    let statement = statement.ok_or(WebError::NotFound)?;
    match typed.step.as_str() {
        "grant" => {
            let amount = typed.granted.trim().replace([',', ' '], "");
            let money = crate::runs::money(&amount, &typed.currency);
            let money = money.ok_or_else(|| failed(RunError::NotAnAmount(amount, typed.currency.clone())))?;
            pay.grant(id, typed.period.trim(), money, &typed.answer, Origin::Ui).await.map(drop)
        }
        "decline" => pay.decline(id, &typed.reason, Origin::Ui).await,
        "withdraw" => pay.withdraw_dispute(id, Origin::Ui).await,
        _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
    }
    .map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/statements/{statement}")))
}
