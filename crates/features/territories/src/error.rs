use base::{AmountError, RecordId};
use db::DbError;
use jiff::civil::Date;
use kpi::KpiError;
use rules::goal::GoalError;

/// Why something about territories is refused.
#[derive(Debug, thiserror::Error)]
pub enum TerritoriesError {
    #[error("rules and plans are for those who see everybody's accounts")]
    SeesNotAll,
    #[error("territories are designed by the head of sales and sales operations")]
    DesignsNone,
    #[error("there is no territory {0}")]
    NoTerritory(String),
    #[error("there is no change {0}")]
    NoChange(RecordId),
    #[error("{field}: {value:?}; {hint}")]
    Field { field: &'static str, value: String, hint: &'static str },
    #[error("{0} is over; accounts move from today on or later")]
    Past(Date),
    #[error("nothing changes")]
    Nothing,
    #[error("{0} works this territory on that day already")]
    Works(String),
    #[error("no territory of {0} is held by anybody on that day")]
    NobodyHolds(String),
    #[error("say why")]
    NoReason,
    #[error("something was written since this was looked at")]
    Moved,
    #[error("rules from {0} on are set already; set them from that day on or later")]
    LaterRules(Date),
    #[error(transparent)]
    Goal(#[from] GoalError),
    #[error(transparent)]
    Amount(#[from] AmountError),
    #[error(transparent)]
    Kpi(#[from] KpiError),
    #[error(transparent)]
    Db(#[from] DbError),
    #[error("the rows cannot be read: {0}")]
    Csv(#[from] csv::Error),
    #[error("what is stored cannot be read")]
    Stored(#[from] serde_json::Error),
}

impl TerritoriesError {
    pub(crate) fn field(field: &'static str, value: &str, hint: &'static str) -> Self {
        Self::Field { field, value: value.to_owned(), hint }
    }

    /// What the person can do about it.
    pub fn hint(&self) -> String {
        let hint = match self {
            Self::LaterRules(_) => "or take the later ones into account and set both",
            Self::SeesNotAll | Self::DesignsNone => "ask one of them",
            Self::NoTerritory(_) => "name it by its external id, by # and its number, or by its name",
            Self::NoChange(_) => "look at the list of changes",
            Self::Past(_) => "choose a later day; what is past stays as it was",
            Self::Nothing => "there is nothing to commit",
            Self::Works(_) => "name somebody else, or another day",
            Self::NobodyHolds(_) => "assign somebody to one of them first",
            Self::NoReason => "it stands on the change",
            Self::Moved => "look at it again, then commit",
            Self::Kpi(error) => return error.hint(),
            Self::Db(error) => error.hint(),
            Self::Csv(_) => "save it as CSV in UTF-8, with a line of heads",
            Self::Amount(_) | Self::Stored(_) => "run `clinch doctor`",
            Self::Field { .. } | Self::Goal(_) => "",
        };
        hint.to_owned()
    }
}
