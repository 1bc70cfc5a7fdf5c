//! The only file that queries people, departments, roles and sessions.

use super::pledges::Pledge;
use crate::platform::access::Actor;
use crate::platform::db::{Database, Tx, any_of};
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, TimeDelta, Utc};
use entity::staff_role::Role;
use entity::{
    DepartmentId, StaffId, StaffSessionId, confidentiality_pledge, department, refresh_token, sign_in_failure, staff,
    staff_identity, staff_role, staff_session,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, OnConflict, Query};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, DerivePartialModel, EntityTrait, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// A person as colleagues see them: no password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DerivePartialModel)]
#[sea_orm(entity = "staff::Entity")]
pub struct StaffCard {
    pub id: StaffId,
    pub name: String,
    pub title: Option<String>,
    pub department_id: DepartmentId,
    pub agent_code: Option<String>,
    pub login: String,
    pub employee_number: String,
    pub version: i32,
    pub disabled_at: Option<sea_orm::prelude::DateTimeUtc>,
    pub created_at: sea_orm::prelude::DateTimeUtc,
}

/// The columns of a [`StaffCard`].
pub const CARD: [staff::Column; 10] = [
    staff::Column::Id,
    staff::Column::Name,
    staff::Column::Title,
    staff::Column::DepartmentId,
    staff::Column::AgentCode,
    staff::Column::Login,
    staff::Column::EmployeeNumber,
    staff::Column::Version,
    staff::Column::DisabledAt,
    staff::Column::CreatedAt,
];

pub async fn cards<C: ConnectionTrait>(db: &C, ids: &[StaffId]) -> Result<Vec<StaffCard>> {
    let found = staff::Entity::find().filter(any_of(db.get_database_backend(), staff::Column::Id, ids));
    Ok(found.into_partial_model().all(db).await?)
}

pub async fn card<C: ConnectionTrait>(db: &C, id: StaffId) -> Result<Option<StaffCard>> {
    Ok(staff::Entity::find_by_id(id).into_partial_model().one(db).await?)
}

/// The sealed e-mail addresses of people who have one.
pub async fn sealed_emails<C: ConnectionTrait>(db: &C, ids: &[StaffId]) -> Result<HashMap<StaffId, String>> {
    let rows: Vec<(StaffId, String)> = staff::Entity::find()
        .select_only()
        .column(staff::Column::Id)
        .column(staff::Column::EmailSealed)
        .filter(any_of(db.get_database_backend(), staff::Column::Id, ids))
        .filter(staff::Column::EmailSealed.is_not_null())
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// Everybody, or everybody who holds a role.
pub fn everybody(role: Option<Role>) -> Select<staff::Entity> {
    let query = staff::Entity::find();
    match role {
        None => query,
        Some(role) => {
            let holders = Query::select()
                .column(staff_role::Column::StaffId)
                .from(staff_role::Entity)
                .and_where(Expr::col(staff_role::Column::Role).eq(role))
                .take();
            query.filter(staff::Column::Id.in_subquery(holders))
        }
    }
}

/// Who holds any of these roles and may sign in, with all their roles.
pub async fn workers<C: ConnectionTrait>(db: &C, of: &[Role]) -> Result<Vec<(StaffCard, Vec<Role>)>> {
    let holders = Query::select()
        .column(staff_role::Column::StaffId)
        .from(staff_role::Entity)
        .and_where(Expr::col(staff_role::Column::Role).is_in(of.iter().copied()))
        .take();
    let people: Vec<StaffCard> = staff::Entity::find()
        .filter(staff::Column::Id.in_subquery(holders))
        .filter(staff::Column::DisabledAt.is_null())
        .order_by_asc(staff::Column::CreatedAt)
        .order_by_asc(staff::Column::Id)
        .into_partial_model()
        .all(db)
        .await?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let mut held = roles(db, &ids).await?;
    let with_roles = |person: StaffCard| {
        let roles = held.remove(&person.id).unwrap_or_default();
        (person, roles)
    };
    Ok(people.into_iter().map(with_roles).collect())
}

/// Who holds a role and may sign in.
pub async fn holders<C: ConnectionTrait>(db: &C, role: Role) -> Result<Vec<StaffId>> {
    let active = everybody(Some(role)).filter(staff::Column::DisabledAt.is_null());
    Ok(active.select_only().column(staff::Column::Id).into_tuple().all(db).await?)
}

/// The same for those who work in a department.
pub async fn holders_in<C: ConnectionTrait>(db: &C, role: Role, department: DepartmentId) -> Result<Vec<StaffId>> {
    let active = everybody(Some(role)).filter(staff::Column::DisabledAt.is_null());
    let there = active.filter(staff::Column::DepartmentId.eq(department));
    Ok(there.select_only().column(staff::Column::Id).into_tuple().all(db).await?)
}

pub async fn by_login<C: ConnectionTrait>(db: &C, login: &str) -> Result<Option<staff::Model>> {
    Ok(staff::Entity::find().filter(staff::COLUMN.login.eq(login)).one(db).await?)
}

pub async fn by_employee_number<C: ConnectionTrait>(db: &C, number: &str) -> Result<Option<StaffId>> {
    let found = staff::Entity::find().filter(staff::COLUMN.employee_number.eq(number));
    Ok(found.select_only().column(staff::Column::Id).into_tuple().one(db).await?)
}

/// A person, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: StaffId) -> Result<staff::Model> {
    staff::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?.ok_or(Failure::NotFound)
}

