//! Stepping back from a case (申请回避): the person says it of themselves. When it is the handler, whoever allocates is told.

use super::tell_of_recusal;
use crate::cases::entry::{Detail, NewEntry, RecusalDetail};
use crate::cases::{error, people, policy, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, RecusalId, case_recusal};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Say that you must not take part in a case. It cannot be taken back.
#[derive(InputObject, Serialize)]
#[graphql(name = "DeclareRecusalInput")]
pub struct DeclareRecusal {
    /// Any text of yours. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// Why.
    pub reason: String,
}

impl Command for DeclareRecusal {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "declareRecusal", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_declare_recusal(tx.actor(), &case)?;
        let person = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people step back"))?;
        let involved = people::store::involved(tx.db(), &[case.id]).await?.remove(&case.id).unwrap_or_default();
        if involved.declared.iter().any(|recusal| recusal.staff_id == person) {
            return Err(error::already_recused().into());
        }

        let id: RecusalId = tx.id();
        case_recusal::Entity::insert(case_recusal::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            staff_id: Set(person),
            reason: Set(reason.clone()),
            declared_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let detail = Detail::Recusal(RecusalDetail { reason: reason.clone() });
        let entry = NewEntry::new(CaseEntryKind::RecusalDeclared, detail);
        let entry = store::insert_entry(tx, case.id, entry, tx.now()).await?;
        if case.handler_id == Some(person) {
            tell_of_recusal(tx, &case, entry).await?;
        }

        let record = AuditRecord::new(AuditAction::RecusalDeclared, id).of_case(case.id).reason(reason);
        Ok(Done { output: case.id, record })
    }
}
