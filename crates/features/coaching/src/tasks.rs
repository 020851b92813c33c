//! Development levels (COACH-2): per person and task, D1 to D4 with the style that fits, and hints where it does not. Every key account
//! is a task of its own that begins at D1.

use crate::{
    COACHED_TASK, Coaching, CoachingError, TASK_CHECK,
    desk::{Lines, text_field, text_of, written},
};
use base::{Currency, Money, RecordId, Seq};
use crm::ACCOUNT;
use db::{Change, Filter, Record};
use jiff::{ToSpan, civil::Date};
use rules::{
    appraisal::{Degree, DevelopmentLevel, Diagnosis, Hint, Style},
    log::Origin,
    record::Value,
};

/// A task as it stands.
#[derive(Debug, Clone)]
pub struct Task {
    pub id: RecordId,
    pub person: RecordId,
    pub name: String,
    pub account: Option<RecordId>,
    pub goal: Option<String>,
    pub plan: Option<String>,
    pub budget: Option<Money>,
    pub began_on: Date,
    pub ended_on: Option<Date>,
    /// The last first.
    pub checks: Vec<Check>,
}

#[derive(Debug, Clone)]
pub struct Check {
    pub id: RecordId,
    pub day: Date,
    pub by: String,
    pub seen: Diagnosis,
    pub style: Style,
    pub note: Option<String>,
}

/// What a task asks for now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Goal and plan are made together first.
    Plan,
    /// Goal and budget are all that one who stands on their own feet is given.
    Goal,
    /// The day has passed on which they were to look at it together.
    Check,
    /// The person is led otherwise than the level asks for.
    Style(Hint),
}

impl Need {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Plan => "plan",
            Self::Goal => "goal",
            Self::Check => "check",
            Self::Style(hint) => hint.name(),
        }
    }
}

/// A task that somebody begins, or words of one that change.
#[derive(Debug, Clone, Default)]
pub struct TaskWords {
    pub name: Option<String>,
    pub goal: Option<String>,
    pub plan: Option<String>,
    /// In the company's currency; empty for none.
    pub budget: Option<String>,
}

/// What a leader saw.
#[derive(Debug, Clone)]
pub struct NewCheck {
    pub day: Date,
    pub competence: u8,
    pub commitment: u8,
    pub style: Style,
    pub note: String,
}

impl Task {
    fn read(record: &Record, checks: Vec<Check>) -> Option<Self> {
        Some(Self {
            id: record.id,
            person: record.value("person").as_reference()?,
            name: record.title(),
            account: record.value("account").as_reference(),
            goal: text_of(record, "goal"),
            plan: text_of(record, "plan"),
            budget: record.value("budget").as_money(),
            began_on: record.value("began_on").as_date()?,
            ended_on: record.value("ended_on").as_date(),
            checks,
        })
    }

    /// Where nothing was seen yet a person begins at D1.
    pub fn level(&self) -> DevelopmentLevel {
        self.checks.first().map_or(DevelopmentLevel::D1, |last| last.seen.level())
    }

    /// When they look at it together next; none for who stands on their own feet.
    pub fn next_check(&self) -> Option<Date> {
        let last = self.checks.first().map_or(self.began_on, |last| last.day);
        self.level().days_between_checks().map(|days| last.saturating_add(days.days()))
    }

    pub fn needs(&self, today: Date) -> Vec<Need> {
        if self.ended_on.is_some() {
            return Vec::new();
        }
        let level = self.level();
        let mut needs = Vec::new();
        if level.begins_with_a_plan() && (self.goal.is_none() || self.plan.is_none()) {
            needs.push(Need::Plan);
        } else if self.goal.is_none() {
            needs.push(Need::Goal);
        }
        needs.extend(self.next_check().filter(|due| *due < today).map(|_| Need::Check));
        needs.extend(self.checks.first().and_then(|last| Hint::of(last.style, level)).map(Need::Style));
        needs
    }
}

