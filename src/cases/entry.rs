//! What is particular to each kind of entry of the handling record (投诉处理记录表, HK-F.5). One declaration is both the
//! stored JSON and the GraphQL type.

use crate::platform::access::{Permission, access, inherits};
use async_graphql::{Description, SimpleObject, Union};
use entity::case::{CaseOutcome, ComplainantOpinion};
use entity::case_entry::{
    CaseEntryKind, ContactDirection, ContactMeans, FindingKind, ResponsibleParty, StatementParty,
};
use entity::plan::PlanVerdict;
use entity::{ApprovalId, StaffId};
use serde::{Deserialize, Serialize};

/// The complaint was registered.
#[derive(Clone, Debug, Serialize, Deserialize, SimpleObject)]
pub struct RegistrationDetail {
    /// Code of the channel.
    #[graphql(directive = inherits::apply())]
    pub channel: String,
}

/// The case was given to a handler.
#[derive(Clone, Debug, Serialize, Deserialize, Description)]
pub struct AllocationDetail {
    pub handler_id: StaffId,
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
    /// What was said.
    #[graphql(directive = inherits::apply())]
    pub content: String,
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

/// What is particular to the kind of entry.
#[derive(Clone, Debug, Serialize, Deserialize, Union)]
#[serde(tag = "of", rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "TimelineDetail")]
pub enum Detail {
    Registration(RegistrationDetail),
    Allocation(AllocationDetail),
    Contact(ContactDetail),
    Statement(StatementDetail),
    Finding(FindingDetail),
    Plan(PlanDetail),
    Approval(ApprovalDetail),
    Reply(ReplyDetail),
    Closure(ClosureDetail),
    Filing(FilingDetail),
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
