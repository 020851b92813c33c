//! Files attached to parts: who reads what was written reads them, and its writer adds them while writing. Of a side that is told
//! without names there are none, for a file says who made it.

use crate::{APPRAISAL_PART, Appraisal, AppraisalError, Form, Part, pages::failed};
use attachments::{Attaching, Attachment, Holder, May};
use base::RecordId;
use db::Db;
use maud::Markup;
use std::path::PathBuf;
use web_kit::{WebError, Words};

/// Parts of appraisals take files.
pub fn holder(db: Db, folder: PathBuf) -> Holder {
    Holder::new(&APPRAISAL_PART, move |viewer, id| {
        let appraisal = Appraisal::new(db.clone(), viewer, folder.clone());
        async move {
            match appraisal.files_of(id).await {
                Err(AppraisalError::NotThere | AppraisalError::Unnamed) => Ok(None),
                found => found.map(Some).map_err(failed),
            }
        }
    })
}

/// The parts of a form that files can be attached to, that of whoever writes first.
fn with_files(form: &Form) -> Vec<&(Part, String)> {
    let mut parts: Vec<&(Part, String)> = form.parts.iter().filter(|(part, _)| !part.kind.is_anonymous()).collect();
    parts.sort_by_key(|(part, _)| !is_writing(form, part));
    parts
}

fn is_writing(form: &Form, part: &Part) -> bool {
    form.writing().is_some_and(|one| one.id == part.id)
}

/// What one writer attached does not pass to the next.
fn may(form: &Form, part: &Part) -> May {
    May { add: is_writing(form, part), only_by: part.writer, page: format!("/appraisals/{}#attachments", form.id) }
}

impl Appraisal {
    async fn files_of(&self, id: RecordId) -> Result<May, AppraisalError> {
        let form = self.form(self.form_of(id).await?).await?;
        let part = with_files(&form).into_iter().map(|(part, _)| part).find(|part| part.id == id);
        let may = may(&form, part.ok_or(AppraisalError::NotThere)?);
        self.look(&form).await?;
        Ok(may)
    }

    /// The files of a form, each under whose part it is.
    pub(crate) async fn files(&self, words: Words, form: &Form) -> Result<Option<Markup>, WebError> {
        let parts = with_files(form);
        let ids = parts.iter().map(|(part, _)| part.id).collect();
        let mut found = attachments::of_all(&self.db, APPRAISAL_PART.name, &ids).await.map_err(WebError::internal)?;
        let shown: Vec<(&Part, String, Vec<Attachment>)> = parts
            .into_iter()
            .map(|(part, by)| {
                let mut files = found.remove(&part.id).unwrap_or_default();
                files.retain(|file| may(form, part).counts(file));
                (part, format!("{} · {by}", words.t(&format!("part-{}", part.kind.name()))), files)
            })
            .collect();
        let shown: Vec<Attaching<'_>> = shown
            .iter()
            .map(|(part, of, files)| Attaching {
                entity: APPRAISAL_PART.name,
                id: part.id,
                of: Some(of),
                files,
                may_add: is_writing(form, part),
            })
            .collect();
        let zone = self.company().await.map_err(failed)?.zone;
        Ok(attachments::panel(words, &zone, &shown))
    }
}
