//! From a cell's components to its value, or to why there is none.

use crate::{Entity, Row, company::Company, prepared::Prepared};
use base::{Amount, Fraction, Period};
use kpi_engine::Cell;
use rules::{
    access::FEWEST_PEOPLE,
    kpi::{Definition, Formula, NullReason, Unit, months},
};

pub(crate) const DECIMALS: u32 = 6;

/// A cell's two sides and value, or why there is none: the same for a table's cell and for an opened number.
pub(crate) struct Reading {
    pub value: Result<String, NullReason>,
    pub numerator: Option<Amount>,
    pub denominator: Option<Amount>,
    pub rows: u64,
}

impl Reading {
    /// Keeps the value and everything that would tell it back.
    pub fn withhold(&mut self) {
        *self = Self { value: Err(NullReason::Withheld), numerator: None, denominator: None, rows: 0 };
    }
}

pub(crate) fn read(
    definition: &Definition,
    cell: Option<&Cell>,
    period: &Period,
    company: &Company,
    prepared: &Prepared<'_>,
) -> Reading {
    let mut numerator = cell.map_or(Amount::ZERO, |cell| cell.numerator);
    let mut denominator = definition
        .formula
        .is_ratio()
        .then(|| cell.and_then(|cell| cell.denominator))
        .map(|side| side.unwrap_or(Amount::ZERO));
    match definition.formula {
        // The base is the denominator; what was added to it the numerator.
        Formula::Growth(_) => {
            numerator = numerator.checked_sub(denominator.unwrap_or(Amount::ZERO)).unwrap_or(numerator);
        }
        Formula::PerMonth(_) => {
            let (from, to) = prepared.part(period);
            denominator = Some(months(from, to));
        }
        _ => {}
    }
    let sources = definition.facts(company.basis);
    let has_source = sources.is_some_and(|facts| facts.iter().all(|fact| !prepared.without_source.contains(fact.name)));
    let is_base_lost = matches!(definition.formula, Formula::Growth(_))
        && denominator.is_none_or(|base| base.is_negative() || base.is_zero());
    let value = if !has_source {
        Err(NullReason::NoSource)
    } else if cell.is_some_and(|cell| tells_one(cell.outsiders)) {
        Err(NullReason::Withheld)
    } else if cell.is_some_and(|cell| cell.foreign_currency) {
        Err(NullReason::MissingRate)
    } else if is_base_lost {
        Err(NullReason::Undefined)
    } else if matches!(definition.formula, Formula::Evenness { .. }) {
        cell.and_then(|cell| cell.value).map(Amount::to_text).ok_or(NullReason::Undefined)
    } else {
        match denominator {
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
        value,
    }
}

pub(crate) fn row(
    definition: &Definition,
    entity: &Entity,
    period: &Period,
    cell: Option<&Cell>,
    company: &Company,
    prepared: &Prepared<'_>,
) -> Row {
    let reading = read(definition, cell, period, company, prepared);
    Row {
        kpi: definition.id.clone(),
        entity: entity.clone(),
        period: period.clone(),
        numerator: reading.numerator,
        denominator: reading.denominator,
        unit: definition.unit,
        currency: (definition.unit == Unit::Money).then_some(company.currency),
        null_reason: reading.value.as_ref().err().copied(),
        value: reading.value.ok(),
        partial: prepared.is_partial(period),
        row_count: reading.rows,
    }
}

/// A total with one or two others in it would tell their number to who knows the rest.
fn tells_one(outsiders: u64) -> bool {
    (1..FEWEST_PEOPLE).contains(&outsiders)
}
