//! OpenID Connect issuers: programs of the organisation that sign people in and give access tokens.
//!
//! A token is checked with the keys of the issuer that it names and with no others. The keys come from where the issuer's
//! discovery document says (`provider.rs`); nothing that a token names is ever fetched. The authorization-code flow
//! (`code_flow.rs`) is what the explorer signs in with.

mod code_flow;
mod config;
mod provider;
mod token;

pub use code_flow::{Arrival, Departure, Granted};
pub use config::{ExplorerClient, GroupRule, IssuerConfig, People, fault};
pub use token::{IssuedToken, is_within};

use crate::platform::clock::Clock;
use crate::platform::error::Result;
use crate::platform::outlets::http_client;
use provider::Provider;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

/// An issuer answers within this time, or it does not answer.
const PATIENCE: Duration = Duration::from_secs(5);

/// All issuers that are configured.
#[derive(Default)]
pub struct Issuers(Vec<Arc<Issuer>>);

pub struct Issuer {
    /// What it is called here.
    pub name: String,
    pub config: IssuerConfig,
    provider: Arc<Provider>,
    clock: Clock,
}

impl Issuer {
    /// Asks for its keys; gives how many of them are of use.
    pub async fn try_to_reach(&self) -> Result<usize> {
        Ok(self.provider.metadata().await?.number_of_keys())
    }
}

impl Issuers {
    pub fn new(configured: &BTreeMap<String, IssuerConfig>, clock: &Clock) -> reqwest::Result<Self> {
        if configured.is_empty() {
            return Ok(Self::default());
        }
        let http = http_client(PATIENCE)?;
        let issuers = configured.iter().map(|(name, config)| {
            Arc::new(Issuer {
                name: name.clone(),
                config: config.clone(),
                provider: Arc::new(Provider::new(name.clone(), config.url.clone(), http.clone(), clock.clone())),
                clock: clock.clone(),
            })
        });
        Ok(Self(issuers.collect()))
    }

    /// The issuer that a token says it is of. Nothing of the token is proved by this.
    pub fn named_in(&self, token: &str) -> Option<&Arc<Issuer>> {
        if self.0.is_empty() {
            return None;
        }
        let named = token::issuer_of(token)?;
        self.0.iter().find(|issuer| issuer.config.url == named)
    }

    pub fn named(&self, name: &str) -> Option<&Arc<Issuer>> {
        self.0.iter().find(|issuer| issuer.name == name)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Issuer>> {
        self.0.iter()
    }
}
