//! What of training waits for whom.

use base::RecordId;
use crm::TRAINING;
use db::{Db, DbError, Record};
use rules::waiting::{About, Waiting};

/// Courses that were assigned and not completed: of everybody, or of one.
pub async fn waiting(db: &Db, of: Option<RecordId>) -> Result<Vec<Waiting>, DbError> {
    const FIELDS: &[&str] = &["course", "person", "due_on", "completed_on"];
    let told = |one: &Record| {
        let person = one.value("person").as_reference()?;
        Some(Waiting {
            person,
            due: one.value("due_on").as_date(),
            what: "waits-course",
            about: About::Name(one.title()),
            path: "/learning".to_owned(),
            within: None,
            id: one.id,
        })
    };
    let assigned = db.system().some(&TRAINING, access::whose("person", of), FIELDS).await?;
    Ok(assigned.iter().filter(|one| one.value("completed_on").as_date().is_none()).filter_map(told).collect())
}
