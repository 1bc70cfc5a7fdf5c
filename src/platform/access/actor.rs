//! Who acts: the witness without which no database handle is given out.

use super::{Permission, PermissionSet};
use entity::staff_role::Role;
use entity::{DepartmentId, ServiceAccountId, StaffId, StaffSessionId};
use std::sync::Arc;

/// Who acts in a request or a job, with the roles and permissions held at that moment.
#[derive(Clone, Debug)]
pub struct Actor {
    pub who: Who,
    pub roles: Arc<[Role]>,
    pub permissions: PermissionSet,
    /// What the person has to do first, and so has neither roles nor permissions.
    pub lacking: Option<Lacking>,
    /// Ties logs, audit events and answers of one request together.
    pub request_id: Arc<str>,
}

/// What a person has to do before any role of theirs holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lacking {
    /// Signing the confidentiality pledge that holds now.
    Pledge,
    /// Proving a second factor in this session.
    SecondFactor,
}

impl Lacking {
    /// The rule that asks for it.
    pub const fn rule(self) -> &'static str {
        match self {
            Self::Pledge => "SG-16.4",
            Self::SecondFactor => "ASVS 6.3.3",
        }
    }

    /// What to do about it.
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::Pledge => {
                "The confidentiality pledge is missing (SG-16.4): read viewer.pledge and sign it with signConfidentialityPledge."
            }
            Self::SecondFactor => {
                "A second factor is missing (ASVS 6.3.3): enrol one with enrolSecondFactor and confirmSecondFactor, or sign in with its code."
            }
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    Staff {
        id: StaffId,
        department_id: DepartmentId,
        session_id: StaffSessionId,
    },
    /// A program that proved who it is with a key of its own (`identity::service_accounts`). It acts under a row of `staff` as people do,
    /// but has no session, and so confirms, signs and decides nothing.
    Service {
        id: StaffId,
        department_id: DepartmentId,
        account_id: ServiceAccountId,
    },
    /// A job or the command line; the reason goes into the audit trail.
    System {
        reason: &'static str,
    },
    /// Somebody who has not signed in.
    Nobody,
}

impl Actor {
    pub fn nobody(request_id: Arc<str>) -> Self {
        let roles = Arc::from([]);
        Self { who: Who::Nobody, roles, permissions: PermissionSet::EMPTY, lacking: None, request_id }
    }

    pub fn system(reason: &'static str) -> Self {
        let who = Who::System { reason };
        Self { who, ..Self::nobody(Arc::from(reason)) }
    }

    /// The same person with nothing but what is about oneself.
    pub fn lacking(self, lacking: Lacking) -> Self {
        Self { roles: Arc::from([]), permissions: PermissionSet::EMPTY, lacking: Some(lacking), ..self }
    }

    /// The person, or the row of `staff` under which a program acts.
    pub fn staff_id(&self) -> Option<StaffId> {
        match self.who {
            Who::Staff { id, .. } | Who::Service { id, .. } => Some(id),
            Who::System { .. } | Who::Nobody => None,
        }
    }

    /// Whether it is the same person or program, who may do the same.
    pub fn is_same_as(&self, other: &Self) -> bool {
        let same_roles =
            self.roles.len() == other.roles.len() && self.roles.iter().all(|role| other.roles.contains(role));
        let rest = |actor: &Self| (actor.who.clone(), actor.permissions, actor.lacking);
        same_roles && rest(self) == rest(other)
    }

    /// The department of the person or program.
    pub fn department_id(&self) -> Option<DepartmentId> {
        match self.who {
            Who::Staff { department_id, .. } | Who::Service { department_id, .. } => Some(department_id),
            Who::System { .. } | Who::Nobody => None,
        }
    }

    pub fn is(&self, person: StaffId) -> bool {
        self.staff_id() == Some(person)
    }

    pub fn is_service(&self) -> bool {
        matches!(self.who, Who::Service { .. })
    }

    pub fn has_role(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    pub fn may(&self, permission: Permission) -> bool {
        self.permissions.contains(permission)
    }

    /// Whether it is a person or program all of whose permissions are for reading.
    pub fn only_reads(&self) -> bool {
        self.staff_id().is_some() && self.permissions.is_within(Permission::FOR_READING)
    }

    /// The roles as the audit trail and the registers keep them. A program holds none: it is said to be one, and whose rows it sees.
    pub fn role_names(&self) -> String {
        let service = self.is_service().then(|| "SERVICE".to_owned());
        service.into_iter().chain(self.roles.iter().map(ToString::to_string)).collect::<Vec<_>>().join(",")
    }
}
