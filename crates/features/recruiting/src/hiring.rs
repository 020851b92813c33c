//! From an offer, decided by the hiring manager and approved by somebody of HR, to a person.

use crate::{CANDIDATE, JOB_OPENING, Needs, OpeningState, Recruiting, RecruitingError};
use access::NewPerson;
use base::{RecordId, Seq};
use db::{Change, Record};
use jiff::civil::Date;
use rules::{log::Origin, record::Value, recruiting::Stage};
use std::collections::BTreeMap;

/// What a candidate is offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Offer {
    pub starts_on: Date,
    pub offered_by: (RecordId, String),
    pub offered_on: Date,
    pub approved_by: Option<String>,
}

impl Offer {
    pub(crate) fn read(record: &Record, names: &BTreeMap<RecordId, String>) -> Option<Self> {
        let who = |field: &str| {
            let id = record.value(field).as_reference()?;
            Some((id, names.get(&id).cloned().unwrap_or_default()))
        };
        Some(Self {
            starts_on: record.value("offer_starts_on").as_date()?,
            offered_by: who("offered_by")?,
            offered_on: record.value("offered_on").as_date()?,
            approved_by: who("offer_approved_by").map(|(_, name)| name),
        })
    }
}

impl Recruiting {
    /// The hiring manager decides to offer the seat from a day on. Decided anew it is approved anew.
    pub async fn offer(
        &self,
        id: RecordId,
        starts_on: Date,
        seen: Option<Seq>,
        origin: Origin,
    ) -> Result<(), RecruitingError> {
        let who = self.who().await?;
        let (candidate, opening) = self.run_candidate(id).await?;
        if opening.hiring_manager.0 != who.me {
            return Err(RecruitingError::NotManager);
        }
        if opening.state != OpeningState::Open {
            return Err(RecruitingError::State(opening.state.name()));
        }
        if candidate.stage.is_over() {
            return Err(RecruitingError::State(candidate.stage.name()));
        }
        if opening.filled >= opening.seats {
            return Err(RecruitingError::Full);
        }
        if candidate.handed_in == 0 {
            return Err(RecruitingError::NoScorecard);
        }
        let today = self.today().await?;
        if starts_on < today.max(self.line(opening.line).await?.starts_on) {
            return Err(RecruitingError::field("offer_starts_on", &starts_on.to_string(), Needs::ComingDay));
        }
        let mut fields = vec![
            ("offer_starts_on", Value::Date(starts_on)),
            ("offered_by", Value::Reference(who.me)),
            ("offered_on", Value::Date(today)),
            ("offer_approved_by", Value::Null),
        ];
        if candidate.stage == Stage::Offer {
            let back = ("stage", Value::Text(Stage::Interview.name().to_owned()));
            fields.extend([back, ("stage_on", Value::Date(today))]);
        }
        self.set((&CANDIDATE, id), fields, Some(seen.unwrap_or(candidate.version)), origin).await
    }

    /// Somebody of HR who did not decide it approves what was looked at; with it the candidate is in the stage of offers.
    pub async fn approve_offer(&self, id: RecordId, seen: Option<Seq>, origin: Origin) -> Result<(), RecruitingError> {
        let who = self.who().await?;
        let (candidate, opening) = self.run_candidate(id).await?;
        let Some(offer) = candidate.offer.filter(|offer| offer.approved_by.is_none()) else {
            return Err(RecruitingError::NoOffer);
        };
        if !who.is_hr || offer.offered_by.0 == who.me {
            return Err(RecruitingError::SecondPerson);
        }
        if candidate.stage.is_over() {
            return Err(RecruitingError::State(candidate.stage.name()));
        }
        if opening.state != OpeningState::Open {
            return Err(RecruitingError::State(opening.state.name()));
        }
        if seen.is_some_and(|seen| seen != candidate.version) {
            return Err(RecruitingError::Moved("candidate"));
        }
        let fields = vec![
            ("offer_approved_by", Value::Reference(who.me)),
            ("stage", Value::Text(Stage::Offer.name().to_owned())),
            ("stage_on", Value::Date(self.today().await?)),
        ];
        // Also when the offer alone was changed.
        let seq = candidate.version;
        let mut tx = self.db().begin(Some(who.me), origin);
        tx.put(Change::set(&CANDIDATE, id, fields).based_on(seq))?;
        self.written(tx, "candidate").await
    }

    /// Makes the candidate a person with role, team, manager and first day, which the ramp counts from: in one append with the move
    /// and the opening's seat. Gives the person.
    pub async fn hire(&self, id: RecordId, seen: Option<Seq>, origin: Origin) -> Result<RecordId, RecruitingError> {
        let who = self.who().await?;
        let seq = self.last_seq().await?;
        let (candidate, opening) = self.run_candidate(id).await?;
        if seen.is_some_and(|seen| seen != candidate.version) {
            return Err(RecruitingError::Moved("candidate"));
        }
        if opening.state != OpeningState::Open {
            return Err(RecruitingError::State(opening.state.name()));
        }
        let offer = candidate.offer.filter(|offer| offer.approved_by.is_some());
        let (Stage::Offer, Some(offer)) = (candidate.stage, offer) else { return Err(RecruitingError::NoOffer) };
        if opening.filled >= opening.seats {
            return Err(RecruitingError::Full);
        }
        let (Some(name), Some(email)) = (candidate.name, candidate.email) else { return Err(RecruitingError::Erased) };
        let line = self.line(opening.line).await?;
        let (profile, _) = self.profile(&opening).await?;
        let new = NewPerson {
            name: &name,
            email: &email,
            role: &opening.role,
            team: line.team.map(|(team, _)| team),
            manager: Some(opening.hiring_manager.0),
        };
        let person = new.create(self.db(), Some(offer.starts_on), Some(profile.names.of("en"))).await?;
        let (made, today) = (person.id, self.today().await?);
        let moved = vec![
            ("stage", Value::Text(Stage::Hired.name().to_owned())),
            ("stage_on", Value::Date(today)),
            ("decided_on", Value::Date(today)),
            ("person", Value::Reference(made)),
        ];
        let mut seat = vec![("seats_filled", Value::Integer(opening.filled + 1))];
        if opening.filled + 1 == opening.seats {
            let state = ("state", Value::Text(OpeningState::Filled.name().to_owned()));
            seat.extend([state, ("ended_on", Value::Date(today))]);
        }
        let mut tx = self.db().begin(Some(who.me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(person)?;
        tx.put(Change::set(&CANDIDATE, id, moved))?;
        tx.put(Change::set(&JOB_OPENING, opening.id, seat))?;
        self.written(tx, "candidate").await?;
        Ok(made)
    }
}
