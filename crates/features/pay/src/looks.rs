//! Who looked at whose pay.

use crate::RunError;
use access::looks::Look;
use base::RecordId;
use db::Db;

const KIND: &str = "pay_look";

/// Remembers a look at a payee's statement, or at a whole run.
pub async fn note(db: &Db, by: RecordId, at_what: RecordId, period: &str) -> Result<(), RunError> {
    Ok(access::looks::note(db, KIND, by, at_what, period).await?)
}

/// Looks of others at a payee's statement of a period and at the whole of its run, the last first.
pub async fn of(db: &Db, payee: RecordId, run: Option<RecordId>, period: &str) -> Result<Vec<Look>, RunError> {
    Ok(access::looks::of(db, KIND, [payee].into_iter().chain(run), period, payee).await?)
}
