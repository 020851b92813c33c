//! What one's open deals would earn (PAY-7), by the function that pays: each alone, and all together.

use crate::{
    Pay, RunError, inputs,
    runs::{is, said},
};
use base::{Amount, Money, Period, RecordId};
use crm::{DEAL, DEAL_SPLIT, STAGE};
use db::{Filter, Record};
use jiff::civil::Date;
use pay_rules::{PayFile, WhatIf};
use rules::record::Value;
use std::collections::{BTreeMap, BTreeSet};

/// More open deals than this are not told; the largest are.
const MOST_DEALS: usize = 100;

/// Over a pay period that is not over.
#[derive(Debug, Clone)]
pub struct Estimate {
    pub period: Period,
    /// What is earned in it so far.
    pub so_far: Money,
    pub deals: Vec<EstimatedDeal>,
    /// What the chosen ones would earn together, or all where none is: with tiers it is not the sum of each alone.
    pub together: Money,
}

#[derive(Debug, Clone)]
pub struct EstimatedDeal {
    pub deal: RecordId,
    pub name: String,
    /// The part of it that one is credited for.
    pub credit: Amount,
    pub currency: String,
    pub close_date: Option<Date>,
    pub is_chosen: bool,
    pub earns: Money,
}

impl Pay {
    /// One's own open deals, as if each were won on the last day of the pay period that runs now. None without a plan.
    pub async fn estimate(&self, chosen: &BTreeSet<RecordId>) -> Result<Option<Estimate>, RunError> {
        let me = self.viewer.person.ok_or(RunError::NotPayee)?;
        let open = self.open_deals(me).await?;
        if !chosen.is_empty() && !open.iter().any(|(record, _)| chosen.contains(&record.id)) {
            return Err(RunError::NoneOpen);
        }
        self.estimate_of(me, open, chosen).await
    }

    /// The same for one of them. None where it is not open, or not one's own.
    pub async fn estimate_of_deal(&self, deal: RecordId) -> Result<Option<Estimate>, RunError> {
        let me = self.viewer.person.ok_or(RunError::NotPayee)?;
        let mut open = self.open_deals(me).await?;
        open.retain(|(record, _)| record.id == deal);
        if open.is_empty() { Ok(None) } else { self.estimate_of(me, open, &BTreeSet::new()).await }
    }

    async fn estimate_of(
        &self,
        me: RecordId,
        open: Vec<(Record, WhatIf)>,
        chosen: &BTreeSet<RecordId>,
    ) -> Result<Option<Estimate>, RunError> {
        let (today, calendar) = (self.today().await?, self.company().await?.calendar);
        for grain in [base::Grain::Month, base::Grain::Quarter, base::Grain::Year] {
            let period = calendar.period_of(today, grain)?;
            let (texts, plans) = match self.plans_of(&period).await {
                Err(RunError::NoPlan(_)) => continue,
                found => found?,
            };
            // Everybody's records, of which one's own part alone is told.
            let collected = Box::pin(inputs::collect(&self.db, &plans, &period, &self.folder)).await?;
            let payee = collected.people.iter().find(|(_, (id, _))| *id == me.0).map(|(payee, _)| payee.clone());
            let Some(payee) = payee else { return Ok(None) };
            let (file, statement) = PayFile::new(&period.label, texts, collected.files)?;
            let Some(so_far) = statement.of(&payee).map(|own| own.total) else { continue };
            // One's own part computes faster; where it takes everybody's, the whole does.
            let file = file.of(&payee)?.unwrap_or(file);
            return estimated(open, chosen, &payee, &file, period, so_far).map(Some);
        }
        Ok(None)
    }

    /// Deals that are neither won nor lost, with the share that one has of each.
    async fn open_deals(&self, me: RecordId) -> Result<Vec<(Record, WhatIf)>, RunError> {
        let stages = self.db.system().all(&STAGE).await?;
        let open: BTreeSet<RecordId> =
            stages.iter().filter(|one| said(one, "kind") == "open").map(|one| one.id).collect();
        let reader = self.db.reader(&self.viewer);
        let mine = vec![Filter("owner", Value::Reference(me))];
        let query = db::ListQuery { filters: mine, limit: u64::MAX, ..db::ListQuery::default() };
        let mut deals = reader.list(&DEAL, &query).await?;
        deals.retain(|one| {
            !one.archived && one.value("stage").as_reference().is_some_and(|stage| open.contains(&stage))
        });
        let splits = self.all(&DEAL_SPLIT, vec![is("person", Value::Reference(me))]).await?;
        let share: BTreeMap<RecordId, Amount> = splits
            .iter()
            .filter(|one| !one.archived && said(one, "kind") == "revenue")
            .filter_map(|one| Some((one.value("deal").as_reference()?, one.value("share").as_decimal()?)))
            .collect();
        let mut found = Vec::new();
        for deal in deals {
            let share = base::Fraction::new(share.get(&deal.id).copied().unwrap_or(Amount::ONE), Amount::ONE);
            let amount = deal.value("amount").as_decimal().and_then(|amount| amount.mul_fraction(share).ok());
            // Without an amount or a currency there is nothing to pay on.
            let (Some(amount), Ok(currency)) = (amount, said(&deal, "currency").parse()) else { continue };
            let cost = deal.value("cost").as_decimal().map(Amount::to_text).unwrap_or_default();
            let columns = BTreeMap::from([
                ("type", said(&deal, "deal_type").to_owned()),
                ("source", said(&deal, "lead_source").to_owned()),
                ("cost", cost),
                ("event", "booking".to_owned()),
            ]);
            found.push((deal, WhatIf { amount, currency, columns }));
        }
        Ok(found)
    }
}

fn estimated(
    mut open: Vec<(Record, WhatIf)>,
    chosen: &BTreeSet<RecordId>,
    payee: &str,
    file: &PayFile,
    period: Period,
    so_far: Money,
) -> Result<Estimate, RunError> {
    open.sort_by_key(|(record, one)| (!chosen.contains(&record.id), std::cmp::Reverse(one.amount)));
    open.truncate(MOST_DEALS);
    let earned = |more: &[WhatIf]| -> Result<Money, RunError> {
        let then = file.with_credits(payee, more)?.of(payee).map_or(so_far, |own| own.total);
        Ok(then.checked_sub(so_far).unwrap_or(Money::zero(so_far.currency)))
    };
    let mut deals = Vec::new();
    for (record, what_if) in &open {
        deals.push(EstimatedDeal {
            deal: record.id,
            name: record.title(),
            credit: what_if.amount,
            currency: what_if.currency.code().to_owned(),
            close_date: record.value("close_date").as_date(),
            is_chosen: chosen.contains(&record.id),
            earns: earned(std::slice::from_ref(what_if))?,
        });
    }
    let is_any = deals.iter().any(|one| one.is_chosen);
    let together = open.into_iter().zip(&deals).filter(|(_, one)| one.is_chosen || !is_any);
    let together: Vec<WhatIf> = together.map(|((_, what_if), _)| what_if).collect();
    let together = match deals.as_slice() {
        [one] => one.earns,
        _ => earned(&together)?,
    };
    Ok(Estimate { period, so_far, deals, together })
}
