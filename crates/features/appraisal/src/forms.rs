//! Appraisals as their readers and writers find them: the inbox, one form, what is saved and handed in.

use crate::{
    APPRAISAL, APPRAISAL_CYCLE, APPRAISAL_PART, Appraisal, AppraisalError, Cycle, CycleState,
    answers::{Answers, Frozen},
    cycles::part,
    results::{Aftermath, side},
};
use base::{Amount, RecordId, Seq};
use db::{Change, DbError, Filter, Record};
use jiff::{Timestamp, civil::Date};
use rules::{
    appraisal::{Grade, Level, Rated, RaterKind, competency_score, overall},
    log::Origin,
    record::Value,
    role::{Library, Profile},
    score::Score,
};
use std::collections::BTreeMap;

/// So many peers are enough to be heard, and few enough to be asked.
pub const MOST_PEERS: usize = 8;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PartState {
    /// By the person; their manager says whether they are asked.
    Nominated,
    Open,
    Done,
    Declined,
}

impl PartState {
    pub const ALL: [Self; 4] = [Self::Nominated, Self::Open, Self::Done, Self::Declined];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Nominated => "nominated",
            Self::Open => "open",
            Self::Done => "done",
            Self::Declined => "declined",
        }
    }

    pub(crate) fn field(self) -> (&'static str, Value) {
        ("state", Value::Text(self.name().to_owned()))
    }
}

/// What somebody writes in an appraisal.
#[derive(Debug, Clone)]
pub struct Part {
    pub id: RecordId,
    pub form: RecordId,
    pub cycle: RecordId,
    /// Nobody of the company where a customer writes.
    pub writer: Option<RecordId>,
    pub customer: Option<String>,
    /// A customer is asked no more.
    pub is_withdrawn: bool,
    /// Its words were kept for long enough and are gone.
    pub is_erased: bool,
    /// HR gave it to them in place of somebody who is away.
    pub is_delegated: bool,
    pub kind: RaterKind,
    pub state: PartState,
    /// Of the period on which the writer was the manager.
    pub days: Option<i64>,
    pub due: Date,
    pub done_on: Option<Date>,
    pub answers: Answers,
}

/// A form that waits for whoever asks.
#[derive(Debug, Clone)]
pub struct Task {
    pub part: Part,
    pub cycle: String,
    /// Whose appraisal it is.
    pub name: String,
    pub is_overdue: bool,
}

/// Who is reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seat {
    /// The person it is about.
    Own,
    /// Their managers, those above, and HR.
    Above,
    /// Somebody asked for their view: of the form they see what they are to rate.
    Asked,
}

/// An appraisal as whoever asks may see it.
#[derive(Debug, Clone)]
pub struct Form {
    pub id: RecordId,
    pub cycle: Cycle,
    pub person: RecordId,
    pub name: String,
    pub role: String,
    pub profile: Profile,
    pub library: Library,
    pub frozen: Frozen,
    pub as_of: Date,
    pub known_seq: Seq,
    /// When it was frozen.
    pub frozen_at: Timestamp,
    pub seat: Seat,
    /// Parts that may be read, with the names of their writers.
    pub parts: Vec<(Part, String)>,
    /// The one that whoever asks is to write or wrote.
    pub own_part: Option<Part>,
    /// For those who see it: who is asked, whether or not they have answered.
    pub peers: Vec<(Part, String)>,
    /// The same of customers, for those above.
    pub customers: Vec<(Part, String)>,
    /// What each side said, kept for what may be told of all together; none where somebody has not answered.
    pub(crate) all_sides: Vec<(RaterKind, Option<Answers>)>,
    pub after: Aftermath,
    /// Peers and reports that have handed in.
    pub answered: usize,
    pub asked: usize,
}

/// What an appraisal comes to, before calibration (E2, E4).
#[derive(Debug, Clone)]
pub struct Outcome {
    pub kpi: Score,
    pub competency: Option<Amount>,
    pub overall: Option<Amount>,
    pub grade: Option<Grade>,
}

