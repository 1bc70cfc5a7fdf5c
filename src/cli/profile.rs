//! `redress profile`

use super::{Complaint, complaint, open, wait};
use clap::Subcommand;
use redress::platform::access::Actor;
use redress::platform::config::Config;
use redress::profiles::service::publish::PublishProfile;
use redress::profiles::{check, store};
use std::path::{Path, PathBuf};

#[derive(Subcommand)]
pub enum Profile {
    /// Check a profile; needs no database
    Check { file: PathBuf },
    /// Publish a profile: from its effective_from on, newly accepted complaints follow it
    Publish { file: PathBuf },
    /// List the published versions
    List,
}

impl Profile {
    pub fn run(self, config: impl FnOnce() -> Result<Config, Complaint>) -> Result<(), Complaint> {
        match self {
            Self::Check { file } => {
                let problems = check(&read(&file)?).err().unwrap_or_default();
                for problem in &problems {
                    println!("{problem}");
                }
                if problems.is_empty() {
                    println!("{} is right", file.display());
                    return Ok(());
                }
                Err(format!("{} problems in {}", problems.len(), file.display()))
            }
            Self::Publish { file } => wait(publish(config()?, read(&file)?)),
            Self::List => wait(list(config()?)),
        }
    }
}

fn read(file: &Path) -> Result<String, Complaint> {
    std::fs::read_to_string(file).map_err(|error| format!("{}: {error}", file.display()))
}

async fn publish(config: Config, content: String) -> Result<(), Complaint> {
    let db = open(&config).await?;
    db.run(&Actor::system("command line"), &PublishProfile { content }).await.map_err(complaint)?;
    db.close().await.map_err(complaint)?;
    list(config).await
}

async fn list(config: Config) -> Result<(), Complaint> {
    let db = open(&config).await?;
    for row in store::all(db.read(&Actor::system("command line"))).await.map_err(complaint)? {
        let sha256 = row.sha256.get(..12).unwrap_or_default();
        println!("{} version {} from {} sha256 {sha256}", row.code, row.version, row.effective_from);
    }
    db.close().await.map_err(complaint)
}
