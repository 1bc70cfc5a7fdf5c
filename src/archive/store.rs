//! The only file that queries archive files and the reading register.

use super::reading;
use super::search::{self, Needle};
use crate::cases;
use crate::cases::assisting;
use crate::cases::people::store::naming;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::any_of;
use crate::platform::error::Result;
use chrono::{DateTime, Utc};
use entity::access_register::{ReadingAct, ReadingOutcome};
use entity::archive_file::{ArchiveAudience, ArchiveMedium};
use entity::case::CaseOutcome;
use entity::case_identifier::IdentifierKind;
use entity::staff_role::Role;
use entity::{ArchiveFileId, AssistanceId, CaseId, StaffId, access_register, archive_file, assistance, case};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement, SimpleExpr};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, Select,
};

/// By what somebody reads a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Keeps the archive, or audits (SG-14.3).
    Office,
    /// Takes part in the case (HK-5.6.3).
    Part,
    /// Somebody agreed (SG-14.1…SG-14.4).
    Leave,
    /// Helped with the case: the delivered part only (HK-6.3).
    Delivery,
}

/// The files that a person may look up and open at an instant: one predicate, asked of the database at each request.
pub fn visible_to(actor: &Actor, now: DateTime<Utc>) -> Select<archive_file::Entity> {
    open_by(actor, now, |_| true)
}

/// Of these, the files that a person may find by what stands in them: who reads a part does not search the rest.
pub fn read_whole_by(actor: &Actor, now: DateTime<Utc>) -> Select<archive_file::Entity> {
    open_by(actor, now, |way| way != Way::Delivery)
}

/// Of these, the files that a person may find by somebody's number: who reads by leave is shown none, and guesses none.
pub fn identified_by(actor: &Actor, now: DateTime<Utc>) -> Select<archive_file::Entity> {
    open_by(actor, now, |way| matches!(way, Way::Office | Way::Part))
}

fn open_by(actor: &Actor, now: DateTime<Utc>, by: impl Fn(Way) -> bool) -> Select<archive_file::Entity> {
    let nothing = Condition::all().add(Expr::val(1).eq(0));
    let any = ways(actor, now)
        .into_iter()
        .filter(|(way, _)| by(*way))
        .map(|(_, files)| files)
        .fold(None, |any: Option<Condition>, files| Some(any.unwrap_or_else(Condition::any).add(files)));
    archive_file::Entity::find().filter(any.unwrap_or(nothing))
}

/// Each way in that could be the person's, the widest first.
fn ways(actor: &Actor, now: DateTime<Utc>) -> Vec<(Way, Condition)> {
    use archive_file::Column::{Audience, CaseId, Id};
    let Some(me) = actor.staff_id().filter(|_| actor.may(Permission::ArchiveRead)) else { return Vec::new() };
    if is_of_the_office(actor) {
        return vec![(Way::Office, Condition::all())];
    }
    let of_participants = || Condition::all().add(Audience.eq(ArchiveAudience::Participants));
    let mut ways = Vec::new();
    if actor.may(Permission::CaseRead) {
        let part = match cases::store::taken_part_in(actor) {
            Some(keys) => of_participants().add(CaseId.in_subquery(keys)),
            None => of_participants(),
        };
        let handled = actor.may(Permission::CaseHandle).then(|| CaseId.in_subquery(handled_by(me)));
        ways.push((Way::Part, Condition::any().add(part).add_option(handled)));
    }
    let granted = reading::store::files_open_to(me, actor.has_role(Role::External), now);
    ways.push((Way::Leave, Condition::all().add(Id.in_subquery(granted))));
    if let Some(delivered) = assisting::delivered_to(actor, now) {
        let cases = assistance::Entity::find().select_only().column(assistance::Column::CaseId).filter(delivered);
        ways.push((Way::Delivery, of_participants().add(CaseId.in_subquery(cases.into_query()))));
    }
    ways
}

/// Who keeps the archive, and who audits.
pub fn is_of_the_office(actor: &Actor) -> bool {
    [Role::Archivist, Role::Auditor].into_iter().any(|role| actor.has_role(role))
}

fn handled_by(me: StaffId) -> SelectStatement {
    let handled = case::Entity::find().filter(case::Column::HandlerId.eq(me));
    handled.select_only().column(case::Column::Id).into_query()
}

/// By what a person reads a file at an instant; none when the person does not.
pub async fn way_in<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    now: DateTime<Utc>,
    id: ArchiveFileId,
) -> Result<Option<Way>> {
    for (way, files) in ways(actor, now) {
        let found = archive_file::Entity::find().filter(archive_file::Column::Id.eq(id)).filter(files);
        let found: Option<ArchiveFileId> =
            found.select_only().column(archive_file::Column::Id).into_tuple().one(db).await?;
        if found.is_some() {
            return Ok(Some(way));
        }
    }
    Ok(None)
}

