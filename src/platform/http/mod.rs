//! HTTP: our own small GraphQL handler, the explorer, health checks and the server itself.

mod explorer;
mod graphql;
mod health;
mod request;
mod respond;
mod server;

pub use graphql::Engine;
pub use server::{Start, start};
