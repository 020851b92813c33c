use crate::{Security, Settings};
use lettre::{
    AsyncSmtpTransport, AsyncTransport, Message, Tokio1Executor,
    message::{Mailbox, MultiPart, header},
    transport::smtp::authentication::Credentials,
};
use std::{
    sync::Arc,
    time::{Duration, SystemTime},
};

/// A server may look long at a letter before it takes it; one that does not answer at all keeps nobody waiting longer.
const PATIENCE: Duration = Duration::from_mins(2);
const PATIENCE_TO_CONNECT: Duration = Duration::from_secs(20);

/// One mail, the same twice: as plain text and as a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    pub name: String,
    pub to: String,
    pub subject: String,
    pub text: String,
    pub html: String,
}

#[derive(Debug, thiserror::Error)]
pub enum MailError {
    #[error("{0:?} is not an address that mail goes to")]
    Address(String),
    #[error("the letter could not be put together: {0}")]
    Letter(#[from] lettre::error::Error),
    #[error("the mail server: {0}")]
    Server(#[from] lettre::transport::smtp::Error),
    #[error("the mail server does not answer, or not as one")]
    Silent,
}

impl MailError {
    /// Of the one letter, whatever the server: another may go.
    pub const fn is_of_the_letter(&self) -> bool {
        matches!(self, Self::Address(_) | Self::Letter(_))
    }

    /// What may be kept of it: it names nobody.
    pub fn kind(&self) -> String {
        match self {
            Self::Address(_) => "not an address that mail goes to".to_owned(),
            Self::Letter(_) => "the letter could not be put together".to_owned(),
            Self::Server(error) => match error.status() {
                Some(code) => format!("refused with {code}"),
                None => "the mail server could not be reached".to_owned(),
            },
            Self::Silent => "the mail server did not answer".to_owned(),
        }
    }
}

/// Sends mail by the operator's settings; cheap to copy.
#[derive(Clone)]
pub struct Mailer {
    settings: Arc<Settings>,
    patience: Duration,
    transport: AsyncSmtpTransport<Tokio1Executor>,
}

impl Mailer {
    /// No connection is opened before the first letter.
    pub fn new(settings: Settings) -> Result<Self, MailError> {
        type Smtp = AsyncSmtpTransport<Tokio1Executor>;
        let server = settings.server.as_str();
        let mut builder = match settings.security {
            Security::Starttls => Smtp::starttls_relay(server)?,
            Security::Tls => Smtp::relay(server)?,
            Security::None => Smtp::builder_dangerous(server),
        };
        builder = builder.timeout(Some(PATIENCE_TO_CONNECT));
        if let Some(port) = settings.port {
            builder = builder.port(port);
        }
        if let (Some(user), Some(password)) = (&settings.user, &settings.password) {
            builder = builder.credentials(Credentials::new(user.clone(), password.text()));
        }
        Ok(Self { transport: builder.build(), settings: Arc::new(settings), patience: PATIENCE })
    }

    /// The same, giving up earlier.
    #[must_use]
    pub fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Whether the server answers, takes us and would take mail; nothing is sent.
    pub async fn check(&self) -> Result<(), MailError> {
        if self.in_time(self.transport.test_connection()).await? { Ok(()) } else { Err(MailError::Silent) }
    }

    /// Hands a letter over; the server has it when this is done. `id` is the letter's own, of letters and digits.
    pub async fn send(&self, letter: &Letter, id: &str, written: SystemTime) -> Result<(), MailError> {
        let message = self.message(letter, id, written)?;
        self.in_time(self.transport.send(message)).await?;
        Ok(())
    }

    /// The library's own limit is for reaching the server; what it says then may never come. No connection is used twice: what is given up
    /// closes its own.
    async fn in_time<T>(
        &self,
        said: impl Future<Output = Result<T, lettre::transport::smtp::Error>>,
    ) -> Result<T, MailError> {
        match tokio::time::timeout(self.patience, said).await {
            Ok(said) => Ok(said?),
            Err(_) => Err(MailError::Silent),
        }
    }

    fn message(&self, letter: &Letter, id: &str, written: SystemTime) -> Result<Message, MailError> {
        let address = |text: &str| MailError::Address(text.to_owned());
        // Servers that take other letters in an address are few, and what imports leave in one is a mistake.
        if !letter.to.is_ascii() {
            return Err(address(&letter.to));
        }
        let from: Mailbox = self.settings.from.parse().map_err(|_| address(&self.settings.from))?;
        let to = Mailbox::new(
            Some(in_one_line(&letter.name)).filter(|name| !name.is_empty()),
            letter.to.parse().map_err(|_| address(&letter.to))?,
        );
        let id = format!("<{id}@{}>", from.email.domain());
        let body = MultiPart::alternative_plain_html(letter.text.clone(), letter.html.clone());
        let message = Message::builder()
            .from(from)
            .to(to)
            .date(written)
            .message_id(Some(id))
            .subject(in_one_line(&letter.subject))
            .raw_header(by_a_program())
            .multipart(body)?;
        Ok(message)
    }
}

/// What people wrote stands in one line of a header, whatever they wrote.
fn in_one_line(text: &str) -> String {
    text.split(char::is_control).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Programs that answer for people who are away leave such mail alone (RFC 3834).
fn by_a_program() -> header::HeaderValue {
    let name = header::HeaderName::new_from_ascii_str("Auto-Submitted");
    header::HeaderValue::new(name, "auto-generated".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mailer() -> Mailer {
        let text = "server = \"localhost\"\nsecurity = \"none\"\nfrom = \"Clinch <clinch@company.com>\"\naddress = \"https://clinch.company.com\"";
        Mailer::new(Settings::read(text).expect("settings")).expect("a mailer")
    }

    fn letter(name: &str, to: &str, subject: &str) -> Letter {
        let text = |text: &str| text.to_owned();
        Letter {
            name: text(name),
            to: text(to),
            subject: text(subject),
            text: text("Plain"),
            html: text("<p>Page</p>"),
        }
    }

    #[test]
    fn a_letter_has_both_parts_and_says_that_a_program_wrote_it() {
        let letter = letter("สมชาย ใจดี", "somchai@company.com", "งานที่รออยู่");
        let message = mailer().message(&letter, "a1", SystemTime::UNIX_EPOCH).expect("a message").formatted();
        let text = String::from_utf8(message).expect("text");
        for part in [
            "From: Clinch <clinch@company.com>",
            "somchai@company.com",
            "Message-ID: <a1@company.com>",
            "Date: Thu, 01 Jan 1970 00:00:00 +0000",
            "Auto-Submitted: auto-generated",
            "multipart/alternative",
            "text/plain",
            "text/html",
        ] {
            assert!(text.contains(part), "{part} in {text}");
        }
        assert!(!text.contains("สมชาย"), "a header is ASCII on the wire");
    }

    #[test]
    fn nothing_that_is_written_becomes_a_header_of_its_own() {
        let letter = letter("A\r\nBcc: everybody@company.com", "a@company.com", "B\r\nBcc: everybody@company.com");
        let message = mailer().message(&letter, "a1", SystemTime::UNIX_EPOCH).expect("a message").formatted();
        let text = String::from_utf8(message).expect("text");
        assert!(!text.lines().any(|line| line.to_lowercase().starts_with("bcc:")), "{text}");
    }

    #[test]
    fn an_address_that_is_none_is_named() {
        for to in ["nobody", "anna\u{200b}@company.com"] {
            let error = mailer().message(&letter("", to, "C"), "a1", SystemTime::UNIX_EPOCH).expect_err("refused");
            assert_eq!(error.to_string(), format!("{to:?} is not an address that mail goes to"));
        }
    }
}
