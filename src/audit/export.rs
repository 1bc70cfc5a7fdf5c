//! The audit log as a file that an outsider can verify (docs/audit-log.md): one line for each event, and after each batch the hashes
//! that are stored of it and the head that was signed.

use super::head::TreeHead;
use super::store;
use super::tree::{Hash, hash_count};
use crate::platform::digest::{canonical_json, hex};
use crate::platform::error::{Failure, Result};
use sea_orm::ConnectionTrait;
use serde::Serialize;
use serde_json::json;
use std::io::Write;

pub const FORMAT: &str = "redress/audit-log/v1";

/// Leaves that are looked up at a time.
const PAGE: u64 = 1_000;
/// Events without a leaf that are listed; more of them are counted as so many.
const UNSEALED: u64 = 10_000;

/// What was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exported {
    pub leaves: u64,
    pub unsealed: u64,
}

/// Writes the log as it now is, page by page: what is sealed meanwhile is left out.
pub async fn export<C: ConnectionTrait>(db: &C, out: &mut (impl Write + Send)) -> Result<Exported> {
    let last = store::last_head(db).await?.map(|row| TreeHead::of(&row)).transpose()?;
    let size = last.map_or(0, |head| head.size);
    line(out, &json!({ "format": FORMAT, "size": size }))?;
    let mut hashes = Vec::new();
    for from in (0..size).step_by(PAGE as usize) {
        let to = size.min(from + PAGE);
        page(db, out, from, to, &mut hashes).await?;
    }
    let unsealed = store::unsealed(db, UNSEALED).await?;
    for (id, waits) in &unsealed {
        line(out, &json!({ "unsealed": { "id": id, "waits": waits } }))?;
    }
    line(out, &json!({ "end": { "size": size, "unsealed": unsealed.len() } }))?;
    out.flush().map_err(unwritable)?;
    Ok(Exported { leaves: size, unsealed: unsealed.len() as u64 })
}

async fn page<C: ConnectionTrait>(
    db: &C,
    out: &mut (impl Write + Send),
    from: u64,
    to: u64,
    waiting: &mut Vec<Option<Hash>>,
) -> Result<()> {
    let heads = store::heads_within(db, number(from)?, number(to)?).await?;
    let mut heads = heads.iter().map(TreeHead::of).collect::<Result<Vec<_>>>()?.into_iter().peekable();
    let leaves = store::leaves_within(db, number(from)?..number(to)?).await?;
    let mut leaves = leaves.into_iter().peekable();
    let stored = store::hashes_within(db, hash_count(from)..hash_count(to)).await?;
    for index in from..to {
        let leaf = leaves.next_if(|(row, _)| u64::try_from(row.leaf_index) == Ok(index));
        match leaf {
            Some((_, Some(event))) => text(out, &event.text()?)?,
            Some((row, None)) => line(out, &json!({ "missing": { "id": row.event_id, "leaf": index } }))?,
            None => line(out, &json!({ "missing": { "leaf": index } }))?,
        }
        waiting.extend((hash_count(index)..hash_count(index + 1)).map(|position| stored.0.get(&position).copied()));
        if let Some(head) = heads.next_if(|head| head.size == index + 1) {
            let hashes: Vec<_> = waiting.drain(..).map(|hash| hash.map(|hash| hex(&hash.0))).collect();
            line(out, &json!({ "hashes": hashes }))?;
            text(out, &head.line()?)?;
        }
    }
    Ok(())
}

fn line(out: &mut impl Write, value: &impl Serialize) -> Result<()> {
    text(out, &canonical_json(value)?)
}

fn text(out: &mut impl Write, text: &str) -> Result<()> {
    out.write_all(text.as_bytes()).and_then(|()| out.write_all(b"\n")).map_err(unwritable)
}

fn unwritable(error: std::io::Error) -> Failure {
    Failure::bad_input("file", format!("the file cannot be written: {error}"))
}

fn number(count: u64) -> Result<i64> {
    i64::try_from(count).map_err(|_| Failure::internal("more events than a table can number"))
}
