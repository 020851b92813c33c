//! Cycles (APPR-1): a plan says who is appraised by whom and what is frozen; launching writes it all or nothing.

use crate::{
    APPRAISAL, APPRAISAL_CYCLE, APPRAISAL_PART, Appraisal, AppraisalError, COMPETENCY, ROLE_PROFILE, answers::Frozen,
};
use base::{Amount, Period, RecordId, Seq};
use db::{Change, Record};
use jiff::{civil::Date, tz::TimeZone};
use kpi::{KnownAt, Kpi, PersonScore, ScoreAsk};
use rules::{
    appraisal::{Measure, Strictness},
    log::{Imports, LogRow, Origin, Timeline},
    record::{RecordType, Value},
    role::Profile,
    score::Scorecard,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

/// A launch rests on these, beside KPIs as known at its seq.
const RESTS_ON: &[&RecordType] =
    &[&access::PERSON, &access::COMPANY, &kpi::SCORECARD, &kpi::KPI, &ROLE_PROFILE, &COMPETENCY, &APPRAISAL_CYCLE];
/// Who had somebody for fewer days of the period writes no part of their own.
const FEWEST_DAYS: i64 = 30;
/// Per cent.
const WHOLE: i64 = 100;

/// What HR says of a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setup {
    pub name: String,
    /// A year, quarter or month.
    pub period: String,
    pub roles: Vec<String>,
    /// Per cent of the whole.
    pub kpi_weight: i64,
    /// People rate their managers.
    pub upward: bool,
    /// What the guide to the distribution of grades does; nobody changes it after the launch.
    pub guide: Strictness,
    /// Scores are held to everybody's measure; nobody changes it after the launch.
    pub leniency: bool,
    /// Weights of the sides, anonymity, bounds of grades; nobody changes it after the launch.
    pub measure: Measure,
    pub own_due: Date,
    /// Of peers and reports.
    pub others_due: Date,
    pub manager_due: Date,
}

/// Somebody who would be appraised.
#[derive(Debug, Clone)]
pub struct Planned {
    pub person: RecordId,
    pub name: String,
    pub role: String,
    /// Managers of the period with the days each was it, the last one first.
    pub managers: Vec<(RecordId, String, i64)>,
    /// Asked for a view beside them.
    pub matrix: Option<(RecordId, String)>,
    pub profile: Profile,
    /// The KPI part as it would be frozen.
    pub frozen: Frozen,
    /// What it comes to.
    pub score: Option<Amount>,
    pub notes: Vec<Note>,
}

/// What HR should know of somebody before launching.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    NoManager,
    /// One of them has left: HR gives their part to somebody else.
    ManagerLeft,
    /// No scorecard, or too little of its weight has a value: the KPI part stays empty.
    NoScore,
    ChangedRole(Date),
    ChangedManager(Date),
    Joined(Date),
    Leaves(Date),
}

impl Note {
    pub const fn name(self) -> &'static str {
        match self {
            Self::NoManager => "no-manager",
            Self::ManagerLeft => "manager-left",
            Self::NoScore => "no-score",
            Self::ChangedRole(_) => "changed-role",
            Self::ChangedManager(_) => "changed-manager",
            Self::Joined(_) => "joined",
            Self::Leaves(_) => "leaves",
        }
    }

    pub const fn day(self) -> Option<Date> {
        match self {
            Self::NoManager | Self::ManagerLeft | Self::NoScore => None,
            Self::ChangedRole(day) | Self::ChangedManager(day) | Self::Joined(day) | Self::Leaves(day) => Some(day),
        }
    }
}

/// What launching would do.
#[derive(Debug, Clone)]
pub struct LaunchPlan {
    pub setup: Setup,
    pub period: Period,
    /// With what was known at it.
    pub seq: Seq,
    /// Today: KPIs are frozen as of it.
    pub as_of: Date,
    pub people: Vec<Planned>,
    /// Who is of such a role and is not appraised: has left by now.
    pub left_out: Vec<(String, Date)>,
}

