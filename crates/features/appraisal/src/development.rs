//! Development (APPR-6): gaps of the last appraisal become goals with an action, a mentor and a day; done, they are assessed again. What the
//! next role of the ladder expects stands beside what was seen.

use crate::{APPRAISAL, Appraisal, AppraisalError, Career, CycleState, DEVELOPMENT_GOAL, Form};
use base::{Amount, RecordId};
use db::{Change, Filter, Record};
use jiff::civil::Date;
use rules::{
    access::Reach,
    log::Origin,
    record::Value,
    role::{HIGHEST_LEVEL, Library, Profile},
};
use std::collections::BTreeMap;

/// How somebody learns (70, 20 and 10 of a hundred, as a rule of thumb).
pub const ACTIONS: &[&str] = &["on_job", "coaching", "course"];

/// A goal as it stands.
#[derive(Debug, Clone)]
pub struct Goal {
    pub id: RecordId,
    pub competency: String,
    pub from_level: Option<i64>,
    pub to_level: i64,
    pub kind: String,
    pub action: String,
    pub mentor: Option<String>,
    pub due: Date,
    pub state: GoalState,
    pub evidence: Option<String>,
    /// What was seen when it was assessed again.
    pub reached: Option<i64>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum GoalState {
    Open,
    Done,
    Dropped,
}

impl GoalState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Done, Self::Dropped];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Dropped => "dropped",
        }
    }
}

/// What a role expects of a competency, and what the last appraisal saw.
#[derive(Debug, Clone)]
pub struct Expectation {
    pub competency: String,
    pub expected: u8,
    pub observed: Option<Amount>,
}

impl Expectation {
    pub fn is_met(&self) -> bool {
        self.observed.is_some_and(|observed| observed >= Amount::from(i64::from(self.expected)))
    }
}

/// Somebody's plan.
#[derive(Debug, Clone)]
pub struct Development {
    pub person: RecordId,
    pub name: String,
    pub library: Library,
    /// The appraisal that gaps are of.
    pub appraisal: Option<(RecordId, String)>,
    pub own: Vec<Expectation>,
    /// By role of the ladder.
    pub ladder: Vec<(Profile, Vec<Expectation>)>,
    pub goals: Vec<Goal>,
    pub career: Career,
    /// What the wished role expects, where it is described.
    pub wished: Option<Vec<Expectation>>,
    /// The person is somebody else's: whoever asks is above, or HR.
    pub is_others: bool,
}

/// A goal that somebody sets.
#[derive(Debug, Clone)]
pub struct NewGoal {
    pub person: RecordId,
    pub competency: String,
    pub to_level: i64,
    pub kind: String,
    pub action: String,
    pub mentor: Option<RecordId>,
    pub due: Date,
}

impl Appraisal {
    /// Oneself, those above on today's lines, and who sees everybody's appraisals.
    pub(crate) fn may_develop(&self, person: RecordId) -> bool {
        let viewer = &self.viewer;
        let is_below = match &viewer.reach {
            Reach::People(people) => people.contains(&person),
            Reach::All => viewer.below.contains(&person),
        };
        viewer.person.is_some() && (viewer.person == Some(person) || viewer.sees_appraisals || is_below)
    }

    /// Whose plans one may open beside one's own: those below.
    pub async fn developed(&self) -> Result<Vec<Record>, AppraisalError> {
        let mut people = self.people(self.today().await?).await?;
        people.retain(|person| Some(person.id) != self.viewer.person && self.may_develop(person.id));
        Ok(people)
    }

    pub async fn development(&self, person: RecordId) -> Result<Development, AppraisalError> {
        if !self.may_develop(person) {
            return Err(AppraisalError::NotThere);
        }
        let record = self.db.system().get(&access::PERSON, person).await?.ok_or(AppraisalError::NotThere)?;
        let today = self.today().await?;
        let (roles, library) = (self.roles(today).await?, self.library(today).await?);
        let last = self.last_released(person).await?;
        let seen: BTreeMap<String, Amount> = match &last {
            Some(form) => form.levels()?,
            None => BTreeMap::new(),
        };
        let expectations = |profile: &Profile| {
            let expected = profile.competencies.iter().map(|one| Expectation {
                competency: one.id.clone(),
                expected: one.expected,
                observed: seen.get(&one.id).copied(),
            });
            expected.collect::<Vec<_>>()
        };
        let own = roles.get(access::role(&record)).map(|held| &held.what);
        let ladder = own.iter().flat_map(|role| &role.grows_into).filter_map(|role| roles.get(role));
        let ladder = ladder.map(|held| (held.what.clone(), expectations(&held.what))).collect();
        let career = self.career(person).await?;
        let wished = career.wish().and_then(|wish| roles.get(wish.role.as_deref()?));
        Ok(Development {
            person,
            name: record.title(),
            appraisal: last.map(|form| (form.id, form.cycle.name)),
            own: own.map(expectations).unwrap_or_default(),
            ladder,
            goals: self.goals(person).await?,
            wished: wished.map(|held| expectations(&held.what)),
            career,
            library,
            is_others: self.viewer.person != Some(person),
        })
    }

