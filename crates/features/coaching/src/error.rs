use appraisal::AppraisalError;
use db::DbError;
use kpi::KpiError;

/// Why something about coaching is refused.
#[derive(Debug, thiserror::Error)]
pub enum CoachingError {
    #[error("coaching is between people, and the operator is nobody")]
    Unnamed,
    #[error("there is none of this number that you may open")]
    NotThere,
    #[error("{0} does not report to you")]
    NotBelow(String),
    #[error("{0} is not above you")]
    NotAbove(String),
    #[error("a rubric cannot be written: {0}")]
    Unwritten(String),
    #[error("a text is needed")]
    Empty,
    #[error("a text has at most 10,000 bytes")]
    TooLong,
    #[error("readers are own, both or line")]
    Readers,
    #[error("a text is agenda, note or action, a talk planned, held or cancelled, and a doer person or leader")]
    Kind,
    #[error("competence and commitment are 1 to 4 each")]
    Degree,
    #[error("a style is directing, coaching, supporting or delegating")]
    Style,
    #[error("a rating is 1 to 5, by whom the feedback is about")]
    Rating,
    #[error("it is over, cancelled, or with somebody who is above no more")]
    Over,
    #[error("a day that has come is needed")]
    NotYet,
    #[error("only {0} may do so")]
    OnlyWriter(String),
    #[error("{0:?} is no amount")]
    Budget(String),
    #[error("there is no rubric {0}")]
    NoRubric(String),
    #[error("{said} is the id of another rubric than {address}")]
    OtherId { said: String, address: String },
    #[error("patterns are of a kind, and put to a department")]
    Pattern,
    #[error("it is closed already")]
    Answered,
    #[error("whether coaching works is asked by managers, HR and those above")]
    LeadsNobody,
    #[error("{0} is not told of single people, over more than a day")]
    NoKpi(String),
    #[error("1 to 100 talks and reviews make somebody coached")]
    Design,
    #[error("{0} was written to meanwhile; nothing of this was written")]
    Moved(String),
    #[error(transparent)]
    Rule(#[from] rules::coaching::CoachingError),
    #[error(transparent)]
    Appraisal(AppraisalError),
    #[error(transparent)]
    Period(base::CalendarError),
    #[error(transparent)]
    Kpi(KpiError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("what was stored cannot be read")]
    Stored(#[from] serde_json::Error),
}

impl From<AppraisalError> for CoachingError {
    fn from(error: AppraisalError) -> Self {
        match error {
            AppraisalError::Moved(what) => Self::Moved(what),
            AppraisalError::NotThere => Self::NotThere,
            AppraisalError::TooLong => Self::TooLong,
            other => Self::Appraisal(other),
        }
    }
}

impl From<KpiError> for CoachingError {
    fn from(error: KpiError) -> Self {
        match error {
            KpiError::PlanIsOld(what) => Self::Moved(what),
            KpiError::Calendar(error) => Self::Period(error),
            other => Self::Kpi(other),
        }
    }
}

impl CoachingError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::Unnamed => "name yourself with --as, or by your token in CLINCH_TOKEN",
            Self::NotThere => "look at the list",
            Self::NotBelow(_) => "`clinch coaching people` shows who does",
            Self::NotAbove(_) => "ask a manager of yours",
            Self::Empty => "write what it is about",
            Self::TooLong => "write less, or attach it elsewhere",
            Self::Readers => "own is you alone, both the two of you, line those above too",
            Self::Kind => "write one of them",
            Self::Degree | Self::Rating | Self::Design => "write a number within it",
            Self::Style => "S1 is directing, S2 coaching, S3 supporting, S4 delegating",
            Self::Over => "plan another one",
            Self::NotYet => "write today or a day before",
            Self::OnlyWriter(_) => "ask them",
            Self::Budget(_) => "write it like 1500.00",
            Self::NoRubric(_) => "`clinch coaching rubrics` shows them",
            Self::OtherId { .. } | Self::Rule(_) | Self::Unwritten(_) => "docs/coaching.md describes rubrics",
            Self::Pattern => "kinds are rejection and complaint",
            Self::Answered => "report it anew when it comes back",
            Self::LeadsNobody => "ask as one of them",
            Self::NoKpi(_) => "`clinch kpi list` shows them",
            Self::Moved(_) => "look at what is there now, then try again",
            Self::Appraisal(error) => return error.hint(),
            Self::Period(_) => "write it like 2026-Q3",
            Self::Kpi(error) => return error.hint(),
            Self::Db(error) => error.hint(),
            Self::Stored(_) => "run `clinch doctor`",
        };
        hint.to_owned()
    }
}
