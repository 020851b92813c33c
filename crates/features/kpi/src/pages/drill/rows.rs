use super::Drill;
use crate::pages::reading;
use crate::{OpenRow, asked::Asked};
use access::{Access, Asker};
use base::{Amount, RecordId};
use jiff::civil::Date;
use maud::{Markup, Render, html};
use records::Brief;
use rules::kpi::{Earlier, Formula, How, Measure};
use std::collections::BTreeSet;
use web_kit::{
    Unit, WebError,
    components::{Cell, Head, Mood, Pager, Panel, Row, Table, empty, icon_small, pager, record_link, tag},
};

const ROWS_A_PAGE: usize = 1_000;
/// Letters of a day.
const DAY: usize = 10;

/// The records of one type behind the number, the largest first.
struct Group<'a> {
    record: &'static str,
    rows: Vec<&'a OpenRow>,
}

/// What stands behind the number, a panel for each type of record; the feet are the number's sides.
pub(super) async fn panel(access: &Access, asker: &Asker, drill: &Drill<'_>, page: usize) -> Result<Markup, WebError> {
    let words = drill.words;
    if drill.is_computed() {
        return Ok(parts(drill));
    }
    let mut rows: Vec<&OpenRow> = drill.opened.rows.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse((row.numerator, row.denominator)));
    let first = page.saturating_mul(ROWS_A_PAGE).min(rows.len());
    let last = first.saturating_add(ROWS_A_PAGE).min(rows.len());
    let mut groups = vec![Group { record: drill.opened.record, rows: Vec::new() }];
    for row in &rows[first..last] {
        match groups.iter_mut().find(|group| group.record == row.record) {
            Some(group) => group.rows.push(row),
            None => groups.push(Group { record: row.record, rows: vec![row] }),
        }
    }
    groups.retain(|group| !group.rows.is_empty());
    let hidden = drill.opened.hidden.map_or(0, |hidden| hidden.rows);
    if groups.is_empty() {
        groups.push(Group { record: drill.opened.record, rows: Vec::new() });
    }
    let mut panels = Vec::new();
    for (place, group) in groups.iter().enumerate() {
        let record_type = access.db().registry().get(group.record).ok_or(WebError::NotFound)?;
        let ids: BTreeSet<RecordId> = group.rows.iter().filter_map(|row| row.entity.id).collect();
        let reader = access.db().reader(&asker.session.viewer);
        let brief = records::brief(words, &reader, access.db().registry(), record_type, &ids);
        let brief = brief.await.map_err(WebError::internal)?;
        let (is_first, is_last) = (place == 0, place + 1 == groups.len());
        let title = if is_first { words.t("rows-behind") } else { words.records(group.record) };
        // A page of many tells how many there are in all.
        let whole = rows.iter().filter(|row| row.record == group.record).count();
        let count = whole + if is_first { hidden } else { 0 };
        let note = words.t_with("rows-count", &[("count", count.into())]);
        let body = match count {
            0 => empty(&words.t("empty-list"), "", None),
            _ => table(drill, &title, group, &brief, (is_first, is_last)).render(),
        };
        let footer = html! {
            @if count > 0 { span { (icon_small("check")) " " (words.t("rows-match")) } }
            @if rows.len() > ROWS_A_PAGE {
                (pager(words, &pages(drill, page, first, last, rows.len())))
            }
        };
        let footer = is_last.then_some(footer);
        let id = if is_first { "rows" } else { "more-rows" };
        panels.push(Panel { id, title: &title, note: Some(&note), body, footer, is_flush: true, end: None }.render());
    }
    Ok(html! { @for panel in panels { (panel) } })
}

