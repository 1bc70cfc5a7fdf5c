//! The only file that queries disposals.

use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, Utc};
use entity::disposal::DisposalState;
use entity::disposal_item::DisposalOutcome;
use entity::{ArchiveFileId, CaseId, DisposalId, archive_file, case, disposal, disposal_item, evidence};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, Select};
use uuid::Uuid;

/// The disposals that a person may read: all of them, or none.
pub fn visible_to(actor: &Actor) -> Select<disposal::Entity> {
    let query = disposal::Entity::find();
    if actor.may(Permission::DisposalRead) { query } else { query.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (disposal::Column, disposal::Column) = (disposal::Column::ProposedAt, disposal::Column::Id);

pub async fn by_id<C: ConnectionTrait>(db: &C, actor: &Actor, id: DisposalId) -> Result<Option<disposal::Model>> {
    Ok(visible_to(actor).filter(disposal::Column::Id.eq(id)).one(db).await?)
}

/// The disposal, locked, in the version that was seen.
pub async fn lock(tx: &Tx, id: DisposalId, expected: i32) -> Result<disposal::Model> {
    let query = visible_to(tx.actor()).filter(disposal::Column::Id.eq(id)).lock_exclusive();
    let found = query.one(tx.db()).await?.ok_or(Failure::NotFound)?;
    if found.version != expected {
        return Err(Failure::conflict(expected, found.version));
    }
    Ok(found)
}

/// The files of several disposals, with the files themselves, by number.
pub async fn items<C: ConnectionTrait>(
    db: &C,
    disposals: &[DisposalId],
) -> Result<Vec<(disposal_item::Model, archive_file::Model)>> {
    let to_file = disposal_item::Entity::belongs_to(archive_file::Entity)
        .from(disposal_item::Column::ArchiveFileId)
        .to(archive_file::Column::Id)
        .into();
    let found = disposal_item::Entity::find()
        .join(sea_orm::JoinType::InnerJoin, to_file)
        .select_also(archive_file::Entity)
        .filter(any_of(db.get_database_backend(), disposal_item::Column::DisposalId, disposals))
        .order_by_asc(archive_file::Column::Number)
        .all(db)
        .await?;
    Ok(found.into_iter().filter_map(|(item, file)| Some((item, file?))).collect())
}

/// Disposals that were agreed to and are not completed, the earliest first.
pub async fn going_on<C: ConnectionTrait>(db: &C, most: u64) -> Result<Vec<DisposalId>> {
    let query = disposal::Entity::find()
        .select_only()
        .column(disposal::Column::Id)
        .filter(disposal::Column::State.eq(DisposalState::Approved))
        .order_by_asc(disposal::Column::ProposedAt);
    Ok(query.limit(most).into_tuple().all(db).await?)
}

/// What is left to do of a disposal.
pub async fn unfinished<C: ConnectionTrait>(db: &C, id: DisposalId) -> Result<Vec<disposal_item::Model>> {
    let left = disposal_item::Column::State.is_in([DisposalOutcome::Pending, DisposalOutcome::Erased]);
    let query = disposal_item::Entity::find().filter(disposal_item::Column::DisposalId.eq(id)).filter(left);
    Ok(query.order_by_asc(disposal_item::Column::ArchiveFileId).all(db).await?)
}

/// A disposal by key, locked, for the work that nobody asked for.
pub async fn lock_going_on(tx: &Tx, id: DisposalId) -> Result<Option<disposal::Model>> {
    let query = disposal::Entity::find_by_id(id).filter(disposal::Column::State.eq(DisposalState::Approved));
    Ok(query.lock_exclusive().one(tx.db()).await?)
}

/// A file of a disposal, in a state, with the file locked: a hold that is being placed comes before or after.
pub async fn lock_item(
    tx: &Tx,
    (disposal, file): (DisposalId, ArchiveFileId),
    state: DisposalOutcome,
) -> Result<Option<archive_file::Model>> {
    let locked = archive_file::Entity::find_by_id(file).lock_exclusive().one(tx.db()).await?;
    let item = disposal_item::Entity::find_by_id((disposal, file))
        .filter(disposal_item::Column::State.eq(state))
        .lock_exclusive()
        .one(tx.db())
        .await?;
    Ok(item.and(locked))
}

pub async fn set_item(
    tx: &Tx,
    (disposal, file): (DisposalId, ArchiveFileId),
    state: DisposalOutcome,
    ended_at: Option<DateTime<Utc>>,
) -> Result<()> {
    disposal_item::Entity::update_many()
        .col_expr(disposal_item::Column::State, Expr::val(state.to_string()))
        .col_expr(disposal_item::Column::EndedAt, Expr::val(ended_at))
        .filter(disposal_item::Column::DisposalId.eq(disposal))
        .filter(disposal_item::Column::ArchiveFileId.eq(file))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// From here on the database lets the facts of the case be erased.
pub async fn mark_disposed(tx: &Tx, case: CaseId) -> Result<()> {
    case::Entity::update_many()
        .col_expr(case::Column::DisposedAt, Expr::val(tx.now()))
        .filter(case::Column::Id.eq(case))
        .exec(tx.db())
        .await?;
    Ok(())
}

/// The contents in the store that belong to the case of a file.
pub async fn contents<C: ConnectionTrait>(db: &C, file: ArchiveFileId) -> Result<Vec<Uuid>> {
    let of_case = archive_file::Entity::find_by_id(file).select_only().column(archive_file::Column::CaseId);
    let query = evidence::Entity::find()
        .select_only()
        .column(evidence::Column::FileId)
        .filter(evidence::Column::CaseId.in_subquery(sea_orm::QueryTrait::into_query(of_case)));
    Ok(query.into_tuple().all(db).await?)
}

/// The hashes of the evidence of several cases.
pub async fn evidence_hashes<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<(CaseId, String)>> {
    let query = evidence::Entity::find()
        .select_only()
        .columns([evidence::Column::CaseId, evidence::Column::Sha256])
        .filter(any_of(db.get_database_backend(), evidence::Column::CaseId, cases))
        .order_by_asc(evidence::Column::Sha256);
    Ok(query.into_tuple().all(db).await?)
}
