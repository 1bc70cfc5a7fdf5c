//! The confidentiality pledge (SG-16.4).

use crate::identity::pledges;
use crate::identity::service::sign_pledge::SignPledge;
use crate::identity::staff_rules::StaffRules;
use crate::identity::store;
use crate::platform::access::{access, inherits};
use crate::platform::error::Failure;
use crate::platform::payload::{payloads, settle};
use crate::platform::scope::Scope;
use crate::platform::text;
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use std::sync::Arc;

/// The confidentiality pledge (信息保密承诺书) that holds now (SG-16.4). Until you have signed it you may do nothing but sign it,
/// and everything else answers `FORBIDDEN`.
#[derive(SimpleObject)]
pub struct ConfidentialityPledge {
    /// What `signConfidentialityPledge` takes.
    #[graphql(directive = inherits::apply())]
    version: String,
    /// What you pledge.
    #[graphql(directive = inherits::apply())]
    text: String,
    /// SHA-256 of the text: what is kept with your signature.
    #[graphql(directive = inherits::apply())]
    sha256: String,
    /// When you signed this version and text; null while you have not.
    #[graphql(directive = inherits::apply())]
    signed_at: Option<DateTime<Utc>>,
}

/// The pledge that holds now, as the person who asks stands to it.
pub async fn of_viewer(ctx: &Context<'_>) -> Result<Option<ConfidentialityPledge>> {
    let scope = Scope::of(ctx);
    let (Some(me), Some(pledge)) = (scope.actor.staff_id(), current(ctx).await?) else { return Ok(None) };
    let signed_at = store::pledge_signed(scope.db.read(&scope.actor), me, &pledge).await?;
    let sha256 = pledge.text_sha256();
    Ok(Some(ConfidentialityPledge { version: pledge.version, text: pledge.text, sha256, signed_at }))
}

async fn current(ctx: &Context<'_>) -> Result<Option<pledges::Pledge>, Failure> {
    let scope = Scope::of(ctx);
    Ok(ctx.data_unchecked::<Arc<dyn StaffRules>>().current(&scope.db, &scope.actor).await?.pledge)
}

/// Sign the confidentiality pledge.
#[derive(InputObject)]
pub struct SignConfidentialityPledgeInput {
    /// The `version` that you read.
    pub version: String,
}

payloads!(
    pledge: ConfidentialityPledge { SignConfidentialityPledgePayload }
);

#[derive(Default)]
pub struct PledgeMutations;

#[Object]
impl PledgeMutations {
    /// Signs the confidentiality pledge (SG-16.4). Within two seconds every server knows, and your roles hold again. Refused with
    /// `OBJECT_CHANGED` when another version holds now, and with `ALREADY_DONE` when you signed this one before.
    #[graphql(directive = access::apply(vec![]))]
    async fn sign_confidentiality_pledge(
        &self,
        ctx: &Context<'_>,
        input: SignConfidentialityPledgeInput,
    ) -> Option<Result<SignConfidentialityPledgePayload>> {
        Some(sign(ctx, input).await)
    }
}

async fn sign(ctx: &Context<'_>, input: SignConfidentialityPledgeInput) -> Result<SignConfidentialityPledgePayload> {
    let scope = Scope::of(ctx);
    let version = text::required("version", &input.version, text::LINE)?;
    let command = SignPledge { version: &version, current: current(ctx).await? };
    let (signed, refusals) = settle(scope.db.run(&scope.actor, &command).await)?;
    let pledge = if signed.is_some() { of_viewer(ctx).await? } else { None };
    Ok((pledge, refusals).into())
}
