//! Deadlines and calendars, for tests about time.

use super::road::OnTheRoad;
use super::{Answer, PROFILE, World};
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

const DEADLINES: &str = "query($id: ID!) { case(id: $id) { version overdue deadlines {
    id code rule status dueAt metAt missedAt warnAt pausedAt length unit calendar calendarVersion provisional startEvent startedAt
    owner { name } pauses { reason beganAt endedAt } extensions { length unit reason complainantToldBy }
    derivation { dueAt provisional countedDays skippedDays { date reason name notice } }
    viewerCan { pause { allowed refusals { code rule } } resume { allowed } extend { allowed refusals { code rule } } }
} } }";

/// Every deadline of a case as somebody sees it, the earliest first.
pub async fn deadlines(world: &World, who: &str, case: &OnTheRoad) -> Vec<Value> {
    let seen = world.ask(who, DEADLINES, json!({ "id": case.id })).await;
    seen.at("/case/deadlines").as_array().unwrap().clone()
}

/// One of them, as its supervisor sees it.
pub async fn deadline(world: &World, case: &OnTheRoad, code: &str) -> Value {
    deadline_for(world, "supervisor", case, code).await
}

pub async fn deadline_for(world: &World, who: &str, case: &OnTheRoad, code: &str) -> Value {
    let found = deadlines(world, who, case).await;
    found.iter().find(|deadline| deadline["code"] == code).unwrap_or_else(|| panic!("no {code} in {found:#?}")).clone()
}

/// The last second of a local day, as the API writes it.
pub fn end_of(day: &str) -> Value {
    json!(format!("{day}T15:59:59+00:00"))
}

/// Publishes the shipped profile from 2024 on with more keys for its replies.
pub async fn publish_with(world: &World, more: &str) {
    let reply = "met_by = [\"REPLIED\"]";
    assert_eq!(PROFILE.matches(reply).count(), 2);
    let content = PROFILE.replace("\"2013-01-01\"", "\"2024-01-01\"").replace(reply, &format!("{reply}\n{more}"));
    world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
}

/// Runs a mutation on a deadline of a case.
pub async fn on_deadline(
    world: &World,
    who: &str,
    mutation: &str,
    case: &OnTheRoad,
    code: &str,
    more: Value,
) -> Answer {
    let id = deadline(world, case, code).await["id"].clone();
    let mut input = json!({ "deadlineId": id, "expectedVersion": case.version });
    for (name, value) in more.as_object().unwrap() {
        input[name] = value.clone();
    }
    super::road::on_case(world, who, mutation, input).await
}
