//! HTTP: our own small GraphQL handler, the explorer, health checks and the server itself.

mod explorer;
mod files;
mod graphql;
mod health;
mod key_set;
mod metrics;
mod origin;
mod printed;
mod rates;
mod request;
mod respond;
mod server;
mod sign_in;

pub use files::{AskedFor, FileDesk, HandedOut};
pub use graphql::{Caller, Engine};
pub use rates::RateConfig;
pub use request::Wanted;
pub use server::{Start, start};
