//! What a profile must satisfy before it is published. Every problem names the place.

use super::bounds::{Bounds, Flaw, flaws};
use super::{ApprovalRules, Profile, Tier};
use crate::identity::permissions::permissions_of;
use crate::platform::access::Permission;
use entity::staff_role::Role;
use std::collections::HashSet;
use std::fmt;

/// Something wrong with a profile.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    pub place: String,
    pub message: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.message)
    }
}

/// Reads a profile and checks all of it.
pub fn check(content: &str) -> Result<Profile, Vec<Problem>> {
    let profile: Profile = toml::from_str(content)
        .map_err(|error| vec![Problem { place: "profile".to_owned(), message: error.to_string().trim().to_owned() }])?;
    let mut findings = Findings::default();
    findings.examine(&profile);
    if findings.0.is_empty() { Ok(profile) } else { Err(findings.0) }
}

#[derive(Default)]
struct Findings(Vec<Problem>);

impl Findings {
    fn add(&mut self, place: impl Into<String>, message: impl Into<String>) {
        self.0.push(Problem { place: place.into(), message: message.into() });
    }

    fn examine(&mut self, profile: &Profile) {
        self.texts(profile);
        self.codes("channels", profile.channels.iter().map(|channel| channel.code.as_str()));
        self.codes("severities", profile.severities.iter().map(|severity| severity.code.as_str()));
        self.roles(profile);
        self.deadlines(profile);
        if profile.passwords.as_ref().is_some_and(|passwords| passwords.max_age_days == 0) {
            self.add("passwords.max_age_days", "a password that is never good would be changed for ever");
        }
        if profile.approvals.is_empty() {
            self.add("approvals", "there is no kind of approval");
        }
        for (kind, rules) in &profile.approvals {
            self.approval(profile, &format!("approvals.{kind}"), rules);
        }
    }

    fn texts(&mut self, profile: &Profile) {
        for (place, text) in [
            ("code", &profile.code),
            ("organisation.name", &profile.organisation.name),
            ("organisation.unit", &profile.organisation.unit),
        ] {
            if text.trim().is_empty() {
                self.add(place, "must not be empty");
            }
        }
    }

