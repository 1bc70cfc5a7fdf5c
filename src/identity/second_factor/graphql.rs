//! One's own second factor.

use super::service::confirm_second_factor::confirm_second_factor;
use super::service::enrol_second_factor::{Enrolment, enrol_second_factor};
use super::service::remove_second_factor::remove_second_factor;
use super::service::renew_recovery_codes::renew_recovery_codes;
use super::store;
use crate::identity;
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::staff_rules::StaffRules;
use crate::platform::access::{Who, access, inherits};
use crate::platform::error::Failure;
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use std::sync::Arc;

/// The second factor of the person who asks.
#[derive(SimpleObject)]
pub struct ViewerSecondFactor {
    /// Since when you have one; null without one.
    #[graphql(directive = inherits::apply())]
    enrolled_at: Option<DateTime<Utc>>,
    /// How many recovery codes you have not used yet; with `renewRecoveryCodes` you get ten new ones.
    #[graphql(directive = inherits::apply())]
    recovery_codes_left: i64,
    /// True when one of your roles must have one, by the rules of the organisation (ASVS 6.3.3).
    #[graphql(directive = inherits::apply())]
    required: bool,
    /// True when this session was begun with a code, or your second factor was confirmed in it.
    #[graphql(directive = inherits::apply())]
    proved: bool,
    /// True when it is required and not proved: then you hold no roles, and everything but what is about yourself answers
    /// `FORBIDDEN`. Enrol one with `enrolSecondFactor` and `confirmSecondFactor`, or sign in with a code of the one you have.
    #[graphql(directive = inherits::apply())]
    missing: bool,
}

pub async fn of_viewer(ctx: &Context<'_>) -> Result<ViewerSecondFactor, Failure> {
    let scope = Scope::of(ctx);
    let Who::Staff { id, session_id, .. } = scope.actor.who else {
        return Err(Failure::Unauthenticated("Sign in first."));
    };
    let db = scope.db.read(&scope.actor);
    let session = identity::store::signed_in(db, id, session_id).await?;
    let proved = session.is_some_and(|(_, session)| session.second_factor);
    let roles = identity::store::roles_of(db, id).await?;
    let required = rules(ctx).current(&scope.db, &scope.actor).await?.second_factor_of_one(&roles);
    Ok(ViewerSecondFactor {
        enrolled_at: store::since(db, &[id]).await?.remove(&id),
        recovery_codes_left: store::recovery_codes_left(db, id).await?,
        required,
        proved,
        missing: required && !proved,
    })
}

fn rules<'a>(ctx: &Context<'a>) -> &'a dyn StaffRules {
    ctx.data_unchecked::<Arc<dyn StaffRules>>().as_ref()
}

fn sign_in_rules<'a>(ctx: &Context<'a>) -> &'a SignInRules {
    ctx.data_unchecked::<SignInRules>()
}

/// Begin to enrol a second factor, or another one.
#[derive(InputObject)]
pub struct EnrolSecondFactorInput {
    #[graphql(secret)]
    pub password: String,
    /// Of the second factor that you have, if you have one: the new one takes its place when it is confirmed.
    #[graphql(secret)]
    pub code: Option<String>,
}

/// Give the first code of a second factor.
#[derive(InputObject)]
pub struct ConfirmSecondFactorInput {
    /// The six digits that the application shows.
    #[graphql(secret)]
    pub code: String,
}

/// Make new recovery codes.
#[derive(InputObject)]
pub struct RenewRecoveryCodesInput {
    #[graphql(secret)]
    pub password: String,
    /// The six digits of your authenticator application, or a recovery code.
    #[graphql(secret)]
    pub code: String,
}

/// Remove your second factor.
#[derive(InputObject)]
pub struct RemoveSecondFactorInput {
    #[graphql(secret)]
    pub password: String,
    /// The six digits of your authenticator application, or a recovery code.
    #[graphql(secret)]
    pub code: String,
}

/// A secret for an authenticator application. It is shown only now; keep it nowhere.
#[derive(SimpleObject)]
pub struct SecondFactorEnrolment {
    /// In base32, for typing. Codes have six digits, change every 30 seconds, and are made with SHA-1 (RFC 6238).
    #[graphql(directive = inherits::apply())]
    secret: String,
    /// The same as an `otpauth://` URI: show it as a QR code.
    #[graphql(directive = inherits::apply())]
    uri: String,
    /// Until when the first code must have come: after 15 minutes, enrol anew.
    #[graphql(directive = inherits::apply())]
    confirm_before: DateTime<Utc>,
}

