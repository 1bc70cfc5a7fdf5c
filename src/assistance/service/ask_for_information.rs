//! The department asks the handler for more (要求补充). Its time goes on.

use super::{Told, lock_for, record, tell, tell_handler};
use crate::assistance::policy::AssistanceAct;
use crate::assistance::store;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{AssistanceId, InformationRequestId, assistance, information_request};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Ask the handler for more than was delivered.
#[derive(InputObject, Serialize)]
#[graphql(name = "AskForInformationInput")]
pub struct AskForInformation {
    pub assistance_id: Global<AssistanceId>,
    /// The `version` of the assistance that you saw.
    pub expected_version: i32,
    /// What you need to know, or to see.
    pub question: String,
}

impl Command for AskForInformation {
    type Output = AssistanceId;

    async fn execute(&self, tx: &Tx) -> Result<Done<AssistanceId>> {
        let question = text::required("question", &self.question, text::PROSE)?;
        let id = self.assistance_id.0;
        let (_, before, actor) = lock_for(tx, AssistanceAct::AskForInformation, id, self.expected_version).await?;
        store::update(tx, &before, assistance::ActiveModel::default()).await?;
        let asked: InformationRequestId = tx.id();
        let row = information_request::ActiveModel {
            id: Set(asked),
            assistance_id: Set(id),
            question: Set(question.clone()),
            asked_by: Set(actor),
            asked_at: Set(tx.now()),
            ..Default::default()
        };
        store::insert_question(tx, row).await?;
        let told = Told { text: Some(&question), ..Told::default() };
        let entry = tell(tx, &before, CaseEntryKind::InformationRequested, told).await?;
        tell_handler(tx, &before, NotificationKind::InformationRequested, entry).await?;
        let record = record(AuditAction::InformationRequested, &before).fact("informationRequestId", asked);
        Ok(Done { output: id, record: record.reason(question) })
    }
}
