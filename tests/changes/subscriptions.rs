//! What is told, and to whom.

use super::{A_WHILE, CASE, mark};
use crate::support::meeting;
use crate::support::road::{self, Item, OnTheRoad};
use crate::support::socket::{Heard, Socket};
use crate::support::{World, scenario};
use serde_json::{Value, json};

async fn contact(world: &World, case: &OnTheRoad) {
    case.attempt(world, "handler", "recordContact", road::contact()).await.done("recordContact");
}

scenario! {
    /// A case is told when it or anything of it changed, as it then is; another case, a refused change and a mere look are not.
    async fn a_case_that_changes_is_told(world) {
        let mut case = road::registered(world).await;
        let other = road::registered(world).await;
        let mut socket = Socket::of(world, "supervisor").await;
        socket.follow("case", CASE, json!({ "id": case.id })).await;
        case.allocate(world, "handler").await;
        let told = socket.next("case").await;
        assert_eq!(told["data"]["caseChanged"]["case"], json!({ "number": case.number, "state": "ALLOCATED", "version": case.version }));

        let mut other = other;
        other.allocate(world, "handler").await;
        case.attempt(world, "handler", "closeCase", road::closure()).await;
        world.ask("registrar", "query($id: ID!) { case(id: $id) { number } }", json!({ "id": case.id })).await;
        world.ask("handler", "{ auditEvents(first: 1) { edges { node { id } } } }", json!({})).await;
        socket.quiet_for(A_WHILE).await;

        contact(world, &case).await;
        assert_eq!(socket.next("case").await["data"]["caseChanged"]["case"]["number"], json!(case.number));
    }
}

scenario! {
    /// What is not yours to see looks like what is not there, at the beginning and when that changes later.
    async fn a_case_is_told_to_who_may_see_it(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let missing = "Q2FzZTowMTk1NmZmNmI3YTA3ZDNmOGE0Y2E4YjE1YzAwMDAwMA";
        let mut stranger = Socket::of(world, "handler-2").await;
        let mut errors = Vec::new();
        for id in [case.id.as_str(), missing] {
            stranger.subscribe("no", CASE, json!({ "id": id })).await;
            let message = stranger.next("no").await;
            assert_eq!(message["errors"][0]["extensions"]["code"], json!("NOT_FOUND"));
            errors.push(message);
            assert_eq!(stranger.hear().await.message(), json!({ "type": "complete", "id": "no" }));
        }
        assert_eq!(errors[0], errors[1]);
        stranger.subscribe("no", "subscription($id: ID!) { approvalChanged(id: $id) { mark } }", json!({ "id": case.id })).await;
        assert_eq!(stranger.next("no").await["errors"][0]["extensions"]["code"], json!("BAD_USER_INPUT"), "not the id of an approval item");
        assert_eq!(stranger.hear().await.message(), json!({ "type": "complete", "id": "no" }));

        let mut handler = Socket::of(world, "handler").await;
        handler.follow("case", CASE, json!({ "id": case.id })).await;
        contact(world, &case).await;
        handler.next("case").await;
        case.version = world.ask("supervisor", "query($id: ID!) { case(id: $id) { version } }", json!({ "id": case.id })).await.number("/case/version");
        let id = world.id_of("handler-2").await;
        case.step(world, "supervisor", "reassignCase", json!({ "handlerId": id, "reason": "工作量调整。" })).await.done("reassignCase");
        let last = handler.next("case").await;
        assert_eq!(last["errors"][0]["extensions"]["code"], json!("NOT_FOUND"), "{last}");
        assert_eq!(handler.hear().await.message(), json!({ "type": "complete", "id": "case" }));
    }
}

