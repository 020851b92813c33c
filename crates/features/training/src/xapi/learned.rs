//! What a statement does: an assignment is done, a test scored, a course rated.

use super::{Told, multipart, records::XAPI_STATEMENT, store};
use crate::{Assignment, Completion, Course, Training, TrainingError, Which, assignments::RATINGS};
use base::{Amount, RecordId};
use crm::TRAINING;
use db::{Filter, ListQuery, Record};
use jiff::{civil::Date, tz::TimeZone};
use rules::{
    log::{Fields, LogRow, Origin},
    record::Value,
    xapi::{Identity, Score, Statement},
};
use rust_decimal::Decimal;
use sha1::{Digest as _, Sha1};
use std::collections::{BTreeMap, BTreeSet};

const FAILED: &str = "http://adlnet.gov/expapi/verbs/failed";
const RATED: &str = "http://id.tincanapi.com/verb/rated";
/// Verbs with which a tool says that somebody is through.
const DONE: [&str; 4] = [
    "http://adlnet.gov/expapi/verbs/completed",
    "http://adlnet.gov/expapi/verbs/passed",
    "http://adlnet.gov/expapi/verbs/mastered",
    "https://w3id.org/xapi/adl/verbs/satisfied",
];
const WHOLE: i64 = 100;

/// What a statement was found to say.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lesson {
    pub person: Option<RecordId>,
    pub told: Told,
    pub training: Option<RecordId>,
}

/// What is known while the statements of one request are read: a later one sees what an earlier one did.
pub(super) struct Learned {
    training: Training,
    zone: TimeZone,
    today: Date,
    called: BTreeMap<String, RecordId>,
    courses: Vec<Course>,
    assignments: BTreeMap<RecordId, Vec<Assignment>>,
    /// What is to be written.
    pub changes: BTreeMap<RecordId, Fields>,
}

impl Learned {
    pub async fn new(training: &Training) -> Result<Self, TrainingError> {
        let company = training.desk.company().await?;
        Ok(Self {
            training: training.clone(),
            zone: company.zone,
            today: training.today().await?,
            called: training.called().await?,
            courses: training.courses().await?,
            assignments: BTreeMap::new(),
            changes: BTreeMap::new(),
        })
    }

    /// Whom a statement is about: by e-mail. Numbers of a tool's own people are not those of ours.
    fn person(&self, statement: &Statement) -> Option<RecordId> {
        let is_group =
            statement.json().get("actor").and_then(|actor| actor.get("objectType")?.as_str()) == Some("Group");
        let name = match statement.actor().filter(|_| !is_group)? {
            Identity::Mbox(mail) => mail.strip_prefix("mailto:")?.to_owned(),
            Identity::Account { name, .. } if name.contains('@') => name,
            Identity::MboxSha1(sum) => {
                let is_of = |(name, _): &(&String, &RecordId)| mbox_sha1(name) == sum;
                return self.called.iter().find(is_of).map(|(_, person)| *person);
            }
            Identity::Account { .. } | Identity::OpenId(_) => return None,
        };
        self.called.get(&name.trim().to_lowercase()).copied()
    }

    /// `counts` is false of a statement that was void before it came.
    pub async fn read(&mut self, statement: &Statement, counts: bool) -> Result<Lesson, TrainingError> {
        let person = self.person(statement);
        let of = |told, training| Lesson { person, told, training };
        if !counts {
            return Ok(of(Told::Nothing, None));
        }
        if statement.voids().is_some() {
            return Ok(of(Told::Void, None));
        }
        if statement.object_activity().is_none() {
            return Ok(of(Told::Nothing, None));
        }
        let Some(course) = self.course(statement) else { return Ok(of(Told::NoCourse, None)) };
        let Some(person) = person else { return Ok(of(Told::NoPerson, None)) };
        self.load(person).await?;
        let (told, training) = self.apply(person, &course, statement).await?;
        Ok(of(told, training))
    }

