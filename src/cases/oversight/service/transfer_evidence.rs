//! Handing the evidence against an agent to the department that manages the agents (移交, HK-5.4.8). The case stays with its
//! handler; more evidence may follow.

use crate::cases::entry::{Detail, EvidenceTransferDetail, NewEntry, TransferredItem};
use crate::cases::oversight::{error, policy};
use crate::cases::policy::may_have_happened;
use crate::cases::{evidence, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::{instant, text};
use crate::profiles;
use async_graphql::{InputObject, OneofObject};
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, EvidenceId, case, evidence as stored};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Record that the evidence against an agent was handed over.
#[derive(InputObject, Serialize)]
#[graphql(name = "TransferEvidenceInput")]
pub struct TransferEvidence {
    /// Any text of yours, new for each transfer. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// The department that gets it; that of the policy, if none is given.
    pub department: Option<String>,
    /// Who takes it there.
    pub receiver: String,
    /// Everything that is handed over, at most 200 pieces.
    pub evidence: Vec<TransferredItemInput>,
    /// When it was: now, if no time is given.
    pub occurred_at: Option<DateTime<Utc>>,
}

/// A piece of evidence that is handed over: one that the case holds, or a thing that is no file.
#[derive(OneofObject, Serialize)]
pub enum TransferredItemInput {
    /// An evidence item of the case.
    EvidenceId(Global<EvidenceId>),
    /// What it is, for example a paper original.
    Description(String),
}

const MOST_PIECES: usize = 200;

impl Command for TransferEvidence {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "transferEvidence", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let department = text::optional("department", self.department.as_deref(), text::LINE)?;
        let receiver = text::required("receiver", &self.receiver, text::LINE)?;
        if self.evidence.len() > MOST_PIECES {
            return Err(Failure::bad_input("evidence", format!("Give at most {MOST_PIECES} pieces.")));
        }
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_transfer(tx.actor(), &case)?;
        if self.evidence.is_empty() {
            return Err(error::evidence_required().into());
        }
        let held = evidence::store::of_cases(tx.db(), &[case.id]).await?;
        let pieces: Vec<_> = self.evidence.iter().map(|piece| piece.item(&held)).collect::<Result<_>>()?;
        let occurred_at = instant::given("occurredAt", self.occurred_at)?.unwrap_or(tx.now());
        may_have_happened(occurred_at, &case, tx.now(), "HK-5.4.8")?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let usual = || profile.agent_fault.as_ref().map(|rules| rules.department.clone());
        let department = department.or_else(usual).ok_or_else(error::department_required)?;

        if case.evidence_transferred_at.is_none() {
            let changes = case::ActiveModel { evidence_transferred_at: Set(Some(occurred_at)), ..Default::default() };
            store::update(tx, &case, changes).await?;
        }
        let hashes: Vec<_> = pieces.iter().map(|piece| piece.sha256.clone()).collect();
        let detail = EvidenceTransferDetail { department: department.clone(), receiver, evidence: pieces };
        let entry = NewEntry::new(CaseEntryKind::EvidenceTransferred, Detail::EvidenceTransfer(detail));
        let id = store::insert_entry(tx, case.id, entry, occurred_at).await?;
        let record = AuditRecord::new(AuditAction::EvidenceTransferred, id)
            .of_case(case.id)
            .fact("department", department)
            .fact("sha256", hashes)
            .fact("occurredAt", occurred_at);
        Ok(Done { output: case.id, record })
    }
}

impl TransferredItemInput {
    /// What is written down of it, if the case has it.
    fn item(&self, held: &[stored::Model]) -> Result<TransferredItem> {
        match self {
            Self::EvidenceId(id) => {
                let item = held.iter().find(|item| item.id == id.0).ok_or(Failure::NotFound)?;
                let (description, sha256) = (item.description.clone(), Some(item.sha256.clone()));
                Ok(TransferredItem { evidence_id: Some(item.id), description, sha256 })
            }
            Self::Description(text) => {
                let description = Some(text::required("description", text, text::LINE)?);
                Ok(TransferredItem { evidence_id: None, description, sha256: None })
            }
        }
    }
}
