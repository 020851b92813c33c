use crate::guide::Off;
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
    #[error("appraisals are somebody's, and the operator sees none")]
    Unnamed,
    #[error("a cycle has a name")]
    NoName,
    #[error("nobody of these roles is there in the period")]
    Nobody,
    #[error("KPIs weigh from 0 to 100 per cent, not {0}")]
    Weight(i64),
    #[error("{0} has not begun")]
    NotBegun(String),
    #[error("own parts are due today or later, and no part after the managers'")]
    Order,
    #[error("{0}: a level is 1 to 5")]
    Level(String),
    #[error("only a manager puts a score in place of a KPI's")]
    NoOverride,
    #[error("{0} is not among the KPIs that count")]
    NoKpi(String),
    #[error("{0}: a score is from 0 to 120")]
    Score(String),
    #[error("{0}: say why the score is another than follows from the facts")]
    NoReason(String),
    #[error("a text has at most 10,000 bytes")]
    TooLong,
    #[error("{0} competencies have no level yet")]
    Unrated(usize),
    #[error("a manager's part that is still open can be given to somebody else than the person it is about")]
    NotDelegated,
    #[error("say what is done: on the job, by coaching or in a course")]
    NoAction,
    #[error("say {0}: it is empty")]
    NoText(&'static str),
    #[error("{0} is too early: it is a day to come")]
    PastDay(Date),
    #[error("{0} has not come: a talk is kept after it was held")]
    FutureDay(Date),
    #[error("nobody keeps a career talk with themself; the manager does")]
    OwnTalk,
    #[error("it is handed in; HR can give it back")]
    HandedIn,
    #[error("nobody moves their own grade, nor arranges who writes of them")]
    OwnGrade,
    #[error("grades of {0} are not forced; a cycle says so before its launch")]
    NotForced(String),
    #[error("the grades leave the guide: {}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("; "))]
    OffGuide(Vec<Off>),
    #[error("an appeal is made once, within 14 days of the release")]
    NoAppeal,
    #[error("{0} is asked already")]
    AskedAlready(String),
    #[error("{0:?} is not an e-mail address")]
    NotAnEmail(String),
    #[error("{0} is the address of a colleague: name them as a peer")]
    Colleague(String),
    #[error("without mail set up HR asks customers and hands the links over")]
    ByHand,
    #[error("the letter to the customer could not be sent")]
    NotMailed,
    #[error("this link was used already, or the appraisal is over")]
    LinkGone,
    #[error("eight peers are the most")]
    EnoughPeers,
    #[error("eight customers are the most")]
    EnoughCustomers,
    #[error("nothing is written in {0} any more")]
    Over(String),
    #[error("{0} was written to meanwhile; nothing of this was written")]
    Moved(String),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error(transparent)]
    Kpi(#[from] KpiError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error(transparent)]
    Rule(#[from] rules::appraisal::AppraisalError),
    #[error(transparent)]
    Amount(#[from] base::AmountError),
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
            Self::Unnamed => "name yourself with --as, or by your token in CLINCH_TOKEN",
            Self::NoName => "write a name, like Appraisal 2026",
            Self::Nobody => "choose roles that somebody has",
            Self::Weight(_) => "70 is usual",
            Self::NotBegun(_) => "choose a period that has begun",
            Self::Order => "choose later days",
            Self::Level(_) | Self::Score(_) => "write a number within it",
            Self::NoOverride | Self::NoKpi(_) => "leave it out",
            Self::NoReason(_) => "both scores are kept, with the reason",
            Self::TooLong => "write less, or attach it elsewhere",
            Self::Unrated(_) => "rate them all, then hand in",
            Self::NotDelegated => "delegate an open part of a manager",
            Self::NoAction => "a goal has an action of one of these kinds",
            Self::NoText(_) => "write a sentence",
            Self::PastDay(_) | Self::FutureDay(_) => "choose another day",
            Self::OwnTalk => "ask your manager",
            Self::HandedIn => "ask HR to give it back",
            Self::OwnGrade => "somebody else in the session does it",
            Self::NotForced(_) | Self::Rule(rules::appraisal::AppraisalError::TooFew { .. }) => {
                "move grades one by one, with reasons"
            }
            Self::OffGuide(_) => "calibrate, then release",
            Self::NoAppeal => "talk to HR",
            Self::NotAnEmail(_) => "write name@company.com",
            Self::Colleague(_) => "customers are asked by address, colleagues by name",
            Self::ByHand => "ask HR, or whoever runs Clinch to set mail up (docs/mail.md)",
            Self::NotMailed => "send a new link later; `clinch mail check` tries the server",
            Self::LinkGone => "nothing more can be answered with it",
            Self::AskedAlready(_) | Self::EnoughPeers | Self::EnoughCustomers => {
                "name somebody else, or leave it at these"
            }
            Self::Over(_) => "ask HR",
            Self::Moved(_) => "look at what is there now, then try again",
            Self::Calendar(_) => "write it like 2026-03, 2026-Q1 or 2026",
            Self::Kpi(error) => return error.hint(),
            Self::Db(error) => error.hint(),
            Self::Stored(_) | Self::Unwritten(_) | Self::Rule(_) | Self::Amount(_) => "run `clinch doctor`",
        };
        hint.to_owned()
    }
}
