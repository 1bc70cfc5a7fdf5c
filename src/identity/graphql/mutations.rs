//! Signing in and out, and one's own password.

use super::staff::{Staff, person};
use crate::identity::service::change_password::change_password;
use crate::identity::service::confirm_identity::confirm_identity;
use crate::identity::service::end_sessions::EndSessions;
use crate::identity::service::refresh_session::refresh_session;
use crate::identity::service::sign_in::{SignedIn, sign_in};
use crate::identity::sign_in_rules::SignInRules;
use crate::identity::tokens::ConfirmedAction;
use crate::platform::access::{access, inherits, public};
use crate::platform::error::Failure;
use crate::platform::ids::{Global, NodeKey};
use crate::platform::payload::{payloads, settle};
use crate::platform::refusal::Refusal;
use crate::platform::scope::Scope;
use async_graphql::{Context, ID, InputObject, Object, Result, SimpleObject};
use chrono::{DateTime, Utc};
use entity::StaffSessionId;
use secrecy::SecretString;

/// Sign in.
#[derive(InputObject)]
pub struct LoginInput {
    pub login: String,
    #[graphql(secret)]
    pub password: String,
    /// Of your second factor, if you have one: the six digits of your authenticator application, or a recovery code. Each is good
    /// once.
    #[graphql(secret)]
    pub code: Option<String>,
}

/// Go on with a session.
#[derive(InputObject)]
pub struct RefreshInput {
    /// The last refresh token that you got. It is good once; sent a second time, it ends the session.
    #[graphql(secret)]
    pub refresh_token: String,
}

/// Choose another password.
#[derive(InputObject)]
pub struct ChangePasswordInput {
    #[graphql(secret)]
    pub current_password: String,
    /// 12 characters or more, at most 1 024 bytes, not one that many people use, without your login.
    #[graphql(secret)]
    pub new_password: String,
}

/// Say who you are again, for one action.
#[derive(InputObject)]
pub struct ConfirmIdentityInput {
    #[graphql(secret)]
    pub password: String,
    /// Of your second factor, if you have one: the six digits of your authenticator application, or a recovery code. Each is good
    /// once.
    #[graphql(secret)]
    pub code: Option<String>,
    /// What you are about to do.
    pub action: ConfirmedAction,
}

/// End one of your sessions.
#[derive(InputObject)]
pub struct EndSessionInput {
    pub session_id: Global<StaffSessionId>,
}

/// The tokens of a session, always or not.
macro_rules! tokens_payload {
    ($(#[$doc:meta])* $name:ident of $given:ident { $($(#[$about:meta])* $more:ident: $type:ty),* }) => {
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// Send it as `Authorization: Bearer …`.
            #[graphql(directive = inherits::apply())]
            access_token: $given<String>,
            /// When the access token ends; refresh the session before.
            #[graphql(directive = inherits::apply())]
            expires_at: $given<DateTime<Utc>>,
            /// Exchange it once, with `refresh`, for new tokens. Keep it where no other site and no script can read it.
            #[graphql(directive = inherits::apply())]
            refresh_token: $given<String>,
            /// When the session ends unless it is refreshed.
            #[graphql(directive = inherits::apply())]
            refresh_expires_at: $given<DateTime<Utc>>,
            /// True when the password must be changed before anything else.
            #[graphql(directive = inherits::apply())]
            must_change_password: $given<bool>,
            #[graphql(directive = inherits::apply())]
            staff: $given<Staff>,
            $($(#[$about])* #[graphql(directive = inherits::apply())] $more: $type,)*
        }

        impl $name {
            async fn of(ctx: &Context<'_>, signed_in: SignedIn) -> Result<Self> {
                Ok(Self {
                    staff: person(ctx, signed_in.staff_id).await?.into(),
                    access_token: signed_in.access_token.into(),
                    expires_at: signed_in.expires_at.into(),
                    refresh_token: signed_in.refresh_token.into(),
                    refresh_expires_at: signed_in.refresh_expires_at.into(),
                    must_change_password: signed_in.must_change_password.into(),
                    $($more: Default::default(),)*
                })
            }
        }
    };
}

type Always<T> = T;

tokens_payload! {
    /// What a person gets for the right password: the tokens of a session, or refusals and nothing else.
    #[derive(Default)]
    LoginPayload of Option {
        /// Why there is no session although the password is right: `SECOND_FACTOR_REQUIRED` when `code` is missing, and
        /// `SECOND_FACTOR_WRONG` when it is not right or was used before.
        refusals: Vec<Refusal>
    }
}

tokens_payload! {
    /// What a person gets for a refresh token.
    RefreshPayload of Always {}
}

/// Which sessions ended.
#[derive(SimpleObject)]
pub struct EndedSessions {
    /// The ids of the sessions; within a second no server takes their tokens any more.
    #[graphql(directive = inherits::apply())]
    session_ids: Vec<ID>,
}

payloads!(ended: EndedSessions { LogoutPayload, LogoutEverywherePayload, EndSessionPayload });
payloads!(staff: Staff { ChangePasswordPayload });

/// A proof that you said who you are again.
#[derive(SimpleObject)]
pub struct IdentityProof {
    /// Send it with the mutation that asks for it.
    #[graphql(directive = inherits::apply())]
    token: String,
    /// When it ends: after five minutes.
    #[graphql(directive = inherits::apply())]
    expires_at: DateTime<Utc>,
}

payloads!(proof: IdentityProof { ConfirmIdentityPayload });

fn rules<'a>(ctx: &Context<'a>) -> &'a SignInRules {
    ctx.data_unchecked::<SignInRules>()
}

