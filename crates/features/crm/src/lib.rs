//! Accounts, contacts, products, orders, deals, activities, quotas, leads, costs, cases, surveys. See README.md.

pub mod deals;
mod demand;
mod enablement;
mod field_work;
mod goals;
mod records;
mod service;

pub use demand::{CASH_FLOW, COST, LEAD, MARKET_SIZE, RECEIVABLE};
pub use enablement::{ASSESSMENT, CONTENT_EVENT, COURSE, FEEDBACK, TRAINING};
pub use field_work::{RELATIONSHIP, REPORT, TENDER, VISIT_PLAN};
pub use goals::{FORECAST, QUOTA, TARGET};
pub use service::{CASE, SURVEY_RESPONSE};

pub use records::{
    ACCOUNT, ACTIVITY, CONTACT, DEAL, DEAL_SPLIT, ORDER, ORDER_LINE, PIPELINE, PRODUCT, RECORD_TYPES, STAGE,
};
