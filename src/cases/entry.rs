//! What is particular to each kind of entry of the handling record (投诉处理记录表, HK-F.5). One declaration is both the
//! stored JSON and the GraphQL type.

use super::oversight::classification::ClassificationFacts;
use crate::platform::access::{Permission, access, inherits};
use async_graphql::{Description, SimpleObject, Union};
use chrono::{DateTime, NaiveDate, Utc};
use entity::authority_letter::AuthorityScope;
use entity::case::{CaseOutcome, ComplainantOpinion};
use entity::case_deadline;
use entity::case_entry::{
    CaseEntryKind, ContactDirection, ContactMeans, FindingKind, MajorGround, ResponsibleParty, StatementParty,
};
use entity::case_link::CaseLinkKind;
use entity::case_respondent::RespondentKind;
use entity::case_suspension::{ReopeningGround, SuspensionGround};
use entity::evidence::{EvidenceKind, EvidenceSource};
use entity::joint_review::JointReviewOutcome;
use entity::plan::PlanVerdict;
use entity::{ApprovalId, AssistanceId, CaseEntryId, DepartmentId, EvidenceId, JointReviewId, StaffId};
use serde::{Deserialize, Serialize};

/// The complaint was registered.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct RegistrationDetail {
    /// Code of the channel.
    #[graphql(directive = inherits::apply())]
    pub channel: String,
}

/// The complainant was told that the complaint is taken up (HK-5.1.2).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct AcknowledgementDetail {
    #[graphql(directive = inherits::apply())]
    pub means: ContactMeans,
    /// The day by which the complainant was promised to hear more.
    #[graphql(directive = inherits::apply())]
    pub promised_by: Option<NaiveDate>,
}

/// The case was given to a handler.
#[derive(Clone, Debug, Serialize, Deserialize, Description)]
pub struct AllocationDetail {
    pub handler_id: StaffId,
}

/// The case went from one handler to another (HK-3.6).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
#[graphql(complex)]
pub struct ReassignmentDetail {
    #[graphql(skip)]
    pub from_id: StaffId,
    #[graphql(skip)]
    pub handler_id: StaffId,
    /// Why it was given to somebody else.
    #[graphql(directive = inherits::apply())]
    pub reason: String,
}

/// A complaint about office staff went to the manager who answers it (HK-5.4.9).
#[derive(Clone, Debug, Serialize, Deserialize, Description)]
pub struct RoutingDetail {
    pub respondent_id: StaffId,
    pub department_id: DepartmentId,
    pub answerer_id: StaffId,
}

/// Complainants were added, or their number changed (HK-7.2.1).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct ComplainantsDetail {
    /// How many people complain since then.
    #[graphql(directive = inherits::apply())]
    pub head_count: i32,
    /// How many of them are named.
    #[graphql(directive = inherits::apply())]
    pub named: i32,
    /// Why the number changed, if somebody changed it.
    #[graphql(directive = inherits::apply())]
    pub reason: Option<String>,
}

/// Somebody else turned out to be complained about.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct RespondentDetail {
    #[graphql(directive = inherits::apply())]
    pub kind: RespondentKind,
}

/// Somebody showed a letter of authority.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct AuthorityDetail {
    #[graphql(directive = inherits::apply())]
    pub scope: AuthorityScope,
    /// The day of the letter.
    #[graphql(directive = inherits::apply())]
    pub granted_on: NaiveDate,
    /// The last day on which it holds, if it names one.
    #[graphql(directive = inherits::apply())]
    pub expires_on: Option<NaiveDate>,
}

/// The case was linked to another one.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct LinkDetail {
    #[graphql(directive = inherits::apply())]
    pub kind: CaseLinkKind,
    /// Number of the other case.
    #[graphql(directive = inherits::apply())]
    pub other_number: String,
    #[graphql(directive = inherits::apply())]
    pub reason: String,
}

/// Whoever wrote the entry stepped back from the case (回避).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct RecusalDetail {
    #[graphql(directive = inherits::apply())]
    pub reason: String,
}

