//! Looking approval items up.

use super::abilities::{ApprovalAbilities, ApprovalAction};
use super::approval::Approval;
use super::explanation::is_stuck;
use super::matrix::{self, ApprovalMatrixRow};
use super::simulation::AuthoritySimulation;
use crate::approvals::service::simulate_authority::simulate_authority;
use crate::approvals::store::{self, Filter, POSITION};
use crate::calendar::local_day;
use crate::platform::access::{Permission, access};
use crate::platform::error::Failure;
use crate::platform::ids::Global;
use crate::platform::instant::given_day;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use crate::platform::text::any_wanted;
use crate::profiles;
use async_graphql::{Context, InputObject, Object, Result};
use chrono::NaiveDate;
use entity::ApprovalId;
use entity::approval::{self, ApprovalState};
use entity::staff_role::Role;
use futures_util::future::try_join_all;

/// Narrows a list of approval items; what is given must all hold.
#[derive(Debug, Default, InputObject)]
pub struct ApprovalFilter {
    /// Any of these states; PENDING and ENDORSED wait for somebody.
    pub states: Option<Vec<ApprovalState>>,
    /// Any of these required roles.
    pub required_roles: Option<Vec<Role>>,
    /// Whether something was paid on it; false together with APPROVED is what waits to be paid.
    pub executed: Option<bool>,
}

#[derive(Default)]
pub struct ApprovalQueries;

#[Object]
impl ApprovalQueries {
    /// Why you cannot do something with an approval item now: each rule that says no, and who could; empty when you can. Null
    /// when there is no such item, or it is not yours to see.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn why_cannot(
        &self,
        ctx: &Context<'_>,
        approval_id: Global<ApprovalId>,
        action: ApprovalAction,
    ) -> Option<Result<Vec<Refusal>>> {
        let found = Approval::find(ctx, approval_id.0).await.transpose()?;
        let asked = async |approval| Ok(ApprovalAbilities(approval).of(ctx, action).await?.0.err().unwrap_or_default());
        Some(match found {
            Ok(approval) => asked(approval).await,
            Err(error) => Err(error),
        })
    }

    /// The undecided items, of those that you may see, that nobody is left to endorse or decide; the first asked for first.
    /// Somebody must take a role, or the case be given to another handler (HK-4.8, G-7).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn unassignable_approvals(&self, ctx: &Context<'_>) -> Result<Vec<Approval>> {
        let scope = Scope::of(ctx);
        let waiting = store::undecided(scope.db.read(&scope.actor), &scope.actor).await?;
        let stuck = waiting.into_iter().map(Approval).map(async |approval| {
            let stuck = is_stuck(ctx, &approval).await?;
            Ok::<_, async_graphql::Error>(stuck.then_some(approval))
        });
        Ok(try_join_all(stuck).await?.into_iter().flatten().collect())
    }

    /// Who decides what (审批权限表), by the rules that complaints accepted on a local day follow; today's if no day is given.
    /// Empty when none are published for that day.
    #[graphql(directive = access::apply(vec![]))]
    async fn approval_matrix(&self, ctx: &Context<'_>, on: Option<NaiveDate>) -> Result<Vec<ApprovalMatrixRow>> {
        let scope = Scope::of(ctx);
        let day = on.unwrap_or_else(|| local_day(scope.clock.now()));
        let found = profiles::store::effective_on(scope.db.read(&scope.actor), day).await?;
        Ok(found.map(|published| matrix::rows(&published.profile)).unwrap_or_default())
    }

    /// Tries a draft of the profile on the items, of those that you may see, that were asked for from one local day to another:
    /// who would have decided, the load of each role, the exposure of each tier, and what nobody could have decided. With the
    /// published profile it shows no difference. Items that somebody acted on are taken with the facts of that moment.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead, Permission::AuthoritySimulate]))]
    async fn simulate_authority(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "A profile as `redress profile check` takes it (TOML).")] draft_profile: String,
        #[graphql(desc = "First local day.")] from: NaiveDate,
        #[graphql(desc = "Last local day, included; at most 366 days in all.")] to: NaiveDate,
    ) -> Result<AuthoritySimulation> {
        let (from, to) = (given_day("from", from)?, given_day("to", to)?);
        if !(0..366).contains(&(to - from).num_days()) {
            return Err(Failure::bad_input("to", "The period has 1 to 366 days.").into());
        }
        let draft = match profiles::check(&draft_profile) {
            Ok(draft) => draft,
            Err(problems) => return Ok(AuthoritySimulation(Err(problems))),
        };
        let scope = Scope::of(ctx);
        Ok(AuthoritySimulation(Ok(simulate_authority(&scope.db, &scope.actor, &draft, (from, to)).await?)))
    }

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
        let ApprovalFilter { states, required_roles, executed } = filter.unwrap_or_default();
        let filter = Filter {
            states: any_wanted("states", states)?,
            required_roles: any_wanted("requiredRoles", required_roles)?,
            executed,
        };
        let query = filter.apply(store::visible_to(&scope.actor));
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &approval::Model| Cursor::new(row.requested_at, row.id), Approval))
    }
}
