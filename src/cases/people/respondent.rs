//! Who is complained about (被投诉人): an agent, a member of the office staff, or a department (HK-5.4.8, HK-5.4.9).

use crate::cases::{error, sealed};
use crate::identity;
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::case_respondent::{self, RespondentKind};
use entity::{CaseId, DepartmentId, RespondentId, StaffId};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Somebody who is complained about. An agent has a name or a code; a member of the staff or a department is one of the
/// organisation's, or has a name as long as nobody knows which.
#[derive(Clone, Debug, InputObject, Serialize)]
pub struct RespondentInput {
    pub kind: RespondentKind,
    pub name: Option<String>,
    /// The code under which an agent sells.
    pub agent_code: Option<String>,
    /// The member of the staff.
    pub staff_id: Option<Global<StaffId>>,
    /// The department; of a known member of the staff, their own if none is given.
    pub department_id: Option<Global<DepartmentId>>,
}

impl RespondentInput {
    /// Checks the input and makes the row of it.
    pub async fn row(&self, tx: &Tx, case: CaseId, added_by: StaffId) -> Result<case_respondent::ActiveModel> {
        let name = text::optional("name", self.name.as_deref(), text::LINE)?;
        let agent_code = text::optional("agentCode", self.agent_code.as_deref(), text::LINE)?;
        let (staff, department) = (self.staff_id.map(|id| id.0), self.department_id.map(|id| id.0));
        let (fits, rule, known) = match self.kind {
            RespondentKind::Agent => (staff.is_none() && department.is_none(), "HK-5.4.8", agent_code.is_some()),
            RespondentKind::Staff => (agent_code.is_none(), "HK-5.4.9", staff.is_some()),
            RespondentKind::Department => (agent_code.is_none() && staff.is_none(), "HK-5.4.9", department.is_some()),
        };
        if !fits {
            return Err(Failure::bad_input(
                "respondents",
                "An agent has a code, staff a person, a department neither.",
            ));
        }
        if !known && name.is_none() {
            return Err(error::respondent_unnamed(rule).into());
        }
        let mut department_id = department;
        if let Some(department) = department
            && identity::store::departments(tx.db(), &[department]).await?.is_empty()
        {
            return Err(Failure::bad_input("departmentId", "There is no department of this id."));
        }
        if let Some(staff) = staff {
            let card = identity::store::card(tx.db(), staff).await?;
            let card = card.ok_or_else(|| Failure::bad_input("staffId", "There is nobody of this id."))?;
            department_id.get_or_insert(card.department_id);
        }
        let id: RespondentId = tx.id();
        let name_sealed = match &name {
            Some(name) => Some(tx.key_of(case).await?.seal(sealed::RESPONDENT_NAME, id, name)?),
            None => None,
        };
        Ok(case_respondent::ActiveModel {
            id: Set(id),
            case_id: Set(case),
            kind: Set(self.kind),
            name_sealed: Set(name_sealed),
            agent_code: Set(agent_code),
            staff_id: Set(staff),
            department_id: Set(department_id),
            added_by: Set(added_by),
            added_at: Set(tx.now()),
        })
    }
}
