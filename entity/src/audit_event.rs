//! One row per committed write, in its transaction (G-9). The database refuses to change or delete a row.

use crate::{AuditEventId, CaseId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What happened.
    AuditAction {
        /// An operation was refused because a permission was missing.
        AccessDenied,
        ApprovalAmended,
        /// An approval item was approved or refused.
        ApprovalDecided,
        ApprovalEndorsed,
        ApprovalRequested,
        ApprovalWithdrawn,
        /// Somebody opened an archive file; the reading register has the row.
        ArchiveFileOpened,
        CaseAllocated,
        CaseArchived,
        CaseClosed,
        CaseRegistered,
        ContactRecorded,
        DepartmentAdded,
        DepartmentRenamed,
        FindingRecorded,
        /// A person gave the password again, for one action.
        IdentityConfirmed,
        PlanDrafted,
        PlanReviewed,
        PlanSubmitted,
        ProfilePublished,
        PasswordChanged,
        ReplyRecorded,
        SessionRefreshed,
        /// One or all sessions of a person ended.
        SessionsEnded,
        SignedIn,
        /// A refresh token came a second time: somebody else holds it. Its session ended.
        RefreshTokenReused,
        StaffAdded,
        StaffDisabled,
        StaffEnabled,
        StaffPasswordReset,
        StaffRolesChanged,
        StaffUpdated,
        StatementRecorded,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "audit_events")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: AuditEventId,
    pub occurred_at: DateTimeUtc,
    pub action: AuditAction,
    /// None when the system acted; then `system_reason` says why.
    pub actor_id: Option<StaffId>,
    pub system_reason: Option<String>,
    /// The roles that the person held at that moment, comma-separated.
    pub actor_roles: String,
    /// What was written: the GraphQL type name and the key.
    pub subject_type: String,
    pub subject_id: Uuid,
    pub case_id: Option<CaseId>,
    /// The changed facts before, without personal data.
    pub before: Json,
    /// The changed facts after, without personal data.
    pub after: Json,
    /// What the person gave as reason or opinion; sealed, since it is free text.
    pub reason_sealed: Option<String>,
    pub request_id: String,
}

impl ActiveModelBehavior for ActiveModel {}
