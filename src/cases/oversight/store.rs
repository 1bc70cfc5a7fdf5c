//! The only file of oversight that queries: entries of the handling record by their kind.

use crate::cases;
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use entity::case_entry::{self, CaseEntryKind};
use entity::{CaseEntryId, CaseId, case};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

/// What oversight shows of a case.
const KINDS: [CaseEntryKind; 6] = [
    CaseEntryKind::Acknowledged,
    CaseEntryKind::ClassificationProposed,
    CaseEntryKind::Classified,
    CaseEntryKind::Escalated,
    CaseEntryKind::EscalationAnswered,
    CaseEntryKind::EvidenceTransferred,
];

/// The entries of several cases that oversight shows, in order.
pub async fn entries<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<case_entry::Model>> {
    use case_entry::Column;
    let query = case_entry::Entity::find()
        .filter(any_of(db.get_database_backend(), Column::CaseId, cases))
        .filter(Column::Kind.is_in(KINDS));
    Ok(query.order_by_asc(Column::OccurredAt).order_by_asc(Column::Id).all(db).await?)
}

/// A report and its case, which is locked until the transaction ends, if the person may see the case.
pub async fn lock_escalation(tx: &Tx, id: CaseEntryId) -> Result<(case::Model, case_entry::Model)> {
    let report = case_entry::Entity::find_by_id(id).filter(case_entry::Column::Kind.eq(CaseEntryKind::Escalated));
    let report = report.one(tx.db()).await?.ok_or(Failure::NotFound)?;
    Ok((cases::store::lock(tx, report.case_id).await?, report))
}

/// The answers to reports of one case.
pub async fn answers<C: ConnectionTrait>(db: &C, case: CaseId) -> Result<Vec<case_entry::Model>> {
    let query = case_entry::Entity::find()
        .filter(case_entry::COLUMN.case_id.eq(case))
        .filter(case_entry::Column::Kind.eq(CaseEntryKind::EscalationAnswered));
    Ok(query.all(db).await?)
}
