//! The only file that queries joint reviews and what belongs to them.

use crate::cases;
use crate::cases::store::joint_reviews_of;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use chrono::{DateTime, Utc};
use entity::approval::ApprovalState;
use entity::joint_review::{self, Column, JointReviewOutcome};
use entity::{
    CaseId, EvidenceId, JointReviewId, approval, case, evidence, joint_review_agenda, joint_review_attendee,
    joint_review_evidence, joint_review_minutes, joint_review_refusal, joint_review_signature,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationDef, Select,
};
use std::collections::{HashMap, HashSet};

/// The joint reviews that a person may see: those they attend, chair or minute, and those of the cases they may see.
pub fn visible_to(actor: &Actor) -> Select<joint_review::Entity> {
    let query = joint_review::Entity::find();
    let Some(me) = actor.staff_id().filter(|_| actor.may(Permission::JointReviewRead)) else {
        return query.filter(Expr::val(1).eq(0));
    };
    let Some(keys) = cases::store::visible_keys(actor) else { return query };
    let about_visible_cases = joint_review_agenda::Entity::find()
        .select_only()
        .column(joint_review_agenda::Column::JointReviewId)
        .filter(joint_review_agenda::Column::CaseId.in_subquery(keys))
        .into_query();
    query.filter(
        Condition::any()
            .add(Column::Id.in_subquery(joint_reviews_of(me)))
            .add(Column::RecorderId.eq(me))
            .add(Column::Id.in_subquery(about_visible_cases)),
    )
}

/// The folder (合议档案文件夹, HK-7.6): of what a person may see, the records that all have signed.
pub fn folder(actor: &Actor) -> Select<joint_review::Entity> {
    let folder = visible_to(actor).filter(Column::FiledAt.is_not_null());
    if actor.may(Permission::JointReviewFolder) { folder } else { folder.filter(Expr::val(1).eq(0)) }
}

pub const POSITION: (Column, Column) = (Column::RequestedAt, Column::Id);
pub const FOLDER_POSITION: (Column, Column) = (Column::FiledAt, Column::Id);

/// How the folder is narrowed.
#[derive(Clone, Debug, Default)]
pub struct FolderFilter {
    pub number: Option<String>,
    pub case_number: Option<String>,
    pub outcome: Option<JointReviewOutcome>,
    pub filed_from: Option<DateTime<Utc>>,
    pub filed_until: Option<DateTime<Utc>>,
}

impl FolderFilter {
    pub fn apply(&self, query: Select<joint_review::Entity>) -> Select<joint_review::Entity> {
        let about = |number: &String| {
            let case: RelationDef = joint_review_agenda::Entity::belongs_to(case::Entity)
                .from(joint_review_agenda::Column::CaseId)
                .to(case::Column::Id)
                .into();
            joint_review_agenda::Entity::find()
                .select_only()
                .column(joint_review_agenda::Column::JointReviewId)
                .join(JoinType::InnerJoin, case)
                .filter(case::Column::Number.eq(number))
                .into_query()
        };
        query
            .apply_if(self.number.as_ref(), |query, number| query.filter(Column::Number.eq(number)))
            .apply_if(self.case_number.as_ref(), |query, number| query.filter(Column::Id.in_subquery(about(number))))
            .apply_if(self.outcome, |query, outcome| query.filter(Column::Outcome.eq(outcome)))
            .apply_if(self.filed_from, |query, from| query.filter(Column::FiledAt.gte(from)))
            .apply_if(self.filed_until, |query, until| query.filter(Column::FiledAt.lt(until)))
    }
}

/// A joint review, and what became of the request for it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct ReviewRead {
    #[sea_orm(nested)]
    pub review: joint_review::Model,
    pub request: ApprovalState,
    /// When the request was decided.
    pub answered_at: Option<DateTime<Utc>>,
}

