use crate::support::help::{self, Help};
use crate::support::road::{self, Item, OnTheRoad};
use crate::support::{Answer, World, scenario};
use entity::staff_role::Role;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};

const TASKS: &str = "query($first: Int, $after: String, $last: Int, $before: String, $kinds: [TaskKind!]) { viewer {
    tasks(first: $first, after: $after, last: $last, before: $before, kinds: $kinds) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
        edges { node { kind dueAt overdue since case { id number } } } }
    counts { tasks { open overdue byKind { kind open overdue } } } } }";

async fn ask(world: &World, who: &str, variables: Value) -> Answer {
    world.ask(who, TASKS, variables).await
}

/// What waits for a person: kind and last digits of the case, in order. The counts say the same.
async fn tasks(world: &World, who: &str) -> Vec<String> {
    let answer = ask(world, who, json!({ "first": 100 })).await;
    let listed = lines(&answer);
    let listed_of = |kind: &str| listed.iter().filter(|line| line.starts_with(&format!("{kind} "))).count() as i64;
    assert_eq!(answer.number("/viewer/tasks/totalCount"), listed.len() as i64);
    assert_eq!(answer.number("/viewer/counts/tasks/open"), listed.len() as i64);
    let counts = answer.at("/viewer/counts/tasks/byKind").as_array().unwrap();
    for count in counts {
        assert_eq!(count["open"], listed_of(count["kind"].as_str().unwrap()), "{who}");
    }
    assert_eq!(counts.iter().map(|count| count["open"].as_i64().unwrap()).sum::<i64>(), listed.len() as i64);
    listed
}

/// What a case is called here: 1 for TS2024-000001.
fn serial(number: &Value) -> &str {
    number.as_str().unwrap()[7..].trim_start_matches('0')
}

fn lines(answer: &Answer) -> Vec<String> {
    let edges = answer.at("/viewer/tasks/edges").as_array().unwrap();
    let line = |edge: &Value| {
        let node = &edge["node"];
        format!("{} {}", node["kind"].as_str().unwrap(), serial(&node["case"]["number"]))
    };
    edges.iter().map(line).collect()
}

const NOTHING: Vec<&str> = Vec::new();

scenario! {
    /// HK-5.3 HK-5.4.4 HK-5.4.5 HK-5.5.1: whose turn it is, from registration to the archive.
    async fn whose_turn_it_is(world) {
        let mut case = road::registered(world).await;
        for who in ["handler", "registrar", "manager", "general-manager", "auditor", "department-head"] {
            assert_eq!(tasks(world, who).await, NOTHING, "{who}");
        }
        assert_eq!(tasks(world, "supervisor").await, ["ALLOCATE_CASE 1"]);
        case.allocate(world, "handler").await;
        assert_eq!(tasks(world, "supervisor").await, NOTHING);
        assert_eq!(tasks(world, "handler").await, ["INVESTIGATE_CASE 1"]);
        case.investigate(world).await;
        assert_eq!(tasks(world, "handler").await, ["INVESTIGATE_CASE 1"]);
        assert_eq!(tasks(world, "handler-2").await, NOTHING);
        case.draft(world).await;
        assert_eq!(tasks(world, "handler").await, ["DRAFT_PLAN 1"]);
        case.submit(world).await;
        assert_eq!(tasks(world, "handler").await, NOTHING);
        for reviewer in ["supervisor", "manager", "general-manager"] {
            assert_eq!(tasks(world, reviewer).await, ["REVIEW_PLAN 1"], "{reviewer}");
        }
        for (verdict, expected) in [("REDRAFT", "REVISE_PLAN 1"), ("REINVESTIGATE", "REVISE_PLAN 1")] {
            case.step(world, "supervisor", "reviewPlan", json!({ "verdict": verdict, "opinion": "再查" })).await;
            assert_eq!(tasks(world, "handler").await, [expected]);
            assert_eq!(tasks(world, "supervisor").await, NOTHING);
            case.draft(world).await;
            assert_eq!(tasks(world, "handler").await, ["DRAFT_PLAN 1"]);
            case.submit(world).await;
        }
        let item = Item::of(&case.request(world, "10000", "12500", "30000").await, "requestApproval");
        assert_eq!(tasks(world, "supervisor").await, ["REVIEW_PLAN 1", "ENDORSE_APPROVAL 1"]);
        assert_eq!(tasks(world, "manager").await, ["REVIEW_PLAN 1", "ENDORSE_APPROVAL 1"]);
        case.approve_plan(world).await;
        // The reply waits for the decision, which waits for somebody else.
        assert_eq!(tasks(world, "handler").await, NOTHING);
        item.endorse(world, "supervisor").await.done("endorseApproval");
        assert_eq!(tasks(world, "supervisor").await, NOTHING);
        assert_eq!(tasks(world, "manager").await, ["DECIDE_APPROVAL 1"]);
        assert_eq!(tasks(world, "general-manager").await, ["DECIDE_APPROVAL 1"]);
        item.now(world).await.refuse(world, "manager").await.done("decideApproval");
        for who in ["manager", "general-manager"] {
            assert_eq!(tasks(world, who).await, NOTHING);
        }
        assert_eq!(tasks(world, "handler").await, ["GIVE_REPLY 1"]);
        case.reply(world).await;
        assert_eq!(tasks(world, "handler").await, ["CLOSE_CASE 1"]);
        case.close(world).await;
        assert_eq!(tasks(world, "handler").await, ["ARCHIVE_CASE 1"]);
        case.archive(world).await;
        assert_eq!(tasks(world, "handler").await, NOTHING);
        assert_eq!(ask(world, "", json!({})).await.error_code(), "UNAUTHENTICATED");
        for who in ["admin", "archivist", "co-handler", "legal"] {
            assert_eq!(ask(world, who, json!({})).await.error_code(), "FORBIDDEN", "{who}");
            let counts = world.ask(who, "{ viewer { counts { tasks { open byKind { kind } } } } }", json!({})).await;
            assert_eq!(counts.at("/viewer/counts/tasks"), &json!({ "open": 0, "byKind": [] }));
        }
    }
}

