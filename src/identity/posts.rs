//! Which role a post is in this organisation (HK-3.1). The organisation's rules know it; this is how they are asked.

use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use entity::staff_role::Role;
use futures_util::future::BoxFuture;

/// Tells the role of a post by its title. `app.rs` registers who knows.
pub trait Posts: Send + Sync {
    fn role<'a>(&'a self, db: &'a Database, asking: &'a Actor, title: &'a str) -> BoxFuture<'a, Result<Option<Role>>>;
}
