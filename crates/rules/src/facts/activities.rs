//! Work with customers.

use super::{Fact, FactType, Known, Related, key, latest, on_day, word, word_id};
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
    build: |known| touched(known).into_iter().collect(),
};

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