scenario! {
    /// HK-5.4.9: a complaint about office staff waits for the manager who answers it, not for the handler.
    async fn the_answer_waits_for_the_manager(world) {
        let mut case = road::submitted(world).await;
        let respondent = world.id_of("registrar").await;
        case.step(world, "supervisor", "routeToDepartment", json!({ "respondentId": respondent })).await;
        assert_eq!(tasks(world, "department-head").await, NOTHING);
        case.approve_plan(world).await;
        assert_eq!(tasks(world, "handler").await, NOTHING);
        assert_eq!(tasks(world, "department-head").await, ["GIVE_REPLY 1"]);
        case.step(world, "department-head", "recordReply", road::reply()).await;
        assert_eq!(tasks(world, "department-head").await, NOTHING);
        assert_eq!(tasks(world, "handler").await, ["CLOSE_CASE 1"]);
    }
}

scenario! {
    /// Urgent before overdue before due; who has waited since when; pages from both ends.
    async fn in_order_of_urgency(world) {
        for (severity, received) in [
            ("ORDINARY", "2024-03-04T08:00:00+08:00"),
            ("MAJOR", "2024-03-04T09:00:00+08:00"),
            ("ORDINARY", "2024-02-01T09:00:00+08:00"),
            ("DIFFICULT", "2024-03-01T09:00:00+08:00"),
            ("MAJOR", "2024-03-01T09:00:00+08:00"),
            ("ORDINARY", "2024-03-04T09:00:00+08:00"),
        ] {
            let more = json!({ "severity": severity, "receivedAt": received });
            road::registered_with(world, more).await.allocate(world, "handler").await;
        }
        let mut closed = road::replied(world).await;
        closed.close(world).await;
        let expected = [
            "INVESTIGATE_CASE 5", "INVESTIGATE_CASE 2", "INVESTIGATE_CASE 4", "INVESTIGATE_CASE 3",
            "INVESTIGATE_CASE 1", "INVESTIGATE_CASE 6", "ARCHIVE_CASE 7",
        ];
        assert_eq!(tasks(world, "handler").await, expected);
        let answer = ask(world, "handler", json!({ "first": 100 })).await;
        let node = |n: usize| answer.at(&format!("/viewer/tasks/edges/{n}/node")).clone();
        let late = node(3);
        assert_eq!((&late["overdue"], &late["dueAt"]), (&json!(true), &json!("2024-02-09T15:59:59+00:00")));
        assert_eq!((&node(4)["overdue"], &node(4)["dueAt"]), (&json!(false), &json!("2024-03-13T15:59:59+00:00")));
        assert_eq!((&node(6)["overdue"], &node(6)["dueAt"]), (&json!(false), &Value::Null));
        assert_eq!(node(0)["since"], "2024-03-04T01:30:00+00:00");
        assert_eq!(answer.number("/viewer/counts/tasks/overdue"), 1);
        // The last second of the due time is still on time.
        for (now, overdue) in [("2024-03-12T23:59:59", 1), ("2024-03-13T00:00:00", 3), ("2024-03-13T23:59:59", 3), ("2024-03-14T00:00:00", 6)] {
            world.set_time(now);
            let counted = ask(world, "handler", json!({ "first": 100 })).await;
            assert_eq!(counted.number("/viewer/counts/tasks/overdue"), overdue, "{now}");
            let listed = counted.at("/viewer/tasks/edges").as_array().unwrap();
            assert_eq!(listed.iter().filter(|edge| edge["node"]["overdue"] == true).count() as i64, overdue, "{now}");
            assert_eq!(lines(&counted), expected);
        }
        let mut found = Vec::new();
        let mut after = Value::Null;
        loop {
            let page = ask(world, "handler", json!({ "first": 3, "after": after })).await;
            found.extend(lines(&page));
            if page.at("/viewer/tasks/pageInfo/hasNextPage") == &json!(false) {
                break;
            }
            after = page.at("/viewer/tasks/pageInfo/endCursor").clone();
        }
        assert_eq!(found, expected);
        let end = ask(world, "handler", json!({ "last": 2 })).await;
        assert_eq!(lines(&end), expected[5..]);
        let before = end.at("/viewer/tasks/pageInfo/startCursor").clone();
        assert_eq!(lines(&ask(world, "handler", json!({ "last": 2, "before": before })).await), expected[3..5]);
        let only = ask(world, "handler", json!({ "kinds": ["ARCHIVE_CASE", "REVIEW_PLAN"] })).await;
        assert_eq!((lines(&only), only.number("/viewer/tasks/totalCount")), (vec!["ARCHIVE_CASE 7".to_owned()], 1));
        assert_eq!(lines(&ask(world, "handler", json!({ "kinds": ["ALLOCATE_CASE"] })).await), NOTHING);
        assert_eq!(lines(&ask(world, "handler", json!({ "kinds": [] })).await), NOTHING);
        let cases = "{ cases { pageInfo { endCursor } } }";
        let foreign = world.ask("handler", cases, json!({})).await.text("/cases/pageInfo/endCursor");
        for wrong in [json!({ "first": 0 }), json!({ "first": 101 }), json!({ "after": "投诉" }), json!({ "after": foreign }), json!({ "first": 1, "last": 1 })] {
            assert_eq!(ask(world, "handler", wrong.clone()).await.error_code(), "BAD_USER_INPUT", "{wrong}");
        }
    }
}

