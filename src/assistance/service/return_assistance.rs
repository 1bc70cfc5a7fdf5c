//! The department writes its opinion or result into the form and returns it to the handler (HK-6.7).

use super::{Told, lock_for, readable_until, record, tell, tell_handler};
use crate::assistance::policy::AssistanceAct;
use crate::assistance::{error, store};
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

/// Return the opinion or result of your department. It is final: what is missing is asked for anew.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReturnAssistanceInput")]
pub struct ReturnAssistance {
    /// Any text of yours, new for each return. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub assistance_id: Global<AssistanceId>,
    /// The `version` of the assistance that you saw.
    pub expected_version: i32,
    /// The opinion in detail, or the result.
    pub opinion: String,
}

impl Command for ReturnAssistance {
    type Output = AssistanceId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "returnAssistance", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<AssistanceId>> {
        let id = self.assistance_id.0;
        let (case, before, actor) = lock_for(tx, AssistanceAct::Return, id, self.expected_version).await?;
        let opinion = text::optional("opinion", Some(&self.opinion), text::PROSE)?;
        let opinion = opinion.ok_or_else(error::opinion_required)?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;

        let changes = assistance::ActiveModel {
            opinion: Set(Some(opinion.clone())),
            returned_at: Set(Some(tx.now())),
            returned_by: Set(Some(actor)),
            readable_until: Set(Some(readable_until(tx, &profile).await?)),
            ..Default::default()
        };
        store::update(tx, &before, changes).await?;
        deadlines::meet(tx, case.id, StartEvent::AssistanceReceived, id, tx.now()).await?;
        let told = Told { text: Some(&opinion), ..Told::default() };
        let entry = tell(tx, &before, CaseEntryKind::AssistanceReturned, told).await?;
        tell_handler(tx, &before, NotificationKind::AssistanceReturned, entry).await?;
        Ok(Done { output: id, record: record(AuditAction::AssistanceReturned, &before).reason(opinion) })
    }
}
