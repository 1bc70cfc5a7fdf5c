//! Delegations as a portal sees them.

use super::policy::{self, DelegationState};
use super::service::delegate_authority::DelegateAuthority;
use super::service::revoke_delegation::RevokeDelegation;
use super::store::{self, POSITION};
use crate::calendar::local_day;
use crate::identity::graphql::{Department, Staff, department, person};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::db::Command;
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::money::Money;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, NaiveDate, Utc};
use entity::approval::ApprovalKind;
use entity::{DelegationId, delegation};

/// Authority that somebody lends to somebody else for some days, within bounds (授权委托, HK-A8). The delegate acts in a role that the
/// delegator holds at that moment; each act is recorded as X for Y. What is lent cannot be lent further.
#[derive(Clone, Description)]
pub struct Delegation(delegation::Model);

impl Delegation {
    /// The delegation of a key, as far as the person may see it.
    pub async fn load(ctx: &Context<'_>, id: DelegationId) -> Result<Option<Self>> {
        let scope = Scope::of(ctx);
        Ok(store::by_id(scope.db.read(&scope.actor), &scope.actor, id).await?.map(Self))
    }
}

#[Object(use_type_description)]
impl Delegation {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Counts changes; send it back as `expectedVersion`.
    #[graphql(directive = inherits::apply())]
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// Where it stands today.
    #[graphql(directive = inherits::apply())]
    async fn state(&self, ctx: &Context<'_>) -> DelegationState {
        policy::state(&self.0, local_day(Scope::of(ctx).clock.now()))
    }

    /// Whose authority it is.
    #[graphql(directive = inherits::apply())]
    async fn delegator(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.delegator_id).await
    }

    /// Who acts for that person.
    #[graphql(directive = inherits::apply())]
    async fn delegate(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.delegate_id).await
    }

    /// First local day.
    #[graphql(directive = inherits::apply())]
    async fn first_day(&self) -> NaiveDate {
        self.0.first_day
    }

    /// Last local day, included.
    #[graphql(directive = inherits::apply())]
    async fn last_day(&self) -> NaiveDate {
        self.0.last_day
    }

    /// The kinds of items that it is for; empty for every kind.
    #[graphql(directive = inherits::apply())]
    async fn kinds(&self) -> Result<Vec<ApprovalKind>> {
        Ok(serde_json::from_value(self.0.kinds.clone()).map_err(Failure::from)?)
    }

    /// It is for items whose cumulative excess or amount is at most this; null for no bound.
    #[graphql(directive = inherits::apply())]
    async fn max_amount(&self) -> Option<Money> {
        self.0.max_amount.map(Money::fen)
    }

    /// It is for items that somebody of this department asked for; null for every department.
    #[graphql(directive = inherits::apply())]
    async fn department(&self, ctx: &Context<'_>) -> Option<Result<Department>> {
        Some(department(ctx, self.0.department_id?).await)
    }

    #[graphql(directive = inherits::apply())]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    #[graphql(directive = inherits::apply())]
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    #[graphql(directive = inherits::apply())]
    async fn revoked_at(&self) -> Option<DateTime<Utc>> {
        self.0.revoked_at
    }

    #[graphql(directive = inherits::apply())]
    async fn revoked_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.revoked_by?).await)
    }
}

#[derive(Default)]
pub struct DelegationQueries;

#[Object]
impl DelegationQueries {
    /// The delegations that you gave or were given, the latest first; all of them for auditors and the general manager.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn delegations(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only those that are in force on this local day.")] in_force_on: Option<NaiveDate>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Delegation>> {
        let scope = Scope::of(ctx);
        let page = PageArgs { first, after, last, before }.check()?;
        let query = store::visible_to(&scope.actor);
        let query = in_force_on.into_iter().fold(query, store::in_force);
        let db = scope.db.read(&scope.actor);
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &delegation::Model| Cursor::new(row.created_at, row.id), Delegation))
    }
}

payloads!(delegation: Delegation { DelegateAuthorityPayload, RevokeDelegationPayload });

async fn run<C, P>(ctx: &Context<'_>, command: C) -> Option<Result<P>>
where
    C: Command<Output = DelegationId>,
    P: From<(Option<Delegation>, Vec<Refusal>)>,
{
    let written = async {
        let scope = Scope::of(ctx);
        let (written, refusals) = settle(scope.db.run(&scope.actor, &command).await)?;
        let delegation = match written {
            Some(id) => Delegation::load(ctx, id).await?,
            None => None,
        };
        Ok(P::from((delegation, refusals)))
    };
    Some(written.await)
}

#[derive(Default)]
pub struct DelegationMutations;

#[Object]
impl DelegationMutations {
    /// Lends your authority over approval items to somebody for some days, within bounds (HK-A8). Refused unless the profile in
    /// force lets authority be delegated. Both are told.
    #[graphql(directive = access::apply(vec![Permission::AuthorityDelegate]))]
    async fn delegate_authority(
        &self,
        ctx: &Context<'_>,
        input: DelegateAuthority,
    ) -> Option<Result<DelegateAuthorityPayload>> {
        run(ctx, input).await
    }

    /// Takes lent authority back: from that moment on the delegate acts no more. The delegator does so, or whoever ranks above.
    /// Both are told.
    #[graphql(directive = access::apply(vec![Permission::AuthorityDelegate]))]
    async fn revoke_delegation(
        &self,
        ctx: &Context<'_>,
        input: RevokeDelegation,
    ) -> Option<Result<RevokeDelegationPayload>> {
        run(ctx, input).await
    }
}
