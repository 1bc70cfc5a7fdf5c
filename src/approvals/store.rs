//! The only file that queries approval items and their steps. Items are visible where their case is.

use super::authority::{Inputs, OnBehalf, Outcome};
use super::execution::PAYABLE;
use super::kinds::Content;
use super::policy::is_live;
use crate::cases;
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Tx, any_of};
use crate::platform::digest::canonical_json;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::NodeKey;
use chrono::{DateTime, Utc};
use entity::approval::{self, ApprovalKind, ApprovalState, FreezeAction};
use entity::approval_step::{self, ApprovalAct};
use entity::case::CaseState;
use entity::staff_role::Role;
use entity::{
    ApprovalId, ApprovalStepId, CaseId, JointReviewId, approval_execution, case, joint_review, joint_review_agenda,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select,
};
use serde_json::json;

/// The items that a person may see: those of the cases they may see.
pub fn visible_to(actor: &Actor) -> Select<approval::Entity> {
    let query = approval::Entity::find();
    if !actor.may(Permission::ApprovalRead) {
        return query.filter(Expr::val(1).eq(0));
    }
    let Some(keys) = cases::store::visible_keys(actor) else { return query };
    let of_cases = Condition::any().add(approval::Column::CaseId.in_subquery(keys));
    // Who pays sees what was approved to be paid, of whatever case.
    let to_pay = || {
        let of_money = approval::Column::Kind.is_in(PAYABLE);
        of_money.and(approval::Column::State.eq(ApprovalState::Approved))
    };
    query.filter(of_cases.add_option(actor.may(Permission::ApprovalExecute).then(to_pay)))
}

pub const POSITION: (approval::Column, approval::Column) = (approval::Column::RequestedAt, approval::Column::Id);

/// How a list of items is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub states: Option<Vec<ApprovalState>>,
    pub required_roles: Option<Vec<Role>>,
    /// Whether something was paid.
    pub executed: Option<bool>,
}

impl Filter {
    pub fn apply(&self, query: Select<approval::Entity>) -> Select<approval::Entity> {
        query
            .apply_if(self.states.clone(), |query, states| query.filter(approval::Column::State.is_in(states)))
            .apply_if(self.executed, |query, executed| {
                let paid = approval::Column::ExecutedAmount;
                query.filter(if executed { paid.gt(0) } else { paid.eq(0) })
            })
            .apply_if(self.required_roles.clone(), |query, roles| {
                query.filter(approval::Column::RequiredRole.is_in(roles))
            })
    }
}

pub async fn by_ids<C: ConnectionTrait>(db: &C, actor: &Actor, ids: &[ApprovalId]) -> Result<Vec<approval::Model>> {
    Ok(visible_to(actor).filter(any_of(db.get_database_backend(), approval::Column::Id, ids)).all(db).await?)
}

/// The items of several cases, in the order in which they were asked for.
pub async fn of_cases<C: ConnectionTrait>(db: &C, actor: &Actor, cases: &[CaseId]) -> Result<Vec<approval::Model>> {
    let query = visible_to(actor).filter(any_of(db.get_database_backend(), approval::Column::CaseId, cases));
    Ok(query.order_by_asc(POSITION.0).order_by_asc(POSITION.1).all(db).await?)
}

/// The items that wait for somebody, of those that a person may see, the first asked for first; no more than can be looked
/// through at once.
pub async fn undecided<C: ConnectionTrait>(db: &C, actor: &Actor) -> Result<Vec<approval::Model>> {
    const MOST: u64 = 1000;
    let waiting = approval::Column::State.is_in([ApprovalState::Pending, ApprovalState::Endorsed]);
    let query = visible_to(actor).filter(waiting).order_by_asc(POSITION.0).order_by_asc(POSITION.1);
    Ok(query.limit(MOST).all(db).await?)
}

/// The items of one case, for the record: whoever may file the case files all of it.
pub async fn all_of_case<C: ConnectionTrait>(db: &C, case: CaseId) -> Result<Vec<approval::Model>> {
    let query = approval::Entity::find().filter(approval::Column::CaseId.eq(case));
    Ok(query.order_by_asc(POSITION.0).order_by_asc(POSITION.1).all(db).await?)
}

