//! Quantiles: what each record comes to, and where a share of them lies.

use crate::{
    EngineError,
    distinct::distinct,
    measures::{PartValue, converted, only, outsiders},
    place::{self, ENTITY, PERIOD, RATE},
    question::{Found, Question, Scan, in_a_period},
    read::{amount, integer, integer32, place as place_of},
    source::Source,
};
use base::{Amount, Fraction, RecordId};
use datafusion::{
    functions_aggregate::expr_fn::{max, sum},
    prelude::{Expr, col, lit, when},
};
use rules::kpi::{How, quantile};
use std::collections::BTreeMap;

const STAGE: &str = "stage";
const VALUE: &str = "value";
const OVER: &str = "over";
const FOREIGN: &str = "foreign";
const OUTSIDERS: &str = "outsiders";

/// A record counts once, whoever shares it (R-DUR): what it comes to is the sum of its parts over the sum of their weights.
pub(crate) async fn aggregate(
    source: &Source<'_>,
    question: &Question<'_>,
    scan: &Scan<'_>,
) -> Result<Found, EngineError> {
    let frame = place::placed(source, question, &scan.way).await?.filter(in_a_period())?;
    let mut found = Found::new();
    for wanted in &scan.wanted {
        let measure = wanted.measure;
        let (How::Quantile(percent), Some((column, over))) = (measure.how, measure.quotient()) else { continue };
        let is_money = measure.is_money(question.basis);
        let value = if is_money { converted(question, col(column))? } else { col(column) };
        let foreign = if is_money { col(RATE).is_null() } else { lit(false) };
        let counts = only(measure).into_iter().fold(col(column).is_not_null().and(col(over).is_not_null()), Expr::and);
        let frame = frame.clone().filter(counts)?;
        // A deal stays in each stage by itself.
        let mut groups = vec![col(ENTITY), col(PERIOD), col(wanted.row_key).alias("counted")];
        groups.extend(scan.way.fact_type.key(STAGE).map(|key| col(key.name)));
        let each = vec![
            sum(value).alias(VALUE),
            sum(col(over)).alias(OVER),
            max(when(foreign, lit(1)).otherwise(lit(0))?).alias(FOREIGN),
        ];
        let batches = frame.clone().aggregate(groups, each)?.collect().await?;
        let mut parts: BTreeMap<(Option<RecordId>, usize), (Vec<Amount>, PartValue)> = BTreeMap::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let of_record = Fraction::new(amount(batch, VALUE, row)?, amount(batch, OVER, row)?).to_amount()?;
                let Some(of_record) = of_record else { continue };
                let (values, part) = parts.entry(place_of(batch, row)?).or_insert((Vec::new(), PartValue::NOTHING));
                values.push(of_record);
                part.rows += 1;
                part.foreign |= integer32(batch, FOREIGN, row)? == Some(1);
            }
        }
        if question.reach.is_some() {
            let outside = outsiders(question, scan.way.fact_type, None, distinct)?.alias(OUTSIDERS);
            let batches = frame.aggregate(vec![col(ENTITY), col(PERIOD)], vec![outside])?.collect().await?;
            for batch in &batches {
                for row in 0..batch.num_rows() {
                    if let Some((_, part)) = parts.get_mut(&place_of(batch, row)?) {
                        part.outsiders = integer(batch, OUTSIDERS, row)?.unwrap_or(0).unsigned_abs();
                    }
                }
            }
        }
        let mut values = BTreeMap::new();
        for (place, (mut each, mut part)) in parts {
            match quantile(&mut each, percent)? {
                Some(value) => part.value = value,
                None => part.is_told = false,
            }
            values.insert(place, part);
        }
        found.push((wanted.kpi, wanted.side, values));
    }
    Ok(found)
}
