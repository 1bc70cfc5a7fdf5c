//! Where a request comes from.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

#[derive(Clone, Debug)]
pub struct Origin {
    pub address: IpAddr,
    /// What the browser or program calls itself.
    pub device: Option<Arc<str>>,
}

impl Default for Origin {
    fn default() -> Self {
        Self { address: Ipv4Addr::LOCALHOST.into(), device: None }
    }
}
