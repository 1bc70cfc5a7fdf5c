//! The only file that queries assistances and what belongs to them. Each is read with what its approval item and its case say.

use super::state::AssistanceState;
use crate::approvals::kinds::{Content, assistance::Assistance as Asked};
use crate::cases;
use crate::cases::assisting::delivered_to;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Tx, any_of};
use crate::platform::error::{Failure, Result};
use assistance::Column;
use chrono::{DateTime, Utc};
use entity::approval::ApprovalState;
use entity::case_deadline::StartEvent;
use entity::{
    AssistanceId, CaseId, DepartmentId, EvidenceId, InformationRequestId, ProfileVersionId, StaffId, approval,
    assistance, assistance_evidence, case, case_deadline, evidence, information_request,
};
use sea_orm::ActiveValue::Set;
use sea_orm::prelude::Json;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ActiveModelTrait, ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, RelationDef, Select,
};

/// An assistance with what its approval item and its case say.
#[derive(Clone, Debug, FromQueryResult)]
pub struct Assistance {
    #[sea_orm(nested)]
    pub row: assistance::Model,
    pub item_state: ApprovalState,
    pub content: Json,
    pub requested_by: StaffId,
    pub decided_by: Option<StaffId>,
    pub decided_at: Option<DateTime<Utc>>,
    pub case_number: String,
    pub handler_id: Option<StaffId>,
    pub selling_agent_code: Option<String>,
    pub profile_version_id: ProfileVersionId,
}

impl Assistance {
    pub fn state(&self) -> AssistanceState {
        AssistanceState::of(self.item_state, &self.row)
    }

    /// What the department is asked, and why.
    pub fn asked(&self) -> Result<Asked> {
        match serde_json::from_value(self.content.clone())? {
            Content::Assistance(asked) => Ok(asked),
            _ => Err(Failure::internal("an assistance has an item of another kind")),
        }
    }
}

/// The assistances that a person may see now, as [`Assistance`] has them: those of the cases whose approval items they may
/// see, and those that were delivered to their department.
pub fn visible_to(actor: &Actor, now: DateTime<Utc>) -> Select<assistance::Entity> {
    all().filter(scope(actor, now))
}

fn scope(actor: &Actor, now: DateTime<Utc>) -> Condition {
    let nothing = Condition::all().add(Expr::val(1).eq(0));
    if !actor.may(Permission::AssistanceRead) {
        return nothing;
    }
    let mut reached = Condition::any();
    if actor.may(Permission::CaseRead) && actor.may(Permission::ApprovalRead) {
        match cases::store::visible_keys(actor) {
            Some(keys) => reached = reached.add(Column::CaseId.in_subquery(keys)),
            None => return Condition::all(),
        }
    }
    reached = reached.add_option(delivered_to(actor, now));
    if reached.is_empty() { nothing } else { reached }
}

fn all() -> Select<assistance::Entity> {
    let of_case: RelationDef =
        assistance::Entity::belongs_to(case::Entity).from(Column::CaseId).to(case::Column::Id).into();
    let query = assistance::Entity::find().join(JoinType::InnerJoin, item()).join(JoinType::InnerJoin, of_case);
    query
        .column_as(approval::Column::State, "item_state")
        .columns([
            approval::Column::Content,
            approval::Column::RequestedBy,
            approval::Column::DecidedBy,
            approval::Column::DecidedAt,
        ])
        .column_as(case::Column::Number, "case_number")
        .columns([case::Column::HandlerId, case::Column::SellingAgentCode, case::Column::ProfileVersionId])
}

/// From an assistance to its approval item.
fn item() -> RelationDef {
    assistance::Entity::belongs_to(approval::Entity).from(Column::ApprovalId).to(approval::Column::Id).into()
}

pub const POSITION: (Column, Column) = (Column::RequestedAt, Column::Id);

/// How a list of assistances is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub states: Option<Vec<AssistanceState>>,
    pub department: Option<DepartmentId>,
}

impl Filter {
    pub fn apply(self, query: Select<assistance::Entity>) -> Select<assistance::Entity> {
        query
            .apply_if(self.states, |query, states| query.filter(stands_in(&states)))
            .apply_if(self.department, |query, department| query.filter(Column::DepartmentId.eq(department)))
    }
}

