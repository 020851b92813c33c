//! What belongs to a deal's change without being said.

use crate::DEAL;
use db::Record;
use rules::{log::Fields, record::Value};

/// A deal's way shows its open stages and where it ends: won while that can be, and what it came to once it has ended.
pub fn leads(here: &Record, stage: &Record) -> bool {
    let kind = |stage: &Record| stage.value("kind").as_text().map(str::to_owned);
    let (from, to) = (kind(here), kind(stage));
    let is_open = |kind: &Option<String>| kind.as_deref() == Some("open");
    is_open(&to) || stage.id == here.id || is_open(&from) && to.as_deref() == Some("won")
}

/// A lost deal says why.
pub fn needs(stage: &Record) -> &'static [&'static str] {
    if stage.value("kind").as_text() == Some("lost") { &["lost_reason"] } else { &[] }
}

/// A deal that moves on closes, or opens again, on the day of that move: what a source once said of its closing day ends.
pub fn moved(deal: &Record, fields: &mut Fields) {
    debug_assert_eq!(deal.record_type.name, DEAL.name);
    let says = |name: &str, fields: &Fields| fields.iter().any(|(field, _)| *field == name);
    if says("stage", fields) && !says("closed_on", fields) && *deal.value("closed_on") != Value::Null {
        fields.push(("closed_on", Value::Null));
    }
}
