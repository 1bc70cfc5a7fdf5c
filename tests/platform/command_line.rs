//! The program as operators use it.

use crate::support::{Backend, TestDatabase};
use serde_json::{Value, json};
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// The program without any variable of this process that could be a setting.
pub fn program(settings: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_redress"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("REDRESS_")) {
        command.env_remove(name);
    }
    command.envs(settings.iter().copied());
    command
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// Keys in files, and the settings that name them.
pub struct Keys {
    _folder: TempDir,
    pub settings: Vec<(String, String)>,
}

impl Keys {
    pub fn new(database: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let pair = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
        let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()));
        let mut settings = vec![
            ("REDRESS_DATABASE__URL".to_owned(), database.to_owned()),
            ("REDRESS_SERVER__BIND".to_owned(), "127.0.0.1:0".to_owned()),
            ("REDRESS_FILES__FOLDER".to_owned(), folder.path().join("files").display().to_string()),
        ];
        for (name, content) in [
            ("SIGNING_KEY", pem.as_str()),
            ("KEY_ENCRYPTION_KEYS", "1:MTExMTExMTExMTExMTExMTExMTExMTExMTExMTExMTE=\n"),
            ("INDEX_KEY", "MjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjIyMjI=\n"),
        ] {
            let path = folder.path().join(name);
            fs::write(&path, content).unwrap();
            settings.push((format!("REDRESS_SECRETS__{name}_FILE"), path.display().to_string()));
        }
        Self { _folder: folder, settings }
    }

    pub fn program(&self) -> Command {
        let settings: Vec<_> = self.settings.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        program(&settings)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        self.program().args(arguments).output().unwrap()
    }
}

/// A server of its own process; killed when the test is over.
pub struct Served {
    pub child: Child,
    pub address: String,
    /// What it has written to its log.
    pub log: Arc<Mutex<Vec<String>>>,
}

