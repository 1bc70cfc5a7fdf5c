//! The only file that queries archive files and the reading register.

use crate::platform::access::{Actor, Permission};
use crate::platform::db::any_of;
use crate::platform::error::Result;
use entity::staff_role::Role;
use entity::{AccessRegisterId, ArchiveFileId, access_register, archive_file};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryTrait, Select};

/// The files that a person may look up.
pub fn visible_to(actor: &Actor) -> Select<archive_file::Entity> {
    let query = archive_file::Entity::find();
    if actor.may(Permission::ArchiveRead) { query } else { query.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (archive_file::Column, archive_file::Column) =
    (archive_file::Column::FiledAt, archive_file::Column::Id);

/// How a list of files is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub number: Option<String>,
    pub case_number: Option<String>,
    pub year: Option<i32>,
    pub severities: Option<Vec<String>>,
    pub channels: Option<Vec<String>>,
}

impl Filter {
    pub fn apply(self, query: Select<archive_file::Entity>) -> Select<archive_file::Entity> {
        use archive_file::Column;
        query
            .apply_if(self.number, |query, number| query.filter(Column::Number.eq(number)))
            .apply_if(self.case_number, |query, number| query.filter(Column::CaseNumber.eq(number)))
            .apply_if(self.year, |query, year| query.filter(Column::Year.eq(year)))
            .apply_if(self.severities, |query, codes| query.filter(Column::Severity.is_in(codes)))
            .apply_if(self.channels, |query, codes| query.filter(Column::Channel.is_in(codes)))
    }
}

pub async fn by_id<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: ArchiveFileId,
) -> Result<Option<archive_file::Model>> {
    Ok(by_ids(db, actor, &[id]).await?.pop())
}

/// Files by key, as far as the person may look them up.
pub async fn by_ids<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    ids: &[ArchiveFileId],
) -> Result<Vec<archive_file::Model>> {
    let wanted = any_of(db.get_database_backend(), archive_file::Column::Id, ids);
    Ok(visible_to(actor).filter(wanted).all(db).await?)
}

/// The rows of the register that a person may read: auditors all of them, everybody else their own.
pub fn register_visible_to(actor: &Actor) -> Select<access_register::Entity> {
    let query = access_register::Entity::find();
    match actor.staff_id().filter(|_| actor.may(Permission::AccessRegisterRead)) {
        Some(_) if actor.has_role(Role::Auditor) => query,
        Some(me) => query.filter(access_register::Column::ReaderId.eq(me)),
        None => query.filter(Expr::val(1).eq(0)),
    }
}

pub const REGISTER_POSITION: (access_register::Column, access_register::Column) =
    (access_register::Column::OccurredAt, access_register::Column::Id);

pub async fn register_entry<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: AccessRegisterId,
) -> Result<Option<access_register::Model>> {
    Ok(register_visible_to(actor).filter(access_register::Column::Id.eq(id)).one(db).await?)
}
