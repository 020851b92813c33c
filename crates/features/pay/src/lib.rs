//! What people are paid: plans, runs that calculate and are approved, statements that anybody can recompute. See README.md.

mod accruals;
mod adjustments;
mod api;
mod approval;
mod disputes;
mod error;
mod estimates;
mod files;
mod inputs;
mod letters;
mod looks;
mod pages;
mod payroll;
mod plans;
mod records;
mod replay;
mod runs;
mod statements;
mod told;
mod waiting;

pub use accruals::{Accrual, Accrued, Beside, Booking, Part, Sums};
pub use adjustments::Adjustment;
pub use api::{accrual_json, description, dispute_json, replay_json, run_json};
pub use disputes::{Delta, Dispute, DisputeState, Question};
pub use error::RunError;
pub use estimates::{Estimate, EstimatedDeal};
pub use files::holder;
pub use letters::{KpiNames, Letter, LetterQuota, Letters, Listed, Signed, Terms};
pub use looks::{note as note_look, of as looks_of};
pub use payroll::{Paid, Payroll};
pub use plans::Kept;
pub use records::{
    PAY_ACCRUAL, PAY_ADJUSTMENT, PAY_DISPUTE, PAY_LETTER, PAY_LINE, PAY_PLAN, PAY_RUN, PAY_STATEMENT, PAY_WAIVER,
    REASONS, RECORD_TYPES,
};
pub use replay::{Distribution, Evidence, Replay, Replayed, Spread};
pub use runs::{Draft, Pay, Run, State};
pub use statements::Said;
pub use told::{FactOf, Told, ToldComponent, ToldException, ToldLine, ToldPayee};
pub use waiting::waiting;

use access::Access;
use axum::{Extension, Router};
use std::path::PathBuf;

/// Pages and API. `folder` is where fact files are kept.
pub fn routes(folder: PathBuf) -> Router<Access> {
    pages::routes().merge(api::routes()).layer(Extension(runs::Folder(folder)))
}