/// The same rows, each with what became of its request.
pub fn with_request(query: Select<joint_review::Entity>) -> Select<joint_review::Entity> {
    let request: RelationDef =
        joint_review::Entity::belongs_to(approval::Entity).from(Column::ApprovalId).to(approval::Column::Id).into();
    query
        .join(JoinType::InnerJoin, request)
        .column_as(approval::Column::State, "request")
        .column_as(approval::Column::DecidedAt, "answered_at")
}

pub async fn by_ids<C: ConnectionTrait>(db: &C, actor: &Actor, ids: &[JointReviewId]) -> Result<Vec<ReviewRead>> {
    let query = visible_to(actor).filter(any_of(db.get_database_backend(), Column::Id, ids));
    Ok(with_request(query).into_model().all(db).await?)
}

/// The joint reviews about each of several cases, in the order in which they were asked for.
pub async fn of_cases<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    cases: &[CaseId],
) -> Result<HashMap<CaseId, Vec<ReviewRead>>> {
    let about = joint_review_agenda::Entity::find()
        .filter(any_of(db.get_database_backend(), joint_review_agenda::Column::CaseId, cases))
        .all(db)
        .await?;
    let ids: Vec<_> = about.iter().map(|item| item.joint_review_id).collect();
    let query = visible_to(actor).filter(any_of(db.get_database_backend(), Column::Id, &ids));
    let query = query.order_by_asc(POSITION.0).order_by_asc(POSITION.1);
    let reviews: Vec<ReviewRead> = with_request(query).into_model().all(db).await?;
    let mut found: HashMap<CaseId, Vec<ReviewRead>> = HashMap::new();
    for read in reviews {
        for item in about.iter().filter(|item| item.joint_review_id == read.review.id) {
            found.entry(item.case_id).or_default().push(read.clone());
        }
    }
    Ok(found)
}

/// Every joint review about each of several cases, whoever may see it: for what the case itself depends on.
pub async fn all_of_cases<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<(CaseId, ReviewRead)>> {
    let about = joint_review_agenda::Entity::find()
        .filter(any_of(db.get_database_backend(), joint_review_agenda::Column::CaseId, cases))
        .all(db)
        .await?;
    if about.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = about.iter().map(|item| item.joint_review_id).collect();
    let query = joint_review::Entity::find().filter(any_of(db.get_database_backend(), Column::Id, &ids));
    let query = query.order_by_asc(POSITION.0).order_by_asc(POSITION.1);
    let reviews: Vec<ReviewRead> = with_request(query).into_model().all(db).await?;
    let of = |read: &ReviewRead| {
        let items = about.iter().filter(|item| item.joint_review_id == read.review.id);
        items.map(|item| (item.case_id, read.clone())).collect::<Vec<_>>()
    };
    Ok(reviews.iter().flat_map(of).collect())
}

/// The cases on the agenda of several joint reviews, in order.
pub async fn agenda<C: ConnectionTrait>(db: &C, reviews: &[JointReviewId]) -> Result<Vec<joint_review_agenda::Model>> {
    use joint_review_agenda::Column;
    let query =
        joint_review_agenda::Entity::find().filter(any_of(db.get_database_backend(), Column::JointReviewId, reviews));
    Ok(query.order_by_asc(Column::Position).order_by_asc(Column::CaseId).all(db).await?)
}

/// Everybody who was ever invited to several joint reviews, in the order of the invitations.
pub async fn attendees<C: ConnectionTrait>(
    db: &C,
    reviews: &[JointReviewId],
) -> Result<Vec<joint_review_attendee::Model>> {
    use joint_review_attendee::Column;
    let query =
        joint_review_attendee::Entity::find().filter(any_of(db.get_database_backend(), Column::JointReviewId, reviews));
    Ok(query.order_by_asc(Column::Id).all(db).await?)
}

