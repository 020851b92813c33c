//! Lines of what is to be done and what was decided, and the board that counts them.

use crate::HrError;
use access::PERSON;
use appraisal::{Appraisal, Cycle, CycleState, DEVELOPMENT_GOAL, Part, PartState, is_there};
use base::RecordId;
use db::{Db, ListQuery, Record};
use jiff::civil::Date;
use rules::{access::Viewer, appraisal::Grade, training::Standing};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};
use training::{Training, Which};

/// What of a person stands in a line.
const OF_PERSON: &[&str] = &["name", "external_id", "team", "hired_on", "left_on"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// A part of a form that somebody is to write.
    Part,
    Grade,
    /// Of calibration or an appeal.
    Move,
    Training,
    /// A development goal, or that somebody of the cycle has none.
    Goal,
}

impl Topic {
    pub const ALL: [Self; 5] = [Self::Part, Self::Grade, Self::Move, Self::Training, Self::Goal];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Part => "part",
            Self::Grade => "grade",
            Self::Move => "move",
            Self::Training => "training",
            Self::Goal => "goal",
        }
    }

    pub fn read(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.name() == name)
    }
}

/// One thing that a number of the board counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    pub topic: Topic,
    /// `open`, `overdue`, `done`, `missed`, `none`; a grade; `up`, `down` or `set`.
    pub state: &'static str,
    pub person: RecordId,
    pub name: String,
    pub team: Option<RecordId>,
    pub team_name: String,
    /// Who is to do it, or did it.
    pub by: String,
    /// A kind of part, a course, a competency, or why a grade was moved.
    pub what: String,
    pub due: Option<Date>,
    pub href: String,
}

/// What somebody asks for: all that it leaves open.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Asked {
    pub cycle: Option<i64>,
    pub topic: Option<String>,
    pub state: Option<String>,
    pub team: Option<i64>,
}

impl Asked {
    pub fn holds(&self, line: &Line) -> bool {
        self.names(line.topic, line.state) && self.team.is_none_or(|team| line.team.map_or(0, |known| known.0) == team)
    }

    fn names(&self, topic: Topic, state: &str) -> bool {
        self.topic.as_deref().is_none_or(|asked| asked == topic.name())
            && self.state.as_deref().is_none_or(|asked| asked == state)
    }
}

/// How many lines of each topic and state every team has; zero is who has none. A page of 500 teams asks for 5,000 numbers.
pub type Tally = BTreeMap<i64, BTreeMap<(Topic, &'static str), usize>>;

fn tally(lines: &[Line]) -> Tally {
    let mut tally = Tally::new();
    for line in lines {
        let of_team = tally.entry(line.team.map_or(0, |team| team.0)).or_default();
        *of_team.entry((line.topic, line.state)).or_default() += 1;
    }
    tally
}

#[derive(Debug, Clone)]
pub struct Board {
    pub cycle: Option<Cycle>,
    pub cycles: Vec<Cycle>,
    pub lines: Vec<Line>,
    tally: Tally,
    /// How many of each grade the guide has for so many people.
    pub guide: Vec<(Grade, usize, usize)>,
}

impl Board {
    /// How many lines are asked for: by team, as the page has them.
    pub fn count(&self, asked: &Asked) -> usize {
        let teams = match asked.team {
            Some(team) => self.tally.range(team..=team),
            None => self.tally.range(..),
        };
        let is_asked = |(topic, state): &(Topic, &str)| asked.names(*topic, state);
        teams.flat_map(|(_, counts)| counts).filter(|(of, _)| is_asked(of)).map(|(_, count)| count).sum()
    }

    pub const fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Teams of today by name, with those who have none last.
    pub fn teams(&self) -> Vec<(Option<RecordId>, String)> {
        let found: BTreeSet<(bool, String, Option<RecordId>)> =
            self.lines.iter().map(|line| (line.team.is_none(), line.team_name.clone(), line.team)).collect();
        found.into_iter().map(|(_, name, team)| (team, name)).collect()
    }
}

/// The board on somebody's behalf.
#[derive(Clone)]
pub struct Hr {
    pub(crate) appraisal: Appraisal,
    training: Training,
}

struct People {
    records: BTreeMap<RecordId, Record>,
    teams: BTreeMap<RecordId, String>,
}

impl People {
    fn line(&self, topic: Topic, state: &'static str, person: RecordId) -> Option<Line> {
        let record = self.records.get(&person)?;
        let team = record.value("team").as_reference();
        Some(Line {
            topic,
            state,
            person,
            name: record.title(),
            team,
            team_name: team.and_then(|team| self.teams.get(&team)).cloned().unwrap_or_default(),
            by: String::new(),
            what: String::new(),
            due: None,
            href: String::new(),
        })
    }

    fn name(&self, person: RecordId) -> String {
        self.records.get(&person).map(Record::title).unwrap_or_default()
    }
}

const fn of_day(is_done: bool, is_late: bool) -> &'static str {
    match (is_done, is_late) {
        (true, _) => "done",
        (false, true) => "overdue",
        (false, false) => "open",
    }
}

