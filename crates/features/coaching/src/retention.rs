//! What of coaching is older than it is kept.

use crate::{COACHED_TASK, COACHING_NOTE, COACHING_REVIEW, ONE_ON_ONE, TASK_CHECK};
use access::retention::{Old, left, old};
use db::{Db, DbError, Record};
use jiff::civil::Date;

/// Notes, agendas, feedback, reviews and tasks that ended, from before a day: their words go, that they were stays. What is still to be
/// done stays whole, as long as its person is here.
pub async fn old_words(db: &Db, before: Date) -> Result<Vec<Old>, DbError> {
    let left = left(db).await?;
    let gone = |record: &Record| left.get(&record.value("person").as_reference()?).copied();
    let on = |field: &'static str| move |record: &Record| record.value(field).as_date();
    let written = |note: &Record| {
        let is_asked = matches!(note.value("kind").as_text(), Some("action" | "request"));
        let waits = is_asked && note.value("done_on").as_date().is_none();
        if waits { gone(note) } else { note.value("written_on").as_date() }
    };
    let ended = |task: &Record| task.value("ended_on").as_date().or_else(|| gone(task));
    let mut found = old(db, &ONE_ON_ONE, on("day"), before).await?;
    found.extend(old(db, &COACHING_NOTE, written, before).await?);
    found.extend(old(db, &TASK_CHECK, on("checked_on"), before).await?);
    found.extend(old(db, &COACHING_REVIEW, on("reviewed_on"), before).await?);
    found.extend(old(db, &COACHED_TASK, ended, before).await?);
    Ok(found)
}
