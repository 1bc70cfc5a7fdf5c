//! The only file that queries deliveries. What a run does to one is a statement of its own, which only the run that took it
//! last can carry out.

use crate::identity;
use crate::identity::sealed;
use crate::notifications::store::{recipients, without_email};
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Database, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::outlets::Problem;
use crate::platform::vault::Vault;
use chrono::{DateTime, TimeDelta, Utc};
use entity::delivery::{self, Column, DeliveryChannel, DeliveryState, Entity};
use entity::notification::{self, NotificationKind};
use entity::{CaseId, DeliveryId, NotificationId, StaffId, case, staff};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationDef, Select,
};
use std::time::Duration;
use uuid::Uuid;

/// Writes down by which ways these notifications are to go out: by e-mail to those who have an address and want it, and to
/// every webhook.
pub async fn enqueue(tx: &Tx, kind: NotificationKind, ids: &[NotificationId]) -> Result<()> {
    let outlets = tx.outlets();
    if !outlets.email && outlets.webhooks.is_empty() {
        return Ok(());
    }
    let new = recipients(tx.db(), ids).await?;
    let mut rows = Vec::new();
    let mut add = |notification: NotificationId, channel, endpoint: &str| {
        rows.push(delivery::ActiveModel {
            id: Set(tx.id()),
            notification_id: Set(notification),
            channel: Set(channel),
            endpoint: Set(endpoint.to_owned()),
            state: Set(DeliveryState::Waiting),
            attempts: Set(0),
            next_attempt_at: Set(tx.now()),
            claimed_by: Set(None),
            problem: Set(None),
            created_at: Set(tx.now()),
            delivered_at: Set(None),
            version: Set(1),
        });
    };
    if outlets.email && !new.is_empty() {
        let people: Vec<StaffId> = new.iter().map(|(_, person)| *person).collect();
        let reachable = identity::store::sealed_emails(tx.db(), &people).await?;
        let unwilling = without_email(tx.db(), kind, &people).await?;
        for (notification, person) in &new {
            if reachable.contains_key(person) && !unwilling.contains(person) {
                add(*notification, DeliveryChannel::Email, "");
            }
        }
    }
    for (notification, _) in &new {
        for endpoint in &*outlets.webhooks {
            add(*notification, DeliveryChannel::Webhook, endpoint);
        }
    }
    if !rows.is_empty() {
        Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
    }
    Ok(())
}

/// Takes up to so many deliveries whose turn it is, for so long; gives how many.
pub async fn claim(db: &Database, batch: Uuid, most: u64, long: Duration) -> Result<u64> {
    let now = db.now();
    let until = now + TimeDelta::from_std(long).unwrap_or(TimeDelta::hours(1));
    let waiting = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::State.eq(DeliveryState::Waiting))
        .filter(Column::NextAttemptAt.lte(now))
        .order_by_asc(Column::NextAttemptAt)
        .limit(most)
        .lock_with_behavior(LockType::Update, LockBehavior::SkipLocked);
    let take = Entity::update_many()
        .col_expr(Column::ClaimedBy, Expr::val(batch))
        .col_expr(Column::NextAttemptAt, Expr::val(until))
        .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1))
        .filter(Column::Id.in_subquery(waiting.into_query()));
    db.tally(&take.into_query()).await
}

/// A delivery that was taken, with all that is needed to send it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Claimed {
    pub id: DeliveryId,
    pub channel: DeliveryChannel,
    pub endpoint: String,
    pub attempts: i32,
    pub created_at: DateTime<Utc>,
    pub notification_id: NotificationId,
    pub kind: NotificationKind,
    pub recipient_id: StaffId,
    pub case_id: Option<CaseId>,
    pub case_number: Option<String>,
    email_sealed: Option<String>,
    disabled_at: Option<DateTime<Utc>>,
}

impl Claimed {
    /// Where an e-mail goes: the address may have been removed since, or the person have left.
    pub fn address(&self, vault: &Vault) -> Result<String, Problem> {
        if self.disabled_at.is_some() {
            return Err(Problem::new("PERSON_DISABLED"));
        }
        let sealed = self.email_sealed.as_deref().ok_or_else(|| Problem::new("NO_ADDRESS"))?;
        vault
            .system()
            .and_then(|key| key.open(sealed::EMAIL, self.recipient_id, sealed))
            .map_err(|_| Problem::new("NO_ADDRESS"))
    }
}

/// What a batch took.
pub async fn claimed<C: ConnectionTrait>(db: &C, batch: Uuid) -> Result<Vec<Claimed>> {
    let its_case =
        notification::Entity::belongs_to(case::Entity).from(notification::Column::CaseId).to(case::Column::Id).into();
    let its_recipient = notification::Entity::belongs_to(staff::Entity)
        .from(notification::Column::RecipientId)
        .to(staff::Column::Id)
        .into();
    let rows = Entity::find()
        .select_only()
        .columns([Column::Id, Column::Channel, Column::Endpoint, Column::Attempts, Column::CreatedAt])
        .column(Column::NotificationId)
        .columns([notification::Column::Kind, notification::Column::RecipientId, notification::Column::CaseId])
        .column_as(case::Column::Number, "case_number")
        .columns([staff::Column::EmailSealed, staff::Column::DisabledAt])
        .join(JoinType::InnerJoin, its_notification())
        .join(JoinType::LeftJoin, its_case)
        .join(JoinType::InnerJoin, its_recipient)
        .filter(Column::ClaimedBy.eq(batch))
        .filter(Column::State.eq(DeliveryState::Waiting))
        .order_by_asc(Column::CreatedAt)
        .order_by_asc(Column::Id);
    Ok(rows.into_model().all(db).await?)
}

