//! Which open deadlines another version of a calendar moves. The preview and the publication ask the same question.

use super::store::{self, CaseToCount};
use super::{Counted, become_due, forget_what_is_ahead, recount};
use crate::calendar::WorkingCalendar;
use crate::platform::error::{Failure, Result};
use crate::profiles;
use chrono::{DateTime, Utc};
use entity::case_deadline;
use sea_orm::ActiveValue::Set;
use sea_orm::ConnectionTrait;
use std::collections::HashSet;

/// An open deadline, counted with another version.
#[derive(Clone, Debug)]
pub struct Recounted {
    pub before: case_deadline::Model,
    pub case: CaseToCount,
    pub after: Counted,
}

impl Recounted {
    /// Whether its end lies elsewhere now.
    pub fn moves(&self) -> bool {
        self.before.due_at != self.after.due.at
    }

    /// Whether it stays where it is, and is now known to.
    pub fn settles(&self) -> bool {
        !self.moves() && self.before.provisional && !self.after.due.provisional
    }

    /// What is to be written of it.
    pub fn row(&self, next: &WorkingCalendar, now: DateTime<Utc>) -> case_deadline::ActiveModel {
        let mut row = self.before.clone();
        become_due(&mut row, self.after, next);
        forget_what_is_ahead(&mut row, now);
        case_deadline::ActiveModel {
            id: Set(row.id),
            calendar_version: Set(row.calendar_version),
            due_at: Set(row.due_at),
            provisional: Set(row.provisional),
            warn_at: Set(row.warn_at),
            warned_at: Set(row.warned_at),
            missed_at: Set(row.missed_at),
            ..Default::default()
        }
    }

    fn changes(&self) -> bool {
        let before = (self.before.due_at, self.before.provisional, self.before.warn_at);
        before != (self.after.due.at, self.after.due.provisional, self.after.warn_at)
    }
}

/// The open deadlines that the next version of a calendar changes, the earliest first. `lock` for whoever then writes them.
pub async fn under<C: ConnectionTrait>(db: &C, next: &WorkingCalendar, lock: bool) -> Result<Vec<Recounted>> {
    let open = store::counted_with(db, next.name, lock).await?;
    let ids: Vec<_> = open.iter().map(|row| row.id).collect();
    let cases: Vec<_> = open.iter().map(|row| row.case_id).collect();
    let mut adjusted = store::adjustments(db, &ids).await?;
    let cases = store::cases_to_count(db, &cases).await?;
    let versions: HashSet<_> = cases.values().map(|case| case.profile).collect();
    let profiles = profiles::store::profiles(db, &versions.into_iter().collect::<Vec<_>>()).await?;
    let mut changed = Vec::new();
    for before in open {
        let vanished = || Failure::internal("the case of a deadline vanished");
        let case = cases.get(&before.case_id).ok_or_else(vanished)?.clone();
        let profile = profiles.get(&case.profile).ok_or_else(vanished)?;
        let adjustments = adjusted.remove(&before.id).unwrap_or_default();
        let rule = profile.deadline(before.start_event, &before.code, &case.severity);
        let after = recount(&before, &adjustments, rule, profile.counting(next))?;
        let recounted = Recounted { before, case, after };
        if recounted.changes() {
            changed.push(recounted);
        }
    }
    Ok(changed)
}
