//! Answers at one state of the log: as long as nothing is written, the same question has the same answer.

use crate::{Answer, known::Known};
use base::Seq;
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

/// Answers kept; when there are more, all are forgotten.
const MOST: usize = 512;
/// A longer answer is a file's, not a page's: it is not kept.
pub(crate) const MOST_ROWS: usize = 5_000;

/// The last seq, and the quarter of an hour.
type State = (Seq, i64);

/// The answers of one database at its last seq, and what they rest on.
#[derive(Default)]
pub(crate) struct Answers {
    kept: Mutex<(i64, HashMap<String, Answer>)>,
    known: Mutex<Option<(State, Arc<Known>)>>,
}

impl Answers {
    pub fn known(&self, state: State) -> Option<Arc<Known>> {
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner).clone();
        known.filter(|(of, known)| *of == state && known.stands()).map(|(_, known)| known)
    }

    pub fn hold(&self, state: State, known: &Arc<Known>) {
        let mut held = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever read later knows more.
        if held.as_ref().is_none_or(|(of, _)| *of <= state) {
            *held = Some((state, known.clone()));
        }
    }

    pub fn get(&self, seq: Seq, question: &str) -> Option<Answer> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 == seq.0 { kept.1.get(question).cloned() } else { None }
    }

    pub fn keep(&self, seq: Seq, question: String, answer: &Answer) {
        if answer.rows.len() > MOST_ROWS {
            return;
        }
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.0 < seq.0 || kept.1.len() >= MOST {
            *kept = (seq.0, HashMap::new());
        }
        if kept.0 == seq.0 {
            kept.1.insert(question, answer.clone());
        }
    }
}
