//! A transaction: the only way to the writing connections, ended by a commit that takes the audit event.

use super::AuditRecord;
use crate::platform::access::{Actor, Who};
use crate::platform::error::Result;
use crate::platform::ids::new_id;
use crate::platform::outlets::Outlets;
use crate::platform::refusal::disposed_of;
use crate::platform::vault::{self, DataKey, Vault};
use chrono::{DateTime, Utc};
use entity::{AuditEventId, CaseId, audit_event};
use sea_orm::ActiveValue::Set;
use sea_orm::{
    DatabaseConnection, DatabaseTransaction, EntityTrait, SqliteTransactionMode, TransactionOptions, TransactionTrait,
};
use serde_json::Value;
use std::sync::Arc;
use uuid::Uuid;

pub struct Tx {
    inner: DatabaseTransaction,
    /// The key of the event that it will leave.
    event: AuditEventId,
    actor: Actor,
    now: DateTime<Utc>,
    vault: Arc<Vault>,
    outlets: Outlets,
}

impl Tx {
    pub(super) async fn begin(
        pool: &DatabaseConnection,
        actor: Actor,
        now: DateTime<Utc>,
        vault: Arc<Vault>,
        outlets: Outlets,
    ) -> Result<Self> {
        let options = TransactionOptions {
            // A transaction that reads before it writes would otherwise fail at once with BUSY.
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..Default::default()
        };
        Ok(Self { inner: pool.begin_with_options(options).await?, event: new_id(now), actor, now, vault, outlets })
    }

    /// What statements run on.
    pub fn db(&self) -> &DatabaseTransaction {
        &self.inner
    }

    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// One instant for everything that this transaction writes.
    pub fn now(&self) -> DateTime<Utc> {
        self.now
    }

    pub fn vault(&self) -> &Vault {
        &self.vault
    }

    /// What personal data of a case is sealed with. Of a case that was disposed of nothing is written any more.
    pub async fn key_of(&self, case: CaseId) -> Result<DataKey> {
        let key = vault::store::to_seal_with(&self.inner, &self.vault, case).await?;
        key.ok_or_else(|| disposed_of().into())
    }

    /// A reason goes with its case: with the case's key it is gone.
    pub async fn reason_key(&self, case: Option<CaseId>) -> Result<DataKey> {
        let own = match case {
            Some(case) => vault::store::to_seal_with(&self.inner, &self.vault, case).await?,
            None => None,
        };
        own.map_or_else(|| self.vault.system().cloned(), Ok)
    }

    /// The key of the audit event that commit will write.
    pub fn event(&self) -> AuditEventId {
        self.event
    }

    /// The ways out by which people and programs are told.
    pub fn outlets(&self) -> &Outlets {
        &self.outlets
    }

    /// A new key.
    pub fn id<T: From<Uuid>>(&self) -> T {
        new_id(self.now)
    }

    pub(super) async fn commit(self, record: AuditRecord) -> Result<()> {
        let id = self.event;
        let reason_sealed = match record.reason.as_deref() {
            Some(reason) => Some(self.reason_key(record.case_id).await?.seal("audit_events.reason", id, reason)?),
            None => None,
        };
        let event = audit_event::ActiveModel {
            id: Set(id),
            occurred_at: Set(self.now),
            action: Set(record.action),
            actor_id: Set(self.actor.staff_id()),
            system_reason: Set(match self.actor.who {
                Who::System { reason } => Some(reason.to_owned()),
                Who::Staff { .. } | Who::Service { .. } | Who::Nobody => None,
            }),
            actor_roles: Set(self.actor.role_names()),
            subject_type: Set(record.subject_type.to_owned()),
            subject_id: Set(record.subject_id),
            case_id: Set(record.case_id),
            before: Set(Value::Object(record.before)),
            after: Set(Value::Object(record.after)),
            reason_sealed: Set(reason_sealed),
            request_id: Set(self.actor.request_id.to_string()),
        };
        audit_event::Entity::insert(event).exec_without_returning(&self.inner).await?;
        self.inner.commit().await?;
        Ok(())
    }

    /// The end of work on the audit trail itself.
    pub(super) async fn commit_upkeep(self) -> Result<()> {
        self.inner.commit().await?;
        Ok(())
    }

    pub(super) async fn roll_back(self) {
        // If this fails the connection is gone, and its transaction with it.
        if let Err(error) = self.inner.rollback().await {
            tracing::warn!(%error, "a rollback failed");
        }
    }
}

#[cfg(test)]
impl Tx {
    /// A transaction within this one, of somebody else, that can be undone alone.
    pub async fn within(&self, actor: Actor) -> Result<Self> {
        let (vault, outlets) = (Arc::clone(&self.vault), self.outlets.clone());
        Ok(Self { inner: self.inner.begin().await?, event: self.id(), actor, now: self.now, vault, outlets })
    }

    pub async fn undo(self) {
        self.roll_back().await;
    }
}
