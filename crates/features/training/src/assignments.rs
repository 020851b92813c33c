//! Assignments: who is to take a course by which day, how they stand, and who needs it.

use crate::{Course, Training, TrainingError};
use appraisal::DEVELOPMENT_GOAL;
use base::{Amount, RecordId};
use crm::TRAINING;
use db::{Change, Filter, Record};
use jiff::{ToSpan, civil::Date};
use rules::{
    log::{Event, Origin},
    record::{RecordType, Value},
    training::{Assigned, Need, Outcome, Standing, expires, need},
};
use std::collections::{BTreeMap, BTreeSet};

/// Who is assigned what rests on these.
pub(crate) const RESTS_ON: &[&RecordType] =
    &[&crm::COURSE, &TRAINING, &access::PERSON, &DEVELOPMENT_GOAL, &appraisal::ROLE_PROFILE, &appraisal::COMPETENCY];

pub const RATINGS: std::ops::RangeInclusive<i64> = 1..=5;
const HIGHEST_SCORE: i64 = 100;
/// Somebody else wrote at the same time: so often it is tried again.
pub(crate) const TRIES: usize = 5;
const LONGEST_CERTIFICATE: usize = 100;

/// A course that somebody is to take, or took.
#[derive(Debug, Clone)]
pub struct Assignment {
    pub id: RecordId,
    pub course: String,
    /// In the catalogue.
    pub of: Option<RecordId>,
    pub person: RecordId,
    pub name: String,
    pub assigned_on: Option<Date>,
    pub assigned_by: Option<RecordId>,
    pub days: Assigned,
    pub standing: Standing,
    pub need: Option<Need>,
    /// What its taker thinks of it.
    pub rating: Option<i64>,
    pub before: Option<Amount>,
    pub after: Option<Amount>,
    pub certificate: Option<String>,
}

impl Assignment {
    pub const fn scores(&self) -> Option<(Amount, Amount)> {
        match (self.before, self.after) {
            (Some(before), Some(after)) => Some((before, after)),
            _ => None,
        }
    }

    /// What became of several.
    pub fn outcome<'a>(of: impl IntoIterator<Item = &'a Self>, today: Date) -> Outcome {
        let mut outcome = Outcome::default();
        for one in of {
            outcome.add(&one.days, one.rating, one.scores(), today);
        }
        outcome
    }
}

/// How somebody finished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Completion {
    /// Today, if none is named.
    pub day: Option<Date>,
    pub before: Option<Amount>,
    pub after: Option<Amount>,
    pub certificate: String,
}

/// Whom a course could be assigned to, and why they need it.
#[derive(Debug, Clone)]
pub struct Wanting {
    pub person: RecordId,
    pub name: String,
    pub role: String,
    pub need: Option<Need>,
}

/// What of an assignment is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    Of(RecordId),
    Course(RecordId),
    Everybody,
}

impl Training {
    /// Assignments that whoever asks may see: what is open first, the soonest due at the top.
    pub async fn assignments(&self, which: Which) -> Result<Vec<Assignment>, TrainingError> {
        let courses = self.courses().await?;
        let found = match which {
            Which::Of(person) => self.desk.visible(&TRAINING, vec![Filter("person", Value::Reference(person))]).await?,
            Which::Everybody => self.desk.visible(&TRAINING, Vec::new()).await?,
            Which::Course(id) => {
                let name = courses.iter().find(|one| one.id == id).ok_or(TrainingError::NotThere)?.name.clone();
                let mut found = self.desk.visible(&TRAINING, vec![Filter("of_course", Value::Reference(id))]).await?;
                let by_name = self.desk.visible(&TRAINING, vec![Filter("course", Value::Text(name))]).await?;
                found.extend(by_name.into_iter().filter(|one| one.value("of_course").as_reference().is_none()));
                found
            }
        };
        let people: BTreeSet<RecordId> = found.iter().filter_map(|one| one.value("person").as_reference()).collect();
        let (names, today) = (self.desk.names(people).await?, self.today().await?);
        let mut read: Vec<Assignment> =
            found.iter().filter_map(|record| read_assignment(record, &courses, &names, today)).collect();
        only_last_ends(&mut read, today);
        read.sort_by_key(|one| (one.standing, one.days.due, one.id));
        Ok(read)
    }

