//! Deadlines (办理时限) of a case and of what is done about it (HK-8.1…HK-8.8, requirements T3).
//!
//! A due instant is a pure function of the start, the rule, the calendar version, the pauses and the extensions. What is
//! done about a case sets its deadlines with [`open`], says with [`meet`] that one was met, and with [`cease`] that one
//! holds no longer.

pub mod error;
pub mod moves;
pub mod policy;
pub mod store;
pub mod sweep;

use crate::calendar::{self, Counting, Due, Pause, Period, Uncountable, WorkingCalendar};
use crate::cases::policy::reached;
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use crate::profiles::{DeadlineRule, ExtensionRule, Profile};
use chrono::{DateTime, SubsecRound, Utc};
use entity::case_deadline::{self, StartEvent};
use entity::{CaseId, DepartmentId, StaffId, case, deadline_extension, deadline_pause};
use sea_orm::IntoActiveModel;
use uuid::Uuid;

crate::platform::ids::node_keys!(CaseDeadlineId => "Deadline");

/// A deadline that something sets.
pub struct Opening<'a> {
    /// From the profile: [`Profile::deadline_from`].
    pub rule: &'a DeadlineRule,
    /// The matter that it is about; a case has one deadline of each code and matter.
    pub about: Uuid,
    pub started_at: DateTime<Utc>,
    pub owner: Owner,
    pub met_at: Option<DateTime<Utc>>,
}

/// Who owes a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// The handler of the case, whoever that is.
    Handler,
    Person(StaffId),
    /// Whoever works there for other departments, and its head.
    Department(DepartmentId),
}

impl Owner {
    const fn person(self) -> Option<StaffId> {
        match self {
            Self::Person(person) => Some(person),
            Self::Handler | Self::Department(_) => None,
        }
    }

    const fn department(self) -> Option<DepartmentId> {
        match self {
            Self::Department(department) => Some(department),
            Self::Handler | Self::Person(_) => None,
        }
    }
}

/// Writes the deadlines that hold for the case as it now is: after registration, after a milestone, after the severity
/// changed (HK-8.4). Always counted from the acceptance, so that the order of changes does not matter.
pub async fn write(tx: &Tx, case: &case::Model, profile: &Profile) -> Result<()> {
    let rules: Vec<&DeadlineRule> = profile.deadlines_of(&case.severity).collect();
    let opening = |rule| Opening {
        rule,
        about: case.id.into(),
        started_at: case.received_at,
        owner: Owner::Handler,
        met_at: met_at(case, rule),
    };
    // The calendar is held before any deadline is written, as by whoever publishes one.
    set(tx, case.id, profile, rules.iter().map(|rule| opening(rule)).collect()).await?;
    store::cease_all_but(tx, case.id, &rules).await
}

/// Sets a deadline of something that is done about a case; again, it is counted anew.
pub async fn open(tx: &Tx, case: CaseId, profile: &Profile, opening: Opening<'_>) -> Result<case_deadline::Model> {
    let set = set(tx, case, profile, vec![opening]).await?;
    set.into_iter().next().ok_or_else(|| Failure::internal("a deadline was not set"))
}

/// The deadline that an event set about a matter was met. One that was met before stays as it is.
pub async fn meet(tx: &Tx, case: CaseId, start: StartEvent, about: impl Into<Uuid>, at: DateTime<Utc>) -> Result<()> {
    store::meet(tx, case, start, about.into(), at).await
}

/// The deadline holds no longer, since what it is about ended. One that was met stays on record.
pub async fn cease(tx: &Tx, case: CaseId, start: StartEvent, about: impl Into<Uuid>) -> Result<()> {
    store::cease(tx, case, start, about.into()).await
}

/// The case is closed: what had passed by then is missed for good, what was still ahead is not waited for.
pub async fn conclude(tx: &Tx, case: CaseId) -> Result<()> {
    store::miss_all_behind(tx, case).await?;
    store::cease_all_ahead(tx, case).await
}

/// Nothing of the case is waited for any more: it is void. What was met stays on record.
pub async fn end(tx: &Tx, case: CaseId) -> Result<()> {
    store::cease_every(tx, case).await
}

