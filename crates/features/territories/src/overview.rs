//! The tree with what each territory carries, how even it is, and what the rules leave open.

use crate::{Account, Land, Load, Measure, RulesVersion, Territories, TerritoriesError};
use base::{Amount, Fraction, RecordId, TerritoryId};
use jiff::civil::Date;
use rules::goal::{Unit, Verdict, assign_accounts, balances};
use std::collections::{BTreeMap, BTreeSet};

/// How far from the mean a territory may be, per cent (F3).
pub(crate) const TOLERANCE: i64 = 15;

/// What is asked for.
#[derive(Debug, Clone)]
pub struct Asked {
    pub day: Date,
    pub even: Measure,
    pub tolerance: Amount,
    /// Territories of this branch are compared; none: all.
    pub within: Option<RecordId>,
}

impl Asked {
    pub fn on(day: Date) -> Self {
        Self { day, even: Measure::default(), tolerance: Amount::from(TOLERANCE), within: None }
    }
}

/// One territory.
#[derive(Debug, Clone)]
pub struct Line {
    pub territory: RecordId,
    pub name: String,
    pub depth: usize,
    pub is_leaf: bool,
    pub holders: Vec<RecordId>,
    /// With all below it; none where it is not for the viewer.
    pub load: Option<Load>,
    /// Of a leaf that is in use: what is to be even, over the mean; and how far off it is, per cent.
    pub share: Option<Fraction>,
    pub deviation: Option<Amount>,
}

/// Accounts that rules of one rank give to different territories.
#[derive(Debug, Clone)]
pub struct Conflict {
    pub rank: u32,
    pub territories: BTreeSet<RecordId>,
    pub accounts: Vec<RecordId>,
}

#[derive(Debug, Clone)]
pub struct Overview {
    pub asked: Asked,
    pub land: Land,
    pub rules: Option<RulesVersion>,
    pub lines: Vec<Line>,
    /// Of the leaves that are compared; none where the viewer sees not all.
    pub mean: Option<Amount>,
    pub conflicts: Vec<Conflict>,
    /// That no rule takes.
    pub unruled: Vec<RecordId>,
    /// In no territory.
    pub homeless: Vec<RecordId>,
}

impl Territories {
    /// For everybody; what territories carry, for who sees their accounts.
    pub async fn overview(&self, asked: Asked) -> Result<Overview, TerritoriesError> {
        let land = self.land(asked.day).await?;
        if let Some(within) = asked.within.filter(|within| !land.territories.contains_key(within)) {
            return Err(TerritoriesError::NoTerritory(format!("#{within}")));
        }
        let sees_all = self.viewer.sees_all();
        let rules = if sees_all { self.rules_on(asked.day).await? } else { None };
        let own = land.loads_by(|account| account.territory)?;
        let even = Even::of(&land, &asked)?;
        let mut lines = Vec::new();
        for (territory, depth) in order(&land) {
            let is_seen = sees_all || self.sees(&land, territory);
            let load = if is_seen { Some(sum_below(&land, &own, territory)?) } else { None };
            let compared = load.and_then(|_| even.of.get(&territory)).filter(|_| sees_all);
            lines.push(Line {
                territory,
                name: land.name_of(territory).to_owned(),
                depth,
                is_leaf: land.is_leaf(territory),
                holders: land.holders_of(territory).to_vec(),
                load,
                share: compared.map(|(share, _)| *share),
                deviation: compared.and_then(|(_, deviation)| *deviation),
            });
        }
        let (conflicts, unruled) = rules.as_ref().map(|rules| open(&land, rules)).unwrap_or_default();
        let is_homeless = |one: &&Account| one.territory.is_none() && one.is_sold_to();
        let homeless = land.accounts.values().filter(is_homeless).map(|one| one.id);
        let homeless = if sees_all { homeless.collect() } else { Vec::new() };
        let mean = sees_all.then_some(even.mean).flatten();
        Ok(Overview { asked, land, rules, lines, mean, conflicts, unruled, homeless })
    }

