//! What becomes of a cycle (E3–E5): every move of calibration with its reason, the release, and what people say of their own.

use crate::{
    APPRAISAL, APPRAISAL_CYCLE, APPRAISAL_MOVE, APPRAISAL_PART, Answers, Appraisal, AppraisalError, Cycle, CycleState,
    Form, Part, PartState, Seat, guide,
};
use base::{Amount, RecordId, Seq};
use db::{Change, Filter, Record};
use jiff::{ToSpan, civil::Date};
use rules::{
    appraisal::{Feedback, Grade, Group, Level, Measure, Potential, RaterKind, feedback},
    log::{Event, Origin},
    record::Value,
};
use std::collections::BTreeMap;

/// Why an appeal moved a grade stands in its decision, which goes when words were kept for long enough; the move stays.
pub const APPEALED: &str = "appeal";
/// Days after the release within which people may appeal.
pub const APPEAL_DAYS: i64 = 14;

/// A grade that calibration or an appeal moved.
#[derive(Debug, Clone)]
pub struct Move {
    pub form: RecordId,
    pub name: String,
    pub before: Option<Grade>,
    pub after: Option<Grade>,
    pub reason: String,
    pub by: String,
    pub on: Option<Date>,
}

/// What became of one appraisal after the release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Aftermath {
    pub grade: Option<Grade>,
    /// The overall by everybody's measure, where the cycle holds scores to it.
    pub adjusted: Option<Amount>,
    /// What all sides were told to have said when it was released.
    pub(crate) feedback: Option<Feedback>,
    pub released_on: Option<Date>,
    /// Since when its words are gone.
    pub erased_on: Option<Date>,
    pub acknowledged_on: Option<Date>,
    pub appeal: Option<String>,
    pub decision: Option<String>,
    /// The last day for an appeal.
    pub appeal_until: Option<Date>,
}

impl Aftermath {
    /// As the person may know it: of a grade nothing before the release.
    pub(crate) fn of(form: &Record, cycle: &Cycle) -> Self {
        let text = |field: &str| form.value(field).as_text().map(str::to_owned);
        let released_on = cycle.released_on;
        Self {
            grade: grade(form).filter(|_| released_on.is_some()),
            adjusted: form.value("adjusted").as_decimal().filter(|_| released_on.is_some()),
            feedback: text("feedback").and_then(|told| serde_json::from_str(&told).ok()),
            released_on,
            erased_on: form.value("erased_on").as_date(),
            acknowledged_on: form.value("acknowledged_on").as_date(),
            appeal: text("appeal"),
            decision: text("decision"),
            appeal_until: released_on.map(|day| day.saturating_add(APPEAL_DAYS.days())),
        }
    }
}

pub(crate) fn grade(form: &Record) -> Option<Grade> {
    let word = form.value("grade").as_text()?;
    Grade::ALL.into_iter().find(|grade| grade.name() == word)
}

impl Form {
    /// What all sides say, as it may be told (E3): after the release alone, when nothing more is written. Earlier, somebody
    /// who looked before and after an answer would know it.
    pub fn feedback(&self) -> Result<Option<Feedback>, AppraisalError> {
        if self.cycle.state == CycleState::Open || self.seat == Seat::Asked || self.after.erased_on.is_some() {
            return Ok(None);
        }
        // As it was released: from what one writer less would change of it, somebody could tell what they wrote.
        match &self.after.feedback {
            Some(told) => Ok(Some(told.clone())),
            None => Ok(Some(of_all(&self.all_sides, &self.cycle.measure)?)),
        }
    }
}

fn of_all(sides: &[(RaterKind, Option<Answers>)], measure: &Measure) -> Result<Feedback, AppraisalError> {
    let mut groups: BTreeMap<RaterKind, Group> = BTreeMap::new();
    for (kind, answers) in sides {
        let group = groups.entry(*kind).or_insert_with(|| Group { raters: Vec::new() });
        let level = |(id, rating): (&String, &crate::Rating)| Some((id.clone(), Level::new(rating.level?)?));
        group.raters.extend(answers.as_ref().map(|answers| answers.ratings.iter().filter_map(level).collect()));
    }
    Ok(feedback(&groups, measure)?)
}

