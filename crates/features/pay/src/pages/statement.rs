//! A statement: what is paid, by which lines and why, where the payee stands, and the file that recomputes it.

use super::{ACTIVE, Asking, cells, component, failed, figure, plain, run::way, shown};
use crate::{Pay, RunError, Said, Told};
use access::Asker;
use axum::{
    extract::{Path, Query},
    response::Response,
};
use base::{Amount, RecordId};
use maud::{Markup, Render, html};
use pay_rules::{Standing, WhatIf, exact::Exact};
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    WebError, Words, attached,
    components::{
        Cell, Head, Mood, Panel, Purpose, Row as Line, Table, button, facts, link_button, page_head, prints,
        record_link, tag,
    },
};

/// What the next deal would be.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Next {
    amount: String,
    #[serde(rename = "type")]
    kind: String,
}

pub async fn page(
    Asking { asker, pay }: Asking,
    Path(id): Path<i64>,
    Query(next): Query<Next>,
) -> Result<Markup, WebError> {
    let said = pay.statement(RecordId(id)).await.map_err(failed)?;
    let said = said.ok_or(WebError::NotFound)?;
    document(&pay, &asker, &said, Some(RecordId(id)), &next).await
}

/// What a run says of somebody, for those who see everybody's pay.
pub async fn of_run(
    Asking { asker, pay }: Asking,
    Path((label, person)): Path<(String, i64)>,
    Query(next): Query<Next>,
) -> Result<Markup, WebError> {
    let said = pay.said_by_run(&label, RecordId(person)).await.map_err(failed)?;
    document(&pay, &asker, &said, None, &next).await
}

/// Everything the statement follows from, to be recomputed anywhere.
pub async fn file(Asking { pay, .. }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let said = pay.statement(RecordId(id)).await.map_err(failed)?;
    let said = said.ok_or(WebError::NotFound)?;
    let file = said.file.as_ref().ok_or(WebError::NotFound)?;
    let text = file.to_text().map_err(|error| failed(RunError::File(error)))?;
    let name = format!("pay-{}-{}.json", said.period.label, said.payee().person);
    Ok(attached("application/json", &name, text))
}

/// The statement on paper, in a language.
pub async fn pdf(Asking { pay, .. }: Asking, Path((id, language)): Path<(i64, String)>) -> Result<Response, WebError> {
    let words = Words::of_address(&language)?;
    let (name, bytes) = pay.statement_on_paper(RecordId(id), words).await.map_err(failed)?;
    Ok(attached(documents::PDF, &name, bytes))
}

