//! What a change would move from a day on, and its commit: at the state that was looked at, nothing of it in the past.

use crate::{
    Account, HandedOver, Land, Load, Measure, QuotaLine, TERRITORY_CHANGE, Territories, TerritoriesError, Wish,
    land::optional,
    overview::{in_use, unit},
};
use access::TERRITORY_ASSIGNMENT;
use base::{Amount, RecordId, Seq, TerritoryId};
use crm::ACCOUNT;
use db::{Change, Tx};
use jiff::{ToSpan, civil::Date};
use rules::{
    goal::{Balance, Unit, Verdict, assign_accounts, balances},
    log::{Fields, Origin},
    record::Value,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// By what accounts move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Basis {
    /// What the rules of the day say: their version.
    Rules { version: RecordId },
    /// What the optimiser proposes.
    Proposal(Wish),
    /// Somebody else works a territory, with the accounts of those who did.
    Holder { territory: RecordId, person: RecordId },
}

impl Basis {
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Rules { .. } => "rules",
            Self::Proposal(_) => "proposal",
            Self::Holder { .. } => "holder",
        }
    }
}

/// An account that passes to another territory, another person, or both.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Move {
    pub account: RecordId,
    pub from: Option<RecordId>,
    pub to: Option<RecordId>,
    pub from_owner: Option<RecordId>,
    /// Where nobody works the territory, whoever had it keeps it.
    pub to_owner: Option<RecordId>,
}

impl Move {
    pub fn changes_hands(&self) -> bool {
        self.from_owner != self.to_owner
    }
}

/// A leaf of the tree as it is and as it would be. How far off the mean it is, per cent.
#[derive(Debug, Clone)]
pub struct PlanLine {
    pub territory: RecordId,
    pub now: Load,
    pub now_deviation: Option<Amount>,
    pub then: Load,
    pub then_deviation: Option<Amount>,
}

#[derive(Debug, Clone)]
pub struct Plan {
    pub day: Date,
    pub basis: Basis,
    pub even: Measure,
    pub land: Land,
    /// By account.
    pub moves: Vec<Move>,
    pub handed_over: Vec<HandedOver>,
    pub lines: Vec<PlanLine>,
    pub quotas: Vec<QuotaLine>,
    /// Accounts that would move, but have another territory or owner from a later day on already.
    pub later: Vec<RecordId>,
    /// Rules that disagree leave so many accounts where they are.
    pub conflicts: usize,
    /// Per cent of the accounts with a territory that keep it.
    pub kept: Option<Amount>,
    /// So many days an open deal stays with who had it.
    pub credit_days: i64,
    /// With what was known at it.
    pub seq: Seq,
}

/// What a plan is made of before its consequences are told.
pub(crate) struct Draft {
    pub basis: Basis,
    pub land: Land,
    pub even: Measure,
    pub within: Option<RecordId>,
    pub moves: Vec<Move>,
    pub conflicts: usize,
}

impl Territories {
    /// What the rules say beside what is, on a day from today on.
    pub async fn plan(&self, day: Date) -> Result<Plan, TerritoriesError> {
        self.designers_only().await?;
        let land = self.land_ahead(day).await?;
        let version = self.rules_on(day).await?;
        let rules = version.as_ref().map_or(&[][..], |version| version.rules.as_slice());
        let verdicts = assign_accounts(rules, &land.tree(), &land.candidates());
        let mut moves = Vec::new();
        let mut conflicts = 0;
        for (account, verdict) in verdicts {
            match verdict {
                Verdict::Territory { territory, .. } => {
                    moves.extend(land.accounts.get(&account).and_then(|one| moved(&land, one, territory.0)));
                }
                Verdict::Conflict { .. } => conflicts += 1,
                Verdict::Unassigned => {}
            }
        }
        let version = version.map_or(RecordId(0), |version| version.id);
        let basis = Basis::Rules { version };
        self.planned(Draft { basis, land, even: Measure::default(), within: None, moves, conflicts }).await
    }

