//! How much each handler has to do.

use super::case::Case;
use super::loader;
use crate::cases::allocation;
use crate::cases::team::{self, loaders::BarredFrom, loaders::TeamLoad};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::{Permission, access, inherits};
use async_graphql::{Context, Description, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::case::CaseState;
use std::sync::Arc;

/// The cases in work of one handler: those given to them and not closed.
#[derive(Description)]
pub struct HandlerLoad(team::HandlerLoad);

#[Object(use_type_description)]
impl HandlerLoad {
    #[graphql(directive = inherits::apply())]
    async fn handler(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.handler).await
    }

    /// False for somebody who still has cases but may no longer handle any, or who is no HANDLER.
    #[graphql(directive = inherits::apply())]
    async fn on_duty(&self) -> bool {
        self.0.on_duty
    }

    /// How many cases.
    #[graphql(directive = inherits::apply())]
    async fn open(&self) -> i64 {
        self.0.open
    }

    /// How many in which state, in the order of the road.
    #[graphql(directive = inherits::apply())]
    async fn by_state(&self) -> Vec<CasesInState> {
        self.0.by_state.iter().map(|(state, cases)| CasesInState { state: *state, cases: *cases }).collect()
    }

    /// How many with a deadline that has passed and is not met.
    #[graphql(directive = inherits::apply())]
    async fn overdue(&self) -> i64 {
        self.0.overdue
    }

    /// How many with a next deadline that ends soon, as the profile has it (`work_lists.due_soon`); null when it does not say.
    #[graphql(directive = inherits::apply())]
    async fn due_soon(&self) -> Option<i64> {
        self.0.due_soon
    }

    /// When the oldest of them was taken in.
    #[graphql(directive = inherits::apply())]
    async fn oldest_received_at(&self) -> Option<DateTime<Utc>> {
        self.0.oldest
    }
}

/// How many cases stand in a state.
#[derive(SimpleObject)]
pub struct CasesInState {
    #[graphql(directive = inherits::apply())]
    state: CaseState,
    #[graphql(directive = inherits::apply())]
    cases: i64,
}

async fn loads(ctx: &Context<'_>) -> Result<Arc<[team::HandlerLoad]>> {
    Ok(loader(ctx).load_one(TeamLoad).await?.unwrap_or_default())
}

/// The handlers who could be given a case, those with the least to do first.
pub async fn suggested(ctx: &Context<'_>, case: &Case) -> Result<Vec<HandlerLoad>> {
    let case = &case.0.case;
    let team = loads(ctx).await?;
    let barred = loader(ctx).load_one(BarredFrom(case.id)).await?.unwrap_or_default();
    Ok(allocation::suggested(&team, case, &barred).into_iter().cloned().map(HandlerLoad).collect())
}

#[derive(Default)]
pub struct TeamQueries;

#[Object]
impl TeamQueries {
    /// What each handler has to do, whoever has most overdue first (HK-3.6).
    #[graphql(directive = access::apply(vec![Permission::CaseRead, Permission::CaseAllocate, Permission::StaffRead]))]
    async fn team_load(&self, ctx: &Context<'_>) -> Result<Vec<HandlerLoad>> {
        let mut loads: Vec<_> = loads(ctx).await?.iter().cloned().collect();
        loads.sort_by_key(|load| (-load.overdue, -load.open, load.handler));
        Ok(loads.into_iter().map(HandlerLoad).collect())
    }
}
