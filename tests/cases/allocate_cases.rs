use crate::support::road::{self, OnTheRoad};
use crate::support::{Answer, World, scenario};
use serde_json::{Value, json};

const UNKNOWN: &str = "Q2FzZTowMTkwMDAwMDAwMDA3MDAwODAwMDAwMDAwMDAwMDAwMA";

async fn allocate(world: &World, who: &str, key: &str, cases: Vec<Value>) -> Answer {
    let query = "mutation($input: AllocateCasesInput!) { allocateCases(input: $input) {
        results { caseId case { id number state version handler { name } } refusals { code rule field message } }
        refusals { code rule field } } }";
    world.ask(who, query, json!({ "input": { "idempotencyKey": key, "cases": cases } })).await
}

fn one(case: &OnTheRoad, handler_id: &str) -> Value {
    json!({ "caseId": case.id, "expectedVersion": case.version, "handlerId": handler_id })
}

/// The state of each case, or the code of its first refusal.
fn outcomes(answer: &Answer) -> Vec<String> {
    let results = answer.at("/allocateCases/results").as_array().unwrap();
    let outcome = |result: &Value| match result["refusals"][0]["code"].as_str() {
        Some(code) => {
            assert_eq!(result["case"], Value::Null);
            code.to_owned()
        }
        None => result["case"]["state"].as_str().unwrap().to_owned(),
    };
    results.iter().map(outcome).collect()
}

scenario! {
    /// HK-3.6 HK-5.3 HK-F.1: one answer for each case; what is refused keeps nothing else back.
    async fn each_case_has_its_own_answer(world) {
        let [first, handler_2] = [world.id_of("handler").await, world.id_of("handler-2").await];
        let mut already = road::registered(world).await;
        already.allocate(world, "handler").await;
        let mut stale = road::registered(world).await;
        stale.version = 7;
        let (a, b) = (road::registered(world).await, road::registered(world).await);
        let missing = OnTheRoad { id: UNKNOWN.to_owned(), ..a.clone() };
        let cases = vec![
            one(&a, &first),
            one(&already, &first),
            one(&stale, &first),
            one(&missing, &first),
            one(&b, &world.id_of("auditor").await),
            one(&a, &first),
            one(&b, &handler_2),
        ];
        let answer = allocate(world, "supervisor", "bulk", cases.clone()).await;
        let expected = ["ALLOCATED", "STATE_NOT_ALLOWED", "OBJECT_CHANGED", "OBJECT_NOT_FOUND", "NOT_ASSIGNABLE", "OBJECT_CHANGED", "ALLOCATED"];
        assert_eq!(outcomes(&answer), expected);
        assert_eq!(answer.at("/allocateCases/results/3/caseId"), &json!(UNKNOWN));
        assert_eq!(answer.at("/allocateCases/refusals").as_array().unwrap().len(), 5);
        assert_eq!(answer.number("/allocateCases/results/0/case/version"), 2);

        // The same input again: nothing happens twice, and what was refused is tried again. Another input under the key: nothing happens at all.
        let events = "{ auditEvents(filter: { actions: [CASE_ALLOCATED] }) { totalCount } }";
        assert_eq!(world.ask("auditor", events, json!({})).await.number("/auditEvents/totalCount"), 3);
        let again = [&expected[..4], &["OBJECT_CHANGED"], &expected[5..]].concat();
        assert_eq!(outcomes(&allocate(world, "supervisor", "bulk", cases).await), again);
        let other = allocate(world, "supervisor", "bulk", vec![one(&stale, &first)]).await;
        assert_eq!(other.error_code(), "BAD_USER_INPUT");
        assert_eq!(world.ask("auditor", events, json!({})).await.number("/auditEvents/totalCount"), 3);
        let begun = "{ auditEvents(filter: { actions: [CASES_ALLOCATION_BEGUN] }) { edges { node { after } } } }";
        assert_eq!(world.ask("auditor", begun, json!({})).await.at("/auditEvents/edges"), &json!([{ "node": { "after": { "cases": 7 } } }]));
    }
}

scenario! {
    /// HK-5.3: who may not allocate one case allocates none of many.
    async fn who_allocates_many(world) {
        let case = road::registered(world).await;
        let handler = world.id_of("handler").await;
        for who in ["handler", "registrar", "general-manager", "auditor", "department-head"] {
            assert_eq!(allocate(world, who, "bulk", vec![one(&case, &handler)]).await.error_code(), "FORBIDDEN", "{who}");
        }
        let manager = allocate(world, "manager", "bulk", vec![one(&case, &handler)]).await;
        assert_eq!(outcomes(&manager), ["NOT_ALLOWED_BY_PROFILE"]);
        for (key, cases) in [("bulk", vec![]), ("", vec![one(&case, &handler)]), ("bulk", vec![one(&case, &handler); 201])] {
            assert_eq!(allocate(world, "supervisor", key, cases).await.error_code(), "BAD_USER_INPUT");
        }
        assert_eq!(outcomes(&allocate(world, "supervisor", "bulk", vec![one(&case, &handler)]).await), ["ALLOCATED"]);
    }
}

scenario! {
    /// The largest input is done in one request, spread over three handlers (HK-F.1).
    async fn two_hundred_at_once(world) {
        let mut handlers = Vec::new();
        for login in ["handler", "handler-2", "supervisor"] {
            handlers.push(world.id_of(login).await);
        }
        world.token("registrar").await;
        let mut cases = Vec::new();
        for _ in 0..20 {
            cases.extend(futures_util::future::join_all((0..10).map(|_| road::registered(world))).await);
        }
        let inputs = cases.iter().zip(handlers.iter().cycle()).map(|(case, handler)| one(case, handler)).collect();
        let began = std::time::Instant::now();
        let answer = allocate(world, "supervisor", "bulk", inputs).await;
        println!("200 cases allocated in {:?} on {:?}", began.elapsed(), world.backend);
        assert_eq!(outcomes(&answer), vec!["ALLOCATED"; 200]);
        let load = world.ask("supervisor", "{ teamLoad { open } }", json!({})).await;
        assert_eq!(load.at("/teamLoad"), &json!([{ "open": 67 }, { "open": 67 }, { "open": 66 }]));
    }
}