pub async fn roles<C: ConnectionTrait>(db: &C, ids: &[StaffId]) -> Result<HashMap<StaffId, Vec<Role>>> {
    let rows = staff_role::Entity::find()
        .filter(any_of(db.get_database_backend(), staff_role::Column::StaffId, ids))
        .order_by_asc(staff_role::COLUMN.role)
        .all(db)
        .await?;
    let mut found: HashMap<StaffId, Vec<Role>> = HashMap::new();
    for row in rows {
        found.entry(row.staff_id).or_default().push(row.role);
    }
    Ok(found)
}

pub async fn roles_of<C: ConnectionTrait>(db: &C, id: StaffId) -> Result<Vec<Role>> {
    Ok(roles(db, &[id]).await?.remove(&id).unwrap_or_default())
}

pub async fn departments<C: ConnectionTrait>(db: &C, ids: &[DepartmentId]) -> Result<Vec<department::Model>> {
    let wanted = any_of(db.get_database_backend(), department::Column::Id, ids);
    Ok(department::Entity::find().filter(wanted).all(db).await?)
}

pub async fn department_by_name<C: ConnectionTrait>(db: &C, name: &str) -> Result<Option<department::Model>> {
    Ok(department::Entity::find().filter(department::COLUMN.name.eq(name)).one(db).await?)
}

/// The person of a session that goes on, if that person may still sign in, and the session.
pub async fn signed_in<C: ConnectionTrait>(
    db: &C,
    staff_id: StaffId,
    session_id: StaffSessionId,
) -> Result<Option<(staff::Model, staff_session::Model)>> {
    let going_on = staff_session::Entity::find_by_id(session_id)
        .filter(staff_session::COLUMN.staff_id.eq(staff_id))
        .filter(staff_session::Column::EndedAt.is_null());
    with_person(db, going_on).await
}

/// When a person signed this version and text of the pledge.
pub async fn pledge_signed<C: ConnectionTrait>(
    db: &C,
    person: StaffId,
    pledge: &Pledge,
) -> Result<Option<DateTime<Utc>>> {
    let key = (person, pledge.version.clone(), pledge.text_sha256());
    Ok(confidentiality_pledge::Entity::find_by_id(key).one(db).await?.map(|signed| signed.signed_at))
}

/// The person and the session of a refresh token, used or not, if the session goes on.
pub async fn of_refresh_token<C: ConnectionTrait>(
    db: &C,
    sha256: &str,
    now: DateTime<Utc>,
) -> Result<Option<(staff::Model, staff_session::Model)>> {
    let sessions = Query::select()
        .column(refresh_token::Column::SessionId)
        .from(refresh_token::Entity)
        .and_where(Expr::col(refresh_token::Column::Sha256).eq(sha256))
        .take();
    let going_on = staff_session::Entity::find()
        .filter(staff_session::Column::Id.in_subquery(sessions))
        .filter(staff_session::Column::EndedAt.is_null())
        .filter(staff_session::Column::ExpiresAt.gt(now));
    with_person(db, going_on).await
}

