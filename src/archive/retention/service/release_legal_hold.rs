//! A legal hold ends; others on the same file go on.

use crate::archive::retention::{error, sealed, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{ArchiveFileId, LegalHoldId, legal_hold_release};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// End a legal hold.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReleaseLegalHoldInput")]
pub struct ReleaseLegalHold {
    pub legal_hold_id: Global<LegalHoldId>,
    /// Why: 10 000 characters at most. It is sealed, and goes with the file.
    pub reason: String,
}

impl Command for ReleaseLegalHold {
    type Output = ArchiveFileId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveFileId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let released_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people release a hold"))?;
        let hold = store::hold(tx, self.legal_hold_id.0).await?;
        if store::released(tx.db(), hold.id).await? {
            return Err(error::already_released().into());
        }
        let case = store::keeping_of(tx, hold.archive_file_id).await?.case;
        let reason_sealed = tx.key_of(case).await?.seal(sealed::RELEASE_REASON, hold.id, &reason)?;
        legal_hold_release::Entity::insert(legal_hold_release::ActiveModel {
            legal_hold_id: Set(hold.id),
            reason_sealed: Set(reason_sealed),
            released_by: Set(released_by),
            released_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::LegalHoldReleased, hold.id).of_case(case).reason(reason);
        Ok(Done { output: hold.archive_file_id, record })
    }
}