/// The versions of the minutes of several joint reviews, the first one first.
pub async fn minutes<C: ConnectionTrait>(
    db: &C,
    reviews: &[JointReviewId],
) -> Result<Vec<joint_review_minutes::Model>> {
    use joint_review_minutes::Column;
    let query =
        joint_review_minutes::Entity::find().filter(any_of(db.get_database_backend(), Column::JointReviewId, reviews));
    Ok(query.order_by_asc(Column::Version).all(db).await?)
}

/// The latest version of the minutes; none while nothing was written.
pub async fn latest_minutes<C: ConnectionTrait>(
    db: &C,
    review: &joint_review::Model,
) -> Result<Option<joint_review_minutes::Model>> {
    let query = joint_review_minutes::Entity::find()
        .filter(joint_review_minutes::Column::JointReviewId.eq(review.id))
        .filter(joint_review_minutes::Column::Version.eq(review.minutes_version));
    Ok(query.one(db).await?)
}

/// The signatures on any version of the minutes of several joint reviews, in the order in which they were given.
pub async fn signatures<C: ConnectionTrait>(
    db: &C,
    reviews: &[JointReviewId],
) -> Result<Vec<joint_review_signature::Model>> {
    use joint_review_signature::Column;
    let query = joint_review_signature::Entity::find().filter(any_of(
        db.get_database_backend(),
        Column::JointReviewId,
        reviews,
    ));
    Ok(query.order_by_asc(Column::SignedAt).order_by_asc(Column::Id).all(db).await?)
}

/// The refusals to sign any version, in the order in which they came.
pub async fn refusals<C: ConnectionTrait>(
    db: &C,
    reviews: &[JointReviewId],
) -> Result<Vec<joint_review_refusal::Model>> {
    use joint_review_refusal::Column;
    let query =
        joint_review_refusal::Entity::find().filter(any_of(db.get_database_backend(), Column::JointReviewId, reviews));
    Ok(query.order_by_asc(Column::RefusedAt).order_by_asc(Column::Id).all(db).await?)
}

/// The evidence packs of several joint reviews, for the record.
pub async fn packs<C: ConnectionTrait>(
    db: &C,
    reviews: &[JointReviewId],
) -> Result<Vec<(JointReviewId, evidence::Model)>> {
    use joint_review_evidence::Column;
    let pack = joint_review_evidence::Entity::find()
        .filter(any_of(db.get_database_backend(), Column::JointReviewId, reviews))
        .all(db)
        .await?;
    let ids: Vec<EvidenceId> = pack.iter().map(|row| row.evidence_id).collect();
    let items = evidence::Entity::find()
        .filter(any_of(db.get_database_backend(), evidence::Column::Id, &ids))
        .order_by_asc(evidence::Column::AddedAt)
        .order_by_asc(evidence::Column::Id)
        .all(db)
        .await?;
    let of = |item: &evidence::Model| {
        let rows = pack.iter().filter(|row| row.evidence_id == item.id);
        rows.map(|row| (row.joint_review_id, item.clone())).collect::<Vec<_>>()
    };
    Ok(items.iter().flat_map(of).collect())
}

/// The same, as far as a person may read them: what was submitted to whoever attends, until the record is filed; else as
/// evidence is read.
pub async fn readable_packs<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    reviews: &[JointReviewId],
) -> Result<Vec<(JointReviewId, evidence::Model)>> {
    let packs = packs(db, reviews).await?;
    let ids: Vec<EvidenceId> = packs.iter().map(|(_, item)| item.id).collect();
    let by_case = match actor.may(Permission::EvidenceRead) {
        true => cases::evidence::store::by_ids(db, actor, &ids).await?,
        false => Vec::new(),
    };
    let by_case: HashSet<EvidenceId> = by_case.into_iter().map(|(item, _)| item.id).collect();
    let attends: HashSet<JointReviewId> = match actor.staff_id() {
        Some(me) => {
            let goes_on = joint_review::Entity::find()
                .select_only()
                .column(Column::Id)
                .filter(any_of(db.get_database_backend(), Column::Id, reviews))
                .filter(Column::Id.in_subquery(joint_reviews_of(me)))
                .filter(Column::FiledAt.is_null())
                .filter(Column::CancelledAt.is_null());
            goes_on.into_tuple::<JointReviewId>().all(db).await?.into_iter().collect()
        }
        None => HashSet::new(),
    };
    let readable =
        |(review, item): &(JointReviewId, evidence::Model)| by_case.contains(&item.id) || attends.contains(review);
    Ok(packs.into_iter().filter(readable).collect())
}

