//! The only file that queries deadlines, their pauses and their extensions.

use super::Adjustments;
use crate::calendar::CalendarName;
use crate::cases::policy::OVER;
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use crate::profiles::DeadlineRule;
use case_deadline::Column;
use chrono::{DateTime, SubsecRound, Utc};
use entity::case_deadline::StartEvent;
use entity::{
    CaseDeadlineId, CaseId, DeadlinePauseId, ProfileVersionId, case, case_deadline, deadline_extension, deadline_pause,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, Iterable, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait,
};
use std::collections::HashMap;
use uuid::Uuid;

/// A deadline that holds and is not met.
pub fn is_open() -> Condition {
    Condition::all().add(Column::MetAt.is_null()).add(Column::DroppedAt.is_null())
}

/// The same, and its time has passed; one whose clock stands still is not late, unless it was late before.
pub fn is_overdue(now: DateTime<Utc>) -> Condition {
    let late_when_paused =
        Expr::col((case_deadline::Entity, Column::PausedAt)).gt(Expr::col((case_deadline::Entity, Column::DueAt)));
    is_open()
        // The second of the due time is still on time, as in `deadlines::status`.
        .add(Column::DueAt.lt(now.trunc_subsecs(0)))
        .add(Condition::any().add(Column::PausedAt.is_null()).add(late_when_paused))
}

/// Every deadline of a case, also those that hold no longer.
pub async fn of_case(tx: &Tx, case: CaseId) -> Result<Vec<case_deadline::Model>> {
    Ok(case_deadline::Entity::find().filter(Column::CaseId.eq(case)).all(tx.db()).await?)
}

/// The deadline and its case, which stays locked until the transaction ends, if the person may see the case and nobody else
/// changed it.
pub async fn lock(tx: &Tx, id: CaseDeadlineId, expected: i32) -> Result<(case::Model, case_deadline::Model)> {
    let holds = || case_deadline::Entity::find_by_id(id).filter(Column::DroppedAt.is_null());
    let case_id = holds().one(tx.db()).await?.ok_or(Failure::NotFound)?.case_id;
    let case = crate::cases::store::lock_version(tx, case_id, expected).await?;
    // Read again, now that nobody else changes it.
    Ok((case, holds().one(tx.db()).await?.ok_or(Failure::NotFound)?))
}

/// The same for a job, which sees every case.
pub async fn lock_for_job(tx: &Tx, id: CaseDeadlineId) -> Result<(case::Model, case_deadline::Model)> {
    let known = case_deadline::Entity::find_by_id(id).one(tx.db()).await?.ok_or(Failure::NotFound)?;
    let case = case::Entity::find_by_id(known.case_id).lock_exclusive().one(tx.db()).await?;
    let deadline = case_deadline::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?;
    Ok((case.ok_or(Failure::NotFound)?, deadline.ok_or(Failure::NotFound)?))
}

/// Writes deadlines, each in the place of the one of the same code and matter.
pub async fn upsert(tx: &Tx, rows: Vec<case_deadline::ActiveModel>) -> Result<()> {
    let key = [Column::CaseId, Column::Code, Column::AboutId];
    let changing =
        Column::iter().filter(|column| !matches!(column, Column::Id | Column::CaseId | Column::Code | Column::AboutId));
    case_deadline::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns(key).update_columns(changing).to_owned())
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
}

pub async fn update(tx: &Tx, changes: case_deadline::ActiveModel) -> Result<()> {
    changes.update_without_returning(tx.db()).await?;
    Ok(())
}

/// The deadlines of the case itself that no rule sets any more hold no longer; those that were met stay.
pub async fn cease_all_but(tx: &Tx, case: CaseId, rules: &[&DeadlineRule]) -> Result<()> {
    let codes = rules.iter().map(|rule| rule.code.as_str());
    let gone = is_open()
        .add(Column::CaseId.eq(case))
        .add(Column::StartEvent.eq(StartEvent::Acceptance))
        .add(Column::Code.is_not_in(codes));
    cease_those(tx, gone).await
}

pub async fn cease(tx: &Tx, case: CaseId, start: StartEvent, about: Uuid) -> Result<()> {
    cease_those(tx, is_open().add(one(case, start, about))).await
}

pub async fn cease_every(tx: &Tx, case: CaseId) -> Result<()> {
    cease_those(tx, is_open().add(Column::CaseId.eq(case))).await
}

