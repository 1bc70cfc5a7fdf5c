//! `viewer.notifications`, `viewer.counts`, `markNotificationsRead`.

use crate::support::road;
use crate::support::{Answer, World, scenario};
use entity::staff_role::Role;
use serde_json::{Value, json};
use std::time::Duration;

const MINE: &str =
    "query($unread: Boolean! = false, $first: Int, $after: String) { viewer { counts { unreadNotifications }
    notifications(unread: $unread, first: $first, after: $after) { totalCount pageInfo { hasNextPage endCursor }
        edges { node { id kind title case { number } createdAt readAt } } } } }";

async fn mine(world: &World, who: &str, variables: Value) -> Answer {
    world.ask(who, MINE, variables).await
}

async fn mark(world: &World, who: &str, input: Value) -> Answer {
    let query = "mutation($input: MarkNotificationsReadInput!) { markNotificationsRead(input: $input) { marked { count unread } refusals { code } } }";
    world.ask(who, query, json!({ "input": input })).await
}

scenario! {
    /// HK-3.6: the handler is told of the case; once, without personal data, and in the reader's language.
    async fn a_handler_is_told_of_the_case(world) {
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let told = mine(world, "handler", json!({})).await;
        assert_eq!(told.number("/viewer/counts/unreadNotifications"), 1);
        let node = told.at("/viewer/notifications/edges/0/node").clone();
        let title = format!("案件 {} 已分派给您办理", case.number);
        assert_eq!((&node["kind"], &node["title"], &node["case"]["number"]), (&json!("CASE_ALLOCATED"), &json!(title), &json!(case.number)));
        assert_eq!((&node["createdAt"], &node["readAt"]), (&json!("2024-03-04T01:30:00+00:00"), &Value::Null));
        let token = world.token("handler").await.unwrap();
        let english = world.client().post(world.url("/graphql")).bearer_auth(token).header("accept-language", "en")
            .json(&json!({ "query": "{ viewer { notifications { edges { node { title } } } } }" })).send().await.unwrap();
        let english: Value = english.json().await.unwrap();
        assert_eq!(english["data"]["viewer"]["notifications"]["edges"][0]["node"]["title"], json!(format!("Case {} was allocated to you", case.number)));
        for other in ["supervisor", "handler-2", "auditor"] {
            let answer = mine(world, other, json!({})).await;
            assert_eq!((answer.number("/viewer/notifications/totalCount"), answer.number("/viewer/counts/unreadNotifications")), (0, 0), "{other}");
        }
        let admin = world.ask("admin", "{ viewer { counts { unreadNotifications } notifications { totalCount edges { node { title } } } } }", json!({})).await;
        assert_eq!(admin.number("/viewer/notifications/totalCount"), 0, "who sees no case has notifications too");
        assert_eq!(world.ask("", MINE, json!({})).await.error_code(), "UNAUTHENTICATED");
    }
}

scenario! {
    /// Marks are one's own, kept once they are set, and the same request twice changes nothing.
    async fn notifications_are_marked_as_read(world) {
        for minute in 0..5 {
            world.set_time(&format!("2024-03-04T10:0{minute}:00"));
            road::registered(world).await.allocate(world, "handler").await;
        }
        road::registered(world).await.allocate(world, "handler-2").await;
        let all = mine(world, "handler", json!({})).await;
        let node = |position: usize| all.at(&format!("/viewer/notifications/edges/{position}/node")).clone();
        assert_eq!(node(0)["createdAt"], json!("2024-03-04T02:04:00+00:00"), "the latest first");
        let theirs = mine(world, "handler-2", json!({})).await.text("/viewer/notifications/edges/0/node/id");
        let input = json!({ "ids": [node(0)["id"], node(2)["id"], theirs] });
        let marked = mark(world, "handler", input.clone()).await;
        assert_eq!(marked.done("markNotificationsRead").at("/markNotificationsRead/marked"), &json!({ "count": 2, "unread": 3 }));
        world.set_time("2024-03-04T10:30:00");
        let again = mark(world, "handler", input).await;
        assert_eq!(again.at("/markNotificationsRead/marked"), &json!({ "count": 0, "unread": 3 }));
        let now = mine(world, "handler", json!({})).await;
        assert_eq!(now.at("/viewer/notifications/edges/0/node/readAt"), &json!("2024-03-04T02:04:00+00:00"), "the first mark stays");
        assert_eq!(mine(world, "handler-2", json!({})).await.number("/viewer/counts/unreadNotifications"), 1, "somebody else's stays unread");
        let unread = mine(world, "handler", json!({ "unread": true, "first": 2 })).await;
        assert_eq!((unread.number("/viewer/notifications/totalCount"), unread.at("/viewer/notifications/pageInfo/hasNextPage")), (3, &json!(true)));
        assert_eq!(unread.at("/viewer/notifications/edges/0/node/id"), &node(1)["id"]);
        let rest = mine(world, "handler", json!({ "unread": true, "first": 2, "after": unread.at("/viewer/notifications/pageInfo/endCursor") })).await;
        assert_eq!(rest.at("/viewer/notifications/edges").as_array().unwrap().len(), 1);
        let until = mark(world, "handler", json!({ "until": node(1)["createdAt"] })).await;
        assert_eq!(until.at("/markNotificationsRead/marked"), &json!({ "count": 3, "unread": 0 }));
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [NOTIFICATIONS_READ] }, first: 1) { totalCount edges { node { after } } } }", json!({})).await;
        assert_eq!((events.number("/auditEvents/totalCount"), events.at("/auditEvents/edges/0/node/after")), (3, &json!({ "marked": 3 })));
    }
}

scenario! {
    /// What cannot be meant is refused as input.
    async fn either_ids_or_until(world) {
        let id = redress::platform::ids::global_of("Notification", uuid::Uuid::from_u128(7)).0;
        for input in [json!({}), json!({ "ids": [id], "until": "2024-03-04T00:00:00Z" }), json!({ "ids": vec![&id; 101] }), json!({ "ids": [world.id_of("handler").await] }), json!({ "until": "+12000-01-01T00:00:00Z" })] {
            assert_eq!(mark(world, "handler", input.clone()).await.error_code(), "BAD_USER_INPUT", "{input}");
        }
        let nothing = mark(world, "handler", json!({ "ids": [id] })).await;
        assert_eq!(nothing.at("/markNotificationsRead/marked"), &json!({ "count": 0, "unread": 0 }));
        assert_eq!(mark(world, "handler", json!({ "ids": [] })).await.number("/markNotificationsRead/marked/count"), 0);
    }
}

scenario! {
    /// A case that is no longer the person's to see is null; the notification stays.
    async fn a_case_out_of_reach_is_null(world) {
        world.add_person("mover", &[Role::Handler]).await;
        let mut case = road::registered(world).await;
        case.allocate(world, "mover").await;
        assert_eq!(mine(world, "mover", json!({})).await.text("/viewer/notifications/edges/0/node/case/number"), case.number);
        let change = "mutation($input: ChangeStaffRolesInput!) { changeStaffRoles(input: $input) { refusals { code } } }";
        let input = json!({ "staffId": world.id_of("mover").await, "expectedVersion": 1, "roles": ["REGISTRAR"] });
        world.ask("admin", change, json!({ "input": input })).await.done("changeStaffRoles");
        tokio::time::sleep(Duration::from_millis(2_000)).await;
        let now = mine(world, "mover", json!({})).await;
        assert_eq!(now.at("/viewer/notifications/edges/0/node/case"), &Value::Null);
        assert_eq!(now.number("/viewer/notifications/totalCount"), 1);
    }
}
