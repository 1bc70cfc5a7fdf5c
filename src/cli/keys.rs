//! `redress keys`

use super::Complaint;
use clap::Subcommand;
use redress::platform::config::Config;
use redress::platform::signing::ServerKeys;

#[derive(Subcommand)]
pub enum Keys {
    /// Print the public keys that tokens and documents of this server are verified with
    Public {
        /// As PEM instead of a JSON Web Key Set
        #[arg(long)]
        pem: bool,
    },
}

impl Keys {
    pub fn run(self, config: &Config) -> Result<(), Complaint> {
        let Self::Public { pem } = self;
        let keys =
            ServerKeys::parse(&config.secrets.signing_key).map_err(|error| format!("secrets.signing_key: {error}"))?;
        match pem {
            true => print!("{}", keys.public().pem()),
            false => println!("{}", keys.public().key_set()),
        }
        Ok(())
    }
}