    /// Somebody works a territory from a day on, in place of those who do; their accounts in it pass along.
    pub async fn plan_holder(&self, territory: &str, person: &str, day: Date) -> Result<Plan, TerritoriesError> {
        self.designers_only().await?;
        let land = self.land_ahead(day).await?;
        let territory = land.named(territory)?;
        if !land.is_leaf(territory) {
            return Err(TerritoriesError::field(
                "territory",
                land.name_of(territory),
                "name one that has none below it",
            ));
        }
        let named = self.db.system().named(&access::PERSON, person.trim()).await?;
        let [person] = named.as_slice() else {
            return Err(TerritoriesError::field("person", person, "write an external id, or # and a number"));
        };
        if person.archived || person.value("left_on").as_date().is_some_and(|left| left < day) {
            return Err(TerritoriesError::field("person", &person.title(), "name somebody who is there on the day"));
        }
        let (person, before) = (person.id, land.holders_of(territory));
        if before.contains(&person) {
            return Err(TerritoriesError::Works(land.person(Some(person)).to_owned()));
        }
        let is_theirs = |one: &&Account| {
            one.territory == Some(territory)
                && one.owner.is_none_or(|owner| before.is_empty() || before.contains(&owner))
        };
        let moves = land.accounts.values().filter(is_theirs).map(|one| Move {
            account: one.id,
            from: one.territory,
            to: one.territory,
            from_owner: one.owner,
            to_owner: Some(person),
        });
        let moves = moves.filter(Move::changes_hands).collect();
        let basis = Basis::Holder { territory, person };
        self.planned(Draft { basis, land, even: Measure::default(), within: None, moves, conflicts: 0 }).await
    }

    pub(crate) async fn land_ahead(&self, day: Date) -> Result<Land, TerritoriesError> {
        let land = self.land(day).await?;
        if day < land.today { Err(TerritoriesError::Past(day)) } else { Ok(land) }
    }

    pub(crate) async fn planned(&self, draft: Draft) -> Result<Plan, TerritoriesError> {
        let Draft { basis, land, even, within, moves, conflicts } = draft;
        let is_later = |one: &Move| land.accounts.get(&one.account).is_some_and(|account| account.later.is_some());
        let (later, moves): (Vec<Move>, Vec<Move>) = moves.into_iter().partition(is_later);
        let credit_days = self.credit_days().await?;
        let handed_over = self.handed_over(&land, &moves, credit_days).await?;
        let quotas = self.quotas(&land, &moves).await?;
        let had_one = land.accounts.values().filter(|one| one.territory.is_some()).count();
        let left = moves.iter().filter(|one| one.from.is_some() && one.from != one.to).count();
        let count = |of: usize| Amount::from(i64::try_from(of).unwrap_or(i64::MAX));
        let hundredfold = Amount::from(100).mul_fraction(base::Fraction::new(count(had_one - left), count(had_one)));
        Ok(Plan {
            day: land.day,
            lines: lines(&land, &moves, even, within)?,
            kept: hundredfold.ok(),
            later: later.iter().map(|one| one.account).collect(),
            seq: land.seq,
            basis,
            even,
            moves,
            handed_over,
            quotas,
            conflicts,
            credit_days,
            land,
        })
    }

    /// Writes what was planned, unless something it rests on was written since. Nothing of it counts before the day.
    pub async fn commit(&self, plan: &Plan, reason: &str, origin: Origin) -> Result<RecordId, TerritoriesError> {
        self.designers_only().await?;
        if reason.trim().is_empty() {
            return Err(TerritoriesError::NoReason);
        }
        let holder = match plan.basis {
            Basis::Holder { territory, person } => Some((territory, person)),
            Basis::Rules { .. } | Basis::Proposal(_) => None,
        };
        if plan.moves.is_empty() && holder.is_none() {
            return Err(TerritoriesError::Nothing);
        }
        let (land, day) = (&plan.land, plan.day);
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(plan.seq, crate::land::RESTS_ON);
        for one in &plan.moves {
            let mut fields = Fields::new();
            if one.from != one.to {
                fields.push(("territory", optional(one.to)));
            }
            if one.changes_hands() {
                fields.push(("owner", optional(one.to_owner)));
            }
            tx.put(dated(Change::set(&ACCOUNT, one.account, fields), land, day))?;
        }
        if let Some((territory, person)) = holder {
            self.assign(&mut tx, territory, person, day).await?;
        }
        let id = self.db.new_id().await?;
        let stored = crate::changes::Stored::of(plan);
        let fields = vec![
            ("starts_on", Value::Date(day)),
            ("basis", Value::Text(plan.basis.name().to_owned())),
            ("reason", Value::Text(reason.trim().to_owned())),
            ("accounts", Value::Integer(i64::try_from(plan.moves.len()).unwrap_or(i64::MAX))),
            ("definition", Value::Text(serde_json::to_string(&stored)?)),
            ("set_by", optional(self.viewer.person)),
        ];
        tx.put(Change::create(&TERRITORY_CHANGE, id, fields))?;
        self.written(tx).await?;
        Ok(id)
    }

