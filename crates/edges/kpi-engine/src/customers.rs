//! Measures over customers: purchases by account and stretch of days, from which each customer around each period follows.

use crate::{
    By, EngineError,
    columns::{self, DATE},
    measures::{PartValue, converted, only},
    place::{self, AT, ENTITY, OWNER, RATE, RATE_AT},
    question::{Found, Question, Scan, Wanted},
    read::{amount, column, integer, integer32},
    source::Source,
};
use base::{Amount, RecordId};
use datafusion::{
    arrow::{
        array::{Array, BooleanArray, Date32Array, RecordBatch},
        datatypes::DataType,
    },
    common::{JoinType, ScalarValue},
    dataframe::DataFrame,
    functions_aggregate::expr_fn::{count_distinct, max, min, sum},
    logical_expr::cast,
    prelude::{Expr, SessionContext, col, lit, when},
};
use jiff::civil::Date;
use rules::{
    facts::FactType,
    kpi::{
        Axis, Earlier, How, by_month,
        customers::{Around, Customer, Customers, Purchases, largest},
    },
};
use std::collections::{BTreeMap, BTreeSet};

const ACCOUNT: &str = "account";
const AMOUNT: &str = "amount";
const EXPANSION: &str = "expansion";
const STRETCH: &str = "stretch";
const FIRST: &str = "first_day";
const LAST: &str = "last_day";
const DOCUMENTS: &str = "documents";
const FOREIGN: &str = "foreign";
const RETURNS: &str = "returns";

/// Customers between two looks at the clock.
const AT_A_TIME: usize = 256;

type Place = (Option<RecordId>, usize);

/// Purchases of one account on one stretch of days: by one entity, or by the company.
struct Line {
    entity: Option<RecordId>,
    account: RecordId,
    bought: Purchases,
    /// An amount among them has no rate.
    foreign: bool,
}

/// Whose purchases outside the asker's reach are, by entity and account: owner, and the first day of each stretch.
type Outsiders = BTreeMap<(Option<RecordId>, RecordId), Vec<(RecordId, Date)>>;

pub(crate) async fn aggregate(
    source: &Source<'_>,
    question: &Question<'_>,
    scan: &Scan<'_>,
) -> Result<Found, EngineError> {
    let mut found = Found::new();
    let (none, mut readings) = (BTreeMap::new(), BTreeMap::<_, Vec<&Wanted>>::new());
    for wanted in &scan.wanted {
        let only = &wanted.measure.only;
        let reading = if is_expansion(wanted) { (&none, Some(only)) } else { (only, None) };
        readings.entry(reading).or_default().push(wanted);
    }
    // What was expanded is one more sum over all purchases.
    if let Some(of_all) = readings.remove(&(&none, None)) {
        match readings.iter_mut().find(|((_, expanded), _)| expanded.is_some()) {
            Some((_, wanted)) => wanted.extend(of_all),
            None => found.extend(of_same_facts(source, question, scan, &of_all).await?),
        }
    }
    for wanted in readings.into_values() {
        found.extend(of_same_facts(source, question, scan, &wanted).await?);
    }
    Ok(found)
}

/// It sums some facts of customers whom all of theirs make active.
fn is_expansion(wanted: &Wanted<'_>) -> bool {
    wanted.measure.how == How::Customers(Customers::Expanded)
}

