//! Who may act on an approval item, and why: pure functions of facts. The facts are written down with every endorsement and
//! decision, so that it can be worked out again years later, whatever changed since (HK-4.1…HK-4.11, G-7).

use super::error;
use super::kinds::Measures;
use crate::platform::digest::canonical_json;
use crate::platform::money::Money;
use crate::platform::refusal::Refusal;
use crate::profiles::{ApprovalRules, Authority, Bounds, Profile, Tier};
use async_graphql::Enum;
use entity::approval::{ApprovalKind, ApprovalState};
use entity::case::CaseState;
use entity::staff_role::Role;
use entity::{DelegationId, DepartmentId, ProfileVersionId, StaffId};
use serde::{Deserialize, Serialize};
use std::cmp::Ordering;

/// While the case is in one of these states, approvals are asked for and decided: after the investigation began and
/// before the reply.
pub const CASE_STATES: [CaseState; 4] =
    [CaseState::Investigating, CaseState::PlanDraft, CaseState::PlanReview, CaseState::PlanApproved];

/// Everything that the authority over an item depends on, besides the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Facts {
    pub kind: ApprovalKind,
    pub state: ApprovalState,
    pub case_state: CaseState,
    pub revision: i32,
    pub content_sha256: String,
    /// Of this item alone.
    pub measures: Measures,
    /// Of all live items that count together, in fen (HK-4.1.9).
    pub cumulative_amount: i64,
    /// Who asked.
    pub owner: StaffId,
    /// Who endorsed the present revision.
    pub endorsed_by: Option<StaffId>,
    /// On whose behalf.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endorsed_for: Option<StaffId>,
    /// The department of the person who asked; delegations may be for one department only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub department: Option<DepartmentId>,
    /// Who asked, and everybody who stands in the line of authority; by key.
    pub people: Vec<Person>,
}

/// A person, as far as it matters for an item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Person {
    pub id: StaffId,
    pub roles: Vec<Role>,
    pub bars: Vec<Bar>,
    /// Authority that others have lent the person, in force on that day.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub delegations: Vec<Lent>,
}

/// Authority that somebody lent to a person (授权委托, HK-A8). It is never more than what that somebody holds in person: what
/// was lent to them is not theirs to lend.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Lent {
    pub delegation: DelegationId,
    pub by: StaffId,
    /// Empty for every kind.
    pub kinds: Vec<ApprovalKind>,
    /// In fen, inclusive.
    pub max_amount: Option<i64>,
    pub department: Option<DepartmentId>,
}

/// Why a person, in whatever role, neither endorses nor decides an item (HK-4.8, G-7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Enum)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[graphql(name = "ConflictOfInterest")]
pub enum Bar {
    /// Asked for the item, or amended it.
    Requested,
    /// Drafted or submitted a plan of the case.
    DraftedPlan,
    /// Handles the case.
    HandlesCase,
    /// Handled the case before.
    HandledCase,
    /// Is complained about.
    NamedInComplaint,
    /// Sold the policy.
    SoldThePolicy,
    /// The head of the person's department is complained about.
    ReportsToRespondent,
    /// Stepped back from the case.
    RecusalDeclared,
}

impl Bar {
    /// Whether it comes from work of one's own on the case.
    const fn is_own_work(self) -> bool {
        matches!(self, Self::Requested | Self::DraftedPlan | Self::HandlesCase | Self::HandledCase)
    }
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Act {
    Endorse,
    Decide,
    /// Sending back: by whoever may endorse or decide now.
    Return,
    /// Taking an approval back: by whoever could decide the item now.
    Reverse,
}

/// What follows from the facts under a profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Assessment {
    pub tier: String,
    /// The role that the tier names.
    pub named_role: Role,
    /// The lowest role that may decide: above the person who asked, and held by somebody who is free to.
    pub required_role: Role,
    /// The rule that names it.
    pub rule: String,
    /// Whether the item is endorsed before it is decided (HK-4.11).
    pub needs_endorsement: bool,
    pub findings: Vec<Finding>,
    /// Who may endorse it, if it needs that.
    pub endorsers: Vec<Capacity>,
    /// Who may decide it, once it is endorsed if it needs that.
    pub deciders: Vec<Capacity>,
}

/// A rule that was looked at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Finding {
    pub rule: String,
    pub holds: bool,
    /// With its numbers, in Chinese and in English.
    pub chinese: String,
    pub english: String,
}