    fn course(&self, statement: &Statement) -> Option<Course> {
        let activity = statement.object_activity()?;
        let is = |known: &Option<String>| known.as_deref() == Some(activity);
        self.courses.iter().find(|one| is(&one.activity) || is(&one.pretest)).cloned()
    }

    async fn load(&mut self, person: RecordId) -> Result<(), TrainingError> {
        if !self.assignments.contains_key(&person) {
            self.assignments.insert(person, self.training.assignments(Which::Of(person)).await?);
        }
        Ok(())
    }

    async fn apply(
        &mut self,
        person: RecordId,
        course: &Course,
        statement: &Statement,
    ) -> Result<(Told, Option<RecordId>), TrainingError> {
        let score = statement.score();
        let day = statement.timestamp().map_or(self.today, |moment| moment.to_zoned(self.zone.clone()).date());
        let what = What { day: day.min(self.today), score: score.as_ref().and_then(percent) };
        if statement.verb() == RATED {
            return Ok(self.rated(person, course, score.as_ref().and_then(stars)));
        }
        if course.pretest.as_deref() == statement.object_activity() {
            return Ok(self.tested(person, course, &what));
        }
        if is_done(statement) { self.done(person, course, &what).await } else { Ok((Told::Nothing, None)) }
    }

    fn theirs(&mut self, person: RecordId, course: &Course) -> impl Iterator<Item = &mut Assignment> {
        let of = course.id;
        self.assignments.get_mut(&person).into_iter().flatten().filter(move |one| one.of == Some(of))
    }

    fn rated(&mut self, person: RecordId, course: &Course, rating: Option<i64>) -> (Told, Option<RecordId>) {
        let Some(rating) = rating else { return (Told::Nothing, None) };
        let unrated = self.theirs(person, course).filter(|one| one.days.completed.is_some() && one.rating.is_none());
        let Some(last) = unrated.max_by_key(|one| one.days.completed) else { return (Told::NoAssignment, None) };
        last.rating = Some(rating);
        let id = last.id;
        self.put(id, vec![("rating", Value::Integer(rating))]);
        (Told::Rated, Some(id))
    }

    /// The test before a course, of an assignment that is open.
    fn tested(&mut self, person: RecordId, course: &Course, what: &What) -> (Told, Option<RecordId>) {
        let Some(score) = what.score else { return (Told::Nothing, None) };
        let Some(open) = self.theirs(person, course).find(|one| one.days.completed.is_none()) else {
            return (Told::NoAssignment, None);
        };
        open.before = Some(score);
        let id = open.id;
        self.put(id, vec![("score_before", Value::Decimal(score))]);
        (Told::Tested, Some(id))
    }

    async fn done(
        &mut self,
        person: RecordId,
        course: &Course,
        what: &What,
    ) -> Result<(Told, Option<RecordId>), TrainingError> {
        let how = Completion { day: Some(what.day), after: what.score, ..Completion::default() };
        let open = self
            .theirs(person, course)
            .find(|one| one.days.completed.is_none() && one.assigned_on.is_none_or(|assigned| assigned <= what.day));
        if let Some(open) = open.map(|open| open.clone()) {
            let fields = self.training.completed(&open, Some(course), &how).await?;
            for one in self.theirs(person, course).filter(|one| one.id == open.id) {
                one.days.completed = Some(what.day);
                one.after = what.score;
            }
            self.put(open.id, fields);
            return Ok((Told::Completed, Some(open.id)));
        }
        // "completed" and "passed" come one after the other: the second may bring the score.
        let scored =
            self.theirs(person, course).find(|one| one.days.completed == Some(what.day) && one.after.is_none());
        let (Some(score), Some(scored)) = (what.score, scored) else {
            let is_known = self.theirs(person, course).any(|one| one.days.completed.is_some());
            return Ok((if is_known { Told::Nothing } else { Told::NoAssignment }, None));
        };
        scored.after = Some(score);
        let id = scored.id;
        self.put(id, vec![("score_after", Value::Decimal(score))]);
        Ok((Told::Tested, Some(id)))
    }

