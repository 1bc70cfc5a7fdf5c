//! Important problems and good suggestions that complaints brought up, and to whom they were reported (HK-5.7). The database
//! refuses to change a row.

use crate::{CaseId, StaffId, SuggestionId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What a complaint brought up beyond itself.
    SuggestionKind {
        /// An important problem (重要问题).
        Issue,
        /// How something could be done better (良好建议).
        Suggestion,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "suggestions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: SuggestionId,
    pub case_id: CaseId,
    pub kind: SuggestionKind,
    pub text: String,
    /// The post or department that was told.
    pub reported_to: String,
    pub reported_at: DateTimeUtc,
    pub recorded_by: StaffId,
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
