//! Approval items as a portal sees them.

use super::content::Content;
use super::loaders::{ApprovalLoader, ApprovalsOf, StepsOf};
use super::policy::{self, Item};
use super::service::CONTRACT_NUMBER;
use super::service::amend_approval::AmendApproval;
use super::service::decide_approval::DecideApproval;
use super::service::endorse_approval::EndorseApproval;
use super::service::request_approval::RequestApproval;
use super::service::withdraw_approval::WithdrawApproval;
use super::store::{self, Filter, POSITION};
use crate::cases::graphql::Case;
use crate::identity::graphql::{Staff, person};
use crate::identity::loaders::{PeopleLoader, RolesOf};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::db::Command;
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::{Batching, Remembering};
use crate::platform::money::Money;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::{Ability, Refusal};
use crate::platform::scope::Scope;
use crate::profiles::loaders::ProfileLoader;
use async_graphql::{Context, Description, ID, InputObject, Object, Result, SimpleObject, Union};
use chrono::{DateTime, Utc};
use entity::approval::{self, ApprovalKind, ApprovalState, SurrenderScope};
use entity::approval_step::{self, ApprovalAct};
use entity::staff_role::Role;
use entity::{ApprovalId, case};

/// An approval item (审批事项): what somebody with authority must decide.
#[derive(Clone, Description)]
pub struct Approval(pub approval::Model);

fn loader<'a>(ctx: &Context<'a>) -> &'a Batching<ApprovalLoader> {
    ctx.data_unchecked::<Batching<ApprovalLoader>>()
}

impl Approval {
    /// The item of a key, as far as the person may see it.
    pub async fn find(ctx: &Context<'_>, id: ApprovalId) -> Result<Option<Self>> {
        Ok(loader(ctx).load_one(id).await?.map(Self))
    }
}

/// The items of a case: read with it, or by the loader.
pub async fn of_case(ctx: &Context<'_>, case: &Case) -> Result<Vec<Approval>> {
    let rows = match &case.0.approvals {
        Some(read) => read.clone(),
        None => loader(ctx).load_one(ApprovalsOf(case.0.case.id)).await?.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(Approval).collect())
}

/// Whether the person asking could ask for an approval on the case.
pub fn may_request_approval(ctx: &Context<'_>, case: &case::Model) -> Ability {
    Ability(policy::may_request(&Scope::of(ctx).actor, case))
}

#[Object(use_type_description)]
impl Approval {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn kind(&self) -> ApprovalKind {
        self.0.kind
    }

    /// Where it stands.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn state(&self) -> ApprovalState {
        self.0.state
    }

    /// Counts changes; send it back as `expectedVersion`.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn version(&self) -> i32 {
        self.0.version
    }

    /// 1 when it was asked for; each amendment adds one and voids what was decided before (HK-4.1.8).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn revision(&self) -> i32 {
        self.0.revision
    }

    /// The case that it belongs to.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead, Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Result<Case> {
        Case::load(ctx, self.0.case_id).await
    }

    /// What is asked for.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn content(&self, ctx: &Context<'_>) -> Result<ApprovalContent> {
        let scope = Scope::of(ctx);
        let Content::NegotiatedSurrender(surrender) =
            serde_json::from_value(self.0.content.clone()).map_err(Failure::from)?;
        Ok(ApprovalContent::NegotiatedSurrender(NegotiatedSurrender {
            scope: surrender.scope,
            contract_number: scope.vault.open(CONTRACT_NUMBER, self.0.id, &self.0.contract_number_sealed)?,
            cash_value: Money::fen(surrender.cash_value),
            agreed_total: Money::fen(surrender.agreed_total),
            total_premium: Money::fen(surrender.total_premium),
            excess: Money::fen(self.0.excess),
            cumulative_excess: Money::fen(self.0.cumulative_excess),
            ratio_percent: surrender.ratio_percent(),
        }))
    }

    /// SHA-256 of the canonical form of the content: what a decision is bound to.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn content_sha256(&self) -> &str {
        &self.0.content_sha256
    }

    /// Why it is asked for.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn reason(&self) -> &str {
        &self.0.reason
    }

    /// Name of the authority tier (HK-4.1.1…HK-4.1.4).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn tier(&self) -> &str {
        &self.0.tier
    }

    /// The lowest role that may decide it.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn required_role(&self) -> Role {
        self.0.required_role
    }

    /// The rule that puts it into its tier, for example `HK-4.1.2`.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn rule(&self) -> &str {
        &self.0.rule
    }

    /// Who asked for it.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn requested_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.requested_by).await
    }

    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn requested_at(&self) -> DateTime<Utc> {
        self.0.requested_at
    }

    /// Who endorsed the present revision.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn endorsed_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.endorsed_by?).await)
    }

    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn endorsed_at(&self) -> Option<DateTime<Utc>> {
        self.0.endorsed_at
    }

    /// Who decided the present revision.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn decided_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.decided_by?).await)
    }

    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Everything that happened to it, in order; nothing of it is ever changed (HK-4.10).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<ApprovalStep>> {
        let steps = loader(ctx).load_one(StepsOf(self.0.id)).await?.unwrap_or_default();
        let now = self.0.revision;
        Ok(steps.into_iter().map(|step| ApprovalStep { void: is_void(&step, now), step }).collect())
    }

    /// What you could do with it now, and if not, why.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn viewer_can(&self) -> ApprovalAbilities {
        ApprovalAbilities(self.clone())
    }
}

