//! What a draft of the profile would have made of past items, as a portal sees it.

use super::approval::Approval;
use super::explanation::AuthorityHolder;
use crate::approvals::simulation::{Difference, Exposure, Load, Simulation, Way};
use crate::platform::access::inherits;
use crate::platform::ids::NodeKey;
use crate::platform::money::Money;
use crate::profiles::Problem;
use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use entity::approval::ApprovalKind;
use entity::staff_role::Role;

/// How many items a list shows; the counts are of all.
const SHOWN: usize = 100;

/// What a draft of the profile would have made of the items of a period, beside what the published profile makes of them.
#[derive(Description)]
pub struct AuthoritySimulation(pub std::result::Result<Simulation, Vec<Problem>>);

impl AuthoritySimulation {
    fn figures(&self) -> Option<&Simulation> {
        self.0.as_ref().ok()
    }
}

#[Object(use_type_description)]
impl AuthoritySimulation {
    /// Why the draft could not be published; then there are no figures.
    #[graphql(directive = inherits::apply())]
    async fn problems(&self) -> Vec<String> {
        self.0.as_ref().err().into_iter().flatten().map(ToString::to_string).collect()
    }

    /// How many items were looked at.
    #[graphql(directive = inherits::apply())]
    async fn items(&self) -> u64 {
        self.figures().map_or(0, |figures| figures.items)
    }

    /// How many of them would have gone another way: other tier, role, endorsement or deciders.
    #[graphql(directive = inherits::apply())]
    async fn difference_count(&self) -> usize {
        self.figures().map_or(0, |figures| figures.differences.len())
    }

    /// The first 100 of those.
    #[graphql(directive = inherits::apply())]
    async fn differences(&self) -> Vec<SimulatedItem<'_>> {
        self.figures()
            .into_iter()
            .flat_map(|figures| figures.differences.iter().take(SHOWN))
            .map(SimulatedItem)
            .collect()
    }

    /// How the work is spread over the roles.
    #[graphql(directive = inherits::apply())]
    async fn load(&self) -> Vec<SimulatedLoad> {
        let rows = self.figures().into_iter().flat_map(|figures| &figures.load);
        rows.map(|(role, both)| SimulatedLoad {
            role: *role,
            published: RoleLoad::from(both.published),
            draft: RoleLoad::from(both.draft),
        })
        .collect()
    }

    /// How the sums are spread over the tiers.
    #[graphql(directive = inherits::apply())]
    async fn exposure(&self) -> Vec<SimulatedExposure> {
        let rows = self.figures().into_iter().flat_map(|figures| &figures.exposure);
        rows.map(|((kind, tier), both)| SimulatedExposure {
            kind: *kind,
            tier: tier.clone(),
            published: TierExposure::from(both.published),
            draft: TierExposure::from(both.draft),
        })
        .collect()
    }

    /// How many items nobody could have decided under the draft.
    #[graphql(directive = inherits::apply())]
    async fn without_decider_count(&self) -> usize {
        self.figures().map_or(0, |figures| figures.without_decider.len())
    }

    /// The ids of the first 100 of those.
    #[graphql(directive = inherits::apply())]
    async fn without_decider(&self) -> Vec<ID> {
        let items = self.figures().into_iter().flat_map(|figures| figures.without_decider.iter().take(SHOWN));
        items.map(|approval| approval.global()).collect()
    }
}

/// An item that would have gone another way.
#[derive(Description)]
pub struct SimulatedItem<'a>(&'a Difference);

#[Object(use_type_description)]
impl SimulatedItem<'_> {
    #[graphql(directive = inherits::apply())]
    async fn approval(&self, ctx: &Context<'_>) -> Result<Option<Approval>> {
        Approval::find(ctx, self.0.approval).await
    }

    /// Under the profile that the item falls under; null where that does not know the kind.
    #[graphql(directive = inherits::apply())]
    async fn published(&self) -> Option<SimulatedWay<'_>> {
        self.0.ways.published.as_ref().map(SimulatedWay)
    }

    /// Under the draft; null where that does not know the kind.
    #[graphql(directive = inherits::apply())]
    async fn draft(&self) -> Option<SimulatedWay<'_>> {
        self.0.ways.draft.as_ref().map(SimulatedWay)
    }
}

/// Where an item goes under a profile.
#[derive(Description)]
pub struct SimulatedWay<'a>(&'a Way);

#[Object(use_type_description)]
impl SimulatedWay<'_> {
    /// Name of the authority tier.
    #[graphql(directive = inherits::apply())]
    async fn tier(&self) -> &str {
        &self.0.tier
    }

    /// The lowest role that decides.
    #[graphql(directive = inherits::apply())]
    async fn required_role(&self) -> Role {
        self.0.required_role
    }

    /// Whether it is endorsed before it is decided (HK-4.11).
    #[graphql(directive = inherits::apply())]
    async fn needs_endorsement(&self) -> bool {
        self.0.needs_endorsement
    }

    /// Who could have decided it.
    #[graphql(directive = inherits::apply())]
    async fn deciders(&self) -> Vec<AuthorityHolder> {
        self.0.deciders.iter().copied().map(AuthorityHolder).collect()
    }
}

/// What falls to a role.
#[derive(SimpleObject)]
pub struct SimulatedLoad {
    #[graphql(directive = inherits::apply())]
    role: Role,
    #[graphql(directive = inherits::apply())]
    published: RoleLoad,
    #[graphql(directive = inherits::apply())]
    draft: RoleLoad,
}

/// How much falls to a role.
#[derive(SimpleObject)]
pub struct RoleLoad {
    /// Items that ask for a decision of this role, or a higher one.
    #[graphql(directive = inherits::apply())]
    decisions: u64,
    /// Items that this role endorses first.
    #[graphql(directive = inherits::apply())]
    endorsements: u64,
}

/// What falls into a tier.
#[derive(SimpleObject)]
pub struct SimulatedExposure {
    #[graphql(directive = inherits::apply())]
    kind: ApprovalKind,
    /// Name of the authority tier.
    #[graphql(directive = inherits::apply())]
    tier: String,
    #[graphql(directive = inherits::apply())]
    published: TierExposure,
    #[graphql(directive = inherits::apply())]
    draft: TierExposure,
}

/// How many items fall into a tier, and how much.
#[derive(SimpleObject)]
pub struct TierExposure {
    #[graphql(directive = inherits::apply())]
    items: u64,
    /// Excess or amount of the items together.
    #[graphql(directive = inherits::apply())]
    amount: Money,
}

impl From<Load> for RoleLoad {
    fn from(load: Load) -> Self {
        Self { decisions: load.decisions, endorsements: load.endorsements }
    }
}

impl From<Exposure> for TierExposure {
    fn from(exposure: Exposure) -> Self {
        Self { items: exposure.items, amount: Money::fen(exposure.amount) }
    }
}