#[derive(Default)]
pub struct SessionMutations;

#[Object]
impl SessionMutations {
    /// Signs in with a password, and with a code of the second factor if the person has one: without it, the right password is
    /// refused with `SECOND_FACTOR_REQUIRED`, and the same is sent again with `code`. A wrong login or password gives the error code
    /// `UNAUTHENTICATED`; after several of these or of wrong codes, `LIMITED` with `retryAfterSeconds`.
    #[graphql(directive = public::apply("Whoever signs in is not known yet.".to_owned()))]
    async fn login(&self, ctx: &Context<'_>, input: LoginInput) -> Option<Result<LoginPayload>> {
        Some(signed_in(ctx, input).await)
    }

    /// Gives new tokens for a refresh token. One that was used before, or whose session has ended, gives the error code
    /// `UNAUTHENTICATED`.
    #[graphql(directive = public::apply("The refresh token says who asks.".to_owned()))]
    async fn refresh(&self, ctx: &Context<'_>, input: RefreshInput) -> Option<Result<RefreshPayload>> {
        Some(match refresh_session(rules(ctx), Scope::of(ctx), &input.refresh_token).await {
            Ok(signed_in) => RefreshPayload::of(ctx, signed_in).await,
            Err(failure) => Err(failure.into()),
        })
    }

    /// Ends the session that asks.
    #[graphql(directive = access::apply(vec![]))]
    async fn logout(&self, ctx: &Context<'_>) -> Option<Result<LogoutPayload>> {
        Some(end(ctx, EndSessions::This).await.map(LogoutPayload::from).map_err(Into::into))
    }

    /// Ends all your sessions, on every device.
    #[graphql(directive = access::apply(vec![]))]
    async fn logout_everywhere(&self, ctx: &Context<'_>) -> Option<Result<LogoutEverywherePayload>> {
        Some(end(ctx, EndSessions::All).await.map(LogoutEverywherePayload::from).map_err(Into::into))
    }

    /// Ends one of your sessions: that of a device you lost, for example.
    #[graphql(directive = access::apply(vec![]))]
    async fn end_session(&self, ctx: &Context<'_>, input: EndSessionInput) -> Option<Result<EndSessionPayload>> {
        let which = EndSessions::One(input.session_id.0);
        Some(end(ctx, which).await.map(EndSessionPayload::from).map_err(Into::into))
    }

    /// Chooses another password; all your other sessions end.
    #[graphql(directive = access::apply(vec![]))]
    async fn change_password(
        &self,
        ctx: &Context<'_>,
        input: ChangePasswordInput,
    ) -> Option<Result<ChangePasswordPayload>> {
        Some(changed(ctx, input).await.map(Into::into))
    }

    /// Gives a proof, good for five minutes, that you said who you are again for one action: with your password, and with a code
    /// if you have a second factor.
    #[graphql(directive = access::apply(vec![]))]
    async fn confirm_identity(
        &self,
        ctx: &Context<'_>,
        input: ConfirmIdentityInput,
    ) -> Option<Result<ConfirmIdentityPayload>> {
        let (password, code) = (input.password.into(), input.code.map(SecretString::from));
        let proof = confirm_identity(rules(ctx), Scope::of(ctx), &password, code.as_ref(), input.action).await;
        let proof = proof.map(|(token, expires_at)| IdentityProof { token, expires_at });
        Some(settle(proof).map(Into::into).map_err(Into::into))
    }
}

async fn signed_in(ctx: &Context<'_>, input: LoginInput) -> Result<LoginPayload> {
    let (password, code) = (input.password.into(), input.code.map(SecretString::from));
    let signed_in = sign_in(rules(ctx), Scope::of(ctx), &input.login, &password, code.as_ref()).await;
    match settle(signed_in)? {
        (Some(signed_in), _) => LoginPayload::of(ctx, signed_in).await,
        (None, refusals) => Ok(LoginPayload { refusals, ..Default::default() }),
    }
}

async fn end(ctx: &Context<'_>, which: EndSessions) -> Result<(Option<EndedSessions>, Vec<Refusal>), Failure> {
    let scope = Scope::of(ctx);
    let (ended, refusals) = settle(scope.db.run(&scope.actor, &which).await)?;
    let ids = |ended: Vec<StaffSessionId>| ended.into_iter().map(NodeKey::global).collect();
    Ok((ended.map(|ended| EndedSessions { session_ids: ids(ended) }), refusals))
}

async fn changed(ctx: &Context<'_>, input: ChangePasswordInput) -> Result<(Option<Staff>, Vec<Refusal>)> {
    let current = SecretString::from(input.current_password);
    let changed = change_password(rules(ctx), Scope::of(ctx), &current, input.new_password.into()).await;
    let (changed, refusals) = settle(changed)?;
    Ok(match changed {
        Some(id) => (Some(person(ctx, id).await?), refusals),
        None => (None, refusals),
    })
}