    async fn assignment(&self, id: RecordId) -> Result<(Assignment, Option<Course>), TrainingError> {
        let found = self.db().reader(self.desk.viewer()).get(&TRAINING, id).await?.filter(|one| !one.archived);
        let record = found.ok_or(TrainingError::NotThere)?;
        let courses = self.courses().await?;
        let names = self.desk.names(record.value("person").as_reference()).await?;
        let read = read_assignment(&record, &courses, &names, self.today().await?).ok_or(TrainingError::NotThere)?;
        let course = courses.into_iter().find(|course| Some(course.id) == read.of);
        Ok((read, course))
    }

    /// Everybody a course could be assigned to, those who need it first.
    pub async fn wanting(&self, course: RecordId) -> Result<Vec<Wanting>, TrainingError> {
        let course = self.course(course).await?;
        if course.ended_on.is_some() {
            return Ok(Vec::new());
        }
        let today = self.today().await?;
        let mut taken: BTreeMap<RecordId, Vec<Assigned>> = BTreeMap::new();
        for one in self.assignments(Which::Course(course.id)).await? {
            taken.entry(one.person).or_default().push(one.days);
        }
        let gaps: BTreeSet<RecordId> = match &course.competency {
            Some(competency) => {
                let filters = vec![Filter("competency", Value::Text(competency.clone()))];
                let goals = self.desk.visible(&DEVELOPMENT_GOAL, filters).await?;
                let open = goals.iter().filter(|goal| goal.value("state").as_text() == Some("open"));
                open.filter_map(|goal| goal.value("person").as_reference()).collect()
            }
            None => BTreeSet::new(),
        };
        let led = self.led().await?;
        let mut found = Vec::new();
        for person in self.desk.people(today).await? {
            let taken = taken.get(&person.id).map_or(&[][..], Vec::as_slice);
            let is_open = taken.iter().any(|one| one.completed.is_none());
            if is_open || !led.assigns(person.id) {
                continue;
            }
            let role = access::role(&person).to_owned();
            let need = need(taken, course.roles.contains(&role), gaps.contains(&person.id), today);
            found.push(Wanting { person: person.id, name: person.title(), role, need });
        }
        found.sort_by_key(|one| one.need.map_or((1, None), |need| (0, Some(need))));
        Ok(found)
    }

    /// Assigns a course to people, all or none: the answer is how many.
    pub async fn assign(
        &self,
        course: RecordId,
        people: &BTreeSet<RecordId>,
        due: Option<Date>,
        origin: Origin,
    ) -> Result<usize, TrainingError> {
        // Others write all the time: it is looked at again rather than refused.
        for _ in 1..TRIES {
            match self.try_assign(course, people, due, origin).await {
                Err(TrainingError::Moved) => {}
                done => return done,
            }
        }
        self.try_assign(course, people, due, origin).await
    }

