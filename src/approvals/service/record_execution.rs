//! Recording what was paid on an approved item: never more than was approved, no voucher twice (执行).

use super::tell;
use crate::approvals::{execution, store};
use crate::calendar::local_day;
use crate::cases::deadlines;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::money::Money;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::NaiveDate;
use entity::approval;
use entity::audit_event::AuditAction;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::{ApprovalExecutionId, ApprovalId, approval_execution};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Record a payment on an approved item.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordExecutionInput")]
pub struct RecordExecution {
    /// Any text of yours, new for each payment. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: String,
    pub approval_id: Global<ApprovalId>,
    /// The `contentSha256` of the item that you paid on.
    pub expected_content_sha256: String,
    /// Number of the payment voucher; once for an item.
    pub voucher_number: String,
    /// More than zero; with what was paid before no more than was approved.
    pub amount: Money,
    /// Local day of the payment: from the day of the decision until today.
    pub executed_on: NaiveDate,
}

impl Command for RecordExecution {
    type Output = ApprovalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "recordExecution", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let voucher_number = text::required("voucherNumber", &self.voucher_number, text::LINE)?;
        let executed_on = instant::given_day("executedOn", self.executed_on)?;
        let item = store::lock_to_execute(tx, self.approval_id.0).await?;
        let steps = store::steps(tx.db(), &[item.id]).await?;
        execution::may_execute(tx.actor(), &item, &steps)?;
        if item.content_sha256 != self.expected_content_sha256.to_lowercase() {
            return Err(execution::error::content_changed().into());
        }
        let vouchers = store::executions(tx.db(), &[item.id]).await?;
        if vouchers.iter().any(|paid| paid.voucher_number == voucher_number) {
            return Err(execution::error::voucher_used().into());
        }
        execution::may_pay(&item, self.amount.fen)?;
        let decided_on = item.decided_at.map_or(executed_on, local_day);
        if executed_on < decided_on || executed_on > local_day(tx.now()) {
            return Err(execution::error::day_not_allowed().into());
        }
        let recorded_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people pay"))?;

        let id: ApprovalExecutionId = tx.id();
        let row = approval_execution::ActiveModel {
            id: Set(id),
            approval_id: Set(item.id),
            voucher_number: Set(voucher_number.clone()),
            amount: Set(self.amount.fen),
            executed_on: Set(executed_on),
            content_sha256: Set(item.content_sha256.clone()),
            recorded_by: Set(recorded_by),
            recorded_at: Set(tx.now()),
        };
        approval_execution::Entity::insert(row).exec_without_returning(tx.db()).await?;
        let executed = item.executed_amount + self.amount.fen;
        let changes = approval::ActiveModel { executed_amount: Set(executed), ..Default::default() };
        let paid = store::update(tx, &item, changes).await?;
        // What something was paid on does not lapse.
        deadlines::meet(tx, item.case_id, StartEvent::ApprovalDecided, item.id, tx.now()).await?;
        tell(tx, &paid, CaseEntryKind::ApprovalExecuted, None, &voucher_number).await?;

        let record = AuditRecord::new(AuditAction::ApprovalExecuted, item.id)
            .of_case(item.case_id)
            .change("executedAmount", item.executed_amount, executed)
            .fact("voucherNumber", voucher_number)
            .fact("amount", self.amount.fen)
            .fact("executedOn", executed_on)
            .fact("contentSha256", &item.content_sha256);
        Ok(Done { output: item.id, record })
    }
}
