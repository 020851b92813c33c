//! A run's outcome as it is stored and told: a reason stays a key with its arguments until somebody reads it in their language.

use base::Amount;
use pay_rules::{Statement, statement};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use web_kit::Words;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Told {
    pub payees: Vec<ToldPayee>,
    pub exceptions: Vec<ToldException>,
    /// What lines are about, by the fact's id: record type, number and name.
    pub facts: BTreeMap<String, FactOf>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FactOf {
    pub record: String,
    pub id: i64,
    pub name: String,
    /// At its source.
    pub external_id: String,
    pub on: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldPayee {
    /// As in the run's file.
    pub id: String,
    /// The person's record.
    pub person: i64,
    pub name: String,
    pub currency: String,
    pub total: String,
    pub balances: Vec<(String, String)>,
    pub components: Vec<ToldComponent>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldComponent {
    pub id: String,
    pub amount: String,
    pub lines: Vec<ToldLine>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldLine {
    pub fact: String,
    pub amount: String,
    pub rule: String,
    #[serde(flatten)]
    pub reason: ToldReason,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldException {
    pub kind: String,
    pub payee: String,
    /// What the payee is called.
    pub name: String,
    pub component: String,
    pub fact: String,
    #[serde(flatten)]
    pub reason: ToldReason,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToldReason {
    pub reason: String,
    pub with: BTreeMap<String, String>,
}

impl ToldReason {
    fn of(reason: &pay_rules::Reason) -> Self {
        let with = reason.arguments.iter().map(|(name, argument)| ((*name).to_owned(), argument.to_text()));
        Self { reason: reason.key.to_owned(), with: with.collect() }
    }

    /// In the reader's language.
    pub fn sentence(&self, words: Words) -> String {
        let slots: Vec<_> = self.with.iter().map(|(name, text)| (name.as_str(), grouped(words, text).into())).collect();
        words.t_with(&self.reason, &slots)
    }
}

/// Numbers within a text as people read them: `482500 × 5%` as `482,500 × 5%`. Years and days are left as they are.
pub(crate) fn grouped(words: Words, text: &str) -> String {
    let number = |part: &str| {
        let amount: Amount = part.parse().ok().filter(|_| part.len() > SHORT)?;
        let decimals = part.split_once('.').map_or(0, |(_, decimals)| decimals.len());
        Some(words.decimal(amount, u32::try_from(decimals).ok()?))
    };
    text.split(' ').map(|part| number(part).unwrap_or_else(|| part.to_owned())).collect::<Vec<_>>().join(" ")
}

/// So many digits need no grouping.
const SHORT: usize = 4;

impl ToldException {
    /// Tells it from all others of a run.
    pub fn key(&self) -> String {
        let of = [&self.kind, &self.payee, &self.component, &self.fact];
        of.into_iter().chain(self.reason.with.values()).map(String::as_str).collect::<Vec<_>>().join(" | ")
    }

    /// A warning is read and blocks nothing.
    pub fn blocks(&self) -> bool {
        self.kind != "no_previous"
    }
}

impl Told {
    pub fn of(
        statement: &Statement,
        people: &BTreeMap<String, (i64, String)>,
        facts: BTreeMap<String, FactOf>,
    ) -> Self {
        let payee = |payee: &statement::PayeeStatement| {
            let (person, name) = people.get(&payee.id).cloned().unwrap_or_default();
            ToldPayee {
                id: payee.id.clone(),
                person,
                name,
                currency: payee.currency.code().to_owned(),
                total: payee.total.to_string(),
                balances: payee.balances.iter().map(|(of, sum)| (of.name().to_owned(), sum.to_string())).collect(),
                components: payee.components.iter().map(ToldComponent::of).collect(),
            }
        };
        let exception = |exception: &statement::Exception| ToldException {
            kind: exception.kind().to_owned(),
            payee: exception.payee.clone(),
            name: people.get(&exception.payee).map(|(_, name)| name.clone()).unwrap_or_default(),
            component: exception.component.clone(),
            fact: exception.fact.clone(),
            reason: ToldReason::of(&exception.reason()),
        };
        Self {
            payees: statement.payees.iter().map(payee).collect(),
            exceptions: statement.exceptions.iter().map(exception).collect(),
            facts,
        }
    }

    /// Only what is of one payee.
    #[must_use]
    pub fn only(&self, payee: &ToldPayee) -> Self {
        let lines = payee.components.iter().flat_map(|component| &component.lines);
        let facts = lines.filter_map(|line| Some((line.fact.clone(), self.facts.get(&line.fact)?.clone())));
        Self { payees: vec![payee.clone()], exceptions: Vec::new(), facts: facts.collect() }
    }
}

impl ToldComponent {
    fn of(component: &statement::ComponentStatement) -> Self {
        let line = |line: &statement::Line| ToldLine {
            fact: line.fact.clone(),
            amount: line.amount.to_string(),
            rule: line.rule.name().to_owned(),
            reason: ToldReason::of(&line.reason),
        };
        Self {
            id: component.id.clone(),
            amount: component.amount.to_string(),
            lines: component.lines.iter().map(line).collect(),
        }
    }
}
