//! What holds for all markup of the crate: text comes out escaped, nothing is inline.

use crate::{
    components::*,
    format::Figure,
    i18n::{Language, Words},
    page::*,
};
use base::{Amount, Currency, Fraction};
use jiff::civil::date;
use maud::{Markup, Render, html};

const HOSTILE: &str = "\"'><script>alert(1)</script>&<img src=x onerror=alert(1)>";

fn hostile() -> String {
    HOSTILE.to_owned()
}

fn figure() -> Figure {
    Figure { currency: Some(Currency::THB), digits: hostile(), unit: Some(hostile()), spaced: true }
}

fn numbers(words: Words) -> Vec<Markup> {
    let half = Fraction::new(Amount::ONE, Amount::from(2));
    let mut parts = vec![
        number_link(HOSTILE, &figure()),
        reading(words, &Reading::Value(figure()), Some(HOSTILE)),
        record_link(HOSTILE, HOSTILE),
        change(&figure(), Lean::Good),
        bar(HOSTILE, half, Light::Watch, true),
        progress(HOSTILE, 1, 2),
        sparkline(HOSTILE, &[Some(Amount::ONE)], None),
    ];
    parts.extend(NullReason::EVERY.map(|reason| null(words, reason)));
    parts.extend([Light::OnTarget, Light::Watch, Light::Behind, Light::NoValue].map(|state| light(words, state)));
    parts
}

fn tile(words: Words, reading: Reading) -> KpiTile<'static> {
    KpiTile {
        words,
        name: HOSTILE,
        href: HOSTILE,
        light: Some(Light::Behind),
        reading,
        course: &[Some(Amount::ONE), None, Some(Amount::ZERO)],
        course_target: Some(Amount::ONE),
        attainment: Some(Fraction::new(Amount::ONE, Amount::from(2))),
        is_partial: true,
        change: Some(Change { figure: figure(), lean: Lean::Bad, against: hostile() }),
        target: Some(figure()),
        note: Some(HOSTILE),
        score: Some(HOSTILE),
    }
}

fn table() -> Table<'static> {
    let cells = || vec![Cell::text(HOSTILE), Cell::number(figure()).drawn(Some(Amount::ONE)), Cell::bar(HOSTILE)];
    Table {
        label: HOSTILE,
        heads: vec![
            Head::text(HOSTILE).sortable(HOSTILE, Some(Sort::Ascending)),
            Head::number(HOSTILE).partial().skipped(),
        ],
        rows: vec![Row::new(HOSTILE, cells()).partial().skipped().series(Kind::Line, Tone::Compare)],
        foot: vec![Row::new(HOSTILE, cells())],
        density: Density::Compact,
        is_tall: true,
        is_pinned: true,
        is_lines: true,
    }
}

fn panels(words: Words) -> Vec<Markup> {
    let text = || html! { (HOSTILE) };
    let chart = ChartPanel {
        words,
        id: HOSTILE,
        title: HOSTILE,
        end: Some(text()),
        table: table(),
        unit: HOSTILE,
        is_by_column: true,
        is_stacked: true,
        starts_as_table: true,
        footer: Some(text()),
    };
    let panel = Panel {
        id: HOSTILE,
        title: HOSTILE,
        note: Some(HOSTILE),
        end: Some(text()),
        body: text(),
        footer: Some(text()),
        is_flush: false,
    };
    let group = KpiGroup {
        name: HOSTILE,
        score: Some(text()),
        tiles: vec![tile(words, Reading::Value(figure())), tile(words, Reading::Null(NullReason::Undefined))],
    };
    let event = Event {
        icon: "phone",
        date: hostile(),
        time: Some(hostile()),
        machine_time: hostile(),
        what: text(),
        detail: Some(text()),
        is_late: true,
    };
    vec![
        chart.render(),
        panel.render(),
        kpi_grid(&[group]),
        table().render(),
        timeline(&[event]),
        facts(&[(hostile(), HOSTILE)]),
        page_head(HOSTILE, Some(HOSTILE), &text()),
        controls(&[partial_tag(HOSTILE), tag(Mood::Good, HOSTILE), person(HOSTILE)]),
    ]
}

