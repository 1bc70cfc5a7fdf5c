//! Saying that an agent is clearly at fault, or is not after all (HK-5.4.8). A finding that the agent is responsible says it too.

use super::enter;
use crate::cases::entry::{AgentFaultDetail, Detail};
use crate::cases::oversight::policy;
use crate::cases::store;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, case};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Record whether an agent is clearly at fault.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordAgentFaultInput")]
pub struct RecordAgentFault {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// False takes it back; the handler of the case may not.
    pub at_fault: bool,
    pub reason: String,
}

impl Command for RecordAgentFault {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        policy::may_record_agent_fault(tx.actor(), &case, self.at_fault, &profile)?;

        let changes = case::ActiveModel { agent_at_fault: Set(self.at_fault), ..Default::default() };
        store::update(tx, &case, changes).await?;
        let detail = Detail::AgentFault(AgentFaultDetail { at_fault: self.at_fault, reason: reason.clone() });
        let (_, record) =
            enter(tx, case.id, AuditAction::AgentFaultRecorded, CaseEntryKind::AgentFaultRecorded, detail).await?;
        let record = record.change("agentAtFault", case.agent_at_fault, self.at_fault).reason(reason);
        Ok(Done { output: case.id, record })
    }
}
