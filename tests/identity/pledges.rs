//! The confidentiality pledge.

use crate::support::road;
use crate::support::{Answer, PROFILE, World, scenario};
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use sea_orm::ConnectionTrait;
use serde_json::{Value, json};
use std::time::Duration;

const PLEDGE: &str = "{ viewer { roles permissions staff { name } pledge { version text sha256 signedAt } notifications { totalCount } counts { unreadNotifications } } }";

async fn publish(world: &World, from: &str, version: &str, text: &str) {
    let pledge = format!("[privacy]\npledge = {{ version = \"{version}\", text = \"{text}\" }}\n\n[archive]\n");
    let content = PROFILE.replacen("[archive]\n", &pledge, 1).replacen("\"2013-01-01\"", &format!("\"{from}\""), 1);
    world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
}

/// For less than this a server may take what it knew for true.
async fn until_every_server_knows() {
    tokio::time::sleep(Duration::from_millis(1_900)).await;
}

async fn sign(world: &World, who: &str, version: &str) -> Answer {
    let query = "mutation($version: String!) { signConfidentialityPledge(input: { version: $version }) { pledge { version signedAt } refusals { code rule field } } }";
    world.ask(who, query, json!({ "version": version })).await
}

scenario! {
    /// SG-16.4: without the pledge of the version that holds there is no case data, by whichever way; a new version, or another text,
    /// asks again; every refused try is recorded.
    async fn without_the_pledge_there_is_no_case_data(world) {
        let case = road::registered(world).await;
        road::registered(world).await;
        let cases = "{ cases { totalCount } }";
        assert_eq!(world.ask("registrar", PLEDGE, json!({})).await.at("/viewer/pledge"), &Value::Null, "this profile asks for none");
        assert_eq!(sign(world, "registrar", "1").await.refusals("signConfidentialityPledge"), ["NOT_ALLOWED_BY_PROFILE SG-16.4"]);
        let told = world.ask("supervisor", PLEDGE, json!({})).await.number("/viewer/notifications/totalCount");

        publish(world, "2024-01-01", "2024-1", "保守秘密。").await;
        until_every_server_knows().await;
        let id = json!({ "id": case.id });
        for who in ["registrar", "supervisor", "auditor", "admin", "archivist", "general-manager"] {
            for query in [cases, "query($id: ID!) { case(id: $id) { number } }", "query($id: ID!) { node(id: $id) { ... on Case { number } } }", "{ staff { totalCount } }", "{ archiveFiles { totalCount } }"] {
                let refused = world.ask(who, query, id.clone()).await;
                assert_eq!(refused.error_code(), "FORBIDDEN", "{who} {query}");
                let message = refused.body["errors"][0]["message"].as_str().unwrap();
                assert!(message.contains("pledge is missing") && message.contains("SG-16.4"), "{message}");
            }
            let bare = world.ask(who, "query($id: ID!) { node(id: $id) { id } }", id.clone()).await;
            assert_eq!(bare.at("/node"), &Value::Null, "{who}");
        }
        let write = world.ask("registrar", "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { refusals { code } } }", json!({ "input": road::complaint() })).await;
        assert_eq!(write.error_code(), "FORBIDDEN");
        assert_eq!(world.bring("registrar", "来信.txt", "text/plain", "x").await.status, 403);
        let printed = world.get("registrar", &format!("/forms/{}/CALL_INTAKE", case.id), &[]).await;
        assert_ne!(printed.status().as_u16(), 200);
        let me = world.ask("supervisor", PLEDGE, json!({})).await;
        assert_eq!((me.at("/viewer/roles"), me.at("/viewer/permissions"), me.at("/viewer/pledge/signedAt")), (&json!([]), &json!([]), &Value::Null));
        assert_eq!((me.text("/viewer/pledge/text"), me.number("/viewer/notifications/totalCount"), me.number("/viewer/counts/unreadNotifications")), ("保守秘密。".to_owned(), 0, 0));
        assert_eq!(me.text("/viewer/pledge/sha256"), redress::platform::digest::sha256_hex("保守秘密。".as_bytes()));

        assert_eq!(sign(world, "supervisor", "2023-9").await.refusals("signConfidentialityPledge"), ["OBJECT_CHANGED SG-16.4 version"]);
        assert_eq!(world.ask("supervisor", cases, json!({})).await.error_code(), "FORBIDDEN");
        for who in ["supervisor", "auditor"] {
            sign(world, who, "2024-1").await.done("signConfidentialityPledge");
        }
        until_every_server_knows().await;
        assert_eq!(sign(world, "supervisor", "2024-1").await.refusals("signConfidentialityPledge"), ["ALREADY_DONE SG-16.4"]);
        assert_eq!(world.ask("supervisor", cases, json!({})).await.number("/cases/totalCount"), 2);
        assert_eq!(world.ask("supervisor", PLEDGE, json!({})).await.number("/viewer/notifications/totalCount"), told);
        assert_eq!(world.ask("registrar", cases, json!({})).await.error_code(), "FORBIDDEN", "everybody signs for themselves");
        let events = "query($actions: [AuditAction!]) { auditEvents(first: 100, filter: { actions: $actions }) { totalCount edges { node { after actorRoles } } } }";
        let denied = world.ask("auditor", events, json!({ "actions": ["ACCESS_DENIED"] })).await;
        // Six people by five ways, two more tries of the registrar and one of the supervisor; the file is refused by its own door.
        assert!(denied.number("/auditEvents/totalCount") >= 33, "{:#}", denied.body);
        let rules = denied.at("/auditEvents/edges").as_array().unwrap().iter().filter(|edge| edge["node"]["after"]["rule"] == "SG-16.4").count();
        assert!(rules >= 33, "{rules}");
        let pledged = world.ask("auditor", events, json!({ "actions": ["PLEDGE_SIGNED"] })).await;
        assert_eq!(pledged.number("/auditEvents/totalCount"), 2);

        publish(world, "2024-03-01", "2024-2", "保守秘密。").await;
        until_every_server_knows().await;
        assert_eq!(world.ask("supervisor", cases, json!({})).await.error_code(), "FORBIDDEN", "another version");
        sign(world, "supervisor", "2024-2").await.done("signConfidentialityPledge");
        until_every_server_knows().await;
        assert_eq!(world.ask("supervisor", cases, json!({})).await.number("/cases/totalCount"), 2);
        publish(world, "2024-03-04", "2024-2", "保守秘密，不得外传。").await;
        let changed = world.ask("supervisor", PLEDGE, json!({})).await;
        assert_eq!((changed.text("/viewer/pledge/text"), changed.at("/viewer/pledge/signedAt")), ("保守秘密，不得外传。".to_owned(), &Value::Null), "another text");
        let writer = crate::archive::writer(world).await;
        for statement in ["DELETE FROM confidentiality_pledges", "UPDATE confidentiality_pledges SET version = version"] {
            assert!(writer.execute_unprepared(statement).await.unwrap_err().to_string().contains("append-only"));
        }
        writer.close().await.unwrap();
    }
}