/// Who acts, in which role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Capacity {
    pub person: StaffId,
    /// The lowest of the person's roles that is enough.
    pub role: Role,
    /// True when the role outranks the one that is named (HK-4.9).
    pub above_tier: bool,
    /// Whose role it is, when it is lent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_behalf: Option<OnBehalf>,
}

/// For whom somebody acts, and by which delegation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OnBehalf {
    pub of: StaffId,
    pub delegation: DelegationId,
}

/// What a decision was worked out from; kept with it as canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Inputs {
    pub profile_version: ProfileVersionId,
    pub act: Act,
    pub actor: StaffId,
    pub facts: Facts,
}

/// What a decision was worked out to; kept with it as canonical JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Outcome {
    pub assessment: Assessment,
    pub capacity: Capacity,
}

/// Works an act out: what it is done as, or why it is not done.
pub fn work_out(inputs: &Inputs, profile: &Profile) -> Result<Outcome, Vec<Refusal>> {
    let assessment = inputs.facts.assess(profile).map_err(|refusal| vec![refusal])?;
    let capacity = assessment.may(inputs.act, inputs.actor, &inputs.facts, profile)?;
    Ok(Outcome { assessment, capacity })
}

/// Works a past act out again from what was kept of it; to be compared byte by byte. None when it would be refused now.
pub fn replay(inputs: &str, profile: &Profile) -> serde_json::Result<Option<String>> {
    let inputs: Inputs = serde_json::from_str(inputs)?;
    work_out(&inputs, profile).ok().map(|outcome| canonical_json(&outcome)).transpose()
}

/// The tier of an item: of the tiers that a measure falls into, the highest (HK-4.1.1…HK-4.1.4). Ratios are compared by
/// cross-multiplication (G-6). A tier without bounds takes every item.
pub fn tier<'a>(rules: &'a ApprovalRules, cumulative_amount: i64, measures: &Measures) -> Option<&'a Tier> {
    rules.tiers.iter().rev().find(|tier| {
        let bounds = tier.amount_bounds().is_some() || tier.ratio.is_some();
        let by_amount = tier.amount_bounds().is_some_and(|bounds| holds_amount(bounds, cumulative_amount));
        let by_ratio = tier.ratio.is_some_and(|bounds| holds_ratio(bounds, measures));
        !bounds || by_amount || by_ratio
    })
}

fn holds_amount(bounds: Bounds, amount: i64) -> bool {
    bounds.contains(|bound| amount.cmp(&bound))
}

fn holds_ratio(bounds: Bounds, measures: &Measures) -> bool {
    let compare = |bound: i64| -> Ordering {
        measures.ratio.map_or(Ordering::Less, |ratio| {
            (i128::from(ratio.part) * 100).cmp(&(i128::from(ratio.whole) * i128::from(bound)))
        })
    };
    measures.ratio.is_some() && bounds.contains(compare)
}

/// HK-4.11: items of the tier are endorsed before they are decided.
pub fn is_above_endorser(authority: &Authority, rules: &ApprovalRules, tier: &Tier) -> bool {
    authority.rank(tier.role) > authority.rank(rules.endorser)
}

impl Facts {
    fn roles_of_owner(&self) -> &[Role] {
        self.person(self.owner).map_or(&[], |person| &person.roles)
    }

    pub fn person(&self, id: StaffId) -> Option<&Person> {
        self.people.iter().find(|person| person.id == id)
    }

    /// People whom nothing bars.
    fn free(&self) -> impl Iterator<Item = &Person> + Clone {
        self.people.iter().filter(|person| person.bars.is_empty())
    }