/// The same as [`AssistanceState::of`], as the databases are asked. The approval item stands in the statement.
fn stands_in(states: &[AssistanceState]) -> Condition {
    use ApprovalState::{Approved, Endorsed, Pending, Refused, Returned, Withdrawn};
    let item = approval::Column::State;
    let under_way = |items: &[ApprovalState]| {
        Condition::all()
            .add(Column::WithdrawnAt.is_null())
            .add(Column::ReturnedAt.is_null())
            .add(item.is_in(items.iter().copied()))
    };
    let condition = |state: &AssistanceState| match state {
        AssistanceState::Requested => under_way(&[Pending, Endorsed]),
        AssistanceState::Refused => under_way(&[Refused, Returned]),
        AssistanceState::Approved => under_way(&[Approved]).add(Column::DeliveredAt.is_null()),
        AssistanceState::Delivered => {
            under_way(&[Approved]).add(Column::DeliveredAt.is_not_null()).add(Column::ReceivedAt.is_null())
        }
        AssistanceState::Received => under_way(&[Approved]).add(Column::ReceivedAt.is_not_null()),
        AssistanceState::Returned => {
            Condition::all().add(Column::ReturnedAt.is_not_null()).add(Column::WithdrawnAt.is_null())
        }
        AssistanceState::Withdrawn => {
            Condition::any().add(Column::WithdrawnAt.is_not_null()).add(under_way(&[Withdrawn]))
        }
    };
    states.iter().map(condition).fold(Condition::any(), Condition::add)
}

/// The assistances that keep their cases from being closed; to be narrowed to those of some cases.
pub fn open() -> Select<assistance::Entity> {
    assistance::Entity::find().join(JoinType::InnerJoin, item()).filter(stands_in(&AssistanceState::OPEN))
}

/// Whether the department of the assistance of the statement around it waits for an answer.
pub fn is_asked_for_more() -> SimpleExpr {
    let own = Expr::col((information_request::Entity, information_request::Column::AssistanceId));
    let waiting = information_request::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(own.eq(Expr::col((assistance::Entity, Column::Id))))
        .filter(information_request::Column::AnsweredAt.is_null());
    Expr::exists(waiting.into_query())
}

/// Of these cases, those with an assistance that keeps them from being closed.
pub async fn with_open<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<CaseId>> {
    let found = open().select_only().column(Column::CaseId).distinct().filter(any_of(
        db.get_database_backend(),
        Column::CaseId,
        cases,
    ));
    Ok(found.into_tuple().all(db).await?)
}

pub async fn by_ids<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    ids: &[AssistanceId],
    now: DateTime<Utc>,
) -> Result<Vec<Assistance>> {
    let query = visible_to(actor, now).filter(any_of(db.get_database_backend(), Column::Id, ids));
    Ok(query.into_model().all(db).await?)
}

/// The assistances of several cases, in the order in which they were asked for.
pub async fn of_cases<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    cases: &[CaseId],
    now: DateTime<Utc>,
) -> Result<Vec<Assistance>> {
    let query = visible_to(actor, now).filter(any_of(db.get_database_backend(), Column::CaseId, cases));
    Ok(query.order_by_asc(POSITION.0).order_by_asc(POSITION.1).into_model().all(db).await?)
}

/// The assistances of one case, for the record: whoever may file the case files all of it.
pub async fn all_of_case<C: ConnectionTrait>(db: &C, case: CaseId) -> Result<Vec<Assistance>> {
    let query = all().filter(Column::CaseId.eq(case));
    Ok(query.order_by_asc(POSITION.0).order_by_asc(POSITION.1).into_model().all(db).await?)
}

/// An assistance and its case, both locked until the transaction ends, if the person may see the assistance and nobody else
/// changed it. The case is locked first, as everybody does; the department need not see it.
pub async fn lock_version(tx: &Tx, id: AssistanceId, expected: i32) -> Result<(case::Model, Assistance)> {
    let visible = visible_to(tx.actor(), tx.now()).filter(Column::Id.eq(id));
    let seen = || visible.clone().into_model::<Assistance>();
    let case = seen().one(tx.db()).await?.ok_or(Failure::NotFound)?.row.case_id;
    let case = case::Entity::find_by_id(case).lock_exclusive().one(tx.db()).await?.ok_or(Failure::NotFound)?;
    // Read again, now that nobody else changes it.
    let assistance = seen().one(tx.db()).await?.ok_or(Failure::NotFound)?;
    if assistance.row.version != expected {
        return Err(Failure::conflict(expected, assistance.row.version));
    }
    Ok((case, assistance))
}

