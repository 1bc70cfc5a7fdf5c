//! What a profile must satisfy before it is published. Every problem names the place.

use super::archive_numbers::ArchiveScheme;
use super::bounds::{Bounds, Flaw, flaws};
use super::{ApprovalRules, Profile, Tier};
use crate::calendar::{Hours, Period};
use crate::identity::permissions::permissions_of;
use crate::platform::access::Permission;
use entity::approval::ApprovalKind;
use entity::case_deadline::{PeriodUnit, StartEvent};
use entity::joint_review_attendee::JointReviewCapacity;
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
    let profile = Profile::read(content)
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
        self.calendar(profile);
        self.deadlines(profile);
        self.oversight(profile);
        self.work_lists(profile);
        if let Some(grace) = profile.assistance.reading_grace {
            self.period(profile, "assistance.reading_grace", grace);
        }
        self.joint_review(profile);
        self.archive_access(profile);
        self.archive(profile);
        self.privacy(profile);
        self.retention(profile);
        if profile.passwords.as_ref().is_some_and(|passwords| passwords.max_age_days == 0) {
            self.add("passwords.max_age_days", "a password that is never good would be changed for ever");
        }
        let plans = profile.approvals.get(&ApprovalKind::HandlingPlan).map(|rules| rules.tiers.as_slice());
        if !matches!(plans, Some([tier]) if tier.role == profile.plan_review.reviewer) {
            self.add("approvals.HANDLING_PLAN", "leave it out: plan_review.reviewer says who decides on plans");
        }
        if profile.delegation.as_ref().is_some_and(|delegation| delegation.most_days == 0) {
            self.add("delegation.most_days", "a delegation of no days is none: leave the section out");
        }
        for (kind, rules) in &profile.approvals {
            self.approval(profile, &format!("approvals.{kind}"), *kind, rules);
        }
    }

    /// SG-13.4, SG-13.5: every severity has its years, so that no file is kept for ever by mistake.
    fn retention(&mut self, profile: &Profile) {
        let Some(retention) = &profile.retention else { return };
        let mut seen = HashSet::new();
        for rule in &retention.rules {
            let place = format!("retention.rules.{}", rule.severity);
            if profile.severity(&rule.severity).is_none() {
                self.add(&place, "there is no such severity");
            }
            if !seen.insert(rule.severity.as_str()) {
                self.add(&place, "stands there twice");
            }
            if !(1..=100).contains(&rule.years) {
                self.add(format!("{place}.years"), "must be 1 to 100");
            }
            if rule.rule.trim().is_empty() {
                self.add(format!("{place}.rule"), "must not be empty");
            }
        }
        for severity in profile.severities.iter().filter(|severity| !seen.contains(severity.code.as_str())) {
            self.add("retention.rules", format!("{} has no years", severity.code));
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
        let answerers = profile.staff_complaints.iter().flat_map(|answering| &answering.answered_by);
        needed.extend(answerers.map(|role| ("staff_complaints.answered_by", *role, Permission::CaseReply)));
        let followers = profile.severities.iter().flat_map(|severity| &severity.followed_by);
        needed.extend(followers.map(|role| ("severities.followed_by", *role, Permission::CaseRead)));
        let agreeing = profile.voiding.iter().flat_map(|voiding| &voiding.agreed_by);
        needed.extend(agreeing.map(|role| ("voiding.agreed_by", *role, Permission::CaseRegister)));
        needed.push(("plan_review.reviewer", profile.plan_review.reviewer, Permission::PlanReview));
        if let Some(classification) = &profile.classification {
            let decides = |role: &Role| ("classification.deciders", *role, Permission::CaseClassify);
            needed.extend(classification.deciders.iter().map(decides));
        }
        if let Some(escalation) = &profile.escalation {
            needed.push(("escalation.to", escalation.to, Permission::EscalationAnswer));
        }
        if let Some(retention) = &profile.retention {
            needed.push(("retention.proposer", retention.proposer, Permission::DisposalPropose));
            needed.push(("retention.approver", retention.approver, Permission::DisposalApprove));
        }
        if let Some(rules) = &profile.joint_review {
            let chairs = rules.chair_stand_in.into_iter().chain([rules.chair]);
            needed.extend(chairs.map(|role| ("joint_review.chair", role, Permission::JointReviewConvene)));
            let attending = rules.capacities.values().flatten();
            needed.extend(attending.map(|role| ("joint_review.capacities", *role, Permission::JointReviewAttend)));
        }
        if let Some(access) = &profile.archive_access {
            let agrees = |role: &Role| ("archive_access.line", *role, Permission::ArchiveApprove);
            needed.extend(access.line.iter().map(agrees));
        }
        let reveals = profile.privacy.reveal.iter();
        needed.extend(reveals.map(|role| ("privacy.reveal", *role, Permission::PersonalReveal)));
        let exports = profile.privacy.export.iter();
        needed.extend(exports.map(|role| ("privacy.export", *role, Permission::ArchiveExport)));
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

    fn calendar(&mut self, profile: &Profile) {
        if !Hours::follow_each_other(&profile.calendar.business_hours) {
            self.add("calendar.business_hours", "overlap or are not in order");
        }
    }

    fn deadlines(&mut self, profile: &Profile) {
        let mut seen = HashSet::new();
        let mut starts = HashSet::new();
        for (position, deadline) in profile.deadlines.iter().enumerate() {
            let place = format!("deadlines[{position}] ({})", deadline.code);
            self.period(profile, &place, deadline.period);
            if deadline.start == StartEvent::Acceptance {
                if deadline.met_by.is_empty() {
                    self.add(&place, "met_by is empty: nothing could meet it");
                }
                if deadline.severities.is_empty() {
                    self.add(&place, "severities is empty: it is for no complaint");
                }
            } else {
                if !deadline.met_by.is_empty() || !deadline.severities.is_empty() {
                    self.add(&place, format!("is counted from {}: leave met_by and severities out", deadline.start));
                }
                if !starts.insert(deadline.start) {
                    self.add(&place, format!("is the second one that {} starts", deadline.start));
                }
            }
            for severity in &deadline.severities {
                if profile.severity(severity).is_none() {
                    self.add(&place, format!("there is no severity `{severity}`"));
                }
                if !seen.insert((&deadline.code, severity)) {
                    self.add(&place, format!("is set twice for severity `{severity}`"));
                }
            }
            if let Some(before) = deadline.warn_before {
                self.period(profile, &format!("{place}.warn_before"), before);
                if matches!(before.unit, PeriodUnit::WorkingHour | PeriodUnit::Month) {
                    self.add(format!("{place}.warn_before"), format!("cannot be counted back in {}", before.unit));
                }
            }
            if let Some(extension) = deadline.extension {
                let place = format!("{place}.extension");
                self.period(profile, &format!("{place}.at_most"), extension.at_most);
                let permission = Permission::DeadlineExtend;
                if profile.authority.rank(extension.approver).is_none() {
                    self.add(&place, format!("{} is not in authority.line", extension.approver));
                } else if !permissions_of(extension.approver).contains(permission) {
                    self.add(&place, format!("{} never has {permission}", extension.approver));
                }
            }
        }
    }

    fn period(&mut self, profile: &Profile, place: &str, period: Period) {
        if period.length == 0 {
            self.add(place, "the period has no length");
        }
        if period.length > Period::MOST {
            self.add(place, format!("the period is longer than {}", Period::MOST));
        }
        if period.unit == PeriodUnit::WorkingHour && profile.calendar.business_hours.is_empty() {
            self.add(place, "is counted in working hours, but calendar.business_hours is not set");
        }
    }

    /// What involves the people above a handler.
    fn oversight(&mut self, profile: &Profile) {
        if let Some(acknowledgement) = &profile.acknowledgement {
            let code = &acknowledgement.promises;
            if profile.deadlines.iter().all(|deadline| deadline.code != *code) {
                self.add("acknowledgement.promises", format!("there is no deadline `{code}`"));
            }
        }
        if let Some(rules) = &profile.classification {
            for (place, code) in
                [("classification.major", &rules.major), ("classification.difficult", &rules.difficult)]
            {
                if profile.severity(code).is_none() {
                    self.add(place, format!("there is no severity `{code}`"));
                }
            }
            if rules.major == rules.difficult {
                self.add("classification.difficult", "is the severity of major complaints");
            }
            if rules.group_from < 2 {
                self.add("classification.group_from", "one person is no group");
            }
            if rules.deciders.is_empty() {
                self.add("classification.deciders", "is empty");
            }
        }
        if let Some(escalation) = &profile.escalation
            && profile.authority.rank(escalation.to).is_none()
        {
            self.add("escalation.to", "is not in authority.line");
        }
        if profile.agent_fault.as_ref().is_some_and(|rules| rules.department.trim().is_empty()) {
            self.add("agent_fault.department", "must not be empty");
        }
    }

    fn work_lists(&mut self, profile: &Profile) {
        if let Some(answering) = &profile.staff_complaints {
            let line: HashSet<_> = answering.answered_by.iter().collect();
            if line.is_empty() {
                self.add("staff_complaints.answered_by", "is empty");
            }
            if line.len() != answering.answered_by.len() {
                self.add("staff_complaints.answered_by", "a role stands there twice");
            }
        }
        if profile.work_lists.due_soon.is_some_and(|soon| soon.length == 0) {
            self.add("work_lists.due_soon", "the period has no length");
        }
        if profile.work_lists.silent_days == Some(0) {
            self.add("work_lists.silent_days", "would list every case that had no contact today");
        }
    }

    /// SG-14.1…SG-14.4: whoever may ask is answered by somebody, whatever the severity.
    fn archive_access(&mut self, profile: &Profile) {
        let Some(access) = &profile.archive_access else { return };
        let line: HashSet<_> = access.line.iter().collect();
        if line.is_empty() {
            self.add("archive_access.line", "is empty");
        }
        if line.len() != access.line.len() {
            self.add("archive_access.line", "a role stands there twice");
        }
        let mut seen = HashSet::new();
        for (position, chain) in access.chains.iter().enumerate() {
            let place = format!("archive_access.chains[{position}]");
            if chain.approvers.is_empty() {
                self.add(format!("{place}.approvers"), "is empty: nobody would agree");
            }
            let ranks: Vec<_> = chain.approvers.iter().map(|role| access.line.iter().position(|r| r == role)).collect();
            if ranks.contains(&None) {
                self.add(format!("{place}.approvers"), "names a role that is not in archive_access.line");
            } else if !ranks.is_sorted_by(|one, next| one < next) {
                self.add(format!("{place}.approvers"), "is not in the order of archive_access.line");
            }
            for severity in &chain.severities {
                if profile.severity(severity).is_none() {
                    self.add(format!("{place}.severities"), format!("there is no severity `{severity}`"));
                }
                if !seen.insert(severity) {
                    self.add(format!("{place}.severities"), format!("`{severity}` has a chain already"));
                }
            }
        }
        for severity in profile.severities.iter().filter(|severity| !seen.contains(&severity.code)) {
            self.add("archive_access.chains", format!("severity `{}` has no chain", severity.code));
        }
        if access.external.is_some_and(|external| !line.contains(&external.approver)) {
            self.add("archive_access.external.approver", "is not in archive_access.line");
        }
    }

    /// HK-7.4, HK-8.6: who meets is said in full, and how long the final opinion may take.
    fn joint_review(&mut self, profile: &Profile) {
        let Some(rules) = &profile.joint_review else { return };
        if profile.numbers.joint_review.is_none() {
            self.add("numbers.joint_review", "is needed for joint reviews");
        }
        if profile.deadline_from(StartEvent::Meeting).is_none() {
            self.add("joint_review", "there is no deadline that MEETING starts");
        }
        if !profile.approvals.contains_key(&ApprovalKind::JointReviewRequest) {
            self.add(
                "joint_review",
                format!("nobody agrees: there is no approvals.{}", ApprovalKind::JointReviewRequest),
            );
        }
        if rules.capacities.contains_key(&JointReviewCapacity::Handler) {
            self.add("joint_review.capacities.HANDLER", "is not given by a role: leave it out");
        }
        for capacity in [JointReviewCapacity::Management, JointReviewCapacity::Supervisor] {
            if rules.capacities.get(&capacity).is_none_or(Vec::is_empty) {
                self.add(format!("joint_review.capacities.{capacity}"), "is empty");
            }
        }
        if !rules.admits(JointReviewCapacity::Supervisor, &[rules.chair]) {
            self.add("joint_review.chair", format!("{} may not attend as SUPERVISOR", rules.chair));
        }
        if rules.required.contains(&JointReviewCapacity::Department) {
            self.add("joint_review.required", "DEPARTMENT attends only where other departments take part");
        }
        if let Some(lead) = rules.notice_lead {
            self.period(profile, "joint_review.notice_lead", lead);
        }
    }

    /// HK-5.6, SG-12, SG-13: whatever the numbers name can be filled in, and nothing is checked that is not kept.
    fn archive(&mut self, profile: &Profile) {
        let rules = &profile.archive;
        if !rules.categories.is_empty() {
            self.codes("archive.categories", rules.categories.iter().map(|category| category.code.as_str()));
        }
        if !rules.contents.is_empty() {
            self.codes("archive.contents", rules.contents.iter().map(|part| part.code.as_str()));
        }
        for part in rules.contents.iter().filter(|part| part.made_of.is_empty()) {
            self.add(format!("archive.contents.{}", part.code), "made_of is empty: nothing could be it");
        }
        for (place, scheme) in
            [("archive.electronic_number", &rules.electronic_number), ("archive.paper_number", &rules.paper_number)]
        {
            if scheme.as_ref().is_some_and(ArchiveScheme::names_category) && rules.categories.is_empty() {
                self.add(place, "names {category}, but archive.categories is not set");
            }
        }
        // Two groups with one name would give one number twice.
        let levels = profile.severities.iter().map(|severity| ("severities", &severity.label.zh));
        let categories = rules.categories.iter().map(|category| ("archive.categories", &category.label.zh));
        let mut names = HashSet::new();
        for (place, name) in levels.chain(categories) {
            if rules.electronic_number.is_some() && !names.insert((place, name)) {
                self.add(place, format!("two are called {name}: archive numbers would not tell them apart"));
            }
        }
        if rules.paper_number.is_some() && rules.paper_number == rules.electronic_number {
            self.add("archive.paper_number", "gives the same numbers as archive.electronic_number");
        }
        if rules.paper_check.is_some() && rules.paper_number.is_none() {
            self.add("archive.paper_check", "there are no paper files: archive.paper_number is not set");
        }
        for role in &rules.supplemented_by {
            if !permissions_of(*role).contains(Permission::ArchiveSupplement) {
                self.add("archive.supplemented_by", format!("{role} never has {}", Permission::ArchiveSupplement));
            }
        }
    }

    /// SG-16.4
    fn privacy(&mut self, profile: &Profile) {
        let Some(pledge) = &profile.privacy.pledge else { return };
        for (place, text) in [("privacy.pledge.version", &pledge.version), ("privacy.pledge.text", &pledge.text)] {
            if text.trim().is_empty() {
                self.add(place, "must not be empty");
            }
        }
    }

    fn approval(&mut self, profile: &Profile, place: &str, kind: ApprovalKind, rules: &ApprovalRules) {
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
            for (measure, bounds) in [("excess", tier.excess), ("amount", tier.amount), ("ratio", tier.ratio)] {
                if bounds.is_some() && !measures_of(kind).contains(&measure) {
                    self.add(&place, format!("cannot be reached: a {kind} has no {measure}"));
                }
            }
            // One tier without bounds takes every item; beside another it would never be told from it.
            let bounded = tier.amount_bounds().is_some() || tier.ratio.is_some();
            if !bounded && rules.tiers.len() > 1 {
                self.add(&place, "cannot be told from the others: it states no bounds");
            }
        }
        self.measure(&tiers, "excess", &rules.tiers, |tier| tier.excess);
        self.measure(&tiers, "amount", &rules.tiers, |tier| tier.amount);
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

/// What a kind of item can be measured by.
const fn measures_of(kind: ApprovalKind) -> &'static [&'static str] {
    match kind {
        ApprovalKind::NegotiatedSurrender => &["excess", "ratio"],
        ApprovalKind::LateFeeWaiver
        | ApprovalKind::PremiumCallback
        | ApprovalKind::CompanyAdvance
        | ApprovalKind::CommissionOrDepositFreeze => &["amount"],
        ApprovalKind::AgentChange
        | ApprovalKind::Assistance
        | ApprovalKind::JointReviewRequest
        | ApprovalKind::HandlingPlan => &[],
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
    fn tiers_measure_only_what_their_kind_has() {
        let callback = "name = \"PREMIUM_CALLBACK\"\nrole = \"MANAGER\"\nrule = \"HK-4.4\"";
        let with = |more: &str| format!("{callback}\n{more}");
        let excess = problems(callback, &with("excess = { at_most = \"1.00\" }"));
        assert!(excess.contains("PREMIUM_CALLBACK: cannot be reached: a PREMIUM_CALLBACK has no excess"), "{excess}");
        let capped = problems(callback, &with("amount = { at_most = \"1.00\" }"));
        assert!(capped.contains("not exhaustive: amount above PREMIUM_CALLBACK"), "{capped}");
        let beside = "\n[[approvals.PREMIUM_CALLBACK.tiers]]\nname = \"TOP\"\nrole = \"GENERAL_MANAGER\"\nrule = \"X\"";
        let two = problems(callback, &with(beside));
        assert!(two.contains("TOP: cannot be told from the others"), "{two}");
        let tiered =
            format!("{}{beside}\namount = {{ above = \"500.00\" }}", with("amount = { at_most = \"500.00\" }"));
        check(&SHIPPED.replacen(callback, &tiered, 1)).unwrap();
    }

    #[test]
    fn passwords_that_are_never_good_are_refused() {
        assert!(problems("[calendar]", "[passwords]\nmax_age_days = 0\n\n[calendar]").contains("max_age_days"));
    }

    /// ASVS 6.3.3. Versions that were published before it was known require a second factor of nobody.
    #[test]
    fn a_second_factor_is_required_of_roles_that_there_are() {
        let with = |roles: &str| format!("[second_factor]\nrequired_of = {roles}\n\n[calendar]");
        let profile = SHIPPED.replacen("[calendar]", &with("[\"ADMIN\", \"GENERAL_MANAGER\"]"), 1);
        assert_eq!(check(&profile).unwrap().second_factor.required_of, [Role::Admin, Role::GeneralManager]);
        assert!(problems("[calendar]", &with("[\"BOSS\"]")).contains("BOSS"));
        assert!(problems("[calendar]", "[second_factor]\n\n[calendar]").contains("required_of"));
        assert!(check(SHIPPED).unwrap().second_factor.required_of.is_empty());
    }

    #[test]
    fn what_involves_the_people_above_is_checked_by_name() {
        for (from, to, expected) in [
            (
                "promises = \"INVESTIGATION\"",
                "promises = \"NEVER\"",
                "acknowledgement.promises: there is no deadline `NEVER`",
            ),
            ("major = \"MAJOR\"", "major = \"GRAVE\"", "classification.major: there is no severity `GRAVE`"),
            ("major = \"MAJOR\"", "major = \"DIFFICULT\"", "classification.difficult: is the severity of major"),
            ("group_from = 5", "group_from = 1", "classification.group_from"),
            ("deciders = [\"SUPERVISOR\"]", "deciders = []", "classification.deciders: is empty"),
            ("deciders = [\"SUPERVISOR\"]", "deciders = [\"HANDLER\"]", "HANDLER never has CASE_CLASSIFY"),
            ("to = \"MANAGER\"", "to = \"AUDITOR\"", "escalation.to: is not in authority.line"),
            ("department = \"个险管理部\"", "department = \" \"", "agent_fault.department: must not be empty"),
        ] {
            let found = problems(from, to);
            assert!(found.contains(expected), "{to}: {found}");
        }
    }

    /// A profile that was published before these rules were known still parses.
    #[test]
    fn a_profile_without_these_rules_is_right() {
        let rules = ["[acknowledgement]", "[classification]", "[escalation]", "[agent_fault]"];
        let mut kept = String::new();
        let mut skipping = false;
        for line in SHIPPED.lines() {
            if line.starts_with('[') {
                skipping = rules.contains(&line);
            }
            if !skipping {
                kept += line;
                kept.push('\n');
            }
        }
        let profile = check(&kept).unwrap();
        assert!(profile.classification.is_none() && profile.escalation.is_none());
        assert!(!profile.is_grave("MAJOR"));
    }

    #[test]
    fn answers_by_nobody_and_lists_of_nothing_are_refused() {
        let line = "answered_by = [\"DEPARTMENT_HEAD\", \"GENERAL_MANAGER\"]";
        assert!(problems(line, "answered_by = []").contains("staff_complaints.answered_by: is empty"));
        assert!(problems(line, "answered_by = [\"LEGAL\"]").contains("LEGAL never has CASE_REPLY"));
        let twice = "answered_by = [\"DEPARTMENT_HEAD\", \"DEPARTMENT_HEAD\"]";
        assert!(problems(line, twice).contains("stands there twice"));
        assert!(problems("due_soon = { length = 3,", "due_soon = { length = 0,").contains("work_lists.due_soon"));
        assert!(problems("[work_lists]", "[work_lists]\nsilent_days = 0").contains("work_lists.silent_days"));
        let followed = problems("followed_by = [\"SUPERVISOR\", \"MANAGER\"]", "followed_by = [\"ADMIN\"]");
        assert!(followed.contains("ADMIN never has CASE_READ"), "{followed}");
    }

    /// Versions that were published before these keys were known go on being read.
    #[test]
    fn a_profile_without_the_optional_keys_is_right() {
        let begins = SHIPPED.find("# HK-5.4.9").unwrap();
        let ends = SHIPPED.find("# HK-5.4.4").unwrap();
        let before = format!("{}{}", &SHIPPED[..begins], &SHIPPED[ends..]);
        let profile = check(&before.replace("followed_by = [\"SUPERVISOR\", \"MANAGER\"]\n", "")).unwrap();
        assert!(profile.staff_complaints.is_none() && profile.work_lists.due_soon.is_none());
        assert!(profile.severities.iter().all(|severity| severity.followed_by.is_empty()));
    }

    /// HK-6.4
    #[test]
    fn what_a_department_may_still_read_has_a_length_or_no_key() {
        let grace = "reading_grace = { length = 5, unit = \"WORKING_DAY\" }";
        let none = problems(grace, "reading_grace = { length = 0, unit = \"WORKING_DAY\" }");
        assert!(none.contains("assistance.reading_grace: the period has no length"), "{none}");
        let hours = problems(grace, "reading_grace = { length = 5, unit = \"WORKING_HOUR\" }");
        assert!(hours.contains("assistance.reading_grace: is counted in working hours"), "{hours}");
        let old = SHIPPED.replace(&format!("[assistance]\n{grace}\n"), "");
        let old = check(&old.replace("assistance = \"XB{year}-{serial:6}\"\n", "")).unwrap();
        assert!(old.assistance.reading_grace.is_none());
        assert_eq!(old.numbers.assistance.number(2026, 7), "XB2026-000007");
    }

    /// HK-7.4, HK-8.6
    #[test]
    fn joint_reviews_are_checked_by_name() {
        let final_opinion = &SHIPPED[SHIPPED.find("[[deadlines]]\ncode = \"FINAL_OPINION\"").unwrap()..];
        let final_opinion = &final_opinion[..final_opinion.find("# HK-5.5.2").unwrap()];
        for (from, to, expected) in [
            ("joint_review = \"HY{year}-{serial:6}\"\n", "", "numbers.joint_review: is needed"),
            (final_opinion, "", "joint_review: there is no deadline that MEETING starts"),
            ("chair = \"SUPERVISOR\"", "chair = \"HANDLER\"", "HANDLER never has JOINT_REVIEW_CONVENE"),
            ("chair_stand_in = \"MANAGER\"", "chair_stand_in = \"LEGAL\"", "LEGAL never has JOINT_REVIEW_CONVENE"),
            (
                "chair = \"SUPERVISOR\"",
                "chair = \"MANAGER\"",
                "joint_review.chair: MANAGER may not attend as SUPERVISOR",
            ),
            ("\"CO_HANDLER\", \"LEGAL\"]", "\"AUDITOR\"]", "AUDITOR never has JOINT_REVIEW_ATTEND"),
            (
                "MANAGEMENT = [\"ASSISTANT_MANAGER\", \"MANAGER\", \"GENERAL_MANAGER\"]",
                "",
                "capacities.MANAGEMENT: is empty",
            ),
            (
                "\nSUPERVISOR = [\"SUPERVISOR\"]",
                "\nSUPERVISOR = [\"SUPERVISOR\"]\nHANDLER = [\"HANDLER\"]",
                "capacities.HANDLER: is not given by a role",
            ),
            (
                "\"SUPERVISOR\", \"HANDLER\"]\n[joint",
                "\"SUPERVISOR\", \"DEPARTMENT\"]\n[joint",
                "joint_review.required: DEPARTMENT attends only",
            ),
            (
                "chair = \"SUPERVISOR\"",
                "notice_lead = { length = 0, unit = \"WORKING_DAY\" }\nchair = \"SUPERVISOR\"",
                "joint_review.notice_lead: the period has no length",
            ),
        ] {
            let found = problems(from, to);
            assert!(found.contains(expected), "{to}: {found}");
        }
    }

    /// Versions that were published before joint reviews were known still parse.
    #[test]
    fn a_profile_without_joint_reviews_is_right() {
        let section = &SHIPPED[SHIPPED.find("[joint_review]").unwrap()..SHIPPED.find("# SG-9.2.4").unwrap()];
        let old = SHIPPED.replace(section, "").replace("joint_review = \"HY{year}-{serial:6}\"\n", "");
        assert!(check(&old).unwrap().joint_review.is_none());
    }

    /// SG-13.1, SG-13.2, SG-16.4: what is switched on without what it needs is refused by name.
    #[test]
    fn an_archive_without_what_it_needs_is_refused() {
        let archive = "[archive]\n";
        let with = |more: &str| problems(archive, &format!("{archive}{more}\n"));
        for (more, expected) in [
            (
                "electronic_number = \"{year}-{category}-{serial:3}\"",
                "archive.electronic_number: names {category}, but archive.categories",
            ),
            ("electronic_number = \"{year}\"", "an archive number scheme holds {serial:WIDTH} once"),
            (
                "paper_number = \"{serial:3}\"\nelectronic_number = \"{serial:3}\"",
                "archive.paper_number: gives the same numbers",
            ),
            ("paper_check = \"MONTH\"", "archive.paper_check: there are no paper files"),
            ("supplemented_by = [\"AUDITOR\"]", "archive.supplemented_by: AUDITOR never has ARCHIVE_SUPPLEMENT"),
            ("electronic_check = \"WEEK\"", "WEEK"),
        ] {
            let found = with(more);
            assert!(found.contains(expected), "{more}: {found}");
        }
        let pledge = problems(archive, "[privacy]\npledge = { version = \"1\", text = \" \" }\n[archive]\n");
        assert!(pledge.contains("privacy.pledge.text: must not be empty"), "{pledge}");
        let unversioned = problems(archive, "[privacy]\npledge = { text = \"x\" }\n[archive]\n");
        assert!(unversioned.contains("version"), "{unversioned}");
        // Versions that were published before archives had rules still parse.
        let section = &SHIPPED[SHIPPED.find("[archive]").unwrap()..SHIPPED.find("# SG-9.2.4").unwrap()];
        assert!(check(&SHIPPED.replace(section, "")).unwrap().archive.contents.is_empty());
    }

    #[test]
    fn voiding_by_nobody_is_refused() {
        let nobody = problems("agreed_by = [\"SUPERVISOR\", \"MANAGER\"]", "agreed_by = [\"AUDITOR\"]");
        assert!(nobody.contains("voiding.agreed_by: AUDITOR never has CASE_REGISTER"), "{nobody}");
    }

    /// Versions that were published before a key was known still parse.
    #[test]
    fn a_profile_without_voiding_is_right() {
        let old = SHIPPED.replace("[voiding]\nagreed_by = [\"SUPERVISOR\", \"MANAGER\"]\n", "");
        let profile = check(&old).unwrap();
        assert!(profile.voiding.is_none());
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

    #[test]
    fn keys_of_deadlines_are_held_to_the_rest_of_the_profile() {
        let reply = "met_by = [\"REPLIED\"]";
        let with = |more: &str| problems(reply, &format!("{reply}\n{more}"));
        assert!(
            with("extension = { approver = \"HANDLER\", at_most = { length = 60, unit = \"CALENDAR_DAY\" } }")
                .contains("HANDLER is not in authority.line")
        );
        assert!(
            with("warn_before = { length = 0, unit = \"WORKING_DAY\" }")
                .contains("warn_before: the period has no length")
        );
        assert!(with("warn_before = { length = 1, unit = \"MONTH\" }").contains("counted back"));
        assert!(with("start = \"MEETING\"").contains("leave met_by and severities out"));
        let hours = "period = { length = 8, unit = \"WORKING_HOUR\" }";
        let days = "period = { length = 7, unit = \"WORKING_DAY\" }";
        assert!(problems(days, hours).contains("business_hours is not set"));
        let with_hours = SHIPPED.replacen(days, hours, 1).replacen(
            "working_days = \"CHINA\"",
            "working_days = \"CHINA\"\nbusiness_hours = [\"09:00-12:00\", \"13:00-17:30\"]",
            1,
        );
        assert_eq!(check(&with_hours).unwrap().calendar.business_hours.len(), 2);
        assert!(check(&with_hours.replacen("13:00", "11:00", 1)).is_err());
        assert!(problems("length = 7,", "length = 10001,").contains("longer than 10000"));
    }
}
