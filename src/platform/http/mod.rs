//! HTTP: our own small GraphQL handler, the explorer, health checks and the server itself.

mod explorer;
mod graphql;
mod health;
mod key_set;
mod origin;
mod request;
mod respond;
mod server;

pub use graphql::{Caller, Engine};
pub use server::{Start, start};