    fn codes<'a>(&mut self, place: &str, codes: impl Iterator<Item = &'a str>) {
        let mut seen = HashSet::new();
        for code in codes {
            if code.is_empty() || !code.bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit() || b == b'_') {
                self.add(place, format!("`{code}` is no code: use A–Z, 0–9 and _"));
            }
            if !seen.insert(code) {
                self.add(place, format!("`{code}` stands there twice"));
            }
        }
        if seen.is_empty() {
            self.add(place, "is empty");
        }
    }

    fn roles(&mut self, profile: &Profile) {
        let mut seen = HashSet::new();
        for posts in &profile.roles {
            if !seen.insert(posts.role) {
                self.add("roles", format!("{} stands there twice", posts.role));
            }
        }
        let mut needed: Vec<(&str, Role, Permission)> = Vec::new();
        needed.extend(
            profile.allocation.allocators.iter().map(|role| ("allocation.allocators", *role, Permission::CaseAllocate)),
        );
        needed.push(("plan_review.reviewer", profile.plan_review.reviewer, Permission::PlanReview));
        needed.extend(profile.authority.line.iter().map(|role| ("authority.line", *role, Permission::ApprovalDecide)));
        for (place, role, permission) in needed {
            if !seen.contains(&role) {
                self.add(place, format!("nobody can hold {role}: it is not among the roles of this profile"));
            } else if !permissions_of(role).contains(permission) {
                self.add(place, format!("{role} never has {permission}"));
            }
        }
        if profile.allocation.allocators.is_empty() {
            self.add("allocation.allocators", "is empty");
        }
        let line: HashSet<_> = profile.authority.line.iter().collect();
        if line.len() != profile.authority.line.len() {
            self.add("authority.line", "a role stands there twice");
        }
        if profile.authority.rank(profile.plan_review.reviewer).is_none() {
            self.add("plan_review.reviewer", "is not in authority.line");
        }
    }

    fn deadlines(&mut self, profile: &Profile) {
        let mut seen = HashSet::new();
        for (position, deadline) in profile.deadlines.iter().enumerate() {
            let place = format!("deadlines[{position}] ({})", deadline.code);
            if deadline.period.length == 0 {
                self.add(&place, "the period has no length");
            }
            if deadline.met_by.is_empty() {
                self.add(&place, "met_by is empty: nothing could meet it");
            }
            for severity in &deadline.severities {
                if profile.severity(severity).is_none() {
                    self.add(&place, format!("there is no severity `{severity}`"));
                }
                if !seen.insert((&deadline.code, severity)) {
                    self.add(&place, format!("is set twice for severity `{severity}`"));
                }
            }
        }
    }

    fn approval(&mut self, profile: &Profile, place: &str, rules: &ApprovalRules) {
        let tiers = format!("{place}.tiers");
        if rules.tiers.is_empty() {
            self.add(&tiers, "not exhaustive: there is no tier");
        }
        if profile.authority.rank(rules.endorser).is_none() {
            self.add(format!("{place}.endorser"), format!("{} is not in authority.line", rules.endorser));
        }
        let mut below = None;
        for tier in &rules.tiers {
            let place = format!("{tiers}.{}", tier.name);
            match profile.authority.rank(tier.role) {
                None => self.add(&place, format!("nobody can hold this tier: {} is not in authority.line", tier.role)),
                rank if rank <= below => self.add(&place, "is not held by a higher rank than the tier before it"),
                rank => below = rank,
            }
            if tier.excess.is_none() && tier.ratio.is_none() {
                self.add(&place, "cannot be reached: it states neither excess nor ratio");
            }
        }
        self.measure(&tiers, "excess", &rules.tiers, |tier| tier.excess);
        self.measure(&tiers, "ratio", &rules.tiers, |tier| tier.ratio);
    }

    /// The tiers that state a measure must cover it from end to end, each value once.
    fn measure(&mut self, place: &str, measure: &str, tiers: &[Tier], bounds: impl Fn(&Tier) -> Option<Bounds>) {
        let ranges: Vec<_> =
            tiers.iter().enumerate().filter_map(|(position, tier)| Some((position, bounds(tier)?))).collect();
        let name = |position: usize| tiers[position].name.as_str();
        for flaw in flaws(&ranges) {
            let message = match flaw {
                Flaw::TwoBounds { tier } => format!("{measure} of {} has two bounds on one side", name(tier)),
                Flaw::Empty { tier } => format!("cannot be reached: {measure} of {} has nothing in it", name(tier)),
                Flaw::Gap { before: None, after } => {
                    format!("not exhaustive: {measure} below {} belongs to no tier", after.map_or("the first", name))
                }
                Flaw::Gap { before: Some(before), after: Some(after) } => {
                    format!("not exhaustive: {measure} between {} and {} belongs to no tier", name(before), name(after))
                }
                Flaw::Gap { before: Some(before), after: None } => {
                    format!("not exhaustive: {measure} above {} belongs to no tier", name(before))
                }
                Flaw::Overlap { lower, upper } => {
                    format!("overlap: {measure} of {} and {} share values", name(lower), name(upper))
                }
            };
            self.add(place, message);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHIPPED: &str = include_str!("../../profiles/life-insurance.toml");

    fn problems(from: &str, to: &str) -> String {
        assert!(SHIPPED.contains(from), "{from}");
        let problems = check(&SHIPPED.replacen(from, to, 1)).expect_err("the changed profile is refused");
        problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn the_shipped_profile_is_right() {
        let profile = check(SHIPPED).unwrap();
        assert_eq!(profile.channels.len(), 5);
        assert_eq!(profile.deadlines_of("MAJOR").count(), 2);
    }

    #[test]
    fn unknown_keys_are_refused_by_name() {
        assert!(problems("[organisation]", "[organisation]\ncolour = \"red\"").contains("colour"));
        assert!(problems("effective_from", "efective_from").contains("efective_from"));
        assert!(problems("met_by = [\"REPLIED\"]", "met_by = [\"REPLIED\"]\nwarn = 1").contains("warn"));
    }

    #[test]
    fn gaps_and_overlaps_in_tiers_are_refused_by_name() {
        let gap = problems("above = \"2000.00\"", "above = \"3000.00\"");
        assert!(
            gap.contains(
                "approvals.NEGOTIATED_SURRENDER.tiers: not exhaustive: excess between SURRENDER_1 and SURRENDER_2"
            ),
            "{gap}"
        );
        let overlap = problems("above = \"2000.00\"", "above = \"1999.99\"");
        assert!(overlap.contains("overlap: excess of SURRENDER_1 and SURRENDER_2"), "{overlap}");
        let no_limit = problems(", at_most = \"10000.00\" }", " }");
        assert!(no_limit.contains("overlap: excess of SURRENDER_2 and SURRENDER_3"), "{no_limit}");
        let open_end =
            problems("excess = { above = \"10000.00\" }", "excess = { above = \"10000.00\", at_most = \"50000.00\" }");
        assert!(open_end.contains("not exhaustive: excess above SURRENDER_3"), "{open_end}");
        let ratio = problems("ratio = { above = 70 }", "ratio = { above = 80 }");
        assert!(ratio.contains("not exhaustive: ratio between SURRENDER_1 and SURRENDER_2"), "{ratio}");
    }

    #[test]
    fn a_tier_that_nobody_can_hold_is_refused_by_name() {
        let nobody = problems("role = \"MANAGER\"\nrule", "role = \"ASSISTANT_MANAGER\"\nrule");
        assert!(nobody.contains("SURRENDER_2: nobody can hold this tier"), "{nobody}");
        let unheld = problems("[[roles]]\nrole = \"GENERAL_MANAGER\"\ntitles = [\"总经理\"]\n", "");
        assert!(unheld.contains("nobody can hold GENERAL_MANAGER"), "{unheld}");
        let powerless = problems("\"GENERAL_MANAGER\"]\nhigher", "\"GENERAL_MANAGER\", \"AUDITOR\"]\nhigher");
        assert!(powerless.contains("AUDITOR never has APPROVAL_DECIDE"), "{powerless}");
        let unreachable = problems("ratio = { above = 70 }", "");
        assert!(unreachable.contains("not exhaustive: ratio above SURRENDER_1"), "{unreachable}");
    }

    #[test]
    fn passwords_that_are_never_good_are_refused() {
        assert!(problems("[calendar]", "[passwords]\nmax_age_days = 0\n\n[calendar]").contains("max_age_days"));
    }

    #[test]
    fn deadlines_without_a_number_or_for_no_severity_are_refused() {
        assert!(problems("length = 7, ", "").contains("length"));
        assert!(problems("length = 7,", "length = 0,").contains("no length"));
        assert!(
            problems("severities = [\"ORDINARY\"]", "severities = [\"ORDINARY\", \"MAJOR\"]").contains("set twice")
        );
        assert!(problems("severities = [\"ORDINARY\"]", "severities = [\"STRANGE\"]").contains("STRANGE"));
    }
}
