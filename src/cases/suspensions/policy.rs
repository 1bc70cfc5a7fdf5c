//! On what ground a case may be suspended, from when the period counts, and when it is over: pure decisions.

use super::{Suspension, error};
use crate::calendar::local_day;
use crate::cases::entry::Detail;
use crate::cases::policy::{CaseAct, Verdict, may_conclude};
use crate::platform::access::Actor;
use crate::platform::error::Result;
use crate::platform::refusal::Refusal;
use crate::profiles::Profile;
use chrono::{DateTime, SubsecRound, Utc};
use entity::case;
use entity::case_deadline::StartEvent;
use entity::case_entry::{self, CaseEntryKind, ContactDirection, StatementParty};
use entity::case_suspension::{ReopeningGround, SuspensionGround};
use entity::plan::{self, PlanVerdict};

/// What the handling record says of being in touch with the complainant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contacts {
    /// The last time that the complainant was reached, heard or answered; the complaint itself, if never since.
    pub last: DateTime<Utc>,
    /// Whether somebody has tried in vain since then.
    pub attempted_since: bool,
}

impl Contacts {
    /// Reads the record of a case.
    pub fn of(case: &case::Model, entries: &[case_entry::Model]) -> Result<Self> {
        let mut last = case.received_at;
        let mut attempts = Vec::new();
        let telling = entries.iter().filter(|entry| {
            use CaseEntryKind::{Contact, Reopened, Reply, Statement};
            matches!(entry.kind, Contact | Statement | Reply | Reopened)
        });
        for entry in telling {
            let in_touch = match serde_json::from_value(entry.detail.clone())? {
                Detail::Contact(contact) => {
                    if !contact.reached && contact.direction == ContactDirection::Outbound {
                        attempts.push(entry.occurred_at);
                    }
                    contact.reached
                }
                Detail::Statement(statement) => statement.party == StatementParty::Complainant,
                Detail::Reopening(reopening) => reopening.ground == ReopeningGround::Contact,
                Detail::Reply(_) => true,
                _ => false,
            };
            if in_touch {
                last = last.max(entry.occurred_at);
            }
        }
        Ok(Self { last, attempted_since: attempts.into_iter().any(|attempt| attempt >= last) })
    }
}

/// Whether the case could be suspended on some ground. It will be closed by itself when nobody is in touch, so nothing may
/// stand open on it (HK-5.5.1).
pub fn may_suspend(actor: &Actor, case: &case::Model, profile: &Profile, open: &[Refusal]) -> Verdict {
    may_conclude(CaseAct::Suspend, actor, case, open)?;
    let ends = profile.deadline_from(StartEvent::LastContact);
    if ends.is_some() { Ok(()) } else { Err(vec![error::not_in_the_policy()]) }
}

/// HK-5.5.2: the ground must be borne out by the record.
pub fn may_suspend_on(
    ground: SuspensionGround,
    silent_days: Option<u16>,
    contacts: Contacts,
    plans: &[plan::Model],
    now: DateTime<Utc>,
) -> Verdict {
    let mut refusals = Vec::new();
    match ground {
        SuspensionGround::PlanRefused => {
            if !plans.iter().any(|plan| plan.verdict == Some(PlanVerdict::Approve)) {
                refusals.push(error::no_approved_plan());
            }
        }
        SuspensionGround::ComplainantSilent | SuspensionGround::ComplainantUnreachable => {
            if !contacts.attempted_since {
                refusals.push(error::no_attempt());
            }
            let silent = (local_day(now) - local_day(contacts.last)).num_days();
            if let Some(days) = silent_days.filter(|days| silent <= i64::from(*days)) {
                refusals.push(error::not_silent_long_enough(days));
            }
        }
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// Whether the period is over. Its last second still belongs to it (G-2).
pub fn is_over(suspension: &Suspension, now: DateTime<Utc>) -> bool {
    now.trunc_subsecs(0) > suspension.ends_at
}

/// HK-5.5.6: after the period a suspended case is not taken up again, also while nobody has swept it yet.
pub fn may_go_on(suspension: &Suspension, now: DateTime<Utc>) -> Verdict {
    if is_over(suspension, now) { Err(vec![error::expired()]) } else { Ok(()) }
}

/// HK-5.5.4: reaching the complainant takes the case up again; what happened before the last contact is only noted.
pub fn is_reopened_by(suspension: &Suspension, reached: bool, occurred_at: DateTime<Utc>) -> bool {
    reached && occurred_at > suspension.row.last_contact_at
}
