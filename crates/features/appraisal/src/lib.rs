//! Roles, job descriptions, competencies, and appraisals that fill themselves from facts. See README.md.

mod answers;
mod api;
mod career;
mod customers;
mod cycles;
mod descriptions;
mod development;
mod error;
mod files;
mod forms;
mod guide;
mod looks;
mod pages;
mod records;
mod results;
mod retention;
mod roles;
mod standings;
mod waiting;

pub use answers::{Answers, Frozen, FrozenKpi, Override, Rating};
pub use api::{
    appraisals::{calibrated, form_json, planned, task},
    description, document,
};
pub use career::{Career, CareerTalk, NewCareerTalk, NewWish, Wish};
pub use customers::{Asked, Customer, KEPT_IN_BACKUPS, MOST_CUSTOMERS, View};
pub use cycles::{Cycle, CycleState, LaunchPlan, Note, Planned, Setup};
pub use descriptions::{Description, Standing};
pub use development::{ACTIONS, Development, Expectation, Goal, GoalState, NewGoal};
pub use error::AppraisalError;
pub use files::holder;
pub use forms::{Form, MOST_PEERS, Outcome, Part, PartState, Seat, Task};
pub use guide::{FORCED, ForcedMove, Off, forced, off};
pub use records::{
    APPRAISAL, APPRAISAL_CYCLE, APPRAISAL_MOVE, APPRAISAL_PART, CAREER_GOAL, CAREER_TALK, COMPETENCY, DEVELOPMENT_GOAL,
    JOB_DESCRIPTION, RECORD_TYPES, ROLE_PROFILE,
};
pub use results::{APPEAL_DAYS, APPEALED, Aftermath, Move};
pub use roles::{Appraisal, Held, is_there, own};
pub use standings::{Rater, Standing as Graded};
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
