//! What a role asks for, and what scorecards say of it.

use crate::{Interview, InterviewState, Tally};
use maud::{Markup, Render, html};
use rules::role::{Library, PartKey, Profile};
use web_kit::{
    Words,
    components::{Cell, Head, Mood, Panel, Row, Table, tag},
};

pub fn requirements(words: Words, profile: &Profile) -> Markup {
    let code = words.language.code();
    let title = words.t("role-requirements");
    let items: Vec<_> = profile.items(PartKey::Requirements).collect();
    if items.is_empty() {
        return html! {};
    }
    let body = html! { dl.duties { @for item in items { dt { (item.number) } dd { (item.text.of(code)) } } } };
    Panel { id: "requirements", title: &title, body, ..Panel::default() }.render()
}

pub fn name(words: Words, library: &Library, id: &str) -> String {
    library.get(id).map_or_else(|| id.to_owned(), |one| one.names.of(words.language.code()).to_owned())
}

/// Competencies with the level that the role expects.
pub fn expected(words: Words, profile: &Profile, library: &Library) -> Markup {
    let title = words.t("role-competencies");
    let level = |level: u8| words.t_with("role-level", &[("level", words.count(level).into())]);
    let row = |one: &rules::role::Expected| {
        let anchor = library.get(&one.id).and_then(|found| found.anchor(one.expected));
        let name = html! {
            (name(words, library, &one.id))
            @if let Some(anchor) = anchor { div.mut.small { (anchor.of(words.language.code())) } }
        };
        Row::new(name, vec![Cell::text(tag(Mood::Neutral, &level(one.expected)))])
    };
    let heads = vec![Head::text(words.t("competency")), Head::text(words.t("role-expected"))];
    let rows = profile.competencies.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, ..Table::default() };
    Panel { id: "expected", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

/// All scorecards together, beside what is expected.
pub fn summary(words: Words, tallies: &[Tally], library: &Library) -> Markup {
    let title = words.t("recruit-summary");
    let row = |one: &Tally| {
        let (count, median, spread) = (words.t("recruit-count"), words.t("recruit-median"), words.t("recruit-spread"));
        let expected = Cell::number(words.count(one.expected)).labelled(words.t("role-expected"));
        let cells = match &one.summary {
            Some(of) => {
                let mood = if of.meets() { Mood::Good } else { Mood::Warn };
                let shown = of.median.to_text();
                let decimals = u32::from(shown.contains('.'));
                vec![
                    Cell::number(words.count(of.count)).labelled(count),
                    Cell::number(tag(mood, &words.decimal(of.median, decimals))).labelled(median),
                    Cell::number(format!("{}–{} ({})", of.least, of.most, of.spread())).labelled(spread),
                    expected,
                ]
            }
            None => vec![Cell::number("–").absent(), Cell::number("–").absent(), Cell::number("–").absent(), expected],
        };
        Row::new(name(words, library, &one.competency), cells)
    };
    let heads = vec![
        Head::text(words.t("competency")),
        Head::number(words.t("recruit-count")),
        Head::number(words.t("recruit-median")),
        Head::number(words.t("recruit-spread")),
        Head::number(words.t("role-expected")),
    ];
    let rows = tallies.iter().map(row).collect();
    let table = Table { label: &title, heads, rows, is_lines: true, ..Table::default() };
    Panel { id: "summary", title: &title, body: table.render(), is_flush: true, ..Panel::default() }.render()
}

pub fn recommendation(words: Words, word: &str) -> Markup {
    let mood = match word {
        "strong_yes" | "yes" => Mood::Good,
        "no" => Mood::Warn,
        _ => Mood::Bad,
    };
    tag(mood, &words.choice("recommendation", word))
}

/// One scorecard as it was handed in.
pub fn scorecard(words: Words, one: &Interview, library: &Library) -> Markup {
    let id = format!("card-{}", one.id);
    let end = one.recommendation.as_ref().map(|word| recommendation(words, word));
    let body = html! {
        @match &one.card {
            Some(card) => div.ratings {
                @for (competency, said) in card {
                    div.rating {
                        div.said { b { (name(words, library, competency)) } (tag(Mood::Neutral, &words.count(said.score))) }
                        p { (said.evidence) }
                    }
                }
            },
            None if one.state == InterviewState::HandedIn => p.mut { (words.t("recruit-card-closed")) },
            None => p.mut { (words.t_with("recruit-card-waits", &[("day", words.date(one.due).into())])) },
        }
    };
    Panel { id: &id, title: &one.interviewer.1, end, body, ..Panel::default() }.render()
}
