//! The log of backups (备份记录, SG-13.2).

use crate::archive::error;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::{ArchiveBackupId, archive_backup};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Log a backup of the archive.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordArchiveBackupInput")]
pub struct RecordArchiveBackup {
    /// Any text of yours, new for each backup. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    /// When it was made; not in the future.
    pub made_at: DateTime<Utc>,
    /// Where it is kept.
    pub place: String,
    /// Whether it was complete and could be read.
    pub succeeded: bool,
    pub remark: Option<String>,
}

impl Command for RecordArchiveBackup {
    type Output = ArchiveBackupId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "recordArchiveBackup", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveBackupId>> {
        let place = text::required("place", &self.place, text::LINE)?;
        let remark = text::optional("remark", self.remark.as_deref(), text::PROSE)?;
        let made_at = instant::given("madeAt", Some(self.made_at))?.unwrap_or(tx.now());
        if made_at > tx.now() {
            return Err(error::time_in_the_future("SG-13.2", "madeAt").into());
        }
        let recorded_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people log backups"))?;
        let id: ArchiveBackupId = tx.id();
        archive_backup::Entity::insert(archive_backup::ActiveModel {
            id: Set(id),
            made_at: Set(made_at),
            place: Set(place),
            succeeded: Set(self.succeeded),
            remark: Set(remark),
            recorded_by: Set(recorded_by),
            recorded_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::ArchiveBackupRecorded, id)
            .fact("madeAt", made_at)
            .fact("succeeded", self.succeeded);
        Ok(Done { output: id, record })
    }
}
