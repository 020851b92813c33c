//! People, teams, reporting lines, territories, company settings; sign-in and who sees what. See README.md.

mod api;
mod factor;
mod leave;
pub mod looks;
mod mail;
mod pages;
mod people;
mod place;
mod records;
pub mod retention;
mod secrets;
mod sign_in;
mod team;
mod web;

pub use api::description;
pub use factor::factor_address;
pub use leave::{Leave, NewLeave, leaves};
pub use pages::routes;
pub use people::{NewPerson, is_email, those, time_zone, whose};
pub use place::{DATED, Place, PlaceError};
pub use records::{COMPANY, EXCHANGE_RATE, LEAVE, PERSON, RECORD_TYPES, ROLES, TEAM, TERRITORY, TERRITORY_ASSIGNMENT};
pub use secrets::SecretKey;
pub use sign_in::{About, Access, AccessError, KEPT_IN_BACKUPS, LINK_MINUTES, PASSWORD_LENGTH, Session, SignIn, role};
pub use team::{Node, TEAM_DATED};
pub use web::{Asker, Caller, SEARCH, Visitor, here, identify};
