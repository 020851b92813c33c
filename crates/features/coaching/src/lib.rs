//! Coaching: 1:1s, development levels, feedback, reviews, patterns, and whether it works. See README.md.

mod api;
mod desk;
mod effect;
mod error;
mod feedback;
pub mod json;
mod notes;
mod overview;
mod pages;
mod patterns;
mod records;
mod retention;
mod reviews;
mod talks;
mod tasks;
mod waiting;

pub use api::description;
pub use desk::Coaching;
pub use effect::{EffectAsk, Tried, USUAL_LEAST};
pub use error::CoachingError;
pub use feedback::{Feedback, Given};
pub use notes::{Note, NoteKind, Readers};
pub use overview::{Led, Overview, Person};
pub use patterns::{NewPattern, Pattern, PatternState, Sighting};
pub use records::{
    COACHED_TASK, COACHING_NOTE, COACHING_REVIEW, DEPARTMENTS, ONE_ON_ONE, PATTERN, PATTERN_SIGHTING, RECORD_TYPES,
    RUBRIC, TASK_CHECK,
};
pub use retention::old_words;
pub use reviews::{NewReview, Review};
pub use talks::{Added, Open, Talk, TalkState};
pub use tasks::{Check, Need, NewCheck, Task, TaskWords, style};
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
