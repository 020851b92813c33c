use super::{Page, mark, me};
use crate::{Words, components::icon};
use maud::{Markup, html};

/// A heading in the side bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NavGroup {
    /// What waits, above all headings.
    Own,
    Results,
    Customers,
    Sales,
    /// Roles, appraisals.
    People,
    Organisation,
    Administration,
    /// What the other records are made with.
    Settings,
}

impl NavGroup {
    const fn key(self) -> Option<&'static str> {
        Some(match self {
            NavGroup::Own => return None,
            NavGroup::Results => "nav-results",
            NavGroup::Customers => "nav-customers",
            NavGroup::Sales => "nav-sales",
            NavGroup::People => "nav-people",
            NavGroup::Organisation => "nav-organisation",
            NavGroup::Administration => "nav-administration",
            NavGroup::Settings => "nav-settings",
        })
    }
}

/// A place in the side bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NavItem {
    /// The message with its name; also what [`Page::active`] names.
    pub key: &'static str,
    pub href: &'static str,
    pub icon: &'static str,
    /// `g` and then this letter goes there.
    pub letter: &'static str,
    pub group: NavGroup,
    /// Has a place in the dock of a phone, which holds four and the way to all.
    pub in_dock: bool,
}

const fn item(
    key: &'static str,
    href: &'static str,
    icon: &'static str,
    letter: &'static str,
    group: NavGroup,
) -> NavItem {
    NavItem { key, href, icon, letter, group, in_dock: false }
}

const fn docked(item: NavItem) -> NavItem {
    NavItem { in_dock: true, ..item }
}

/// Every place the product has a page for, in order; a viewer is shown those that may be opened.
pub const NAV: &[NavItem] = &[
    item("inbox", "/inbox", "inbox", "5", NavGroup::Own),
    docked(item("scorecard", "/scorecard", "gauge", "s", NavGroup::Results)),
    item("scores", "/scores", "trophy", "w", NavGroup::Results),
    item("cascade", "/cascade", "list-tree", "k", NavGroup::Results),
    item("sales-plan", "/sales-plan", "clipboard-check", "4", NavGroup::Results),
    item("kpis", "/kpis", "sigma", "m", NavGroup::Results),
    item("compensation", "/pay", "banknote", "n", NavGroup::Results),
    item("periods", "/periods", "lock", "f", NavGroup::Results),
    docked(item("records-deal", "/deals", "square-kanban", "d", NavGroup::Sales)),
    item("records-lead", "/leads", "sprout", "j", NavGroup::Sales),
    docked(item("records-order", "/orders", "file-text", "o", NavGroup::Sales)),
    item("records-quota", "/quotas", "target", "q", NavGroup::Sales),
    item("records-product", "/products", "list", "r", NavGroup::Sales),
    docked(item("records-account", "/accounts", "building", "a", NavGroup::Customers)),
    item("records-activity", "/activities", "messages-square", "v", NavGroup::Customers),
    item("records-contact", "/contacts", "users", "c", NavGroup::Customers),
    item("records-case", "/cases", "life-buoy", "h", NavGroup::Customers),
    item("all-records", "/records", "list-tree", "b", NavGroup::Customers),
    item("appraisal", "/appraisals", "user-check", "u", NavGroup::People),
    item("coaching", "/coaching", "handshake", "1", NavGroup::People),
    item("training", "/learning", "graduation-cap", "2", NavGroup::People),
    item("recruiting", "/recruiting", "magnet", "3", NavGroup::People),
    item("roles", "/roles", "file-text", "z", NavGroup::People),
    item("records-person", "/people", "user", "p", NavGroup::Organisation),
    item("records-team", "/teams", "network", "t", NavGroup::Organisation),
    item("records-territory", "/territories", "map", "y", NavGroup::Organisation),
    item("records-import", "/imports", "upload", "i", NavGroup::Administration),
    item("settings", "/settings", "settings", "e", NavGroup::Administration),
    item("records-pipeline", "/pipelines", "funnel", "l", NavGroup::Settings),
    item("records-stage", "/stages", "clipboard-check", "g", NavGroup::Settings),
    item("records-exchange_rate", "/exchange-rates", "banknote", "x", NavGroup::Settings),
];

const DOCK_LINKS: usize = 4;

pub(super) fn side(page: &Page<'_>) -> Markup {
    let words = page.words;
    let mut last = None;
    html! {
        nav.side aria-label=(words.t("main-menu")) {
            a.brand href="/" { (mark()) span { "Clinch" } small { (page.company) } }
            @for item in page.nav {
                @if last.replace(item.group) != Some(item.group) { (heading(words, item.group)) }
                @let name = words.t(item.key);
                a.nav href=(item.href) data-key=(item.letter) title=(name) aria-current=[current(page, item)] {
                    (icon(item.icon)) span { (name) }
                }
            }
            (me(page.viewer))
        }
    }
}

fn heading(words: Words, group: NavGroup) -> Markup {
    html! { @if let Some(key) = group.key() { div.grp { (words.t(key)) } } }
}

pub(super) fn dock(page: &Page<'_>) -> Markup {
    html! {
        nav.dock aria-label=(page.words.t("quick-menu")) {
            @for item in page.nav.iter().filter(|item| item.in_dock).take(DOCK_LINKS) {
                a href=(item.href) aria-current=[current(page, item)] { (icon(item.icon)) (page.words.t(item.key)) }
            }
            (all_places(page))
        }
    }
}

/// The whole navigation, for a phone, which has no side bar.
fn all_places(page: &Page<'_>) -> Markup {
    let words = page.words;
    let mut last = None;
    html! {
        details.pop {
            summary { (icon("ellipsis")) (words.t("more")) }
            div.sheet {
                @for item in page.nav {
                    @if last.replace(item.group) != Some(item.group) { (heading(words, item.group)) }
                    a.opt href=(item.href) aria-current=[current(page, item)] { (icon(item.icon)) (words.t(item.key)) }
                }
            }
        }
    }
}

fn current(page: &Page<'_>, item: &NavItem) -> Option<&'static str> {
    (page.active == Some(item.key)).then_some("page")
}
