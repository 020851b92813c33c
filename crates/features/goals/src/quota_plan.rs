//! The quotas of a year as a plan: drafted from one way of the proposal, changed by hand, approved by somebody who had no hand in it. Then
//! they are quotas.

use crate::{
    Goals, GoalsError, Proposal, QUOTA_PLAN, Way,
    proposal::{RESTS_ON, is_there, quota_fields, written},
};
use access::PERSON;
use base::{Amount, Currency, Grain, Period, RecordId, Seq};
use crm::QUOTA;
use db::{Change, Record};
use jiff::civil::Date;
use kpi::Company;
use rules::{
    access::{approves_quotas, sets_scorecards},
    goal::{Lot, Split, phase},
    log::{Fields, Origin},
    record::Value,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanState {
    Draft,
    /// Waits for approval.
    Submitted,
    /// Its quotas stand.
    Approved,
    /// Given back with what is to change.
    Returned,
}

impl PlanState {
    pub const ALL: [Self; 4] = [Self::Draft, Self::Submitted, Self::Approved, Self::Returned];

    pub const fn name(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Submitted => "submitted",
            Self::Approved => "approved",
            Self::Returned => "returned",
        }
    }

    const fn is_open(self) -> bool {
        matches!(self, Self::Draft | Self::Returned)
    }
}

/// What one person is to carry, by quarter.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlannedQuota {
    pub person: i64,
    pub proposed: Vec<Amount>,
    pub quarters: Vec<Amount>,
}

impl PlannedQuota {
    pub fn year(&self) -> Result<Amount, GoalsError> {
        Ok(Amount::sum(self.quarters.iter().copied())?)
    }

    pub fn is_carried(&self) -> bool {
        self.quarters.iter().any(|amount| *amount > Amount::ZERO)
    }

    /// By hand.
    pub fn is_changed(&self) -> bool {
        self.proposed != self.quarters
    }
}

#[derive(Debug, Clone)]
pub struct QuotaPlan {
    pub id: RecordId,
    pub year: Period,
    pub quarters: Vec<Period>,
    pub way: Way,
    pub state: PlanState,
    /// Of the company.
    pub target: Amount,
    pub currency: Currency,
    pub lines: Vec<PlannedQuota>,
    pub reason: String,
    pub answer: Option<String>,
    pub decided: Option<(RecordId, Date)>,
    /// Everybody who drafted it, changed it or handed it in: none of them approves it, nor whoever carries a part of it.
    pub hands: BTreeSet<RecordId>,
    /// Of those named in it.
    pub names: BTreeMap<RecordId, String>,
    pub version: Seq,
    pub may_change: bool,
    pub may_decide: bool,
}

impl QuotaPlan {
    /// The target against what all carry.
    pub fn split(&self) -> Result<Split, GoalsError> {
        let years = self.lines.iter().map(PlannedQuota::year).collect::<Result<Vec<_>, _>>()?;
        Ok(Split::of(self.target, years)?)
    }

    pub fn is_carried_by(&self, person: RecordId) -> bool {
        carries(&self.lines, person)
    }

    pub fn name(&self, id: RecordId) -> &str {
        self.names.get(&id).map_or("", String::as_str)
    }
}

impl Goals {
    /// May whoever asks draft quotas, and approve those of others?
    async fn quota_rights(&self) -> Result<(bool, bool), GoalsError> {
        let Some(me) = self.viewer.person else { return Ok((true, false)) };
        let person = self.db.system().get(&PERSON, me).await?;
        let role = person.as_ref().map_or("", access::role);
        match (sets_scorecards(role), approves_quotas(role)) {
            (false, false) => Err(kpi::KpiError::SetsNoScorecards.into()),
            rights => Ok(rights),
        }
    }

    /// Drafts one way's quotas, a person and quarter each, phased as the company sold in the last four quarters.
    pub async fn draft_quotas(
        &self,
        proposal: &Proposal,
        way: Way,
        reason: &str,
        origin: Origin,
    ) -> Result<RecordId, GoalsError> {
        let kpi = kpi::Kpi::new(self.db.clone(), self.viewer.clone()).await?;
        kpi.setters_only().await?;
        if reason.trim().is_empty() {
            return Err(GoalsError::NoReason);
        }
        if !proposal.ways().any(|told| told == way) {
            return Err(GoalsError::NoWay(way.name().to_owned()));
        }
        let people = proposal.lines.iter().map(|line| line.person).collect();
        self.nobody_has(&proposal.year, &people).await?;
        let company = Company::load(&self.db).await?;
        let quarters = company.calendar.periods(proposal.year.start, proposal.year.end, Grain::Quarter)?;
        let season = self.season(&kpi, &company, &quarters, proposal.seq).await?;
        let lot = Lot::of(proposal.currency);
        // Of whom the way tells nothing there are zeros, to be changed by hand.
        let lines = proposal.lines.iter().map(|line| {
            let quarters = phase(line.quotas.get(&way).copied().unwrap_or_default(), &season, lot)?;
            Ok(PlannedQuota { person: line.person.0, proposed: quarters.clone(), quarters })
        });
        let lines = lines.collect::<Result<Vec<_>, GoalsError>>()?;
        let text = |text: &str| Value::Text(text.to_owned());
        let fields = vec![
            ("plan_year", text(&proposal.year.label)),
            ("way", text(way.name())),
            ("state", text(PlanState::Draft.name())),
            ("goal", Value::Decimal(proposal.target)),
            ("currency", Value::Text(proposal.currency.to_string())),
            ("quotas", Value::Text(serde_json::to_string(&lines)?)),
            ("reason", text(reason.trim())),
        ];
        let id = self.db.new_id().await?;
        let mut tx = self.db.begin(self.viewer.person, origin).resting_on(proposal.seq, RESTS_ON);
        tx.put(Change::create(&QUOTA_PLAN, id, fields))?;
        written(tx).await?;
        Ok(id)
    }