/// A page of the items that were asked for in a time, of those that a person may see, the first asked for first.
pub async fn asked_between<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    (from, until): (DateTime<Utc>, DateTime<Utc>),
    after: Option<(DateTime<Utc>, ApprovalId)>,
    most: u64,
) -> Result<Vec<approval::Model>> {
    let position = || Expr::tuple([Expr::col(POSITION.0), Expr::col(POSITION.1)]);
    let behind = |(at, id): (DateTime<Utc>, ApprovalId)| position().gt(Expr::tuple([Expr::val(at), Expr::val(id)]));
    let query = visible_to(actor)
        .filter(POSITION.0.gte(from))
        .filter(POSITION.0.lt(until))
        .apply_if(after, |query, after| query.filter(behind(after)))
        .order_by_asc(POSITION.0)
        .order_by_asc(POSITION.1)
        .limit(most);
    Ok(query.all(db).await?)
}

/// What happened to several items, in order.
pub async fn steps<C: ConnectionTrait>(db: &C, approvals: &[ApprovalId]) -> Result<Vec<approval_step::Model>> {
    let query = approval_step::Entity::find().filter(any_of(
        db.get_database_backend(),
        approval_step::Column::ApprovalId,
        approvals,
    ));
    Ok(query.order_by_asc(approval_step::Column::ActedAt).order_by_asc(approval_step::Column::Id).all(db).await?)
}

/// A page of the steps that took authority, by key; for working them out again.
pub async fn with_authority<C: ConnectionTrait>(
    db: &C,
    after: Option<ApprovalStepId>,
    most: u64,
) -> Result<Vec<approval_step::Model>> {
    let query = approval_step::Entity::find()
        .filter(approval_step::Column::ActedAs.is_not_null())
        .apply_if(after, |query, after| query.filter(approval_step::Column::Id.gt(after)))
        .order_by_asc(approval_step::Column::Id)
        .limit(most);
    Ok(query.all(db).await?)
}

/// Of these cases, those with an item that waits for somebody.
pub async fn with_undecided<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<CaseId>> {
    let found = approval::Entity::find()
        .select_only()
        .column(approval::Column::CaseId)
        .distinct()
        .filter(any_of(db.get_database_backend(), approval::Column::CaseId, cases))
        .filter(approval::Column::State.is_in([ApprovalState::Pending, ApprovalState::Endorsed]))
        .into_tuple::<CaseId>()
        .all(db)
        .await?;
    Ok(found)
}

/// The item and its case, both locked until the transaction ends, if the person may see them. The case is locked first:
/// everybody does it in this order.
pub async fn lock_version(tx: &Tx, id: ApprovalId, expected: i32) -> Result<(case::Model, approval::Model)> {
    let visible = visible_to(tx.actor()).filter(approval::Column::Id.eq(id));
    let seen = visible.clone().one(tx.db()).await?.ok_or(Failure::NotFound)?;
    let case = cases::store::lock(tx, seen.case_id).await?;
    let approval = approval::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?.ok_or(Failure::NotFound)?;
    if approval.version != expected {
        return Err(conflict(tx, &approval, expected).await?);
    }
    Ok((case, approval))
}

/// Somebody else was first: where the item stands now, and what was decided.
pub async fn conflict(tx: &Tx, approval: &approval::Model, expected: i32) -> Result<Failure> {
    let steps = steps(tx.db(), &[approval.id]).await?;
    let decision = steps.iter().rev().find(|step| matches!(step.act, ApprovalAct::Approved | ApprovalAct::Refused));
    let decision = decision.filter(|_| approval.decided_by.is_some()).map(|step| {
        json!({
            "act": step.act, "decidedBy": step.acted_by.map(|person| person.global()), "actedAs": step.acted_as, "opinion": step.opinion,
            "decidedAt": step.acted_at,
        })
    });
    let now = json!({
        "state": approval.state, "revision": approval.revision, "contentSha256": approval.content_sha256,
        "decision": decision,
    });
    Ok(Failure::conflict_with(expected, approval.version, now))
}

