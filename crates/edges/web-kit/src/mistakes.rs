//! Mistakes in the code that a page survives: a word, an icon or a file that is not there. Tests do not survive them.

use std::sync::atomic::{AtomicBool, Ordering};

static IS_STRICT: AtomicBool = AtomicBool::new(cfg!(any(test, debug_assertions)));

/// From now on such a mistake panics, in whatever profile. Called by whatever starts the product for a test.
pub fn be_strict() {
    IS_STRICT.store(true, Ordering::Relaxed);
}

/// Panics when strict, otherwise lets the page be shown.
pub(crate) fn expect(is_right: impl FnOnce() -> bool, mistake: impl FnOnce() -> String) {
    assert!(!IS_STRICT.load(Ordering::Relaxed) || is_right(), "{}", mistake());
}
