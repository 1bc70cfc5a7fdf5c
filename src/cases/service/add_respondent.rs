//! Somebody else is complained about (被投诉人, HK-5.4.8, HK-5.4.9). When that keeps the handler from the case, whoever
//! allocates is told.

use super::tell_of_recusal;
use crate::cases::entry::{Detail, NewEntry, RespondentDetail};
use crate::cases::people::respondent::RespondentInput;
use crate::cases::policy::{self, CaseAct};
use crate::cases::{recusal, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::CaseId;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::case_respondent;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Name somebody else who is complained about.
#[derive(InputObject, Serialize)]
#[graphql(name = "AddRespondentInput")]
pub struct AddRespondent {
    /// Any text of yours, new for each. Sent again with the same input, nobody is named twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    pub respondent: RespondentInput,
}

impl Command for AddRespondent {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "addRespondent", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_complete_or_allocate(CaseAct::AddRespondent, tx.actor(), &case)?;
        let added_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people name respondents"))?;
        let kept_before = match case.handler_id {
            Some(handler) => !recusal::of_person(tx, &case, handler).await?.is_empty(),
            None => false,
        };
        let row = self.respondent.row(tx, case.id, added_by).await?;
        let respondent = case_respondent::Entity::insert(row).exec_with_returning(tx.db()).await?;
        let detail = Detail::Respondent(RespondentDetail { kind: respondent.kind });
        let entry = NewEntry::new(CaseEntryKind::RespondentAdded, detail);
        let entry = store::insert_entry(tx, case.id, entry, tx.now()).await?;
        if let Some(handler) = case.handler_id
            && !kept_before
            && !recusal::of_person(tx, &case, handler).await?.is_empty()
        {
            tell_of_recusal(tx, &case, entry).await?;
        }

        let record = AuditRecord::new(AuditAction::RespondentAdded, respondent.id)
            .of_case(case.id)
            .fact("kind", respondent.kind)
            .fact("staff", respondent.staff_id)
            .fact("department", respondent.department_id);
        Ok(Done { output: case.id, record })
    }
}
