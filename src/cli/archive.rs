//! `redress archive`: looking after what was filed.

use super::{Complaint, app, complaint, open};
use clap::Subcommand;
use redress::archive::custody::service::record_damage::record_damage;
use redress::archive::service::index_archive_file::IndexArchiveFile;
use redress::archive::verification::{Fault, verify};
use redress::archive::{search, store};
use redress::platform::access::Actor;
use redress::platform::config::Config;

#[derive(Subcommand)]
pub enum Archive {
    /// Hash every file again, its supplements and the contents of its evidence, and compare with what was recorded
    ///
    /// What does not fit is recorded as damage and listed. Ends with 0 when everything is as it was filed, and with 1 when it
    /// is not.
    Verify,
    /// Make files searchable that were filed before there was a search
    Index,
}

/// So many rows are read at a time.
const BATCH: u64 = 100;

impl Archive {
    pub async fn run(self, config: &Config) -> Result<(), Complaint> {
        match self {
            Self::Verify => verify_all(config).await,
            Self::Index => index_all(config).await,
        }
    }
}

async fn verify_all(config: &Config) -> Result<(), Complaint> {
    let (db, files) = (open(config).await?, app(config)?.files);
    let actor = Actor::system("archive verification");
    let (mut last, mut seen, mut damaged) = (None, 0, 0);
    loop {
        let batch = store::after(db.read(&actor), last, BATCH).await.map_err(complaint)?;
        let Some(end) = batch.last() else { break };
        last = Some(end.id);
        for file in &batch {
            let faults = verify(&db, &actor, &files, file).await.map_err(complaint)?;
            record_damage(&db, &actor, file, &faults).await.map_err(complaint)?;
            seen += 1;
            damaged += usize::from(!faults.is_empty());
            for Fault { kind, part } in &faults {
                println!("{} {kind} {part}", file.number);
            }
        }
    }
    if damaged > 0 {
        return Err(format!("{damaged} of {seen} files are not as they were filed"));
    }
    println!("{seen} files are as they were filed");
    Ok(())
}

async fn index_all(config: &Config) -> Result<(), Complaint> {
    let db = open(config).await?;
    let actor = Actor::system("archive index");
    let mut indexed = 0;
    loop {
        let batch = search::store::not_indexed(db.read(&actor), BATCH).await.map_err(complaint)?;
        if batch.is_empty() {
            break;
        }
        for file in batch {
            db.run(&actor, &IndexArchiveFile(file)).await.map_err(complaint)?;
            indexed += 1;
        }
    }
    println!("{indexed} files were indexed");
    Ok(())
}