    /// Who has quotas of the year already is not given them a second time.
    async fn nobody_has(&self, year: &Period, people: &BTreeSet<RecordId>) -> Result<(), GoalsError> {
        let has = self.sums(year, "quota").await?;
        let Some(person) = people.iter().find(|person| has.contains_key(person)) else { return Ok(()) };
        let named = self.db.system().get(&PERSON, *person).await?;
        Err(GoalsError::Has(named.map_or_else(|| format!("#{person}"), |one| one.title())))
    }

    /// Every plan, the last first.
    pub async fn quota_plans(&self) -> Result<Vec<QuotaPlan>, GoalsError> {
        let (rights, company) = (self.quota_rights().await?, Company::load(&self.db).await?);
        let mut plans = Vec::new();
        for record in self.db.system().all(&QUOTA_PLAN).await?.iter().filter(|one| !one.archived).rev() {
            match self.read_plan(record, &company, rights).await {
                // A year by another calendar than the company's of now.
                Err(GoalsError::Calendar(_)) => {}
                plan => plans.push(plan?),
            }
        }
        Ok(plans)
    }

    pub async fn quota_plan(&self, id: RecordId) -> Result<QuotaPlan, GoalsError> {
        let (rights, company) = (self.quota_rights().await?, Company::load(&self.db).await?);
        let record = self.db.system().get(&QUOTA_PLAN, id).await?.filter(|one| !one.archived);
        self.read_plan(&record.ok_or(GoalsError::NoPlan(id))?, &company, rights).await
    }

    async fn read_plan(
        &self,
        record: &Record,
        company: &Company,
        (sets, approves): (bool, bool),
    ) -> Result<QuotaPlan, GoalsError> {
        let word = |field: &str| record.value(field).as_text().unwrap_or_default().to_owned();
        let year = company.calendar.parse_label(&word("plan_year"))?;
        let lines: Vec<PlannedQuota> = serde_json::from_str(&word("quotas"))?;
        let state = PlanState::ALL.into_iter().find(|state| state.name() == word("state")).unwrap_or(PlanState::Draft);
        let decided = record.value("decided_by").as_reference().zip(record.value("decided_on").as_date());
        let decided = decided.filter(|_| matches!(state, PlanState::Approved | PlanState::Returned));
        let rows = self.db.system().history(&QUOTA_PLAN, record.id).await?;
        // Deciding changes nothing of what is decided.
        let says = |row: &&rules::log::LogRow| row.event.fields().iter().all(|(field, _)| *field != "decided_by");
        let hands: BTreeSet<RecordId> = rows.iter().filter(says).filter_map(|row| row.actor).collect();
        let people = lines.iter().map(|line| RecordId(line.person)).chain(hands.iter().copied());
        let people = people.chain(decided.map(|(by, _)| by)).collect();
        let people = self.db.system().many(&PERSON, &people).await?;
        Ok(QuotaPlan {
            id: record.id,
            quarters: company.calendar.periods(year.start, year.end, Grain::Quarter)?,
            year,
            way: Way::read(&word("way"))?,
            state,
            target: record.value("goal").as_decimal().unwrap_or_default(),
            currency: record.value("currency").as_text().and_then(|code| code.parse().ok()).unwrap_or(company.currency),
            reason: word("reason"),
            answer: Some(word("answer")).filter(|answer| !answer.is_empty()),
            decided,
            may_change: sets && state.is_open(),
            may_decide: approves
                && state == PlanState::Submitted
                && self.viewer.person.is_some_and(|me| !hands.contains(&me) && !carries(&lines, me)),
            lines,
            hands,
            names: people.into_iter().map(|(id, person)| (id, person.title())).collect(),
            version: rows.last().map_or(Seq(0), |row| row.seq),
        })
    }