async fn of_same_facts(
    source: &Source<'_>,
    question: &Question<'_>,
    scan: &Scan<'_>,
    wanted: &[&Wanted<'_>],
) -> Result<Found, EngineError> {
    let (context, fact_type) = (&source.context, scan.way.fact_type);
    let mut frame = place::known(source, question, fact_type).await?;
    let mut counts = col(DATE).lt(place::day(question.to)).and(col(ACCOUNT).is_not_null());
    if fact_type.measure(AMOUNT).is_some() {
        // A lost deal is no purchase.
        counts = counts.and(col(AMOUNT).is_not_null());
    }
    let expansion = wanted.iter().find(|wanted| is_expansion(wanted));
    let expands = expansion.map(|wanted| only(wanted.measure).unwrap_or_else(|| lit(true)));
    if expands.is_none() {
        counts = wanted.iter().find_map(|wanted| only(wanted.measure)).into_iter().fold(counts, Expr::and);
    }
    let expands = expands.unwrap_or_else(|| lit(false));
    frame = frame.filter(counts)?;
    let periods = around(question);
    frame = frame.with_column(STRETCH, place::lookup(DATE, "stretch_of", stretches(question, &periods)))?;
    let needs = |how: How| matches!(how, How::Customers(customers) if customers.needs_amounts());
    let is_money = wanted.iter().any(|wanted| needs(wanted.measure.how));
    let own = place::of_entity(context, question, frame.clone(), DATE)?;
    let own = if question.open { own.with_column(ENTITY, col(scan.way.row_key))? } else { own };
    let outsiders = outsiders(question, own.clone()).await?;
    let lines = lines(&purchases(context, question, fact_type, own.clone(), is_money, expands).await?)?;
    let company = of_company(context, question, fact_type, frame, own).await?;
    let mut parts: Vec<BTreeMap<Place, (PartValue, BTreeSet<RecordId>)>> =
        wanted.iter().map(|_| BTreeMap::new()).collect();
    // The period's amounts, by whose they are together, and where each of them counts.
    let mut amounts: BTreeMap<Place, Vec<(Amount, Place)>> = BTreeMap::new();
    let customers = lines.chunk_by(|one, next| (one.entity, one.account) == (next.entity, next.account));
    for (place, customer) in customers.enumerate() {
        // So that the limit of time can end it.
        if place % AT_A_TIME == 0 {
            tokio::task::yield_now().await;
        }
        let Some(Line { entity, account, .. }) = customer.first() else { continue };
        let own: Vec<Purchases> = customer.iter().map(|line| line.bought).collect();
        let company = company.as_ref().and_then(|company| company.get(account)).map_or(own.as_slice(), Vec::as_slice);
        let others = outsiders.get(&(*entity, *account)).map_or(&[][..], Vec::as_slice);
        for (period, around) in &periods {
            let found = Customer::of(&own, company, around)?;
            let place = (*entity, *period);
            if is_money && found.amount > Amount::ZERO {
                let together = if question.open { (None, *period) } else { place };
                amounts.entry(together).or_default().push((found.amount, place));
            }
            for (wanted, parts) in wanted.iter().zip(&mut parts) {
                let How::Customers(customers) = wanted.measure.how else { continue };
                let value = customers.of(&found)?;
                let is_behind = |day: Date| around.holds(customers.days(), day);
                let foreign = needs(wanted.measure.how)
                    && customer.iter().any(|line| line.foreign && is_behind(line.bought.first));
                let is_ranked = customers == Customers::Largest80 && found.amount > Amount::ZERO;
                if value.is_zero() && !foreign && !is_ranked {
                    continue;
                }
                let (part, outsiders) = parts.entry(place).or_insert((PartValue::NOTHING, BTreeSet::new()));
                part.value = part.value.checked_add(value)?;
                part.rows += 1;
                part.foreign |= foreign;
                outsiders.extend(others.iter().filter(|(_, day)| is_behind(*day)).map(|(owner, _)| *owner));
            }
        }
    }
    for (wanted, parts) in wanted.iter().zip(&mut parts) {
        if wanted.measure.how != How::Customers(Customers::Largest80) {
            continue;
        }
        for together in amounts.values_mut() {
            together.sort_unstable_by(|(one, _), (other, _)| other.cmp(one));
            let sums: Vec<Amount> = together.iter().map(|(amount, _)| *amount).collect();
            for (_, place) in &together[..largest(&sums)?] {
                if let Some((part, _)) = parts.get_mut(place) {
                    part.value = part.value.checked_add(Amount::from(1))?;
                }
            }
        }
    }
    let told = parts.into_iter().zip(wanted).map(|(parts, wanted)| {
        let parts = parts
            .into_iter()
            .map(|(place, (part, outsiders))| (place, PartValue { outsiders: outsiders.len() as u64, ..part }));
        (wanted.kpi, wanted.side, parts.collect())
    });
    Ok(told.collect())
}

/// Purchases from the whole company by account; none where the question is about the whole company itself.
async fn of_company(
    context: &SessionContext,
    question: &Question<'_>,
    fact_type: &FactType,
    frame: DataFrame,
    own: DataFrame,
) -> Result<Option<BTreeMap<RecordId, Vec<Purchases>>>, EngineError> {
    let is_part = question.only.is_some() || !question.filters.is_empty();
    if matches!(question.by, By::Company) && !is_part && !question.open {
        return Ok(None);
    }
    let mut frame = frame.with_column(ENTITY, lit(ScalarValue::Int64(None)))?;
    if is_part {
        let accounts = own.select(vec![col(ACCOUNT).alias("asked_account")])?.distinct()?;
        frame = frame.join_on(accounts, JoinType::LeftSemi, [col(ACCOUNT).eq(col("asked_account"))])?;
    }
    Ok(Some(by_account(&lines(&purchases(context, question, fact_type, frame, false, lit(false)).await?)?)))
}

/// The periods that have begun, with the days around them that matter.
fn around(question: &Question<'_>) -> Vec<(usize, Around)> {
    let place = |(place, period): (usize, &base::Period)| {
        let (from, to) = (period.start.max(question.from), period.end.min(question.to));
        let base = place::days_before(Earlier::Year, from, to, to == period.end);
        (from < to).then_some((place, Around::new(from, to, base)))
    };
    question.periods.iter().enumerate().filter_map(place).collect()
}

/// The first days of stretches within which no day means anything else than another to any period. They are no longer than a
/// month within the periods, so that a customer who stays away is seen between two of them.
fn stretches(question: &Question<'_>, periods: &[(usize, Around)]) -> impl Fn(i32) -> i32 + Send + Sync + 'static {
    let months =
        periods.iter().flat_map(|(_, around)| by_month(around.period().0, around.period().1)).map(|(start, _)| start);
    let borders = periods.iter().flat_map(|(_, around)| around.borders());
    let days: BTreeSet<i32> = borders.chain(months).chain([question.from]).map(columns::days).collect();
    let days: Vec<i32> = days.into_iter().collect();
    move |day| i32::try_from(days.partition_point(|start| *start <= day)).unwrap_or(i32::MAX)
}

fn nothing_sold() -> Expr {
    lit(ScalarValue::Decimal128(Some(0), columns::PRECISION, columns::SCALE))
}

/// Sums by entity, account and stretch, returns by themselves.
async fn purchases(
    context: &SessionContext,
    question: &Question<'_>,
    fact_type: &FactType,
    frame: DataFrame,
    is_money: bool,
    expands: Expr,
) -> Result<Vec<RecordBatch>, EngineError> {
    let nothing = || lit(ScalarValue::Decimal128(None, columns::PRECISION, columns::SCALE));
    let (frame, value, foreign) = if is_money {
        let dated = frame.with_column(AT, col(DATE))?.with_column(RATE_AT, col(DATE))?;
        let frame = place::with_rate(context, question, Axis::Flow, dated)?;
        (frame, converted(question, col(AMOUNT))?, col(RATE).is_null().and(col(AMOUNT).not_eq(nothing_sold())))
    } else {
        (frame, nothing(), lit(false))
    };
    // What comes back is no purchase, and takes from the amount.
    let returns = if fact_type.measure(AMOUNT).is_some() { col(AMOUNT).lt(nothing_sold()) } else { lit(false) };
    let groups = vec![col(ENTITY), col(ACCOUNT).alias("customer"), col(STRETCH), returns.alias(RETURNS)];
    let each = vec![
        min(col(DATE)).alias(FIRST),
        max(col(DATE)).alias(LAST),
        count_distinct(cast(col("document"), DataType::Int64)).alias(DOCUMENTS),
        sum(value.clone()).alias(AMOUNT),
        sum(when(expands, value).end()?).alias(EXPANSION),
        max(when(foreign, lit(1)).otherwise(lit(0))?).alias(FOREIGN),
    ];
    Ok(frame.aggregate(groups, each)?.collect().await?)
}

async fn outsiders(question: &Question<'_>, frame: DataFrame) -> Result<Outsiders, EngineError> {
    let mut found = Outsiders::new();
    let Some(reach) = &question.reach else { return Ok(found) };
    let frame = frame.filter(col(OWNER).in_list(reach.iter().map(|id| lit(id.0)).collect(), true))?;
    let groups = vec![col(ENTITY), col(ACCOUNT).alias("customer"), col(STRETCH), col(OWNER).alias("outsider")];
    for batch in &frame.aggregate(groups, vec![min(col(DATE)).alias(FIRST)])?.collect().await? {
        let first = column::<Date32Array>(batch, FIRST)?;
        for row in 0..batch.num_rows() {
            let of = integer(batch, "customer", row)?.zip(integer(batch, "outsider", row)?);
            let Some((account, owner)) = of else { continue };
            let key = (integer(batch, ENTITY, row)?.map(RecordId), RecordId(account));
            found.entry(key).or_default().push((RecordId(owner), columns::date(first.value(row))?));
        }
    }
    Ok(found)
}

/// In the order of entity, account and day.
fn lines(batches: &[RecordBatch]) -> Result<Vec<Line>, EngineError> {
    let mut lines = Vec::with_capacity(batches.iter().map(RecordBatch::num_rows).sum());
    for batch in batches {
        let (first, last) = (column::<Date32Array>(batch, FIRST)?, column::<Date32Array>(batch, LAST)?);
        for row in 0..batch.num_rows() {
            let Some(account) = integer(batch, "customer", row)?.filter(|_| !first.is_null(row)) else { continue };
            lines.push(Line {
                entity: integer(batch, ENTITY, row)?.map(RecordId),
                account: RecordId(account),
                bought: Purchases {
                    first: columns::date(first.value(row))?,
                    last: columns::date(last.value(row))?,
                    documents: integer(batch, DOCUMENTS, row)?.unwrap_or(0).unsigned_abs(),
                    amount: amount(batch, AMOUNT, row)?,
                    expansion: amount(batch, EXPANSION, row)?,
                    is_return: column::<BooleanArray>(batch, RETURNS)?.value(row),
                },
                foreign: integer32(batch, FOREIGN, row)? == Some(1),
            });
        }
    }
    lines.sort_unstable_by_key(|line| (line.entity, line.account, line.bought.first));
    Ok(lines)
}

fn by_account(lines: &[Line]) -> BTreeMap<RecordId, Vec<Purchases>> {
    let mut found: BTreeMap<RecordId, Vec<Purchases>> = BTreeMap::new();
    for line in lines {
        found.entry(line.account).or_default().push(line.bought);
    }
    found
}
