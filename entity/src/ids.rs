//! Typed primary keys: a case cannot be asked for with the id of a person.

use sea_orm::{DbErr, DeriveValueType, TryFromU64};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($name:ident),+ $(,)?) => {$(
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, DeriveValueType)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl TryFromU64 for $name {
            fn try_from_u64(n: u64) -> Result<Self, DbErr> {
                Uuid::try_from_u64(n).map(Self)
            }
        }

        impl From<Uuid> for $name {
            fn from(id: Uuid) -> Self {
                Self(id)
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }
    )+};
}

ids!(
    AccessRegisterId,
    ApprovalExecutionId,
    ApprovalId,
    ApprovalStepId,
    ArchiveBackupId,
    ArchiveCheckId,
    ArchiveDamageId,
    ArchiveFileId,
    ArchiveReadingId,
    ArchiveReadingStepId,
    ArchivePlacementId,
    ArchiveSupplementId,
    ArchiveTreatmentId,
    AssistanceId,
    AuditEventId,
    AuthorityLetterId,
    CalendarVersionId,
    CaseDeadlineId,
    CaseEntryId,
    CaseId,
    CaseLinkId,
    CaseSuspensionId,
    ComplainantId,
    DataKeyId,
    DeadlineExtensionId,
    DeadlinePauseId,
    DelegationId,
    DeliveryId,
    DepartmentId,
    DisposalId,
    EvidenceId,
    IncidentFollowUpId,
    IncidentId,
    InformationRequestId,
    JointReviewAttendeeId,
    JointReviewId,
    JointReviewMinutesId,
    JointReviewRefusalId,
    JointReviewSignatureId,
    LegalHoldId,
    LibraryEntryId,
    MonthlyReportId,
    NotificationId,
    PlanId,
    ProfileVersionId,
    RecusalId,
    RespondentId,
    ServiceAccountId,
    ServiceAccountKeyId,
    StaffId,
    StaffSessionId,
    SuggestionId,
    UploadId,
);
