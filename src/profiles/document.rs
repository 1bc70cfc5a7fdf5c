//! A profile as it is written (TOML). Unknown keys are errors.

use super::bounds::Bounds;
use super::numbers::NumberScheme;
use crate::calendar::{CalendarName, Period, WorkingCalendar};
use crate::platform::money::Money;
use chrono::NaiveDate;
use entity::approval::ApprovalKind;
use entity::staff_role::Role;
use serde::{Deserialize, Deserializer};
use std::collections::BTreeMap;

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    pub code: String,
    pub effective_from: NaiveDate,
    pub organisation: Organisation,
    /// Only where the organisation asks for it: passwords are best left alone.
    pub passwords: Option<Passwords>,
    pub calendar: Calendar,
    pub numbers: Numbers,
    pub roles: Vec<RolePosts>,
    pub authority: Authority,
    pub allocation: Allocation,
    pub plan_review: PlanReview,
    pub intake: Intake,
    pub channels: Vec<Channel>,
    pub severities: Vec<Severity>,
    pub deadlines: Vec<DeadlineRule>,
    pub approvals: BTreeMap<ApprovalKind, ApprovalRules>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Organisation {
    pub name: String,
    pub unit: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Passwords {
    /// An older password must be changed at the next sign-in.
    pub max_age_days: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    pub working_days: CalendarName,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    pub case: NumberScheme,
    pub archive: NumberScheme,
}

/// A role and the posts that it is in this organisation.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RolePosts {
    pub role: Role,
    pub titles: Vec<String>,
}

/// Who outranks whom when something is to be approved.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Authority {
    /// Lowest first.
    pub line: Vec<Role>,
    pub higher_rank_may_decide: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    pub allocators: Vec<Role>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanReview {
    pub reviewer: Role,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    pub required: Vec<IntakeField>,
}

/// What registration may ask for beyond the complainant's name and the summary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum IntakeField {
    ContractNumber,
    Phone,
    PolicyholderName,
    InsuredName,
}

/// A name shown to people.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Label {
    pub zh: String,
    pub en: String,
}

/// A way on which complaints come in (投诉途径).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Channel {
    pub code: String,
    /// Channels of one group are counted together.
    pub group: String,
    pub label: Label,
}

/// How grave a complaint is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Severity {
    pub code: String,
    pub label: Label,
}

/// What must have happened by when, counted from acceptance.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineRule {
    pub code: String,
    pub rule: String,
    pub label: Label,
    pub severities: Vec<String>,
    pub period: Period,
    pub met_by: Vec<Milestone>,
}

/// What a deadline may wait for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Milestone {
    /// The complainant was contacted or heard.
    Contacted,
    /// Facts and responsibility were found.
    Investigated,
    /// The complainant has the answer.
    Replied,
}

/// Who decides one kind of approval item.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ApprovalRules {
    pub label: Label,
    /// Reviews items above the lowest tier before their decider.
    pub endorser: Role,
    /// Lowest first.
    pub tiers: Vec<Tier>,
}

/// An authority tier (权限).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    pub name: String,
    pub role: Role,
    pub rule: String,
    /// In fen.
    #[serde(default, deserialize_with = "bounds_of_money")]
    pub excess: Option<Bounds>,
    /// In percent.
    #[serde(default)]
    pub ratio: Option<Bounds>,
}

fn bounds_of_money<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Bounds>, D::Error> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Written {
        above: Option<String>,
        at_least: Option<String>,
        below: Option<String>,
        at_most: Option<String>,
    }
    let written = Written::deserialize(deserializer)?;
    let fen = |text: Option<String>| {
        text.map(|text| text.parse::<Money>().map(|money| money.fen)).transpose().map_err(serde::de::Error::custom)
    };
    Ok(Some(Bounds {
        above: fen(written.above)?,
        at_least: fen(written.at_least)?,
        below: fen(written.below)?,
        at_most: fen(written.at_most)?,
    }))
}

impl Profile {
    pub fn calendar(&self) -> &'static WorkingCalendar {
        self.calendar.working_days.calendar()
    }

    pub fn channel(&self, code: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.code == code)
    }

    pub fn severity(&self, code: &str) -> Option<&Severity> {
        self.severities.iter().find(|severity| severity.code == code)
    }

    /// The deadlines of a complaint of this severity.
    pub fn deadlines_of<'a>(&'a self, severity: &'a str) -> impl Iterator<Item = &'a DeadlineRule> {
        self.deadlines.iter().filter(move |deadline| deadline.severities.iter().any(|code| code == severity))
    }
}

impl Authority {
    /// Where a role stands in the line; 0 is lowest.
    pub fn rank(&self, role: Role) -> Option<usize> {
        self.line.iter().position(|other| *other == role)
    }

    /// The roles that may decide what asks for `role`: that one, and those above it where the profile lets them (HK-4.9).
    pub fn deciders(&self, role: Role) -> &[Role] {
        match self.rank(role) {
            Some(rank) if self.higher_rank_may_decide => &self.line[rank..],
            Some(rank) => &self.line[rank..=rank],
            None => &[],
        }
    }

    /// The role that decides somebody's work: what asks for `role` goes above the highest rank that the owner holds
    /// (HK-4.8, G-7). None when nobody stands above.
    pub fn above_owner(&self, role: Role, owner_roles: &[Role]) -> Option<Role> {
        let above = owner_roles.iter().filter_map(|held| self.rank(*held)).max().map_or(0, |highest| highest + 1);
        self.line.get(self.rank(role)?.max(above)).copied()
    }

    /// The roles that may review what asks for `role` before it is decided; of an owner who holds that role, a colleague
    /// or anybody above does.
    pub fn reviewers(&self, role: Role, owner_roles: &[Role]) -> &[Role] {
        match self.rank(role) {
            Some(rank) if owner_roles.contains(&role) => &self.line[rank..],
            _ => self.deciders(role),
        }
    }
}
