//! How grave a complaint is: a pure function of the facts and the profile (HK-7.2.1…HK-7.2.6, HK-A12).

use super::error;
use crate::platform::access::inherits;
use crate::platform::error::{Failure, Result};
use crate::platform::text;
use crate::profiles::{Classification, Profile};
use async_graphql::{InputObject, SimpleObject};
use entity::case_entry::MajorGround;
use serde::{Deserialize, Serialize};

/// What bears on how grave a complaint is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, SimpleObject)]
pub struct ClassificationFacts {
    /// How many people complain together.
    #[graphql(directive = inherits::apply())]
    pub complainants: i32,
    /// Mainstream media are involved: it may be, or was, published.
    #[graphql(directive = inherits::apply())]
    pub mainstream_media: bool,
    /// A petition went to a government (信访), of whatever level.
    #[graphql(directive = inherits::apply())]
    pub petition: bool,
    /// The company may be seriously at fault.
    #[graphql(directive = inherits::apply())]
    pub serious_company_fault: bool,
    /// Somebody was or may be seriously injured.
    #[graphql(directive = inherits::apply())]
    pub serious_injury: bool,
    /// Which other serious effect there is or may be; null if there is none.
    #[graphql(directive = inherits::apply())]
    pub other_serious_effect: Option<String>,
}

/// What bears on how grave a complaint is.
#[derive(InputObject, Serialize)]
pub struct ClassificationFactsInput {
    /// How many people complain together, if you know of more than the case and those merged with it count
    /// (`Case.groupHeadCount`); else these are what counts.
    pub complainants: Option<i32>,
    /// Mainstream media are involved: it may be, or was, published (HK-7.2.2).
    #[graphql(default)]
    pub mainstream_media: bool,
    /// A petition went to a government (信访), of whatever level; a ground only together with `seriousCompanyFault` (HK-7.2.3).
    #[graphql(default)]
    pub petition: bool,
    /// The company may be seriously at fault.
    #[graphql(default)]
    pub serious_company_fault: bool,
    /// Somebody was or may be seriously injured (HK-7.2.4).
    #[graphql(default)]
    pub serious_injury: bool,
    /// Another serious effect; `otherReason` must say which (HK-7.2.5).
    #[graphql(default)]
    pub other_serious_effect: bool,
    /// Which other serious effect there is or may be.
    pub other_reason: Option<String>,
}

impl ClassificationFactsInput {
    /// The facts for a look at what would follow for a case of which so many complain: an effect that is not named yet counts.
    pub fn as_far_as_given(&self, counted: i32) -> ClassificationFacts {
        ClassificationFacts {
            complainants: self.complainants.map_or(counted, |given| given.max(counted)),
            mainstream_media: self.mainstream_media,
            petition: self.petition,
            serious_company_fault: self.serious_company_fault,
            serious_injury: self.serious_injury,
            other_serious_effect: self.other_serious_effect.then(|| self.other_reason.clone().unwrap_or_default()),
        }
    }

    /// The facts of a case of which so many complain, if they are possible and complete.
    pub fn check(&self, counted: i32) -> Result<ClassificationFacts> {
        if self.complainants.is_some_and(|given| given < 1) {
            return Err(Failure::bad_input("complainants", "At least one person complains."));
        }
        let reason = text::optional("otherReason", self.other_reason.as_deref(), text::PROSE)?;
        match (self.other_serious_effect, &reason) {
            (true, None) => return Err(error::other_reason_required().into()),
            (false, Some(_)) => {
                return Err(Failure::bad_input("otherReason", "Give it only together with otherSeriousEffect."));
            }
            _ => {}
        }
        Ok(ClassificationFacts { other_serious_effect: reason, ..self.as_far_as_given(counted) })
    }
}

/// What follows from the facts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Suggestion {
    pub grounds: Vec<MajorGround>,
    /// Code of a severity.
    pub severity: String,
}

