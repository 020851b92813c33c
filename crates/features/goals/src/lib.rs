//! Setting quotas: ways side by side, reconciled with the target, and one of them committed; people's own sales plans. See README.md.

mod api;
mod error;
mod pages;
mod proposal;
mod quota_plan;
mod records;
mod sales_plan;
mod waiting;

pub use api::{description, json, plan_json, quota_plan_json};
pub use error::GoalsError;
pub use proposal::{Goals, Line, Proposal, Way, WaySum, Wish, ramp_ends};
pub use quota_plan::{PlanState, PlannedQuota, QuotaPlan};
pub use records::{QUOTA_PLAN, RECORD_TYPES, SALES_PLAN};
pub use sales_plan::{Above, BASE, BaseGoal, PlanLine, Plans, Quarter, SalesPlan, Standing, Stated, Stating, WhatIf};
pub use waiting::waiting;

use access::Access;
use axum::{Extension, Router};
use std::path::PathBuf;

/// Pages and API. `folder` is where fact files are kept.
pub fn routes(folder: PathBuf) -> Router<Access> {
    pages::routes().merge(api::routes()).layer(Extension(Folder(folder)))
}

/// Where fact files are kept.
#[derive(Clone)]
pub(crate) struct Folder(PathBuf);