pub async fn cease_all_ahead(tx: &Tx, case: CaseId) -> Result<()> {
    // What was approved is paid also when the case is closed.
    let of_the_case = Column::StartEvent.ne(StartEvent::ApprovalDecided);
    let ahead = is_open().add(Column::CaseId.eq(case)).add(is_overdue(tx.now()).not()).add(of_the_case);
    cease_those(tx, ahead).await
}

/// What passed and was not told of is missed now.
pub async fn miss_all_behind(tx: &Tx, case: CaseId) -> Result<()> {
    case_deadline::Entity::update_many()
        .col_expr(Column::MissedAt, Expr::val(tx.now()))
        .filter(is_overdue(tx.now()).add(Column::CaseId.eq(case)).add(Column::MissedAt.is_null()))
        .filter(Column::StartEvent.ne(StartEvent::ApprovalDecided))
        .exec(tx.db())
        .await?;
    Ok(())
}

async fn cease_those(tx: &Tx, those: Condition) -> Result<()> {
    case_deadline::Entity::update_many()
        .col_expr(Column::DroppedAt, Expr::val(tx.now()))
        .filter(those)
        .exec(tx.db())
        .await?;
    Ok(())
}

pub async fn meet(tx: &Tx, case: CaseId, start: StartEvent, about: Uuid, at: DateTime<Utc>) -> Result<()> {
    case_deadline::Entity::update_many()
        .col_expr(Column::MetAt, Expr::val(at))
        .filter(is_open().add(one(case, start, about)))
        .exec(tx.db())
        .await?;
    Ok(())
}

fn one(case: CaseId, start: StartEvent, about: Uuid) -> Condition {
    Condition::all().add(Column::CaseId.eq(case)).add(Column::StartEvent.eq(start)).add(Column::AboutId.eq(about))
}

/// The pauses and extensions of deadlines, in order.
pub async fn adjustments<C: ConnectionTrait>(
    db: &C,
    deadlines: &[CaseDeadlineId],
) -> Result<HashMap<CaseDeadlineId, Adjustments>> {
    let mut found: HashMap<CaseDeadlineId, Adjustments> = HashMap::new();
    if deadlines.is_empty() {
        return Ok(found);
    }
    let backend = db.get_database_backend();
    let pauses = deadline_pause::Entity::find()
        .filter(any_of(backend, deadline_pause::Column::DeadlineId, deadlines))
        .order_by_asc(deadline_pause::Column::BeganAt);
    for pause in pauses.all(db).await? {
        found.entry(pause.deadline_id).or_default().pauses.push(pause);
    }
    let extensions = deadline_extension::Entity::find()
        .filter(any_of(backend, deadline_extension::Column::DeadlineId, deadlines))
        .order_by_asc(deadline_extension::Column::ApprovedAt);
    for extension in extensions.all(db).await? {
        found.entry(extension.deadline_id).or_default().extensions.push(extension);
    }
    Ok(found)
}

/// The pause in which the clock of a deadline stands still.
pub async fn going_on(tx: &Tx, deadline: CaseDeadlineId) -> Result<Option<deadline_pause::Model>> {
    let open = deadline_pause::Entity::find()
        .filter(deadline_pause::Column::DeadlineId.eq(deadline))
        .filter(deadline_pause::Column::EndedAt.is_null());
    Ok(open.one(tx.db()).await?)
}

pub async fn insert_pause(tx: &Tx, pause: deadline_pause::ActiveModel) -> Result<()> {
    deadline_pause::Entity::insert(pause).exec_without_returning(tx.db()).await?;
    Ok(())
}

pub async fn end_pause(tx: &Tx, id: DeadlinePauseId) -> Result<()> {
    let ended = deadline_pause::ActiveModel {
        id: Set(id),
        ended_at: Set(Some(tx.now())),
        resumed_by: Set(tx.actor().staff_id()),
        ..Default::default()
    };
    ended.update_without_returning(tx.db()).await?;
    Ok(())
}