    /// Who works a territory and whose its accounts are today are all within reach.
    pub(crate) fn sees(&self, land: &Land, territory: RecordId) -> bool {
        let within = land.within(Some(territory));
        let reaches = |person: &RecordId| self.viewer.reaches(*person);
        let holders = within.iter().flat_map(|one| land.holders_of(*one));
        let mut accounts =
            land.accounts.values().filter(|one| one.territory.is_some_and(|territory| within.contains(&territory)));
        let is_own =
            |one: &Account| one.owner.as_ref().is_some_and(reaches) && one.owner_now.as_ref().is_some_and(reaches);
        self.viewer.sees_all()
            || holders.clone().next().is_some() && holders.into_iter().all(reaches) && accounts.all(is_own)
    }
}

/// Every territory in the order of the tree, with its depth.
fn order(land: &Land) -> Vec<(RecordId, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<(RecordId, usize)> = land.children(None).iter().rev().map(|one| (one.id, 0)).collect();
    while let Some((id, depth)) = open.pop() {
        found.push((id, depth));
        open.extend(land.children(Some(id)).iter().rev().map(|one| (one.id, depth + 1)));
    }
    found
}

fn sum_below(land: &Land, own: &BTreeMap<RecordId, Load>, of: RecordId) -> Result<Load, TerritoriesError> {
    let mut sum = Load::default();
    for load in land.within(Some(of)).iter().filter_map(|id| own.get(id)) {
        sum = sum.and(*load)?;
    }
    Ok(sum)
}

/// Leaves that are in use, against their mean.
struct Even {
    mean: Option<Amount>,
    of: BTreeMap<RecordId, (Fraction, Option<Amount>)>,
}

impl Even {
    fn of(land: &Land, asked: &Asked) -> Result<Self, TerritoriesError> {
        let compared: Vec<TerritoryId> = in_use(land, asked.within).into_iter().map(TerritoryId).collect();
        if compared.is_empty() {
            return Ok(Self { mean: None, of: BTreeMap::new() });
        }
        let units: Vec<Unit> = land.accounts.values().map(|one| unit(land, one, asked.even)).collect();
        let balances = balances(&units, &compared)?;
        let sum = Amount::sum(balances.values().map(|one| one.workload))?;
        let count = Amount::from(i64::try_from(compared.len()).unwrap_or(i64::MAX));
        let mean = Fraction::new(sum, count).to_amount()?;
        let share = |one: &rules::goal::Balance| Fraction::new(one.workload, mean.unwrap_or_default());
        Ok(Self { mean, of: balances.iter().map(|(id, one)| (id.0, (share(one), one.workload_deviation))).collect() })
    }
}

/// Leaves of a branch that somebody works, or that have accounts.
pub(crate) fn in_use(land: &Land, within: Option<RecordId>) -> Vec<RecordId> {
    let taken: BTreeSet<RecordId> = land.accounts.values().filter_map(|one| one.territory).collect();
    let is_used = |id: &RecordId| land.is_leaf(*id) && (taken.contains(id) || !land.holders_of(*id).is_empty());
    land.within(within).into_iter().filter(is_used).collect()
}

/// An account as the design sees it. What it cost beyond what it brought is no load.
pub(crate) fn unit(land: &Land, account: &Account, even: Measure) -> Unit {
    Unit {
        id: account.id,
        workload: land.load_of(account.id).of(even).max(Amount::ZERO),
        potential: Amount::ZERO,
        place: None,
        territory: account.territory.map(TerritoryId),
        is_pinned: false,
    }
}

/// Conflicts, and accounts that no rule takes.
fn open(land: &Land, version: &RulesVersion) -> (Vec<Conflict>, Vec<RecordId>) {
    let mut conflicts: BTreeMap<(u32, BTreeSet<RecordId>), Vec<RecordId>> = BTreeMap::new();
    let mut unruled = Vec::new();
    for (account, verdict) in assign_accounts(&version.rules, &land.tree(), &land.candidates()) {
        match verdict {
            Verdict::Territory { .. } => {}
            Verdict::Conflict { rules } => {
                let those: Vec<_> = rules.iter().filter_map(|place| version.rules.get(*place)).collect();
                let rank = those.first().map_or(0, |rule| rule.rank);
                let territories = those.iter().map(|rule| rule.territory.0).collect();
                conflicts.entry((rank, territories)).or_default().push(account);
            }
            Verdict::Unassigned => {
                unruled.extend(land.accounts.get(&account).filter(|one| one.is_sold_to()).map(|one| one.id));
            }
        }
    }
    let conflict = |((rank, territories), accounts)| Conflict { rank, territories, accounts };
    (conflicts.into_iter().map(conflict).collect(), unruled)
}
