//! Job descriptions (APPR-7): issued by order, approved by a top executive who did not issue it, acknowledged by its holder.

use crate::{Appraisal, AppraisalError, JOB_DESCRIPTION};
use base::RecordId;
use db::{Change, Filter, Record};
use jiff::civil::Date;
use rules::{
    access::appoints,
    log::Origin,
    record::Value,
    role::{Library, Profile},
};

/// A job description as it stands.
#[derive(Debug, Clone)]
pub struct Description {
    pub id: RecordId,
    pub person: RecordId,
    pub name: String,
    pub role: String,
    pub starts_on: Date,
    pub order_number: String,
    /// The role as it stood when it was issued.
    pub profile: Profile,
    /// The competencies of its first day.
    pub library: Library,
    pub issued_by: Option<(RecordId, String)>,
    pub approved: Option<(String, Date)>,
    pub acknowledged_on: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Issued,
    Approved,
    Acknowledged,
}

impl Standing {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Issued => "issued",
            Self::Approved => "approved",
            Self::Acknowledged => "acknowledged",
        }
    }

    /// Where a stored one stands.
    pub fn of(record: &Record) -> Self {
        let is_set = |field: &'static str| record.value(field).as_date().is_some();
        match (is_set("acknowledged_on"), is_set("approved_on")) {
            (true, _) => Self::Acknowledged,
            (false, true) => Self::Approved,
            (false, false) => Self::Issued,
        }
    }
}

impl Description {
    pub const fn standing(&self) -> Standing {
        match (&self.acknowledged_on, &self.approved) {
            (Some(_), _) => Standing::Acknowledged,
            (None, Some(_)) => Standing::Approved,
            (None, None) => Standing::Issued,
        }
    }
}

impl Appraisal {
    pub async fn appoints(&self) -> Result<bool, AppraisalError> {
        Ok(self.viewer.person.is_some() && self.has_role(appoints).await?)
    }

    /// Issues one to a person from a day on, with the role as it stands then.
    pub async fn issue(
        &self,
        person: &str,
        role: &str,
        from: Date,
        order_number: &str,
        origin: Origin,
    ) -> Result<RecordId, AppraisalError> {
        self.only_who_runs().await?;
        let person = self.person(person).await?;
        let profile = self.role(role, from).await?.what;
        let order_number = order_number.trim();
        if order_number.is_empty() {
            return Err(AppraisalError::NoOrder);
        }
        let key = format!("{} {from}", person.id);
        let same = Filter("key", Value::Text(key.clone()));
        if !self.description_records(vec![same]).await?.is_empty() {
            return Err(AppraisalError::Described { name: person.title(), from });
        }
        let definition = profile.to_text().map_err(|error| AppraisalError::Unwritten(error.to_string()))?;
        let id = self.db.new_id().await?;
        let fields = vec![
            ("person", Value::Reference(person.id)),
            ("role", Value::Text(role.to_owned())),
            ("starts_on", Value::Date(from)),
            ("order_number", Value::Text(order_number.to_owned())),
            ("definition", Value::Text(definition)),
            ("issued_by", self.viewer.person.map_or(Value::Null, Value::Reference)),
            ("key", Value::Text(key)),
        ];
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::create(&JOB_DESCRIPTION, id, fields))?;
        self.written(tx, order_number).await?;
        Ok(id)
    }

    /// All that this viewer may see, the last first.
    pub async fn descriptions(&self) -> Result<Vec<Description>, AppraisalError> {
        let mut found = Vec::new();
        for record in self.description_records(Vec::new()).await? {
            found.push(self.description(record.id).await?);
        }
        Ok(found)
    }

    /// One that this viewer may see.
    pub async fn description(&self, id: RecordId) -> Result<Description, AppraisalError> {
        let record = self.db.reader(&self.viewer).get(&JOB_DESCRIPTION, id).await?;
        let record = record.filter(|record| !record.archived).ok_or(AppraisalError::NotThere)?;
        let person_of = |field: &str| record.value(field).as_reference();
        let day = |field: &str| record.value(field).as_date();
        let (person, starts_on) = person_of("person").zip(day("starts_on")).ok_or(AppraisalError::NotThere)?;
        let names = self.names(["person", "issued_by", "approved_by"].into_iter().filter_map(&person_of)).await?;
        let name = |id: RecordId| names.get(&id).cloned().unwrap_or_default();
        let library = self.library(starts_on).await?;
        let text = |field: &str| record.value(field).as_text().unwrap_or_default().to_owned();
        let profile = Profile::read(&text("definition"), &library)?;
        Ok(Description {
            id,
            person,
            name: name(person),
            role: text("role"),
            starts_on,
            order_number: record.title(),
            profile,
            library,
            issued_by: person_of("issued_by").map(|id| (id, name(id))),
            approved: person_of("approved_by").map(name).zip(day("approved_on")),
            acknowledged_on: day("acknowledged_on"),
        })
    }

    /// A top executive approves what somebody else issued to a third.
    pub async fn approve_description(&self, id: RecordId, origin: Origin) -> Result<(), AppraisalError> {
        let me = self.viewer.person.ok_or(AppraisalError::AppointsNobody)?;
        if !self.appoints().await? {
            return Err(AppraisalError::AppointsNobody);
        }
        let seq = self.db.system().last_seq().await?;
        let found = self.description(id).await?;
        if found.standing() != Standing::Issued {
            return Err(AppraisalError::NotSo { is: found.standing().name(), wanted: "approved" });
        }
        if found.person == me || found.issued_by.as_ref().is_some_and(|(by, _)| *by == me) {
            return Err(AppraisalError::OwnDescription);
        }
        let fields = vec![("approved_by", Value::Reference(me)), ("approved_on", Value::Date(self.today().await?))];
        self.set_description(&found, fields, seq, origin).await
    }

    /// Its holder knows what is expected of them.
    pub async fn acknowledge_description(&self, id: RecordId, origin: Origin) -> Result<(), AppraisalError> {
        let seq = self.db.system().last_seq().await?;
        let found = self.description(id).await?;
        if self.viewer.person != Some(found.person) {
            return Err(AppraisalError::OnlyHolder(found.name));
        }
        if found.standing() != Standing::Approved {
            return Err(AppraisalError::NotSo { is: found.standing().name(), wanted: "acknowledged" });
        }
        self.set_description(&found, vec![("acknowledged_on", Value::Date(self.today().await?))], seq, origin).await
    }

    async fn set_description(
        &self,
        found: &Description,
        fields: Vec<(&'static str, Value)>,
        seq: base::Seq,
        origin: Origin,
    ) -> Result<(), AppraisalError> {
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::set(&JOB_DESCRIPTION, found.id, fields).based_on(seq))?;
        self.written(tx, &found.order_number).await
    }
}
