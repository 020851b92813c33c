use super::{Input, icon_small};
use crate::{components::form::control, i18n::Words};
use maud::{Markup, html};

/// One of several exclusive views or pages.
#[derive(Debug, Clone)]
pub struct Place {
    pub label: String,
    pub href: String,
    pub is_current: bool,
    /// How many things are there.
    pub count: Option<usize>,
}

impl Place {
    pub fn new(label: impl Into<String>, href: impl Into<String>, is_current: bool) -> Self {
        Place { label: label.into(), href: href.into(), is_current, count: None }
    }
}

/// Two to eight exclusive views.
pub fn segmented(label: &str, places: &[Place]) -> Markup {
    html! {
        span.seg role="group" aria-label=(label) {
            @for place in places {
                a href=(place.href) aria-current=[place.is_current.then_some("true")] { (place.label) }
            }
        }
    }
}

/// A period with the way to the one before and after; an end of time has no link.
pub fn stepper(words: Words, label: &str, now: &str, earlier: Option<&str>, later: Option<&str>) -> Markup {
    html! {
        span.seg role="group" aria-label=(label) {
            @if let Some(href) = earlier {
                a href=(href) aria-label=(words.t("earlier")) { (icon_small("chevron-left")) }
            }
            span { (icon_small("calendar")) (now) }
            @if let Some(href) = later {
                a href=(href) aria-label=(words.t("later")) { (icon_small("chevron-right")) }
            }
        }
    }
}

/// The pages of one record.
pub fn tabs(words: Words, label: &str, places: &[Place]) -> Markup {
    html! {
        nav.tabs aria-label=(label) {
            @for place in places {
                a href=(place.href) aria-current=[place.is_current.then_some("page")] {
                    (place.label)
                    @if let Some(count) = place.count { " " span.ct { (words.count(count)) } }
                }
            }
        }
    }
}

/// Where one is in a long list.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// Of the first and last row shown, from 1.
    pub first: usize,
    pub last: usize,
    /// Of all rows, where that is known.
    pub total: Option<usize>,
    pub previous: Option<String>,
    pub next: Option<String>,
}

pub fn pager(words: Words, pager: &Pager) -> Markup {
    let ends = [("first", pager.first.into()), ("last", pager.last.into())];
    let place = match pager.total {
        Some(total) => words.t_with("rows-of", &[ends[0].clone(), ends[1].clone(), ("total", total.into())]),
        None => words.t_with("rows-from-to", &ends),
    };
    html! {
        nav.pager aria-label=(words.t("pages")) {
            span.mut { (place) }
            span.end {
                @if let Some(href) = &pager.previous { a.btn.sm rel="prev" href=(href) { (words.t("page-previous")) } }
                @if let Some(href) = &pager.next { a.btn.sm rel="next" href=(href) { (words.t("page-next")) } }
            }
        }
    }
}

/// The form over a list: a search field and choices. It sends itself on change; without a script its button does.
#[derive(Debug, Clone, Default)]
pub struct Filters<'a> {
    /// What was searched for.
    pub query: &'a str,
    /// Name, what it is, and how it is chosen.
    pub choices: Vec<(&'a str, String, Input<'a>)>,
    /// Kept while filtering: sort order and the like.
    pub kept: Vec<(&'a str, &'a str)>,
    /// The list without any filter; empty where none is set.
    pub clear: &'a str,
}

pub fn filters(words: Words, filters: &Filters<'_>) -> Markup {
    html! {
        form.filters method="get" role="search" aria-label=(words.t("filter")) data-autosubmit {
            input.input.all type="search" name="q" value=(filters.query) aria-label=(words.t("search"))
                placeholder=(words.t("search"));
            @for (name, label, input) in &filters.choices { (control(name, input, None, Some(label), None)) }
            @for (name, value) in &filters.kept { input type="hidden" name=(name) value=(value); }
            button.btn.no-js { (words.t("apply")) }
            @if !filters.clear.is_empty() {
                span.end { a.btn.btn-quiet href=(filters.clear) { (words.t("clear-filters")) } }
            }
        }
    }
}

/// The filters that hold, each with the address without it.
pub fn applied_filters(words: Words, applied: &[(String, String)]) -> Markup {
    html! {
        div.tags {
            @for (text, href) in applied {
                a.tag href=(href) { (text) " " (icon_small("x")) span.sr-only { (words.t("remove-filter")) } }
            }
        }
    }
}
