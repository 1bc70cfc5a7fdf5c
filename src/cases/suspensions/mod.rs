//! Suspended closing (暂结案): a case is set aside because the complainant refuses the plan, is silent or cannot be reached. A
//! contact or new evidence within the period takes it up again; after the period it is closed.
//!
//! Rules: HK-5.5.2…HK-5.5.6, HK-8.7. The end is a deadline like others (requirements T3, TM-6).

use chrono::{DateTime, Utc};
use entity::case_suspension;
use sea_orm::FromQueryResult;

pub mod error;
pub mod loaders;
pub mod policy;
pub mod store;

/// A suspension and when it ends.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Suspension {
    #[sea_orm(nested)]
    pub row: case_suspension::Model,
    /// The last second of the period: of its deadline.
    pub ends_at: DateTime<Utc>,
}
