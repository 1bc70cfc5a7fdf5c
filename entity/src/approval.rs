//! Approval items (审批事项): what somebody with authority must decide. `approval_steps` tells everything that happened to one.

use crate::{ApprovalId, CaseId, StaffId, staff_role::Role, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// What is to be approved.
    ApprovalKind {
        /// Ending a policy, or part of one, for an agreed amount (协议解约, HK-4.1.1…HK-4.1.9).
        NegotiatedSurrender,
    }
}

value_enum! {
    /// Where an approval item stands.
    ApprovalState {
        /// Waits for the endorsement or the decision that it needs.
        Pending,
        /// Endorsed; waits for its decider (HK-4.11).
        Endorsed,
        /// Decided: yes (同意).
        Approved,
        /// Decided: no (不同意). It can be amended and asked for again.
        Refused,
        /// Taken back by the person who asked.
        Withdrawn,
    }
}

value_enum! {
    /// How much of the policy ends.
    SurrenderScope {
        /// The whole policy. One such item per contract at a time.
        Full,
        /// A part; cash value and premium are those of the part (HK-4.1.7).
        Partial,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "approvals")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalId,
    pub case_id: CaseId,
    pub kind: ApprovalKind,
    pub state: ApprovalState,
    pub version: i32,
    /// 1 when requested; each amendment adds one and voids the decision on the one before (HK-4.1.8).
    pub revision: i32,
    /// What is asked for; `approvals::content::Content` is its type.
    pub content: Json,
    /// SHA-256 of the canonical form of `content`: what a decision is bound to.
    pub content_sha256: String,
    pub contract_number_sealed: String,
    pub contract_number_index: String,
    pub reason: String,
    /// Agreed total minus cash value, in fen (HK-4.1.5).
    pub excess: i64,
    /// Excess of all live items of this contract in this case, in fen (HK-4.1.9).
    pub cumulative_excess: i64,
    /// Name of the authority tier in the profile.
    pub tier: String,
    /// The lowest role that may decide.
    pub required_role: Role,
    /// The rule that puts the item into its tier, for example HK-4.1.2.
    pub rule: String,
    pub requested_by: StaffId,
    pub requested_at: DateTimeUtc,
    pub endorsed_by: Option<StaffId>,
    pub endorsed_at: Option<DateTimeUtc>,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTimeUtc>,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
