//! The tables of redress: one file per table, id newtypes and value enums.
//!
//! There is no logic here. Value enums derive `async_graphql::Enum`, so that a value is declared once, from its column
//! to the SDL (docs/adr/0001-layout.md); nothing else in this crate knows GraphQL.

pub mod access_register;
pub mod approval;
pub mod approval_step;
pub mod archive_file;
pub mod audit_event;
pub mod case;
pub mod case_deadline;
pub mod case_entry;
pub mod department;
pub mod idempotency_key;
pub mod number_series;
pub mod plan;
pub mod profile_version;
pub mod refresh_token;
pub mod sign_in_failure;
pub mod staff;
pub mod staff_role;
pub mod staff_session;

mod ids;
mod value_enum;

pub use ids::*;