/// The assistances of a case that were delivered to the person's department and may still be read.
pub async fn delivered<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    now: DateTime<Utc>,
    case: CaseId,
) -> Result<Vec<AssistanceId>> {
    let Some(delivered) = assisting::delivered_to(actor, now) else { return Ok(Vec::new()) };
    let found = assistance::Entity::find()
        .select_only()
        .column(assistance::Column::Id)
        .filter(assistance::Column::CaseId.eq(case))
        .filter(delivered);
    Ok(found.into_tuple().all(db).await?)
}

/// A file for whoever asks, so that a refusal can be written down.
pub async fn any<C: ConnectionTrait>(db: &C, id: ArchiveFileId) -> Result<Option<archive_file::Model>> {
    Ok(archive_file::Entity::find_by_id(id).one(db).await?)
}

/// Files by their archive numbers, for whoever knows these.
pub async fn by_numbers<C: ConnectionTrait>(db: &C, numbers: &[String]) -> Result<Vec<archive_file::Model>> {
    let wanted = archive_file::Column::Number.is_in(numbers.iter().map(String::as_str));
    Ok(archive_file::Entity::find().filter(wanted).all(db).await?)
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
    /// Among which files is looked: fewer for what tells more.
    pub fn searched(&self, actor: &Actor, now: DateTime<Utc>) -> Select<archive_file::Entity> {
        if self.phone.is_some() || self.contract_number.is_some() {
            identified_by(actor, now)
        } else if self.text.is_some() {
            read_whole_by(actor, now)
        } else {
            visible_to(actor, now)
        }
    }

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
pub async fn tree<C: ConnectionTrait>(db: &C, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<Branch>> {
    use archive_file::Column;
    let by = [Column::Year, Column::Severity, Column::Category];
    let counted = visible_to(actor, now).select_only().columns(by).column_as(Column::Id.count(), "files");
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
    now: DateTime<Utc>,
    id: ArchiveFileId,
) -> Result<Option<archive_file::Model>> {
    Ok(by_ids(db, actor, now, &[id]).await?.pop())
}

/// Files by key, as far as the person may look them up at an instant.
pub async fn by_ids<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    now: DateTime<Utc>,
    ids: &[ArchiveFileId],
) -> Result<Vec<archive_file::Model>> {
    let wanted = any_of(db.get_database_backend(), archive_file::Column::Id, ids);
    Ok(visible_to(actor, now).filter(wanted).all(db).await?)
}

/// The rows of the register that a person may read: all of them for who keeps the archive or audits. Everybody else sees what
/// they were shown; what they were denied would tell that it exists.
pub fn register_visible_to(actor: &Actor) -> Select<access_register::Entity> {
    use access_register::Column;
    let query = access_register::Entity::find();
    match actor.staff_id().filter(|_| actor.may(Permission::AccessRegisterRead)) {
        Some(_) if is_of_the_office(actor) => query,
        Some(me) => query.filter(Column::ReaderId.eq(me)).filter(Column::Outcome.eq(ReadingOutcome::Read)),
        None => query.filter(Expr::val(1).eq(0)),
    }
}

pub const REGISTER_POSITION: (access_register::Column, access_register::Column) =
    (access_register::Column::OccurredAt, access_register::Column::Id);

/// How the register is narrowed.
#[derive(Clone, Debug, Default)]
pub struct RegisterFilter {
    pub reader: Option<StaffId>,
    pub file: Option<ArchiveFileId>,
    pub case: Option<CaseId>,
    pub acts: Option<Vec<ReadingAct>>,
    pub outcome: Option<ReadingOutcome>,
    pub from: Option<DateTime<Utc>>,
    pub until: Option<DateTime<Utc>>,
}

impl RegisterFilter {
    pub fn apply(self, query: Select<access_register::Entity>) -> Select<access_register::Entity> {
        use access_register::Column;
        query
            .apply_if(self.reader, |query, reader| query.filter(Column::ReaderId.eq(reader)))
            .apply_if(self.file, |query, file| query.filter(Column::ArchiveFileId.eq(file)))
            .apply_if(self.case, |query, case| query.filter(Column::CaseId.eq(case)))
            .apply_if(self.acts, |query, acts| query.filter(Column::Act.is_in(acts)))
            .apply_if(self.outcome, |query, outcome| query.filter(Column::Outcome.eq(outcome)))
            .apply_if(self.from, |query, from| query.filter(Column::OccurredAt.gte(from)))
            .apply_if(self.until, |query, until| query.filter(Column::OccurredAt.lt(until)))
    }
}
