//! The handler takes back what the supervisor agreed to and the department has not answered: it is needed no more.

use super::{Told, lock_for, readable_until, record, tell, tell_department};
use crate::assistance::policy::AssistanceAct;
use crate::assistance::state::AssistanceState;
use crate::assistance::store;
use crate::cases::deadlines;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{AssistanceId, assistance};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Take back an assistance that is not returned. Until it is decided, `withdrawApproval` takes the request back.
#[derive(InputObject, Serialize)]
#[graphql(name = "WithdrawAssistanceInput")]
pub struct WithdrawAssistance {
    /// Any text of yours, new for each withdrawal. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub assistance_id: Global<AssistanceId>,
    /// The `version` of the assistance that you saw.
    pub expected_version: i32,
    /// Why it is needed no more.
    pub reason: String,
}

impl Command for WithdrawAssistance {
    type Output = AssistanceId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "withdrawAssistance", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<AssistanceId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let id = self.assistance_id.0;
        let (case, before, _) = lock_for(tx, AssistanceAct::Withdraw, id, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;

        let changes = assistance::ActiveModel {
            withdrawn_at: Set(Some(tx.now())),
            readable_until: Set(Some(readable_until(tx, &profile).await?)),
            ..Default::default()
        };
        store::update(tx, &before, changes).await?;
        deadlines::cease(tx, case.id, StartEvent::AssistanceReceived, id).await?;
        let told = Told { text: Some(&reason), ..Told::default() };
        let entry = tell(tx, &before, CaseEntryKind::AssistanceWithdrawn, told).await?;
        if before.state() != AssistanceState::Approved {
            tell_department(tx, &before, NotificationKind::AssistanceWithdrawn, entry).await?;
        }
        Ok(Done { output: id, record: record(AuditAction::AssistanceWithdrawn, &before).reason(reason) })
    }
}
