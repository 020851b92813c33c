//! How far off forecasts were: what was forecast for a stretch of days beside what came in the same days (D4).

use crate::{
    EngineError,
    columns::{self, DATE, RECORD, UNTIL},
    distinct::distinct,
    measures::{converted, only, outsiders},
    place::{self, AT, ENTITY, OWNER, RATE, RATE_AT, day},
    question::{Cell, Cells, Question, cells},
    read::{amount, column, integer, integer32},
    source::Source,
};
use base::{Amount, Grain, Period, RecordId};
use datafusion::{
    arrow::array::Date32Array,
    functions_aggregate::expr_fn::{count_distinct, max, sum},
    prelude::{Expr, col, lit, when},
};
use jiff::civil::Date;
use rules::kpi::{Axis, ForecastError, resolve};
use std::collections::{BTreeMap, BTreeSet};

const AMOUNT: &str = "amount";
const ROWS: &str = "rows";
const FOREIGN: &str = "foreign";
const OUTSIDERS: &str = "outsiders";

/// What was forecast for an entity and some days; opened, by one forecast.
struct Forecast {
    entity: Option<RecordId>,
    record: Option<RecordId>,
    owner: Option<RecordId>,
    days: (Date, Date),
    amount: Amount,
    rows: u64,
    foreign: bool,
    outsiders: u64,
}

/// Opened, a bias is forecasts less what came in their days: what came stands in both sides. An error without its sign is no sum of
/// single records.
pub(crate) async fn answer(
    source: &Source<'_>,
    question: &Question<'_>,
    (kpi, error): (usize, &ForecastError),
    found: &mut Cells,
) -> Result<(), EngineError> {
    let forecasts = forecasts(source, question, error).await?;
    if question.open {
        let of = |forecast: &&Forecast| question.periods.iter().position(|period| is_within(forecast.days, period));
        for (period, forecast) in forecasts.iter().filter_map(|forecast| Some((of(&forecast)?, forecast))) {
            let opened = Cell {
                rows: 1,
                foreign_currency: forecast.foreign,
                outsiders: forecast.outsiders,
                owners: forecast.owner.map(|owner| (owner, owner)),
                day: Some(forecast.days.0),
                ..Cell::empty(kpi, forecast.record, period)
            };
            let cell = found.entry((kpi, forecast.record, period)).or_insert(opened);
            cell.numerator = cell.numerator.checked_add(forecast.amount)?;
            cell.denominator = Some(Amount::ZERO);
        }
    }
    let mut days: Vec<(Date, Date)> = forecasts.iter().map(|forecast| forecast.days).collect();
    days.sort_unstable();
    days.dedup();
    for points in layers(&days) {
        let (periods, points) = (contiguous(&points), points.into_iter().collect::<BTreeSet<_>>());
        let (Some(first), Some(last)) = (periods.first(), periods.last()) else { continue };
        let asked = Question {
            kpis: error.parts.iter().skip(1).map(AsRef::as_ref).collect(),
            periods: &periods,
            from: first.start,
            to: last.end,
            end: last.end,
            ..question.clone()
        };
        let came = cells(source, &asked).await?;
        if question.open {
            for mut cell in came {
                let days = (periods[cell.period].start, periods[cell.period].end);
                let of = question.periods.iter().position(|period| points.contains(&days) && is_within(days, period));
                let Some(period) = of else { continue };
                let actual = cell.numerator;
                (cell.kpi, cell.period) = (kpi, period);
                let known = found.entry((kpi, cell.entity, period)).or_insert(Cell {
                    numerator: Amount::ZERO,
                    denominator: None,
                    ..cell
                });
                known.numerator = known.numerator.checked_sub(actual)?;
                known.denominator = Some(known.denominator.unwrap_or(Amount::ZERO).checked_add(actual)?);
            }
            continue;
        }
        let told: BTreeMap<(Option<RecordId>, Date), Cell> =
            came.into_iter().map(|cell| ((cell.entity, periods[cell.period].start), cell)).collect();
        for forecast in forecasts.iter().filter(|forecast| points.contains(&forecast.days)) {
            let of = question.periods.iter().position(|period| is_within(forecast.days, period));
            let Some(period) = of else { continue };
            let came = told.get(&(forecast.entity, forecast.days.0));
            let actual = came.map_or(Amount::ZERO, |came| came.numerator);
            let off = forecast.amount.checked_sub(actual)?;
            let (off, actual) = if error.is_signed { (off, actual) } else { (off.abs(), actual.abs()) };
            let cell = found
                .entry((kpi, forecast.entity, period))
                .or_insert_with(|| Cell::empty(kpi, forecast.entity, period));
            cell.numerator = cell.numerator.checked_add(off)?;
            cell.denominator = Some(cell.denominator.unwrap_or(Amount::ZERO).checked_add(actual)?);
            cell.rows += forecast.rows;
            cell.foreign_currency |= forecast.foreign || came.is_some_and(|came| came.foreign_currency);
            let others = [cell.outsiders, forecast.outsiders, came.map_or(0, |came| came.outsiders)];
            cell.outsiders = others.into_iter().filter(|outsiders| *outsiders > 0).min().unwrap_or(0);
        }
    }
    Ok(())
}

