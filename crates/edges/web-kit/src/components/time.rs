use super::{icon, icon_small};
use crate::i18n::Words;
use jiff::civil::Date;
use maud::{Markup, html};

/// The two clocks of a question: the day it is about, and the day of what we knew.
#[derive(Debug, Clone)]
pub struct Clocks<'a> {
    pub as_of: Date,
    /// None: what is known now.
    pub known_at: Option<Date>,
    /// The rest of the question, kept when the clocks are set.
    pub kept: Vec<(&'a str, &'a str)>,
    /// The same page with both clocks at now.
    pub now_href: &'a str,
}

/// One button with both values; it opens the two dates.
pub fn clocks(words: Words, clocks: &Clocks<'_>) -> Markup {
    let known_at = clocks.known_at.map_or_else(|| words.t("now"), |day| words.date(day));
    html! {
        details.clocks.pop {
            summary {
                span { (icon_small("clock")) span.k { (words.t("as_of")) } b { (words.date(clocks.as_of)) } }
                span { span.k { (words.t("known_at")) } b { (known_at) } }
            }
            form.sheet.stack method="get" data-autosubmit {
                @for (name, value) in &clocks.kept { input type="hidden" name=(name) value=(value); }
                (day_field(&words.t("as_of"), "as_of", Some(clocks.as_of)))
                (day_field(&words.t("known_at"), "known_at", clocks.known_at))
                div.btns {
                    button.btn.btn-primary.no-js { (words.t("show")) }
                    a.btn href=(clocks.now_href) { (words.t("back-to-now")) }
                }
            }
        }
    }
}

fn day_field(label: &str, name: &str, day: Option<Date>) -> Markup {
    html! {
        div.field {
            label for=(name) { (label) }
            input.input type="date" id=(name) name=(name) value=[day.map(|day| day.to_string())];
        }
    }
}

/// The band that says a page looks back: at a day, with what was known on a day. Give it to
/// [`Page::past`](crate::Page).
pub fn past_banner(words: Words, as_of: Date, known_at: Option<Date>, changes: Option<&str>, now_href: &str) -> Markup {
    let as_of = words.date(as_of).into();
    let sentence = match known_at {
        Some(known_at) => words.t_with("past-known-at", &[("date", as_of), ("known", words.date(known_at).into())]),
        None => words.t_with("past-as-of", &[("date", as_of)]),
    };
    html! {
        div.past role="status" {
            (icon("clock-arrow-left"))
            span { (sentence) }
            span.end {
                @if let Some(href) = changes { a href=(href) { (words.t("past-changes")) } }
                a href=(now_href) { (words.t("back-to-now")) }
            }
        }
    }
}
