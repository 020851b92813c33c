//! Quotas of next year, drafted by the head of sales and waiting for somebody else's approval.

use crate::cli::{Context, report};
use goals::{Goals, GoalsError, Way, Wish};
use rules::log::Origin;
use std::collections::BTreeMap;

const HEAD: &str = "P02";

pub async fn quotas(context: &Context) -> miette::Result<()> {
    let told = |error: GoalsError| report(&error, error.hint());
    let viewer = context.viewer(Some(HEAD)).await?;
    let head = Goals::new(context.db.clone(), viewer, context.folder.clone());
    let year = head.today().await.map_err(told)?.year() + 1;
    let found = match head.propose(&Wish::of(&year.to_string())).await {
        // The sample's sales are long ago by then.
        Err(GoalsError::Nobody) => return Ok(()),
        found => found.map_err(told)?,
    };
    let reason = "Shared by what accounts could buy, and by what was sold";
    let id = head.draft_quotas(&found, Way::TopDown, reason, Origin::Cli).await.map_err(told)?;
    let plan = head.quota_plan(id).await.map_err(told)?;
    let changed = (reason, true);
    head.change_quotas(id, &BTreeMap::new(), changed, plan.version, Origin::Cli).await.map_err(told)
}