impl Served {
    pub fn start(keys: &Keys) -> Self {
        let mut child = keys.program().arg("serve").stderr(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
        let address = lines
            .find_map(|line| {
                let event: Value = serde_json::from_str(&line.unwrap()).unwrap();
                event["address"].as_str().map(str::to_owned)
            })
            .expect("the server says where it serves");
        // Keep reading, so that the server never waits for its log.
        let log = Arc::<Mutex<Vec<String>>>::default();
        let kept = Arc::clone(&log);
        std::thread::spawn(move || lines.for_each(|line| kept.lock().unwrap().push(line.unwrap())));
        Self { child, address, log }
    }

    pub fn signal(&self, signal: &str) {
        Command::new("kill").args([signal, &self.child.id().to_string()]).status().unwrap();
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// SG-16.1: with a server that runs, an export verifies anywhere, and one that was changed does not.
fn the_audit_log_is_given_out_and_verified(keys: &Keys) {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    fs::write(path("keys"), keys.run(&["keys", "public"]).stdout).unwrap();
    let began = Instant::now();
    let exported = (0..).map(|n| path(&format!("log-{n}"))).find(|file| {
        std::thread::sleep(Duration::from_millis(300));
        assert!(began.elapsed() < Duration::from_secs(30), "nothing is sealed");
        text(&keys.run(&["audit", "export", file])).contains("and 0 events that are not sealed yet")
    });
    let file = exported.unwrap();
    let again = keys.run(&["audit", "export", &file]);
    assert!(!again.status.success() && text(&again).contains("exists"), "{}", text(&again));
    // No configuration is needed to verify.
    let verify = |file: &str, more: &[&str]| {
        let keys = path("keys");
        program(&[]).args([&["audit", "verify", file, "--keys", &keys], more].concat()).output().unwrap()
    };
    let held = verify(&file, &[]);
    assert!(held.status.success() && text(&held).contains(" holds"), "{}", text(&held));
    let log = fs::read_to_string(&file).unwrap();
    let head = log.lines().rfind(|line| line.starts_with("{\"root\"")).unwrap();
    fs::create_dir(path("heads")).unwrap();
    fs::write(path("heads/1.json"), head).unwrap();
    let held = verify(&file, &["--anchor", &path("heads")]);
    assert!(held.status.success() && text(&held).contains("1 of 1 heads"), "{}", text(&held));
    fs::write(path("changed"), log.replacen("STAFF_ADDED", "SIGNED_IN", 1)).unwrap();
    let changed = verify(&path("changed"), &[]);
    assert!(
        !changed.status.success() && text(&changed).contains("is not what was sealed at this place"),
        "{}",
        text(&changed)
    );
    let doctor = text(&keys.run(&["doctor"]));
    assert!(doctor.contains("ok    audit log") && doctor.contains("warn  audit anchors"), "{doctor}");
}

#[test]
fn serve_refuses_to_start_without_secrets_and_says_which() {
    let output = program(&[("REDRESS_SECRETS__INDEX_KEY", "x")]).arg("serve").output().unwrap();
    assert!(!output.status.success());
    let said = text(&output);
    for missing in ["database.url", "secrets.signing_key", "secrets.key_encryption_keys"] {
        assert!(said.contains(missing), "{said}");
    }
    assert!(!said.contains("index_key"), "{said}");
}

#[test]
fn bad_settings_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::new(&format!("sqlite://{}/x.db", folder.path().display()));
    for (name, value, complaint) in [
        ("REDRESS_SERVER__BINDD", "x", "bindd"),
        ("REDRESS_SERVER__WORKERS", "many", "workers"),
        ("REDRESS_DATABASE__URL", "mysql://x", "postgres://user:password@host/database"),
        ("REDRESS_DATABASE__URL", "postgres://me:se/cret9@127.0.0.1/x", "%2F"),
        ("REDRESS_SECRETS__KEY_ENCRYPTION_KEYS_FILE", "/nonexistent", "key_encryption_keys"),
        ("REDRESS_CONFIG", "/nonexistent.toml", "nonexistent"),
    ] {
        let output = keys.program().env(name, value).args(["migrate", "status"]).output().unwrap();
        assert!(!output.status.success() && text(&output).contains(complaint), "{name}: {}", text(&output));
        assert!(!text(&output).contains("cret9"), "{}", text(&output));
    }
    let broken = keys
        .program()
        .env("REDRESS_SECRETS__SIGNING_KEY", "not a key")
        .env_remove("REDRESS_SECRETS__SIGNING_KEY_FILE")
        .arg("serve")
        .output()
        .unwrap();
    assert!(text(&broken).contains("signing_key") && !text(&broken).contains("not a key"), "{}", text(&broken));
    for (name, value) in [("MAX_BYTES", "0"), ("CLAMD", "somewhere")] {
        let refused = keys.program().env(format!("REDRESS_FILES__{name}"), value).arg("serve").output().unwrap();
        assert!(!refused.status.success() && text(&refused).contains("files: "), "{name}: {}", text(&refused));
    }
}

fn from_nothing_to_a_login(backend: Backend) {
    let Some(database) = TestDatabase::create(backend) else { return };
    let keys = Keys::new(&database.url);
    let doctor = keys.run(&["doctor"]);
    assert!(!doctor.status.success() && text(&doctor).contains("redress migrate up"), "{}", text(&doctor));
    let migrated = keys.run(&["migrate", "up"]);
    assert!(migrated.status.success() && !text(&migrated).contains("pending"), "{}", text(&migrated));
    let doctor = keys.run(&["doctor"]);
    assert!(
        text(&doctor).contains("nobody is ADMIN") && text(&doctor).contains("redress profile publish"),
        "{}",
        text(&doctor)
    );

    let profile = Path::new(env!("CARGO_MANIFEST_DIR")).join("profiles/life-insurance.toml");
    let profile = profile.to_str().unwrap();
    assert!(keys.run(&["profile", "check", profile]).status.success());
    assert!(text(&keys.run(&["profile", "publish", profile])).contains("life-insurance version 1 from 2013-01-01"));
    assert!(!keys.run(&["profile", "publish", profile]).status.success());

    let added = keys.run(&["staff", "add", "root", "--name", "马超", "--department", "信息技术部", "--role", "admin"]);
    let password = text(&added).split("password: ").nth(1).expect("a password").trim().to_owned();
    assert!(
        !keys.run(&["staff", "add", "root", "--name", "x", "--department", "x", "--role", "ADMIN"]).status.success()
    );
    assert!(
        text(&keys.run(&["staff", "add", "x", "--name", "x", "--department", "x", "--role", "boss"]))
            .contains("SUPERVISOR")
    );
    let listed = text(&keys.run(&["staff", "list"]));
    assert!(listed.contains("root") && listed.contains("马超") && listed.contains("ADMIN"), "{listed}");
    let doctor = keys.run(&["doctor"]);
    assert!(doctor.status.success() && text(&doctor).contains("ok    files"), "{}", text(&doctor));
    let nowhere = keys.program().env("REDRESS_FILES__FOLDER", "/proc/nowhere").arg("doctor").output().unwrap();
    assert!(!nowhere.status.success() && text(&nowhere).contains("FAIL  files"), "{}", text(&nowhere));

    let served = Served::start(&keys);
    let login = |password: &str| -> Value {
        let query = "mutation($p: String!) { login(input: { login: \"root\", password: $p }) { staff { name } } }";
        let body = json!({ "query": query, "variables": { "p": password } });
        let url = format!("http://{}/graphql", served.address);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            reqwest::Client::new().post(url).json(&body).send().await.unwrap().json().await.unwrap()
        })
    };
    assert_eq!(login(&password)["data"]["login"]["staff"]["name"], "马超");
    the_audit_log_is_given_out_and_verified(&keys);
    let reset = text(&keys.run(&["staff", "reset-password", "root"]));
    assert_eq!(login(&password)["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    let password = reset.split("password: ").nth(1).unwrap().trim().to_owned();
    assert_eq!(login(&password)["data"]["login"]["staff"]["name"], "马超");
    the_only_administrator_loses_the_second_factor(&keys, &served, &password);
    assert_eq!(login(&password)["data"]["login"]["staff"]["name"], "马超");
    let last = keys.run(&["staff", "disable", "root"]);
    assert!(!last.status.success() && text(&last).contains("last administrator"), "{}", text(&last));
    let another = ["staff", "add", "other", "--name", "马岱", "--department", "信息技术部", "--role", "ADMIN"];
    assert!(keys.run(&another).status.success());
    assert!(keys.run(&["staff", "disable", "root"]).status.success());
    assert_eq!(login(&password)["errors"][0]["extensions"]["code"], "UNAUTHENTICATED");
    assert!(!keys.run(&["staff", "disable", "nobody"]).status.success());
}

/// Nobody else could help the last administrator.
fn the_only_administrator_loses_the_second_factor(keys: &Keys, served: &Served, password: &str) {
    let none = keys.run(&["staff", "reset-second-factor", "root"]);
    assert!(!none.status.success() && text(&none).contains("no second factor"), "{}", text(&none));
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let ask = |token: &str, query: &str, input: Value| -> Value {
        let request = reqwest::Client::new().post(format!("http://{}/graphql", served.address));
        let body = json!({ "query": query, "variables": { "input": input } });
        let request = if token.is_empty() { request } else { request.bearer_auth(token) };
        runtime.block_on(async { request.json(&body).send().await.unwrap().json().await.unwrap() })
    };
    let sign_in =
        "mutation($input: LoginInput!) { login(input: $input) { accessToken staff { name } refusals { code } } }";
    let root = json!({ "login": "root", "password": password });
    let session = ask("", sign_in, root.clone());
    let token = session["data"]["login"]["accessToken"].as_str().unwrap();
    let enrol = "mutation($input: EnrolSecondFactorInput!) { enrolSecondFactor(input: $input) { enrolment { uri } } }";
    let enrolled = ask(token, enrol, json!({ "password": password }));
    let totp = totp_rs::Totp::from_url(enrolled["data"]["enrolSecondFactor"]["enrolment"]["uri"].as_str().unwrap());
    let now = std::time::UNIX_EPOCH.elapsed().unwrap().as_secs();
    let code = totp.unwrap().generate(now).to_string();
    let confirm = "mutation($input: ConfirmSecondFactorInput!) { confirmSecondFactor(input: $input) { refusals { code } recovery { codes } } }";
    let confirmed = ask(token, confirm, json!({ "code": code }));
    assert_eq!(confirmed["data"]["confirmSecondFactor"]["refusals"], json!([]), "{confirmed:#}");
    let refused = ask("", sign_in, root.clone());
    assert_eq!(refused["data"]["login"]["refusals"], json!([{ "code": "SECOND_FACTOR_REQUIRED" }]), "{refused:#}");
    let reset = keys.run(&["staff", "reset-second-factor", "root"]);
    assert!(reset.status.success(), "{}", text(&reset));
    assert!(!keys.run(&["staff", "reset-second-factor", "nobody"]).status.success());
}

#[test]
fn from_nothing_to_a_login_sqlite() {
    from_nothing_to_a_login(Backend::Sqlite);
}

#[test]
fn from_nothing_to_a_login_postgres() {
    from_nothing_to_a_login(Backend::Postgres);
}

#[test]
fn the_schema_needs_no_settings() {
    let output = program(&[]).arg("schema").output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap(), include_str!("../../schema.graphql"));
}

#[test]
fn a_server_that_is_told_to_stop_stops() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::new(&format!("sqlite://{}/x.db", folder.path().display()));
    let mut served = Served::start(&keys);
    let began = Instant::now();
    served.signal("-TERM");
    let status = served.child.wait().unwrap();
    assert!(status.success(), "{status}");
    assert!(began.elapsed() < Duration::from_secs(15));
}

