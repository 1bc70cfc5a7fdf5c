//! Taking a suspended case up again, under its old number (恢复处理, HK-5.5.4). A contact that reaches the complainant does it by
//! itself: [`reopen`] is called in its transaction.

use crate::cases::entry::{Detail, NewEntry, ReopeningDetail};
use crate::cases::policy::{self, CaseAct};
use crate::cases::suspensions::{self, Suspension};
use crate::cases::{deadlines, error, store};
use crate::identity;
use crate::notifications::notify;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_deadline::StartEvent;
use entity::case_entry::CaseEntryKind;
use entity::case_suspension::ReopeningGround;
use entity::notification::NotificationKind;
use entity::staff_role::Role;
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Take a suspended case up again. After the end of the suspension it is refused.
#[derive(InputObject, Serialize)]
#[graphql(name = "ReopenCaseInput")]
pub struct ReopenCase {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    pub ground: ReopeningGround,
    /// Why, in words.
    pub reason: String,
}

impl Command for ReopenCase {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        policy::may_handle(CaseAct::Reopen, tx.actor(), &case)?;
        let suspension = suspensions::store::going_on(tx, &case).await?;
        let suspension = suspension.ok_or_else(|| error::wrong_state(CaseAct::Reopen, case.state))?;

        let reopened = case::ActiveModel { state: Set(CaseState::Investigating), ..Default::default() };
        store::update(tx, &case, reopened).await?;
        reopen(tx, &suspension, self.ground, Some(reason.clone())).await?;

        let record = AuditRecord::new(AuditAction::CaseReopened, case.id)
            .of_case(case.id)
            .change("state", case.state, CaseState::Investigating)
            .fact("ground", self.ground)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}

/// Ends the suspension, writes the entry and tells the supervisors; the caller sets the state of the case.
pub async fn reopen(tx: &Tx, suspension: &Suspension, ground: ReopeningGround, reason: Option<String>) -> Result<()> {
    let suspension = &suspension.row;
    suspensions::store::reopen(tx, suspension.id, ground).await?;
    deadlines::meet(tx, suspension.case_id, StartEvent::LastContact, suspension.id, tx.now()).await?;
    let entry = NewEntry::new(CaseEntryKind::Reopened, Detail::Reopening(ReopeningDetail { ground, reason }));
    store::insert_entry(tx, suspension.case_id, entry, tx.now()).await?;
    let mut supervisors = identity::store::holders(tx.db(), Role::Supervisor).await?;
    supervisors.retain(|person| !tx.actor().is(*person));
    notify(tx, NotificationKind::CaseReopened, suspension.case_id, suspension.id, supervisors).await
}
