//! Who may see what. Rights are those of now: asking about another day never widens them.

use base::RecordId;
use std::collections::{BTreeMap, BTreeSet};

/// On whose behalf something is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Viewer {
    /// None for the operator at the command line and for the product's own work.
    pub person: Option<RecordId>,
    pub reach: Reach,
    /// Everybody's pay may be opened. Running the product gives no such right.
    pub sees_pay: bool,
    /// Everybody's appraisal may be opened, beside one's own and those of one's reports.
    pub sees_appraisals: bool,
    /// Who reports to somebody who sees everybody's records and not everybody's appraisals: theirs may be opened.
    pub below: BTreeSet<RecordId>,
}

/// Whose records may be opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    All,
    /// Oneself and everybody who reports there, directly or not.
    People(BTreeSet<RecordId>),
}

/// Roles that may ask about everybody.
const SEES_ALL: [&str; 5] = ["hos", "ceo", "ops", "finance", "hr"];
/// Roles that run the product: they invite people and sign in with a second factor.
const ADMINISTERS: [&str; 2] = ["ops", "finance"];

/// Roles that look at sales records and change none.
const ONLY_LOOKS: [&str; 3] = ["ceo", "finance", "hr"];

/// Roles that close periods.
const CLOSES: [&str; 3] = ["finance", "hos", "ops"];

/// True when somebody of this role may close a period and open it again.
pub fn closes_periods(role: &str) -> bool {
    CLOSES.contains(&role)
}

/// Roles that say by what people are judged, and fix their scores.
const SETS_SCORECARDS: [&str; 3] = ["hos", "hr", "ops"];

pub fn sets_scorecards(role: &str) -> bool {
    SETS_SCORECARDS.contains(&role)
}

/// Roles that approve quotas that others drafted.
const APPROVES_QUOTAS: [&str; 4] = ["ceo", "finance", "hos", "ops"];

pub fn approves_quotas(role: &str) -> bool {
    APPROVES_QUOTAS.contains(&role)
}

/// Roles that say which account belongs to which territory.
const DESIGNS_TERRITORIES: [&str; 2] = ["hos", "ops"];

pub fn designs_territories(role: &str) -> bool {
    DESIGNS_TERRITORIES.contains(&role)
}

/// Roles that say how the company computes a KPI.
const DEFINES_KPIS: [&str; 2] = ["hos", "ops"];

pub fn defines_kpis(role: &str) -> bool {
    DEFINES_KPIS.contains(&role)
}

/// Roles that approve pay, and finance: to everybody else pay is the payee's alone.
const SEES_PAY: [&str; 3] = ["ceo", "finance", "hos"];

pub fn sees_pay(role: &str) -> bool {
    SEES_PAY.contains(&role)
}

/// Roles that hold appraisals for everybody: to others who see everybody's records they are closed.
const SEES_APPRAISALS: [&str; 3] = ["hr", "hos", "ceo"];

pub fn sees_appraisals(role: &str) -> bool {
    SEES_APPRAISALS.contains(&role)
}

/// Roles that set up appraisal cycles, and issue job descriptions.
const RUNS_APPRAISALS: [&str; 2] = ["hr", "hos"];

pub fn runs_appraisals(role: &str) -> bool {
    RUNS_APPRAISALS.contains(&role)
}

/// Roles of the top executives who sign appointments.
const APPOINTS: [&str; 2] = ["ceo", "hos"];

pub fn appoints(role: &str) -> bool {
    APPOINTS.contains(&role)
}

/// Roles that see every candidate: running the product or leading it gives no such right.
const RECRUITS: [&str; 1] = ["hr"];

pub fn recruits(role: &str) -> bool {
    RECRUITS.contains(&role)
}

/// True when somebody of this role may change the sales records they may open.
pub fn edits_records(role: &str) -> bool {
    !ONLY_LOOKS.contains(&role)
}

/// With fewer people than this behind the part one may not open, a total would tell one person's number.
pub const FEWEST_PEOPLE: u64 = 3;

/// Roles that say who works where, for whom and as what.
const MOVES_PEOPLE: [&str; 2] = ["ops", "hr"];

