//! HTTP: our own small GraphQL handler, the explorer, health checks and the server itself.

mod explorer;
mod files;
mod graphql;
mod health;
mod key_set;
mod metrics;
mod oauth;
mod origin;
mod printed;
mod rates;
mod request;
mod respond;
mod server;

pub use files::{AskedFor, FileDesk, HandedOut};
pub use graphql::{Caller, Engine};
pub use oauth::{Granted, NotGranted, TokenAsked};
pub use rates::RateConfig;
pub use request::Wanted;
pub use server::{Start, start};
