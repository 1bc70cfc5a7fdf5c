//! What each role may do (requirements T1.2). A person may do what any of their roles may.

use crate::platform::access::Permission::{
    AccessRegisterRead, ApprovalDecide, ApprovalEndorse, ApprovalExecute, ApprovalRead, ApprovalRequest,
    ArchiveApprove, ArchiveCustodyRead, ArchiveExport, ArchiveKeep, ArchiveOpen, ArchiveRead, ArchiveRelease,
    ArchiveRequest, ArchiveSupplement, AssistanceRead, AssistanceReceive, AssistanceReturn, AuditRead,
    AuthorityDelegate, AuthoritySimulate, CalendarManage, CaseAllocate, CaseArchive, CaseClassify, CaseCoordinate,
    CaseEscalate, CaseFindByPhone, CaseHandle, CaseRead, CaseRegister, CaseReply, DeadlineExtend, DeliveryManage,
    DisposalApprove, DisposalPropose, DisposalRead, EscalationAnswer, EvidenceRead, IncidentRead, IncidentRecord,
    JointReviewAttend, JointReviewConvene, JointReviewFolder, JointReviewRead, LibraryAdd, LibraryRead, PersonalReveal,
    PlanReview, RecusalDeclare, ReportGenerate, ReportRead, RetentionManage, ServiceAccountManage, ServiceAccountRead,
    StaffManage, StaffRead,
};
use crate::platform::access::{Permission, PermissionSet};
use entity::staff_role::Role;
use sea_orm::Iterable;

/// The permissions of a role.
pub const fn permissions_of(role: Role) -> PermissionSet {
    PermissionSet::of(match role {
        Role::Registrar => &[
            CaseRegister,
            CaseRead,
            CaseFindByPhone,
            LibraryRead,
            EvidenceRead,
            PersonalReveal,
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            AccessRegisterRead,
        ],
        Role::Handler => &[
            PersonalReveal,
            ArchiveExport,
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            AccessRegisterRead,
            CaseRegister,
            CaseRead,
            CaseFindByPhone,
            CaseHandle,
            CaseArchive,
            ArchiveSupplement,
            ApprovalRead,
            ApprovalRequest,
            ReportGenerate,
            ReportRead,
            CaseEscalate,
            LibraryRead,
            CaseReply,
            RecusalDeclare,
            EvidenceRead,
            AssistanceRead,
            JointReviewRead,
            JointReviewAttend,
        ],
        // A supervisor handles difficult complaints in person (HK-3.9) and may then ask for approvals (HK-4.8).
        Role::Supervisor => &[
            PersonalReveal,
            ArchiveExport,
            ArchiveApprove,
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            AccessRegisterRead,
            CaseRegister,
            CaseRead,
            CaseFindByPhone,
            CaseAllocate,
            CaseHandle,
            CaseArchive,
            ArchiveSupplement,
            PlanReview,
            ApprovalRead,
            ApprovalRequest,
            ApprovalEndorse,
            ApprovalDecide,
            AuthorityDelegate,
            AuthoritySimulate,
            ReportGenerate,
            ReportRead,
            StaffRead,
            DeadlineExtend,
            CaseClassify,
            CaseEscalate,
            CaseCoordinate,
            LibraryRead,
            LibraryAdd,
            CaseReply,
            RecusalDeclare,
            EvidenceRead,
            AssistanceRead,
            JointReviewRead,
            JointReviewConvene,
            JointReviewAttend,
            JointReviewFolder,
        ],
        // Has no authority in approvals (HK-4.9); reads the cases of joint review meetings.
        Role::AssistantManager => &[
            CaseRead,
            LibraryRead,
            JointReviewRead,
            JointReviewAttend,
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            AccessRegisterRead,
        ],
        Role::Manager => &[
            PersonalReveal,
            ArchiveExport,
            ArchiveApprove,
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            AccessRegisterRead,
            CaseRegister,
            CaseRead,
            CaseFindByPhone,
            CaseAllocate,
            PlanReview,
            ApprovalRead,
            ApprovalEndorse,
            ApprovalDecide,
            AuthorityDelegate,
            AuthoritySimulate,
            ReportGenerate,
            ReportRead,
            StaffRead,
            DeadlineExtend,
            CaseClassify,
            CaseCoordinate,
            EscalationAnswer,
            LibraryRead,
            RecusalDeclare,
            EvidenceRead,
            AssistanceRead,
            JointReviewRead,
            JointReviewConvene,
            JointReviewAttend,
            JointReviewFolder,
            IncidentRead,
            IncidentRecord,
            DisposalRead,
            DisposalApprove,
        ],
        // Submits nothing (HK-4.8).
        Role::GeneralManager => &[
            ArchiveExport,
            ArchiveApprove,
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            AccessRegisterRead,
            CaseRead,
            PlanReview,
            ApprovalRead,
            ApprovalEndorse,
            ApprovalDecide,
            AuthorityDelegate,
            AuthoritySimulate,
            ReportRead,
            DeadlineExtend,
            EscalationAnswer,
            LibraryRead,
            CaseReply,
            RecusalDeclare,
            EvidenceRead,
            AssistanceRead,
            JointReviewRead,
            JointReviewAttend,
            JointReviewFolder,
            IncidentRead,
            IncidentRecord,
            DisposalRead,
            DisposalApprove,
        ],
        Role::DepartmentHead => &[
            ArchiveApprove,
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            AccessRegisterRead,
            CaseRegister,
            CaseRead,
            LibraryRead,
            CaseReply,
            EvidenceRead,
            AssistanceRead,
            AssistanceReceive,
            JointReviewRead,
            JointReviewAttend,
        ],
        // See what is delivered to their department, or belongs to a joint review that they attend, and no case (HK-6.3).
        Role::CoHandler | Role::Legal => &[
            LibraryRead,
            AssistanceRead,
            AssistanceReceive,
            AssistanceReturn,
            JointReviewRead,
            JointReviewAttend,
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            AccessRegisterRead,
        ],
        // Sees what was approved, and pays it; no case.
        Role::Finance => &[ApprovalRead, ApprovalExecute, ArchiveRead, ArchiveOpen, ArchiveRequest, AccessRegisterRead],
        Role::Archivist => &[
            ArchiveRead,
            ArchiveOpen,
            ArchiveRequest,
            ArchiveRelease,
            ArchiveExport,
            ArchiveCustodyRead,
            ArchiveKeep,
            ArchiveSupplement,
            PersonalReveal,
            RetentionManage,
            DisposalRead,
            DisposalPropose,
            AccessRegisterRead,
        ],
        Role::Auditor => &[
            CaseRead,
            ApprovalRead,
            ArchiveRead,
            ArchiveOpen,
            ArchiveCustodyRead,
            AccessRegisterRead,
            AuditRead,
            ReportRead,
            LibraryRead,
            EvidenceRead,
            AssistanceRead,
            JointReviewRead,
            JointReviewFolder,
            IncidentRead,
            DisposalRead,
            ServiceAccountRead,
        ],
        // Manages accounts; sees no case.
        Role::Admin => {
            &[StaffRead, StaffManage, ServiceAccountRead, ServiceAccountManage, CalendarManage, DeliveryManage]
        }
        // Reads what somebody agreed to, while the escort is there; writes nothing (SG-14.4).
        Role::External => &[ArchiveRead, ArchiveOpen, AccessRegisterRead],
    })
}