async fn with_person<C: ConnectionTrait>(
    db: &C,
    sessions: Select<staff_session::Entity>,
) -> Result<Option<(staff::Model, staff_session::Model)>> {
    let person = staff_session::Entity::belongs_to(staff::Entity)
        .from(staff_session::Column::StaffId)
        .to(staff::Column::Id)
        .into();
    let found = sessions
        .join(JoinType::InnerJoin, person)
        .filter(staff::Column::DisabledAt.is_null())
        .select_also(staff::Entity)
        .one(db)
        .await?;
    Ok(found.and_then(|(session, person)| Some((person?, session))))
}

/// A refresh token, locked until the transaction ends.
pub async fn lock_refresh_token(tx: &Tx, sha256: &str) -> Result<Option<refresh_token::Model>> {
    Ok(refresh_token::Entity::find_by_id(sha256).lock_exclusive().one(tx.db()).await?)
}

/// A session that goes on, locked until the transaction ends.
pub async fn lock_session(tx: &Tx, id: StaffSessionId) -> Result<Option<staff_session::Model>> {
    let going_on = staff_session::Entity::find_by_id(id).filter(staff_session::Column::EndedAt.is_null());
    Ok(going_on.lock_exclusive().one(tx.db()).await?)
}

/// Who a subject of an issuer is here.
pub async fn identity<C: ConnectionTrait>(
    db: &C,
    issuer: &str,
    subject: &str,
) -> Result<Option<(staff_identity::Model, staff::Model)>> {
    let person = staff_identity::Entity::belongs_to(staff::Entity)
        .from(staff_identity::Column::StaffId)
        .to(staff::Column::Id)
        .into();
    let found = staff_identity::Entity::find_by_id((issuer.to_owned(), subject.to_owned()))
        .join(JoinType::InnerJoin, person)
        .select_also(staff::Entity)
        .one(db)
        .await?;
    Ok(found.and_then(|(identity, person)| Some((identity, person?))))
}

/// Who a person is at an issuer.
pub async fn subject_of<C: ConnectionTrait>(db: &C, person: StaffId, issuer: &str) -> Result<Option<String>> {
    let found = staff_identity::Entity::find()
        .filter(staff_identity::COLUMN.staff_id.eq(person))
        .filter(staff_identity::COLUMN.issuer.eq(issuer));
    Ok(found.one(db).await?.map(|identity| identity.subject))
}

/// Who a person is at an issuer, locked until the transaction ends.
pub async fn lock_identity(tx: &Tx, identity: &staff_identity::Model) -> Result<Option<staff_identity::Model>> {
    let key = (identity.issuer.clone(), identity.subject.clone());
    Ok(staff_identity::Entity::find_by_id(key).lock_exclusive().one(tx.db()).await?)
}

/// The session that began with a sign-in at an issuer, whether it goes on or not.
pub async fn session_of_issuer<C: ConnectionTrait>(db: &C, key: &str) -> Result<Option<staff_session::Model>> {
    Ok(staff_session::Entity::find().filter(staff_session::COLUMN.issuer_session.eq(key)).one(db).await?)
}

/// When the newest token was issued that a person brought from an issuer.
pub async fn newest_at_issuer<C: ConnectionTrait>(
    db: &C,
    person: StaffId,
    issuer: &str,
) -> Result<Option<DateTime<Utc>>> {
    let newest = staff_session::Entity::find()
        .filter(staff_session::COLUMN.staff_id.eq(person))
        .filter(staff_session::COLUMN.issuer.eq(issuer))
        .order_by_desc(staff_session::Column::LastUsedAt);
    Ok(newest.one(db).await?.map(|session| session.last_used_at))
}

/// One's own sessions that go on.
pub fn sessions_visible_to(actor: &Actor, now: DateTime<Utc>) -> Select<staff_session::Entity> {
    let mine = match actor.staff_id() {
        Some(me) => staff_session::COLUMN.staff_id.eq(me),
        None => Expr::val(1).eq(0),
    };
    staff_session::Entity::find()
        .filter(mine)
        .filter(staff_session::Column::EndedAt.is_null())
        .filter(staff_session::Column::ExpiresAt.gt(now))
}