fn is_within((from, to): (Date, Date), period: &Period) -> bool {
    period.start <= from && to <= period.end
}

/// What was forecast for days that are over.
async fn forecasts(
    source: &Source<'_>,
    question: &Question<'_>,
    error: &ForecastError,
) -> Result<Vec<Forecast>, EngineError> {
    let measures = error.parts.first().map(|forecast| forecast.formula.measures()).unwrap_or_default();
    let Some((_, measure)) = measures.first() else { return Ok(Vec::new()) };
    let Some(fact_type) = resolve(measure.place().0, question.basis) else { return Ok(Vec::new()) };
    let is_over = col(DATE).gt_eq(day(question.from)).and(col(UNTIL).lt_eq(day(question.to)));
    let counts = only(measure).into_iter().fold(is_over, Expr::and);
    let frame = place::known(source, question, fact_type).await?.filter(counts)?;
    let frame = place::of_entity(&source.context, question, frame, DATE)?;
    let frame = frame.with_column(AT, col(DATE))?.with_column(RATE_AT, col(DATE))?;
    let frame = place::with_rate(&source.context, question, Axis::Flow, frame)?;
    let amounts = col(measure.place().1);
    let each = vec![
        sum(converted(question, amounts.clone())?).alias(AMOUNT),
        count_distinct(col(RECORD)).alias(ROWS),
        max(when(col(RATE).is_null().and(amounts.is_not_null()), lit(1)).otherwise(lit(0))?).alias(FOREIGN),
        outsiders(question, fact_type, None, distinct)?.alias(OUTSIDERS),
    ];
    let mut found = Vec::new();
    let mut groups = vec![col(ENTITY), col(DATE), col(UNTIL)];
    if question.open {
        groups.extend([col(RECORD), col(OWNER)]);
    }
    for batch in &frame.aggregate(groups, each)?.collect().await? {
        let (from, to) = (column::<Date32Array>(batch, DATE)?, column::<Date32Array>(batch, UNTIL)?);
        for row in 0..batch.num_rows() {
            let opened = |column| if question.open { integer(batch, column, row) } else { Ok(None) };
            found.push(Forecast {
                entity: integer(batch, ENTITY, row)?.map(RecordId),
                record: opened(RECORD)?.map(RecordId),
                owner: opened(OWNER)?.map(RecordId),
                days: (columns::date(from.value(row))?, columns::date(to.value(row))?),
                amount: amount(batch, AMOUNT, row)?,
                rows: integer(batch, ROWS, row)?.unwrap_or(0).unsigned_abs(),
                foreign: integer32(batch, FOREIGN, row)? == Some(1),
                outsiders: integer(batch, OUTSIDERS, row)?.unwrap_or(0).unsigned_abs(),
            });
        }
    }
    Ok(found)
}

/// Stretches apart from those that they overlap: months in one layer, quarters in another.
fn layers(days: &[(Date, Date)]) -> Vec<Vec<(Date, Date)>> {
    let mut layers: Vec<Vec<(Date, Date)>> = Vec::new();
    for (from, to) in days {
        match layers.iter_mut().find(|layer| layer.last().is_some_and(|(_, end)| end <= from)) {
            Some(layer) => layer.push((*from, *to)),
            None => layers.push(vec![(*from, *to)]),
        }
    }
    layers
}

/// As periods, with the days between them as periods of which nothing was forecast.
fn contiguous(days: &[(Date, Date)]) -> Vec<Period> {
    let period = |start: Date, end: Date| Period { start, end, grain: Grain::All, label: String::new() };
    let mut periods: Vec<Period> = Vec::new();
    for (from, to) in days {
        if let Some(last) = periods.last()
            && last.end < *from
        {
            periods.push(period(last.end, *from));
        }
        periods.push(period(*from, *to));
    }
    periods
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_overlaps_stands_in_another_layer_and_gaps_are_periods() {
        let day = |month: i8| Date::constant(2025, month, 1);
        let days = [(day(1), day(2)), (day(1), day(4)), (day(2), day(3)), (day(5), day(6))];
        let found = layers(&days);
        assert_eq!(found, [vec![days[0], days[2], days[3]], vec![days[1]]]);
        let starts: Vec<Date> = contiguous(&found[0]).iter().map(|period| period.start).collect();
        assert_eq!(starts, [day(1), day(2), day(3), day(5)]);
    }
}
