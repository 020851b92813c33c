//! What sales people are paid: plans, what they are paid for, and the statement that follows from both (reference, section C).
//!
//! Pure: texts and a period go in, a statement comes out; nothing here reads files, the clock or the environment, and no sentence
//! is written here. `docs/pay-format.md` describes plans and input files.

mod commission;
mod components;
pub mod condition;
pub mod conformance;
mod credit;
pub mod curve;
pub mod exact;
pub mod file;
mod flow;
pub mod form;
pub mod inputs;
mod ledger;
pub mod number;
mod outline;
pub mod plan;
mod quota;
pub mod reason;
mod round;
mod run;
mod scene;
pub mod statement;
mod tiers;

pub use file::{FileError, PayFile, WhatIf};
pub use inputs::{Files, InputError, Inputs};
pub use outline::{Article, Clause, NONE, Outline, RateLine};
pub use plan::{Plan, PlanError, SHIPPED};
pub use quota::{RampError, RampSteps};
pub use reason::{Argument, Reason};
pub use run::{PayError, calculate, standings};
pub use statement::{PayeeStatement, Standing, Statement};
