//! The only file that looks for changes.

use crate::platform::error::Result;
use crate::platform::live::Mark;
use entity::audit_event::{self, AuditAction, Column};
use entity::{AuditEventId, CaseId, audit_leaf as leaf, audit_pending as pending};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder, QuerySelect,
    RelationDef, Select,
};
use uuid::Uuid;

/// What an event tells whoever listens: keys, and what was done.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Announced {
    pub id: Uuid,
    /// The number of its leaf, once it is sealed.
    pub leaf_index: Option<i64>,
    pub action: AuditAction,
    pub subject_id: Uuid,
    pub case_id: Option<CaseId>,
}

/// What only tells that somebody looked, signed in or was refused: nothing that is shown has changed.
const WITHOUT_CHANGE: [AuditAction; 12] = [
    AuditAction::AccessDenied,
    AuditAction::ArchiveFileExported,
    AuditAction::ArchiveFileIndexed,
    AuditAction::ArchiveFileOpened,
    AuditAction::ArchiveSearched,
    AuditAction::EvidenceRead,
    AuditAction::FieldRevealed,
    AuditAction::FoundByPhone,
    AuditAction::IdentityConfirmed,
    AuditAction::JointReviewExported,
    AuditAction::SessionRefreshed,
    AuditAction::SignedIn,
];

impl Announced {
    /// Whether something that people are shown has changed.
    pub fn is_change(&self) -> bool {
        !WITHOUT_CHANGE.contains(&self.action)
    }
}

/// More is brought by the next look.
pub const MOST: u64 = 1_000;

fn to_leaf() -> RelationDef {
    audit_event::Entity::belongs_to(leaf::Entity).from(Column::Id).to(leaf::Column::EventId).into()
}

fn announced() -> Select<audit_event::Entity> {
    audit_event::Entity::find().select_only().columns([Column::Id, Column::Action, Column::SubjectId, Column::CaseId])
}

/// Events that are not sealed yet: the latest, by their keys. Any other is found once it is sealed.
pub async fn unsealed<C: ConnectionTrait>(db: &C) -> Result<Vec<Announced>> {
    let to_pending =
        audit_event::Entity::belongs_to(pending::Entity).from(Column::Id).to(pending::Column::EventId).into();
    let query = announced()
        .column_as(Expr::val(None::<i64>), "leaf_index")
        .join(JoinType::InnerJoin, to_pending)
        .order_by_desc(pending::Column::EventId)
        .limit(MOST);
    let mut found: Vec<Announced> = query.into_model().all(db).await?;
    found.reverse();
    Ok(found)
}

/// Events that were sealed from a number on, in their order.
pub async fn sealed_from<C: ConnectionTrait>(db: &C, mark: Mark) -> Result<Vec<Announced>> {
    let query = announced()
        .column_as(leaf::Column::LeafIndex, "leaf_index")
        .join(JoinType::InnerJoin, to_leaf())
        .filter(leaf::Column::LeafIndex.gte(mark.0))
        .order_by_asc(leaf::Column::LeafIndex)
        .limit(MOST);
    Ok(query.into_model().all(db).await?)
}

/// Events that were sealed after a mark, or are not sealed yet.
pub fn after(mark: Mark) -> Select<audit_event::Entity> {
    let number = Expr::col((leaf::Entity, leaf::Column::LeafIndex));
    audit_event::Entity::find()
        .join(JoinType::LeftJoin, to_leaf())
        .filter(number.clone().is_null().or(number.gte(mark.0)))
}

/// Whether anything of a case changed after a mark.
pub async fn case_changed<C: ConnectionTrait>(db: &C, case: CaseId, mark: Mark) -> Result<bool> {
    let query = after(mark)
        .filter(Column::CaseId.eq(case))
        .filter(Column::Action.is_not_in(WITHOUT_CHANGE))
        .select_only()
        .column(Column::Id);
    Ok(query.into_tuple::<AuditEventId>().one(db).await?.is_some())
}
