//! Accounts, contacts, products, orders. See README.md.

mod records;

pub use records::{ACCOUNT, CONTACT, ORDER, ORDER_LINE, PRODUCT, RECORD_TYPES};
