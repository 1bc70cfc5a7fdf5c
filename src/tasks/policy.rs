//! Whose turn it is, as data that a statement can ask for. Everything is read from the same functions of the profile that
//! the mutations ask; `tests/tasks` holds the lists against `viewerCan`.

use crate::approvals::authority::is_above_endorser;
use crate::cases::policy::is_allocator;
use crate::platform::access::{Actor, Permission};
use crate::profiles::{Authority, Profile};
use entity::approval::ApprovalKind;
use entity::staff_role::Role;

/// What a person may do with the cases of one profile version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duties {
    /// HK-3.6
    pub allocates: bool,
    /// Whose plans the person reviews (HK-5.4.4, HK-4.8).
    pub reviews: Vec<Standing>,
    /// Required roles of the items that the person decides (HK-4.1.1…HK-4.1.4, HK-4.9).
    pub decides: Vec<Role>,
    /// For each role of the line, who decides an item that asks for it.
    pub deciders: Vec<(Role, Vec<Role>)>,
    /// Kinds and tiers whose items are endorsed first (HK-4.11).
    pub endorsed_first: Vec<(ApprovalKind, Vec<String>)>,
    /// The same for the items that the person endorses, and whose they are.
    pub endorses: Vec<(ApprovalKind, Vec<String>, Whose)>,
}

impl Duties {
    /// Required roles of the items that somebody with these roles decides.
    pub fn decided_by(&self, roles: &[Role]) -> impl Iterator<Item = Role> {
        self.deciders.iter().filter(|(_, by)| roles.iter().any(|role| by.contains(role))).map(|(required, _)| *required)
    }
}

/// People by the highest role of the authority line that they hold; none for those who hold none of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    pub highest: Option<Role>,
    pub above: Vec<Role>,
}

/// Whose items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    Anybodys,
    /// Only those of people who hold this role.
    HeldBy(Role),
}

pub fn duties(actor: &Actor, profile: &Profile) -> Duties {
    let authority = &profile.authority;
    let holds_any = |roles: &[Role]| roles.iter().any(|role| actor.has_role(*role));
    let reviews = |standing: &Standing| {
        let owner: Vec<_> = standing.highest.into_iter().collect();
        let reviewer = authority.above_owner(profile.plan_review.reviewer, &owner);
        reviewer.is_some_and(|reviewer| holds_any(authority.deciders(reviewer)))
    };
    let endorsed_first: Vec<(_, Vec<_>)> = profile
        .approvals
        .iter()
        .map(|(kind, rules)| {
            let tiers = rules.tiers.iter().filter(|tier| is_above_endorser(authority, rules, tier));
            (*kind, tiers.map(|tier| tier.name.clone()).collect())
        })
        .collect();
    let whose = |kind: &ApprovalKind| {
        let endorser = profile.approvals.get(kind)?.endorser;
        if holds_any(authority.reviewers(endorser, &[])) {
            return Some(Whose::Anybodys);
        }
        holds_any(authority.reviewers(endorser, &[endorser])).then_some(Whose::HeldBy(endorser))
    };
    let endorses = endorsed_first
        .iter()
        .filter(|_| actor.may(Permission::ApprovalEndorse))
        .filter_map(|(kind, tiers)| Some((*kind, tiers.clone(), whose(kind)?)))
        .collect();
    let deciders = authority.line.iter().map(|role| (*role, authority.deciders(*role).to_vec())).collect();
    let line = authority.line.iter().copied();
    Duties {
        deciders,
        allocates: is_allocator(actor, profile),
        reviews: standings(authority)
            .into_iter()
            .filter(|_| actor.may(Permission::PlanReview))
            .filter(reviews)
            .collect(),
        decides: line
            .filter(|_| actor.may(Permission::ApprovalDecide))
            .filter(|role| holds_any(authority.deciders(*role)))
            .collect(),
        endorsed_first,
        endorses,
    }
}

/// Everybody, by standing.
pub fn standings(authority: &Authority) -> Vec<Standing> {
    let nobody = Standing { highest: None, above: authority.line.clone() };
    let ranked = authority
        .line
        .iter()
        .enumerate()
        .map(|(rank, role)| Standing { highest: Some(*role), above: authority.line[rank + 1..].to_vec() });
    std::iter::once(nobody).chain(ranked).collect()
}
