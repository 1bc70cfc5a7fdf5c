//! The profile's tiers as a table that a supervisor can read and print.

use crate::approvals::authority::{is_above_endorser, written};
use crate::platform::access::inherits;
use crate::platform::language::Message;
use crate::platform::money::Money;
use crate::profiles::graphql::AuthorityTier;
use crate::profiles::{ApprovalRules, Bounds, Profile, Tier};
use async_graphql::SimpleObject;
use entity::approval::ApprovalKind;
use entity::staff_role::Role;

/// A row of the approval matrix (审批权限表): one tier of one kind.
#[derive(SimpleObject)]
pub struct ApprovalMatrixRow {
    #[graphql(directive = inherits::apply())]
    kind: ApprovalKind,
    /// What the kind is called, in Chinese.
    #[graphql(directive = inherits::apply())]
    label_zh: String,
    /// What the kind is called, in English.
    #[graphql(directive = inherits::apply())]
    label_en: String,
    #[graphql(directive = inherits::apply())]
    tier: AuthorityTier,
    /// When an item falls into the tier, in Chinese: `超额 > 2000.00, ≤ 10000.00；或比例 > 70 %`. Of several tiers that match, the
    /// highest counts (HK-4.1.4).
    #[graphql(directive = inherits::apply())]
    condition_zh: String,
    /// The same in English.
    #[graphql(directive = inherits::apply())]
    condition_en: String,
    /// Who endorses an item of this tier before it is decided (HK-4.11); null where nobody needs to.
    #[graphql(directive = inherits::apply())]
    endorsed_by: Option<Role>,
    /// Every role that may decide it, the lowest first (HK-4.9). Nobody decides an item of a case that they have a part in.
    #[graphql(directive = inherits::apply())]
    deciders: Vec<Role>,
}

/// Every tier of every kind, the lowest tier of a kind first.
pub fn rows(profile: &Profile) -> Vec<ApprovalMatrixRow> {
    let of_kind = |(kind, rules): (&ApprovalKind, &ApprovalRules)| {
        let rows = rules.tiers.iter().map(|tier| row(profile, *kind, rules, tier));
        rows.collect::<Vec<_>>()
    };
    profile.approvals.iter().flat_map(of_kind).collect()
}

fn row(profile: &Profile, kind: ApprovalKind, rules: &ApprovalRules, tier: &Tier) -> ApprovalMatrixRow {
    let lowest = rules.tiers.first().is_some_and(|first| first.name == tier.name);
    let Message { chinese, english } = condition(tier, lowest);
    ApprovalMatrixRow {
        kind,
        label_zh: rules.label.zh.clone(),
        label_en: rules.label.en.clone(),
        tier: AuthorityTier::from(tier),
        condition_zh: chinese,
        condition_en: english,
        endorsed_by: is_above_endorser(&profile.authority, rules, tier).then_some(rules.endorser),
        deciders: profile.authority.deciders(tier.role).to_vec(),
    }
}

/// An item is in the lowest tier when every measure is, in another when any is and none is in a higher one.
fn condition(tier: &Tier, lowest: bool) -> Message {
    let yuan = |bounds: Bounds| written(bounds, |fen| Money::fen(fen).to_string());
    let percent = |bounds: Bounds| written(bounds, |percent| format!("{percent} %"));
    let parts = [
        ("超额", "excess", tier.excess.map(yuan)),
        ("金额", "amount", tier.amount.map(yuan)),
        ("比例", "ratio", tier.ratio.map(percent)),
    ];
    let stated: Vec<_> = parts.into_iter().filter_map(|(zh, en, bounds)| Some((zh, en, bounds?))).collect();
    if stated.is_empty() {
        return Message::new("不限金额", "every item");
    }
    let chinese: Vec<_> = stated.iter().map(|(zh, _, bounds)| format!("{zh} {bounds}")).collect();
    let english: Vec<_> = stated.iter().map(|(_, en, bounds)| format!("{en} {bounds}")).collect();
    let (also_chinese, also_english) = if lowest { ("；且", "; and ") } else { ("；或", "; or ") };
    Message::new(chinese.join(also_chinese), english.join(also_english))
}
