//! The closed list of permissions: what the schema's `@access` names and what roles are granted.

use async_graphql::Enum;
use sea_orm::{EnumIter, Iterable};
use std::fmt;

/// A right that roles carry and fields ask for. Reading and writing are different rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Enum, EnumIter)]
pub enum Permission {
    /// Register complaints.
    CaseRegister,
    /// Read the cases in one's scope.
    CaseRead,
    /// Find cases by the phone number of the complainant.
    CaseFindByPhone,
    /// Allocate cases to handlers.
    CaseAllocate,
    /// Investigate, plan, reply to and close the cases one handles.
    CaseHandle,
    /// Decide how grave cases are.
    CaseClassify,
    /// Report cases up for guidance.
    CaseEscalate,
    /// Answer such reports.
    EscalationAnswer,
    /// Note on cases what was settled with other departments.
    CaseCoordinate,
    /// Record the answer to the complainant: on the cases one handles, and on those one answers for a department.
    CaseReply,
    /// Say of oneself that one must not take part in a case.
    RecusalDeclare,
    /// Read the evidence of the cases in one's scope.
    EvidenceRead,
    /// Review handling plans.
    PlanReview,
    /// File closed cases in the archive.
    CaseArchive,
    /// Extend deadlines, where the profile lets one's role.
    DeadlineExtend,
    /// Publish corrected working calendars.
    CalendarManage,
    /// Read the approval items of the cases in one's scope.
    ApprovalRead,
    /// Ask for approvals, amend and withdraw them.
    ApprovalRequest,
    /// Endorse items above the lowest tier.
    ApprovalEndorse,
    /// Decide items within one's authority.
    ApprovalDecide,
    /// Lend one's authority to somebody for some days.
    AuthorityDelegate,
    /// Try a draft of the authority tiers on the items of the past.
    AuthoritySimulate,
    /// Record what was paid on approved items.
    ApprovalExecute,
    /// Read assistances: of the cases in one's scope, and what was delivered to one's department.
    AssistanceRead,
    /// Confirm that one's department received what was delivered to it.
    AssistanceReceive,
    /// Give the opinion or result of one's department, and ask the handler for more.
    AssistanceReturn,
    /// Read the joint reviews that one attends, and those of the cases in one's scope.
    JointReviewRead,
    /// Convene joint reviews, chair and cancel them.
    JointReviewConvene,
    /// Attend joint reviews: answer invitations, minute, sign.
    JointReviewAttend,
    /// Look through the folder of signed records, see figures, and take a record out as a pack.
    JointReviewFolder,
    /// Read the case library.
    LibraryRead,
    /// Add cases to the library.
    LibraryAdd,
    /// Look up the archive files that are open to one.
    ArchiveRead,
    /// Open archive files that are open to one, with a purpose, on record.
    ArchiveOpen,
    /// Ask to read archive files, sign off what one read, and sit with external readers.
    ArchiveRequest,
    /// Agree that somebody reads archive files, where the profile asks one's role.
    ArchiveApprove,
    /// Give archive files out to be read and take them back; ask for external readers.
    ArchiveRelease,
    /// Take copies of the archive files that are open to one, where the profile lets one's role.
    ArchiveExport,
    /// See one personal value whole, with a purpose, on record, where the profile lets one's role.
    PersonalReveal,
    /// See how the archive is kept: checks and what is due, damage, backups; have files verified.
    ArchiveCustodyRead,
    /// Keep the archive: where paper files are, checks, damage and its treatment, backups.
    ArchiveKeep,
    /// Add to archive files, as their handler or where the profile lets one's role.
    ArchiveSupplement,
    /// Say what keeps archive files: legal holds, and grounds to keep them for good.
    RetentionManage,
    /// Read what was disposed of, by whom and on which basis.
    DisposalRead,
    /// Propose archive files for disposal.
    DisposalPropose,
    /// Decide whether archive files are disposed of.
    DisposalApprove,
    /// Read the reading register: one's own rows, or all for those who keep it.
    AccessRegisterRead,
    /// Read the audit trail.
    AuditRead,
    /// See figures of the cases in one's scope, and keep them as monthly reports.
    ReportGenerate,
    /// Read monthly reports.
    ReportRead,
    /// See who works here, in which department and in which roles.
    StaffRead,
    /// Add people, change their roles and departments, disable them, give them new passwords.
    StaffManage,
    /// See which programs ask here, with which keys, and when they last did.
    ServiceAccountRead,
    /// Add service accounts and their keys, change what they may do, disable them.
    ServiceAccountManage,
    /// Read the records of leaks, losses and abuse of confidential material.
    IncidentRead,
    /// Record such incidents and what follows.
    IncidentRecord,
    /// See which notifications could not be delivered, and have them tried again.
    DeliveryManage,
}

