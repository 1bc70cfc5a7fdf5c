//! What was committed, announced to those who listen (docs/live-updates.md, docs/adr/0017-live-updates.md).
//!
//! The audit trail is the one record of every committed write, so it is what changes are told from: an event that is not sealed yet waits
//! in `audit_pending` from its own transaction on, and a sealed one has its number. Nothing is announced before its commit,
//! and a mark (how far the numbers were announced) is all that a portal needs to come back without a gap.

pub mod feed;
pub mod graphql;
pub mod store;

use crate::audit;
use crate::platform::error::Failure;
use crate::platform::live::{News, Round};
use crate::platform::scope::Scope;
use async_graphql::Context;
use entity::CaseId;

/// Whether a subscription about a case has something to tell in this round.
pub async fn has_news(ctx: &Context<'_>, round: &Round, case: CaseId, since: Option<&str>) -> Result<bool, Failure> {
    let scope = Scope::of(ctx);
    let db = scope.db.read(&scope.actor);
    match audit::store::looks_back_to(db, round, since).await? {
        Some(mark) => store::case_changed(db, case, mark).await,
        None => Ok(round.news != News::Opening),
    }
}
