//! Suspended cases whose period is over are closed once, by whichever server comes round first.

use super::told;
use crate::support::{World, road, scenario};
use entity::notification::NotificationKind;
use futures_util::future::join_all;
use redress::cases::service::expire_suspensions::expire_suspensions;
use redress::cases::service::sweep_deadlines::sweep_deadlines;
use serde_json::json;

const EVENTS: &str = "query { auditEvents(first: 100, filter: { actions: [SUSPENSION_EXPIRED] }) { totalCount edges { node { systemReason actor { name } after } } } }";

async fn expire(world: &World) -> u64 {
    expire_suspensions(&world.db, 100).await.unwrap()
}

scenario! {
    /// HK-5.5.5: at midnight after the last day the case is closed by the system; the handler and the supervisors are told.
    async fn the_day_after_it_is_closed(world) {
        let case = road::suspended(world, "2024-03-20T10:00:00").await;
        world.set_time("2024-06-04T23:59:59");
        assert_eq!(expire(world).await, 0);
        world.set_time("2024-06-05T00:00:00");
        assert_eq!(expire(world).await, 1);
        assert_eq!(expire(world).await, 0);
        let query = "query($id: ID!) { case(id: $id) { state closedAt closureReason outcome complainantOpinion suspensions { expiredAt endsAt }
            timeline(first: 1) { edges { node { kind recordedBy { name } detail { ... on ExpiryDetail { endedAt } } } } } } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        assert_eq!(
            seen.at("/case"),
            &json!({
                "state": "CLOSED", "closedAt": "2024-06-04T16:00:00+00:00", "closureReason": "SUSPENSION_EXPIRED",
                "outcome": null, "complainantOpinion": null,
                "suspensions": [{ "expiredAt": "2024-06-04T16:00:00+00:00", "endsAt": "2024-06-04T15:59:59+00:00" }],
                "timeline": { "edges": [{ "node": { "kind": "SUSPENSION_EXPIRED", "recordedBy": null, "detail": { "endedAt": "2024-06-04T15:59:59+00:00" } } }] },
            })
        );
        for who in ["handler", "supervisor", "supervisor-2"] {
            assert_eq!(told(world, who, NotificationKind::SuspensionExpired).await, 1, "{who}");
        }
        // TM-6: the same end is not told of a second time as a deadline that was missed.
        sweep_deadlines(&world.db).await.unwrap();
        for who in ["handler", "supervisor", "manager"] {
            assert_eq!(told(world, who, NotificationKind::DeadlineMissed).await, 0, "{who}");
        }
        assert_eq!(told(world, "manager", NotificationKind::SuspensionExpired).await, 0);
        let events = world.ask("auditor", EVENTS, json!({})).await;
        assert_eq!(events.number("/auditEvents/totalCount"), 1);
        assert_eq!(events.at("/auditEvents/edges/0/node/actor"), &json!(null));
        assert_eq!(events.text("/auditEvents/edges/0/node/systemReason"), "suspension expired");
        // Its handler files it like any closed case.
        let mut closed = case;
        closed.version += 1;
        closed.archive(world).await;
    }
}

scenario! {
    /// HK-5.5.5: a job that comes late closes the case as of the rule's second; one that was reopened is left alone.
    async fn a_late_job_changes_nothing_of_the_rule(world) {
        let case = road::suspended(world, "2024-03-20T10:00:00").await;
        world.set_time("2024-03-04T09:30:00");
        let mut reopened = road::suspended(world, "2024-03-20T10:00:00").await;
        reopened.step(world, "handler", "recordContact", road::contact()).await;
        world.set_time("2024-06-07T11:12:13");
        assert_eq!(expire(world).await, 1);
        let query = "query($id: ID!) { case(id: $id) { state closedAt suspensions { expiredAt } } }";
        let seen = world.ask("handler", query, json!({ "id": case.id })).await;
        assert_eq!(seen.text("/case/closedAt"), "2024-06-04T16:00:00+00:00");
        assert_eq!(seen.text("/case/suspensions/0/expiredAt"), "2024-06-07T03:12:13+00:00");
        let other = world.ask("handler", query, json!({ "id": reopened.id })).await;
        assert_eq!(other.text("/case/state"), "INVESTIGATING");
    }
}

scenario! {
    /// HK-5.5.5: several servers at the same moment close and notify exactly once, in batches smaller than what is due.
    async fn many_servers_close_each_case_once(world) {
        for _ in 0..5 {
            world.set_time("2024-03-04T09:30:00");
            road::suspended(world, "2024-03-20T10:00:00").await;
        }
        world.set_time("2024-06-05T00:00:00");
        let closed = join_all((0..4).map(|_| expire_suspensions(&world.db, 2))).await;
        assert_eq!(closed.into_iter().map(Result::unwrap).sum::<u64>(), 5);
        assert_eq!(world.ask("auditor", EVENTS, json!({})).await.number("/auditEvents/totalCount"), 5);
        assert_eq!(told(world, "handler", NotificationKind::SuspensionExpired).await, 5);
        let left = world.ask("supervisor", "{ cases(filter: { states: [SUSPENDED] }) { totalCount } }", json!({})).await;
        assert_eq!(left.number("/cases/totalCount"), 0);
    }
}

scenario! {
    /// HK-5.5.4 HK-5.5.5: a contact and the job in the same second before the end: the contact wins, and it is not closed.
    async fn a_contact_before_the_end_wins(world) {
        let case = road::suspended(world, "2024-03-20T10:00:00").await;
        world.set_time("2024-06-04T23:59:59");
        let (contact, closed) = tokio::join!(case.attempt(world, "handler", "recordContact", road::contact()), expire(world));
        contact.done("recordContact");
        assert_eq!(closed, 0);
        world.set_time("2024-06-05T00:00:00");
        assert_eq!(expire(world).await, 0);
    }
}
