//! Who reads evidence, and what for: pure decisions.

use crate::identity::permissions::permissions_of;
use crate::platform::access::{Actor, Permission};
use crate::platform::error::{Failure, Result};
use entity::access_register::ReadingPurpose;
use entity::case;
use entity::evidence::{EvidenceKind, EvidenceSource};
use entity::staff_role::Role;

/// HK-5.6.3: of a case that is in the person's scope, the evidence is for who handles it, supervises or decides it, or audits;
/// and until somebody handles it, for who took it in.
pub fn may_read(actor: &Actor, case: &case::Model) -> bool {
    actor.roles.iter().any(|role| match role {
        Role::Registrar | Role::DepartmentHead | Role::Handler => {
            case.handler_id.is_none_or(|handler| actor.is(handler))
        }
        role => permissions_of(*role).contains(Permission::EvidenceRead),
    })
}

/// What it is read for: handling, unless the reader does not work on cases. Then the reader says so (requirements T1.2).
pub fn purpose(actor: &Actor, given: Option<ReadingPurpose>) -> Result<ReadingPurpose> {
    match given {
        Some(purpose) => Ok(purpose),
        None if actor.has_role(Role::Auditor) => {
            Err(Failure::bad_input("purpose", "Say what you read it for, as in ?purpose=COMPLIANCE_CHECK."))
        }
        None => Ok(ReadingPurpose::Handling),
    }
}

/// From whom that comes which a complaint is registered with.
pub fn source_of_attachment(kind: EvidenceKind) -> EvidenceSource {
    match kind {
        EvidenceKind::RegulatorReferral => EvidenceSource::ThirdParty,
        _ => EvidenceSource::Complainant,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::platform::access::Who;
    use entity::StaffId;
    use std::sync::Arc;
    use uuid::Uuid;

    fn person(key: u128, roles: &[Role]) -> Actor {
        let id = Uuid::from_u128(key);
        let who = Who::Staff { id: id.into(), department_id: id.into(), session_id: id.into() };
        let permissions = crate::identity::permissions::permissions_of_all(roles);
        Actor { who, roles: roles.into(), permissions, ..Actor::nobody(Arc::from("t")) }
    }

    fn case(handler: Option<u128>) -> case::Model {
        let at = chrono::DateTime::UNIX_EPOCH;
        let me = StaffId(Uuid::from_u128(1));
        case::Model {
            id: Uuid::from_u128(9).into(),
            number: String::new(),
            state: case::CaseState::Registered,
            version: 1,
            profile_version_id: Uuid::nil().into(),
            channel: String::new(),
            severity: String::new(),
            summary: String::new(),
            complainant_name_sealed: String::new(),
            phone_sealed: None,
            contract_number_sealed: None,
            contract_number_index: None,
            policyholder_name_sealed: None,
            insured_name_sealed: None,
            relation: case::RelationToPolicyholder::Oneself,
            head_count: 1,
            selling_agent_code: None,
            received_at: at,
            registered_at: at,
            registered_by: me,
            handler_id: handler.map(|key| Uuid::from_u128(key).into()),
            contacted_at: None,
            investigated_at: None,
            replied_at: None,
            closed_at: None,
            outcome: None,
            complainant_opinion: None,
            urgent: false,
            acknowledged_at: None,
            guided_at: None,
            agent_at_fault: false,
            premium_misappropriated: false,
            evidence_transferred_at: None,
            closure_reason: None,
            predecessor_id: None,
            updated_at: at,
            data_key: None,
            disposed_at: None,
            waiting_since: None,
        }
    }

    /// HK-5.6.3
    #[test]
    fn who_took_a_case_in_reads_until_somebody_handles_it() {
        for role in [Role::Registrar, Role::DepartmentHead, Role::Handler] {
            assert!(may_read(&person(1, &[role]), &case(None)), "{role}");
            assert!(!may_read(&person(1, &[role]), &case(Some(2))), "{role}");
            assert!(may_read(&person(1, &[role]), &case(Some(1))), "{role}");
        }
        for role in [Role::Supervisor, Role::Manager, Role::GeneralManager, Role::Auditor] {
            assert!(may_read(&person(1, &[role]), &case(Some(2))), "{role}");
        }
        for role in [Role::Admin, Role::Archivist, Role::CoHandler, Role::Legal, Role::AssistantManager] {
            assert!(!may_read(&person(1, &[role]), &case(None)), "{role}");
        }
    }

    #[test]
    fn an_auditor_says_what_for() {
        assert!(purpose(&person(1, &[Role::Auditor]), None).is_err());
        let given = Some(ReadingPurpose::ComplianceCheck);
        assert_eq!(purpose(&person(1, &[Role::Auditor]), given).unwrap(), ReadingPurpose::ComplianceCheck);
        assert_eq!(purpose(&person(1, &[Role::Handler]), None).unwrap(), ReadingPurpose::Handling);
    }
}
