//! An upload becomes evidence of a case.

use super::{error, sealed, store};
use crate::cases::entry::{Detail, EvidenceDetail, NewEntry};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::platform::files::FileKey;
use chrono::{DateTime, Utc};
use entity::case_entry::CaseEntryKind;
use entity::evidence::{self, EvidenceKind, EvidenceSource};
use entity::{CaseId, EvidenceId, StaffId, UploadId, upload};
use sea_orm::ActiveValue::Set;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// What is said of a file when it becomes evidence.
pub struct Attachment {
    pub upload: UploadId,
    pub kind: EvidenceKind,
    pub source: EvidenceSource,
    pub collector_id: StaffId,
    pub collected_at: DateTime<Utc>,
    pub description: Option<String>,
}

/// An upload that is no longer one: its row is gone, its contents are there.
pub struct Taken {
    pub upload: upload::Model,
    pub name: String,
    pub key: FileKey,
}

/// Takes an upload of the person who acts, for something that keeps its name and its key.
pub async fn take(tx: &Tx, id: UploadId, (rule, field): (&'static str, &'static str)) -> Result<Taken> {
    let found = store::lock_upload(tx, id).await?;
    let upload = found.ok_or_else(|| error::upload_unknown(rule, field))?;
    upload::Entity::delete_many().filter(upload::Column::Id.eq(upload.id)).exec(tx.db()).await?;
    let before = tx.vault().system()?;
    let name = before.open(sealed::UPLOAD_NAME, upload.id, &upload.name_sealed)?;
    let key = FileKey::open(before, sealed::UPLOAD_KEY, upload.id, &upload.key_sealed)?;
    Ok(Taken { upload, name, key })
}

/// Makes evidence of an upload of the person who acts; its key is sealed anew, for the case. Gives it with the entry that the
/// handling record is to have.
pub async fn attach(
    tx: &Tx,
    case: CaseId,
    attachment: Attachment,
    (rule, field): (&'static str, &'static str),
) -> Result<(evidence::Model, NewEntry)> {
    let added_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people add evidence"))?;
    let Taken { upload, name, key } = take(tx, attachment.upload, (rule, field)).await?;
    let id: EvidenceId = tx.id();
    let own = tx.key_of(case).await?;
    let row = evidence::ActiveModel {
        id: Set(id),
        case_id: Set(case),
        kind: Set(attachment.kind),
        source: Set(attachment.source),
        collector_id: Set(attachment.collector_id),
        collected_at: Set(attachment.collected_at),
        description: Set(attachment.description),
        file_id: Set(upload.id),
        name_sealed: Set(own.seal(sealed::NAME, id, &name)?),
        media_type: Set(upload.media_type),
        size: Set(upload.size),
        sha256: Set(upload.sha256),
        key_sealed: Set(key.seal(&own, sealed::KEY, case)?),
        added_by: Set(added_by),
        added_at: Set(tx.now()),
    };
    let item = evidence::Entity::insert(row).exec_with_returning(tx.db()).await?;
    let Attachment { kind, source, .. } = attachment;
    let detail = EvidenceDetail { evidence_id: id, kind, source, sha256: item.sha256.clone() };
    Ok((item, NewEntry::new(CaseEntryKind::EvidenceAdded, Detail::Evidence(detail))))
}
