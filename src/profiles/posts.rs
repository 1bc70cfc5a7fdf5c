//! The posts of the organisation, as the profile in force names them (HK-3.1).

use super::store;
use crate::calendar::local_day;
use crate::identity::posts::Posts;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::Result;
use entity::staff_role::Role;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;

pub struct ProfilePosts;

impl Posts for ProfilePosts {
    fn role<'a>(&'a self, db: &'a Database, asking: &'a Actor, title: &'a str) -> BoxFuture<'a, Result<Option<Role>>> {
        async move {
            let published = store::effective_on(db.read(asking), local_day(db.now())).await?;
            Ok(published.and_then(|published| published.profile.role_of_post(title)))
        }
        .boxed()
    }
}