/// What a number is computed from: each opens into its own records.
fn parts(drill: &Drill<'_>) -> Markup {
    let words = drill.words;
    let title = words.t("computed-from");
    let heads =
        [words.field("kpi"), words.t("formula")].map(Head::text).into_iter().chain([Head::number(words.t("value"))]);
    let rows = drill.definition.formula.parts().iter().zip(&drill.opened.parts).map(|(part, row)| {
        let address = drill.address_of(&part.id, "", &[]);
        let reads = html! { span lang="en" { (part.reads) } };
        let value = web_kit::components::reading(words, &reading(words, row), Some(&address));
        let name = html! { a href=(address) { (part.name(words.language.code())) } };
        Row::new(name, vec![Cell::text(reads), Cell::number(value)])
    });
    let table = Table { label: &title, heads: heads.collect(), rows: rows.collect(), ..Table::default() };
    Panel { id: "rows", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
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

/// The first table has the rows one may not open and what rounding does; the last has the number's sides in its foot.
fn table<'a>(
    drill: &Drill<'_>,
    label: &'a str,
    group: &Group<'_>,
    brief: &Brief,
    (is_first, is_last): (bool, bool),
) -> Table<'a> {
    let words = drill.words;
    let (has_day, has_owner) =
        (group.rows.iter().any(|row| row.day.is_some()), group.rows.iter().any(|row| row.owner.is_some()));
    let mut heads = vec![Head::text(words.record(group.record))];
    heads.extend(has_day.then(|| Head::text(words.t("counts-on"))));
    heads.extend(has_owner.then(|| Head::text(words.field("owner"))));
    heads.extend(brief.heads.iter().map(Head::text));
    let texts = heads.len() - 1;
    heads.extend(side_heads(drill));
    let none = || (0..texts).map(|_| Cell::text("")).collect::<Vec<_>>();
    // Where none of a type takes part in a side, its cells stay blank.
    let (adds, divides) = (
        group.rows.iter().any(|row| !row.numerator.is_zero()),
        group.rows.iter().any(|row| row.denominator.is_some_and(|denominator| !denominator.is_zero())),
    );
    let mut rows: Vec<Row> = group
        .rows
        .iter()
        .map(|row| {
            let mut cells: Vec<Cell> = Vec::new();
            let day = row.day.map(|day| {
                html! {
                    span.nowrap { (words.date(day)) }
                    @if row.adjusts { " " (tag(Mood::Warn, &words.t("adjustment"))) }
                }
            });
            cells.extend(has_day.then(|| Cell::text(day.unwrap_or_default())));
            cells.extend(has_owner.then(|| match &row.owner {
                Some(owner) => Cell::text(owner.name.as_str()),
                None if row.is_shared => Cell::text(words.t("several")),
                None => Cell::text(""),
            }));
            let told = row.entity.id.and_then(|id| brief.cells.get(&id));
            cells.extend(told.into_iter().flatten().map(Cell::text));
            cells.resize_with(texts, || Cell::text(""));
            let numerator = Some(row.numerator).filter(|_| adds || !divides);
            cells.extend(sides(drill, numerator, row.denominator.filter(|_| divides)));
            Row::new(name(row, drill.asked), cells)
        })
        .collect();
    if let Some(hidden) = drill.opened.hidden.filter(|_| is_first) {
        let cells = none().into_iter().chain(sides(drill, Some(hidden.numerator), hidden.denominator));
        rows.push(Row::hidden(words, hidden.rows, cells.collect()));
    }
    if !drill.opened.rounding.is_zero() && is_first {
        rows.push(Row::rounding(
            words,
            none().into_iter().chain(sides(drill, Some(drill.opened.rounding), None)).collect(),
        ));
    }
    let total = none().into_iter().chain(sides(drill, Some(drill.opened.numerator), drill.opened.denominator));
    let foot = is_last.then(|| Row::new(words.t("total"), total.collect()));
    Table { label, heads, rows, foot: foot.into_iter().collect(), is_pinned: true, ..Table::default() }
}

/// A record opens as the number was looked at.
fn name(row: &OpenRow, asked: &Asked) -> Markup {
    match (row.entity.id, records::path(row.record)) {
        (Some(id), Some(path)) => {
            // A record's page knows days, no moments.
            let day = |text: &str| text.len() == DAY && text.parse::<Date>().is_ok();
            let clocks = [("as_of", asked.as_of.as_str()), ("known_at", &asked.known_at)];
            let clocks: Vec<_> = clocks.into_iter().filter(|(_, text)| day(text)).collect();
            record_link(&web_kit::address(&format!("{path}/{id}"), &clocks), &row.entity.name)
        }
        _ => row.entity.name.render(),
    }
}

/// Growth is told by what was added and what was there before; every other ratio by its two sides.
fn side_heads(drill: &Drill<'_>) -> Vec<Head> {
    let words = drill.words;
    let is_year = |from: &Measure| from.how == How::Earlier(Earlier::Year);
    let names = match (&drill.definition.formula, drill.opened.denominator) {
        (_, None) => vec![("contribution", drill.numerator_unit())],
        (Formula::Change { from, .. }, _) => {
            let before = if is_year(from) { "year-before" } else { "before" };
            vec![("change", drill.numerator_unit()), (before, drill.denominator_unit())]
        }
        _ => vec![("numerator", drill.numerator_unit()), ("denominator", drill.denominator_unit())],
    };
    names.into_iter().map(|(name, unit)| Head::number(in_unit(drill, &words.t(name), unit))).collect()
}

/// What a row adds to each side.
fn sides(drill: &Drill<'_>, numerator: Option<Amount>, denominator: Option<Amount>) -> Vec<Cell> {
    let cell = |amount: Option<Amount>, unit: Unit| match amount {
        Some(amount) => Cell::number(plain(drill, amount, unit)),
        None => Cell::text(""),
    };
    let second = drill.opened.denominator.is_some().then(|| cell(denominator, drill.denominator_unit()));
    std::iter::once(cell(numerator, drill.numerator_unit())).chain(second).collect()
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
