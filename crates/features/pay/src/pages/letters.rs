//! A plan in sentences, and the letters by which payees have it in writing.

use super::{ACTIVE, Asking, failed, statement};
use crate::{KpiNames, Letter, Letters, Listed, Pay, RunError, letters::titled, looks, told::grouped};
use access::Asker;
use axum::{
    Form,
    extract::Path,
    response::{Redirect, Response},
};
use base::{Amount, FiscalCalendar, Grain, Period, RecordId};
use jiff::{
    ToSpan,
    civil::{DateTime, Time},
};
use maud::{Markup, Render, html};
use pay_rules::{Article, Clause, NONE, Plan, RateLine};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words, attached,
    components::{
        Cell, Head, Mood, Panel, Purpose, Row as Line, Table, button, empty, facts, page_head, prints, record_link, tag,
    },
};

/// A clause in the reader's language. Words of the plan file are phrases, KPIs have their names.
pub fn sentence(words: Words, kpis: &KpiNames, clause: &Clause) -> String {
    let raw: Vec<(&str, String)> = clause
        .slots
        .iter()
        .map(|(slot, text)| {
            let told = match *slot {
                "metric" => kpis.get(text, words.language).to_owned(),
                "when" => condition(words, text),
                "from" | "until" => day(words, text),
                _ => grouped(words, text),
            };
            (*slot, told)
        })
        .collect();
    let slots: Vec<_> = raw.iter().map(|(slot, text)| (*slot, text.as_str().into())).collect();
    let told = clause.slots.iter().map(|(slot, text)| {
        let is_phrase = *slot == "when" && text == NONE || Clause::PHRASES.iter().any(|(phrase, _)| phrase == slot);
        is_phrase.then(|| words.t_with(&format!("plan-{slot}-{text}"), &slots))
    });
    let told: Vec<_> =
        told.zip(&raw).map(|(phrase, (slot, text))| (*slot, phrase.unwrap_or_else(|| text.clone()))).collect();
    let slots: Vec<_> = told.iter().map(|(slot, text)| (*slot, text.as_str().into())).collect();
    words.t_with(clause.key, &slots)
}

/// A day, or a moment that begins one; with its time where it is within a day.
fn day(words: Words, text: &str) -> String {
    let moment: Option<DateTime> = text.parse().ok();
    match moment {
        Some(moment) if moment.time() == Time::midnight() => words.date(moment.date()),
        Some(moment) => words.moment(moment),
        None => text.to_owned(),
    }
}

/// A condition with the words that pages have for its columns and values, where they have any.
fn condition(words: Words, text: &str) -> String {
    let known = |key: String, own: &str| if words.has(&key) { words.t(&key) } else { own.to_owned() };
    let test = |test: &str| match test.split_once(" = ") {
        Some((column, values)) => {
            let field = if column == "type" { "deal_type" } else { column };
            let values = values.split(" / ").map(|value| known(format!("choice-{field}-{value}"), value));
            format!("{} = {}", known(format!("field-{field}"), column), values.collect::<Vec<_>>().join(" / "))
        }
        None => test.to_owned(),
    };
    text.split(", ").map(test).collect::<Vec<_>>().join(", ")
}

/// The heads of a rate table, and its rows.
pub fn rates(words: Words, article: &Article) -> (Vec<String>, Vec<Vec<String>>) {
    let columns = article.rates.iter().map(|line| line.rates.len()).max().unwrap_or(0);
    let rate = |place: usize| if columns > 1 { format!("{} {}", words.t("rate"), place + 1) } else { words.t("rate") };
    let heads = [words.t("plan-tier-from"), words.t("plan-tier-to")].into_iter().chain((0..columns).map(rate));
    let row = |line: &RateLine| {
        let to = line.to.as_deref().map_or_else(|| "…".to_owned(), |to| grouped(words, to));
        let rates = line.rates.iter().map(|rate| {
            let rate = grouped(words, rate);
            if line.is_retroactive { format!("{rate}, {}", words.t("plan-tier-retroactive")) } else { rate }
        });
        [grouped(words, &line.from), to].into_iter().chain(rates).collect()
    };
    (heads.collect(), article.rates.iter().map(row).collect())
}

