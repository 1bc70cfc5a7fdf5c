//! What a portal needs to know of the organisation's rules: channels, severities, deadlines, authority tiers.

use super::bounds::Bounds;
use super::store::Published;
use super::{Profile, store};
use crate::calendar::local_day;
use crate::platform::access::{access, inherits};
use crate::platform::ids::NodeKey;
use crate::platform::money::Money;
use crate::platform::scope::Scope;
use async_graphql::{Context, Description, ID, Object, Result, SimpleObject};
use chrono::NaiveDate;
use entity::approval::ApprovalKind;
use entity::archive_file::ArchiveMedium;
use entity::case_deadline::{PeriodUnit, StartEvent};
use entity::staff_role::Role;
use std::sync::Arc;

/// A code of the profile with its names.
#[derive(Clone, Debug, SimpleObject)]
pub struct Coded {
    /// Stable; what inputs and filters take.
    #[graphql(directive = inherits::apply())]
    pub code: String,
    /// Name in Chinese.
    #[graphql(directive = inherits::apply())]
    pub label_zh: String,
    /// Name in English.
    #[graphql(directive = inherits::apply())]
    pub label_en: String,
}

impl Coded {
    /// A code of the profile; a code that it does not know stands for itself.
    pub fn channel(profile: &Profile, code: &str) -> Self {
        Self::new(code, profile.channel(code).map(|channel| &channel.label))
    }

    pub fn severity(profile: &Profile, code: &str) -> Self {
        Self::new(code, profile.severity(code).map(|severity| &severity.label))
    }

    fn new(code: &str, label: Option<&super::Label>) -> Self {
        Self {
            code: code.to_owned(),
            label_zh: label.map_or(code, |label| &label.zh).to_owned(),
            label_en: label.map_or(code, |label| &label.en).to_owned(),
        }
    }
}

/// A way on which complaints come in (投诉途径).
#[derive(Clone, Debug, SimpleObject)]
pub struct Channel {
    /// Stable; what inputs and filters take.
    #[graphql(directive = inherits::apply())]
    pub code: String,
    /// Channels of one group are counted together (HK-5.1.1).
    #[graphql(directive = inherits::apply())]
    pub group: String,
    /// Name in Chinese.
    #[graphql(directive = inherits::apply())]
    pub label_zh: String,
    /// Name in English.
    #[graphql(directive = inherits::apply())]
    pub label_en: String,
}

impl From<&super::Channel> for Channel {
    fn from(channel: &super::Channel) -> Self {
        Self {
            code: channel.code.clone(),
            group: channel.group.clone(),
            label_zh: channel.label.zh.clone(),
            label_en: channel.label.en.clone(),
        }
    }
}

/// A role and the posts that it is in this organisation (HK-3.1).
#[derive(Clone, Debug, SimpleObject)]
pub struct RolePosts {
    #[graphql(directive = inherits::apply())]
    pub role: Role,
    /// Titles of posts that are this role.
    #[graphql(directive = inherits::apply())]
    pub titles: Vec<String>,
}

/// A published version of the organisation's rules. It never changes; a case keeps the version of its acceptance (HK-3.8).
#[derive(Description)]
pub struct PolicyProfile(pub Published);

#[Object(use_type_description)]
impl PolicyProfile {
    #[graphql(directive = access::apply(vec![]))]
    async fn id(&self) -> ID {
        self.0.id.global()
    }

    /// Name of the profile, for example `life-insurance`.
    #[graphql(directive = access::apply(vec![]))]
    async fn code(&self) -> &str {
        &self.0.profile.code
    }

    /// First local day on which accepted complaints follow this version.
    #[graphql(directive = access::apply(vec![]))]
    async fn effective_from(&self) -> NaiveDate {
        self.0.profile.effective_from
    }

    /// The organisation.
    #[graphql(directive = access::apply(vec![]))]
    async fn organisation(&self) -> &str {
        &self.0.profile.organisation.name
    }

    /// Ways on which complaints come in (HK-3.2).
    #[graphql(directive = access::apply(vec![]))]
    async fn channels(&self) -> Vec<Channel> {
        self.0.profile.channels.iter().map(Channel::from).collect()
    }

