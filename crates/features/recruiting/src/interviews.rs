//! Interviews: who is asked, what they say by competency, and what all of them say together. Nobody reads another's scorecard before
//! their own is handed in.

use crate::{
    Candidate, INTERVIEW, Needs, Opening, Recruiting, RecruitingError,
    desk::{brief, said, text_of, tidy, word},
};
use base::RecordId;
use db::{Change, Filter, Record};
use jiff::civil::Date;
use rules::{
    log::Origin,
    record::Value,
    recruiting::{HIGHEST_SCORE, Summary},
    role::{Expected, Profile},
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What an interviewer says at last, the best first.
pub(crate) const RECOMMENDATIONS: &[&str] = &["strong_yes", "yes", "no", "strong_no"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum InterviewState {
    Asked,
    HandedIn,
    Withdrawn,
}

impl InterviewState {
    pub const ALL: [Self; 3] = [Self::Asked, Self::HandedIn, Self::Withdrawn];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Asked => "asked",
            Self::HandedIn => "handed_in",
            Self::Withdrawn => "withdrawn",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }
}

/// Of one competency.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// 1 to 5.
    pub score: u8,
    pub evidence: String,
}

/// By competency.
pub type Scorecard = BTreeMap<String, Said>;

#[derive(Debug, Clone)]
pub struct Interview {
    pub id: RecordId,
    pub candidate: RecordId,
    pub interviewer: (RecordId, String),
    pub asked_by: String,
    pub asked_on: Date,
    pub due: Date,
    pub state: InterviewState,
    pub handed_in_on: Option<Date>,
    /// None before it is handed in, while it is not whoever asks to read, and once it is erased.
    pub card: Option<Scorecard>,
    pub recommendation: Option<String>,
}

/// What all scorecards that one may read say of a competency of the role.
#[derive(Debug, Clone)]
pub struct Tally {
    pub competency: String,
    pub expected: u8,
    pub summary: Option<Summary>,
}

impl Recruiting {
    pub(crate) async fn interviews_of(&self, filters: Vec<Filter>) -> Result<Vec<Interview>, RecruitingError> {
        let records = self.all(&INTERVIEW, filters).await?;
        let people = records.iter().flat_map(|one| ["interviewer", "asked_by"].map(|field| one.value(field)));
        let people = people.filter_map(Value::as_reference).collect();
        let names = self.names(people).await?;
        records.iter().map(|record| read(record, &names)).collect()
    }

    pub(crate) async fn is_asked(&self, me: RecordId, candidate: RecordId) -> Result<bool, RecruitingError> {
        let filters = [("candidate", candidate), ("interviewer", me)];
        let filters = filters.map(|(field, id)| Filter(field, Value::Reference(id))).to_vec();
        let found = self.all(&INTERVIEW, filters).await?;
        Ok(found.iter().any(|one| text_of(one, "state") != InterviewState::Withdrawn.name()))
    }

    /// What whoever asks is asked about, with whom; what waits first.
    pub async fn own_interviews(&self) -> Result<Vec<(Interview, Candidate, Opening)>, RecruitingError> {
        let who = self.who().await?;
        let mut found = Vec::new();
        for interview in self.interviews_of(vec![Filter("interviewer", Value::Reference(who.me))]).await? {
            if interview.state == InterviewState::Withdrawn {
                continue;
            }
            match self.candidate(interview.candidate).await {
                Ok((candidate, opening)) => found.push((interview, candidate, opening)),
                Err(RecruitingError::NotThere) => {}
                Err(error) => return Err(error),
            }
        }
        found.sort_by_key(|(one, ..)| (one.state, one.due));
        Ok(found)
    }

    /// An own interview, with whom.
    pub async fn own_interview(&self, id: RecordId) -> Result<(Interview, Candidate, Opening), RecruitingError> {
        let found = self.own_interviews().await?.into_iter().find(|(one, ..)| one.id == id);
        found.ok_or(RecruitingError::NotThere)
    }

