//! KPIs over facts: asked by company, team, person, product or account, opened into the rows behind them. See README.md.

mod api;
mod ask;
mod asked;
mod cascade;
mod catalogues;
mod closing;
mod company;
mod conformance;
mod definitions;
mod error;
mod explain;
mod facts;
pub mod json;
mod known;
mod metrics;
mod organisation;
mod pages;
mod prepared;
mod reading;
mod records;
mod scorecards;
mod scoring;
mod shapes;
mod targets;
mod versions;

pub use api::description;
pub use ask::Kpi;
pub use asked::{filter, org, restated};
pub use cascade::{Cascade, CascadeAsk, NewTarget, Node};
pub use closing::{Closed, Plan, closed};
pub use company::Company;
pub use conformance::{Compared, Difference, Unread, Values};
pub use definitions::{DefinitionPlan, MOST_TIME, Tried};
pub use error::KpiError;
pub use explain::{Against, Cause, End, Explained, Kind};
pub use facts::{known_now, rebuild};
pub use kpi_engine::{Cell, HELD_BYTES, Placed, Scanned, WITHIN};
pub use metrics::metrics;
pub use organisation::{histories, potentials};
pub use pages::unit;
pub use records::{KPI, PERIOD_CLOSE, RECORD_TYPES, SCORE, SCORECARD};
pub use scorecards::Held;
pub use scoring::{PersonScore, ScoreAsk, ScoredKpi, Scores};
pub use versions::{Setting, Steps, Version, Versions};

use access::Access;
use axum::{Extension, Router};
use std::path::PathBuf;

/// Pages and API. `folder` is where fact files are kept.
pub fn routes(folder: PathBuf) -> Router<Access> {
    pages::routes().merge(api::routes()).layer(Extension(asked::Folder::new(folder)))
}
pub use shapes::{Answer, Ask, ByWord, Entity, Hidden, KnownAt, Open, OpenRow, Opened, Row, Spreading};
