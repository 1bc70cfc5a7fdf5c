//! Handing signed tree heads to places outside, where whoever has the database cannot change them.

use crate::audit::anchors::Anchors;
use crate::audit::head::TreeHead;
use crate::audit::metrics::AuditMetrics;
use crate::audit::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use entity::audit_tree_head;

/// Hands the last head to every anchor that has none so large; gives how many took it. One that takes none keeps neither
/// the others nor anybody who writes; it is tried again at the next run.
pub async fn hand_over_heads(db: &Database, actor: &Actor, anchors: &Anchors, metrics: &AuditMetrics) -> Result<u64> {
    let Some(last) = store::last_head(db.read(actor)).await? else { return Ok(0) };
    let known = store::anchors(db.read(actor)).await?;
    let (mut taken, mut failed) = (0, Vec::new());
    for name in anchors.names() {
        let size = known.iter().find(|row| row.name == name).map_or(0, |row| row.size);
        match hand_over(db, anchors, name, size, &last).await {
            Ok(false) => {}
            Ok(true) => {
                store::head_taken(db, name, last.size).await?;
                metrics.anchored(name, u64::try_from(last.size).unwrap_or_default());
                taken += 1;
            }
            Err(problem) => {
                tracing::error!(anchor = name, problem, "an anchor of the audit log took no head");
                store::head_not_taken(db, name, &problem).await?;
                metrics.not_anchored(name);
                failed.push(name);
            }
        }
    }
    if failed.is_empty() { Ok(taken) } else { Err(Failure::internal(format!("no head went to {}", failed.join(", ")))) }
}

/// False when the anchor has this one.
async fn hand_over(
    db: &Database,
    anchors: &Anchors,
    name: &str,
    size: i64,
    last: &audit_tree_head::Model,
) -> Result<bool, String> {
    match last.size {
        shorter if shorter < size => Err(format!("the log has {shorter} leaves, and the anchor has a head of {size}")),
        same if same == size => Ok(false),
        _ => {
            let head = TreeHead::of(last).map_err(|failure| failure.summary())?;
            anchors.take(name, &head, db.now()).await?;
            Ok(true)
        }
    }
}
