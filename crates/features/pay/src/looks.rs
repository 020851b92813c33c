//! Who looked at whose pay. Not records: nobody changes them, and no number rests on them.

use crate::RunError;
use base::RecordId;
use db::{Db, Kept};
use jiff::{Timestamp, ToSpan};
use serde::{Deserialize, Serialize};

const KIND: &str = "pay_look";
/// So long a look is kept.
const YEARS: i64 = 2;

/// One look at somebody's statement, by somebody else.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    pub at: Timestamp,
    pub by: i64,
    pub period: String,
}

/// Remembers a look at a payee's statement, or at a whole run.
pub async fn note(db: &Db, by: RecordId, at_what: RecordId, period: &str) -> Result<(), RunError> {
    let at = db.now();
    let look = Look { at, by: by.0, period: period.to_owned() };
    db.keep(&Kept {
        kind: KIND,
        key: format!("{at} {by} {at_what} {period}"),
        owner: Some(at_what),
        content: serde_json::to_string(&look)?,
        expires_at: at.checked_add((YEARS * 366 * 24).hours()).ok(),
    })
    .await?;
    Ok(())
}

/// Looks of others at a payee's statement of a period and at the whole of its run, the last first.
pub async fn of(db: &Db, payee: RecordId, run: Option<RecordId>, period: &str) -> Result<Vec<Look>, RunError> {
    let mut kept = db.kept_of(KIND, payee).await?;
    if let Some(run) = run {
        kept.extend(db.kept_of(KIND, run).await?);
    }
    let mut looks: Vec<Look> = kept.iter().filter_map(|kept| serde_json::from_str(&kept.content).ok()).collect();
    looks.retain(|look| look.period == period && look.by != payee.0);
    looks.sort_by_key(|look| std::cmp::Reverse(look.at));
    Ok(looks)
}
