//! Reading marks on one's own notifications. Marking again changes nothing.

use crate::notifications::store::{self, Which};
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::instant;
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::NotificationId;
use entity::audit_event::AuditAction;

/// Mark your notifications as read: those of `ids`, or all that came until a time.
#[derive(InputObject)]
#[graphql(name = "MarkNotificationsReadInput")]
pub struct MarkNotificationsRead {
    /// Up to 100; what is not yours is passed over.
    pub ids: Option<Vec<Global<NotificationId>>>,
    /// All that came at this time or before: the `createdAt` of the latest that was shown, so that none is marked unseen.
    pub until: Option<DateTime<Utc>>,
}

impl Command for MarkNotificationsRead {
    /// How many were marked.
    type Output = u64;
    const DOOR: Door = Door::Own;

    async fn execute(&self, tx: &Tx) -> Result<Done<u64>> {
        let Some(me) = tx.actor().staff_id() else { return Err(Failure::internal("only people read notifications")) };
        let marked = match (&self.ids, instant::given("until", self.until)?) {
            (Some(ids), None) if ids.len() <= 100 => {
                let ids: Vec<_> = ids.iter().map(|id| id.0).collect();
                store::mark_read(tx, Which::Only(&ids)).await?
            }
            (Some(_), None) => return Err(Failure::bad_input("ids", "Give at most 100 ids.")),
            (None, Some(until)) => store::mark_read(tx, Which::Until(until)).await?,
            _ => return Err(Failure::bad_input("ids", "Give either ids or until.")),
        };
        let record = AuditRecord::new(AuditAction::NotificationsRead, me).fact("marked", marked);
        Ok(Done { output: marked, record })
    }
}
