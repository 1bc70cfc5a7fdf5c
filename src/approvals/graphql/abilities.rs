//! `Approval.viewerCan`: what a portal shows as buttons.

use super::approval::Approval;
use crate::approvals::policy::{self, Item};
use crate::cases::graphql::{Case, viewer_may_decide};
use crate::identity::loaders::{PeopleLoader, RolesOf};
use crate::platform::access::inherits;
use crate::platform::error::Failure;
use crate::platform::loader::Remembering;
use crate::platform::refusal::{Ability, Refusal};
use crate::platform::scope::Scope;
use crate::profiles::loaders::ProfileLoader;
use async_graphql::{Context, Description, Object, Result};
use entity::case;

/// Whether the person asking could ask for an approval on the case.
pub fn may_request_approval(ctx: &Context<'_>, case: &case::Model) -> Ability {
    Ability(policy::may_request(&Scope::of(ctx).actor, case))
}

/// What the person asking could do with an approval item now: one field for each button.
#[derive(Description)]
pub struct ApprovalAbilities(pub Approval);

impl ApprovalAbilities {
    async fn ask<T>(
        &self,
        ctx: &Context<'_>,
        question: impl FnOnce(&Item<'_>) -> std::result::Result<T, Vec<Refusal>>,
    ) -> Result<Ability> {
        let case = Case::of(ctx, self.0.0.case_id).await?;
        self.ask_on(ctx, &case.0.case, question).await
    }

    /// The same for what nobody does who must step back from the case.
    async fn ask_who_decides<T>(
        &self,
        ctx: &Context<'_>,
        question: impl FnOnce(&Item<'_>) -> std::result::Result<T, Vec<Refusal>>,
    ) -> Result<Ability> {
        let case = Case::of(ctx, self.0.0.case_id).await?;
        let asked = self.ask_on(ctx, &case.0.case, question).await?;
        if asked.0.is_err() {
            return Ok(asked);
        }
        Ok(Ability(viewer_may_decide(ctx, &case.0.case).await?))
    }

    async fn ask_on<T>(
        &self,
        ctx: &Context<'_>,
        case: &case::Model,
        question: impl FnOnce(&Item<'_>) -> std::result::Result<T, Vec<Refusal>>,
    ) -> Result<Ability> {
        let approval = &self.0.0;
        let people = ctx.data_unchecked::<Remembering<PeopleLoader>>();
        let requester_roles = people.load_one(RolesOf(approval.requested_by)).await?.unwrap_or_default();
        let profiles = ctx.data_unchecked::<Remembering<ProfileLoader>>();
        let profile = profiles.load_one(case.profile_version_id).await?;
        let profile = profile.ok_or_else(|| Failure::internal("a profile version vanished"))?;
        let item = Item { approval, case, requester_roles: &requester_roles, profile: &profile };
        Ok(Ability(question(&item).map(drop)))
    }
}

#[Object(use_type_description)]
impl ApprovalAbilities {
    /// `endorseApproval`
    #[graphql(directive = inherits::apply())]
    async fn endorse(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.ask_who_decides(ctx, |item| item.may_endorse(&Scope::of(ctx).actor)).await
    }

    /// `decideApproval`
    #[graphql(directive = inherits::apply())]
    async fn decide(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.ask_who_decides(ctx, |item| item.may_decide(&Scope::of(ctx).actor)).await
    }

    /// `amendApproval`
    #[graphql(directive = inherits::apply())]
    async fn amend(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.ask(ctx, |item| item.may_amend(&Scope::of(ctx).actor)).await
    }

    /// `withdrawApproval`
    #[graphql(directive = inherits::apply())]
    async fn withdraw(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.ask(ctx, |item| item.may_withdraw(&Scope::of(ctx).actor)).await
    }
}