    /// What the posts of the organisation are called, and which role each is (HK-3.1).
    #[graphql(directive = access::apply(vec![]))]
    async fn posts(&self) -> Vec<RolePosts> {
        let posts = self.0.profile.roles.iter();
        posts.map(|posts| RolePosts { role: posts.role, titles: posts.titles.clone() }).collect()
    }

    /// Roles that hold only with a second factor beside the password (`viewer { secondFactor }`, ASVS 6.3.3).
    #[graphql(directive = access::apply(vec![]))]
    async fn second_factor_required_of(&self) -> &[Role] {
        &self.0.profile.second_factor.required_of
    }

    /// Codes of the channels over which a complaint is registered with a file: the letter, e-mail or referral (HK-5.2.2).
    #[graphql(directive = access::apply(vec![]))]
    async fn channels_with_attachment(&self) -> Vec<&str> {
        let channels = self.0.profile.channels.iter().filter(|channel| channel.required_attachment.is_some());
        channels.map(|channel| channel.code.as_str()).collect()
    }

    /// How grave a complaint may be, mildest first.
    #[graphql(directive = access::apply(vec![]))]
    async fn severities(&self) -> Vec<Coded> {
        let profile = &self.0.profile;
        profile.severities.iter().map(|severity| Coded::severity(profile, &severity.code)).collect()
    }

    /// What archive files are arranged by besides year and severity; `archiveCase` takes one where there are any (SG-12.2).
    #[graphql(directive = access::apply(vec![]))]
    async fn archive_categories(&self) -> Vec<Coded> {
        let categories = self.0.profile.archive.categories.iter();
        categories.map(|category| Coded::new(&category.code, Some(&category.label))).collect()
    }

    /// What an archive file holds, each part or why there is none: `archiveCase` asks for it (HK-5.6.2, SG-12.1).
    #[graphql(directive = access::apply(vec![]))]
    async fn archive_contents(&self) -> Vec<Coded> {
        let parts = self.0.profile.archive.contents.iter();
        parts.map(|part| Coded::new(&part.code, Some(&part.label))).collect()
    }

    /// On what archive files can be kept (SG-13.1).
    #[graphql(directive = access::apply(vec![]))]
    async fn archive_media(&self) -> Vec<ArchiveMedium> {
        let paper = self.0.profile.archive.paper_number.as_ref().map(|_| ArchiveMedium::Paper);
        [ArchiveMedium::Electronic].into_iter().chain(paper).collect()
    }

    /// Deadlines (HK-8.1…HK-8.7).
    #[graphql(directive = access::apply(vec![]))]
    async fn deadlines(&self) -> Vec<DeadlineRule> {
        self.0.profile.deadlines.iter().map(DeadlineRule::from).collect()
    }

    /// Authority tiers, lowest first (HK-4.1).
    #[graphql(directive = access::apply(vec![]))]
    async fn authority_tiers(&self, kind: ApprovalKind) -> Vec<AuthorityTier> {
        let rules = self.0.profile.approvals.get(&kind);
        rules.into_iter().flat_map(|rules| &rules.tiers).map(AuthorityTier::from).collect()
    }
}

/// A deadline as the profile sets it.
#[derive(SimpleObject)]
pub struct DeadlineRule {
    /// For example `REPLY`.
    #[graphql(directive = inherits::apply())]
    code: String,
    /// The rule that sets it, for example `HK-8.2`.
    #[graphql(directive = inherits::apply())]
    rule: String,
    /// What it is counted from.
    #[graphql(directive = inherits::apply())]
    start_event: StartEvent,
    /// Codes of the severities that it is for; all of them if there are none.
    #[graphql(directive = inherits::apply())]
    severities: Vec<String>,
    /// Length of the period, in `unit`.
    #[graphql(directive = inherits::apply())]
    length: i32,
    #[graphql(directive = inherits::apply())]
    unit: PeriodUnit,
    /// Whether its clock may stand still (`pauseDeadline`).
    #[graphql(directive = inherits::apply())]
    may_pause: bool,
    /// Who approves an extension (`extendDeadline`); null where there are none.
    #[graphql(directive = inherits::apply())]
    extension_approver: Option<Role>,
}

