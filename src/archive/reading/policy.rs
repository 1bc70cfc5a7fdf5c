//! Who may do what about a reading now: pure decisions (SG-14.1…SG-14.10).

use super::error;
use crate::cases::policy::Verdict;
use crate::platform::access::{Actor, Permission};
use chrono::NaiveDate;
use entity::access_register::{ReadingDenial, ReadingPurpose};
use entity::archive_reading::{self, ArchiveReadingState};
use entity::archive_reading_step::{self, ArchiveReadingAct};
use entity::staff_role::Role;

/// What is done about a reading after it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadingDeed {
    Decide,
    Release,
    Return,
    Confirm,
    Withdraw,
    Revoke,
    OpenEscort,
    CloseEscort,
}

impl ReadingDeed {
    const fn states(self) -> &'static [ArchiveReadingState] {
        use ArchiveReadingState::{Approved, Released, Requested, Returned};
        match self {
            Self::Decide => &[Requested],
            Self::Release => &[Approved],
            Self::Return | Self::OpenEscort | Self::CloseEscort => &[Released],
            Self::Confirm => &[Returned],
            Self::Withdraw => &[Requested, Approved],
            Self::Revoke => &[Approved, Released],
        }
    }

    pub const fn rule(self) -> &'static str {
        match self {
            Self::Decide => "SG-14.2",
            Self::Release => "SG-14.6",
            Self::Return | Self::Confirm => "SG-14.8",
            Self::Withdraw | Self::Revoke => "SG-14.5",
            Self::OpenEscort | Self::CloseEscort => "SG-14.4",
        }
    }
}

/// Whether a person may do it on a day, as far as the reading itself and what was done about it say so.
pub fn may(
    deed: ReadingDeed,
    actor: &Actor,
    reading: &archive_reading::Model,
    steps: &[archive_reading_step::Model],
    today: NaiveDate,
) -> Verdict {
    let external = reading.unit.is_some();
    let needed = match deed {
        ReadingDeed::Decide => Permission::ArchiveApprove,
        ReadingDeed::Release | ReadingDeed::Confirm | ReadingDeed::Revoke => Permission::ArchiveRelease,
        _ => Permission::ArchiveRequest,
    };
    if !actor.may(needed) {
        return Err(vec![error::permission_missing(needed, deed.rule())]);
    }
    if !deed.states().contains(&reading.state) {
        let incomplete = deed == ReadingDeed::Release && reading.state == ArchiveReadingState::Requested;
        return Err(vec![if incomplete {
            error::approvals_incomplete(reading.waits_for)
        } else {
            error::state_not_allowed(deed)
        }]);
    }
    let own = actor.is(reading.reader_id) || actor.is(reading.requested_by);
    match deed {
        ReadingDeed::Decide => {
            if own {
                return Err(vec![error::own_reading()]);
            }
            if agreed_before(actor, steps) {
                return Err(vec![error::agreed_already()]);
            }
            let Some(role) = reading.waits_for else { return Err(vec![error::state_not_allowed(deed)]) };
            if !actor.has_role(role) {
                return Err(vec![error::not_your_turn(role)]);
            }
            let elsewhere = actor.department_id() != Some(reading.department_id);
            if role == Role::DepartmentHead && elsewhere { Err(vec![error::other_department()]) } else { Ok(()) }
        }
        ReadingDeed::Release if actor.is(reading.reader_id) => Err(vec![error::own_reading()]),
        ReadingDeed::Release if reading.last_day < today => Err(vec![error::period_over("SG-14.5")]),
        ReadingDeed::Confirm if actor.is(reading.reader_id) => Err(vec![error::own_reading()]),
        ReadingDeed::Return if external && !is_escort(actor, reading) => Err(vec![error::escort_only(deed)]),
        ReadingDeed::Return if !external && !actor.is(reading.reader_id) => Err(vec![error::reader_only()]),
        ReadingDeed::Withdraw if !actor.is(reading.requested_by) => Err(vec![error::requester_only()]),
        ReadingDeed::OpenEscort | ReadingDeed::CloseEscort if !external || !is_escort(actor, reading) => {
            Err(vec![error::escort_only(deed)])
        }
        ReadingDeed::OpenEscort if today < reading.first_day || reading.last_day < today => {
            Err(vec![error::period_over("SG-14.4")])
        }
        ReadingDeed::OpenEscort if reading.escorted_since.is_some() => Err(vec![error::escorted_already()]),
        ReadingDeed::CloseEscort if reading.escorted_since.is_none() => Err(vec![error::not_escorted()]),
        _ => Ok(()),
    }
}

fn is_escort(actor: &Actor, reading: &archive_reading::Model) -> bool {
    reading.escort_id.is_some_and(|escort| actor.is(escort))
}

/// Two links of a chain are two people.
fn agreed_before(actor: &Actor, steps: &[archive_reading_step::Model]) -> bool {
    steps.iter().any(|step| step.act == ArchiveReadingAct::Approved && actor.is(step.acted_by))
}

/// Why somebody is not let in, from the readings of the file that they have; the nearest to being let in counts.
pub fn denial(readings: &[archive_reading::Model], today: NaiveDate) -> ReadingDenial {
    use ArchiveReadingState::{Approved, Released, Requested};
    let in_state = |states: &[ArchiveReadingState]| readings.iter().find(|one| states.contains(&one.state));
    if let Some(released) = in_state(&[Released]) {
        if released.last_day < today {
            ReadingDenial::AfterPeriod
        } else if today < released.first_day {
            ReadingDenial::BeforePeriod
        } else {
            ReadingDenial::NoEscort
        }
    } else if in_state(&[Requested, Approved]).is_some() {
        ReadingDenial::NotReleased
    } else if readings.is_empty() {
        ReadingDenial::NoWayIn
    } else {
        ReadingDenial::Ended
    }
}

/// The reading by which somebody reads now for a purpose; none when it was agreed to for another one.
pub fn leave_for(
    readings: &[archive_reading::Model],
    purpose: ReadingPurpose,
    today: NaiveDate,
) -> Option<&archive_reading::Model> {
    readings.iter().find(|one| {
        let holds = one.state == ArchiveReadingState::Released && one.first_day <= today && today <= one.last_day;
        let escorted = one.unit.is_none() || one.escorted_since.is_some();
        holds && escorted && one.purpose == purpose
    })
}
