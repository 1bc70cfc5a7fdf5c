//! How far the heads of the audit log were handed to each place outside. A count, not a record.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_anchors")]
pub struct Model {
    /// As the configuration names it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    /// Size of the last head that it took; 0 when it took none.
    pub size: i64,
    pub taken_at: Option<DateTimeUtc>,
    /// Since when it takes none, and why; none when it took the last one.
    pub failing_since: Option<DateTimeUtc>,
    pub problem: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
