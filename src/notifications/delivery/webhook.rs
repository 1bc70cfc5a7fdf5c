//! What a webhook is told of a notification.

use super::store::Claimed;
use crate::platform::ids::NodeKey;
use async_graphql::ID;
use chrono::{DateTime, Utc};
use entity::notification::NotificationKind;
use serde::Serialize;

/// Keys, a number and a link.
#[derive(Debug, Serialize)]
pub struct Event {
    #[serde(rename = "type")]
    kind: NotificationKind,
    /// When it happened.
    timestamp: DateTime<Utc>,
    data: EventData,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct EventData {
    notification_id: ID,
    recipient_id: ID,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_id: Option<ID>,
    #[serde(skip_serializing_if = "Option::is_none")]
    case_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

impl Event {
    pub fn of(row: &Claimed, link: Option<String>) -> Self {
        let data = EventData {
            notification_id: row.notification_id.global(),
            recipient_id: row.recipient_id.global(),
            case_id: row.case_id.map(|case| case.global()),
            case_number: row.case_number.clone(),
            link,
        };
        Self { kind: row.kind, timestamp: row.created_at, data }
    }
}
