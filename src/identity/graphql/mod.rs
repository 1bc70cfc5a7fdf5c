//! Signing in and out, oneself, and the people who work here.

mod counts;
pub mod mutations;
pub mod pledge;
mod queries;
mod staff;
pub mod staff_mutations;
mod viewer;

pub use super::second_factor::graphql::SecondFactorMutations;
pub use mutations::SessionMutations;
pub use pledge::PledgeMutations;
pub use queries::IdentityQueries;
pub use staff::{Department, Staff, department, forget, node, person};
pub use staff_mutations::StaffMutations;
