//! What is owed at the end of a day, how it moved, and what was booked.

use super::{ACTIVE, Asking, component, failed, figure, plain, statement::lines};
use crate::{Accrual, Beside, Part, Sums, accruals};
use axum::{
    Form,
    extract::{Path, Query},
    response::{IntoResponse, Redirect, Response},
};
use base::Money;
use base::RecordId;
use jiff::{ToSpan, civil::Date};
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use std::collections::BTreeMap;
use web_kit::{
    CSV, WebError, Words, attached,
    components::{
        Cell, Head, Message, Mood, Panel, Purpose, Row as Line, Table, button, link_button, message, page_head,
        record_link, tag,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    day: String,
}

#[derive(Deserialize)]
pub struct Seen {
    /// Of the rows that were looked at.
    sha256: String,
}

/// What was booked, the last first; a day opens what is owed at its end.
pub async fn all(Asking { asker, pay }: Asking, Query(wanted): Query<Wanted>) -> Result<Response, WebError> {
    if let Ok(day) = wanted.day.trim().parse::<Date>() {
        return Ok(Redirect::to(&format!("/pay/accruals/{day}")).into_response());
    }
    let words = asker.words;
    let title = words.t("accruals");
    let bookings = pay.accruals().await.map_err(failed)?;
    let last_month = pay.today().await.map_err(failed)?.first_of_month().saturating_sub(1.day());
    let open = html! {
        form.btns method="get" {
            input.input type="date" name="day" value=(last_month) aria-label=(words.field("day")) required;
            (button(Purpose::Primary, &words.t("accrual-open")))
        }
    };
    let row = |(place, booking, sums): (usize, &crate::Booking, &Sums)| {
        let day = words.date(booking.day);
        let name =
            html! { @if place == 0 { (record_link(&format!("/pay/accruals/{}", booking.day), &day)) } @else { (day) } };
        Line::new(name, [vec![Cell::text(booking.by.as_str())], moved(words, sums)].concat())
    };
    let rows =
        bookings.iter().flat_map(|one| one.totals.values().enumerate().map(move |(place, sums)| (place, one, sums)));
    let heads =
        [vec![Head::text(words.field("day")), Head::text(words.t("accrual-booked-by"))], moved_heads(words)].concat();
    let table = Table { label: &title, heads, rows: rows.map(row).collect(), is_lines: true, ..Table::default() };
    let back = link_button(Purpose::Plain, "/pay", None, &words.t("compensation"));
    let content = html! {
        (page_head(&title, Some(&words.t("accruals-hint")), &html! { (open) " " (back) }))
        (table.in_panel("bookings", (&words.t("accruals-none"), &words.t("accruals-none-hint"))))
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content).into_response())
}

