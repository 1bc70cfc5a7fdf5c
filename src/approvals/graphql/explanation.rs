//! Why an item stands where it stands: the facts, every rule that was looked at, and who could act.

use super::approval::Approval;
use super::loader;
use crate::approvals::authority::{Assessment, Bar, Capacity, Facts, Finding, Inputs, Outcome, replay};
use crate::approvals::facts::Sources;
use crate::approvals::loaders::{LentToday, StepsOf};
use crate::cases::graphql::Case;
use crate::cases::loaders::{CaseLoader, HandlersOf, PlansOf};
use crate::cases::people::loaders::{InvolvedIn, WhoTakesPart};
use crate::identity::graphql::{Staff, person};
use crate::identity::loaders::{PeopleLoader, RolesOf};
use crate::platform::access::inherits;
use crate::platform::error::Failure;
use crate::platform::language::Language;
use crate::platform::loader::{Batching, Remembering};
use crate::platform::money::Money;
use crate::profiles::Profile;
use crate::profiles::graphql::{PolicyProfile, of_version};
use crate::profiles::loaders::ProfileLoader;
use async_graphql::{Context, Description, Object, Result};
use entity::approval_step;
use entity::staff_role::Role;
use entity::{ProfileVersionId, StaffId};
use std::sync::Arc;

/// Why an approval item stands where it stands: the facts, every rule that was looked at with its numbers, whom something
/// keeps from acting, and who could act.
#[derive(Description)]
pub struct ApprovalExplanation {
    profile_version: ProfileVersionId,
    profile: Arc<Profile>,
    facts: Facts,
    assessment: Assessment,
}

#[Object(use_type_description)]
impl ApprovalExplanation {
    /// The profile by which it was worked out: that of the acceptance of the case (HK-3.8).
    #[graphql(directive = inherits::apply())]
    async fn profile(&self) -> PolicyProfile {
        of_version(self.profile_version, Arc::clone(&self.profile))
    }

    /// The excess or amount of all live items about the same subject in the case (HK-4.1.9); null for a kind without one.
    #[graphql(directive = inherits::apply())]
    async fn cumulative_amount(&self) -> Option<Money> {
        (self.facts.cumulative_amount != 0 || self.facts.measures.ratio.is_some())
            .then(|| Money::fen(self.facts.cumulative_amount))
    }

    /// Name of the authority tier.
    #[graphql(directive = inherits::apply())]
    async fn tier(&self) -> &str {
        &self.assessment.tier
    }

    /// The role that the tier names.
    #[graphql(directive = inherits::apply())]
    async fn named_role(&self) -> Role {
        self.assessment.named_role
    }

    /// The lowest role that may decide: above the person who asked, and held by somebody who is free to (HK-4.8).
    #[graphql(directive = inherits::apply())]
    async fn required_role(&self) -> Role {
        self.assessment.required_role
    }

    /// The rule that names the required role.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> &str {
        &self.assessment.rule
    }

    /// Whether it is endorsed before it is decided (HK-4.11).
    #[graphql(directive = inherits::apply())]
    async fn needs_endorsement(&self) -> bool {
        self.assessment.needs_endorsement
    }

    /// Every rule that was looked at, and whether it held.
    #[graphql(directive = inherits::apply())]
    async fn findings(&self) -> Vec<AuthorityFinding> {
        self.assessment.findings.iter().cloned().map(AuthorityFinding).collect()
    }

    /// Who could endorse it; empty when it needs no endorsement, or nobody is left.
    #[graphql(directive = inherits::apply())]
    async fn endorsers(&self) -> Vec<AuthorityHolder> {
        self.assessment.endorsers.iter().copied().map(AuthorityHolder).collect()
    }

    /// Who could decide it, once it is endorsed if it needs that; empty when nobody is left.
    #[graphql(directive = inherits::apply())]
    async fn deciders(&self) -> Vec<AuthorityHolder> {
        self.assessment.deciders.iter().copied().map(AuthorityHolder).collect()
    }

    /// Whom something keeps from acting, in whatever role (HK-4.8, G-7).
    #[graphql(directive = inherits::apply())]
    async fn conflicts(&self) -> Vec<AuthorityConflict> {
        let barred = self.facts.people.iter().filter(|person| !person.bars.is_empty());
        barred.map(|person| AuthorityConflict { person: person.id, reasons: person.bars.clone() }).collect()
    }
}