/// Everything that `viewerCan` lets a person do with items and plans, and of all cases allocate.
async fn allowed(world: &World, who: &str) -> Vec<String> {
    let query = "{ cases(first: 100, orderBy: { field: RECEIVED_AT, direction: ASC }) { edges { node { number
        viewerCan { allocate { allowed } reviewPlan { allowed } recordReply { allowed } close { allowed } archive { allowed } }
        approvals { kind viewerCan { endorse { allowed } decide { allowed } } } } } } }";
    let answer = world.ask(who, query, json!({})).await;
    let mut found = Vec::new();
    for edge in answer.at("/cases/edges").as_array().unwrap() {
        let node = &edge["node"];
        let number = serial(&node["number"]);
        let mut add = |kind: &str, ability: &Value| {
            if ability["allowed"] == true {
                found.push(format!("{kind} {number}"));
            }
        };
        let can = &node["viewerCan"];
        for (kind, ability) in [
            ("ALLOCATE_CASE", "allocate"),
            ("REVIEW_PLAN", "reviewPlan"),
            ("GIVE_REPLY", "recordReply"),
            ("CLOSE_CASE", "close"),
            ("ARCHIVE_CASE", "archive"),
        ] {
            add(kind, &can[ability]);
        }
        // A plan waits as REVIEW_PLAN.
        for item in node["approvals"].as_array().unwrap().iter().filter(|item| item["kind"] != "HANDLING_PLAN") {
            add("ENDORSE_APPROVAL", &item["viewerCan"]["endorse"]);
            add("DECIDE_APPROVAL", &item["viewerCan"]["decide"]);
        }
    }
    found.sort();
    found
}

async fn lists_agree_with_buttons(world: &World) {
    let mut any = 0;
    for who in [
        "handler",
        "handler-2",
        "supervisor",
        "supervisor-2",
        "manager",
        "manager-2",
        "general-manager",
        "general-manager-2",
        "both",
    ] {
        let mut listed = tasks(world, who).await;
        listed.retain(|line| {
            !["INVESTIGATE_CASE", "DRAFT_PLAN", "REVISE_PLAN"].contains(&line.split(' ').next().unwrap())
        });
        listed.sort();
        assert_eq!(listed, allowed(world, who).await, "{who}");
        any += listed.len();
    }
    assert!(any > 20, "{any}");
}

