//! HTTP: our own small GraphQL handler, the explorer, health checks and the server itself.

mod explorer;
mod graphql;
mod health;
mod key_set;
mod metrics;
mod origin;
mod rates;
mod request;
mod respond;
mod server;

pub use graphql::{Caller, Engine};
pub use rates::RateConfig;
pub use server::{Start, start};