/// An item to pay on, locked with its case; the person need not see that.
pub async fn lock_to_execute(tx: &Tx, id: ApprovalId) -> Result<approval::Model> {
    let seen = visible_to(tx.actor()).filter(approval::Column::Id.eq(id));
    let case = seen.one(tx.db()).await?.ok_or(Failure::NotFound)?.case_id;
    case::Entity::find_by_id(case).lock_exclusive().one(tx.db()).await?.ok_or(Failure::NotFound)?;
    approval::Entity::find_by_id(id).lock_exclusive().one(tx.db()).await?.ok_or(Failure::NotFound)
}

/// Whether the record of a joint review on a case is filed.
pub async fn is_filed_review_of(tx: &Tx, review: JointReviewId, case: CaseId) -> Result<bool> {
    let on_the_agenda = joint_review_agenda::Entity::find_by_id((review, case)).one(tx.db()).await?;
    let review = joint_review::Entity::find_by_id(review).one(tx.db()).await?;
    Ok(on_the_agenda.is_some() && review.is_some_and(|review| review.filed_at.is_some()))
}

/// The plan of a case that this transaction holds, as the item that waits for its review.
pub async fn lock_plan_item(tx: &Tx, case: CaseId) -> Result<approval::Model> {
    let waiting = approval::Entity::find()
        .filter(approval::COLUMN.case_id.eq(case))
        .filter(approval::Column::Kind.eq(ApprovalKind::HandlingPlan))
        .filter(approval::Column::State.eq(ApprovalState::Pending));
    let found = waiting.lock_exclusive().one(tx.db()).await?;
    found.ok_or_else(|| Failure::internal("a plan under review has no item"))
}

/// What was paid on several items, in order.
pub async fn executions<C: ConnectionTrait>(
    db: &C,
    approvals: &[ApprovalId],
) -> Result<Vec<approval_execution::Model>> {
    use approval_execution::Column;
    let query =
        approval_execution::Entity::find().filter(any_of(db.get_database_backend(), Column::ApprovalId, approvals));
    Ok(query.order_by_asc(Column::RecordedAt).order_by_asc(Column::Id).all(db).await?)
}

/// An item that this transaction holds, as it now is.
pub async fn by_id(tx: &Tx, id: ApprovalId) -> Result<approval::Model> {
    approval::Entity::find_by_id(id).one(tx.db()).await?.ok_or_else(|| Failure::internal("an item vanished"))
}

/// Items that count together: of one kind, about the same subject, in one case (HK-4.1.9). What is about no subject stands
/// alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Together<'a> {
    pub case: CaseId,
    pub kind: ApprovalKind,
    pub subject: Option<&'a str>,
}

impl<'a> Together<'a> {
    pub fn with(item: &'a approval::Model) -> Self {
        Self { case: item.case_id, kind: item.kind, subject: item.subject_index.as_deref() }
    }
}

/// The live items that count together, locked with their case; without a subject, only the one given.
pub async fn live(tx: &Tx, together: Together<'_>, alone: ApprovalId) -> Result<Vec<approval::Model>> {
    let query = approval::Entity::find()
        .filter(approval::COLUMN.case_id.eq(together.case))
        .filter(approval::Column::Kind.eq(together.kind));
    let query = match together.subject {
        Some(subject) => query.filter(approval::Column::SubjectIndex.eq(subject)),
        None => query.filter(approval::Column::Id.eq(alone)),
    };
    let rows = query.order_by_asc(POSITION.0).order_by_asc(POSITION.1).all(tx.db()).await?;
    Ok(rows.into_iter().filter(|row| is_live(row.state)).collect())
}

/// The approved items about several subjects in cases that are closed, as far as the person may see them, the latest first.
pub async fn approved_about<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    subjects: &[&str],
) -> Result<Vec<approval::Model>> {
    const MOST: u64 = 100;
    let closed = case::Entity::find()
        .select_only()
        .column(case::Column::Id)
        .filter(case::Column::State.is_in([CaseState::Closed, CaseState::Archived]));
    let query = visible_to(actor)
        .filter(approval::Column::SubjectIndex.is_in(subjects.iter().copied()))
        .filter(approval::Column::State.eq(ApprovalState::Approved))
        .filter(approval::Column::CaseId.in_subquery(closed.into_query()))
        .order_by_desc(approval::Column::DecidedAt)
        .order_by_desc(approval::Column::Id);
    Ok(query.limit(MOST).all(db).await?)
}

