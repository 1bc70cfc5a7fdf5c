//! Looking assistances up.

use super::assistance::Assistance;
use crate::assistance::state::AssistanceState;
use crate::assistance::store::{self, Filter, POSITION};
use crate::platform::access::{Permission, access};
use crate::platform::ids::Global;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use crate::platform::text::any_wanted;
use async_graphql::{Context, InputObject, Object, Result};
use entity::DepartmentId;

/// Narrows a list of assistances; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct AssistanceFilter {
    /// Any of these states.
    pub states: Option<Vec<AssistanceState>>,
    /// Those that this department is asked for.
    pub department_id: Option<Global<DepartmentId>>,
}

#[derive(Default)]
pub struct AssistanceQueries;

#[Object]
impl AssistanceQueries {
    /// The assistances of the cases that you may see, and those that were delivered to your department; the latest first.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn assistances(
        &self,
        ctx: &Context<'_>,
        filter: Option<AssistanceFilter>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Assistance>> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let page = PageArgs { first, after, last, before }.check()?;
        let AssistanceFilter { states, department_id } = filter.unwrap_or_default();
        let filter = Filter { states: any_wanted("states", states)?, department: department_id.map(|id| id.0) };
        let query = filter.apply(store::visible_to(&scope.actor, scope.clock.now()));
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        let cursor = |found: &store::Assistance| Cursor::new(found.row.requested_at, found.row.id);
        Ok(page.connect(listed, cursor, Assistance::new))
    }
}
