//! The log over the audit trail: sealed, signed, proved, exported and verified (SG-16.1, SEC-6).

use crate::support::outside::{Does, Hook};
use crate::support::{Backend, World, road, scenario};
use aws_lc_rs::signature::Ed25519KeyPair;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::TimeDelta;
use redress::app::App;
use redress::audit::export::export;
use redress::audit::head::TreeHead;
use redress::audit::metrics::AuditMetrics;
use redress::audit::service::seal_events::seal_events;
use redress::audit::tree::{Hash, hash_of, leaf_hash};
use redress::audit::verify::{Fault, Verified, heads, verify};
use redress::audit::{RecordDenial, store};
use redress::platform::access::{Actor, Permission};
use redress::platform::clock::Clock;
use redress::platform::config::{AnchorConfig, Config};
use redress::platform::error::Result;
use redress::platform::files::Place;
use redress::platform::outlets::WebhookConfig;
use redress::platform::signing::{NotSigned, PublicKeys, ServerKeys};
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, Statement, TransactionTrait};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use tlog_tiles::{check_record, check_tree};

fn system() -> Actor {
    Actor::system("test")
}

async fn seal_with(world: &World, keys: &ServerKeys) -> Result<u64> {
    seal_events(&world.db, &system(), keys, &AuditMetrics::default()).await
}

async fn seal(world: &World) -> u64 {
    seal_with(world, &world.app.keys).await.unwrap()
}

/// The log as it is exported over a connection or in a transaction.
async fn exported<C: ConnectionTrait>(db: &C) -> Vec<u8> {
    let mut file = Vec::new();
    export(db, &mut file).await.unwrap();
    file
}

async fn log_of(world: &World) -> Vec<u8> {
    exported(world.db.read(&system())).await
}

async fn last_head(world: &World) -> TreeHead {
    TreeHead::of(&store::last_head(world.db.read(&system())).await.unwrap().unwrap()).unwrap()
}

/// Somebody with the database in their hands.
async fn attacker(world: &World) -> DatabaseConnection {
    world.tampered_with();
    Database::connect(world.config.database.url.expose_secret()).await.unwrap()
}

/// Takes the triggers away that keep tables append-only, and the one that lets events wait.
async fn without_triggers<C: ConnectionTrait>(db: &C, backend: Backend) {
    let tables = ["audit_events", "audit_leaves", "audit_hashes", "audit_tree_heads"];
    for table in tables {
        if backend == Backend::Postgres {
            db.execute_unprepared(&format!("ALTER TABLE {table} DISABLE TRIGGER USER")).await.unwrap();
            continue;
        }
        for act in ["update", "delete"] {
            db.execute_unprepared(&format!("DROP TRIGGER IF EXISTS {table}_no_{act}")).await.unwrap();
        }
    }
    if backend == Backend::Sqlite {
        db.execute_unprepared("DROP TRIGGER IF EXISTS audit_events_await_sealing").await.unwrap();
    }
}

/// A world with a few heads; gives all of them.
async fn sealed_world(world: &World) -> Vec<TreeHead> {
    let mut heads = Vec::new();
    for round in 0..4 {
        let mut case = road::registered(world).await;
        if round > 0 {
            case.allocate(world, "handler").await;
        }
        seal(world).await;
        heads.push(last_head(world).await);
    }
    heads
}

fn event(index: u64) -> String {
    format!("id = (SELECT event_id FROM audit_leaves WHERE leaf_index = {index})")
}

/// Whether this is the fault that an attack leaves.
type Expected = Box<dyn Fn(&Fault) -> bool + Send>;