/// Whether an agent's account is frozen: of what was approved last, in whatever case, freezing came after releasing.
pub async fn is_frozen(tx: &Tx, subject: &str) -> Result<bool> {
    let approved = approval::Entity::find()
        .filter(approval::Column::SubjectIndex.eq(subject))
        .filter(approval::Column::Kind.eq(ApprovalKind::CommissionOrDepositFreeze))
        .filter(approval::Column::State.eq(ApprovalState::Approved))
        .order_by_desc(approval::Column::DecidedAt)
        .order_by_desc(approval::Column::Id);
    let Some(last) = approved.one(tx.db()).await? else { return Ok(false) };
    Ok(match serde_json::from_value(last.content)? {
        Content::CommissionOrDepositFreeze(freeze) => freeze.action == FreezeAction::Freeze,
        _ => false,
    })
}

/// Writes what changed and counts the version up; gives the item as it now is.
pub async fn update(tx: &Tx, before: &approval::Model, mut changes: approval::ActiveModel) -> Result<approval::Model> {
    changes.id = Set(before.id);
    changes.version = Set(before.version + 1);
    changes.updated_at = Set(tx.now());
    Ok(approval::Entity::update(changes).exec(tx.db()).await?)
}

/// What is particular to a step.
pub struct NewStep {
    pub act: ApprovalAct,
    pub acted_as: Option<Role>,
    pub above_tier: bool,
    pub on_behalf: Option<OnBehalf>,
    pub reverses: Option<ApprovalStepId>,
    pub opinion: String,
    pub inputs: Option<String>,
    pub assessment: Option<String>,
}

impl NewStep {
    /// A step that takes no authority.
    pub fn plain(act: ApprovalAct, opinion: impl Into<String>) -> Self {
        Self {
            act,
            acted_as: None,
            above_tier: false,
            on_behalf: None,
            reverses: None,
            opinion: opinion.into(),
            inputs: None,
            assessment: None,
        }
    }

    /// A step with authority, and what that was worked out from.
    pub fn with_authority(act: ApprovalAct, opinion: String, inputs: &Inputs, outcome: &Outcome) -> Result<Self> {
        Ok(Self {
            act,
            acted_as: Some(outcome.capacity.role),
            above_tier: outcome.capacity.above_tier,
            on_behalf: outcome.capacity.on_behalf,
            reverses: None,
            opinion,
            inputs: Some(canonical_json(inputs)?),
            assessment: Some(canonical_json(outcome)?),
        })
    }
}

/// Writes down what happened to an item, with the item as it is.
pub async fn insert_step(tx: &Tx, approval: &approval::Model, step: NewStep) -> Result<ApprovalStepId> {
    let id: ApprovalStepId = tx.id();
    approval_step::Entity::insert(approval_step::ActiveModel {
        id: Set(id),
        approval_id: Set(approval.id),
        act: Set(step.act),
        revision: Set(approval.revision),
        content: Set(approval.content.clone()),
        basis: Set(approval.basis.clone()),
        content_sha256: Set(approval.content_sha256.clone()),
        cumulative_amount: Set(approval.cumulative_amount),
        tier: Set(approval.tier.clone()),
        required_role: Set(approval.required_role),
        rule: Set(approval.rule.clone()),
        acted_by: Set(tx.actor().staff_id()),
        acted_for: Set(step.on_behalf.map(|on_behalf| on_behalf.of)),
        delegation_id: Set(step.on_behalf.map(|on_behalf| on_behalf.delegation)),
        reverses: Set(step.reverses),
        acted_as: Set(step.acted_as),
        above_tier: Set(step.above_tier),
        opinion: Set(step.opinion),
        acted_at: Set(tx.now()),
        inputs: Set(step.inputs),
        assessment: Set(step.assessment),
    })
    .exec_without_returning(tx.db())
    .await?;
    Ok(id)
}