/// A cycle as it stands.
#[derive(Debug, Clone)]
pub struct Cycle {
    pub id: RecordId,
    pub name: String,
    pub period: Period,
    pub state: CycleState,
    pub kpi_weight: Amount,
    pub guide: Strictness,
    pub leniency: bool,
    pub measure: Measure,
    pub own_due: Date,
    pub others_due: Date,
    pub manager_due: Date,
    pub released_on: Option<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum CycleState {
    Open,
    /// Everybody reads their own.
    Released,
    Closed,
}

impl CycleState {
    pub const ALL: [Self; 3] = [Self::Open, Self::Released, Self::Closed];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Released => "released",
            Self::Closed => "closed",
        }
    }
}

impl Appraisal {
    /// Who would be appraised by whom, and what of them is known.
    pub async fn plan(&self, setup: &Setup) -> Result<LaunchPlan, AppraisalError> {
        self.only_who_runs().await?;
        let seq = match self.seen {
            Some(seen) => seen,
            None => self.db.system().last_seq().await?,
        };
        let company = self.company().await?;
        let today = self.today().await?;
        let period = company.calendar.parse_label(setup.period.trim())?;
        check(setup, &period, today)?;
        let last = period.end.yesterday().unwrap_or(period.end).min(today);
        let kpi = self.kpi().await?;
        let known_at = Some(KnownAt::At(seq));
        let ask =
            ScoreAsk { period: period.label.clone(), folder: self.folder.clone(), known_at, ..ScoreAsk::default() };
        let scores = kpi.scores(&ask).await?;
        let mut scored: BTreeMap<RecordId, PersonScore> =
            scores.people.into_iter().filter_map(|one| Some((one.person.id?, one))).collect();
        let cards = kpi.scorecards(last).await?;
        let roles = self.roles(last).await?;
        let imports = self.db.system().imports().await?;
        let named = self.db.system().all(&access::PERSON).await?;
        let names: BTreeMap<RecordId, String> = named.iter().map(|person| (person.id, person.title())).collect();
        let has_left = |person: &&Record| person.value("left_on").as_date().is_some_and(|left| left <= today);
        let gone: BTreeSet<RecordId> = named.iter().filter(has_left).map(|person| person.id).collect();
        let (mut people, mut left_out) = (Vec::new(), Vec::new());
        for (person, rows) in kpi::histories(&self.db, &access::PERSON).await? {
            let name = names.get(&person).cloned().unwrap_or_default();
            let days = (period.start, last);
            let Some(found) = Held::of(&rows, &imports, &company.zone, days) else { continue };
            let wanted = found.role.as_ref().filter(|role| setup.roles.contains(role));
            let Some(profile) = wanted.and_then(|role| roles.get(role)) else { continue };
            if let Some(left) = found.left.filter(|left| *left <= today) {
                left_out.push((name, left));
                continue;
            }
            let last = scored.remove(&person).map(|one| Frozen::of(&one)).transpose()?.unwrap_or_default();
            let frozen = self.of_all_roles(&kpi, (&ask, &cards), person, &found.roles, last).await?;
            let score = frozen.score(&BTreeMap::new())?.whole;
            let mut notes = found.notes(score.is_some(), days.0);
            notes.extend(found.managers.iter().any(|(id, _)| gone.contains(id)).then_some(Note::ManagerLeft));
            let managers =
                found.managers.iter().map(|(id, days)| (*id, names.get(id).cloned().unwrap_or_default(), *days));
            let is_other = |id: &RecordId| *id != person && found.managers.iter().all(|(manager, _)| manager != id);
            let matrix = found.matrix.filter(|id| is_other(id) && !gone.contains(id));
            let matrix = matrix.map(|id| (id, names.get(&id).cloned().unwrap_or_default()));
            people.push(Planned {
                person,
                name,
                role: profile.what.role.clone(),
                managers: managers.collect(),
                matrix,
                profile: profile.what.clone(),
                notes,
                frozen,
                score,
            });
        }
        people.sort_by(|one, other| (&one.role, &one.name).cmp(&(&other.role, &other.name)));
        left_out.sort();
        if people.is_empty() {
            return Err(AppraisalError::Nobody);
        }
        Ok(LaunchPlan { setup: setup.clone(), period, seq, as_of: today, people, left_out })
    }

