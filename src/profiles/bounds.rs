//! Bounds of an authority tier, and the check that the tiers of one measure leave no gap and do not overlap.

use serde::Deserialize;
use std::cmp::Ordering;

/// A half-open or closed range of amounts (fen) or ratios (percent).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounds {
    /// Exclusive lower bound.
    pub above: Option<i64>,
    /// Inclusive lower bound.
    pub at_least: Option<i64>,
    /// Exclusive upper bound.
    pub below: Option<i64>,
    /// Inclusive upper bound.
    pub at_most: Option<i64>,
}

/// Where a range begins or ends on the line: just before a value, or just after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    value: i64,
    after: bool,
}

/// What is wrong with the ranges of a measure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// One range states two lower or two upper bounds.
    TwoBounds { tier: usize },
    /// A range has nothing in it.
    Empty { tier: usize },
    /// Nothing covers what lies between two ranges, before the first or after the last.
    Gap { before: Option<usize>, after: Option<usize> },
    /// Two ranges cover the same values.
    Overlap { lower: usize, upper: usize },
}

impl Bounds {
    /// Whether a value is in the range; `compare` says how the value stands to a bound, so that a ratio need not be rounded.
    pub fn contains(&self, compare: impl Fn(i64) -> Ordering) -> bool {
        self.above.is_none_or(|bound| compare(bound).is_gt())
            && self.at_least.is_none_or(|bound| compare(bound).is_ge())
            && self.below.is_none_or(|bound| compare(bound).is_lt())
            && self.at_most.is_none_or(|bound| compare(bound).is_le())
    }

    fn start(&self) -> Option<Cut> {
        let after = self.above.map(|value| Cut { value, after: true });
        after.or(self.at_least.map(|value| Cut { value, after: false }))
    }

    fn end(&self) -> Option<Cut> {
        let after = self.at_most.map(|value| Cut { value, after: true });
        after.or(self.below.map(|value| Cut { value, after: false }))
    }
}

/// Checks that ranges, given from the lowest tier to the highest with the tier's position, cover everything exactly once.
pub fn flaws(ranges: &[(usize, Bounds)]) -> Vec<Flaw> {
    let mut flaws = Vec::new();
    for (tier, bounds) in ranges {
        if bounds.above.is_some() && bounds.at_least.is_some() || bounds.below.is_some() && bounds.at_most.is_some() {
            flaws.push(Flaw::TwoBounds { tier: *tier });
        }
        if let (Some(start), Some(end)) = (bounds.start(), bounds.end())
            && start >= end
        {
            flaws.push(Flaw::Empty { tier: *tier });
        }
    }
    if let Some((first, bounds)) = ranges.first()
        && bounds.start().is_some()
    {
        flaws.push(Flaw::Gap { before: None, after: Some(*first) });
    }
    for pair in ranges.windows(2) {
        let [(lower, low), (upper, high)] = pair else { continue };
        match (low.end(), high.start()) {
            (Some(end), Some(start)) if end == start => {}
            (Some(end), Some(start)) if end < start => {
                flaws.push(Flaw::Gap { before: Some(*lower), after: Some(*upper) })
            }
            _ => flaws.push(Flaw::Overlap { lower: *lower, upper: *upper }),
        }
    }
    if let Some((last, bounds)) = ranges.last()
        && bounds.end().is_some()
    {
        flaws.push(Flaw::Gap { before: Some(*last), after: None });
    }
    flaws
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn at_most(value: i64) -> Bounds {
        Bounds { above: None, at_least: None, below: None, at_most: Some(value) }
    }

    const fn above(value: i64) -> Bounds {
        Bounds { above: Some(value), at_least: None, below: None, at_most: None }
    }

    const fn between(above: i64, at_most: i64) -> Bounds {
        Bounds { above: Some(above), at_least: None, below: None, at_most: Some(at_most) }
    }

    #[test]
    fn ranges_that_meet_are_right() {
        assert_eq!(flaws(&[(0, at_most(10)), (1, between(10, 20)), (2, above(20))]), []);
        let below = Bounds { below: Some(10), ..Bounds::default() };
        let at_least = Bounds { at_least: Some(10), ..Bounds::default() };
        assert_eq!(flaws(&[(0, below), (1, at_least)]), []);
        assert_eq!(flaws(&[(0, Bounds::default())]), []);
    }

    #[test]
    fn gaps_and_overlaps_are_found() {
        assert_eq!(flaws(&[(0, at_most(10)), (2, above(20))]), [Flaw::Gap { before: Some(0), after: Some(2) }]);
        assert_eq!(
            flaws(&[(0, at_most(10)), (1, between(5, 20)), (2, above(20))]),
            [Flaw::Overlap { lower: 0, upper: 1 }]
        );
        assert_eq!(flaws(&[(0, at_most(10)), (1, above(10)), (2, above(20))]), [Flaw::Overlap { lower: 1, upper: 2 }]);
        assert_eq!(flaws(&[(0, at_most(10)), (1, between(10, 20))]), [Flaw::Gap { before: Some(1), after: None }]);
        assert_eq!(flaws(&[(0, above(0))]), [Flaw::Gap { before: None, after: Some(0) }]);
        let meets_and_leaves_the_bound_out = [(0, Bounds { below: Some(10), ..Bounds::default() }), (1, above(10))];
        assert_eq!(flaws(&meets_and_leaves_the_bound_out), [Flaw::Gap { before: Some(0), after: Some(1) }]);
        assert!(flaws(&[(0, at_most(10)), (1, between(10, 10)), (2, above(10))]).contains(&Flaw::Empty { tier: 1 }));
    }
}
