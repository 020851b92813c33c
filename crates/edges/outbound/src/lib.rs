//! What leaves the house: the one client of SMTP. It opens no connection that the operator has not named in a file.

mod mail;
mod settings;

pub use mail::{Letter, MailError, Mailer};
pub use settings::{EVENING, Secret, Security, Settings, SettingsError};
