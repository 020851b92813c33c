//! What was moved, by what and why, with its hand-over list; and how long an open deal stays with who had it.

use super::{Asking, failed, home, plan};
use crate::{Basis, Change, Due, Land, handover_csv};
use axum::{
    Form,
    extract::Path,
    response::{Redirect, Response},
};
use base::RecordId;
use maud::{Markup, Render, html};
use rules::log::Origin;
use serde::Deserialize;
use web_kit::{
    CSV, WebError, Words, attached,
    components::{
        Cell, Field, Form as PageForm, Head, Input, Panel, Purpose, Row, Table, button, facts, form, page_head,
        record_link,
    },
};

pub async fn list(Asking { asker, territories }: Asking) -> Result<Markup, WebError> {
    let words = asker.words;
    let changes = territories.changes().await.map_err(failed)?;
    let land = territories.land(territories.today().await.map_err(failed)?).await.map_err(failed)?;
    let names =
        [words.t("territories-basis"), words.field("reason"), words.field("set_by"), words.t("territories-moves")];
    let row = |one: &Change| {
        let cells = [
            Cell::text(words.choice("basis", one.basis.name())),
            Cell::text(one.reason.as_str()),
            Cell::text(set_by(words, &land, one)),
            Cell::number(words.count(one.handed_over.len())),
        ];
        let cells = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect();
        Row::new(record_link(&format!("/territories/changes/{}", one.id), &words.date(one.day)), cells)
    };
    let title = words.t("territories-changes");
    let mut heads = vec![Head::text(words.t("territories-from"))];
    heads.extend(names.iter().take(3).map(|name| Head::text(name.as_str())));
    heads.push(Head::number(names[3].as_str()));
    let rows = changes.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    let days = territories.credit_days().await.map_err(failed)?.to_string();
    let setting = Field {
        is_required: true,
        hint: Some(words.t("territories-credit-days-hint")),
        ..Field::new("days", words.field("territory_credit_days"), Input::Whole(&days))
    };
    let (heading, save) = (words.t("territories-credit"), words.t("save"));
    let designs = territories.designs().await.map_err(failed)?;
    let content = html! {
        (page_head(&title, Some(&words.t("territories-changes-hint")), &home::back(words)))
        div.stack {
            (table.in_panel("changes", (&words.t("territories-changes-none"), &words.t("territories-changes-none-hint"))))
            @if designs {
                (due(words, &land, &territories.due_deals().await.map_err(failed)?))
                (form(words, &PageForm::fresh(words, "/territories/changes/credit-days", &heading, &save, &[setting])))
            }
        }
    };
    Ok(home::document(&asker, &title, &content))
}

/// Deals whose days are over.
fn due(words: Words, land: &Land, due: &[Due]) -> Markup {
    let title = words.t("territories-due");
    let row = |one: &Due| {
        let cells = vec![
            Cell::text(land.person(one.owner)).labelled(words.t("territories-due-owner")),
            Cell::text(land.person(one.to)).labelled(words.t("territories-due-to")),
            Cell::text(words.date(one.since)).labelled(words.t("territories-due-since")),
        ];
        Row::new(record_link(&format!("/deals/{}", one.deal), &one.name), cells)
    };
    let heads = [
        words.record("deal"),
        words.t("territories-due-owner"),
        words.t("territories-due-to"),
        words.t("territories-due-since"),
    ];
    let rows = due.iter().map(row).collect();
    let table = Table { label: &title, heads: heads.map(Head::text).into(), rows, is_lines: true, ..Table::default() };
    html! {
        (table.in_panel("due", (&words.t("territories-due-none"), &words.t("territories-due-none-hint"))))
        @if !due.is_empty() {
            form method="post" action="/territories/changes/due" { (button(Purpose::Primary, &words.t("territories-due-pass"))) }
        }
    }
}

pub async fn pass(Asking { territories, .. }: Asking) -> Result<Redirect, WebError> {
    territories.pass_deals(Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to("/territories/changes"))
}

fn set_by(words: Words, land: &Land, change: &Change) -> String {
    change.set_by.map_or_else(|| words.t("by-operator"), |id| land.person(Some(id)).to_owned())
}

pub async fn page(Asking { asker, territories }: Asking, Path(id): Path<i64>) -> Result<Markup, WebError> {
    let words = asker.words;
    let change = territories.change(RecordId(id)).await.map_err(failed)?;
    let land = territories.land(change.day).await.map_err(failed)?;
    let title = words.t_with("territories-change-of", &[("day", words.date(change.day).into())]);
    let mut rows = vec![
        (words.t("territories-basis"), words.choice("basis", change.basis.name())),
        (words.field("reason"), change.reason.clone()),
        (words.field("set_by"), set_by(words, &land, &change)),
        (words.field("territory_credit_days"), words.count(change.credit_days)),
    ];
    match &change.basis {
        Basis::Rules { .. } => {}
        Basis::Holder { territory, person } => {
            let slots = [("territory", land.name_of(*territory).into()), ("person", land.person(Some(*person)).into())];
            rows.push((words.t("territories-holder"), words.t_with("territories-holder-of", &slots)));
        }
        Basis::Proposal(wish) => {
            let within = wish.within.map_or_else(|| words.t("territories-all"), |id| land.name_of(id).to_owned());
            rows.extend([
                (words.t("territories-within"), within),
                (words.t("territories-even"), words.t(&format!("territories-even-{}", wish.even.name()))),
                (words.t("territories-tolerance"), format!("{}%", wish.tolerance.to_text())),
                (words.t("territories-stability"), wish.change.to_text()),
                (words.t("territories-seed"), wish.seed.to_string()),
            ]);
        }
    }
    let about = Panel { id: "about", title: &words.t("territories-summary"), body: facts(&rows), ..Panel::default() };
    let way = html! {
        (home::back(words))
        (plan::export(words, &format!("/territories/changes/{id}/accounts.csv")))
    };
    let content = html! {
        (page_head(&title, None, &way))
        div.stack {
            (about.render())
            (plan::handed_over(words, &land, &change.handed_over))
        }
    };
    Ok(home::document(&asker, &title, &content))
}

pub async fn csv(Asking { territories, .. }: Asking, Path(id): Path<i64>) -> Result<Response, WebError> {
    let change = territories.change(RecordId(id)).await.map_err(failed)?;
    let land = territories.land(change.day).await.map_err(failed)?;
    let text = handover_csv(&land, change.day, &change.handed_over).map_err(failed)?;
    Ok(attached(CSV, &format!("hand-over-{}.csv", change.day), text))
}

#[derive(Deserialize)]
pub struct Days {
    days: String,
}

pub async fn set_credit_days(
    Asking { territories, .. }: Asking,
    Form(typed): Form<Days>,
) -> Result<Redirect, WebError> {
    territories.set_credit_days(&typed.days, Origin::Ui).await.map_err(failed)?;
    Ok(Redirect::to("/territories/changes"))
}
