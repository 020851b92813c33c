//! Completions that another program lists (ENBL-1): planned row by row, then written whole or not at all.

use crate::{Assignment, Completion, Course, Training, TrainingError, assignments::RATINGS};
use base::{Amount, RecordId, Seq};
use crm::TRAINING;
use db::Change;
use jiff::civil::Date;
use rules::{
    log::{Fields, Origin},
    record::Value,
};
use std::collections::BTreeMap;

/// A row as its file has it: texts, for what is wrong is told with the value.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CompletionRow {
    /// E-mail or external id.
    pub person: String,
    /// Name, external id or activity.
    pub course: String,
    pub completed_on: String,
    pub score_before: String,
    pub score_after: String,
    pub rating: String,
    pub certificate: String,
}

impl CompletionRow {
    pub const COLUMNS: [&'static str; 7] =
        ["person", "course", "completed_on", "score_before", "score_after", "rating", "certificate"];
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// The assignment is done with it.
    Completes,
    /// It says what is known.
    Known,
    /// The person has no assignment of the course; nothing is written.
    NotAssigned,
}

impl Effect {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Completes => "completes",
            Self::Known => "known",
            Self::NotAssigned => "not_assigned",
        }
    }
}

/// A row and what it does.
#[derive(Debug)]
pub struct PlannedRow {
    pub line: u64,
    pub person: String,
    pub course: String,
    pub effect: Effect,
}

/// What a list would write.
#[derive(Debug)]
pub struct CompletionPlan {
    seq: Seq,
    pub rows: Vec<PlannedRow>,
    /// Rows that cannot be read, by line: with any of them nothing is written.
    pub problems: Vec<(u64, TrainingError)>,
    changes: Vec<(RecordId, Fields)>,
}

struct Known {
    called: BTreeMap<String, RecordId>,
    names: BTreeMap<RecordId, String>,
    courses: Vec<(Course, Option<String>)>,
    assignments: Vec<Assignment>,
}

impl Training {
    pub async fn plan_completions(&self, rows: &[(u64, CompletionRow)]) -> Result<CompletionPlan, TrainingError> {
        self.only_who_runs().await?;
        let mut plan = CompletionPlan {
            seq: self.db().system().last_seq().await?,
            rows: Vec::new(),
            problems: Vec::new(),
            changes: Vec::new(),
        };
        let called = self.called().await?;
        let names = self.desk.names(called.values().copied()).await?;
        let external = self.db().system().all(&crm::COURSE).await?;
        let external: BTreeMap<RecordId, String> =
            external.iter().filter_map(|one| Some((one.id, one.external_id()?.to_lowercase()))).collect();
        let courses = self.courses().await?.into_iter().map(|one| (external.get(&one.id).cloned(), one));
        let courses = courses.map(|(external, one)| (one, external)).collect();
        let mut known = Known { called, names, courses, assignments: self.assignments(crate::Which::Everybody).await? };
        let mut taken = BTreeMap::new();
        for (line, row) in rows {
            match self.plan_row(row, &mut known, &mut taken).await {
                Ok((person, course, effect, change)) => {
                    plan.changes.extend(change);
                    plan.rows.push(PlannedRow { line: *line, person, course, effect });
                }
                Err(problem @ (TrainingError::Field { .. } | TrainingError::Appraisal(_))) => {
                    plan.problems.push((*line, problem));
                }
                Err(other) => return Err(other),
            }
        }
        Ok(plan)
    }

    async fn plan_row(
        &self,
        row: &CompletionRow,
        known: &mut Known,
        taken: &mut BTreeMap<RecordId, Date>,
    ) -> Result<(String, String, Effect, Option<(RecordId, Fields)>), TrainingError> {
        let wanted = row.person.trim().to_lowercase();
        let person = known.called.get(&wanted).copied().ok_or_else(|| {
            TrainingError::field("person", row.person.trim(), "write the e-mail or external id of somebody who is here")
        })?;
        let wanted = row.course.trim().to_lowercase();
        let is_meant = |(course, external): &&(Course, Option<String>)| {
            course.name.to_lowercase() == wanted
                || external.as_ref() == Some(&wanted)
                || course.activity.as_deref() == Some(row.course.trim())
        };
        let (course, _) = known.courses.iter().find(is_meant).ok_or_else(|| {
            TrainingError::field(
                "course",
                row.course.trim(),
                "write the name, external id or activity of a course that is offered",
            )
        })?;
        let day: Date = row.completed_on.trim().parse().map_err(|_| {
            TrainingError::field("completed_on", row.completed_on.trim(), "write a day like 2026-11-29")
        })?;
        let score = |field: &'static str, text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse::<Amount>().map(Some).map_err(|_| TrainingError::field(field, text, "write 0 to 100")),
        };
        let how = Completion {
            day: Some(day),
            before: score("score_before", &row.score_before)?,
            after: score("score_after", &row.score_after)?,
            certificate: row.certificate.clone(),
        };
        let rating = match row.rating.trim() {
            "" => None,
            text => {
                let rating = text.parse().ok().filter(|rating| RATINGS.contains(rating));
                Some(rating.ok_or_else(|| TrainingError::field("rating", text, "write 1 to 5"))?)
            }
        };
        let name = known.names.get(&person).cloned().unwrap_or_default();
        let theirs = |one: &&Assignment| one.person == person && one.of == Some(course.id);
        let theirs: Vec<&Assignment> = known.assignments.iter().filter(theirs).collect();
        if theirs.iter().any(|one| one.days.completed == Some(day) || taken.get(&one.id) == Some(&day)) {
            return Ok((name, course.name.clone(), Effect::Known, None));
        }
        let is_open = |one: &&&Assignment| {
            let from = one.assigned_on.is_none_or(|assigned| assigned <= day);
            one.days.completed.is_none() && from && !taken.contains_key(&one.id)
        };
        let open = theirs.iter().find(is_open);
        let Some(open) = open else { return Ok((name, course.name.clone(), Effect::NotAssigned, None)) };
        let mut fields = self.completed(open, Some(course), &how).await?;
        fields.extend(rating.map(|rating| ("rating", Value::Integer(rating))));
        taken.insert(open.id, day);
        Ok((name, course.name.clone(), Effect::Completes, Some((open.id, fields))))
    }

    /// Writes what was planned, unless a row could not be read or something it rests on was written since.
    pub async fn commit_completions(&self, plan: CompletionPlan, origin: Origin) -> Result<usize, TrainingError> {
        if let Some((_, problem)) = plan.problems.into_iter().next() {
            return Err(problem);
        }
        let mut tx = self.db().begin(self.person(), origin).resting_on(plan.seq, crate::assignments::RESTS_ON);
        let count = plan.changes.len();
        for (id, fields) in plan.changes {
            tx.put(Change::set(&TRAINING, id, fields))?;
        }
        tx.commit().await?;
        Ok(count)
    }
}
