use crate::support::road::{self, Item};
use crate::support::scenario;
use serde_json::json;

scenario! {
    /// HK-5.6.3: the general manager sees the cases with items, also those that others decided, and no other case.
    async fn the_general_manager_sees_what_has_items(world) {
        let quiet = road::investigated(world).await;
        let busy = road::investigated(world).await;
        let big = road::investigated(world).await;
        let small = Item::of(&busy.request(world, "10000", "11000", "30000").await, "requestApproval");
        big.request(world, "10000", "20000.01", "90000").await.done("requestApproval");
        let see = "{ cases(first: 10) { totalCount edges { node { id } } } approvals { totalCount } }";
        let seen = world.ask("general-manager", see, json!({})).await;
        assert_eq!((seen.number("/cases/totalCount"), seen.number("/approvals/totalCount")), (2, 2));
        assert!(!seen.body.to_string().contains(&quiet.id));
        small.approve(world, "supervisor").await.done("decideApproval");
        let late = small.approve(world, "general-manager").await;
        assert_eq!(late.error_code(), "CONFLICT", "who comes too late is told so");
        let seen = world.ask("general-manager", see, json!({})).await;
        assert_eq!(seen.number("/cases/totalCount"), 2);
    }
}

scenario! {
    /// Items are visible where their case is: list, node, nested and count say the same.
    async fn items_are_visible_where_their_case_is(world) {
        let case = road::investigated(world).await;
        let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
        let query = "query($id: ID!, $case: ID!) {
            node(id: $id) { id } case(id: $case) { approvals { id } }
            approvals(filter: { states: [PENDING], requiredRoles: [SUPERVISOR] }) { totalCount edges { node { id case { id } } } } }";
        let variables = json!({ "id": item.id, "case": case.id });
        for (who, sees) in [("handler", true), ("supervisor", true), ("manager", true), ("auditor", true), ("general-manager", true), ("handler-2", false)] {
            let answer = world.ask(who, query, variables.clone()).await;
            assert_eq!(answer.at("/node").is_null(), !sees, "{who}");
            assert_eq!(answer.at("/case").is_null(), !sees, "{who}");
            assert_eq!(answer.number("/approvals/totalCount"), i64::from(sees), "{who}");
        }
        let other = json!({ "id": item.id, "case": case.id });
        let none = world.ask("supervisor", &query.replace("[PENDING]", "[APPROVED]"), other).await;
        assert_eq!(none.number("/approvals/totalCount"), 0);
    }
}
