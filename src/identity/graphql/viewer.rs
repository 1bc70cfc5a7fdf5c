//! The person who asks, and where they are signed in.

use super::counts::ViewerCounts;
use super::pledge::{self, ConfidentialityPledge};
use super::staff::{Staff, person};
use crate::identity::store;
use crate::notifications::graphql::{self as notifications, Notification, NotificationPreference};
use crate::platform::access::{Permission, Who, access, inherits};
use crate::platform::error::{ErrorCode, graphql_error};
use crate::platform::ids::NodeKey;
use crate::platform::page::{Connection, PageArgs};
use crate::platform::scope::Scope;
use crate::tasks::graphql::{Task, TaskKind, tasks};
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::staff_role::Role;
use entity::staff_session;

/// The person who asks.
#[derive(Description)]
pub struct Viewer;

#[Object(use_type_description)]
impl Viewer {
    /// Who you are.
    #[graphql(directive = inherits::apply())]
    async fn staff(&self, ctx: &Context<'_>) -> Result<Staff> {
        match Scope::of(ctx).actor.staff_id() {
            Some(id) => person(ctx, id).await,
            None => Err(graphql_error(ErrorCode::Unauthenticated, "Sign in first.")),
        }
    }

    /// The roles you hold now.
    #[graphql(directive = inherits::apply())]
    async fn roles(&self, ctx: &Context<'_>) -> Vec<Role> {
        Scope::of(ctx).actor.roles.to_vec()
    }

    /// True when a password that somebody else gave, or that is too old, must be changed: until `changePassword` you have no
    /// roles.
    #[graphql(directive = inherits::apply())]
    async fn must_change_password(&self, ctx: &Context<'_>) -> Result<bool> {
        let scope = Scope::of(ctx);
        let Who::Staff { id, session_id, .. } = scope.actor.who else { return Ok(false) };
        let found = store::signed_in(scope.db.read(&scope.actor), id, session_id).await?;
        Ok(found.is_some_and(|(_, session)| session.must_change_password))
    }

    /// The confidentiality pledge that holds now, and whether you have signed it; null where the profile asks for none (SG-16.4).
    #[graphql(directive = inherits::apply())]
    async fn pledge(&self, ctx: &Context<'_>) -> Option<Result<ConfidentialityPledge>> {
        pledge::of_viewer(ctx).await.transpose()
    }

    /// What waits for you: the most urgent first, then what is overdue, then by due time. Of approval items and plans only those
    /// that you may really decide, endorse or review.
    #[graphql(directive = access::apply(vec![Permission::CaseRead]))]
    #[allow(clippy::too_many_arguments, reason = "the arguments of a Relay connection")]
    async fn tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Only these kinds.")] kinds: Option<Vec<TaskKind>>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Task>> {
        tasks(ctx, kinds, PageArgs { first, after, last, before }).await
    }

    /// How much waits for you.
    #[graphql(directive = inherits::apply())]
    async fn counts(&self) -> ViewerCounts {
        ViewerCounts
    }

    /// What your roles let you do: which fields you may read and which mutations you may run.
    #[graphql(directive = inherits::apply())]
    async fn permissions(&self, ctx: &Context<'_>) -> Vec<Permission> {
        Scope::of(ctx).actor.permissions.iter().collect()
    }

    /// What you were told of, the latest first.
    #[graphql(directive = inherits::apply())]
    async fn notifications(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "True: only those that you have not read yet.", default)] unread: bool,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
    ) -> Result<Connection<Notification>> {
        notifications::of_viewer(ctx, unread, PageArgs { first, after, last, before }).await
    }

    /// Of what you are told by e-mail: each kind once.
    #[graphql(directive = inherits::apply())]
    async fn notification_preferences(&self, ctx: &Context<'_>) -> Result<Vec<NotificationPreference>> {
        notifications::preferences_of_viewer(ctx).await
    }
}

/// Where you are signed in: one for each device.
#[derive(Description)]
pub struct Session(pub staff_session::Model);

#[Object(use_type_description)]
impl Session {
    #[graphql(directive = inherits::apply())]
    pub(crate) async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// What the browser or program called itself.
    #[graphql(directive = inherits::apply())]
    async fn device(&self) -> Option<&str> {
        self.0.device.as_deref()
    }

    /// The name of the OpenID Connect issuer where you signed in; null with a password.
    #[graphql(directive = inherits::apply())]
    async fn issuer(&self) -> Option<&str> {
        self.0.issuer.as_deref()
    }

    #[graphql(directive = inherits::apply())]
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When it last got an access token, which is good for some minutes.
    #[graphql(directive = inherits::apply())]
    async fn last_used_at(&self) -> DateTime<Utc> {
        self.0.last_used_at
    }

    /// When it ends unless it is refreshed.
    #[graphql(directive = inherits::apply())]
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// True for the one that asks.
    #[graphql(directive = inherits::apply())]
    async fn current(&self, ctx: &Context<'_>) -> bool {
        matches!(Scope::of(ctx).actor.who, Who::Staff { session_id, .. } if session_id == self.0.id)
    }
}
