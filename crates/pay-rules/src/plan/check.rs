//! What a plan file must keep to, beyond its words.

use super::{
    BaseRate, Basis, Bonus, By, Clawback, ClawbackMode, Commission, Draw, Effect, Entry, Gate, Matrix, Plan, Receiver,
    TableKind, Tier,
};
use crate::{exact::Exact, number::Quantity};
use base::Grain;
use std::{collections::BTreeSet, ops::Range};
use toml::Spanned;

/// The place in the text, and what is wrong there.
pub(super) type Wrong = (Range<usize>, String);

/// Components that a run adds itself.
pub(crate) const TAKEN: [&str; 4] = ["adjustment", "guarantee", "carried", "draw"];

pub(super) fn check(plan: &Plan) -> Result<(), Wrong> {
    if !matches!(plan.grain(), Grain::Month | Grain::Quarter | Grain::Year) {
        return wrong(&plan.pay_period, "a pay period is a month, a quarter or a year");
    }
    if !(1..=12).contains(plan.fiscal_start.get_ref()) {
        return wrong(&plan.fiscal_start, "a fiscal year starts in a month from 1 to 12");
    }
    if let (Some(from), Some(to)) = (plan.from, plan.to)
        && to <= from
    {
        return wrong(&plan.id, format!("the plan ends on {to}, and it begins on {from}; let it end later"));
    }
    check_ids(plan)?;
    for rule in &plan.credit {
        let named = match rule.to.get_ref() {
            Receiver::Person => ("person", &rule.person),
            Receiver::Column => ("column", &rule.column),
            _ => continue,
        };
        if named.1.is_none() {
            return wrong(&rule.to, format!("say which: add {} = \"…\" to this rule", named.0));
        }
    }
    plan.commission.iter().try_for_each(check_commission)?;
    plan.bonus.iter().try_for_each(check_bonus)?;
    if let Some(spiff) = plan.spiff.iter().find(|spiff| spiff.to <= spiff.from) {
        return wrong(&spiff.id, "its window ends before it begins; exchange from and to");
    }
    for contest in &plan.contest {
        if contest.to <= contest.from {
            return wrong(&contest.id, "its window ends before it begins; exchange from and to");
        }
        if contest.prizes.get_ref().is_empty() {
            return wrong(&contest.prizes, "a contest has at least one prize; write 0 for one without money");
        }
    }
    if let Some(pool) = plan.pool.iter().find(|pool| pool.rate.is_some() == pool.amount.is_some()) {
        return wrong(&pool.id, "a pool has either a rate or an amount");
    }
    if let Some(draw) = &plan.draw {
        check_draw(draw)?;
    }
    plan.clawback.as_ref().map_or(Ok(()), check_clawback)
}

fn check_ids(plan: &Plan) -> Result<(), Wrong> {
    let mut seen = BTreeSet::new();
    for component in plan.components() {
        let id = component.id();
        let text = id.get_ref();
        let plain = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "_-".contains(letter);
        if text.is_empty() || !text.chars().all(plain) {
            return wrong(id, format!("`{text}` is no id: write small letters, digits, _ and -"));
        }
        if TAKEN.contains(&text.as_str()) {
            return wrong(id, format!("`{text}` is what a run calls its own component; choose another id"));
        }
        let interval = component.interval();
        if interval.is_some_and(|interval| !matches!(interval, Grain::Month | Grain::Quarter | Grain::Year)) {
            return wrong(id, "it adds up over a month, a quarter or a year; write one of these as its interval");
        }
        if !seen.insert(text) {
            return wrong(id, format!("`{text}` stands twice; give each component an id of its own"));
        }
    }
    if seen.is_empty() {
        let hint = "the plan pays nothing; add a [[commission]], [[bonus]], [[spiff]], [[contest]] or [[pool]]";
        return wrong(&plan.id, hint);
    }
    Ok(())
}

