//! New people who sign in: the first admin at the command line, everybody else by invitation.

use crate::{Access, AccessError, COMPANY, PERSON};
use base::RecordId;
use db::{Change, Db, DbError};
use jiff::tz::TimeZone;
use rules::{
    log::{Fields, Origin},
    record::Value,
};

/// The company's time zone, in which days begin and end; UTC before it has settings.
pub async fn time_zone(db: &Db) -> Result<TimeZone, DbError> {
    let company = db.system().all(&COMPANY).await?;
    let name = company.first().and_then(|record| record.value("time_zone").as_text());
    Ok(name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC))
}

/// Somebody to be invited.
#[derive(Debug, Clone)]
pub struct NewPerson<'a> {
    pub name: &'a str,
    pub email: &'a str,
    pub role: &'a str,
    pub team: Option<RecordId>,
    pub manager: Option<RecordId>,
}

impl Access {
    /// Makes the person and the link with which they set their password.
    pub async fn invite(
        &self,
        new: &NewPerson<'_>,
        by: Option<RecordId>,
        origin: Origin,
    ) -> Result<(RecordId, String), AccessError> {
        let email = new.email.trim().to_lowercase();
        if !email.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.')) {
            return Err(AccessError::NotAnEmail(new.email.to_owned()));
        }
        if self.person_by_email(&email).await?.is_some() {
            return Err(AccessError::EmailTaken(email));
        }
        let text = |value: &str| Value::Text(value.trim().to_owned());
        let mut fields: Fields =
            vec![("name", text(new.name)), ("email", Value::Text(email)), ("role", text(new.role))];
        let named = [("team", new.team), ("manager", new.manager)];
        fields.extend(named.into_iter().filter_map(|(field, id)| Some((field, Value::Reference(id?)))));
        let id = self.db().new_id().await?;
        let mut tx = self.db().begin(by, origin);
        tx.put(Change::create(&PERSON, id, fields))?;
        tx.commit().await?;
        Ok((id, self.link(id).await?))
    }
}