/// What a plan says, component by component, and what holds for all of it.
pub fn outline(words: Words, kpis: &KpiNames, plan: &Plan) -> Markup {
    let said = plan.outline();
    let list = |clauses: &[Clause]| {
        html! { ul.plain { @for clause in clauses { li { (sentence(words, kpis, clause)) } } } }
    };
    let article = |(place, article): (usize, &Article)| {
        let id = format!("article-{}", place + 1);
        let title = article.component.as_str();
        let table = (!article.rates.is_empty()).then(|| {
            let (heads, rows) = rates(words, article);
            let row = |cells: Vec<String>| {
                let mut cells = cells.into_iter();
                Line::new(cells.next().unwrap_or_default(), cells.map(Cell::number).collect())
            };
            Table {
                label: title,
                heads: statement::heads(heads),
                rows: rows.into_iter().map(row).collect(),
                ..Table::default()
            }
        });
        let body = html! {
            div.body { (list(&article.clauses)) }
            @if let Some(table) = table { (table) }
        };
        Panel { id: &id, title, body, is_flush: true, ..Panel::default() }.render()
    };
    let terms = words.t("plan-terms");
    html! {
        @for one in said.articles.iter().enumerate() { (article(one)) }
        (Panel { id: "terms", title: &terms, body: list(&said.terms), ..Panel::default() })
    }
}

/// The quotas that a letter names: the span, as a period where it is one, and the amount with its currency.
pub fn quotas(words: Words, calendar: &FiscalCalendar, letter: &Letter) -> Vec<(String, String)> {
    let row = |quota: &crate::LetterQuota| {
        let decimals = quota.amount.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        let decimals = u32::try_from(decimals).unwrap_or(0);
        let amount =
            quota.amount.parse().map_or(quota.amount.clone(), |amount: Amount| words.decimal(amount, decimals));
        let is = |period: &Period| period.start == quota.from && period.end == quota.to;
        let periods = Grain::EVERY.into_iter().filter_map(|grain| calendar.period_of(quota.from, grain).ok());
        let span = periods.into_iter().find(is).map_or_else(
            || format!("{} – {}", words.date(quota.from), words.date(quota.to.saturating_sub(1.day()))),
            |period| words.period(&period),
        );
        (span, format!("{} {amount}", quota.currency))
    };
    letter.terms.quotas.iter().map(row).collect()
}

/// When it was signed, in the company's time.
pub async fn signed(pay: &Pay, words: Words, letter: &Letter) -> Result<Option<String>, RunError> {
    let Some(signed) = &letter.signed else { return Ok(None) };
    let zone = pay.company().await?.zone;
    Ok(Some(words.moment(signed.at.to_zoned(zone).datetime())))
}

