//! Working calendars, and which version of each is current.

use crate::{CalendarVersionId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// A working calendar that a profile may follow.
    CalendarName {
        /// Mainland China: the State Council's notices, make-up working weekends (调休) included.
        China,
        /// Monday to Friday, no holidays.
        MondayToFriday,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "calendars")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: CalendarName,
    /// The current version; 1 is the one that the program brings along.
    pub version: i32,
    /// None for version 1.
    pub version_id: Option<CalendarVersionId>,
}

impl ActiveModelBehavior for ActiveModel {}
