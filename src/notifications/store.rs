//! The only file that queries notifications and what people want to be told of.

use super::delivery;
use crate::platform::access::Actor;
use crate::platform::db::{Tx, any_of};
use crate::platform::error::Result;
use crate::platform::page;
use chrono::{DateTime, Utc};
use entity::notification::{self, Column, NotificationKind};
use entity::notification_preference as preference;
use entity::{CaseId, NotificationId, StaffId, case};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QuerySelect, Select};
use std::collections::HashMap;
use uuid::Uuid;

/// Tells people of something about a case, in this transaction. Nobody is told twice of the same matter (`about`).
pub async fn notify(
    tx: &Tx,
    kind: NotificationKind,
    case: CaseId,
    about: impl Into<Uuid>,
    recipients: impl IntoIterator<Item = StaffId>,
) -> Result<()> {
    insert(tx, kind, Some(case), about.into(), recipients).await
}

/// Tells people of something that is about no case.
pub async fn tell(
    tx: &Tx,
    kind: NotificationKind,
    about: impl Into<Uuid>,
    recipients: impl IntoIterator<Item = StaffId>,
) -> Result<()> {
    insert(tx, kind, None, about.into(), recipients).await
}

async fn insert(
    tx: &Tx,
    kind: NotificationKind,
    case: Option<CaseId>,
    about: Uuid,
    recipients: impl IntoIterator<Item = StaffId>,
) -> Result<()> {
    let rows: Vec<_> = recipients
        .into_iter()
        .map(|recipient| {
            let id: NotificationId = tx.id();
            notification::ActiveModel {
                id: Set(id),
                recipient_id: Set(recipient),
                kind: Set(kind),
                case_id: Set(case),
                about_id: Set(about),
                created_at: Set(tx.now()),
                ..Default::default()
            }
        })
        .collect();
    if rows.is_empty() {
        return Ok(());
    }
    let ids: Vec<NotificationId> = rows.iter().filter_map(|row| row.id.try_as_ref().copied()).collect();
    let once = OnConflict::columns([Column::RecipientId, Column::Kind, Column::AboutId]).do_nothing().to_owned();
    notification::Entity::insert_many(rows).on_conflict(once).exec_without_returning(tx.db()).await?;
    delivery::store::enqueue(tx, kind, &ids).await
}

/// Which of these notifications are there, and for whom: those of a matter that somebody was told of before are not.
pub(super) async fn recipients<C: ConnectionTrait>(
    db: &C,
    ids: &[NotificationId],
) -> Result<Vec<(NotificationId, StaffId)>> {
    let found = notification::Entity::find()
        .select_only()
        .column(Column::Id)
        .column(Column::RecipientId)
        .filter(any_of(db.get_database_backend(), Column::Id, ids));
    Ok(found.into_tuple().all(db).await?)
}

/// Those of these people who do not want to be told of this kind by e-mail.
pub(super) async fn without_email<C: ConnectionTrait>(
    db: &C,
    kind: NotificationKind,
    people: &[StaffId],
) -> Result<Vec<StaffId>> {
    let found = preference::Entity::find()
        .select_only()
        .column(preference::Column::StaffId)
        .filter(any_of(db.get_database_backend(), preference::Column::StaffId, people))
        .filter(preference::Column::Kind.eq(kind))
        .filter(preference::Column::Email.eq(false));
    Ok(found.into_tuple().all(db).await?)
}

/// A notification with the number of its case.
#[derive(Clone, Debug, FromQueryResult)]
pub struct NotificationRead {
    pub id: NotificationId,
    pub kind: NotificationKind,
    pub case_id: Option<CaseId>,
    pub case_number: Option<String>,
    pub created_at: DateTime<Utc>,
    pub read_at: Option<DateTime<Utc>>,
}

/// One's own notifications, as [`NotificationRead`] has them.
pub fn visible_to(actor: &Actor) -> Select<notification::Entity> {
    let its_case = notification::Entity::belongs_to(case::Entity).from(Column::CaseId).to(case::Column::Id).into();
    own(actor)
        .select_only()
        .columns([Column::Id, Column::Kind, Column::CaseId, Column::CreatedAt, Column::ReadAt])
        .column_as(case::Column::Number, "case_number")
        .join(JoinType::LeftJoin, its_case)
}

fn own(actor: &Actor) -> Select<notification::Entity> {
    // What one is told of names cases.
    let mine = match actor.staff_id().filter(|_| actor.lacking.is_none()) {
        Some(me) => Column::RecipientId.eq(me),
        None => Expr::val(1).eq(0),
    };
    notification::Entity::find().filter(mine)
}

pub const POSITION: (Column, Column) = (Column::CreatedAt, Column::Id);

/// Narrows a list to what was not read yet.
pub fn unread(query: Select<notification::Entity>) -> Select<notification::Entity> {
    query.filter(Column::ReadAt.is_null())
}

/// How many of one's own notifications one has not read yet.
pub async fn count_unread<C: ConnectionTrait>(db: &C, actor: &Actor) -> Result<i64> {
    page::count(db, unread(own(actor))).await
}

/// Which notifications a person has read.
#[derive(Clone, Debug)]
pub enum Which<'a> {
    Only(&'a [NotificationId]),
    Until(DateTime<Utc>),
}

/// Marks one's own notifications as read; those that were read before keep their mark. Gives how many were marked.
pub async fn mark_read(tx: &Tx, which: Which<'_>) -> Result<u64> {
    let Some(me) = tx.actor().staff_id() else { return Ok(0) };
    let meant = match which {
        Which::Only(ids) => any_of(tx.db().get_database_backend(), Column::Id, ids),
        Which::Until(until) => Column::CreatedAt.lte(until),
    };
    let marked = notification::Entity::update_many()
        .col_expr(Column::ReadAt, Expr::val(tx.now()))
        .filter(Column::RecipientId.eq(me))
        .filter(Column::ReadAt.is_null())
        .filter(meant)
        .exec(tx.db())
        .await?;
    Ok(marked.rows_affected)
}

/// What a person chose, by kind; what is not there was never chosen.
pub async fn preferences<C: ConnectionTrait>(db: &C, person: StaffId) -> Result<HashMap<NotificationKind, bool>> {
    let rows = preference::Entity::find().filter(preference::Column::StaffId.eq(person)).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.kind, row.email)).collect())
}

/// Keeps what a person chose.
pub async fn set_preferences(tx: &Tx, person: StaffId, chosen: &[(NotificationKind, bool)]) -> Result<()> {
    use preference::Column;
    let rows = chosen.iter().map(|(kind, email)| preference::ActiveModel {
        staff_id: Set(person),
        kind: Set(*kind),
        email: Set(*email),
        updated_at: Set(tx.now()),
    });
    let again = OnConflict::columns([Column::StaffId, Column::Kind])
        .update_columns([Column::Email, Column::UpdatedAt])
        .to_owned();
    preference::Entity::insert_many(rows).on_conflict(again).exec_without_returning(tx.db()).await?;
    Ok(())
}