/// Somebody was in touch with the complainant (HK-2.5).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct ContactDetail {
    /// Who began it.
    #[graphql(directive = inherits::apply())]
    pub direction: ContactDirection,
    #[graphql(directive = inherits::apply())]
    pub means: ContactMeans,
    /// False for an attempt that reached nobody.
    #[graphql(directive = inherits::apply())]
    pub reached: bool,
    /// Which attempt of ours to reach the complainant it is, counted from 1; null when the complainant turned to us.
    #[serde(default)]
    #[graphql(directive = inherits::apply())]
    pub attempt: Option<i32>,
    /// What was said.
    #[graphql(directive = inherits::apply())]
    pub content: String,
    /// What came of it.
    #[serde(default)]
    #[graphql(directive = inherits::apply())]
    pub outcome: Option<String>,
}

/// A party gave its account (HK-5.4.1).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct StatementDetail {
    /// Whose account it is.
    #[graphql(directive = inherits::apply())]
    pub party: StatementParty,
    #[graphql(directive = inherits::apply())]
    pub text: String,
}

/// Something was found out (HK-5.4.2, HK-5.4.3).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct FindingDetail {
    /// What it settles.
    #[graphql(directive = inherits::apply())]
    pub finding: FindingKind,
    /// Who is responsible; given when the finding settles the responsibility.
    #[graphql(directive = inherits::apply())]
    pub responsible_party: Option<ResponsibleParty>,
    #[graphql(directive = inherits::apply())]
    pub text: String,
}

/// How grave the case is was proposed or decided (HK-7.2.1…HK-7.2.6).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct ClassificationDetail {
    #[graphql(directive = inherits::apply())]
    pub facts: ClassificationFacts,
    /// What the facts make it a major complaint by; empty when nothing does.
    #[graphql(directive = inherits::apply())]
    pub grounds: Vec<MajorGround>,
    /// Whether it is a difficult complaint (疑难).
    #[graphql(directive = inherits::apply())]
    pub difficult: bool,
    /// Code of the severity that follows from the facts.
    #[graphql(directive = inherits::apply())]
    pub suggested_severity: String,
    /// Code of the severity that was decided; null in a proposal.
    #[graphql(directive = inherits::apply())]
    pub severity: Option<String>,
    #[graphql(directive = inherits::apply())]
    pub reason: String,
}

/// The handler reported progress to the supervisor (HK-3.3).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct ProgressDetail {
    #[graphql(directive = inherits::apply())]
    pub text: String,
}

/// Somebody above talked with other departments to settle an obstacle (HK-3.10).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct CoordinationDetail {
    /// Which department was talked with.
    #[graphql(directive = inherits::apply())]
    pub department: Option<String>,
    #[graphql(directive = inherits::apply())]
    pub text: String,
}

/// The case was reported up for guidance (HK-3.9, HK-5.4.7).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct EscalationDetail {
    /// What was reported.
    #[graphql(directive = inherits::apply())]
    pub report: String,
}

/// A report was answered (HK-5.4.7).
#[derive(Clone, Debug, Serialize, Deserialize, Description)]
pub struct EscalationAnswerDetail {
    pub escalation_id: CaseEntryId,
    pub answer: String,
}

/// It was recorded that premium was, or was not, misappropriated (HK-4.5).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct MisappropriationDetail {
    #[graphql(directive = inherits::apply())]
    pub misappropriated: bool,
    #[graphql(directive = inherits::apply())]
    pub reason: String,
}

/// It was recorded that an agent is, or is not, clearly at fault (HK-5.4.8).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct AgentFaultDetail {
    #[graphql(directive = inherits::apply())]
    pub at_fault: bool,
    #[graphql(directive = inherits::apply())]
    pub reason: String,
}

/// A piece of evidence that was handed over.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
#[graphql(complex)]
pub struct TransferredItem {
    #[graphql(skip)]
    pub evidence_id: Option<EvidenceId>,
    /// What it is, as it was described.
    #[graphql(directive = inherits::apply())]
    pub description: Option<String>,
    /// SHA-256 of the file, in lower-case hexadecimal, if it is one.
    #[graphql(directive = inherits::apply())]
    pub sha256: Option<String>,
}

