//! The handler answers what the department asked, and may deliver more evidence with it (HK-2.6).

use super::deliver_assistance::keys;
use super::{Told, listed, lock_for, record, tell, tell_department};
use crate::assistance::policy::{self, AssistanceAct};
use crate::assistance::{error, store};
use crate::cases::evidence;
use crate::platform::db::{Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::notification::NotificationKind;
use entity::{AssistanceId, EvidenceId, InformationRequestId, assistance, information_request};
use sea_orm::ActiveValue::Set;
use serde::Serialize;

/// Answer what the department asked.
#[derive(InputObject, Serialize)]
#[graphql(name = "AnswerInformationRequestInput")]
pub struct AnswerInformationRequest {
    pub information_request_id: Global<InformationRequestId>,
    /// The `version` of the assistance that you saw.
    pub expected_version: i32,
    /// The department reads it.
    pub answer: String,
    /// More evidence of the case that the department is to have, piece by piece.
    #[graphql(default)]
    pub evidence_ids: Vec<Global<EvidenceId>>,
}

impl Command for AnswerInformationRequest {
    type Output = AssistanceId;

    async fn execute(&self, tx: &Tx) -> Result<Done<AssistanceId>> {
        let answer = text::required("answer", &self.answer, text::PROSE)?;
        let asked = keys(&self.evidence_ids)?;
        let act = AssistanceAct::AnswerInformationRequest;
        let id = store::question(tx, self.information_request_id.0).await?.assistance_id;
        let (case, before, actor) = lock_for(tx, act, id, self.expected_version).await?;
        // Read again, now that nobody else answers it.
        let question = store::question(tx, self.information_request_id.0).await?;
        if question.answered_at.is_some() {
            return Err(error::answered_already().into());
        }
        let held = evidence::store::of_cases(tx.db(), &[case.id]).await?;
        let known = store::delivered(tx.db(), &[id]).await?;
        let mut pieces = policy::pieces(&asked, &held)?;
        pieces.retain(|piece| known.iter().all(|known| known.item.id != piece.id));

        store::update(tx, &before, assistance::ActiveModel::default()).await?;
        store::deliver(tx, id, &pieces.iter().map(|piece| piece.id).collect::<Vec<_>>()).await?;
        let answered = information_request::ActiveModel {
            id: Set(question.id),
            answer: Set(Some(answer.clone())),
            answered_by: Set(Some(actor)),
            answered_at: Set(Some(tx.now())),
            ..Default::default()
        };
        store::update_question(tx, answered).await?;
        let told = Told { text: Some(&answer), delivered: &pieces };
        let entry = tell(tx, &before, CaseEntryKind::InformationProvided, told).await?;
        tell_department(tx, &before, NotificationKind::InformationProvided, entry).await?;

        let record = record(AuditAction::InformationProvided, &before).fact("informationRequestId", question.id);
        Ok(Done { output: id, record: listed(record, &pieces).reason(answer) })
    }
}