impl Form {
    pub fn manager_parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().map(|(part, _)| part).filter(|part| part.kind == RaterKind::Manager)
    }

    pub fn of_kind(&self, kind: RaterKind) -> Option<&Part> {
        self.parts.iter().map(|(part, _)| part).find(|part| part.kind == kind)
    }

    /// What it comes to by the managers' parts that may be read; each weighs by its days.
    pub fn outcome(&self) -> Result<Outcome, AppraisalError> {
        let managers: Vec<&Part> = self.manager_parts().collect();
        self.outcome_of(&managers)
    }

    /// The levels that the managers saw.
    pub fn levels(&self) -> Result<BTreeMap<String, Amount>, AppraisalError> {
        let managers: Vec<&Part> = self.manager_parts().collect();
        let rated = rated(&self.profile, &managers)?;
        Ok(rated.into_iter().filter_map(|(id, rated)| Some((id, rated.observed?))).collect())
    }

    /// The part that whoever reads may write now.
    pub fn writing(&self) -> Option<&Part> {
        let is_written = |part: &&Part| part.state == PartState::Open && self.cycle.state == CycleState::Open;
        self.own_part.as_ref().filter(is_written)
    }

    /// What is shown: while a manager writes, by their own part alone.
    pub fn shown(&self) -> Result<Outcome, AppraisalError> {
        match self.writing() {
            Some(part) if part.kind == RaterKind::Manager => self.outcome_of(&[part]),
            _ => self.outcome(),
        }
    }

    fn outcome_of(&self, parts: &[&Part]) -> Result<Outcome, AppraisalError> {
        outcome(&self.profile, &self.frozen, &self.cycle, parts)
    }
}

/// What of a part says how far it is.
const HOW_FAR: &[&str] = &[
    "writer",
    "customer_name",
    "withdrawn_on",
    "appraisal",
    "cycle",
    "kind",
    "state",
    "days",
    "due",
    "done_on",
    "key",
];

impl Appraisal {
    pub(crate) async fn parts(&self, filters: Vec<Filter>) -> Result<Vec<Part>, AppraisalError> {
        self.some_parts(filters, &[]).await
    }

