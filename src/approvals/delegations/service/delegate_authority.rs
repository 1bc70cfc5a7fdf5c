//! Lending one's authority for some days, within bounds (HK-A8). Both are told.

use super::profile_of_today;
use crate::approvals::delegations::policy::{Lending, may_delegate};
use crate::calendar::local_day;
use crate::identity;
use crate::notifications::tell;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::money::Money;
use crate::platform::{instant, text};
use async_graphql::InputObject;
use chrono::NaiveDate;
use entity::approval::ApprovalKind;
use entity::audit_event::AuditAction;
use entity::notification::NotificationKind;
use entity::{DelegationId, DepartmentId, StaffId, delegation};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Lend your authority over approval items to somebody for some days.
#[derive(InputObject, Serialize)]
#[graphql(name = "DelegateAuthorityInput")]
pub struct DelegateAuthority {
    /// Any text of yours, new for each delegation. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    /// Who acts for you: somebody with a role in the line of authority.
    pub delegate_id: Global<StaffId>,
    /// First local day; today or later. It is in force from its first moment, at once if that is today.
    pub first_day: NaiveDate,
    /// Last local day, included.
    pub last_day: NaiveDate,
    /// Only items of these kinds; of every kind, if none is given.
    pub kinds: Option<Vec<ApprovalKind>>,
    /// Only items whose cumulative excess or amount is at most this.
    pub max_amount: Option<Money>,
    /// Only items that somebody of this department asked for.
    pub department_id: Option<Global<DepartmentId>>,
    /// Why.
    pub reason: String,
}

impl Command for DelegateAuthority {
    type Output = DelegationId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "delegateAuthority", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<DelegationId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let first_day = instant::given_day("firstDay", self.first_day)?;
        let last_day = instant::given_day("lastDay", self.last_day)?;
        if self.max_amount.is_some_and(|amount| amount.fen < 0) {
            return Err(Failure::bad_input("maxAmount", "The bound must not be negative."));
        }
        let mut kinds = text::any_wanted("kinds", self.kinds.clone())?.unwrap_or_default();
        kinds.sort();
        kinds.dedup();
        let delegator_id = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people lend authority"))?;
        let delegate_id = self.delegate_id.0;
        let card = identity::store::card(tx.db(), delegate_id).await?;
        let card = card.filter(|card| card.disabled_at.is_none() && card.id != delegator_id);
        let roles = identity::store::roles_of(tx.db(), delegate_id).await?;
        if let Some(department) = &self.department_id {
            let found = identity::store::departments(tx.db(), &[department.0]).await?;
            found.first().ok_or(Failure::NotFound)?;
        }
        let profile = profile_of_today(tx).await?;
        let delegate_roles = card.is_some().then_some(roles.as_slice());
        let lending = Lending { first_day, last_day, delegate_roles };
        may_delegate(tx.actor(), &lending, &profile, local_day(tx.now()))?;

        let id: DelegationId = tx.id();
        let row = delegation::ActiveModel {
            id: Set(id),
            delegator_id: Set(delegator_id),
            delegate_id: Set(delegate_id),
            first_day: Set(first_day),
            last_day: Set(last_day),
            kinds: Set(serde_json::to_value(&kinds)?),
            max_amount: Set(self.max_amount.map(|amount| amount.fen)),
            department_id: Set(self.department_id.as_ref().map(|department| department.0)),
            reason: Set(reason.clone()),
            created_at: Set(tx.now()),
            revoked_at: Set(None),
            revoked_by: Set(None),
            version: Set(1),
        };
        delegation::Entity::insert(row).exec_without_returning(tx.db()).await?;
        tell(tx, NotificationKind::AuthorityDelegated, id, [delegator_id, delegate_id]).await?;

        let record = AuditRecord::new(AuditAction::AuthorityDelegated, id)
            .fact("delegate", delegate_id)
            .fact("firstDay", first_day)
            .fact("lastDay", last_day)
            .fact("kinds", kinds)
            .fact("maxAmount", self.max_amount.map(|amount| amount.fen))
            .fact("department", self.department_id.as_ref().map(|department| department.0))
            .reason(reason);
        Ok(Done { output: id, record })
    }
}
