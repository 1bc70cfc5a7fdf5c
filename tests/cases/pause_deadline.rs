//! Clocks that stand still, where the profile lets them.

use crate::support::road;
use crate::support::scenario;
use crate::support::time::{deadline, deadline_for, deadlines, end_of, on_deadline, publish_with};
use redress::cases::service::sweep_deadlines::sweep_deadlines;
use serde_json::{Value, json};

fn reason() -> Value {
    json!({ "reason": "等待司法鉴定结论。" })
}

scenario! {
    /// HK-8.8: the policy of the insurer lets no clock stand still.
    async fn without_the_key_no_clock_stands_still(world) {
        let case = road::investigated(world).await;
        for code in ["REPLY", "INVESTIGATION"] {
            let seen = deadline_for(world, "handler", &case, code).await;
            assert_eq!(seen["viewerCan"]["pause"]["allowed"], false);
            let refused = on_deadline(world, "handler", "pauseDeadline", &case, code, reason()).await;
            let expected = if code == "REPLY" { "NOT_ALLOWED_BY_PROFILE HK-8.2" } else { "NOT_ALLOWED_BY_PROFILE HK-8.1" };
            assert_eq!(refused.refusals("pauseDeadline"), [expected]);
        }
    }
}

scenario! {
    /// The end moves by the days at whose end the clock stood still; meanwhile nothing is overdue.
    async fn a_pause_moves_the_end(world) {
        publish_with(world, "may_pause = true").await;
        let mut case = road::investigated(world).await;
        world.set_time("2024-03-06T10:00:00");
        assert_eq!(deadline_for(world, "handler", &case, "REPLY").await["viewerCan"]["pause"]["allowed"], true);
        let paused = on_deadline(world, "handler", "pauseDeadline", &case, "REPLY", reason()).await;
        case.version = paused.done("pauseDeadline").number("/pauseDeadline/case/version");
        let standing = deadline(world, &case, "REPLY").await;
        assert_eq!((&standing["status"], &standing["pausedAt"]), (&json!("PAUSED"), &json!("2024-03-06T02:00:00+00:00")));
        let twice = on_deadline(world, "handler", "pauseDeadline", &case, "REPLY", reason()).await;
        assert_eq!(twice.refusals("pauseDeadline"), ["DEADLINE_NOT_RUNNING HK-8.2"]);

        world.set_time("2024-05-06T10:00:00");
        assert_eq!(sweep_deadlines(&world.db).await.unwrap().missed, 0);
        let overdue = world.ask("supervisor", "{ cases(filter: { overdue: true }) { totalCount } }", json!({})).await;
        assert_eq!(overdue.number("/cases/totalCount"), 0);
        let resumed = on_deadline(world, "handler", "resumeDeadline", &case, "REPLY", json!({ "reason": "结论已出具。" })).await;
        case.version = resumed.done("resumeDeadline").number("/resumeDeadline/case/version");
        let running = deadline(world, &case, "REPLY").await;
        // The 5th of March was counted; fourteen days are left from the 6th of May on.
        assert_eq!((&running["status"], &running["dueAt"]), (&json!("RUNNING"), &end_of("2024-05-22")));
        assert_eq!(running["pausedAt"], Value::Null);
        assert_eq!(running["pauses"][0]["reason"], "等待司法鉴定结论。");
        assert_eq!(running["derivation"]["dueAt"], running["dueAt"]);
        assert_eq!(running["derivation"]["countedDays"].as_array().unwrap().len(), 15);
        assert_eq!(running["derivation"]["countedDays"][1], "2024-05-06");
        let skipped = running["derivation"]["skippedDays"].as_array().unwrap();
        assert!(skipped.iter().any(|day| day["date"] == "2024-03-06" && day["reason"] == "PAUSED"));

        let again = on_deadline(world, "handler", "resumeDeadline", &case, "REPLY", json!({})).await;
        assert_eq!(again.refusals("resumeDeadline"), ["DEADLINE_NOT_PAUSED HK-8.2"]);
        let timeline = "query($id: ID!) { case(id: $id) { timeline(first: 2) { edges { node { kind detail { ... on DeadlineDetail { code dueAt dueAtBefore reason } } } } } } }";
        let told = world.ask("supervisor", timeline, json!({ "id": case.id })).await;
        assert_eq!(told.at("/case/timeline/edges/0/node/kind"), "DEADLINE_RESUMED");
        assert_eq!(told.at("/case/timeline/edges/0/node/detail/dueAtBefore"), &end_of("2024-03-25"));
        assert_eq!(told.at("/case/timeline/edges/0/node/detail/dueAt"), &end_of("2024-05-22"));
        assert_eq!(told.at("/case/timeline/edges/1/node/detail/reason"), "等待司法鉴定结论。");
    }
}

