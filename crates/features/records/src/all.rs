//! Every kind of record that has a list, with how many of them somebody may open.

use crate::path;
use access::{Access, Asker};
use axum::extract::State;
use db::ListQuery;
use maud::{Markup, Render, html};
use web_kit::{
    Unit, WebError,
    components::{Cell, Head, Panel, Row, Table, page_head, record_link},
};

const ACTIVE: &str = "all-records";

pub async fn page(State(access): State<Access>, asker: Asker) -> Result<Markup, WebError> {
    let words = asker.words;
    let reader = access.db().reader(&asker.session.viewer);
    let mut lists = Vec::new();
    for record_type in access.db().registry().iter() {
        let Some(path) = path(record_type.name) else { continue };
        let count = reader.count(record_type, &ListQuery::default()).await.map_err(WebError::internal)?;
        lists.push((words.records(record_type.name), path, count));
    }
    lists.sort();
    let row = |(name, path, count): &(String, String, u64)| {
        let count = base::Amount::from(i64::try_from(*count).unwrap_or(i64::MAX));
        Row::new(record_link(path, name), vec![Cell::number(words.exact(count, Unit::Count))])
    };
    let title = words.t(ACTIVE);
    let table = Table {
        label: &title,
        heads: vec![Head::text(words.t("kind-of-record")), Head::number(words.t("how-many"))],
        rows: lists.iter().map(row).collect(),
        ..Table::default()
    };
    let panel = Panel { id: "lists", title: &title, body: table.render(), is_flush: true, ..Panel::default() };
    let content = html! { (page_head(&title, Some(&words.t("all-records-hint")), &html! {})) (panel) };
    Ok(asker.document(&title, Some(ACTIVE), None, &content))
}
