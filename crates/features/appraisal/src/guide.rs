//! What the guide of a cycle does (E5): a forced distribution, shown before it is done, and a release that it refuses.

use crate::{APPRAISAL, APPRAISAL_MOVE, Appraisal, AppraisalError, Cycle, CycleState, standings::Standing};
use base::{Amount, RecordId};
use db::Change;
use rules::{
    appraisal::{Distribution, Grade, Guide, Limit, Strictness},
    log::Origin,
    record::Value,
};
use std::collections::BTreeMap;

/// The reason of a move that the forced distribution made.
pub const FORCED: &str = "forced distribution";

/// A grade that the forced distribution would move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForcedMove {
    pub form: RecordId,
    pub person: RecordId,
    pub name: String,
    pub score: Amount,
    pub before: Option<Grade>,
    pub after: Grade,
}

/// A grade that was given more or less often than the guide lets through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Off {
    /// So many people, fewer than this, per cent.
    Few(Grade, usize, Amount),
    /// So many people, more than this, per cent.
    Many(Grade, usize, Amount),
    /// So many people, where the forced distribution has so many.
    Other(Grade, usize, usize),
}

impl std::fmt::Display for Off {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Few(grade, people, share) => write!(to, "{}: {people} are fewer than {share}%", grade.name()),
            Self::Many(grade, people, share) => write!(to, "{}: {people} are more than {share}%", grade.name()),
            Self::Other(grade, people, forced) => write!(to, "{}: {people} in place of {forced}", grade.name()),
        }
    }
}

/// The grade of everybody who has a score, by rank.
fn ranked(standings: &[Standing]) -> Result<Vec<(&Standing, Amount, Grade)>, AppraisalError> {
    let scored: Vec<(&Standing, Amount)> = standings.iter().filter_map(|one| Some((one, one.score()?))).collect();
    let scores: Vec<Amount> = scored.iter().map(|(_, score)| *score).collect();
    let grades = Distribution::default().force(&scores)?;
    Ok(scored.into_iter().zip(grades).map(|((one, score), grade)| (one, score, grade)).collect())
}

/// What forcing would move, in the order of the standings.
pub fn forced(standings: &[Standing]) -> Result<Vec<ForcedMove>, AppraisalError> {
    let moved = ranked(standings)?.into_iter().filter(|(one, _, after)| one.grade != Some(*after));
    Ok(moved
        .map(|(one, score, after)| ForcedMove {
            form: one.form,
            person: one.person,
            name: one.name.clone(),
            score,
            before: one.grade,
            after,
        })
        .collect())
}

/// Where a cycle's grades leave its guide so that they may not be released.
pub fn off(cycle: &Cycle, standings: &[Standing]) -> Result<Vec<Off>, AppraisalError> {
    let grades: Vec<Grade> = standings.iter().filter_map(|one| one.grade).collect();
    match cycle.guide {
        Strictness::Advisory => Ok(Vec::new()),
        Strictness::Blocking => {
            let findings = Guide::around(cycle.guide, &Distribution::default())?.findings(&grades);
            let breaches = findings.breaches.into_iter().filter(|_| findings.is_blocking);
            Ok(breaches
                .map(|breach| match breach.limit {
                    Limit::Least(share) => Off::Few(breach.grade, breach.people, share),
                    Limit::Most(share) => Off::Many(breach.grade, breach.people, share),
                })
                .collect())
        }
        Strictness::Forced => {
            let mut wanted: BTreeMap<Grade, usize> = BTreeMap::new();
            match ranked(standings) {
                Ok(ranked) => ranked.iter().for_each(|(.., grade)| *wanted.entry(*grade).or_default() += 1),
                // So few are never forced.
                Err(AppraisalError::Rule(rules::appraisal::AppraisalError::TooFew { .. })) => return Ok(Vec::new()),
                Err(error) => return Err(error),
            }
            // Who has no score and got a grade in calibration stands beside the distribution.
            let scored = standings.iter().filter(|one| one.score().is_some());
            let mut given: BTreeMap<Grade, usize> = BTreeMap::new();
            scored.filter_map(|one| one.grade).for_each(|grade| *given.entry(grade).or_default() += 1);
            let count = |of: &BTreeMap<Grade, usize>, grade| of.get(&grade).copied().unwrap_or_default();
            let both = Grade::ALL.into_iter().map(|grade| (grade, count(&given, grade), count(&wanted, grade)));
            Ok(both
                .filter(|(_, given, wanted)| given != wanted)
                .map(|(grade, given, wanted)| Off::Other(grade, given, wanted))
                .collect())
        }
    }
}

impl Appraisal {
    /// Moves the grades that somebody looked at, each with the same reason; refused where others follow by now, and to whom one
    /// of them is their own.
    pub async fn force(&self, id: RecordId, seen: &[(RecordId, Grade)], origin: Origin) -> Result<(), AppraisalError> {
        let me = self.only_above().await?;
        let seq = self.db.system().last_seq().await?;
        let cycle = self.cycle(id).await?;
        if cycle.state != CycleState::Open {
            return Err(AppraisalError::Over(cycle.name));
        }
        if cycle.guide != Strictness::Forced {
            return Err(AppraisalError::NotForced(cycle.name));
        }
        let moves = forced(&self.standings(&cycle).await?)?;
        if moves.iter().any(|one| one.person == me) {
            return Err(AppraisalError::OwnGrade);
        }
        let found: BTreeMap<RecordId, Grade> = moves.iter().map(|one| (one.form, one.after)).collect();
        if found != seen.iter().copied().collect() {
            return Err(AppraisalError::Moved(cycle.name));
        }
        let today = self.today().await?;
        // Whatever is handed in meanwhile may rank them otherwise.
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(seq, crate::standings::STANDINGS);
        for one in &moves {
            let moved = self.moved(one.person, one.form, id, (one.before, one.after), FORCED, today);
            tx.put(Change::create(&APPRAISAL_MOVE, self.db.new_id().await?, moved))?;
            let grade = ("grade", Value::Text(one.after.name().to_owned()));
            tx.put(Change::set(&APPRAISAL, one.form, vec![grade]).based_on(seq))?;
        }
        if moves.is_empty() { Ok(()) } else { self.written(tx, &cycle.name).await }
    }
}
