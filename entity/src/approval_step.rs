//! What happened to an approval item, in order. The database refuses to change or delete a row: a decision is a fact.

use crate::{ApprovalId, ApprovalStepId, DelegationId, StaffId, staff_role::Role, value_enum::value_enum};
use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

value_enum! {
    /// What was done with an approval item.
    ApprovalAct {
        /// Somebody asked for it (提请).
        Requested,
        /// The person who asked changed it (修改).
        Amended,
        /// Another item of the contract changed, and with it the authority that this one needs (重新核定权限).
        Reassessed,
        /// The supervisor reviewed it for a higher tier (复核).
        Endorsed,
        /// Decided: yes (同意).
        Approved,
        /// Decided: no (不同意).
        Refused,
        /// It was sent back to the person who asked, to be amended (退回).
        Returned,
        /// Whoever should act was reminded (催办).
        Reminded,
        /// The person who asked took it back (撤回).
        Withdrawn,
        /// A new version of the plan that it rests on was submitted (方案变更): what was endorsed or decided is void.
        PlanChanged,
        /// A decision took the approval back (撤销).
        Reversed,
        /// Nothing was executed within the profile's period (失效).
        Lapsed,
    }
}

#[sea_orm::model]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, DeriveEntityModel)]
#[sea_orm(table_name = "approval_steps")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: ApprovalStepId,
    pub approval_id: ApprovalId,
    pub act: ApprovalAct,
    /// The revision of the item that the act concerns.
    pub revision: i32,
    /// What stood in the item then.
    pub content: Json,
    pub basis: Option<Json>,
    pub content_sha256: String,
    pub cumulative_amount: i64,
    pub tier: String,
    pub required_role: Role,
    pub rule: String,
    /// None for what time alone did.
    pub acted_by: Option<StaffId>,
    /// On whose behalf the person acted, and by which delegation.
    pub acted_for: Option<StaffId>,
    pub delegation_id: Option<DelegationId>,
    /// Of a reversal: the decision that it takes back.
    pub reverses: Option<ApprovalStepId>,
    /// The role that gave the authority; none for acts of the person who asked.
    pub acted_as: Option<Role>,
    /// True when a higher rank than needed decided (HK-4.9).
    pub above_tier: bool,
    /// The decider's opinion, or the reason of the person who asked.
    pub opinion: String,
    pub acted_at: DateTimeUtc,
    /// Of an endorsement or a decision: everything that it was worked out from, as canonical JSON
    /// (`approvals::authority::Inputs`).
    pub inputs: Option<String>,
    /// What followed from the inputs, as canonical JSON (`approvals::authority::Outcome`).
    pub assessment: Option<String>,
}

impl ActiveModelBehavior for ActiveModel {}
