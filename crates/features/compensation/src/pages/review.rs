//! A review: what it costs, what everybody is offered, who is not in it, and the approval.

use super::{ACTIVE, Asking, failed, figure, home, percent, plain};
use crate::{Compensation, Line, PayReview};
use access::Asker;
use axum::{
    Form,
    extract::Path,
    response::{Redirect, Response},
};
use base::{Amount, RecordId, Seq};
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    CSV, WebError, Words, attached,
    components::{
        Cell, Choice, Field, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row, Table, button, facts, form,
        link_button, page_head, tag,
    },
};

pub async fn page(Asking { asker, compensation }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let review = compensation.review(RecordId(id)).await.map_err(failed)?;
    let words = asker.words;
    let title = words.t_with("payreview-of", &[("name", review.name.as_str().into())]);
    let is_open = review.approved.is_none();
    let end = html! {
        (home::state(words, &review))
        @if is_open {
            form method="post" action={ "/compensation/reviews/" (id) "/approval" } {
                input type="hidden" name="version" value=(review.version.0);
                (button(Purpose::Primary, &words.t("payreview-approve")))
            }
        } @else {
            (link_button(Purpose::Plain, &format!("/compensation/reviews/{id}/payroll.csv"), Some("download"), "CSV")) " "
            (link_button(Purpose::Plain, &format!("/compensation/reviews/{id}/payroll.xlsx"), Some("download"), "XLSX"))
        }
    };
    let sub = words.t_with("payreview-sub", &[("day", words.date(review.starts_on).into())]);
    let content = html! {
        (page_head(&title, Some(&sub), &end))
        div.stack {
            (spent(words, &review))
            (lines(words, &review))
            (left_out(words, &review))
            @if is_open {
                (choice(words, &asker, &review))
                @if asker.session.viewer.sees_appraisals { (again(words, &review)) }
            }
            (history(words, &review))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// By currency what there is, what was proposed, and by what it is multiplied.
fn spent(words: Words, review: &PayReview) -> Markup {
    let title = words.t("payreview-budget");
    let row = |(currency, spent): (&base::Currency, &rules::appraisal::Spent)| {
        let amount = |amount: Amount| Cell::number(words.decimal(amount, currency.minor_digits()));
        let factor = Amount::ONE.mul_fraction(spent.factor).and_then(|factor| factor.round_to(4)).unwrap_or_default();
        let cells = vec![
            amount(spent.payroll),
            amount(spent.budget),
            amount(spent.proposed),
            Cell::number(words.decimal(factor, 4)),
            amount(spent.bonuses),
        ];
        Row::new(currency.code(), cells)
    };
    let heads = vec![
        Head::text(words.field("currency")),
        Head::number(words.t("payreview-payroll")),
        Head::number(words.t("payreview-budget")),
        Head::number(words.t("payreview-proposed")),
        Head::number(words.t("payreview-factor")),
        Head::number(words.t("payreview-bonuses")),
    ];
    let note = words.t_with(
        "payreview-budget-note",
        &[
            ("percent", percent(review.budget.percent).into()),
            ("factor", review.budget.company_factor.to_text().into()),
        ],
    );
    let rows = review.budgets.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, ..Table::default() };
    Panel { id: "budget", title: &title, note: Some(&note), body: table.render(), is_flush: true, ..Panel::default() }
        .render()
}

fn lines(words: Words, review: &PayReview) -> Markup {
    let title = words.t("payreview-lines");
    let row = |line: &Line| {
        let offer = &line.offer;
        let compa = offer.compa.numerator.mul_fraction(base::Fraction::new(Amount::from(100), offer.compa.denominator));
        let compa = compa.and_then(|compa| compa.round_to(1)).unwrap_or_default();
        let [least, most] = [offer.range.least, offer.range.most].map(Amount::to_text);
        let range = if least == most { format!("{least}%") } else { format!("{least}–{most}%") };
        let is_once = offer.lump_sum.minor > 0;
        let name = html! {
            (line.name)
            @if let Some(reason) = &line.reason { div.mut.small { (reason) } }
        };
        let raise = html! {
            (plain(words, if is_once { offer.lump_sum } else { offer.raise }))
            @if is_once { " " (tag(Mood::Info, &words.t("payreview-lump-sum"))) }
        };
        let cells = vec![
            Cell::text(line.grade.name()).labelled(words.t("grade")),
            Cell::number(figure(words, line.monthly)).labelled(words.field("monthly")),
            Cell::number(format!("{}%", words.decimal(compa, 1))).labelled(words.t("payreview-compa")),
            Cell::number(range).labelled(words.t("payreview-range")),
            Cell::number(percent(offer.percent)).labelled(words.t("payreview-percent")),
            Cell::number(raise).labelled(words.field("raise")),
            Cell::number(plain(words, offer.salary)).labelled(words.t("payreview-salary-then")),
            Cell::number(plain(words, offer.bonus)).labelled(words.field("bonus")),
        ];
        Row::new(name, cells)
    };
    let heads = vec![
        Head::text(words.record("person")),
        Head::text(words.t("grade")),
        Head::number(words.field("monthly")),
        Head::number(words.t("payreview-compa")),
        Head::number(words.t("payreview-range")),
        Head::number(words.t("payreview-percent")),
        Head::number(words.field("raise")),
        Head::number(words.t("payreview-salary-then")),
        Head::number(words.field("bonus")),
    ];
    let rows = review.lines.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    table.in_panel("lines", (&words.t("payreview-nobody"), &words.t("payreview-nobody-hint")))
}

fn left_out(words: Words, review: &PayReview) -> Markup {
    if review.left_out.is_empty() {
        return html! {};
    }
    let title = words.t("payreview-left-out");
    let rows = review.left_out.iter();
    let rows = rows.map(|one| (one.name.clone(), words.t(&format!("payreview-why-{}", one.why.name()))));
    let body = facts(&rows.collect::<Vec<_>>());
    Panel { id: "left-out", title: &title, body, ..Panel::default() }.render()
}

/// Another raise than the middle of the range.
fn choice(words: Words, asker: &Asker, review: &PayReview) -> Markup {
    let others = review.lines.iter().filter(|line| line.person != asker.session.person.id);
    let choices: Vec<Choice> =
        others.map(|line| Choice { value: line.person.to_string(), label: line.name.clone() }).collect();
    if choices.is_empty() {
        return html! {};
    }
    let fields = [
        Field::new("person", words.record("person"), Input::Select { chosen: "", choices }),
        Field {
            hint: Some(words.t("payreview-percent-hint")),
            ..Field::new("percent", words.t("payreview-percent"), Input::Text(""))
        },
        Field::new("reason", words.field("reason"), Input::Text("")),
    ];
    let (title, save) = (words.t("payreview-choose"), words.t("save"));
    let action = format!("/compensation/reviews/{}/raises", review.id);
    form(words, &PageForm::fresh(words, &action, &title, &save, &fields))
}

/// The same cycle by other terms, or with the salaries of today.
fn again(words: Words, review: &PayReview) -> Markup {
    let (cycle, version) = (review.cycle.to_string(), review.version.0.to_string());
    let (starts_on, budget) = (review.starts_on.to_string(), review.budget.percent.to_text());
    let factor = review.budget.company_factor.to_text();
    let only = Choice { value: cycle.clone(), label: review.name.clone() };
    let of = Field::new("cycle", words.t("payreview-cycle"), Input::Select { chosen: &cycle, choices: vec![only] });
    let fields = [vec![of], home::terms(words, &starts_on, &budget, &factor, &review.rules_text)].concat();
    let (title, save) = (words.t("payreview-again"), words.t("pay-calculate"));
    let hidden = vec![("version", version.as_str())];
    form(words, &PageForm { hidden, ..PageForm::fresh(words, "/compensation", &title, &save, &fields) })
}

fn history(words: Words, review: &PayReview) -> Markup {
    let mut rows = vec![(words.t("payreview-begun-by"), review.begun_by.clone())];
    if let Some((name, day)) = &review.approved {
        rows.push((words.t("payreview-approved-by"), format!("{name}, {}", words.date(*day))));
    }
    let title = words.t("payreview-hands");
    Panel { id: "hands", title: &title, body: facts(&rows), ..Panel::default() }.render()
}

#[derive(Deserialize)]
pub struct Chosen {
    person: i64,
    percent: String,
    reason: String,
}

pub async fn choose(
    Asking { compensation, .. }: Asking,
    Path(id): Path<i64>,
    Form(typed): Form<Chosen>,
) -> Result<Redirect, WebError> {
    let text = typed.percent.trim().trim_end_matches('%');
    let percent = if text.is_empty() {
        None
    } else {
        Some(text.parse().map_err(|_| WebError::Refused { hint_key: "error-not-a-number" })?)
    };
    let person = RecordId(typed.person);
    compensation.choose(RecordId(id), person, percent, &typed.reason, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/compensation/reviews/{id}")))
}

#[derive(Deserialize)]
pub struct Seen {
    version: i64,
}

pub async fn approve(
    Asking { compensation, .. }: Asking,
    Path(id): Path<i64>,
    Form(seen): Form<Seen>,
) -> Result<Redirect, WebError> {
    compensation.approve(RecordId(id), Seq(seen.version), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/compensation/reviews/{id}")))
}

async fn payroll(compensation: &Compensation, id: i64) -> Result<pay::Payroll, WebError> {
    compensation.payroll(RecordId(id)).await.map_err(failed)
}

pub async fn csv(Asking { compensation, .. }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let text = payroll(&compensation, id).await?.to_csv().map_err(|error| failed(error.into()))?;
    Ok(attached(CSV, &format!("pay-review-{id}.csv"), text))
}

pub async fn xlsx(Asking { compensation, .. }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let bytes = payroll(&compensation, id).await?.to_xlsx().map_err(|error| failed(error.into()))?;
    Ok(attached(documents::XLSX, &format!("pay-review-{id}.xlsx"), bytes))
}