/// Each event is one line of JSON with the request's id; nothing that callers send makes another line, or stands in one.
#[test]
fn nobody_forges_a_line_of_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::new(&format!("sqlite://{}/x.db", folder.path().display()));
    let served = Served::start(&keys);
    let forged = "x\n{\"level\":\"ERROR\",\"forged\":1}\u{1b}[31m\u{0}";
    let runtime = tokio::runtime::Runtime::new().unwrap();
    runtime.block_on(async {
        let client = reqwest::Client::new();
        let url = format!("http://{}/graphql", served.address);
        let query = "mutation($l: String!) { login(input: { login: $l, password: \"13812345678 is no password\" }) { expiresAt } }";
        for body in [
            json!({ "query": query, "variables": { "l": forged } }),
            json!({ "query": forged }),
            json!({ "query": "{ a }", "operationName": forged }),
        ] {
            client.post(&url).header("x-request-id", "forged-id").json(&body).send().await.unwrap();
        }
        let strange = format!("http://{}/x%0A%7B%22forged%22:1%7D%1B%00", served.address);
        client.get(strange).header("user-agent", "13812345678").send().await.unwrap();
    });
    std::thread::sleep(Duration::from_millis(300));
    let log = served.log.lock().unwrap().clone();
    assert!(log.len() >= 4, "{log:?}");
    for line in &log {
        let event: Value = serde_json::from_str(line).unwrap_or_else(|_| panic!("{line}"));
        assert!(event["level"].is_string() && event.get("forged").is_none(), "{line}");
        assert!(!line.contains("13812345678") && !line.contains("no password"), "{line}");
        assert!(!line.chars().any(char::is_control), "{line}");
    }
    let failed = log.iter().find(|line| line.contains("signing in failed")).unwrap();
    let event: Value = serde_json::from_str(failed).unwrap();
    assert_eq!(event["span"]["request_id"], "forged-id");
}

