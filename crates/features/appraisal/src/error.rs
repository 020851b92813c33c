use base::CalendarError;
use db::DbError;
use jiff::civil::Date;
use kpi::KpiError;
use rules::role::RoleError;

/// Why something about roles and appraisals is refused.
#[derive(Debug, thiserror::Error)]
pub enum AppraisalError {
    #[error("roles, job descriptions and appraisal cycles are set up by HR and the head of sales")]
    RunsNone,
    #[error("an appointment is approved by a chief executive or a head of sales")]
    AppointsNobody,
    #[error("there is no role {0}")]
    NoRole(String),
    #[error("there is no competency {0}")]
    NoCompetency(String),
    #[error("{said} is the id of another than {address}")]
    OtherId { said: String, address: String },
    #[error("{0:?} is no id: small letters, digits and _ make one")]
    NotAnId(String),
    #[error(transparent)]
    Wrong(#[from] RoleError),
    #[error("there is no person {0}")]
    NoPerson(String),
    #[error("{0:?} is not a day; write it like 2026-04-01")]
    NotADay(String),
    #[error("say which order appoints: its number")]
    NoOrder,
    #[error("{name} has a description from {from} on already")]
    Described { name: String, from: Date },
    #[error("you issued it, or it is your own; somebody else approves it")]
    OwnDescription,
    #[error("it is {is} and cannot be {wanted}")]
    NotSo { is: &'static str, wanted: &'static str },
    #[error("only {0} can say so")]
    OnlyHolder(String),
    #[error("there is none of this number that you may open")]
    NotThere,
    #[error("{0} was written to meanwhile; nothing of this was written")]
    Moved(String),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error(transparent)]
    Kpi(#[from] KpiError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("what was stored cannot be read")]
    Stored(#[from] serde_json::Error),
    #[error("it could not be written as a file")]
    Unwritten(String),
}

impl AppraisalError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::RunsNone => "ask as HR or head of sales, with --as",
            Self::AppointsNobody => "ask as chief executive or head of sales, who did not issue it",
            Self::NoRole(_) => "`clinch role list` shows the roles",
            Self::NoCompetency(_) => "`clinch role competencies` shows them",
            Self::OtherId { .. } | Self::NotAnId(_) | Self::Wrong(_) => {
                "docs/role-format.md describes roles and competencies"
            }
            Self::NoPerson(_) => "write an external id, or # and a number",
            Self::NotADay(_) => "days are written with four digits, two, two",
            Self::NoOrder => "an appointment has the number of its order",
            Self::Described { .. } => "choose another first day",
            Self::OwnDescription => "two people stand behind every appointment",
            Self::NotSo { .. } => "issued, approved, acknowledged: one after the other",
            Self::OnlyHolder(_) => "sign in as them",
            Self::NotThere => "look at the list",
            Self::Moved(_) => "look at what is there now, then try again",
            Self::Calendar(_) => "write it like 2026-03, 2026-Q1 or 2026",
            Self::Kpi(error) => return error.hint(),
            Self::Db(error) => error.hint(),
            Self::Stored(_) | Self::Unwritten(_) => "run `clinch doctor`",
        };
        hint.to_owned()
    }
}