pub const SESSION_POSITION: (staff_session::Column, staff_session::Column) =
    (staff_session::Column::CreatedAt, staff_session::Column::Id);

/// Which sessions of a person.
#[derive(Clone, Copy, Debug)]
pub enum Sessions {
    All,
    Only(StaffSessionId),
    AllBut(StaffSessionId),
}

/// Ends sessions of a person; gives those that went on until now.
pub async fn end_sessions(tx: &Tx, person: StaffId, which: Sessions) -> Result<Vec<StaffSessionId>> {
    use staff_session::Column;
    let going_on = Condition::all().add(Column::StaffId.eq(person)).add(Column::EndedAt.is_null());
    let meant = match which {
        Sessions::All => going_on,
        Sessions::Only(session) => going_on.add(Column::Id.eq(session)),
        Sessions::AllBut(session) => going_on.add(Column::Id.ne(session)),
    };
    if !matches!(which, Sessions::Only(_)) {
        // What an issuer signed in before begins no session any more, even if nobody has come with it yet.
        staff_identity::Entity::update_many()
            .col_expr(staff_identity::Column::SignedOutAt, Expr::val(tx.now()))
            .filter(staff_identity::COLUMN.staff_id.eq(person))
            .exec(tx.db())
            .await?;
    }
    let found: Vec<StaffSessionId> = staff_session::Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(meant.clone())
        .into_tuple()
        .all(tx.db())
        .await?;
    staff_session::Entity::update_many()
        .col_expr(Column::EndedAt, Expr::val(tx.now()))
        .filter(meant)
        .exec(tx.db())
        .await?;
    Ok(found)
}

/// For how long a session is kept when it is over.
const KEPT_AFTER_THE_END: TimeDelta = TimeDelta::days(7);

/// Removes what is left of a person's sessions that are long over: a clock that jumps forth for a while ends none for good.
pub async fn forget_old_sessions(tx: &Tx, person: StaffId) -> Result<()> {
    use staff_session::Column;
    let long_ago = tx.now() - KEPT_AFTER_THE_END;
    let over = Condition::all().add(Column::StaffId.eq(person)).add(Column::ExpiresAt.lt(long_ago));
    let sessions = staff_session::Entity::find().select_only().column(Column::Id).filter(over.clone()).into_query();
    refresh_token::Entity::delete_many()
        .filter(refresh_token::Column::SessionId.in_subquery(sessions))
        .exec(tx.db())
        .await?;
    staff_session::Entity::delete_many().filter(over).exec(tx.db()).await?;
    Ok(())
}

/// Removes what is left of everybody's sessions that are long over; gives how many there were.
pub async fn forget_all_old_sessions(db: &Database) -> Result<u64> {
    use staff_session::Column;
    let long_ago = db.now() - KEPT_AFTER_THE_END;
    let over = staff_session::Entity::find().select_only().column(Column::Id).filter(Column::ExpiresAt.lt(long_ago));
    let tokens =
        refresh_token::Entity::delete_many().filter(refresh_token::Column::SessionId.in_subquery(over.into_query()));
    db.tally(&tokens.into_query()).await?;
    let sessions = staff_session::Entity::delete_many().filter(Column::ExpiresAt.lt(long_ago));
    db.tally(&sessions.into_query()).await
}

/// Removes counts of failed sign-ins that count no more; gives how many there were.
pub async fn forget_old_sign_in_failures(db: &Database, forgotten: DateTime<Utc>) -> Result<u64> {
    let old = sign_in_failure::Entity::delete_many().filter(sign_in_failure::Column::LastFailedAt.lt(forgotten));
    db.tally(&old.into_query()).await
}

/// How often signing in failed lately under each of these subjects.
pub async fn sign_in_failures<C: ConnectionTrait>(db: &C, subjects: [&str; 2]) -> Result<Vec<sign_in_failure::Model>> {
    let found = sign_in_failure::Entity::find().filter(sign_in_failure::Column::Subject.is_in(subjects));
    Ok(found.all(db).await?)
}

