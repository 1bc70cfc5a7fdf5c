//! `redress keys`

use super::{Complaint, complaint, open, wait};
use clap::Subcommand;
use redress::platform::config::Config;
use redress::platform::signing::ServerKeys;
use redress::platform::vault::rewrap::rewrap_all;

#[derive(Subcommand)]
pub enum Keys {
    /// Print the public keys that tokens and documents of this server are verified with
    Public {
        /// As PEM instead of a JSON Web Key Set
        #[arg(long)]
        pem: bool,
    },
    /// Wrap every data key under the first key-encryption key, while servers serve; afterwards `doctor` says which keys are
    /// still in use
    Rotate,
}

impl Keys {
    pub fn run(self, config: &Config) -> Result<(), Complaint> {
        match self {
            Self::Public { pem } => public(config, pem),
            Self::Rotate => wait(rotate(config)),
        }
    }
}

async fn rotate(config: &Config) -> Result<(), Complaint> {
    let db = open(config).await?;
    let wrapped = rewrap_all(&db).await.map_err(complaint)?;
    println!("{wrapped} data keys were wrapped under the first key-encryption key");
    db.close().await.map_err(complaint)
}

fn public(config: &Config, pem: bool) -> Result<(), Complaint> {
    let keys =
        ServerKeys::parse(&config.secrets.signing_key).map_err(|error| format!("secrets.signing_key: {error}"))?;
    match pem {
        true => print!("{}", keys.public().pem()),
        false => println!("{}", keys.public().key_set()),
    }
    Ok(())
}
