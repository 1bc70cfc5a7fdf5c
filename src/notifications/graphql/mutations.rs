//! Reading marks, preferences, and trying deliveries again.

use super::deliveries::Delivery;
use super::notification::count_unread;
use super::preferences::{self, NotificationPreference};
use crate::notifications::service::mark_notifications_read::MarkNotificationsRead;
use crate::notifications::service::retry_delivery::RetryDelivery;
use crate::notifications::service::set_notification_preferences::SetNotificationPreferences;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Object, Result, SimpleObject};

/// What was marked.
#[derive(SimpleObject)]
pub struct MarkedNotifications {
    /// How many were unread before.
    #[graphql(directive = inherits::apply())]
    count: u64,
    /// How many are still unread.
    #[graphql(directive = inherits::apply())]
    unread: i64,
}

payloads!(marked: MarkedNotifications { MarkNotificationsReadPayload });
payloads!(preferences: Vec<NotificationPreference> { SetNotificationPreferencesPayload });
payloads!(delivery: Delivery { RetryDeliveryPayload });

#[derive(Default)]
pub struct NotificationMutations;

#[Object]
impl NotificationMutations {
    /// Marks your notifications as read; done again, it changes nothing.
    #[graphql(directive = access::apply(vec![]))]
    async fn mark_notifications_read(
        &self,
        ctx: &Context<'_>,
        input: MarkNotificationsRead,
    ) -> Option<Result<MarkNotificationsReadPayload>> {
        Some(marked(ctx, input).await.map(Into::into))
    }

    /// Chooses of what you are told by e-mail.
    #[graphql(directive = access::apply(vec![]))]
    async fn set_notification_preferences(
        &self,
        ctx: &Context<'_>,
        input: SetNotificationPreferences,
    ) -> Option<Result<SetNotificationPreferencesPayload>> {
        Some(chosen(ctx, input).await.map(Into::into))
    }

    /// Has a delivery tried again that was given up.
    #[graphql(directive = access::apply(vec![Permission::DeliveryManage]))]
    async fn retry_delivery(&self, ctx: &Context<'_>, input: RetryDelivery) -> Option<Result<RetryDeliveryPayload>> {
        Some(retried(ctx, input).await.map(Into::into))
    }
}

async fn marked(
    ctx: &Context<'_>,
    input: MarkNotificationsRead,
) -> Result<(Option<MarkedNotifications>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (count, refusals) = settle(scope.db.run(&scope.actor, &input).await)?;
    Ok(match count {
        Some(count) => (Some(MarkedNotifications { count, unread: count_unread(ctx).await? }), refusals),
        None => (None, refusals),
    })
}

async fn chosen(
    ctx: &Context<'_>,
    input: SetNotificationPreferences,
) -> Result<(Option<Vec<NotificationPreference>>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, &input).await)?;
    Ok(match written {
        Some(_) => (Some(preferences::of_viewer(ctx).await?), refusals),
        None => (None, refusals),
    })
}

async fn retried(ctx: &Context<'_>, input: RetryDelivery) -> Result<(Option<Delivery>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, &input).await)?;
    Ok(match written {
        Some(id) => (Some(Delivery::of(ctx, id).await?), refusals),
        None => (None, refusals),
    })
}
