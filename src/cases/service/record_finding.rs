//! Findings: what happened, and who is responsible for it (HK-5.4.2, HK-5.4.3).

use super::record;
use crate::cases::entry::{Detail, FindingDetail, NewEntry};
use crate::cases::policy::{self, CaseAct};
use crate::cases::{error, store};
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case_entry::{self, CaseEntryKind, FindingKind, ResponsibleParty};
use entity::{CaseId, case};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Record what the investigation found.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordFindingInput")]
pub struct RecordFinding {
    /// Any text of yours, new for each entry. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// What the finding settles.
    pub finding: FindingKind,
    /// Who is responsible: needed for RESPONSIBILITY, where NOBODY says that no fault was found.
    pub responsible_party: Option<ResponsibleParty>,
    pub text: String,
    /// When it was found: now, if no time is given.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl Command for RecordFinding {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "recordFinding", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let text = text::required("text", &self.text, text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_handle(CaseAct::RecordFinding, tx.actor(), &case)?;
        let occurred_at = instant::given("occurredAt", self.occurred_at)?.unwrap_or(tx.now());
        policy::may_have_happened(occurred_at, &case, tx.now(), "HK-5.4.2")?;
        match (self.finding, self.responsible_party) {
            (FindingKind::Responsibility, None) => {
                return Err(
                    error::field_required("HK-5.4.3", "responsibleParty", "责任人", "the responsible party").into()
                );
            }
            (FindingKind::Fact, Some(_)) => {
                return Err(Failure::bad_input(
                    "responsibleParty",
                    "Only a finding of RESPONSIBILITY names who is responsible.",
                ));
            }
            _ => {}
        }

        let investigated = self.investigated_at(&store::entries(tx.db(), &[case.id]).await?, occurred_at)?;
        let mut milestones = match investigated.filter(|at| case.investigated_at != Some(*at)) {
            Some(at) => case::ActiveModel { investigated_at: Set(Some(at)), ..Default::default() },
            None => case::ActiveModel::default(),
        };
        // HK-5.4.8: who is found responsible is at fault. Another finding does not take that back.
        let agent_at_fault = case.agent_at_fault || self.responsible_party == Some(ResponsibleParty::Agent);
        if agent_at_fault != case.agent_at_fault {
            milestones.agent_at_fault = Set(agent_at_fault);
        }
        let Self { finding, responsible_party, .. } = *self;
        let detail = Detail::Finding(FindingDetail { finding, responsible_party, text });
        let entry = NewEntry::new(CaseEntryKind::Finding, detail);
        let record = record(tx, &case, AuditAction::FindingRecorded, entry, occurred_at, milestones).await?;
        let mut record = record.fact("finding", finding).fact("responsibleParty", responsible_party);
        if agent_at_fault != case.agent_at_fault {
            record = record.change("agentAtFault", case.agent_at_fault, agent_at_fault);
        }
        Ok(Done { output: case.id, record })
    }
}

impl RecordFinding {
    /// The investigation is done when both the facts and the responsibility are found (HK-8.1).
    fn investigated_at(
        &self,
        entries: &[case_entry::Model],
        occurred_at: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>> {
        let mut first = [None; 2];
        let mut meet = |finding: FindingKind, at: DateTime<Utc>| {
            let slot = &mut first[usize::from(finding == FindingKind::Responsibility)];
            *slot = Some(slot.map_or(at, |known: DateTime<Utc>| known.min(at)));
        };
        meet(self.finding, occurred_at);
        for entry in entries.iter().filter(|entry| entry.kind == CaseEntryKind::Finding) {
            if let Detail::Finding(detail) = serde_json::from_value(entry.detail.clone())? {
                meet(detail.finding, entry.occurred_at);
            }
        }
        let [fact, responsibility] = first;
        Ok(fact.zip(responsibility).map(|(fact, responsibility)| fact.max(responsibility)))
    }
}