    /// With no more than these fields; all where none is named.
    async fn some_parts(
        &self,
        filters: Vec<Filter>,
        only: &'static [&'static str],
    ) -> Result<Vec<Part>, AppraisalError> {
        let found = self.db.system().some(&APPRAISAL_PART, filters, only).await?;
        let mut parts = found.iter().map(told).collect::<Result<Vec<_>, _>>()?;
        parts.sort_by_key(|part| (part.kind, part.id));
        Ok(parts)
    }

    pub(crate) async fn part(&self, id: RecordId) -> Result<Part, AppraisalError> {
        let record = self.db.system().get(&APPRAISAL_PART, id).await?;
        told(&record.filter(|one| !one.archived).ok_or(AppraisalError::NotThere)?)
    }

    /// What waits for whoever asks in cycles that are open: one's own form first, then those of others.
    pub async fn inbox(&self) -> Result<Vec<Task>, AppraisalError> {
        let Some(me) = self.viewer.person else { return Ok(Vec::new()) };
        let open: BTreeMap<RecordId, Cycle> = self
            .cycles()
            .await?
            .into_iter()
            .filter(|cycle| cycle.state == CycleState::Open)
            .map(|cycle| (cycle.id, cycle))
            .collect();
        let mut parts = self.parts(vec![Filter("writer", Value::Reference(me))]).await?;
        let is_mine = |part: &Part| matches!(part.state, PartState::Open | PartState::Done);
        parts.retain(|part| open.contains_key(&part.cycle) && is_mine(part));
        let forms = parts.iter().map(|part| part.form).collect();
        let forms = self.db.system().many(&APPRAISAL, &forms).await?;
        let person = |form: &RecordId| forms.get(form).and_then(|form| form.value("person").as_reference());
        let names = self.names(parts.iter().filter_map(|part| person(&part.form))).await?;
        let today = self.today().await?;
        let task = |part: Part| Task {
            cycle: open.get(&part.cycle).map(|cycle| cycle.name.clone()).unwrap_or_default(),
            name: person(&part.form).and_then(|id| names.get(&id)).cloned().unwrap_or_default(),
            is_overdue: part.state == PartState::Open && part.due < today,
            part,
        };
        let mut tasks: Vec<Task> = parts.into_iter().map(task).collect();
        tasks.sort_by_key(|task| (task.part.state == PartState::Done, task.part.kind != RaterKind::Own, task.part.due));
        Ok(tasks)
    }

    /// One's own appraisals that were released, the last first.
    pub async fn own_results(&self) -> Result<Vec<(RecordId, Cycle)>, AppraisalError> {
        let Some(me) = self.viewer.person else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for record in self.visible(&APPRAISAL, vec![Filter("person", Value::Reference(me))]).await? {
            let cycle = record.value("cycle").as_reference().ok_or(AppraisalError::NotThere)?;
            let cycle = self.cycle(cycle).await?;
            if cycle.state != CycleState::Open {
                found.push((record.id, cycle));
            }
        }
        found.sort_by_key(|(_, cycle)| std::cmp::Reverse(cycle.period.end));
        Ok(found)
    }

    /// An appraisal with what of it whoever asks may see.
    pub async fn form(&self, id: RecordId) -> Result<Form, AppraisalError> {
        let me = self.viewer.person;
        let record = self.db.system().get(&APPRAISAL, id).await?.ok_or(AppraisalError::NotThere)?;
        let reference = |field: &str| record.value(field).as_reference().ok_or(AppraisalError::NotThere);
        let (person, cycle) = (reference("person")?, self.cycle(reference("cycle")?).await?);
        let all = self.parts(vec![Filter("appraisal", Value::Reference(id))]).await?;
        let is_open = |part: &&Part| matches!(part.state, PartState::Open | PartState::Done);
        // Who writes two parts of somebody writes them one after the other.
        let mine = all.iter().filter(is_open).filter(|part| me.is_some() && part.writer == me);
        let own_part = mine.min_by_key(|part| part.state == PartState::Done).cloned();
        let is_seen = me.is_some() && self.db.reader(&self.viewer).get(&APPRAISAL, id).await?.is_some();
        let seat = match (is_seen, &own_part) {
            (true, _) if me == Some(person) => Seat::Own,
            (true, _) => Seat::Above,
            (false, Some(part)) if part.is_delegated && cycle.state == CycleState::Open => Seat::Above,
            // So is a manager of the period whose line has ended: they write their part, and have lost sight of the rest.
            (false, Some(_)) => Seat::Asked,
            (false, None) => return Err(AppraisalError::NotThere),
        };
        // Nothing was written between what it knows and the row that made it.
        let frozen_at = self.db.system().history(&APPRAISAL, id).await?.first().map(|row| row.recorded_at);
        let as_of = record.value("as_of").as_date().ok_or(AppraisalError::NotThere)?;
        let library = self.library(as_of).await?;
        let text = |field: &str| record.value(field).as_text().unwrap_or_default();
        let profile = Profile::read(text("definition"), &library)?;
        let names = self.names(all.iter().filter_map(|part| part.writer).chain([person])).await?;
        let name = |id: RecordId| names.get(&id).cloned().unwrap_or_default();
        let is_read = |part: &&Part| match (seat, part.kind) {
            _ if me.is_some() && part.writer == me => true,
            (Seat::Own, RaterKind::Manager | RaterKind::Matrix) => {
                cycle.state != CycleState::Open && part.state == PartState::Done
            }
            (Seat::Above, RaterKind::Own | RaterKind::Manager | RaterKind::Matrix) => part.state == PartState::Done,
            _ => false,
        };
        let others = |part: &&Part| matches!(part.kind, RaterKind::Peer | RaterKind::Report) && is_open(part);
        let by = |part: &Part| part.writer.map_or_else(|| part.customer.clone().unwrap_or_default(), &name);
        let silent = |part: &Part| (Part { answers: Answers::default(), ..part.clone() }, by(part));
        let peers = all.iter().filter(|part| part.kind == RaterKind::Peer && seat != Seat::Asked);
        let customers = all.iter().filter(|part| part.kind == RaterKind::Customer && seat == Seat::Above);
        let frozen = if seat == Seat::Asked { Frozen::default() } else { serde_json::from_str(text("frozen"))? };
        Ok(Form {
            id,
            person,
            name: name(person),
            role: text("role").to_owned(),
            profile,
            library,
            frozen,
            as_of,
            known_seq: Seq(record.value("known_seq").as_integer().unwrap_or_default()),
            frozen_at: frozen_at.ok_or(AppraisalError::NotThere)?,
            seat,
            parts: all.iter().filter(is_read).map(|part| (part.clone(), by(part))).collect(),
            own_part,
            peers: peers.map(silent).collect(),
            customers: customers.map(silent).collect(),
            all_sides: all.iter().filter_map(side).collect(),
            after: Aftermath::of(&record, &cycle),
            answered: all.iter().filter(others).filter(|part| part.state == PartState::Done).count(),
            asked: all.iter().filter(others).count(),
            cycle,
        })
    }

    /// The form that a part belongs to.
    pub(crate) async fn form_of(&self, part: RecordId) -> Result<RecordId, AppraisalError> {
        Ok(self.part(part).await?.form)
    }

    /// The cycle that an appraisal is of.
    pub(crate) async fn cycle_of(&self, form: RecordId) -> Result<RecordId, AppraisalError> {
        let record = self.db.system().get(&APPRAISAL, form).await?.ok_or(AppraisalError::NotThere)?;
        record.value("cycle").as_reference().ok_or(AppraisalError::NotThere)
    }

    /// Up to where a part is written: what a form was made from.
    pub async fn version(&self, id: RecordId) -> Result<Seq, AppraisalError> {
        self.db.system().last_change(&APPRAISAL_PART, id).await?.ok_or(AppraisalError::NotThere)
    }

    /// Keeps what its writer has written so far; refused where it was changed since the version that they saw. Returns the new one.
    pub async fn save(
        &self,
        id: RecordId,
        seen: Seq,
        answers: &Answers,
        origin: Origin,
    ) -> Result<Seq, AppraisalError> {
        let part = self.writable(id).await?;
        let form = self.form(part.form).await?;
        answers.check(&form.profile, &form.frozen, part.kind == RaterKind::Manager)?;
        // The answer to an earlier save may have been lost on its way.
        if part.answers != *answers {
            let text = ("answers", Value::Text(serde_json::to_string(answers)?));
            // With its state: what was handed in meanwhile is not written over.
            self.set_part(&part, vec![text, part.state.field()], seen, origin).await?;
        }
        self.version(id).await
    }

    /// It is finished; every competency has a level.
    pub async fn hand_in(&self, id: RecordId, origin: Origin) -> Result<(), AppraisalError> {
        let seen = self.version(id).await?;
        let part = self.writable(id).await?;
        let form = self.form(part.form).await?;
        let missing = part.answers.unrated(&form.profile).count();
        if missing > 0 {
            return Err(AppraisalError::Unrated(missing));
        }
        // With its answers: they are those that were looked through.
        let done = vec![
            PartState::Done.field(),
            ("done_on", Value::Date(self.today().await?)),
            ("answers", Value::Text(serde_json::to_string(&part.answers)?)),
        ];
        self.set_part(&part, done, seen, origin).await
    }

    /// HR gives a part back to its writer, or more time, or to somebody else where its writer is away.
    pub async fn rearrange(
        &self,
        id: RecordId,
        due: Option<Date>,
        writer: Option<RecordId>,
        origin: Origin,
    ) -> Result<(), AppraisalError> {
        self.only_who_runs().await?;
        let seen = self.version(id).await?;
        let part = self.part(id).await?;
        self.is_open(&part).await?;
        let form = self.db.system().get(&APPRAISAL, part.form).await?.ok_or(AppraisalError::NotThere)?;
        let about = form.value("person").as_reference();
        if about == self.viewer.person {
            return Err(AppraisalError::OwnGrade);
        }
        if part.kind == RaterKind::Customer {
            return Err(AppraisalError::NotThere);
        }
        let mut fields = Vec::new();
        // Whether colleagues have answered nobody learns from what giving back does.
        if part.state == PartState::Done && writer.is_none() && !part.kind.is_anonymous() {
            fields.push(PartState::Open.field());
            fields.push(("done_on", Value::Null));
        }
        fields.extend(due.map(|due| ("due", Value::Date(due))));
        if let Some(writer) = writer {
            let all = self.parts(vec![Filter("appraisal", Value::Reference(part.form))]).await?;
            let writes_already = about == Some(writer) || all.iter().any(|part| part.writer == Some(writer));
            if part.kind != RaterKind::Manager || part.state != PartState::Open || writes_already {
                return Err(AppraisalError::NotDelegated);
            }
            // What was written so far stays its writer's.
            fields.push(("writer", Value::Reference(writer)));
            fields.push(("answers", Value::Null));
        }
        self.set_part(&part, fields, seen, origin).await
    }

    /// The person names somebody who should be asked; their manager decides.
    pub async fn nominate(&self, form: RecordId, peer: &str, origin: Origin) -> Result<(), AppraisalError> {
        let seq = self.db.system().last_seq().await?;
        let found = self.form(form).await?;
        if found.seat == Seat::Asked || found.cycle.state != CycleState::Open {
            return Err(AppraisalError::NotThere);
        }
        let peer = self.person(peer).await?;
        if !self.people(self.today().await?).await?.iter().any(|person| person.id == peer.id) {
            return Err(AppraisalError::NoPerson(peer.title()));
        }
        let all = self.parts(vec![Filter("appraisal", Value::Reference(form))]).await?;
        if peer.id == found.person || all.iter().any(|part| part.writer == Some(peer.id)) {
            return Err(AppraisalError::AskedAlready(peer.title()));
        }
        if found.peers.iter().filter(|(part, _)| part.state != PartState::Declined).count() >= MOST_PEERS {
            return Err(AppraisalError::EnoughPeers);
        }
        // Whom a manager names needs nobody's word.
        let state = if found.seat == Seat::Above { PartState::Open } else { PartState::Nominated };
        let fields = part(found.cycle.id, form, peer.id, "peer", state.name(), found.cycle.others_due, None);
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(seq, &[&APPRAISAL_CYCLE]);
        tx.put(Change::create(&APPRAISAL_PART, self.db.new_id().await?, fields))?;
        match tx.commit().await {
            Ok(_) => Ok(()),
            Err(DbError::Moved | DbError::Conflict { .. }) => Err(AppraisalError::AskedAlready(peer.title())),
            Err(error) => Err(error.into()),
        }
    }

    /// A manager says whether a nominated peer is asked.
    pub async fn decide_peer(&self, id: RecordId, is_asked: bool, origin: Origin) -> Result<(), AppraisalError> {
        let seen = self.version(id).await?;
        let part = self.part(id).await?;
        let form = self.form(part.form).await?;
        // Who was declined may be asked after all.
        let waits = part.state == PartState::Nominated || (is_asked && part.state == PartState::Declined);
        if part.kind != RaterKind::Peer || form.seat != Seat::Above || !waits || form.cycle.state != CycleState::Open {
            return Err(AppraisalError::NotThere);
        }
        let state = if is_asked { PartState::Open } else { PartState::Declined };
        self.set_part(&part, vec![state.field()], seen, origin).await
    }

    /// How far a cycle is: parts with their writers, by form. Of one's own form no others, who are few; of customers nobody learns how
    /// many have answered, and after the release of no side that is kept from all.
    pub async fn progress(&self, cycle: RecordId) -> Result<Vec<(Record, Vec<Part>)>, AppraisalError> {
        self.only_who_runs().await?;
        let is_open = self.cycle(cycle).await?.state == CycleState::Open;
        let of_cycle = || vec![Filter("cycle", Value::Reference(cycle))];
        let forms = self.brief(&APPRAISAL, of_cycle(), &["person", "role"]).await?;
        let mut by_form: BTreeMap<RecordId, Vec<Part>> = BTreeMap::new();
        for part in self.some_parts(of_cycle(), HOW_FAR).await? {
            by_form.entry(part.form).or_default().push(part);
        }
        Ok(forms
            .into_iter()
            .map(|form| {
                let mut parts = by_form.remove(&form.id).unwrap_or_default();
                let is_own = form.value("person").as_reference() == self.viewer.person;
                let is_told = |kind: RaterKind| kind != RaterKind::Customer && is_open && !is_own;
                parts.retain(|part| !part.kind.is_anonymous() || is_told(part.kind));
                (form, parts)
            })
            .collect())
    }

    /// A part that whoever asks may write now.
    async fn writable(&self, id: RecordId) -> Result<Part, AppraisalError> {
        let part = self.part(id).await?;
        if part.writer.is_none() || part.writer != self.viewer.person {
            return Err(AppraisalError::NotThere);
        }
        if part.state != PartState::Open {
            return Err(AppraisalError::HandedIn);
        }
        self.is_open(&part).await?;
        Ok(part)
    }

    pub(crate) async fn is_open(&self, part: &Part) -> Result<(), AppraisalError> {
        let cycle = self.cycle(part.cycle).await?;
        if cycle.state == CycleState::Open { Ok(()) } else { Err(AppraisalError::Over(cycle.name)) }
    }

    /// While its cycle is open: nothing lands after a release.
    pub(crate) async fn set_part(
        &self,
        part: &Part,
        fields: Vec<(&'static str, Value)>,
        seen: Seq,
        origin: Origin,
    ) -> Result<(), AppraisalError> {
        let seq = self.db.system().last_seq().await?;
        self.is_open(part).await?;
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(seq, &[&APPRAISAL_CYCLE]);
        tx.put(Change::set(&APPRAISAL_PART, part.id, fields).based_on(seen))?;
        self.written(tx, part.kind.name()).await
    }
}

