//! Trying again what was given up, when whatever stood against it is mended.

use crate::notifications::delivery::store;
use crate::notifications::error;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::DeliveryId;
use entity::audit_event::AuditAction;
use entity::delivery::DeliveryState;

/// Have a delivery tried again that was given up.
#[derive(InputObject)]
#[graphql(name = "RetryDeliveryInput")]
pub struct RetryDelivery {
    pub delivery_id: Global<DeliveryId>,
    /// The `version` of the delivery that you saw.
    pub expected_version: i32,
}

impl Command for RetryDelivery {
    type Output = DeliveryId;

    async fn execute(&self, tx: &Tx) -> Result<Done<DeliveryId>> {
        let before = store::lock_version(tx, self.delivery_id.0, self.expected_version).await?;
        if before.state != DeliveryState::Dead {
            return Err(error::not_given_up(before.state).into());
        }
        store::begin_again(tx, &before).await?;
        let record = AuditRecord::new(AuditAction::DeliveryRetried, before.id).fact("channel", before.channel);
        Ok(Done { output: before.id, record })
    }
}