fn held(batch: Uuid, id: DeliveryId) -> Condition {
    Condition::all()
        .add(Column::Id.eq(id))
        .add(Column::ClaimedBy.eq(batch))
        .add(Column::State.eq(DeliveryState::Waiting))
}

/// It went out.
pub async fn succeeded(db: &Database, batch: Uuid, id: DeliveryId) -> Result<()> {
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::val(DeliveryState::Delivered))
        .col_expr(Column::DeliveredAt, Expr::val(db.now()))
        .col_expr(Column::Problem, Expr::val(None::<String>))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(held(batch, id));
    db.tally(&update.into_query()).await?;
    Ok(())
}

/// It did not, and is tried again after a while, or given up.
pub async fn failed(db: &Database, batch: Uuid, id: DeliveryId, problem: &str, wait: Option<TimeDelta>) -> Result<()> {
    let now = db.now();
    let state = if wait.is_some() { DeliveryState::Waiting } else { DeliveryState::Dead };
    let update = Entity::update_many()
        .col_expr(Column::State, Expr::val(state))
        .col_expr(Column::NextAttemptAt, Expr::val(now + wait.unwrap_or_default()))
        .col_expr(Column::Problem, Expr::val(problem))
        .col_expr(Column::Version, Expr::col(Column::Version).add(1))
        .filter(held(batch, id));
    db.tally(&update.into_query()).await?;
    Ok(())
}

/// All deliveries, for those who look after them.
pub fn visible_to(actor: &Actor) -> Select<Entity> {
    let all = Entity::find();
    if actor.may(Permission::DeliveryManage) { all } else { all.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (Column, Column) = (Column::CreatedAt, Column::Id);

/// How a list of deliveries is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub states: Option<Vec<DeliveryState>>,
    pub channels: Option<Vec<DeliveryChannel>>,
}

impl Filter {
    pub fn apply(self, mut query: Select<Entity>) -> Select<Entity> {
        if let Some(states) = self.states {
            query = query.filter(Column::State.is_in(states));
        }
        if let Some(channels) = self.channels {
            query = query.filter(Column::Channel.is_in(channels));
        }
        query
    }
}

/// A delivery with kind and recipient of its notification.
#[derive(Clone, Debug, FromQueryResult)]
pub struct DeliveryRead {
    pub id: DeliveryId,
    pub channel: DeliveryChannel,
    pub endpoint: String,
    pub state: DeliveryState,
    pub attempts: i32,
    pub next_attempt_at: DateTime<Utc>,
    pub problem: Option<String>,
    pub created_at: DateTime<Utc>,
    pub delivered_at: Option<DateTime<Utc>>,
    pub version: i32,
    pub kind: NotificationKind,
    pub recipient_id: StaffId,
}

/// A list of deliveries as [`DeliveryRead`] has them.
pub fn read(query: Select<Entity>) -> Select<Entity> {
    query
        .select_only()
        .columns([Column::Id, Column::Channel, Column::Endpoint, Column::State, Column::Attempts, Column::Version])
        .columns([Column::NextAttemptAt, Column::Problem, Column::CreatedAt, Column::DeliveredAt])
        .columns([notification::Column::Kind, notification::Column::RecipientId])
        .join(JoinType::InnerJoin, its_notification())
}

fn its_notification() -> RelationDef {
    Entity::belongs_to(notification::Entity).from(Column::NotificationId).to(notification::Column::Id).into()
}

pub async fn by_id<C: ConnectionTrait>(db: &C, actor: &Actor, id: DeliveryId) -> Result<Option<DeliveryRead>> {
    Ok(read(visible_to(actor).filter(Column::Id.eq(id))).into_model().one(db).await?)
}

/// A delivery in the version that was seen, locked until the transaction ends.
pub async fn lock_version(tx: &Tx, id: DeliveryId, expected: i32) -> Result<delivery::Model> {
    let found = visible_to(tx.actor()).filter(Column::Id.eq(id)).lock_exclusive().one(tx.db()).await?;
    let delivery = found.ok_or(Failure::NotFound)?;
    if delivery.version != expected {
        return Err(Failure::conflict(expected, delivery.version));
    }
    Ok(delivery)
}

/// Puts a delivery that was given up back into line.
pub async fn begin_again(tx: &Tx, before: &delivery::Model) -> Result<()> {
    let changes = delivery::ActiveModel {
        id: Set(before.id),
        state: Set(DeliveryState::Waiting),
        attempts: Set(0),
        next_attempt_at: Set(tx.now()),
        claimed_by: Set(None),
        version: Set(before.version + 1),
        ..Default::default()
    };
    changes.update_without_returning(tx.db()).await?;
    Ok(())
}