    /// Other amounts for some, or another reason; then it is a draft, or handed in for approval.
    pub async fn change_quotas(
        &self,
        id: RecordId,
        amounts: &BTreeMap<RecordId, Vec<Amount>>,
        (reason, submit): (&str, bool),
        seen: Seq,
        origin: Origin,
    ) -> Result<(), GoalsError> {
        if !self.quota_rights().await?.0 {
            return Err(GoalsError::NotYours);
        }
        let plan = self.quota_plan(id).await?;
        if !plan.may_change {
            return Err(GoalsError::PlanState(plan.state.name()));
        }
        if reason.trim().is_empty() {
            return Err(GoalsError::NoReason);
        }
        let mut lines = plan.lines.clone();
        for (person, quarters) in amounts {
            let line = lines.iter_mut().find(|line| line.person == person.0).ok_or(GoalsError::Nobodys)?;
            if quarters.len() != plan.quarters.len() {
                return Err(GoalsError::NotAPlan(format!("{} quarters", quarters.len())));
            }
            if let Some(wrong) = quarters.iter().find(|amount| amount.is_negative()) {
                return Err(GoalsError::NotAPlan(wrong.to_text()));
            }
            line.quarters.clone_from(quarters);
        }
        if lines.iter().all(|line| !line.is_carried()) {
            return Err(GoalsError::NotAPlan("0".to_owned()));
        }
        // What cannot be summed is not kept.
        Amount::sum(lines.iter().map(PlannedQuota::year).collect::<Result<Vec<_>, _>>()?)?;
        let state = if submit { PlanState::Submitted } else { PlanState::Draft };
        let mut fields: Fields =
            vec![("state", Value::Text(state.name().to_owned())), ("reason", Value::Text(reason.trim().to_owned()))];
        if lines != plan.lines {
            fields.push(("quotas", Value::Text(serde_json::to_string(&lines)?)));
        }
        let mut tx = self.db.begin(self.viewer.person, origin);
        tx.put(Change::set(&QUOTA_PLAN, id, fields).based_on(seen.min(plan.version)))?;
        written(tx).await
    }

    /// Approves a plan, whose quotas stand from then on, or gives it back with what is to change. How many quotas were written.
    pub async fn decide_quotas(
        &self,
        id: RecordId,
        (approve, answer): (bool, &str),
        seen: Seq,
        origin: Origin,
    ) -> Result<usize, GoalsError> {
        let seq = self.db.system().last_seq().await?;
        if !self.quota_rights().await?.1 {
            return Err(GoalsError::NotYours);
        }
        let plan = self.quota_plan(id).await?;
        if plan.state != PlanState::Submitted {
            return Err(GoalsError::PlanState(plan.state.name()));
        }
        let Some(me) = self.viewer.person.filter(|_| plan.may_decide) else { return Err(GoalsError::OwnHand) };
        if plan.version != seen {
            return Err(GoalsError::Moved);
        }
        if !approve && answer.trim().is_empty() {
            return Err(GoalsError::NoReason);
        }
        let state = if approve { PlanState::Approved } else { PlanState::Returned };
        let fields = vec![
            ("state", Value::Text(state.name().to_owned())),
            ("answer", Value::Text(answer.trim().to_owned())),
            ("decided_by", Value::Reference(me)),
            ("decided_on", Value::Date(self.today().await?)),
        ];
        let mut tx = self.db.begin(Some(me), origin).resting_on(seq, &[&QUOTA, &PERSON]);
        tx.put(Change::set(&QUOTA_PLAN, id, fields).based_on(seen))?;
        let mut count = 0;
        if approve {
            let carriers: Vec<&PlannedQuota> = plan.lines.iter().filter(|line| line.is_carried()).collect();
            let people = carriers.iter().map(|line| RecordId(line.person)).collect();
            self.nobody_has(&plan.year, &people).await?;
            let there = self.db.system().many(&PERSON, &people).await?;
            let is_gone = |id: &&RecordId| there.get(id).is_none_or(|person| !is_there(person, plan.year.start));
            if let Some(gone) = people.iter().find(is_gone) {
                return Err(GoalsError::Gone(plan.name(*gone).to_owned()));
            }
            for line in carriers {
                for (quarter, amount) in plan.quarters.iter().zip(&line.quarters) {
                    let whose = (RecordId(line.person), "quota");
                    let mut fields = quota_fields(whose, quarter, (*amount, plan.currency), &plan.reason);
                    fields.push(("approved_by", Value::Reference(me)));
                    tx.put(Change::create(&QUOTA, self.db.new_id().await?, fields))?;
                    count += 1;
                }
            }
        }
        written(tx).await?;
        Ok(count)
    }
}

fn carries(lines: &[PlannedQuota], person: RecordId) -> bool {
    lines.iter().any(|line| line.person == person.0 && line.is_carried())
}
