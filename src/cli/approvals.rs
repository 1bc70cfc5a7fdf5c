//! `redress approvals`

use super::{Complaint, complaint, open};
use clap::Subcommand;
use redress::approvals::service::replay::{Replayed, replay_all};
use redress::platform::access::Actor;
use redress::platform::config::Config;
use redress::platform::ids::NodeKey;

#[derive(Subcommand)]
pub enum Approvals {
    /// Work every endorsement and decision out again from what was recorded with it, and report every difference
    Replay {
        /// All of them; there is no other choice yet
        #[arg(long, required = true)]
        all: bool,
    },
}

impl Approvals {
    pub async fn run(self, config: &Config) -> Result<(), Complaint> {
        let Self::Replay { all: _ } = self;
        let db = open(config).await?;
        let Replayed { identical, unrecorded, different } =
            replay_all(&db, &Actor::system("command line")).await.map_err(complaint)?;
        db.close().await.map_err(complaint)?;
        for step in &different {
            println!("{} of approval {}: {}", step.act, step.approval.global().0, step.difference);
        }
        println!("{identical} identical, {} different, {unrecorded} from before inputs were recorded", different.len());
        if different.is_empty() { Ok(()) } else { Err("past decisions could not be worked out again".to_owned()) }
    }
}
