//! Other scopes for a program, effective within a second: for tokens that were granted before, too.

use super::checked_scopes;
use crate::identity::service_accounts::store;
use crate::platform::access::Permission;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::{ServiceAccountId, service_account, staff};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::Set;

/// Give a service account exactly these scopes.
#[derive(InputObject)]
#[graphql(name = "ChangeServiceAccountScopesInput")]
pub struct ChangeServiceAccountScopes {
    pub service_account_id: Global<ServiceAccountId>,
    /// The `version` of the account that you saw.
    pub expected_version: i32,
    /// All that it may do from here on.
    pub scopes: Vec<Permission>,
}

impl Command for ChangeServiceAccountScopes {
    type Output = ServiceAccountId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ServiceAccountId>> {
        let account = store::lock_version(tx, self.service_account_id.0, self.expected_version).await?;
        let scopes = checked_scopes(account.row.role, &self.scopes)?;
        let id = account.row.id;
        let changes = service_account::ActiveModel { id: Set(id), scopes: Set(scopes.clone()), ..Default::default() };
        changes.update_without_returning(tx.db()).await?;
        store::changed(tx, &account, staff::ActiveModel { ..Default::default() }).await?;
        let record =
            AuditRecord::new(AuditAction::ServiceAccountScopesChanged, id).change("scopes", account.row.scopes, scopes);
        Ok(Done { output: id, record })
    }
}
