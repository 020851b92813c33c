//! Pages of sign-in and of one's own account.

mod device;
mod people;
mod place;
mod profile;
mod second_factor;
mod sign_in;
mod team;
mod welcome;

use crate::{Access, AccessError};
use axum::{
    Router,
    routing::{get, post},
};
use web_kit::{WebError, Words};

pub fn routes() -> Router<Access> {
    Router::new()
        .route("/sign-in", get(sign_in::show).post(sign_in::password))
        .route("/sign-in/code", post(sign_in::code))
        .route("/sign-out", post(sign_in::out))
        .route("/forgotten", get(sign_in::forgotten).post(sign_in::send_link))
        .route("/welcome/{link}", get(welcome::show).post(welcome::set))
        .route("/second-factor", get(second_factor::show).post(second_factor::enrol))
        .route("/profile", get(profile::show))
        .route("/profile/password", post(profile::new_password))
        .route("/profile/tokens", post(profile::new_token))
        .route("/profile/revoke", post(profile::revoke))
        .route("/people/invite", get(people::show).post(people::invite))
        .route("/people/{id}/link", post(people::link))
        .route("/people/{id}/place", get(place::show).post(place::set))
        .route("/people/{id}/place/leaving", post(place::leave))
        .route("/people/{id}/place/leaves", post(place::leave::add))
        .route("/people/{id}/place/leaves/{leave}/drop", post(place::leave::take_out))
        .route("/teams/tree", get(team::tree))
        .route("/teams/new", get(team::new).post(team::make))
        .route("/teams/{id}/place", get(team::show).post(team::set))
        .route("/teams/{id}/place/give-up", post(team::give_up))
        .merge(crate::api::routes())
}

/// What a person reads in place of an error's own text.
fn sentence(words: Words, error: &AccessError) -> Result<String, WebError> {
    Ok(match error {
        AccessError::Wrong => words.t("wrong-sign-in"),
        AccessError::TooMany(seconds) => words.t_with("too-many-attempts", &[("count", ((seconds + 59) / 60).into())]),
        AccessError::LinkGone => words.t("link-expired"),
        AccessError::Password => {
            let least = i64::try_from(*crate::PASSWORD_LENGTH.start()).unwrap_or(0);
            words.t_with("password-too-short", &[("count", least.into())])
        }
        AccessError::Code | AccessError::OldCode => words.t("wrong-code"),
        AccessError::EmailTaken(_) => words.t("error-duplicate"),
        AccessError::NotAnEmail(_) => words.t("error-not-an-email"),
        AccessError::OtherKey => words.t("status-broken"),
        AccessError::Db(_) => return Err(WebError::Unavailable),
    })
}