/// The evidence against an agent went to the department that manages the agents (HK-5.4.8).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct EvidenceTransferDetail {
    /// The department that got it.
    #[graphql(directive = inherits::apply())]
    pub department: String,
    /// Who took it.
    #[graphql(directive = inherits::apply())]
    pub receiver: String,
    #[graphql(directive = inherits::apply())]
    pub evidence: Vec<TransferredItem>,
}

/// A file became evidence (HK-5.4.2).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
#[graphql(complex)]
pub struct EvidenceDetail {
    #[graphql(skip)]
    pub evidence_id: EvidenceId,
    #[graphql(directive = inherits::apply())]
    pub kind: EvidenceKind,
    /// From whom it comes.
    #[graphql(directive = inherits::apply())]
    pub source: EvidenceSource,
    /// SHA-256 of the file.
    #[graphql(directive = inherits::apply())]
    pub sha256: String,
}

/// A handling plan was drafted, submitted or reviewed (HK-5.4.3…HK-5.4.5).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct PlanDetail {
    /// Which draft of the case it is, counted from 1.
    #[graphql(directive = inherits::apply())]
    pub number: i32,
    /// What the reviewer said.
    #[graphql(directive = inherits::apply())]
    pub verdict: Option<PlanVerdict>,
    /// The reviewer's opinion in words.
    #[graphql(directive = inherits::apply())]
    pub opinion: Option<String>,
}

/// Something happened to an approval item.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
#[graphql(complex)]
pub struct ApprovalDetail {
    #[graphql(skip)]
    pub approval_id: ApprovalId,
    /// The revision of the item then.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    pub revision: i32,
    /// For a decision: whether the item was approved.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    pub approved: Option<bool>,
    /// The opinion or reason that was given.
    #[graphql(directive = access::apply(vec![Permission::ApprovalRead]))]
    pub opinion: String,
}

/// Something happened to an assistance (协办).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
#[graphql(complex)]
pub struct AssistanceDetail {
    #[graphql(skip)]
    pub assistance_id: AssistanceId,
    #[graphql(skip)]
    pub department_id: DepartmentId,
    /// Number of the assistance.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead, Permission::ApprovalRead]))]
    pub number: String,
    /// What was said: the brief, the question of the department or the answer to it, its opinion or result, or a reason.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead, Permission::ApprovalRead]))]
    pub text: Option<String>,
    /// What was delivered.
    #[graphql(directive = access::apply(vec![Permission::AssistanceRead, Permission::ApprovalRead]))]
    pub evidence: Vec<TransferredItem>,
}

/// The complainant got the answer (HK-5.4.5).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct ReplyDetail {
    #[graphql(directive = inherits::apply())]
    pub means: ContactMeans,
    /// What the complainant was told.
    #[graphql(directive = inherits::apply())]
    pub text: String,
}

/// The case was closed (HK-5.5.1).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct ClosureDetail {
    /// What the handling found of the complaint.
    #[graphql(directive = inherits::apply())]
    pub outcome: CaseOutcome,
    /// What the complainant says of the result.
    #[graphql(directive = inherits::apply())]
    pub complainant_opinion: ComplainantOpinion,
    /// The result in words.
    #[graphql(directive = inherits::apply())]
    pub result: String,
}

/// The case was filed in the archive (HK-5.6.1).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct FilingDetail {
    /// Number of the archive file.
    #[graphql(directive = inherits::apply())]
    pub number: String,
}

/// Something happened to a deadline.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct DeadlineDetail {
    /// Code of the deadline, for example `REPLY`.
    #[graphql(directive = inherits::apply())]
    pub code: String,
    /// The last second in time, before and after.
    #[graphql(directive = inherits::apply())]
    pub due_at_before: DateTime<Utc>,
    #[graphql(directive = inherits::apply())]
    pub due_at: DateTime<Utc>,
    /// The reason that was given.
    #[graphql(directive = inherits::apply())]
    pub reason: Option<String>,
    /// When and how the complainant was told of an extension.
    #[graphql(directive = inherits::apply())]
    pub complainant_told_at: Option<DateTime<Utc>>,
    #[graphql(directive = inherits::apply())]
    pub complainant_told_by: Option<ContactMeans>,
}

