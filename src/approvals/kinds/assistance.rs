//! Another department helps with the case (案件协办, HK-4.7, HK-6.2, HK-6.3).

use super::Asking;
use crate::approvals::error;
use crate::identity;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::DepartmentId;
use entity::approval::{AssistanceGround, LegalGround};
use entity::staff_role::Role;
use serde::{Deserialize, Serialize};

/// Another department helps with the case.
#[derive(Clone, InputObject, Serialize)]
pub struct AssistanceInput {
    /// The department that is asked.
    pub department_id: Global<DepartmentId>,
    pub ground: AssistanceGround,
    /// Needed when the legal department is asked, and only then.
    pub legal_ground: Option<LegalGround>,
    /// What it is asked.
    pub question: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assistance {
    pub department: DepartmentId,
    pub ground: AssistanceGround,
    pub legal_ground: Option<LegalGround>,
    pub question: String,
}

impl AssistanceInput {
    pub async fn check(&self, asking: &Asking<'_>) -> Result<Assistance> {
        let department = self.department_id.0;
        let db = asking.tx.db();
        identity::store::departments(db, &[department]).await?.pop().ok_or(Failure::NotFound)?;
        let is_legal = !identity::store::holders_in(db, Role::Legal, department).await?.is_empty();
        match (is_legal, self.legal_ground) {
            (true, None) => return Err(error::legal_ground_required().into()),
            (false, Some(_)) => {
                return Err(Failure::bad_input("legalGround", "Give it only when the legal department is asked."));
            }
            _ => {}
        }
        let question = text::optional("question", Some(&self.question), text::PROSE)?;
        let question = question.ok_or_else(error::question_required)?;
        Ok(Assistance { department, ground: self.ground, legal_ground: self.legal_ground, question })
    }
}
