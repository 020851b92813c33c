//! Territories (F3): which unit belongs to which, so that loads are balanced, units are near each other, and few change hands.

mod descent;
mod place;
mod problem;

pub use place::Place;

use super::{GoalError, check_not_negative, percent};
use base::{Amount, AmountError, RecordId, TerritoryId};
use descent::improved;
use place::amount_of;
use problem::{Home, Parts, Problem};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// An account or a post code: the least that belongs to one territory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unit {
    pub id: RecordId,
    pub workload: Amount,
    pub potential: Amount,
    /// A unit without one counts no distance.
    pub place: Option<Place>,
    /// Where it is now.
    pub territory: Option<TerritoryId>,
    /// A named account: it stays where it is.
    pub is_pinned: bool,
}

/// What has to be even among territories.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Balanced {
    #[default]
    Workload,
    Potential,
    /// Each by itself.
    Both,
}

/// What a good design is, and how long it is looked for. The objective is least, in mean distances d̄ of a unit from the middle of
/// all of them, so that the weights mean the same in any unit of length and of ten units as of two thousand (F3):
///
/// Σ d(u, c) ÷ d̄ + `balance` × units per territory × Σ max(0, |w − μ| ÷ μ − `tolerance`)² + `change` × moved units
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// A territory may be so far from the mean before it costs anything, per cent.
    pub tolerance: Amount,
    /// λ_bal. At 1000 a unit crosses d̄ to mend a twentieth of a per cent beyond the tolerance, at 100 half a per cent.
    pub balance: Amount,
    /// λ_chg, the weight of stability. At 0.5 a unit changes hands to save half of d̄, and not for less.
    pub change: Amount,
    pub balanced: Balanced,
    /// The same seed gives the same answer.
    pub seed: u64,
    /// At most so many changes are weighed; the answer never depends on time.
    pub steps: u32,
}

/// 15 %, 1000, 0.5, by workload, 50 million steps.
impl Default for Terms {
    fn default() -> Self {
        let half = Amount::from_millionths(500_000).unwrap_or_default();
        let [tolerance, balance] = [15, 1000].map(Amount::from);
        Self { tolerance, balance, change: half, balanced: Balanced::default(), seed: 0, steps: 50_000_000 }
    }
}

/// What a design costs, in mean distances; see [`Terms`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Objective {
    pub distance: Amount,
    pub balance: Amount,
    pub change: Amount,
    /// Of the three.
    pub total: Amount,
}

impl Objective {
    fn of(parts: &Parts) -> Result<Self, AmountError> {
        let millionths = |part: i64| Amount::from_millionths(part.into());
        Ok(Self {
            distance: millionths(parts.distance)?,
            balance: millionths(parts.balance)?,
            change: millionths(parts.change)?,
            total: millionths(parts.total())?,
        })
    }
}

/// What a territory holds, against the mean of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Balance {
    pub units: usize,
    pub workload: Amount,
    pub potential: Amount,
    /// (w − μ) ÷ μ, per cent; none where μ is zero.
    pub workload_deviation: Option<Amount>,
    pub potential_deviation: Option<Amount>,
    /// Of its units to their centre together: in kilometres, or in the unit of a flat map. To three decimals.
    pub distance: Amount,
}

/// A unit that changes hands, or is given to somebody for the first time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Move {
    pub unit: RecordId,
    pub from: Option<TerritoryId>,
    pub to: TerritoryId,
}

/// A design that is proposed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    pub assignment: BTreeMap<RecordId, TerritoryId>,
    /// As it is now; none while a unit is in none of the territories. What is proposed never costs more.
    pub before: Option<Objective>,
    pub after: Objective,
    /// By unit.
    pub moves: Vec<Move>,
    /// What each territory holds then.
    pub balance: BTreeMap<TerritoryId, Balance>,
    /// Per cent of the units with a territory that keep it; none where none has one.
    pub kept: Option<Amount>,
}

