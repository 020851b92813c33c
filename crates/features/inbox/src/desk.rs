//! What waits, gathered from those who know.

use access::{Access, AccessError};
use appraisal::{Appraisal, AppraisalError};
use base::RecordId;
use db::DbError;
use goals::GoalsError;
use jiff::civil::Date;
use outbound::MailError;
use rules::{access::Viewer, role::Library, waiting::Waiting};
use std::path::PathBuf;

/// What waits for whoever asks.
#[derive(Clone)]
pub struct Inbox {
    pub(crate) access: Access,
    pub(crate) viewer: Viewer,
    folder: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum InboxError {
    #[error("nobody asks: an inbox is somebody's own")]
    Nobody,
    #[error("reminders of a cycle are sent by HR and the head of sales")]
    NotYours,
    #[error("the people of this cycle were reminded by hand today")]
    RemindedToday,
    #[error("mail is not set up")]
    NoMail,
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Appraisal(#[from] AppraisalError),
    #[error(transparent)]
    Goals(#[from] GoalsError),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl InboxError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::Nobody => "name somebody with --as, or give a token".to_owned(),
            Self::NotYours => "ask one of them".to_owned(),
            Self::RemindedToday => "once a day is enough; the next reminder goes tomorrow".to_owned(),
            Self::NoMail => "write the file that docs/mail.md describes".to_owned(),
            Self::Access(error) => error.hint().to_owned(),
            Self::Appraisal(error) => error.hint(),
            Self::Goals(error) => error.hint(),
            Self::Mail(_) => {
                "check server, port and security in the mail file; `clinch mail check` tries them".to_owned()
            }
            Self::Db(error) => error.hint().to_owned(),
        }
    }
}

impl Inbox {
    pub const fn new(access: Access, viewer: Viewer, folder: PathBuf) -> Self {
        Self { access, viewer, folder }
    }

    pub(crate) fn me(&self) -> Result<RecordId, InboxError> {
        self.viewer.person.ok_or(InboxError::Nobody)
    }

    pub(crate) fn appraisal(&self) -> Appraisal {
        Appraisal::new(self.access.db().clone(), self.viewer.clone(), self.folder.clone())
    }

    pub async fn today(&self) -> Result<Date, InboxError> {
        Ok(self.access.db().now().to_zoned(access::time_zone(self.access.db()).await?).date())
    }

    /// What waits for whoever asks, what is due first in front.
    pub async fn own(&self) -> Result<Vec<Waiting>, InboxError> {
        self.waiting(Some(self.me()?)).await
    }

    /// What waits for everybody, or for one.
    pub(crate) async fn waiting(&self, of: Option<RecordId>) -> Result<Vec<Waiting>, InboxError> {
        let (db, today) = (self.access.db(), self.today().await?);
        let mut found = appraisal::waiting(db, of, today).await?;
        found.extend(training::waiting(db, of).await?);
        found.extend(goals::waiting(db, of).await?);
        found.extend(coaching::waiting(db, of).await?);
        found.extend(recruiting::waiting(db, of).await?);
        found.extend(pay::waiting(db, of).await?);
        found.sort_by_key(|one| (one.due.is_none(), one.due, one.key()));
        Ok(found)
    }

    /// The names of competencies as they are today.
    pub async fn library(&self) -> Result<Library, InboxError> {
        Ok(self.appraisal().library(self.today().await?).await?)
    }
}