impl Hr {
    pub fn new(db: Db, viewer: Viewer, folder: PathBuf) -> Self {
        let training = Training::new(db.clone(), viewer.clone(), folder.clone());
        Self { appraisal: Appraisal::new(db, viewer, folder), training }
    }

    /// The board of a cycle with the lines behind its numbers; that somebody looks at grades and moves by name is remembered.
    pub async fn lines(&self, asked: &Asked) -> Result<Board, HrError> {
        let board = self.board(asked.cycle.map(RecordId)).await?;
        let is_result = |line: &Line| matches!(line.topic, Topic::Grade | Topic::Move) && asked.holds(line);
        if let Some(cycle) = board.cycle.as_ref().filter(|_| board.lines.iter().any(is_result)) {
            self.appraisal.look_at_results(cycle.id).await?;
        }
        Ok(board)
    }

    /// The board of a cycle; of the last one that was begun if none is named.
    pub async fn board(&self, cycle: Option<RecordId>) -> Result<Board, HrError> {
        if !self.appraisal.runs_appraisals().await? {
            return Err(HrError::NotYours);
        }
        let cycles = self.appraisal.cycles().await?;
        let cycle = match cycle {
            Some(id) => Some(cycles.iter().find(|one| one.id == id).cloned().ok_or(HrError::NoCycle(id))?),
            None => cycles.iter().max_by_key(|one| (one.period.end, one.id)).cloned(),
        };
        let today = self.appraisal.today().await?;
        let system = self.appraisal.db().system();
        let everybody = ListQuery { limit: u64::MAX, only: OF_PERSON, ..ListQuery::default() };
        let people = People {
            records: system.list(&PERSON, &everybody).await?.into_iter().map(|one| (one.id, one)).collect(),
            teams: system.all(&access::TEAM).await?.iter().map(|one| (one.id, one.title())).collect(),
        };
        let here: BTreeSet<RecordId> =
            people.records.values().filter(|one| is_there(one, today)).map(|one| one.id).collect();
        let (mut lines, mut guide, mut of_cycle) = (Vec::new(), Vec::new(), BTreeSet::new());
        if let Some(cycle) = &cycle {
            for (form, parts) in self.appraisal.progress(cycle.id).await? {
                let Some(person) = form.value("person").as_reference() else { continue };
                of_cycle.insert(person);
                let is_open = cycle.state == CycleState::Open;
                lines.extend(parts.iter().filter_map(|part| part_line(&people, person, part, (today, is_open))));
            }
            let standings = self.appraisal.standings(cycle).await?;
            for one in &standings {
                let state = one.grade.map_or("none", Grade::name);
                let line = people.line(Topic::Grade, state, one.person);
                lines.extend(line.map(|line| Line { href: format!("/appraisals/{}", one.form), ..line }));
            }
            guide = Appraisal::distribution(&standings);
            let of_form: BTreeMap<RecordId, RecordId> = standings.iter().map(|one| (one.form, one.person)).collect();
            for one in self.appraisal.moves(cycle).await? {
                // The best grade comes first.
                let state = match (one.before, one.after) {
                    (Some(before), Some(after)) if after < before => "up",
                    (Some(_), _) => "down",
                    (None, _) => "set",
                };
                let line = of_form.get(&one.form).and_then(|person| people.line(Topic::Move, state, *person));
                lines.extend(line.map(|line| Line {
                    by: one.by.clone(),
                    what: one.reason.clone(),
                    due: one.on,
                    href: format!("/appraisals/cycles/{}/calibration", cycle.id),
                    ..line
                }));
            }
        }
        for one in self.training.assignments(Which::Everybody).await? {
            let state = match one.standing {
                Standing::Done | Standing::Late => "done",
                other => other.name(),
            };
            let line = people.line(Topic::Training, state, one.person);
            lines.extend(line.map(|line| Line {
                what: one.course.clone(),
                due: Some(one.days.expires.unwrap_or(one.days.due)),
                href: format!("/learning/people/{}", one.person),
                ..line
            }));
        }
        self.goals(&people, &of_cycle, today, &mut lines).await?;
        // Who left has nothing to learn here.
        lines.retain(|line| !matches!(line.topic, Topic::Training | Topic::Goal) || here.contains(&line.person));
        lines.sort_by(|one, other| {
            (one.topic, &one.team_name, &one.name, one.due).cmp(&(
                other.topic,
                &other.team_name,
                &other.name,
                other.due,
            ))
        });
        Ok(Board { cycle, cycles, tally: tally(&lines), lines, guide })
    }

