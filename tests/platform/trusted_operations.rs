//! Trusted operations: only the documents of the portal's manifest run, by their id.

use crate::support::socket::Socket;
use crate::support::{World, scenario, serve_beside};
use redress::app::{App, CannotStart};
use redress::platform::config::{Config, OperationsMode};
use redress::platform::digest::sha256_hex;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

const ME: &str = "query Me { viewer { staff { name } permissions } }";
const CASES: &str = "query Cases($first: Int) { cases(first: $first) { totalCount edges { node { number complainantName { value } } } } }";
const LOGIN: &str = "mutation Login($input: LoginInput!) { login(input: $input) { accessToken } }";

/// A manifest as both compilers write it: Relay names by MD5, graphql-codegen by a hash of its own.
fn manifest(folder: &TempDir, documents: &[(&str, &str)]) -> PathBuf {
    let content: serde_json::Map<String, Value> =
        documents.iter().map(|(id, text)| ((*id).to_owned(), json!(text))).collect();
    let path = folder.path().join(format!("{}.json", documents.len()));
    std::fs::write(&path, Value::Object(content).to_string()).unwrap();
    path
}

fn trusting(config: &Config, mode: OperationsMode, manifests: &[&Path]) -> Config {
    let mut config = config.clone();
    config.operations.mode = mode;
    config.operations.manifests = manifests.iter().map(|path| path.to_path_buf()).collect();
    config
}

fn serve(world: &World, mode: OperationsMode, manifest: &Path) -> SocketAddr {
    let config = trusting(&world.config, mode, &[manifest]);
    serve_beside(world, Arc::new(App::new(&config, world.clock.clone()).unwrap()), &config)
}

