use super::{
    Leave, filed, finds, last_denial, on_reading, open, profile, publish, reads, released, request, request_external,
};
use crate::support::notices::told;
use crate::support::{PROFILE, scenario};
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

#[test]
fn a_profile_says_who_agrees_for_every_severity() {
    let problems = |content: String| {
        let problems = redress::profiles::check(&content).err().unwrap_or_default();
        problems.iter().map(|problem| problem.place.clone()).collect::<Vec<_>>()
    };
    assert_eq!(problems(profile()), Vec::<String>::new());
    for (from, to, place) in [
        ("\"DIFFICULT\", \"MAJOR\"]\napprovers", "\"DIFFICULT\"]\napprovers", "archive_access.chains"),
        (
            "severities = [\"ORDINARY\"]\napprovers",
            "severities = [\"NOWHERE\", \"ORDINARY\"]\napprovers",
            "archive_access.chains[0].severities",
        ),
        ("approvers = [\"DEPARTMENT_HEAD\"]", "approvers = []", "archive_access.chains[0].approvers"),
        (
            "approvers = [\"DEPARTMENT_HEAD\", \"MANAGER\"]",
            "approvers = [\"MANAGER\", \"DEPARTMENT_HEAD\"]",
            "archive_access.chains[1].approvers",
        ),
        ("approver = \"GENERAL_MANAGER\"", "approver = \"SUPERVISOR\"", "archive_access.external.approver"),
        (
            "line = [\"DEPARTMENT_HEAD\", \"MANAGER\", \"GENERAL_MANAGER\"]\n[[archive",
            "line = [\"DEPARTMENT_HEAD\", \"MANAGER\", \"GENERAL_MANAGER\", \"HANDLER\"]\n[[archive",
            "archive_access.line",
        ),
        ("reveal = [\"REGISTRAR\"", "reveal = [\"AUDITOR\"", "privacy.reveal"),
        ("export = [\"ARCHIVIST\"]", "export = [\"AUDITOR\"]", "privacy.export"),
    ] {
        assert!(profile().contains(from), "{from}");
        assert_eq!(problems(profile().replace(from, to)), [place], "{to}");
    }
    assert!(redress::profiles::check(PROFILE).is_ok());
}

scenario! {
    /// HK-5.6.3 HK-A19: where the policy has no way to ask, nobody reads by request.
    async fn nobody_asks_where_the_policy_has_no_way(world) {
        let file = filed(world, "ORDINARY").await;
        assert_eq!(request(world, "handler-2", &[&file], json!({})).await.refusals("requestArchiveReading"), ["NOT_ALLOWED_BY_PROFILE HK-5.6.3"]);
        assert_eq!(request_external(world, &[&file], json!({})).await.refusals("requestExternalReading"), ["NOT_ALLOWED_BY_PROFILE SG-14.4"]);
        for who in ["auditor", "external", "admin"] {
            assert_eq!(request_as(world, who).await.error_code(), "FORBIDDEN", "{who}");
        }
    }
}

async fn request_as(world: &crate::support::World, who: &str) -> crate::support::Answer {
    let input = json!({ "idempotencyKey": "k", "archiveNumbers": ["x"], "purpose": "TRAINING", "reason": "x", "firstDay": "2024-03-04", "lastDay": "2024-03-06" });
    on_reading(world, who, "requestArchiveReading", input).await
}

