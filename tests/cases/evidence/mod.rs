//! Evidence: files that people bring, attached for good, and read on record.

mod add_evidence;
mod bring_file;
mod forget_file;
mod read_evidence;
mod scanner;

use crate::support::World;
use sea_orm::{ConnectionTrait, Statement};
use std::path::{Path, PathBuf};

/// Every file below the folder in which contents are kept.
fn contents(world: &World) -> Vec<PathBuf> {
    fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten() {
            let path = entry.unwrap().path();
            if path.is_dir() { walk(&path, found) } else { found.push(path) }
        }
    }
    let mut found = Vec::new();
    walk(world.files.path(), &mut found);
    found
}

/// How many rows a table has.
async fn rows(world: &World, table: &str) -> i64 {
    let system = redress::platform::access::Actor::system("test");
    let db = world.db.read(&system);
    let question = Statement::from_string(db.get_database_backend(), format!("SELECT count(*) AS n FROM {table}"));
    db.query_one_raw(question).await.unwrap().unwrap().try_get("", "n").unwrap()
}
