//! Values that were computed elsewhere, compared with ours: the conformance set (conformance/README.md).

use crate::{Ask, ByWord, Kpi, KpiError, Row};
use base::{Amount, Grain};
use jiff::civil::Date;
use rules::kpi::Formula;
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
};

/// One value: what was asked, and what comes out.
#[derive(Debug, Clone)]
struct Expected {
    line: usize,
    kpi: String,
    entity: String,
    period: String,
    value: Option<Amount>,
    numerator: Option<Amount>,
    denominator: Option<Amount>,
}

/// Expected values, by what they ask: breakdown, grain, as-of.
#[derive(Debug)]
pub struct Values(BTreeMap<(ByWord, Grain, Date), Vec<Expected>>);

/// How a file of values compares.
#[derive(Debug, Default)]
pub struct Compared {
    /// How many values of each KPI.
    pub checked: BTreeMap<String, usize>,
    pub differences: Vec<Difference>,
}

/// A value of the file that is another here.
#[derive(Debug)]
pub struct Difference {
    pub line: usize,
    pub kpi: String,
    /// What the file says, and what is said here.
    pub text: String,
}

/// What does not read in a file of values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the expected values: {wanted}, not `{text}`")]
pub struct Unread {
    line: usize,
    wanted: &'static str,
    text: String,
}

impl Kpi {
    /// Asks for every expected value, or for those of one KPI.
    pub async fn compare(&self, values: &Values, only: Option<&str>, folder: &Path) -> Result<Compared, KpiError> {
        let mut compared = Compared::default();
        let mut questions = values.0.clone();
        for lines in questions.values_mut() {
            lines.retain(|line| only.is_none_or(|only| only == line.kpi));
        }
        questions.retain(|_, lines| !lines.is_empty());
        let calendar = self.calendar().await?;
        let mut days: Option<(Date, Date)> = None;
        for line in questions.values().flatten() {
            let period = calendar.parse_label(&line.period)?;
            let (first, end) = days.unwrap_or((period.start, period.end));
            days = Some((first.min(period.start), end.max(period.end)));
        }
        for ((by, grain, as_of), lines) in questions {
            let kpis: BTreeSet<String> = lines.iter().map(|line| line.kpi.clone()).collect();
            let ask = Ask {
                kpis: kpis.into_iter().collect(),
                by,
                grain,
                from: days.map(|(first, _)| first),
                to: days.map(|(_, end)| end),
                as_of: Some(as_of),
                known_at: None,
                entity: None,
                among: None,
                filters: Vec::new(),
                org: None,
                restated: false,
                folder: folder.to_owned(),
                within: None,
            };
            let answer = self.ask(&ask).await?;
            let mut found: BTreeMap<(&str, &str, &str), &Row> = BTreeMap::new();
            for row in &answer.rows {
                let entity = match by {
                    ByWord::Company => "",
                    _ => row.entity.external_id.as_deref().unwrap_or(&row.entity.name),
                };
                found.insert((&row.kpi, entity, &row.period.label), row);
            }
            for line in &lines {
                *compared.checked.entry(line.kpi.clone()).or_default() += 1;
                let row = found.get(&(line.kpi.as_str(), line.entity.as_str(), line.period.as_str())).copied();
                if !self.is_same(line, row)? {
                    let row = row.map(|row| (&row.value, row.numerator, row.denominator, row.null_reason));
                    let text = format!("by {} {line:?} is {row:?}", by.name());
                    compared.differences.push(Difference { line: line.line, kpi: line.kpi.clone(), text });
                }
            }
        }
        Ok(compared)
    }

    fn is_same(&self, line: &Expected, row: Option<&Row>) -> Result<bool, KpiError> {
        // Nothing happened there: no row is the same as nothing.
        let Some(row) = row else { return Ok(line.value.is_none_or(Amount::is_zero)) };
        let value = row.value.as_deref().and_then(|value| value.parse::<Amount>().ok());
        // Evenness is told by its accounts, and what is computed of others has no sides of its own.
        let has_sides = !matches!(self.definition(&line.kpi)?.formula, Formula::Spread { .. } | Formula::Of(_));
        let is_side = |stated: Option<Amount>, side: Option<Amount>| stated.is_none() || stated == side;
        let sides = is_side(line.numerator, row.numerator) && is_side(line.denominator, row.denominator);
        Ok(value == line.value && (value.is_none() || !has_sides || sides))
    }
}

impl Values {
    /// Reads `kpi,by,entity,grain,period,as_of,late,value,numerator,denominator,sql`; `late` are those that hold when what was
    /// learnt late is known.
    pub fn read(values: &str, late: bool) -> Result<Self, Unread> {
        let mut found = BTreeMap::<_, Vec<Expected>>::new();
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(values.as_bytes());
        for (place, record) in reader.records().enumerate() {
            let unread = |wanted: &'static str, text: &str| Unread { line: place + 2, wanted, text: text.to_owned() };
            let record = record.map_err(|error| unread("CSV", &error.to_string()))?;
            let cells: Vec<&str> = record.iter().collect();
            let [kpi, by, entity, grain, period, as_of, learnt, value, numerator, denominator, _] = cells[..] else {
                return Err(unread("eleven cells", &cells.join(",")));
            };
            if (learnt == "1") != late {
                continue;
            }
            let amount = |text: &str| match text {
                "" => Ok(None),
                text => text.parse::<Amount>().map(Some).map_err(|_| unread("a number", text)),
            };
            let question = (
                by.parse().map_err(|_| unread("a breakdown", by))?,
                grain.parse().map_err(|_| unread("a grain", grain))?,
                as_of.parse().map_err(|_| unread("a day", as_of))?,
            );
            found.entry(question).or_default().push(Expected {
                line: place + 2,
                kpi: kpi.to_owned(),
                entity: entity.to_owned(),
                period: period.to_owned(),
                value: amount(value)?,
                numerator: amount(numerator)?,
                denominator: amount(denominator)?,
            });
        }
        Ok(Self(found))
    }
}
