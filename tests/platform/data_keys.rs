//! Key-encryption keys are rotated while the server serves.

use crate::support::road;
use crate::support::{World, scenario};
use redress::app::App;
use redress::platform::access::Actor;
use redress::platform::db::Database;
use redress::platform::vault::rewrap::rewrap_all;
use redress::platform::vault::store::in_use;
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const OLD: &str = "1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=";
const NEW: &str = "2:MzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzMzM=";

/// A server beside with these key-encryption keys, its database, and where it answers.
async fn beside(world: &World, keys: &str) -> (Arc<App>, Database, std::net::SocketAddr) {
    let mut config = world.config.clone();
    config.secrets.key_encryption_keys = keys.to_owned().into();
    let app = Arc::new(App::new(&config, world.clock.clone()).unwrap());
    let vault = Arc::clone(&app.vault);
    let db = Database::open(&config.database, world.clock.clone(), vault, &app.statements).await.unwrap();
    let address = crate::support::serve_with_vault(world, Arc::clone(&app), &config);
    (app, db, address)
}

async fn ask(
    world: &World,
    address: std::net::SocketAddr,
    who: &str,
    query: &str,
    variables: serde_json::Value,
) -> serde_json::Value {
    let request = world.client().post(format!("http://{address}/graphql")).bearer_auth(world.token(who).await.unwrap());
    request.json(&json!({ "query": query, "variables": variables })).send().await.unwrap().json().await.unwrap()
}

const NAME: &str = "query($id: ID!) { case(id: $id) { complainantName { value } evidence { name { value } } } }";
const REGISTER: &str =
    "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { id } refusals { code } } }";

scenario! {
    /// SG-16.1: while data keys are wrapped anew, by two at once, every request is answered; afterwards the old key is not needed.
    async fn keys_are_rotated_while_writes_go_on(world) {
        let mut cases = Vec::new();
        for _ in 0..5 {
            let mut case = road::registered(world).await;
            case.allocate(world, "handler").await;
            case.add_evidence(world).await;
            cases.push(case.id);
        }
        // Servers that know both keys, the new one first, as they are after the second restart of a rotation.
        let (_app, db, address) = beside(world, &format!("{NEW} {OLD}")).await;
        let done = AtomicBool::new(false);
        let writing = async {
            let mut written = Vec::new();
            while !done.load(Ordering::Relaxed) || written.len() < 10 {
                let answer = ask(world, address, "registrar", REGISTER, json!({ "input": road::complaint() })).await;
                let id = answer.pointer("/data/registerCase/case/id").unwrap_or_else(|| panic!("{answer:#}"));
                written.push(id.as_str().unwrap().to_owned());
                let read = ask(world, address, "registrar", NAME, json!({ "id": id })).await;
                assert!(read.get("errors").is_none(), "{read:#}");
            }
            written
        };
        let rotating = async {
            let both = futures_util::future::join_all([rewrap_all(&db), rewrap_all(&db)]).await;
            done.store(true, Ordering::Relaxed);
            both.into_iter().map(|wrapped| wrapped.unwrap()).sum::<u64>()
        };
        let (written, wrapped) = tokio::join!(writing, rotating);
        // The five cases and the key of what belongs to no case, each once; and nothing is left to do.
        assert_eq!(wrapped, 6);
        assert_eq!(rewrap_all(&db).await.unwrap(), 0);
        let system = Actor::system("test");
        let (counts, others) = in_use(db.read(&system), &["1", "2"]).await.unwrap();
        assert_eq!((counts[0].1, others), (0, 0), "{counts:?}");
        assert_eq!(counts[1].1, (cases.len() + written.len() + 1) as u64);

        // Without the old key everything opens, also what belongs to no case and the reasons of events.
        let (_app, db, address) = beside(world, NEW).await;
        assert_eq!(rewrap_all(&db).await.unwrap(), 0);
        for id in cases.iter().chain(&written) {
            let read = ask(world, address, "supervisor", NAME, json!({ "id": id })).await;
            assert_eq!(read["data"]["case"]["complainantName"]["value"], "李**", "{read:#}");
        }
        let reasons = ask(world, address, "auditor", "{ auditEvents(first: 100) { edges { node { reason } } } }", json!({})).await;
        assert!(reasons.get("errors").is_none(), "{reasons:#}");
    }
}