fn is_void(step: &approval_step::Model, revision: i32) -> bool {
    let binding = matches!(step.act, ApprovalAct::Endorsed | ApprovalAct::Approved | ApprovalAct::Refused);
    binding && step.revision < revision
}

/// What an approval item asks for, by kind.
#[derive(Union)]
pub enum ApprovalContent {
    NegotiatedSurrender(NegotiatedSurrender),
}

/// A policy, or part of one, that ends for an agreed amount (协议解约).
#[derive(SimpleObject)]
pub struct NegotiatedSurrender {
    #[graphql(directive = inherits::apply())]
    scope: SurrenderScope,
    #[graphql(directive = inherits::apply())]
    contract_number: String,
    /// Cash value on the day of the request, of the surrendered part when it is a part.
    #[graphql(directive = inherits::apply())]
    cash_value: Money,
    /// What the customer gets in all.
    #[graphql(directive = inherits::apply())]
    agreed_total: Money,
    /// Premiums paid to date, of the surrendered part when it is a part.
    #[graphql(directive = inherits::apply())]
    total_premium: Money,
    /// Agreed total minus cash value (HK-4.1.5).
    #[graphql(directive = inherits::apply())]
    excess: Money,
    /// Excess of all live items of this contract in this case, this one included (HK-4.1.9). The tier follows from it.
    #[graphql(directive = inherits::apply())]
    cumulative_excess: Money,
    /// Agreed total as a percentage of the premiums, cut to two places. The tier follows from the exact figures.
    #[graphql(directive = inherits::apply())]
    ratio_percent: String,
}

/// Something that happened to an approval item.
#[derive(Description)]
pub struct ApprovalStep {
    step: approval_step::Model,
    void: bool,
}

#[Object(use_type_description)]
impl ApprovalStep {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.step.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn act(&self) -> ApprovalAct {
        self.step.act
    }

    /// The revision of the item that it concerns.
    #[graphql(directive = inherits::apply())]
    async fn revision(&self) -> i32 {
        self.step.revision
    }

    /// True for an endorsement or decision on content that was amended since (HK-4.1.8).
    #[graphql(directive = inherits::apply())]
    async fn void(&self) -> bool {
        self.void
    }

    /// SHA-256 of the content that it concerns.
    #[graphql(directive = inherits::apply())]
    async fn content_sha256(&self) -> &str {
        &self.step.content_sha256
    }

    /// Excess of all live items of the contract then.
    #[graphql(directive = inherits::apply())]
    async fn cumulative_excess(&self) -> Money {
        Money::fen(self.step.cumulative_excess)
    }

    /// Name of the authority tier then.
    #[graphql(directive = inherits::apply())]
    async fn tier(&self) -> &str {
        &self.step.tier
    }

    /// The lowest role that could decide then.
    #[graphql(directive = inherits::apply())]
    async fn required_role(&self) -> Role {
        self.step.required_role
    }