pub async fn insert_extension(tx: &Tx, extension: deadline_extension::ActiveModel) -> Result<()> {
    deadline_extension::Entity::insert(extension).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// A case as far as counting its deadlines asks for it.
#[derive(Clone, Debug)]
pub struct CaseToCount {
    pub number: String,
    pub severity: String,
    pub profile: ProfileVersionId,
}

/// The deadlines of open cases that are not met and count with a calendar, the earliest first.
pub async fn counted_with<C: ConnectionTrait>(
    db: &C,
    calendar: CalendarName,
    lock: bool,
) -> Result<Vec<case_deadline::Model>> {
    let over = case::Entity::find()
        .select_only()
        .column(case::Column::Id)
        .filter(case::Column::State.is_in(OVER))
        .into_query();
    let open = case_deadline::Entity::find()
        .filter(is_open().add(Column::Calendar.eq(calendar)).add(Column::CaseId.not_in_subquery(over)))
        .order_by_asc(Column::DueAt)
        .order_by_asc(Column::Id);
    let open = if lock { open.lock_exclusive() } else { open };
    Ok(open.all(db).await?)
}

pub async fn cases_to_count<C: ConnectionTrait>(db: &C, ids: &[CaseId]) -> Result<HashMap<CaseId, CaseToCount>> {
    let rows: Vec<(CaseId, String, String, ProfileVersionId)> = case::Entity::find()
        .select_only()
        .columns([case::Column::Id, case::Column::Number, case::Column::Severity, case::Column::ProfileVersionId])
        .filter(any_of(db.get_database_backend(), case::Column::Id, ids))
        .into_tuple()
        .all(db)
        .await?;
    let counted = |(id, number, severity, profile)| (id, CaseToCount { number, severity, profile });
    Ok(rows.into_iter().map(counted).collect())
}

/// What a sweep looks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sought {
    /// The time has passed, and nobody was told.
    Missed,
    /// The time to warn has come, and nobody was warned.
    ToWarn,
    /// A suspension is over: its case is to be closed, which tells people.
    Expired,
    /// Nothing was paid on an approval in time: it lapses, which tells people.
    Lapsed,
}

impl Sought {
    /// Whether a deadline is one of these now.
    pub fn condition(self, now: DateTime<Utc>) -> Condition {
        let passed = || is_overdue(now).add(Column::MissedAt.is_null());
        match self {
            Self::Missed => {
                passed().add(Column::StartEvent.is_not_in([StartEvent::LastContact, StartEvent::ApprovalDecided]))
            }
            Self::Expired => passed().add(Column::StartEvent.eq(StartEvent::LastContact)),
            Self::Lapsed => passed().add(Column::StartEvent.eq(StartEvent::ApprovalDecided)),
            Self::ToWarn => is_open()
                .add(Column::WarnedAt.is_null())
                .add(Column::MissedAt.is_null())
                .add(Column::PausedAt.is_null())
                .add(Column::WarnAt.lte(now))
                .add(Column::DueAt.gte(now.trunc_subsecs(0))),
        }
    }

    const fn time(self) -> Column {
        match self {
            Self::Missed | Self::Expired | Self::Lapsed => Column::DueAt,
            Self::ToWarn => Column::WarnAt,
        }
    }
}

/// A page of the deadlines that a sweep looks for, in order, after the one given.
pub async fn sought<C: ConnectionTrait>(
    db: &C,
    sought: Sought,
    now: DateTime<Utc>,
    after: Option<(DateTime<Utc>, CaseDeadlineId)>,
    size: u64,
) -> Result<Vec<(DateTime<Utc>, CaseDeadlineId)>> {
    let time = sought.time();
    let behind = |(at, id): (DateTime<Utc>, CaseDeadlineId)| {
        Condition::any().add(time.gt(at)).add(Condition::all().add(time.eq(at)).add(Column::Id.gt(id)))
    };
    let query = case_deadline::Entity::find()
        .select_only()
        .columns([time, Column::Id])
        .filter(sought.condition(now))
        .apply_if(after, |query, after| query.filter(behind(after)))
        .order_by_asc(time)
        .order_by_asc(Column::Id)
        .limit(size);
    Ok(query.into_tuple().all(db).await?)
}

/// Marks a deadline as told of, if it still is what was sought; false when somebody else was faster.
pub async fn mark(tx: &Tx, sought: Sought, id: CaseDeadlineId) -> Result<bool> {
    let marked = match sought {
        Sought::Missed | Sought::Expired | Sought::Lapsed => Column::MissedAt,
        Sought::ToWarn => Column::WarnedAt,
    };
    let done = case_deadline::Entity::update_many()
        .col_expr(marked, Expr::val(tx.now()))
        .filter(sought.condition(tx.now()).add(Column::Id.eq(id)))
        .exec(tx.db())
        .await?;
    Ok(done.rows_affected == 1)
}
