//! Erasure by schedule: who was not hired goes some months after the decision, or when consent ends. Planned first, then done whole.

use crate::{
    CANDIDATE, Candidate, INTERVIEW, InterviewState, Needs, Opening, RETENTION, Recruiting, RecruitingError, desk::said,
};
use base::{RecordId, Seq};
use db::{Change, Filter};
use jiff::civil::Date;
use rules::{
    log::{Event, Origin},
    record::Value,
    recruiting::{Due, MOST_MONTHS, Stage, USUAL_MONTHS, due},
};
use std::collections::BTreeMap;

/// How long data of candidates who were not hired stays.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Retention {
    pub months: i64,
    /// None where nobody set it: what ships holds.
    pub set: Option<SetBy>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetBy {
    pub name: String,
    pub reason: String,
    id: RecordId,
}

/// Somebody whose data falls due.
#[derive(Debug, Clone)]
pub struct Falls {
    pub candidate: RecordId,
    /// For HR; the operator is told none.
    pub name: Option<String>,
    pub opening: RecordId,
    pub role: String,
    pub stage: Stage,
    /// From this day on.
    pub due: Date,
    pub why: Due,
}

/// Who is erased on a day.
#[derive(Debug)]
pub struct ErasurePlan {
    seq: Seq,
    pub on: Date,
    pub months: i64,
    /// The first due first.
    pub falls: Vec<Falls>,
}

impl Recruiting {
    /// HR, or the operator at the command line, who is told no names.
    async fn only_who_erases(&self) -> Result<Option<RecordId>, RecruitingError> {
        match self.desk.viewer().person {
            None => Ok(None),
            Some(_) => Ok(Some(self.only_hr().await?.me)),
        }
    }

    pub async fn retention(&self) -> Result<Retention, RecruitingError> {
        let Some(record) = self.all(&RETENTION, Vec::new()).await?.into_iter().next() else {
            return Ok(Retention { months: USUAL_MONTHS, set: None });
        };
        let by = record.value("set_by").as_reference();
        let name = self.names(by.into_iter().collect()).await?.into_values().next().unwrap_or_default();
        let months = record.value("months").as_integer().unwrap_or(USUAL_MONTHS);
        Ok(Retention { months, set: Some(SetBy { name, reason: record.title(), id: record.id }) })
    }

    /// HR says why it is another number of months.
    pub async fn set_retention(&self, months: i64, reason: &str, origin: Origin) -> Result<(), RecruitingError> {
        let who = self.only_hr().await?;
        let seq = self.last_seq().await?;
        if !(1..=MOST_MONTHS).contains(&months) {
            return Err(RecruitingError::field("months", &months.to_string(), Needs::Months));
        }
        let fields = vec![
            ("set_by", Value::Reference(who.me)),
            ("months", Value::Integer(months)),
            ("reason", Value::Text(said("reason", reason)?)),
        ];
        let change = match self.retention().await?.set {
            Some(set) => Change::set(&RETENTION, set.id, fields),
            None => Change::create(&RETENTION, self.db().new_id().await?, fields),
        };
        let mut tx = self.db().begin(Some(who.me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(change)?;
        self.written(tx, "candidate_retention").await
    }

    /// Everybody who will fall due, with the day; the first first.
    pub async fn falling_due(&self) -> Result<Vec<Falls>, RecruitingError> {
        let is_operator = self.only_who_erases().await?.is_none();
        let months = self.retention().await?.months;
        let openings: BTreeMap<RecordId, Opening> =
            self.every_opening().await?.into_iter().map(|opening| (opening.id, opening)).collect();
        let mut found = Vec::new();
        for candidate in self.candidates_of(Vec::new()).await?.into_iter().filter(is_kept) {
            let Some(opening) = openings.get(&candidate.opening) else { continue };
            let (due, why) = due(candidate.decided_on, candidate.consent_until, months);
            found.push(Falls {
                candidate: candidate.id,
                name: candidate.name.filter(|_| !is_operator),
                opening: opening.id,
                role: opening.role.clone(),
                stage: candidate.stage,
                due,
                why,
            });
        }
        found.sort_by_key(|one| (one.due, one.candidate));
        Ok(found)
    }

    /// Who is erased by a day; today where none is said.
    pub async fn plan_erasure(&self, on: Option<Date>) -> Result<ErasurePlan, RecruitingError> {
        let seq = self.last_seq().await?;
        let on = match on {
            Some(on) => on,
            None => self.today().await?,
        };
        let mut falls = self.falling_due().await?;
        falls.retain(|one| one.due <= on);
        Ok(ErasurePlan { seq, on, months: self.retention().await?.months, falls })
    }

    /// Erases whom the plan names: names, addresses, notes, files and scorecards, in one append. Stages and days stay. Who was still on the
    /// way is withdrawn, for the consent ended.
    pub async fn commit_erasure(&self, plan: ErasurePlan, origin: Origin) -> Result<usize, RecruitingError> {
        let by = self.only_who_erases().await?;
        let today = self.today().await?;
        if plan.on > today {
            return Err(RecruitingError::TooEarly(plan.on));
        }
        let mut tx = self.db().begin(by, origin).resting_on(plan.seq, crate::records::RESTS_ON);
        for one in &plan.falls {
            let mut fields = vec![("erased_on", Value::Date(today))];
            if !one.stage.is_over() {
                fields.extend([
                    ("stage", Value::Text(Stage::Withdrawn.name().to_owned())),
                    ("stage_on", Value::Date(today)),
                    ("end_reason", Value::Text("consent_ended".to_owned())),
                    ("decided_on", Value::Date(today)),
                ]);
            }
            tx.put(Change::set(&CANDIDATE, one.candidate, fields))?;
            tx.put(Change::of(&CANDIDATE, one.candidate, Event::Erase))?;
            for interview in self.interviews_of(vec![Filter("candidate", Value::Reference(one.candidate))]).await? {
                if interview.state == InterviewState::Asked {
                    let state = Value::Text(InterviewState::Withdrawn.name().to_owned());
                    tx.put(Change::set(&INTERVIEW, interview.id, vec![("state", state)]))?;
                }
                tx.put(Change::of(&INTERVIEW, interview.id, Event::Erase))?;
            }
        }
        let candidates = plan.falls.iter().map(|one| one.candidate).collect();
        let files = attachments::erased(self.db(), CANDIDATE.name, &candidates).await?;
        for change in files.into_values().flatten() {
            tx.put(change)?;
        }
        if !plan.falls.is_empty() {
            self.written(tx, "candidate").await?;
        }
        Ok(plan.falls.len())
    }
}

/// Hired people are people; who is erased is gone.
fn is_kept(candidate: &Candidate) -> bool {
    candidate.stage != Stage::Hired && candidate.erased_on.is_none()
}
