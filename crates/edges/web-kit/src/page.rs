//! Whole documents: the shell with side bar, top bar and dock; the sign-in page; the page that says why there is none.

mod bare;
mod nav;
mod status;

pub use bare::{SignIn, plain, sign_in, visited};
pub use nav::{NAV, NavGroup, NavItem};
pub use status::{Status, Way, status};

use crate::{
    assets,
    components::{icon, icon_small, initials},
    i18n::{Language, Words},
};
use maud::{DOCTYPE, Markup, html};

/// What a page may load. The markup of this crate keeps to it: no inline script, no inline style, no eval.
pub const CONTENT_SECURITY_POLICY: &str = "default-src 'self'; script-src 'self'; style-src 'self'; \
     img-src 'self' data:; \
     font-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; \
     frame-ancestors 'none'";

/// A colour scheme that a person forces; without one the system decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    Light,
    Dark,
}

impl Theme {
    pub const fn name(self) -> &'static str {
        match self {
            Theme::Light => "light",
            Theme::Dark => "dark",
        }
    }
}

/// Who looks at the page.
#[derive(Debug, Clone, Copy)]
pub struct Viewer<'a> {
    pub name: &'a str,
    /// The address of the person's own page.
    pub profile: &'a str,
    /// Where the sign-out form is sent (POST).
    pub sign_out: &'a str,
    /// A hidden field of every form that changes something, where the server asks for one: name and value.
    pub token: Option<(&'a str, &'a str)>,
}

/// One step of the way to this page; the last is the page itself.
#[derive(Debug, Clone)]
pub struct Crumb {
    pub label: String,
    pub href: Option<String>,
}

/// Everything of a page but its content.
#[derive(Debug, Clone)]
pub struct Page<'a> {
    pub words: Words,
    pub title: &'a str,
    pub company: &'a str,
    pub viewer: Viewer<'a>,
    /// The places this viewer may go; [`NAV`] or a part of it.
    pub nav: &'a [NavItem],
    /// The key of the place this page belongs to.
    pub active: Option<&'a str>,
    pub crumbs: &'a [Crumb],
    pub theme: Option<Theme>,
    /// The page that searches (GET, `q`); with `part=1` it answers with the palette's list. Without it there is none.
    pub search: Option<&'a str>,
    /// The band that says the page looks back, from [`past_banner`](crate::components::past_banner).
    pub past: Option<Markup>,
    /// Wide pages (boards) keep only the rail.
    pub is_wide: bool,
    /// A message that leaves by itself, from [`toast`](crate::components::toast).
    pub toast: Option<Markup>,
}

impl<'a> Page<'a> {
    /// A page with nothing optional; set what it has with struct update.
    pub const fn new(words: Words, title: &'a str, company: &'a str, viewer: Viewer<'a>) -> Self {
        Page {
            words,
            title,
            company,
            viewer,
            nav: NAV,
            active: None,
            crumbs: &[],
            theme: None,
            search: None,
            past: None,
            is_wide: false,
            toast: None,
        }
    }
}

/// The whole document.
pub fn shell(page: &Page<'_>, content: &Markup) -> Markup {
    let words = page.words;
    let body = html! {
        a.skip href="#main" { (words.t("skip-to-content")) }
        div.app {
            (nav::side(page))
            div.col {
                (top(page))
                @if let Some(past) = &page.past { (past) }
                main #main .page tabindex="-1" { (content) }
            }
        }
        (nav::dock(page))
        div.toasts #toasts { @if let Some(toast) = &page.toast { (toast) } }
        @if let Some(address) = page.search { (palette(words, address)) }
    };
    let past = page.past.is_some().then_some("is-past");
    let rail = page.is_wide.then_some("rail");
    let classes: Vec<_> = [past, rail].into_iter().flatten().collect();
    document(words, page.title, page.theme, &classes.join(" "), &body)
}

fn document(words: Words, title: &str, theme: Option<Theme>, class: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(words.language.code()) data-theme=[theme.map(Theme::name)] {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width,initial-scale=1";
                title { (title) " · Clinch" }
                link rel="icon" href=(assets::href("favicon.svg"));
                link rel="stylesheet" href=(assets::href("clinch.css"));
                script src=(assets::href("theme.js")) {}
                script type="module" src=(assets::href("app.js")) {}
            }
            body class=[Some(class).filter(|class| !class.is_empty())] {
                (body)
                // Last, so that 120 font ranges never hold up a page.
                link rel="stylesheet" href=(assets::href("fonts-ja.css"));
            }
        }
    }
}