/// The permissions of all roles of a person together.
pub fn permissions_of_all(roles: &[Role]) -> PermissionSet {
    roles.iter().fold(PermissionSet::EMPTY, |all, role| all.union(permissions_of(*role)))
}

/// The roles that have a permission.
pub fn roles_with(permission: Permission) -> Vec<Role> {
    Role::iter().filter(|role| permissions_of(*role).contains(permission)).collect()
}

const WRITES_CASES: [Permission; 23] = [
    ArchiveApprove,
    CaseRegister,
    CaseAllocate,
    CaseHandle,
    PlanReview,
    CaseArchive,
    ApprovalRequest,
    ApprovalEndorse,
    ApprovalDecide,
    ApprovalExecute,
    AuthorityDelegate,
    DeadlineExtend,
    CaseClassify,
    CaseEscalate,
    EscalationAnswer,
    CaseCoordinate,
    LibraryAdd,
    CaseReply,
    RecusalDeclare,
    AssistanceReceive,
    AssistanceReturn,
    JointReviewConvene,
    JointReviewAttend,
];

/// Two roles that one person must not hold together: who audits or manages accounts does not work on cases, and who comes from
/// outside holds no other role.
pub fn conflict(roles: &[Role]) -> Option<(Role, Role)> {
    if roles.contains(&Role::External)
        && let Some(other) = roles.iter().find(|role| **role != Role::External)
    {
        return Some((Role::External, *other));
    }
    let watches = |role: &&Role| matches!(role, Role::Auditor | Role::Admin);
    let works = |role: &&Role| WRITES_CASES.iter().any(|permission| permissions_of(**role).contains(*permission));
    let watching = roles.iter().find(watches)?;
    let other = roles.iter().find(|role| works(role) || (watches(role) && *role != watching))?;
    Some((*watching, *other))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn read_only_roles_hold_no_permission_that_writes_cases() {
        for role in [Role::Auditor, Role::Archivist, Role::Admin, Role::External] {
            for permission in WRITES_CASES {
                assert!(!permissions_of(role).contains(permission), "{role} {permission}");
            }
        }
        // An assistant manager signs what was met about, and writes nothing else.
        let written = WRITES_CASES.into_iter().filter(|one| permissions_of(Role::AssistantManager).contains(*one));
        assert_eq!(written.collect::<Vec<_>>(), [JointReviewAttend]);
    }

    #[test]
    fn admin_sees_no_case() {
        for permission in [CaseRead, ApprovalRead, ArchiveRead, ArchiveOpen, AuditRead, AccessRegisterRead] {
            assert!(!permissions_of(Role::Admin).contains(permission), "{permission}");
        }
    }

    #[test]
    fn who_audits_does_not_work_on_cases() {
        assert_eq!(conflict(&[Role::Handler, Role::Auditor]), Some((Role::Auditor, Role::Handler)));
        assert_eq!(conflict(&[Role::Admin, Role::Supervisor]), Some((Role::Admin, Role::Supervisor)));
        assert_eq!(conflict(&[Role::Auditor, Role::Admin]), Some((Role::Auditor, Role::Admin)));
        assert_eq!(conflict(&[Role::Handler, Role::Supervisor]), None);
        assert_eq!(conflict(&[Role::Auditor, Role::Archivist]), None);
        assert_eq!(conflict(&[Role::Registrar, Role::External]), Some((Role::External, Role::Registrar)));
        for role in Role::iter() {
            assert_eq!(conflict(&[role]), None, "{role}");
        }
    }
}
