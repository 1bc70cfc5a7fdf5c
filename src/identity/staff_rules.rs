//! What the organisation's rules ask of whoever works here, before a role of theirs holds; this is how they are asked.

use super::pledges::Pledge;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use entity::staff_role::Role;
use futures_util::future::BoxFuture;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Requirements {
    /// Under what authenticator applications list their codes.
    pub organisation: String,
    /// The pledge that holds now, if there is one (SG-16.4).
    pub pledge: Option<Pledge>,
    /// Roles that hold only in a session that proved a second factor.
    pub second_factor_of: Vec<Role>,
}

impl Requirements {
    /// Whether a person with these roles must have a second factor.
    pub fn second_factor_of_one(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.second_factor_of.contains(role))
    }
}

/// Tells the rules that hold now. `app.rs` registers who knows.
pub trait StaffRules: Send + Sync {
    fn current<'a>(&'a self, db: &'a Database, asking: &'a Actor) -> BoxFuture<'a, Result<Requirements>>;
}
