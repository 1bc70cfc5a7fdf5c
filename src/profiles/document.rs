//! A profile as it is written (TOML). Unknown keys are errors.

use super::archive_numbers::ArchiveScheme;
use super::bounds::Bounds;
use super::numbers::NumberScheme;
use crate::calendar::{CalendarName, Counting, Hours, Period, WorkingCalendar};
use crate::platform::money::Money;
use chrono::NaiveDate;
use entity::approval::ApprovalKind;
use entity::archive_file::ArchiveAudience;
use entity::case_deadline::StartEvent;
use entity::evidence::EvidenceKind;
use entity::intake_form::IntakeFormKind;
use entity::joint_review_attendee::JointReviewCapacity;
use entity::permanent_retention::PermanentGround;
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
    #[serde(default)]
    pub second_factor: SecondFactor,
    pub calendar: Calendar,
    pub numbers: Numbers,
    pub roles: Vec<RolePosts>,
    pub authority: Authority,
    /// Without it, nobody lends authority.
    pub delegation: Option<Delegation>,
    pub allocation: Allocation,
    /// Without it, complaints about office staff are handled like any other.
    pub staff_complaints: Option<StaffComplaints>,
    #[serde(default)]
    pub work_lists: WorkLists,
    pub plan_review: PlanReview,
    pub acknowledgement: Option<Acknowledgement>,
    pub classification: Option<Classification>,
    pub escalation: Option<Escalation>,
    pub agent_fault: Option<AgentFault>,
    pub intake: Intake,
    pub channels: Vec<Channel>,
    pub severities: Vec<Severity>,
    pub deadlines: Vec<DeadlineRule>,
    pub approvals: BTreeMap<ApprovalKind, ApprovalRules>,
    #[serde(default)]
    pub assistance: Assistance,
    #[serde(default)]
    pub suspension: Suspension,
    /// Without it no archive file is ever disposed of.
    pub retention: Option<Retention>,
    /// Without it no joint review is held.
    pub joint_review: Option<JointReview>,
    /// Without it no voucher is made void.
    #[serde(default)]
    pub voiding: Option<Voiding>,
    /// Without it nobody reads archive files by request: participants, archive and audit only (HK-5.6.3).
    pub archive_access: Option<ArchiveAccess>,
    #[serde(default)]
    pub archive: Archive,
    #[serde(default)]
    pub privacy: Privacy,
}

/// How long archive files are kept, and who disposes of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Retention {
    /// One for each severity.
    pub rules: Vec<RetentionRule>,
    pub proposer: Role,
    /// Never the person who proposed.
    pub approver: Role,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RetentionRule {
    /// Code of a severity.
    pub severity: String,
    /// From the day on which the handling was completed; whole years, since days would count leap days (TM-17).
    pub years: u16,
    /// What keeps a file of this severity for good; nothing, where it is empty.
    #[serde(default)]
    pub permanent_on: Vec<PermanentGround>,
    /// The rule that says so.
    pub rule: String,
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

/// Beside the password (ASVS 6.3.3).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecondFactor {
    /// Roles that hold only in a session that proved one. Everybody else may have one.
    pub required_of: Vec<Role>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    pub working_days: CalendarName,
    /// Of a working day; without them there are no deadlines in working hours.
    #[serde(default)]
    pub business_hours: Vec<Hours>,
    /// G-3
    #[serde(default)]
    pub rollover: bool,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Numbers {
    pub case: NumberScheme,
    pub archive: NumberScheme,
    /// Versions that were published before it was known have none of their own.
    #[serde(default = "NumberScheme::of_assistances")]
    pub assistance: NumberScheme,
    /// Needed where joint reviews are held.
    pub joint_review: Option<NumberScheme>,
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

/// Who stands in for whom (HK-A8).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Delegation {
    /// How many calendar days a delegation lasts at most, both ends included.
    pub most_days: u16,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allocation {
    pub allocators: Vec<Role>,
}

/// Who answers complaints about members of the office staff (HK-5.4.9).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StaffComplaints {
    /// Lowest first. The first role is held in the department of the person complained about.
    pub answered_by: Vec<Role>,
}

/// What the work lists call soon, or silent for too long. What is not set is not listed.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WorkLists {
    /// A deadline that ends within this period from now is due soon.
    pub due_soon: Option<Period>,
    /// A case under investigation without contact for more days than this is listed (HK-2.5).
    pub silent_days: Option<u16>,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlanReview {
    pub reviewer: Role,
}

/// What complainants are told when their complaint is taken up.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acknowledgement {
    /// Code of the deadline whose last day is promised.
    pub promises: String,
}

