//! Sums over the last fact of each: the latest answer of a respondent in the period (R-SURV).

use crate::{
    EngineError,
    columns::{DATE, RECORD},
    measures::{PartValue, only},
    place::{self, ENTITY, OWNER, PERIOD},
    question::{Found, Question, Scan, in_a_period},
    read::{amount, integer, place as place_of},
    source::Source,
};
use base::RecordId;
use datafusion::{
    common::ScalarValue,
    functions_aggregate::expr_fn::last_value,
    prelude::{Expr, col, lit},
};
use rules::kpi::How;
use std::collections::{BTreeMap, BTreeSet};

const EACH: &str = "each";
const VALUE: &str = "value";
const ROW: &str = "row";
const WHOSE: &str = "whose";

pub(crate) async fn aggregate(
    source: &Source<'_>,
    question: &Question<'_>,
    scan: &Scan<'_>,
) -> Result<Found, EngineError> {
    let mut found = Found::new();
    // Opened, one entity is asked about; whose answer is the last is decided before it is opened into answers.
    let whole = Question {
        open: false,
        kpis: Vec::new(),
        by: question.by.clone(),
        only: question.only.clone(),
        reach: question.reach.clone(),
        ..*question
    };
    let frame = place::placed(source, &whole, &scan.way).await?.filter(in_a_period())?;
    let whose = if scan.way.fact_type.key(OWNER).is_some() { col(OWNER) } else { lit(ScalarValue::Int64(None)) };
    for wanted in &scan.wanted {
        let (How::Latest(at_least), Some((column, key))) = (wanted.measure.how, wanted.measure.quotient()) else {
            continue;
        };
        let counts = only(wanted.measure).into_iter().fold(col(key).is_not_null(), Expr::and);
        let last = |value: Expr| last_value(value, vec![col(DATE).sort(true, false), col(RECORD).sort(true, false)]);
        let values = vec![
            last(col(column)).alias(VALUE),
            last(col(wanted.row_key)).alias(ROW),
            last(whose.clone()).alias(WHOSE),
        ];
        let groups = vec![col(ENTITY), col(PERIOD), col(key).alias(EACH)];
        let batches = frame.clone().filter(counts)?.aggregate(groups, values)?.collect().await?;
        let mut parts: BTreeMap<(Option<RecordId>, usize), (PartValue, BTreeSet<RecordId>)> = BTreeMap::new();
        for batch in &batches {
            for row in 0..batch.num_rows() {
                let (entity, period) = place_of(batch, row)?;
                let entity = if question.open { integer(batch, ROW, row)?.map(RecordId) } else { entity };
                let whose = integer(batch, WHOSE, row)?.map(RecordId);
                let (part, outsiders) = parts.entry((entity, period)).or_insert((PartValue::NOTHING, BTreeSet::new()));
                part.value = part.value.checked_add(amount(batch, VALUE, row)?)?;
                part.rows += 1;
                part.owners = whose.map(|whose| (whose, whose));
                let is_outside = |whose: &RecordId| question.reach.as_ref().is_some_and(|own| !own.contains(whose));
                outsiders.extend(whose.filter(is_outside));
            }
        }
        let parts = parts.into_iter().map(|(place, (part, outsiders))| {
            let is_told = question.open || part.rows >= u64::from(at_least);
            let owners = part.owners.filter(|_| question.open);
            (place, PartValue { is_told, owners, outsiders: outsiders.len() as u64, ..part })
        });
        found.push((wanted.kpi, wanted.side, parts.collect()));
    }
    Ok(found)
}
