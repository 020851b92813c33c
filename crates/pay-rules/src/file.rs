//! Everything a statement follows from, in one file: who has it can recompute the statement anywhere.

use crate::{
    Files, InputError, Inputs, Plan, PlanError, Statement, calculate,
    credit::credit,
    run::PayError,
    statement::{PayeeStatement, Standing},
};
use base::Currency;
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

    /// What a payee would be paid in all with one more fact of theirs on the period's last day, which has these columns.
    pub fn with_credit(
        &self,
        payee: &str,
        amount: &str,
        currency: Currency,
        columns: &BTreeMap<&str, String>,
    ) -> Result<Statement, FileError> {
        let plans = self.plans()?;
        let period = plans.first().ok_or(PayError::NoPlan)?.calendar().parse_label(&self.period);
        let last = period.map_err(|error| PayError::Period(error.to_string()))?;
        let last = crate::components::last_day(&last).to_string();
        let mut file = self.clone();
        let credits = file.files.remove("credits").ok_or(FileError::NoCredits)?;
        let mut reader = csv::Reader::from_reader(credits.as_bytes());
        let cell = |column: &str| match column {
            "fact" => "what-if",
            "date" => last.as_str(),
            "amount" => amount,
            "currency" => currency.code(),
            "payee" => payee,
            other => columns.get(other).map_or("", String::as_str),
        };
        let row: Vec<&str> = reader.headers()?.iter().map(cell).collect();
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&row)?;
        let row = writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
        file.files.insert("credits".to_owned(), credits + &String::from_utf8_lossy(&row));
        let inputs = file.inputs(&plans)?;
        Ok(calculate(&plans, &inputs, &self.period)?)
    }

    /// The same for one payee, with no more of others than their own pay rests on: the facts they are credited for, themselves or
    /// through people below, and nothing else. Where a pool, a contest or a budget needs everybody, others go by numbers.
    /// None when even that does not do.
    pub fn of(&self, payee: &str) -> Result<Option<Self>, FileError> {
        let whole = self.recompute()?.statement;
        let own = whole.of(payee).ok_or_else(|| FileError::NoPayee(payee.to_owned()))?;
        let sha256 = hash(&self.period, std::slice::from_ref(own));
        let plans = self.plans()?;
        let inputs = self.inputs(&plans)?;
        let team = team(&inputs, payee);
        let credited = credit(&plans, &inputs)?;
        let ours = credited.credits.iter().filter(|credit| team.contains(&credit.payee));
        let facts: BTreeSet<&str> = ours.map(|credit| credited.facts[credit.fact].id.as_str()).collect();
        let mut narrow = Self { payee: Some(payee.to_owned()), sha256, ..self.clone() };
        for (name, text) in &mut narrow.files {
            let is_kept = |column: &dyn Fn(&str) -> String| match name.as_str() {
                "credits" | "cash" => facts.contains(column("fact").as_str()),
                "people" => team.contains(&column("id")),
                "quotas" | "actuals" => ["", payee].contains(&column("payee").as_str()),
                "paid" | "adjustments" => column("payee") == payee,
                _ => true,
            };
            *text = rewritten(text, is_kept, |_, cell| cell.to_owned())?;
        }
        // A payee's plan, not everybody's.
        let all = narrow.plans.clone();
        let ids: BTreeSet<String> = whole_plans(&plans, own);
        narrow.plans =
            all.iter().zip(&plans).filter(|(_, plan)| ids.contains(plan.id())).map(|(text, _)| text.clone()).collect();
        if narrow.holds() {
            return Ok(Some(narrow));
        }
        narrow.plans = all;
        if narrow.holds() {
            return Ok(Some(narrow));
        }
        let numbers: BTreeMap<&String, String> = inputs
            .people
            .keys()
            .filter(|id| *id != payee)
            .enumerate()
            .map(|(place, id)| (id, format!("person {}", place + 1)))
            .collect();
        let mut masked = Self { files: self.files.clone(), ..narrow };
        for (name, text) in &mut masked.files {
            let is_kept = |column: &dyn Fn(&str) -> String| match name.as_str() {
                "paid" | "adjustments" => column("payee") == payee,
                _ => true,
            };
            *text = rewritten(text, is_kept, |column, cell| match numbers.get(&cell.to_owned()) {
                Some(number) => number.clone(),
                None if column == "name" => String::new(),
                None => cell.to_owned(),
            })?;
        }
        Ok(Some(masked).filter(Self::holds))
    }

    /// Does the statement follow from it?
    #[must_use]
    pub fn holds(&self) -> bool {
        self.recompute().is_ok_and(|found| found.sha256 == self.sha256)
    }
}

/// The plans whose components a payee has lines of.
fn whole_plans(plans: &[Plan], own: &PayeeStatement) -> BTreeSet<String> {
    let has = |plan: &&Plan| {
        let ids: Vec<&String> = plan.components().map(|component| component.id().get_ref()).collect();
        own.components.iter().any(|component| ids.iter().any(|id| component.id.split('.').next() == Some(id)))
    };
    plans.iter().filter(has).map(|plan| plan.id().to_owned()).collect()
}

/// A person and everybody who was ever below.
fn team(inputs: &Inputs, payee: &str) -> BTreeSet<String> {
    let mut team = BTreeSet::from([payee.to_owned()]);
    loop {
        let is_below = |person: &crate::inputs::Person| {
            person.spells.iter().any(|spell| spell.manager.as_ref().is_some_and(|manager| team.contains(manager)))
        };
        let below = inputs.people.iter().filter(|(id, person)| !team.contains(*id) && is_below(person));
        let below: Vec<String> = below.map(|(id, _)| id.clone()).collect();
        if below.is_empty() {
            return team;
        }
        team.extend(below);
    }
}

/// A CSV text with some rows, and cells as they are said by column.
fn rewritten(
    text: &str,
    is_kept: impl Fn(&dyn Fn(&str) -> String) -> bool,
    cell: impl Fn(&str, &str) -> String,
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
            writer.write_record(heads.iter().zip(&record).map(|(head, text)| cell(head, text)))?;
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
