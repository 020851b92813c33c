//! Work with customers.

use super::{Fact, FactType, Key, Known, ONE, Related, key, latest, number, on_day, word, word_id};
use base::{Amount, RecordId};
use jiff::civil::Date;

/// Outcomes that took two (reference B7 `accounts_touched`): a call that connected, a meeting or visit held, a reply.
const TWO_WAY: [&str; 3] = ["connected", "held", "replied"];

const KEYS: &[Key] = &[key("document", "activity"), key("account", "account"), key("owner", "person"), word("kind")];

/// One fact an activity that reached the account. `region` is the account's on that day.
pub static TOUCHED: FactType = FactType {
    name: "touched",
    entity: "activity",
    related: &[Related::Parent { field: "account", entity: "account" }],
    keys: &[key("document", "activity"), key("account", "account"), key("owner", "person"), word("region")],
    measures: &[],
    is_optional: false,
    build: |known| touched(known).into_iter().collect(),
};

/// One fact an activity, on its day.
pub static ACTIVITY: FactType = FactType {
    name: "activity",
    entity: "activity",
    related: &[],
    keys: KEYS,
    measures: &[number("done")],
    is_optional: false,
    build: |known| {
        let fact = known.day("occurred_on").and_then(|date| done(known, date, known.named("owner"), vec![Some(ONE)]));
        fact.into_iter().collect()
    },
};

/// One fact a meeting that sales development set for another, on the day it was to be held; whoever set it is its owner. `failed` when
/// nobody came, or when it turned out to be with nobody who could buy (004-T5).
pub static MEETING: FactType = FactType {
    name: "meeting",
    entity: "activity",
    related: &[Related::Parent { field: "set_by", entity: "person" }],
    keys: KEYS,
    measures: &[number("due"), number("failed")],
    is_optional: true,
    build: |known| {
        let has_failed = matches!(latest(&known.own, "outcome").as_text(), Some("no_show" | "disqualified"));
        let measures = vec![Some(ONE), has_failed.then_some(ONE)];
        let set = known.day("set_on").or_else(|| known.day("occurred_on"));
        let is_by_sdr = |by: &RecordId| set.and_then(|day| known.role_of(*by, day)) == Some("sdr");
        let meeting = known.day("occurred_on").zip(set_by(known).filter(is_by_sdr));
        meeting.and_then(|(date, set_by)| done(known, date, Some(set_by), measures)).into_iter().collect()
    },
};

/// The same meeting on the day it was set; when nobody wrote that down, on its own.
pub static MEETING_SET: FactType = FactType {
    name: "meeting_set",
    entity: "activity",
    related: &[],
    keys: KEYS,
    measures: &[number("set")],
    is_optional: true,
    build: |known| {
        let set = known.day("set_on").or_else(|| known.day("occurred_on")).zip(set_by(known));
        set.and_then(|(date, set_by)| done(known, date, Some(set_by), vec![Some(ONE)])).into_iter().collect()
    },
};

/// Who set a meeting or visit for another.
fn set_by(known: &Known) -> Option<RecordId> {
    let kind = latest(&known.own, "kind").as_text();
    let is_meeting = matches!(kind, Some("meeting" | "visit"));
    known.named("set_by").filter(|by| is_meeting && known.named("owner") != Some(*by))
}

fn done(known: &Known, date: Date, owner: Option<RecordId>, measures: Vec<Option<Amount>>) -> Option<Fact> {
    known.fact(date, None, &[known.named("account"), owner, known.word("kind")], measures)
}

impl Known<'_> {
    /// The day of an activity that took two.
    pub(super) fn reached_on(&self) -> Option<Date> {
        let is_two_way = latest(&self.own, "outcome").as_text().is_some_and(|outcome| TWO_WAY.contains(&outcome));
        self.day("occurred_on").filter(|_| is_two_way)
    }
}

fn touched(known: &Known) -> Option<Fact> {
    let (account_id, account) = known.parent()?;
    let date = known.reached_on()?;
    let region = on_day(account, "region", date, known.zone).as_text().and_then(word_id);
    known.fact(date, None, &[Some(account_id), known.named("owner"), region], Vec::new())
}
