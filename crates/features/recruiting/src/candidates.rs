//! Candidates: who may be hired, where they stand, and how they came there.

use crate::{
    CANDIDATE, INTERVIEW, InterviewState, Needs, Offer, Opening, OpeningState, Recruiting, RecruitingError, SOURCES,
    desk::{said, said_or_null, text_of, tidy, word},
};
use base::{RecordId, Seq};
use db::{Change, Filter, Record};
use jiff::civil::Date;
use rules::{
    log::{LogRow, Origin},
    record::Value,
    recruiting::{Passage, Stage},
};
use std::collections::{BTreeMap, BTreeSet};

/// A candidate to be.
#[derive(Debug, Clone, Default)]
pub struct NewCandidate {
    pub name: String,
    pub email: String,
    pub phone: String,
    pub source: String,
    pub note: String,
    pub consent_until: Date,
    pub applied_on: Date,
}

/// One move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub stage: Stage,
    pub on: Date,
    /// None for the product's own work: an erasure by schedule.
    pub by: Option<String>,
    pub reason: Option<String>,
}

#[derive(Debug, Clone)]
pub struct Candidate {
    pub id: RecordId,
    pub version: Seq,
    pub opening: RecordId,
    /// None once it is erased.
    pub name: Option<String>,
    /// What an interviewer is not told: how to reach the candidate, and what was noted.
    pub email: Option<String>,
    pub phone: Option<String>,
    pub note: Option<String>,
    pub source: String,
    pub consent_until: Date,
    pub stage: Stage,
    pub stage_on: Date,
    pub reason: Option<String>,
    pub decided_on: Option<Date>,
    pub offer: Option<Offer>,
    pub person: Option<RecordId>,
    pub erased_on: Option<Date>,
    /// The first first.
    pub steps: Vec<Step>,
    /// Interviewers who are asked, and those of them whose scorecard is there.
    pub asked: usize,
    pub handed_in: usize,
}

impl Candidate {
    pub fn stages(&self) -> Vec<Stage> {
        self.steps.iter().map(|step| step.stage).collect()
    }

    pub fn applied_on(&self) -> Date {
        self.steps.first().map_or(self.stage_on, |step| step.on)
    }
}

impl Recruiting {
    /// Everybody of an opening, for those who run it; the first first.
    pub async fn candidates(&self, opening: &Opening) -> Result<Vec<Candidate>, RecruitingError> {
        let who = self.who().await?;
        if !who.runs(opening) {
            return Err(RecruitingError::NotYours);
        }
        let mut found = self.candidates_of(vec![Filter("opening", Value::Reference(opening.id))]).await?;
        found.retain(|one| !who.is_candidate(one));
        Ok(found)
    }

    /// Those of whom something is so.
    pub async fn candidates_in(
        &self,
        opening: &Opening,
        passage: Passage,
        stage: Stage,
    ) -> Result<Vec<Candidate>, RecruitingError> {
        let mut found = self.candidates(opening).await?;
        found.retain(|one| passage.holds(stage, &one.stages()));
        Ok(found)
    }

    /// A candidate with the opening; an interviewer is told no more than the name.
    pub async fn candidate(&self, id: RecordId) -> Result<(Candidate, Opening), RecruitingError> {
        let who = self.who().await?;
        let (mut found, opening) = self.any_candidate(id).await?;
        if who.is_candidate(&found) {
            return Err(RecruitingError::NotThere);
        }
        if who.runs(&opening) {
            return Ok((found, opening));
        }
        if !self.is_asked(who.me, id).await? {
            return Err(RecruitingError::NotThere);
        }
        (found.email, found.phone, found.note, found.offer) = (None, None, None, None);
        (found.reason, found.decided_on, found.person) = (None, None, None);
        found.source.clear();
        found.steps.clear();
        Ok((found, opening))
    }

    /// The same, for those who run the opening.
    pub(crate) async fn run_candidate(&self, id: RecordId) -> Result<(Candidate, Opening), RecruitingError> {
        let (found, opening) = self.candidate(id).await?;
        if self.runs(&opening).await? { Ok((found, opening)) } else { Err(RecruitingError::NotYours) }
    }

