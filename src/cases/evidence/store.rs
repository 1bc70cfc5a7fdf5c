//! The only file that queries uploads and evidence. Evidence is found through the case that it belongs to.

use super::{KEPT_FOR, policy};
use crate::cases::assisting;
use crate::cases::store::{self as cases, Shape};
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Tx, any_of};
use crate::platform::error::Result;
use chrono::{DateTime, Utc};
use entity::{
    CaseId, EvidenceId, UploadId, assistance, assistance_evidence, case, evidence, joint_review, joint_review_evidence,
    upload,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, QueryTrait};
use std::collections::HashMap;

/// An upload of the person who acts that can still be attached, locked until the transaction ends.
pub async fn lock_upload(tx: &Tx, id: UploadId) -> Result<Option<upload::Model>> {
    let Some(me) = tx.actor().staff_id() else { return Ok(None) };
    let query = upload::Entity::find()
        .filter(upload::Column::Id.eq(id))
        .filter(upload::Column::UploaderId.eq(me))
        .filter(upload::Column::InfectedWith.is_null())
        .filter(upload::Column::CreatedAt.gt(tx.now() - KEPT_FOR));
    Ok(query.lock_exclusive().one(tx.db()).await?)
}

/// Uploads that nobody attached before this instant, the oldest first; what is in quarantine stays.
pub async fn forgotten<C: ConnectionTrait>(db: &C, before: DateTime<Utc>, most: u64) -> Result<Vec<UploadId>> {
    let query = upload::Entity::find()
        .select_only()
        .column(upload::Column::Id)
        .filter(upload::Column::CreatedAt.lt(before))
        .filter(upload::Column::InfectedWith.is_null())
        .order_by_asc(upload::Column::CreatedAt)
        .limit(most);
    Ok(query.into_tuple().all(db).await?)
}

/// The evidence of each of several cases that were found, in the order in which it was added.
pub async fn of_cases<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<evidence::Model>> {
    let query = evidence::Entity::find().filter(any_of(db.get_database_backend(), evidence::Column::CaseId, cases));
    Ok(query.order_by_asc(evidence::Column::AddedAt).order_by_asc(evidence::Column::Id).all(db).await?)
}

/// Evidence by key, with its case, as far as the person may read it.
pub async fn by_ids<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    ids: &[EvidenceId],
) -> Result<Vec<(evidence::Model, case::Model)>> {
    let query = evidence::Entity::find().filter(any_of(db.get_database_backend(), evidence::Column::Id, ids));
    let found = query.all(db).await?;
    let of: Vec<CaseId> = found.iter().map(|item| item.case_id).collect();
    let read = cases::by_ids(db, actor, &of, Shape::default()).await?;
    let visible: HashMap<CaseId, case::Model> = read
        .into_iter()
        .map(|read| (read.case.id, read.case))
        .filter(|(_, case)| policy::may_read(actor, case))
        .collect();
    let with_case = |item: evidence::Model| {
        let case = visible.get(&item.case_id)?.clone();
        Some((item, case))
    };
    Ok(found.into_iter().filter_map(with_case).collect())
}

/// One item for whoever reads its file: as far as the person may read it, or has it in an evidence pack.
pub async fn by_id<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: EvidenceId,
) -> Result<Option<(evidence::Model, case::Model)>> {
    match by_ids(db, actor, &[id]).await?.pop() {
        Some(found) => Ok(Some(found)),
        None => submitted_to(db, actor, id).await,
    }
}

/// What stands in the evidence pack of a joint review that the person attends, until its record is filed (HK-7.5.1).
async fn submitted_to<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: EvidenceId,
) -> Result<Option<(evidence::Model, case::Model)>> {
    let Some(me) = actor.staff_id().filter(|_| actor.may(Permission::JointReviewRead)) else { return Ok(None) };
    let goes_on = joint_review::Entity::find()
        .select_only()
        .column(joint_review::Column::Id)
        .filter(joint_review::Column::Id.in_subquery(cases::joint_reviews_of(me)))
        .filter(joint_review::Column::FiledAt.is_null())
        .filter(joint_review::Column::CancelledAt.is_null())
        .into_query();
    let pack = joint_review_evidence::Entity::find()
        .select_only()
        .column(joint_review_evidence::Column::EvidenceId)
        .filter(joint_review_evidence::Column::EvidenceId.eq(id))
        .filter(joint_review_evidence::Column::JointReviewId.in_subquery(goes_on))
        .into_query();
    let found = evidence::Entity::find().filter(evidence::Column::Id.in_subquery(pack)).one(db).await?;
    let Some(item) = found else { return Ok(None) };
    let case = case::Entity::find_by_id(item.case_id).one(db).await?;
    Ok(case.map(|case| (item, case)))
}

/// An item whose file the person may read, with its case: one of a case in their scope, or one that was delivered to their
/// department (HK-6.5).
pub async fn readable<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    id: EvidenceId,
    now: DateTime<Utc>,
) -> Result<Option<(evidence::Model, case::Model)>> {
    if let Some(found) = by_id(db, actor, id).await? {
        return Ok(Some(found));
    }
    let Some(delivered) = assisting::delivered_to(actor, now) else { return Ok(None) };
    let with = assistance_evidence::Entity::belongs_to(assistance::Entity)
        .from(assistance_evidence::Column::AssistanceId)
        .to(assistance::Column::Id)
        .into();
    let delivered = assistance_evidence::Entity::find()
        .select_only()
        .column(assistance_evidence::Column::EvidenceId)
        .join(JoinType::InnerJoin, with)
        .filter(assistance_evidence::Column::EvidenceId.eq(id))
        .filter(delivered);
    let of_case = evidence::Entity::belongs_to(case::Entity).from(evidence::Column::CaseId).to(case::Column::Id).into();
    let found = evidence::Entity::find_by_id(id)
        .filter(evidence::Column::Id.in_subquery(delivered.into_query()))
        .join(JoinType::InnerJoin, of_case)
        .select_also(case::Entity)
        .one(db)
        .await?;
    Ok(found.and_then(|(item, case)| Some((item, case?))))
}
