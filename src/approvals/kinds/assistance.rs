//! Another department helps with the case (案件协办, HK-4.7, HK-6.2, HK-6.3). It is asked for with `requestAssistance`, which
//! gives the request a number of its own.

use super::{Asking, Checked, Content};
use crate::approvals::error;
use crate::identity;
use crate::platform::error::{Failure, Result};
use crate::platform::text;
use entity::DepartmentId;
use entity::approval::{AssistanceGround, LegalGround};
use entity::staff_role::Role;
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assistance {
    pub department: DepartmentId,
    pub ground: AssistanceGround,
    pub legal_ground: Option<LegalGround>,
    pub question: String,
}

impl Assistance {
    /// Checks what is asked: the legal department on one of its grounds, another one on none.
    pub async fn check(self, asking: &Asking<'_>) -> Result<Checked> {
        let db = asking.tx.db();
        identity::store::departments(db, &[self.department]).await?.pop().ok_or(Failure::NotFound)?;
        let is_legal = !identity::store::holders_in(db, Role::Legal, self.department).await?.is_empty();
        match (is_legal, self.legal_ground) {
            (true, None) => return Err(error::legal_ground_required().into()),
            (false, Some(_)) => {
                return Err(Failure::bad_input("legalGround", "Give it only when the legal department is asked."));
            }
            _ => {}
        }
        let question = text::optional("question", Some(&self.question), text::PROSE)?;
        let question = question.ok_or_else(error::question_required)?;
        Ok(Checked { content: Content::Assistance(Self { question, ..self }), contract_number: None })
    }
}