    /// The KPI part of somebody who held other roles before in the period: each role's scorecard by the days it was held. What its
    /// KPIs come to is of the whole period.
    async fn of_all_roles(
        &self,
        kpi: &Kpi,
        (ask, cards): (&ScoreAsk, &BTreeMap<String, kpi::Held>),
        person: RecordId,
        roles: &[(String, i64)],
        last: Frozen,
    ) -> Result<Frozen, AppraisalError> {
        let Some(((role, days), earlier)) = roles.split_first() else { return Ok(last) };
        let judged = earlier.iter().filter(|(_, days)| *days >= FEWEST_DAYS);
        let judged = judged.filter_map(|(earlier, days)| Some((earlier, *days, cards.get(earlier)?)));
        let mut all = vec![(role.clone(), *days, last)];
        for (earlier, days, held) in judged {
            // The engine asks by the role of the last day.
            let card = Scorecard { role: role.clone(), ..Scorecard::clone(&held.card) };
            let ask = ScoreAsk { person: Some(person), instead: Some(Arc::new(card)), ..ask.clone() };
            if let Some(one) = kpi.scores(&ask).await?.people.first() {
                all.push((earlier.clone(), days, Frozen::of(one)?));
            }
        }
        // A role without a scorecard has no weight to give.
        all.retain(|(.., frozen)| !frozen.kpis.is_empty());
        match all.as_slice() {
            [] => Ok(Frozen::default()),
            [(only, _, frozen)] if only == role => Ok(frozen.clone()),
            _ => Frozen::weighed(all),
        }
    }

    /// Writes what was planned; refused when something was written since that says who is appraised by whom, or by what.
    pub async fn launch(&self, plan: &LaunchPlan, origin: Origin) -> Result<RecordId, AppraisalError> {
        self.only_who_runs().await?;
        let setup = &plan.setup;
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(plan.seq, RESTS_ON);
        let cycle = self.db.new_id().await?;
        let text = |text: &str| Value::Text(text.to_owned());
        tx.put(Change::create(
            &APPRAISAL_CYCLE,
            cycle,
            vec![
                ("name", text(setup.name.trim())),
                ("period", text(&plan.period.label)),
                ("starts_on", Value::Date(plan.period.start)),
                ("ends_on", Value::Date(plan.period.end)),
                ("state", text(CycleState::Open.name())),
                ("kpi_weight", Value::Integer(setup.kpi_weight)),
                ("upward", Value::Flag(setup.upward)),
                ("guide", text(setup.guide.name())),
                ("leniency", Value::Flag(setup.leniency)),
                ("measure", Value::Text(serde_json::to_string(&setup.measure)?)),
                ("own_due", Value::Date(setup.own_due)),
                ("others_due", Value::Date(setup.others_due)),
                ("manager_due", Value::Date(setup.manager_due)),
            ],
        ))?;
        let mut forms = BTreeMap::new();
        for one in &plan.people {
            let id = self.db.new_id().await?;
            forms.insert(one.person, id);
            let definition = one.profile.to_text().map_err(|error| AppraisalError::Unwritten(error.to_string()))?;
            let fields = vec![
                ("person", Value::Reference(one.person)),
                ("cycle", Value::Reference(cycle)),
                ("role", text(&one.role)),
                ("definition", Value::Text(definition)),
                ("frozen", Value::Text(serde_json::to_string(&one.frozen)?)),
                ("score", one.score.map_or(Value::Null, Value::Decimal)),
                ("as_of", Value::Date(plan.as_of)),
                ("known_seq", Value::Integer(plan.seq.0)),
                ("key", Value::Text(format!("{cycle} {}", one.person))),
            ];
            tx.put(Change::create(&APPRAISAL, id, fields))?;
        }
        for one in &plan.people {
            let Some(form) = forms.get(&one.person).copied() else { continue };
            let manager = one.managers.first().filter(|(manager, ..)| setup.upward && forms.contains_key(manager));
            let upward = manager.and_then(|(manager, ..)| forms.get(manager)).copied();
            let own = (form, one.person, "own", setup.own_due, None);
            let managers =
                one.managers.iter().map(|(id, _, days)| (form, *id, "manager", setup.manager_due, Some(*days)));
            let upward = upward.map(|form| (form, one.person, "report", setup.others_due, None));
            let matrix = one.matrix.iter().map(|(id, _)| (form, *id, "matrix", setup.others_due, None));
            for (form, writer, kind, due, days) in [own].into_iter().chain(managers).chain(matrix).chain(upward) {
                let part = part(cycle, form, writer, kind, "open", due, days);
                tx.put(Change::create(&APPRAISAL_PART, self.db.new_id().await?, part))?;
            }
        }
        self.written(tx, setup.name.trim()).await?;
        Ok(cycle)
    }

