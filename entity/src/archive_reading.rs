//! Permission to read archive files for some days (档案查阅申请): asked for, approved along a chain, released, signed off. The
//! database keeps every row; what was done is also a step, which nobody can change.

use crate::access_register::ReadingPurpose;
use crate::staff_role::Role;
use crate::{ArchiveReadingId, DepartmentId, StaffId, UploadId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// Where a reading of archive files stands.
    ArchiveReadingState {
        /// Somebody of the chain has yet to decide.
        Requested,
        /// All who must agree did; an archivist has yet to release the files.
        Approved,
        /// The reader reads, within the period.
        Released,
        /// The reader signed off; an archivist has yet to check that the files are intact.
        Returned,
        /// An archivist took the files back and said whether they are intact.
        Confirmed,
        /// Somebody of the chain refused.
        Refused,
        /// Whoever asked took it back.
        Withdrawn,
        /// An archivist ended it.
        Revoked,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "archive_readings")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ArchiveReadingId,
    /// Who is to read.
    pub reader_id: StaffId,
    /// Who asked: the reader, or for an external body an archivist.
    pub requested_by: StaffId,
    /// Of the reader, when it was asked for: its head agrees first.
    pub department_id: DepartmentId,
    pub purpose: ReadingPurpose,
    pub reason: String,
    /// Local days, both included.
    pub first_day: Date,
    pub last_day: Date,
    pub state: ArchiveReadingState,
    /// The roles that agree, in their order, as a list.
    pub chain: Json,
    /// How many of them did.
    pub approvals: i32,
    /// The role of the chain whose turn it is; none when nobody has to agree any more.
    pub waits_for: Option<Role>,
    /// Where paper is read, and stays (SG-14.6).
    pub place: Option<String>,
    /// What the archivist found when the files were taken back.
    pub intact: Option<bool>,
    /// The external body (SG-14.4), and who goes with its reader.
    pub unit: Option<String>,
    pub escort_id: Option<StaffId>,
    /// Since when the escort sits with the reader; none while nobody does.
    pub escorted_since: Option<DateTimeUtc>,
    /// The legal certificate of the external body: names the contents in the store.
    pub certificate_id: Option<UploadId>,
    pub certificate_name_sealed: Option<String>,
    pub certificate_media_type: Option<String>,
    pub certificate_size: Option<i64>,
    pub certificate_sha256: Option<String>,
    pub certificate_key_sealed: Option<String>,
    pub version: i32,
    pub requested_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
