//! Every committed write has one event, and every event a write (G-9).
//!
//! PostgreSQL keeps with each row the transaction that wrote it. When a world ends, whatever test it was made for, the rows of all
//! tables are held against the events: `World::stop`. Here is what makes that a statement about all mutations.

use crate::support::{Backend, road, scenario};
use redress::platform::access::Actor;
use redress::schema;
use sea_orm::{ConnectionTrait, Statement};
use std::fs;
use std::path::Path;

fn tests(folder: &Path, found: &mut String) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            tests(&path, found);
        } else if !path.ends_with("access_matrix.rs") && path.extension().is_some_and(|extension| extension == "rs") {
            found.push_str(&fs::read_to_string(&path).unwrap());
        }
    }
}

/// G-9: a mutation that no test runs to its end would escape the comparison.
#[test]
fn every_mutation_is_run_to_its_end_by_a_test() {
    let sdl = schema::sdl(&schema::builder().finish());
    let fields = sdl.split("\ntype Mutation {").nth(1).unwrap().split("\n}").next().unwrap();
    let names = fields.lines().filter_map(|line| line.trim().split(['(', ':']).next());
    let names: Vec<_> =
        names.filter(|name| name.starts_with(char::is_lowercase) && name.chars().all(char::is_alphanumeric)).collect();
    assert!(names.len() > 80, "{names:?}");
    let mut text = String::new();
    tests(&Path::new(env!("CARGO_MANIFEST_DIR")).join("tests"), &mut text);
    let undriven: Vec<_> = names
        .into_iter()
        .filter(|name| {
            let quoted = format!("\"{name}\"");
            let asserted = [format!(".done({quoted})"), format!("/{name}/")];
            let stepped = text.contains(&quoted)
                && text
                    .lines()
                    .any(|line| line.contains(&quoted) && (line.contains("step(") || line.contains("Leave::of(")));
            !stepped && !asserted.iter().any(|done| text.contains(done.as_str()))
        })
        .collect();
    assert!(undriven.is_empty(), "no test runs these to their end: {undriven:?}");
}

scenario! {
    /// G-9: the comparison sees a row that no event tells of, and a second event of one transaction.
    async fn a_write_without_an_event_is_seen(world) {
        road::registered(world).await;
        if world.backend == Backend::Sqlite {
            return;
        }
        assert_eq!(world.unaccounted().await, Vec::<String>::new());
        let raw = sea_orm::Database::connect(secrecy::ExposeSecret::expose_secret(&world.config.database.url)).await.unwrap();
        raw.execute_unprepared("UPDATE cases SET summary = 'x'").await.unwrap();
        assert_eq!(world.unaccounted().await, ["cases"]);
        raw.execute_unprepared("INSERT INTO audit_events SELECT gen_random_uuid(), occurred_at, action, actor_id, system_reason, actor_roles, subject_type, subject_id, case_id, before, after, reason_sealed, request_id FROM audit_events").await.unwrap();
        assert_eq!(world.unaccounted().await, ["audit_events", "cases"]);
        let count = Statement::from_string(raw.get_database_backend(), "SELECT count(*) AS n FROM cases");
        assert_eq!(world.db.read(&Actor::system("test")).query_one_raw(count).await.unwrap().unwrap().try_get::<i64>("", "n").unwrap(), 1);
        raw.close().await.unwrap();
        world.tampered_with();
    }
}