pub async fn page(Asking { asker, pay }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let letter = pay.letter(RecordId(id)).await.map_err(failed)?;
    let words = asker.words;
    let title = words.t_with("letter-of", &[("name", letter.terms.payee.as_str().into())]);
    let sub = titled(&letter.plan);
    let seen = looks::of(&pay.db, letter.payee, None, &sub).await.map_err(failed)?;
    let quotas = quotas(words, &pay.company().await.map_err(failed)?.calendar, &letter);
    let content = html! {
        (page_head(&title, Some(&sub), &standing(words, letter.signed.is_some())))
        div.cols.st2 {
            div.stack { (outline(words, &letter.terms.kpis, &letter.plan)) }
            div.stack {
                (appointment(words, &letter))
                @if !quotas.is_empty() {
                    (Panel { id: "quotas", title: &words.t("letter-quotas"), body: facts(&quotas), ..Panel::default() })
                }
                (signature(&asker, &letter, signed(&pay, words, &letter).await.map_err(failed)?))
                (prints(words, &format!("/pay/letters/{id}/pdf")))
                (access::looks::panel(words, &pay.db, &seen).await?)
            }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn standing(words: Words, is_signed: bool) -> Markup {
    if is_signed { tag(Mood::Good, &words.t("letter-signed")) } else { tag(Mood::Warn, &words.t("letter-waits")) }
}

/// Whom it is for and who issued it.
pub fn appointed(words: Words, letter: &Letter) -> Vec<(String, String)> {
    vec![
        (words.t("payee"), letter.terms.payee.clone()),
        (words.field("role"), words.choice("role", &letter.terms.role)),
        (words.t("holds-from"), letter.plan.from.map(|day| words.date(day)).unwrap_or_default()),
        (words.t("letter-issued-by"), letter.issued_by.clone()),
        (words.t("letter-issued-on"), words.date(letter.issued_on)),
    ]
}

fn appointment(words: Words, letter: &Letter) -> Markup {
    let title = words.t("letter");
    Panel { id: "letter", title: &title, body: facts(&appointed(words, letter)), ..Panel::default() }.render()
}

fn signature(asker: &Asker, letter: &Letter, signed: Option<String>) -> Markup {
    let words = asker.words;
    let title = words.t("letter-signature");
    let body = html! {
        @if let Some(at) = signed {
            p { (words.t_with("letter-signed-at", &[("name", letter.terms.payee.as_str().into()), ("at", at.into())])) }
        } @else if letter.payee == asker.session.person.id {
            form.stack method="post" action=(format!("/pay/letters/{}/signature", letter.id)) {
                p { (words.t("letter-sign-hint")) }
                input type="hidden" name="sha256" value=(letter.sha256);
                div.btns { (button(Purpose::Primary, &words.t("letter-sign"))) }
            }
        } @else {
            p.mut { (words.t("letter-waits-hint")) }
        }
        pre.code tabindex="0" { "sha256 " (letter.sha256.get(..16).unwrap_or_default()) "…" }
    };
    Panel { id: "signature", title: &title, body, ..Panel::default() }.render()
}

#[derive(Deserialize)]
pub struct Shown {
    sha256: String,
}

pub async fn sign(
    Asking { asker, pay }: Asking,
    Path(id): Path<i64>,
    Form(shown): Form<Shown>,
) -> Result<Redirect, WebError> {
    let language = asker.words.language.code();
    pay.sign(RecordId(id), &shown.sha256, language, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/letters/{id}")))
}

/// The letter on paper, in a language.
pub async fn pdf(Asking { pay, .. }: Asking, Path((id, language)): Path<(i64, String)>) -> Result<Response, WebError> {
    let words = Words::of_address(&language)?;
    let (name, bytes) = pay.letter_on_paper(RecordId(id), words).await.map_err(failed)?;
    Ok(attached(documents::PDF, &name, bytes))
}

pub async fn issue(Asking { pay, .. }: Asking, Path(plan): Path<i64>) -> Result<Redirect, WebError> {
    pay.issue_letters(RecordId(plan), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/plans/{plan}")))
}

/// The letters of a plan's version, with the button that issues what is missing.
pub async fn of_plan(words: Words, pay: &Pay, plan: RecordId) -> Result<Markup, WebError> {
    let letters = pay.letters(Letters::Plan(plan)).await.map_err(failed)?;
    let issue = html! {
        form method="post" action={ "/pay/plans/" (plan) "/letters" } { (button(Purpose::Plain, &words.t("letters-issue"))) }
    };
    Ok(listed(words, &letters, Some(issue)))
}

/// One's own letters; nothing where there is none.
pub async fn own(words: Words, pay: &Pay) -> Result<Markup, WebError> {
    let letters = pay.letters(Letters::Own).await.map_err(failed)?;
    Ok(if letters.is_empty() {
        html! {}
    } else {
        listed(words, &letters, None)
    })
}

fn listed(words: Words, letters: &[Listed], end: Option<Markup>) -> Markup {
    let title = words.t("letters");
    let row = |letter: &Listed| {
        let name = record_link(&format!("/pay/letters/{}", letter.id), &letter.name);
        let cells = vec![
            Cell::text(letter.plan.as_str()),
            Cell::text(words.date(letter.issued_on)),
            Cell::text(standing(words, letter.signed.is_some())),
        ];
        Line::new(name, cells)
    };
    let heads = ["payee", "comp_plan", "letter-issued-on", "state"].map(|key| Head::text(words.t(key)));
    let body = if letters.is_empty() {
        empty(&words.t("letters-none-issued"), &words.t("letters-none-hint"), None)
    } else {
        Table { label: &title, heads: heads.into(), rows: letters.iter().map(row).collect(), ..Table::default() }
            .render()
    };
    Panel { id: "letters", title: &title, end, body, is_flush: !letters.is_empty(), ..Panel::default() }.render()
}
