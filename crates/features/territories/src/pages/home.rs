//! The tree: who works each territory, what it carries against the mean, and what the rules leave open.

use super::{ACTIVE, Asking, balance_bar, balance_cell, day, failed, load_cells, money, note, number, person_link};
use crate::{Asked, Land, Line, Measure, Overview};
use access::Asker;
use axum::extract::Query;
use base::RecordId;
use jiff::civil::Date;
use maud::{Markup, Render, html};
use serde::Deserialize;
use web_kit::{
    Figure, WebError, Words,
    components::{
        Cell, Choice, Head, Input, Mood, NullReason, Panel, Purpose, Row, Table, button, entry, link_button, null,
        number_link, page_head, past_banner, record_link, tag,
    },
};

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Looked {
    as_of: String,
    even: String,
    within: String,
    tolerance: String,
}

pub async fn page(Asking { asker, territories }: Asking, Query(query): Query<Looked>) -> Result<Markup, WebError> {
    let words = asker.words;
    let today = territories.today().await.map_err(failed)?;
    let on = day(&query.as_of)?.unwrap_or(today);
    let usual = Asked::on(on);
    let asked = Asked {
        even: if query.even.is_empty() { usual.even } else { Measure::read(&query.even).map_err(failed)? },
        tolerance: number(&query.tolerance, usual.tolerance)?,
        within: if query.within.is_empty() {
            None
        } else {
            Some(query.within.parse().map(RecordId).map_err(|_| WebError::Refused { hint_key: "error-not-a-choice" })?)
        },
        ..usual
    };
    let found = territories.overview(asked).await.map_err(failed)?;
    let designs = territories.designs().await.map_err(failed)?;
    let sees_all = asker.session.viewer.sees_all();
    let title = words.records("territory");
    let past = (on != today).then(|| past_banner(words, on, None, None, "/territories"));
    let content = html! {
        (page_head(&title, Some(&words.t("territories-hint")), &ways(words, sees_all, designs)))
        (controls(words, &found))
        div.stack {
            (tree(words, &found, today))
            @if sees_all { (open(words, &found)) }
            @if designs { (super::tree::new(words, &found.land)) }
        }
    };
    Ok(asker.document(&title, Some(ACTIVE), past, &content))
}

fn ways(words: Words, sees_all: bool, designs: bool) -> Markup {
    html! {
        @if sees_all {
            (link_button(Purpose::Plain, "/territories/rules", None, &words.t("territories-rules")))
            (link_button(Purpose::Plain, "/territories/changes", None, &words.t("territories-changes")))
        }
        @if designs {
            (link_button(Purpose::Plain, "/territories/plan", None, &words.t("territories-plan")))
            (link_button(Purpose::Primary, "/territories/proposal", None, &words.t("territories-proposal")))
        }
    }
}

/// The branches of the tree, and all of it.
pub fn branches(words: Words, land: &Land) -> Vec<Choice> {
    let mut choices = vec![Choice { value: String::new(), label: words.t("territories-all") }];
    let inner = land.territories.values().filter(|one| !land.is_leaf(one.id));
    let mut inner: Vec<Choice> =
        inner.map(|one| Choice { value: one.id.to_string(), label: one.name.clone() }).collect();
    inner.sort_by(|one, other| one.label.cmp(&other.label));
    choices.extend(inner);
    choices
}

pub fn evens(words: Words) -> Vec<Choice> {
    let choice = |one: Measure| Choice {
        value: one.name().to_owned(),
        label: words.t(&format!("territories-even-{}", one.name())),
    };
    Measure::ALL.map(choice).into()
}

fn controls(words: Words, found: &Overview) -> Markup {
    let asked = &found.asked;
    let (as_of, tolerance) = (asked.day.to_string(), asked.tolerance.to_text());
    let within = asked.within.map(|id| id.to_string()).unwrap_or_default();
    let form = html! {
        form.fgrid method="get" action="/territories" data-autosubmit {
            (entry("as_of", &Input::Date(&as_of), &words.t("as_of")))
            (entry("within", &Input::Select { chosen: &within, choices: branches(words, &found.land) }, &words.t("territories-within")))
            (entry("even", &Input::Select { chosen: asked.even.name(), choices: evens(words) }, &words.t("territories-even")))
            (entry("tolerance", &Input::Percent(&tolerance), &words.t("territories-tolerance")))
            span.no-js { (button(Purpose::Plain, &words.t("show"))) }
        }
    };
    web_kit::components::controls(&[form])
}

