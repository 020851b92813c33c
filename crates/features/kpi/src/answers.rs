//! Answers at one state of the log: as long as nothing is written, the same question has the same answer.

use crate::Answer;
use base::Seq;
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
};

/// Answers kept; when there are more, all are forgotten.
const MOST: usize = 512;
/// A longer answer is a file's, not a page's: it is not kept.
const MOST_ROWS: usize = 5_000;

/// The answers of one database at its last seq.
#[derive(Debug, Default)]
pub(crate) struct Answers(Mutex<(i64, HashMap<String, Answer>)>);

impl Answers {
    pub fn get(&self, seq: Seq, question: &str) -> Option<Answer> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == seq.0 { kept.1.get(question).cloned() } else { None }
    }

    pub fn keep(&self, seq: Seq, question: String, answer: &Answer) {
        if answer.rows.len() > MOST_ROWS {
            return;
        }
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 < seq.0 || kept.1.len() >= MOST {
            *kept = (seq.0, HashMap::new());
        }
        if kept.0 == seq.0 {
            kept.1.insert(question, answer.clone());
        }
    }
}