impl From<&super::DeadlineRule> for DeadlineRule {
    fn from(rule: &super::DeadlineRule) -> Self {
        Self {
            code: rule.code.clone(),
            rule: rule.rule.clone(),
            start_event: rule.start,
            severities: rule.severities.clone(),
            length: i32::try_from(rule.period.length).unwrap_or(i32::MAX),
            unit: rule.period.unit,
            may_pause: rule.may_pause,
            extension_approver: rule.extension.map(|extension| extension.approver),
        }
    }
}

/// An authority tier: who decides items whose measures fall within its bounds. Of the tiers that match, the highest wins.
#[derive(SimpleObject)]
pub struct AuthorityTier {
    /// Name of the tier, for example `SURRENDER_1`.
    #[graphql(directive = inherits::apply())]
    name: String,
    /// The lowest role that may decide.
    #[graphql(directive = inherits::apply())]
    role: Role,
    /// The rule that sets it, for example `HK-4.1.1`.
    #[graphql(directive = inherits::apply())]
    rule: String,
    /// Bounds of the excess over the cash value.
    #[graphql(directive = inherits::apply())]
    excess: Option<MoneyBounds>,
    /// Bounds of the amount, of kinds that have an amount and no excess. A tier without any bounds takes every item.
    #[graphql(directive = inherits::apply())]
    amount: Option<MoneyBounds>,
    /// Bounds of the agreed total as a percentage of the premiums paid.
    #[graphql(directive = inherits::apply())]
    ratio: Option<PercentBounds>,
}

impl From<&super::Tier> for AuthorityTier {
    fn from(tier: &super::Tier) -> Self {
        Self {
            name: tier.name.clone(),
            role: tier.role,
            rule: tier.rule.clone(),
            excess: tier.excess.map(MoneyBounds::from),
            amount: tier.amount.map(MoneyBounds::from),
            ratio: tier.ratio.map(PercentBounds::from),
        }
    }
}

/// A range of amounts.
#[derive(SimpleObject)]
pub struct MoneyBounds {
    /// More than this.
    #[graphql(directive = inherits::apply())]
    above: Option<Money>,
    /// This or more.
    #[graphql(directive = inherits::apply())]
    at_least: Option<Money>,
    /// Less than this.
    #[graphql(directive = inherits::apply())]
    below: Option<Money>,
    /// This or less.
    #[graphql(directive = inherits::apply())]
    at_most: Option<Money>,
}

impl From<Bounds> for MoneyBounds {
    fn from(bounds: Bounds) -> Self {
        Self {
            above: bounds.above.map(Money::fen),
            at_least: bounds.at_least.map(Money::fen),
            below: bounds.below.map(Money::fen),
            at_most: bounds.at_most.map(Money::fen),
        }
    }
}

/// A range of percentages.
#[derive(SimpleObject)]
pub struct PercentBounds {
    /// More than this.
    #[graphql(directive = inherits::apply())]
    above: Option<i64>,
    /// This or more.
    #[graphql(directive = inherits::apply())]
    at_least: Option<i64>,
    /// Less than this.
    #[graphql(directive = inherits::apply())]
    below: Option<i64>,
    /// This or less.
    #[graphql(directive = inherits::apply())]
    at_most: Option<i64>,
}

impl From<Bounds> for PercentBounds {
    fn from(Bounds { above, at_least, below, at_most }: Bounds) -> Self {
        Self { above, at_least, below, at_most }
    }
}

#[derive(Default)]
pub struct ProfileQueries;

#[Object]
impl ProfileQueries {
    /// The rules that complaints accepted on a local day follow; today's if no day is given. Null when none are published
    /// for that day.
    #[graphql(directive = access::apply(vec![]))]
    async fn profile(&self, ctx: &Context<'_>, on: Option<NaiveDate>) -> Option<Result<PolicyProfile>> {
        let scope = Scope::of(ctx);
        let day = on.unwrap_or_else(|| local_day(scope.clock.now()));
        let found = store::effective_on(scope.db.read(&scope.actor), day).await;
        found.map(|published| published.map(PolicyProfile)).map_err(Into::into).transpose()
    }
}

/// A profile of a known version, as other objects show it.
pub fn of_version(id: entity::ProfileVersionId, profile: Arc<Profile>) -> PolicyProfile {
    PolicyProfile(Published { id, profile })
}