    pub(crate) async fn any_candidate(&self, id: RecordId) -> Result<(Candidate, Opening), RecruitingError> {
        let record = self.one(&CANDIDATE, id).await?;
        let found = self.read_candidates(vec![record]).await?.pop().ok_or(RecruitingError::NotThere)?;
        let opening = self.any_opening(found.opening).await?;
        Ok((found, opening))
    }

    pub(crate) async fn candidates_of(&self, filters: Vec<Filter>) -> Result<Vec<Candidate>, RecruitingError> {
        let records = self.all(&CANDIDATE, filters).await?;
        self.read_candidates(records).await
    }

    async fn read_candidates(&self, records: Vec<Record>) -> Result<Vec<Candidate>, RecruitingError> {
        let ids: BTreeSet<RecordId> = records.iter().map(|one| one.id).collect();
        let histories = self.db().system().histories(&CANDIDATE, &ids).await?;
        let rows = histories.values().flatten().filter_map(|row| row.actor);
        let offers = records.iter().flat_map(|one| ["offered_by", "offer_approved_by"].map(|field| one.value(field)));
        let people = rows.chain(offers.filter_map(Value::as_reference)).collect();
        let names = self.names(people).await?;
        let mut interviews: BTreeMap<RecordId, (usize, usize)> = BTreeMap::new();
        for interview in self.all(&INTERVIEW, Vec::new()).await? {
            let state = InterviewState::read(&text_of(&interview, "state"));
            let Some(candidate) = interview.value("candidate").as_reference() else { continue };
            let (asked, handed_in) = interviews.entry(candidate).or_default();
            *asked += usize::from(state != Some(InterviewState::Withdrawn));
            *handed_in += usize::from(state == Some(InterviewState::HandedIn));
        }
        let mut found = Vec::new();
        for record in &records {
            let history = histories.get(&record.id).map(Vec::as_slice).unwrap_or_default();
            let counts = interviews.get(&record.id).copied().unwrap_or_default();
            found.push(read(record, history, counts, &names).ok_or(RecruitingError::NotThere)?);
        }
        Ok(found)
    }

