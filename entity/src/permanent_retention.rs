//! Why an archive file is kept for good. The database refuses to change a row.

use crate::{ArchiveFileId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What may keep an archive file for good (SG-13.5).
    PermanentGround {
        /// 涉及法律纠纷
        LegalDispute,
        /// 造成重大品牌影响
        MajorBrandEffect,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "permanent_retentions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub archive_file_id: ArchiveFileId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub ground: PermanentGround,
    pub reason_sealed: String,
    pub set_by: StaffId,
    pub set_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
