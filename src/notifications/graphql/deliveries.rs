//! What could not be delivered, for administrators. They see who was to be told and why it failed; of the case, nothing.

use crate::identity::graphql::{Staff, person};
use crate::notifications::delivery::store::{self, DeliveryRead, Filter, POSITION};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use crate::platform::text::any_wanted;
use async_graphql::{Context, Description, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use entity::DeliveryId;
use entity::delivery::{DeliveryChannel, DeliveryState};
use entity::notification::NotificationKind;

/// A notification on its way out of the system.
#[derive(Description)]
pub struct Delivery(DeliveryRead);

#[Object(use_type_description)]
impl Delivery {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Send it back as `expectedVersion`.
    #[graphql(directive = inherits::apply())]
    async fn version(&self) -> i32 {
        self.0.version
    }

    #[graphql(directive = inherits::apply())]
    async fn channel(&self) -> DeliveryChannel {
        self.0.channel
    }

    /// The name of the webhook in the configuration; null for e-mail.
    #[graphql(directive = inherits::apply())]
    async fn endpoint(&self) -> Option<&str> {
        Some(self.0.endpoint.as_str()).filter(|endpoint| !endpoint.is_empty())
    }

    #[graphql(directive = inherits::apply())]
    async fn state(&self) -> DeliveryState {
        self.0.state
    }

    /// Of what the person is told.
    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> NotificationKind {
        self.0.kind
    }

    /// Who is told.
    #[graphql(directive = inherits::apply())]
    async fn recipient(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.recipient_id).await
    }

    /// Attempts since it was written or last put back into line, the one under way included.
    #[graphql(directive = inherits::apply())]
    async fn attempts(&self) -> i32 {
        self.0.attempts
    }

    /// What went wrong last: `SMTP 550` or `HTTP 500` with the code of the other side, `TIMED_OUT`, `UNREACHABLE`, `TLS`,
    /// `NO_ADDRESS` (the person has none any more), `PERSON_DISABLED`, `NOT_CONFIGURED` (the way out is gone from the
    /// configuration) or `NOT_WRITTEN`.
    #[graphql(directive = inherits::apply())]
    async fn problem(&self) -> Option<&str> {
        self.0.problem.as_deref()
    }

    /// When it is tried next; null when it is not.
    #[graphql(directive = inherits::apply())]
    async fn next_attempt_at(&self) -> Option<DateTime<Utc>> {
        (self.0.state == DeliveryState::Waiting).then_some(self.0.next_attempt_at)
    }

    #[graphql(directive = inherits::apply())]
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    #[graphql(directive = inherits::apply())]
    async fn delivered_at(&self) -> Option<DateTime<Utc>> {
        self.0.delivered_at
    }
}

impl Delivery {
    /// The delivery of a key, as it now is.
    pub(super) async fn of(ctx: &Context<'_>, id: DeliveryId) -> Result<Self> {
        let scope = Scope::of(ctx);
        let found = store::by_id(scope.db.read(&scope.actor), &scope.actor, id).await?;
        found.map(Self).ok_or_else(|| Failure::internal("a delivery vanished").into())
    }
}

/// Narrows a list of deliveries; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct DeliveryFilter {
    /// Any of these states; `DEAD` are those that were given up.
    pub states: Option<Vec<DeliveryState>>,
    /// Any of these ways out.
    pub channels: Option<Vec<DeliveryChannel>>,
}

#[derive(Default)]
pub struct DeliveryQueries;

#[Object]
impl DeliveryQueries {
    /// Notifications on their way out of the system, the latest first.
    #[graphql(directive = access::apply(vec![Permission::DeliveryManage]))]
    async fn deliveries(
        &self,
        ctx: &Context<'_>,
        filter: Option<DeliveryFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Delivery>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let filter = filter.unwrap_or_default();
        let filter =
            Filter { states: any_wanted("states", filter.states)?, channels: any_wanted("channels", filter.channels)? };
        let query = store::read(filter.apply(store::visible_to(&scope.actor)));
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |read: &DeliveryRead| Cursor::new(read.created_at, read.id), Delivery))
    }
}