    /// Whoever of these holds one of the roles, in the lowest that is enough.
    fn capacities<'a>(&self, people: impl Iterator<Item = &'a Person>, roles: &[Role], named: Role) -> Vec<Capacity> {
        people.filter_map(|person| self.capacity(person, roles, named)).collect()
    }

    /// Nobody's word counts twice: not that of who endorsed, and not that of the person for whom it was endorsed.
    fn has_endorsed(&self, person: StaffId) -> bool {
        self.endorsed_by == Some(person) || self.endorsed_for == Some(person)
    }

    /// In which of these roles somebody acts: in one of their own, else in one that is lent to them. A role is lent by
    /// somebody who holds it now, whom nothing bars and who has not had their say.
    fn capacity(&self, person: &Person, roles: &[Role], named: Role) -> Option<Capacity> {
        let held = |holder: &Person| roles.iter().copied().find(|role| holder.roles.contains(role));
        let acts = |role: Role, on_behalf| Capacity { person: person.id, role, above_tier: role != named, on_behalf };
        if let Some(role) = held(person) {
            return Some(acts(role, None));
        }
        let lent = person.delegations.iter().filter(|lent| lent.covers(self)).filter_map(|lent| {
            let lender =
                self.person(lent.by).filter(|lender| lender.bars.is_empty() && !self.has_endorsed(lender.id))?;
            Some((held(lender)?, OnBehalf { of: lent.by, delegation: lent.delegation }))
        });
        let rank = |role: &Role| roles.iter().position(|other| other == role);
        let (role, on_behalf) = lent.min_by_key(|(role, _)| rank(role))?;
        Some(acts(role, Some(on_behalf)))
    }

    /// What follows from the facts. Refused only where the profile does not know the kind.
    pub fn assess(&self, profile: &Profile) -> Result<Assessment, Refusal> {
        let authority = &profile.authority;
        let rules = profile.approvals.get(&self.kind).ok_or_else(|| error::kind_not_allowed(self.kind))?;
        let tier =
            tier(rules, self.cumulative_amount, &self.measures).ok_or_else(|| error::kind_not_allowed(self.kind))?;
        let mut findings: Vec<_> = rules.tiers.iter().flat_map(|tier| self.findings_of(tier)).collect();

        // HK-4.8: above the person who asked. Who rose to the top after asking stays the owner: somebody else of that rank
        // decides.
        let owner_roles = self.roles_of_owner();
        let top = authority.line.last().copied().unwrap_or(tier.role);
        let above_owner = authority.above_owner(tier.role, owner_roles).unwrap_or(top);
        findings.push(above_the_owner(tier.role, above_owner));
        // G-7: one rank up where nobody is left.
        let not_endorser = || self.free().filter(|person| !self.has_endorsed(person.id));
        let required_role = first_held(authority, above_owner, not_endorser()).unwrap_or(above_owner);
        findings.push(somebody_left(above_owner, required_role, not_endorser().count()));
        let deciders = self.capacities(not_endorser(), authority.deciders(required_role), tier.role);

        let needs_endorsement = is_above_endorser(authority, rules, tier);
        findings.push(endorsed_first(rules.endorser, needs_endorsement));
        findings.extend(self.people.iter().flat_map(|person| &person.delegations).map(|lent| lent.finding(self)));
        let endorsers = if needs_endorsement {
            self.capacities(self.free(), &self.endorser_roles(authority, rules), rules.endorser)
        } else {
            Vec::new()
        };
        Ok(Assessment {
            tier: tier.name.clone(),
            named_role: tier.role,
            required_role,
            rule: if required_role == tier.role { tier.rule.clone() } else { "HK-4.8".to_owned() },
            needs_endorsement,
            findings,
            endorsers,
            deciders,
        })
    }

    /// Who may endorse; where nobody of those is left, the next rank.
    fn endorser_roles(&self, authority: &Authority, rules: &ApprovalRules) -> Vec<Role> {
        let roles = authority.reviewers(rules.endorser, self.roles_of_owner());
        if self.free().any(|person| self.capacity(person, roles, rules.endorser).is_some()) {
            return roles.to_vec();
        }
        let next = roles.first().and_then(|role| first_held(authority, *role, self.free()));
        next.map_or_else(|| roles.to_vec(), |role| vec![role])
    }

    /// What each bound of a tier says of the item.
    fn findings_of(&self, tier: &Tier) -> Vec<Finding> {
        let mut findings = Vec::new();
        if let Some(bounds) = tier.amount_bounds() {
            let (chinese, english) = if tier.excess.is_some() { ("超额", "excess") } else { ("金额", "amount") };
            let value = Money::fen(self.cumulative_amount).to_string();
            let statement = format!("{value} {}", written(bounds, |fen| Money::fen(fen).to_string()));
            let holds = holds_amount(bounds, self.cumulative_amount);
            findings.push(Finding::new(
                &tier.rule,
                holds,
                format!("{chinese} {statement}"),
                format!("{english} {statement}"),
            ));
        }
        if let Some((bounds, ratio)) = tier.ratio.zip(self.measures.ratio) {
            let (part, whole) = (Money::fen(ratio.part), Money::fen(ratio.whole));
            let statement = format!("{part} / {whole} {}", written(bounds, |percent| format!("{percent} %")));
            let holds = holds_ratio(bounds, &self.measures);
            findings.push(Finding::new(&tier.rule, holds, format!("比例 {statement}"), format!("ratio {statement}")));
        }
        if findings.is_empty() {
            let (chinese, english) =
                (format!("由 {} 审批，不限金额", tier.role), format!("{} decides, without limit", tier.role));
            findings.push(Finding::new(&tier.rule, true, chinese, english));
        }
        findings
    }
}

