//! Who may decide what: pure functions of the item, the case, the profile and the persons.

use super::content::Surrender;
use super::error;
use crate::cases::policy::Verdict;
use crate::platform::access::{Actor, Permission};
use crate::platform::refusal::Refusal;
use crate::profiles::{ApprovalRules, Authority, Profile, Tier};
use entity::approval::{self, ApprovalState, SurrenderScope};
use entity::case::{self, CaseState};
use entity::staff_role::Role;

/// While the case is in one of these states, approvals are asked for and decided: after the investigation began and
/// before the reply.
pub const CASE_STATES: [CaseState; 4] =
    [CaseState::Investigating, CaseState::PlanDraft, CaseState::PlanReview, CaseState::PlanApproved];

/// The tier of an item: of the tiers that a measure falls into, the highest (HK-4.1.1…HK-4.1.4). Ratios are compared by
/// cross-multiplication (G-6). None only for a profile that was never checked.
pub fn tier<'a>(rules: &'a ApprovalRules, cumulative_excess: i64, surrender: &Surrender) -> Option<&'a Tier> {
    let agreed = i128::from(surrender.agreed_total) * 100;
    let premium = i128::from(surrender.total_premium);
    rules.tiers.iter().rev().find(|tier| {
        let by_excess = tier.excess.is_some_and(|bounds| bounds.contains(|bound| cumulative_excess.cmp(&bound)));
        let by_ratio =
            tier.ratio.is_some_and(|bounds| bounds.contains(|bound| agreed.cmp(&(premium * i128::from(bound)))));
        by_excess || by_ratio
    })
}

/// Whether an item still counts towards the authority that its contract needs (HK-4.1.9).
pub const fn is_live(state: ApprovalState) -> bool {
    matches!(state, ApprovalState::Pending | ApprovalState::Endorsed | ApprovalState::Approved)
}

/// Whether an item waits for somebody.
pub const fn is_undecided(state: ApprovalState) -> bool {
    matches!(state, ApprovalState::Pending | ApprovalState::Endorsed)
}

/// HK-4.1.5, HK-4.1.6
pub fn is_valid(surrender: &Surrender) -> Verdict {
    let amounts = [
        ("cashValue", surrender.cash_value >= 0),
        ("agreedTotal", surrender.agreed_total >= 0),
        ("totalPremium", surrender.total_premium > 0),
    ];
    let mut refusals: Vec<_> =
        amounts.into_iter().filter(|(_, right)| !right).map(|(field, _)| error::amount_not_allowed(field)).collect();
    if refusals.is_empty() && surrender.excess() < 0 {
        refusals.push(error::below_cash_value());
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// HK-4.1.9: one item for the full surrender of a contract at a time. `others` are the contract's other live items.
pub fn may_stand_beside<'a>(scope: SurrenderScope, others: impl IntoIterator<Item = &'a Surrender>) -> Verdict {
    let full = others.into_iter().any(|other| other.scope == SurrenderScope::Full);
    if scope == SurrenderScope::Full && full { Err(vec![error::full_surrender_exists()]) } else { Ok(()) }
}

/// Who decides an item of a tier that somebody asks for: the tier's role, or the rank above one's own (HK-4.8). Refused to
/// whoever stands at the top, since nobody could decide it.
pub fn required_role(authority: &Authority, tier: &Tier, owner_roles: &[Role]) -> Result<Role, Vec<Refusal>> {
    authority.above_owner(tier.role, owner_roles).ok_or_else(|| vec![error::nobody_above()])
}

/// The rule that names the decider.
pub fn rule_of(tier: &Tier, required_role: Role) -> String {
    if required_role == tier.role { tier.rule.clone() } else { "HK-4.8".to_owned() }
}

/// HK-4.11: items of the tier are endorsed before they are decided.
pub fn is_above_endorser(authority: &Authority, rules: &ApprovalRules, tier: &Tier) -> bool {
    authority.rank(tier.role) > authority.rank(rules.endorser)
}

/// HK-4.0: the handler of the case asks.
pub fn may_request(actor: &Actor, case: &case::Model) -> Verdict {
    has(actor, Permission::ApprovalRequest)?;
    if !case.handler_id.is_some_and(|handler| actor.is(handler)) {
        return Err(vec![error::not_the_handler()]);
    }
    in_time(case)
}

fn has(actor: &Actor, permission: Permission) -> Verdict {
    if actor.may(permission) { Ok(()) } else { Err(vec![error::permission_missing(permission)]) }
}

fn in_time(case: &case::Model) -> Verdict {
    if CASE_STATES.contains(&case.state) { Ok(()) } else { Err(vec![error::wrong_case_state(case.state)]) }
}

/// An item with everything that a decision about it depends on.
pub struct Item<'a> {
    pub approval: &'a approval::Model,
    pub case: &'a case::Model,
    /// The roles that the person who asked holds now.
    pub requester_roles: &'a [Role],
    pub profile: &'a Profile,
}

/// With which authority somebody acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ActingAs {
    pub role: Role,
    /// True when the role outranks the one that the tier names (HK-4.9).
    pub above_tier: bool,
}