pub async fn insert(tx: &Tx, row: assistance::ActiveModel) -> Result<()> {
    assistance::Entity::insert(row).exec_without_returning(tx.db()).await?;
    Ok(())
}

/// Writes what changed and counts the version up.
pub async fn update(tx: &Tx, before: &Assistance, mut changes: assistance::ActiveModel) -> Result<()> {
    changes.id = Set(before.row.id);
    changes.version = Set(before.row.version + 1);
    changes.updated_at = Set(tx.now());
    changes.update_without_returning(tx.db()).await?;
    Ok(())
}

/// A piece of evidence that was delivered, and when.
#[derive(Clone, Debug)]
pub struct Delivered {
    pub assistance_id: AssistanceId,
    pub delivered_at: DateTime<Utc>,
    pub item: evidence::Model,
}

/// What was delivered with several assistances, in the order in which the evidence was added to the case.
pub async fn delivered<C: ConnectionTrait>(db: &C, ids: &[AssistanceId]) -> Result<Vec<Delivered>> {
    let piece: RelationDef = assistance_evidence::Entity::belongs_to(evidence::Entity)
        .from(assistance_evidence::Column::EvidenceId)
        .to(evidence::Column::Id)
        .into();
    let found = assistance_evidence::Entity::find()
        .join(JoinType::InnerJoin, piece)
        .filter(any_of(db.get_database_backend(), assistance_evidence::Column::AssistanceId, ids))
        .order_by_asc(evidence::Column::AddedAt)
        .order_by_asc(evidence::Column::Id)
        .select_also(evidence::Entity)
        .all(db)
        .await?;
    let delivered = |(with, item): (assistance_evidence::Model, Option<evidence::Model>)| {
        let assistance_evidence::Model { assistance_id, delivered_at, .. } = with;
        Some(Delivered { assistance_id, delivered_at, item: item? })
    };
    Ok(found.into_iter().filter_map(delivered).collect())
}

/// Makes pieces of evidence the department's to read.
pub async fn deliver(tx: &Tx, assistance: AssistanceId, pieces: &[EvidenceId]) -> Result<()> {
    let delivered_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people deliver evidence"))?;
    let rows = pieces.iter().map(|piece| assistance_evidence::ActiveModel {
        assistance_id: Set(assistance),
        evidence_id: Set(*piece),
        delivered_by: Set(delivered_by),
        delivered_at: Set(tx.now()),
    });
    if !pieces.is_empty() {
        assistance_evidence::Entity::insert_many(rows).exec_without_returning(tx.db()).await?;
    }
    Ok(())
}

/// What the departments of several assistances asked, in order.
pub async fn questions<C: ConnectionTrait>(db: &C, ids: &[AssistanceId]) -> Result<Vec<information_request::Model>> {
    use information_request::Column;
    let query =
        information_request::Entity::find().filter(any_of(db.get_database_backend(), Column::AssistanceId, ids));
    Ok(query.order_by_asc(Column::AskedAt).order_by_asc(Column::Id).all(db).await?)
}

/// The question of a key.
pub async fn question(tx: &Tx, id: InformationRequestId) -> Result<information_request::Model> {
    information_request::Entity::find_by_id(id).one(tx.db()).await?.ok_or(Failure::NotFound)
}

pub async fn insert_question(tx: &Tx, question: information_request::ActiveModel) -> Result<()> {
    information_request::Entity::insert(question).exec_without_returning(tx.db()).await?;
    Ok(())
}

pub async fn update_question(tx: &Tx, changes: information_request::ActiveModel) -> Result<()> {
    changes.update_without_returning(tx.db()).await?;
    Ok(())
}

/// The deadlines of several assistances.
pub async fn deadlines<C: ConnectionTrait>(db: &C, ids: &[AssistanceId]) -> Result<Vec<case_deadline::Model>> {
    use case_deadline::Column;
    let query = case_deadline::Entity::find()
        .filter(any_of(db.get_database_backend(), Column::AboutId, ids))
        .filter(Column::StartEvent.eq(StartEvent::AssistanceReceived))
        .filter(Column::DroppedAt.is_null());
    Ok(query.all(db).await?)
}
