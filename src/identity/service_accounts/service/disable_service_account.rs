//! A program that may ask no more. Its tokens end within a second, its keys stay for when it is enabled again.

use crate::identity::service_accounts::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{ServiceAccountId, staff};
use sea_orm::ActiveValue::Set;

/// Keep a program from asking.
#[derive(InputObject)]
#[graphql(name = "DisableServiceAccountInput")]
pub struct DisableServiceAccount {
    pub service_account_id: Global<ServiceAccountId>,
    /// The `version` of the account that you saw.
    pub expected_version: i32,
}

impl Command for DisableServiceAccount {
    type Output = ServiceAccountId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ServiceAccountId>> {
        let account = store::lock_version(tx, self.service_account_id.0, self.expected_version).await?;
        let disabled_at = Set(account.staff.disabled_at.or(Some(tx.now())));
        store::changed(tx, &account, staff::ActiveModel { disabled_at, ..Default::default() }).await?;
        let was_active = account.staff.disabled_at.is_none();
        let record =
            AuditRecord::new(AuditAction::ServiceAccountDisabled, account.row.id).change("active", was_active, false);
        Ok(Done { output: account.row.id, record })
    }
}
