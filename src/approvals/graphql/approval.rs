//! The type `Approval`.

use super::abilities::ApprovalAbilities;
use super::content::{ApprovalBasis, ApprovalContent};
use super::execution::ApprovalExecution;
use super::explanation::{ApprovalExplanation, explained_now};
use super::loader;
use super::step::ApprovalStep;
use crate::approvals::basis::Basis;
use crate::approvals::execution::payable;
use crate::approvals::form;
use crate::approvals::loaders::{ApprovalsOf, ApprovedAbout, ExecutionsOf, StepsOf};
use crate::cases::evidence::loaders::EvidenceOf;
use crate::cases::graphql::Case;
use crate::cases::graphql::form::Form;
use crate::cases::loaders::CaseLoader;
use crate::identity::graphql::{Staff, person};
use crate::identity::loaders::PeopleLoader;
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::loader::{Batching, Remembering};
use crate::platform::money::Money;
use crate::platform::vault::loaders::{key_of, remember};
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::ApprovalId;
use entity::approval::{self, ApprovalKind, ApprovalState};
use entity::approval_step::{self, ApprovalAct};
use entity::evidence;
use entity::staff_role::Role;
use std::collections::HashMap;

/// An approval item (审批事项): what somebody with authority must decide.
#[derive(Clone, Description)]
pub struct Approval(pub approval::Model);

impl Approval {
    /// The item of a key, as far as the person may see it.
    pub async fn find(ctx: &Context<'_>, id: ApprovalId) -> Result<Option<Self>> {
        Ok(loader(ctx).load_one(id).await?.map(Self))
    }
}

/// The items of a case: read with it, or by the loader.
pub async fn of_case(ctx: &Context<'_>, case: &Case) -> Result<Vec<Approval>> {
    remember(ctx, &case.0.case).await;
    let rows = match &case.0.approvals {
        Some(read) => read.clone(),
        None => loader(ctx).load_one(ApprovalsOf(case.0.case.id)).await?.unwrap_or_default(),
    };
    Ok(rows.into_iter().map(Approval).collect())
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

    /// The case that it belongs to; null for auditors once it is archived, who then read it in the archive.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead, Permission::CaseRead]))]
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        Ok(Case::of(ctx, self.0.case_id).await?.shown(ctx))
    }

    /// What is asked for; null once the archive file of the case was disposed of (SG-13.6).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn content(&self, ctx: &Context<'_>) -> Option<Result<ApprovalContent>> {
        let key = key_of(ctx, self.0.case_id).await.transpose()?;
        Some(key.and_then(|key| Ok(ApprovalContent::of(&self.0, &key)?)))
    }

    /// SHA-256 of the canonical form of the content: what a decision is bound to.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn content_sha256(&self) -> &str {
        &self.0.content_sha256
    }

    /// What it rests on: plan version and evidence. Null for items that are older than this.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn basis(&self) -> Result<Option<ApprovalBasis>> {
        let basis: Option<Basis> =
            self.0.basis.clone().map(serde_json::from_value).transpose().map_err(Failure::from)?;
        Ok(basis.map(ApprovalBasis::from))
    }

    /// Whether evidence came to the case since it was asked for, or amended, that it does not rest on.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead, Permission::CaseRead]))]
    async fn has_newer_evidence(&self, ctx: &Context<'_>) -> Result<bool> {
        let Some(basis) = self.0.basis.clone() else { return Ok(false) };
        let basis: Basis = serde_json::from_value(basis).map_err(Failure::from)?;
        let steps = loader(ctx).load_one(StepsOf(self.0.id)).await?.unwrap_or_default();
        let asked = |step: &&approval_step::Model| matches!(step.act, ApprovalAct::Requested | ApprovalAct::Amended);
        let Some(asked_at) = steps.iter().rfind(asked).map(|step| step.acted_at) else { return Ok(false) };
        let evidence = ctx.data_unchecked::<Batching<CaseLoader>>().load_one(EvidenceOf(self.0.case_id)).await?;
        let newer = |item: &evidence::Model| item.added_at >= asked_at && !basis.rests_on(item.id);
        Ok(evidence.unwrap_or_default().iter().any(newer))
    }

    /// Approved items about the same contract or account in cases that are closed, as far as you may see them: they do not
    /// count towards the authority, and the decider should know of them (HK-A22).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn earlier_approvals(&self, ctx: &Context<'_>) -> Result<Vec<Self>> {
        let Some(subject) = self.0.subject_index.clone() else { return Ok(Vec::new()) };
        let found = loader(ctx).load_one(ApprovedAbout { kind: self.0.kind, subject }).await?.unwrap_or_default();
        Ok(found.into_iter().filter(|row| row.case_id != self.0.case_id).map(Self).collect())
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

    /// On whose behalf it was endorsed, when the authority was lent (HK-A8).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn endorsed_for(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.endorsed_for?).await)
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

    /// On whose behalf it was decided, when the authority was lent (HK-A8).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn decided_for(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.decided_for?).await)
    }

    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn decided_at(&self) -> Option<DateTime<Utc>> {
        self.0.decided_at
    }

    /// Everything that happened to it, in order; nothing of it is ever changed (HK-4.10).
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn steps(&self, ctx: &Context<'_>) -> Result<Vec<ApprovalStep>> {
        let steps = loader(ctx).load_one(StepsOf(self.0.id)).await?.unwrap_or_default();
        Ok(steps.into_iter().map(|step| ApprovalStep::new(step, self.0.revision)).collect())
    }

    /// What may be paid on it in all, once it is approved; null where nothing is paid.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn payable_amount(&self) -> Result<Option<Money>> {
        Ok(payable(&self.0)?.map(Money::fen))
    }

    /// What was paid on it so far.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn executed_amount(&self) -> Money {
        Money::fen(self.0.executed_amount)
    }

    /// The payments, the first one first.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn executions(&self, ctx: &Context<'_>) -> Result<Vec<ApprovalExecution>> {
        let found = loader(ctx).load_one(ExecutionsOf(self.0.id)).await?.unwrap_or_default();
        Ok(found.into_iter().map(ApprovalExecution).collect())
    }

    /// The application form of an item of the kind COMMISSION_OR_DEPOSIT_FREEZE, with its decision (annex 8, HK-F.8); null for
    /// other kinds.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead, Permission::CaseRead]))]
    async fn form(&self, ctx: &Context<'_>) -> Result<Option<Form>> {
        let case = Case::of(ctx, self.0.case_id).await?;
        let profile = case.profile(ctx).await?;
        let steps = loader(ctx).load_one(StepsOf(self.0.id)).await?.unwrap_or_default();
        let people = form::people(&self.0, &steps);
        let cards = ctx.data_unchecked::<Remembering<PeopleLoader>>().load_many(people).await?;
        let names: HashMap<_, _> = cards.into_iter().map(|(id, card)| (id, card.name)).collect();
        let sources =
            form::Sources { item: &self.0, case: &case.0.case, profile: &profile, steps: &steps, names: &names };
        Ok(sources.form()?.map(Form))
    }

    /// Why it stands where it stands, as things are now: facts, rules with their numbers, conflicts, and who could act.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead, Permission::CaseRead]))]
    async fn explanation(&self, ctx: &Context<'_>) -> Result<ApprovalExplanation> {
        explained_now(ctx, self).await
    }

    /// What you could do with it now, and if not, why.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    async fn viewer_can(&self) -> ApprovalAbilities {
        ApprovalAbilities(self.clone())
    }
}
