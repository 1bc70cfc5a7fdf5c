//! Giving a registered case to a handler (HK-3.6, HK-5.3).

use crate::cases::entry::{AllocationDetail, Detail, NewEntry};
use crate::cases::{deadlines, error, policy, store};
use crate::identity;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::CaseEntryKind;
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
        policy::may_allocate(tx.actor(), &case, &profile)?;
        let handler = identity::store::card(tx.db(), self.handler_id.0).await?.ok_or_else(error::not_assignable)?;
        let roles = identity::store::roles_of(tx.db(), handler.id).await?;
        policy::may_be_allocated(handler.disabled_at.is_none(), &roles)?;
        let severity = match &self.severity {
            Some(code) => profile.severity(code).ok_or_else(error::severity_unknown)?.code.clone(),
            None => case.severity.clone(),
        };

        let changes = case::ActiveModel {
            state: Set(CaseState::Allocated),
            handler_id: Set(Some(handler.id)),
            severity: Set(severity),
            ..Default::default()
        };
        let allocated = store::update(tx, &case, changes).await?;
        let detail = Detail::Allocation(AllocationDetail { handler_id: handler.id });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Allocated, detail), tx.now()).await?;
        deadlines::write(tx, &allocated, &profile).await?;

        let record = AuditRecord::new(AuditAction::CaseAllocated, case.id)
            .of_case(case.id)
            .change("state", case.state, allocated.state)
            .change("handler", case.handler_id, allocated.handler_id)
            .change("severity", &case.severity, &allocated.severity);
        Ok(Done { output: case.id, record })
    }
}
