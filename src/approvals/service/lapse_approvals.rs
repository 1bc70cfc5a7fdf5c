//! Approvals on which nothing was paid within the profile's period lapse (失效): a job calls [`lapse_approvals`].

use super::authority::work_out_authority;
use super::{notices, tell};
use crate::approvals::store::{self, NewStep, Together};
use crate::cases::deadlines::store::{Sought, lock_for_job, mark};
use crate::cases::deadlines::sweep;
use crate::platform::access::Actor;
use crate::platform::db::{AuditRecord, Command, Database, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::profiles;
use entity::approval::{self, ApprovalState};
use entity::approval_step::ApprovalAct;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{ApprovalId, CaseDeadlineId};
use sea_orm::ActiveValue::Set;

/// Lets every approval lapse whose time is over, so many looked up at a time; gives how many.
pub async fn lapse_approvals(db: &Database, batch: u64) -> Result<u64> {
    let system = Actor::system("approval lapsed");
    sweep::each(db, &system, Sought::Lapsed, batch, |deadline| LapseApproval { deadline }).await
}

/// Lets the approval of one deadline lapse if its time is over.
struct LapseApproval {
    deadline: CaseDeadlineId,
}

impl Command for LapseApproval {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let (case, deadline) = lock_for_job(tx, self.deadline).await?;
        if !mark(tx, Sought::Lapsed, self.deadline).await? {
            return Err(Failure::NotFound);
        }
        let before = store::by_id(tx, ApprovalId::from(deadline.about_id)).await?;
        if before.state != ApprovalState::Approved || before.executed_amount > 0 {
            return Err(Failure::internal("the time of an item runs that is not waiting to be paid"));
        }
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        let changes = approval::ActiveModel { state: Set(ApprovalState::Lapsed), ..Default::default() };
        let lapsed = store::update(tx, &before, changes).await?;
        let step = store::insert_step(tx, &lapsed, NewStep::plain(ApprovalAct::Lapsed, "")).await?;
        notices::tell_asker(tx, &case, &lapsed, step, NotificationKind::ApprovalLapsed).await?;
        notices::tell_deciders(tx, &before, step, NotificationKind::ApprovalLapsed).await?;
        let others = work_out_authority(tx, &case, Together::with(&lapsed), &profile, lapsed.id).await?;
        tell(tx, &lapsed, CaseEntryKind::ApprovalLapsed, None, "").await?;

        let record = AuditRecord::new(AuditAction::ApprovalLapsed, lapsed.id)
            .of_case(case.id)
            .change("state", before.state, lapsed.state)
            .fact("dueAt", deadline.due_at);
        Ok(Done { output: (), record: others.note(record) })
    }
}
