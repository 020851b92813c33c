//! Careers (004-T6): what somebody wants to become and by when, in their own words; talks about it with those above, what was agreed
//! and when it is looked at again. How ready they are is what the last appraisal saw beside what the wished role expects.

use crate::{Appraisal, AppraisalError, CAREER_GOAL, CAREER_TALK};
use base::RecordId;
use db::{Change, Filter, Record};
use jiff::civil::Date;
use rules::{log::Origin, record::Value};

/// What somebody wants, as they said it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub id: RecordId,
    pub wish: String,
    /// The role wished for.
    pub role: Option<String>,
    pub by: Option<Date>,
    pub stated_on: Date,
    /// When another took its place.
    pub ended_on: Option<Date>,
}

/// A talk that was held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CareerTalk {
    pub id: RecordId,
    pub day: Date,
    /// With whom.
    pub with: String,
    pub agreed: String,
    pub follow_up: Option<Date>,
}

/// All that is known of somebody's career, the last first.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Career {
    pub wishes: Vec<Wish>,
    pub talks: Vec<CareerTalk>,
}

impl Career {
    /// The wish that holds.
    pub fn wish(&self) -> Option<&Wish> {
        self.wishes.first().filter(|wish| wish.ended_on.is_none())
    }

    /// The day on which they are to talk again; none where a later talk was held.
    pub fn follow_up(&self) -> Option<Date> {
        self.talks.first().and_then(|talk| talk.follow_up)
    }
}

/// What a person says they want.
#[derive(Debug, Clone)]
pub struct NewWish {
    pub wish: String,
    pub role: Option<String>,
    pub by: Option<Date>,
}

/// What somebody above keeps of a talk.
#[derive(Debug, Clone)]
pub struct NewCareerTalk {
    pub day: Date,
    pub agreed: String,
    pub follow_up: Option<Date>,
}

impl Appraisal {
    pub(crate) async fn career(&self, person: RecordId) -> Result<Career, AppraisalError> {
        let of_person = || vec![Filter("person", Value::Reference(person))];
        let text = |one: &Record, field: &str| one.value(field).as_text().map(str::to_owned);
        let wish = |one: &Record| {
            Some(Wish {
                id: one.id,
                wish: text(one, "wish").unwrap_or_else(|| "–".to_owned()),
                role: text(one, "role"),
                by: one.value("due").as_date(),
                stated_on: one.value("stated_on").as_date()?,
                ended_on: one.value("closed_on").as_date(),
            })
        };
        let mut wishes: Vec<Wish> = self.visible(&CAREER_GOAL, of_person()).await?.iter().filter_map(wish).collect();
        wishes.sort_by_key(|wish| std::cmp::Reverse(wish.id));
        let found = self.visible(&CAREER_TALK, of_person()).await?;
        let names = self.names(found.iter().filter_map(|one| one.value("talked_with").as_reference())).await?;
        let talk = |one: &Record| {
            Some(CareerTalk {
                id: one.id,
                day: one.value("day").as_date()?,
                with: one
                    .value("talked_with")
                    .as_reference()
                    .and_then(|id| names.get(&id))
                    .cloned()
                    .unwrap_or_default(),
                agreed: text(one, "agreed").unwrap_or_else(|| "–".to_owned()),
                follow_up: one.value("follow_up").as_date(),
            })
        };
        let mut talks: Vec<CareerTalk> = found.iter().filter_map(talk).collect();
        talks.sort_by_key(|talk| std::cmp::Reverse((talk.day, talk.id)));
        Ok(Career { wishes, talks })
    }

    /// The person says what they want; what they wanted before ends with it and stays to be read.
    pub async fn state_wish(&self, new: &NewWish, origin: Origin) -> Result<RecordId, AppraisalError> {
        let me = self.viewer.person.ok_or(AppraisalError::Unnamed)?;
        let seq = self.db.system().last_seq().await?;
        let wish = said("wish", &new.wish)?;
        let today = self.today().await?;
        if let Some(role) = new.role.as_ref().filter(|role| !access::ROLES.contains(&role.as_str())) {
            return Err(AppraisalError::NoRole(role.clone()));
        }
        if let Some(by) = new.by.filter(|by| *by < today) {
            return Err(AppraisalError::PastDay(by));
        }
        let id = self.db.new_id().await?;
        let mut tx = self.db.begin(self.viewer.person, origin);
        if let Some(before) = self.career(me).await?.wish() {
            let ended = vec![("closed_on", Value::Date(today))];
            tx.put(Change::set(&CAREER_GOAL, before.id, ended).based_on(seq))?;
        }
        let fields = vec![
            ("person", Value::Reference(me)),
            ("wish", Value::Text(wish)),
            ("role", new.role.clone().map_or(Value::Null, Value::Text)),
            ("due", new.by.map_or(Value::Null, Value::Date)),
            ("stated_on", Value::Date(today)),
        ];
        tx.put(Change::create(&CAREER_GOAL, id, fields))?;
        self.written(tx, "career").await?;
        Ok(id)
    }

    /// Somebody above, or HR, keeps what a talk agreed; nobody talks with themself.
    pub async fn keep_career_talk(
        &self,
        person: RecordId,
        new: &NewCareerTalk,
        origin: Origin,
    ) -> Result<RecordId, AppraisalError> {
        if !self.may_develop(person) {
            return Err(AppraisalError::NotThere);
        }
        if self.db.system().get(&access::PERSON, person).await?.is_none() {
            return Err(AppraisalError::NotThere);
        }
        let leader = self.viewer.person.filter(|me| *me != person).ok_or(AppraisalError::OwnTalk)?;
        let agreed = said("agreed", &new.agreed)?;
        if new.day > self.today().await? {
            return Err(AppraisalError::FutureDay(new.day));
        }
        if let Some(day) = new.follow_up.filter(|day| *day <= new.day) {
            return Err(AppraisalError::PastDay(day));
        }
        let id = self.db.new_id().await?;
        let fields = vec![
            ("person", Value::Reference(person)),
            ("talked_with", Value::Reference(leader)),
            ("day", Value::Date(new.day)),
            ("agreed", Value::Text(agreed)),
            ("follow_up", new.follow_up.map_or(Value::Null, Value::Date)),
        ];
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::create(&CAREER_TALK, id, fields))?;
        self.written(tx, "career").await?;
        Ok(id)
    }
}

/// A text that is not empty and no book.
fn said(what: &'static str, text: &str) -> Result<String, AppraisalError> {
    let text = text.trim().replace("\r\n", "\n");
    if text.is_empty() {
        return Err(AppraisalError::NoText(what));
    }
    if text.len() > crate::answers::LONGEST_TEXT { Err(AppraisalError::TooLong) } else { Ok(text) }
}
