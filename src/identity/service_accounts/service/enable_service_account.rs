//! A program that may ask again, with the keys that are still good.

use crate::identity::service_accounts::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{ServiceAccountId, staff};
use sea_orm::ActiveValue::Set;

/// Let a program ask again.
#[derive(InputObject)]
#[graphql(name = "EnableServiceAccountInput")]
pub struct EnableServiceAccount {
    pub service_account_id: Global<ServiceAccountId>,
    /// The `version` of the account that you saw.
    pub expected_version: i32,
}

impl Command for EnableServiceAccount {
    type Output = ServiceAccountId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ServiceAccountId>> {
        let account = store::lock_version(tx, self.service_account_id.0, self.expected_version).await?;
        let changes = staff::ActiveModel { disabled_at: Set(None), ..Default::default() };
        store::changed(tx, &account, changes).await?;
        let was_active = account.staff.disabled_at.is_none();
        let record =
            AuditRecord::new(AuditAction::ServiceAccountEnabled, account.row.id).change("active", was_active, true);
        Ok(Done { output: account.row.id, record })
    }
}