scenario! {
    /// SG-16.1 SEC-6: whoever has the database and drops its triggers is found out, against the last anchored head, with the place.
    async fn every_attack_is_found_with_its_place(world) {
        let heads = sealed_world(world).await;
        let (size, second) = (heads[3].size, heads[1].size);
        let keys = world.app.keys.public();
        let log = log_of(world).await;
        let held = verify(&*log, keys, heads.clone()).unwrap();
        let expected = Verified { size, root: heads[3].root.clone(), heads: 4, signed_at: Some(heads[3].timestamp), anchored: 4, ..Verified::default() };
        assert_eq!(held, expected);

        let raw = attacker(world).await;
        let changed = |index: u64| move |fault: &Fault| matches!(fault, Fault::Changed { index: at, .. } if *at == index);
        let removed = |index: u64| move |fault: &Fault| matches!(fault, Fault::Removed { index: at, .. } if *at == index);
        let at = second + 1;
        let (zero, other) = match world.backend {
            Backend::Sqlite => ("zeroblob(32)", "zeroblob(16)"),
            Backend::Postgres => ("decode(repeat('00', 32), 'hex')", "'00000000-0000-0000-0000-000000000000'"),
        };
        let later = if world.backend == Backend::Sqlite { "strftime('%Y-%m-%d %H:%M:%S+00:00', '2020-01-01')" } else { "'2020-01-01Z'" };
        let mut attacks: Vec<(String, Expected)> = Vec::new();
        // Edit each column; back-date.
        for set in [
            "action = 'APPROVAL_DECIDED'", "action = 'NONSENSE'", "actor_roles = 'ADMIN'", "system_reason = 'x'", "subject_type = 'x'",
            "actor_id = NULL", "before = '{\"x\":1}'", "after = '{\"x\":1}'", "reason_sealed = 'x'", "request_id = 'x'",
            &format!("case_id = {other}"), &format!("subject_id = {other}"), &format!("occurred_at = {later}"),
        ] {
            attacks.push((format!("UPDATE audit_events SET {set} WHERE {}", event(at)), Box::new(changed(at))));
        }
        // What is no JSON any more is no event any more.
        if world.backend == Backend::Sqlite {
            attacks.push((format!("UPDATE audit_events SET after = '{{' WHERE {}", event(at)), Box::new(removed(at))));
        }
        // Delete: the event, with its leaf, with its hash.
        attacks.push((format!("DELETE FROM audit_events WHERE {}", event(at)), Box::new(removed(at))));
        attacks.push((format!("DELETE FROM audit_events WHERE {}; DELETE FROM audit_leaves WHERE leaf_index = {at}", event(at)), Box::new(removed(at))));
        attacks.push((format!("UPDATE audit_events SET id = {other} WHERE {}", event(at)), Box::new(removed(at))));
        // Insert: past the log, and into it with all leaves after it moved.
        let columns = "occurred_at, action, actor_id, system_reason, actor_roles, subject_type, subject_id, case_id, before, after, reason_sealed, request_id";
        let copy = format!("INSERT INTO audit_events (id, {columns}) SELECT {other}, {columns} FROM audit_events WHERE {}", event(at));
        attacks.push((copy.clone(), Box::new(|fault| matches!(fault, Fault::PutIn { .. }))));
        attacks.push((format!(
            "{copy}; UPDATE audit_leaves SET leaf_index = leaf_index + 1001 WHERE leaf_index >= {at}; UPDATE audit_leaves SET leaf_index = leaf_index - 1000 WHERE leaf_index > 1000;
             INSERT INTO audit_leaves (leaf_index, event_id) VALUES ({at}, {other})"
        ), Box::new(changed(at))));
        // Reorder.
        attacks.push((format!(
            "UPDATE audit_leaves SET leaf_index = -1 WHERE leaf_index = {at}; UPDATE audit_leaves SET leaf_index = {at} WHERE leaf_index = {at} + 1;
             UPDATE audit_leaves SET leaf_index = {at} + 1 WHERE leaf_index = -1"
        ), Box::new(changed(at))));
        // Cut the tail off, with everything that tells of it.
        let hashes = redress::audit::tree::hash_count(second);
        attacks.push((format!(
            "DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_leaves WHERE leaf_index >= {second}); DELETE FROM audit_leaves WHERE leaf_index >= {second};
             DELETE FROM audit_hashes WHERE position >= {hashes}; DELETE FROM audit_tree_heads WHERE size > {second}"
        ), Box::new(move |fault| *fault == Fault::Truncated { size: second, anchored: size })));
        // The log's own tables alone.
        let leaf = tlog_tiles::stored_hash_index(0, at);
        attacks.push((format!("UPDATE audit_hashes SET hash = {zero} WHERE position = {leaf}"), Box::new(move |fault| matches!(fault, Fault::Hash { index, .. } if *index == at))));
        attacks.push((format!("DELETE FROM audit_hashes WHERE position = {leaf}"), Box::new(move |fault| matches!(fault, Fault::Hash { index, .. } if *index == at))));
        let third = heads[2].size;
        attacks.push((format!("UPDATE audit_tree_heads SET root = {zero} WHERE size = {third}"), Box::new(move |fault| matches!(fault, Fault::Root { size, .. } if *size == third))));
        attacks.push((format!("UPDATE audit_tree_heads SET signature = key_id WHERE size = {third}"), Box::new(move |fault| *fault == Fault::Head { size: third, why: NotSigned::DoesNotFit })));
        attacks.push((format!("UPDATE audit_tree_heads SET key_id = 'x' WHERE size = {third}"), Box::new(move |fault| *fault == Fault::Head { size: third, why: NotSigned::UnknownKey })));
        attacks.push((format!("UPDATE audit_tree_heads SET signed_at = {later} WHERE size = {third}"), Box::new(move |fault| *fault == Fault::Order { size: third })));
        for (attack, expected) in attacks {
            let tx = raw.begin().await.unwrap();
            without_triggers(&tx, world.backend).await;
            tx.execute_unprepared(&attack).await.unwrap();
            let log = exported(&tx).await;
            tx.rollback().await.unwrap();
            let fault = verify(&*log, keys, heads.clone()).expect_err(&attack);
            assert!(expected(&fault), "{attack}: {fault}");
            // Only who cuts the tail off leaves no trace for who has no anchored head.
            assert_eq!(verify(&*log, keys, Vec::new()).is_ok(), matches!(fault, Fault::Truncated { .. }), "{attack}");
        }
        assert_eq!(log_of(world).await, log, "everything was undone");
        raw.close().await.unwrap();
    }
}