/// A rule that was looked at.
#[derive(Description)]
pub struct AuthorityFinding(Finding);

#[Object(use_type_description)]
impl AuthorityFinding {
    /// The rule, for example `HK-4.1.2`.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> &str {
        &self.0.rule
    }

    /// Whether it applies to the item.
    #[graphql(directive = inherits::apply())]
    async fn holds(&self) -> bool {
        self.0.holds
    }

    /// What it says of the item, with the numbers: `excess 2000.01 > 2000.00, ≤ 10000.00`. In the language of the caller.
    #[graphql(directive = inherits::apply())]
    async fn statement(&self, ctx: &Context<'_>) -> &str {
        match ctx.data_unchecked::<Language>() {
            Language::Chinese => &self.0.chinese,
            Language::English => &self.0.english,
        }
    }
}

/// Somebody who could act on an item.
#[derive(Description)]
pub struct AuthorityHolder(pub Capacity);

#[Object(use_type_description)]
impl AuthorityHolder {
    #[graphql(directive = inherits::apply())]
    async fn person(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.0.person).await
    }

    /// The lowest of the person's roles that is enough.
    #[graphql(directive = inherits::apply())]
    async fn role(&self) -> Role {
        self.0.role
    }

    /// True when the role outranks the one that the tier names (HK-4.9).
    #[graphql(directive = inherits::apply())]
    async fn above_tier(&self) -> bool {
        self.0.above_tier
    }

    /// Whose role it is, when it is lent (HK-A8).
    #[graphql(directive = inherits::apply())]
    async fn on_behalf_of(&self, ctx: &Context<'_>) -> Option<Result<Staff>> {
        Some(person(ctx, self.0.on_behalf?.of).await)
    }
}

/// Somebody who must not act on an item.
#[derive(Description)]
pub struct AuthorityConflict {
    person: StaffId,
    reasons: Vec<Bar>,
}

#[Object(use_type_description)]
impl AuthorityConflict {
    #[graphql(directive = inherits::apply())]
    async fn person(&self, ctx: &Context<'_>) -> Result<Staff> {
        person(ctx, self.person).await
    }

    #[graphql(directive = inherits::apply())]
    async fn reasons(&self) -> &[Bar] {
        &self.reasons
    }
}

/// A past act, worked out again from what was kept of it.
#[derive(Description)]
pub struct ApprovalReplay {
    recorded: String,
    recomputed: Option<String>,
}

#[Object(use_type_description)]
impl ApprovalReplay {
    /// True when the same follows today, to the byte.
    #[graphql(directive = inherits::apply())]
    async fn identical(&self) -> bool {
        self.recomputed.as_ref() == Some(&self.recorded)
    }

    /// What followed then, as canonical JSON (RFC 8785).
    #[graphql(directive = inherits::apply())]
    async fn recorded(&self) -> &str {
        &self.recorded
    }

    /// What follows from the same inputs now; null when the act would be refused.
    #[graphql(directive = inherits::apply())]
    async fn recomputed(&self) -> Option<&str> {
        self.recomputed.as_deref()
    }
}