/// Any ground makes a complaint major; without one it is difficult if somebody says so, and of the mildest severity
/// otherwise.
pub fn suggest(facts: &ClassificationFacts, difficult: bool, rules: &Classification, profile: &Profile) -> Suggestion {
    let grounds = grounds(facts, rules);
    let severity = if !grounds.is_empty() {
        rules.major.clone()
    } else if difficult {
        rules.difficult.clone()
    } else {
        profile.severities.first().map(|mildest| mildest.code.clone()).unwrap_or_default()
    };
    Suggestion { grounds, severity }
}

fn grounds(facts: &ClassificationFacts, rules: &Classification) -> Vec<MajorGround> {
    [
        (MajorGround::GroupComplaint, facts.complainants >= i32::from(rules.group_from)),
        (MajorGround::MediaExposure, facts.mainstream_media),
        (MajorGround::PetitionWithSeriousFault, facts.petition && facts.serious_company_fault),
        (MajorGround::SeriousInjury, facts.serious_injury),
        (MajorGround::OtherSeriousEffect, facts.other_serious_effect.is_some()),
    ]
    .into_iter()
    .filter_map(|(ground, holds)| holds.then_some(ground))
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::profiles::check;

    const NOTHING: ClassificationFacts = ClassificationFacts {
        complainants: 1,
        mainstream_media: false,
        petition: false,
        serious_company_fault: false,
        serious_injury: false,
        other_serious_effect: None,
    };

    fn suggested(facts: ClassificationFacts, difficult: bool) -> (Vec<MajorGround>, String) {
        let profile = check(include_str!("../../../profiles/life-insurance.toml")).unwrap();
        let rules = profile.classification.as_ref().unwrap();
        let Suggestion { grounds, severity } = suggest(&facts, difficult, rules, &profile);
        (grounds, severity)
    }

    /// HK-7.2.1 HK-7.2.2 HK-7.2.3 HK-7.2.4 HK-7.2.5 HK-7.2.6: each ground alone, and what is just short of one.
    #[test]
    fn any_single_ground_is_enough() {
        use MajorGround::{GroupComplaint, MediaExposure, OtherSeriousEffect, PetitionWithSeriousFault, SeriousInjury};
        for (facts, ground) in [
            (ClassificationFacts { complainants: 5, ..NOTHING }, Some(GroupComplaint)),
            (ClassificationFacts { complainants: 4, ..NOTHING }, None),
            (ClassificationFacts { complainants: i32::MAX, ..NOTHING }, Some(GroupComplaint)),
            (ClassificationFacts { mainstream_media: true, ..NOTHING }, Some(MediaExposure)),
            (ClassificationFacts { petition: true, ..NOTHING }, None),
            (ClassificationFacts { serious_company_fault: true, ..NOTHING }, None),
            (
                ClassificationFacts { petition: true, serious_company_fault: true, ..NOTHING },
                Some(PetitionWithSeriousFault),
            ),
            (ClassificationFacts { serious_injury: true, ..NOTHING }, Some(SeriousInjury)),
            (
                ClassificationFacts { other_serious_effect: Some("网络舆情".to_owned()), ..NOTHING },
                Some(OtherSeriousEffect),
            ),
            (NOTHING, None),
        ] {
            let severity = if ground.is_some() { "MAJOR" } else { "ORDINARY" };
            let expected: Vec<_> = ground.into_iter().collect();
            assert_eq!(suggested(facts.clone(), false), (expected, severity.to_owned()), "{facts:?}");
        }
    }

    /// HK-A12: difficult is said by people; what is major stays so.
    #[test]
    fn difficult_is_less_than_major() {
        assert_eq!(suggested(NOTHING, true), (vec![], "DIFFICULT".to_owned()));
        let injured = ClassificationFacts { serious_injury: true, ..NOTHING };
        assert_eq!(suggested(injured, true), (vec![MajorGround::SeriousInjury], "MAJOR".to_owned()));
    }
}
