//! Who must not take part in a case (回避): computed from the complaint, or said by the person. It keeps from being given the
//! case (HK-5.3) and from deciding on it (HK-4.8).

use super::error;
use super::people::store;
use super::policy::Verdict;
use crate::identity;
use crate::identity::permissions::roles_with;
use crate::identity::store::StaffCard;
use crate::platform::access::Permission;
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::platform::refusal::Refusal;
use crate::platform::text::comparable_contract_number;
use async_graphql::Enum;
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId, case, case_recusal};

/// Why somebody must not take part in a case.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
pub enum RecusalReason {
    /// The person is complained about.
    NamedInComplaint,
    /// The person sold the policy.
    SoldThePolicy,
    /// The head of the person's department is complained about.
    ReportsToRespondent,
    /// The person said so.
    Declared,
}

/// A person, as far as it matters here.
#[derive(Clone, Debug)]
pub struct Person {
    pub id: StaffId,
    pub department_id: DepartmentId,
    pub roles: Vec<Role>,
    /// Comparable.
    pub agent_code: Option<String>,
}

impl Person {
    pub fn new(card: &StaffCard, roles: Vec<Role>) -> Self {
        let agent_code = card.agent_code.as_deref().map(comparable_contract_number).filter(|code| !code.is_empty());
        Self { id: card.id, department_id: card.department_id, roles, agent_code }
    }
}

/// What a case knows that may keep people from it.
#[derive(Clone, Debug, Default)]
pub struct Involved {
    pub staff: Vec<InvolvedStaff>,
    /// Codes of the agents who are complained about; comparable.
    pub agent_codes: Vec<String>,
    pub declared: Vec<case_recusal::Model>,
}

/// A member of the staff who is complained about.
#[derive(Clone, Debug)]
pub struct InvolvedStaff {
    pub id: StaffId,
    pub department_id: DepartmentId,
    pub heads_a_department: bool,
}

impl Involved {
    /// Whether it could keep anybody from the case.
    pub fn is_nobody(&self) -> bool {
        self.staff.is_empty() && self.agent_codes.is_empty() && self.declared.is_empty()
    }
}

/// Whether somebody with these roles is the head of their department: the manager is that of the complaint unit (HK-5.6.3).
pub fn heads_a_department(roles: &[Role]) -> bool {
    roles.iter().any(|role| matches!(role, Role::DepartmentHead | Role::Manager | Role::GeneralManager))
}

/// The roles whose holders are given cases or decide on them.
pub fn roles_that_take_part() -> Vec<Role> {
    roles_with(Permission::RecusalDeclare)
}

/// Everything that keeps the person from a case; nothing if they may take part. `sold_by` is the code of the agent who sold
/// the policy.
pub fn of(person: &Person, sold_by: Option<&str>, involved: &Involved) -> Vec<RecusalReason> {
    let sold_by = sold_by.map(comparable_contract_number);
    let named = involved.staff.iter().any(|staff| staff.id == person.id)
        || person.agent_code.as_ref().is_some_and(|code| involved.agent_codes.contains(code));
    let sold = person.agent_code.is_some() && person.agent_code == sold_by;
    let reports = !heads_a_department(&person.roles)
        && involved.staff.iter().any(|staff| {
            staff.heads_a_department && staff.department_id == person.department_id && staff.id != person.id
        });
    let declared = involved.declared.iter().any(|recusal| recusal.staff_id == person.id);
    [
        (named, RecusalReason::NamedInComplaint),
        (sold, RecusalReason::SoldThePolicy),
        (reports, RecusalReason::ReportsToRespondent),
        (declared, RecusalReason::Declared),
    ]
    .into_iter()
    .filter_map(|(holds, reason)| holds.then_some(reason))
    .collect()
}

/// HK-4.8: nobody decides on a case from which they must step back.
pub fn may_decide(reasons: &[RecusalReason]) -> Verdict {
    if reasons.is_empty() { Ok(()) } else { Err(vec![error::recused("HK-4.8")]) }
}

