use super::{ACTIVE, Asking, failed, figure, state_tag};
use crate::{Pay, RunError};
use access::Asker;
use axum::{Form, response::Redirect};
use jiff::ToSpan;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Cell, Head, Panel, Purpose, Row as Line, Table, button, empty, link_button, page_head, record_link},
};

#[derive(Deserialize)]
pub struct Wanted {
    period: String,
}

pub async fn page(Asking { asker, pay }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let title = words.t("compensation");
    let end = html! {
        (link_button(Purpose::Plain, "/pay/estimates", None, &words.t("estimates"))) " "
        (link_button(Purpose::Plain, "/compensation", None, &words.t("pay-reviews")))
        @if pay.sees_all() {
            " " (link_button(Purpose::Plain, "/pay/accruals", None, &words.t("accruals")))
            " " (link_button(Purpose::Plain, "/pay/plans", Some("plus"), &words.t("pay-new-plan")))
        }
    };
    let content = html! {
        (page_head(&title, Some(&words.t("pay-hint")), &end))
        div.stack {
            @if pay.sees_all() {
                (runs(words, &pay).await?)
                (super::disputes::open(words, &pay).await?)
                (plans(words, &pay).await?)
            }
            (super::letters::own(words, &pay).await?)
            (own(&asker, &pay).await?)
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

/// Calculates a period's run, for the first time or anew.
pub async fn calculate(Asking { pay, .. }: Asking, Form(wanted): Form<Wanted>) -> Result<Redirect, WebError> {
    let run = pay.calculate(wanted.period.trim(), Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to(&format!("/pay/runs/{}", run.period.label)))
}

async fn runs(words: Words, pay: &Pay) -> Result<Markup, WebError> {
    let runs = pay.runs().await.map_err(failed)?;
    let row = |run: &crate::Run| {
        let totals: Vec<String> = run.totals().into_values().map(|total| figure(words, total)).collect();
        let cells = vec![
            Cell::text(state_tag(words, run.state)),
            Cell::number(words.count(run.told.payees.len())),
            Cell::number(words.count(run.open().count())),
            Cell::number(totals.join(" · ")),
        ];
        Line::new(record_link(&format!("/pay/runs/{}", run.period.label), &words.period(&run.period)), cells)
    };
    let label = words.t("pay-runs");
    let heads = vec![
        Head::text(words.t("period")),
        Head::text(words.t("state")),
        Head::number(words.t("pay-payees")),
        Head::number(words.t("pay-exceptions")),
        Head::number(words.t("total")),
    ];
    let next = next(pay, &runs).await.map_err(failed)?;
    let start = html! {
        form.btns method="post" action="/pay" {
            input.input name="period" value=(next) aria-label=(words.t("period")) size="9" required;
            (button(Purpose::Primary, &words.t("pay-calculate")))
        }
    };
    let body = if runs.is_empty() {
        empty(&words.t("pay-no-runs"), &words.t("pay-no-runs-hint"), None)
    } else {
        Table { label: &label, heads, rows: runs.iter().map(row).collect(), ..Table::default() }.render()
    };
    Ok(Panel { id: "runs", title: &label, end: Some(start), body, is_flush: !runs.is_empty(), ..Panel::default() }
        .render())
}

/// The period that is run next: after the last that was approved, else the last month that is over.
pub(super) async fn next(pay: &Pay, runs: &[crate::Run]) -> Result<String, RunError> {
    let calendar = pay.company().await?.calendar;
    let locked = runs.iter().find(|run| run.state.is_locked());
    let open = runs.iter().find(|run| !run.state.is_locked());
    let (day, grain) = match (open, locked) {
        (Some(run), _) => (run.period.start, run.period.grain),
        (None, Some(run)) => (run.period.end, run.period.grain),
        (None, None) => {
            let today = pay.db.now().to_zoned(jiff::tz::TimeZone::UTC).date();
            (today.saturating_sub(1.month()), base::Grain::Month)
        }
    };
    Ok(calendar.period_of(day, grain)?.label)
}

async fn plans(words: Words, pay: &Pay) -> Result<Markup, WebError> {
    let plans = pay.plans().await.map_err(failed)?;
    let row = |kept: &crate::plans::Kept| {
        let roles: Vec<String> =
            kept.plan.who.iter().filter_map(|who| who.role.as_ref()).map(|role| words.choice("role", role)).collect();
        let cells = vec![
            Cell::text(kept.plan.version.as_str()),
            Cell::text(kept.plan.from.map(|from| words.date(from)).unwrap_or_default()),
            Cell::text(roles.join(", ")),
            Cell::text(kept.paid.as_deref().unwrap_or_default()),
        ];
        Line::new(record_link(&format!("/pay/plans/{}", kept.id), &kept.plan.name), cells)
    };
    let label = words.t("pay-plans");
    let heads =
        ["comp_plan", "pay-version", "holds-from", "pay-roles", "pay-paid-until"].map(|key| Head::text(words.t(key)));
    let body = if plans.is_empty() {
        empty(&words.t("pay-no-plans"), &words.t("pay-no-plans-hint"), None)
    } else {
        Table { label: &label, heads: heads.into(), rows: plans.iter().map(row).collect(), ..Table::default() }.render()
    };
    Ok(Panel { id: "plans", title: &label, body, is_flush: !plans.is_empty(), ..Panel::default() }.render())
}

async fn own(asker: &Asker, pay: &Pay) -> Result<Markup, WebError> {
    let words = asker.words;
    let statements = pay.own_statements().await.map_err(failed)?;
    let calendar = pay.company().await.map_err(failed)?.calendar;
    let row = |record: &db::Record| {
        let label = record.title();
        let period = calendar.parse_label(&label).map_or(label, |period| words.period(&period));
        let total = record.value("total").as_money().map(|total| figure(words, total)).unwrap_or_default();
        Line::new(record_link(&format!("/pay/statements/{}", record.id), &period), vec![Cell::number(total)])
    };
    let label = words.t("pay-own-statements");
    let heads = vec![Head::text(words.t("period")), Head::number(words.t("total"))];
    let body = if statements.is_empty() {
        empty(&words.t("pay-no-statements"), &words.t("pay-no-statements-hint"), None)
    } else {
        Table { label: &label, heads, rows: statements.iter().map(row).collect(), ..Table::default() }.render()
    };
    Ok(Panel { id: "own", title: &label, body, is_flush: !statements.is_empty(), ..Panel::default() }.render())
}