/// A design that costs no more than that of now: from it and from a start by location, overfull territories first empty into others,
/// then single moves and swaps lower the cost, then chance upsets the best and the same is done again. The order of units and
/// of territories does not matter.
pub fn propose(units: &[Unit], territories: &[TerritoryId], terms: &Terms) -> Result<Proposal, GoalError> {
    let design = Design::new(units, territories)?;
    let problem = Problem::new(&design.units, &design.homes(), design.territories.len(), terms)?;
    let now: Option<Vec<usize>> = problem.now().into_iter().collect();
    let best = improved(&problem, now.as_deref(), terms);
    let before = now.map(|now| Objective::of(&problem.parts(&now))).transpose()?;
    let to = |place: &usize| design.territories[*place];
    let moves = design.units.iter().zip(&best).filter_map(|(unit, place)| {
        let one = Move { unit: unit.id, from: unit.territory, to: to(place) };
        (one.from != Some(one.to)).then_some(one)
    });
    let moves: Vec<Move> = moves.collect();
    let had_one = units.iter().filter(|unit| unit.territory.is_some()).count();
    let lost = moves.iter().filter(|one| one.from.is_some()).count();
    Ok(Proposal {
        assignment: design.units.iter().zip(&best).map(|(unit, place)| (unit.id, to(place))).collect(),
        before,
        after: Objective::of(&problem.parts(&best))?,
        moves,
        balance: design.balances(&best.iter().copied().map(Some).collect::<Vec<_>>())?,
        kept: percent(&super::count(had_one - lost), &super::count(had_one))?,
    })
}

/// What each territory holds now. Units in none of them count nowhere.
pub fn balances(units: &[Unit], territories: &[TerritoryId]) -> Result<BTreeMap<TerritoryId, Balance>, GoalError> {
    let design = Design::new(units, territories)?;
    let homes: Vec<Option<usize>> = design.homes().into_iter().map(Home::place).collect();
    design.balances(&homes)
}

/// Units and territories by id, each once.
struct Design {
    units: Vec<Unit>,
    territories: Vec<TerritoryId>,
}

impl Design {
    fn new(units: &[Unit], territories: &[TerritoryId]) -> Result<Self, GoalError> {
        check_not_negative("a workload", units.iter().map(|unit| unit.workload))?;
        check_not_negative("a potential", units.iter().map(|unit| unit.potential))?;
        let (mut units, mut territories) = (units.to_vec(), territories.to_vec());
        units.sort_unstable_by_key(|unit| unit.id);
        territories.sort_unstable();
        if territories.is_empty() {
            return Err(GoalError::NoTerritories);
        }
        if let Some(pair) = units.windows(2).find(|pair| pair[0].id == pair[1].id) {
            return Err(GoalError::UnitTwice(pair[0].id));
        }
        if let Some(pair) = territories.windows(2).find(|pair| pair[0] == pair[1]) {
            return Err(GoalError::TerritoryTwice(pair[0]));
        }
        Ok(Self { units, territories })
    }

    fn homes(&self) -> Vec<Home> {
        let home = |unit: &Unit| match unit.territory {
            None => Home::None,
            Some(territory) => self.territories.binary_search(&territory).map_or(Home::Gone, Home::At),
        };
        self.units.iter().map(home).collect()
    }

    fn balances(&self, of: &[Option<usize>]) -> Result<BTreeMap<TerritoryId, Balance>, GoalError> {
        let mut balances = vec![Balance::default(); self.territories.len()];
        for (unit, place) in self.units.iter().zip(of) {
            let Some(balance) = place.and_then(|place| balances.get_mut(place)) else { continue };
            balance.units += 1;
            balance.workload = balance.workload.checked_add(unit.workload)?;
            balance.potential = balance.potential.checked_add(unit.potential)?;
        }
        let workloads = Amount::sum(balances.iter().map(|balance| balance.workload))?;
        let potentials = Amount::sum(balances.iter().map(|balance| balance.potential))?;
        let lengths = place::lengths(&place::points(&self.units)?, of, balances.len());
        for (balance, length) in balances.iter_mut().zip(lengths) {
            balance.workload_deviation = self.deviation(balance.workload, workloads)?;
            balance.potential_deviation = self.deviation(balance.potential, potentials)?;
            balance.distance = amount_of(length)?;
        }
        Ok(self.territories.iter().copied().zip(balances).collect())
    }

    /// From the mean of all territories, per cent of it.
    fn deviation(&self, of: Amount, all: Amount) -> Result<Option<Amount>, AmountError> {
        let all = all.into();
        percent(&(&(&super::count(self.territories.len()) * &of.into()) - &all), &all)
    }
}

#[cfg(test)]
mod tests;
