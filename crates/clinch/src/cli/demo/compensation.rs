//! Salaries, and a review of pay that followed last year's appraisal.

use super::{CHIEF, HR};
use crate::cli::{Context, read, report};
use ::compensation::{Compensation, CompensationError, SalaryRow, Setup};
use appraisal::{Appraisal, AppraisalError};
use base::Amount;
use jiff::civil::{Date, date};
use rules::{appraisal::Grade, log::Origin};
use std::path::Path;

const FINANCE: &str = "P40";
const HEAD: &str = "P02";
/// Whose appraisal is over.
const ROLES: [&str; 2] = ["esd", "sdr"];
const YEAR: &str = "2025";
const RAISED_FROM: Date = date(2026, 4, 1);

pub async fn compensation(context: &Context, salaries: &Path) -> miette::Result<()> {
    let told = |error: CompensationError| report(&error, error.hint());
    let on_behalf = async |external_id: &str| {
        let viewer = context.viewer(Some(external_id)).await?;
        Ok::<_, miette::Report>(Compensation::new(context.db.clone(), viewer, context.folder.clone()))
    };
    let (finance, head, chief) = (on_behalf(FINANCE).await?, on_behalf(HEAD).await?, on_behalf(CHIEF).await?);
    let rows = SalaryRow::read(&read(salaries)?).map_err(told)?;
    let plan = finance.plan_salaries(&rows).await.map_err(told)?;
    finance.commit_salaries(plan, Origin::Cli).await.map_err(told)?;
    let cycle = graded(context).await?;
    let budget = Amount::from(3);
    let setup =
        Setup { cycle, starts_on: RAISED_FROM, budget, company_factor: Amount::ONE, rules: String::new(), seen: None };
    let review = head.begin(&setup, Origin::Cli).await.map_err(told)?;
    let seen = chief.review(review).await.map_err(told)?.version;
    chief.approve(review, seen, Origin::Cli).await.map_err(told)
}

/// An appraisal that is released, with the grades that calibration agreed.
async fn graded(context: &Context) -> miette::Result<base::RecordId> {
    let told = |error: AppraisalError| report(&error, error.hint());
    let viewer = context.viewer(Some(HR)).await?;
    let hr = Appraisal::new(context.db.clone(), viewer, context.folder.clone());
    let today = hr.today().await.map_err(told)?;
    let setup = appraisal::Setup {
        name: format!("Appraisal {YEAR}"),
        period: YEAR.to_owned(),
        roles: ROLES.map(str::to_owned).into(),
        kpi_weight: 70,
        upward: false,
        guide: rules::appraisal::Strictness::Advisory,
        leniency: false,
        measure: rules::appraisal::Measure::default(),
        own_due: today,
        others_due: today,
        manager_due: today,
    };
    let plan = hr.plan(&setup).await.map_err(told)?;
    let id = hr.launch(&plan, Origin::Cli).await.map_err(told)?;
    let cycle = hr.cycle(id).await.map_err(told)?;
    let grades = [Grade::B, Grade::A, Grade::C].into_iter().cycle();
    for (standing, grade) in hr.standings(&cycle).await.map_err(told)?.into_iter().zip(grades) {
        hr.calibrate(standing.form, grade, "agreed in calibration", Origin::Cli).await.map_err(told)?;
    }
    hr.release(id, Origin::Cli).await.map_err(told)?;
    Ok(id)
}
