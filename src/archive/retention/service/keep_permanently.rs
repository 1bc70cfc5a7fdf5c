//! A ground to keep a file for good (永久保存, SG-13.5).

use super::locked;
use crate::archive::retention::{error, sealed, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::ArchiveFileId;
use entity::audit_event::AuditAction;
use entity::permanent_retention::{self, PermanentGround};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Say why an archive file is to be kept for good. It has an effect where the profile lists the ground for the severity of the
/// file (SG-13.5), and is recorded anyway. It cannot be taken back.
#[derive(InputObject, Serialize)]
#[graphql(name = "KeepPermanentlyInput")]
pub struct KeepPermanently {
    pub archive_file_id: Global<ArchiveFileId>,
    pub ground: PermanentGround,
    /// In words: 10 000 characters at most. It is sealed, and goes with the file.
    pub reason: String,
}

impl Command for KeepPermanently {
    type Output = ArchiveFileId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveFileId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let (file, set_by) = locked(tx, self.archive_file_id.0).await?;
        if store::keeping_of(tx, file.id).await?.grounds.contains(&self.ground) {
            return Err(error::already_permanent().into());
        }
        let reason_sealed = tx.key_of(file.case_id).await?.seal(sealed::PERMANENT_REASON, file.id, &reason)?;
        permanent_retention::Entity::insert(permanent_retention::ActiveModel {
            archive_file_id: Set(file.id),
            ground: Set(self.ground),
            reason_sealed: Set(reason_sealed),
            set_by: Set(set_by),
            set_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::RetentionMadePermanent, file.id)
            .of_case(file.case_id)
            .fact("number", &file.number)
            .fact("ground", self.ground)
            .reason(reason);
        Ok(Done { output: file.id, record })
    }
}
