//! Suspended closing (暂结案): a case is set aside because the complainant refuses the plan, is silent or cannot be reached. A
//! contact or new evidence within the period takes it up again; after the period it is closed.
//!
//! Rules: HK-5.5.2…HK-5.5.5, HK-8.7.

pub mod error;
pub mod loaders;
pub mod policy;
pub mod store;
