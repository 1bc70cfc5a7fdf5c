//! The only file that queries supplements and the files that they are added to. Supplements are found by the key of a file that was
//! found.

use crate::archive;
use crate::cases;
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use entity::{ArchiveFileId, CaseId, archive_file, archive_supplement, case};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// The supplements of several files, in their order.
pub async fn of_files<C: ConnectionTrait>(db: &C, files: &[ArchiveFileId]) -> Result<Vec<archive_supplement::Model>> {
    let own = any_of(db.get_database_backend(), archive_supplement::Column::ArchiveFileId, files);
    Ok(archive_supplement::Entity::find()
        .filter(own)
        .order_by_asc(archive_supplement::Column::Position)
        .all(db)
        .await?)
}

/// The file of a case that the person may see, and the case.
pub async fn by_case(tx: &Tx, id: CaseId) -> Result<(case::Model, Option<archive_file::Model>)> {
    let case = cases::store::lock(tx, id).await?;
    let file = archive_file::Entity::find().filter(archive_file::COLUMN.case_id.eq(id)).one(tx.db()).await?;
    Ok((case, file))
}

/// A file that the person may look up, and its case.
pub async fn by_file(tx: &Tx, id: ArchiveFileId) -> Result<(case::Model, Option<archive_file::Model>)> {
    let file = archive::store::by_id(tx.db(), tx.actor(), tx.now(), id).await?.ok_or(Failure::NotFound)?;
    let case = case::Entity::find_by_id(file.case_id).one(tx.db()).await?.ok_or(Failure::NotFound)?;
    Ok((case, Some(file)))
}
