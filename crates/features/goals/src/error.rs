use base::{AmountError, CalendarError, RecordId};
use db::DbError;
use kpi::KpiError;

/// Why quotas are not set.
#[derive(Debug, thiserror::Error)]
pub enum GoalsError {
    #[error(
        "{0:?} tells no quotas here: average, top_down, bottom_up, or account_based where accounts say what they could buy"
    )]
    NoWay(String),
    #[error("there is no quota plan {0}")]
    NoPlan(RecordId),
    #[error("the plan is {0}")]
    PlanState(&'static str),
    #[error(
        "a quota plan is approved by the chief executive, the head of sales, finance or operations, whoever had no hand in it"
    )]
    OwnHand,
    #[error("{0} is no year; quotas are proposed for one")]
    NotAYear(String),
    #[error("nobody sold in the twelve months before; there is nothing to propose from")]
    Nobody,
    #[error("say why")]
    NoReason,
    #[error("{0} has quotas of that year already")]
    Has(String),
    #[error("{0} is not there in that year")]
    Gone(String),
    #[error("something was written since it was shown; look at it again")]
    Moved,
    #[error("that is not yours to see or to write")]
    NotYours,
    #[error("there is no such person")]
    Nobodys,
    #[error("{0} is a plan of one product or of days beyond the year, which would count twice")]
    Beside(String),
    #[error("no plan waits here for you to decide")]
    NotWaiting,
    #[error("{0} is no goal of a plan: active_customers, new_customers")]
    NoGoal(String),
    #[error("a plan has amounts from 0 up, at least one above it, not {0}")]
    NotAPlan(String),
    #[error(transparent)]
    Rule(#[from] rules::goal::GoalError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error(transparent)]
    Kpi(#[from] KpiError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("what was stored cannot be read")]
    Stored(#[from] serde_json::Error),
}

impl GoalsError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::NoWay(_) => "the proposal shows those that do",
            Self::NoPlan(_) => "look at the list of plans",
            Self::PlanState(_) => {
                "a draft or a plan that was given back is changed and handed in; one that was handed in is decided"
            }
            Self::OwnHand => "ask one of them",
            Self::NotAYear(_) | Self::Calendar(_) => "write it like 2027",
            Self::Nobody => "import orders first",
            Self::NoReason => "it stands on the plan and on every quota",
            Self::Has(_) => "change those quotas in the list, or archive them first",
            Self::Gone(_) => "give the plan back, and let their amounts be 0",
            Self::Moved => "ask for it anew",
            Self::NotYours => "a plan is written by whose it is, and read by those above them too",
            Self::Nobodys => "name somebody of the company",
            Self::Beside(_) => "archive it among the quotas first",
            Self::NotWaiting => "it is decided already, or its owner has to write it first",
            Self::NoGoal(_) => "name one of the two",
            Self::NotAPlan(_) => "correct the quarter",
            Self::Rule(_) => "check the number",
            Self::Kpi(error) => return error.hint(),
            Self::Db(error) => error.hint(),
            Self::Amount(_) | Self::Stored(_) => "run `clinch doctor`",
        };
        hint.to_owned()
    }
}
