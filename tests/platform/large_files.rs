//! A large file leaves the memory of the server flat, on the way in and on the way out.

use super::command_line::{Keys, Served};
use crate::support::{Backend, TestDatabase, road};
use redress::identity::passwords;
use redress::identity::service::add_staff::{AddStaff, InDepartment};
use redress::platform::access::Actor;
use redress::platform::clock::Clock;
use redress::platform::config::Config;
use redress::platform::db::{Database, migrate};
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};
use std::sync::Arc;

const PASSWORD: &str = "a password for tests";
const PIECE: usize = 1 << 20;

/// As large as the defaults take; `REDRESS_TEST_LARGE_FILE` names another size in MiB.
fn pieces() -> usize {
    std::env::var("REDRESS_TEST_LARGE_FILE").ok().and_then(|size| size.parse().ok()).unwrap_or(100)
}

async fn prepare(config: &Config) {
    migrate::up(&config.database).await.unwrap();
    let app = redress::app::App::new(config, Clock::system()).unwrap();
    let db = Database::open(&config.database, Clock::system(), Arc::clone(&app.vault), &app.statements).await.unwrap();
    let system = Actor::system("test");
    db.run(&system, &PublishProfile { content: crate::support::PROFILE.to_owned() }).await.unwrap();
    let person = AddStaff {
        employee_number: None,
        email: None,
        login: "registrar".into(),
        name: "registrar".into(),
        title: None,
        department: InDepartment::Named("客服部".into()),
        roles: vec![entity::staff_role::Role::Registrar],
        password_hash: passwords::hash(&PASSWORD.to_owned().into()).unwrap(),
        password_temporary: false,
    };
    db.run(&system, &person).await.unwrap();
    db.close().await.unwrap();
}

/// From now on the peak is counted anew.
fn forget_peak(process: u32) {
    std::fs::write(format!("/proc/{process}/clear_refs"), "5").unwrap();
}

/// The most memory that a process has had since, in KiB.
fn peak(process: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}

/// HK-5.4.2: evidence of any size, a recording of hours above all.
#[test]
#[cfg(target_os = "linux")]
fn memory_stays_flat() {
    let database = TestDatabase::create(Backend::Sqlite).unwrap();
    let mut keys = Keys::new(&database.url);
    let size = pieces() * PIECE;
    keys.settings.push(("REDRESS_FILES__MAX_BYTES".to_owned(), size.to_string()));
    let config = Config::from_sources(None, keys.settings.iter().cloned().collect()).unwrap();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(prepare(&config));
    let served = Served::start(&keys);
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let ask = async |token: &str, query: &str, variables: Value| -> Value {
            let request = client.post(format!("http://{}/graphql", served.address)).bearer_auth(token);
            let request = if token.is_empty() { client.post(format!("http://{}/graphql", served.address)) } else { request };
            request.json(&json!({ "query": query, "variables": variables })).send().await.unwrap().json().await.unwrap()
        };
        let sign_in = format!("mutation {{ login(input: {{ login: \"registrar\", password: \"{PASSWORD}\" }}) {{ accessToken }} }}");
        let token = ask("", &sign_in, json!({})).await["data"]["login"]["accessToken"].as_str().unwrap().to_owned();
        let bring = async |pieces: usize| -> Value {
            let body = (0..pieces).map(|i| {
                let mut piece = vec![(i % 251) as u8; PIECE];
                if i == 0 {
                    piece[..8].copy_from_slice(b"%PDF-1.7");
                }
                Ok::<_, std::io::Error>(piece)
            });
            let request = client.post(format!("http://{}/files", served.address)).bearer_auth(&token);
            let request = request.header("content-disposition", "attachment; filename=\"a.pdf\"");
            let body = reqwest::Body::wrap_stream(futures_util::stream::iter(body));
            request.body(body).send().await.unwrap().json().await.unwrap()
        };
        // The idle server has taken small ones before.
        bring(4).await;
        forget_peak(served.child.id());
        let idle = peak(served.child.id());
        let brought = bring(pieces()).await;
        assert_eq!(brought["size"].as_u64(), Some(size as u64), "{brought:#}");
        let after = peak(served.child.id());
        println!("{size} bytes in: {} KiB above idle ({idle})", after.saturating_sub(idle));
        assert!(after.saturating_sub(idle) < 64 * 1024, "{} KiB above idle", after.saturating_sub(idle));

        let mut input = road::complaint();
        input["attachments"] = json!([brought["id"]]);
        let query = "mutation($input: RegisterCaseInput!) { registerCase(input: $input) { case { evidence { path sha256 } } } }";
        let registered = ask(&token, query, json!({ "input": input })).await;
        let item = &registered["data"]["registerCase"]["case"]["evidence"][0];
        assert_eq!(item["sha256"], brought["sha256"], "{registered:#}");
        let url = format!("http://{}{}", served.address, item["path"].as_str().unwrap());
        let mut answer = client.get(url).bearer_auth(&token).send().await.unwrap();
        let mut read = 0;
        while let Some(piece) = answer.chunk().await.unwrap() {
            read += piece.len();
        }
        assert_eq!(read, size);
        let after = peak(served.child.id());
        println!("{size} bytes out: {} KiB above idle", after.saturating_sub(idle));
        assert!(after.saturating_sub(idle) < 64 * 1024, "{} KiB above idle", after.saturating_sub(idle));
    });
}
