//! Taking lent authority back: from that moment on the delegate acts no more (HK-A8). Both are told.

use super::profile_of_today;
use crate::approvals::delegations::policy::may_revoke;
use crate::approvals::delegations::store;
use crate::calendar::local_day;
use crate::identity;
use crate::notifications::tell;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::notification::NotificationKind;
use entity::{DelegationId, delegation};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Take lent authority back.
#[derive(InputObject, Serialize)]
#[graphql(name = "RevokeDelegationInput")]
pub struct RevokeDelegation {
    pub delegation_id: Global<DelegationId>,
    /// The `version` of the delegation that you saw.
    pub expected_version: i32,
    /// Why.
    pub reason: String,
}

impl Command for RevokeDelegation {
    type Output = DelegationId;

    async fn execute(&self, tx: &Tx) -> Result<Done<DelegationId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let before = store::lock_version(tx, self.delegation_id.0, self.expected_version).await?;
        let delegator_roles = identity::store::roles_of(tx.db(), before.delegator_id).await?;
        let profile = profile_of_today(tx).await?;
        may_revoke(tx.actor(), &before, &delegator_roles, &profile.authority, local_day(tx.now()))?;

        delegation::Entity::update(delegation::ActiveModel {
            id: Set(before.id),
            revoked_at: Set(Some(tx.now())),
            revoked_by: Set(tx.actor().staff_id()),
            version: Set(before.version + 1),
            ..Default::default()
        })
        .exec(tx.db())
        .await?;
        tell(tx, NotificationKind::DelegationRevoked, before.id, [before.delegator_id, before.delegate_id]).await?;
        let record = AuditRecord::new(AuditAction::DelegationRevoked, before.id)
            .fact("delegator", before.delegator_id)
            .fact("delegate", before.delegate_id)
            .reason(reason);
        Ok(Done { output: before.id, record })
    }
}
