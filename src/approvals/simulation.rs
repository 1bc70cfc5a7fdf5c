//! What another profile would have made of past items: who would have decided, how the work and the exposure would have been
//! spread, and what nobody could have decided. Pure: facts go in, figures come out.

use super::authority::{Assessment, Capacity, Facts};
use crate::profiles::Profile;
use entity::ApprovalId;
use entity::approval::ApprovalKind;
use entity::staff_role::Role;
use std::collections::BTreeMap;

/// Under the profile that each item fell under, and under the draft.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Both<T> {
    pub published: T,
    pub draft: T,
}

/// What falls to a role.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    pub decisions: u64,
    pub endorsements: u64,
}

/// How many items fall into a tier, and their excess or amount together, in fen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exposure {
    pub items: u64,
    pub amount: i64,
}

/// Where an item would have gone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    pub tier: String,
    pub required_role: Role,
    pub needs_endorsement: bool,
    /// Whoever could have decided it then; empty when nobody could.
    pub deciders: Vec<Capacity>,
}

/// An item that would have gone another way; none where the profile does not know its kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    pub approval: ApprovalId,
    pub ways: Both<Option<Way>>,
}

/// The figures of a simulation.
#[derive(Clone, Debug, Default)]
pub struct Simulation {
    pub items: u64,
    pub load: BTreeMap<Role, Both<Load>>,
    pub exposure: BTreeMap<(ApprovalKind, String), Both<Exposure>>,
    pub differences: Vec<Difference>,
    /// Those that nobody could have decided under the draft.
    pub without_decider: Vec<ApprovalId>,
}

impl From<Assessment> for Way {
    fn from(assessment: Assessment) -> Self {
        let Assessment { tier, required_role, needs_endorsement, deciders, .. } = assessment;
        Self { tier, required_role, needs_endorsement, deciders }
    }
}

impl Simulation {
    /// Takes one past item in, with the facts as they were, or as they are if nobody acted on it.
    pub fn add(&mut self, approval: ApprovalId, facts: &Facts, published: &Profile, draft: &Profile) {
        self.items += 1;
        let way = |profile: &Profile| facts.assess(profile).ok().map(Way::from);
        let ways = Both { published: way(published), draft: way(draft) };
        self.count(facts, published, ways.published.as_ref(), |both| &mut both.published, |both| &mut both.published);
        self.count(facts, draft, ways.draft.as_ref(), |both| &mut both.draft, |both| &mut both.draft);
        if ways.draft.as_ref().is_none_or(|way| way.deciders.is_empty()) {
            self.without_decider.push(approval);
        }
        if ways.published != ways.draft {
            self.differences.push(Difference { approval, ways });
        }
    }

    fn count(
        &mut self,
        facts: &Facts,
        profile: &Profile,
        way: Option<&Way>,
        load: impl Fn(&mut Both<Load>) -> &mut Load,
        exposure: impl Fn(&mut Both<Exposure>) -> &mut Exposure,
    ) {
        let Some(way) = way else { return };
        load(self.load.entry(way.required_role).or_default()).decisions += 1;
        let endorser = profile.approvals.get(&facts.kind).map(|rules| rules.endorser);
        if let Some(endorser) = endorser.filter(|_| way.needs_endorsement) {
            load(self.load.entry(endorser).or_default()).endorsements += 1;
        }
        let exposed = exposure(self.exposure.entry((facts.kind, way.tier.clone())).or_default());
        exposed.items += 1;
        exposed.amount = exposed.amount.saturating_add(facts.measures.amount);
    }
}
