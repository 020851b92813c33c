//! Courses (ENBL-1): what is offered, to whom, and how a learning tool calls it.

use crate::{Training, TrainingError};
use base::{RecordId, Seq};
use crm::COURSE;
use db::{Change, Record};
use jiff::civil::Date;
use rules::{
    log::Origin,
    record::Value,
    training::{CourseKind, USUAL_DAYS},
};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Course {
    pub id: RecordId,
    pub name: String,
    pub kind: CourseKind,
    pub detail: Option<String>,
    pub link: Option<String>,
    pub roles: Vec<String>,
    pub competency: Option<String>,
    /// To be done so soon.
    pub days: i64,
    pub valid_months: Option<i64>,
    pub activity: Option<String>,
    pub pretest: Option<String>,
    pub ended_on: Option<Date>,
}

/// A course as somebody writes it; a blank text says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CourseWords {
    pub name: String,
    pub delivery: String,
    pub detail: String,
    pub link: String,
    pub roles: Vec<String>,
    pub competency: String,
    pub days: Option<i64>,
    pub valid_months: Option<i64>,
    pub activity: String,
    pub pretest: String,
    /// It is offered no more.
    pub ended: bool,
}

const MOST_DAYS: i64 = 3650;
const MOST_MONTHS: i64 = 600;
const LONGEST_TEXT: usize = 10_000;
const LONGEST_NAME: usize = 200;

/// Of a page: nothing else is a link.
fn is_address(link: &str) -> bool {
    ["https://", "http://"].iter().any(|way| link.starts_with(way))
}

impl Course {
    pub(crate) fn read(record: &Record) -> Option<Self> {
        let text = |field: &str| record.value(field).as_text().map(str::to_owned);
        Some(Self {
            id: record.id,
            name: record.title(),
            kind: CourseKind::read(record.value("delivery").as_text()?)?,
            detail: text("detail"),
            link: text("link").filter(|link| is_address(link)),
            roles: text("roles").iter().flat_map(|roles| roles.split(',')).map(str::to_owned).collect(),
            competency: text("competency"),
            days: record.value("days").as_integer().unwrap_or(USUAL_DAYS),
            valid_months: record.value("valid_months").as_integer(),
            activity: text("activity"),
            pretest: text("pretest"),
            ended_on: record.value("ended_on").as_date(),
        })
    }

    pub fn words(&self) -> CourseWords {
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        CourseWords {
            name: self.name.clone(),
            delivery: self.kind.name().to_owned(),
            detail: text(&self.detail),
            link: text(&self.link),
            roles: self.roles.clone(),
            competency: text(&self.competency),
            days: Some(self.days),
            valid_months: self.valid_months,
            activity: text(&self.activity),
            pretest: text(&self.pretest),
            ended: self.ended_on.is_some(),
        }
    }

    /// Taken by a tool that reports it, or else by somebody's word.
    pub const fn is_told_by_taker(&self) -> bool {
        self.kind.is_told_by_taker() && self.activity.is_none()
    }
}

impl Training {
    /// Every course, those that are offered first, by name.
    pub async fn courses(&self) -> Result<Vec<Course>, TrainingError> {
        let found = self.db().system().all(&COURSE).await?;
        let mut courses: Vec<Course> = found.iter().filter(|one| !one.archived).filter_map(Course::read).collect();
        courses.sort_by_cached_key(|course| (course.ended_on.is_some(), course.name.to_lowercase(), course.id));
        Ok(courses)
    }

    pub async fn course(&self, id: RecordId) -> Result<Course, TrainingError> {
        let record = self.db().system().get(&COURSE, id).await?.filter(|one| !one.archived);
        record.as_ref().and_then(Course::read).ok_or(TrainingError::NotThere)
    }