impl Appraisal {
    pub(crate) async fn only_above(&self) -> Result<RecordId, AppraisalError> {
        self.only_who_runs().await?;
        self.viewer.person.ok_or(AppraisalError::Unnamed)
    }

    /// The grade of everybody in a cycle that is released, for who holds appraisals.
    pub async fn released_grades(&self, cycle: &Cycle) -> Result<BTreeMap<RecordId, Grade>, AppraisalError> {
        if cycle.state == CycleState::Open {
            return Err(AppraisalError::NotSo { is: cycle.state.name(), wanted: "reviewed" });
        }
        let of_cycle = vec![Filter("cycle", Value::Reference(cycle.id))];
        let forms = self.brief(&APPRAISAL, of_cycle, &["person", "grade"]).await?;
        Ok(forms.iter().filter_map(|form| Some((form.value("person").as_reference()?, grade(form)?))).collect())
    }

    /// Appeals of a cycle that nobody has decided: their grades may still move.
    pub async fn open_appeals(&self, cycle: &Cycle) -> Result<usize, AppraisalError> {
        let of_cycle = vec![Filter("cycle", Value::Reference(cycle.id))];
        let forms = self.brief(&APPRAISAL, of_cycle, &["appeal", "decision"]).await?;
        let is_set = |form: &Record, field: &str| form.value(field).as_text().is_some();
        Ok(forms.iter().filter(|form| is_set(form, "appeal") && !is_set(form, "decision")).count())
    }

    /// Every move of a cycle, the last first.
    pub async fn moves(&self, cycle: &Cycle) -> Result<Vec<Move>, AppraisalError> {
        self.only_above().await?;
        let found = self.visible(&APPRAISAL_MOVE, vec![Filter("cycle", Value::Reference(cycle.id))]).await?;
        let people = |field: &'static str| found.iter().filter_map(move |one| one.value(field).as_reference());
        let names = self.names(people("person").chain(people("moved_by"))).await?;
        let name = |one: &Record, field: &str| {
            one.value(field).as_reference().and_then(|id| names.get(&id)).cloned().unwrap_or_default()
        };
        let mut moves: Vec<(RecordId, Move)> = found
            .iter()
            .map(|one| {
                let of = |field: &str| {
                    one.value(field)
                        .as_text()
                        .and_then(|word| Grade::ALL.into_iter().find(|grade| grade.name() == word))
                };
                let moved = Move {
                    form: one.value("appraisal").as_reference().unwrap_or(one.id),
                    name: name(one, "person"),
                    before: of("before"),
                    after: of("after"),
                    reason: one.title(),
                    by: name(one, "moved_by"),
                    on: one.value("moved_on").as_date(),
                };
                (one.id, moved)
            })
            .collect();
        moves.sort_by_key(|(id, _)| std::cmp::Reverse(*id));
        Ok(moves.into_iter().map(|(_, moved)| moved).collect())
    }

    /// Moves somebody's grade in calibration, with the reason; nobody moves their own.
    pub async fn calibrate(
        &self,
        form: RecordId,
        to: Grade,
        reason: &str,
        origin: Origin,
    ) -> Result<(), AppraisalError> {
        let (seq, record, cycle) = self.graded(form).await?;
        if cycle.state != CycleState::Open {
            return Err(AppraisalError::Over(cycle.name));
        }
        self.move_grade(seq, &record, &cycle, to, reason, Vec::new(), origin).await
    }

    /// What somebody may grow into.
    pub async fn set_potential(&self, form: RecordId, to: Potential, origin: Origin) -> Result<(), AppraisalError> {
        let (seq, record, cycle) = self.graded(form).await?;
        if cycle.state != CycleState::Open {
            return Err(AppraisalError::Over(cycle.name));
        }
        let mut tx = self.db.begin(self.viewer.person, origin);
        let potential = ("potential", Value::Text(to.name().to_owned()));
        tx.put(Change::set(&APPRAISAL, record.id, vec![potential]).based_on(seq))?;
        self.written(tx, &cycle.name).await
    }

    /// The person has read it.
    pub async fn acknowledge(&self, form: RecordId, origin: Origin) -> Result<(), AppraisalError> {
        let (seq, after) = self.own_released(form).await?;
        if after.acknowledged_on.is_some() {
            return Ok(());
        }
        let today = ("acknowledged_on", Value::Date(self.today().await?));
        self.set_form(form, vec![today], seq, origin).await
    }

