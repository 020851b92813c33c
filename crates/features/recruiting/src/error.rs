use access::AccessError;
use appraisal::AppraisalError;
use db::DbError;
use jiff::civil::Date;
use rules::recruiting::Stage;

/// What a field takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    Text,
    Email,
    Day,
    /// Today or earlier, and not before what came before.
    PastDay,
    /// Today or later.
    ComingDay,
    /// A whole number from one.
    Seats,
    Months,
    Word,
    /// A competency of the role.
    Competency,
    /// 1 to 5.
    Score,
    /// What was seen or heard, behind a score.
    Evidence,
    /// Somebody who is here.
    Person,
}

impl Needs {
    pub const ALL: [Self; 12] = [
        Self::Text,
        Self::Email,
        Self::Day,
        Self::PastDay,
        Self::ComingDay,
        Self::Seats,
        Self::Months,
        Self::Word,
        Self::Competency,
        Self::Score,
        Self::Evidence,
        Self::Person,
    ];

    /// The key of what to do.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Email => "email",
            Self::Day => "day",
            Self::PastDay => "past-day",
            Self::ComingDay => "coming-day",
            Self::Seats => "seats",
            Self::Months => "months",
            Self::Word => "word",
            Self::Competency => "competency",
            Self::Score => "score",
            Self::Evidence => "evidence",
            Self::Person => "person",
        }
    }

    const fn says(self) -> &'static str {
        match self {
            Self::Text => "write a text of 1 to 4,000 characters",
            Self::Email => "write name@company.com",
            Self::Day => "write a day like 2026-04-01",
            Self::PastDay => "write a day that is not in the future and not before the last move",
            Self::ComingDay => "write today or a later day",
            Self::Seats => "write a whole number from 1 to 500",
            Self::Months => "write a whole number of months from 1 to 36",
            Self::Word => "choose one of the list",
            Self::Competency => "score a competency of the role",
            Self::Score => "score at least one competency from 1 to 5",
            Self::Evidence => "write what was seen or heard, in up to 4,000 characters",
            Self::Person => "name somebody who is here",
        }
    }
}

/// A line of the headcount plan, as an error names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineName {
    pub role: String,
    pub team: String,
    pub starts_on: Date,
}

impl std::fmt::Display for LineName {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let of = if self.team.is_empty() { "" } else { ", " };
        write!(formatter, "{}{of}{}, from {}", self.role, self.team, self.starts_on)
    }
}

/// Why something about recruiting is refused.
#[derive(Debug, thiserror::Error)]
pub enum RecruitingError {
    #[error(
        "candidates are seen by HR and by the hiring manager of their opening; an interviewer sees whom they are asked about"
    )]
    NotYours,
    #[error("headcount is planned by HR, the head of sales and the chief executive")]
    PlansNone,
    #[error("there is no such line, opening, candidate or interview, or it is not yours to see")]
    NotThere,
    #[error("{field}: {value:?}; {}", needs.says())]
    Field { field: &'static str, value: String, needs: Needs },
    #[error("the line {line} has {planned} seats, of which openings take {taken}; {wanted} more are not planned")]
    OverPlan { line: LineName, planned: i64, taken: i64, wanted: i64 },
    #[error("openings take {taken} seats of the line {line}; {wanted} are fewer")]
    BelowTaken { line: LineName, taken: i64, wanted: i64 },
    #[error("a second person approves what another drafted or decided")]
    SecondPerson,
    #[error("this opening is {0}")]
    State(&'static str),
    #[error("{known} is in this opening with the e-mail {email} since {since} ({}); {new} would be the same person", stage.name())]
    Twice { known: String, new: String, email: String, since: Date, stage: Stage },
    #[error("nobody is moved from {} to {} by hand", from.name(), to.name())]
    NoMove { from: Stage, to: Stage },
    #[error("a reason is needed: {}", to.reasons().join(", "))]
    NoReason { to: Stage },
    #[error("{0} is asked already")]
    AskedAlready(String),
    #[error("this scorecard is handed in or taken back, and stays as it is")]
    HandedIn,
    #[error("an offer takes a scorecard that is handed in")]
    NoScorecard,
    #[error("there is no approved offer")]
    NoOffer,
    #[error("every seat of this opening is filled")]
    Full,
    #[error("the hiring manager decides an offer")]
    NotManager,
    #[error("what this candidate was is erased")]
    Erased,
    #[error("{0} has not come; what falls due later is erased later")]
    TooEarly(Date),
    #[error("{0} was changed by somebody else")]
    Moved(&'static str),
    #[error(transparent)]
    Access(#[from] AccessError),
    #[error(transparent)]
    Appraisal(#[from] AppraisalError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the file cannot be written")]
    Csv(#[from] csv::Error),
    #[error("what is stored cannot be read")]
    Stored(#[from] serde_json::Error),
}

impl RecruitingError {
    pub(crate) fn field(field: &'static str, value: &str, needs: Needs) -> Self {
        Self::Field { field, value: value.to_owned(), needs }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> String {
        match self {
            Self::NotYours | Self::PlansNone | Self::NotManager => "ask one of them",
            Self::NotThere => "look at the list",
            Self::OverPlan { .. } => "take fewer seats, or plan more on the line first",
            Self::BelowTaken { .. } => "close an opening first",
            Self::SecondPerson => "ask somebody else who may approve it",
            Self::State(_) => "candidates are taken into an opening that is open",
            Self::Twice { .. } => "look at the candidate who is there",
            Self::NoMove { .. } => "an offer is decided and approved; hired is who became a person",
            Self::NoReason { .. } => "choose one of the list",
            Self::AskedAlready(_) => "look at the interviews",
            Self::HandedIn => "another interviewer may be asked",
            Self::NoScorecard => "ask an interviewer first",
            Self::NoOffer => "the hiring manager decides it, and somebody of HR approves it",
            Self::Full => "plan more seats, or close the opening",
            Self::Erased => "add the candidate anew, with their consent",
            Self::TooEarly(_) => "leave --commit out to see who falls due by then",
            Self::Moved(_) => "look at what is there now, then try again",
            Self::Access(error) => error.hint(),
            Self::Appraisal(error) => return error.hint(),
            Self::Db(error) => error.hint(),
            Self::Field { .. } | Self::Csv(_) | Self::Stored(_) => "",
        }
        .to_owned()
    }
}
