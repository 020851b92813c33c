//! Rules that assign the company's accounts, and a territory that passes to somebody else next month.

use super::HEAD_OF_SALES;
use crate::cli::{Context, read, report};
use ::territories::{RuleRow, Territories, TerritoriesError};
use jiff::{
    ToSpan,
    civil::{Date, date},
};
use rules::log::Origin;
use std::path::Path;

/// Since when the rules hold: the first day of the data.
const FROM: Date = date(2025, 1, 1);
/// The Northeast passes to a salesperson of Upcountry who has the North already.
const PASSES: (&str, &str) = ("Y-UPC3", "P14");

pub async fn territories(context: &Context, rules: &Path) -> miette::Result<()> {
    let told = |error: TerritoriesError| report(&error, error.hint());
    let viewer = context.viewer(Some(HEAD_OF_SALES)).await?;
    let head = Territories::new(context.db.clone(), viewer, context.folder.clone());
    let rows = RuleRow::read(&read(rules)?).map_err(told)?;
    let plan = head.plan_rules(&rows, FROM).await.map_err(told)?;
    head.commit_rules(plan, "Territories by region and industry, key accounts apart", Origin::Cli)
        .await
        .map_err(told)?;
    let day = head.today().await.map_err(told)?.last_of_month().saturating_add(1.day());
    let plan = head.plan_holder(PASSES.0, PASSES.1, day).await.map_err(told)?;
    head.commit(&plan, "One hand for North and Northeast", Origin::Cli).await.map_err(told)?;
    Ok(())
}
