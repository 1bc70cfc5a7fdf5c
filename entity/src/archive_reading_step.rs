//! What was done about a reading of archive files, by whom and when: these are its signatures. The database refuses to change a
//! row.

use crate::staff_role::Role;
use crate::{ArchiveReadingId, ArchiveReadingStepId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What was done about a reading of archive files.
    ArchiveReadingAct {
        Requested,
        Approved,
        Refused,
        /// An archivist gave the files out.
        Released,
        /// The reader signed off; of an external body, the escort did.
        Returned,
        /// An archivist took the files back and found them intact, or not.
        Confirmed,
        Withdrawn,
        Revoked,
        /// The escort sat down with the external reader.
        EscortOpened,
        /// The escort left.
        EscortClosed,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_reading_steps")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveReadingStepId,
    pub reading_id: ArchiveReadingId,
    pub act: ArchiveReadingAct,
    pub acted_by: StaffId,
    /// The role of the chain in which somebody agreed or refused.
    pub acted_as: Option<Role>,
    /// Opinion, reason, or what was found.
    pub note: Option<String>,
    pub acted_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