/// What makes a complaint grave, and who says so.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Classification {
    /// Code of the severity of major complaints.
    pub major: String,
    /// Code of the severity of difficult complaints.
    pub difficult: String,
    /// From so many complainants on it is a group complaint.
    pub group_from: u16,
    /// Who decides; the handler proposes.
    pub deciders: Vec<Role>,
}

/// To whom what is special, major or difficult is reported.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Escalation {
    pub to: Role,
}

/// What follows when an agent is at fault.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AgentFault {
    /// The department that manages the agents.
    pub department: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Intake {
    pub required: Vec<IntakeField>,
    /// How many complainants of a group may speak for it, besides the lead complainant; no bound without a number.
    pub most_representatives: Option<u16>,
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
    /// The form that a complaint over this channel is taken in with; a generic record where none is named.
    pub form: Option<IntakeFormKind>,
    /// A complaint of this channel is registered with a file, which becomes evidence of this kind.
    #[serde(default)]
    pub required_attachment: Option<EvidenceKind>,
}

/// How grave a complaint is.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Severity {
    pub code: String,
    pub label: Label,
    /// Roles whose holders take part in such cases: they are among their own (HK-3.11).
    #[serde(default)]
    pub followed_by: Vec<Role>,
}

/// What must have happened by when.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeadlineRule {
    pub code: String,
    pub rule: String,
    pub label: Label,
    /// What it is counted from; acceptance, unless it is about something that is done on the way.
    #[serde(default = "acceptance")]
    pub start: StartEvent,
    /// Of the complaints that it is for; all of them, if it is not counted from acceptance.
    #[serde(default)]
    pub severities: Vec<String>,
    pub period: Period,
    /// What meets it; nothing, if what it is about says so itself.
    #[serde(default)]
    pub met_by: Vec<Milestone>,
    /// How long before its end the owner is warned.
    pub warn_before: Option<Period>,
    /// Whether its clock may stand still.
    #[serde(default)]
    pub may_pause: bool,
    pub extension: Option<ExtensionRule>,
}

const fn acceptance() -> StartEvent {
    StartEvent::Acceptance
}

/// How a deadline may be extended.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExtensionRule {
    pub approver: Role,
    /// The longest that the deadline may be with all its extensions, counted from its start.
    pub at_most: Period,
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

/// What a department that helped may still read (协办).
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Assistance {
    /// For so long after it returned its opinion, or the request was taken back; without it, its reading ends at once.
    pub reading_grace: Option<Period>,
}

/// When a case may be suspended (暂结案); how long, the deadline from the last contact says.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Suspension {
    /// A complainant is silent or out of reach for a long time after more than so many days without contact; without it,
    /// the handler judges.
    pub silent_days: Option<u16>,
}

/// Who must agree that a voucher is void (作废).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Voiding {
    /// Holders of any of these roles, other than who registered it; when it is empty, nobody needs to.
    pub agreed_by: Vec<Role>,
}

/// Who reads archive files by request (SG-14).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveAccess {
    /// Who reads without asking, besides the archive and the audit.
    pub audience: ArchiveAudience,
    /// Lowest first. Nobody agrees to their own reading: it goes to the next rank (SG-14.10). A head of a department agrees
    /// for the own department only.
    pub line: Vec<Role>,
    /// Who agrees, by the severity of the case.
    pub chains: Vec<ArchiveChain>,
    /// Without it nobody from outside reads.
    pub external: Option<ExternalReading>,
}