/// HK-5.3: nobody is given such a case.
pub fn may_be_given(reasons: &[RecusalReason]) -> Verdict {
    let refused = || -> Refusal { error::recused("HK-5.3").about("handlerId") };
    if reasons.is_empty() { Ok(()) } else { Err(vec![refused()]) }
}

/// What keeps a person from a case that this transaction holds.
pub async fn of_person(tx: &Tx, case: &case::Model, person: StaffId) -> Result<Vec<RecusalReason>> {
    let involved = store::involved(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
    if involved.is_nobody() && case.selling_agent_code.is_none() {
        return Ok(Vec::new());
    }
    let card = identity::store::card(tx.db(), person).await?.ok_or_else(|| Failure::internal("a person vanished"))?;
    let roles = identity::store::roles_of(tx.db(), person).await?;
    Ok(of(&Person::new(&card, roles), case.selling_agent_code.as_deref(), &involved))
}

/// Refuses when the person who acts must not decide on the case.
pub async fn actor_may_decide(tx: &Tx, case: &case::Model) -> Result<()> {
    match tx.actor().staff_id() {
        Some(actor) => Ok(may_decide(&of_person(tx, case, actor).await?)?),
        None => Ok(()),
    }
}

/// Refuses when the person must not be given the case.
pub async fn person_may_be_given(tx: &Tx, case: &case::Model, person: StaffId) -> Result<()> {
    Ok(may_be_given(&of_person(tx, case, person).await?)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn person(id: u128, department: u128, role: Role, code: Option<&str>) -> Person {
        Person {
            id: Uuid::from_u128(id).into(),
            department_id: Uuid::from_u128(department).into(),
            roles: vec![role],
            agent_code: code.map(str::to_owned),
        }
    }

    fn about(person: &Person) -> Involved {
        let staff = InvolvedStaff {
            id: person.id,
            department_id: person.department_id,
            heads_a_department: heads_a_department(&person.roles),
        };
        Involved { staff: vec![staff], ..Involved::default() }
    }

    /// HK-4.8 HK-5.3
    #[test]
    fn what_keeps_people_from_a_case() {
        let handler = person(1, 10, Role::Handler, Some("A0012"));
        let colleague = person(2, 10, Role::Handler, None);
        let head = person(3, 10, Role::DepartmentHead, None);
        let elsewhere = person(4, 11, Role::Handler, None);
        let manager = person(5, 10, Role::Manager, None);
        let nobody = Involved::default();
        assert_eq!(of(&handler, None, &nobody), []);
        assert_eq!(of(&handler, None, &about(&handler)), [RecusalReason::NamedInComplaint]);
        assert_eq!(of(&colleague, None, &about(&handler)), [], "an equal is not one's head");
        assert_eq!(of(&colleague, None, &about(&head)), [RecusalReason::ReportsToRespondent]);
        assert_eq!(of(&elsewhere, None, &about(&head)), []);
        assert_eq!(of(&manager, None, &about(&head)), []);
        assert_eq!(of(&head, None, &about(&head)), [RecusalReason::NamedInComplaint]);
        assert_eq!(of(&handler, Some("a-0012"), &nobody), [RecusalReason::SoldThePolicy]);
        assert_eq!(of(&colleague, Some("a-0012"), &nobody), []);
        let agent = Involved { agent_codes: vec!["A0012".to_owned()], ..Involved::default() };
        assert_eq!(
            of(&handler, Some("A0012"), &agent),
            [RecusalReason::NamedInComplaint, RecusalReason::SoldThePolicy]
        );
        let declared = case_recusal::Model {
            id: Uuid::from_u128(1).into(),
            case_id: Uuid::from_u128(1).into(),
            staff_id: colleague.id,
            reason: String::new(),
            declared_at: chrono::DateTime::UNIX_EPOCH,
        };
        let declared = Involved { declared: vec![declared], ..Involved::default() };
        assert_eq!(of(&colleague, None, &declared), [RecusalReason::Declared]);
        assert_eq!(of(&handler, None, &declared), []);
    }
}
