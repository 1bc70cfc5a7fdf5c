//! The only file that queries archive files and the reading register.

use super::search::{self, Needle};
use crate::cases::people::store::naming;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::any_of;
use crate::platform::error::Result;
use chrono::{DateTime, Utc};
use entity::archive_file::ArchiveMedium;
use entity::case::CaseOutcome;
use entity::case_identifier::IdentifierKind;
use entity::staff_role::Role;
use entity::{AccessRegisterId, ArchiveFileId, StaffId, access_register, archive_file};
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    QueryTrait, Select,
};

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
    pub categories: Option<Vec<String>>,
    pub outcomes: Option<Vec<CaseOutcome>>,
    pub handler: Option<StaffId>,
    pub media: Option<Vec<ArchiveMedium>>,
    pub filed_from: Option<DateTime<Utc>>,
    pub filed_until: Option<DateTime<Utc>>,
    /// Blind indexes.
    pub phone: Option<String>,
    pub contract_number: Option<String>,
    /// Stands in the text of the file.
    pub text: Option<Needle>,
}

impl Filter {
    pub fn apply(self, backend: DbBackend, query: Select<archive_file::Entity>) -> Select<archive_file::Entity> {
        use archive_file::Column;
        query
            .apply_if(self.number, |query, number| query.filter(Column::Number.eq(number)))
            .apply_if(self.case_number, |query, number| query.filter(Column::CaseNumber.eq(number)))
            .apply_if(self.year, |query, year| query.filter(Column::Year.eq(year)))
            .apply_if(self.severities, |query, codes| query.filter(Column::Severity.is_in(codes)))
            .apply_if(self.channels, |query, codes| query.filter(Column::Channel.is_in(codes)))
            .apply_if(self.categories, |query, codes| query.filter(Column::Category.is_in(codes)))
            .apply_if(self.outcomes, |query, outcomes| query.filter(Column::Outcome.is_in(outcomes)))
            .apply_if(self.handler, |query, handler| query.filter(Column::HandlerId.eq(handler)))
            .apply_if(self.media, |query, media| query.filter(Column::Medium.is_in(media)))
            .apply_if(self.filed_from, |query, from| query.filter(Column::FiledAt.gte(from)))
            .apply_if(self.filed_until, |query, until| query.filter(Column::FiledAt.lt(until)))
            .apply_if(self.phone, |query, index| query.filter(of_case_naming(IdentifierKind::Phone, &index)))
            .apply_if(self.contract_number, |query, index| {
                query.filter(of_case_naming(IdentifierKind::Contract, &index))
            })
            .apply_if(self.text, |query, needle| query.filter(search::store::holds(backend, &needle)))
    }
}

fn of_case_naming(kind: IdentifierKind, blind_index: &str) -> SimpleExpr {
    archive_file::Column::CaseId.in_subquery(naming(kind, blind_index))
}

/// How many files there are of a year, a level and a category.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Branch {
    pub year: i32,
    pub severity: String,
    pub category: Option<String>,
    pub files: i64,
}

/// The files that a person may look up, counted by year, level and category; the latest year first (SG-12.2).
pub async fn tree<C: ConnectionTrait>(db: &C, actor: &Actor) -> Result<Vec<Branch>> {
    use archive_file::Column;
    let by = [Column::Year, Column::Severity, Column::Category];
    let counted = visible_to(actor).select_only().columns(by).column_as(Column::Id.count(), "files");
    let grouped = by.into_iter().fold(counted, |query, column| query.group_by(column));
    let ordered = grouped.order_by_desc(Column::Year).order_by_asc(Column::Severity).order_by_asc(Column::Category);
    Ok(ordered.into_model().all(db).await?)
}

/// Every file after a key, in the order of the keys: for work that no request asked for.
pub async fn after<C: ConnectionTrait>(
    db: &C,
    key: Option<ArchiveFileId>,
    most: u64,
) -> Result<Vec<archive_file::Model>> {
    let query = archive_file::Entity::find().apply_if(key, |query, key| query.filter(archive_file::Column::Id.gt(key)));
    Ok(query.order_by_asc(archive_file::Column::Id).limit(most).all(db).await?)
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