/// Counts a failure under each of these subjects, from one again where the last lies before `forgotten`; and removes counts
/// that old.
pub async fn count_sign_in_failures(
    db: &Database,
    subjects: [&str; 2],
    now: DateTime<Utc>,
    forgotten: DateTime<Utc>,
) -> Result<()> {
    use sign_in_failure::{ActiveModel, Column, Entity};
    let counted = |column: Column| Expr::col((Entity, column));
    let next = CaseStatement::new()
        .case(counted(Column::LastFailedAt).lt(forgotten), 1)
        .finally(counted(Column::Failures).add(1));
    let rows = subjects.map(|subject| ActiveModel {
        subject: Set(subject.to_owned()),
        failures: Set(1),
        last_failed_at: Set(now),
    });
    let count = Entity::insert_many(rows).on_conflict(
        OnConflict::column(Column::Subject)
            .value(Column::Failures, next)
            .update_column(Column::LastFailedAt)
            .to_owned(),
    );
    db.tally(&count.into_query()).await?;
    db.tally(&Entity::delete_many().filter(Column::LastFailedAt.lt(forgotten)).into_query()).await?;
    Ok(())
}

/// Forgets the failures of a login that was right.
pub async fn forget_sign_in_failures(tx: &Tx, subject: &str) -> Result<()> {
    sign_in_failure::Entity::delete_by_id(subject).exec(tx.db()).await?;
    Ok(())
}

/// Writes what changed of a person and counts the version up.
pub async fn update(tx: &Tx, before: &staff::Model, mut changes: staff::ActiveModel) -> Result<()> {
    changes.id = Set(before.id);
    changes.version = Set(before.version + 1);
    changes.updated_at = Set(tx.now());
    changes.update_without_returning(tx.db()).await?;
    Ok(())
}

/// The same for the version that was seen.
pub async fn lock_version(tx: &Tx, id: StaffId, expected: i32) -> Result<staff::Model> {
    let person = lock(tx, id).await?;
    if person.version != expected {
        return Err(Failure::conflict(expected, person.version));
    }
    Ok(person)
}

/// The administrators who may sign in, locked until the transaction ends, so that two of them cannot remove each other.
pub async fn lock_administrators(tx: &Tx) -> Result<Vec<StaffId>> {
    let people = everybody(Some(Role::Admin))
        .filter(staff::Column::DisabledAt.is_null())
        .order_by_asc(staff::Column::Id)
        .lock_exclusive();
    Ok(people.all(tx.db()).await?.into_iter().map(|person| person.id).collect())
}

pub async fn person<C: ConnectionTrait>(db: &C, id: StaffId) -> Result<Option<staff::Model>> {
    Ok(staff::Entity::find_by_id(id).one(db).await?)
}

pub fn all_departments() -> Select<department::Entity> {
    department::Entity::find()
}

pub const DEPARTMENT_POSITION: (department::Column, department::Column) =
    (department::Column::CreatedAt, department::Column::Id);

/// A department, locked until the transaction ends, in the version that was seen.
pub async fn lock_department(tx: &Tx, id: DepartmentId, expected: i32) -> Result<department::Model> {
    let found = department::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?;
    let department = found.ok_or(Failure::NotFound)?;
    if department.version != expected {
        return Err(Failure::conflict(expected, department.version));
    }
    Ok(department)
}

/// Everybody with their department and roles, by login.
pub async fn directory<C: ConnectionTrait>(db: &C) -> Result<Vec<(staff::Model, String, Vec<Role>)>> {
    let people = staff::Entity::find().order_by_asc(staff::COLUMN.login).all(db).await?;
    let ids: Vec<_> = people.iter().map(|person| person.id).collect();
    let mut roles = roles(db, &ids).await?;
    let departments: HashMap<_, _> = department::Entity::find()
        .all(db)
        .await?
        .into_iter()
        .map(|department| (department.id, department.name))
        .collect();
    Ok(people
        .into_iter()
        .map(|person| {
            let department = departments.get(&person.department_id).cloned().unwrap_or_default();
            let roles = roles.remove(&person.id).unwrap_or_default();
            (person, department, roles)
        })
        .collect())
}
