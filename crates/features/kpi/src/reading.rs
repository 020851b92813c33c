//! From a cell's components to its value, or to why there is none.

use crate::{Entity, Row, company::Company, prepared::Prepared};
use base::{Amount, Fraction, Period};
use jiff::civil::Date;
use kpi_engine::Cell;
use rules::{
    access::FEWEST_PEOPLE,
    kpi::{Definition, Expression, Formula, How, Measure, NullReason, Unit, months},
};
use std::sync::Arc;

pub(crate) const DECIMALS: u32 = 6;

/// The share of a running period's days that have come, for what nears its target with them (R-PART).
pub(crate) fn elapsed(definition: &Definition, row: &Row, as_of: Date) -> Option<Fraction> {
    let period = &row.period;
    let length = |to: Date| Amount::from(days((period.start, to)));
    let after = as_of.tomorrow().unwrap_or(period.end).clamp(period.start, period.end);
    (definition.accrues() && row.partial).then(|| Fraction::new(length(after), length(period.end)))
}

/// A cell's two sides and value, or why there is none: the same for a table's cell and for an opened number.
pub(crate) struct Reading {
    pub value: Result<String, NullReason>,
    pub numerator: Option<Amount>,
    pub denominator: Option<Amount>,
    pub rows: u64,
    /// Of a cohort: old enough, or ended far enough, to be judged (R-OPEN).
    pub mature: Option<bool>,
}

impl Reading {
    /// Keeps the value and everything that would tell it back.
    pub fn withhold(&mut self) {
        *self = Self { value: Err(NullReason::Withheld), numerator: None, denominator: None, rows: 0, mature: None };
    }
}

/// The cell of another KPI in the same place.
pub(crate) type Beside<'a> = &'a dyn Fn(&Arc<Definition>) -> Option<&'a Cell>;

pub(crate) fn read(
    definition: &Definition,
    cell: Option<&Cell>,
    beside: Beside<'_>,
    period: &Period,
    company: &Company,
    prepared: &Prepared,
) -> Reading {
    if let Formula::Of(expression) = &definition.formula {
        return computed(expression, beside, period, company, prepared);
    }
    let mut numerator = cell.map_or(Amount::ZERO, |cell| cell.numerator);
    let mut denominator = definition
        .formula
        .is_ratio()
        .then(|| cell.and_then(|cell| cell.denominator))
        .map(|side| side.unwrap_or(Amount::ZERO));
    match definition.formula {
        // The base is the denominator; what was added to it the numerator.
        Formula::Change { .. } => {
            numerator = numerator.checked_sub(denominator.unwrap_or(Amount::ZERO)).unwrap_or(numerator);
        }
        Formula::PerMonth(_) => {
            let (from, to) = prepared.part(period);
            denominator = Some(months(from, to));
        }
        Formula::PerDay(_) => denominator = Some(Amount::from(days(prepared.part(period)))),
        _ => {}
    }
    let sources = definition.facts(company.basis);
    let has_source = sources.is_some_and(|facts| facts.iter().all(|fact| !prepared.without_source.contains(fact.name)))
        && !measured(definition).any(|measure| prepared.lacks_words(measure));
    let is_base_lost = matches!(definition.formula, Formula::Change { .. })
        && denominator.is_none_or(|base| base.is_negative() || base.is_zero());
    // First of all: one side without a source must not tell the other.
    let value = if cell.is_some_and(|cell| tells_one(cell.outsiders)) {
        Err(NullReason::Withheld)
    } else if !has_source {
        Err(NullReason::NoSource)
    } else if cell.is_some_and(|cell| cell.foreign_currency) {
        Err(NullReason::MissingRate)
    } else if cell.map_or_else(|| definition.formula.has(needs_several), |cell| !cell.is_told) {
        Err(NullReason::Insufficient)
    } else if is_base_lost {
        Err(NullReason::Undefined)
    } else if matches!(definition.formula, Formula::Spread { .. }) {
        cell.and_then(|cell| cell.value).map(Amount::to_text).ok_or(NullReason::Undefined)
    } else {
        match denominator {
            Some(denominator) if matches!(definition.formula, Formula::InDays { .. }) => {
                let days = Fraction::new(Amount::from(days(prepared.part(period))), Amount::ONE);
                let whole = numerator.mul_fraction(days).map_err(|_| NullReason::Undefined);
                whole.and_then(|whole| Fraction::new(whole, denominator).value(DECIMALS).ok_or(NullReason::Undefined))
            }
            Some(denominator) => Fraction::new(numerator, denominator).value(DECIMALS).ok_or(NullReason::Undefined),
            None => Ok(numerator.to_text()),
        }
    };
    // A value that is kept back, or wrong without its rate, keeps its sides back too; one without a source for one side
    // shows what the other is.
    let told = !matches!(value, Err(NullReason::Withheld | NullReason::MissingRate));
    Reading {
        numerator: told.then_some(numerator),
        denominator: denominator.filter(|_| told),
        rows: cell.filter(|_| told).map_or(0, |cell| cell.rows),
        mature: value.as_ref().ok().and(denominator).and_then(|of| mature(definition, cell?, of, period, prepared)),
        value,
    }
}