    /// The last appraisal of somebody whose results were released.
    async fn last_released(&self, person: RecordId) -> Result<Option<Form>, AppraisalError> {
        let mut found: Option<Form> = None;
        for record in self.visible(&APPRAISAL, vec![Filter("person", Value::Reference(person))]).await? {
            let form = self.form(record.id).await?;
            let is_later = found.as_ref().is_none_or(|last| last.cycle.period.end < form.cycle.period.end);
            if form.cycle.state != CycleState::Open && is_later {
                found = Some(form);
            }
        }
        Ok(found)
    }

    async fn goals(&self, person: RecordId) -> Result<Vec<Goal>, AppraisalError> {
        let found = self.visible(&DEVELOPMENT_GOAL, vec![Filter("person", Value::Reference(person))]).await?;
        let names = self.names(found.iter().filter_map(|one| one.value("mentor").as_reference())).await?;
        let goal = |one: &Record| {
            let text = |field: &str| one.value(field).as_text().map(str::to_owned);
            let state = text("state").unwrap_or_default();
            Some(Goal {
                id: one.id,
                competency: one.title(),
                from_level: one.value("from_level").as_integer(),
                to_level: one.value("to_level").as_integer()?,
                kind: text("kind")?,
                action: text("action").unwrap_or_else(|| "–".to_owned()),
                mentor: one.value("mentor").as_reference().and_then(|id| names.get(&id)).cloned(),
                due: one.value("due").as_date()?,
                state: GoalState::ALL.into_iter().find(|one| one.name() == state)?,
                evidence: text("evidence"),
                reached: one.value("reached").as_integer(),
            })
        };
        let mut goals: Vec<Goal> = found.iter().filter_map(goal).collect();
        goals.sort_by_key(|goal| (goal.state, goal.due, goal.id));
        Ok(goals)
    }

    /// The person themself, or somebody above, sets a goal.
    pub async fn set_goal(&self, new: &NewGoal, origin: Origin) -> Result<RecordId, AppraisalError> {
        let plan = self.development(new.person).await?;
        if !plan.library.contains_key(&new.competency) {
            return Err(AppraisalError::NoCompetency(new.competency.clone()));
        }
        if !(1..=i64::from(HIGHEST_LEVEL)).contains(&new.to_level) {
            return Err(AppraisalError::Level(new.competency.clone()));
        }
        if !ACTIONS.contains(&new.kind.as_str()) || new.action.trim().is_empty() {
            return Err(AppraisalError::NoAction);
        }
        if new.due < self.today().await? {
            return Err(AppraisalError::Order);
        }
        let observed = plan.own.iter().find(|one| one.competency == new.competency).and_then(|one| one.observed);
        let from = observed.and_then(|observed| observed.round_to(0).ok()).map(|level| level.millionths() / 1_000_000);
        let id = self.db.new_id().await?;
        let fields = vec![
            ("person", Value::Reference(new.person)),
            ("competency", Value::Text(new.competency.clone())),
            ("from_level", from.and_then(|level| i64::try_from(level).ok()).map_or(Value::Null, Value::Integer)),
            ("to_level", Value::Integer(new.to_level)),
            ("kind", Value::Text(new.kind.clone())),
            ("action", Value::Text(new.action.trim().to_owned())),
            ("mentor", new.mentor.map_or(Value::Null, Value::Reference)),
            ("due", Value::Date(new.due)),
            ("state", Value::Text(GoalState::Open.name().to_owned())),
        ];
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::create(&DEVELOPMENT_GOAL, id, fields))?;
        self.written(tx, &new.competency).await?;
        Ok(id)
    }

    /// Somebody above says what is seen now, with the evidence; the person may drop what nobody needs any more.
    pub async fn close_goal(
        &self,
        id: RecordId,
        reached: Option<i64>,
        evidence: &str,
        origin: Origin,
    ) -> Result<RecordId, AppraisalError> {
        let seq = self.db.system().last_seq().await?;
        let record = self.db.system().get(&DEVELOPMENT_GOAL, id).await?.ok_or(AppraisalError::NotThere)?;
        let person = record.value("person").as_reference().ok_or(AppraisalError::NotThere)?;
        if !self.may_develop(person) {
            return Err(AppraisalError::NotThere);
        }
        if record.value("state").as_text() != Some(GoalState::Open.name()) {
            return Err(AppraisalError::NotSo { is: "closed", wanted: "closed" });
        }
        let competency = record.title();
        let mut fields = vec![("closed_on", Value::Date(self.today().await?))];
        if let Some(level) = reached {
            if self.viewer.person == Some(person) {
                return Err(AppraisalError::OwnGrade);
            }
            if !(1..=i64::from(HIGHEST_LEVEL)).contains(&level) {
                return Err(AppraisalError::Level(competency));
            }
            if evidence.trim().is_empty() {
                return Err(AppraisalError::NoReason(competency));
            }
            fields.push(("reached", Value::Integer(level)));
        }
        let state = if reached.is_some() { GoalState::Done } else { GoalState::Dropped };
        fields.push(("state", Value::Text(state.name().to_owned())));
        if !evidence.trim().is_empty() {
            fields.push(("evidence", Value::Text(evidence.trim().to_owned())));
        }
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::set(&DEVELOPMENT_GOAL, id, fields).based_on(seq))?;
        self.written(tx, &competency).await?;
        Ok(person)
    }
}
