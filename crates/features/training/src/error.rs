use appraisal::AppraisalError;
use db::DbError;

/// Why something about training is refused.
#[derive(Debug, thiserror::Error)]
pub enum TrainingError {
    #[error("there is none of this number that you may open")]
    NotThere,
    #[error("courses are set up by HR and the head of sales")]
    SetsNone,
    #[error("{0} does not report to you")]
    NotBelow(String),
    #[error("{field}: {value:?} cannot be taken; {what}")]
    Field { field: &'static str, value: String, what: &'static str },
    #[error("the course is offered no more")]
    Ended,
    #[error("{0} has it open already")]
    HasIt(String),
    #[error("only HR takes back what somebody else assigned, what is late, and what is done")]
    HoldsIt,
    #[error("nobody was named")]
    Nobody,
    #[error("it is done already")]
    Done,
    #[error("it is not done yet")]
    NotDone,
    #[error("of this course those above say that it is done, or a learning tool does")]
    NotByTaker,
    #[error("it was rated by whoever took it, and nobody else does")]
    NotTaker,
    #[error("the log has moved since this was planned")]
    Moved,
    #[error(transparent)]
    Statement(#[from] rules::xapi::Invalid),
    #[error(transparent)]
    Appraisal(AppraisalError),
    #[error(transparent)]
    Db(DbError),
}

impl From<AppraisalError> for TrainingError {
    fn from(error: AppraisalError) -> Self {
        match error {
            AppraisalError::Moved(_) => Self::Moved,
            AppraisalError::NotThere => Self::NotThere,
            other => Self::Appraisal(other),
        }
    }
}

impl From<DbError> for TrainingError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Moved | DbError::Conflict { .. } => Self::Moved,
            other => Self::Db(other),
        }
    }
}

impl TrainingError {
    pub(crate) fn field(field: &'static str, value: impl Into<String>, what: &'static str) -> Self {
        Self::Field { field, value: value.into(), what }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::NotThere => "look at the list",
            Self::SetsNone => "ask one of them",
            Self::NotBelow(_) => "managers assign to those below, HR and the head of sales to everybody",
            Self::Field { .. } => "docs/training.md describes each field",
            Self::Ended => "offer it again first",
            Self::HasIt(_) => "leave them out",
            Self::HoldsIt => "ask HR",
            Self::Nobody => "choose at least one person",
            Self::Done => "it is done once; withdraw it if that was wrong",
            Self::NotDone => "say first that it is done",
            Self::NotByTaker => "ask your manager",
            Self::NotTaker => "leave it to them",
            Self::Moved => "look at what is there now, then try again",
            Self::Statement(_) => "see the xAPI specification",
            Self::Appraisal(error) => return error.hint(),
            Self::Db(error) => error.hint(),
        };
        hint.to_owned()
    }
}