    /// The person does not agree, and says why.
    pub async fn appeal(&self, form: RecordId, why: &str, origin: Origin) -> Result<(), AppraisalError> {
        let (seq, after) = self.own_released(form).await?;
        let why = why.trim();
        if why.is_empty() {
            return Err(AppraisalError::NoReason("appeal".to_owned()));
        }
        let today = self.today().await?;
        if after.appeal.is_some() || after.appeal_until.is_none_or(|until| today > until) {
            return Err(AppraisalError::NoAppeal);
        }
        let fields = vec![("appeal", Value::Text(why.to_owned())), ("appealed_on", Value::Date(today))];
        self.set_form(form, fields, seq, origin).await
    }

    /// HR decides an appeal: the grade stays, or moves.
    pub async fn decide_appeal(
        &self,
        form: RecordId,
        decision: &str,
        to: Option<Grade>,
        origin: Origin,
    ) -> Result<(), AppraisalError> {
        let (seq, record, cycle) = self.graded(form).await?;
        let after = Aftermath::of(&record, &cycle);
        if after.appeal.is_none() || after.decision.is_some() {
            return Err(AppraisalError::NotThere);
        }
        let decision = decision.trim();
        if decision.is_empty() {
            return Err(AppraisalError::NoReason("decision".to_owned()));
        }
        let fields = vec![
            ("decision", Value::Text(decision.to_owned())),
            ("decided_by", self.viewer.person.map_or(Value::Null, Value::Reference)),
            ("decided_on", Value::Date(self.today().await?)),
        ];
        match to.filter(|to| after.grade != Some(*to)) {
            Some(to) => self.move_grade(seq, &record, &cycle, to, APPEALED, fields, origin).await,
            None => self.set_form(form, fields, seq, origin).await,
        }
    }

    /// Opens the results to those they are about: everybody's grade is fixed as it stands.
    pub async fn release(&self, id: RecordId, origin: Origin) -> Result<(), AppraisalError> {
        self.only_above().await?;
        let seq = self.db.system().last_seq().await?;
        let cycle = self.cycle(id).await?;
        if cycle.state != CycleState::Open {
            return Err(AppraisalError::NotSo { is: cycle.state.name(), wanted: CycleState::Released.name() });
        }
        let standings = self.standings(&cycle).await?;
        let off = guide::off(&cycle, &standings)?;
        if !off.is_empty() {
            return Err(AppraisalError::OffGuide(off));
        }
        let told = self.told_of(&cycle).await?;
        // What somebody hands in meanwhile would not be in it.
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(seq, crate::standings::STANDINGS);
        let state = ("state", Value::Text(CycleState::Released.name().to_owned()));
        let today = ("released_on", Value::Date(self.today().await?));
        tx.put(Change::set(&APPRAISAL_CYCLE, id, vec![state, today]))?;
        for one in standings {
            let mut fields = Vec::new();
            fields.extend(one.grade.map(|grade| ("grade", Value::Text(grade.name().to_owned()))));
            fields.extend(one.adjusted.map(|score| ("adjusted", Value::Decimal(score))));
            if let Some(feedback) = told.get(&one.form) {
                fields.push(("feedback", Value::Text(serde_json::to_string(feedback)?)));
            }
            if !fields.is_empty() {
                tx.put(Change::set(&APPRAISAL, one.form, fields))?;
            }
        }
        // What they said is told by means from now on; who they are is nobody's any more.
        let customers = [("cycle", Value::Reference(id)), ("kind", Value::Text(RaterKind::Customer.name().to_owned()))];
        let customers = customers.map(|(field, value)| Filter(field, value)).into();
        for one in self.db.system().some(&APPRAISAL_PART, customers, &["state"]).await? {
            tx.put(Change::of(&APPRAISAL_PART, one.id, Event::Erase))?;
        }
        self.written(tx, &cycle.name).await
    }

