//! A record as it was at the end of a day, with what was known at the end of another.

use super::history::History;
use base::Seq;
use db::{Reader, Record};
use jiff::{Timestamp, civil::Date, tz::TimeZone};
use maud::Markup;
use serde::Deserialize;
use web_kit::{
    WebError, Words,
    components::{Clocks, clocks, past_banner},
};

/// Letters of a day: `2026-11-21`.
const DAY: usize = 10;

/// The two clocks as an address has them.
#[derive(Default, Deserialize)]
#[serde(default)]
pub struct Looking {
    as_of: String,
    known_at: String,
}

/// Both at now where nothing is said.
pub(super) struct Past {
    today: Date,
    as_of: Option<Date>,
    known_at: Option<Date>,
}

impl Looking {
    pub(super) fn past(&self, today: Date) -> Result<Past, WebError> {
        let wrong = || WebError::Refused { hint_key: "error-not-a-date" };
        let day = |text: &str| match text {
            "" => Ok(None),
            text if text.len() == DAY => text.parse().map(Some).map_err(|_| wrong()),
            _ => Err(wrong()),
        };
        // Today is now.
        let as_of = day(&self.as_of)?.filter(|day| *day != today);
        let past = Past { today, as_of, known_at: day(&self.known_at)? };
        if past.as_of.is_some_and(|as_of| as_of > today) {
            return Err(WebError::Refused { hint_key: "error-not-yet" });
        }
        Ok(past)
    }
}

impl Past {
    pub const fn is_now(&self) -> bool {
        self.as_of.is_none() && self.known_at.is_none()
    }

    /// Up to which row it was known then.
    pub async fn seq(&self, reader: &Reader, zone: &TimeZone) -> Result<Seq, WebError> {
        match self.known_at {
            // Before time itself nothing was known.
            Some(day) => match end_of(day, zone) {
                Some(moment) => reader.seq_at(moment).await.map_err(WebError::internal),
                None => Ok(Seq(0)),
            },
            None => Ok(Seq(i64::MAX)),
        }
    }

    /// The record then, from what was known; none where nobody knew of it yet.
    pub fn record(&self, history: &History, now: &Record) -> Option<Record> {
        if self.is_now() {
            return Some(now.clone());
        }
        let moment = end_of(self.as_of.unwrap_or(self.today), &history.zone).unwrap_or(Timestamp::MIN);
        history.values_at(moment).map(|values| Record { values, ..now.clone() })
    }

    pub fn clocks(&self, words: Words, address: &str) -> Markup {
        let as_of = self.as_of.unwrap_or(self.today);
        clocks(words, &Clocks { as_of, known_at: self.known_at, kept: Vec::new(), now_href: address })
    }

    pub fn banner(&self, words: Words, address: &str) -> Option<Markup> {
        let as_of = self.as_of.unwrap_or(self.today);
        (!self.is_now()).then(|| past_banner(words, as_of, self.known_at, None, address))
    }
}

/// The last moment of a day.
fn end_of(day: Date, zone: &TimeZone) -> Option<Timestamp> {
    let next = day.tomorrow().ok()?.to_zoned(zone.clone()).ok()?.timestamp();
    next.checked_sub(jiff::SignedDuration::from_nanos(1)).ok()
}
