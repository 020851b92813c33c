//! What learning tools report (ENBL-1): xAPI's resources, a key for each tool, and what a statement does to an assignment.

mod about;
mod documents;
mod http;
mod learned;
mod multipart;
mod records;
mod sources;
mod store;

pub(crate) use http::routes;
pub use records::RECORD_TYPES;
pub use sources::{Heard, Source};

/// What a statement did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// An assignment is done.
    Completed,
    /// The score of a test before a course, or of one that is done.
    Tested,
    Rated,
    /// Another statement counts no more, and what it did is undone.
    Void,
    /// Whoever it is about is nobody here.
    NoPerson,
    /// It is about no course of the catalogue.
    NoCourse,
    /// The person has no such assignment.
    NoAssignment,
    /// It says nothing that is kept elsewhere.
    Nothing,
}

impl Told {
    pub const ALL: [Self; 8] = [
        Self::Completed,
        Self::Tested,
        Self::Rated,
        Self::Void,
        Self::NoPerson,
        Self::NoCourse,
        Self::NoAssignment,
        Self::Nothing,
    ];
    pub const WORDS: [&'static str; 8] =
        ["completed", "tested", "rated", "void", "no_person", "no_course", "no_assignment", "nothing"];

    pub const fn name(self) -> &'static str {
        Self::WORDS[self as usize]
    }
}
