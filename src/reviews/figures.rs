//! What is counted of joint reviews over a period: how soon they meet, how soon all have signed, how many decide at once.

use super::store::Course;
use crate::platform::access::inherits;
use async_graphql::SimpleObject;
use chrono::TimeDelta;
use entity::joint_review::JointReviewOutcome;

/// Figures of the joint reviews whose meetings ended in a period of local days. Averages are null where there is nothing to
/// average.
#[derive(Clone, Debug, Default, PartialEq, SimpleObject)]
pub struct JointReviewFigures {
    /// Meetings that ended with an outcome.
    #[graphql(directive = inherits::apply())]
    pub held: i64,
    /// Those that ended with a preliminary opinion.
    #[graphql(directive = inherits::apply())]
    pub preliminary: i64,
    /// Their share, from 0 to 1.
    #[graphql(directive = inherits::apply())]
    pub preliminary_share: Option<f64>,
    /// Those whose record all have signed.
    #[graphql(directive = inherits::apply())]
    pub filed: i64,
    /// Hours from the request to the opening of the meeting, on average.
    #[graphql(directive = inherits::apply())]
    pub hours_to_convene: Option<f64>,
    /// Hours from the end of the meeting to the last signature, on average over those that are filed.
    #[graphql(directive = inherits::apply())]
    pub hours_to_sign: Option<f64>,
}

/// The figures of these meetings.
pub fn of(meetings: &[Course]) -> JointReviewFigures {
    let held = count(meetings.iter());
    let preliminary = count(meetings.iter().filter(|one| one.outcome == Some(JointReviewOutcome::Preliminary)));
    let to_convene = meetings.iter().filter_map(|one| Some(one.opened_at? - one.requested_at));
    let to_sign = meetings.iter().filter_map(|one| Some(one.filed_at? - one.closed_at?));
    JointReviewFigures {
        held,
        preliminary,
        preliminary_share: ratio(preliminary, held),
        filed: count(meetings.iter().filter(|one| one.filed_at.is_some())),
        hours_to_convene: average_hours(to_convene),
        hours_to_sign: average_hours(to_sign),
    }
}

fn count<'a>(meetings: impl Iterator<Item = &'a Course>) -> i64 {
    meetings.fold(0, |count, _| count + 1)
}

#[allow(clippy::cast_precision_loss, reason = "counts and seconds are far below 2^52")]
fn ratio(part: i64, whole: i64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

fn average_hours(spans: impl Iterator<Item = TimeDelta>) -> Option<f64> {
    let (count, seconds) = spans.fold((0, 0), |(count, seconds), span| (count + 1, seconds + span.num_seconds()));
    ratio(seconds, count * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Utc};

    fn at(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    #[test]
    fn averages_are_of_what_there_is() {
        assert_eq!(of(&[]), JointReviewFigures::default());
        let decided = Course {
            requested_at: at(0),
            opened_at: Some(at(24)),
            closed_at: Some(at(26)),
            outcome: Some(JointReviewOutcome::Decision),
            filed_at: Some(at(29)),
        };
        let preliminary = Course {
            opened_at: Some(at(48)),
            closed_at: Some(at(49)),
            outcome: Some(JointReviewOutcome::Preliminary),
            filed_at: None,
            ..decided.clone()
        };
        let figures = of(&[decided, preliminary]);
        assert_eq!((figures.held, figures.preliminary, figures.filed), (2, 1, 1));
        assert_eq!((figures.preliminary_share, figures.hours_to_convene), (Some(0.5), Some(36.0)));
        assert_eq!(figures.hours_to_sign, Some(3.0));
    }
}