impl Item<'_> {
    fn authority(&self) -> &Authority {
        &self.profile.authority
    }

    fn rules(&self) -> Option<&ApprovalRules> {
        self.profile.approvals.get(&self.approval.kind)
    }

    /// HK-4.11: the tier is above the endorser's own. Whose work it is does not matter here.
    fn needs_endorsement(&self) -> bool {
        self.rules().zip(self.tier()).is_some_and(|(rules, tier)| is_above_endorser(self.authority(), rules, tier))
    }

    fn tier(&self) -> Option<&Tier> {
        self.rules()?.tiers.iter().find(|tier| tier.name == self.approval.tier)
    }

    fn endorsers(&self) -> &[Role] {
        self.rules().map_or(&[], |rules| self.authority().reviewers(rules.endorser, self.requester_roles))
    }

    /// HK-4.8: whoever asked for the item or handles the case.
    fn is_own_work_of(&self, actor: &Actor) -> bool {
        actor.is(self.approval.requested_by) || self.case.handler_id.is_some_and(|handler| actor.is(handler))
    }

    /// HK-4.8, HK-4.11
    pub fn may_endorse(&self, actor: &Actor) -> Result<ActingAs, Vec<Refusal>> {
        has(actor, Permission::ApprovalEndorse)?;
        in_time(self.case)?;
        if self.approval.state != ApprovalState::Pending {
            return Err(vec![error::wrong_state(self.approval.state)]);
        }
        let Some(rules) = self.rules().filter(|_| self.needs_endorsement()) else {
            return Err(vec![error::endorsement_not_needed()]);
        };
        let endorsers = self.endorsers();
        if self.is_own_work_of(actor) {
            return Err(vec![error::own_item(endorsers)]);
        }
        self.acting_as(actor, rules.endorser, endorsers)
            .ok_or_else(|| vec![error::above_authority("HK-4.11", endorsers)])
    }

    /// HK-4.1.1…HK-4.1.4, HK-4.8…HK-4.11
    pub fn may_decide(&self, actor: &Actor) -> Result<ActingAs, Vec<Refusal>> {
        has(actor, Permission::ApprovalDecide)?;
        in_time(self.case)?;
        if !is_undecided(self.approval.state) {
            return Err(vec![error::wrong_state(self.approval.state)]);
        }
        let required = self.approval.required_role;
        let deciders = self.authority().deciders(required);
        if self.is_own_work_of(actor) {
            return Err(vec![error::own_item(deciders)]);
        }
        let acting = self
            .acting_as(actor, self.tier().map_or(required, |tier| tier.role), deciders)
            .ok_or_else(|| vec![error::above_authority(&self.approval.rule, deciders)])?;
        if self.needs_endorsement() && self.approval.state == ApprovalState::Pending {
            return Err(vec![error::awaiting_endorsement(self.endorsers())]);
        }
        if self.approval.endorsed_by.is_some_and(|endorser| actor.is(endorser)) {
            return Err(vec![error::endorsed_it(deciders)]);
        }
        Ok(acting)
    }

    /// The lowest of the person's roles that is enough, and whether it outranks the named one.
    fn acting_as(&self, actor: &Actor, named: Role, sufficient: &[Role]) -> Option<ActingAs> {
        let role = *sufficient.iter().find(|role| actor.has_role(**role))?;
        Some(ActingAs { role, above_tier: role != named })
    }

    /// HK-4.1.8, HK-4.10: whoever asked, or has taken the case over, may change the item until the reply; what was decided is void then.
    pub fn may_amend(&self, actor: &Actor) -> Verdict {
        self.is_requester(actor)?;
        if self.approval.state == ApprovalState::Withdrawn {
            return Err(vec![error::wrong_state(self.approval.state)]);
        }
        in_time(self.case)
    }

    /// Whoever asked, or has taken the case over, may take the item back until it is decided.
    pub fn may_withdraw(&self, actor: &Actor) -> Verdict {
        self.is_requester(actor)?;
        if !is_undecided(self.approval.state) {
            return Err(vec![error::wrong_state(self.approval.state)]);
        }
        in_time(self.case)
    }

    fn is_requester(&self, actor: &Actor) -> Verdict {
        has(actor, Permission::ApprovalRequest)?;
        if self.is_own_work_of(actor) { Ok(()) } else { Err(vec![error::not_the_requester()]) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::check;
    use entity::approval::ApprovalKind;

    fn required(excess: i64, cash_value: i64, total_premium: i64) -> Role {
        let profile = check(include_str!("../../profiles/life-insurance.toml")).unwrap();
        let surrender = Surrender {
            scope: SurrenderScope::Full,
            contract: String::new(),
            cash_value,
            agreed_total: cash_value + excess,
            total_premium,
        };
        tier(&profile.approvals[&ApprovalKind::NegotiatedSurrender], surrender.excess(), &surrender).unwrap().role
    }

    /// HK-4.1.1 HK-4.1.2 HK-4.1.3 HK-4.1.4: the ten cells, each with the ratio at exactly 70 % and one fen above it.
    #[test]
    fn the_truth_table_of_authority() {
        use Role::{GeneralManager, Manager, Supervisor};
        for (excess, at_most_70, above_70) in [
            (0, Supervisor, Manager),
            (200_000, Supervisor, Manager),
            (200_001, Manager, Manager),
            (1_000_000, Manager, Manager),
            (1_000_001, GeneralManager, GeneralManager),
        ] {
            // Agreed total 14 000.00 of 20 000.00 is exactly 70 %.
            let total = 1_400_000;
            assert_eq!(required(excess, total - excess, 2_000_000), at_most_70, "E={excess} R=70%");
            assert_eq!(required(excess, total + 1 - excess, 2_000_000), above_70, "E={excess} R=70%+1 fen");
            assert_eq!(required(excess, 10_000_000, i64::MAX / 200), at_most_70, "E={excess} R≈0");
        }
    }

    /// HK-4.1.4: E = 1999.99, R = 70.005 %.
    #[test]
    fn the_ratio_alone_raises_the_tier() {
        assert_eq!(required(199_999, 1_400_100 - 199_999, 2_000_000), Role::Manager);
        assert_eq!(required(0, 900_000, 1_000_000), Role::Manager);
        assert_eq!(required(1_000_001, 1, 1_000_002), Role::GeneralManager);
    }
}