scenario! {
    /// SG-16.1: what is written anew with another key is not trusted; what is written anew with the server's own key is not what was
    /// anchored.
    async fn a_log_written_anew_is_found(world) {
        let heads = sealed_world(world).await;
        let (size, at) = (heads[3].size, heads[1].size + 1);
        let trusted = world.app.keys.public();
        let raw = attacker(world).await;
        without_triggers(&raw, world.backend).await;
        let rewrite = format!(
            "UPDATE audit_events SET actor_roles = 'ADMIN' WHERE {}; DELETE FROM audit_leaves; DELETE FROM audit_hashes; DELETE FROM audit_tree_heads;
             INSERT INTO audit_pending (event_id) SELECT id FROM audit_events", event(at)
        );
        raw.execute_unprepared(&rewrite).await.unwrap();
        let pair = Ed25519KeyPair::generate().unwrap();
        let theirs = pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()));
        let theirs = ServerKeys::parse(&theirs.into()).unwrap();
        assert_eq!(seal_with(world, &theirs).await.unwrap(), size);
        let log = log_of(world).await;
        let (from, to) = (heads[1].size, heads[2].size - 1);
        assert_eq!(verify(&*log, trusted, Vec::new()), Err(Fault::Head { size, why: NotSigned::UnknownKey }));
        assert_eq!(verify(&*log, trusted, heads.clone()), Err(Fault::Anchor { from, to }));
        // By themselves they fit.
        assert_eq!(verify(&*log, theirs.public(), Vec::new()).unwrap().size, size);
        // The server's keys in the hands of whoever writes anew: only the heads outside tell, and between which of them.
        raw.execute_unprepared("DELETE FROM audit_leaves; DELETE FROM audit_hashes; DELETE FROM audit_tree_heads; INSERT INTO audit_pending (event_id) SELECT id FROM audit_events").await.unwrap();
        seal(world).await;
        let log = log_of(world).await;
        assert_eq!(verify(&*log, trusted, Vec::new()).unwrap().size, size);
        assert_eq!(verify(&*log, trusted, heads), Err(Fault::Anchor { from, to }));
        raw.close().await.unwrap();
    }
}

