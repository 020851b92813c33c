//! People, teams, reporting lines, territories, company settings; sign-in and who sees what. See README.md.

mod factor;
pub mod looks;
mod mail;
mod pages;
mod people;
mod records;
mod secrets;
mod sign_in;
mod web;

pub use factor::factor_address;
pub use pages::routes;
pub use people::{NewPerson, is_email, time_zone, whose};
pub use records::{COMPANY, EXCHANGE_RATE, PERSON, RECORD_TYPES, ROLES, TEAM, TERRITORY, TERRITORY_ASSIGNMENT};
pub use secrets::SecretKey;
pub use sign_in::{About, Access, AccessError, KEPT_IN_BACKUPS, LINK_MINUTES, PASSWORD_LENGTH, Session, SignIn, role};
pub use web::{Asker, Caller, SEARCH, Visitor, here, identify};