pub async fn page(Asking { asker, pay }: Asking, Path(day): Path<String>) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = pay.accrual(read(&day)?).await.map_err(failed)?;
    let title = words.t_with("accrual-of", &[("day", words.date(found.day).into())]);
    let is_over = found.day < pay.today().await.map_err(failed)?;
    let sums = accruals::sums(&found.rows);
    let end = html! {
        @for (kind, sums) in &sums {
            div.score title=(kind) { div.mut.small { (words.t("accrual-closing")) } div.big { (figure(words, sums.closing)) } }
        }
        @if is_over && found.last_booked < Some(found.day) {
            details.pop {
                summary.btn.btn-primary { (words.t("accrual-book")) }
                form.stack method="post" {
                    p { (words.t_with("accrual-book-hint", &[("day", words.date(found.day).into())])) }
                    input type="hidden" name="sha256" value=(found.sha256);
                    (button(Purpose::Primary, &words.t("accrual-book-now")))
                }
            }
        }
        @if found.last_booked == Some(found.day) {
            form method="post" action={ "/pay/accruals/" (day) "/void" } { (button(Purpose::Plain, &words.t("accrual-void"))) }
        }
        (link_button(Purpose::Plain, &format!("/pay/accruals/{day}/accrual.csv"), Some("download"), "CSV")) " "
        (link_button(Purpose::Plain, &format!("/pay/accruals/{day}/accrual.xlsx"), Some("download"), "XLSX"))
    };
    let sub = match found.since {
        Some(since) => words.t_with("accrual-since", &[("day", words.date(since).into())]),
        None => words.t("accrual-first"),
    };
    let zone = access::time_zone(&pay.db).await.map_err(WebError::internal)?;
    let content = html! {
        (page_head(&title, Some(&sub), &end))
        div.stack {
            @if let Some(booking) = &found.booked {
                @let at = words.moment(booking.at.to_zoned(zone).datetime());
                @let what = words.t_with("accrual-booked", &[("by", booking.by.as_str().into()), ("at", at.into())]);
                @let later = learnt(words, &found);
                (message(words, &Message { mood: Mood::Info, what: &what, hint: later.as_deref(), buttons: None, reference: None }))
            }
            @if found.exceptions > 0 {
                @let what = words.t_with("accrual-exceptions", &[("count", words.count(found.exceptions).into())]);
                (message(words, &Message { mood: Mood::Warn, what: &what, hint: None, buttons: None, reference: None }))
            }
            (people(words, &found, sums))
            (parts(words, &found.parts))
            (beside(words, &found.beside))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// The lines of one payee, by what is known now.
pub async fn of(Asking { asker, pay }: Asking, Path((day, person)): Path<(String, i64)>) -> Result<Markup, WebError> {
    let words = asker.words;
    let found = pay.accrual_of(read(&day)?, RecordId(person)).await.map_err(failed)?;
    let name = found.rows.first().map(|row| row.name.clone());
    let name = name.or_else(|| Some(found.parts.first()?.told.payees[0].name.clone())).ok_or(WebError::NotFound)?;
    let sub = words.t_with("accrual-of", &[("day", words.date(found.day).into())]);
    let back = link_button(Purpose::Plain, &format!("/pay/accruals/{day}"), None, &sub);
    let content = html! {
        (page_head(&name, Some(&words.t("accrual-lines-hint")), &back))
        div.stack {
            (table(words, &words.t("accruals"), found.rows.iter(), BTreeMap::new(), None))
            @for part in &found.parts {
                h2 { (words.period(&part.period)) }
                @for one in part.told.payees[0].components.iter().filter(|one| !one.lines.is_empty()) { (lines(words, &part.told, one)) }
            }
        }
    };
    Ok(asker.document(&name, Some(ACTIVE), None, &content))
}

pub async fn book(
    Asking { pay, .. }: Asking,
    Path(day): Path<String>,
    Form(seen): Form<Seen>,
) -> Result<Redirect, WebError> {
    pay.book_accrual(read(&day)?, Some(&seen.sha256), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/accruals/{day}")))
}

pub async fn void(Asking { pay, .. }: Asking, Path(day): Path<String>) -> Result<Redirect, WebError> {
    pay.void_accrual(read(&day)?, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to("/pay/accruals"))
}

pub async fn csv(Asking { pay, .. }: Asking, Path(day): Path<String>) -> Result<Response, WebError> {
    let text = pay.accrual(read(&day)?).await.and_then(|found| found.to_csv()).map_err(failed)?;
    Ok(attached(CSV, &format!("accrual-{day}.csv"), text))
}

pub async fn xlsx(Asking { pay, .. }: Asking, Path(day): Path<String>) -> Result<Response, WebError> {
    let bytes = pay.accrual(read(&day)?).await.and_then(|found| found.to_xlsx()).map_err(failed)?;
    Ok(attached(documents::XLSX, &format!("accrual-{day}.xlsx"), bytes))
}

fn read(day: &str) -> Result<Date, WebError> {
    day.parse().map_err(|_| WebError::NotFound)
}

/// What the booking would be now, where that is something else.
fn learnt(words: Words, found: &Accrual) -> Option<String> {
    let booked: BTreeMap<String, Money> =
        accruals::sums(&found.rows).into_iter().map(|(code, sums)| (code, sums.closing)).collect();
    let differs = found.now.values().filter(|now| booked.get(now.currency.code()) != Some(now));
    let differs: Vec<String> = differs.map(|now| figure(words, *now)).collect();
    (!differs.is_empty()).then(|| words.t_with("accrual-now", &[("amount", differs.join(" · ").into())]))
}

const MOVED: [&str; 4] = ["accrual-opening", "accrual-paid", "accrual-expense", "accrual-closing"];

fn moved_heads(words: Words) -> Vec<Head> {
    MOVED.map(|key| Head::number(words.t(key))).into()
}

/// Nothing is a dash, so that what moved stands out.
fn moved(words: Words, sums: &Sums) -> Vec<Cell> {
    let cell = |(key, sum): (&str, Money)| {
        let cell = if sum.minor == 0 { Cell::number("–") } else { Cell::number(figure(words, sum)) };
        cell.labelled(words.t(key))
    };
    MOVED.into_iter().zip([sums.opening, sums.paid, sums.expense, sums.closing]).map(cell).collect()
}

fn people(words: Words, found: &Accrual, sums: BTreeMap<String, Sums>) -> Markup {
    table(words, &words.t("pay-payees"), found.rows.iter(), sums, Some(found.day))
}

/// Rows by person and pay code; with a day each opens into its lines.
fn table<'a>(
    words: Words,
    title: &str,
    rows: impl Iterator<Item = &'a crate::Accrued>,
    totals: BTreeMap<String, Sums>,
    day: Option<Date>,
) -> Markup {
    let row = |one: &crate::Accrued| {
        let href = day.map(|day| format!("/pay/accruals/{day}/of/{}", one.person));
        let name = html! { @if let Some(href) = href { (record_link(&href, &one.name)) } @else { (one.name) } };
        let code = match one.pay_code.as_str() {
            accruals::HELD => words.t("holdback"),
            accruals::CARRIED => words.t("accrual-above-cap"),
            own => component(words, own),
        };
        Line::new(name, [vec![Cell::text(code)], moved(words, &one.sums())].concat())
    };
    let foot = |sums: Sums| Line::new(words.t("total"), [vec![Cell::text("").absent()], moved(words, &sums)].concat());
    let heads = [vec![Head::text(words.t("payee")), Head::text(words.t("component"))], moved_heads(words)].concat();
    let (rows, foot) = (rows.map(row).collect(), totals.into_values().map(foot).collect());
    let table = Table { label: title, heads, rows, foot, is_lines: true, ..Table::default() };
    table.in_panel("accrued", (&words.t("accrual-nothing"), &words.t("accrual-nothing-hint")))
}

/// Approved runs and open periods.
fn parts(words: Words, parts: &[Part]) -> Markup {
    let row = |part: &Part| {
        let period = words.period(&part.period);
        let name = html! {
            @if part.is_approved { (record_link(&format!("/pay/runs/{}", part.period.label), &period)) } @else { (period) }
        };
        let state = if part.is_approved {
            tag(Mood::Good, &words.choice("state", "approved"))
        } else {
            tag(Mood::Neutral, &words.t("accrual-not-approved"))
        };
        let mut sums: BTreeMap<&str, Vec<Money>> = BTreeMap::new();
        for payee in &part.told.payees {
            sums.entry(&payee.currency).or_default().extend(crate::runs::money(&payee.total, &payee.currency));
        }
        let sum = |sums: &Vec<Money>| Money::new(sums.iter().map(|one| one.minor).sum(), sums[0].currency);
        let totals: Vec<String> =
            sums.values().filter(|sums| !sums.is_empty()).map(|sums| figure(words, sum(sums))).collect();
        Line::new(
            name,
            vec![
                Cell::text(state),
                Cell::number(words.count(part.told.payees.len())),
                Cell::number(totals.join(" · ")),
            ],
        )
    };
    let title = words.t("accrual-parts");
    let heads = vec![
        Head::text(words.t("period")),
        Head::text(words.t("state")),
        Head::number(words.t("pay-payees")),
        Head::number(words.t("total")),
    ];
    let table = Table { label: &title, heads, rows: parts.iter().map(row).collect(), ..Table::default() };
    table.in_panel("parts", (&words.t("accrual-nothing"), &words.t("accrual-nothing-hint")))
}

fn beside(words: Words, beside: &[Beside]) -> Markup {
    if beside.is_empty() {
        return html! {};
    }
    let title = words.t("accrual-beside");
    let row = |one: &Beside| {
        let amount = plain(words, &one.amount.to_string(), one.amount.currency.code());
        let cells = vec![Cell::text(words.t(&one.kind)), Cell::text(one.amount.currency.code()), Cell::number(amount)];
        Line::new(one.name.as_str(), cells)
    };
    let heads = vec![
        Head::text(words.t("payee")),
        Head::text(words.t("pay-balances")),
        Head::text(words.field("currency")),
        Head::number(words.field("amount")),
    ];
    let table = Table { label: &title, heads, rows: beside.iter().map(row).collect(), ..Table::default() };
    let hint = words.t("accrual-beside-hint");
    Panel { id: "beside", title: &title, note: Some(&hint), body: table.render(), is_flush: true, ..Panel::default() }
        .render()
}
