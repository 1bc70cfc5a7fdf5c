//! The form that a complaint was taken in with, as far as the case itself does not hold its fields. The database refuses to
//! change a row.

use crate::{CaseId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// The form that a channel asks for.
    IntakeFormKind {
        /// 来电投诉受理表
        Call,
        /// 来访投诉受理单
        Visit,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "intake_forms")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
    pub kind: IntakeFormKind,
    /// Who took the call, or received the visitor (受理人).
    pub receiver: String,
    pub caller_number_sealed: Option<String>,
    pub called_at: Option<DateTimeUtc>,
    /// As the complainant signed (签名).
    pub signature_sealed: Option<String>,
    pub signed_on: Option<Date>,
}

impl ActiveModelBehavior for ActiveModel {}
