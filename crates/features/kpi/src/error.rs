use base::{AmountError, CalendarError, PeriodError};
use db::DbError;
use kpi_engine::EngineError;
use rules::{
    kpi::{CatalogueError, Placed},
    score::ScorecardError,
};
use std::time::Duration;

#[derive(Debug, thiserror::Error)]
pub enum KpiError {
    #[error("there is no KPI {id}")]
    Unknown { id: String, near: Vec<String> },
    #[error("the end {to} comes before the start {from}")]
    EndBeforeStart { from: jiff::civil::Date, to: jiff::civil::Date },
    #[error("as of {0}: that day has not come")]
    NotYet(jiff::civil::Date),
    #[error("the company has no settings yet")]
    NoCompany,
    #[error("there is no {kind} {entity}")]
    NoEntity { kind: &'static str, entity: String },
    #[error("this is outside what you may ask about")]
    Outside,
    #[error("{0:?} is nothing to compare with: write period, year, as_of:2026-01-31 or known_at:2026-01-31")]
    NotAgainst(String),
    #[error("{0} is no sum of rows, so no rows explain it")]
    NotExplained(String),
    #[error("{0} is no sum of rows")]
    OpensNothing(String),
    #[error("say which {0}: a number is opened for one")]
    WhichEntity(&'static str),
    #[error("{0} is not one of company, team, rep, manager, territory, segment, product, account, source, stage")]
    NotABy(String),
    #[error("{kpi} cannot be broken down by {by}: what it counts does not say")]
    NotSoBroken { kpi: String, by: &'static str },
    #[error("{0:?} is not a filter: write a breakdown and one of its entities, like source=Referral or team=NORTH")]
    NotAFilter(String),
    #[error("{name} is {value:?}: write a day like 2026-02-28")]
    NotADate { name: &'static str, value: String },
    #[error("org is {0:?}: write at_fact, or on: and a day, like on:2026-01-01")]
    NotAnOrg(String),
    #[error("basis is {0:?}: write as_reported or restated")]
    NotABasis(String),
    #[error("a target says why it is this much")]
    NoReason,
    #[error("this role does not close periods")]
    ClosesNothing,
    #[error("this role sets no scorecards and fixes no scores")]
    SetsNoScorecards,
    #[error("there is no role {0} with a scorecard")]
    NoRole(String),
    #[error(transparent)]
    Scorecard(#[from] ScorecardError),
    #[error("the scorecard of {role} does not read: {error}")]
    BrokenScorecard { role: String, error: String },
    #[error("this is a scorecard of {0}")]
    OfOtherRole(String),
    #[error("this role does not say how the company computes its KPIs")]
    DefinesNothing,
    #[error(transparent)]
    Made(#[from] Placed),
    #[error("{kpi} is too costly: everybody's values of a year took more than {} ms", within.as_millis())]
    TooCostly { kpi: String, within: Duration },
    #[error("the scorecard of {role} could no longer be used: {error}")]
    OnScorecard { role: String, error: String },
    #[error("the company has no {0} of its own")]
    NotOwn(String),
    #[error("another version of {kpi} holds from {from} on")]
    LaterVersion { kpi: String, from: jiff::civil::Date },
    #[error("a definition could not be written: {0}")]
    Unwritten(String),
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error("{0} is not over yet")]
    NotOver(String),
    #[error("{period} overlaps {by}, which is closed")]
    ClosedAlready { period: String, by: String },
    #[error("{0} is not closed")]
    NotClosed(String),
    #[error("something was written since {0} was planned")]
    PlanIsOld(String),
    #[error("known_at is {0:?}: write a day like 2026-02-28, or a moment with its zone")]
    NotAMoment(String),
    #[error(transparent)]
    NotAGrain(#[from] PeriodError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error("the company's setting {field} is {value:?}, which cannot be used")]
    Setting { field: &'static str, value: String },
    #[error(transparent)]
    Catalogue(#[from] CatalogueError),
    #[error("the fact files in {0} cannot be written")]
    Files(String, #[source] std::io::Error),
    #[error(transparent)]
    Engine(#[from] EngineError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl KpiError {
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { near, .. } if near.is_empty() => "`clinch kpi list` shows all".to_owned(),
            Self::Unknown { near, .. } => format!("did you mean {}?", near.join(" or ")),
            Self::EndBeforeStart { .. } => "the end is exclusive: the day after the last one".to_owned(),
            Self::NotYet(_) => "ask as of today or a day before".to_owned(),
            Self::NoCompany => "import data first: an import brings the company's settings".to_owned(),
            Self::NoEntity { .. } => "name it by its number or its external id".to_owned(),
            Self::Outside => "ask your manager, or ask about yourself and the totals above you".to_owned(),
            Self::NotSoBroken { .. } => {
                "leave this KPI out, or break down and filter by company, team, rep or manager".to_owned()
            }
            Self::NoReason => "give a reason".to_owned(),
            Self::NotAgainst(_) => "see `clinch kpi why --help`".to_owned(),
            Self::NotExplained(_) => "ask why the numbers beside it changed".to_owned(),
            Self::WhichEntity(_) => "add --entity with its external id, or # and its number".to_owned(),
            Self::OpensNothing(id) => {
                format!("open {}: its rows stand behind both", id.split('.').next().unwrap_or_default())
            }
            Self::NotABy(_)
            | Self::NotAGrain(_)
            | Self::NotADate { .. }
            | Self::NotAMoment(_)
            | Self::NotAnOrg(_)
            | Self::NotAFilter(_)
            | Self::NotABasis(_) => "see `clinch kpi query --help`".to_owned(),
            Self::ClosesNothing => "ask sales operations, finance or the head of sales".to_owned(),
            Self::DefinesNothing => "ask sales operations or the head of sales".to_owned(),
            Self::Made(_) => "correct the file; docs/kpi-format.md says how a KPI is defined".to_owned(),
            Self::TooCostly { .. } => "name fewer KPIs or facts".to_owned(),
            Self::OnScorecard { .. } => "change the scorecard first".to_owned(),
            Self::NotOwn(_) => "only what the company has set itself can be ended".to_owned(),
            Self::LaterVersion { .. } => "end it on that day or after it".to_owned(),
            Self::SetsNoScorecards => "ask sales operations, HR or the head of sales".to_owned(),
            Self::NoRole(_) => format!("roles: {}", access::ROLES.join(", ")),
            Self::OfOtherRole(_) => "name the role that stands in the file".to_owned(),
            Self::Scorecard(_) | Self::BrokenScorecard { .. } => {
                "correct the scorecard; docs/scorecard-format.md says how one is written".to_owned()
            }
            Self::Unwritten(_) | Self::Amount(_) => "use smaller numbers".to_owned(),
            Self::NotOver(_) => "wait until its last day is over".to_owned(),
            Self::ClosedAlready { .. } | Self::NotClosed(_) => "`clinch period list` shows closed periods".to_owned(),
            Self::PlanIsOld(_) => "look at it again, then decide".to_owned(),
            Self::Calendar(_) | Self::Setting { .. } => "correct the dates or the company's fiscal calendar".to_owned(),
            Self::Catalogue(_) => "correct the definition".to_owned(),
            Self::Files(..) => "name another folder with --facts".to_owned(),
            Self::Engine(error) => error.hint().to_owned(),
            Self::Db(error) => error.hint().to_owned(),
        }
    }
}
