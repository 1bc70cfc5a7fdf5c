//! The only file that queries where files are kept, checks, damage and backups. Who keeps the archive and who audits it see all of
//! them; what belongs to a file is found by the key of a file that was found.

use crate::platform::access::{Actor, Permission};
use crate::platform::db::any_of;
use crate::platform::error::Result;
use chrono::{DateTime, Utc};
use entity::archive_file::ArchiveMedium;
use entity::{
    ArchiveBackupId, ArchiveCheckId, ArchiveDamageId, ArchiveFileId, archive_backup, archive_check, archive_damage,
    archive_file, archive_placement, archive_treatment,
};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};

fn all_or_none<E: EntityTrait>(actor: &Actor) -> Select<E> {
    let query = E::find();
    if actor.may(Permission::ArchiveCustodyRead) { query } else { query.filter(Expr::val(1).eq(0)) }
}

/// The checks that a person may see.
pub fn checks_visible_to(actor: &Actor) -> Select<archive_check::Entity> {
    all_or_none(actor)
}

pub const CHECK_POSITION: (archive_check::Column, archive_check::Column) =
    (archive_check::Column::CheckedAt, archive_check::Column::Id);

/// The damage that a person may see.
pub fn damages_visible_to(actor: &Actor) -> Select<archive_damage::Entity> {
    all_or_none(actor)
}

pub const DAMAGE_POSITION: (archive_damage::Column, archive_damage::Column) =
    (archive_damage::Column::FoundAt, archive_damage::Column::Id);

/// Narrows a list to damage about which nothing, or something, was done.
pub fn treated(query: Select<archive_damage::Entity>, treated: bool) -> Select<archive_damage::Entity> {
    let about =
        archive_treatment::Entity::find().select_only().column(archive_treatment::Column::DamageId).into_query();
    let id = archive_damage::Column::Id;
    query.filter(if treated { id.in_subquery(about) } else { id.not_in_subquery(about) })
}

/// The backups that a person may see.
pub fn backups_visible_to(actor: &Actor) -> Select<archive_backup::Entity> {
    all_or_none(actor)
}

pub const BACKUP_POSITION: (archive_backup::Column, archive_backup::Column) =
    (archive_backup::Column::MadeAt, archive_backup::Column::Id);

pub async fn check<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: ArchiveCheckId,
) -> Result<Option<archive_check::Model>> {
    Ok(checks_visible_to(actor).filter(archive_check::Column::Id.eq(id)).one(db).await?)
}

pub async fn damage<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: ArchiveDamageId,
) -> Result<Option<archive_damage::Model>> {
    Ok(damages_visible_to(actor).filter(archive_damage::Column::Id.eq(id)).one(db).await?)
}

pub async fn backup<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: ArchiveBackupId,
) -> Result<Option<archive_backup::Model>> {
    Ok(backups_visible_to(actor).filter(archive_backup::Column::Id.eq(id)).one(db).await?)
}

/// What was done about several pieces of damage.
pub async fn treatments<C: ConnectionTrait>(
    db: &C,
    damages: &[ArchiveDamageId],
) -> Result<Vec<archive_treatment::Model>> {
    let wanted = any_of(db.get_database_backend(), archive_treatment::Column::DamageId, damages);
    Ok(archive_treatment::Entity::find().filter(wanted).all(db).await?)
}

/// What several checks found.
pub async fn found_by<C: ConnectionTrait>(db: &C, checks: &[ArchiveCheckId]) -> Result<Vec<archive_damage::Model>> {
    let wanted = any_of(db.get_database_backend(), archive_damage::Column::CheckId, checks);
    Ok(archive_damage::Entity::find().filter(wanted).order_by_asc(archive_damage::Column::Id).all(db).await?)
}

/// The damage of several files, the earliest first.
pub async fn of_files<C: ConnectionTrait>(db: &C, files: &[ArchiveFileId]) -> Result<Vec<archive_damage::Model>> {
    let own = any_of(db.get_database_backend(), archive_damage::Column::ArchiveFileId, files);
    let query = archive_damage::Entity::find().filter(own);
    Ok(query.order_by_asc(DAMAGE_POSITION.0).order_by_asc(DAMAGE_POSITION.1).all(db).await?)
}

/// The damage of a file about which nothing was done.
pub async fn untreated<C: ConnectionTrait>(db: &C, file: ArchiveFileId) -> Result<Vec<archive_damage::Model>> {
    let own = archive_damage::Entity::find().filter(archive_damage::Column::ArchiveFileId.eq(file));
    Ok(treated(own, false).all(db).await?)
}

/// Where several files were put, the last move first.
pub async fn placements<C: ConnectionTrait>(db: &C, files: &[ArchiveFileId]) -> Result<Vec<archive_placement::Model>> {
    let own = any_of(db.get_database_backend(), archive_placement::Column::ArchiveFileId, files);
    let query = archive_placement::Entity::find().filter(own).order_by_desc(archive_placement::Column::PlacedAt);
    Ok(query.order_by_desc(archive_placement::Column::Id).all(db).await?)
}

/// When the first file of a medium was filed, if there is one.
pub async fn kept_since<C: ConnectionTrait>(db: &C, medium: ArchiveMedium) -> Result<Option<DateTime<Utc>>> {
    let files = archive_file::Entity::find().filter(archive_file::Column::Medium.eq(medium));
    let first = files.order_by_asc(archive_file::Column::FiledAt).one(db).await?;
    Ok(first.map(|file| file.filed_at))
}

/// When a medium was checked since an instant.
pub async fn checked_since<C: ConnectionTrait>(
    db: &C,
    medium: ArchiveMedium,
    since: DateTime<Utc>,
) -> Result<Vec<DateTime<Utc>>> {
    let query = archive_check::Entity::find()
        .select_only()
        .column(archive_check::Column::CheckedAt)
        .filter(archive_check::Column::Medium.eq(medium))
        .filter(archive_check::Column::CheckedAt.gte(since));
    Ok(query.into_tuple().all(db).await?)
}