scenario! {
    /// With `since`, what happened in between is told at once; nothing is when nothing happened; a mark that was never given is refused.
    async fn who_comes_back_misses_nothing(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        seal(world).await;
        let before = mark(world, "supervisor").await;
        let mut socket = Socket::of(world, "supervisor").await;
        socket.subscribe("quiet", CASE, json!({ "id": case.id, "since": before })).await;
        socket.quiet_for(A_WHILE).await;
        drop(socket);

        contact(world, &case).await;
        let mut socket = Socket::of(world, "supervisor").await;
        socket.subscribe("unsealed", CASE, json!({ "id": case.id, "since": before })).await;
        socket.next("unsealed").await;
        drop(socket);
        seal(world).await;
        let mut socket = Socket::of(world, "supervisor").await;
        socket.subscribe("sealed", CASE, json!({ "id": case.id, "since": before })).await;
        let after = socket.next("sealed").await["data"]["caseChanged"]["mark"].as_str().unwrap().to_owned();
        assert!(after.parse::<i64>().unwrap() > before.parse::<i64>().unwrap(), "{before} {after}");
        socket.subscribe("none", CASE, json!({ "id": case.id, "since": after })).await;
        socket.quiet_for(A_WHILE).await;

        for wrong in ["", "x", "-1", "1.5", "999999999999999999", "9999999999999999999999", "１２"] {
            socket.subscribe("wrong", CASE, json!({ "id": case.id, "since": wrong })).await;
            let message = socket.next("wrong").await;
            assert_eq!(message["errors"][0]["extensions"]["code"], json!("BAD_USER_INPUT"), "{wrong}: {message}");
            assert_eq!(socket.hear().await.message()["type"], json!("complete"));
        }
    }
}

/// Lets the job seal what waits, and the feed notice it.
pub async fn seal(world: &World) {
    let job = world.app.jobs().iter().find(|job| job.name == "seal-audit-events").unwrap();
    job.run(&world.db, world.app.job_metrics()).await.unwrap();
    world.clock.set(world.clock.now() + chrono::TimeDelta::seconds(2));
    tokio::time::sleep(std::time::Duration::from_millis(1_200)).await;
}

const NOTIFIED: &str = "subscription($since: String) { notificationAdded(since: $since) { notification { id kind case { number } } unread mark } }";

scenario! {
    /// Everybody is told of their own notifications, each once; after an interruption, of those in between, in their order.
    async fn notifications_come_as_they_are_written(world) {
        let mut handler = Socket::of(world, "handler").await;
        let mut other = Socket::of(world, "handler-2").await;
        for socket in [&mut handler, &mut other] {
            socket.follow("n", NOTIFIED, json!({})).await;
        }
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let told = handler.next("n").await["data"]["notificationAdded"].clone();
        assert_eq!((&told["notification"]["kind"], &told["notification"]["case"]["number"], &told["unread"]), (&json!("CASE_ALLOCATED"), &json!(case.number), &json!(1)));
        other.quiet_for(A_WHILE).await;
        drop(handler);

        seal(world).await;
        let before = mark(world, "handler").await;
        let mut numbers = Vec::new();
        for _ in 0..5 {
            let mut case = road::registered(world).await;
            case.allocate(world, "handler").await;
            numbers.push(case.number);
        }
        seal(world).await;
        let mut handler = Socket::of(world, "handler").await;
        handler.subscribe("n", NOTIFIED, json!({ "since": before })).await;
        for number in &numbers {
            assert_eq!(handler.next("n").await["data"]["notificationAdded"]["notification"]["case"]["number"], json!(number));
        }
        handler.quiet_for(A_WHILE).await;
    }
}

