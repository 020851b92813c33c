//! Leads on their way, and costs.

use super::{
    Fact, FactType, Key, Known, ONE, Related, in_days, in_minutes, is_set, key, latest, money, number, runs,
    story::{days, reason_is},
    word, word_id,
};
use crate::{
    log::Timeline,
    record::{EXTERNAL_ID, EXTERNAL_SOURCE},
};
use base::{Amount, Fraction, RecordId};
use jiff::{
    Timestamp,
    civil::{Date, DateTime, Weekday},
};

const KEYS: &[Key] = &[key("document", "lead"), key("account", "account"), key("owner", "person"), word("source")];
/// So many days a lead is followed from its creation: what becomes of it later is another cohort's (B10: K, 90 d).
const FOLLOWED: i32 = 90;

/// The same person of the same organisation within so many days is one lead (B4).
const AGAIN_WITHIN: i32 = 90;
const AGAIN: Related =
    Related::Alike { marks: &["same_email", "same_phone", "same_person"], day: "created_on", days: AGAIN_WITHIN };

/// One fact a lead, on the day it was created. `until` is the day it was first qualified, where that was within 90 days; `role` is
/// its owner's on that day.
pub static LEAD: FactType = FactType {
    name: "lead",
    entity: "lead",
    related: &[Related::Named { field: "owner", entity: "person" }, AGAIN],
    keys: &[key("document", "lead"), key("account", "account"), key("owner", "person"), word("source"), word("role")],
    measures: &[number("leads"), number("qualified")],
    is_optional: false,
    build: |known| created(known).into_iter().collect(),
};

/// The same with the day on which it became a deal as `until`, where that was within 90 days.
pub static LEAD_CONVERSION: FactType = FactType {
    name: "lead_conversion",
    entity: "lead",
    related: &[AGAIN],
    keys: KEYS,
    measures: &[number("leads"), number("converted")],
    is_optional: false,
    build: |known| conversion(known).into_iter().collect(),
};

/// One fact a qualified lead, on the first day it was: qualified again it is not counted twice.
pub static LEAD_QUALIFIED: FactType = FactType {
    name: "lead_qualified",
    entity: "lead",
    related: &[AGAIN],
    keys: KEYS,
    measures: &[number("leads")],
    is_optional: false,
    build: |known| qualified(known).into_iter().collect(),
};

/// One fact a lead that became a deal, on that day; `days` since its creation, and `timed`, where they are not negative (R-DUR).
pub static LEAD_CONVERTED: FactType = FactType {
    name: "lead_converted",
    entity: "lead",
    related: &[AGAIN],
    keys: KEYS,
    measures: &[in_days("days"), number("leads"), number("timed")],
    is_optional: false,
    build: |known| converted(known).into_iter().collect(),
};

/// One fact a lead that sales looked at, on that day: accepted as fitting or not, and how relevant it was.
pub static LEAD_REVIEWED: FactType = FactType {
    name: "lead_reviewed",
    entity: "lead",
    related: &[AGAIN],
    keys: KEYS,
    measures: &[number("reviewed"), number("accepted"), number("relevance"), number("rated")],
    is_optional: false,
    build: |known| reviewed(known).into_iter().collect(),
};

/// One fact a lead that was answered, on the day of its first two-way activity; `minutes` are working time since it was received, where
/// both moments are known and in order.
pub static LEAD_ANSWERED: FactType = FactType {
    name: "lead_answered",
    entity: "lead",
    related: &[AGAIN],
    keys: KEYS,
    measures: &[in_minutes("minutes"), number("leads")],
    is_optional: false,
    build: |known| answered(known).into_iter().collect(),
};

/// One fact a cost, on the day it was booked.
pub static COST: FactType = FactType {
    name: "cost",
    entity: "cost",
    related: &[],
    keys: &[key("document", "cost"), word("source"), word("category")],
    measures: &[money("amount")],
    is_optional: false,
    build: |known| cost(known).into_iter().collect(),
};

/// A fact of a lead that was neither a duplicate nor a test (R-CANCEL), nor came again within 90 days (B4).
fn on(known: &Known, date: Date, until: Option<Date>, measures: Vec<Option<Amount>>) -> Option<Fact> {
    let keys = [known.named("account"), known.named_on("owner", date), known.word("source")];
    known.fact(date, until, &keys, measures).filter(|_| counts(&known.own) && !came_before(known))
}

fn counts(lead: &Timeline) -> bool {
    !reason_is(lead, "disqualified_reason", &["duplicate", "test"])
}

/// Another lead of the same person that counts was created in the 90 days before it. Of one day the first by external id is the
/// first, so that the order in which they were written says nothing.
fn came_before(known: &Known) -> bool {
    let created = |lead: &Timeline| latest(lead, "created_on").as_date();
    let Some(own) = created(&known.own) else { return false };
    let is_first = |id: RecordId, lead: &Timeline, on: Date| {
        let name = |lead: &Timeline| {
            [EXTERNAL_SOURCE, EXTERNAL_ID].map(|field| latest(lead, field).as_text().unwrap_or_default().to_owned())
        };
        (on, name(lead), id) < (own, name(&known.own), known.record)
    };
    known
        .alike
        .iter()
        .filter(|(_, lead)| counts(lead))
        .any(|(id, lead)| created(lead).is_some_and(|on| days(on, own) <= AGAIN_WITHIN && is_first(*id, lead, on)))
}

