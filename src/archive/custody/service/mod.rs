//! What is recorded about the keeping of the archive, one use case per file.

pub mod move_archive_file;
pub mod record_archive_backup;
pub mod record_archive_check;
pub mod record_damage;
pub mod treat_archive_damage;

use crate::archive::error;
use crate::identity;
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::archive_damage::{self, DamageKind};
use entity::staff_role::Role;
use entity::{ArchiveCheckId, ArchiveFileId, ArchivePlacementId, StaffId, archive_placement};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Where a paper file is kept (SG-13.1).
#[derive(InputObject, Serialize)]
#[graphql(name = "ArchivePlacementInput")]
pub struct Placement {
    /// The locked cabinet.
    pub cabinet: String,
    /// Where in the cabinet.
    pub place: String,
    /// Who holds its key: somebody with the role ARCHIVIST (SG-16.2).
    pub key_holder_id: Global<StaffId>,
}

/// Puts a paper file somewhere.
pub(in crate::archive) async fn place(
    tx: &Tx,
    file: ArchiveFileId,
    placement: &Placement,
) -> Result<ArchivePlacementId> {
    let placed_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people move files"))?;
    let cabinet = text::required("cabinet", &placement.cabinet, text::LINE)?;
    let place = text::required("place", &placement.place, text::LINE)?;
    let key_holder_id = placement.key_holder_id.0;
    let card = identity::store::card(tx.db(), key_holder_id).await?;
    let roles = identity::store::roles_of(tx.db(), key_holder_id).await?;
    if card.is_none_or(|card| card.disabled_at.is_some()) || !roles.contains(&Role::Archivist) {
        return Err(error::not_a_key_holder().into());
    }
    let id: ArchivePlacementId = tx.id();
    archive_placement::Entity::insert(archive_placement::ActiveModel {
        id: Set(id),
        archive_file_id: Set(file),
        cabinet: Set(cabinet),
        place: Set(place),
        key_holder_id: Set(key_holder_id),
        placed_by: Set(placed_by),
        placed_at: Set(tx.now()),
    })
    .exec_without_returning(tx.db())
    .await?;
    Ok(id)
}

/// Damage as it is written down.
struct Found {
    file: Option<ArchiveFileId>,
    check: Option<ArchiveCheckId>,
    kind: DamageKind,
    part: Option<String>,
    remark: Option<String>,
}

async fn insert_damages(tx: &Tx, found: Vec<Found>) -> Result<()> {
    if found.is_empty() {
        return Ok(());
    }
    let rows = found.into_iter().map(|found| archive_damage::ActiveModel {
        id: Set(tx.id()),
        archive_file_id: Set(found.file),
        check_id: Set(found.check),
        kind: Set(found.kind),
        part: Set(found.part),
        remark: Set(found.remark),
        found_by: Set(tx.actor().staff_id()),
        found_at: Set(tx.now()),
    });
    archive_damage::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
    Ok(())
}