fn check_commission(commission: &Commission) -> Result<(), Wrong> {
    let tiers = &commission.tiers;
    match &commission.rate {
        Some(rate) if !tiers.is_empty() => return wrong(rate, "write either one rate or tiers"),
        None if tiers.is_empty() => return wrong(&commission.id, "it has no rate; add rate or tiers"),
        Some(rate) => check_rate(commission, rate)?,
        None => check_tiers(commission, tiers)?,
    }
    if let Some(matrix) = &commission.matrix {
        check_matrix(matrix)?;
    }
    if let (Some(base), Basis::Units, _) | (Some(base), _, TableKind::Interpolated) =
        (&commission.base_rate, commission.basis, commission.table)
        && *base.get_ref() != BaseRate::Target
    {
        return wrong(base, "a base rate is of an amount; units and interpolated tiers have amounts");
    }
    let measures_growth = commission.basis == Basis::Growth;
    if commission.measure == Some(Basis::Growth) || measures_growth && commission.by == By::Deal {
        return wrong(&commission.id, "growth is of the whole; it is no measure and not by deal");
    }
    if measures_growth && !commission.kicker.is_empty() {
        return wrong(&commission.id, "kickers are of facts, and growth is of the whole; leave them out");
    }
    if commission.table == TableKind::Interpolated && tiers.len() < 2 {
        return wrong(&commission.id, "interpolated tiers are two at least: each pays by the way to the next");
    }
    let has_base = commission.base_rate.is_some();
    commission.gate.iter().try_for_each(|gate| check_gate(gate, has_base))?;
    check_reach(commission, tiers)
}

/// Units: a percentage of an amount, an amount a unit, an amount a tier.
fn check_rate(commission: &Commission, rate: &Spanned<Quantity>) -> Result<(), Wrong> {
    let text = rate.get_ref().to_text();
    let takes_amount = commission.basis == Basis::Units || commission.table == TableKind::Interpolated;
    match (takes_amount, rate.get_ref().is_percent) {
        (true, true) => {
            wrong(rate, format!("`{text}` is a percentage, and here an amount is paid; write it without %"))
        }
        (false, false) => wrong(rate, format!("`{text}` is an amount, and here a share is paid; write it like 5%")),
        _ => Ok(()),
    }
}

fn check_tiers(commission: &Commission, tiers: &[Tier]) -> Result<(), Wrong> {
    let mut bound: Option<&Tier> = None;
    let is_zero = |quantity: &Quantity| quantity.value.is_zero();
    let of_percent = |tier: &&Tier| tier.from.get_ref().is_percent && !is_zero(tier.from.get_ref());
    let of_amount = |tier: &&Tier| !tier.from.get_ref().is_percent && !is_zero(tier.from.get_ref());
    if let (Some(_), Some(tier)) = (tiers.iter().find(of_percent), tiers.iter().find(of_amount)) {
        return wrong(&tier.from, "bounds are either all percentages (attainment) or all amounts");
    }
    for tier in tiers {
        let from = tier.from.get_ref();
        match bound {
            None if !is_zero(from) => {
                let hint = format!("the first tier begins at {}: below it nothing is said; begin at 0", from.to_text());
                return wrong(&tier.from, hint);
            }
            Some(before) if from.value <= before.from.get_ref().value => {
                let hint = format!("{} is not above {}", from.to_text(), before.from.get_ref().to_text());
                return wrong(&tier.from, format!("{hint}: tiers go up, each from where the one before ends"));
            }
            Some(before) => check_joint(before, tier)?,
            None => {}
        }
        if commission.by == By::Deal && from.is_percent && !is_zero(from) {
            return wrong(&tier.from, "a deal's size is an amount; write the bound without %");
        }
        check_tier_rate(commission, tier)?;
        bound = Some(tier);
    }
    match bound.and_then(|last| last.to.as_ref()) {
        Some(to) => {
            wrong(to, format!("above {} nothing is said; leave `to` of the last tier out", to.get_ref().to_text()))
        }
        None => Ok(()),
    }
}

/// Where one tier ends the next begins.
fn check_joint(before: &Tier, tier: &Tier) -> Result<(), Wrong> {
    let Some(to) = &before.to else { return Ok(()) };
    let (end, start) = (to.get_ref(), tier.from.get_ref());
    let text = |what: &str| format!("{what} between {} and {}", end.to_text(), start.to_text());
    match end.value.cmp(&start.value) {
        std::cmp::Ordering::Less => {
            wrong(to, format!("{}: end the tier where the next begins", text("there is a gap")))
        }
        std::cmp::Ordering::Greater => {
            wrong(to, format!("{}: end the tier where the next begins", text("tiers overlap")))
        }
        std::cmp::Ordering::Equal => Ok(()),
    }
}

fn check_tier_rate(commission: &Commission, tier: &Tier) -> Result<(), Wrong> {
    match (&tier.rate, &tier.multiplier, &tier.rates) {
        (Some(rate), None, None) => check_rate(commission, rate),
        (None, Some(multiplier), None) if commission.base_rate.is_none() => {
            wrong(multiplier, "a multiplier is of a base rate; add base_rate = \"5%\" or base_rate = \"target\"")
        }
        (None, Some(_), None) => Ok(()),
        (None, None, Some(rates)) => {
            let columns = commission.matrix.as_ref().map_or(0, |matrix| matrix.get_ref().columns.len());
            let count = rates.get_ref().len();
            if count == columns {
                return Ok(());
            }
            wrong(
                rates,
                format!("there are {count} rates for {columns} columns; write one for each column of the matrix"),
            )
        }
        _ => wrong(&tier.from, "a tier has one of rate, multiplier, and rates of a matrix"),
    }
}