scenario! {
    /// Nothing is forgotten and nothing waits: late commits, clocks that go back, several servers, a crash in between.
    async fn events_are_sealed_once_and_none_is_forgotten(world) {
        assert!(seal(world).await > 20);
        assert_eq!(seal(world).await, 0);
        let before = last_head(world).await;
        // A server whose clock is an hour behind: its event sorts before what is sealed, and gets a later leaf.
        let actor = world.actor("handler", &[entity::staff_role::Role::Handler]).await;
        let behind = world.db.at(Clock::standing_at(world.clock.now() - TimeDelta::hours(1)));
        behind.run(&actor, &RecordDenial { permission: Permission::CaseAllocate }).await.unwrap();
        assert_eq!(seal(world).await, 1);
        let head = last_head(world).await;
        assert_eq!((head.size, head.timestamp), (before.size + 1, before.timestamp));
        let held = verify(&*log_of(world).await, world.app.keys.public(), vec![before.clone()]).unwrap();
        assert_eq!((held.late, held.first_late.map(|(index, _)| index)), (1, Some(before.size)));
        // Clock set back for everybody: heads do not get older.
        world.clock.set(world.clock.now() - TimeDelta::minutes(5));
        // Writers and five servers that seal, all at once.
        let writers = (0..40).map(|_| {
            let (db, actor) = (world.db.clone(), actor.clone());
            tokio::spawn(async move { db.run(&actor, &RecordDenial { permission: Permission::CaseAllocate }).await })
        });
        let sealers = (0..5).map(|_| {
            let (db, keys) = (world.db.clone(), std::sync::Arc::clone(&world.app.keys));
            tokio::spawn(async move { seal_events(&db, &system(), &keys, &AuditMetrics::default()).await.unwrap_or_default() })
        });
        let sealers: Vec<_> = sealers.collect();
        for writer in writers.collect::<Vec<_>>() {
            writer.await.unwrap().unwrap();
        }
        let mut sealed = 0;
        for sealer in sealers {
            sealed += sealer.await.unwrap();
        }
        sealed += seal(world).await;
        assert_eq!(sealed, 40);
        let held = verify(&*log_of(world).await, world.app.keys.public(), vec![before, head]).unwrap();
        assert_eq!((held.waiting, held.anchored), (0, 2));
        // An event that waits is told of and does no harm; one that was removed while it waited is missed.
        behind.run(&actor, &RecordDenial { permission: Permission::CaseAllocate }).await.unwrap();
        assert_eq!(verify(&*log_of(world).await, world.app.keys.public(), Vec::new()).unwrap().waiting, 1);
        let raw = attacker(world).await;
        without_triggers(&raw, world.backend).await;
        raw.execute_unprepared("DELETE FROM audit_events WHERE id IN (SELECT event_id FROM audit_pending)").await.unwrap();
        assert!(seal_with(world, &world.app.keys).await.unwrap_err().summary().contains("1 events were removed"));
        // The sealer builds on nothing that is not what was signed.
        raw.execute_unprepared("DELETE FROM audit_pending").await.unwrap();
        world.db.run(&actor, &RecordDenial { permission: Permission::CaseAllocate }).await.unwrap();
        raw.execute_unprepared("INSERT INTO audit_pending (event_id) SELECT id FROM audit_events WHERE id NOT IN (SELECT event_id FROM audit_leaves)").await.unwrap();
        let head = last_head(world).await;
        let edge = redress::audit::tree::Edge::positions(head.size);
        let swap = format!("UPDATE audit_hashes SET hash = (SELECT hash FROM audit_hashes WHERE position = 1) WHERE position = {}", edge[0]);
        raw.execute_unprepared(&swap).await.unwrap();
        assert!(seal_with(world, &world.app.keys).await.unwrap_err().summary().contains("nothing more is sealed"));
        raw.close().await.unwrap();
    }
}

const PROOF: &str = "query($id: ID!, $size: Int) { auditProof(eventId: $id, size: $size) { leafIndex leaf leafHash path
    event { id action leafIndex } head { size root signedAt keyId signature line } } }";
const CONSISTENCY: &str = "query($from: Int!, $to: Int) { auditConsistency(from: $from, to: $to) { path from { size root } to { size root } } }";