/// The lowest rank from one upwards that somebody of these holds.
fn first_held<'a>(authority: &Authority, from: Role, people: impl Iterator<Item = &'a Person> + Clone) -> Option<Role> {
    let line = authority.rank(from).map_or(&[][..], |rank| &authority.line[rank..]);
    line.iter().copied().find(|role| people.clone().any(|person| person.roles.contains(role)))
}

impl Lent {
    /// Whether it is for an item like this.
    fn covers(&self, facts: &Facts) -> bool {
        (self.kinds.is_empty() || self.kinds.contains(&facts.kind))
            && self.max_amount.is_none_or(|most| facts.cumulative_amount <= most)
            && (self.department.is_none() || self.department == facts.department)
    }

    fn finding(&self, facts: &Facts) -> Finding {
        let amount = Money::fen(facts.cumulative_amount);
        let bound = self.max_amount.map_or_else(String::new, |most| {
            let sign = if facts.cumulative_amount <= most { "≤" } else { ">" };
            format!(": {amount} {sign} {}", Money::fen(most))
        });
        let holds = self.covers(facts);
        let (chinese, english) = if holds {
            (format!("授权委托适用{bound}"), format!("a delegation is for this item{bound}"))
        } else {
            (format!("授权委托不适用于本事项{bound}"), format!("a delegation is not for this item{bound}"))
        };
        Finding::new("HK-A8", holds, chinese, english)
    }
}

/// Bounds as they are read: "> 2000.00, ≤ 10000.00".
pub fn written(bounds: Bounds, value: impl Fn(i64) -> String) -> String {
    let Bounds { above, at_least, below, at_most } = bounds;
    let parts = [(">", above), ("≥", at_least), ("<", below), ("≤", at_most)];
    let parts: Vec<_> =
        parts.into_iter().filter_map(|(sign, bound)| Some(format!("{sign} {}", value(bound?)))).collect();
    parts.join(", ")
}

fn above_the_owner(named: Role, above: Role) -> Finding {
    let raised = named != above;
    let (chinese, english) = if raised {
        (
            format!("提请人的职级不低于 {named}，由 {above} 审批"),
            format!("who asked ranks no lower than {named}: {above} decides"),
        )
    } else {
        (format!("提请人的职级低于 {named}"), format!("who asked ranks below {named}"))
    };
    Finding::new("HK-4.8", raised, chinese, english)
}

fn somebody_left(above_owner: Role, required: Role, free: usize) -> Finding {
    let raised = above_owner != required;
    let (chinese, english) = match (raised, free) {
        (true, _) => (
            format!("{above_owner} 无人可审批，上移至 {required}"),
            format!("nobody is left who holds {above_owner}: {required} decides"),
        ),
        (false, 0) => ("无人可审批".to_owned(), "nobody is left who could decide".to_owned()),
        (false, _) => (format!("{required} 有人可审批"), format!("somebody free holds {required}, or ranks above")),
    };
    Finding::new("G-7", raised, chinese, english)
}

fn endorsed_first(endorser: Role, needed: bool) -> Finding {
    let (chinese, english) = if needed {
        (format!("高于 {endorser} 的权限，须先复核"), format!("above the tier of {endorser}, who endorses it first"))
    } else {
        (format!("在 {endorser} 的权限之内，无须复核"), format!("within the tier of {endorser}: no endorsement"))
    };
    Finding::new("HK-4.11", needed, chinese, english)
}

impl Finding {
    fn new(rule: &str, holds: bool, chinese: String, english: String) -> Self {
        Self { rule: rule.to_owned(), holds, chinese, english }
    }
}

/// Whether an item waits for somebody.
pub const fn is_undecided(state: ApprovalState) -> bool {
    matches!(state, ApprovalState::Pending | ApprovalState::Endorsed)
}

impl Assessment {
    /// Whether an undecided item waits for somebody who is not there.
    pub fn is_stuck(&self, facts: &Facts) -> bool {
        let endorsed = !self.needs_endorsement || facts.state == ApprovalState::Endorsed;
        is_undecided(facts.state) && if endorsed { self.deciders.is_empty() } else { self.endorsers.is_empty() }
    }

