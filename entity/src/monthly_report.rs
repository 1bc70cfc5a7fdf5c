//! Monthly reports (月度报表) as they were generated. The database refuses to change a row; a later one stands beside it.

use crate::{MonthlyReportId, StaffId};
use sea_orm::entity::prelude::*;

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "monthly_reports")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: MonthlyReportId,
    pub year: i32,
    pub month: i32,
    pub generated_by: StaffId,
    pub generated_at: DateTimeUtc,
    /// False when it counts only the cases that its author could see.
    pub covers_all: bool,
    /// `reports::figures::CaseFigures` is its type.
    pub figures: Json,
    /// Keys of what was reported in the month, in order.
    pub suggestion_ids: Json,
}

impl ActiveModelBehavior for ActiveModel {}
