//! What of pay waits for whom.

use crate::PAY_LETTER;
use base::RecordId;
use db::{Db, DbError, Record};
use rules::waiting::{About, Waiting};
use std::collections::BTreeMap;

/// The last plan letter of each payee, where it is not signed: of everybody, or of one. An earlier one binds nobody any more.
pub async fn waiting(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, DbError> {
    const FIELDS: &[&str] = &["payee", "name", "issued_on", "signed_at"];
    let letters = db.system().some(&PAY_LETTER, access::whose("payee", of), FIELDS).await?;
    let mut last: BTreeMap<RecordId, &Record> = BTreeMap::new();
    let order = |letter: &Record| (letter.value("issued_on").as_date(), letter.id);
    for letter in &letters {
        let Some(payee) = letter.value("payee").as_reference() else { continue };
        let known = last.entry(payee).or_insert(letter);
        if order(letter) > order(known) {
            *known = letter;
        }
    }
    let told = |(person, letter): (RecordId, &Record)| Waiting {
        person,
        due: None,
        what: "waits-letter",
        about: About::Name(letter.title()),
        path: format!("/pay/letters/{}", letter.id),
        within: None,
        id: letter.id,
    };
    Ok(last.into_iter().filter(|(_, letter)| letter.value("signed_at").as_moment().is_none()).map(told).collect())
}