    /// The rule that put the item into its tier then.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> &str {
        &self.step.rule
    }

    #[graphql(directive = inherits::apply())]
    async fn acted_by(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.step.acted_by).await
    }

    /// The role that gave the authority; null for acts of the person who asked.
    #[graphql(directive = inherits::apply())]
    async fn acted_as(&self) -> Option<Role> {
        self.step.acted_as
    }

    /// True when a higher rank than needed acted (HK-4.9).
    #[graphql(directive = inherits::apply())]
    async fn above_tier(&self) -> bool {
        self.step.above_tier
    }

    /// The opinion, or the reason of the person who asked.
    #[graphql(directive = inherits::apply())]
    async fn opinion(&self) -> &str {
        &self.step.opinion
    }

    #[graphql(directive = inherits::apply())]
    async fn acted_at(&self) -> DateTime<Utc> {
        self.step.acted_at
    }
}

/// What the person asking could do with an approval item now: one field for each button.
#[derive(Description)]
pub struct ApprovalAbilities(Approval);

impl ApprovalAbilities {
    async fn ask<T>(
        &self,
        ctx: &Context<'_>,
        question: impl FnOnce(&Item<'_>) -> std::result::Result<T, Vec<Refusal>>,
    ) -> Result<Ability> {
        let approval = &self.0.0;
        let case = Case::load(ctx, approval.case_id).await?;
        let case = &case.0.case;
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
        self.ask(ctx, |item| item.may_endorse(&Scope::of(ctx).actor)).await
    }

    /// `decideApproval`
    #[graphql(directive = inherits::apply())]
    async fn decide(&self, ctx: &Context<'_>) -> Result<Ability> {
        self.ask(ctx, |item| item.may_decide(&Scope::of(ctx).actor)).await
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
        let filter = Filter { states, required_roles };
        let query = filter.apply(store::visible_to(&scope.actor));
        let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
        Ok(page.connect(listed, |row: &approval::Model| Cursor::new(row.requested_at, row.id), Approval))
    }
}

payloads!(
    approval: Approval {
        RequestApprovalPayload,
        AmendApprovalPayload,
        EndorseApprovalPayload,
        DecideApprovalPayload,
        WithdrawApprovalPayload,
    }
);

async fn run<C, P>(ctx: &Context<'_>, command: C) -> Option<Result<P>>
where
    C: Command<Output = ApprovalId>,
    P: From<(Option<Approval>, Vec<Refusal>)>,
{
    Some(write_and_read(ctx, &command).await.map(P::from))
}

async fn write_and_read<C: Command<Output = ApprovalId>>(
    ctx: &Context<'_>,
    command: &C,
) -> Result<(Option<Approval>, Vec<Refusal>)> {
    let scope = Scope::of(ctx);
    let (written, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    let approval = match written {
        Some(id) => Approval::find(ctx, id).await?,
        None => None,
    };
    Ok((approval, refusals))
}

#[derive(Default)]
pub struct ApprovalMutations;

#[Object]
impl ApprovalMutations {
    /// Asks for an approval. The server works out excess, ratio and tier (HK-4.1.5).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn request_approval(
        &self,
        ctx: &Context<'_>,
        input: RequestApproval,
    ) -> Option<Result<RequestApprovalPayload>> {
        run(ctx, input).await
    }

    /// Changes what an item asks for; whatever was endorsed or decided before is void (HK-4.1.8).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn amend_approval(&self, ctx: &Context<'_>, input: AmendApproval) -> Option<Result<AmendApprovalPayload>> {
        run(ctx, input).await
    }

    /// Takes back an item that nobody has decided.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRequest]))]
    async fn withdraw_approval(
        &self,
        ctx: &Context<'_>,
        input: WithdrawApproval,
    ) -> Option<Result<WithdrawApprovalPayload>> {
        run(ctx, input).await
    }

    /// Endorses an item above the lowest tier, before its decider (HK-4.11).
    #[graphql(directive = access::apply(vec![Permission::ApprovalEndorse]))]
    async fn endorse_approval(
        &self,
        ctx: &Context<'_>,
        input: EndorseApproval,
    ) -> Option<Result<EndorseApprovalPayload>> {
        run(ctx, input).await
    }

    /// Decides an item within one's authority, never one's own, once (HK-4.8…HK-4.10). A decision on an item that is
    /// decided already gives the error code `CONFLICT`.
    #[graphql(directive = access::apply(vec![Permission::ApprovalDecide]))]
    async fn decide_approval(&self, ctx: &Context<'_>, input: DecideApproval) -> Option<Result<DecideApprovalPayload>> {
        run(ctx, input).await
    }
}
