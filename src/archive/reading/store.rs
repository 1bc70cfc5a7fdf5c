//! The only file that queries readings of archive files.

use crate::calendar::local_day;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, NaiveDate, Utc};
use entity::archive_reading::{self, ArchiveReadingState, Column, Entity};
use entity::archive_reading_step::{self, ArchiveReadingAct};
use entity::staff_role::Role;
use entity::{ArchiveFileId, ArchiveReadingId, ArchiveReadingStepId, StaffId, archive_file, archive_reading_file};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait,
    RelationDef, Select,
};

/// The keys of the files that a person reads by leave at an instant: released, within the period, and for who comes from
/// outside as long as the escort is there.
pub fn files_open_to(reader: StaffId, external: bool, now: DateTime<Utc>) -> SelectStatement {
    use archive_reading_file::Column::{ArchiveFileId, ReadingId};
    let today = local_day(now);
    let whose = if external {
        Condition::all()
            .add(Column::Unit.is_not_null())
            .add(Column::CertificateId.is_not_null())
            .add(Column::EscortedSince.is_not_null())
    } else {
        Condition::all().add(Column::Unit.is_null())
    };
    let its_files: RelationDef = Entity::belongs_to(archive_reading_file::Entity).from(Column::Id).to(ReadingId).into();
    Entity::find()
        .select_only()
        .column_as(ArchiveFileId, "archive_file_id")
        .join(JoinType::InnerJoin, its_files)
        .filter(Column::ReaderId.eq(reader))
        .filter(Column::State.eq(ArchiveReadingState::Released))
        .filter(Column::FirstDay.lte(today))
        .filter(Column::LastDay.gte(today))
        .filter(whose)
        .into_query()
}

/// Every reading of a file that a person asked for or was given, the latest first.
pub async fn of_reader<C: ConnectionTrait>(
    db: &C,
    reader: StaffId,
    file: ArchiveFileId,
) -> Result<Vec<archive_reading::Model>> {
    use archive_reading_file::Column::{ArchiveFileId, ReadingId};
    let of_file = archive_reading_file::Entity::find()
        .select_only()
        .column(ReadingId)
        .filter(ArchiveFileId.eq(file))
        .into_query();
    let query = Entity::find().filter(Column::ReaderId.eq(reader)).filter(Column::Id.in_subquery(of_file));
    Ok(query.order_by_desc(Column::RequestedAt).order_by_desc(Column::Id).all(db).await?)
}

/// The readings that a person sees: one's own, those one asked for or escorts, and those one agreed to; who keeps the archive,
/// audits, or agrees for the whole organisation sees all, a head of a department those of the department.
pub fn visible_to(actor: &Actor) -> Select<Entity> {
    let query = Entity::find();
    let Some(me) = actor.staff_id().filter(|_| actor.may(Permission::ArchiveRead)) else {
        return query.filter(Expr::val(1).eq(0));
    };
    let agrees = actor.may(Permission::ArchiveApprove);
    if crate::archive::store::is_of_the_office(actor) || agrees && agrees_for_all(actor) {
        return query;
    }
    let department = actor.department_id().filter(|_| agrees).map(|department| Column::DepartmentId.eq(department));
    let acted = archive_reading_step::Entity::find()
        .select_only()
        .column(archive_reading_step::Column::ReadingId)
        .filter(archive_reading_step::Column::ActedBy.eq(me))
        .into_query();
    let mine = Condition::any()
        .add(Column::ReaderId.eq(me))
        .add(Column::EscortId.eq(me))
        .add(Column::Id.in_subquery(acted))
        .add_option(department);
    query.filter(mine)
}

/// A head agrees for the own department, every other rank for all.
fn agrees_for_all(actor: &Actor) -> bool {
    let permits =
        |role: &Role| crate::identity::permissions::permissions_of(*role).contains(Permission::ArchiveApprove);
    actor.roles.iter().any(|role| *role != Role::DepartmentHead && permits(role))
}

pub const POSITION: (Column, Column) = (Column::RequestedAt, Column::Id);

/// How a list of readings is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub states: Option<Vec<ArchiveReadingState>>,
    /// What waits for somebody.
    pub waiting_for: Option<Condition>,
}

impl Filter {
    pub fn apply(self, query: Select<Entity>) -> Select<Entity> {
        query
            .apply_if(self.states, |query, states| query.filter(Column::State.is_in(states)))
            .apply_if(self.waiting_for, |query, waiting| query.filter(waiting))
    }
}

