//! `redress migrate`

use super::{Complaint, complaint};
use clap::Subcommand;
use redress::platform::config::Config;
use redress::platform::db::migrate;

#[derive(Subcommand)]
pub enum Migrate {
    /// Apply what is pending
    Up,
    /// Take back the last migrations and all that is stored in their tables
    Down {
        /// How many
        #[arg(long, default_value_t = 1)]
        steps: u32,
    },
    /// List the migrations; fails on a database that is newer than this program
    Status,
}

impl Migrate {
    pub async fn run(self, config: &Config) -> Result<(), Complaint> {
        match self {
            Self::Up => migrate::up(&config.database).await.map_err(complaint)?,
            Self::Down { steps } => migrate::down(&config.database, steps).await.map_err(complaint)?,
            Self::Status => {}
        }
        for migration in migrate::status(&config.database).await.map_err(complaint)? {
            println!("{:<8} {}", if migration.applied { "applied" } else { "pending" }, migration.name);
        }
        Ok(())
    }
}
