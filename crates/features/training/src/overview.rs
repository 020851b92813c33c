//! What waits for whoever asks, and how those below stand.

use crate::{Assignment, Training, TrainingError, Which};
use base::RecordId;
use jiff::civil::Date;
use rules::training::{Outcome, Standing};
use std::collections::BTreeMap;

#[derive(Debug, Clone)]
pub struct Overview {
    pub today: Date,
    /// One's own.
    pub mine: Vec<Assignment>,
    /// Those below, or for HR everybody: who has most overdue first.
    pub team: Vec<Member>,
    /// Of all those.
    pub outcome: Outcome,
}

#[derive(Debug, Clone)]
pub struct Member {
    pub person: RecordId,
    pub name: String,
    pub open: usize,
    pub overdue: usize,
    /// Certificates that end soon, or have ended.
    pub ending: usize,
    pub outcome: Outcome,
}

impl Training {
    pub async fn overview(&self) -> Result<Overview, TrainingError> {
        let (today, led) = (self.today().await?, self.led().await?);
        let (mut mine, mut theirs) = (Vec::new(), BTreeMap::<RecordId, Vec<Assignment>>::new());
        let mut all = Vec::new();
        for one in self.assignments(Which::Everybody).await? {
            if self.person() == Some(one.person) {
                mine.push(one);
            } else if led.sees(one.person) {
                all.push(one.clone());
                theirs.entry(one.person).or_default().push(one);
            }
        }
        let here = self.desk.people(today).await?;
        let team = here.iter().filter_map(|person| {
            let theirs = theirs.get(&person.id)?;
            let count = |of: &[Standing]| theirs.iter().filter(|one| of.contains(&one.standing)).count();
            Some(Member {
                person: person.id,
                name: person.title(),
                open: count(&[Standing::Open]),
                overdue: count(&[Standing::Overdue]),
                ending: count(&[Standing::Expiring, Standing::Expired]),
                outcome: Assignment::outcome(theirs, today),
            })
        });
        let mut team: Vec<Member> = team.collect();
        team.sort_by_key(|one| std::cmp::Reverse((one.overdue, one.ending, one.open)));
        Ok(Overview { today, mine, team, outcome: Assignment::outcome(&all, today) })
    }

    /// Who takes a course, of those whose training whoever asks sees.
    pub async fn seen_of(&self, course: RecordId) -> Result<Vec<Assignment>, TrainingError> {
        let led = self.led().await?;
        let mut found = self.assignments(Which::Course(course)).await?;
        found.retain(|one| led.sees(one.person));
        Ok(found)
    }

    /// Somebody's courses, as whoever asks may see them.
    pub async fn of(&self, person: RecordId) -> Result<(String, Vec<Assignment>), TrainingError> {
        if !self.led().await?.sees(person) {
            return Err(TrainingError::NotThere);
        }
        Ok((self.name(person).await?, self.assignments(Which::Of(person)).await?))
    }
}
