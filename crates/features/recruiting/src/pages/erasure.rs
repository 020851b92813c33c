//! Who falls due for erasure and when, how long data stays and why, and the erasure of those whose day has come.

use super::{ACTIVE, Asking, again, failed, refused, required, stage_tag, to, whole, wrong};
use crate::{Falls, Needs, Retention};
use axum::{Form, response::Response};
use jiff::civil::Date;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{
        Cell, Form as PageForm, Head, Input, Mood, Panel, Purpose, Row, Table, button, facts, form, link_button,
        page_head, record_link, tag,
    },
};

#[derive(Deserialize, Default)]
pub struct Typed {
    months: String,
    reason: String,
}

pub async fn page(asking: Asking) -> Result<Markup, WebError> {
    document(&asking, None, None).await
}

async fn document(
    Asking { asker, recruiting }: &Asking,
    typed: Option<&Typed>,
    told: Option<&str>,
) -> Result<Markup, WebError> {
    let words = asker.words;
    recruiting.only_hr().await.map_err(failed)?;
    let (falls, retention) =
        (recruiting.falling_due().await.map_err(failed)?, recruiting.retention().await.map_err(failed)?);
    let today = recruiting.today().await.map_err(failed)?;
    let title = words.t("recruit-erasure");
    let sub = words.t_with("recruit-erasure-sub", &[("months", retention.months.into())]);
    let end = link_button(Purpose::Plain, "/recruiting", None, &words.records("job_opening"));
    let now = falls.iter().filter(|one| one.due <= today).count();
    let content = html! {
        (page_head(&title, Some(&sub), &end))
        div.stack {
            (wrong(words, told))
            @if now > 0 {
                form.btns method="post" action="/recruiting/erasure" {
                    (button(Purpose::Danger, &words.t_with("recruit-erase", &[("count", now.into())])))
                    span.mut.small { (words.t("recruit-erase-hint")) }
                }
            }
            (list(words, &falls, today))
            (rule(words, &retention))
            (months(words, &retention, typed))
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}

fn list(words: Words, falls: &[Falls], today: Date) -> Markup {
    let row = |one: &Falls| {
        let name = one.name.clone().unwrap_or_else(|| one.candidate.to_string());
        let mood = if one.due <= today { Mood::Bad } else { Mood::Neutral };
        let cells = vec![
            Cell::text(tag(mood, &words.date(one.due))).labelled(words.t("recruit-falls-due")),
            Cell::text(words.t(&format!("recruit-due-{}", one.why.name()))).labelled(words.t("recruit-why")),
            Cell::text(stage_tag(words, one.stage)).labelled(words.field("stage")),
            Cell::text(words.choice("role", &one.role)).labelled(words.t("role")),
        ];
        Row::new(record_link(&format!("/recruiting/candidates/{}", one.candidate), &name), cells)
    };
    let title = words.t("recruit-falling-due");
    let heads = vec![
        Head::text(words.record("candidate")),
        Head::text(words.t("recruit-falls-due")),
        Head::text(words.t("recruit-why")),
        Head::text(words.field("stage")),
        Head::text(words.t("role")),
    ];
    let table =
        Table { label: &title, heads, rows: falls.iter().map(row).collect(), is_lines: true, ..Table::default() };
    table.in_panel("falls", (&words.t("recruit-nobody-due"), &words.t("recruit-nobody-due-hint")))
}

fn rule(words: Words, retention: &Retention) -> Markup {
    let mut rows = vec![(words.field("months"), words.count(retention.months))];
    match &retention.set {
        Some(set) => {
            rows.extend([(words.field("set_by"), set.name.clone()), (words.field("reason"), set.reason.clone())]);
        }
        None => rows.push((words.field("reason"), words.t("recruit-months-ship"))),
    }
    let title = words.record("candidate_retention");
    Panel { id: "rule", title: &title, body: facts(&rows), ..Panel::default() }.render()
}

fn months(words: Words, retention: &Retention, typed: Option<&Typed>) -> Markup {
    let now = retention.months.to_string();
    let (count, reason) = typed.map_or((now.as_str(), ""), |typed| (typed.months.as_str(), typed.reason.as_str()));
    let fields = [
        required("months", words.field("months"), Input::Whole(count)),
        required("reason", words.field("reason"), Input::Text(reason)),
    ];
    let (title, save) = (words.t("recruit-change-months"), words.t("save"));
    form(words, &PageForm::fresh(words, "/recruiting/erasure/months", &title, &save, &fields))
}

pub async fn set_months(asking: Asking, Form(typed): Form<Typed>) -> Result<Response, WebError> {
    let done = match whole("months", &typed.months, Needs::Months) {
        Ok(months) => asking.recruiting.set_retention(months, &typed.reason, Origin::Ui).await,
        Err(error) => Err(error),
    };
    match refused(asking.asker.words, done)? {
        Ok(()) => Ok(to("/recruiting/erasure")),
        Err(text) => Ok(again(document(&asking, Some(&typed), Some(&text)).await?)),
    }
}

pub async fn erase(asking: Asking) -> Result<Response, WebError> {
    let plan = asking.recruiting.plan_erasure(None).await.map_err(failed)?;
    asking.recruiting.commit_erasure(plan, Origin::Ui).await.map_err(failed)?;
    Ok(to("/recruiting/erasure"))
}
