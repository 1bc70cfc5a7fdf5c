//! What the organisation's rules say of second factors; this is how they are asked.

use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use entity::staff_role::Role;
use futures_util::future::BoxFuture;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rules {
    /// Under what applications list the code.
    pub organisation: String,
    /// Roles that hold only in a session that proved a second factor.
    pub required_of: Vec<Role>,
}

impl Rules {
    /// Whether a person with these roles must have a second factor.
    pub fn require_one_of(&self, roles: &[Role]) -> bool {
        roles.iter().any(|role| self.required_of.contains(role))
    }
}

/// Tells the rules that hold now. `app.rs` registers who knows.
pub trait SecondFactorRules: Send + Sync {
    fn current<'a>(&'a self, db: &'a Database, asking: &'a Actor) -> BoxFuture<'a, Result<Rules>>;
}
