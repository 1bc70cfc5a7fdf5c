//! Who sees what of a joint review, and what of its cases.

use crate::support::meeting::{self, convened, filed};
use crate::support::road;
use crate::support::{World, scenario};
use serde_json::{Value, json};

const CASE: &str = "query($id: ID!) { case(id: $id) { number } node(id: $id) { id } }";

async fn sees_case(world: &World, who: &str, id: &str) -> bool {
    let answer = world.ask(who, CASE, json!({ "id": id })).await;
    answer.body.get("errors").is_none() && !answer.at("/case").is_null() && !answer.at("/node").is_null()
}

async fn reads_file(world: &World, who: &str, evidence: &str) -> u16 {
    world.get(who, &format!("/files/{evidence}"), &[]).await.status().as_u16()
}

scenario! {
    /// T1: an assistant manager reads the cases of the meetings that they attend, and no other case.
    async fn an_assistant_manager_reads_the_cases_of_meetings(world) {
        let other = road::investigated(world).await;
        let mut review = convened(world).await;
        assert!(sees_case(world, "assistant-manager", &review.case.id).await);
        assert!(!sees_case(world, "assistant-manager", &other.id).await);
        let listed = world.ask("assistant-manager", "{ cases { totalCount edges { node { number complainantName { value } } } } }", json!({})).await;
        assert_eq!((listed.number("/cases/totalCount"), listed.text("/cases/edges/0/node/number")), (1, review.case.number.clone()));
        assert_eq!(listed.text("/cases/edges/0/node/complainantName/value"), "李**");
        assert!(!sees_case(world, "co-handler", &review.case.id).await);
        review.step(world, "supervisor", "cancelJointReview", json!({ "reason": "客户已接受方案。" })).await;
        assert!(!sees_case(world, "assistant-manager", &review.case.id).await, "a meeting that is not held");
    }
}

scenario! {
    /// HK-7.5.2 HK-5.6.3: people of other departments read what was submitted to the meeting, and nothing else of the case.
    async fn departments_read_the_pack_and_nothing_else(world) {
        let mut review = meeting::agreed(world).await;
        let submitted = review.see(world, "handler").await.text("/jointReview/evidence/0/evidenceId");
        let kept_back = review.case.add_evidence(world).await;
        assert_eq!(reads_file(world, "co-handler", &submitted).await, 404);
        assert_eq!(review.see(world, "co-handler").await.at("/jointReview"), &Value::Null);
        let people = [("supervisor", "SUPERVISOR"), ("handler", "HANDLER"), ("assistant-manager", "MANAGEMENT"), ("co-handler", "DEPARTMENT"), ("department-head", "DEPARTMENT")];
        review.step(world, "supervisor", "conveneJointReview", meeting::meeting(world, &people).await).await;
        for who in ["co-handler", "department-head", "assistant-manager"] {
            let seen = review.see(world, who).await;
            assert_eq!(seen.text("/jointReview/brief"), "客户称业务员承诺三年返本。", "{who}");
            assert_eq!(seen.text("/jointReview/evidence/0/path"), format!("/files/{submitted}"), "{who}");
            assert_eq!(seen.text("/jointReview/evidence/0/name/visibility"), "PARTIAL", "{who}");
            assert_eq!(reads_file(world, who, &submitted).await, 200, "{who}");
            assert_eq!(reads_file(world, who, &kept_back).await, 404, "{who}");
        }
        // Every way to the case is closed to a department, also through what it may see.
        let ways = "query($id: ID!, $case: ID!, $evidence: ID!) { jointReview(id: $id) { agenda { case { number } } }
            case(id: $case) { number } node(id: $evidence) { id } cases { totalCount } }";
        let seen = world.ask("department-head", ways, json!({ "id": review.id, "case": review.case.id, "evidence": submitted })).await;
        assert_eq!((seen.at("/jointReview/agenda/0/case"), seen.at("/case"), seen.at("/node"), seen.number("/cases/totalCount")), (&Value::Null, &Value::Null, &Value::Null, 0));
        let item = world.ask("department-head", "query($id: ID!) { node(id: $id) { id } }", json!({ "id": review.item.id })).await;
        assert_eq!(item.at("/node"), &Value::Null);
        let register = world.ask("auditor", "{ accessRegister { edges { node { evidenceId purpose } } } }", json!({})).await;
        assert_eq!(register.at("/accessRegister/edges").as_array().unwrap().len(), 3);
    }
}

scenario! {
    /// HK-5.6.3: with the record in the folder the reading of the evidence ends for who only attended.
    async fn reading_the_pack_ends_with_the_filing(world) {
        let review = convened(world).await;
        let submitted = review.see(world, "handler").await.text("/jointReview/evidence/0/evidenceId");
        assert_eq!(reads_file(world, "co-handler", &submitted).await, 200);
        world.set_time("2024-03-04T09:30:00");
        let review = filed(world).await;
        let submitted = review.see(world, "handler").await.text("/jointReview/evidence/0/evidenceId");
        assert_eq!(reads_file(world, "co-handler", &submitted).await, 404);
        assert_eq!(reads_file(world, "handler", &submitted).await, 200);
        let seen = review.see(world, "co-handler").await;
        assert_eq!((seen.at("/jointReview/evidence"), seen.text("/jointReview/state")), (&json!([]), "FILED".to_owned()));
    }
}

scenario! {
    /// SEC-11: what is not one's own looks as if it were not there: by id, by node, in lists, in counts.
    async fn others_see_nothing(world) {
        let review = convened(world).await;
        let query = "query($id: ID!) { jointReview(id: $id) { id } node(id: $id) { id } jointReviews { totalCount } }";
        for (who, sees) in [
            ("handler", 1), ("supervisor", 1), ("supervisor-2", 1), ("manager", 1), ("auditor", 1), ("assistant-manager", 1), ("co-handler", 1),
            ("handler-2", 1), ("general-manager", 1), ("legal", 0), ("department-head", 0),
        ] {
            let seen = world.ask(who, query, json!({ "id": review.id })).await;
            assert_eq!(seen.number("/jointReviews/totalCount"), sees, "{who}");
            assert_eq!((seen.at("/jointReview").is_null(), seen.at("/node").is_null()), (sees == 0, sees == 0), "{who}");
        }
        for who in ["registrar", "finance", "archivist", "admin"] {
            assert_eq!(world.ask(who, query, json!({ "id": review.id })).await.error_code(), "FORBIDDEN", "{who}");
        }
        // The recorder sees the meeting, not the case.
        assert!(!sees_case(world, "handler-2", &review.case.id).await);
        let of_node = world.ask("admin", "query($id: ID!) { node(id: $id) { id } }", json!({ "id": review.id })).await;
        assert_eq!(of_node.at("/node"), &Value::Null);
    }
}
