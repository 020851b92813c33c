//! Rules that say which account belongs to which territory (GOAL-6): by geography, industry, segment, or by name.

use base::{RecordId, TerritoryId};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What a rule looks at of an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Attribute {
    Country,
    Region,
    City,
    Industry,
    Segment,
    Tier,
    Kind,
}

impl Attribute {
    pub const ALL: [Self; 7] =
        [Self::Country, Self::Region, Self::City, Self::Industry, Self::Segment, Self::Tier, Self::Kind];

    /// The account's field.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Country => "country",
            Self::Region => "region",
            Self::City => "city",
            Self::Industry => "industry",
            Self::Segment => "segment",
            Self::Tier => "tier",
            Self::Kind => "kind",
        }
    }
}

/// One rule: accounts by name, or those whose every attribute that is named here has one of its words. Words are compared without
/// regard to case. A lower rank is tried first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub rank: u32,
    pub territory: TerritoryId,
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub accounts: BTreeSet<RecordId>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub words: BTreeMap<Attribute, BTreeSet<String>>,
}

impl Rule {
    /// By name, and not by what accounts are like.
    pub fn is_named(&self) -> bool {
        !self.accounts.is_empty()
    }

    fn takes(&self, account: &Candidate) -> bool {
        if self.is_named() {
            return self.accounts.contains(&account.id);
        }
        let has = |(attribute, words): (&Attribute, &BTreeSet<String>)| {
            let own = account.words.get(attribute).map(|word| folded(word));
            own.is_some_and(|own| words.iter().any(|word| folded(word) == own))
        };
        !self.words.is_empty() && self.words.iter().all(has)
    }
}

/// An account as rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    pub id: RecordId,
    pub words: BTreeMap<Attribute, String>,
}

/// What the rules say of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// By this rule: its place among those given.
    Territory { territory: TerritoryId, rule: usize },
    /// Rules of one rank name different territories; nothing is decided.
    Conflict { rules: Vec<usize> },
    /// No rule takes it.
    Unassigned,
}

/// Each territory with the one above it.
pub type Tree = BTreeMap<TerritoryId, Option<TerritoryId>>;

/// Why rules cannot be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RuleError {
    #[error("it names neither accounts nor a condition; a rule without either would take everybody")]
    Empty,
    #[error("it names accounts and a condition; make two rules of it")]
    Both,
    #[error("there is no territory {} on that day", .0.0)]
    NoTerritory(TerritoryId),
    #[error("territory {} has territories below it; name one of those", .0.0)]
    NotALeaf(TerritoryId),
}

/// Is the rule sound on a tree?
pub fn check_rule(rule: &Rule, tree: &Tree) -> Result<(), RuleError> {
    let has_condition = rule.words.values().any(|words| !words.is_empty());
    match (rule.is_named(), has_condition) {
        (false, false) => return Err(RuleError::Empty),
        (true, true) => return Err(RuleError::Both),
        _ => {}
    }
    if !tree.contains_key(&rule.territory) {
        return Err(RuleError::NoTerritory(rule.territory));
    }
    if tree.values().any(|above| *above == Some(rule.territory)) {
        return Err(RuleError::NotALeaf(rule.territory));
    }
    Ok(())
}

/// What the rules say of each account: those by name come before all others, then the lowest rank. Neither the order of accounts
/// nor that of rules of one rank matters. A rule that is not sound on the tree takes nothing: a leaf may have grown.
pub fn assign_accounts(rules: &[Rule], tree: &Tree, accounts: &[Candidate]) -> BTreeMap<RecordId, Verdict> {
    let mut sound: Vec<(usize, &Rule)> =
        rules.iter().enumerate().filter(|(_, rule)| check_rule(rule, tree).is_ok()).collect();
    sound.sort_by_key(|(place, rule)| (!rule.is_named(), rule.rank, *place));
    accounts.iter().map(|account| (account.id, verdict(&sound, account))).collect()
}

fn verdict(rules: &[(usize, &Rule)], account: &Candidate) -> Verdict {
    let mut taking = rules.iter().filter(|(_, rule)| rule.takes(account));
    let Some((place, first)) = taking.next() else { return Verdict::Unassigned };
    let same = taking.take_while(|(_, rule)| rule.is_named() == first.is_named() && rule.rank == first.rank);
    let mut found = vec![(*place, first.territory)];
    found.extend(same.map(|(place, rule)| (*place, rule.territory)));
    if found.iter().all(|(_, territory)| *territory == first.territory) {
        Verdict::Territory { territory: first.territory, rule: *place }
    } else {
        Verdict::Conflict { rules: found.into_iter().map(|(place, _)| place).collect() }
    }
}

fn folded(word: &str) -> String {
    word.trim().to_lowercase()
}

#[cfg(test)]
mod tests;
