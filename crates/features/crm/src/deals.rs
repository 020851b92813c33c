//! What belongs to a deal's change without being said.

use crate::DEAL;
use db::Record;
use rules::{log::Fields, record::Value};

/// A deal that moves on closes, or opens again, on the day of that move: what a source once said of its closing day ends.
pub fn moved(deal: &Record, fields: &mut Fields) {
    debug_assert_eq!(deal.record_type.name, DEAL.name);
    let says = |name: &str, fields: &Fields| fields.iter().any(|(field, _)| *field == name);
    if says("stage", fields) && !says("closed_on", fields) && *deal.value("closed_on") != Value::Null {
        fields.push(("closed_on", Value::Null));
    }
}