fn ways(words: Words) -> Vec<Markup> {
    let places = [Place { count: Some(12), ..Place::new(HOSTILE, HOSTILE, true) }];
    let clock = Clocks {
        as_of: date(2026, 11, 21),
        known_at: Some(date(2026, 11, 20)),
        kept: vec![(HOSTILE, HOSTILE)],
        now_href: HOSTILE,
    };
    let list = Filters {
        query: HOSTILE,
        choices: vec![(HOSTILE, hostile(), select())],
        kept: vec![(HOSTILE, HOSTILE)],
        clear: HOSTILE,
    };
    let ends = Pager { first: 1, last: 50, total: Some(1204), previous: Some(hostile()), next: Some(hostile()) };
    vec![
        segmented(HOSTILE, &places),
        tabs(words, HOSTILE, &places),
        stepper(words, HOSTILE, HOSTILE, Some(HOSTILE), Some(HOSTILE)),
        clocks(words, &clock),
        past_banner(words, date(2026, 9, 30), Some(date(2026, 9, 30)), Some(HOSTILE), HOSTILE),
        past_banner(words, date(2026, 9, 30), None, None, HOSTILE),
        filters(words, &list),
        applied_filters(words, &[(hostile(), hostile())]),
        pager(words, &ends),
        pager(words, &Pager { total: None, ..ends }),
        button(Purpose::Danger, HOSTILE),
        link_button(Purpose::Quiet, HOSTILE, Some("upload"), HOSTILE),
        outside_link(&format!("https://{HOSTILE}"), HOSTILE),
        outside_link("javascript:alert(1)", HOSTILE),
    ]
}

fn select() -> Input<'static> {
    Input::Select { chosen: HOSTILE, choices: vec![Choice { value: hostile(), label: hostile() }] }
}

fn forms(words: Words) -> Vec<Markup> {
    let inputs = [
        Input::Text(HOSTILE),
        Input::Email(HOSTILE),
        Input::Password,
        Input::Decimal(HOSTILE),
        Input::Percent(HOSTILE),
        Input::Suggested { typed: HOSTILE, words: vec![hostile()] },
        Input::Whole(HOSTILE),
        Input::Date(HOSTILE),
        Input::Code(HOSTILE),
        Input::Area(HOSTILE),
        select(),
    ];
    let fields = inputs.map(|input| {
        let full = Field {
            is_required: true,
            error: Some(hostile()),
            hint: Some(hostile()),
            autocomplete: Some("off"),
            beside: Some((HOSTILE, hostile())),
            ..Field::new(HOSTILE, HOSTILE, input)
        };
        field(words, &full)
    });
    let whole = Form {
        action: HOSTILE,
        title: HOSTILE,
        fields: fields.to_vec(),
        errors: 2,
        submit: HOSTILE,
        cancel: Some(HOSTILE),
        hidden: vec![(HOSTILE, HOSTILE)],
    };
    let notice = |mood| Message {
        mood,
        what: HOSTILE,
        hint: Some(HOSTILE),
        buttons: Some(button(Purpose::Plain, HOSTILE)),
        reference: Some(HOSTILE),
    };
    let mut parts = vec![
        form(words, &whole),
        check_box(HOSTILE, HOSTILE, true),
        toast(words, HOSTILE, Some(HOSTILE), Some((HOSTILE, HOSTILE))),
        empty(HOSTILE, HOSTILE, Some(&button(Purpose::Primary, HOSTILE))),
        copyable(words, HOSTILE),
        qr(HOSTILE, HOSTILE).expect("it fits a code"),
    ];
    parts.extend(
        [Mood::Neutral, Mood::Info, Mood::Good, Mood::Warn, Mood::Bad].map(|mood| message(words, &notice(mood))),
    );
    parts
}

fn documents(words: Words) -> Vec<Markup> {
    let viewer = Viewer { name: HOSTILE, profile: HOSTILE, sign_out: HOSTILE, token: Some((HOSTILE, HOSTILE)) };
    let crumbs = [Crumb { label: hostile(), href: Some(hostile()) }, Crumb { label: hostile(), href: None }];
    let page = Page {
        active: Some("scorecard"),
        crumbs: &crumbs,
        theme: Some(Theme::Dark),
        search: Some(HOSTILE),
        past: Some(past_banner(words, date(2026, 9, 30), None, None, HOSTILE)),
        is_wide: true,
        toast: Some(toast(words, HOSTILE, None, None)),
        ..Page::new(words, HOSTILE, HOSTILE, viewer)
    };
    let door =
        SignIn { words, title: HOSTILE, host: HOSTILE, theme: None, kept: &[("to", "/orders")], version: HOSTILE };
    let content = html! { (HOSTILE) };
    let mut parts = vec![shell(&page, &content), sign_in(&door, &content), plain(words, HOSTILE, &content)];
    parts.extend(Status::EVERY.map(|state| status(words, state, Some(HOSTILE), Some(HOSTILE), Way::Home)));
    parts
}

