//! Links by mail: an invitation, or a new password.

use crate::{Access, AccessError, LINK_MINUTES, is_email, secrets};
use db::Record;
use jiff::SignedDuration;
use outbound::{Letter, MailError, Mailer};
use std::time::SystemTime;
use tokio::sync::Semaphore;
use web_kit::{Language, Words, mail};

/// People read mail when they come to it.
const INVITATION_DAYS: i64 = 3;

/// So many links that strangers ask for are written at once; more are let go.
static ASKED: Semaphore = Semaphore::const_new(8);
/// By the standard of addresses.
pub(crate) const LONGEST_ADDRESS: usize = 254;

/// What a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Link {
    Invitation,
    Reset,
}

impl Access {
    pub const fn mail(&self) -> Option<&Mailer> {
        self.mail.as_ref()
    }

    /// In the language that somebody chose, or that the operator's file says.
    pub async fn words_of(&self, person: &Record) -> Result<Words, AccessError> {
        let chosen = self.language(person.id).await?;
        let said = self.mail().map(|mail| mail.settings().language.clone());
        let language = [chosen, said].into_iter().flatten().find_map(|code| code.parse().ok());
        Ok(Words::new(language.unwrap_or(Language::En)))
    }

    /// Hands somebody a letter.
    pub async fn send(&self, mailer: &Mailer, person: &Record, letter: &mail::Letter<'_>) -> Result<(), MailError> {
        self.send_to(mailer, &person.title(), person.value("email").as_text().unwrap_or_default(), letter).await
    }

    /// The same to somebody who is not of the company.
    pub async fn send_to(
        &self,
        mailer: &Mailer,
        name: &str,
        email: &str,
        letter: &mail::Letter<'_>,
    ) -> Result<(), MailError> {
        let letter = Letter {
            name: name.to_owned(),
            to: email.to_owned(),
            subject: letter.title.to_owned(),
            text: letter.text(),
            html: letter.page().into_string(),
        };
        mailer.send(&letter, &secrets::token(self.random.as_ref()), SystemTime::from(self.db().now())).await
    }

    /// Mails somebody a link with which they set a password.
    pub(crate) async fn mail_link(&self, mailer: &Mailer, person: &Record, what: Link) -> Result<(), LinkError> {
        let words = self.words_of(person).await?;
        let company = self.db().system().all(&crate::COMPANY).await.map_err(AccessError::from)?;
        let company = company.first().map_or_else(|| "Clinch".to_owned(), Record::title);
        let (lasts, key, hint) = match what {
            Link::Invitation => (SignedDuration::from_hours(24 * INVITATION_DAYS), "invitation-to", "mail-invitation"),
            Link::Reset => (SignedDuration::from_mins(LINK_MINUTES), "mail-reset-title", "mail-reset"),
        };
        let link = self.another_link(person.id, lasts).await?;
        let title = words.t_with(key, &[("company", company.into())]);
        let letter = mail::Letter {
            words,
            from: "Clinch",
            title: &title,
            paragraphs: vec![words.t_with(hint, &[("days", INVITATION_DAYS.into())])],
            groups: Vec::new(),
            way: Some((words.t("set-password"), format!("{}/welcome/{link}", mailer.settings().address))),
            foot: words.t("mail-link-foot"),
        };
        Ok(self.send(mailer, person, &letter).await?)
    }
}

/// Somebody forgot their password, or says so. The answer is the same and as quick whether or not anybody has the address: the letter goes
/// behind it. No more than the waits allow go to one address, whoever asks; who asks too often is told by where they ask from.
pub(crate) async fn forgotten(access: &Access, email: &str, from: &str) -> Result<(), AccessError> {
    let Some(mailer) = access.mail().cloned() else { return Ok(()) };
    let by = format!("links from {from}");
    access.check_attempts(&by).await?;
    access.count_attempt(&by).await?;
    let email = email.trim().to_lowercase();
    if email.len() > LONGEST_ADDRESS || !is_email(&email) {
        return Ok(());
    }
    let to = format!("links to {email}");
    if access.check_attempts(&to).await.is_err() {
        return Ok(());
    }
    access.count_attempt(&to).await?;
    let Ok(permit) = ASKED.try_acquire() else { return Ok(()) };
    let access = access.clone();
    tokio::spawn(async move {
        let _permit = permit;
        let sent = match access.person_by_email(&email).await {
            // Who was never invited has no password to forget.
            Ok(Some(person)) => match access.credential(person.id).await {
                Ok(Some(_)) => access.mail_link(&mailer, &person, Link::Reset).await,
                Ok(None) => Ok(()),
                Err(error) => Err(error.into()),
            },
            Ok(None) => Ok(()),
            Err(error) => Err(error.into()),
        };
        if let Err(error) = sent {
            tracing::error!(cause = %error, "a link could not be mailed");
        }
    });
    Ok(())
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum LinkError {
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Mail(#[from] MailError),
}
