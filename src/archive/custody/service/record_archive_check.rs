//! Recording a check of the archive with what it found (档案检查记录, SG-13.3).

use super::{Found, insert_damages};
use crate::archive::store;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::archive_check;
use entity::archive_damage::DamageKind;
use entity::archive_file::ArchiveMedium;
use entity::audit_event::AuditAction;
use entity::{ArchiveCheckId, ArchiveFileId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Record that the archive was checked today.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordArchiveCheckInput")]
pub struct RecordArchiveCheck {
    /// Any text of yours, new for each check. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    /// What was checked.
    pub medium: ArchiveMedium,
    /// What was seen, in words, without names of complainants.
    pub remark: Option<String>,
    /// Damage that was found; none if everything is complete and readable. At most 100.
    #[graphql(default)]
    pub findings: Vec<ArchiveFinding>,
}

/// Damage that a check found.
#[derive(InputObject, Serialize)]
#[graphql(name = "ArchiveFindingInput")]
pub struct ArchiveFinding {
    /// The file; none for a cabinet or a store as a whole.
    pub archive_file_id: Option<Global<ArchiveFileId>>,
    pub kind: DamageKind,
    /// What was seen, in words, without names of complainants.
    pub remark: Option<String>,
}

const MOST_FINDINGS: usize = 100;

impl Command for RecordArchiveCheck {
    type Output = ArchiveCheckId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "recordArchiveCheck", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveCheckId>> {
        if self.findings.len() > MOST_FINDINGS {
            return Err(Failure::bad_input("findings", format!("Give at most {MOST_FINDINGS} findings.")));
        }
        let checked_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people check the archive"))?;
        let id: ArchiveCheckId = tx.id();
        archive_check::Entity::insert(archive_check::ActiveModel {
            id: Set(id),
            medium: Set(self.medium),
            remark: Set(text::optional("remark", self.remark.as_deref(), text::PROSE)?),
            checked_by: Set(checked_by),
            checked_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        insert_damages(tx, self.damages(tx, id).await?).await?;
        let kinds: Vec<_> = self.findings.iter().map(|finding| finding.kind).collect();
        let record =
            AuditRecord::new(AuditAction::ArchiveChecked, id).fact("medium", self.medium).fact("findings", kinds);
        Ok(Done { output: id, record })
    }
}

impl RecordArchiveCheck {
    async fn damages(&self, tx: &Tx, check: ArchiveCheckId) -> Result<Vec<Found>> {
        let mut files: Vec<_> =
            self.findings.iter().filter_map(|finding| finding.archive_file_id).map(|id| id.0).collect();
        files.sort();
        files.dedup();
        if store::by_ids(tx.db(), tx.actor(), tx.now(), &files).await?.len() != files.len() {
            return Err(Failure::NotFound);
        }
        let damage = |finding: &ArchiveFinding| {
            Ok(Found {
                file: finding.archive_file_id.map(|id| id.0),
                check: Some(check),
                kind: finding.kind,
                part: None,
                remark: text::optional("findings.remark", finding.remark.as_deref(), text::PROSE)?,
            })
        };
        self.findings.iter().map(damage).collect()
    }
}