    /// Every interview of a candidate. Others' scorecards are told to those who run the opening and to who handed in their own; to
    /// nobody whose own is still waited for.
    pub async fn interviews(
        &self,
        candidate: &Candidate,
        opening: &Opening,
    ) -> Result<Vec<Interview>, RecruitingError> {
        let who = self.who().await?;
        let mut found = self.interviews_of(vec![Filter("candidate", Value::Reference(candidate.id))]).await?;
        found.retain(|one| one.state != InterviewState::Withdrawn);
        let own = found.iter().find(|one| one.interviewer.0 == who.me).map(|one| one.state);
        let reads = match own {
            Some(state) => state == InterviewState::HandedIn,
            None => who.runs(opening),
        };
        if own.is_none() && !who.runs(opening) || who.is_candidate(candidate) {
            return Err(RecruitingError::NotThere);
        }
        for one in found.iter_mut().filter(|_| !reads) {
            (one.card, one.recommendation) = (None, None);
        }
        Ok(found)
    }

    /// By competency of the role what the scorecards say that one may read.
    pub fn tally(profile: &Profile, interviews: &[Interview]) -> Vec<Tally> {
        let of = |expected: &Expected| {
            let cards = interviews.iter().filter_map(|one| one.card.as_ref());
            let scores: Vec<u8> = cards.filter_map(|card| Some(card.get(&expected.id)?.score)).collect();
            let summary = Summary::of(&scores, expected.expected);
            Tally { competency: expected.id.clone(), expected: expected.expected, summary }
        };
        profile.competencies.iter().map(of).collect()
    }

    /// Asks somebody to interview a candidate who is on the way.
    pub async fn ask(
        &self,
        candidate: RecordId,
        interviewer: RecordId,
        due: Date,
        origin: Origin,
    ) -> Result<RecordId, RecruitingError> {
        let who = self.who().await?;
        let seq = self.last_seq().await?;
        let (found, opening) = self.run_candidate(candidate).await?;
        if found.stage.is_over() {
            return Err(RecruitingError::State(found.stage.name()));
        }
        let (interviewer, name) = self.somebody("interviewer", interviewer).await?;
        let person = self.one(&access::PERSON, interviewer).await?;
        let is_themself = found.email.is_some() && person.value("email").as_text().map(tidy) == found.email;
        if is_themself {
            return Err(RecruitingError::field("interviewer", &name, Needs::Person));
        }
        if self.interviews(&found, &opening).await?.iter().any(|one| one.interviewer.0 == interviewer) {
            return Err(RecruitingError::AskedAlready(name));
        }
        // Who asks has read what is there.
        if interviewer == who.me && found.handed_in > 0 {
            return Err(RecruitingError::SecondPerson);
        }
        let today = self.today().await?;
        if due < today {
            return Err(RecruitingError::field("due", &due.to_string(), Needs::ComingDay));
        }
        let fields = vec![
            ("candidate", Value::Reference(candidate)),
            ("interviewer", Value::Reference(interviewer)),
            ("asked_by", Value::Reference(who.me)),
            ("asked_on", Value::Date(today)),
            ("due", Value::Date(due)),
            ("state", Value::Text(InterviewState::Asked.name().to_owned())),
        ];
        let id = self.db().new_id().await?;
        let mut tx = self.db().begin(Some(who.me), origin).resting_on(seq, crate::records::RESTS_ON);
        tx.put(Change::create(&INTERVIEW, id, fields))?;
        self.written(tx, "interview").await?;
        Ok(id)
    }

    /// Of which candidate an interview is, for those who run the opening.
    pub(crate) async fn interview_candidate(&self, id: RecordId) -> Result<RecordId, RecruitingError> {
        let record = self.one(&INTERVIEW, id).await?;
        let candidate = record.value("candidate").as_reference().ok_or(RecruitingError::NotThere)?;
        Ok(self.run_candidate(candidate).await?.0.id)
    }