    /// Writes a new course, or another wording of one, as it was seen at a seq: what another changed since is not written over.
    pub async fn set_course(
        &self,
        id: Option<(RecordId, Option<Seq>)>,
        words: &CourseWords,
        origin: Origin,
    ) -> Result<RecordId, TrainingError> {
        let (id, seen) = (id.map(|(id, _)| id), id.and_then(|(_, seen)| seen));
        self.only_who_runs().await?;
        let seq = self.db().system().last_seq().await?;
        let courses = self.courses().await?;
        let before = match id {
            Some(id) => Some(courses.iter().find(|one| one.id == id).ok_or(TrainingError::NotThere)?),
            None => None,
        };
        let mut fields = self.checked(words).await?;
        let is_taken =
            |one: &&Course| Some(one.id) != id && one.name.to_lowercase() == words.name.trim().to_lowercase();
        if courses.iter().any(|one| is_taken(&one)) {
            return Err(TrainingError::field("name", words.name.trim(), "another course has this name"));
        }
        if !words.activity.trim().is_empty() && words.activity.trim() == words.pretest.trim() {
            return Err(TrainingError::field(
                "pretest",
                words.pretest.trim(),
                "it is the course itself; name its test",
            ));
        }
        let told = [("activity", &words.activity), ("pretest", &words.pretest)];
        for (field, address) in
            told.map(|(field, address)| (field, address.trim())).into_iter().filter(|one| !one.1.is_empty())
        {
            let is_theirs = |one: &Course| {
                Some(one.id) != id && [&one.activity, &one.pretest].into_iter().flatten().any(|known| known == address)
            };
            if courses.iter().any(is_theirs) {
                return Err(TrainingError::field(field, address, "another course is reported under this id"));
            }
        }
        let ended = match (words.ended, before.and_then(|before| before.ended_on)) {
            (true, None) => Value::Date(self.today().await?),
            (true, Some(day)) => Value::Date(day),
            (false, _) => Value::Null,
        };
        fields.push(("ended_on", ended));
        let mut tx = self.db().begin(self.person(), origin);
        let id = if let Some(id) = id {
            let record = self.db().system().get(&COURSE, id).await?.ok_or(TrainingError::NotThere)?;
            fields.retain(|(field, value)| record.value(field) != value);
            if !fields.is_empty() {
                tx.put(Change::set(&COURSE, id, fields).based_on(seen.unwrap_or(seq)))?;
            }
            id
        } else {
            let id = self.db().new_id().await?;
            tx.put(Change::create(&COURSE, id, fields))?;
            id
        };
        tx.commit().await?;
        Ok(id)
    }

    async fn checked(&self, words: &CourseWords) -> Result<Vec<(&'static str, Value)>, TrainingError> {
        let name = words.name.trim();
        if name.is_empty() || name.len() > LONGEST_NAME {
            return Err(TrainingError::field("name", name, "write one of up to 200 bytes"));
        }
        if CourseKind::read(&words.delivery).is_none() {
            return Err(TrainingError::field(
                "delivery",
                &words.delivery,
                "write own, external, file, link or classroom",
            ));
        }
        if words.detail.len() > LONGEST_TEXT {
            return Err(TrainingError::field("detail", "…", "write less"));
        }
        let link = words.link.trim();
        if !link.is_empty() && !is_address(link) {
            return Err(TrainingError::field("link", link, "write an address that begins with https://"));
        }
        if let Some(role) = words.roles.iter().find(|role| !access::ROLES.contains(&role.as_str())) {
            return Err(TrainingError::field("roles", role, "write ids of roles, like ae"));
        }
        let competency = words.competency.trim();
        if !competency.is_empty() && !self.desk.library(self.today().await?).await?.contains_key(competency) {
            return Err(TrainingError::field("competency", competency, "write an id of the library"));
        }
        for (field, number, most) in
            [("days", words.days, MOST_DAYS), ("valid_months", words.valid_months, MOST_MONTHS)]
        {
            if let Some(number) = number.filter(|number| !(1..=most).contains(number)) {
                return Err(TrainingError::field(field, number.to_string(), "write a whole number from 1 on"));
            }
        }
        for (field, address) in [("activity", words.activity.trim()), ("pretest", words.pretest.trim())] {
            if !address.is_empty() && !rules::xapi::is_iri(address) {
                return Err(TrainingError::field(field, address, "write it as the tool has it: https://…"));
            }
        }
        let text = |text: &str| if text.trim().is_empty() { Value::Null } else { Value::Text(text.trim().to_owned()) };
        let number = |number: Option<i64>| number.map_or(Value::Null, Value::Integer);
        Ok(vec![
            ("name", text(name)),
            ("delivery", text(&words.delivery)),
            ("detail", text(&words.detail.replace("\r\n", "\n"))),
            ("link", text(link)),
            ("roles", text(&words.roles.join(","))),
            ("competency", text(competency)),
            ("days", number(words.days)),
            ("valid_months", number(words.valid_months)),
            ("activity", text(&words.activity)),
            ("pretest", text(&words.pretest)),
        ])
    }
}
