//! What was paid on an approval item (执行). The database refuses to change or delete a row.

use crate::{ApprovalExecutionId, ApprovalId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "approval_executions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalExecutionId,
    pub approval_id: ApprovalId,
    /// Of the payment; once for an item.
    pub voucher_number: String,
    /// In fen.
    pub amount: i64,
    /// Local day of the payment.
    pub executed_on: Date,
    /// The content that was approved, and paid on.
    pub content_sha256: String,
    pub recorded_by: StaffId,
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
