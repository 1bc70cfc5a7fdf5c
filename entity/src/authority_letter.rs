//! Letters by which a complainant lets somebody act (授权委托书). The letter itself is evidence. The database refuses to change
//! a row.

use crate::{AuthorityLetterId, CaseId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// How far somebody may act for a complainant.
    AuthorityScope {
        /// Submit the complaint, receive papers and answers (一般授权).
        General,
        /// Also accept, change or give up claims, and settle (特别授权).
        Special,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "authority_letters")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuthorityLetterId,
    pub case_id: CaseId,
    pub holder_name_sealed: String,
    pub holder_phone_sealed: Option<String>,
    pub scope: AuthorityScope,
    pub granted_on: Date,
    pub expires_on: Option<Date>,
    pub recorded_by: StaffId,
    pub recorded_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
