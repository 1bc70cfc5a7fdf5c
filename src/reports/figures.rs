//! What is counted over a period. One declaration is both the stored JSON of a report and the GraphQL type.

use crate::platform::access::inherits;
use crate::profiles::Profile;
use async_graphql::SimpleObject;
use chrono::{DateTime, SubsecRound, Utc};
use entity::case::{CaseOutcome, ComplainantOpinion};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Figures of casework over a period of local days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct CaseFigures {
    /// Complaints taken in during the period.
    #[graphql(directive = inherits::apply())]
    pub received: i64,
    /// Those, by group of channels: e-mail counts with letters (HK-5.1.1).
    #[graphql(directive = inherits::apply())]
    pub received_by_channel_group: Vec<ChannelGroupCount>,
    /// Those, by severity.
    #[graphql(directive = inherits::apply())]
    pub received_by_severity: Vec<CodeCount>,
    /// Cases closed during the period.
    #[graphql(directive = inherits::apply())]
    pub closed: i64,
    /// Those, by what the handling found.
    #[graphql(directive = inherits::apply())]
    pub closed_by_outcome: Vec<OutcomeCount>,
    /// Those, by what the complainant says of the result.
    #[graphql(directive = inherits::apply())]
    pub closed_by_opinion: Vec<OpinionCount>,
    /// Cases that were open when the period ended.
    #[graphql(directive = inherits::apply())]
    pub open_at_end: i64,
    /// Deadlines that fell due during the period, by code.
    #[graphql(directive = inherits::apply())]
    pub deadlines: Vec<DeadlineCount>,
}

/// How many complaints came in over one group of channels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct ChannelGroupCount {
    /// Code of the group.
    #[graphql(directive = inherits::apply())]
    pub group: String,
    #[graphql(directive = inherits::apply())]
    pub count: i64,
    /// The channels of the group over which complaints came in.
    #[graphql(directive = inherits::apply())]
    pub channels: Vec<CodeCount>,
}

/// How many there are of one code of the profile.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct CodeCount {
    #[graphql(directive = inherits::apply())]
    pub code: String,
    #[graphql(directive = inherits::apply())]
    pub count: i64,
}

/// How many cases were closed with one outcome.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct OutcomeCount {
    #[graphql(directive = inherits::apply())]
    pub outcome: CaseOutcome,
    #[graphql(directive = inherits::apply())]
    pub count: i64,
}

/// How many complainants said this of the result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct OpinionCount {
    #[graphql(directive = inherits::apply())]
    pub opinion: ComplainantOpinion,
    #[graphql(directive = inherits::apply())]
    pub count: i64,
}

/// How deadlines of one code were kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct DeadlineCount {
    #[graphql(directive = inherits::apply())]
    pub code: String,
    /// Met in time.
    #[graphql(directive = inherits::apply())]
    pub met: i64,
    /// Met, but late.
    #[graphql(directive = inherits::apply())]
    pub met_late: i64,
    /// Not met when the figures were made.
    #[graphql(directive = inherits::apply())]
    pub not_met: i64,
}

/// Channels in the order of the profile, put together by their groups; a channel that it does not know stands alone.
pub fn by_group(profile: Option<&Profile>, channels: Vec<CodeCount>) -> Vec<ChannelGroupCount> {
    let known =
        |code: &str| profile.and_then(|profile| profile.channels.iter().position(|channel| channel.code == code));
    let mut channels = channels;
    channels.sort_by_key(|channel| (known(&channel.code).unwrap_or(usize::MAX), channel.code.clone()));
    let mut groups: Vec<ChannelGroupCount> = Vec::new();
    for channel in channels {
        let group = profile.and_then(|profile| profile.channel(&channel.code)).map(|channel| &channel.group);
        let group = group.unwrap_or(&channel.code).clone();
        match groups.iter_mut().find(|counted| counted.group == group) {
            Some(counted) => {
                counted.count += channel.count;
                counted.channels.push(channel);
            }
            None => groups.push(ChannelGroupCount { group, count: channel.count, channels: vec![channel] }),
        }
    }
    groups
}

/// How deadlines were kept: code, due time and the time when they were met, of each.
pub fn by_code(deadlines: Vec<(String, DateTime<Utc>, Option<DateTime<Utc>>)>) -> Vec<DeadlineCount> {
    let mut counted: BTreeMap<String, DeadlineCount> = BTreeMap::new();
    for (code, due_at, met_at) in deadlines {
        let count = counted.entry(code.clone()).or_insert_with(|| DeadlineCount { code, ..DeadlineCount::default() });
        match met_at {
            // The second of the due time is still on time (G-2).
            Some(met_at) if met_at.trunc_subsecs(0) <= due_at => count.met += 1,
            Some(_) => count.met_late += 1,
            None => count.not_met += 1,
        }
    }
    counted.into_values().collect()
}
