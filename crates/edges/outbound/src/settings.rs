//! The operator's file: which server takes mail, from whom, and where people reach Clinch.

use serde::Deserialize;
use std::fmt;

/// The file as it is written (docs/mail.md).
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// A host name, without a port.
    pub server: String,
    pub port: Option<u16>,
    #[serde(default)]
    pub security: Security,
    pub user: Option<String>,
    pub password: Option<Secret>,
    /// `Clinch <clinch@company.com>`.
    pub from: String,
    /// Where people reach Clinch, as `https://clinch.company.com`: links in mail begin with it.
    pub address: String,
    /// The hour of the company's day from which reminders go out.
    #[serde(default = "morning")]
    pub hour: i8,
    /// Of mail to people who chose none: en, th or ja.
    #[serde(default = "english")]
    pub language: String,
}

/// A password: it shows nowhere.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct Secret(String);

impl Secret {
    pub(crate) fn text(&self) -> String {
        self.0.clone()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("…")
    }
}

/// From this hour of the company's day on nothing goes by itself.
pub const EVENING: i8 = 20;

const fn morning() -> i8 {
    8
}

fn english() -> String {
    "en".to_owned()
}

/// How the way to the server is kept from others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// The connection begins in the clear and is safe before anything is said; without it nothing is said. Port 587.
    #[default]
    Starttls,
    /// Safe from the first byte. Port 465.
    Tls,
    /// To a program on this machine alone. Port 25.
    None,
}

#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    #[error("line {line}: {what}")]
    Unreadable { line: usize, what: String },
    #[error("{key} = {value:?} {what}")]
    Value { key: &'static str, value: String, what: &'static str },
    #[error("user and password go together: {0} is missing")]
    Half(&'static str),
}

impl Settings {
    pub fn read(text: &str) -> Result<Self, SettingsError> {
        // Without the line itself: it may have the password.
        let unreadable = |error: toml::de::Error| {
            let line = error.span().map_or(1, |span| text.get(..span.start).unwrap_or(text).matches('\n').count() + 1);
            SettingsError::Unreadable { line, what: error.message().to_owned() }
        };
        let mut read: Self = toml::from_str(text).map_err(unreadable)?;
        read.address = read.address.trim_end_matches('/').to_owned();
        read.check()?;
        Ok(read)
    }

    fn check(&self) -> Result<(), SettingsError> {
        let wrong = |key, value: &str, what| Err(SettingsError::Value { key, value: value.to_owned(), what });
        if self.server.trim().is_empty() || self.server.contains([':', '/', ' ']) {
            return wrong("server", &self.server, "is no host name; a port goes into port");
        }
        if self.security == Security::None && !self.is_this_machine() {
            return wrong("security", "none", "is for a server on this machine (localhost); write starttls or tls");
        }
        let host = self.address.strip_prefix("https://").or_else(|| self.address.strip_prefix("http://"));
        if host.is_none_or(|host| host.is_empty() || host.contains([' ', '?', '#', '"', '<'])) {
            return wrong(
                "address",
                &self.address,
                "is not where people reach Clinch; write https://clinch.company.com",
            );
        }
        if !(0..EVENING).contains(&self.hour) {
            return wrong("hour", &self.hour.to_string(), "is no hour at which people are told; write 0 to 19");
        }
        if !["en", "th", "ja"].contains(&self.language.as_str()) {
            return wrong("language", &self.language, "is none of en, th and ja");
        }
        if self.from.parse::<lettre::message::Mailbox>().is_err() {
            return wrong("from", &self.from, "is no sender; write \"Clinch <clinch@company.com>\"");
        }
        match (&self.user, &self.password) {
            (Some(_), None) => Err(SettingsError::Half("password")),
            (None, Some(_)) => Err(SettingsError::Half("user")),
            _ => Ok(()),
        }
    }

    fn is_this_machine(&self) -> bool {
        matches!(self.server.as_str(), "localhost" | "127.0.0.1")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LEAST: &str = "server = \"smtp.company.com\"\nfrom = \"Clinch <clinch@company.com>\"\naddress = \"https://clinch.company.com/\"\n";

    #[test]
    fn what_is_left_out_is_safe() {
        let read = Settings::read(LEAST).expect("three lines are enough");
        assert_eq!((read.security, read.port, read.hour, read.language.as_str()), (Security::Starttls, None, 8, "en"));
        assert_eq!(read.address, "https://clinch.company.com");
    }

    #[test]
    fn what_is_wrong_is_told_with_its_key_and_value() {
        let told = |change: &str| Settings::read(&format!("{LEAST}{change}")).expect_err("refused").to_string();
        assert_eq!(
            told("security = \"none\""),
            "security = \"none\" is for a server on this machine (localhost); write starttls or tls"
        );
        assert_eq!(told("hour = 20"), "hour = \"20\" is no hour at which people are told; write 0 to 19");
        assert_eq!(told("language = \"fr\""), "language = \"fr\" is none of en, th and ja");
        assert_eq!(told("user = \"clinch\""), "user and password go together: password is missing");
        assert!(told("pasword = \"s3cret\"").starts_with("line 4: unknown field `pasword`"));
        assert!(!told("pasword = \"s3cret\"").contains("s3cret"), "a password shows nowhere");
        let of = |from: &str, to: &str| Settings::read(&LEAST.replace(from, to)).expect_err("refused").to_string();
        assert!(
            of("smtp.company.com", "smtp.company.com:25").starts_with("server = \"smtp.company.com:25\" is no host")
        );
        assert!(of("https://clinch", "clinch").starts_with("address = \"clinch.company.com\" is not where"));
        assert!(of("Clinch <clinch@company.com>", "Clinch").starts_with("from = \"Clinch\" is no sender"));
    }

    #[test]
    fn mail_in_the_clear_stays_on_this_machine() {
        for server in ["localhost", "127.0.0.1"] {
            let text = format!("{}security = \"none\"\n", LEAST.replace("smtp.company.com", server));
            assert_eq!(Settings::read(&text).expect("allowed").security, Security::None);
        }
    }
}
