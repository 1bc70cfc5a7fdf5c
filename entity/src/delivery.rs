//! A notification on its way out of the system: one row for each way, written with the notification.

use crate::{DeliveryId, NotificationId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// A way out of the system.
    DeliveryChannel {
        Email,
        /// An endpoint of another program.
        Webhook,
    }
}

value_enum! {
    /// How far a delivery is.
    DeliveryState {
        /// It is tried, and tried again, until it succeeds or was tried too often.
        Waiting,
        Delivered,
        /// It was given up; `problem` says why. An administrator may have it tried again.
        Dead,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DeliveryId,
    pub notification_id: NotificationId,
    pub channel: DeliveryChannel,
    /// The name of the webhook; empty for e-mail.
    pub endpoint: String,
    pub state: DeliveryState,
    pub attempts: i32,
    /// While an attempt is under way: when it is taken for lost.
    pub next_attempt_at: DateTimeUtc,
    /// The last run that took it.
    pub claimed_by: Option<Uuid>,
    /// What went wrong last, without any address or name.
    pub problem: Option<String>,
    pub created_at: DateTimeUtc,
    pub delivered_at: Option<DateTimeUtc>,
    pub version: i32,
}

impl ActiveModelBehavior for ActiveModel {}