impl Check {
    fn read(record: &Record, lines: &Lines) -> Option<Self> {
        let degree = |field: &str| Degree::new(u8::try_from(record.value(field).as_integer()?).ok()?);
        let style = text_of(record, "style")?;
        Some(Self {
            id: record.id,
            day: record.value("checked_on").as_date()?,
            by: lines.name(record.value("checked_by").as_reference()?),
            seen: Diagnosis { competence: degree("competence")?, commitment: degree("commitment")? },
            style: Style::ALL.into_iter().find(|one| one.name() == style)?,
            note: text_of(record, "note"),
        })
    }
}

impl Coaching {
    /// Somebody's tasks, those that go on first.
    pub(crate) async fn tasks(&self, lines: &Lines, person: RecordId) -> Result<Vec<Task>, CoachingError> {
        let of = || vec![Filter("person", Value::Reference(person))];
        let checks = self.desk.visible(&TASK_CHECK, of()).await?;
        let mut tasks = Vec::new();
        for record in self.desk.visible(&COACHED_TASK, of()).await? {
            let own = checks.iter().filter(|check| check.value("task").as_reference() == Some(record.id));
            let mut own: Vec<Check> = own.filter_map(|check| Check::read(check, lines)).collect();
            own.sort_by_key(|check| std::cmp::Reverse((check.day, check.id)));
            tasks.extend(Task::read(&record, own));
        }
        tasks.sort_by_key(|task| (task.ended_on.is_some(), task.level(), task.id));
        Ok(tasks)
    }

    /// Key accounts of a person that are no task yet: each begins at D1.
    pub(crate) async fn new_accounts(&self, person: RecordId, tasks: &[Task]) -> Result<Vec<Record>, CoachingError> {
        let key = vec![Filter("owner", Value::Reference(person)), Filter("tier", Value::Text("key".to_owned()))];
        let mut accounts = self.desk.visible(&ACCOUNT, key).await?;
        accounts.retain(|account| !tasks.iter().any(|task| task.account == Some(account.id)));
        accounts.sort_by_cached_key(Record::title);
        Ok(accounts)
    }

    pub async fn task(&self, id: RecordId) -> Result<(Task, String), CoachingError> {
        let record = self.db().system().get(&COACHED_TASK, id).await?;
        let person = record.and_then(|record| record.value("person").as_reference()).ok_or(CoachingError::NotThere)?;
        let lines = self.lines().await?;
        let task = self.tasks(&lines, person).await?.into_iter().find(|task| task.id == id);
        Ok((task.ok_or(CoachingError::NotThere)?, lines.name(person)))
    }

    pub async fn begin_task(
        &self,
        person: RecordId,
        account: Option<RecordId>,
        words: &TaskWords,
        origin: Origin,
    ) -> Result<RecordId, CoachingError> {
        let lines = self.lines().await?;
        self.must_lead(&lines, person)?;
        let mut fields = self.task_fields(words).await?;
        if let Some(account) = account {
            let tasks = self.tasks(&lines, person).await?;
            let new = self.new_accounts(person, &tasks).await?;
            let found = new.iter().find(|one| one.id == account).ok_or(CoachingError::NotThere)?;
            fields.push(("account", Value::Reference(account)));
            if !fields.iter().any(|(name, _)| *name == "name") {
                fields.push(("name", Value::Text(found.title())));
            }
        }
        if !fields.iter().any(|(name, _)| *name == "name") {
            return Err(CoachingError::Empty);
        }
        fields.push(("person", Value::Reference(person)));
        fields.push(("began_on", Value::Date(self.today().await?)));
        let id = self.db().new_id().await?;
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(Change::create(&COACHED_TASK, id, fields))?;
        self.committed(tx, "the task").await?;
        Ok(id)
    }

