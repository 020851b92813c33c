//! Accounts, contacts, products, orders, deals, activities, quotas. See README.md.

pub mod deals;
mod records;

pub use records::{
    ACCOUNT, ACTIVITY, CONTACT, DEAL, DEAL_SPLIT, ORDER, ORDER_LINE, PIPELINE, PRODUCT, QUOTA, RECORD_TYPES, STAGE,
};
