//! Delivering the material to the department, after the supervisor agreed: exactly what is listed becomes its to read
//! (HK-5.4.6, HK-6.5, HK-6.6).

use super::{Told, listed, lock_for, record, start_clock, tell, tell_department};
use crate::assistance::policy::{self, AssistanceAct};
use crate::assistance::store;
use crate::cases::evidence;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{AssistanceId, EvidenceId, assistance};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Deliver the material to the department that helps.
#[derive(InputObject, Serialize)]
#[graphql(name = "DeliverAssistanceInput")]
pub struct DeliverAssistance {
    /// Any text of yours, new for each delivery. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    pub assistance_id: Global<AssistanceId>,
    /// The `version` of the assistance that you saw.
    pub expected_version: i32,
    /// The evidence that goes along, piece by piece; as a rule, all that `Case.evidence` lists. It may be empty only where the
    /// case has none.
    pub evidence_ids: Vec<Global<EvidenceId>>,
    /// A few words on the matter; the department reads them.
    pub brief: Option<String>,
}

/// As many as a list of the API shows at once.
pub(super) const MOST_PIECES: usize = 200;

impl Command for DeliverAssistance {
    type Output = AssistanceId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "deliverAssistance", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<AssistanceId>> {
        let brief = text::optional("brief", self.brief.as_deref(), text::PROSE)?;
        let asked = keys(&self.evidence_ids)?;
        let id = self.assistance_id.0;
        let (case, before, actor) = lock_for(tx, AssistanceAct::Deliver, id, self.expected_version).await?;
        let held = evidence::store::of_cases(tx.db(), &[case.id]).await?;
        let pieces = policy::may_be_delivered(&asked, &held)?;

        let changes = assistance::ActiveModel {
            brief: Set(brief.clone()),
            delivered_at: Set(Some(tx.now())),
            delivered_by: Set(Some(actor)),
            ..Default::default()
        };
        store::update(tx, &before, changes).await?;
        store::deliver(tx, id, &pieces.iter().map(|piece| piece.id).collect::<Vec<_>>()).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        start_clock(tx, &case, &before, &profile).await?;
        let told = Told { text: brief.as_deref(), delivered: &pieces };
        let entry = tell(tx, &before, CaseEntryKind::AssistanceDelivered, told).await?;
        tell_department(tx, &before, NotificationKind::AssistanceDelivered, entry).await?;

        let record = listed(record(AuditAction::AssistanceDelivered, &before), &pieces);
        Ok(Done { output: id, record })
    }
}

/// The keys that somebody lists; not more than can be looked through.
pub(super) fn keys(ids: &[Global<EvidenceId>]) -> Result<Vec<EvidenceId>> {
    if ids.len() > MOST_PIECES {
        return Err(Failure::bad_input("evidenceIds", format!("Give at most {MOST_PIECES} pieces.")));
    }
    Ok(ids.iter().map(|id| id.0).collect())
}
