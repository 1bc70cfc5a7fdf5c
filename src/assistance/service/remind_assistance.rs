//! Pressing for the result (催办, HK-2.6); once on a local day.

use super::{Told, lock_for, record, tell, tell_department};
use crate::assistance::policy::{self, AssistanceAct};
use crate::assistance::store;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{AssistanceId, assistance};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Remind the department.
#[derive(InputObject, Serialize)]
#[graphql(name = "RemindAssistanceInput")]
pub struct RemindAssistance {
    pub assistance_id: Global<AssistanceId>,
    /// The `version` of the assistance that you saw.
    pub expected_version: i32,
}

impl Command for RemindAssistance {
    type Output = AssistanceId;

    async fn execute(&self, tx: &Tx) -> Result<Done<AssistanceId>> {
        let id = self.assistance_id.0;
        let (_, before, _) = lock_for(tx, AssistanceAct::Remind, id, self.expected_version).await?;
        policy::may_remind_again(&before.row, tx.now())?;
        let changes = assistance::ActiveModel { reminded_at: Set(Some(tx.now())), ..Default::default() };
        store::update(tx, &before, changes).await?;
        let entry = tell(tx, &before, CaseEntryKind::AssistanceReminded, Told::default()).await?;
        tell_department(tx, &before, NotificationKind::AssistanceReminded, entry).await?;
        Ok(Done { output: id, record: record(AuditAction::AssistanceReminded, &before) })
    }
}
