//! A rotation of the key-encryption key: every data key is wrapped anew, under the active key. No value is touched, servers
//! go on, and whoever stops half-way goes on where it stood.

use super::store;
use crate::platform::access::Actor;
use crate::platform::db::{AuditRecord, Command, Database, Done, Tx};
use crate::platform::error::{Failure, Result};
use entity::audit_event::AuditAction;
use entity::{CaseId, DataKeyId};
use serde::{Deserialize, Serialize};

crate::platform::ids::node_keys!(DataKeyId => "DataKey");

/// Data keys that one transaction wraps: few enough that nobody waits for it.
const BATCH: u64 = 100;

/// Wraps all data keys under the active key-encryption key; says how many were wrapped. Run twice, or by two at once, it does
/// no harm.
pub async fn rewrap_all(db: &Database) -> Result<u64> {
    let system = Actor::system("the key-encryption key was rotated");
    let mut wrapped = db.run(&system, &RewrapStanding).await?;
    let mut after = None;
    loop {
        let batch = db.run(&system, &RewrapCases { after }).await?;
        wrapped += batch.wrapped;
        match batch.last {
            Some(last) => after = Some(last),
            None => return Ok(wrapped),
        }
    }
}

/// Wrap the data keys that belong to no case.
struct RewrapStanding;

impl Command for RewrapStanding {
    type Output = u64;

    async fn execute(&self, tx: &Tx) -> Result<Done<u64>> {
        let mut wrapped = 0;
        for row in store::standing(tx.db()).await? {
            if let Some(anew) = tx.vault().rewrapped(row.id.into(), &row.wrapped)? {
                wrapped += u64::from(store::set_standing(tx.db(), &row, &anew).await?);
            }
        }
        Ok(Done { output: wrapped, record: record(tx, wrapped).await? })
    }
}

/// Wrap the data keys of the next cases.
struct RewrapCases {
    after: Option<CaseId>,
}

#[derive(Serialize, Deserialize)]
struct Batch {
    wrapped: u64,
    /// The last case that was looked at; none when there are no more.
    last: Option<CaseId>,
}

impl Command for RewrapCases {
    type Output = Batch;

    async fn execute(&self, tx: &Tx) -> Result<Done<Batch>> {
        let active = tx.vault().key_encryption().active().to_owned();
        let mut batch = Batch { wrapped: 0, last: None };
        for (case, wrapped) in store::wrapped_otherwise(tx.db(), &active, self.after, BATCH).await? {
            if let Some(anew) = tx.vault().rewrapped(case.into(), &wrapped)? {
                batch.wrapped += u64::from(store::set_key(tx.db(), case, Some(&wrapped), &anew).await?);
            }
            batch.last = Some(case);
        }
        let record = record(tx, batch.wrapped).await?;
        Ok(Done { output: batch, record })
    }
}

async fn record(tx: &Tx, wrapped: u64) -> Result<AuditRecord> {
    let rows = store::standing(tx.db()).await?;
    let subject: DataKeyId =
        rows.first().map(|row| row.id).ok_or_else(|| Failure::internal("the system's data key is missing"))?;
    Ok(AuditRecord::new(AuditAction::DataKeysWrapped, subject)
        .fact("keyEncryptionKey", tx.vault().key_encryption().active())
        .fact("wrapped", wrapped))
}
