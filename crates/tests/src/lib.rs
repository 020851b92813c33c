//! Tests that need a whole company; see `tests/all.rs`.