fn check_matrix(matrix: &Spanned<Matrix>) -> Result<(), Wrong> {
    let columns = &matrix.get_ref().columns;
    let goes_up = columns.windows(2).all(|pair| pair[0].value < pair[1].value);
    if columns.is_empty() || !goes_up { wrong(matrix, "columns are lower bounds that go up") } else { Ok(()) }
}

fn check_gate(gate: &Gate, has_base: bool) -> Result<(), Wrong> {
    let says_how = gate.factor.is_some() || gate.curve.is_some();
    match gate.effect {
        Effect::Modifier if !says_how => wrong(&gate.metric, "a modifier needs a factor or a curve"),
        Effect::Hard | Effect::Accelerator if says_how => {
            wrong(&gate.metric, "only a modifier has a factor or a curve; write effect = \"modifier\"")
        }
        Effect::Accelerator if !has_base => {
            wrong(&gate.metric, "the gate caps rates at the base rate; add base_rate to the commission")
        }
        _ => Ok(()),
    }
}

/// No tier lies where no measure comes.
fn check_reach(commission: &Commission, tiers: &[Tier]) -> Result<(), Wrong> {
    let cap = commission.cap.as_ref().and_then(|cap| cap.get_ref().attainment.as_ref());
    if let Some(cap) = cap
        && let Some(tier) =
            tiers.iter().find(|tier| tier.from.get_ref().is_percent && tier.from.get_ref().value >= cap.0)
    {
        let hint = format!("the measure is capped at {}: this tier is never reached", cap.0.to_percent());
        return wrong(&tier.from, hint);
    }
    let Some(threshold) = commission.threshold.as_ref().filter(|threshold| threshold.pays == Entry::AboveOnly) else {
        return Ok(());
    };
    let at = threshold.at.get_ref();
    let below = tiers.windows(2).find(|pair| {
        let end = pair[1].from.get_ref();
        end.is_percent == at.is_percent && end.value <= at.value
    });
    match below {
        Some(pair) => {
            wrong(&pair[0].from, format!("below {} nothing is paid: this tier is never reached", at.to_text()))
        }
        None => Ok(()),
    }
}

fn check_bonus(bonus: &Bonus) -> Result<(), Wrong> {
    let weight: Exact = bonus.kpi.get_ref().iter().map(|kpi| &kpi.weight.0).sum();
    if weight != Exact::ONE {
        return wrong(&bonus.kpi, format!("the weights make {}, and not 100%", weight.to_percent()));
    }
    for gate in &bonus.gate {
        if gate.effect == Effect::Accelerator {
            return wrong(&gate.metric, "a bonus has no tiers; write effect = \"hard\" or \"modifier\"");
        }
        check_gate(gate, false)?;
    }
    Ok(())
}

fn check_draw(draw: &Spanned<Draw>) -> Result<(), Wrong> {
    let terms = draw.get_ref();
    if terms.periods < 1 || terms.recovery_from_period < 1 {
        return wrong(draw, "pay periods count from 1");
    }
    if terms.recovery.0.is_negative() || terms.recovery.0 > Exact::ONE {
        return wrong(draw, "recovery is a share of what is earned above the draw, 100% at most");
    }
    Ok(())
}

fn check_clawback(clawback: &Spanned<Clawback>) -> Result<(), Wrong> {
    let terms = clawback.get_ref();
    let has_trigger = terms.cancelled_within_days.is_some() || terms.unpaid_after_days.is_some();
    if !has_trigger && !terms.credit_note && !terms.fraud {
        return wrong(
            clawback,
            "nothing sets it off; add cancelled_within_days, credit_note, fraud or unpaid_after_days",
        );
    }
    match terms.mode {
        ClawbackMode::ProRata if terms.cancelled_within_days.is_none_or(|days| days < 1) => {
            wrong(clawback, "pro rata is by the days that remain; add cancelled_within_days")
        }
        ClawbackMode::Step if terms.steps.is_empty() => {
            wrong(clawback, "add steps = [{ within_days = 90, share = \"100%\" }, …]")
        }
        _ => Ok(()),
    }
}

fn wrong<T>(at: &Spanned<T>, problem: impl Into<String>) -> Result<(), Wrong> {
    Err((at.span(), problem.into()))
}
