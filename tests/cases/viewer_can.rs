//! What a portal shows as buttons is what the mutations would say.

use crate::support::road;
use crate::support::{World, scenario};
use serde_json::{Value, json};

async fn abilities(world: &World, who: &str, id: &str) -> Value {
    let ability = "{ allowed refusals { code rule message mayBeDoneBy } }";
    let query = format!(
        "query($id: ID!) {{ case(id: $id) {{ viewerCan {{ allocate {ability} reassign {ability} routeToDepartment {ability} recordContact {ability} recordStatement {ability}
            recordFinding {ability} addEvidence {ability} draftPlan {ability} submitPlan {ability} reviewPlan {ability} requestApproval {ability}
            recordReply {ability} close {ability} archive {ability} }} }} }}"
    );
    world.ask(who, &query, json!({ "id": id })).await.at("/case/viewerCan").clone()
}

fn allowed(abilities: &Value) -> Vec<&str> {
    abilities
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, ability)| ability["allowed"] == true)
        .map(|(name, _)| name.as_str())
        .collect()
}

scenario! {
    /// HK-5.3 HK-5.4.4 HK-5.5.1: who could do what, on the way.
    async fn buttons_on_the_way(world) {
        let mut case = road::registered(world).await;
        assert_eq!(allowed(&abilities(world, "supervisor", &case.id).await), ["allocate", "routeToDepartment"]);
        assert_eq!(allowed(&abilities(world, "registrar", &case.id).await), Vec::<&str>::new());
        let auditor = abilities(world, "auditor", &case.id).await;
        assert_eq!(allowed(&auditor), Vec::<&str>::new());
        assert_eq!(auditor["allocate"]["refusals"][0]["code"], "PERMISSION_MISSING");
        assert_eq!(auditor["allocate"]["refusals"][0]["mayBeDoneBy"], json!(["SUPERVISOR"]));
        let manager = abilities(world, "manager", &case.id).await;
        assert_eq!(manager["allocate"]["refusals"][0]["rule"], "HK-5.3");

        case.allocate(world, "handler").await;
        assert_eq!(allowed(&abilities(world, "handler", &case.id).await), ["addEvidence", "recordContact", "recordFinding", "recordStatement"]);
        case.investigate(world).await;
        assert_eq!(allowed(&abilities(world, "handler", &case.id).await), ["addEvidence", "draftPlan", "recordContact", "recordFinding", "recordStatement", "requestApproval"]);
        case.step(world, "handler", "draftPlan", json!({})).await;
        let drafting = abilities(world, "handler", &case.id).await;
        let missing: Vec<_> = drafting["submitPlan"]["refusals"].as_array().unwrap().iter().map(|r| r["rule"].as_str().unwrap()).collect();
        assert_eq!(missing, ["HK-2.1", "HK-2.3"]);
        case.draft(world).await;
        case.submit(world).await;
        assert_eq!(allowed(&abilities(world, "supervisor", &case.id).await), ["reassign", "reviewPlan", "routeToDepartment"]);
        assert_eq!(allowed(&abilities(world, "manager", &case.id).await), ["reviewPlan"]);
        case.request(world, "10000", "11000", "30000").await.done("requestApproval");
        case.approve_plan(world).await;
        let approved = abilities(world, "handler", &case.id).await;
        assert_eq!(approved["recordReply"]["refusals"][0]["code"], "APPROVALS_OPEN");
        assert_eq!(allowed(&approved), ["addEvidence", "recordContact", "requestApproval"]);
    }
}

scenario! {
    /// HK-7.2.1 HK-5.4.9 HK-A15 HK-4.8: who could complete what is known of the people.
    async fn buttons_about_people(world) {
        let ability = "{ allowed refusals { code rule } }";
        let query = format!("query($id: ID!) {{ case(id: $id) {{ viewerCan {{ addComplainant {ability} updateHeadCount {ability}
            addRespondent {ability} recordAuthorityLetter {ability} linkCases {ability} declareRecusal {ability} }} }} }}");
        let ask = async |who: &str, id: &str| world.ask(who, &query, json!({ "id": id })).await.at("/case/viewerCan").clone();
        let completing = ["addComplainant", "addRespondent", "linkCases", "recordAuthorityLetter", "updateHeadCount"];
        let mut case = road::registered(world).await;
        assert_eq!(allowed(&ask("registrar", &case.id).await), completing);
        assert_eq!(allowed(&ask("supervisor", &case.id).await), ["addRespondent", "declareRecusal", "linkCases"]);
        assert_eq!(allowed(&ask("auditor", &case.id).await), Vec::<&str>::new());
        case.allocate(world, "handler").await;
        let registrar = ask("registrar", &case.id).await;
        assert_eq!(allowed(&registrar), Vec::<&str>::new());
        assert_eq!(registrar["addComplainant"]["refusals"], json!([{ "code": "NOT_THE_HANDLER", "rule": "HK-7.2.1" }]));
        assert_eq!(ask("handler", &case.id).await.as_object().unwrap().values().filter(|ability| ability["allowed"] == true).count(), 6);
    }
}

scenario! {
    /// Messages are Chinese or English, by Accept-Language.
    async fn messages_speak_the_callers_language(world) {
        let case = road::registered(world).await;
        let token = world.token("supervisor").await.unwrap();
        let query = "query($id: ID!) { case(id: $id) { viewerCan { close { refusals { message } } } } }";
        for (accepted, expected) in [
            (None, "只有本案的经办人才能进行此操作。"),
            (Some("zh-CN,zh;q=0.9,en;q=0.8"), "只有本案的经办人才能进行此操作。"),
            (Some("en-US,en;q=0.9"), "Only the handler of the case may do this."),
            (Some("fr, en;q=0.5, zh;q=0.1"), "Only the handler of the case may do this."),
            (Some("\u{1f600}"), "只有本案的经办人才能进行此操作。"),
        ] {
            let mut request = world.client().post(world.url("/graphql")).bearer_auth(&token);
            if let Some(accepted) = accepted {
                request = request.header("accept-language", accepted);
            }
            let body: Value = request.json(&json!({ "query": query, "variables": { "id": case.id } })).send().await.unwrap().json().await.unwrap();
            assert_eq!(body["data"]["case"]["viewerCan"]["close"]["refusals"][0]["message"], expected, "{accepted:?}");
        }
    }
}