pub(crate) fn told(record: &Record) -> Result<Part, AppraisalError> {
    let reference = |field: &str| record.value(field).as_reference().ok_or(AppraisalError::NotThere);
    let text = |field: &str| record.value(field).as_text().unwrap_or_default();
    let numbers = text("numbers");
    let answers = if numbers.is_empty() { text("answers") } else { numbers };
    let writer = record.value("writer").as_reference();
    Ok(Part {
        id: record.id,
        form: reference("appraisal")?,
        cycle: reference("cycle")?,
        writer,
        is_erased: !numbers.is_empty(),
        is_withdrawn: record.value("withdrawn_on").as_date().is_some(),
        customer: record.value("customer_name").as_text().map(str::to_owned),
        is_delegated: writer.is_some_and(|writer| !text("key").ends_with(&format!(" {writer}"))),
        kind: RaterKind::ALL.into_iter().find(|kind| kind.name() == text("kind")).ok_or(AppraisalError::NotThere)?,
        state: PartState::ALL
            .into_iter()
            .find(|state| state.name() == text("state"))
            .ok_or(AppraisalError::NotThere)?,
        days: record.value("days").as_integer(),
        due: record.value("due").as_date().ok_or(AppraisalError::NotThere)?,
        done_on: record.value("done_on").as_date(),
        answers: if answers.is_empty() { Answers::default() } else { serde_json::from_str(answers)? },
    })
}