    /// Every cycle, the last first.
    pub async fn cycles(&self) -> Result<Vec<Cycle>, AppraisalError> {
        let mut found = Vec::new();
        for record in self.db.system().all(&APPRAISAL_CYCLE).await? {
            found.extend(self.told_cycle(&record).await?);
        }
        found.sort_by_key(|cycle| std::cmp::Reverse((cycle.period.end, cycle.id)));
        Ok(found)
    }

    pub async fn cycle(&self, id: RecordId) -> Result<Cycle, AppraisalError> {
        let record = self.db.system().get(&APPRAISAL_CYCLE, id).await?.ok_or(AppraisalError::NotThere)?;
        self.told_cycle(&record).await?.ok_or(AppraisalError::NotThere)
    }

    async fn told_cycle(&self, record: &Record) -> Result<Option<Cycle>, AppraisalError> {
        let text = |field: &str| record.value(field).as_text().unwrap_or_default();
        let due = |field: &str| record.value(field).as_date().unwrap_or_default();
        Ok((!record.archived).then_some(Cycle {
            id: record.id,
            name: record.title(),
            period: self.company().await?.calendar.parse_label(text("period"))?,
            state: CycleState::ALL.into_iter().find(|state| state.name() == text("state")).unwrap_or(CycleState::Open),
            kpi_weight: Amount::from(record.value("kpi_weight").as_integer().unwrap_or_default()),
            guide: Strictness::read(text("guide")).unwrap_or_default(),
            leniency: *record.value("leniency") == Value::Flag(true),
            measure: record.value("measure").as_text().map(serde_json::from_str).transpose()?.unwrap_or_default(),
            own_due: due("own_due"),
            others_due: due("others_due"),
            manager_due: due("manager_due"),
            released_on: record.value("released_on").as_date(),
        }))
    }

    /// Nothing is written in it any more.
    pub async fn close(&self, id: RecordId, origin: Origin) -> Result<(), AppraisalError> {
        self.only_who_runs().await?;
        let seq = self.db.system().last_seq().await?;
        let cycle = self.cycle(id).await?;
        if cycle.state != CycleState::Released {
            return Err(AppraisalError::NotSo { is: cycle.state.name(), wanted: CycleState::Closed.name() });
        }
        let mut tx = self.db.begin(self.viewer.person, origin);
        let state = ("state", Value::Text(CycleState::Closed.name().to_owned()));
        tx.put(Change::set(&APPRAISAL_CYCLE, id, vec![state]).based_on(seq))?;
        self.written(tx, &cycle.name).await
    }

    /// Moves a cycle to its next state.
    pub async fn move_on(&self, id: RecordId, to: CycleState, origin: Origin) -> Result<(), AppraisalError> {
        match to {
            CycleState::Released => self.release(id, origin).await,
            CycleState::Closed => self.close(id, origin).await,
            CycleState::Open => {
                Err(AppraisalError::NotSo { is: self.cycle(id).await?.state.name(), wanted: to.name() })
            }
        }
    }
}

fn check(setup: &Setup, period: &Period, today: Date) -> Result<(), AppraisalError> {
    if setup.name.trim().is_empty() {
        return Err(AppraisalError::NoName);
    }
    if setup.roles.is_empty() {
        return Err(AppraisalError::Nobody);
    }
    if !(0..=WHOLE).contains(&setup.kpi_weight) {
        return Err(AppraisalError::Weight(setup.kpi_weight));
    }
    if period.start > today {
        return Err(AppraisalError::NotBegun(period.label.clone()));
    }
    let is_in_order = today <= setup.own_due && setup.own_due <= setup.manager_due;
    if !is_in_order || setup.others_due < today || setup.others_due > setup.manager_due {
        return Err(AppraisalError::Order);
    }
    Ok(())
}

/// The fields of a part that somebody is to write.
pub(crate) fn part(
    cycle: RecordId,
    form: RecordId,
    writer: RecordId,
    kind: &str,
    state: &str,
    due: Date,
    days: Option<i64>,
) -> Vec<(&'static str, Value)> {
    vec![
        ("writer", Value::Reference(writer)),
        ("appraisal", Value::Reference(form)),
        ("cycle", Value::Reference(cycle)),
        ("kind", Value::Text(kind.to_owned())),
        ("state", Value::Text(state.to_owned())),
        ("days", days.map_or(Value::Null, Value::Integer)),
        ("due", Value::Date(due)),
        ("key", Value::Text(format!("{form} {kind} {writer}"))),
    ]
}

