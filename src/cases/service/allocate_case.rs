//! Giving a registered case to a handler (HK-3.6, HK-5.3).

use super::handler;
use crate::cases::entry::{AllocationDetail, Detail, NewEntry};
use crate::cases::oversight::urgent;
use crate::cases::policy::CaseAct;
use crate::cases::{deadlines, error, policy, store};
use crate::notifications::notify;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{CaseId, StaffId};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Give a registered case to a handler.
#[derive(InputObject, Serialize)]
#[graphql(name = "AllocateCaseInput")]
pub struct AllocateCase {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// A person with the role HANDLER, or a SUPERVISOR who handles a difficult complaint in person (HK-3.9).
    pub handler_id: Global<StaffId>,
    /// Code of a severity, if the one given at registration was not right; deadlines are counted anew from acceptance.
    pub severity: Option<String>,
}

impl Command for AllocateCase {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        policy::may_distribute(CaseAct::Allocate, tx.actor(), &case, &profile)?;
        let handler = handler(tx, &case, self.handler_id.0).await?;
        let severity = match &self.severity {
            Some(code) => profile.severity(code).ok_or_else(error::severity_unknown)?.code.clone(),
            None => case.severity.clone(),
        };

        let changes = case::ActiveModel {
            state: Set(CaseState::Allocated),
            handler_id: Set(Some(handler)),
            urgent: Set(profile.is_major(&severity)),
            severity: Set(severity),
            ..Default::default()
        };
        let allocated = store::update(tx, &case, changes).await?;
        let detail = Detail::Allocation(AllocationDetail { handler_id: handler });
        let entry = store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Allocated, detail), tx.now()).await?;
        notify(tx, NotificationKind::CaseAllocated, case.id, entry, [handler]).await?;
        deadlines::write(tx, &allocated, &profile).await?;
        urgent::tell(tx, case.urgent, &allocated, entry, &profile).await?;

        let record = AuditRecord::new(AuditAction::CaseAllocated, case.id)
            .of_case(case.id)
            .change("state", case.state, allocated.state)
            .change("handler", case.handler_id, allocated.handler_id)
            .change("severity", &case.severity, &allocated.severity);
        Ok(Done { output: case.id, record })
    }
}
