//! What a company set from a day on in place of what ships: what it said, who set it when, and why.

use crate::Version;
use maud::{Markup, Render, html};
use web_kit::{
    Words,
    components::{Cell, Field, Head, Input, Mood, Panel, Row as Line, Table, field, tag},
};

const COLUMNS: [&str; 3] = ["kpi-says", "field-reason", "kpi-set"];

/// The last first, each with what it reads as, if it still does; nothing where the company has none.
pub fn panel<T>(words: Words, versions: &[(Version, Option<T>)], told: impl Fn(&T) -> Markup) -> Markup {
    if versions.is_empty() {
        return html! {};
    }
    let rows = versions.iter().rev().map(|(version, read)| {
        let says = match (read, &version.text) {
            (Some(read), _) => told(read),
            (None, Some(_)) => tag(Mood::Bad, &words.t("kpi-broken")),
            (None, None) => html! { span.mut { (words.t("kpi-ended")) } },
        };
        let who = version.set_by.as_ref().map_or_else(|| words.t("by-operator"), |person| person.name.clone());
        let set = html! { (words.date(version.set_on)) " · " (who) };
        let cells = [says, html! { (version.reason.as_deref().unwrap_or_default()) }, set];
        let cells = cells.into_iter().zip(COLUMNS).map(|(cell, key)| Cell::text(cell).labelled(words.t(key)));
        Line::new(html! { span.nowrap { (words.date(version.since)) } }, cells.collect())
    });
    let title = words.t("versions");
    let heads = ["holds-from"].into_iter().chain(COLUMNS).map(|key| Head::text(words.t(key))).collect();
    let table = Table { label: &title, heads, rows: rows.collect(), is_tall: true, is_lines: true, ..Table::default() };
    Panel { id: "versions", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

/// Why another version is set.
pub fn reason(words: Words, name: &str, typed: &str) -> Markup {
    field(words, &Field::new(name, words.t("field-reason"), Input::Text(typed)))
}
