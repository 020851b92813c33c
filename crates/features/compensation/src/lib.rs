//! Reviews of pay: what follows from an appraisal's grades. See README.md.

mod api;
mod error;
mod outcomes;
mod pages;
mod records;
mod reviews;
mod salaries;

pub use api::{description, review_json};
pub use error::CompensationError;
pub use outcomes::{Outcome, Terms};
pub use records::{PAY_OUTCOME, PAY_REVIEW, RECORD_TYPES, SALARY};
pub use reviews::{LeftOut, Line, PayReview, Setup, Why};
pub use salaries::{Salary, SalaryPlan, SalaryRow};

use access::Access;
use axum::{Extension, Router};
use base::RecordId;
use db::{Db, Record};
use jiff::civil::Date;
use rules::access::Viewer;
use std::{collections::BTreeMap, path::PathBuf};

/// Pages and API. `folder` is where fact files are kept.
pub fn routes(folder: PathBuf) -> Router<Access> {
    pages::routes().merge(api::routes()).layer(Extension(Folder(folder)))
}

/// Where fact files are kept.
#[derive(Clone)]
pub(crate) struct Folder(PathBuf);

/// Pay that follows from grades, on somebody's behalf.
#[derive(Clone)]
pub struct Compensation {
    pub(crate) db: Db,
    pub(crate) viewer: Viewer,
    pub(crate) folder: PathBuf,
}

impl Compensation {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        Self { db, viewer, folder }
    }

    pub const fn sees_all(&self) -> bool {
        self.viewer.sees_pay && self.viewer.person.is_some()
    }

    /// The person who asks, if they see everybody's pay; the operator at the command line does not.
    pub(crate) fn only_who_sees_pay(&self) -> Result<RecordId, CompensationError> {
        self.viewer.person.filter(|_| self.viewer.sees_pay).ok_or(CompensationError::SeesNoPay)
    }

    pub(crate) async fn today(&self) -> Result<Date, CompensationError> {
        let zone = access::time_zone(&self.db).await?;
        Ok(self.db.now().to_zoned(zone).date())
    }

    pub(crate) async fn names(
        &self,
        people: impl IntoIterator<Item = RecordId>,
    ) -> Result<BTreeMap<RecordId, String>, CompensationError> {
        let found = self.db.system().titles(&access::PERSON, &people.into_iter().collect()).await?;
        Ok(found.iter().map(|(id, one)| (*id, Record::title(one))).collect())
    }

    pub(crate) async fn written(&self, tx: db::Tx, what: &str) -> Result<(), CompensationError> {
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(db::DbError::Conflict { .. } | db::DbError::Moved) => Err(CompensationError::Moved(what.to_owned())),
            Err(other) => Err(other.into()),
        }
    }
}