scenario! {
    /// A work list is told when it changed, and only to whom it belongs.
    async fn a_work_list_that_changes_is_told(world) {
        let query = "subscription { tasksChanged { taskCounts { open } tasks(first: 5) { edges { node { kind case { number } } } } } }";
        let mut handler = Socket::of(world, "handler").await;
        let mut other = Socket::of(world, "handler-2").await;
        let mut admin = Socket::of(world, "admin").await;
        handler.follow("t", query, json!({})).await;
        other.follow("t", query, json!({})).await;
        admin.follow("t", "subscription { tasksChanged { mark } }", json!({})).await;
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let told = handler.next("t").await["data"]["tasksChanged"].clone();
        assert_eq!(told["taskCounts"]["open"], json!(1));
        assert_eq!(told["tasks"]["edges"][0]["node"]["case"]["number"], json!(case.number));
        other.quiet_for(A_WHILE).await;
        admin.quiet_for(A_WHILE).await;
    }
}

scenario! {
    /// An approval item is told when it was decided, or when a change of its case voids it.
    async fn an_approval_that_changes_is_told(world) {
        let case = road::investigated(world).await;
        let item = case.request(world, "1000.00", "1000.00", "20000.00").await;
        let item = Item::of(&item, "requestApproval");
        let query = "subscription($id: ID!, $since: String) { approvalChanged(id: $id, since: $since) { approval { id state version } mark } }";
        let mut handler = Socket::of(world, "handler").await;
        handler.follow("a", query, json!({ "id": item.id })).await;
        contact(world, &case).await;
        handler.quiet_for(A_WHILE).await;
        item.withdraw(world, "handler").await.done("withdrawApproval");
        let told = handler.next("a").await["data"]["approvalChanged"]["approval"].clone();
        assert_eq!(told["state"], json!("WITHDRAWN"), "{told}");
        let mut stranger = Socket::of(world, "registrar").await;
        stranger.subscribe("a", query, json!({ "id": item.id })).await;
        assert_eq!(stranger.hear().await.message()["payload"][0]["extensions"]["code"], json!("FORBIDDEN"));
    }
}

scenario! {
    /// HK-7.5.2: who is invited follows the meeting; who is not does not see it.
    async fn a_meeting_that_changes_is_told(world) {
        let mut review = meeting::convened(world).await;
        let query = "subscription($id: ID!) { meetingChanged(id: $id) { jointReview { id state version } mark } }";
        let mut manager = Socket::of(world, "manager").await;
        manager.follow("m", query, json!({ "id": review.id })).await;
        review.step(world, "supervisor", "cancelJointReview", json!({ "reason": "客户已撤诉" })).await.done("cancelJointReview");
        let told = manager.next("m").await["data"]["meetingChanged"]["jointReview"].clone();
        assert_eq!(told["state"], json!("CANCELLED"), "{told}");
        let mut stranger = Socket::of(world, "admin").await;
        stranger.subscribe("m", query, json!({ "id": review.id })).await;
        assert_eq!(stranger.hear().await.message()["payload"][0]["extensions"]["code"], json!("FORBIDDEN"));
    }
}

scenario! {
    /// Fifty changes at once: the last state is told, nothing older after it, and the number of answers does not exceed that of the changes.
    async fn changes_that_come_together_are_told_together(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let mut socket = Socket::of(world, "supervisor").await;
        let query = "subscription($id: ID!) { caseChanged(id: $id) { case { timeline(first: 100) { totalCount } } } }";
        socket.follow("case", query, json!({ "id": case.id })).await;
        let before = world.ask("supervisor", "query($id: ID!) { case(id: $id) { timeline { totalCount } } }", json!({ "id": case.id })).await.number("/case/timeline/totalCount");
        futures_util::future::join_all((0..50).map(|_| contact(world, &case))).await;
        let mut seen: Vec<i64> = Vec::new();
        while seen.last() != Some(&(before + 50)) {
            let Heard::Message(message) = socket.hear().await else { panic!("closed") };
            let count = message["payload"]["data"]["caseChanged"]["case"]["timeline"]["totalCount"].as_i64().unwrap();
            assert!(seen.last().is_none_or(|last| *last <= count), "{seen:?} then {count}");
            seen.push(count);
        }
        assert!(seen.len() <= 51, "{seen:?}");
        let _: Value = socket.ask("{ __typename }").await;
    }
}
