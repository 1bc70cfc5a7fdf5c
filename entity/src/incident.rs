//! Leaks, losses and abuse of confidential material (泄密事件, SG-16.7). The database refuses to change a row.

use crate::{IncidentId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What happened to confidential material.
    IncidentKind {
        /// 泄露
        Leak,
        /// 丢失
        Loss,
        /// 滥用
        Abuse,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "incidents")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: IncidentId,
    pub kind: IncidentKind,
    pub occurred_at: DateTimeUtc,
    pub account_sealed: String,
    pub persons_sealed: String,
    pub measure_sealed: Option<String>,
    pub recorded_by: StaffId,
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