pub fn moves_people(role: &str) -> bool {
    MOVES_PEOPLE.contains(&role)
}

/// A role that opens more than one's own and one's reports' records: only who administers gives it or takes it.
pub fn opens_more(role: &str) -> bool {
    administers(role) || sees_all(role) || sees_pay(role) || sees_appraisals(role)
}

pub fn administers(role: &str) -> bool {
    ADMINISTERS.contains(&role)
}

/// True when somebody of this role may open everybody's records.
pub fn sees_all(role: &str) -> bool {
    SEES_ALL.contains(&role)
}

impl Viewer {
    /// The product's own work: building facts, imports, checks.
    pub const fn system() -> Self {
        Self { person: None, reach: Reach::All, sees_pay: true, sees_appraisals: true, below: BTreeSet::new() }
    }

    /// A person with their role, and with everybody below them today; whoever sees all records and appraisals needs none of them.
    pub fn person(person: RecordId, role: &str, subtree: BTreeSet<RecordId>) -> Self {
        let (is_all, sees_appraisals) = (sees_all(role), sees_appraisals(role));
        let (reach, below) = match (is_all, sees_appraisals) {
            (false, _) => (Reach::People(subtree), BTreeSet::new()),
            (true, false) => (Reach::All, subtree),
            (true, true) => (Reach::All, BTreeSet::new()),
        };
        Self { person: Some(person), reach, sees_pay: sees_pay(role), sees_appraisals, below }
    }

    pub fn reaches(&self, person: RecordId) -> bool {
        match &self.reach {
            Reach::All => true,
            Reach::People(people) => people.contains(&person),
        }
    }

    /// The product itself, and not somebody at its command line.
    pub const fn is_system(&self) -> bool {
        self.person.is_none() && self.sees_pay
    }

    pub const fn sees_all(&self) -> bool {
        matches!(self.reach, Reach::All)
    }
}

/// A person and everybody below; a circle in the reporting lines ends where it closes.
pub fn subtree(person: RecordId, managers: &BTreeMap<RecordId, RecordId>) -> BTreeSet<RecordId> {
    let mut found = BTreeSet::from([person]);
    loop {
        let below: Vec<RecordId> = managers
            .iter()
            .filter(|(report, manager)| found.contains(manager) && !found.contains(report))
            .map(|(report, _)| *report)
            .collect();
        if below.is_empty() {
            return found;
        }
        found.extend(below);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(pairs: &[(i64, i64)]) -> BTreeMap<RecordId, RecordId> {
        pairs.iter().map(|(report, manager)| (RecordId(*report), RecordId(*manager))).collect()
    }

    #[test]
    fn a_manager_reaches_direct_and_indirect_reports_and_a_rep_only_themselves() {
        let managers = lines(&[(2, 1), (3, 2), (4, 2), (5, 1)]);
        let reach = |person, role| Viewer::person(RecordId(person), role, subtree(RecordId(person), &managers));
        for (person, reached, outside) in [(2, vec![2, 3, 4], vec![1, 5]), (3, vec![3], vec![1, 2, 4, 5])] {
            let viewer = reach(person, "aem");
            assert!(reached.into_iter().all(|id| viewer.reaches(RecordId(id))));
            assert!(outside.into_iter().all(|id| !viewer.reaches(RecordId(id))));
        }
        assert!(reach(5, "hos").sees_all());
        assert!(!reach(5, "esd").sees_all());
        // Finance sees everybody's records, and the appraisals of those below alone.
        assert_eq!(reach(2, "finance").below, BTreeSet::from([2, 3, 4].map(RecordId)));
        assert!(reach(2, "hr").below.is_empty() && reach(2, "hr").sees_appraisals);
    }

    #[test]
    fn a_circle_in_the_reporting_lines_ends() {
        let managers = lines(&[(1, 2), (2, 3), (3, 1)]);
        let viewer = Viewer::person(RecordId(1), "aem", subtree(RecordId(1), &managers));
        assert_eq!(viewer.reach, Reach::People([1, 2, 3].map(RecordId).into()));
    }
}
