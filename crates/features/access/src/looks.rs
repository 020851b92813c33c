//! Who looked at what is kept from most: pay, an appraisal, a talk. Not records: nobody changes them, and no number rests on them.

use crate::{PERSON, time_zone};
use base::RecordId;
use db::{Db, DbError, Kept, Record};
use jiff::{Timestamp, ToSpan};
use maud::{Markup, Render, html};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use web_kit::{WebError, Words, components::Panel};

/// So long a look is kept.
const YEARS: i64 = 2;
/// So many are shown.
const SHOWN: usize = 10;

/// One look by somebody else than whom it is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub at: Timestamp,
    pub by: i64,
    /// Which part of it: a period, a letter; nothing where it has one.
    #[serde(rename = "period")]
    pub what: String,
}

/// Remembers a look. `kind` is the feature's own, `of` whose or which thing it was.
pub async fn note(db: &Db, kind: &'static str, by: RecordId, of: RecordId, what: &str) -> Result<(), DbError> {
    let at = db.now();
    let look = serde_json::json!({ "at": at, "by": by.0, "period": what });
    db.keep(&Kept {
        kind,
        key: format!("{at} {by} {of} {what}"),
        owner: Some(of),
        content: look.to_string(),
        expires_at: at.checked_add((YEARS * 366 * 24).hours()).ok(),
    })
    .await
}

/// Looks of others than `me` at any of these things, the last first.
pub async fn of(
    db: &Db,
    kind: &'static str,
    things: impl IntoIterator<Item = RecordId>,
    what: &str,
    me: RecordId,
) -> Result<Vec<Look>, DbError> {
    let mut looks: Vec<Look> = Vec::new();
    for thing in things {
        let kept = db.kept_of(kind, thing).await?;
        looks.extend(kept.iter().filter_map(|kept| serde_json::from_str(&kept.content).ok()));
    }
    looks.retain(|look| look.what == what && look.by != me.0);
    looks.sort_by_key(|look| std::cmp::Reverse(look.at));
    Ok(looks)
}

/// Who looked, each with the last time.
pub async fn panel(words: Words, db: &Db, looks: &[Look]) -> Result<Markup, WebError> {
    let people = looks.iter().map(|look| RecordId(look.by)).collect();
    let people = db.system().titles(&PERSON, &people).await.map_err(WebError::internal)?;
    let zone = time_zone(db).await.map_err(WebError::internal)?;
    let title = words.t("looks");
    let mut told = BTreeSet::new();
    let last = looks.iter().filter(|look| told.insert(look.by)).take(SHOWN).collect::<Vec<_>>();
    let body = html! {
        @if looks.is_empty() { p.mut { (words.t("looks-none")) } }
        @else {
            ul.rows { @for look in last {
                li { div.grow { div.split {
                    span.ttl { (people.get(&RecordId(look.by)).map(Record::title).unwrap_or_default()) }
                    time datetime=(look.at.to_string()) { (words.moment(look.at.to_zoned(zone.clone()).datetime())) }
                } } }
            } }
        }
    };
    Ok(Panel { id: "looks", title: &title, body, is_flush: !looks.is_empty(), ..Panel::default() }.render())
}