    fn put(&mut self, training: RecordId, fields: Fields) {
        let kept = self.changes.entry(training).or_default();
        for (field, value) in fields {
            kept.retain(|(known, _)| *known != field);
            kept.push((field, value));
        }
    }

    /// A statement is void: what tools said of its assignment is said again without it. What people said stays.
    pub async fn undo(&mut self, void: &Record, gone: &BTreeSet<RecordId>) -> Result<(), TrainingError> {
        let Some(id) = void.value("training").as_reference() else { return Ok(()) };
        let db = self.training.db().clone();
        let Some(record) = db.system().get(&TRAINING, id).await? else { return Ok(()) };
        let Some(person) = record.value("person").as_reference() else { return Ok(()) };
        self.load(person).await?;
        let rows = db.system().history(&TRAINING, id).await?;
        let is_tools = |field: &str| {
            let sets = |row: &&LogRow| row.event.fields().iter().any(|(name, _)| *name == field);
            rows.iter().rfind(sets).is_some_and(|row| row.actor.is_none() && row.origin == Origin::Api)
        };
        let fields: Vec<&'static str> = TOLD_BY_TOOLS.into_iter().filter(|field| is_tools(field)).collect();
        for one in self.assignments.get_mut(&person).into_iter().flatten().filter(|one| one.id == id) {
            for field in &fields {
                match *field {
                    "completed_on" => one.days.completed = None,
                    "expires_on" => one.days.expires = None,
                    "score_before" => one.before = None,
                    "score_after" => one.after = None,
                    _ => one.rating = None,
                }
            }
        }
        self.put(id, fields.into_iter().map(|field| (field, Value::Null)).collect());
        let filters = vec![Filter("training", Value::Reference(id))];
        let query = ListQuery { filters, sort: Some(("stored", false)), limit: u64::MAX, ..ListQuery::default() };
        for said in db.system().list(&XAPI_STATEMENT, &query).await? {
            let counts = !gone.contains(&said.id) && said.value("voided_by").as_text().is_none();
            let Some(statement) = store::read(&said).filter(|_| counts) else { continue };
            if let Some(course) = self.course(&statement) {
                self.apply(person, &course, &statement).await?;
            }
        }
        Ok(())
    }
}

/// Of an assignment.
const TOLD_BY_TOOLS: [&str; 5] = ["completed_on", "expires_on", "score_before", "score_after", "rating"];

fn mbox_sha1(mail: &str) -> String {
    multipart::hex(&Sha1::digest(format!("mailto:{mail}")))
}

struct What {
    day: Date,
    score: Option<Amount>,
}

/// The tool says so, and not that it went wrong.
fn is_done(statement: &Statement) -> bool {
    let says = DONE.contains(&statement.verb()) || statement.completion() == Some(true);
    says && statement.success() != Some(false) && statement.verb() != FAILED
}

/// 1 to 5, of five.
fn stars(score: &Score) -> Option<i64> {
    let is_of_five = score.max.is_none_or(|max| max == Decimal::from(*RATINGS.end()));
    let raw = score.raw.filter(|raw| is_of_five && raw.normalize().scale() == 0)?;
    i64::try_from(raw.normalize()).ok().filter(|one| RATINGS.contains(one))
}

/// 0 to 100: by the scaled score, or by where the raw one lies between its ends.
fn percent(score: &Score) -> Option<Amount> {
    let whole = Decimal::from(WHOLE);
    let of = match (score.scaled, score.raw, score.max) {
        (Some(scaled), ..) => scaled.checked_mul(whole)?,
        (None, Some(raw), Some(max)) => {
            let min = score.min.unwrap_or_default();
            raw.checked_sub(min)?.checked_mul(whole)?.checked_div(max.checked_sub(min)?)?
        }
        _ => return None,
    };
    let amount = Amount::from_decimal_rounded(of).ok()?;
    (!amount.is_negative() && amount <= Amount::from(WHOLE)).then_some(amount)
}
