//! HTTP: our own small GraphQL handler, the explorer, health checks and the server itself.

mod connections;
mod events;
mod explorer;
mod files;
mod graphql;
mod health;
mod key_set;
mod live;
mod metrics;
mod oauth;
mod origin;
mod printed;
mod protocol;
mod rates;
mod request;
mod respond;
mod server;
mod sign_in;
mod socket;

pub use files::{AskedFor, FileDesk, HandedOut};
pub use graphql::{Caller, Engine};
pub use oauth::{Granted, NotGranted, TokenAsked};
pub use rates::RateConfig;
pub use request::Wanted;
pub use server::{Start, start};
