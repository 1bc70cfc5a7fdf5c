//! How many people complain, named or not (群诉人数, HK-7.2.1).

use crate::cases::entry::{ComplainantsDetail, Detail, NewEntry};
use crate::cases::people::{self, policy::may_count};
use crate::cases::policy::{self, CaseAct};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, case};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Say how many people complain. Fewer than are named is refused.
#[derive(InputObject, Serialize)]
#[graphql(name = "UpdateHeadCountInput")]
pub struct UpdateHeadCount {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    pub head_count: i32,
    /// How it is known.
    pub reason: String,
}

impl Command for UpdateHeadCount {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        policy::may_complete(CaseAct::UpdateHeadCount, tx.actor(), &case)?;
        let named = people::store::complainants(tx.db(), &[case.id]).await?.len() + 1;
        may_count(self.head_count, named)?;

        let head_count = self.head_count;
        store::update(tx, &case, case::ActiveModel { head_count: Set(head_count), ..Default::default() }).await?;
        let named = i32::try_from(named).map_err(|_| Failure::internal("a case names too many"))?;
        let detail = Detail::Complainants(ComplainantsDetail { head_count, named, reason: Some(reason.clone()) });
        let entry = NewEntry::new(CaseEntryKind::HeadCountChanged, detail);
        store::insert_entry(tx, case.id, entry, tx.now()).await?;

        let record = AuditRecord::new(AuditAction::HeadCountChanged, case.id)
            .of_case(case.id)
            .change("headCount", case.head_count, head_count)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}