    /// Adds a candidate to an open opening. The same e-mail twice is refused: both are told.
    pub async fn add_candidate(
        &self,
        opening: RecordId,
        new: &NewCandidate,
        origin: Origin,
    ) -> Result<RecordId, RecruitingError> {
        let who = self.who().await?;
        let seq = self.last_seq().await?;
        let opening = self.opening(opening).await?;
        let known = self.candidates(&opening).await?;
        if opening.state != OpeningState::Open {
            return Err(RecruitingError::State(opening.state.name()));
        }
        let name = said("name", &new.name)?;
        let email = tidy(&new.email);
        if !access::is_email(&email) {
            return Err(RecruitingError::field("email", &new.email, Needs::Email));
        }
        if let Some(one) = known.iter().find(|one| one.email.as_deref() == Some(email.as_str())) {
            let known = one.name.clone().unwrap_or_default();
            let (since, stage) = (one.applied_on(), one.stage);
            return Err(RecruitingError::Twice { known, new: name, email, since, stage });
        }
        let today = self.today().await?;
        if new.consent_until < today {
            return Err(RecruitingError::field("consent_until", &new.consent_until.to_string(), Needs::ComingDay));
        }
        if new.applied_on > today {
            return Err(RecruitingError::field("applied_on", &new.applied_on.to_string(), Needs::PastDay));
        }
        let fields = vec![
            ("added_by", Value::Reference(who.me)),
            ("opening", Value::Reference(opening.id)),
            ("name", Value::Text(name)),
            ("email", Value::Text(email)),
            ("phone", said_or_null("phone", &new.phone)?),
            ("note", said_or_null("note", &new.note)?),
            ("source", word("source", &new.source, SOURCES)?),
            ("consent_until", Value::Date(new.consent_until)),
            ("stage", Value::Text(Stage::Applied.name().to_owned())),
            ("stage_on", Value::Date(new.applied_on)),
        ];
        let id = self.db().new_id().await?;
        let mut tx = self.db().begin(Some(who.me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::create(&CANDIDATE, id, fields))?;
        self.written(tx, "candidate").await?;
        Ok(id)
    }

    /// Moves a candidate on, back, or out with a reason; on a day that is not before the last move.
    pub async fn move_candidate(
        &self,
        id: RecordId,
        to: Stage,
        reason: &str,
        on: Option<Date>,
        seen: Option<Seq>,
        origin: Origin,
    ) -> Result<(), RecruitingError> {
        let (candidate, opening) = self.run_candidate(id).await?;
        if candidate.erased_on.is_some() {
            return Err(RecruitingError::Erased);
        }
        if !candidate.stage.may_become(to) {
            return Err(RecruitingError::NoMove { from: candidate.stage, to });
        }
        if candidate.stage.is_over() && opening.state != OpeningState::Open {
            return Err(RecruitingError::State(opening.state.name()));
        }
        let today = self.today().await?;
        let on = on.unwrap_or(today);
        if on > today || on < candidate.stage_on {
            return Err(RecruitingError::field("stage_on", &on.to_string(), Needs::PastDay));
        }
        let (reason, decided) = if to.takes_reason() {
            let reason = word("end_reason", reason, to.reasons()).map_err(|_| RecruitingError::NoReason { to })?;
            (reason, Value::Date(on))
        } else {
            (Value::Null, Value::Null)
        };
        let mut fields = vec![
            ("stage", Value::Text(to.name().to_owned())),
            ("stage_on", Value::Date(on)),
            ("end_reason", reason),
            ("decided_on", decided),
        ];
        if candidate.offer.is_some() {
            // An offer stands or falls with the stage.
            let of_offer = ["offer_starts_on", "offered_by", "offered_on", "offer_approved_by"];
            fields.extend(of_offer.map(|field| (field, Value::Null)));
        }
        self.set((&CANDIDATE, id), fields, Some(seen.unwrap_or(candidate.version)), origin).await
    }

    /// The candidate agreed that the data is kept longer, or shorter.
    pub async fn set_consent(
        &self,
        id: RecordId,
        until: Date,
        seen: Option<Seq>,
        origin: Origin,
    ) -> Result<(), RecruitingError> {
        let (candidate, _) = self.run_candidate(id).await?;
        if candidate.erased_on.is_some() {
            return Err(RecruitingError::Erased);
        }
        if until < self.today().await? {
            return Err(RecruitingError::field("consent_until", &until.to_string(), Needs::ComingDay));
        }
        self.set((&CANDIDATE, id), vec![("consent_until", Value::Date(until))], seen, origin).await
    }
}

fn read(
    record: &Record,
    history: &[LogRow],
    (asked, handed_in): (usize, usize),
    names: &BTreeMap<RecordId, String>,
) -> Option<Candidate> {
    let text = |field: &str| record.value(field).as_text().map(str::to_owned);
    let on = |field: &str| record.value(field).as_date();
    Some(Candidate {
        id: record.id,
        version: history.last().map_or(Seq(0), |row| row.seq),
        opening: record.value("opening").as_reference()?,
        name: text("name"),
        email: text("email"),
        phone: text("phone"),
        note: text("note"),
        source: text("source")?,
        consent_until: on("consent_until")?,
        stage: Stage::read(&text("stage")?)?,
        stage_on: on("stage_on")?,
        reason: text("end_reason"),
        decided_on: on("decided_on"),
        offer: Offer::read(record, names),
        person: record.value("person").as_reference(),
        erased_on: on("erased_on"),
        steps: history.iter().filter_map(|row| step(row, names)).collect(),
        asked,
        handed_in,
    })
}

/// A row of the log that says a stage.
fn step(row: &LogRow, names: &BTreeMap<RecordId, String>) -> Option<Step> {
    let value = |name: &str| row.event.fields().iter().find(|(field, _)| *field == name).map(|(_, value)| value);
    Some(Step {
        stage: Stage::read(value("stage")?.as_text()?)?,
        on: value("stage_on")?.as_date()?,
        by: row.actor.map(|actor| names.get(&actor).cloned().unwrap_or_default()),
        reason: value("end_reason").and_then(Value::as_text).map(str::to_owned),
    })
}
