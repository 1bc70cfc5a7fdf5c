//! Damage that was found on archive files (SG-13.3). The database refuses to change a row; what was done about it is a row of
//! its own.

use crate::{ArchiveCheckId, ArchiveDamageId, ArchiveFileId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What is wrong with a file.
    DamageKind {
        /// 受潮
        Damp,
        /// 发霉
        Mould,
        /// 破损
        Damage,
        /// It can no longer be read (无法读取).
        Unreadable,
        /// Something that belongs to it is not there (缺失).
        Missing,
        /// Its content does not give the hash that was recorded (哈希不符).
        HashMismatch,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_damages")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveDamageId,
    /// None of what is wrong with a cabinet or a store as a whole.
    pub archive_file_id: Option<ArchiveFileId>,
    /// The check that found it; none of what was found in another way.
    pub check_id: Option<ArchiveCheckId>,
    pub kind: DamageKind,
    /// Which part of the file, as verification names it; none where a person found it.
    pub part: Option<String>,
    /// What was seen, in words.
    pub remark: Option<String>,
    /// None when the system found it.
    pub found_by: Option<StaffId>,
    pub found_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
