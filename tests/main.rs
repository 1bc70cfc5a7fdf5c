//! The tests of redress: through GraphQL over HTTP, against real databases, with authorization on.
//!
//! `tests/<slice>/<use_case>.rs` mirrors `src/<slice>/service/<use_case>.rs`; `fence` holds what no one may break. Each
//! test runs on SQLite, and on PostgreSQL too when `REDRESS_TEST_POSTGRES` names a server.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::print_stdout, reason = "tests")]

mod support;

mod approvals;
mod archive;
mod assistance;
mod audit;
mod cases;
mod changes;
mod fence;
mod identity;
mod incidents;
mod lessons;
mod main_road;
mod notifications;
mod platform;
mod profiles;
mod reports;
mod reviews;
mod tasks;