    /// Ends what holds on the day, and begins anew.
    async fn assign(
        &self,
        tx: &mut Tx,
        territory: RecordId,
        person: RecordId,
        day: Date,
    ) -> Result<(), TerritoriesError> {
        let assigned = self.db.system().all(&TERRITORY_ASSIGNMENT).await?;
        let on = |one: &db::Record, field: &str| one.value(field).as_date();
        let holds = |one: &&db::Record| {
            !one.archived
                && one.value("territory").as_reference() == Some(territory)
                && on(one, "starts_on").is_none_or(|from| from <= day)
                && on(one, "ends_on").is_none_or(|to| day < to)
        };
        for one in assigned.iter().filter(holds) {
            tx.put(Change::set(&TERRITORY_ASSIGNMENT, one.id, vec![("ends_on", Value::Date(day))]))?;
        }
        let fields = vec![
            ("person", Value::Reference(person)),
            ("territory", Value::Reference(territory)),
            ("starts_on", Value::Date(day)),
        ];
        tx.put(Change::create(&TERRITORY_ASSIGNMENT, self.db.new_id().await?, fields))?;
        Ok(())
    }
}

fn dated(change: Change, land: &Land, day: Date) -> Change {
    match land.start_of(day) {
        Some(moment) => change.effective_at(moment),
        None => change,
    }
}

/// To a territory; nothing where the account is there. It goes to who works it: its owner if that is one of them, else who began first.
pub(crate) fn moved(land: &Land, account: &Account, to: RecordId) -> Option<Move> {
    let holders = land.holders_of(to);
    let keeps = holders.is_empty() || account.owner.is_some_and(|owner| holders.contains(&owner));
    let to_owner = if keeps { account.owner } else { holders.first().copied() };
    (account.territory != Some(to)).then_some(Move {
        account: account.id,
        from: account.territory,
        to: Some(to),
        from_owner: account.owner,
        to_owner,
    })
}

/// The day on which open deals of a change pass.
pub(crate) fn passes_on(day: Date, credit_days: i64) -> Date {
    day.saturating_add(credit_days.days())
}

fn lines(
    land: &Land,
    moves: &[Move],
    even: Measure,
    within: Option<RecordId>,
) -> Result<Vec<PlanLine>, TerritoriesError> {
    let to: BTreeMap<RecordId, Option<RecordId>> = moves.iter().map(|one| (one.account, one.to)).collect();
    let then_in = |account: &Account| to.get(&account.id).copied().unwrap_or(account.territory);
    let mut leaves: BTreeSet<RecordId> = in_use(land, within).into_iter().collect();
    leaves.extend(moves.iter().filter_map(|one| one.to));
    let territories: Vec<TerritoryId> = leaves.iter().copied().map(TerritoryId).collect();
    if territories.is_empty() {
        return Ok(Vec::new());
    }
    let units: Vec<Unit> = land.accounts.values().map(|one| unit(land, one, even)).collect();
    let later: Vec<Unit> = land
        .accounts
        .values()
        .zip(&units)
        .map(|(account, unit)| Unit { territory: then_in(account).map(TerritoryId), ..*unit })
        .collect();
    let (now, then) = (balances(&units, &territories)?, balances(&later, &territories)?);
    let (loads, loads_then) = (land.loads_by(|account| account.territory)?, land.loads_by(then_in)?);
    let off = |of: &BTreeMap<TerritoryId, Balance>, id: RecordId| {
        of.get(&TerritoryId(id)).and_then(|one| one.workload_deviation)
    };
    let load = |of: &BTreeMap<RecordId, Load>, id: RecordId| of.get(&id).copied().unwrap_or_default();
    let mut lines: Vec<PlanLine> = leaves
        .into_iter()
        .map(|id| PlanLine {
            territory: id,
            now: load(&loads, id),
            now_deviation: off(&now, id),
            then: load(&loads_then, id),
            then_deviation: off(&then, id),
        })
        .collect();
    lines.sort_by_key(|one| (land.name_of(one.territory).to_owned(), one.territory));
    Ok(lines)
}
