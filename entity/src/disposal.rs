//! Disposals of archive files (档案销毁): proposed by one person, decided by another, certified.

use crate::{DisposalId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// Where a disposal stands.
    DisposalState {
        /// Waits for somebody else's decision.
        Proposed,
        /// Nothing is disposed of.
        Rejected,
        /// Agreed to: its files are being disposed of, one after the other.
        Approved,
        /// All files are dealt with; there is a certificate.
        Completed,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "disposals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: DisposalId,
    pub version: i32,
    pub state: DisposalState,
    pub reason: String,
    pub legal_basis: String,
    pub proposed_by: StaffId,
    pub proposed_at: DateTimeUtc,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTimeUtc>,
    pub opinion: Option<String>,
    pub completed_at: Option<DateTimeUtc>,
    /// Canonical JSON.
    pub certificate: Option<String>,
    pub certificate_sha256: Option<String>,
    /// The key that signed the certificate.
    pub key_id: Option<String>,
    pub signature: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
