//! New people who sign in: the first admin at the command line, everybody else by invitation.

use crate::{Access, AccessError, COMPANY, PERSON, role};
use base::RecordId;
use db::{Change, Db, DbError, Filter, ListQuery, Record};
use jiff::{civil::Date, tz::TimeZone};
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

impl Access {
    /// Today by the company's clock.
    pub async fn today(&self) -> Result<Date, DbError> {
        Ok(self.db().now().to_zoned(time_zone(self.db()).await?).date())
    }
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

impl NewPerson<'_> {
    /// The person as a record, with the day they begin where it is known: ramp and headcount count from it. Refused when anybody,
    /// gone or not, has the e-mail.
    pub async fn create(&self, db: &Db, hired_on: Option<Date>, title: Option<&str>) -> Result<Change, AccessError> {
        let email = self.email.trim().to_lowercase();
        if !is_email(&email) {
            return Err(AccessError::NotAnEmail(self.email.to_owned()));
        }
        let has_it = Filter("email", Value::Text(email.clone()));
        if db.system().count(&PERSON, &ListQuery { filters: vec![has_it], ..ListQuery::default() }).await? > 0 {
            return Err(AccessError::EmailTaken(email));
        }
        let text = |value: &str| Value::Text(value.trim().to_owned());
        let mut fields: Fields =
            vec![("name", text(self.name)), ("email", Value::Text(email)), ("role", text(self.role))];
        let named = [("team", self.team), ("manager", self.manager)];
        fields.extend(named.into_iter().filter_map(|(field, id)| Some((field, Value::Reference(id?)))));
        fields.extend(hired_on.map(|day| ("hired_on", Value::Date(day))));
        fields.extend(title.map(|title| ("title", text(title))));
        Ok(Change::create(&PERSON, db.new_id().await?, fields))
    }
}

/// Everybody's, or one person's.
pub fn whose(field: &'static str, of: Option<RecordId>) -> Vec<Filter> {
    of.map(|person| Filter(field, Value::Reference(person))).into_iter().collect()
}

/// An address as people write it: a name, and a host with a dot.
pub fn is_email(text: &str) -> bool {
    let parts = text.trim().split_once('@');
    parts.is_some_and(|(name, host)| {
        !name.is_empty() && host.contains('.') && !text.trim().contains(char::is_whitespace)
    })
}

impl Access {
    /// Makes the person and the link with which they set their password.
    pub async fn invite(
        &self,
        new: &NewPerson<'_>,
        by: Option<RecordId>,
        origin: Origin,
    ) -> Result<(RecordId, String), AccessError> {
        let change = new.create(self.db(), None, None).await?;
        let id = change.id;
        let mut tx = self.db().begin(by, origin);
        tx.put(change)?;
        tx.commit().await?;
        Ok((id, self.link(id).await?))
    }
}

/// Those of today whose role may do something.
pub async fn those(db: &Db, may: impl Fn(&str) -> bool) -> Result<Vec<RecordId>, DbError> {
    let today = db.now().to_zoned(time_zone(db).await?).date();
    let people = db.system().some(&PERSON, Vec::new(), &["role", "left_on"]).await?;
    let is_here = |person: &&Record| {
        !person.archived && person.value("left_on").as_date().is_none_or(|left| left > today) && may(role(person))
    };
    Ok(people.iter().filter(is_here).map(|person| person.id).collect())
}
