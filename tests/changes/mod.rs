//! Live updates: what is told, to whom, and until when; by WebSocket and as server-sent events.

mod endings;
mod events;
mod limits;
mod protocol;
mod servers;
mod subscriptions;

use crate::support::World;
use serde_json::json;
use std::time::Duration;

pub const CASE: &str = "subscription($id: ID!, $since: String) { caseChanged(id: $id, since: $since) { case { number state version } mark } }";

/// Long enough to notice what should not come.
const A_WHILE: Duration = Duration::from_millis(1_500);

/// Where changes stand.
pub async fn mark(world: &World, who: &str) -> String {
    world.ask(who, "{ changeMark }", json!({})).await.text("/changeMark")
}