/// What waits for a person on a day: to be agreed to, given out, taken back, escorted or signed off.
pub fn waiting_for(actor: &Actor, today: NaiveDate) -> Condition {
    use ArchiveReadingState::{Approved, Released, Requested, Returned};
    let Some(me) = actor.staff_id() else { return Condition::all().add(Expr::val(1).eq(0)) };
    let roles = actor.roles.iter().copied().filter(|role| *role != Role::DepartmentHead);
    let heads = actor.has_role(Role::DepartmentHead).then_some(actor.department_id()).flatten();
    let heads = heads.map(|department| {
        Condition::all().add(Column::WaitsFor.eq(Role::DepartmentHead)).add(Column::DepartmentId.eq(department))
    });
    let agrees = Condition::all()
        .add(Column::State.eq(Requested))
        .add(Column::ReaderId.ne(me))
        .add(Column::RequestedBy.ne(me))
        .add(Condition::any().add(Column::WaitsFor.is_in(roles)).add_option(heads));
    let keeps = actor.may(Permission::ArchiveRelease).then(|| Column::State.is_in([Approved, Returned]));
    let escorts = Condition::all().add(Column::State.eq(Released)).add(Column::EscortId.eq(me));
    let over = Condition::all()
        .add(Column::State.eq(Released))
        .add(Column::ReaderId.eq(me))
        .add(Column::Unit.is_null())
        .add(Column::LastDay.lt(today));
    Condition::any().add(agrees).add_option(keeps).add(escorts).add(over)
}

/// Readings by key, as far as the person sees them.
pub async fn by_ids<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    ids: &[ArchiveReadingId],
) -> Result<Vec<archive_reading::Model>> {
    Ok(visible_to(actor).filter(any_of(db.get_database_backend(), Column::Id, ids)).all(db).await?)
}

/// A reading that the person sees, locked until the transaction ends.
pub async fn lock_version(tx: &Tx, id: ArchiveReadingId, expected: i32) -> Result<archive_reading::Model> {
    let seen = visible_to(tx.actor()).filter(Column::Id.eq(id)).lock_exclusive().one(tx.db()).await?;
    let reading = seen.ok_or(Failure::NotFound)?;
    if reading.version != expected {
        return Err(Failure::conflict(expected, reading.version));
    }
    Ok(reading)
}

/// What was done about readings that were found, in order.
pub async fn steps<C: ConnectionTrait>(
    db: &C,
    readings: &[ArchiveReadingId],
) -> Result<Vec<archive_reading_step::Model>> {
    use archive_reading_step::Column;
    let own = any_of(db.get_database_backend(), Column::ReadingId, readings);
    let query = archive_reading_step::Entity::find().filter(own);
    Ok(query.order_by_asc(Column::ActedAt).order_by_asc(Column::Id).all(db).await?)
}

/// The files that readings that were found are for, in the order of their numbers. Numbers are known to whoever asked by them.
pub async fn files<C: ConnectionTrait>(
    db: &C,
    readings: &[ArchiveReadingId],
) -> Result<Vec<(ArchiveReadingId, archive_file::Model)>> {
    use archive_reading_file::Column::{ArchiveFileId, ReadingId};
    let its_file: RelationDef = archive_reading_file::Entity::belongs_to(archive_file::Entity)
        .from(ArchiveFileId)
        .to(archive_file::Column::Id)
        .into();
    let found = archive_reading_file::Entity::find()
        .filter(any_of(db.get_database_backend(), ReadingId, readings))
        .join(JoinType::InnerJoin, its_file)
        .select_also(archive_file::Entity)
        .order_by_asc(archive_file::Column::Number)
        .all(db)
        .await?;
    Ok(found.into_iter().filter_map(|(link, file)| Some((link.reading_id, file?))).collect())
}

/// Writes what was done; gives its key.
pub async fn step(
    tx: &Tx,
    reading: ArchiveReadingId,
    act: ArchiveReadingAct,
    acted_as: Option<Role>,
    note: Option<String>,
) -> Result<ArchiveReadingStepId> {
    let acted_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people act on readings"))?;
    let id: ArchiveReadingStepId = tx.id();
    archive_reading_step::Entity::insert(archive_reading_step::ActiveModel {
        id: Set(id),
        reading_id: Set(reading),
        act: Set(act),
        acted_by: Set(acted_by),
        acted_as: Set(acted_as),
        note: Set(note),
        acted_at: Set(tx.now()),
    })
    .exec_without_returning(tx.db())
    .await?;
    Ok(id)
}

/// Writes what changed and counts the version up.
pub async fn update(
    tx: &Tx,
    before: &archive_reading::Model,
    changes: archive_reading::ActiveModel,
) -> Result<archive_reading::Model> {
    let changes = archive_reading::ActiveModel {
        id: Set(before.id),
        version: Set(before.version + 1),
        updated_at: Set(tx.now()),
        ..changes
    };
    Ok(Entity::update(changes).exec(tx.db()).await?)
}
