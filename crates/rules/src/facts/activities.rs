//! Work with customers.

use super::{Fact, FactType, Known, Related, key, latest, number, on_day, word, word_id};
use base::{Amount, RecordId};
use jiff::civil::Date;

/// Outcomes that took two (reference B7 `accounts_touched`): a call that connected, a meeting or visit held, a reply.
const TWO_WAY: [&str; 3] = ["connected", "held", "replied"];

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
    keys: &[key("document", "activity"), key("account", "account"), key("owner", "person"), word("kind")],
    measures: &[number("done")],
    is_optional: false,
    build: |known| {
        let date = latest(&known.own, "occurred_on").as_date().filter(|_| !known.own.archived);
        let kind = latest(&known.own, "kind").as_text().and_then(word_id);
        let fact = date.map(|date| fact(known, date, latest(&known.own, "owner").as_reference(), kind));
        fact.into_iter().collect()
    },
};

/// One fact a meeting that somebody set for another, on the day it was to be held; whoever set it is its owner. `failed` when
/// nobody came, or when it turned out to be with nobody who could buy (004-T5).
pub static MEETING: FactType = FactType {
    name: "meeting",
    entity: "activity",
    related: &[],
    keys: &[key("document", "activity"), key("account", "account"), key("owner", "person"), word("kind")],
    measures: &[number("due"), number("failed")],
    is_optional: true,
    build: |known| {
        let Some((set_by, kind)) = set_by(known) else { return Vec::new() };
        let Some(date) = latest(&known.own, "occurred_on").as_date() else { return Vec::new() };
        let has_failed = matches!(latest(&known.own, "outcome").as_text(), Some("no_show" | "disqualified"));
        let fact = fact(known, date, Some(set_by), kind);
        let measures = fact.measures.iter().copied().chain([has_failed.then_some(Amount::ONE)]).collect();
        vec![Fact { measures, ..fact }]
    },
};

/// The same meeting on the day it was set; when nobody wrote that down, on its own.
pub static MEETING_SET: FactType = FactType {
    name: "meeting_set",
    entity: "activity",
    related: &[],
    keys: &[key("document", "activity"), key("account", "account"), key("owner", "person"), word("kind")],
    measures: &[number("set")],
    is_optional: true,
    build: |known| {
        let day = |field: &str| latest(&known.own, field).as_date();
        let set = set_by(known).zip(day("set_on").or_else(|| day("occurred_on")));
        set.map(|((set_by, kind), date)| fact(known, date, Some(set_by), kind)).into_iter().collect()
    },
};

/// Who set a meeting, and its kind as a word.
fn set_by(known: &Known) -> Option<(RecordId, Option<RecordId>)> {
    let kind = latest(&known.own, "kind").as_text().filter(|kind| ["meeting", "visit"].contains(kind))?;
    let set_by = latest(&known.own, "set_by").as_reference().filter(|_| !known.own.archived)?;
    Some((set_by, word_id(kind)))
}

fn fact(known: &Known, date: Date, owner: Option<RecordId>, kind: Option<RecordId>) -> Fact {
    let keys = vec![Some(known.record), latest(&known.own, "account").as_reference(), owner, kind];
    Fact { record: known.record, date, until: None, currency: None, keys, measures: vec![Some(Amount::ONE)] }
}

fn touched(known: &Known) -> Option<Fact> {
    let (account_id, account) = known.parent.as_ref()?;
    let is_two_way = latest(&known.own, "outcome").as_text().is_some_and(|outcome| TWO_WAY.contains(&outcome));
    if !is_two_way || known.own.archived {
        return None;
    }
    let date: Date = latest(&known.own, "occurred_on").as_date()?;
    Some(Fact {
        record: known.record,
        date,
        until: None,
        currency: None,
        keys: vec![
            Some(known.record),
            Some(*account_id),
            latest(&known.own, "owner").as_reference(),
            on_day(account, "region", date, known.zone).as_text().and_then(word_id),
        ],
        measures: vec![],
    })
}
