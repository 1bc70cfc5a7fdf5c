//! Who answers a complaint about a member of the office staff: pure decisions.

use super::error;
use crate::cases::policy::{CaseAct, Verdict, may_distribute};
use crate::platform::access::Actor;
use crate::platform::refusal::Refusal;
use crate::profiles::{Profile, StaffComplaints};
use entity::staff_role::Role;
use entity::{StaffId, case};

/// HK-5.4.9: the supervisor routes, but not what concerns the supervisor in person; and not while the person complained
/// about handles the case.
pub fn may_route(actor: &Actor, case: &case::Model, profile: &Profile) -> Verdict {
    may_distribute(CaseAct::Route, actor, case, profile)?;
    if profile.staff_complaints.is_some() { Ok(()) } else { Err(vec![error::not_routed_here()]) }
}

/// HK-5.3, HK-5.4.9
pub fn may_be_respondent(respondent: StaffId, actor: &Actor, case: &case::Model) -> Verdict {
    if actor.is(respondent) {
        return Err(vec![error::concerns_you()]);
    }
    if case.handler_id == Some(respondent) {
        return Err(vec![error::respondent_handles()]);
    }
    Ok(())
}

/// Where those are found who answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answerer {
    /// Who holds the role in the department of the person complained about.
    InDepartment(Role),
    /// Who holds the role, wherever.
    Anywhere(Role),
}

/// The lowest role of the line above every role that the person complained about holds in it.
pub fn answerer(answering: &StaffComplaints, respondent_roles: &[Role]) -> Result<Answerer, Refusal> {
    let line = &answering.answered_by;
    let above = line.iter().rposition(|role| respondent_roles.contains(role)).map_or(0, |held| held + 1);
    match line.get(above) {
        Some(role) if above == 0 => Ok(Answerer::InDepartment(*role)),
        Some(role) => Ok(Answerer::Anywhere(*role)),
        None => Err(error::nobody_above_answers()),
    }
}

/// The one who holds the post, or of several the one who was chosen.
pub fn choose(role: Role, holders: &[StaffId], chosen: Option<StaffId>) -> Result<StaffId, Refusal> {
    match (holders, chosen) {
        ([], _) => Err(error::post_is_vacant(role)),
        (holders, Some(chosen)) if holders.contains(&chosen) => Ok(chosen),
        (_, Some(_)) => Err(error::does_not_answer(role)),
        ([only], None) => Ok(*only),
        (_, None) => Err(error::several_could_answer(role)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    /// HK-5.4.9: the head of the department; one up when the head is the person complained about; nobody above the top.
    #[test]
    fn the_next_of_the_line_answers() {
        use Role::{DepartmentHead, GeneralManager, Handler, Manager};
        let answering = StaffComplaints { answered_by: vec![DepartmentHead, Manager, GeneralManager] };
        let who = |roles: &[Role]| answerer(&answering, roles).map_err(|refusal| refusal.code);
        assert_eq!(who(&[]), Ok(Answerer::InDepartment(DepartmentHead)));
        assert_eq!(who(&[Handler]), Ok(Answerer::InDepartment(DepartmentHead)));
        assert_eq!(who(&[DepartmentHead]), Ok(Answerer::Anywhere(Manager)));
        assert_eq!(who(&[DepartmentHead, Manager]), Ok(Answerer::Anywhere(GeneralManager)));
        assert_eq!(who(&[Manager]), Ok(Answerer::Anywhere(GeneralManager)));
        assert!(who(&[GeneralManager]).is_err());
    }

    #[test]
    fn of_several_one_is_chosen() {
        let [a, b, c] = [1, 2, 3].map(|n| StaffId(Uuid::from_u128(n)));
        let choose = |holders: &[StaffId], chosen| choose(Role::GeneralManager, holders, chosen).ok();
        assert_eq!(choose(&[], None), None);
        assert_eq!(choose(&[], Some(a)), None);
        assert_eq!(choose(&[a], None), Some(a));
        assert_eq!(choose(&[a], Some(b)), None);
        assert_eq!(choose(&[a, b], None), None);
        assert_eq!(choose(&[a, b], Some(b)), Some(b));
        assert_eq!(choose(&[a, b], Some(c)), None);
    }
}