async fn set(
    tx: &Tx,
    case: CaseId,
    profile: &Profile,
    openings: Vec<Opening<'_>>,
) -> Result<Vec<case_deadline::Model>> {
    if openings.is_empty() {
        return Ok(Vec::new());
    }
    let calendar = calendar::store::current_to_count(tx, profile.calendar.working_days).await?;
    let known = store::of_case(tx, case).await?;
    let ids: Vec<_> = known.iter().map(|row| row.id).collect();
    let adjustable = openings.iter().any(|opening| opening.rule.may_pause || opening.rule.extension.is_some());
    let mut adjusted = if adjustable { store::adjustments(tx.db(), &ids).await? } else { Default::default() };
    let mut rows = Vec::new();
    for opening in openings {
        let same = |row: &&case_deadline::Model| row.code == opening.rule.code && row.about_id == opening.about;
        let before = known.iter().find(same);
        let adjustments = before.and_then(|row| adjusted.remove(&row.id)).unwrap_or_default();
        rows.push(row(tx, case, before, &opening, &adjustments, profile, &calendar)?);
    }
    store::upsert(tx, rows.iter().cloned().map(IntoActiveModel::into_active_model).collect()).await?;
    Ok(rows)
}

/// Counts an open deadline anew, after a pause or an extension; gives it as it now is.
pub async fn count_anew(
    tx: &Tx,
    mut row: case_deadline::Model,
    case: &case::Model,
    profile: &Profile,
) -> Result<case_deadline::Model> {
    let calendar = calendar::store::current_to_count(tx, profile.calendar.working_days).await?;
    let adjustments = store::adjustments(tx.db(), &[row.id]).await?.remove(&row.id).unwrap_or_default();
    let rule = profile.deadline(row.start_event, &row.code, &case.severity);
    let counted = recount(&row, &adjustments, rule, profile.counting(&calendar))?;
    become_due(&mut row, counted, &calendar);
    forget_what_is_ahead(&mut row, tx.now());
    store::upsert(tx, vec![row.clone().into_active_model()]).await?;
    Ok(row)
}

/// Refuses an extension that makes a deadline longer than the profile lets it be.
pub async fn may_be_so_long(
    tx: &Tx,
    extended: &case_deadline::Model,
    allowed: ExtensionRule,
    profile: &Profile,
) -> Result<()> {
    let calendar = calendar::store::current_to_count(tx, profile.calendar.working_days).await?;
    let adjustments = store::adjustments(tx.db(), &[extended.id]).await?.remove(&extended.id).unwrap_or_default();
    policy::may_be_so_long(extended, allowed, &adjustments, profile.counting(&calendar)).map_err(uncountable)??;
    Ok(())
}

/// Takes what was counted over.
pub fn become_due(row: &mut case_deadline::Model, counted: Counted, calendar: &WorkingCalendar) {
    row.calendar = calendar.name;
    row.calendar_version = calendar.version;
    row.due_at = counted.due.at;
    row.provisional = counted.due.provisional;
    row.warn_at = counted.warn_at;
}

fn row(
    tx: &Tx,
    case: CaseId,
    before: Option<&case_deadline::Model>,
    opening: &Opening<'_>,
    adjustments: &Adjustments,
    profile: &Profile,
    calendar: &WorkingCalendar,
) -> Result<case_deadline::Model> {
    let Opening { rule, about, started_at, owner, met_at } = *opening;
    // A limit met stays met, and as it was then (HK-8.8).
    if let Some(met) = before.filter(|row| row.met_at.is_some()) {
        return Ok(case_deadline::Model { met_at: met_at.or(met.met_at), dropped_at: None, ..met.clone() });
    }
    let counted = count(profile.counting(calendar), started_at, rule.period, rule.warn_before, adjustments)?;
    let mut row = case_deadline::Model {
        id: before.map_or_else(|| tx.id(), |row| row.id),
        case_id: case,
        code: rule.code.clone(),
        about_id: about,
        rule: rule.rule.clone(),
        start_event: rule.start,
        started_at,
        length: i32::try_from(rule.period.length).unwrap_or(i32::MAX),
        unit: rule.period.unit,
        calendar: calendar.name,
        calendar_version: calendar.version,
        due_at: counted.due.at,
        provisional: counted.due.provisional,
        owner_id: owner.person(),
        owner_department_id: owner.department(),
        warn_at: counted.warn_at,
        warned_at: before.and_then(|row| row.warned_at),
        paused_at: before.and_then(|row| row.paused_at),
        met_at,
        missed_at: before.and_then(|row| row.missed_at),
        dropped_at: None,
    };
    forget_what_is_ahead(&mut row, tx.now());
    Ok(row)
}

