//! All files of a disposal are dealt with: it is certified (销毁清册).

use crate::archive::disposal::certificate::{Certificate, CertifiedFile, Signatory};
use crate::archive::disposal::store;
use crate::archive::retention;
use crate::identity;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::signing::ServerKeys;
use entity::audit_event::AuditAction;
use entity::disposal::{self, DisposalState};
use entity::{DisposalId, StaffId};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;
use std::sync::Arc;

/// Certify a disposal.
pub struct CompleteDisposal {
    pub disposal: DisposalId,
    pub keys: Arc<ServerKeys>,
}

impl Command for CompleteDisposal {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let found = store::lock_going_on(tx, self.disposal).await?.ok_or(Failure::NotFound)?;
        if !store::unfinished(tx.db(), found.id).await?.is_empty() {
            return Err(Failure::NotFound);
        }
        let items = store::items(tx.db(), &[found.id]).await?;
        let ids: Vec<_> = items.iter().map(|(_, file)| file.id).collect();
        let cases: Vec<_> = items.iter().map(|(_, file)| file.case_id).collect();
        let keeping = retention::store::keeping(tx.db(), &ids).await?;
        let hashes = store::evidence_hashes(tx.db(), &cases).await?;
        let files = items.into_iter().map(|(item, file)| CertifiedFile {
            completed_on: keeping.get(&file.id).and_then(|keeping| keeping.completed_on),
            evidence_sha256: hashes
                .iter()
                .filter(|(case, _)| *case == file.case_id)
                .map(|(_, hash)| hash.clone())
                .collect(),
            number: file.number,
            case_number: file.case_number,
            severity: file.severity,
            snapshot_sha256: file.snapshot_sha256,
            outcome: item.state,
            at: item.ended_at,
        });
        let certificate = Certificate {
            disposal: found.id,
            legal_basis: found.legal_basis.clone(),
            reason: found.reason.clone(),
            proposed_by: signatory(tx, Some(found.proposed_by)).await?,
            proposed_at: found.proposed_at,
            approved_by: signatory(tx, found.decided_by).await?,
            approved_at: found.decided_at.ok_or_else(|| Failure::internal("a disposal that nobody agreed to"))?,
            completed_at: tx.now(),
            files: files.collect(),
        };
        let signed = certificate.sign(&self.keys)?;
        let changed = disposal::ActiveModel {
            id: Set(found.id),
            version: Set(found.version + 1),
            state: Set(DisposalState::Completed),
            completed_at: Set(Some(tx.now())),
            certificate: Set(Some(signed.content)),
            certificate_sha256: Set(Some(signed.sha256.clone())),
            key_id: Set(Some(signed.signature.key_id)),
            signature: Set(Some(signed.signature.value)),
            ..Default::default()
        };
        changed.update(tx.db()).await?;
        let record = AuditRecord::new(AuditAction::DisposalCompleted, found.id)
            .change("state", found.state, DisposalState::Completed)
            .fact("certificateSha256", signed.sha256);
        Ok(Done { output: (), record })
    }
}

async fn signatory(tx: &Tx, person: Option<StaffId>) -> Result<Signatory> {
    let vanished = || Failure::internal("a person vanished");
    let id = person.ok_or_else(vanished)?;
    let card = identity::store::card(tx.db(), id).await?.ok_or_else(vanished)?;
    Ok(Signatory { id, name: card.name })
}