/// Of too few it says nothing: of none neither (R-DUR, R-SURV).
const fn needs_several(how: How) -> bool {
    matches!(how, How::Quantile(_)) || matches!(how, How::Latest(at_least) if at_least > 1)
}

/// Everything that is measured for it, its parts too.
fn measured(definition: &Definition) -> impl Iterator<Item = &Measure> {
    let all = [definition].into_iter().chain(definition.formula.parts().iter().map(AsRef::as_ref));
    all.flat_map(|kpi| kpi.formula.measures()).map(|(_, measure)| measure)
}

/// A value of other values. It has no sides of its own: each of its parts has.
fn computed(
    expression: &Expression,
    beside: Beside<'_>,
    period: &Period,
    company: &Company,
    prepared: &Prepared,
) -> Reading {
    let parts: Vec<(&Arc<Definition>, Reading)> = expression
        .parts
        .iter()
        .map(|part| (part, read(part, beside(part), beside, period, company, prepared)))
        .collect();
    let of = |id: &str| {
        let (part, reading) = parts.iter().find(|(part, _)| part.id == id).ok_or(NullReason::Undefined)?;
        reading.value.as_ref().map_err(|reason| *reason)?;
        // Unrounded, where it is one side over the other.
        let side = |amount: Option<Amount>| amount.and_then(|amount| amount.to_decimal().ok());
        let exact = match (side(reading.numerator), side(reading.denominator)) {
            (Some(numerator), Some(denominator)) if !matches!(part.formula, Formula::InDays { .. }) => {
                numerator.checked_div(denominator)
            }
            (numerator, None) if !matches!(part.formula, Formula::Spread { .. }) => numerator,
            _ => reading.value.as_ref().ok().and_then(|value| value.parse().ok()),
        };
        exact.ok_or(NullReason::Undefined)
    };
    // What is withheld of one part must not be told by the others, whichever the formula reads first.
    let value = if parts.iter().any(|(_, reading)| reading.value == Err(NullReason::Withheld)) {
        Err(NullReason::Withheld)
    } else {
        expression.value(&of).map(Amount::to_text)
    };
    let rows = parts.iter().map(|(_, reading)| reading.rows).max().unwrap_or(0);
    Reading {
        rows: if value == Err(NullReason::Withheld) { 0 } else { rows },
        value,
        numerator: None,
        denominator: None,
        mature: None,
    }
}

fn days((from, to): (Date, Date)) -> i64 {
    i64::from(from.until(to).map_or(0, |span| span.get_days()).max(0))
}

/// A cohort is mature when nine of ten of its members have ended, or when its youngest is older than nine of ten deals became
/// before they were won (R-OPEN).
fn mature(definition: &Definition, cell: &Cell, members: Amount, period: &Period, prepared: &Prepared) -> Option<bool> {
    let age = prepared.part(period).1.until(prepared.now).map_or(0, |span| span.get_days());
    if let Some(days) = definition.matures_after_days {
        return Some(age >= i32::from(days));
    }
    definition.matures.as_ref()?;
    let of_ten = |amount: Amount, times: i128| Amount::from_millionths(amount.millionths() * times).ok();
    if of_ten(cell.ended, 10)? >= of_ten(members, 9)? {
        return Some(true);
    }
    Some(prepared.ripe_days.is_some_and(|ripe| Amount::from(i64::from(age)) >= ripe))
}

pub(crate) fn row(
    definition: &Arc<Definition>,
    entity: &Entity,
    period: &Period,
    cell: Option<&Cell>,
    beside: Beside<'_>,
    company: &Company,
    prepared: &Prepared,
) -> Row {
    let reading = read(definition, cell, beside, period, company, prepared);
    Row {
        kpi: definition.id.clone(),
        definition: definition.clone(),
        entity: entity.clone(),
        period: period.clone(),
        numerator: reading.numerator,
        denominator: reading.denominator,
        target: None,
        unit: definition.unit,
        currency: (definition.unit == Unit::Money).then_some(company.currency),
        null_reason: reading.value.as_ref().err().copied(),
        value: reading.value.ok(),
        partial: prepared.is_partial(period),
        row_count: reading.rows,
        mature: reading.mature,
    }
}

/// A total with one or two others in it would tell their number to who knows the rest.
pub(crate) fn tells_one(outsiders: u64) -> bool {
    (1..FEWEST_PEOPLE).contains(&outsiders)
}
