//! The type `ApprovalStep`.

use super::explanation::{ApprovalExplanation, ApprovalReplay, explained_then, replayed};
use crate::identity::graphql::{Staff, person};
use crate::platform::access::inherits;
use crate::platform::ids::NodeKey;
use crate::platform::money::Money;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::approval_step::{self, ApprovalAct};
use entity::staff_role::Role;

/// Something that happened to an approval item.
#[derive(Description)]
pub struct ApprovalStep {
    step: approval_step::Model,
    /// The item's revision now.
    revision: i32,
}

impl ApprovalStep {
    /// A step of an item that now has this revision.
    pub fn new(step: approval_step::Model, revision: i32) -> Self {
        Self { step, revision }
    }
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
        let binding = matches!(self.step.act, ApprovalAct::Endorsed | ApprovalAct::Approved | ApprovalAct::Refused);
        binding && self.step.revision < self.revision
    }

    /// SHA-256 of the content that it concerns.
    #[graphql(directive = inherits::apply())]
    async fn content_sha256(&self) -> &str {
        &self.step.content_sha256
    }

    /// What counted towards the authority then: the excess or amount of all live items about the same subject.
    #[graphql(directive = inherits::apply())]
    async fn cumulative_amount(&self) -> Money {
        Money::fen(self.step.cumulative_amount)
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

    /// Who acted; null for what time alone did.
    #[graphql(directive = inherits::apply())]
    async fn acted_by(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.step.acted_by?).await)
    }

    /// On whose behalf, when the authority was lent (HK-A8): `actedBy` for `actedFor`.
    #[graphql(directive = inherits::apply())]
    async fn acted_for(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.step.acted_for?).await)
    }

    /// Of a reversal: the decision that it takes back.
    #[graphql(directive = inherits::apply())]
    async fn reverses(&self) -> Option<ID> {
        self.step.reverses.map(|step| step.global())
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

    /// Of an endorsement or decision: what it was worked out from then. Null for other acts.
    #[graphql(directive = inherits::apply())]
    async fn explanation(&self, ctx: &Context<'_>) -> Result<Option<ApprovalExplanation>> {
        explained_then(ctx, &self.step).await
    }

    /// Of an endorsement or decision: the same worked out again from what was kept, whatever changed since. Null for other
    /// acts.
    #[graphql(directive = inherits::apply())]
    async fn replay(&self, ctx: &Context<'_>) -> Result<Option<ApprovalReplay>> {
        replayed(ctx, &self.step).await
    }
}
