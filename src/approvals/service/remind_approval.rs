//! Reminding whoever should act on an item (催办); once on a local day.

use super::notices;
use crate::approvals::error;
use crate::approvals::policy::Item;
use crate::approvals::store::{self, NewStep};
use crate::calendar::local_day;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::ApprovalId;
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::notification::NotificationKind;
use serde::Serialize;

/// Remind whoever should act on an item.
#[derive(InputObject, Serialize)]
#[graphql(name = "RemindApprovalInput")]
pub struct RemindApproval {
    pub approval_id: Global<ApprovalId>,
    /// The `version` of the item that you saw.
    pub expected_version: i32,
}

impl Command for RemindApproval {
    type Output = ApprovalId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ApprovalId>> {
        let (case, item) = store::lock_version(tx, self.approval_id.0, self.expected_version).await?;
        Item { approval: &item, case: &case }.may_remind(tx.actor())?;
        let steps = store::steps(tx.db(), &[item.id]).await?;
        let today = local_day(tx.now());
        let reminded = |act, at| act == ApprovalAct::Reminded && local_day(at) == today;
        if steps.iter().any(|step| reminded(step.act, step.acted_at)) {
            return Err(error::reminded_today().into());
        }
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;

        let step = store::insert_step(tx, &item, NewStep::plain(ApprovalAct::Reminded, "")).await?;
        notices::tell_next(tx, &case, &profile, &item, step, NotificationKind::ApprovalReminded).await?;
        let record = AuditRecord::new(AuditAction::ApprovalReminded, item.id).of_case(case.id);
        Ok(Done { output: item.id, record })
    }
}