/// Starts a demo and gives what it prints up to its last line.
fn demo(folder: &Path, more: &[&str]) -> (Child, String) {
    let mut child =
        program(&[]).arg("demo").arg("--dir").arg(folder).args(more).stdout(Stdio::piped()).spawn().unwrap();
    let mut said = String::new();
    for line in BufReader::new(child.stdout.take().unwrap()).lines() {
        said += &(line.unwrap() + "\n");
        if said.contains("Ctrl-C") {
            break;
        }
    }
    (child, said)
}

/// The address after a word that a demo prints, such as `endpoint`.
fn address<'a>(said: &'a str, word: &str) -> &'a str {
    said.lines().find_map(|line| line.trim().strip_prefix(word)).unwrap().trim()
}

/// The page at `/`, packed and plain: the browser is told to fetch nothing, and nothing in it asks for more.
fn explorer_loads_nothing_from_elsewhere(url: &str) {
    let get = |encoding: &str| {
        tokio::runtime::Runtime::new().unwrap().block_on(async {
            let response = reqwest::Client::new().get(url).header("accept-encoding", encoding).send().await.unwrap();
            (response.status(), response.headers().clone(), response.bytes().await.unwrap())
        })
    };
    let (status, headers, page) = get("identity");
    assert_eq!((status.as_u16(), headers["content-type"].to_str().unwrap()), (200, "text/html; charset=utf-8"));
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("connect-src 'self'"), "{policy}");
    let page = std::str::from_utf8(&page).unwrap();
    assert!(page.contains("<title>redress</title>"));
    for loads in ["<script src=", "<link rel=\"stylesheet\""] {
        assert!(!page.contains(loads), "{loads}");
    }
    let (_, headers, packed) = get("gzip");
    assert_eq!(headers["content-encoding"], "gzip");
    assert!(packed.len() < page.len());
}

