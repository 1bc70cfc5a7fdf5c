//! A letter of authority was shown (授权委托书): somebody acts for the complainant.

use crate::cases::entry::{AuthorityDetail, Detail, NewEntry};
use crate::cases::people::authority::AuthorityLetterInput;
use crate::cases::policy::{self, CaseAct};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, authority_letter};
use sea_orm::EntityTrait;
use serde::Serialize;

/// Record a letter of authority.
#[derive(InputObject, Serialize)]
#[graphql(name = "RecordAuthorityLetterInput")]
pub struct RecordAuthorityLetter {
    /// Any text of yours, new for each letter. Sent again with the same input, nothing is recorded twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    pub letter: AuthorityLetterInput,
}

impl Command for RecordAuthorityLetter {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "recordAuthorityLetter", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_complete(CaseAct::RecordAuthorityLetter, tx.actor(), &case)?;
        let recorded_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people record letters"))?;

        let row = self.letter.row(tx, &tx.key_of(case.id).await?, case.id, recorded_by)?;
        let letter = authority_letter::Entity::insert(row).exec_with_returning(tx.db()).await?;
        let authority_letter::Model { scope, granted_on, expires_on, .. } = letter;
        let detail = Detail::Authority(AuthorityDetail { scope, granted_on, expires_on });
        let entry = NewEntry::new(CaseEntryKind::AuthorityLetterRecorded, detail);
        store::insert_entry(tx, case.id, entry, tx.now()).await?;

        let record = AuditRecord::new(AuditAction::AuthorityLetterRecorded, letter.id)
            .of_case(case.id)
            .fact("scope", scope)
            .fact("grantedOn", granted_on)
            .fact("expiresOn", expires_on);
        Ok(Done { output: case.id, record })
    }
}
