//! Another complainant of the matter (群诉, HK-7.2.1).

use crate::cases::entry::{ComplainantsDetail, Detail, NewEntry};
use crate::cases::people::complainant::{ComplainantInput, identities};
use crate::cases::people::identifiers::Identifiers;
use crate::cases::people::{self, policy::may_be_named};
use crate::cases::policy::{self, CaseAct};
use crate::cases::{sealed, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::profiles;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CaseId, case, case_complainant};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Name another complainant. Until the head count is reached it stays as it is; then it grows.
#[derive(InputObject, Serialize)]
#[graphql(name = "AddComplainantInput")]
pub struct AddComplainant {
    /// Any text of yours, new for each complainant. Sent again with the same input, nobody is named twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    pub complainant: ComplainantInput,
}

impl Command for AddComplainant {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "addComplainant", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let added = self.complainant.check()?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_complete(CaseAct::AddComplainant, tx.actor(), &case)?;
        let added_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people name complainants"))?;
        let others = people::store::complainants(tx.db(), &[case.id]).await?;
        let mut named = identities(tx.vault(), &case, &others)?;
        named.push(added.identity());
        let representatives = others.iter().filter(|other| other.representative).count();
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;
        may_be_named(&named, representatives + usize::from(added.representative), &profile)?;

        let key = tx.key_of(case.id).await?;
        let row = added.row(tx, &key, case.id, added_by)?;
        case_complainant::Entity::insert(row).exec_without_returning(tx.db()).await?;
        let policyholder = case.policyholder_name_sealed.as_deref();
        let policyholder =
            policyholder.map(|sealed| key.open(sealed::POLICYHOLDER_NAME, case.id, sealed)).transpose()?;
        let identifiers = Identifiers::new(tx.vault(), policyholder.as_deref())
            .phone(added.phone.as_deref())
            .person(Some(&added.name));
        people::store::insert_identifiers(tx, case.id, identifiers.all()).await?;
        let count = i32::try_from(named.len()).map_err(|_| Failure::internal("a case names too many"))?;
        let head_count = case.head_count.max(count);
        if head_count != case.head_count {
            store::update(tx, &case, case::ActiveModel { head_count: Set(head_count), ..Default::default() }).await?;
        }
        let detail = Detail::Complainants(ComplainantsDetail { head_count, named: count, reason: None });
        let entry = NewEntry::new(CaseEntryKind::ComplainantAdded, detail);
        let entry = store::insert_entry(tx, case.id, entry, tx.now()).await?;

        let record = AuditRecord::new(AuditAction::ComplainantAdded, entry)
            .of_case(case.id)
            .fact("named", count)
            .fact("representative", added.representative)
            .change("headCount", case.head_count, head_count);
        Ok(Done { output: case.id, record })
    }
}