/// Who agrees that files of these severities are read, in this order.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ArchiveChain {
    pub severities: Vec<String>,
    pub approvers: Vec<Role>,
}

/// Courts, regulators and the like (SG-14.4).
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExternalReading {
    pub approver: Role,
}

impl ArchiveAccess {
    fn rank(&self, role: Role) -> Option<usize> {
        self.line.iter().position(|other| *other == role)
    }

    /// Who agrees that somebody with these roles reads files of these severities: the longest of their chains, each link at
    /// least one rank above the reader. None when a severity has no chain, or nobody stands above the reader.
    pub fn chain<'a>(
        &self,
        severities: impl IntoIterator<Item = &'a str>,
        reader_roles: &[Role],
    ) -> Result<Vec<Role>, NoChain> {
        let mut longest: &[Role] = &[];
        for severity in severities {
            let chain = self.chains.iter().find(|chain| chain.severities.iter().any(|code| code == severity));
            let chain = chain.ok_or(NoChain::UnknownSeverity)?;
            if chain.approvers.len() > longest.len() {
                longest = &chain.approvers;
            }
        }
        self.raised(longest, reader_roles)
    }

    /// The same roles, each at least one rank above a reader, and none twice.
    pub fn raised(&self, approvers: &[Role], reader_roles: &[Role]) -> Result<Vec<Role>, NoChain> {
        let lowest = reader_roles.iter().filter_map(|role| self.rank(*role)).max().map_or(0, |held| held + 1);
        let ranks = approvers.iter().map(|role| self.rank(*role).map(|rank| rank.max(lowest)));
        let mut chain: Vec<Role> = Vec::new();
        for rank in ranks {
            let role = rank.and_then(|rank| self.line.get(rank)).ok_or(NoChain::NobodyAbove)?;
            if !chain.contains(role) {
                chain.push(*role);
            }
        }
        Ok(chain)
    }
}

/// Why nobody could agree to a reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoChain {
    UnknownSeverity,
    NobodyAbove,
}

/// How closed cases are filed and kept (归档).
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archive {
    /// Numbers of electronic files; without it, `numbers.archive` makes them.
    pub electronic_number: Option<ArchiveScheme>,
    /// Numbers of paper files; without it, no file is kept on paper.
    pub paper_number: Option<ArchiveScheme>,
    /// What files are arranged by besides year and level.
    #[serde(default)]
    pub categories: Vec<Category>,
    /// What a file holds at least.
    #[serde(default)]
    pub contents: Vec<ContentsPart>,
    /// Who adds to a file besides the handler of its case.
    #[serde(default)]
    pub supplemented_by: Vec<Role>,
    /// How often electronic files are checked; without it, as often as anybody likes.
    pub electronic_check: Option<CheckCycle>,
    /// How often paper files are checked.
    pub paper_check: Option<CheckCycle>,
}

/// What a complaint was about, for the archive.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    pub code: String,
    pub label: Label,
}

/// A part that a file holds, or says why there is none.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ContentsPart {
    pub code: String,
    pub rule: String,
    pub label: Label,
    /// Any of these makes it.
    pub made_of: Vec<Material>,
}

/// What a case may have that belongs into its file.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Material {
    /// What was registered, with the form that the complaint was taken in with: every case has it.
    Voucher,
    /// A contact, a statement or a finding in the handling record.
    HandlingRecord,
    /// Evidence that the complainant gave.
    ComplainantEvidence,
    /// Evidence from anybody else.
    OtherEvidence,
    /// A finding of the facts or of the responsibility.
    Finding,
    /// A decision on how grave the case is.
    Grading,
    /// A reviewed plan or a decided approval.
    Review,
    /// An allocation, or what another department was asked.
    Routing,
    /// A contact with the complainant.
    Contact,
    /// The outcome, with what the complainant says of it.
    Result,
}