scenario! {
    /// SG-14.2 SG-14.5 SG-14.6 SG-14.8 SG-14.9: from the request to the check of what came back, with what is refused on the way.
    async fn from_the_request_to_the_check(world) {
        publish(world).await;
        let file = filed(world, "MAJOR").await;
        world.add_person_in("理赔部", "other-head", &[Role::DepartmentHead]).await;
        // SG-14.5 SG-14.9: what is asked for must be there, in time, and for one of five purposes.
        let asked = async |more: Value| request(world, "handler-2", &[&file], more).await;
        assert_eq!(asked(json!({ "archiveNumbers": [file.number, "DA1999-000001"] })).await.refusals("requestArchiveReading"), ["OBJECT_NOT_FOUND SG-14.5 archiveNumbers"]);
        for (first, last) in [("2024-03-05", "2024-03-04"), ("2024-03-01", "2024-03-03")] {
            assert_eq!(asked(json!({ "firstDay": first, "lastDay": last })).await.refusals("requestArchiveReading"), ["TIME_NOT_ALLOWED SG-14.5 lastDay"]);
        }
        assert_eq!(asked(json!({ "purpose": "MARKETING" })).await.error_code(), "BAD_USER_INPUT");
        assert_eq!(asked(json!({ "reason": " " })).await.error_code(), "BAD_USER_INPUT");
        let mut leave = Leave::of(&asked(json!({})).await, "requestArchiveReading");
        let waiting = "{ archiveReadings(filter: { waitingForMe: true }) { edges { node { id state waitsFor files { number severity file { id } }
            viewerCan { decide { allowed refusals { code rule } } release { allowed refusals { code rule } } withdraw { allowed } return { allowed } } } } } }";
        let list = async |who: &str| world.ask(who, waiting, json!({})).await.at("/archiveReadings/edges").as_array().unwrap().clone();
        assert_eq!(list("department-head").await[0]["node"]["viewerCan"]["decide"]["allowed"], true);
        for who in ["manager", "archivist", "handler-2", "other-head"] {
            assert_eq!(list(who).await, Vec::<Value>::new(), "{who}");
        }
        // SG-14.1 SG-14.2: the own head first; the operations head after that; nobody else.
        assert_eq!(leave.approve(world, "other-head").await.error_code(), "NOT_FOUND");
        assert_eq!(leave.approve(world, "manager").await.refusals("decideArchiveReading"), ["ABOVE_AUTHORITY SG-14.2"]);
        assert_eq!(leave.release(world).await.refusals("releaseArchiveReading"), ["APPROVALS_OPEN SG-14.6"]);
        assert_eq!(leave.approve(world, "handler-2").await.error_code(), "FORBIDDEN");
        let approved = leave.approve(world, "department-head").await;
        assert_eq!(approved.done("decideArchiveReading").text("/decideArchiveReading/reading/waitsFor"), "MANAGER");
        assert_eq!(leave.release(world).await.refusals("releaseArchiveReading"), ["APPROVALS_OPEN SG-14.6"], "only one of two");
        assert_eq!(leave.approve(world, "department-head").await.refusals("decideArchiveReading"), ["ALREADY_DONE SG-14.2"]);
        assert_eq!(list("manager").await.len(), 1);
        leave.approve(world, "manager").await.done("decideArchiveReading");
        // SG-14.6: before the release nothing is read; nobody but an archivist releases.
        assert!(!reads(world, "handler-2", &file).await);
        assert_eq!(last_denial(world).await, "NOT_RELEASED");
        assert_eq!(leave.act(world, "manager", "releaseArchiveReading", json!({})).await.error_code(), "FORBIDDEN");
        assert_eq!(list("archivist").await.len(), 1);
        assert_eq!(leave.release(world).await.done("releaseArchiveReading").text("/releaseArchiveReading/reading/place"), "档案室阅览间");
        assert!(reads(world, "handler-2", &file).await);
        assert!(!reads(world, "registrar", &file).await, "leave is for the one who asked");
        // SG-14.7: who reads by leave guesses nobody's number.
        let number = format!("number: \"{}\"", file.number);
        for (filter, by_leave) in [(number.as_str(), 1), ("text: \"三年返还\"", 1), ("phone: \"13812345678\"", 0), ("contractNumber: \"HK2019-000123\"", 0)] {
            assert_eq!((finds(world, "handler-2", filter).await, finds(world, "archivist", filter).await), (by_leave, 1), "{filter}");
        }
        // SG-14.9: for what was agreed to, and nothing else.
        assert_eq!(open(world, "handler-2", &file, "ACCOUNTABILITY").await.refusals("openArchiveFile"), ["INPUT_NOT_ALLOWED SG-14.9 purpose"]);
        assert_eq!(last_denial(world).await, "OTHER_PURPOSE");
        // SG-14.7: what is read stays masked.
        let opened = open(world, "handler-2", &file, "TRAINING").await;
        assert!(!opened.body.to_string().contains("李秀英"));
        // SG-14.8: the reader signs, then the archivist checks.
        assert_eq!(leave.act(world, "archivist", "confirmArchiveReading", json!({ "intact": true })).await.refusals("confirmArchiveReading"), ["STATE_NOT_ALLOWED SG-14.8"]);
        assert_eq!(leave.act(world, "department-head", "returnArchiveReading", json!({})).await.refusals("returnArchiveReading"), ["NOT_YOUR_PART SG-14.8"]);
        leave.act(world, "handler-2", "returnArchiveReading", json!({ "note": "已归还。" })).await.done("returnArchiveReading");
        assert!(!reads(world, "handler-2", &file).await);
        assert_eq!(last_denial(world).await, "ENDED");
        assert_eq!(list("archivist-2").await.len(), 1);
        let confirmed = leave.act(world, "archivist-2", "confirmArchiveReading", json!({ "intact": false, "note": "封面有折痕。" })).await;
        assert_eq!(confirmed.done("confirmArchiveReading").at("/confirmArchiveReading/reading/intact"), &json!(false));
        let steps = "query($id: ID!) { node(id: $id) { ... on ArchiveReading { state steps { act actedAs actedBy { name } note } } } }";
        let seen = world.ask("handler-2", steps, json!({ "id": leave.id })).await;
        let acts: Vec<_> = seen.at("/node/steps").as_array().unwrap().iter().map(|step| (step["act"].as_str().unwrap(), step["actedBy"]["name"].as_str().unwrap())).collect();
        assert_eq!(acts, [
            ("REQUESTED", "测试handler-2"), ("APPROVED", "测试department-head"), ("APPROVED", "测试manager"), ("RELEASED", "测试archivist"),
            ("RETURNED", "测试handler-2"), ("CONFIRMED", "测试archivist-2"),
        ]);
        assert_eq!(world.ask("registrar", steps, json!({ "id": leave.id })).await.at("/node"), &Value::Null);
        assert_eq!(told(world, NotificationKind::ArchiveReadingRequested).await, ["department-head", "manager", "manager-2"]);
        assert_eq!(told(world, NotificationKind::ArchiveReadingToHandle).await, ["archivist", "archivist", "archivist-2", "archivist-2"]);
        assert_eq!(told(world, NotificationKind::ArchiveReadingDecided).await, ["handler-2"]);

        // One refusal is enough, whoever agreed before (T7 boundary).
        let mut refused = Leave::of(&asked(json!({})).await, "requestArchiveReading");
        refused.approve(world, "department-head").await.done("decideArchiveReading");
        let no = refused.act(world, "manager", "decideArchiveReading", json!({ "decision": "REFUSE" })).await;
        assert_eq!(no.done("decideArchiveReading").text("/decideArchiveReading/reading/state"), "REFUSED");
        assert_eq!(refused.release(world).await.refusals("releaseArchiveReading"), ["STATE_NOT_ALLOWED SG-14.6"]);
        assert!(!reads(world, "handler-2", &file).await);
        // What is taken back is not decided any more.
        let mut withdrawn = Leave::of(&asked(json!({})).await, "requestArchiveReading");
        withdrawn.act(world, "handler-2", "withdrawArchiveReading", json!({ "reason": "不需要了。" })).await.done("withdrawArchiveReading");
        assert_eq!(withdrawn.approve(world, "department-head").await.refusals("decideArchiveReading"), ["STATE_NOT_ALLOWED SG-14.2"]);
    }
}