/// `of` is the statement's number, once there is one.
async fn document(
    pay: &Pay,
    asker: &Asker,
    said: &Said,
    of: Option<RecordId>,
    next: &Next,
) -> Result<Markup, WebError> {
    let words = asker.words;
    let file = of.filter(|_| said.file.is_some()).map(|id| format!("/pay/statements/{id}/file"));
    let payee = said.payee();
    let period = words.period(&said.period);
    let title = words.t_with("pay-statement-of", &[("period", period.as_str().into())]);
    let plans = said.file.as_ref().map(pay_rules::PayFile::plans).transpose();
    let plans = plans.map_err(|error| failed(RunError::File(error)))?.unwrap_or_default();
    let plans: Vec<String> = plans.iter().map(|plan| format!("{} {}", plan.name, plan.version)).collect();
    let sub = [vec![payee.name.clone()], plans].concat().join(" · ");
    let end = html! {
        div.score { div.mut.small { (words.t("total")) } div.big { (shown(words, &payee.total, &payee.currency)) } }
    };
    let content = html! {
        (page_head(&title, Some(&sub), &end))
        (way(words, said.state))
        div.cols.st2 {
            div.stack {
                // A flat rate has no place to stand in.
                @for standing in said.standings.iter().filter(|standing| standing.tiers.len() > 1) { (stands(words, standing)) }
                (components(words, said))
                @for part in payee.components.iter().filter(|part| !part.lines.is_empty()) { (lines(words, &said.told, part)) }
            }
            div.stack {
                (balances(words, said))
                @if !said.standings.is_empty() { (what_if(words, said, next)?) }
                @if let Some(id) = of { (super::disputes::of_statement(pay, asker, said, id).await?) }
                (recompute(words, said, file.as_deref()))
                @if let Some(id) = of { (prints(words, &format!("/pay/statements/{id}/pdf"))) }
                (access::looks::panel(words, &pay.db, &said.looks).await?)
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// The rate table with what has come into each tier, and "you are here".
fn stands(words: Words, standing: &Standing) -> Markup {
    let title = words.t_with("pay-standing", &[("name", standing.component.as_str().into())]);
    let row = |tier: cells::Tier| {
        let name = html! { (tier.name) @if tier.is_here { " " (tag(Mood::Info, &words.t("pay-here"))) } };
        Line::new(name, tier.cells.map(Cell::number).into())
    };
    let rows = cells::tiers(words, standing).into_iter().map(row).collect();
    let table = Table { label: &title, heads: heads(cells::tier_heads(words, standing)), rows, ..Table::default() };
    let note = cells::tier_note(words, standing);
    let id = format!("standing-{}", standing.component);
    let body = html! { div.body { (line(words, standing)) } (table) };
    Panel { id: &id, title: &title, note: Some(&note), body, is_flush: true, ..Panel::default() }.render()
}

/// The first names the row, all others are numbers.
pub fn heads(names: impl IntoIterator<Item = String>) -> Vec<Head> {
    let head = |(place, name)| if place == 0 { Head::text(name) } else { Head::number(name) };
    names.into_iter().enumerate().map(head).collect()
}

/// The tiers as one line: what was there before the period, what came in it, and the bounds.
fn line(words: Words, standing: &Standing) -> Markup {
    let last = standing.tiers.last().map_or(Exact::ZERO, |tier| tier.from.clone());
    let end = last.max(standing.measure.clone()).max(Exact::ZERO);
    // A fifth more than the last bound, so that the open tier has a width.
    let end = &end * &Exact::ratio(6, 5);
    let place = |at: &Exact| {
        let share = at.over(&end).unwrap_or(Exact::ZERO).or_zero();
        format!(
            "{}%",
            (&share * &Exact::from(100)).to_amount().and_then(|share| share.round_to(2)).unwrap_or_default().to_text()
        )
    };
    let now = &standing.measure - &standing.before;
    let text = words.t_with(
        "pay-line",
        &[
            ("before", words.decimal(cells::amount(&standing.before), 0).into()),
            ("now", words.decimal(cells::amount(&now), 0).into()),
        ],
    );
    html! {
        svg.tierline role="img" aria-label=(text) height="18" width="100%" {
            title { (text) }
            rect.rest width="100%" height="10" y="4" {}
            rect.fill width=(place(&standing.measure.clone().min(standing.before.clone()))) height="10" y="4" {}
            rect.new x=(place(&standing.before)) width=(place(&now)) height="10" y="4" {}
            @for tier in standing.tiers.iter().skip(1) {
                line.tick x1=(place(&tier.from)) x2=(place(&tier.from)) y1="0" y2="18" {}
            }
        }
    }
}

/// Components with the period's pay and the year's.
fn components(words: Words, said: &Said) -> Markup {
    let row = |[name, now, year]: [String; 3]| Line::new(name, vec![Cell::number(now), Cell::number(year)]);
    let mut rows: Vec<Line> = cells::components(words, said).into_iter().map(row).collect();
    let foot = rows.pop().into_iter().collect();
    let title = words.t("pay-components");
    let heads = heads(cells::component_heads(words, said));
    let table = Table { label: &title, heads, rows, foot, ..Table::default() };
    Panel { id: "components", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

/// What a component of the one payee who is told of pays, and why.
pub fn lines(words: Words, told: &Told, part: &crate::told::ToldComponent) -> Markup {
    let payee = &told.payees[0];
    let row = |line: &crate::ToldLine| {
        let (name, on) = cells::about(words, told, part, line);
        let fact = told.facts.get(&line.fact);
        let path = fact.and_then(|fact| Some(format!("{}/{}", records::path(&fact.record)?, fact.id)));
        let name = html! { @if let Some(path) = path { (record_link(&path, &name)) } @else { (name) } };
        let cells = vec![
            Cell::text(line.reason.sentence(words)),
            Cell::text(on),
            Cell::number(plain(words, &line.amount, &payee.currency)),
        ];
        Line::new(name, cells)
    };
    let title = component(words, &part.id);
    let [fact, why, on, amount] = cells::line_heads(words);
    let heads = vec![Head::text(fact), Head::text(why), Head::text(on), Head::number(amount)];
    let foot = Line::new(
        words.t("total"),
        vec![
            Cell::text("").absent(),
            Cell::text("").absent(),
            Cell::number(plain(words, &part.amount, &payee.currency)),
        ],
    );
    let id = format!("lines-{}", part.id.replace('.', "-"));
    let rows = part.lines.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, foot: vec![foot], is_lines: true, ..Table::default() };
    let note = words.count(part.lines.len());
    Panel { id: &id, title: &title, note: Some(&note), body: table.render(), is_flush: true, ..Panel::default() }
        .render()
}

fn balances(words: Words, said: &Said) -> Markup {
    let payee = said.payee();
    let mut rows: Vec<(String, String)> = vec![(words.t("total"), shown(words, &payee.total, &payee.currency))];
    for (kind, sum) in &payee.balances {
        rows.push((words.t(kind), shown(words, sum, &payee.currency)));
    }
    let title = words.t("pay-balances");
    Panel { id: "balances", title: &title, body: facts(&rows), ..Panel::default() }.render()
}

/// What one more deal of an amount would earn, by the same function.
fn what_if(words: Words, said: &Said, next: &Next) -> Result<Markup, WebError> {
    let payee = said.payee();
    let Some(file) = &said.file else { return Ok(html! {}) };
    let currency = said.standings[0].currency;
    let asked = next.amount.trim().replace([',', ' '], "");
    let told = if let Ok(amount) = asked.parse::<Amount>() {
        let columns = BTreeMap::from([("type", next.kind.clone())]);
        let more = [WhatIf { amount, currency, columns }];
        let then = file.with_credits(&payee.id, &more).map_err(|error| failed(RunError::File(error)))?;
        let before = crate::runs::money(&payee.total, &payee.currency);
        let more = then.of(&payee.id).zip(before).and_then(|(then, before)| then.total.checked_sub(before).ok());
        more.map(|more| words.t_with("pay-next-earns", &[("amount", figure(words, more).into())]))
    } else if asked.is_empty() {
        None
    } else {
        Some(words.t("error-not-a-number"))
    };
    let title = words.t("pay-next");
    let body = html! {
        form.stack method="get" {
            div.field {
                label for="amount" { (words.field("amount")) ", " (currency.code()) }
                input.input id="amount" name="amount" inputmode="decimal" value=(next.amount);
            }
            div.field {
                label for="type" { (words.field("deal_type")) }
                input.input id="type" name="type" value=(next.kind);
            }
            div.btns { (button(Purpose::Plain, &words.t("pay-next-ask"))) }
            @if let Some(told) = told { p role="status" { b { (told) } } }
        }
    };
    Ok(Panel { id: "next", title: &title, body, ..Panel::default() }.render())
}

fn recompute(words: Words, said: &Said, file: Option<&str>) -> Markup {
    let title = words.t("pay-recompute");
    let body = html! {
        @if let Some(file) = file {
            p.ink2 { (words.t("pay-recompute-hint")) }
            pre.code tabindex="0" { "clinch pay recompute pay-" (said.period.label) "-" (said.payee().person) ".json\nsha256 " (said.sha256.get(..16).unwrap_or_default()) "…" }
            div.btns { (link_button(Purpose::Plain, file, Some("download"), &words.t("pay-download"))) }
        } @else if said.file.is_some() {
            p.ink2 { (words.t("pay-recompute-later")) }
        } @else {
            p.ink2 { (words.t("pay-recompute-not")) }
        }
    };
    Panel { id: "recompute", title: &title, body, ..Panel::default() }.render()
}
