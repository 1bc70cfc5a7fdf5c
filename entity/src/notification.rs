//! What a person should know of: one row per person and matter, written in the transaction of what happened. It names a case
//! and holds no personal data.

use crate::{AuditEventId, CaseId, NotificationId, StaffId, value_enum::value_enum};
use sea_orm::entity::prelude::*;

value_enum! {
    /// Of what a person is told.
    NotificationKind {
        /// A case was given to you.
        CaseAllocated,
        /// A deadline of yours is near.
        DeadlineNear,
        /// A deadline of yours, or of somebody whose superior you are, has passed and is not met (G-8).
        DeadlineMissed,
        /// A case became urgent (HK-2.7).
        CaseUrgent,
        /// A handler reports progress (HK-3.3).
        ProgressReported,
        /// Somebody above talked with departments about a case of yours (HK-3.10).
        CoordinationNoteAdded,
        /// A handler asks that a case be classified.
        ClassificationProposed,
        /// A case of yours was classified.
        CaseClassified,
        /// A report asks for your guidance (HK-5.4.7).
        CaseEscalated,
        /// A report of yours, or on a case of yours, was answered.
        EscalationAnswered,
        /// A case of yours was given to somebody else.
        CaseTakenOver,
        /// A complaint about a member of your department waits for your answer.
        CaseRouted,
        /// A case of your unit was suspended.
        CaseSuspended,
        /// A suspended case goes on.
        CaseReopened,
        /// A suspended case was closed because nobody was in touch until its end.
        SuspensionExpired,
        /// Somebody asks you to agree that a voucher is void.
        VoidingAsked,
        /// A voucher that you registered is void.
        VoucherVoided,
        /// An approval item waits for you.
        ApprovalRequested,
        /// You are reminded of an approval item that waits for you.
        ApprovalReminded,
        /// An approval item that you asked for was decided.
        ApprovalDecided,
        /// An approval item that you asked for was sent back to you.
        ApprovalReturned,
        /// What you endorsed or decided was changed: your word no longer holds (HK-4.1.8).
        ApprovalVoided,
        /// An approval that you asked for or gave was taken back by a new decision.
        ApprovalReversed,
        /// An approval lapsed: nothing was executed in time.
        ApprovalLapsed,
        /// Somebody lends you authority, or you lent yours (HK-A8).
        AuthorityDelegated,
        /// Authority that you lent, or that somebody lent you, was taken back (HK-A8).
        DelegationRevoked,
        /// A case needs the help of your department: the material was delivered (协办).
        AssistanceDelivered,
        /// You are reminded that your department is to help with a case.
        AssistanceReminded,
        /// The department that was to help with a case of yours returned its opinion or result.
        AssistanceReturned,
        /// Your department need not help with a case any more.
        AssistanceWithdrawn,
        /// A department that helps with a case of yours asks for information.
        InformationRequested,
        /// What your department asked about a case was answered.
        InformationProvided,
        /// The handler of a case must step back from it: it waits for another one.
        HandlerRecused,
        /// You are invited to a joint review (HK-7.5.2).
        JointReviewConvened,
        /// A joint review to which you are invited is at another time or place, or with other people.
        JointReviewRescheduled,
        /// A joint review to which you were invited is not held, or not with you.
        JointReviewCancelled,
        /// Somebody answered the invitation to a joint review that you chair.
        InvitationAnswered,
        /// The minutes of a joint review wait for your signature (HK-7.5.6).
        MinutesToSign,
        /// Somebody refused to sign the minutes of a joint review that you chair or minute.
        SigningRefused,
        /// All have signed: the record of a joint review is in the folder (HK-7.6).
        JointReviewFiled,
        /// Somebody asks to read archive files, and it is your turn to agree.
        ArchiveReadingRequested,
        /// A reading of archive files was agreed to: it waits for an archivist to release them, or to check them.
        ArchiveReadingToHandle,
        /// A reading of archive files that you asked for, or escort, was released, refused or revoked.
        ArchiveReadingDecided,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "notifications")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: NotificationId,
    pub recipient_id: StaffId,
    pub kind: NotificationKind,
    /// None for what is about no case.
    pub case_id: Option<CaseId>,
    /// What it is about: an entry, a deadline, a version of the case. Nobody is told twice of the same.
    pub about_id: Uuid,
    pub created_at: DateTimeUtc,
    pub read_at: Option<DateTimeUtc>,
    /// The event of its transaction; none of what was written before events were announced.
    pub event_id: Option<AuditEventId>,
}

impl ActiveModelBehavior for ActiveModel {}
