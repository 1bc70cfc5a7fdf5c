//! Evidence of the investigation: what it is, from whom, who collected it and when (HK-5.4.2).

use crate::cases::evidence::attach::{Attachment, attach};
use crate::cases::evidence::error;
use crate::cases::policy::{self, CaseAct};
use crate::cases::service::record;
use crate::cases::service::reopen_case::reopen;
use crate::cases::{store, suspensions};
use crate::identity;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_suspension::ReopeningGround;
use entity::evidence::{EvidenceKind, EvidenceSource};
use entity::{CaseId, EvidenceId, StaffId, UploadId};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Attach a file to a case as evidence. It stays for good.
#[derive(InputObject, Serialize)]
#[graphql(name = "AddEvidenceInput")]
pub struct AddEvidence {
    /// Any text of yours, new for each item. Sent again with the same input, nothing is added twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// The `id` that `POST /files` answered with; an upload of yours, not older than a day.
    pub upload_id: Global<UploadId>,
    pub kind: EvidenceKind,
    /// From whom it comes.
    pub source: EvidenceSource,
    /// Who collected it: you, if nobody is named.
    pub collector_id: Option<Global<StaffId>>,
    /// When it was collected: now, if no time is given.
    pub collected_at: Option<DateTime<Utc>>,
    /// What it shows.
    pub description: Option<String>,
}

impl Command for AddEvidence {
    type Output = EvidenceId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "addEvidence", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<EvidenceId>> {
        let description = text::optional("description", self.description.as_deref(), text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_handle(CaseAct::AddEvidence, tx.actor(), &case)?;
        let collected_at = instant::given("collectedAt", self.collected_at)?.unwrap_or(tx.now());
        if collected_at > tx.now() {
            return Err(error::in_the_future().into());
        }
        let attachment = Attachment {
            upload: self.upload_id.0,
            kind: self.kind,
            source: self.source,
            collector_id: self.collector(tx).await?,
            collected_at,
            description,
        };
        let (item, entry) = attach(tx, case.id, attachment, ("HK-5.4.2", "uploadId")).await?;
        // HK-5.5.4: new evidence within the period takes a suspended case up again.
        let suspension = suspensions::store::going_on(tx, &case).await?;
        let mut changes = case::ActiveModel::default();
        if suspension.is_some() {
            changes.state = Set(CaseState::Investigating);
        }
        let record = record(tx, &case, AuditAction::EvidenceAdded, entry, tx.now(), changes).await?;
        if let Some(suspension) = &suspension {
            reopen(tx, suspension, ReopeningGround::NewEvidence, None).await?;
        }
        let record = record
            .fact("evidenceId", item.id)
            .fact("kind", item.kind)
            .fact("source", item.source)
            .fact("collectorId", item.collector_id)
            .fact("collectedAt", item.collected_at)
            .fact("sha256", &item.sha256);
        Ok(Done { output: item.id, record })
    }
}

impl AddEvidence {
    async fn collector(&self, tx: &Tx) -> Result<StaffId> {
        let Some(Global(named)) = self.collector_id else {
            return tx.actor().staff_id().ok_or_else(|| Failure::internal("only people add evidence"));
        };
        let known = identity::store::cards(tx.db(), &[named]).await?;
        match known.first() {
            Some(_) => Ok(named),
            None => Err(Failure::bad_input("collectorId", "There is no such person.")),
        }
    }
}