    async fn try_assign(
        &self,
        course: RecordId,
        people: &BTreeSet<RecordId>,
        due: Option<Date>,
        origin: Origin,
    ) -> Result<usize, TrainingError> {
        let seq = self.db().system().last_seq().await?;
        let course = self.course(course).await?;
        if course.ended_on.is_some() {
            return Err(TrainingError::Ended);
        }
        if people.is_empty() {
            return Err(TrainingError::Nobody);
        }
        let today = self.today().await?;
        let due = due.unwrap_or_else(|| today.saturating_add(course.days.days()));
        if due < today {
            return Err(TrainingError::field("due_on", due.to_string(), "write today or a later day"));
        }
        let wanting: BTreeMap<RecordId, Wanting> =
            self.wanting(course.id).await?.into_iter().map(|one| (one.person, one)).collect();
        let mut tx = self.db().begin(self.person(), origin).resting_on(seq, RESTS_ON);
        for person in people {
            let Some(one) = wanting.get(person) else {
                let name = self.name(*person).await?;
                return Err(if self.led().await?.assigns(*person) {
                    TrainingError::HasIt(name)
                } else {
                    TrainingError::NotBelow(name)
                });
            };
            let fields = vec![
                ("course", Value::Text(course.name.clone())),
                ("of_course", Value::Reference(course.id)),
                ("person", Value::Reference(*person)),
                ("assigned_on", Value::Date(today)),
                ("assigned_by", self.person().map_or(Value::Null, Value::Reference)),
                ("need", told_need(one.need)),
                ("due_on", Value::Date(due)),
            ];
            tx.put(Change::create(&TRAINING, self.db().new_id().await?, fields))?;
        }
        tx.commit().await?;
        Ok(people.len())
    }

    /// Says that an assignment is done: its taker where the course leaves it to them, or somebody above, or HR.
    pub async fn complete(&self, id: RecordId, how: &Completion, origin: Origin) -> Result<(), TrainingError> {
        let seq = self.db().system().last_seq().await?;
        let (one, course) = self.assignment(id).await?;
        let is_own = self.person() == Some(one.person);
        if !self.led().await?.leads(one.person) {
            let today = self.today().await?;
            let by_taker = is_own && course.as_ref().is_some_and(Course::is_told_by_taker);
            if !by_taker {
                return Err(if is_own { TrainingError::NotByTaker } else { TrainingError::NotBelow(one.name) });
            }
            // What a test gave, another day and a certificate's number are not for its taker to say.
            let is_today = how.day.is_none_or(|day| day == today);
            if !is_today || how.before.is_some() || how.after.is_some() || !how.certificate.trim().is_empty() {
                return Err(TrainingError::NotByTaker);
            }
        }
        if one.days.completed.is_some() {
            return Err(TrainingError::Done);
        }
        let fields = self.completed(&one, course.as_ref(), how).await?;
        let mut tx = self.db().begin(self.person(), origin);
        tx.put(Change::set(&TRAINING, id, fields).based_on(seq))?;
        tx.commit().await?;
        Ok(())
    }

    /// The fields of an assignment that is done.
    pub(crate) async fn completed(
        &self,
        one: &Assignment,
        course: Option<&Course>,
        how: &Completion,
    ) -> Result<Vec<(&'static str, Value)>, TrainingError> {
        let today = self.today().await?;
        let day = how.day.unwrap_or(today);
        if day > today || one.assigned_on.is_some_and(|assigned| day < assigned) {
            let what = "write a day from its assignment until today";
            return Err(TrainingError::field("completed_on", day.to_string(), what));
        }
        for (field, score) in [("score_before", how.before), ("score_after", how.after)] {
            if let Some(score) = score.filter(|score| score.is_negative() || *score > Amount::from(HIGHEST_SCORE)) {
                return Err(TrainingError::field(field, score.to_text(), "write 0 to 100"));
            }
        }
        let certificate = how.certificate.trim();
        if certificate.len() > LONGEST_CERTIFICATE {
            return Err(TrainingError::field("certificate", certificate, "write up to 100 bytes"));
        }
        let mut fields = vec![("completed_on", Value::Date(day))];
        for (field, score) in [("score_before", how.before), ("score_after", how.after)] {
            fields.extend(score.map(|score| (field, Value::Decimal(score))));
        }
        if !certificate.is_empty() {
            fields.push(("certificate", Value::Text(certificate.to_owned())));
        }
        let ends = course.and_then(|course| course.valid_months).and_then(|months| expires(day, months));
        fields.extend(ends.map(|ends| ("expires_on", Value::Date(ends))));
        Ok(fields)
    }

