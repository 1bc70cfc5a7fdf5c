//! A profile as it is written (TOML). Unknown keys are errors.

use super::bounds::Bounds;
use super::numbers::NumberScheme;
use crate::calendar::{CalendarName, Counting, Hours, Period, WorkingCalendar};
use crate::platform::money::Money;
use chrono::NaiveDate;
use entity::approval::ApprovalKind;
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
