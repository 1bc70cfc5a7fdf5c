//! By what a case is found again: blind indexes of the phones, contracts and persons that it names. Nothing can be read back
//! from them.

use crate::{CaseId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What two complaints have in common.
    IdentifierKind {
        /// A phone number: of any complainant, or the one that was called from.
        Phone,
        /// The contract number.
        Contract,
        /// A complainant of the same name, about a policyholder of the same name.
        Person,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "case_identifiers")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: IdentifierKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub blind_index: String,
    #[sea_orm(primary_key, auto_increment = false)]
    pub case_id: CaseId,
}

impl ActiveModelBehavior for ActiveModel {}
