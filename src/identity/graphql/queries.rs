//! Looking up oneself and the people who work here.

use super::staff::{Department, Staff};
use super::viewer::{Session, Viewer};
use crate::identity::store::{self, StaffCard};
use crate::platform::access::{Permission, access};
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use async_graphql::{Context, Object, Result};
use entity::staff_role::Role;
use entity::{department, staff, staff_session};

#[derive(Default)]
pub struct IdentityQueries;

#[Object]
impl IdentityQueries {
    /// You, your roles and what they let you do.
    #[graphql(directive = access::apply(vec![]))]
    async fn viewer(&self) -> Viewer {
        Viewer
    }

    /// The people who work here, newest first, or those who hold a role: whom a case can be allocated to, for example.
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    #[graphql(directive = access::apply(vec![Permission::StaffRead]))]
    async fn staff(
        &self,
        ctx: &Context<'_>,
        role: Option<Role>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Staff>> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let page = PageArgs { first, after, last, before }.check()?;
        let columns = (staff::Column::CreatedAt, staff::Column::Id);
        let listed = page.list(db, store::everybody(role), columns, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &StaffCard| Cursor::new(row.created_at, row.id), Staff))
    }

    /// The departments, newest first.
    #[graphql(directive = access::apply(vec![Permission::StaffRead]))]
    async fn departments(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Department>> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let page = PageArgs { first, after, last, before }.check()?;
        let query = store::all_departments();
        let listed = page.list(db, query, store::DEPARTMENT_POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &department::Model| Cursor::new(row.created_at, row.id), Department))
    }

    /// Where you are signed in, the latest first.
    #[graphql(directive = access::apply(vec![]))]
    async fn sessions(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Session>> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let page = PageArgs { first, after, last, before }.check()?;
        let query = store::sessions_visible_to(&scope.actor, scope.clock.now());
        let listed = page.list(db, query, store::SESSION_POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &staff_session::Model| Cursor::new(row.created_at, row.id), Session))
    }
}
