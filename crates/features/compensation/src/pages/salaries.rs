//! Salaries: what holds of everybody, and a list that is read row by row before it is written.

use super::{ACTIVE, Asking, failed, figure};
use crate::{Compensation, CompensationError, Salary, SalaryPlan, SalaryRow};
use access::Asker;
use axum::{
    Form,
    http::StatusCode,
    response::{IntoResponse, Redirect, Response},
};
use maud::{Markup, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Cell, Field, Form as PageForm, Head, Input, Purpose, Row, Table, form, link_button, page_head},
};

#[derive(Deserialize)]
pub struct Typed {
    rows: String,
}

pub async fn page(Asking { asker, compensation }: Asking) -> Result<Markup, WebError> {
    document(&asker, &compensation, "", None).await
}

async fn document(
    asker: &Asker,
    compensation: &Compensation,
    text: &str,
    wrong: Option<String>,
) -> Result<Markup, WebError> {
    compensation.only_who_sees_pay().map_err(failed)?;
    let words = asker.words;
    let salaries = compensation.salaries().await.map_err(failed)?;
    let names = compensation.names(salaries.iter().map(|one| one.person)).await.map_err(failed)?;
    let row = |one: &Salary| {
        let cells = vec![
            Cell::text(words.date(one.starts_on)),
            Cell::text(one.range.as_str()),
            Cell::number(figure(words, one.monthly)),
            Cell::number(figure(words, one.midpoint)),
            Cell::number(one.target_months.to_text()),
        ];
        Row::new(names.get(&one.person).cloned().unwrap_or_default(), cells)
    };
    let title = words.records("salary");
    let heads = vec![
        Head::text(words.record("person")),
        Head::text(words.t("holds-from")),
        Head::text(words.field("pay_range")),
        Head::number(words.field("monthly")),
        Head::number(words.field("midpoint")),
        Head::number(words.field("target_months")),
    ];
    let table = Table { label: &title, heads, rows: salaries.iter().map(row).collect(), ..Table::default() };
    let area = Field {
        error: wrong,
        hint: Some(words.t_with("salaries-hint", &[("columns", SalaryRow::COLUMNS.join(", ").into())])),
        is_required: true,
        ..Field::new("rows", words.t("salaries-rows"), Input::Area(text))
    };
    let (add, save) = (words.t("salaries-add"), words.t("save"));
    let content = html! {
        (page_head(&title, Some(&words.t("salaries-sub")), &link_button(Purpose::Plain, "/compensation", None, &words.t("pay-reviews"))))
        div.stack {
            (table.in_panel("salaries", (&words.t("salaries-none"), &words.t("salaries-none-hint"))))
            (form(words, &PageForm::fresh(words, "/compensation/salaries", &add, &save, &[area])))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// What is wrong with a row, in the reader's language: the line, the column and what stands there.
fn wrong(words: Words, line: u64, problem: &CompensationError) -> String {
    let what = match problem {
        CompensationError::Field { field, value, .. } => {
            words.t_with("salary-error-field", &[("field", (*field).into()), ("value", value.as_str().into())])
        }
        CompensationError::Known { .. } => words.t("salary-error-known"),
        CompensationError::OwnRaise => words.t("payreview-error-own-raise"),
        _ => words.t("salary-error-csv"),
    };
    format!("{line}: {what}")
}

pub async fn save(Asking { asker, compensation }: Asking, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let words = asker.words;
    let wrong = match SalaryRow::read(&typed.rows) {
        Ok(rows) => {
            let plan: SalaryPlan = compensation.plan_salaries(&rows).await.map_err(failed)?;
            let told = plan.problems.iter().map(|(line, problem)| wrong(words, *line, problem)).collect::<Vec<_>>();
            if told.is_empty() {
                compensation.commit_salaries(plan, Origin::Ui).await.map_err(failed)?;
                return Ok(Redirect::to("/compensation/salaries").into_response());
            }
            told.join(" · ")
        }
        Err(error) => wrong(words, 1, &error),
    };
    let page = document(&asker, &compensation, &typed.rows, Some(wrong)).await?;
    Ok((StatusCode::BAD_REQUEST, page).into_response())
}
