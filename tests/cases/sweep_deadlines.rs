//! What time alone does: missed deadlines are marked and told of, once.

use crate::support::road;
use crate::support::time::{deadline, publish_with};
use crate::support::{World, scenario};
use entity::notification::{self, NotificationKind};
use entity::{audit_event, staff};
use futures_util::future::join_all;
use redress::cases::service::sweep_deadlines::{Swept, sweep_deadlines};
use redress::platform::access::Actor;
use sea_orm::{ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::json;
use std::collections::BTreeMap;

async fn sweep(world: &World) -> (u64, u64) {
    let Swept { missed, warned } = sweep_deadlines(&world.db).await.unwrap();
    (missed, warned)
}

/// How many notices of a kind everybody has.
async fn notices(world: &World, kind: NotificationKind) -> BTreeMap<String, u64> {
    let db = world.db.read(&Actor::system("test")).clone();
    let people: BTreeMap<_, _> =
        staff::Entity::find().all(&db).await.unwrap().into_iter().map(|person| (person.id, person.login)).collect();
    let mut found = BTreeMap::new();
    for notice in notification::Entity::find().filter(notification::Column::Kind.eq(kind)).all(&db).await.unwrap() {
        *found.entry(people[&notice.recipient_id].clone()).or_default() += 1;
    }
    found
}

async fn audited(world: &World, action: audit_event::AuditAction) -> u64 {
    let db = world.db.read(&Actor::system("test")).clone();
    audit_event::Entity::find().filter(audit_event::Column::Action.eq(action)).count(&db).await.unwrap()
}

fn of(notices: &[(&str, u64)]) -> BTreeMap<String, u64> {
    notices.iter().map(|(login, count)| ((*login).to_owned(), *count)).collect()
}

scenario! {
    /// G-8: the next second is late; owner and superior are told, the act itself stays possible.
    async fn what_is_missed_is_marked_and_told_of_once(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        world.set_time("2024-03-13T23:59:59");
        assert_eq!(sweep(world).await, (0, 0));
        assert_eq!(deadline(world, &case, "INVESTIGATION").await["missedAt"], json!(null));
        world.set_time("2024-03-14T00:00:00");
        assert_eq!(sweep(world).await, (1, 0));
        let missed = deadline(world, &case, "INVESTIGATION").await;
        assert_eq!((&missed["missedAt"], &missed["status"]), (&json!("2024-03-13T16:00:00+00:00"), &json!("OVERDUE")));
        assert_eq!(missed["owner"]["name"], "测试handler");
        assert_eq!(notices(world, NotificationKind::DeadlineMissed).await, of(&[("handler", 1), ("supervisor", 1), ("supervisor-2", 1)]));
        world.set_time("2024-03-20T00:00:00");
        assert_eq!(sweep(world).await, (0, 0));
        assert_eq!(audited(world, audit_event::AuditAction::DeadlineMissed).await, 1);
        let timeline = "query($id: ID!) { case(id: $id) { timeline(first: 1) { edges { node { kind recordedBy { name } detail { ... on DeadlineDetail { code } } } } } } }";
        let told = world.ask("handler", timeline, json!({ "id": case.id })).await;
        assert_eq!(told.at("/case/timeline/edges/0/node"), &json!({ "kind": "DEADLINE_MISSED", "recordedBy": null, "detail": { "code": "INVESTIGATION" } }));
        case.investigate(world).await;
        let late = deadline(world, &case, "INVESTIGATION").await;
        assert_eq!((&late["status"], &late["missedAt"]), (&json!("MET_LATE"), &missed["missedAt"]));
    }
}

scenario! {
    /// The superior of the owner: of a handler the supervisors, of a supervisor the managers; of nobody yet, whoever allocates.
    async fn the_superior_is_the_next_in_line(world) {
        let unallocated = road::registered(world).await;
        world.set_time("2024-03-14T00:00:00");
        assert_eq!(sweep(world).await, (1, 0));
        assert_eq!(unallocated.handler, "");
        let of_unallocated = of(&[("manager", 1), ("manager-2", 1), ("supervisor", 1), ("supervisor-2", 1)]);
        assert_eq!(notices(world, NotificationKind::DeadlineMissed).await, of_unallocated);
        world.set_time("2024-03-04T09:30:00");
        let mut difficult = road::registered(world).await;
        difficult.allocate(world, "supervisor-2").await;
        world.set_time("2024-03-14T00:00:00");
        assert_eq!(sweep(world).await, (1, 0));
        let both = of(&[("manager", 2), ("manager-2", 2), ("supervisor", 1), ("supervisor-2", 2)]);
        assert_eq!(notices(world, NotificationKind::DeadlineMissed).await, both);
    }
}

scenario! {
    /// Two servers at the same moment, several times: each deadline is told of once.
    async fn two_sweeps_at_once_tell_once(world) {
        for _ in 0..10 {
            road::registered(world).await;
        }
        let mut met = road::registered(world).await;
        met.allocate(world, "handler").await;
        met.investigate(world).await;
        world.set_time("2024-03-14T00:00:00");
        let swept = join_all((0..4).map(|_| sweep(world))).await;
        assert_eq!(swept.iter().map(|(missed, _)| missed).sum::<u64>(), 10, "{swept:?}");
        assert_eq!(audited(world, audit_event::AuditAction::DeadlineMissed).await, 10);
        assert_eq!(notices(world, NotificationKind::DeadlineMissed).await["supervisor"], 10);
        assert_eq!(sweep(world).await, (0, 0));
    }
}

scenario! {
    /// So long before the end as the profile says, the owner is warned, once; without the key nobody is.
    async fn owners_are_warned_ahead(world) {
        let mut silent = road::registered(world).await;
        silent.allocate(world, "handler-2").await;
        publish_with(world, "warn_before = { length = 2, unit = \"WORKING_DAY\" }").await;
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let reply = deadline(world, &case, "REPLY").await;
        assert_eq!(reply["warnAt"], "2024-03-20T16:00:00+00:00");
        for case in [&mut silent, &mut case] {
            case.investigate(world).await;
        }
        world.set_time("2024-03-20T23:59:59");
        assert_eq!(sweep(world).await, (0, 0));
        world.set_time("2024-03-21T00:00:00");
        let swept = join_all((0..2).map(|_| sweep(world))).await;
        assert_eq!(swept.iter().map(|(_, warned)| warned).sum::<u64>(), 1, "{swept:?}");
        assert_eq!(notices(world, NotificationKind::DeadlineNear).await, of(&[("handler", 1)]));
        assert_eq!(sweep(world).await, (0, 0));
        // Both are missed at the end; who slept through the warning is not warned any more.
        world.set_time("2024-03-26T00:00:00");
        assert_eq!(sweep(world).await, (2, 0));
        world.set_time("2024-03-04T09:30:00");
        let late = road::registered(world).await;
        world.set_time("2024-03-26T00:00:00");
        assert_eq!(sweep(world).await, (2, 0));
        assert_eq!(deadline(world, &late, "REPLY").await["status"], "OVERDUE");
    }
}