#[test]
fn a_demo_can_be_tried_keeps_its_data_and_starts_over() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("演示 demo");
    let ask = |said: &str, query: &str| -> Value {
        let url = address(said, "endpoint");
        let runtime = tokio::runtime::Runtime::new().unwrap();
        runtime.block_on(async {
            let client = reqwest::Client::new();
            let login = said.lines().find(|line| line.contains("mutation { login")).unwrap().trim().to_owned();
            let answer: Value =
                client.post(url).json(&json!({ "query": login })).send().await.unwrap().json().await.unwrap();
            let token = answer["data"]["login"]["accessToken"].as_str().unwrap().to_owned();
            client
                .post(url)
                .bearer_auth(token)
                .json(&json!({ "query": query }))
                .send()
                .await
                .unwrap()
                .json()
                .await
                .unwrap()
        })
    };
    let stop = |mut child: Child| {
        child.kill().unwrap();
        child.wait().unwrap();
    };
    let states = "{ all: cases { totalCount } overdue: cases(filter: { overdue: true }) { totalCount } states: cases(first: 100) { edges { node { state } } } }";

    let (child, said) = demo(&dir, &[]);
    let answer = ask(&said, states);
    let total = answer["data"]["all"]["totalCount"].as_i64().unwrap();
    assert!(total >= 40, "{answer}");
    assert!(answer["data"]["overdue"]["totalCount"].as_i64().unwrap() >= 3);
    let reached: std::collections::BTreeSet<_> = answer["data"]["states"]["edges"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edge| edge["node"]["state"].as_str().unwrap())
        .collect();
    assert_eq!(reached.len(), 9, "{reached:?}");
    let query = said.lines().find(|line| line.contains("{ cases(")).unwrap();
    assert!(ask(&said, query)["data"]["cases"]["totalCount"].as_i64().unwrap() >= 3, "the query to paste works");
    explorer_loads_nothing_from_elsewhere(address(&said, "explorer"));
    // A second demo finds the port taken and serves on another one.
    let (other, other_said) = demo(
        &folder.path().join("other"),
        &["--port", said.split("endpoint  http://127.0.0.1:").nth(1).unwrap().split('/').next().unwrap()],
    );
    assert_eq!(ask(&other_said, states)["data"]["all"]["totalCount"], total);
    stop(other);
    let register = "mutation { registerCase(input: { idempotencyKey: \"k\", channel: \"PHONE\", summary: \"新的投诉\", complainantName: \"张三\", relation: ONESELF, phone: \"13800000000\", contractNumber: \"HK1\", policyholderName: \"张三\", insuredName: \"张三\", callForm: { callerNumber: \"13800000000\", receiver: \"周敏\" } }) { case { number } } }";
    assert!(ask(&said, register)["data"]["registerCase"]["case"]["number"].is_string());
    stop(child);

    let (child, said) = demo(&dir, &[]);
    assert_eq!(ask(&said, states)["data"]["all"]["totalCount"], total + 1, "a second start keeps the data");
    stop(child);
    let (child, said) = demo(&dir, &["--fresh"]);
    assert_eq!(ask(&said, states)["data"]["all"]["totalCount"], total, "--fresh starts over");
    stop(child);
}

#[test]
fn past_decisions_are_worked_out_again() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::new(&format!("sqlite://{}/x.db", folder.path().display()));
    let early = keys.run(&["approvals", "replay", "--all"]);
    assert!(!early.status.success() && text(&early).contains("redress migrate up"), "{}", text(&early));
    assert!(keys.run(&["migrate", "up"]).status.success());
    let nothing = keys.run(&["approvals", "replay", "--all"]);
    assert!(nothing.status.success() && text(&nothing).contains("0 identical, 0 different"), "{}", text(&nothing));
}

/// SG-13.3: what is filed can be checked, and made searchable, where the server runs.
#[test]
fn the_archive_is_verified_and_indexed() {
    let folder = tempfile::tempdir().unwrap();
    let keys = Keys::new(&format!("sqlite://{}/x.db", folder.path().display()));
    assert!(!keys.run(&["archive", "verify"]).status.success(), "there is no database yet");
    assert!(keys.run(&["migrate", "up"]).status.success());
    for (command, said) in [("verify", "0 files are as they were filed"), ("index", "0 files were indexed")] {
        let output = keys.run(&["archive", command]);
        assert!(output.status.success() && text(&output).contains(said), "{}", text(&output));
    }
}
