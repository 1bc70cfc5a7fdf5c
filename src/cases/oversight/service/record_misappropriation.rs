//! Saying that premium was misappropriated, or was not after all (挪用保费): what the company may advance depends on it (HK-4.5).

use super::enter;
use crate::cases::entry::{Detail, MisappropriationDetail};
use crate::cases::policy::{CaseAct, may_handle};
use crate::cases::store;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, case};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Record whether premium was misappropriated.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordMisappropriationInput")]
pub struct RecordMisappropriation {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
    /// False takes it back.
    pub misappropriated: bool,
    pub reason: String,
}

impl Command for RecordMisappropriation {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        may_handle(CaseAct::RecordMisappropriation, tx.actor(), &case)?;

        let changes = case::ActiveModel { premium_misappropriated: Set(self.misappropriated), ..Default::default() };
        store::update(tx, &case, changes).await?;
        let misappropriated = self.misappropriated;
        let detail = Detail::Misappropriation(MisappropriationDetail { misappropriated, reason: reason.clone() });
        let (action, kind) = (AuditAction::MisappropriationRecorded, CaseEntryKind::MisappropriationRecorded);
        let (_, record) = enter(tx, case.id, action, kind, detail).await?;
        let record = record.change("premiumMisappropriated", case.premium_misappropriated, misappropriated);
        Ok(Done { output: case.id, record: record.reason(reason) })
    }
}