/// How often something is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CheckCycle {
    /// Once in each calendar month.
    Month,
    /// Once in each calendar quarter.
    Quarter,
}

/// How confidential material is protected.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Privacy {
    /// Without it, nobody signs one.
    pub pledge: Option<Pledge>,
    /// Roles whose holders may see single values whole, with a purpose and a reason, on record (SG-16.3).
    #[serde(default)]
    pub reveal: Vec<Role>,
    /// Roles whose holders may take copies of archive files (SG-16.5).
    #[serde(default)]
    pub export: Vec<Role>,
}

/// The confidentiality pledge (信息保密承诺书). Who has not signed this version and text sees no case data.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pledge {
    pub version: String,
    pub text: String,
}

impl Profile {
    /// Reads a profile as it is written. A plan is an item of approval like others; the section `plan_review` says who decides
    /// on it (HK-5.4.4).
    pub fn read(content: &str) -> Result<Self, toml::de::Error> {
        let mut profile: Self = toml::from_str(content)?;
        let reviewer = profile.plan_review.reviewer;
        profile.approvals.entry(ApprovalKind::HandlingPlan).or_insert_with(|| ApprovalRules {
            label: Label { zh: "处理方案".to_owned(), en: "Handling plan".to_owned() },
            endorser: reviewer,
            tiers: vec![Tier {
                name: "HANDLING_PLAN".to_owned(),
                role: reviewer,
                rule: "HK-5.4.4".to_owned(),
                excess: None,
                amount: None,
                ratio: None,
            }],
        });
        Ok(profile)
    }
}

/// Who meets for a joint review (合议, HK-7.4).
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JointReview {
    /// Convenes and chairs.
    pub chair: Role,
    /// Chairs when everybody who could must step back from the case; without it, nobody does then.
    pub chair_stand_in: Option<Role>,
    /// Whose holders may attend in a capacity. The handler of a case attends as such and is not listed.
    pub capacities: BTreeMap<JointReviewCapacity, Vec<Role>>,
    /// Without somebody of each of these no meeting is opened or closed.
    pub required: Vec<JointReviewCapacity>,
    /// So long before the meeting people must be invited; without it, at any time before.
    pub notice_lead: Option<Period>,
}

impl JointReview {
    /// Whether somebody with these roles may attend in a capacity that is given by a role.
    pub fn admits(&self, capacity: JointReviewCapacity, roles: &[Role]) -> bool {
        self.capacities.get(&capacity).is_some_and(|admitted| admitted.iter().any(|role| roles.contains(role)))
    }
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
    /// Of kinds that have an amount and no excess; in fen.
    #[serde(default, deserialize_with = "bounds_of_money")]
    pub amount: Option<Bounds>,
    /// In percent.
    #[serde(default)]
    pub ratio: Option<Bounds>,
}

impl Tier {
    /// The bounds of what counts together.
    pub fn amount_bounds(&self) -> Option<Bounds> {
        self.excess.or(self.amount)
    }
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
    /// How this organisation counts with a version of its calendar.
    pub fn counting<'a>(&'a self, calendar: &'a WorkingCalendar) -> Counting<'a> {
        let Calendar { business_hours, rollover, .. } = &self.calendar;
        Counting { calendar, business_hours, rollover: *rollover }
    }

    /// Who reads a file of a case that followed this profile without asking.
    pub fn archive_audience(&self) -> ArchiveAudience {
        self.archive_access.as_ref().map_or(ArchiveAudience::Participants, |access| access.audience)
    }

    /// The role that a post is (HK-3.1).
    pub fn role_of_post(&self, title: &str) -> Option<Role> {
        self.roles.iter().find(|posts| posts.titles.iter().any(|known| known == title)).map(|posts| posts.role)
    }

    pub fn channel(&self, code: &str) -> Option<&Channel> {
        self.channels.iter().find(|channel| channel.code == code)
    }

