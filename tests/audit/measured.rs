//! What the audit log costs: measurements, run by hand (`bench/audit`).

use crate::support::road::{self, Item};
use crate::support::{Backend, World};
use chrono::{TimeDelta, Utc};
use entity::ApprovalId;
use entity::staff_role::Role;
use futures_util::future::join_all;
use redress::approvals::service::decide_approval::{ApprovalDecision, DecideApproval};
use redress::audit::head::TreeHead;
use redress::audit::leaf::Leaf;
use redress::audit::metrics::AuditMetrics;
use redress::audit::service::seal_events::seal_events;
use redress::audit::tree::{Edge, leaf_hash};
use redress::audit::verify::verify;
use redress::platform::access::Actor;
use redress::platform::digest::hex;
use redress::platform::ids::{Global, parse_global};
use redress::platform::signing::ServerKeys;
use serde_json::json;
use std::fs::File;
use std::io::{BufReader, BufWriter, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// A number that the caller of `bench/audit` may set.
fn setting(name: &str, usual: usize) -> usize {
    std::env::var(format!("REDRESS_TEST_{name}")).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// A log as `redress audit export` writes it, with a head after so many events.
fn write_log(out: &mut impl Write, keys: &ServerKeys, events: usize, each: usize) -> TreeHead {
    let (mut edge, mut hashes, mut last) = (Edge::default(), Vec::new(), None);
    writeln!(out, r#"{{"format":"redress/audit-log/v1","size":{events}}}"#).unwrap();
    let start = "2024-03-04T01:30:00Z".parse::<chrono::DateTime<Utc>>().unwrap();
    for n in 0..events {
        let leaf = Leaf {
            id: Uuid::from_u128(n as u128),
            occurred_at: start + TimeDelta::milliseconds(n as i64 * 700),
            action: "APPROVAL_DECIDED".to_owned(),
            actor_id: Some(Uuid::from_u128(7)),
            system_reason: None,
            actor_roles: "SUPERVISOR".to_owned(),
            subject_type: "Approval".to_owned(),
            subject_id: Uuid::from_u128(n as u128),
            case_id: Some(Uuid::from_u128(n as u128 / 10)),
            before: json!({ "state": "PENDING", "version": 1 }),
            after: json!({ "state": "APPROVED", "version": 2, "tier": 1, "requiredRole": "SUPERVISOR", "rule": "HK-4.1.2", "contentSha256": "0".repeat(64) }),
            reason_sealed: Some("1:".to_owned() + &"x".repeat(120)),
            request_id: format!("{n:032x}"),
        };
        let text = leaf.text().unwrap();
        hashes.extend(edge.add(leaf_hash(text.as_bytes())).unwrap());
        writeln!(out, "{text}").unwrap();
        if (n + 1) % each == 0 || n + 1 == events {
            let stored: Vec<_> = hashes.drain(..).map(|hash| hex(&hash.0)).collect();
            let head = TreeHead::sign(keys, edge.size(), edge.root().unwrap(), leaf.occurred_at).unwrap();
            writeln!(out, "{}\n{}", json!({ "hashes": stored }), head.line().unwrap()).unwrap();
            last = Some(head);
        }
    }
    writeln!(out, r#"{{"end":{{"size":{events},"unsealed":0}}}}"#).unwrap();
    out.flush().unwrap();
    last.unwrap()
}

#[test]
#[ignore = "a measurement"]
fn verifying_a_large_log() {
    let pair = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
    let keys = pem::encode(&pem::Pem::new("PRIVATE KEY", pair.to_pkcs8v1().unwrap().as_ref()));
    let keys = ServerKeys::parse(&keys.into()).unwrap();
    let events = setting("EVENTS", 1_000_000);
    for each in [1, 10, 1_000] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let head = write_log(&mut BufWriter::new(File::create(&path).unwrap()), &keys, events, each);
        let began = Instant::now();
        let log = BufReader::with_capacity(1 << 20, File::open(&path).unwrap());
        let held = verify(log, keys.public(), vec![head]).unwrap();
        let (took, megabytes) = (began.elapsed(), path.metadata().unwrap().len() >> 20);
        println!("{} events, {} heads, {megabytes} MiB: {:.2} s", held.size, held.heads, took.as_secs_f64());
    }
}

/// Items that wait for a decision, each of a case of its own.
async fn items(world: &World, count: usize) -> Vec<(ApprovalId, i32)> {
    let mut found = Vec::new();
    while found.len() < count {
        let made = join_all((0..8).map(async |_| {
            let case = road::investigated(world).await;
            let item = Item::of(&case.request(world, "10000", "11000", "30000").await, "requestApproval");
            (parse_global(&item.id).unwrap().1.into(), i32::try_from(item.version).unwrap())
        }));
        found.extend(made.await);
    }
    found.truncate(count);
    found
}

/// Decides all of them by eight writers; gives decisions in a second.
async fn decide(world: &World, actors: &[Actor], items: &[(ApprovalId, i32)]) -> f64 {
    let began = Instant::now();
    let writers = actors.iter().zip(items.chunks(items.len().div_ceil(actors.len()))).map(|(actor, items)| {
        let (db, actor, items) = (world.db.clone(), actor.clone(), items.to_vec());
        tokio::spawn(async move {
            for (id, version) in items {
                let decision = DecideApproval {
                    idempotency_key: id.0.to_string(),
                    approval_id: Global(id),
                    expected_version: version,
                    expected_content_sha256: None,
                    decision: ApprovalDecision::Approve,
                    opinion: "同意。".to_owned(),
                };
                db.run(&actor, &decision).await.unwrap_or_else(|failure| panic!("{}", failure.summary()));
            }
        })
    });
    for writer in writers.collect::<Vec<_>>() {
        writer.await.unwrap();
    }
    items.len() as f64 / began.elapsed().as_secs_f64()
}

/// `decideApproval` by eight writers, with and without sealing, in alternating rounds of one run.
fn deciding_while_events_are_sealed(backend: Backend) {
    crate::support::run(backend, |world| {
        Box::pin(async move {
            let (rounds, each) = (setting("ROUNDS", 5), setting("DECISIONS", 200));
            let mut actors = Vec::new();
            for n in 0..8 {
                let login = format!("decider-{n}");
                world.add_person(&login, &[Role::Supervisor]).await;
                actors.push(world.actor(&login, &[Role::Supervisor]).await);
            }
            let mut ratios = Vec::new();
            for round in 0..rounds {
                let items = items(world, 2 * each).await;
                let (one, other) = items.split_at(each);
                let mut rates = [0.0; 2];
                // Which comes first changes, since the machine does not stay the same.
                for sealing in if round % 2 == 0 { [true, false] } else { [false, true] } {
                    seal_events(&world.db, &Actor::system("bench"), &world.app.keys, &AuditMetrics::default())
                        .await
                        .unwrap();
                    let (db, keys) = (world.db.clone(), Arc::clone(&world.app.keys));
                    let going_on = Arc::new(AtomicBool::new(sealing));
                    let going = Arc::clone(&going_on);
                    let sealer = tokio::spawn(async move {
                        while going.load(Ordering::Relaxed) {
                            tokio::time::sleep(Duration::from_millis(500)).await;
                            seal_events(&db, &Actor::system("bench"), &keys, &AuditMetrics::default()).await.unwrap();
                        }
                    });
                    rates[usize::from(sealing)] = decide(world, &actors, if sealing { one } else { other }).await;
                    going_on.store(false, Ordering::Relaxed);
                    sealer.await.unwrap();
                }
                println!(
                    "{backend:?} round {round}: {:.0} /s sealing, {:.0} /s not: {:.3}",
                    rates[1],
                    rates[0],
                    rates[1] / rates[0]
                );
                ratios.push(rates[1] / rates[0]);
            }
            ratios.sort_by(f64::total_cmp);
            println!(
                "{backend:?}: median {:.3} ({:.3} to {:.3})",
                ratios[ratios.len() / 2],
                ratios[0],
                ratios[ratios.len() - 1]
            );
        })
    });
}

#[test]
#[ignore = "a measurement"]
fn deciding_sqlite() {
    deciding_while_events_are_sealed(Backend::Sqlite);
}

#[test]
#[ignore = "a measurement"]
fn deciding_postgres() {
    deciding_while_events_are_sealed(Backend::Postgres);
}
