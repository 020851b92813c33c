//! Everything a statement follows from, in one file: who has it can recompute the statement anywhere.

use crate::{
    Files, InputError, Inputs, Plan, PlanError, Statement, calculate,
    credit::{Credit, credit, managers},
    run::{PayError, plans_of},
    statement::{PayeeStatement, Standing},
};
use base::{Amount, Currency};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The version of the format that is written.
const FORMAT: u32 = 1;

/// Plans and input files of one period, with the hash of the statement that follows from them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PayFile {
    pub clinch_pay: u32,
    pub period: String,
    /// Whose statement it is; without it everybody's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payee: Option<String>,
    pub sha256: String,
    pub plans: Vec<String>,
    /// CSV texts by name, as docs/pay-format.md describes them: `credits`, `people` …
    pub files: BTreeMap<String, String>,
}

/// A fact that may come: its amount, and what other columns of credits.csv say of it.
#[derive(Debug, Clone)]
pub struct WhatIf {
    pub amount: Amount,
    pub currency: Currency,
    pub columns: BTreeMap<&'static str, String>,
}

#[derive(Debug, thiserror::Error)]
pub enum FileError {
    #[error("this is no file of a statement: {0}")]
    Json(#[from] serde_json::Error),
    #[error("it was written by a newer Clinch, in format {0}; this one reads {FORMAT}")]
    Newer(u32),
    #[error("it has no credits")]
    NoCredits,
    #[error("plan {place}, {error}")]
    Plan { place: usize, error: PlanError },
    #[error(transparent)]
    Input(#[from] InputError),
    #[error(transparent)]
    Pay(#[from] PayError),
    #[error("{0} has no statement in it")]
    NoPayee(String),
    #[error("the text cannot be filtered: {0}")]
    Csv(#[from] csv::Error),
}

/// A statement as it follows from a file.
#[derive(Debug, Clone)]
pub struct Recomputed {
    pub statement: Statement,
    /// Of the payees the file is about.
    pub sha256: String,
}

impl PayFile {
    /// Of everybody, with the hash of what follows from it.
    pub fn new(
        period: &str,
        plans: Vec<String>,
        files: BTreeMap<String, String>,
    ) -> Result<(Self, Statement), FileError> {
        let file =
            Self { clinch_pay: FORMAT, period: period.to_owned(), payee: None, sha256: String::new(), plans, files };
        let Recomputed { statement, sha256 } = file.recompute()?;
        Ok((Self { sha256, ..file }, statement))
    }

    pub fn read(text: &str) -> Result<Self, FileError> {
        // The number first: a newer file may have more in it than this one knows.
        let format = serde_json::from_str::<serde_json::Value>(text)?["clinch_pay"].as_u64();
        match format.and_then(|format| u32::try_from(format).ok()) {
            Some(format) if format > FORMAT => Err(FileError::Newer(format)),
            _ => Ok(serde_json::from_str(text)?),
        }
    }

    /// # Errors
    /// None that are known: every part of it is text.
    pub fn to_text(&self) -> Result<String, FileError> {
        Ok(serde_json::to_string_pretty(self)?)
    }

    pub fn plans(&self) -> Result<Vec<Plan>, FileError> {
        let plan = |(place, text): (usize, &String)| {
            Plan::read(text).map_err(|error| FileError::Plan { place: place + 1, error })
        };
        self.plans.iter().enumerate().map(plan).collect()
    }

    fn inputs(&self, plans: &[Plan]) -> Result<Inputs, FileError> {
        let texts = self.files.iter().map(|(name, text)| (name.as_str(), text.clone())).collect();
        let files = Files::of(&texts).ok_or(FileError::NoCredits)?;
        Ok(Inputs::read(&files, plans.first().ok_or(PayError::NoPlan)?)?)
    }

    /// What follows from it, here and now.
    pub fn recompute(&self) -> Result<Recomputed, FileError> {
        let plans = self.plans()?;
        let mut statement = calculate(&plans, &self.inputs(&plans)?, &self.period)?;
        if let Some(payee) = &self.payee {
            statement.payees.retain(|one| one.id == *payee);
            statement.exceptions.retain(|one| one.payee == *payee);
            if statement.payees.is_empty() {
                return Err(FileError::NoPayee(payee.clone()));
            }
        }
        let sha256 = hash(&self.period, &statement.payees);
        Ok(Recomputed { statement, sha256 })
    }

    /// Where a payee stands in their rate tables.
    pub fn standings(&self, payee: &str) -> Result<Vec<Standing>, FileError> {
        let plans = self.plans()?;
        Ok(crate::standings(&plans, &self.inputs(&plans)?, &self.period, payee)?)
    }

    /// What a payee would be paid in all with more facts of theirs on the period's last day.
    pub fn with_credits(&self, payee: &str, more: &[WhatIf]) -> Result<Statement, FileError> {
        let plans = self.plans()?;
        let period = plans.first().ok_or(PayError::NoPlan)?.calendar().parse_label(&self.period);
        let last = period.map_err(|error| PayError::Period(error.to_string()))?;
        let last = crate::components::last_day(&last).to_string();
        let mut file = self.clone();
        let credits = file.files.remove("credits").ok_or(FileError::NoCredits)?;
        let mut reader = csv::Reader::from_reader(credits.as_bytes());
        let heads = reader.headers()?.clone();
        let mut writer = csv::Writer::from_writer(Vec::new());
        for (place, one) in more.iter().enumerate() {
            let fact = format!("what-if {}", place + 1);
            let cell = |column: &str| match column {
                "fact" => fact.clone(),
                "date" => last.clone(),
                "amount" => one.amount.to_text(),
                "currency" => one.currency.code().to_owned(),
                "payee" => payee.to_owned(),
                other => one.columns.get(other).cloned().unwrap_or_default(),
            };
            writer.write_record(heads.iter().map(cell))?;
        }
        let rows = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        file.files.insert("credits".to_owned(), credits + &String::from_utf8_lossy(&rows));
        let inputs = file.inputs(&plans)?;
        Ok(calculate(&plans, &inputs, &self.period)?)
    }

    /// The same for one payee, with no more of others than their own pay rests on: the plans that cover them, and the facts that they,
    /// or people below on the fact's day, are credited for. None where that does not do: a pool, a contest or a budget takes
    /// everybody's.
    pub fn of(&self, payee: &str) -> Result<Option<Self>, FileError> {
        let whole = self.recompute()?.statement;
        let own = whole.of(payee).ok_or_else(|| FileError::NoPayee(payee.to_owned()))?;
        let sha256 = hash(&self.period, std::slice::from_ref(own));
        let plans = self.plans()?;
        let inputs = self.inputs(&plans)?;
        let covering = plans_of(&plans, &inputs, &self.period, payee)?;
        let credited = credit(&plans, &inputs)?;
        let is_ours = |credit: &&Credit| {
            let day = credited.facts[credit.fact].day();
            credit.payee == payee || managers(&inputs, &credit.payee, day).iter().any(|above| above == payee)
        };
        let facts: BTreeSet<usize> = credited.credits.iter().filter(is_ours).map(|credit| credit.fact).collect();
        let named: BTreeSet<&str> = facts.iter().map(|place| credited.facts[*place].id.as_str()).collect();
        let mut people = BTreeSet::from([payee.to_owned()]);
        for credit in credited.credits.iter().filter(|credit| facts.contains(&credit.fact)) {
            people.insert(credit.payee.clone());
            let above = managers(&inputs, &credit.payee, credited.facts[credit.fact].day());
            // Who stands between, so that the way up is known.
            if let Some(place) = above.iter().position(|above| above == payee) {
                people.extend(above.into_iter().take(place));
            }
        }
        // Whose place somebody of them took, be it for all of a credit.
        let days: BTreeSet<Date> = facts.iter().map(|place| credited.facts[*place].day()).collect();
        let stood_in = inputs.people.iter().filter(|(_, person)| {
            person.leaves.iter().any(|leave| {
                let is_known = leave.substitute.as_ref().is_some_and(|(substitute, _)| people.contains(substitute));
                is_known && days.range(leave.from..leave.to).next().is_some()
            })
        });
        let stood_in: Vec<String> = stood_in.map(|(id, _)| id.clone()).collect();
        people.extend(stood_in);
        let mut narrow = Self { payee: Some(payee.to_owned()), sha256, ..self.clone() };
        let texts = self.plans.iter().zip(&plans).filter(|(_, plan)| covering.contains(plan.id()));
        narrow.plans = texts.map(|(text, _)| text.clone()).collect();
        for (name, text) in &mut narrow.files {
            let is_kept = |column: &dyn Fn(&str) -> String| match name.as_str() {
                "credits" | "cash" => named.contains(column("fact").as_str()),
                "people" => people.contains(&column("id")) && (column("id") == payee || is_needed(&days, column)),
                "quotas" | "actuals" => ["", payee].contains(&column("payee").as_str()),
                "paid" | "adjustments" => column("payee") == payee,
                _ => true,
            };
            // What share of a quota others have is theirs.
            let is_blank = |column: &dyn Fn(&str) -> String, head: &str| head == "ramp" && column("id") != payee;
            *text = filtered(text, is_kept, is_blank)?;
        }
        Ok(Some(narrow).filter(Self::holds))
    }

    /// Does the statement follow from it?
    #[must_use]
    pub fn holds(&self) -> bool {
        self.recompute().is_ok_and(|found| found.sha256 == self.sha256)
    }
}

/// Of others a leave is told where somebody stood in for them on a day of a fact.
fn is_needed(days: &BTreeSet<Date>, column: &dyn Fn(&str) -> String) -> bool {
    let day = |name: &str| column(name).parse::<Date>().ok();
    let Some((from, to)) = day("leave_from").zip(day("leave_to")) else { return true };
    !column("substitute").is_empty() && from < to && days.range(from..to).next().is_some()
}

/// A CSV text with some of its rows, and some of their cells.
fn filtered(
    text: &str,
    is_kept: impl Fn(&dyn Fn(&str) -> String) -> bool,
    is_blank: impl Fn(&dyn Fn(&str) -> String, &str) -> bool,
) -> Result<String, csv::Error> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let heads = reader.headers()?.clone();
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(Vec::new());
    writer.write_record(&heads)?;
    for record in reader.records() {
        let record = record?;
        let column = |name: &str| {
            let place = heads.iter().position(|head| head == name);
            place.and_then(|place| record.get(place)).unwrap_or_default().to_owned()
        };
        if is_kept(&column) {
            let is_blank = |place: usize| heads.get(place).is_some_and(|head| is_blank(&column, head));
            writer
                .write_record(record.iter().enumerate().map(|(place, cell)| if is_blank(place) { "" } else { cell }))?;
        }
    }
    let bytes = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

fn hash(period: &str, payees: &[PayeeStatement]) -> String {
    let mut hasher = Sha256::new();
    hasher.update(period);
    hasher.update("\n");
    for payee in payees {
        hasher.update(payee.plain());
    }
    hasher.finalize().iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}
