//! What a cycle comes to (E3–E5): grades before and after calibration, every move with its reason, the release, and what people say of
//! their own.

use crate::{
    APPRAISAL, APPRAISAL_CYCLE, APPRAISAL_MOVE, Answers, Appraisal, AppraisalError, Cycle, CycleState, Form, Frozen,
    Part, PartState, Seat, forms::outcome,
};
use base::{Amount, RecordId, Seq};
use db::{Change, Filter, Record};
use jiff::{ToSpan, civil::Date};
use rules::{
    appraisal::{
        Distribution, Feedback, Grade, Group, Level, Means, Performance, Potential, RaterKind, feedback, nine_box,
    },
    log::Origin,
    record::Value,
    role::Profile,
};
use std::collections::BTreeMap;

/// Days after the release within which people may appeal.
pub const APPEAL_DAYS: i64 = 14;

/// What somebody's appraisal comes to.
#[derive(Debug, Clone)]
pub struct Standing {
    pub form: RecordId,
    pub person: RecordId,
    pub name: String,
    pub role: String,
    pub overall: Option<Amount>,
    /// What follows from the parts.
    pub computed: Option<Grade>,
    /// Where calibration put it; else what follows.
    pub grade: Option<Grade>,
    pub potential: Option<Potential>,
    pub is_appealed: bool,
}

impl Standing {
    /// 1 to 9, where both sides are known (E6).
    pub fn nine_box(&self) -> Option<u8> {
        Some(nine_box(Performance::from(self.grade?), self.potential?))
    }
}

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
    pub released_on: Option<Date>,
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
            released_on,
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
        if self.cycle.state == CycleState::Open || self.seat == Seat::Asked {
            return Ok(None);
        }
        let mut groups: BTreeMap<RaterKind, Group> = BTreeMap::new();
        for (kind, answers) in &self.all_sides {
            let group = groups.entry(*kind).or_insert_with(|| Group { weight: kind.weight(), raters: Vec::new() });
            let level = |(id, rating): (&String, &crate::Rating)| Some((id.clone(), Level::new(rating.level?)?));
            group.raters.extend(answers.as_ref().map(|answers| answers.ratings.iter().filter_map(level).collect()));
        }
        Ok(Some(feedback(&groups, Means::Plain)?))
    }
}

impl Appraisal {
    async fn only_above(&self) -> Result<RecordId, AppraisalError> {
        self.only_who_runs().await?;
        self.viewer.person.ok_or(AppraisalError::Unnamed)
    }

    /// Everybody's overall and grade in a cycle.
    pub async fn standings(&self, cycle: &Cycle) -> Result<Vec<Standing>, AppraisalError> {
        self.only_above().await?;
        let of_cycle = || vec![Filter("cycle", Value::Reference(cycle.id))];
        let forms = self.visible(&APPRAISAL, of_cycle()).await?;
        let mut by_form: BTreeMap<RecordId, Vec<Part>> = BTreeMap::new();
        for part in self.parts(of_cycle()).await? {
            if part.kind == RaterKind::Manager && part.state == PartState::Done {
                by_form.entry(part.form).or_default().push(part);
            }
        }
        let names = self.names(forms.iter().filter_map(|form| form.value("person").as_reference())).await?;
        let library = self.library(self.today().await?).await?;
        let mut found = Vec::new();
        for form in &forms {
            let text = |field: &str| form.value(field).as_text().unwrap_or_default();
            let Some(person) = form.value("person").as_reference() else { continue };
            let profile = Profile::read(text("definition"), &library)?;
            let frozen: Frozen = serde_json::from_str(text("frozen"))?;
            let parts = by_form.remove(&form.id).unwrap_or_default();
            let outcome = outcome(&profile, &frozen, cycle.kpi_weight, &parts.iter().collect::<Vec<_>>())?;
            let potential = Potential::ALL.into_iter().find(|one| one.name() == text("potential"));
            found.push(Standing {
                form: form.id,
                person,
                name: names.get(&person).cloned().unwrap_or_default(),
                role: text("role").to_owned(),
                overall: outcome.overall,
                computed: outcome.grade,
                grade: grade(form).or(outcome.grade),
                potential,
                is_appealed: !text("appeal").is_empty() && text("decision").is_empty(),
            });
        }
        found.sort_by(|one, other| (other.overall, &one.name).cmp(&(one.overall, &other.name)));
        Ok(found)
    }

    /// The grade of everybody in a cycle that is released, for who holds appraisals.
    pub async fn released_grades(&self, cycle: &Cycle) -> Result<BTreeMap<RecordId, Grade>, AppraisalError> {
        if cycle.state == CycleState::Open {
            return Err(AppraisalError::NotSo { is: cycle.state.name(), wanted: "reviewed" });
        }
        let forms = self.visible(&APPRAISAL, vec![Filter("cycle", Value::Reference(cycle.id))]).await?;
        Ok(forms.iter().filter_map(|form| Some((form.value("person").as_reference()?, grade(form)?))).collect())
    }

    /// Appeals of a cycle that nobody has decided: their grades may still move.
    pub async fn open_appeals(&self, cycle: &Cycle) -> Result<usize, AppraisalError> {
        let forms = self.visible(&APPRAISAL, vec![Filter("cycle", Value::Reference(cycle.id))]).await?;
        let is_set = |form: &Record, field: &str| form.value(field).as_text().is_some();
        Ok(forms.iter().filter(|form| is_set(form, "appeal") && !is_set(form, "decision")).count())
    }

    /// How many have each grade, beside how many the guide has for so many people.
    pub fn distribution(standings: &[Standing]) -> Vec<(Grade, usize, usize)> {
        let graded: Vec<Grade> = standings.iter().filter_map(|one| one.grade).collect();
        let guide: BTreeMap<Grade, usize> = Distribution::default().quotas(graded.len()).into_iter().collect();
        let count = |grade: Grade| graded.iter().filter(|one| **one == grade).count();
        Grade::ALL.into_iter().map(|grade| (grade, count(grade), guide.get(&grade).copied().unwrap_or(0))).collect()
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
            Some(to) => self.move_grade(seq, &record, &cycle, to, decision, fields, origin).await,
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
        // What somebody hands in meanwhile would not be in it.
        let mut tx = self.db.begin(self.viewer.person, origin).only_at(seq);
        let state = ("state", Value::Text(CycleState::Released.name().to_owned()));
        let today = ("released_on", Value::Date(self.today().await?));
        tx.put(Change::set(&APPRAISAL_CYCLE, id, vec![state, today]))?;
        for one in self.standings(&cycle).await? {
            if let Some(grade) = one.grade {
                tx.put(Change::set(&APPRAISAL, one.form, vec![("grade", Value::Text(grade.name().to_owned()))]))?;
            }
        }
        self.written(tx, &cycle.name).await
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
        let word = |grade: Grade| Value::Text(grade.name().to_owned());
        let moved = vec![
            ("person", form.value("person").clone()),
            ("appraisal", Value::Reference(form.id)),
            ("cycle", Value::Reference(cycle.id)),
            ("before", before.map_or(Value::Null, word)),
            ("after", word(to)),
            ("reason", Value::Text(reason.to_owned())),
            ("moved_by", self.viewer.person.map_or(Value::Null, Value::Reference)),
            ("moved_on", Value::Date(self.today().await?)),
        ];
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::create(&APPRAISAL_MOVE, self.db.new_id().await?, moved))?;
        tx.put(Change::set(&APPRAISAL, form.id, [vec![("grade", word(to))], with].concat()).based_on(seq))?;
        self.written(tx, &cycle.name).await
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
