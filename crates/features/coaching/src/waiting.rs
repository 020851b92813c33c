//! What of coaching waits for whom.

use crate::{COACHING_NOTE, desk::Lines};
use base::RecordId;
use db::{Db, DbError, Filter, Record};
use rules::{
    record::Value,
    waiting::{About, Waiting},
};

/// Actions that were agreed and feedback that was asked for, while the line holds: of everybody, or of one. What they say is told by
/// the pages alone.
pub async fn waiting(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, DbError> {
    const FIELDS: &[&str] = &["person", "leader", "kind", "doer", "due", "done_on", "one_on_one"];
    let kind = |kind: &str| Filter("kind", Value::Text(kind.to_owned()));
    let of_kind = |field, name| [access::whose(field, of), vec![kind(name)]].concat();
    let mut notes = db.system().some(&COACHING_NOTE, of_kind("doer", "action"), FIELDS).await?;
    notes.extend(db.system().some(&COACHING_NOTE, of_kind("leader", "request"), FIELDS).await?);
    notes.retain(|note| note.value("done_on").as_date().is_none());
    if notes.is_empty() {
        return Ok(Vec::new());
    }
    let lines = Lines::load(db).await?;
    let told = |note: &Record| {
        let who = |field| note.value(field).as_reference();
        let (about, leader) = (who("person")?, who("leader")?);
        let is_request = note.value("kind").as_text() == Some("request");
        let person = if is_request { leader } else { who("doer")? };
        let talk = who("one_on_one").map(|talk| format!("/coaching/talks/{talk}"));
        let (what, path) = match (is_request, talk) {
            (true, _) => ("waits-feedback", "/coaching/feedback".to_owned()),
            (false, Some(talk)) => ("waits-action", talk),
            (false, None) => ("waits-action", "/coaching".to_owned()),
        };
        let other = if person == leader { about } else { leader };
        let due = note.value("due").as_date();
        let waiting =
            Waiting { person, due, what, about: About::Name(lines.name(other)), path, within: None, id: note.id };
        Some(waiting).filter(|_| lines.is_above(leader, about))
    };
    Ok(notes.iter().filter_map(told).collect())
}
