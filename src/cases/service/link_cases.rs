//! Two cases belong together: suggested by what they have in common, decided by a person (HK-A15).

use crate::cases::entry::{Detail, LinkDetail, NewEntry};
use crate::cases::people::store::CaseHead;
use crate::cases::policy::{self, CaseAct};
use crate::cases::store::Shape;
use crate::cases::{error, people, store};
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::case_link::{self, CaseLinkKind};
use entity::{CaseId, CaseLinkId};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Link a case to another one. A link stays on record.
#[derive(InputObject, Serialize)]
#[graphql(name = "LinkCasesInput")]
pub struct LinkCases {
    /// Any text of yours, new for each link. Sent again with the same input, nothing is linked twice.
    pub idempotency_key: Option<String>,
    pub case_id: Global<CaseId>,
    /// The whole number of the other case: one that you may see, or that has a phone, contract or person in common with
    /// this one.
    pub other_number: String,
    pub kind: CaseLinkKind,
    /// Why they belong together.
    pub reason: String,
}

impl Command for LinkCases {
    type Output = CaseId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "linkCases", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let number = text::required("otherNumber", &self.other_number, text::LINE)?;
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let case = store::lock(tx, self.case_id.0).await?;
        policy::may_complete_or_allocate(CaseAct::LinkCases, tx.actor(), &case)?;
        if number == case.number {
            return Err(error::linked_to_itself().into());
        }
        let other = within_reach(tx, case.id, &number).await?;
        let kind = self.kind;
        let links = people::store::links(tx.db(), &[case.id]).await?;
        if links.iter().any(|link| link.kind == kind && [link.case_id, link.other_case_id].contains(&other.id)) {
            return Err(error::linked_already().into());
        }

        let linked_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people link cases"))?;
        let id: CaseLinkId = tx.id();
        case_link::Entity::insert(case_link::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            other_case_id: Set(other.id),
            kind: Set(kind),
            reason: Set(reason.clone()),
            linked_by: Set(linked_by),
            linked_at: Set(tx.now()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let detail = Detail::Link(LinkDetail { kind, other_number: other.number, reason: reason.clone() });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::CasesLinked, detail), tx.now()).await?;

        let record = AuditRecord::new(AuditAction::CasesLinked, id)
            .of_case(case.id)
            .fact("kind", kind)
            .fact("other", other.id)
            .reason(reason);
        Ok(Done { output: case.id, record })
    }
}

/// The other case, if the person may see it or intake suggested it; else it looks as if it were not there.
async fn within_reach(tx: &Tx, case: CaseId, number: &str) -> Result<CaseHead> {
    let other = people::store::head_of_number(tx.db(), number).await?.ok_or(Failure::NotFound)?;
    let visible = !store::by_ids(tx.db(), tx.actor(), &[other.id], Shape::default()).await?.is_empty();
    if visible || people::store::have_something_in_common(tx.db(), case, other.id).await? {
        return Ok(other);
    }
    Err(Failure::NotFound)
}
