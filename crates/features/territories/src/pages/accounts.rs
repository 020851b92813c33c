//! The accounts behind what the rules leave open.

use super::{Asking, day, failed, home, money, note, person_link, potential_cell, territory_link};
use crate::{Asked, Conflict, Land};
use axum::extract::Query;
use base::RecordId;
use maud::Markup;
use rules::goal::Attribute;
use serde::Deserialize;
use std::collections::BTreeSet;
use web_kit::{
    WebError, Words,
    components::{Cell, Head, Row, Table, page_head, record_link},
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Looked {
    state: String,
    rank: String,
    /// The territories of a conflict, with - between them.
    among: String,
    as_of: String,
}

pub async fn page(Asking { asker, territories }: Asking, Query(query): Query<Looked>) -> Result<Markup, WebError> {
    let words = asker.words;
    territories.only_who_sees_all().map_err(failed)?;
    let today = territories.today().await.map_err(failed)?;
    let found = territories.overview(Asked::on(day(&query.as_of)?.unwrap_or(today))).await.map_err(failed)?;
    let ids: BTreeSet<RecordId> = match query.state.as_str() {
        "conflict" => {
            found.conflicts.iter().filter(|one| is_asked(one, &query)).flat_map(|one| &one.accounts).copied().collect()
        }
        "unruled" => found.unruled.iter().copied().collect(),
        "homeless" => found.homeless.iter().copied().collect(),
        _ => return Err(WebError::Refused { hint_key: "error-not-a-choice" }),
    };
    let title = words.t(&format!("territories-title-{}", query.state));
    let hint = words.t(&format!("territories-{}-hint", query.state));
    let table = table(words, &found.land, &title, &ids);
    let content = maud::html! {
        (page_head(&title, Some(&format!("{hint} {}", note(words, &found.land))), &home::back(words)))
        (table.in_panel("accounts", (&words.t("territories-open-none"), &words.t("territories-open-none-hint"))))
    };
    Ok(home::document(&asker, &title, &content))
}

fn is_asked(conflict: &Conflict, query: &Looked) -> bool {
    let among: Vec<String> = conflict.territories.iter().map(ToString::to_string).collect();
    (query.rank.is_empty() || query.rank == conflict.rank.to_string())
        && (query.among.is_empty() || query.among == among.join("-"))
}

fn table<'a>(words: Words, land: &Land, title: &'a str, ids: &BTreeSet<RecordId>) -> Table<'a> {
    let attributes = [Attribute::Country, Attribute::Region, Attribute::Industry, Attribute::Segment];
    let mut names = vec![words.record("territory"), words.field("owner")];
    names.extend(attributes.map(|one| words.field(one.name())));
    names.extend(["territories-pipeline", "territories-revenue", "field-annual_potential"].map(|name| words.t(name)));
    let row = |id: &RecordId| {
        let account = land.accounts.get(id)?;
        let load = land.load_of(*id);
        let mut cells =
            vec![Cell::text(territory_link(land, account.territory)), Cell::text(person_link(land, account.owner))];
        cells.extend(attributes.map(|one| match account.words.get(&one) {
            Some(word) => Cell::text(word.as_str()),
            None => Cell::text("–").absent(),
        }));
        cells.extend([load.pipeline, load.revenue].map(|amount| Cell::number(money(words, land, amount))));
        cells.push(potential_cell(words, land, load.potential));
        let cells = cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect();
        Some(Row::new(record_link(&format!("/accounts/{id}"), &account.name), cells))
    };
    let mut heads = vec![Head::text(words.record("account"))];
    heads.extend(names.iter().take(6).map(|name| Head::text(name.as_str())));
    heads.extend(names.iter().skip(6).map(|name| Head::number(name.as_str())));
    Table { label: title, heads, rows: ids.iter().filter_map(row).collect(), is_lines: true, ..Table::default() }
}