    pub fn severity(&self, code: &str) -> Option<&Severity> {
        self.severities.iter().find(|severity| severity.code == code)
    }

    pub fn category(&self, code: &str) -> Option<&Category> {
        self.archive.categories.iter().find(|category| category.code == code)
    }

    /// Whether this is the severity of major complaints.
    pub fn is_major(&self, severity: &str) -> bool {
        self.classification.as_ref().is_some_and(|rules| rules.major == severity)
    }

    /// Whether this is the severity of major or of difficult complaints.
    pub fn is_grave(&self, severity: &str) -> bool {
        self.classification.as_ref().is_some_and(|rules| rules.major == severity || rules.difficult == severity)
    }

    /// The deadlines of a complaint of this severity, counted from its acceptance.
    pub fn deadlines_of<'a>(&'a self, severity: &str) -> impl Iterator<Item = &'a DeadlineRule> {
        let accepted = self.deadlines.iter().filter(|deadline| deadline.start == StartEvent::Acceptance);
        accepted.filter(move |deadline| deadline.severities.iter().any(|code| code == severity))
    }

    /// The deadline that an event on the way starts; none where the profile sets none.
    pub fn deadline_from(&self, start: StartEvent) -> Option<&DeadlineRule> {
        self.deadlines.iter().find(|deadline| deadline.start == start && start != StartEvent::Acceptance)
    }

    /// What a deadline of this code is called.
    pub fn deadline_label(&self, code: &str) -> Option<&Label> {
        self.deadlines.iter().find(|deadline| deadline.code == code).map(|deadline| &deadline.label)
    }

    /// The rule of a deadline of a complaint of this severity.
    pub fn deadline(&self, start: StartEvent, code: &str, severity: &str) -> Option<&DeadlineRule> {
        match start {
            StartEvent::Acceptance => self.deadlines_of(severity).find(|deadline| deadline.code == code),
            start => self.deadline_from(start).filter(|deadline| deadline.code == code),
        }
    }
}

impl Authority {
    /// Where a role stands in the line; 0 is lowest.
    pub fn rank(&self, role: Role) -> Option<usize> {
        self.line.iter().position(|other| *other == role)
    }

    /// The roles that rank below one.
    pub fn below(&self, role: Role) -> &[Role] {
        self.rank(role).map_or(&[], |rank| &self.line[..rank])
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

#[cfg(test)]
mod tests {
    use super::*;
    use Role::{DepartmentHead, GeneralManager, Handler, Manager};

    fn access() -> ArchiveAccess {
        let chain = |severity: &str, approvers: &[Role]| ArchiveChain {
            severities: vec![severity.to_owned()],
            approvers: approvers.to_vec(),
        };
        ArchiveAccess {
            audience: ArchiveAudience::Handler,
            line: vec![DepartmentHead, Manager, GeneralManager],
            chains: vec![chain("L1", &[DepartmentHead]), chain("L2", &[DepartmentHead, Manager])],
            external: None,
        }
    }

    /// SG-14.1 SG-14.2 SG-14.10
    #[test]
    fn a_reading_is_agreed_to_above_the_reader() {
        for (severities, roles, chain) in [
            (&["L1"][..], &[Handler][..], Ok(vec![DepartmentHead])),
            (&["L2"], &[Handler], Ok(vec![DepartmentHead, Manager])),
            (&["L1", "L2"], &[Handler], Ok(vec![DepartmentHead, Manager])),
            (&["L1"], &[DepartmentHead], Ok(vec![Manager])),
            (&["L2"], &[Handler, DepartmentHead], Ok(vec![Manager])),
            (&["L1"], &[Manager], Ok(vec![GeneralManager])),
            (&["L2"], &[GeneralManager], Err(NoChain::NobodyAbove)),
            (&["L3"], &[Handler], Err(NoChain::UnknownSeverity)),
        ] {
            assert_eq!(access().chain(severities.iter().copied(), roles), chain, "{severities:?} {roles:?}");
        }
    }
}
