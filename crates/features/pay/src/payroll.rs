//! What payroll is told (PAY-8): a row for each person and component of an approved run, and a control total. Export only.

use crate::{Pay, RunError, runs::money};
use base::{Amount, Money};
use documents::{Cell, Sheet};
use rules::export::made_safe;
use std::collections::BTreeMap;

const HEADS: [&str; 6] = ["period", "employee", "name", "pay_code", "currency", "amount"];
/// In place of an employee, in the last rows.
pub(crate) const CONTROL_TOTAL: &str = "control total";

/// The rows of an approved run, and by currency what they sum to.
#[derive(Debug, Clone)]
pub struct Payroll {
    pub period: String,
    pub rows: Vec<Paid>,
    pub totals: BTreeMap<String, Money>,
}

#[derive(Debug, Clone)]
pub struct Paid {
    pub employee: String,
    pub name: String,
    pub pay_code: String,
    pub amount: Money,
}

impl Pay {
    /// What an approved run tells payroll; its totals are those of the run.
    pub async fn payroll(&self, label: &str) -> Result<Payroll, RunError> {
        let run = self.run(label).await?;
        if !run.state.is_locked() {
            return Err(RunError::NotSo { is: run.state.name(), wanted: "exported" });
        }
        let mut rows = Vec::new();
        for payee in &run.told.payees {
            for part in &payee.components {
                if let Some(amount) = money(&part.amount, &payee.currency).filter(|amount| amount.minor != 0) {
                    let (employee, name) = (payee.id.clone(), payee.name.clone());
                    rows.push(Paid { employee, name, pay_code: part.id.clone(), amount });
                }
            }
        }
        Ok(Payroll { period: label.to_owned(), rows, totals: run.totals() })
    }
}

impl Payroll {
    fn table(&self) -> Vec<Vec<String>> {
        let row = |[employee, name, pay_code]: [&str; 3], amount: Money| {
            let code = amount.currency.code().to_owned();
            let texts = [self.period.as_str(), employee, name, pay_code].map(made_safe);
            texts.into_iter().chain([code, amount.to_string()]).collect()
        };
        let paid = self.rows.iter().map(|one| row([&one.employee, &one.name, &one.pay_code], one.amount));
        let totals = self.totals.values().map(|total| row([CONTROL_TOTAL, "", ""], *total));
        paid.chain(totals).collect()
    }

    /// With the control totals, one a currency, as last rows.
    pub fn to_csv(&self) -> Result<String, RunError> {
        crate::inputs::csv(&HEADS, self.table())
    }

    pub fn to_xlsx(&self) -> Result<Vec<u8>, RunError> {
        xlsx(format!("payroll {}", self.period), &HEADS, self.table(), 1)
    }
}

/// A table whose last columns are amounts.
pub(crate) fn xlsx(name: String, heads: &[&str], table: Vec<Vec<String>>, amounts: usize) -> Result<Vec<u8>, RunError> {
    let cell = |(place, text): (usize, String)| match text.parse::<Amount>() {
        Ok(amount) if place + amounts >= heads.len() => Cell::Number(amount),
        _ if text.is_empty() => Cell::Empty,
        _ => Cell::Text(text),
    };
    let rows = table.into_iter().map(|row| row.into_iter().enumerate().map(cell).collect()).collect();
    let heads = heads.iter().map(|head| (*head).to_owned()).collect();
    Ok(documents::xlsx(&Sheet { name, heads, rows })?)
}
