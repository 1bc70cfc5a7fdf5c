//! The department confirms that it has the material: from here its time counts (HK-6.9, HK-8.5).

use super::{Told, lock_for, record, start_clock, tell};
use crate::assistance::policy::AssistanceAct;
use crate::assistance::store;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{AssistanceId, assistance};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Confirm that your department has what was delivered to it.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReceiveAssistanceInput")]
pub struct ReceiveAssistance {
    pub assistance_id: Global<AssistanceId>,
    /// The `version` of the assistance that you saw.
    pub expected_version: i32,
}

impl Command for ReceiveAssistance {
    type Output = AssistanceId;

    async fn execute(&self, tx: &Tx) -> Result<Done<AssistanceId>> {
        let id = self.assistance_id.0;
        let (case, before, actor) = lock_for(tx, AssistanceAct::Receive, id, self.expected_version).await?;
        let changes = assistance::ActiveModel {
            received_at: Set(Some(tx.now())),
            received_by: Set(Some(actor)),
            ..Default::default()
        };
        store::update(tx, &before, changes).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        start_clock(tx, &case, &before, &profile).await?;
        tell(tx, &before, CaseEntryKind::AssistanceReceived, Told::default()).await?;
        Ok(Done { output: id, record: record(AuditAction::AssistanceReceived, &before) })
    }
}