/// What an appraisal comes to by the managers' parts, the last manager's first.
pub(crate) fn outcome(
    profile: &Profile,
    frozen: &Frozen,
    cycle: &Cycle,
    parts: &[&Part],
) -> Result<Outcome, AppraisalError> {
    // The last manager's word on a KPI holds.
    let overrides = parts.first().map(|part| &part.answers.overrides);
    let kpi = frozen.score(overrides.unwrap_or(&BTreeMap::new()))?;
    let competency = competency(profile, parts)?;
    let overall = overall(kpi.whole, competency, cycle.kpi_weight)?;
    let grade = overall.map(|overall| cycle.measure.grades().of(overall));
    Ok(Outcome { kpi, competency, overall, grade })
}

/// What the competencies come to by the managers' parts (E2).
pub(crate) fn competency(profile: &Profile, parts: &[&Part]) -> Result<Option<Amount>, AppraisalError> {
    Ok(competency_score(&rated(profile, parts)?.into_values().collect::<Vec<_>>())?)
}

/// What the managers saw of each competency, each by their days.
fn rated(profile: &Profile, parts: &[&Part]) -> Result<BTreeMap<String, Rated>, AppraisalError> {
    let mut rated = BTreeMap::new();
    for one in &profile.competencies {
        let levels: Vec<(i64, u8)> = parts
            .iter()
            .filter_map(|part| Some((part.days.unwrap_or(1).max(1), part.answers.ratings.get(&one.id)?.level?)))
            .collect();
        let days: i64 = levels.iter().map(|(days, _)| days).sum();
        let sum: i64 = levels.iter().map(|(days, level)| days * i64::from(*level)).sum();
        let observed = (days > 0).then(|| base::Fraction::new(Amount::from(sum), Amount::from(days)));
        let found = Rated {
            weight: Amount::from(i64::from(one.weight)),
            expected: Level::new(one.expected).unwrap_or(Level::LOWEST),
            observed: observed.map(|observed| Amount::ONE.mul_fraction(observed)).transpose()?,
        };
        rated.insert(one.id.clone(), found);
    }
    Ok(rated)
}
