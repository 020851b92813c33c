//! The company's rules as pure functions: no database, no web, no clock, no files.

pub mod access;
pub mod appraisal;
pub mod coaching;
pub mod export;
pub mod facts;
pub mod goal;
pub mod kpi;
pub mod log;
pub mod record;
pub mod recruiting;
pub mod role;
pub mod score;
pub mod training;
pub mod waiting;
pub mod xapi;