    /// Whoever took a course says what they think of it.
    pub async fn rate(&self, id: RecordId, rating: i64, origin: Origin) -> Result<(), TrainingError> {
        let seq = self.db().system().last_seq().await?;
        let (one, _) = self.assignment(id).await?;
        if self.person() != Some(one.person) {
            return Err(TrainingError::NotTaker);
        }
        if one.days.completed.is_none() {
            return Err(TrainingError::NotDone);
        }
        if !RATINGS.contains(&rating) {
            return Err(TrainingError::field("rating", rating.to_string(), "write 1 to 5"));
        }
        let mut tx = self.db().begin(self.person(), origin);
        tx.put(Change::set(&TRAINING, id, vec![("rating", Value::Integer(rating))]).based_on(seq))?;
        tx.commit().await?;
        Ok(())
    }

    /// Takes an assignment back, with all that was said of it: it was a mistake. The log keeps it.
    pub async fn withdraw(&self, id: RecordId, origin: Origin) -> Result<(), TrainingError> {
        let seq = self.db().system().last_seq().await?;
        let (one, _) = self.assignment(id).await?;
        let led = self.led().await?;
        if !led.leads(one.person) {
            return Err(TrainingError::NotBelow(one.name));
        }
        if !led.withdraws(&one) {
            return Err(TrainingError::HoldsIt);
        }
        let rows = self.db().system().history(&TRAINING, id).await?;
        let mut tx = self.db().begin(self.person(), origin);
        let seqs = rows.iter().map(|row| row.seq).collect();
        tx.put(Change::of(&TRAINING, id, Event::Void(seqs)).based_on(seq))?;
        tx.commit().await?;
        Ok(())
    }
}

fn read_assignment(
    record: &Record,
    courses: &[Course],
    names: &BTreeMap<RecordId, String>,
    today: Date,
) -> Option<Assignment> {
    let day = |field: &str| record.value(field).as_date();
    let course = record.title();
    let of = record.value("of_course").as_reference();
    let of = of.or_else(|| courses.iter().find(|one| one.name == course).map(|one| one.id));
    let completed = day("completed_on");
    let months = courses.iter().find(|one| Some(one.id) == of).and_then(|one| one.valid_months);
    let by_course = || completed.zip(months).and_then(|(completed, months)| expires(completed, months));
    let days = Assigned { due: day("due_on")?, completed, expires: day("expires_on").or_else(by_course) };
    let person = record.value("person").as_reference()?;
    let need = record.value("need").as_text();
    Some(Assignment {
        id: record.id,
        course,
        of,
        person,
        name: names.get(&person).cloned().unwrap_or_default(),
        assigned_on: day("assigned_on"),
        assigned_by: record.value("assigned_by").as_reference(),
        days,
        standing: days.standing(today),
        need: Need::ALL.into_iter().find(|one| Some(one.name()) == need),
        rating: record.value("rating").as_integer(),
        before: record.value("score_before").as_decimal(),
        after: record.value("score_after").as_decimal(),
        certificate: record.value("certificate").as_text().map(str::to_owned),
    })
}

/// Of several times that somebody took a course, only the certificate that holds longest ends.
fn only_last_ends(all: &mut [Assignment], today: Date) {
    let mut last: BTreeMap<(RecordId, Option<RecordId>), Date> = BTreeMap::new();
    for one in all.iter() {
        if let Some(expires) = one.days.expires {
            let known = last.entry((one.person, one.of)).or_insert(expires);
            *known = expires.max(*known);
        }
    }
    for one in all {
        let is_last = |expires: Date| last.get(&(one.person, one.of)).is_none_or(|last| *last <= expires);
        if one.days.expires.is_some_and(|expires| !is_last(expires)) {
            one.standing = Assigned { expires: None, ..one.days }.standing(today);
        }
    }
}

/// That somebody has a development goal is for those who see it there.
fn told_need(need: Option<Need>) -> Value {
    let told = need.filter(|need| *need != Need::Gap);
    told.map_or(Value::Null, |need| Value::Text(need.name().to_owned()))
}
