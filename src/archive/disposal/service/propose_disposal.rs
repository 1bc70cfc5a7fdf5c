//! Proposing files for disposal: only those whose time has passed and that nothing keeps (SG-13.6).

use super::holds;
use crate::archive::disposal::error;
use crate::archive::retention;
use crate::archive::retention::policy::{may_dispose, rule_for};
use crate::calendar::local_day;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::{Global, NodeKey};
use crate::platform::refusal::Refusal;
use crate::platform::text;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::disposal::{self, DisposalState};
use entity::disposal_item::{self, DisposalOutcome};
use entity::{ArchiveFileId, DisposalId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;
use std::collections::BTreeSet;

/// Propose archive files for disposal. Somebody else decides.
#[derive(InputObject, Serialize)]
#[graphql(name = "ProposeDisposalInput")]
pub struct ProposeDisposal {
    /// Any text of yours, new for each proposal. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    /// 1 to 1 000 files; all of them can be disposed of, or none is proposed.
    pub archive_file_ids: Vec<Global<ArchiveFileId>>,
    /// Why, for the certificate, which stays for good: name nobody. 10 000 characters at most.
    pub reason: String,
    /// The rule or law that lets them go, for the certificate. 200 characters at most.
    pub legal_basis: String,
}

const MOST: usize = 1_000;

impl Command for ProposeDisposal {
    type Output = DisposalId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "proposeDisposal", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<DisposalId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let legal_basis = text::required("legalBasis", &self.legal_basis, text::LINE)?;
        // In one order, so that two who propose the same do not wait for each other.
        let files: BTreeSet<ArchiveFileId> = self.archive_file_ids.iter().map(|id| id.0).collect();
        if files.is_empty() || files.len() > MOST {
            return Err(Failure::bad_input("archiveFileIds", "Name 1 to 1 000 files."));
        }
        let proposed_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people propose disposals"))?;
        for file in &files {
            retention::store::lock(tx, *file).await?;
        }
        let listed: Vec<_> = files.iter().copied().collect();
        let kept = retention::store::keeping(tx.db(), &listed).await?;
        let today = local_day(tx.now());
        let mut refusals: Vec<Refusal> = Vec::new();
        for keeping in files.iter().filter_map(|file| kept.get(file)) {
            holds(tx, keeping, |retention| retention.proposer).await?;
            let profile = profiles::store::profile(tx.db(), keeping.profile_version).await?;
            let rule = rule_for(profile.retention.as_ref(), &keeping.severity);
            match may_dispose(rule, &keeping.facts(), today) {
                Err(refusal) => refusals.push(refusal),
                Ok(()) if keeping.disposal.is_some() => refusals.push(error::in_another()),
                Ok(()) => {}
            }
        }
        if !refusals.is_empty() {
            return Err(refusals.into());
        }
        let id: DisposalId = tx.id();
        disposal::Entity::insert(disposal::ActiveModel {
            id: Set(id),
            version: Set(1),
            state: Set(DisposalState::Proposed),
            reason: Set(reason.clone()),
            legal_basis: Set(legal_basis.clone()),
            proposed_by: Set(proposed_by),
            proposed_at: Set(tx.now()),
            ..Default::default()
        })
        .exec_without_returning(tx.db())
        .await?;
        let items = files.iter().map(|file| disposal_item::ActiveModel {
            disposal_id: Set(id),
            archive_file_id: Set(*file),
            state: Set(DisposalOutcome::Pending),
            ended_at: Set(None),
        });
        disposal_item::Entity::insert_many(items).exec_without_returning(tx.db()).await?;
        let record = AuditRecord::new(AuditAction::DisposalProposed, id)
            .fact("files", listed.into_iter().map(NodeKey::global).map(|id| id.0).collect::<Vec<_>>())
            .fact("legalBasis", legal_basis)
            .reason(reason);
        Ok(Done { output: id, record })
    }
}
