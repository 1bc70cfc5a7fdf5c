//! Looking approval items up.

use super::approval::Approval;
use crate::approvals::store::{self, Filter, POSITION};
use crate::platform::access::{Permission, access};
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use crate::platform::text::any_wanted;
use async_graphql::{Context, InputObject, Object, Result};
use entity::approval::{self, ApprovalState};
use entity::staff_role::Role;

/// Narrows a list of approval items; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct ApprovalFilter {
    /// Any of these states; PENDING and ENDORSED wait for somebody.
    pub states: Option<Vec<ApprovalState>>,
    /// Any of these required roles.
    pub required_roles: Option<Vec<Role>>,
}

#[derive(Default)]
pub struct ApprovalQueries;

#[Object]
impl ApprovalQueries {
    /// The approval items of the cases that you may see, the latest first.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn approvals(
        &self,
        ctx: &Context<'_>,
        filter: Option<ApprovalFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Approval>> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let page = PageArgs { first, after, last, before }.check()?;
        let ApprovalFilter { states, required_roles } = filter.unwrap_or_default();
        let filter = Filter {
            states: any_wanted("states", states)?,
            required_roles: any_wanted("requiredRoles", required_roles)?,
        };
        let query = filter.apply(store::visible_to(&scope.actor));
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &approval::Model| Cursor::new(row.requested_at, row.id), Approval))
    }
}
