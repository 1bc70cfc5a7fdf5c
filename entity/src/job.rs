//! Which server does a piece of periodic work, and when it is next to be done: one row for each job. A count, not a record.

use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "jobs")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub due_at: DateTimeUtc,
    /// The run that is under way; none when nobody is at it.
    pub run_id: Option<Uuid>,
    /// When others may take the work over unless the run goes on.
    pub leased_until: Option<DateTimeUtc>,
    pub started_at: Option<DateTimeUtc>,
    pub succeeded_at: Option<DateTimeUtc>,
}

impl ActiveModelBehavior for ActiveModel {}