async fn post(world: &World, address: SocketAddr, login: &str, body: Value) -> (u16, Value) {
    let request = world.client().post(format!("http://{address}/graphql")).json(&body);
    let mut request = request.header("accept", "application/graphql-response+json");
    if let Some(token) = world.token(login).await {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

fn code(answer: &(u16, Value)) -> (u16, &str) {
    (answer.0, answer.1["errors"][0]["extensions"]["code"].as_str().unwrap_or_default())
}

scenario! {
    async fn only_the_operations_of_the_manifest_run(world) {
        let folder = tempfile::tempdir().unwrap();
        let manifest = manifest(&folder, &[("9e107d9d372bb6826bd81d3542a419d6", ME), ("cases", CASES), ("login", LOGIN)]);
        let address = serve(world, OperationsMode::Trusted, &manifest);
        let hash = sha256_hex(ME.as_bytes());

        // By the manifest's own id, by the SHA-256 of the text, and by the extension of Apollo's clients.
        for body in [
            json!({ "documentId": "9e107d9d372bb6826bd81d3542a419d6" }),
            json!({ "documentId": format!("sha256:{hash}"), "operationName": "Me" }),
            json!({ "extensions": { "persistedQuery": { "version": 1, "sha256Hash": hash } } }),
        ] {
            let answer = post(world, address, "handler", body.clone()).await;
            assert_eq!((answer.0, &answer.1["data"]["viewer"]["staff"]["name"]), (200, &json!("测试handler")), "{body}");
        }
        let url = format!("http://{address}/graphql?documentId=cases&variables=%7B%22first%22%3A1%7D");
        let token = world.token("handler").await.unwrap();
        let answer: Value = world.client().get(url).bearer_auth(token).send().await.unwrap().json().await.unwrap();
        assert_eq!(answer["data"]["cases"]["totalCount"], json!(0));

        // What is not of the manifest does not, however it is sent: not even the very text of one that is.
        for query in ["{ viewer { staff { id } } }", ME, "{ __typename }", "{ __schema { types { name } } }", "not graphql"] {
            assert_eq!(code(&post(world, address, "handler", json!({ "query": query })).await), (403, "FORBIDDEN"), "{query}");
        }
        for id in ["unknown", "", "sha256:", "../cases", &format!("sha256:{}", hash.to_uppercase()), &"x".repeat(10_000)] {
            assert_eq!(code(&post(world, address, "handler", json!({ "documentId": id })).await), (400, "NOT_FOUND"), "{id}");
        }
        for body in [
            json!({ "documentId": "cases", "query": ME }),
            json!({ "documentId": 7 }),
            json!({ "documentId": null }),
            json!({ "extensions": { "persistedQuery": { "sha256Hash": 7 } } }),
        ] {
            assert_eq!(code(&post(world, address, "handler", body).await), (400, "BAD_USER_INPUT"));
        }

        // A trusted operation is not a permitted one.
        assert_eq!(code(&post(world, address, "", json!({ "documentId": "cases" })).await), (401, "UNAUTHENTICATED"));
        assert_eq!(code(&post(world, address, "admin", json!({ "documentId": "cases" })).await), (403, "FORBIDDEN"));
        let mutation = world.client().get(format!("http://{address}/graphql?documentId=login")).send().await.unwrap();
        assert_eq!(mutation.status().as_u16(), 405);

        // By WebSocket it is no other.
        let mut socket = Socket::at(world, address, "handler").await;
        socket.subscribe("text", ME, json!({})).await;
        assert_eq!(socket.hear().await.message()["payload"][0]["extensions"]["code"], json!("FORBIDDEN"));
        socket.say(&json!({ "type": "subscribe", "id": "id", "payload": { "documentId": format!("sha256:{hash}") } })).await;
        assert_eq!(socket.next("id").await["data"]["viewer"]["staff"]["name"], json!("测试handler"));
    }
}

scenario! {
    async fn in_development_everything_runs(world) {
        let folder = tempfile::tempdir().unwrap();
        let manifest = manifest(&folder, &[("me", ME)]);
        for mode in [OperationsMode::Development, OperationsMode::Open] {
            let address = serve(world, mode, &manifest);
            for body in [json!({ "documentId": "me" }), json!({ "query": ME }), json!({ "query": "{ viewer { staff { name } } }" })] {
                let answer = post(world, address, "handler", body).await;
                assert_eq!(answer.1["data"]["viewer"]["staff"]["name"], json!("测试handler"));
            }
        }
    }
}

#[test]
fn a_manifest_that_cannot_be_served_stops_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let config = crate::support::config_for("sqlite://nowhere.db");
    let start = |manifests: &[&Path]| {
        let config = trusting(&config, OperationsMode::Trusted, manifests);
        match App::new(&config, redress::platform::clock::Clock::system()) {
            Ok(_) => "it starts".to_owned(),
            Err(problem @ CannotStart::Operations(_)) => problem.to_string(),
            Err(other) => panic!("{other}"),
        }
    };
    let written = |name: &str, content: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path
    };
    let good = written("good.json", &json!({ "me": ME }).to_string());
    let other = written("other.json", &json!({ "me": CASES }).to_string());
    assert_eq!(start(&[&good]), "it starts");
    assert_eq!(start(&[&good, &good]), "it starts");
    for (manifests, complaint) in [
        (vec![], "manifests hold no operation"),
        (vec![written("empty.json", "{}")], "manifests hold no operation"),
        (vec![folder.path().join("absent.json")], "absent.json"),
        (vec![written("list.json", "[]")], "is not a JSON object of ids and documents"),
        (vec![written("number.json", r#"{"a":1}"#)], "is not a JSON object of ids and documents"),
        (vec![written("text.json", r#"{"a":"query {"}"#)], "a: "),
        (vec![written("field.json", r#"{"a":"{ viewer { nothing } }"}"#)], "nothing"),
        (
            vec![written(
                "argument.json",
                r#"{"a":"query($x: Int!) { cases(first: $x, nonsense: 1) { totalCount } }"}"#,
            )],
            "nonsense",
        ),
        (
            vec![written(
                "deep.json",
                &json!({ "a": format!("{{ {}id{} }}", "node(id:\"x\") {".repeat(30), "}".repeat(30)) }).to_string(),
            )],
            "levels",
        ),
        (vec![good.clone(), other], "two documents have the id me"),
    ] {
        let paths: Vec<_> = manifests.iter().map(PathBuf::as_path).collect();
        let told = start(&paths);
        assert!(told.contains(complaint), "{complaint}: {told}");
    }
}

#[test]
fn the_command_says_who_may_run_each_operation() {
    let folder = tempfile::tempdir().unwrap();
    let good = manifest(&folder, &[("me", ME), ("cases", CASES), ("login", LOGIN)]);
    let bad = manifest(&folder, &[("cases", CASES), ("typo", "query Typo { cases { edges { node { numbre } } } }")]);
    let check = |files: &[&Path]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
        command.args(["operations", "check"]).args(files).env_clear().output().unwrap()
    };
    let output = check(&[&good]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{told}");
    for line in [
        "cases\n  query Cases, cost ",
        "requires CASE_READ\n    REGISTRAR HANDLER SUPERVISOR ASSISTANT_MANAGER MANAGER GENERAL_MANAGER DEPARTMENT_HEAD AUDITOR\n",
        "me\n  query Me, cost ",
        "everybody who is signed in",
        "mutation Login, cost ",
        "anybody, also without signing in",
    ] {
        assert!(told.contains(line), "{line}\n{told}");
    }
    let output = check(&[&good, &bad]);
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success() && told.contains("typo\n  FAIL  ") && told.contains("numbre"), "{told}");
    assert!(String::from_utf8(output.stderr).unwrap().contains("1 of these documents cannot be run"));
}