scenario! {
    /// Later milestones and other deadlines leave the pause alone.
    async fn what_else_happens_leaves_the_clock_standing(world) {
        publish_with(world, "may_pause = true").await;
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let before = deadline(world, &case, "INVESTIGATION").await;
        let paused = on_deadline(world, "handler", "pauseDeadline", &case, "REPLY", reason()).await;
        case.version = paused.done("pauseDeadline").number("/pauseDeadline/case/version");
        case.investigate(world).await;
        assert_eq!(deadline(world, &case, "REPLY").await["status"], "PAUSED");
        assert_eq!(deadline(world, &case, "INVESTIGATION").await["dueAt"], before["dueAt"]);
        world.set_time("2024-03-05T00:00:00");
        let resumed = on_deadline(world, "handler", "resumeDeadline", &case, "REPLY", json!({})).await;
        case.version = resumed.done("resumeDeadline").number("/resumeDeadline/case/version");
        // Paused over the end of the start day, which does not count anyway.
        assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], end_of("2024-03-25"));
        // The next milestone counts with the pause, too.
        world.set_time("2024-03-05T10:00:00");
        let paused = on_deadline(world, "handler", "pauseDeadline", &case, "REPLY", reason()).await;
        case.version = paused.done("pauseDeadline").number("/pauseDeadline/case/version");
        world.set_time("2024-03-07T10:00:00");
        let resumed = on_deadline(world, "handler", "resumeDeadline", &case, "REPLY", json!({})).await;
        case.version = resumed.done("resumeDeadline").number("/resumeDeadline/case/version");
        assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], end_of("2024-03-27"));
        case.draft(world).await;
        case.submit(world).await;
        case.approve_plan(world).await;
        case.reply(world).await;
        assert_eq!(deadline(world, &case, "REPLY").await["dueAt"], end_of("2024-03-27"));
        let met = deadlines(world, "handler", &case).await;
        assert!(met.iter().all(|deadline| deadline["status"] == "MET"));
    }
}

scenario! {
    async fn who_stops_a_clock_and_how(world) {
        publish_with(world, "may_pause = true").await;
        let case = road::investigated(world).await;
        let pause = async |who, more| on_deadline(world, who, "pauseDeadline", &case, "REPLY", more).await;
        assert_eq!(pause("supervisor", reason()).await.refusals("pauseDeadline"), ["NOT_THE_HANDLER HK-8.8"]);
        for who in ["registrar", "manager", "auditor", "admin"] {
            assert_eq!(pause(who, reason()).await.error_code(), "FORBIDDEN", "{who}");
        }
        assert_eq!(pause("handler-2", reason()).await.error_code(), "NOT_FOUND");
        assert_eq!(pause("handler", json!({ "reason": "  " })).await.error_code(), "BAD_USER_INPUT");
        let stale = pause("handler", json!({ "reason": "鉴定", "expectedVersion": case.version - 1 })).await;
        assert_eq!(stale.error_code(), "CONFLICT");
        // What has passed does not stand still any more.
        world.set_time("2024-03-26T00:00:00");
        assert_eq!(pause("handler", reason()).await.refusals("pauseDeadline"), ["DEADLINE_NOT_RUNNING HK-8.2"]);
    }
}