impl DeadlineDetail {
    /// What is to be told of a deadline that is now due at another time.
    pub fn moved(before: &case_deadline::Model, due_at: DateTime<Utc>) -> Self {
        Self {
            code: before.code.clone(),
            due_at_before: before.due_at,
            due_at,
            reason: None,
            complainant_told_at: None,
            complainant_told_by: None,
        }
    }
}

/// The case was suspended (HK-5.5.2, HK-5.5.3).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct SuspensionDetail {
    #[graphql(directive = inherits::apply())]
    pub ground: SuspensionGround,
    /// Why, in words.
    #[graphql(directive = inherits::apply())]
    pub reason: String,
    /// The period counts from here.
    #[graphql(directive = inherits::apply())]
    pub last_contact_at: DateTime<Utc>,
    /// The last second of the period.
    #[graphql(directive = inherits::apply())]
    pub ends_at: DateTime<Utc>,
}

/// A suspended case goes on (HK-5.5.4).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct ReopeningDetail {
    #[graphql(directive = inherits::apply())]
    pub ground: ReopeningGround,
    /// Why, in words; null when the contact or evidence itself stands in the record.
    #[graphql(directive = inherits::apply())]
    pub reason: Option<String>,
}

/// Nobody was in touch until the suspension ended: the case is closed (HK-5.5.5).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct ExpiryDetail {
    /// The last second of the period.
    #[graphql(directive = inherits::apply())]
    pub ended_at: DateTime<Utc>,
}

/// Somebody asked for the voucher to be void, or agreed that it is (SG-9.2.4).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct VoidingDetail {
    /// Why it is to be void; null where somebody agrees without a word.
    #[graphql(directive = inherits::apply())]
    pub reason: Option<String>,
}

/// Something happened to a joint review of the case (合议).
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
#[graphql(complex)]
pub struct JointReviewDetail {
    #[graphql(skip)]
    pub joint_review_id: JointReviewId,
    /// Number of the joint review; null when it was cancelled before it had one.
    #[graphql(directive = inherits::apply())]
    pub number: Option<String>,
    /// What the meeting came to, where the entry tells it.
    #[graphql(directive = inherits::apply())]
    pub outcome: Option<JointReviewOutcome>,
    /// The decision or opinion in words, or why the meeting was cancelled.
    #[graphql(directive = inherits::apply())]
    pub text: Option<String>,
}

/// What is particular to the kind of entry.
#[derive(Clone, Debug, Serialize, Deserialize, Union)]
#[serde(tag = "of", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "TimelineDetail")]
pub enum Detail {
    Registration(RegistrationDetail),
    Acknowledgement(AcknowledgementDetail),
    Allocation(AllocationDetail),
    Reassignment(ReassignmentDetail),
    Routing(RoutingDetail),
    Complainants(ComplainantsDetail),
    Respondent(RespondentDetail),
    Authority(AuthorityDetail),
    Link(LinkDetail),
    Recusal(RecusalDetail),
    Contact(ContactDetail),
    Statement(StatementDetail),
    Finding(FindingDetail),
    Classification(ClassificationDetail),
    Progress(ProgressDetail),
    Coordination(CoordinationDetail),
    Escalation(EscalationDetail),
    EscalationAnswer(EscalationAnswerDetail),
    AgentFault(AgentFaultDetail),
    Misappropriation(MisappropriationDetail),
    EvidenceTransfer(EvidenceTransferDetail),
    Evidence(EvidenceDetail),
    Plan(PlanDetail),
    Approval(ApprovalDetail),
    Assistance(AssistanceDetail),
    Reply(ReplyDetail),
    Closure(ClosureDetail),
    Filing(FilingDetail),
    Deadline(DeadlineDetail),
    Suspension(SuspensionDetail),
    Reopening(ReopeningDetail),
    Expiry(ExpiryDetail),
    Voiding(VoidingDetail),
    JointReview(JointReviewDetail),
}

/// An entry that is about to be written.
pub struct NewEntry {
    pub kind: CaseEntryKind,
    pub detail: Detail,
}

impl NewEntry {
    pub fn new(kind: CaseEntryKind, detail: Detail) -> Self {
        Self { kind, detail }
    }
}