/// The first day it was qualified on, as corrected; a day written later is another time.
fn first_qualified(known: &Known) -> Option<Date> {
    runs(&known.own, "qualified_on", known.zone).into_iter().find_map(|(_, value)| value.as_date())
}

fn created(known: &Known) -> Option<Fact> {
    let date = known.day("created_on")?;
    let qualified = first_qualified(known).filter(|to| (0..=FOLLOWED).contains(&days(date, *to)));
    let role = known.named_on("owner", date).and_then(|owner| word_id(known.role_of(owner, date)?));
    let fact = on(known, date, qualified, vec![Some(ONE), qualified.map(|_| ONE)])?;
    Some(Fact { keys: fact.keys.iter().copied().chain([role]).collect(), ..fact })
}

fn conversion(known: &Known) -> Option<Fact> {
    let date = known.day("created_on")?;
    let converted = known.day("converted_on").filter(|to| days(date, *to) <= FOLLOWED);
    on(known, date, converted, vec![Some(ONE), converted.map(|_| ONE)])
}

fn qualified(known: &Known) -> Option<Fact> {
    on(known, first_qualified(known)?, None, vec![Some(ONE)])
}

fn converted(known: &Known) -> Option<Fact> {
    let (date, created) = (known.day("converted_on")?, known.day("created_on")?);
    let days = Some(days(created, date)).filter(|days| *days >= 0).map(|days| Amount::from(i64::from(days)));
    on(known, date, None, vec![days, Some(ONE), days.map(|_| ONE)])
}

fn reviewed(known: &Known) -> Option<Fact> {
    let scale = Amount::from(1)..=Amount::from(5);
    let relevance = latest(&known.own, "relevance").as_decimal().filter(|relevance| scale.contains(relevance));
    let accepted = is_set(&known.own, "accepted").then_some(ONE);
    on(known, known.day("reviewed_on")?, None, vec![Some(ONE), accepted, relevance, relevance.map(|_| ONE)])
}

fn answered(known: &Known) -> Option<Fact> {
    let moment = |field| latest(&known.own, field).as_moment();
    let (received, answered) = (moment("received_at"), moment("answered_at")?);
    let local = |moment: Timestamp| moment.to_zoned(known.zone.clone()).datetime();
    let minutes = received.filter(|received| *received <= answered);
    let minutes = minutes.and_then(|received| working_minutes(local(received), local(answered)));
    on(known, local(answered).date(), None, vec![minutes, minutes.map(|_| ONE)])
}

/// Working time is Monday to Friday from nine to six on the company's clocks.
const WORKS: (i8, i8) = (9, 18);
/// Longer than this nobody waits for an answer; the moments are a mistake.
const LONGEST_DAYS: i32 = 3_660;

fn working_minutes(from: DateTime, to: DateTime) -> Option<Amount> {
    if days(from.date(), to.date()) > LONGEST_DAYS {
        return None;
    }
    let (mut day, mut seconds) = (from.date(), 0);
    while day <= to.date() {
        let (opens, closes) = (from.max(day.at(WORKS.0, 0, 0, 0)), to.min(day.at(WORKS.1, 0, 0, 0)));
        if !matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday) && opens < closes {
            seconds += opens.duration_until(closes).as_secs();
        }
        day = day.tomorrow().ok()?;
    }
    Fraction::new(Amount::from(seconds), Amount::from(60)).to_amount().ok().flatten()
}

fn cost(known: &Known) -> Option<Fact> {
    let amount = latest(&known.own, "amount").as_decimal();
    known.fact(known.day("booked_on")?, None, &[known.word("source"), known.word("category")], vec![amount])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn minutes(from: &str, to: &str) -> Option<String> {
        let moment = |text: &str| text.parse::<DateTime>().expect("a moment");
        working_minutes(moment(from), moment(to)).map(Amount::to_text)
    }

    /// 2026-11-27 is a Friday.
    #[test]
    fn only_working_time_counts() {
        let of = |from, to| minutes(from, to).expect("some");
        assert_eq!(of("2026-11-26T10:00", "2026-11-26T10:20:30"), "20.5");
        assert_eq!(of("2026-11-27T17:30", "2026-11-30T09:15"), "45", "over a weekend");
        assert_eq!(of("2026-11-28T10:00", "2026-11-29T10:00"), "0", "on a weekend");
        assert_eq!(of("2026-11-26T07:00", "2026-11-26T20:00"), "540", "a whole day");
        assert_eq!(minutes("1990-01-01T00:00", "2026-11-26T20:00"), None);
    }
}