/// Cases of handlers and of supervisors who handle in person, on every part of the road, with items of every tier.
async fn everything_under_way(world: &World) {
    for handler in ["handler", "supervisor", "both"] {
        road::registered(world).await;
        for amounts in [("10000", "11000", "30000"), ("10000", "12500", "30000"), ("10000", "25000", "90000")] {
            let mut case: OnTheRoad = road::registered(world).await;
            let by = if handler == "supervisor" { "supervisor-2" } else { "supervisor" };
            case.step(world, by, "allocateCase", json!({ "handlerId": world.id_of(handler).await })).await;
            case.handler = handler.to_owned();
            case.investigate(world).await;
            case.draft(world).await;
            case.submit(world).await;
            let item = Item::of(&case.request_with(world, handler, json!({}), amounts).await, "requestApproval");
            if amounts.1 == "25000" {
                let endorser = if handler == "handler" { "supervisor" } else { "manager" };
                item.endorse(world, endorser).await;
            }
            if amounts.1 == "12500" {
                let review = json!({ "verdict": "APPROVE", "opinion": "同意" });
                let reviewer = if handler == "handler" { "supervisor" } else { "manager" };
                case.step(world, reviewer, "reviewPlan", review).await;
            }
        }
    }
}

scenario! {
    /// HK-4.1.1 HK-4.8 HK-4.9 HK-4.11 HK-5.4.4: what is listed is what the buttons allow, for items of every tier and rank.
    async fn lists_say_what_the_buttons_say(world) {
        world.add_person("both", &[Role::Handler, Role::Supervisor]).await;
        everything_under_way(world).await;
        lists_agree_with_buttons(world).await;
    }
}

scenario! {
    /// HK-4.9: the same where no higher rank may decide, and for cases of two profile versions side by side.
    async fn lists_follow_the_profile_of_each_case(world) {
        world.add_person("both", &[Role::Handler, Role::Supervisor]).await;
        everything_under_way(world).await;
        let strict = crate::support::PROFILE
            .replace("higher_rank_may_decide = true", "higher_rank_may_decide = false")
            .replace("allocators = [\"SUPERVISOR\"]", "allocators = [\"MANAGER\", \"SUPERVISOR\"]")
            .replace("2013-01-01", "2024-03-04");
        world.db.run(&Actor::system("test"), &PublishProfile { content: strict }).await.unwrap();
        assert_eq!(tasks(world, "manager").await.iter().filter(|line| line.starts_with("ALLOCATE")).count(), 0);
        everything_under_way(world).await;
        assert_eq!(tasks(world, "manager").await.iter().filter(|line| line.starts_with("ALLOCATE")).count(), 3);
        lists_agree_with_buttons(world).await;
    }
}

scenario! {
    /// HK-2.6 HK-5.4.6: what the departments that help wait for is the handler's: the material, and answers.
    async fn departments_wait_for_the_handler(world) {
        help::departments(world).await;
        let mut case = road::investigated(world).await;
        let mut help = Help::requested(world, &case, help::FINANCE).await;
        assert_eq!(tasks(world, "handler").await, ["INVESTIGATE_CASE 1"]);
        help.item(world).await.approve(world, "supervisor").await.done("decideApproval");
        let sorted = async || {
            let mut found = tasks(world, "handler").await;
            found.sort();
            found
        };
        assert_eq!(sorted().await, ["DELIVER_ASSISTANCE 1", "INVESTIGATE_CASE 1"]);
        let only = "{ viewer { tasks(kinds: [DELIVER_ASSISTANCE]) { totalCount edges { node { kind assistance { number viewerCan { deliver { allowed } } } approval { id } } } } } }";
        let found = world.ask("handler", only, json!({})).await;
        let expected = json!({ "kind": "DELIVER_ASSISTANCE", "assistance": { "number": help.number, "viewerCan": { "deliver": { "allowed": true } } }, "approval": null });
        assert_eq!(found.at("/viewer/tasks/edges/0/node"), &expected);
        help.step(world, "handler", "deliverAssistance", json!({ "evidenceIds": [] })).await;
        assert_eq!(sorted().await, ["INVESTIGATE_CASE 1"]);
        let asked = help.step(world, "clerk", "askForInformation", json!({ "question": "请补充。" })).await;
        assert_eq!(sorted().await, ["ANSWER_INFORMATION_REQUEST 1", "INVESTIGATE_CASE 1"]);
        assert_eq!(tasks(world, "supervisor").await, NOTHING);
        let id = asked.at("/askForInformation/assistance/informationRequests/0/id");
        help.step(world, "handler", "answerInformationRequest", json!({ "informationRequestId": id, "answer": "见附件。" })).await;
        assert_eq!(sorted().await, ["INVESTIGATE_CASE 1"]);
        case.draft(world).await;
        assert_eq!(sorted().await, ["DRAFT_PLAN 1"]);
    }
}
