//! A key that is good no more. What was granted for it ends within a second.

use crate::identity::service_accounts::{error, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{ServiceAccountId, ServiceAccountKeyId, service_account_key, staff};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

/// Revoke a key of a service account.
#[derive(InputObject)]
#[graphql(name = "RevokeServiceAccountKeyInput")]
pub struct RevokeServiceAccountKey {
    pub key_id: Global<ServiceAccountKeyId>,
    /// The `version` of the account that you saw.
    pub expected_version: i32,
}

impl Command for RevokeServiceAccountKey {
    type Output = ServiceAccountId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ServiceAccountId>> {
        let owner = store::key(tx, self.key_id.0).await?.service_account_id;
        let account = store::lock_version(tx, owner, self.expected_version).await?;
        // Under the lock of its account.
        let key = store::key(tx, self.key_id.0).await?;
        if key.revoked_at.is_some() {
            return Err(error::revoked_before().into());
        }
        let revoked =
            service_account_key::ActiveModel { id: Set(key.id), revoked_at: Set(Some(tx.now())), ..Default::default() };
        revoked.update_without_returning(tx.db()).await?;
        store::changed(tx, &account, staff::ActiveModel { ..Default::default() }).await?;
        let record = AuditRecord::new(AuditAction::ServiceAccountKeyRevoked, account.row.id)
            .fact("key", key.id)
            .fact("thumbprint", key.thumbprint);
        Ok(Done { output: account.row.id, record })
    }
}