    /// Whoever was asked is asked no more; not by themself, for then they would read the others'.
    pub async fn take_back(&self, id: RecordId, origin: Origin) -> Result<(), RecruitingError> {
        let seq = self.last_seq().await?;
        self.interview_candidate(id).await?;
        let record = self.one(&INTERVIEW, id).await?;
        if text_of(&record, "state") != InterviewState::Asked.name() {
            return Err(RecruitingError::HandedIn);
        }
        if record.value("interviewer").as_reference() == Some(self.who().await?.me) {
            return Err(RecruitingError::SecondPerson);
        }
        let state = vec![("state", Value::Text(InterviewState::Withdrawn.name().to_owned()))];
        self.set((&INTERVIEW, id), state, Some(seq), origin).await
    }

    /// Hands in what one says of a candidate: scores with evidence for competencies of the role, and a recommendation. It stays as it is.
    pub async fn hand_in(
        &self,
        id: RecordId,
        card: &Scorecard,
        recommendation: &str,
        origin: Origin,
    ) -> Result<(), RecruitingError> {
        let seq = self.last_seq().await?;
        let (interview, candidate, opening) = self.own_interview(id).await?;
        if candidate.erased_on.is_some() {
            return Err(RecruitingError::Erased);
        }
        if interview.state != InterviewState::Asked {
            return Err(RecruitingError::HandedIn);
        }
        let (profile, _) = self.profile(&opening).await?;
        let card = checked(card, &profile)?;
        let recommendation = word("recommendation", recommendation, RECOMMENDATIONS)?;
        let fields = vec![
            ("scorecard", Value::Text(serde_json::to_string(&card)?)),
            ("recommendation", recommendation),
            ("state", Value::Text(InterviewState::HandedIn.name().to_owned())),
            ("handed_in_on", Value::Date(self.today().await?)),
        ];
        self.set((&INTERVIEW, id), fields, Some(seq), origin).await
    }
}

/// Scores of the role's competencies alone, each with its evidence.
fn checked(card: &Scorecard, profile: &Profile) -> Result<Scorecard, RecruitingError> {
    if card.is_empty() {
        return Err(RecruitingError::field("score", "", Needs::Score));
    }
    let mut found = Scorecard::new();
    for (id, one) in card {
        if !profile.competencies.iter().any(|expected| expected.id == *id) {
            return Err(RecruitingError::field("competency", &brief(id), Needs::Competency));
        }
        if !(1..=HIGHEST_SCORE).contains(&one.score) {
            return Err(RecruitingError::field("score", &format!("{id}: {}", one.score), Needs::Score));
        }
        let evidence = said("evidence", &one.evidence)
            .map_err(|_| RecruitingError::field("evidence", &brief(id), Needs::Evidence))?;
        found.insert(id.clone(), Said { score: one.score, evidence });
    }
    Ok(found)
}

fn read(record: &Record, names: &BTreeMap<RecordId, String>) -> Result<Interview, RecruitingError> {
    let missing = || RecruitingError::NotThere;
    let who = |field: &str| record.value(field).as_reference().ok_or_else(missing);
    let name = |id: RecordId| names.get(&id).cloned().unwrap_or_default();
    let on = |field: &str| record.value(field).as_date();
    let interviewer = who("interviewer")?;
    let card = record.value("scorecard").as_text().map(serde_json::from_str).transpose()?;
    Ok(Interview {
        id: record.id,
        candidate: who("candidate")?,
        interviewer: (interviewer, name(interviewer)),
        asked_by: name(who("asked_by")?),
        asked_on: on("asked_on").ok_or_else(missing)?,
        due: on("due").ok_or_else(missing)?,
        state: InterviewState::read(&text_of(record, "state")).ok_or_else(missing)?,
        handed_in_on: on("handed_in_on"),
        card,
        recommendation: record.value("recommendation").as_text().map(str::to_owned),
    })
}
