//! A file that somebody brought gets its row, and with it a person to whom it belongs.

use crate::cases::evidence::sealed;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::files::Kept;
use entity::audit_event::AuditAction;
use entity::{UploadId, upload};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

/// Keep the row of a file whose contents are in the store.
pub struct KeepFile<'a>(pub &'a Kept);

impl Command for KeepFile<'_> {
    type Output = UploadId;
    const DOOR: Door = Door::Service;

    async fn execute(&self, tx: &Tx) -> Result<Done<UploadId>> {
        let kept = self.0;
        let uploader_id = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people bring files"))?;
        let id = UploadId(kept.id);
        let size = i64::try_from(kept.size).map_err(|_| Failure::internal("a file is too large"))?;
        let key = tx.vault().system()?;
        upload::Entity::insert(upload::ActiveModel {
            id: Set(id),
            uploader_id: Set(uploader_id),
            created_at: Set(tx.now()),
            name_sealed: Set(key.seal(sealed::UPLOAD_NAME, id, &kept.name)?),
            media_type: Set(kept.media_type.to_owned()),
            size: Set(size),
            sha256: Set(kept.sha256.clone()),
            key_sealed: Set(kept.key.seal(key, sealed::UPLOAD_KEY, id)?),
            infected_with: Set(kept.infected_with.clone()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let action = match kept.infected_with {
            Some(_) => AuditAction::FileQuarantined,
            None => AuditAction::FileBrought,
        };
        let record = AuditRecord::new(action, id)
            .fact("mediaType", kept.media_type)
            .fact("size", size)
            .fact("sha256", &kept.sha256)
            .fact("infectedWith", &kept.infected_with);
        Ok(Done { output: id, record })
    }
}