    /// What all sides say of everybody in a cycle, as it may be told (E3).
    async fn told_of(&self, cycle: &Cycle) -> Result<BTreeMap<RecordId, Feedback>, AppraisalError> {
        let mut sides: BTreeMap<RecordId, Vec<(RaterKind, Option<Answers>)>> = BTreeMap::new();
        for part in self.parts(vec![Filter("cycle", Value::Reference(cycle.id))]).await? {
            sides.entry(part.form).or_default().extend(side(&part));
        }
        sides.into_iter().map(|(form, sides)| Ok((form, of_all(&sides, &cycle.measure)?))).collect()
    }

    /// An appraisal of somebody else, for who calibrates.
    async fn graded(&self, form: RecordId) -> Result<(Seq, Record, Cycle), AppraisalError> {
        let me = self.only_above().await?;
        let seq = self.db.system().last_seq().await?;
        let record = self.db.system().get(&APPRAISAL, form).await?.ok_or(AppraisalError::NotThere)?;
        if record.value("person").as_reference() == Some(me) {
            return Err(AppraisalError::OwnGrade);
        }
        let cycle = self.cycle(record.value("cycle").as_reference().ok_or(AppraisalError::NotThere)?).await?;
        Ok((seq, record, cycle))
    }

    async fn own_released(&self, form: RecordId) -> Result<(Seq, Aftermath), AppraisalError> {
        let seq = self.db.system().last_seq().await?;
        let found = self.form(form).await?;
        if found.seat != Seat::Own || found.cycle.state != CycleState::Released {
            return Err(AppraisalError::NotThere);
        }
        Ok((seq, found.after))
    }

    #[expect(clippy::too_many_arguments, reason = "a move is a form, a grade, a reason, and what goes with it")]
    async fn move_grade(
        &self,
        seq: Seq,
        form: &Record,
        cycle: &Cycle,
        to: Grade,
        reason: &str,
        with: Vec<(&'static str, Value)>,
        origin: Origin,
    ) -> Result<(), AppraisalError> {
        let reason = reason.trim();
        if reason.is_empty() {
            return Err(AppraisalError::NoReason(to.name().to_owned()));
        }
        let standings = self.standings(cycle).await?;
        let before = standings.iter().find(|one| one.form == form.id).and_then(|one| one.grade);
        if before == Some(to) {
            return Ok(());
        }
        let person = form.value("person").as_reference().ok_or(AppraisalError::NotThere)?;
        let moved = self.moved(person, form.id, cycle.id, (before, to), reason, self.today().await?);
        let grade = ("grade", Value::Text(to.name().to_owned()));
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::create(&APPRAISAL_MOVE, self.db.new_id().await?, moved))?;
        tx.put(Change::set(&APPRAISAL, form.id, [vec![grade], with].concat()).based_on(seq))?;
        self.written(tx, &cycle.name).await
    }

    /// The fields of a move by whoever asks.
    pub(crate) fn moved(
        &self,
        person: RecordId,
        form: RecordId,
        cycle: RecordId,
        (before, after): (Option<Grade>, Grade),
        reason: &str,
        today: Date,
    ) -> Vec<(&'static str, Value)> {
        let word = |grade: Grade| Value::Text(grade.name().to_owned());
        vec![
            ("person", Value::Reference(person)),
            ("appraisal", Value::Reference(form)),
            ("cycle", Value::Reference(cycle)),
            ("before", before.map_or(Value::Null, word)),
            ("after", word(after)),
            ("reason", Value::Text(reason.to_owned())),
            ("moved_by", self.viewer.person.map_or(Value::Null, Value::Reference)),
            ("moved_on", Value::Date(today)),
        ]
    }

    async fn set_form(
        &self,
        form: RecordId,
        fields: Vec<(&'static str, Value)>,
        seq: Seq,
        origin: Origin,
    ) -> Result<(), AppraisalError> {
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::set(&APPRAISAL, form, fields).based_on(seq))?;
        self.written(tx, "appraisal").await
    }
}

/// What of a part counts when all sides are told together: none for who was asked and has not answered.
pub(crate) fn side(part: &Part) -> Option<(RaterKind, Option<Answers>)> {
    match part.state {
        PartState::Done => Some((part.kind, Some(part.answers.clone()))),
        PartState::Open => Some((part.kind, None)),
        PartState::Nominated | PartState::Declined => None,
    }
}