/// How somebody's place in the company ran over a period.
struct Held {
    role: Option<String>,
    /// With the days of each, the last one first.
    roles: Vec<(String, i64)>,
    role_since: Option<Date>,
    managers: Vec<(RecordId, i64)>,
    matrix: Option<RecordId>,
    manager_since: Option<Date>,
    hired: Option<Date>,
    left: Option<Date>,
}

impl Held {
    /// None for who was not there in the period.
    fn of(rows: &[LogRow], imports: &Imports, zone: &TimeZone, (from, to): (Date, Date)) -> Option<Self> {
        let known = Timeline::known(rows, imports, Seq(i64::MAX)).filter(|known| !known.archived)?;
        let last = |field: &str| known.steps(field).last().and_then(|step| step.value.as_date());
        let (hired, left) = (last("hired_on"), last("left_on"));
        if hired.is_some_and(|hired| hired > to) || left.is_some_and(|left| left <= from) {
            return None;
        }
        let from = hired.map_or(from, |hired| hired.max(from));
        let to = left.map_or(to, |left| left.yesterday().unwrap_or(left).min(to));
        // Before anybody wrote it down it was as it was first written down.
        let dated = |field: &str| {
            let steps = known.steps(field).iter().enumerate();
            let day = |step: &rules::log::Step| step.effective_at.to_zoned(zone.clone()).date();
            steps
                .map(|(place, step)| (if place == 0 { Date::MIN } else { day(step) }, step.value.clone()))
                .collect::<Vec<_>>()
        };
        let roles = dated("role");
        let role = roles.iter().rfind(|(since, _)| *since <= to);
        let since = |since: Option<Date>| since.filter(|since| *since > from);
        let held_roles = days_of(&roles, (from, to));
        let managers = dated("manager");
        let all = days_of(&managers, (from, to));
        let all = all.into_iter().filter_map(|(manager, days)| Some((manager.as_reference()?, days))).enumerate();
        let managers_of = all.filter(|(place, (_, days))| *place == 0 || *days >= FEWEST_DAYS).map(|(_, one)| one);
        Some(Self {
            role: role.and_then(|(_, role)| role.as_text()).map(str::to_owned),
            roles: held_roles.into_iter().filter_map(|(role, days)| Some((role.as_text()?.to_owned(), days))).collect(),
            role_since: since(role.map(|(since, _)| *since)),
            managers: managers_of.collect(),
            matrix: dated("matrix_manager")
                .iter()
                .rfind(|(since, _)| *since <= to)
                .and_then(|(_, id)| id.as_reference()),
            manager_since: since(managers.iter().rfind(|(since, _)| *since <= to).map(|(since, _)| *since)),
            hired,
            left,
        })
    }

    fn notes(&self, has_score: bool, from: Date) -> Vec<Note> {
        let mut notes = Vec::new();
        notes.extend(self.managers.is_empty().then_some(Note::NoManager));
        notes.extend((!has_score).then_some(Note::NoScore));
        notes.extend(self.role_since.map(Note::ChangedRole));
        notes.extend(self.manager_since.filter(|_| self.managers.len() > 1).map(Note::ChangedManager));
        notes.extend(self.hired.filter(|hired| *hired > from).map(Note::Joined));
        notes.extend(self.left.map(Note::Leaves));
        notes
    }
}

/// Each value that held between two days, with how many of them; the last one first.
fn days_of(dated: &[(Date, Value)], (from, to): (Date, Date)) -> Vec<(Value, i64)> {
    let mut found: Vec<(Value, i64)> = Vec::new();
    for (place, (since, value)) in dated.iter().enumerate() {
        let end = dated.get(place + 1).map_or(to, |(next, _)| next.yesterday().unwrap_or(*next).min(to));
        let first = (*since).max(from);
        if first > end || *value == Value::Null {
            continue;
        }
        let length = first.until(end).map_or(0, |span| i64::from(span.get_days())) + 1;
        let before = found.iter().position(|(one, _)| one == value).map_or(0, |place| found.remove(place).1);
        found.insert(0, (value.clone(), before + length));
    }
    found
}
