//! Files of candidates: who runs the opening attaches them, who is asked for a scorecard reads
//! them until it is decided, and they go with the candidate.

use crate::{CANDIDATE, Candidate, Recruiting, RecruitingError, pages::failed};
use attachments::{Attaching, Holder, May};
use base::RecordId;
use db::Db;
use maud::Markup;
use std::{collections::BTreeSet, path::PathBuf};
use web_kit::{WebError, Words};

/// Candidates take files.
pub fn holder(db: Db, folder: PathBuf) -> Holder {
    Holder::new(&CANDIDATE, move |viewer, id| {
        let recruiting = Recruiting::new(db.clone(), viewer, folder.clone());
        async move {
            match recruiting.files_of(id).await {
                Err(RecruitingError::NotThere | RecruitingError::NotYours) => Ok(None),
                found => found.map(Some).map_err(failed),
            }
        }
    })
}

impl Recruiting {
    async fn files_of(&self, id: RecordId) -> Result<May, RecruitingError> {
        let (candidate, opening) = self.candidate(id).await?;
        let runs = self.runs(&opening).await?;
        // An interviewer reads them while it is decided, not what is kept of a colleague later.
        if !runs && candidate.stage.is_over() {
            return Err(RecruitingError::NotThere);
        }
        let add = candidate.erased_on.is_none() && runs;
        Ok(May { add, only_by: None, page: format!("/recruiting/candidates/{id}#attachments") })
    }

    pub(crate) async fn files(
        &self,
        words: Words,
        candidate: &Candidate,
        may_add: bool,
    ) -> Result<Option<Markup>, WebError> {
        let id = candidate.id;
        if !may_add && candidate.stage.is_over() {
            return Ok(None);
        }
        let found = attachments::of_all(self.db(), CANDIDATE.name, &BTreeSet::from([id])).await;
        let files = found.map_err(WebError::internal)?.remove(&id).unwrap_or_default();
        let may_add = may_add && candidate.erased_on.is_none();
        let zone = access::time_zone(self.db()).await.map_err(WebError::internal)?;
        let shown = Attaching { entity: CANDIDATE.name, id, of: None, files: &files, may_add };
        Ok(attachments::panel(words, &zone, &[shown]))
    }
}
