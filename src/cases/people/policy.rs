//! Who may be named, and how many complain: pure decisions.

use crate::cases::error;
use crate::cases::policy::Verdict;
use crate::profiles::Profile;
use std::collections::HashSet;

/// The most people who are named on one case, so that a case can be read at once.
const MOST_NAMED: usize = 200;

/// How many people complain, whether they are named or not.
const MOST_HEADS: i32 = 1_000_000;

/// A complainant as two of them are compared.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    /// `text::comparable_name`
    pub name: String,
    /// `text::comparable_phone`
    pub phone: Option<String>,
}

/// The people named on a case, the lead complainant among them, of whom so many speak for the others.
pub fn may_be_named(people: &[Identity], representatives: usize, profile: &Profile) -> Verdict {
    let mut refusals = Vec::new();
    if people.iter().collect::<HashSet<_>>().len() < people.len() {
        refusals.push(error::named_already());
    }
    if people.len() > MOST_NAMED {
        refusals.push(error::too_many_people(MOST_NAMED));
    }
    if let Some(most) = profile.intake.most_representatives.map(usize::from).filter(|most| representatives > *most) {
        refusals.push(error::too_many_representatives(most));
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// How many people complain may exceed those who are named, and never falls short of them.
pub fn may_count(head_count: i32, named: usize) -> Verdict {
    let enough = usize::try_from(head_count).is_ok_and(|count| count >= named);
    if enough && head_count <= MOST_HEADS { Ok(()) } else { Err(vec![error::fewer_than_named(named)]) }
}

/// A case as it counts in the group: how many complain, and who of them is named.
#[derive(Clone, Debug)]
pub struct Counted {
    pub head_count: i32,
    pub named: Vec<Identity>,
}

/// How many people complain of one matter over the cases that were merged for it; whoever is named on several counts once
/// (HK-A15).
pub fn group_head_count(cases: &[Counted]) -> i32 {
    let heads: i64 = cases.iter().map(|case| i64::from(case.head_count)).sum();
    let named: Vec<_> = cases.iter().flat_map(|case| &case.named).collect();
    let repeated = named.len() - named.iter().collect::<HashSet<_>>().len();
    let repeated = i64::try_from(repeated).unwrap_or(i64::MAX);
    i32::try_from(heads - repeated).unwrap_or(i32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::check;

    fn people(count: usize) -> Vec<Identity> {
        (0..count).map(|n| Identity { name: format!("甲{n}"), phone: None }).collect()
    }

    fn profile() -> Profile {
        check(include_str!("../../../profiles/life-insurance.toml")).unwrap()
    }

    #[test]
    fn five_speak_for_a_group_and_not_six() {
        assert!(may_be_named(&people(7), 5, &profile()).is_ok());
        assert!(may_be_named(&people(7), 6, &profile()).is_err());
        let mut free = profile();
        free.intake.most_representatives = None;
        assert!(may_be_named(&people(100), 99, &free).is_ok());
    }

    #[test]
    fn nobody_is_named_twice_and_not_more_than_can_be_read() {
        let mut twice = people(2);
        twice.push(twice[0].clone());
        assert!(may_be_named(&twice, 0, &profile()).is_err());
        assert!(may_be_named(&people(MOST_NAMED), 0, &profile()).is_ok());
        assert!(may_be_named(&people(MOST_NAMED + 1), 0, &profile()).is_err());
    }

    #[test]
    fn a_head_count_covers_those_who_are_named() {
        assert!(may_count(3, 3).is_ok());
        assert!(may_count(2, 3).is_err());
        assert!(may_count(0, 0).is_ok());
        assert!(may_count(-1, 0).is_err());
        assert!(may_count(MOST_HEADS, 1).is_ok());
        assert!(may_count(MOST_HEADS + 1, 1).is_err());
    }

    /// HK-7.2.1 HK-A15
    #[test]
    fn who_complains_on_several_merged_cases_counts_once() {
        let case = |head_count, named: &[Identity]| Counted { head_count, named: named.to_vec() };
        let all = people(5);
        assert_eq!(group_head_count(&[case(1, &all[..1])]), 1);
        assert_eq!(group_head_count(&[case(3, &all[..3]), case(2, &all[3..])]), 5);
        assert_eq!(group_head_count(&[case(3, &all[..3]), case(2, &all[2..4])]), 4);
        // Those who are not named cannot be told apart.
        assert_eq!(group_head_count(&[case(50, &all[..1]), case(50, &all[..1])]), 99);
        assert_eq!(group_head_count(&[]), 0);
    }
}
