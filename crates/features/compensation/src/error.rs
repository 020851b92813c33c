use appraisal::AppraisalError;
use base::RecordId;
use db::DbError;
use jiff::civil::Date;

/// Why something about reviews of pay is refused.
#[derive(Debug, thiserror::Error)]
pub enum CompensationError {
    #[error("salaries and raises are seen by whose they are, by those who approve pay, and by finance")]
    SeesNoPay,
    #[error("a review begins from everybody's grades, which the head of sales and the chief executive see with pay")]
    SeesNoGrades,
    #[error("there is no review of pay {0}")]
    NoReview(RecordId),
    #[error("there is no outcome {0}")]
    NoOutcome(RecordId),
    #[error("{0} is not in this review")]
    NotInIt(String),
    #[error("this review is not approved yet")]
    NotApproved,
    #[error("nobody is in this review")]
    Empty,
    #[error("{0} appeals against grades of this cycle wait for a decision")]
    Appealed(usize),
    #[error("this review is approved, and stays as it is")]
    Approved,
    #[error("a raise of {name} is from {least} to {most} per cent, not {percent}")]
    OutOfRange { name: String, percent: String, least: String, most: String },
    #[error("nobody changes or approves their own raise")]
    OwnRaise,
    #[error("who began a review, changed a raise or wrote a salary in it does not approve it")]
    OwnReview,
    #[error("the review is not what was looked at: it, salaries or grades were changed since")]
    Stale,
    #[error("{field}: {value:?}; {hint}")]
    Field { field: &'static str, value: String, hint: String },
    #[error("the matrix cannot be read: {0}")]
    Rules(String),
    #[error("a salary of {name} from {on} is there already, with another amount")]
    Known { name: String, on: Date },
    #[error("{0}; check the salaries")]
    TooLarge(String),
    #[error("a reason is needed")]
    NoReason,
    #[error("{0} was changed by somebody else")]
    Moved(String),
    #[error(transparent)]
    Appraisal(#[from] AppraisalError),
    #[error(transparent)]
    Rule(#[from] rules::appraisal::AppraisalError),
    #[error(transparent)]
    Pay(#[from] pay::RunError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the rows cannot be read")]
    Csv(#[from] csv::Error),
    #[error("what is stored cannot be read")]
    Stored(#[from] serde_json::Error),
}

impl CompensationError {
    pub(crate) fn field(field: &'static str, value: &str, hint: &str) -> Self {
        Self::Field { field, value: value.to_owned(), hint: hint.to_owned() }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::SeesNoPay | Self::SeesNoGrades => "ask one of them".to_owned(),
            Self::NoReview(_) | Self::NoOutcome(_) | Self::NotInIt(_) => "look at the list".to_owned(),
            Self::Approved => "what changes later is a salary from a later day, or the next review".to_owned(),
            Self::OutOfRange { .. } => "choose within the range, or change the matrix".to_owned(),
            Self::NotApproved => "payroll is told once somebody else has approved it".to_owned(),
            Self::Empty => "check the day from which raises hold, salaries and grades".to_owned(),
            Self::Appealed(_) => "decide them first, then calculate it again".to_owned(),
            Self::OwnRaise | Self::OwnReview => "two people stand behind every raise".to_owned(),
            Self::Stale => "calculate it again, and look through it again".to_owned(),
            Self::Rules(_) => "docs/compensation.md describes it".to_owned(),
            Self::Known { .. } => "give the change a first day of its own".to_owned(),
            Self::NoReason => "write why".to_owned(),
            Self::Moved(_) => "look at what is there now, then try again".to_owned(),
            Self::Appraisal(error) => error.hint(),
            Self::Pay(error) => error.hint(),
            Self::Rule(_) => "check salaries, midpoints and the matrix".to_owned(),
            Self::Db(error) => error.hint().to_owned(),
            Self::Csv(_) => "save it as CSV in UTF-8, with a line of heads".to_owned(),
            Self::Field { .. } | Self::TooLarge(_) | Self::Stored(_) => String::new(),
        }
    }
}