/// A joint review that the person may see, locked until the transaction ends.
pub async fn lock(tx: &Tx, id: JointReviewId) -> Result<ReviewRead> {
    let seen = visible_to(tx.actor()).filter(Column::Id.eq(id)).one(tx.db()).await?;
    seen.ok_or(Failure::NotFound)?;
    let locked = joint_review::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?;
    let review = locked.ok_or(Failure::NotFound)?;
    let request = approval::Entity::find_by_id(review.approval_id).one(tx.db()).await?;
    let request = request.ok_or_else(|| Failure::internal("an item vanished"))?;
    Ok(ReviewRead { review, request: request.state, answered_at: request.decided_at })
}

/// The cases on an agenda, whoever may see them: a meeting is about all of them. Locked in the order of their keys where asked.
pub async fn cases_of<C: ConnectionTrait>(
    db: &C,
    agenda: &[joint_review_agenda::Model],
    lock: bool,
) -> Result<Vec<case::Model>> {
    let ids: Vec<CaseId> = agenda.iter().map(|item| item.case_id).collect();
    let query = case::Entity::find()
        .filter(any_of(db.get_database_backend(), case::Column::Id, &ids))
        .order_by_asc(case::Column::Id);
    let query = if lock { query.lock_exclusive() } else { query };
    Ok(query.all(db).await?)
}

/// Whether all of these are evidence of a case.
pub async fn are_of_case(tx: &Tx, case: CaseId, items: &[EvidenceId]) -> Result<bool> {
    let found = evidence::Entity::find()
        .select_only()
        .column(evidence::Column::Id)
        .filter(any_of(tx.db().get_database_backend(), evidence::Column::Id, items))
        .filter(evidence::Column::CaseId.eq(case))
        .into_tuple::<EvidenceId>()
        .all(tx.db())
        .await?;
    let found: HashSet<_> = found.into_iter().collect();
    Ok(items.iter().all(|item| found.contains(item)))
}

/// Writes what changed and counts the version up; gives the joint review as it now is.
pub async fn update(
    tx: &Tx,
    before: &joint_review::Model,
    mut changes: joint_review::ActiveModel,
) -> Result<joint_review::Model> {
    changes.id = Set(before.id);
    changes.version = Set(before.version + 1);
    changes.updated_at = Set(tx.now());
    Ok(joint_review::Entity::update(changes).exec(tx.db()).await?)
}

/// How long one meeting took from step to step, as the figures count it.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Course {
    pub requested_at: DateTime<Utc>,
    pub opened_at: Option<DateTime<Utc>>,
    pub closed_at: Option<DateTime<Utc>>,
    pub outcome: Option<JointReviewOutcome>,
    pub filed_at: Option<DateTime<Utc>>,
}

/// The meetings that ended within a period, of those that a person may see.
pub async fn ended_within<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    from: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<Vec<Course>> {
    let query = visible_to(actor).filter(Column::ClosedAt.gte(from)).filter(Column::ClosedAt.lt(until));
    let columns = [Column::RequestedAt, Column::OpenedAt, Column::ClosedAt, Column::Outcome, Column::FiledAt];
    Ok(query.select_only().columns(columns).into_model().all(db).await?)
}

/// A record of the folder.
pub async fn in_folder(tx: &Tx, id: JointReviewId) -> Result<Option<joint_review::Model>> {
    Ok(folder(tx.actor()).filter(Column::Id.eq(id)).one(tx.db()).await?)
}
