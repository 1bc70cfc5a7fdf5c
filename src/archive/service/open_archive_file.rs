//! Opening an archive file: nothing is shown before the register has its row (HK-5.6.3, SG-14.9).

use crate::archive::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::access_register::{self, ReadingPurpose};
use entity::audit_event::AuditAction;
use entity::{AccessRegisterId, ArchiveFileId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Open an archive file, on record.
#[derive(InputObject, Serialize)]
#[graphql(name = "OpenArchiveFileInput")]
pub struct OpenArchiveFile {
    pub id: Global<ArchiveFileId>,
    /// What it is opened for.
    pub purpose: ReadingPurpose,
}

impl Command for OpenArchiveFile {
    type Output = AccessRegisterId;

    async fn execute(&self, tx: &Tx) -> Result<Done<AccessRegisterId>> {
        let reader_id = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people read archive files"))?;
        let file = store::by_id(tx.db(), tx.actor(), self.id.0).await?.ok_or(Failure::NotFound)?;
        // Nothing is left to show, and nothing was read.
        tx.key_of(file.case_id).await?;
        let id: AccessRegisterId = tx.id();
        access_register::Entity::insert(access_register::ActiveModel {
            id: Set(id),
            occurred_at: Set(tx.now()),
            reader_id: Set(reader_id),
            reader_roles: Set(tx.actor().role_names()),
            archive_file_id: Set(Some(file.id)),
            evidence_id: Set(None),
            purpose: Set(self.purpose),
            request_id: Set(tx.actor().request_id.to_string()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::ArchiveFileOpened, file.id)
            .of_case(file.case_id)
            .fact("number", file.number)
            .fact("purpose", self.purpose);
        Ok(Done { output: id, record })
    }
}
