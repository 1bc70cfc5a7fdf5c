//! Published versions of working calendars. The database refuses to change a row.

use crate::calendar::CalendarName;
use crate::{CalendarVersionId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendar_versions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: CalendarVersionId,
    pub calendar: CalendarName,
    /// From 2 on.
    pub version: i32,
    /// Every year of the calendar; `calendar::Years` is its type.
    pub content: Json,
    /// SHA-256 of the canonical JSON of `content`, lower-case hexadecimal.
    pub sha256: String,
    pub published_at: DateTimeUtc,
    pub published_by: Option<StaffId>,
}

impl ActiveModelBehavior for ActiveModel {}