fn tree(words: Words, found: &Overview, today: Date) -> Markup {
    let land = &found.land;
    let as_of = if land.day == today { String::new() } else { land.day.to_string() };
    let names = ["territories-held-by", "territories-accounts", "territories-customers", "territories-pipeline"];
    let names: Vec<String> = names
        .into_iter()
        .chain(["territories-revenue", "field-annual_potential", "territories-balance", "territories-deviation"])
        .map(|name| words.t(name))
        .collect();
    let row = |line: &Line| {
        let held = Cell::text(holders(words, land, line));
        let mut cells = vec![if line.holders.is_empty() && !line.is_leaf { held.absent() } else { held }];
        match &line.load {
            None => cells.extend((0..5).map(|_| Cell::number(null(words, NullReason::Withheld)))),
            Some(load) => {
                let href = web_kit::address(&format!("/territories/{}", line.territory), &[("as_of", &as_of)]);
                let accounts = Figure { digits: words.count(load.accounts), ..Figure::default() };
                cells.extend(load_cells(words, land, load));
                cells[1] = Cell::number(number_link(&href, &accounts));
            }
        }
        cells.push(balance_bar(words, line.share, line.deviation, found.asked.tolerance));
        cells.push(if line.share.is_some() {
            balance_cell(words, line.deviation, found.asked.tolerance)
        } else {
            Cell::number("").absent()
        });
        let name = record_link(
            &web_kit::address(&format!("/territories/{}", line.territory), &[("as_of", &as_of)]),
            &line.name,
        );
        let head = html! { span.tree data-depth=(line.depth.min(6)) { (name) } };
        Row::new(head, cells.into_iter().zip(&names).map(|(cell, name)| cell.labelled(name.as_str())).collect())
    };
    let title = words.t("territories-tree");
    let mut heads = vec![Head::text(words.record("territory")), Head::text(names[0].as_str())];
    heads.extend(names.iter().skip(1).map(|name| Head::number(name.as_str())));
    let table =
        Table { label: &title, heads, rows: found.lines.iter().map(row).collect(), is_lines: true, ..Table::default() };
    let mean = found.mean.map(|mean| {
        let mean = match found.asked.even {
            Measure::Accounts => words.decimal(mean, 1),
            _ => money(words, land, mean),
        };
        words
            .t_with("territories-mean", &[("mean", mean.into()), ("tolerance", found.asked.tolerance.to_text().into())])
    });
    let note = [Some(note(words, land)), mean].into_iter().flatten().collect::<Vec<_>>().join(" · ");
    if found.lines.is_empty() {
        return table.in_panel("tree", (&words.t("territories-none"), &words.t("territories-none-hint")));
    }
    Panel { id: "tree", title: &title, note: Some(&note), body: table.render(), is_flush: true, ..Panel::default() }
        .render()
}

fn holders(words: Words, land: &Land, line: &Line) -> Markup {
    html! {
        @for (place, person) in line.holders.iter().enumerate() {
            @if place > 0 { ", " }
            (person_link(land, Some(*person)))
        }
        @if line.holders.is_empty() && line.is_leaf { (tag(Mood::Neutral, &words.t("territories-vacant"))) }
    }
}

/// What the rules leave open: each opens into its accounts.
fn open(words: Words, found: &Overview) -> Markup {
    let day = found.land.day.to_string();
    let accounts = |state: &str, rank: &str, among: &str| {
        web_kit::address(
            "/territories/accounts",
            &[("state", state), ("rank", rank), ("among", among), ("as_of", &day)],
        )
    };
    let count = |count: usize| words.t_with("territories-count", &[("count", count.into())]);
    let link = |href: &str, number: usize| html! { a.lnk href=(href) { (count(number)) } };
    let mut rows = Vec::new();
    for conflict in &found.conflicts {
        let names: Vec<&str> = conflict.territories.iter().map(|id| found.land.name_of(*id)).collect();
        let among: Vec<String> = conflict.territories.iter().map(ToString::to_string).collect();
        let text = words.t_with(
            "territories-conflict",
            &[("rank", conflict.rank.to_string().into()), ("territories", names.join(" / ").into())],
        );
        let href = accounts("conflict", &conflict.rank.to_string(), &among.join("-"));
        rows.push((Mood::Bad, "territories-state-conflict", text, link(&href, conflict.accounts.len())));
    }
    if !found.unruled.is_empty() {
        let text = words.t("territories-unruled-hint");
        rows.push((
            Mood::Warn,
            "territories-state-unruled",
            text,
            link(&accounts("unruled", "", ""), found.unruled.len()),
        ));
    }
    if !found.homeless.is_empty() {
        let text = words.t("territories-homeless-hint");
        rows.push((
            Mood::Warn,
            "territories-state-homeless",
            text,
            link(&accounts("homeless", "", ""), found.homeless.len()),
        ));
    }
    let title = words.t("territories-open");
    let row = |(mood, key, text, accounts): (Mood, &str, String, Markup)| {
        let cells = vec![Cell::text(text), Cell::number(accounts)];
        Row::new(tag(mood, &words.t(key)), cells)
    };
    let heads = vec![
        Head::text(words.t("territories-state")),
        Head::text(words.t("territories-what")),
        Head::number(words.t("territories-accounts")),
    ];
    let rows: Vec<Row> = rows.into_iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    let none = if found.rules.is_some() { "territories-open-none" } else { "territories-rules-none" };
    table.in_panel("open", (&words.t(none), &words.t(&format!("{none}-hint"))))
}

/// For pages that come back here.
pub fn back(words: Words) -> Markup {
    link_button(Purpose::Plain, "/territories", None, &words.records("territory"))
}

/// A page's frame.
pub fn document(asker: &Asker, title: &str, content: &Markup) -> Markup {
    asker.document(title, Some(ACTIVE), None, content)
}