scenario! {
    /// SG-14.5 and the boundaries of T7: a leave for 4 to 6 March ends with the last second of 6 March, and begins with its first day.
    async fn the_period_is_of_local_days(world) {
        publish(world).await;
        let file = filed(world, "ORDINARY").await;
        let mut ahead = Leave::of(&request(world, "registrar", &[&file], json!({ "firstDay": "2024-03-05" })).await, "requestArchiveReading");
        ahead.approve(world, "department-head").await.done("decideArchiveReading");
        ahead.release(world).await.done("releaseArchiveReading");
        assert!(!reads(world, "registrar", &file).await);
        assert_eq!(last_denial(world).await, "BEFORE_PERIOD");
        released(world, &[&file]).await;
        world.set_time("2024-03-05T00:00:00");
        assert!(reads(world, "registrar", &file).await);
        world.set_time("2024-03-06T23:59:59");
        assert!(reads(world, "handler-2", &file).await);
        world.set_time("2024-03-07T00:00:00");
        assert!(!reads(world, "handler-2", &file).await);
        assert_eq!(last_denial(world).await, "AFTER_PERIOD");
        let waiting = world.ask("handler-2", "{ archiveReadings(filter: { waitingForMe: true }) { totalCount } }", json!({})).await;
        assert_eq!(waiting.number("/archiveReadings/totalCount"), 1, "to be signed off");
        let mut late = Leave::of(&request(world, "handler-2", &[&file], json!({ "lastDay": "2024-03-07" })).await, "requestArchiveReading");
        late.approve(world, "department-head").await.done("decideArchiveReading");
        world.set_time("2024-03-08T09:30:00");
        assert_eq!(late.release(world).await.refusals("releaseArchiveReading"), ["TIME_NOT_ALLOWED SG-14.5"]);
    }
}

