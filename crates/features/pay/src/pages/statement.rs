//! A statement: what is paid, by which lines and why, where the payee stands, and the file that recomputes it.

use super::{ACTIVE, Asking, component, failed, figure, plain, run::way, shown};
use crate::{Pay, RunError, Said};
use access::{Asker, PERSON};
use axum::{
    extract::{Path, Query},
    http::header,
    response::{IntoResponse, Response},
};
use base::{Amount, RecordId};
use maud::{Markup, Render, html};
use pay_rules::{Standing, exact::Exact};
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    Unit, WebError, Words,
    components::{
        Cell, Head, Mood, Panel, Purpose, Row as Line, Table, button, facts, link_button, page_head, record_link, tag,
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
    let name = format!("attachment; filename=\"pay-{}-{}.json\"", said.period.label, said.payee().person);
    Ok(([(header::CONTENT_TYPE, "application/json".to_owned()), (header::CONTENT_DISPOSITION, name)], text)
        .into_response())
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
                @for part in payee.components.iter().filter(|part| !part.lines.is_empty()) { (lines(words, said, part)) }
            }
            div.stack {
                (balances(words, said))
                @if !said.standings.is_empty() { (what_if(words, said, next)?) }
                @if let Some(id) = of { (super::disputes::of_statement(pay, asker, said, id).await?) }
                (recompute(words, said, file.as_deref()))
                (looks(pay, asker, said).await?)
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn amount(exact: &Exact) -> Amount {
    exact.to_amount().unwrap_or_default()
}

/// The rate table with what has come into each tier, and "you are here".
fn stands(words: Words, standing: &Standing) -> Markup {
    let title = words.t_with("pay-standing", &[("name", standing.component.as_str().into())]);
    let decimals = standing.currency.minor_digits();
    let number = |exact: &Exact| words.decimal(amount(exact), decimals);
    let bound = |exact: &Exact| match standing.quota.as_ref().and_then(|quota| exact.over(quota)) {
        Some(share) => share.to_percent(),
        None => words.decimal(amount(exact), 0),
    };
    let here = standing.tiers.iter().rposition(|tier| tier.from <= standing.measure).unwrap_or(0);
    let rows = standing.tiers.iter().enumerate().map(|(place, tier)| {
        let to = tier.to.as_ref().map_or_else(|| "…".to_owned(), &bound);
        let rate = if standing.rates_are_shares {
            tier.rate.to_percent()
        } else {
            words.decimal(amount(&tier.rate), decimals)
        };
        let name = html! {
            (bound(&tier.from)) " – " (to)
            @if place == here { " " (tag(Mood::Info, &words.t("pay-here"))) }
        };
        let cells = vec![
            Cell::number(rate),
            Cell::number(number(&tier.measure)),
            Cell::number(number(&tier.now)),
            Cell::number(number(&tier.earned)),
        ];
        Line::new(name, cells)
    });
    let code = standing.currency.code();
    let of = |key: &str| format!("{}, {code}", words.t(key));
    let heads = vec![
        Head::text(words.t("tier")),
        Head::number(words.t("rate")),
        Head::number(of("credit")),
        Head::number(of("pay-credit-now")),
        Head::number(of("pay-earned")),
    ];
    let table = Table { label: &title, heads, rows: rows.collect(), ..Table::default() };
    let period = words.period(&standing.interval);
    let share = standing.quota.as_ref().and_then(|quota| Some((quota, standing.measure.over(quota)?)));
    let slots = [("period", period.as_str().into()), ("measure", number(&standing.measure).into())];
    let note = if let Some((quota, share)) = share {
        let more =
            [("quota", number(quota).into()), ("share", words.exact(amount(&share), Unit::Percent).to_string().into())];
        words.t_with("pay-standing-quota", &[slots, more].concat())
    } else {
        words.t_with("pay-standing-sum", &slots)
    };
    let id = format!("standing-{}", standing.component);
    let body = html! { div.body { (line(words, standing)) } (table) };
    Panel { id: &id, title: &title, note: Some(&note), body, is_flush: true, ..Panel::default() }.render()
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
            ("before", words.decimal(amount(&standing.before), 0).into()),
            ("now", words.decimal(amount(&now), 0).into()),
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
    let payee = said.payee();
    let of_period: BTreeMap<&str, &str> =
        payee.components.iter().map(|part| (part.id.as_str(), part.amount.as_str())).collect();
    let ids = payee.components.iter().map(|part| part.id.as_str());
    let mut ids: Vec<&str> = ids.collect();
    ids.extend(said.year_to_date.keys().map(String::as_str).filter(|id| !of_period.contains_key(id)));
    let rows = ids.into_iter().map(|id| {
        let now = of_period.get(id).map(|amount| plain(words, amount, &payee.currency)).unwrap_or_default();
        let year = said.year_to_date.get(id).map(|sum| words.decimal((*sum).into(), sum.currency.minor_digits()));
        Line::new(component(words, id), vec![Cell::number(now), Cell::number(year.unwrap_or_default())])
    });
    let title = words.t("pay-components");
    let heads = vec![
        Head::text(words.t("component")),
        Head::number(format!("{}, {}", words.period(&said.period), payee.currency)),
        Head::number(words.t("pay-year-to-date")),
    ];
    let whole = said
        .year_to_date
        .values()
        .map(|sum| Amount::from(*sum))
        .fold(Amount::ZERO, |sum, one| sum.checked_add(one).unwrap_or(sum));
    let decimals = said.year_to_date.values().next().map_or(2, |sum| sum.currency.minor_digits());
    let total = Line::new(
        words.t("total"),
        vec![Cell::number(plain(words, &payee.total, &payee.currency)), Cell::number(words.decimal(whole, decimals))],
    );
    let table = Table { label: &title, heads, rows: rows.collect(), foot: vec![total], ..Table::default() };
    Panel { id: "components", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

fn lines(words: Words, said: &Said, part: &crate::told::ToldComponent) -> Markup {
    let payee = said.payee();
    let row = |line: &crate::ToldLine| {
        let fact = said.told.facts.get(&line.fact);
        let name = match fact {
            Some(fact) => html! {
                @if let Some(path) = records::path(&fact.record) { (record_link(&format!("{path}/{}", fact.id), &fact.name)) }
                @else { (fact.name) }
            },
            None if line.fact.is_empty() => html! { (component(words, &part.id)) },
            None => html! { (line.fact) },
        };
        let on = fact.and_then(|fact| fact.on.parse().ok()).map(|day| words.date(day)).unwrap_or_default();
        let cells = vec![
            Cell::text(line.reason.sentence(words)),
            Cell::text(on),
            Cell::number(plain(words, &line.amount, &payee.currency)),
        ];
        Line::new(name, cells)
    };
    let title = component(words, &part.id);
    let heads = vec![
        Head::text(words.t("pay-fact")),
        Head::text(words.t("pay-why")),
        Head::text(words.t("pay-on")),
        Head::number(words.field("amount")),
    ];
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
    let columns = BTreeMap::from([("type", next.kind.clone())]);
    let told = if asked.parse::<Amount>().is_ok() {
        let then =
            file.with_credit(&payee.id, &asked, currency, &columns).map_err(|error| failed(RunError::File(error)))?;
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

/// Who else has looked at it.
async fn looks(pay: &Pay, asker: &Asker, said: &Said) -> Result<Markup, WebError> {
    let words = asker.words;
    let people = said.looks.iter().map(|look| RecordId(look.by)).collect();
    let people = pay.db.system().titles(&PERSON, &people).await.map_err(WebError::internal)?;
    let zone = access::time_zone(&pay.db).await.map_err(WebError::internal)?;
    let title = words.t("pay-looks");
    let body = html! {
        @if said.looks.is_empty() { p.mut { (words.t("pay-no-looks")) } }
        @else {
            ul.rows { @for look in said.looks.iter().take(10) {
                li { div.grow { div.split {
                    span.ttl { (people.get(&RecordId(look.by)).map(db::Record::title).unwrap_or_default()) }
                    time datetime=(look.at.to_string()) { (words.moment(look.at.to_zoned(zone.clone()).datetime())) }
                } } }
            } }
        }
    };
    Ok(Panel { id: "looks", title: &title, body, is_flush: !said.looks.is_empty(), ..Panel::default() }.render())
}
