//! Files that stand for a claim: whoever disputes adds them while nobody has decided, who sees the dispute reads them.

use crate::{Dispute, DisputeState, PAY_DISPUTE, Pay, RunError, looks, pages::failed};
use attachments::{Attaching, Attachment, Holder, May};
use base::RecordId;
use db::Db;
use jiff::tz::TimeZone;
use maud::Markup;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use web_kit::{WebError, Words};

/// The files of disputes, and the clock by which they are told.
pub(crate) struct Files {
    of: BTreeMap<RecordId, Vec<Attachment>>,
    zone: TimeZone,
}

/// Disputes of pay take files.
pub fn holder(db: Db, folder: PathBuf) -> Holder {
    Holder::new(&PAY_DISPUTE, move |viewer, id| {
        let pay = Pay::new(db.clone(), viewer, folder.clone());
        async move { pay.files_of(id).await.map_err(failed) }
    })
}

impl Pay {
    async fn files_of(&self, id: RecordId) -> Result<Option<May>, RunError> {
        let Some(one) = self.seen_disputes().await?.into_iter().find(|one| one.id == id) else { return Ok(None) };
        if let Some(me) = self.viewer.person.filter(|me| *me != one.payee) {
            looks::note(&self.db, me, one.payee, &one.period).await?;
        }
        let page = format!("/pay/statements/{}#disputes", one.statement);
        Ok(Some(May { add: self.adds_to(&one), only_by: None, page }))
    }

    fn adds_to(&self, dispute: &Dispute) -> bool {
        dispute.state == DisputeState::Open && self.viewer.person == Some(dispute.payee)
    }

    pub(crate) async fn files(&self, disputes: &[Dispute]) -> Result<Files, WebError> {
        let ids: BTreeSet<RecordId> = disputes.iter().map(|one| one.id).collect();
        let of = attachments::of_all(&self.db, PAY_DISPUTE.name, &ids).await.map_err(WebError::internal)?;
        Ok(Files { of, zone: access::time_zone(&self.db).await.map_err(WebError::internal)? })
    }

    pub(crate) fn files_shown(&self, words: Words, files: &Files, dispute: &Dispute) -> Markup {
        let of_it = files.of.get(&dispute.id).map_or(&[][..], Vec::as_slice);
        let may_add = self.adds_to(dispute);
        let shown = Attaching { entity: PAY_DISPUTE.name, id: dispute.id, of: None, files: of_it, may_add };
        attachments::list(words, &files.zone, &shown)
    }
}
