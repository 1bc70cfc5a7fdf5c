//! One row per committed write, in its transaction (G-9). The database refuses to change or delete a row.

use crate::{AuditEventId, CaseId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// What happened.
    AuditAction {
        /// An operation was refused because a permission was missing.
        AccessDenied,
        /// It was recorded that an agent is, or is not, at fault.
        AgentFaultRecorded,
        /// It was recorded that premium was, or was not, misappropriated.
        MisappropriationRecorded,
        ApprovalAmended,
        /// An approval item was approved or refused.
        ApprovalDecided,
        ApprovalEndorsed,
        /// A payment on an approval item was recorded.
        ApprovalExecuted,
        /// Whoever should act on an approval item was reminded.
        ApprovalReminded,
        ApprovalRequested,
        /// An approval item was sent back to the person who asked.
        ApprovalReturned,
        /// An approval lapsed: nothing was executed in time.
        ApprovalLapsed,
        /// An approval was taken back by a new decision.
        ApprovalReversed,
        ApprovalWithdrawn,
        /// Somebody lent authority to somebody else (HK-A8).
        AuthorityDelegated,
        /// Material of a case was delivered to a department that helps.
        AssistanceDelivered,
        AssistanceReceived,
        AssistanceReminded,
        /// A department that helps gave its opinion or result.
        AssistanceReturned,
        AssistanceWithdrawn,
        InformationRequested,
        InformationProvided,
        /// Somebody opened an archive file; the reading register has the row.
        ArchiveFileOpened,
        /// Somebody took a copy of an archive file; the reading register has the row.
        ArchiveFileExported,
        /// Somebody asked to read archive files.
        ArchiveReadingRequested,
        ArchiveReadingApproved,
        ArchiveReadingRefused,
        ArchiveReadingReleased,
        /// The reader signed off.
        ArchiveReadingReturned,
        /// An archivist said whether the files are intact.
        ArchiveReadingConfirmed,
        ArchiveReadingWithdrawn,
        ArchiveReadingRevoked,
        EscortSessionOpened,
        EscortSessionClosed,
        /// A personal value was shown whole; the reading register has the row.
        FieldRevealed,
        /// Somebody looked for cases by a phone number; the reading register has the row.
        FoundByPhone,
        /// A backup of the archive was logged.
        ArchiveBackupRecorded,
        /// The archive was checked, or damage was found on it.
        ArchiveChecked,
        /// Damage of an archive file was treated.
        ArchiveDamageTreated,
        /// Verification found an archive file damaged.
        ArchiveDamageFound,
        /// A paper file was moved.
        ArchiveFileMoved,
        /// The text of an archive file was indexed anew.
        ArchiveFileIndexed,
        /// Something was added to an archive file.
        ArchiveFileSupplemented,
        /// Archive files were looked up by a phone or contract number.
        ArchiveSearched,
        /// The archive file of a case was disposed of: its key is destroyed.
        ArchiveFileDisposed,
        /// A file of a disposal stayed after all: something keeps it.
        ArchiveFileRetained,
        /// The evidence files of a case that was disposed of were removed.
        DisposedFilesRemoved,
        DisposalProposed,
        DisposalApproved,
        DisposalRejected,
        /// All files of a disposal were dealt with, and it was certified.
        DisposalCompleted,
        LegalHoldPlaced,
        LegalHoldReleased,
        /// It was said why an archive file is kept for good.
        RetentionMadePermanent,
        CalendarPublished,
        CaseAcknowledged,
        AuthorityLetterRecorded,
        CaseAllocated,
        /// Somebody allocated many cases at once; each of them has an event of its own.
        CasesAllocationBegun,
        CaseArchived,
        CaseClassified,
        CaseClosed,
        CaseEscalated,
        CaseRegistered,
        ClassificationProposed,
        CaseReassigned,
        /// A complaint about office staff was given to the manager who answers it.
        CaseRouted,
        CaseReopened,
        CaseSuspended,
        /// Somebody decided that two cases belong together.
        CasesLinked,
        ComplainantAdded,
        ContactRecorded,
        /// Data keys were wrapped under another key-encryption key.
        DataKeysWrapped,
        DeadlineExtended,
        /// A deadline passed and is not met; owner and superior were told.
        DeadlineMissed,
        DeadlinePaused,
        DeadlineResumed,
        /// The owner was told ahead that a deadline is near.
        DeadlineWarned,
        CoordinationNoteAdded,
        /// Lent authority was taken back.
        DelegationRevoked,
        /// A notification that could not be delivered is tried again.
        DeliveryRetried,
        DepartmentAdded,
        DepartmentRenamed,
        EscalationAnswered,
        /// Evidence against an agent was handed over.
        EvidenceTransferred,
        EvidenceAdded,
        /// Somebody read the file of an evidence item; the reading register has the row.
        EvidenceRead,
        /// A file was brought, and belongs to nothing yet.
        FileBrought,
        /// A file that was brought and never attached was removed.
        FileForgotten,
        /// The virus scanner found something in a file; it is kept apart.
        FileQuarantined,
        FindingRecorded,
        HeadCountChanged,
        /// A leak, loss or abuse of confidential material was recorded.
        IncidentRecorded,
        IncidentFollowedUp,
        /// A person gave the password again, for one action.
        IdentityConfirmed,
        /// A joint review was convened, or convened anew.
        JointReviewConvened,
        JointReviewAnswered,
        JointReviewOpened,
        AttendanceRecorded,
        MinutesRecorded,
        JointReviewClosed,
        FinalOpinionRecorded,
        /// An attendee signed the minutes; the last signature files the record.
        MinutesSigned,
        /// An attendee refused to sign the minutes.
        SigningRefused,
        JointReviewCancelled,
        /// The signed record of a joint review was given out as a pack.
        JointReviewExported,
        LibraryEntryAdded,
        NotificationPreferencesSet,
        /// A person read notifications.
        NotificationsRead,
        PlanDrafted,
        PlanReviewed,
        PlanSubmitted,
        /// A person signed the confidentiality pledge.
        PledgeSigned,
        ProfilePublished,
        MonthlyReportGenerated,
        PasswordChanged,
        ProgressReported,
        /// A person said that they must not take part in a case.
        RecusalDeclared,
        ReplyRecorded,
        RespondentAdded,
        SessionRefreshed,
        /// One or all sessions of a person ended.
        SessionsEnded,
        SignedIn,
        /// A refresh token came a second time: somebody else holds it. Its session ended.
        RefreshTokenReused,
        StaffAdded,
        StaffDisabled,
        StaffEnabled,
        /// A person was recognised at an OpenID Connect issuer for the first time.
        StaffIdentityLinked,
        /// Who a person is at OpenID Connect issuers was forgotten.
        StaffIdentitiesUnlinked,
        StaffPasswordReset,
        StaffRolesChanged,
        StaffUpdated,
        StatementRecorded,
        /// An issue or a suggestion was recorded.
        SuggestionRecorded,
        /// A suspended case was closed because its period ended.
        SuspensionExpired,
        VoidingAsked,
        VoucherVoided,
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