impl From<Enrolment> for SecondFactorEnrolment {
    fn from(enrolment: Enrolment) -> Self {
        Self {
            secret: enrolment.secret.expose_secret().to_owned(),
            uri: enrolment.uri.expose_secret().to_owned(),
            confirm_before: enrolment.confirm_before,
        }
    }
}

/// Ten codes, each of which stands once for a code of the authenticator application when that is lost. They are shown only now:
/// have the person print them or write them down. Capitals, spaces and dashes do not matter when they are typed.
#[derive(SimpleObject)]
pub struct RecoveryCodes {
    #[graphql(directive = inherits::apply())]
    codes: Vec<String>,
}

impl From<Vec<SecretString>> for RecoveryCodes {
    fn from(codes: Vec<SecretString>) -> Self {
        Self { codes: codes.iter().map(|code| code.expose_secret().to_owned()).collect() }
    }
}

payloads!(enrolment: SecondFactorEnrolment { EnrolSecondFactorPayload });
payloads!(recovery: RecoveryCodes { ConfirmSecondFactorPayload, RenewRecoveryCodesPayload });
payloads!(second_factor: ViewerSecondFactor { RemoveSecondFactorPayload });

#[derive(Default)]
pub struct SecondFactorMutations;

#[Object]
impl SecondFactorMutations {
    /// Gives a secret for an authenticator application. The second factor holds when `confirmSecondFactor` gets its first code; until
    /// then everything is as before. Who has one already gives its code as well.
    #[graphql(directive = access::apply(vec![]))]
    async fn enrol_second_factor(
        &self,
        ctx: &Context<'_>,
        input: EnrolSecondFactorInput,
    ) -> Option<Result<EnrolSecondFactorPayload>> {
        Some(enrol(ctx, input).await)
    }

    /// Puts the secret of `enrolSecondFactor` into force and gives ten recovery codes. From here on `login` and `confirmIdentity`
    /// ask for a code; your other sessions end, and roles that must have a second factor hold in this one.
    #[graphql(directive = access::apply(vec![]))]
    async fn confirm_second_factor(
        &self,
        ctx: &Context<'_>,
        input: ConfirmSecondFactorInput,
    ) -> Option<Result<ConfirmSecondFactorPayload>> {
        let confirmed = confirm_second_factor(Scope::of(ctx), &input.code.into()).await;
        Some(settle(confirmed.map(RecoveryCodes::from)).map(Into::into).map_err(Into::into))
    }

    /// Gives ten new recovery codes; the earlier ones are good no more.
    #[graphql(directive = access::apply(vec![]))]
    async fn renew_recovery_codes(
        &self,
        ctx: &Context<'_>,
        input: RenewRecoveryCodesInput,
    ) -> Option<Result<RenewRecoveryCodesPayload>> {
        let (password, code) = (input.password.into(), input.code.into());
        let renewed = renew_recovery_codes(sign_in_rules(ctx), Scope::of(ctx), &password, &code).await;
        Some(settle(renewed.map(RecoveryCodes::from)).map(Into::into).map_err(Into::into))
    }

    /// Removes your second factor and its recovery codes; your other sessions end. Refused with `NOT_ALLOWED_BY_PROFILE` when one of
    /// your roles must have one.
    #[graphql(directive = access::apply(vec![]))]
    async fn remove_second_factor(
        &self,
        ctx: &Context<'_>,
        input: RemoveSecondFactorInput,
    ) -> Option<Result<RemoveSecondFactorPayload>> {
        Some(remove(ctx, input).await.map(Into::into))
    }
}

async fn enrol(ctx: &Context<'_>, input: EnrolSecondFactorInput) -> Result<EnrolSecondFactorPayload> {
    let (password, code) = (input.password.into(), input.code.map(SecretString::from));
    let enrolled = enrol_second_factor(sign_in_rules(ctx), rules(ctx), Scope::of(ctx), &password, code.as_ref()).await;
    Ok(settle(enrolled.map(SecondFactorEnrolment::from))?.into())
}

async fn remove(
    ctx: &Context<'_>,
    input: RemoveSecondFactorInput,
) -> Result<(Option<ViewerSecondFactor>, Vec<Refusal>)> {
    let (password, code) = (input.password.into(), input.code.into());
    let removed = remove_second_factor(sign_in_rules(ctx), rules(ctx), Scope::of(ctx), &password, &code).await;
    let (removed, refusals) = settle(removed)?;
    Ok(match removed {
        Some(()) => (Some(of_viewer(ctx).await?), refusals),
        None => (None, refusals),
    })
}