/// Of a deadline that moved into the future nobody was warned, and it is not missed.
fn forget_what_is_ahead(row: &mut case_deadline::Model, now: DateTime<Utc>) {
    row.warned_at = row.warned_at.filter(|_| row.warn_at.is_some_and(|at| at <= now));
    row.missed_at = row.missed_at.filter(|_| is_late(row.due_at, now));
}

/// When the last of what the deadline waits for had happened.
fn met_at(case: &case::Model, rule: &DeadlineRule) -> Option<DateTime<Utc>> {
    let all: Option<Vec<_>> = rule.met_by.iter().map(|milestone| reached(*milestone, case)).collect();
    all?.into_iter().max()
}

/// What moved the end of a deadline.
#[derive(Clone, Debug, Default)]
pub struct Adjustments {
    pub pauses: Vec<deadline_pause::Model>,
    pub extensions: Vec<deadline_extension::Model>,
}

impl Adjustments {
    /// The pauses that ended; while the clock stands still, the end is not known.
    pub fn ended_pauses(&self) -> Vec<Pause> {
        let ended = |pause: &deadline_pause::Model| Some(Pause { began_at: pause.began_at, ended_at: pause.ended_at? });
        self.pauses.iter().filter_map(ended).collect()
    }

    /// The period and what it was extended by.
    pub fn extending(&self, period: Period) -> Vec<Period> {
        let length = |extension: &deadline_extension::Model| u32::try_from(extension.length).unwrap_or_default();
        let extensions = self.extensions.iter().map(|row| Period { length: length(row), unit: row.unit });
        std::iter::once(period).chain(extensions).collect()
    }
}

/// What follows from the terms of a deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counted {
    pub due: Due,
    pub warn_at: Option<DateTime<Utc>>,
}

fn count(
    counting: Counting<'_>,
    started_at: DateTime<Utc>,
    period: Period,
    warn_before: Option<Period>,
    adjustments: &Adjustments,
) -> Result<Counted> {
    let periods = adjustments.extending(period);
    let due = counting.due_through(started_at, &periods, &adjustments.ended_pauses()).map_err(uncountable)?;
    Ok(Counted { due, warn_at: warn_before.and_then(|before| counting.ahead(due.at, before)) })
}

/// What a row was counted with is counted anew, with the rule as the profile has it.
pub fn recount(
    row: &case_deadline::Model,
    adjustments: &Adjustments,
    rule: Option<&DeadlineRule>,
    counting: Counting<'_>,
) -> Result<Counted> {
    count(counting, row.started_at, period_of(row), rule.and_then(|rule| rule.warn_before), adjustments)
}

/// The period of a row, without its extensions.
pub fn period_of(row: &case_deadline::Model) -> Period {
    Period { length: u32::try_from(row.length).unwrap_or_default(), unit: row.unit }
}

/// A profile is checked before it is published, so that this does not happen.
pub fn uncountable(reason: Uncountable) -> Failure {
    Failure::internal(reason.to_string())
}

/// Where a deadline stands. The second of the due time is still on time, the next is late (G-2, G-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum DeadlineStatus {
    /// Not met, and there is still time.
    Running,
    /// Not met, and its clock stands still.
    Paused,
    /// Met in time.
    Met,
    /// Met, but late.
    MetLate,
    /// Not met, and late.
    Overdue,
}

pub fn status(deadline: &case_deadline::Model, now: DateTime<Utc>) -> DeadlineStatus {
    let looked_at = deadline.met_at.or(deadline.paused_at).unwrap_or(now);
    match (deadline.met_at, is_late(deadline.due_at, looked_at)) {
        (Some(_), false) => DeadlineStatus::Met,
        (Some(_), true) => DeadlineStatus::MetLate,
        (None, true) => DeadlineStatus::Overdue,
        (None, false) if deadline.paused_at.is_some() => DeadlineStatus::Paused,
        (None, false) => DeadlineStatus::Running,
    }
}

fn is_late(due_at: DateTime<Utc>, at: DateTime<Utc>) -> bool {
    at.trunc_subsecs(0) > due_at
}
