//! Slices import downward only; only stores query; only the clock asks what time it is.

use std::fs;
use std::path::{Path, PathBuf};

/// The rooms from the ground up. A room imports only those before it.
const ROOMS: [&str; 18] = [
    "platform",
    "calendar",
    "identity",
    "profiles",
    "audit",
    "notifications",
    "cases",
    "approvals",
    "assistance",
    "reviews",
    "lessons",
    "tasks",
    "archive",
    "incidents",
    "reports",
    "schema",
    "app",
    "demo",
];

fn sources() -> Vec<(PathBuf, String)> {
    fn walk(folder: &Path, found: &mut Vec<(PathBuf, String)>) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, found);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                found.push((path, text));
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    found
}

fn room_of(path: &Path) -> Option<usize> {
    let below = path.strip_prefix(Path::new(env!("CARGO_MANIFEST_DIR")).join("src")).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_str().unwrap();
    ROOMS.iter().position(|room| first.trim_end_matches(".rs") == *room)
}

/// The graph of types has circles (a case has approvals, an approval a case), so these files may name each other's.
fn is_graph(path: &Path) -> bool {
    path.components().any(|part| matches!(part.as_os_str().to_str(), Some("graphql" | "graphql.rs")))
}

#[test]
fn slices_import_downward_only() {
    let mut wrong = Vec::new();
    for (path, text) in sources() {
        let Some(room) = room_of(&path) else { continue };
        for line in text.lines() {
            for import in line.split("crate::").skip(1) {
                let mut segments = import.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|s| !s.is_empty());
                let target = segments.next().unwrap_or_default();
                let within = segments.next().unwrap_or_default();
                let Some(other) = ROOMS.iter().position(|name| *name == target) else { continue };
                let graph = is_graph(&path) && within == "graphql";
                if other > room && !graph {
                    wrong.push(format!("{}: {}", path.display(), line.trim()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn only_stores_query() {
    let wrong: Vec<_> = sources()
        .into_iter()
        .filter(|(path, _)| !path.ends_with("store.rs") && !path.to_string_lossy().contains("/platform/db/"))
        .filter(|(_, text)| {
            ["Entity::find", "query_all", "query_one", ".count(db)"].iter().any(|query| text.contains(query))
        })
        .map(|(path, _)| path.display().to_string())
        // The doctor asks the database's clock.
        .filter(|path| !path.ends_with("cli/doctor.rs") && !path.ends_with("platform/page.rs"))
        .collect();
    assert!(wrong.is_empty(), "{wrong:?}");
}

#[test]
fn transactions_begin_in_one_place() {
    for (path, text) in sources() {
        let begins = text.contains("begin_with_options(") || text.contains(".begin()");
        let here = path.ends_with("platform/db/tx.rs") || path.ends_with("platform/db/migrate.rs");
        assert!(!begins || here, "{}", path.display());
    }
}

#[test]
fn only_the_clock_asks_what_time_it_is() {
    for (path, text) in sources() {
        let asks =
            ["Utc::now", "Local::now", "SystemTime::now", "now_v7()"].iter().any(|question| text.contains(question));
        assert!(!asks || path.ends_with("platform/clock.rs"), "{}", path.display());
    }
}

/// A loader holds the actor of its request: one that lived longer would answer one person with what another may see.
#[test]
fn loaders_are_made_for_each_request() {
    for (path, text) in sources() {
        let here = path.ends_with("schema/mod.rs") || path.ends_with("platform/loader.rs");
        for made in ["remembering(", "batching(", "DataLoader::"] {
            assert!(here || !text.contains(made), "{} makes a loader", path.display());
        }
    }
    let schema = sources().into_iter().find(|(path, _)| path.ends_with("schema/mod.rs")).unwrap().1;
    let prepare = schema.split("pub fn prepare(").nth(1).unwrap();
    assert_eq!(schema.matches("remembering(").count(), prepare.matches("remembering(").count());
    assert_eq!(schema.matches("batching(").count(), prepare.matches("batching(").count());
}

/// Only counts are kept outside a command, and so without an audit event: failed sign-ins, who does a job, attempts at
/// delivery, how far anchors are, and forgetting what is old.
#[test]
fn nothing_else_is_written_without_a_command() {
    for (path, text) in sources() {
        let counts = [
            "audit/store.rs",
            "identity/store.rs",
            "notifications/delivery/store.rs",
            "platform/db/idempotency.rs",
            "platform/db/mod.rs",
            "platform/jobs/store.rs",
        ];
        let counts = counts.iter().any(|counts| path.ends_with(counts));
        assert!(counts || !text.contains(".tally("), "{} writes without an audit event", path.display());
    }
}

/// The audit trail's own upkeep alone leaves no event; and what may be done by who only reads is told from their own affairs and
/// what is on record.
#[test]
fn doors_are_few() {
    let (mut upkeep, mut reading, mut own) = (Vec::new(), Vec::new(), Vec::new());
    for (path, text) in sources() {
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        if path.ends_with("platform/db/command.rs") {
            continue;
        }
        if text.contains("impl Upkeep for") {
            upkeep.push(name.clone());
        }
        if text.contains("Door::Reading") {
            // Rows of the register, and what verification found, are all that a reading writes: each by a function of its own.
            let writes = ["::insert(", "insert_many", "update(", "update_many", "delete"];
            assert!(writes.iter().all(|write| !text.contains(write)), "{name}");
            reading.push(name.clone());
        }
        if text.contains("Door::Own") {
            own.push(name);
        }
    }
    for list in [&mut upkeep, &mut reading, &mut own] {
        list.sort();
    }
    assert_eq!(upkeep, ["seal_events"]);
    let archive = ["export_archive_file", "export_joint_review", "find_by_phone", "open_archive_file", "read_evidence"];
    assert_eq!(reading, [&archive[..], &["record_damage", "record_look_up", "reveal_field"]].concat());
    let expected = ["change_password", "confirm_identity", "denial", "end_sessions", "mark_notifications_read"];
    let rest = ["refresh_session", "set_notification_preferences", "sign_in", "sign_in_at_issuer", "sign_pledge"];
    assert_eq!(own, [&expected[..], &rest].concat());
}
