//! What is to be done for the complainant (处理方案, HK-5.4.4). It is asked for by `submitPlan`.

use crate::approvals::basis::PlanVersion;
use crate::platform::error::Result;
use entity::{PlanId, plan};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HandlingPlan {
    pub plan: PlanId,
    pub version: PlanVersion,
}

impl HandlingPlan {
    pub fn of(plan: &plan::Model) -> Result<Self> {
        Ok(Self { plan: plan.id, version: PlanVersion::of(plan)? })
    }
}
