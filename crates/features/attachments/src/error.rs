use crate::MOST_FILES;
use db::DbError;
use web_kit::WebError;

/// Why a file is not taken or given.
#[derive(Debug, thiserror::Error)]
pub enum AttachmentError {
    #[error("there is none of this number that you may open")]
    NotThere,
    #[error("you may read what is attached here, and attach nothing")]
    ReadOnly,
    #[error("there is no file, or nothing in it")]
    NoFile,
    #[error("a file has a name")]
    NoName,
    #[error("{0} is larger than 10 MB")]
    TooLarge(String),
    #[error("{MOST_FILES} files are attached already")]
    Enough,
    #[error("the key of this file is not here")]
    Sealed,
    #[error(transparent)]
    Web(#[from] WebError),
    #[error(transparent)]
    Db(#[from] DbError),
}

impl AttachmentError {
    /// What can be done about it.
    pub const fn hint(&self) -> &'static str {
        match self {
            Self::NotThere | Self::Web(_) => "look at the page that it belongs to",
            Self::ReadOnly => "ask whoever writes it to attach the file",
            Self::NoFile => "choose a file that holds something",
            Self::NoName => "give the name with its ending, as in visit.pdf",
            Self::TooLarge(_) => "make it smaller, or attach a text with the place where it is kept",
            Self::Enough => "take one out first",
            Self::Sealed => "restore the backup together with its keys",
            Self::Db(error) => error.hint(),
        }
    }
}