impl Permission {
    /// Those that change nothing but the registers of who read what. Who has no others runs no command that works
    /// (`platform::db::Door`).
    pub const FOR_READING: PermissionSet = PermissionSet::of(&[
        Self::CaseRead,
        Self::CaseFindByPhone,
        Self::EvidenceRead,
        Self::ApprovalRead,
        Self::AssistanceRead,
        Self::JointReviewRead,
        Self::JointReviewFolder,
        Self::LibraryRead,
        Self::ArchiveRead,
        Self::ArchiveOpen,
        Self::ArchiveCustodyRead,
        Self::IncidentRead,
        Self::DisposalRead,
        Self::AccessRegisterRead,
        Self::AuditRead,
        Self::ReportRead,
        Self::StaffRead,
        Self::ServiceAccountRead,
    ]);

    /// What a service account may be given: what reads, and what brings in or counts. Whatever is not named here is a person's, so that a
    /// new permission is closed to programs until somebody opens it. That is half of it: of what changes something they run the few
    /// commands that are opened to them one by one (`platform::db::Door`).
    pub const FOR_SERVICES: PermissionSet =
        Self::FOR_READING.union(PermissionSet::of(&[Self::CaseRegister, Self::ArchiveExport, Self::ReportGenerate]));

    /// The permission of a name that the schema shows.
    pub fn named(name: &str) -> Option<Self> {
        Self::iter().find(|permission| permission.to_string() == name)
    }
}

impl fmt::Display for Permission {
    /// The name that the schema shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&async_graphql::resolver_utils::enum_value(*self).to_string())
    }
}

/// A set of permissions, as cheap to compare as a number.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PermissionSet(u128);

impl PermissionSet {
    pub const EMPTY: Self = Self(0);

    pub const fn of(permissions: &[Permission]) -> Self {
        let mut bits = 0;
        let mut i = 0;
        while i < permissions.len() {
            bits |= 1 << permissions[i] as u32;
            i += 1;
        }
        Self(bits)
    }

    pub const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether the other set has all of these.
    pub const fn is_within(self, other: Self) -> bool {
        self.0 & !other.0 == 0
    }

    pub const fn contains(self, permission: Permission) -> bool {
        self.0 & (1 << permission as u32) != 0
    }

    /// What is in this set and not in the other.
    pub const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// What is in both sets.
    pub const fn intersection(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub fn iter(self) -> impl Iterator<Item = Permission> {
        Permission::iter().filter(move |permission| self.contains(*permission))
    }
}

impl fmt::Display for PermissionSet {
    /// The names with a space between them: the `scope` of OAuth.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(|permission| permission.to_string()).collect();
        f.write_str(&names.join(" "))
    }
}

impl FromIterator<Permission> for PermissionSet {
    fn from_iter<I: IntoIterator<Item = Permission>>(permissions: I) -> Self {
        permissions.into_iter().fold(Self::EMPTY, |set, permission| set.union(Self::of(&[permission])))
    }
}
