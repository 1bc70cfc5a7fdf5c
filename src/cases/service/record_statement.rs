//! Statements of the parties: every party is heard (HK-5.4.1).

use super::{earlier, record};
use crate::cases::entry::{Detail, NewEntry, StatementDetail};
use crate::cases::policy::{self, CaseAct};
use crate::cases::store;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case_entry::{CaseEntryKind, StatementParty};
use entity::{CaseId, case};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Record what a party says of the matter.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordStatementInput")]
pub struct RecordStatement {
    /// Any text of yours, new for each entry. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    pub party: StatementParty,
    pub text: String,
    /// When it was given: now, if no time is given.
    pub occurred_at: Option<DateTime<Utc>>,
}

impl Command for RecordStatement {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "recordStatement", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let text = text::required("text", &self.text, text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_handle(CaseAct::RecordStatement, tx.actor(), &case)?;
        let occurred_at = instant::given("occurredAt", self.occurred_at)?.unwrap_or(tx.now());
        policy::may_have_happened(occurred_at, &case, tx.now(), "HK-5.4.1")?;

        // Hearing the complainant is as good as a contact (HK-8.1).
        let contacted = earlier(case.contacted_at, occurred_at).filter(|_| self.party == StatementParty::Complainant);
        let milestones = case::ActiveModel {
            contacted_at: contacted.map_or_else(Default::default, |at| Set(Some(at))),
            ..Default::default()
        };
        let detail = Detail::Statement(StatementDetail { party: self.party, text });
        let entry = NewEntry::new(CaseEntryKind::Statement, detail);
        let record = record(tx, &case, AuditAction::StatementRecorded, entry, occurred_at, milestones).await?;
        let record = record.fact("party", self.party);
        Ok(Done { output: case.id, record })
    }
}