/// The facts of an item as they are now, and the profile that they fall under.
pub async fn facts_now(ctx: &Context<'_>, approval: &Approval) -> Result<(ProfileVersionId, Arc<Profile>, Facts)> {
    let case = Case::of(ctx, approval.0.case_id).await?;
    let case = &case.0.case;
    let profile = profile_of(ctx, case.profile_version_id).await?;
    let cases = ctx.data_unchecked::<Batching<CaseLoader>>();
    let steps = loader(ctx).load_one(StepsOf(approval.0.id)).await?.unwrap_or_default();
    let plans = cases.load_one(PlansOf(case.id)).await?.unwrap_or_default();
    let handlers = cases.load_one(HandlersOf(case.id)).await?.unwrap_or_default();
    let involved = cases.load_one(InvolvedIn(case.id)).await?.unwrap_or_default();
    let people = cases.load_one(WhoTakesPart).await?.unwrap_or_default();
    let staff = ctx.data_unchecked::<Remembering<PeopleLoader>>();
    let owner_roles = staff.load_one(RolesOf(approval.0.requested_by)).await?.unwrap_or_default();
    let owner = staff.load_one(approval.0.requested_by).await?;
    let lent = match profile.delegation {
        Some(_) => loader(ctx).load_one(LentToday).await?.unwrap_or_default(),
        None => Arc::default(),
    };
    let sources = Sources {
        approval: &approval.0,
        case,
        steps: &steps,
        plans: &plans,
        handlers: &handlers,
        people: &people,
        profile: &profile,
        owner_roles: &owner_roles,
        owner_department: owner.map(|card| card.department_id),
        lent: &lent,
        involved: &involved,
    };
    let facts = sources.facts()?;
    Ok((case.profile_version_id, profile, facts))
}

async fn profile_of(ctx: &Context<'_>, version: ProfileVersionId) -> Result<Arc<Profile>> {
    let found = ctx.data_unchecked::<Remembering<ProfileLoader>>().load_one(version).await?;
    Ok(found.ok_or_else(|| Failure::internal("a profile version vanished"))?)
}

/// What follows from the facts as they are now.
pub async fn explained_now(ctx: &Context<'_>, approval: &Approval) -> Result<ApprovalExplanation> {
    let (profile_version, profile, facts) = facts_now(ctx, approval).await?;
    let assessment = facts.assess(&profile).map_err(|_| Failure::internal("a kind of approval vanished"))?;
    Ok(ApprovalExplanation { profile_version, profile, facts, assessment })
}

/// What an endorsement or decision was worked out from, and to.
pub async fn explained_then(ctx: &Context<'_>, step: &approval_step::Model) -> Result<Option<ApprovalExplanation>> {
    let Some((inputs, outcome)) = step.inputs.as_deref().zip(step.assessment.as_deref()) else { return Ok(None) };
    let inputs: Inputs = serde_json::from_str(inputs).map_err(Failure::from)?;
    let outcome: Outcome = serde_json::from_str(outcome).map_err(Failure::from)?;
    let profile = profile_of(ctx, inputs.profile_version).await?;
    let Inputs { profile_version, facts, .. } = inputs;
    Ok(Some(ApprovalExplanation { profile_version, profile, facts, assessment: outcome.assessment }))
}

/// A past act worked out again.
pub async fn replayed(ctx: &Context<'_>, step: &approval_step::Model) -> Result<Option<ApprovalReplay>> {
    let Some((text, recorded)) = step.inputs.as_deref().zip(step.assessment.clone()) else { return Ok(None) };
    let inputs: Inputs = serde_json::from_str(text).map_err(Failure::from)?;
    let profile = profile_of(ctx, inputs.profile_version).await?;
    let recomputed = replay(text, &profile).map_err(Failure::from)?;
    Ok(Some(ApprovalReplay { recorded, recomputed }))
}

/// Whether an undecided item waits for somebody who is not there.
pub async fn is_stuck(ctx: &Context<'_>, approval: &Approval) -> Result<bool> {
    let (_, profile, facts) = facts_now(ctx, approval).await?;
    let assessment = facts.assess(&profile).map_err(|_| Failure::internal("a kind of approval vanished"))?;
    Ok(assessment.is_stuck(&facts))
}