    /// Development goals, and who of the cycle has none that is open or done.
    async fn goals(
        &self,
        people: &People,
        of_cycle: &BTreeSet<RecordId>,
        today: Date,
        lines: &mut Vec<Line>,
    ) -> Result<(), HrError> {
        let mut without = of_cycle.clone();
        for goal in self.appraisal.visible(&DEVELOPMENT_GOAL, Vec::new()).await? {
            let (Some(person), Some(due)) = (goal.value("person").as_reference(), goal.value("due").as_date()) else {
                continue;
            };
            let state = goal.value("state").as_text().unwrap_or_default();
            if state == "dropped" {
                continue;
            }
            without.remove(&person);
            let line = people.line(Topic::Goal, of_day(state == "done", due < today), person);
            let mentor = goal.value("mentor").as_reference().map(|mentor| people.name(mentor));
            lines.extend(line.map(|line| Line {
                by: mentor.unwrap_or_default(),
                what: goal.title(),
                due: Some(due),
                href: format!("/development/{person}"),
                ..line
            }));
        }
        let none = without.into_iter().filter_map(|person| people.line(Topic::Goal, "none", person));
        lines.extend(none.map(|line| Line { href: format!("/development/{}", line.person), ..line }));
        Ok(())
    }
}

fn part_line(people: &People, person: RecordId, part: &Part, (today, is_open): (Date, bool)) -> Option<Line> {
    if !matches!(part.state, PartState::Open | PartState::Done) {
        return None;
    }
    // After the release nothing more is written.
    let state = match part.state {
        PartState::Open if !is_open => "missed",
        state => of_day(state == PartState::Done, part.due < today),
    };
    Some(Line {
        // Of few, who answered would tell who said what.
        by: if part.kind.is_anonymous() {
            String::new()
        } else {
            part.writer.map_or_else(String::new, |writer| people.name(writer))
        },
        what: part.kind.name().to_owned(),
        due: Some(part.due),
        href: format!("/appraisals/cycles/{}", part.cycle),
        ..people.line(Topic::Part, state, person)?
    })
}