fn hash(text: &Value) -> Hash {
    let text = text.as_str().unwrap();
    let bytes: Vec<u8> =
        (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect();
    hash_of(&bytes).unwrap()
}

fn path(proof: &Value) -> Vec<Hash> {
    proof["path"].as_array().unwrap().iter().map(hash).collect()
}

scenario! {
    /// SEC-6: an auditor who kept a head proves alone that an event is in the log, and that the log only grew. A proof is as long as the
    /// tree is high, and takes as many statements whatever its size.
    async fn auditors_get_proofs(world) {
        let heads = sealed_world(world).await;
        let ask = async |query: &str, variables: Value| world.ask("auditor", query, variables).await;
        let events = ask("{ auditEvents(first: 100) { edges { node { id leafIndex } } } }", json!({})).await;
        let events = events.at("/auditEvents/edges").as_array().unwrap().clone();
        // The sign-in of the auditor is not sealed yet.
        let (waiting, sealed): (Vec<_>, Vec<_>) = events.iter().partition(|edge| edge["node"]["leafIndex"].is_null());
        assert_eq!((waiting.len(), sealed.len() as u64), (1, heads[3].size));
        let log = log_of(world).await;
        let keys = world.app.keys.public();
        assert_eq!(verify(&*log, keys, heads.clone()).unwrap().waiting, 1);
        let mut cheapest = Vec::new();
        for size in [Some(heads[1].size), None] {
            let mut statements = u64::MAX;
            for edge in &sealed {
                let id = &edge["node"]["id"];
                let before = world.app.statements.count();
                let answer = ask(PROOF, json!({ "id": id, "size": size })).await;
                let proof = answer.at("/auditProof");
                let index = edge["node"]["leafIndex"].as_u64().unwrap();
                if size.is_some_and(|size| size <= index) {
                    assert!(proof.is_null());
                    continue;
                }
                statements = statements.min(world.app.statements.count() - before);
                assert_eq!((&proof["event"]["id"], &proof["leafIndex"]), (id, &json!(index)));
                let head: TreeHead = serde_json::from_str(proof["head"]["line"].as_str().unwrap()).unwrap();
                head.verify(keys).unwrap();
                assert_eq!((head.size, json!(head.root)), (size.unwrap_or(heads[3].size), proof["head"]["root"].clone()));
                let leaf = leaf_hash(proof["leaf"].as_str().unwrap().as_bytes());
                assert_eq!(leaf, hash(&proof["leafHash"]));
                assert!(path(proof).len() <= head.size.next_power_of_two().ilog2() as usize);
                check_record(&path(proof), head.size, hash(&proof["head"]["root"]), index, leaf).unwrap();
                assert!(log.windows(proof["leaf"].as_str().unwrap().len()).any(|window| window == proof["leaf"].as_str().unwrap().as_bytes()));
            }
            cheapest.push(statements);
        }
        assert!(cheapest[0] == cheapest[1] && cheapest[0] <= 7, "{cheapest:?}");
        for from in &heads {
            for to in heads.iter().filter(|to| to.size >= from.size) {
                let answer = ask(CONSISTENCY, json!({ "from": from.size, "to": to.size })).await;
                let proof = answer.at("/auditConsistency");
                check_tree(&path(proof), to.size, hash(&proof["to"]["root"]), from.size, hash(&proof["from"]["root"])).unwrap();
                assert_eq!(proof["from"]["root"], json!(from.root));
            }
        }
        for (query, variables) in [
            (PROOF, json!({ "id": waiting[0]["node"]["id"] })),
            (PROOF, json!({ "id": redress::platform::ids::global_of("AuditEvent", uuid::Uuid::from_u128(1)).0 })),
            (PROOF, json!({ "id": sealed[0]["node"]["id"], "size": heads[3].size + 1 })),
            (CONSISTENCY, json!({ "from": heads[1].size, "to": heads[0].size })),
            (CONSISTENCY, json!({ "from": 0 })),
        ] {
            assert!(ask(query, variables.clone()).await.at("").as_object().unwrap().values().all(Value::is_null), "{variables}");
        }
        let newest = ask("{ auditTreeHead { size root line } }", json!({})).await;
        assert_eq!(newest.number("/auditTreeHead/size"), heads[3].size as i64);
        for who in ["handler", "manager", "archivist", "admin"] {
            for query in ["{ auditTreeHead { size } }", "{ auditConsistency(from: 1) { path } }", "{ auditProof(eventId: \"QXVkaXRFdmVudDowMTkwMDAwMDAwMDA3MDAwODAwMDAwMDAwMDAwMDAwMA\") { path } }"] {
                assert_eq!(world.ask(who, query, json!({})).await.error_code(), "FORBIDDEN", "{who} {query}");
            }
        }
        // What does not hold is not given out.
        let raw = attacker(world).await;
        without_triggers(&raw, world.backend).await;
        raw.execute_unprepared(&format!("UPDATE audit_events SET request_id = 'x' WHERE {}", event(3))).await.unwrap();
        let id = sealed.iter().find(|edge| edge["node"]["leafIndex"] == 3).unwrap()["node"]["id"].clone();
        assert_eq!(ask(PROOF, json!({ "id": id })).await.error_code(), "INTERNAL");
        raw.close().await.unwrap();
    }
}

scenario! {
    /// The file itself: whatever line is left out, moved or changed, and wherever it is cut off, it does not hold.
    async fn a_file_that_was_tampered_with_does_not_hold(world) {
        sealed_world(world).await;
        let keys: PublicKeys = world.app.keys.public().clone();
        let log = log_of(world).await;
        let holds = |log: &[u8]| verify(log, &keys, Vec::new()).is_ok();
        assert!(holds(&log));
        let lines: Vec<&[u8]> = log.split_inclusive(|byte| *byte == b'\n').collect();
        for at in 0..lines.len() {
            let without = [&lines[..at], &lines[at + 1..]].concat().concat();
            assert!(!holds(&without), "without line {}", at + 1);
            let twice = [&lines[..=at], &lines[at..]].concat().concat();
            assert!(!holds(&twice), "line {} twice", at + 1);
            if at > 0 {
                let mut swapped = lines.clone();
                swapped.swap(at - 1, at);
                assert!(!holds(&swapped.concat()), "line {} before the one before it", at + 1);
            }
        }
        for at in (0..log.len() - 1).step_by(61) {
            let mut flipped = log.clone();
            flipped[at] ^= 1;
            assert!(!holds(&flipped), "byte {at}");
            assert!(!holds(&log[..at]), "cut off at {at}");
        }
        assert!(!holds(b""));
    }
}

/// A server that has these anchors.
fn anchored(world: &World, configure: impl FnOnce(&mut Config)) -> App {
    let mut config = world.config.clone();
    configure(&mut config);
    App::new(&config, world.clock.clone()).unwrap()
}

/// Two minutes later its job hands heads over; true when all took what there was.
async fn hand_over(world: &World, app: &App) -> bool {
    world.clock.set(world.clock.now() + TimeDelta::minutes(2));
    let job = app.jobs().iter().find(|job| job.name == "anchor-audit-heads").unwrap();
    job.run(&world.db, app.job_metrics()).await.is_ok()
}

async fn progress(world: &World) -> Vec<(String, i64, Option<String>)> {
    let mut rows = store::anchors(world.db.read(&system())).await.unwrap();
    rows.sort_by(|one, other| one.name.cmp(&other.name));
    rows.into_iter().map(|row| (row.name, row.size, row.problem)).collect()
}

scenario! {
    /// Heads go to a folder, a webhook and another database; an anchor that fails keeps neither the others nor anybody who writes, and
    /// is tried again. What they keep verifies the log, and tells when the log is another.
    async fn heads_are_anchored_outside(world) {
        let folder = tempfile::tempdir().unwrap();
        let other = tempfile::tempdir().unwrap();
        let url = format!("sqlite://{}?mode=rwc", other.path().join("heads.db").display());
        let there = Database::connect(&url).await.unwrap();
        let hook = Hook::start().await;
        hook.will([Does::Answers(500)]);
        let secret = format!("whsec_{}", STANDARD.encode([7; 32]));
        let app = anchored(world, |config| {
            let anchors = &mut config.audit.anchors;
            anchors.insert("folder".to_owned(), AnchorConfig::Store(Place::Folder(folder.path().to_owned())));
            anchors.insert("hook".to_owned(), AnchorConfig::Webhook(WebhookConfig { url: hook.url.clone(), secret: secret.into() }));
            anchors.insert("other".to_owned(), AnchorConfig::Database(url.clone().into()));
        });
        // Nothing to hand over yet.
        assert!(hand_over(world, &app).await);
        assert!(progress(world).await.is_empty());
        road::registered(world).await;
        seal(world).await;
        let first = last_head(world).await;
        // The webhook fails, and the other database has no table.
        assert!(!hand_over(world, &app).await);
        let size = first.size as i64;
        let [(_, taken, None), (_, 0, Some(problem)), (_, 0, Some(_))] = &progress(world).await[..] else { panic!("{:?}", progress(world).await) };
        assert_eq!((*taken, problem.as_str()), (size, "HTTP 500"));
        there.execute_unprepared("CREATE TABLE redress_tree_heads (size BIGINT PRIMARY KEY, head TEXT NOT NULL)").await.unwrap();
        assert!(hand_over(world, &app).await);
        assert!(progress(world).await.iter().all(|(_, taken, problem)| *taken == size && problem.is_none()));
        assert!(hand_over(world, &app).await);
        assert_eq!(hook.taken().len(), 2, "each head once, and once in vain");
        let posted: Value = serde_json::from_str(&hook.taken()[1].body).unwrap();
        assert_eq!((&posted["type"], &posted["data"]), (&json!("audit.tree_head"), &serde_json::to_value(&first).unwrap()));
        let file = folder.path().join(format!("tree-heads/{size:020}.json"));
        let kept = std::fs::read_to_string(&file).unwrap();
        assert_eq!(heads(&kept).unwrap(), std::slice::from_ref(&first));
        let query = Statement::from_string(sea_orm::DbBackend::Sqlite, "SELECT head FROM redress_tree_heads");
        let row: String = there.query_one_raw(query).await.unwrap().unwrap().try_get("", "head").unwrap();
        assert_eq!(format!("{row}\n"), kept);
        // Another head of the same size is never written over the one that is there.
        let raw = attacker(world).await;
        without_triggers(&raw, world.backend).await;
        raw.execute_unprepared("DELETE FROM audit_anchors; DELETE FROM audit_leaves; DELETE FROM audit_hashes; DELETE FROM audit_tree_heads;
            UPDATE audit_events SET request_id = 'x'; INSERT INTO audit_pending (event_id) SELECT id FROM audit_events").await.unwrap();
        seal(world).await;
        let again = last_head(world).await;
        assert_eq!(again.size, first.size);
        assert!(!hand_over(world, &app).await);
        let problems = progress(world).await;
        assert!(problems.iter().filter(|(name, ..)| name != "hook").all(|(_, _, problem)| problem.as_deref() == Some("it has another head of this size")), "{problems:?}");
        assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);
        assert!(matches!(verify(&*log_of(world).await, world.app.keys.public(), heads(&kept).unwrap()), Err(Fault::Anchor { from: 0, .. })));
        // A log that got shorter is noticed where heads are handed over.
        raw.execute_unprepared("UPDATE audit_anchors SET size = 100000").await.unwrap();
        assert!(!hand_over(world, &app).await);
        assert!(progress(world).await.iter().any(|(_, _, problem)| problem.as_deref().is_some_and(|problem| problem.contains("the log has"))));
        // What operators watch.
        let mut registry = prometheus_client::registry::Registry::default();
        redress::platform::http::Engine::register_metrics(&app, &mut registry);
        let mut text = String::new();
        prometheus_client::encoding::text::encode(&mut text, &registry).unwrap();
        for line in [format!("audit_anchored_size{{anchor=\"folder\"}} {size}"), "audit_anchor_failures_total{anchor=\"hook\"} 2".to_owned()] {
            assert!(text.contains(&line), "{line} in {text}");
        }
        raw.close().await.unwrap();
        there.close().await.unwrap();
    }
}

scenario! {
    /// The job of the server seals; its figures are served.
    async fn the_job_seals(world) {
        let job = world.app.jobs().iter().find(|job| job.name == "seal-audit-events").unwrap();
        job.run(&world.db, world.app.job_metrics()).await.unwrap();
        let size = last_head(world).await.size;
        let served = world.client().get(world.url("/metrics")).send().await.unwrap().text().await.unwrap();
        assert!(served.contains(&format!("redress_audit_log_size {size}\n")), "{served}");
    }
}