scenario! {
    /// SG-14.5: revoking, losing the role and being disabled stop reading within a second, also in the middle of paging.
    async fn reading_stops_within_a_second(world) {
        publish(world).await;
        let files = [filed(world, "ORDINARY").await, filed(world, "ORDINARY").await, filed(world, "ORDINARY").await];
        let all: Vec<_> = files.iter().collect();
        let mut leave = released(world, &all).await;
        let page = "query($after: String) { archiveFiles(first: 1, after: $after) { totalCount edges { cursor node { number } } } }";
        let first = world.ask("handler-2", page, json!({})).await;
        assert_eq!(first.number("/archiveFiles/totalCount"), 3);
        let after = json!({ "after": first.at("/archiveFiles/edges/0/cursor") });
        assert_eq!(world.ask("handler-2", page, after.clone()).await.at("/archiveFiles/edges").as_array().unwrap().len(), 1);
        leave.act(world, "archivist", "revokeArchiveReading", json!({ "reason": "另有安排。" })).await.done("revokeArchiveReading");
        let next = world.ask("handler-2", page, after).await;
        assert_eq!((next.number("/archiveFiles/totalCount"), next.at("/archiveFiles/edges")), (0, &json!([])));
        assert!(!reads(world, "handler-2", &files[0]).await);

        // Others by their role, and then not any more.
        world.add_person("leaving", &[Role::Archivist]).await;
        world.add_person("disabled", &[Role::Archivist]).await;
        for who in ["leaving", "disabled"] {
            assert!(reads(world, who, &files[0]).await);
        }
        let id = world.id_of("leaving").await;
        let change = "mutation($id: ID!) { changeStaffRoles(input: { staffId: $id, expectedVersion: 1, roles: [REGISTRAR] }) { refusals { code } } }";
        world.ask("admin", change, json!({ "id": id })).await.done("changeStaffRoles");
        world.disable("disabled").await;
        let changed = Instant::now();
        tokio::time::sleep(Duration::from_millis(950)).await;
        assert!(!reads(world, "leaving", &files[0]).await);
        assert_eq!(open(world, "disabled", &files[0], "TRAINING").await.error_code(), "UNAUTHENTICATED");
        assert!(changed.elapsed() < Duration::from_secs(5), "the machine was too slow to tell");
    }
}
