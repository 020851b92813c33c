//! Finds records of every type, and pages, by a word: as a page, and as the list of the palette.

use crate::active;
use access::{Access, Asker, SEARCH};
use axum::extract::{Query, State};
use db::{ListQuery, Reader, Record};
use maud::{Markup, Render, html};
use rules::record::{RecordType, Registry};
use serde::Deserialize;
use web_kit::{
    WebError, Words, address,
    components::{Panel, Purpose, button, empty, icon, page_head},
    page::{NAV, NavItem},
};

const RECORDS_A_TYPE: usize = 5;
/// The palette is for what is meant; the page lists the rest.
const RECORDS_IN_PALETTE: usize = 20;
/// What people look for most, in this order; then every other type that has pages.
const FIRST: [&str; 7] = ["person", "account", "contact", "deal", "order", "product", "team"];

#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    q: String,
    /// `1` asks for the palette's list alone.
    part: String,
}

/// A heading with what was found below it.
struct Group {
    name: String,
    hits: Vec<Hit>,
    /// The list of all that match, where there are more: its words and address.
    all: Option<(String, String)>,
}

struct Hit {
    icon: &'static str,
    href: String,
    text: String,
}

pub async fn page(State(access): State<Access>, asker: Asker, Query(asked): Query<Asked>) -> Result<Markup, WebError> {
    let words = asker.words;
    let text = asked.q.trim();
    let reader = access.db().reader(&asker.session.viewer);
    let is_part = asked.part == "1";
    let mut groups = records(words, &reader, text, is_part).await?;
    groups.extend(places(words, &asker.places(), text));
    if is_part {
        return Ok(list(words, &groups));
    }
    let title = words.t("search");
    let content = html! {
        (page_head(&title, None, &html! {}))
        form.filters method="get" action=(SEARCH) role="search" aria-label=(title) {
            input.input.all type="search" name="q" value=(text) aria-label=(title) placeholder=(words.t("search-hint"));
            (button(Purpose::Primary, &title))
        }
        @if groups.is_empty() {
            (Panel { id: "nothing", title: &words.t("search-results"), body: empty(&words.t("empty-search"), &words.t("empty-search-hint"), None), ..Panel::default() })
        }
        div.cols.pair { @for (place, group) in groups.iter().enumerate() { (panel(place, group)) } }
    };
    Ok(asker.document(&title, None, None, &content))
}

/// What the viewer may see and its title or number holds the text, by type.
async fn records(words: Words, reader: &Reader, text: &str, is_part: bool) -> Result<Vec<Group>, WebError> {
    let mut groups = Vec::new();
    let mut room = if is_part { RECORDS_IN_PALETTE } else { usize::MAX };
    if text.is_empty() {
        return Ok(groups);
    }
    for (record_type, path) in searched(reader.registry()) {
        let limit = RECORDS_A_TYPE.min(room);
        if limit == 0 {
            break;
        }
        let query = ListQuery { search: Some(text.to_owned()), limit: limit as u64, ..ListQuery::default() };
        let found = reader.list(record_type, &query).await.map_err(WebError::internal)?;
        if found.is_empty() {
            continue;
        }
        room -= found.len();
        let all = if is_part || found.len() < RECORDS_A_TYPE {
            None
        } else {
            let count = reader.count(record_type, &query).await.map_err(WebError::internal)?;
            let count = i64::try_from(count).unwrap_or(i64::MAX);
            Some((words.t_with("search-see-all", &[("count", count.into())]), address(&path, &[("q", text)])))
        };
        let icon = NAV.iter().find(|item| item.key == active(record_type)).map_or("file-text", |item| item.icon);
        let hit = |record: &Record| Hit { icon, href: format!("{path}/{}", record.id), text: record.title() };
        let hits = found.iter().map(hit).collect();
        groups.push(Group { name: words.records(record_type.name), hits, all });
    }
    Ok(groups)
}

/// The types that have pages, those that are looked for most first, each with its list's address.
fn searched(registry: &Registry) -> Vec<(&'static RecordType, String)> {
    let rank = |name: &str| FIRST.iter().position(|first| *first == name).unwrap_or(FIRST.len());
    let mut types: Vec<_> =
        registry.iter().filter_map(|record_type| Some((record_type, crate::path(record_type.name)?))).collect();
    types.sort_by_key(|(record_type, _)| rank(record_type.name));
    types
}

/// The places whose name holds the text.
fn places(words: Words, places: &[NavItem], text: &str) -> Option<Group> {
    let wanted = text.to_lowercase();
    let named = places.iter().map(|place| (place, words.t(place.key)));
    let hits: Vec<Hit> = named
        .filter(|(_, name)| name.to_lowercase().contains(&wanted))
        .map(|(place, name)| Hit { icon: place.icon, href: place.href.to_owned(), text: name })
        .collect();
    (!hits.is_empty()).then(|| Group { name: words.t("pages"), hits, all: None })
}

fn panel(place: usize, group: &Group) -> Markup {
    let body = html! {
        ul.rows {
            @for hit in &group.hits {
                li { (icon(hit.icon)) a.lnk.grow href=(hit.href) { (hit.text) } }
            }
        }
    };
    let footer = group.all.as_ref().map(|(text, href)| html! { a.lnk href=(href) { (text) } });
    Panel { id: &format!("found-{place}"), title: &group.name, body, is_flush: true, footer, ..Panel::default() }
        .render()
}

/// The options of the palette's listbox; the script says which is selected. Their ids stand beside those of any page, and
/// of the search page itself.
fn list(words: Words, groups: &[Group]) -> Markup {
    html! {
        @for (place, group) in groups.iter().enumerate() {
            div role="group" aria-labelledby=(format!("options-{place}")) {
                div.g id=(format!("options-{place}")) { (group.name) }
                @for (number, hit) in group.hits.iter().enumerate() {
                    a role="option" id=(format!("options-{place}-{number}")) aria-selected="false" tabindex="-1"
                        href=(hit.href) { (icon(hit.icon)) span.keep { (hit.text) } }
                }
            }
        }
        @if groups.is_empty() {
            div.mut role="option" aria-selected="false" aria-disabled="true" { (words.t("empty-search")) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use web_kit::Language;

    #[test]
    fn places_are_found_by_their_name_in_the_readers_language() {
        for (language, text, href) in [
            (Language::En, "contA", "/contacts"),
            (Language::Th, "ผู้ติดต่อ", "/contacts"),
            (Language::Ja, "取引先担当", "/contacts"),
        ] {
            let found = places(Words::new(language), NAV, text).expect("one is found");
            assert!(found.hits.iter().any(|hit| hit.href == href), "{text}");
        }
        assert!(places(Words::default(), NAV, "no such place").is_none());
    }
}