fn everything(words: Words) -> Vec<String> {
    let parts = [numbers(words), panels(words), ways(words), forms(words), documents(words)];
    parts.into_iter().flatten().map(Markup::into_string).collect()
}

/// The tags of a text, without what stands between them: each from its `<` to the `>` outside of quotes.
fn tags(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    let (mut tag, mut quoted) = (None::<String>, false);
    for letter in text.chars() {
        match (&mut tag, letter) {
            (None, '<') => tag = Some(String::new()),
            (Some(_), '>') if !quoted => found.extend(tag.take()),
            (Some(inside), letter) => {
                quoted ^= letter == '"';
                inside.push(letter);
            }
            (None, _) => {}
        }
    }
    found
}

/// The names of a tag's attributes.
fn attributes(tag: &str) -> Vec<String> {
    let outside: String = tag.split('"').step_by(2).collect::<Vec<_>>().join(" ");
    outside.split_whitespace().skip(1).map(|name| name.trim_end_matches('=').to_owned()).collect()
}

#[test]
fn text_always_comes_out_escaped() {
    for text in Language::EVERY.map(Words::new).into_iter().flat_map(everything) {
        assert!(!text.contains("<script>alert") && !text.contains("<img"), "{text}");
        for tag in tags(&text).iter().filter(|tag| tag.starts_with("script")) {
            assert!(tag.contains("src=\"/assets/"), "an inline script: {tag}");
        }
    }
}

#[test]
fn nothing_is_inline() {
    for text in everything(Words::default()) {
        assert!(!text.contains("<style"), "{text}");
        for tag in tags(&text) {
            for name in attributes(&tag) {
                assert!(name != "style" && !name.starts_with("on") && !name.starts_with("hx-on"), "{name} in <{tag}>");
            }
        }
    }
}

#[test]
fn every_tag_that_is_opened_is_closed_in_order() {
    const VOID: [&str; 5] = ["meta", "link", "input", "br", "!DOCTYPE"];
    for text in everything(Words::default()) {
        let mut open = Vec::new();
        for tag in tags(&text) {
            let name = tag.split_whitespace().next().unwrap_or_default().to_owned();
            match name.strip_prefix('/') {
                Some(closed) => assert_eq!(open.pop().as_deref(), Some(closed), "{text}"),
                None if VOID.contains(&name.as_str()) => {}
                None => open.push(name),
            }
        }
        assert!(open.is_empty(), "{open:?} left open in {text}");
    }
}

#[test]
fn a_document_has_its_language_theme_and_assets() {
    let viewer = Viewer { name: "佐藤 健一", profile: "/me", sign_out: "/sign-out", token: None };
    for words in Language::EVERY.map(Words::new) {
        let page = Page { active: Some("records-deal"), ..Page::new(words, "T", "Acme", viewer) };
        let text = shell(&page, &html! { p { "content" } }).into_string();

        assert!(text.starts_with(&format!("<!DOCTYPE html><html lang=\"{}\">", words.language)), "{text}");
        assert!(text.contains("<title>T · Clinch</title>"));
        assert_eq!(
            text.matches("aria-current=\"page\"").count(),
            4,
            "in the side bar, the dock, the sheet of all places and the way here"
        );
        assert!(text.contains("tabindex=\"-1\"><p>content</p></main>"), "{text}");
        assert!(text.ends_with("fonts-ja.css\"></body></html>"), "the Japanese fonts come last");
        assert!(
            !text.contains("data-search") && !text.contains("<dialog") && !text.contains("data-theme="),
            "what is not there leaves no mark"
        );
        assert!(text.contains("<span class=\"keep\" lang=\"ja\">佐藤 健一</span>"));
    }
}

#[test]
fn the_places_of_a_phone_are_four_and_the_way_to_all() {
    assert_eq!(NAV.iter().filter(|item| item.in_dock).count(), 4);
    let mut letters: Vec<_> = NAV.iter().map(|item| item.letter).collect();
    letters.sort_unstable();
    letters.dedup();
    assert_eq!(letters.len(), NAV.len(), "one letter, one place");
}
