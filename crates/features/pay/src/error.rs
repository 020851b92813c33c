use base::{AmountError, CalendarError};
use db::DbError;
use jiff::civil::Date;
use kpi::KpiError;
use pay_rules::{FileError, PlanError};

/// Why a run, a plan or an adjustment is refused.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error("pay is seen by the payee, by those who approve it, and by finance")]
    SeesNoPay,
    #[error("there is no run of {0}")]
    NoRun(String),
    #[error("there is no plan that pays by the {0}")]
    NoPlan(base::Grain),
    #[error("{period} is {state} and never changes; what is learnt later is paid in the next period")]
    Locked { period: String, state: &'static str },
    #[error("{period} cannot be run yet: {next} comes next, after the last one that was approved")]
    NotNext { period: String, next: String },
    #[error("{period} ends on {end}; it is approved when it is over")]
    NotOver { period: String, end: Date },
    #[error("{0} is no day")]
    NotADay(String),
    #[error("{0} is not over; what is owed is booked for a day that is")]
    ToCome(Date),
    #[error("what is owed on {0} is no longer what was looked at; look at it again")]
    OtherAccrual(Date),
    #[error("{0} is not the last day that is booked")]
    NotLastBooked(Date),
    #[error("more than {0} periods are not approved; approve the runs of the first")]
    TooManyOpen(usize),
    #[error("none of these deals is open and yours")]
    NoneOpen,
    #[error("version {version} of plan {plan} is there already")]
    PlanThere { plan: String, version: String },
    #[error("accruals are booked up to {0}; what was learnt since is an expense of the next booking")]
    Booked(Date),
    #[error("a run that is {is} cannot be {wanted}")]
    NotSo { is: &'static str, wanted: &'static str },
    #[error("{0} exceptions stand open")]
    Open(usize),
    #[error("{0} adjustments of this period wait for a second person")]
    Waiting(usize),
    #[error(
        "the run of {0} was calculated before its last day was over, or before a plan or an adjustment was changed; calculate it again"
    )]
    Stale(String),
    #[error("the plan says no first day; write from = 2026-01-01")]
    NoFirstDay,
    #[error("the plan's fiscal year does not start in the company's month")]
    OtherCalendar,
    #[error("plan {0} pays by another period than its other versions; give it an id of its own")]
    OtherGrain(String),
    #[error("plan {0} is in another currency than its other versions; what it pays cannot be compared")]
    OtherCurrency(String),
    #[error("component {0} stands in a plan that pays by another period, too; give it an id of its own")]
    ComponentTwice(String),
    #[error("a replay goes over one to {0} periods, the first before the last")]
    NotAWindow(usize),
    #[error("your own pay is in this run; somebody else approves it")]
    OwnPay,
    #[error("you last changed {0} that this run rests on; somebody else approves it")]
    OwnInput(String),
    #[error("you reviewed this run; somebody else approves it")]
    OwnReview,
    #[error("you entered this adjustment; somebody else approves it")]
    OwnAdjustment,
    #[error("there is no open adjustment of this number in {0}")]
    NoAdjustment(String),
    #[error("{0} is not an amount of {1}, like 1500.00")]
    NotAnAmount(String, String),
    #[error("there is no {0} among the reasons")]
    NotAReason(String),
    #[error("there is no person {0}")]
    NoPerson(String),
    #[error("whose pay it is questions it, and nobody else")]
    NotPayee,
    #[error("the statement has no line {0}")]
    NoLine(String),
    #[error("this is questioned already")]
    Disputed,
    #[error("there is no such dispute or statement that you may open")]
    NoDispute,
    #[error("{period} is no period like {of}, by which this is paid")]
    OtherLength { period: String, of: String },
    #[error("a text has at most 10,000 bytes")]
    TooLong,
    #[error("it is decided")]
    Decided,
    #[error("say why")]
    NoReason,
    #[error("the run has no such exception")]
    NoException,
    #[error(
        "version {version} of plan {plan} has paid {period}; give the changed plan a version and a first day of its own"
    )]
    Published { plan: String, version: String, period: String },
    #[error(
        "letters of version {version} of plan {plan} are issued; give the changed plan a version and a first day of its own"
    )]
    Lettered { plan: String, version: String },
    #[error("version {version} of plan {plan} has ended; letters are issued of the one that holds")]
    Ended { plan: String, version: String },
    #[error("there is no such plan or letter")]
    NoLetter,
    #[error("this letter is signed, and stays as it is")]
    Signed,
    #[error("what was signed is not what the letter says; read it again")]
    OtherLetter,
    #[error("{0}")]
    Plan(PlanError),
    #[error("the company has no settings yet")]
    NoCompany,
    #[error("{0} was written to meanwhile; nothing of this was written")]
    Moved(String),
    #[error(transparent)]
    File(#[from] FileError),
    #[error(transparent)]
    Calendar(#[from] CalendarError),
    #[error(transparent)]
    Kpi(#[from] KpiError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("a stored run cannot be read")]
    Stored(#[from] serde_json::Error),
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error(transparent)]
    Document(#[from] documents::DocumentError),
    #[error("an input file could not be written")]
    Csv(#[from] csv::Error),
}

impl RunError {
    /// What the person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::SeesNoPay => "ask as finance, head of sales or chief executive, with --as",
            Self::NoRun(_) => "calculate it first",
            Self::NoPlan(_) => "add a plan first: `clinch pay plan FILE`",
            Self::Locked { .. } => "run the next period",
            Self::NotNext { .. } => "run the one that comes next",
            Self::NotOver { .. } => "approve it after its last day",
            Self::NotADay(_) | Self::ToCome(_) => "write a day before today, like 2026-10-31",
            Self::OtherAccrual(_) => "open it again",
            Self::NotLastBooked(_) => "take back the later ones first",
            Self::TooManyOpen(_) => "approve or pay what is open",
            Self::NoneOpen => "look at the list of estimates",
            Self::PlanThere { .. } => "give another version, or open that one and change it",
            Self::Booked(_) => "book a later day",
            Self::NotSo { .. } => "calculated, reviewed, approved, paid: one after the other",
            Self::Open(_) => "mend what they name and calculate again, or waive each with a reason",
            Self::Stale(_) => "calculate it again, and look through it again",
            Self::Waiting(_) => "approve them, or take them back",
            Self::OwnPay | Self::OwnInput(_) | Self::OwnReview | Self::OwnAdjustment => {
                "two people stand behind every payment"
            }
            Self::NoAdjustment(_) | Self::NoException => "look at the run",
            Self::NotAnAmount(..) => "write plain digits with a point",
            Self::NotAReason(_) => "write correction, dispute, goodwill, retention or other",
            Self::NoPerson(_) => "write an external id, an e-mail, or # and a number",
            Self::NotPayee => "leave it to them",
            Self::NoLine(_) => "write component and fact as the statement has them",
            Self::Disputed => "wait for the answer, or take yours back and write it anew",
            Self::NoDispute => "look at the list",
            Self::OtherLength { .. } => "write the one that is run next",
            Self::TooLong => "write less",
            Self::Decided => "write a new one if there is more to say",
            Self::NoReason => "a reason is needed",
            Self::Lettered { .. } => "letters fix a version; copy it to a new one",
            Self::Ended { .. } => "open the version that holds",
            Self::NoLetter => "open the list of letters, or of plans, and take one from there",
            Self::Signed | Self::OtherLetter => "open the letter again",
            Self::Published { .. }
            | Self::Plan(_)
            | Self::NoFirstDay
            | Self::OtherCalendar
            | Self::OtherGrain(_)
            | Self::OtherCurrency(_)
            | Self::ComponentTwice(_) => "docs/pay-format.md describes plans",
            Self::NoCompany => "import the company first",
            Self::Moved(_) => "look at what is there now, then try again",
            Self::File(_) => "docs/pay-format.md describes plans and input files",
            Self::NotAWindow(_) => "write periods as the plan pays, like 2026-01 and 2026-12",
            Self::Calendar(_) => "write it like 2026-03, 2026-Q1 or 2026",
            Self::Amount(_) => "the numbers are too large to be told",
            Self::Kpi(error) => return error.hint(),
            Self::Db(error) => error.hint(),
            Self::Stored(_) | Self::Document(_) | Self::Csv(_) => "run `clinch doctor`",
        };
        hint.to_owned()
    }
}