    async fn task_fields(&self, words: &TaskWords) -> Result<Vec<(&'static str, Value)>, CoachingError> {
        let mut fields = Vec::new();
        for (name, said) in [("goal", &words.goal), ("plan", &words.plan)] {
            if let Some(said) = said {
                fields.push((name, text_field(written(said)?)));
            }
        }
        if let Some(said) = &words.budget {
            fields.push(("budget", budget(said, self.desk.company().await?.currency)?));
        }
        let name = written(words.name.as_deref().unwrap_or_default())?;
        if !name.is_empty() {
            fields.push(("name", Value::Text(name)));
        }
        Ok(fields)
    }

    /// Both make the goal and the plan; the budget is the leader's to set.
    pub async fn word_task(
        &self,
        id: RecordId,
        words: &TaskWords,
        seen: Seq,
        origin: Origin,
    ) -> Result<(), CoachingError> {
        let (task, _) = self.task(id).await?;
        let lines = self.lines().await?;
        let mut fields = self.task_fields(words).await?;
        if self.me()? == task.person {
            fields.retain(|(name, _)| matches!(*name, "goal" | "plan"));
        } else {
            self.must_lead(&lines, task.person)?;
        }
        if task.ended_on.is_some() {
            return Err(CoachingError::Over);
        }
        if fields.is_empty() {
            return Err(CoachingError::Empty);
        }
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(Change::set(&COACHED_TASK, id, fields).based_on(seen))?;
        self.committed(tx, &task.name).await
    }

    /// Somebody above says what they saw, and how they led.
    pub async fn check_task(&self, id: RecordId, new: &NewCheck, origin: Origin) -> Result<RecordId, CoachingError> {
        let (task, _) = self.task(id).await?;
        let lines = self.lines().await?;
        let me = self.must_lead(&lines, task.person)?;
        if task.ended_on.is_some() {
            return Err(CoachingError::Over);
        }
        if new.day > self.today().await? {
            return Err(CoachingError::NotYet);
        }
        let degree =
            |degree: u8| Degree::new(degree).map(|one| Value::Integer(one.get().into())).ok_or(CoachingError::Degree);
        let fields = vec![
            ("person", Value::Reference(task.person)),
            ("task", Value::Reference(id)),
            ("checked_on", Value::Date(new.day)),
            ("checked_by", Value::Reference(me)),
            ("competence", degree(new.competence)?),
            ("commitment", degree(new.commitment)?),
            ("style", Value::Text(new.style.name().to_owned())),
            ("note", text_field(written(&new.note)?)),
        ];
        let check = self.db().new_id().await?;
        let mut tx = self.db().begin(self.viewer().person, origin);
        tx.put(Change::create(&TASK_CHECK, check, fields))?;
        self.committed(tx, &task.name).await?;
        Ok(check)
    }

    pub async fn end_task(&self, id: RecordId, origin: Origin) -> Result<RecordId, CoachingError> {
        let seq = self.db().system().last_seq().await?;
        let (task, _) = self.task(id).await?;
        let lines = self.lines().await?;
        self.must_lead(&lines, task.person)?;
        if task.ended_on.is_some() {
            return Err(CoachingError::Over);
        }
        let mut tx = self.db().begin(self.viewer().person, origin);
        let fields = vec![("ended_on", Value::Date(self.today().await?))];
        tx.put(Change::set(&COACHED_TASK, id, fields).based_on(seq))?;
        self.committed(tx, &task.name).await?;
        Ok(task.person)
    }
}

/// A style by its word.
pub fn style(word: &str) -> Result<Style, CoachingError> {
    Style::ALL.into_iter().find(|one| one.name() == word).ok_or(CoachingError::Style)
}

fn budget(text: &str, currency: Currency) -> Result<Value, CoachingError> {
    match text.trim() {
        "" => Ok(Value::Null),
        text => Money::parse(text, currency).map(Value::Money).map_err(|_| CoachingError::Budget(text.to_owned())),
    }
}
