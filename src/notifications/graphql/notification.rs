//! Notifications as the person sees them who was told.

use crate::cases::graphql::Case;
use crate::notifications::store::{self, NotificationRead, POSITION};
use crate::notifications::templates;
use crate::platform::access::inherits;
use crate::platform::ids::NodeKey;
use crate::platform::language::Language;
use crate::platform::page::{Connection, Cursor, Direction, PageArgs, asks_for_total};
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result};
use chrono::{DateTime, Utc};
use entity::notification::NotificationKind;

/// Something that you should know of. Nobody is told twice of the same.
#[derive(Description)]
pub struct Notification(NotificationRead);

#[Object(use_type_description)]
impl Notification {
    #[graphql(directive = inherits::apply())]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn kind(&self) -> NotificationKind {
        self.0.kind
    }

    /// One line for people, in Chinese or English by `Accept-Language`.
    #[graphql(directive = inherits::apply())]
    async fn title(&self, ctx: &Context<'_>) -> String {
        let title = templates::title(self.0.kind, self.0.case_number.as_deref().unwrap_or_default());
        title.r#in(*ctx.data_unchecked::<Language>()).to_owned()
    }

    /// The case that it is about; null when it is about none, or is no longer yours to see. Ask for it only where you may read cases.
    #[graphql(directive = inherits::apply())]
    async fn case(&self, ctx: &Context<'_>) -> Result<Option<Case>> {
        match self.0.case_id {
            Some(case) => Case::load(ctx, case).await,
            None => Ok(None),
        }
    }

    #[graphql(directive = inherits::apply())]
    async fn created_at(&self) -> DateTime<Utc> {
        self.0.created_at
    }

    /// When you marked it as read; null while it is unread.
    #[graphql(directive = inherits::apply())]
    async fn read_at(&self) -> Option<DateTime<Utc>> {
        self.0.read_at
    }
}

impl From<NotificationRead> for Notification {
    fn from(read: NotificationRead) -> Self {
        Self(read)
    }
}

/// A page of what the person who asks was told of.
pub async fn of_viewer(ctx: &Context<'_>, unread: bool, page: PageArgs) -> Result<Connection<Notification>> {
    let scope = Scope::of(ctx);
    let page = page.check()?;
    let mine = store::visible_to(&scope.actor);
    let query = if unread { store::unread(mine) } else { mine };
    let db = scope.db.read(&scope.actor);
    let listed = page.list(db, query, POSITION, Direction::Desc, asks_for_total(ctx)).await?;
    Ok(page.connect(listed, |read: &NotificationRead| Cursor::new(read.created_at, read.id), Notification))
}

/// How many notifications the person who asks has not read yet.
pub async fn count_unread(ctx: &Context<'_>) -> Result<i64> {
    let scope = Scope::of(ctx);
    Ok(store::count_unread(scope.db.read(&scope.actor), &scope.actor).await?)
}
