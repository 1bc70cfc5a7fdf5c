//! Of what a person wants to be told by e-mail.

use crate::notifications::store;
use crate::platform::access::inherits;
use crate::platform::scope::Scope;
use async_graphql::{Context, Result, SimpleObject};
use entity::notification::NotificationKind;
use sea_orm::Iterable;

/// How you are told of one kind of thing. In the application you are told of everything.
#[derive(SimpleObject)]
pub struct NotificationPreference {
    #[graphql(directive = inherits::apply())]
    kind: NotificationKind,
    /// Whether an e-mail is sent, if you have an address and a mail server is configured. True unless you chose otherwise.
    #[graphql(directive = inherits::apply())]
    email: bool,
}

/// What the person who asks chose, for every kind.
pub async fn of_viewer(ctx: &Context<'_>) -> Result<Vec<NotificationPreference>> {
    let scope = Scope::of(ctx);
    let Some(me) = scope.actor.staff_id() else { return Ok(Vec::new()) };
    let chosen = store::preferences(scope.db.read(&scope.actor), me).await?;
    let preference = |kind| NotificationPreference { kind, email: chosen.get(&kind).copied().unwrap_or(true) };
    Ok(NotificationKind::iter().map(preference).collect())
}