    /// In which capacity somebody acts, or why not; where nobody is left who could, the refusal says so.
    pub fn may(&self, act: Act, actor: StaffId, facts: &Facts, profile: &Profile) -> Result<Capacity, Vec<Refusal>> {
        if !CASE_STATES.contains(&facts.case_state) {
            return Err(vec![error::wrong_case_state(facts.case_state)]);
        }
        let may = match act {
            Act::Endorse => self.may_endorse(actor, facts, profile),
            Act::Decide => self.may_decide(actor, facts, profile),
            Act::Return => {
                let endorses = self.needs_endorsement && facts.state == ApprovalState::Pending;
                match self.may_decide(actor, facts, profile) {
                    Err(_) if endorses => self.may_endorse(actor, facts, profile),
                    decides => decides,
                }
            }
            Act::Reverse => self.may_reverse(actor, facts, profile),
        };
        may.map_err(|mut refusals| {
            if self.is_stuck(facts) {
                refusals.push(error::nobody_left());
            }
            refusals
        })
    }

    /// HK-4.8, HK-4.11
    fn may_endorse(&self, actor: StaffId, facts: &Facts, profile: &Profile) -> Result<Capacity, Vec<Refusal>> {
        if facts.state != ApprovalState::Pending {
            return Err(vec![error::wrong_state(facts.state)]);
        }
        let Some(rules) = profile.approvals.get(&facts.kind).filter(|_| self.needs_endorsement) else {
            return Err(vec![error::endorsement_not_needed()]);
        };
        let roles = facts.endorser_roles(&profile.authority, rules);
        let person = facts.person(actor);
        own_work(person, &roles)?;
        let capacity = person.and_then(|person| facts.capacity(person, &roles, rules.endorser));
        let capacity = capacity.ok_or_else(|| vec![error::above_authority("HK-4.11", &roles)])?;
        not_recused(person)?;
        Ok(capacity)
    }

    /// HK-4.10: a decision is never edited; another one takes it back.
    fn may_reverse(&self, actor: StaffId, facts: &Facts, profile: &Profile) -> Result<Capacity, Vec<Refusal>> {
        if facts.state != ApprovalState::Approved {
            return Err(vec![error::wrong_state(facts.state)]);
        }
        self.holds_authority(actor, facts, profile)
    }

    /// HK-4.1.1…HK-4.1.4, HK-4.8…HK-4.11
    fn may_decide(&self, actor: StaffId, facts: &Facts, profile: &Profile) -> Result<Capacity, Vec<Refusal>> {
        if !is_undecided(facts.state) {
            return Err(vec![error::wrong_state(facts.state)]);
        }
        let capacity = self.holds_authority(actor, facts, profile)?;
        if self.needs_endorsement && facts.state == ApprovalState::Pending {
            let rules = profile.approvals.get(&facts.kind);
            let endorsers = rules.map(|rules| facts.endorser_roles(&profile.authority, rules)).unwrap_or_default();
            return Err(vec![error::awaiting_endorsement(&endorsers)]);
        }
        Ok(capacity)
    }

    /// HK-4.1.1…HK-4.1.4, HK-4.8, HK-4.9: the authority over the item, and nothing that keeps the person from using it.
    fn holds_authority(&self, actor: StaffId, facts: &Facts, profile: &Profile) -> Result<Capacity, Vec<Refusal>> {
        let roles = profile.authority.deciders(self.required_role);
        let person = facts.person(actor);
        own_work(person, roles)?;
        let capacity = person.and_then(|person| facts.capacity(person, roles, self.named_role));
        let capacity = capacity.ok_or_else(|| vec![error::above_authority(&self.rule, roles)])?;
        if facts.has_endorsed(actor) {
            return Err(vec![error::endorsed_it(roles)]);
        }
        not_recused(person)?;
        Ok(capacity)
    }
}

/// HK-4.8: nobody acts on work of their own.
fn own_work(person: Option<&Person>, roles: &[Role]) -> Result<(), Vec<Refusal>> {
    let own = person.is_some_and(|person| person.bars.iter().any(|bar| bar.is_own_work()));
    if own { Err(vec![error::own_item(roles)]) } else { Ok(()) }
}

fn not_recused(person: Option<&Person>) -> Result<(), Vec<Refusal>> {
    let recused = person.is_some_and(|person| person.bars.iter().any(|bar| !bar.is_own_work()));
    if recused { Err(vec![crate::cases::error::recused("HK-4.8")]) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
