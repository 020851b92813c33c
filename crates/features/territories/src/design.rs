//! The optimiser on the company's accounts (F3): moves that make territories even, as few as the weight of stability allows.

use crate::{
    Account, Measure, Plan, Territories, TerritoriesError,
    overview::{TOLERANCE, unit},
    plan::{Basis, Draft, moved},
};
use base::{Amount, RecordId, TerritoryId};
use jiff::civil::Date;
use rules::goal::{Terms, Unit, propose};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// What is asked of the optimiser.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Wish {
    pub day: Date,
    /// The branch of the tree that is designed; none: all of it.
    pub within: Option<RecordId>,
    pub even: Measure,
    /// Per cent.
    pub tolerance: Amount,
    /// The weight of stability: what a move costs.
    pub change: Amount,
    pub seed: u64,
    /// Accounts that stay, besides those that the rules name.
    pub pinned: BTreeSet<RecordId>,
}

impl Wish {
    pub fn on(day: Date) -> Self {
        Self {
            day,
            within: None,
            even: Measure::default(),
            tolerance: Amount::from(TOLERANCE),
            change: Terms::default().change,
            seed: 0,
            pinned: BTreeSet::new(),
        }
    }
}

impl Territories {
    /// Moves between the territories of a branch that somebody works on the day.
    pub async fn propose(&self, wish: &Wish) -> Result<Plan, TerritoriesError> {
        self.designers_only().await?;
        let land = self.land_ahead(wish.day).await?;
        let name = |id: Option<RecordId>| id.map_or("the company", |id| land.name_of(id)).to_owned();
        if let Some(unknown) = wish.within.filter(|id| !land.territories.contains_key(id)) {
            return Err(TerritoriesError::NoTerritory(format!("#{unknown}")));
        }
        let branch: BTreeSet<RecordId> = land.within(wish.within).into_iter().filter(|id| land.is_leaf(*id)).collect();
        let mut territories: BTreeSet<RecordId> =
            branch.iter().copied().filter(|id| !land.holders_of(*id).is_empty()).collect();
        if territories.is_empty() {
            return Err(TerritoriesError::NobodyHolds(name(wish.within)));
        }
        let mut pinned = wish.pinned.clone();
        if let Some(version) = self.rules_on(wish.day).await? {
            pinned.extend(version.rules.into_iter().flat_map(|rule| rule.accounts));
        }
        let is_in = |account: &&Account| match account.territory {
            Some(territory) => branch.contains(&territory),
            None => wish.within.is_none() && account.is_sold_to(),
        };
        let accounts: Vec<&Account> = land.accounts.values().filter(is_in).collect();
        let stays = |account: &Account| {
            account.territory.is_some() && (pinned.contains(&account.id) || account.later.is_some())
        };
        // Where somebody stays there is a territory, be it worked by nobody.
        territories.extend(accounts.iter().filter(|one| stays(one)).filter_map(|one| one.territory));
        let units: Vec<Unit> =
            accounts.iter().map(|one| Unit { is_pinned: stays(one), ..unit(&land, one, wish.even) }).collect();
        let terms = Terms { tolerance: wish.tolerance, change: wish.change, seed: wish.seed, ..Terms::default() };
        let territories: Vec<TerritoryId> = territories.into_iter().map(TerritoryId).collect();
        let found = propose(&units, &territories, &terms)?;
        let to = |account: &Account| found.assignment.get(&account.id).and_then(|to| moved(&land, account, to.0));
        let moves = accounts.iter().filter_map(|one| to(one)).collect();
        let basis = Basis::Proposal(wish.clone());
        self.planned(Draft { basis, even: wish.even, within: wish.within, moves, conflicts: 0, land }).await
    }

    /// Accounts by #number, external id or name, as people write them.
    pub async fn accounts_named(&self, text: &str) -> Result<BTreeSet<RecordId>, TerritoriesError> {
        let mut found = BTreeSet::new();
        let mut wanted: BTreeSet<String> =
            text.split(crate::ruleset::BETWEEN).map(|word| word.trim().to_lowercase()).collect();
        wanted.remove("");
        if wanted.is_empty() {
            return Ok(found);
        }
        let accounts = self.db.system().all(&crm::ACCOUNT).await?;
        for word in wanted {
            let is_called = |one: &&db::Record| {
                one.title().to_lowercase() == word
                    || one.external_id().is_some_and(|own| own.to_lowercase() == word)
                    || word == format!("#{}", one.id)
            };
            let called: Vec<RecordId> = accounts.iter().filter(is_called).map(|one| one.id).collect();
            let [only] = called.as_slice() else {
                let hint = "write external ids or names of accounts, with ; between them";
                return Err(TerritoriesError::field("pinned", &word, hint));
            };
            found.insert(*only);
        }
        Ok(found)
    }
}
