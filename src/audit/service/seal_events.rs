//! Sealing: events that were committed become leaves, and the tree that they make gets a signed head.
//!
//! Writers do not wait for it, nor for one another: the order of the leaves is made here, afterwards. An event that was
//! committed late, or by a server whose clock is behind, gets a later leaf; since each waits in `audit_pending` from its
//! own transaction on, none is forgotten. Two servers at once would write the same leaf number: the database lets one.

use crate::audit::head::TreeHead;
use crate::audit::leaf::Leaf;
use crate::audit::metrics::AuditMetrics;
use crate::audit::store;
use crate::audit::tree::{Edge, Hash, hash_count, hash_of, leaf_hash};
use crate::platform::access::Actor;
use crate::platform::db::{Database, Tx, Upkeep};
use crate::platform::error::{Failure, Result};
use crate::platform::signing::ServerKeys;
use chrono::{DateTime, Utc};
use entity::{AuditEventId, audit_hash, audit_leaf, audit_tree_head};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use std::time::{Duration, Instant};

/// Leaves of one transaction: SQLite's other writers wait for it, and a statement takes so many parameters.
const BATCH: u64 = 1_000;
/// A run ends after this; the next goes on.
const LONG_ENOUGH: Duration = Duration::from_secs(20);

/// Seals all that waits; gives how many events that were.
pub async fn seal_events(db: &Database, actor: &Actor, keys: &ServerKeys, metrics: &AuditMetrics) -> Result<u64> {
    let (began, mut sealed) = (Instant::now(), 0);
    loop {
        let batch = db.upkeep(actor, &SealBatch { keys }).await?;
        metrics.sealed(batch.size, batch.oldest.map(|oldest| db.now() - oldest));
        sealed += batch.events;
        if batch.gone > 0 {
            return Err(Failure::internal(format!("{} events were removed before they were sealed", batch.gone)));
        }
        if batch.events < BATCH || began.elapsed() > LONG_ENOUGH {
            return Ok(sealed);
        }
    }
}

struct SealBatch<'a> {
    keys: &'a ServerKeys,
}

struct Sealed {
    events: u64,
    size: u64,
    /// When the first of them happened.
    oldest: Option<DateTime<Utc>>,
    /// How many waited and are there no more.
    gone: usize,
}

impl Upkeep for SealBatch<'_> {
    type Output = Sealed;

    async fn execute(&self, tx: &Tx) -> Result<Sealed> {
        let (waiting, gone) = store::pending(tx.db(), BATCH).await?;
        let last = store::last_head(tx.db()).await?;
        let size = last.as_ref().map_or(0, |head| head.size);
        let size = u64::try_from(size).map_err(|_| Failure::internal("a tree of a negative size"))?;
        let Some(first) = waiting.first() else { return Ok(Sealed { events: 0, size, oldest: None, gone }) };
        let mut edge = grown_so_far(tx, size, last.as_ref()).await?;
        let (mut leaves, mut hashes) = (Vec::new(), Vec::new());
        for event in &waiting {
            leaves.push(leaf_row(edge.size(), event)?);
            hashes.extend(edge.add(leaf_hash(event.text()?.as_bytes()))?);
        }
        write_hashes(tx, hash_count(size), &hashes).await?;
        audit_leaf::Entity::insert_many(leaves).exec_without_returning(tx.db()).await?;
        // A clock that went back does not make a head older than the one before it.
        let at = last.map_or(tx.now(), |head| head.signed_at.max(tx.now()));
        write_head(tx, &TreeHead::sign(self.keys, edge.size(), edge.root()?, at)?, edge.root()?).await?;
        let sealed: Vec<AuditEventId> = waiting.iter().map(|event| event.id.into()).collect();
        store::forget_pending(tx.db(), &sealed).await?;
        Ok(Sealed { events: waiting.len() as u64, size: edge.size(), oldest: Some(first.occurred_at), gone })
    }
}

/// The edge of the tree as it is stored. What does not give the root that was signed is not built on.
async fn grown_so_far(tx: &Tx, size: u64, head: Option<&audit_tree_head::Model>) -> Result<Edge> {
    let hashes = store::hashes(tx.db(), &Edge::positions(size)).await?;
    let edge = Edge::new(size, &hashes)?;
    match head {
        Some(head) if hash_of(&head.root) != Some(edge.root()?) => Err(Failure::internal(
            "the hashes of the audit trail are not those that were signed: nothing more is sealed",
        )),
        _ => Ok(edge),
    }
}

fn leaf_row(index: u64, event: &Leaf) -> Result<audit_leaf::ActiveModel> {
    Ok(audit_leaf::ActiveModel { leaf_index: Set(number(index)?), event_id: Set(event.id.into()) })
}

async fn write_hashes(tx: &Tx, from: u64, hashes: &[Hash]) -> Result<()> {
    let rows = (from..).zip(hashes).map(|(position, hash)| {
        Ok(audit_hash::ActiveModel { position: Set(number(position)?), hash: Set(hash.0.to_vec()) })
    });
    let rows = rows.collect::<Result<Vec<_>>>()?;
    audit_hash::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
    Ok(())
}

async fn write_head(tx: &Tx, head: &TreeHead, root: Hash) -> Result<()> {
    let row = audit_tree_head::ActiveModel {
        size: Set(number(head.size)?),
        root: Set(root.0.to_vec()),
        signed_at: Set(head.timestamp),
        key_id: Set(head.signature.key_id.clone()),
        signature: Set(head.signature.value.clone()),
    };
    audit_tree_head::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

fn number(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(|_| Failure::internal("more events than a table can number"))
}
