//! A file that nobody attached for a day loses its row.

use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;
use entity::{UploadId, upload};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Forget an upload whose contents are gone.
pub struct ForgetFile {
    pub id: UploadId,
}

impl Command for ForgetFile {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let gone = upload::Entity::delete_many()
            .filter(upload::Column::Id.eq(self.id))
            .filter(upload::Column::InfectedWith.is_null())
            .exec(tx.db())
            .await?;
        match gone.rows_affected {
            // Another server was faster.
            0 => Err(Failure::NotFound),
            _ => Ok(Done { output: (), record: AuditRecord::new(AuditAction::FileForgotten, self.id) }),
        }
    }
}