fn mark() -> Markup {
    html! {
        svg.mark viewBox="0 0 18 18" aria-hidden="true" {
            path.m1 d="M2 2h9v3.2H5.2v7.6H11V16H2Z" {}
            path.m2 d="M11.6 6.2h4.4v5.6h-4.4z" {}
        }
    }
}

fn top(page: &Page<'_>) -> Markup {
    let words = page.words;
    html! {
        header.top {
            (crumbs(page))
            div.end {
                @if let Some(address) = page.search {
                    a.searchbtn href=(address) data-search {
                        (icon("search")) span { (words.t("search")) } kbd.kbd aria-hidden="true" { "Ctrl K" }
                    }
                }
                (theme_switch(words))
                (viewer_menu(page))
            }
        }
    }
}

fn crumbs(page: &Page<'_>) -> Markup {
    html! {
        nav.crumb aria-label=(page.words.t("breadcrumb")) {
            @for crumb in page.crumbs {
                @if let Some(href) = &crumb.href {
                    a.up1 href=(href) { (crumb.label) }
                } @else {
                    span.up1 { (crumb.label) }
                }
                span.up1 aria-hidden="true" { "/" }
            }
            span aria-current="page" { (page.title) }
        }
    }
}

/// Closed, and empty, until the script opens it in place of the search page.
fn palette(words: Words, address: &str) -> Markup {
    let label = words.t("search-or-go");
    html! {
        dialog.pal #palette aria-label=(label) data-from=(address) {
            div.q {
                (icon("search"))
                input type="text" role="combobox" aria-expanded="true" aria-autocomplete="list"
                    aria-controls="palette-list" aria-label=(label) placeholder=(label) autocomplete="off"
                    spellcheck="false";
                kbd.kbd aria-hidden="true" { "Esc" }
            }
            div #palette-list role="listbox" aria-label=(words.t("search-results")) {}
        }
    }
}

fn theme_switch(words: Words) -> Markup {
    let label = words.t("theme");
    html! {
        details.pop.right.js-only {
            summary.btn.btn-quiet.icon.sm aria-label=(label) { (icon("sun-moon")) }
            div.sheet {
                span.seg role="group" aria-label=(label) {
                    button type="button" data-theme-set="light" { (words.t("theme-light")) }
                    button type="button" data-theme-set="dark" { (words.t("theme-dark")) }
                    button type="button" data-theme-set="auto" { (words.t("theme-auto")) }
                }
            }
        }
    }
}

fn viewer_menu(page: &Page<'_>) -> Markup {
    let (words, viewer) = (page.words, page.viewer);
    html! {
        details.pop.right {
            summary.btn.btn-quiet.icon.sm aria-label=(words.t("your-menu")) { (icon("user")) }
            div.sheet.stack {
                a.opt href=(viewer.profile) { (icon_small("user")) (words.t("profile")) }
                form method="post" action=(viewer.sign_out) {
                    @if let Some((name, value)) = viewer.token { input type="hidden" name=(name) value=(value); }
                    button.btn { (icon_small("log-out")) (words.t("sign-out")) }
                }
            }
        }
    }
}

/// The person's own link at the foot of the side bar.
fn me(viewer: Viewer<'_>) -> Markup {
    html! {
        a.me href=(viewer.profile) {
            span.av.lg aria-hidden="true" { (initials(viewer.name)) }
            span.keep lang=[script_of(viewer.name)] { (viewer.name) }
        }
    }
}

/// The language whose script a name is written in, so that the right font and voice are taken; none for Latin.
pub(crate) fn script_of(name: &str) -> Option<&'static str> {
    name.chars().find_map(|letter| match letter {
        '\u{0e00}'..='\u{0e7f}' => Some(Language::Th.code()),
        '\u{3040}'..='\u{30ff}' | '\u{4e00}'..='\u{9fff}' | '\u{3005}' => Some(Language::Ja.code()),
        _ => None,
    })
}
