//! The parts of a page, each with the markup of `web/COMPONENTS.md`. All text passes through maud and comes out
//! escaped; nothing writes a `style` attribute or an inline handler.

mod chart;
mod form;
mod kpi;
mod navigate;
mod notice;
mod number;
mod qr;
mod record;
mod table;
mod time;
mod waterfall;

pub use chart::{ChartPanel, Tone};
pub use form::{Choice, Field, Form, Input, check_box, entry, errors_on_top, field, form};
pub use kpi::{KpiGroup, KpiTile, kpi_grid};
pub use navigate::{Filters, Pager, Place, applied_filters, filters, pager, segmented, stepper, tabs};
pub use notice::{Message, copyable, empty, message, toast};
pub use number::{
    Change, Lean, Light, NullReason, Reading, bar, change, light, null, number_link, progress, reading, record_link,
    sparkline,
};
pub use qr::qr;
pub use record::{Event, Step, facts, path, timeline};
pub use table::{Cell, Density, Head, Kind, Row, Sort, Table};
pub use time::{Clocks, clocks, past_banner};
pub use waterfall::{Fall, waterfall};

use crate::{Language, Words, assets, page::script_of};
use maud::{Markup, Render, html};

/// A picture of the sprite, 16 px. Always beside a word.
pub fn icon(name: &str) -> Markup {
    html! { svg.i aria-hidden="true" { use href=(assets::icon_href(name)) {} } }
}

/// The same, 14 px, for small buttons and tags.
pub fn icon_small(name: &str) -> Markup {
    html! { svg.i.s aria-hidden="true" { use href=(assets::icon_href(name)) {} } }
}

/// The only container: header, body, footer. Never one in another.
#[derive(Debug, Clone, Default)]
pub struct Panel<'a> {
    /// Unique in the page; the heading's id follows from it.
    pub id: &'a str,
    pub title: &'a str,
    pub note: Option<&'a str>,
    /// At the right of the header: segmented control, tag, button.
    pub end: Option<Markup>,
    /// Padded unless it is a table, which brings its own room.
    pub body: Markup,
    pub footer: Option<Markup>,
    /// The body is a table or a list that reaches the edges.
    pub is_flush: bool,
}

impl Render for Panel<'_> {
    fn render(&self) -> Markup {
        let heading = format!("{}-h", self.id);
        html! {
            section.panel id=(self.id) aria-labelledby=(heading) {
                header {
                    h2 id=(heading) { (self.title) }
                    @if let Some(note) = self.note { span.mut { (note) } }
                    @if let Some(end) = &self.end { span.end { (end) } }
                }
                @if self.is_flush { (self.body) } @else { div.body.stack { (self.body) } }
                @if let Some(footer) = &self.footer { footer { (footer) } }
            }
        }
    }
}

/// The head of a page: its name, what it is about, and at the right what can be done with all of it.
pub fn page_head(title: &str, sub: Option<&str>, end: &Markup) -> Markup {
    html! {
        div.pagehead {
            div { h1 { (title) } @if let Some(sub) = sub { div.sub.keep { (sub) } } }
            div.end { (end) }
        }
    }
}

/// The row of controls under the head.
pub fn controls(parts: &[Markup]) -> Markup {
    html! { div.controls { @for part in parts { (part) } } }
}

/// What a button is for. One [`Primary`](Purpose::Primary) a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    Primary,
    Plain,
    Quiet,
    Danger,
}

impl Purpose {
    const fn class(self) -> &'static str {
        match self {
            Purpose::Primary => "btn btn-primary",
            Purpose::Plain => "btn",
            Purpose::Quiet => "btn btn-quiet",
            Purpose::Danger => "btn btn-danger",
        }
    }
}

/// Sends the form it stands in.
pub fn button(purpose: Purpose, label: &str) -> Markup {
    html! { button class=(purpose.class()) { (label) } }
}

/// A link that looks like a button; with an icon when there is one.
pub fn link_button(purpose: Purpose, href: &str, icon_name: Option<&str>, label: &str) -> Markup {
    html! { a class=(purpose.class()) href=(href) { @if let Some(name) = icon_name { (icon(name)) } (label) } }
}

/// The same on paper, in each language; the address ends in its code.
pub fn prints(words: Words, href: &str) -> Markup {
    let title = words.t("print");
    let body = html! {
        div.btns {
            @for language in Language::EVERY {
                a.btn href=(format!("{href}/{}", language.code())) lang=(language.code()) hreflang=(language.code()) {
                    (icon("download")) (language.own_name())
                }
            }
        }
    };
    Panel { id: "print", title: &title, body, ..Panel::default() }.render()
}

/// The colour of a state word; the word says it too.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    Neutral,
    Info,
    Good,
    Warn,
    Bad,
}

impl Mood {
    const fn tag_class(self) -> &'static str {
        match self {
            Mood::Neutral => "tag",
            Mood::Info => "tag b",
            Mood::Good => "tag g",
            Mood::Warn => "tag a",
            Mood::Bad => "tag r",
        }
    }
}

/// A state word.
pub fn tag(mood: Mood, word: &str) -> Markup {
    html! { span class=(mood.tag_class()) { (word) } }
}

/// The dashed mark of a period that is not over, and of anything else that is still in the making.
pub fn partial_tag(word: &str) -> Markup {
    html! { span.ptag { (icon_small("hourglass")) (word) } }
}

/// A person: initials and name, in the name's own script.
pub fn person(name: &str) -> Markup {
    html! { span.who { span.av aria-hidden="true" { (initials(name)) } span lang=[script_of(name)] { (name) } } }
}

/// The first letters of the first and the last part of a name; of a Japanese name the first character.
pub fn initials(name: &str) -> String {
    let mut parts = name.split_whitespace();
    let first = parts.next().and_then(first_letter);
    let last = parts.next_back().and_then(first_letter).filter(|_| script_of(name).is_none());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

/// Thai writes some vowels before their consonant; the consonant is the initial.
fn first_letter(part: &str) -> Option<char> {
    part.chars().find(|letter| letter.is_alphanumeric() && !('\u{0e40}'..='\u{0e44}').contains(letter))
}

/// A link to an address that people typed: text alone when it is not http, https, mailto or tel.
pub fn outside_link(address: &str, text: &str) -> Markup {
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let is_safe = scheme.is_some_and(|scheme| ["http", "https", "mailto", "tel"].contains(&scheme.as_str()));
    html! { @if is_safe { a.lnk href=(address) rel="noopener noreferrer" { (text) } } @else { (text) } }
}

#[cfg(test)]
mod tests;
