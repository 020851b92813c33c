use super::Drill;
use crate::OpenRow;
use access::{Access, Asker};
use base::{Amount, RecordId};
use maud::{Markup, Render, html};
use records::Brief;
use std::collections::BTreeSet;
use web_kit::{
    Unit, WebError,
    components::{Cell, Head, Pager, Panel, Row, Table, empty, icon_small, pager, record_link},
};

const ROWS_A_PAGE: usize = 500;

/// The records behind the number, the largest first; the foot is the number.
pub(super) async fn panel(access: &Access, asker: &Asker, drill: &Drill<'_>, page: usize) -> Result<Markup, WebError> {
    let words = drill.words;
    let mut rows: Vec<&OpenRow> = drill.opened.rows.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.numerator));
    let first = page.saturating_mul(ROWS_A_PAGE).min(rows.len());
    let last = first.saturating_add(ROWS_A_PAGE).min(rows.len());
    let shown = &rows[first..last];
    let record_type = access.db().registry().get(drill.opened.record).ok_or(WebError::NotFound)?;
    let ids: BTreeSet<RecordId> = shown.iter().filter_map(|row| row.entity.id).collect();
    let reader = access.db().reader(&asker.session.viewer);
    let brief = records::brief(words, &reader, access.db().registry(), record_type, &ids);
    let brief = brief.await.map_err(WebError::internal)?;
    let title = words.t("rows-behind");
    let count = rows.len() + drill.opened.hidden.map_or(0, |hidden| hidden.rows);
    let note = words.t_with("rows-count", &[("count", count.into())]);
    let body =
        if count == 0 { empty(&words.t("empty-list"), "", None) } else { table(drill, &title, shown, &brief).render() };
    let footer = html! {
        @if count > 0 { span { (icon_small("check")) " " (words.t("rows-match")) } }
        @if rows.len() > ROWS_A_PAGE {
            (pager(words, &pages(drill, page, first, last, rows.len())))
        }
    };
    let panel =
        Panel { id: "rows", title: &title, note: Some(&note), body, footer: Some(footer), is_flush: true, end: None };
    Ok(panel.render())
}

fn pages(drill: &Drill<'_>, page: usize, first: usize, last: usize, total: usize) -> Pager {
    let at = |page: usize| drill.address("", &[("page", &page.to_string())]);
    Pager {
        first: first + 1,
        last,
        total: Some(total),
        previous: page.checked_sub(1).map(at),
        next: (last < total).then(|| at(page + 1)),
    }
}

fn table<'a>(drill: &Drill<'_>, label: &'a str, shown: &[&OpenRow], brief: &Brief) -> Table<'a> {
    let words = drill.words;
    let is_ratio = drill.opened.denominator.is_some();
    let contribution = if is_ratio { words.t("numerator") } else { words.t("contribution") };
    let mut heads = vec![Head::text(words.record(drill.opened.record))];
    heads.extend(brief.heads.iter().map(Head::text));
    heads.push(Head::number(in_unit(drill, &contribution, drill.numerator_unit())));
    if is_ratio {
        heads.push(Head::number(in_unit(drill, &words.t("denominator"), drill.denominator_unit())));
    }
    let none = || brief.heads.iter().map(|_| Cell::text("")).collect::<Vec<_>>();
    let sides = |numerator: Amount, denominator: Option<Amount>| {
        let numerator = Cell::number(plain(drill, numerator, drill.numerator_unit()));
        let denominator = is_ratio.then(|| match denominator {
            Some(denominator) => Cell::number(plain(drill, denominator, drill.denominator_unit())),
            None => Cell::text(""),
        });
        [Some(numerator), denominator].into_iter().flatten()
    };
    let mut rows: Vec<Row> = shown
        .iter()
        .map(|row| {
            let head = match (row.entity.id, records::path(row.record)) {
                (Some(id), Some(path)) => record_link(&format!("{path}/{id}"), &row.entity.name),
                _ => row.entity.name.render(),
            };
            let cells = row.entity.id.and_then(|id| brief.cells.get(&id));
            let cells = cells.map_or_else(none, |cells| cells.iter().map(Cell::text).collect());
            Row::new(head, cells.into_iter().chain(sides(row.numerator, row.denominator)).collect())
        })
        .collect();
    rows.extend(drill.opened.hidden.map(|hidden| {
        let cells = none().into_iter().chain(sides(hidden.numerator, hidden.denominator));
        Row::hidden(words, hidden.rows, cells.collect())
    }));
    if !drill.opened.rounding.is_zero() {
        rows.push(Row::rounding(words, none().into_iter().chain(sides(drill.opened.rounding, None)).collect()));
    }
    let total = none().into_iter().chain(sides(drill.opened.numerator, drill.opened.denominator));
    let foot = vec![Row::new(words.t("total"), total.collect())];
    Table { label, heads, rows, foot, is_pinned: true, ..Table::default() }
}

fn in_unit(drill: &Drill<'_>, name: &str, unit: Unit) -> String {
    let unit = crate::pages::unit_name(drill.words, unit);
    if unit.is_empty() {
        return name.to_owned();
    }
    drill.words.t_with("in-unit", &[("name", name.into()), ("unit", unit.into())])
}

/// Without its currency, which the head has.
fn plain(drill: &Drill<'_>, amount: Amount, unit: Unit) -> web_kit::Figure {
    web_kit::Figure { currency: None, ..drill.shown(amount, unit) }
}
