//! Approval items (审批事项): what somebody with authority must decide. `approval_steps` tells everything that happened to one.

use crate::{ApprovalId, CaseId, StaffId, staff_role::Role, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// What is to be approved.
    ApprovalKind {
        /// Ending a policy, or part of one, for an agreed amount (协议解约, HK-4.1.1…HK-4.1.9).
        NegotiatedSurrender,
        /// Another agent serves the policy (变更代理人, HK-4.2).
        AgentChange,
        /// Interest on late premiums is waived (免滞纳金, HK-4.3).
        LateFeeWaiver,
        /// Premium that was written off is called back (回调保费, HK-4.4).
        PremiumCallback,
        /// The company advances premium that somebody misappropriated (公司垫付, HK-4.5).
        CompanyAdvance,
        /// Commission or deposit of an agent is frozen, or released again (冻结、解冻佣金或押金, HK-4.6).
        CommissionOrDepositFreeze,
        /// Another department helps with the case (案件协办, HK-4.7).
        Assistance,
        /// A joint review meeting is held on the case (合议提请, HK-7.3).
        JointReviewRequest,
        /// What is to be done for the complainant (处理方案, HK-5.4.4), besides the money that it needs.
        HandlingPlan,
    }
}

value_enum! {
    /// What is done with an agent's money.
    FreezeAction {
        /// 冻结
        Freeze,
        /// 解冻. Only what was frozen is released.
        Release,
    }
}

value_enum! {
    /// Which of an agent's money.
    AgentAccount {
        /// 佣金
        Commission,
        /// 押金
        Deposit,
    }
}

value_enum! {
    /// Why another department should help (HK-6.2).
    AssistanceGround {
        /// It has the expertise, and is quicker.
        Expertise,
        /// Professional guidance or an assessment is needed.
        Guidance,
        /// What must be done is within its authority.
        Authority,
        /// The handler thinks it necessary, and the supervisor agrees.
        Necessity,
    }
}

value_enum! {
    /// Why the legal department is asked (HK-6.3).
    LegalGround {
        /// A complaint after negative press.
        NegativePress,
        /// A regulator or government demands a written explanation.
        WrittenExplanation,
        /// A reporter is present on site.
        ReporterOnSite,
        /// The wording of the policy is flawed or unclear.
        PolicyWording,
        /// A major or difficult case, or one of potentially high impact.
        MajorOrDifficult,
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
        /// Sent back to the person who asked, to be amended (退回).
        Returned,
        /// Taken back by the person who asked.
        Withdrawn,
        /// The approval was taken back by a new decision (撤销). It can be amended and asked for again.
        Reversed,
        /// Approved and not executed within the profile's period (失效). It can be amended and asked for again.
        Lapsed,
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
    /// What is asked for; `approvals::kinds::Content` is its type.
    pub content: Json,
    /// What the request rests on: plan version and evidence; `approvals::basis::Basis` is its type. None of items that are
    /// older than this.
    pub basis: Option<Json>,
    /// SHA-256 of the canonical form of `content` and `basis`: what a decision is bound to.
    pub content_sha256: String,
    /// None for what is about no contract.
    pub contract_number_sealed: Option<String>,
    /// Blind index of what it is about: items of one kind about the same subject in one case count together (HK-4.1.9).
    pub subject_index: Option<String>,
    pub reason: String,
    /// What counts towards the authority, in fen: the excess of a surrender (HK-4.1.5), else the amount; 0 without one.
    pub amount: i64,
    /// The amounts of all live items that count together, in fen (HK-4.1.9).
    pub cumulative_amount: i64,
    /// Name of the authority tier in the profile.
    pub tier: String,
    /// The lowest role that may decide.
    pub required_role: Role,
    /// The rule that puts the item into its tier, for example HK-4.1.2.
    pub rule: String,
    pub requested_by: StaffId,
    pub requested_at: DateTimeUtc,
    pub endorsed_by: Option<StaffId>,
    /// On whose behalf it was endorsed.
    pub endorsed_for: Option<StaffId>,
    pub endorsed_at: Option<DateTimeUtc>,
    pub decided_by: Option<StaffId>,
    /// On whose behalf it was decided.
    pub decided_for: Option<StaffId>,
    pub decided_at: Option<DateTimeUtc>,
    /// What was paid on it, in fen (执行).
    pub executed_amount: i64,
    pub updated_at: DateTimeUtc,
}

impl ActiveModelBehavior for ActiveModel {}
