//! The only file that queries cases and what belongs to them. Cases are found through [`visible_to`]; what belongs to a
//! case is asked for by the key of a case that was found so.

use super::deadlines;
use super::entry::Detail;
use super::people::store::naming;
use super::policy::{self, OVER, under_investigation};
use crate::identity::store::{CARD, StaffCard};
use crate::platform::access::{Actor, Permission};
use crate::platform::db::{Tx, any_of, nested};
use crate::platform::error::{Failure, Result};
use crate::platform::page::{Direction, Page};
use chrono::{DateTime, Utc};
use entity::approval::ApprovalKind;
use entity::case::CaseState;
use entity::case_entry::CaseEntryKind;
use entity::case_identifier::IdentifierKind;
use entity::joint_review_attendee::InvitationResponse;
use entity::staff_role::Role;
use entity::{
    CaseEntryId, CaseId, DepartmentId, ProfileVersionId, StaffId, approval, case, case_deadline, case_entry,
    case_routing, joint_review, joint_review_agenda, joint_review_attendee, plan, staff,
};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::{Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr, WindowStatement};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Iterable, PaginatorTrait, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait, Select,
};
use std::collections::HashMap;

/// Which cases a role reaches (requirements T1.2, *Read case*).
enum Reach {
    All,
    /// Cases that the person registered.
    Registered,
    /// Cases that the person handles, and those that they registered until somebody handles them.
    Handled,
    /// Complaints about office staff that the person answers (HK-5.4.9).
    Answered,
    /// The same as long as the person works in the department that answers.
    AnsweredForDepartment,
    /// Cases with something for the highest rank to decide, and what it decided: approval items, which it may decide
    /// whatever their tier (HK-4.9), plans under review, and reports that ask for guidance (HK-5.4.7).
    Decided,
    /// Cases on the agenda of the joint reviews that the person attends (HK-7.4).
    Met,
}

const fn reach(role: Role) -> &'static [Reach] {
    match role {
        Role::Supervisor | Role::Manager | Role::Auditor => &[Reach::All],
        Role::Registrar => &[Reach::Registered],
        Role::DepartmentHead => &[Reach::Registered, Reach::AnsweredForDepartment],
        Role::Handler => &[Reach::Handled],
        Role::GeneralManager => &[Reach::Decided, Reach::Answered],
        Role::AssistantManager => &[Reach::Met],
        // Deliveries, evidence packs and files are opened to these roles, each by a way of its own.
        Role::CoHandler | Role::Legal | Role::Finance | Role::Archivist | Role::Admin | Role::External => &[],
    }
}

/// The cases that a person may see. What is outside looks exactly like what does not exist.
pub fn visible_to(actor: &Actor) -> Select<case::Entity> {
    case::Entity::find().filter(scope(actor))
}

/// The cases that a person is shown as such. Who audits sees archived ones in the archive only, on record (HK-5.6.3, SG-14.3).
pub fn shown_to(actor: &Actor) -> Select<case::Entity> {
    let query = visible_to(actor);
    if policy::is_shown_on_record_only(actor) {
        query.filter(case::Column::State.ne(CaseState::Archived))
    } else {
        query
    }
}

/// The keys of the cases in which a person takes part: as who handles, supervises, decides, answers or met about them, not as
/// who took them in or audits (HK-5.6.3). None when that is all of them.
pub fn taken_part_in(actor: &Actor) -> Option<SelectStatement> {
    let takes_part = |role: Role| role != Role::Auditor;
    let counts = |reach: &Reach| !matches!(reach, Reach::Registered);
    let reaches: Vec<_> = actor
        .roles
        .iter()
        .filter(|role| takes_part(**role))
        .flat_map(|role| reach(*role))
        .filter(|r| counts(r))
        .collect();
    if reaches.iter().any(|reach| matches!(reach, Reach::All)) {
        return None;
    }
    let keys = case::Entity::find().filter(reached_by(actor, reaches));
    Some(keys.select_only().column(case::Column::Id).into_query())
}

/// The keys of the cases that a person may see; none when that is all of them.
pub fn visible_keys(actor: &Actor) -> Option<SelectStatement> {
    if reaches_all(actor) {
        return None;
    }
    Some(visible_to(actor).select_only().column(case::Column::Id).into_query())
}

/// Whether a person may see every case.
pub fn reaches_all(actor: &Actor) -> bool {
    actor.roles.iter().flat_map(|role| reach(*role)).any(|reach| matches!(reach, Reach::All))
}

fn scope(actor: &Actor) -> Condition {
    if actor.may(Permission::CaseRead) && reaches_all(actor) {
        return Condition::all();
    }
    reached_by(actor, actor.roles.iter().flat_map(|role| reach(*role)))
}

fn reached_by(actor: &Actor, reaches: impl IntoIterator<Item = &'static Reach>) -> Condition {
    let nothing = Condition::all().add(Expr::val(1).eq(0));
    let Some(me) = actor.staff_id().filter(|_| actor.may(Permission::CaseRead)) else { return nothing };
    let reached = reaches.into_iter().fold(Condition::any(), |any, reach| match reach {
        Reach::All => any,
        Reach::Answered => any.add(answered_by(me, None)),
        Reach::AnsweredForDepartment => any.add(answered_by(me, actor.department_id())),
        Reach::Registered => any.add(case::Column::RegisteredBy.eq(me)),
        // One expression, so that one index finds and orders them: the handler, and before there is one the registrar.
        Reach::Handled => {
            let owner = Func::coalesce([column(case::Column::HandlerId), column(case::Column::RegisteredBy)]);
            any.add(SimpleExpr::from(owner).eq(me))
        }
        Reach::Decided => any
            .add(Expr::exists(approvals_of_the_case()))
            .add(case::Column::State.eq(CaseState::PlanReview))
            .add(Expr::exists(plans_reviewed_by(me)))
            .add(Expr::exists(reports_of_the_case())),
        Reach::Met => any.add(case::Column::Id.in_subquery(met_about(me))),
    });
    if reached.is_empty() { nothing } else { reached }
}

/// Cases that were routed to a person, for a department.
pub fn answered_by(person: StaffId, department: Option<DepartmentId>) -> SimpleExpr {
    let routed = case_routing::Entity::find()
        .select_only()
        .column(case_routing::Column::CaseId)
        .filter(case_routing::Column::AnswererId.eq(person))
        .apply_if(department, |query, department| query.filter(case_routing::Column::DepartmentId.eq(department)));
    case::Column::Id.in_subquery(routed.into_query())
}

/// The earliest deadline of the case of the statement around it that is not met.
pub fn earliest_open_deadline() -> SimpleExpr {
    let own = Expr::col((case_deadline::Entity, case_deadline::Column::CaseId)).eq(column(case::Column::Id));
    let open = case_deadline::Entity::find()
        .select_only()
        .column_as(case_deadline::Column::DueAt.min(), "due_at")
        .filter(own)
        .filter(case_deadline::Column::MetAt.is_null());
    SimpleExpr::SubQuery(None, Box::new(open.into_query().into()))
}

fn column(column: case::Column) -> SimpleExpr {
    Expr::col((case::Entity, column))
}

fn plans_reviewed_by(me: StaffId) -> SelectStatement {
    let own = Expr::col((plan::Entity, plan::Column::CaseId)).eq(column(case::Column::Id));
    let reviewed = plan::Entity::find().select_only().expr(Expr::val(1)).filter(own);
    reviewed.filter(plan::Column::ReviewedBy.eq(me)).into_query()
}

fn reports_of_the_case() -> SelectStatement {
    let own = Expr::col((case_entry::Entity, case_entry::Column::CaseId)).eq(column(case::Column::Id));
    let reported = case_entry::Entity::find().select_only().expr(Expr::val(1)).filter(own);
    reported.filter(case_entry::Column::Kind.eq(CaseEntryKind::Escalated)).into_query()
}

/// The joint reviews that a person attends: those that were not declined, or taken over by a substitute.
pub fn joint_reviews_of(person: StaffId) -> SelectStatement {
    use joint_review_attendee::Column;
    joint_review_attendee::Entity::find()
        .select_only()
        .column(Column::JointReviewId)
        .filter(Column::StaffId.eq(person))
        .filter(Column::RemovedAt.is_null())
        .filter(Column::Response.ne(InvitationResponse::Declined))
        .into_query()
}

fn met_about(me: StaffId) -> SelectStatement {
    use joint_review_agenda::Column;
    let cancelled = joint_review::Entity::find()
        .select_only()
        .column(joint_review::Column::Id)
        .filter(joint_review::Column::CancelledAt.is_not_null())
        .into_query();
    joint_review_agenda::Entity::find()
        .select_only()
        .column(Column::CaseId)
        .filter(Column::JointReviewId.in_subquery(joint_reviews_of(me)))
        .filter(Column::JointReviewId.not_in_subquery(cancelled))
        .into_query()
}

fn approvals_of_the_case() -> SelectStatement {
    let own = Expr::col((approval::Entity, approval::Column::CaseId)).eq(column(case::Column::Id));
    // A plan is seen while it is under review, and by whoever reviewed it.
    let other = approval::Column::Kind.ne(ApprovalKind::HandlingPlan);
    approval::Entity::find().select_only().expr(Expr::val(1)).filter(own).filter(other).into_query()
}

/// How a list of cases is narrowed.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    pub states: Option<Vec<CaseState>>,
    pub channels: Option<Vec<String>>,
    pub severities: Option<Vec<String>>,
    pub handler: Option<StaffId>,
    pub received_from: Option<DateTime<Utc>>,
    pub received_until: Option<DateTime<Utc>>,
    pub number: Option<String>,
    pub phone_index: Option<String>,
    pub contract_number_index: Option<String>,
    /// Cases with a deadline that is not met and lies before this instant.
    pub overdue_at: Option<DateTime<Utc>>,
    pub urgent: Option<bool>,
    pub acknowledged: Option<bool>,
    /// Cases under investigation without contact since this instant.
    pub silent_since: Option<DateTime<Utc>>,
    /// Cases that a person handles, answers or takes part in.
    pub of: Option<Participant>,
}

/// Somebody who takes part in cases.
#[derive(Clone, Debug)]
pub struct Participant {
    pub person: StaffId,
    /// Severities in which the person takes part by a role, of cases that follow a profile version (HK-3.11).
    pub severities: Vec<(ProfileVersionId, Vec<String>)>,
}

impl Participant {
    fn cases(&self) -> Condition {
        let own = Condition::any().add(case::Column::HandlerId.eq(self.person)).add(answered_by(self.person, None));
        self.severities.iter().fold(own, |any, (version, severities)| {
            let followed = case::Column::Severity.is_in(severities.iter().map(String::as_str));
            any.add(case::Column::ProfileVersionId.eq(*version).and(followed))
        })
    }
}

impl Filter {
    pub fn apply(&self, query: Select<case::Entity>) -> Select<case::Entity> {
        let Self { states, channels, severities, handler, received_from, received_until, .. } = self;
        let Self { number, phone_index, contract_number_index, overdue_at, .. } = self;
        let Self { urgent, acknowledged, silent_since, of, .. } = self;
        query
            .apply_if(states.clone(), |query, states| query.filter(case::Column::State.is_in(states)))
            .apply_if(channels.clone(), |query, channels| query.filter(case::Column::Channel.is_in(channels)))
            .apply_if(severities.clone(), |query, codes| query.filter(case::Column::Severity.is_in(codes)))
            .apply_if(*handler, |query, handler| query.filter(case::Column::HandlerId.eq(handler)))
            .apply_if(*received_from, |query, from| query.filter(case::Column::ReceivedAt.gte(from)))
            .apply_if(*received_until, |query, until| query.filter(case::Column::ReceivedAt.lt(until)))
            .apply_if(number.clone(), |query, number| query.filter(case::Column::Number.eq(number)))
            .apply_if(phone_index.clone(), |query, index| {
                query.filter(case::Column::Id.in_subquery(naming(IdentifierKind::Phone, &index)))
            })
            .apply_if(contract_number_index.clone(), |query, index| {
                query.filter(case::Column::ContractNumberIndex.eq(index))
            })
            .apply_if(*overdue_at, |query, now| query.filter(overdue(now)))
            .apply_if(*urgent, |query, urgent| query.filter(case::Column::Urgent.eq(urgent)))
            .apply_if(*acknowledged, |query, acknowledged| {
                let at = case::Column::AcknowledgedAt;
                query.filter(if acknowledged { at.is_not_null() } else { at.is_null() })
            })
            .apply_if(*silent_since, |query, since| query.filter(silent(since)))
            .apply_if(of.as_ref(), |query, participant| query.filter(participant.cases()))
    }
}

/// Cases that go on and have a deadline that passed.
fn overdue(now: DateTime<Utc>) -> Condition {
    let late = case_deadline::Entity::find().filter(deadlines::store::is_overdue(now));
    let late = late.select_only().column(case_deadline::Column::CaseId).into_query();
    Condition::all().add(case::Column::Id.in_subquery(late)).add(case::Column::State.is_not_in(OVER))
}

/// HK-2.5: cases under investigation that came in before an instant, and nobody was in touch with the complainant since. An
/// attempt that reached nobody is not being in touch; hearing the complainant is.
fn silent(since: DateTime<Utc>) -> Condition {
    use case_entry::Column;
    // Both databases read a field of JSON so.
    let reached = Expr::cust(r#"CAST("case_entries"."detail" ->> 'reached' AS TEXT) IN ('true', '1')"#);
    let heard = Expr::cust(r#""case_entries"."detail" ->> 'party' = 'COMPLAINANT'"#);
    let in_touch = Condition::any()
        .add(Condition::all().add(Column::Kind.eq(CaseEntryKind::Contact)).add(reached))
        .add(Condition::all().add(Column::Kind.eq(CaseEntryKind::Statement)).add(heard));
    let since_then = case_entry::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(Expr::col((case_entry::Entity, Column::CaseId)).eq(column(case::Column::Id)))
        .filter(Column::OccurredAt.gte(since))
        .filter(in_touch)
        .into_query();
    Condition::all()
        .add(case::Column::ReceivedAt.lt(since))
        .add(case::Column::State.is_in(under_investigation().iter().copied()))
        .add(Expr::exists(since_then).not())
}

/// By which time a list of cases is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum CaseOrderField {
    /// When the complaint was taken in.
    ReceivedAt,
    /// When it was registered.
    RegisteredAt,
}

impl CaseOrderField {
    pub const fn column(self) -> case::Column {
        match self {
            Self::ReceivedAt => case::Column::ReceivedAt,
            Self::RegisteredAt => case::Column::RegisteredAt,
        }
    }

    pub const fn time(self, case: &case::Model) -> DateTime<Utc> {
        match self {
            Self::ReceivedAt => case.received_at,
            Self::RegisteredAt => case.registered_at,
        }
    }
}

/// What is read together with a case, in the same statement.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shape {
    pub handler: bool,
    pub approvals: bool,
    pub deadlines: bool,
    /// The first page of the timeline, in this direction and of this size.
    pub timeline: Option<(Direction, u64)>,
}

/// A case and what was read with it.
#[derive(Clone, Debug)]
pub struct CaseRead {
    pub case: case::Model,
    /// The handler, if the shape asked for it and the case has one.
    pub handler: Option<StaffCard>,
    pub approvals: Option<Vec<approval::Model>>,
    pub deadlines: Option<Vec<case_deadline::Model>>,
    /// One entry more than the page, if there is one.
    pub timeline: Option<Vec<case_entry::Model>>,
}

impl CaseRead {
    /// A case with which nothing else was read.
    pub fn bare(case: case::Model) -> Self {
        Self { case, handler: None, approvals: None, deadlines: None, timeline: None }
    }
}

#[derive(FromQueryResult)]
struct Row {
    #[sea_orm(nested)]
    case: case::Model,
    nested_handler: Option<String>,
    nested_approvals: Option<String>,
    nested_deadlines: Option<String>,
    nested_timeline: Option<String>,
}

/// Runs a query of cases with what the shape asks for: always one statement.
pub async fn read<C: ConnectionTrait>(db: &C, query: Select<case::Entity>, shape: Shape) -> Result<Vec<CaseRead>> {
    let backend = db.get_database_backend();
    let parent = || Expr::col((case::Entity, case::Column::Id));
    let absent = || SimpleExpr::from(Expr::val(None::<String>));
    let optional = |asked: bool, rows: &dyn Fn() -> SimpleExpr| if asked { rows() } else { absent() };
    let handler = optional(shape.handler, &|| {
        let own = Expr::col((staff::Entity, staff::Column::Id)).eq(Expr::col((case::Entity, case::Column::HandlerId)));
        nested::rows(backend, staff::Entity::find().filter(own), &CARD)
    });
    let approvals = optional(shape.approvals, &|| {
        let own = Expr::col((approval::Entity, approval::Column::CaseId)).eq(parent());
        let query = approval::Entity::find()
            .filter(own)
            .order_by_asc(approval::Column::RequestedAt)
            .order_by_asc(approval::Column::Id);
        nested::rows(backend, query, &approval::Column::iter().collect::<Vec<_>>())
    });
    let deadlines = optional(shape.deadlines, &|| {
        let own = Expr::col((case_deadline::Entity, case_deadline::Column::CaseId)).eq(parent());
        let held = case_deadline::Entity::find().filter(own).filter(case_deadline::Column::DroppedAt.is_null());
        let query = held.order_by_asc(case_deadline::Column::DueAt);
        nested::rows(backend, query, &case_deadline::Column::iter().collect::<Vec<_>>())
    });
    let timeline = shape.timeline.map_or_else(absent, |(direction, size)| {
        let own = Expr::col((case_entry::Entity, case_entry::Column::CaseId)).eq(parent());
        let page = Page { size, backwards: false, after: None, before: None };
        let query = page.narrow(case_entry::Entity::find().filter(own), ENTRY_POSITION, direction);
        nested::rows(backend, query, &case_entry::Column::iter().collect::<Vec<_>>())
    });
    let rows = query
        .expr_as(handler, "nested_handler")
        .expr_as(approvals, "nested_approvals")
        .expr_as(deadlines, "nested_deadlines")
        .expr_as(timeline, "nested_timeline")
        .into_model::<Row>()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|row| {
            Ok(CaseRead {
                handler: nested::decode(row.nested_handler)?.and_then(|mut handlers| handlers.pop()),
                approvals: nested::decode(row.nested_approvals)?,
                deadlines: nested::decode(row.nested_deadlines)?,
                timeline: nested::decode(row.nested_timeline)?,
                case: row.case,
            })
        })
        .collect()
}

pub const ENTRY_POSITION: (case_entry::Column, case_entry::Column) =
    (case_entry::Column::OccurredAt, case_entry::Column::Id);

/// Cases by key, as far as the person may see them.
pub async fn by_ids<C: ConnectionTrait>(db: &C, actor: &Actor, ids: &[CaseId], shape: Shape) -> Result<Vec<CaseRead>> {
    let query = visible_to(actor).filter(any_of(db.get_database_backend(), case::Column::Id, ids));
    read(db, query, shape).await
}

/// A case for whoever asks, so that a refusal can be written down.
pub async fn any<C: ConnectionTrait>(db: &C, id: CaseId) -> Result<Option<case::Model>> {
    Ok(case::Entity::find_by_id(id).one(db).await?)
}

/// The same as far as the person is shown them as such.
pub async fn shown_by_ids<C: ConnectionTrait>(
    db: &C,
    actor: &Actor,
    ids: &[CaseId],
    shape: Shape,
) -> Result<Vec<CaseRead>> {
    let query = shown_to(actor).filter(any_of(db.get_database_backend(), case::Column::Id, ids));
    read(db, query, shape).await
}

/// The cases that go on with these, as far as the person may see them, the first one first.
pub async fn successors<C: ConnectionTrait>(db: &C, actor: &Actor, cases: &[CaseId]) -> Result<Vec<CaseRead>> {
    let query = shown_to(actor)
        .filter(any_of(db.get_database_backend(), case::Column::PredecessorId, cases))
        .order_by_asc(case::Column::RegisteredAt)
        .order_by_asc(case::Column::Id);
    read(db, query, Shape::default()).await
}

/// The case, locked until the transaction ends, if the person may see it.
pub async fn lock(tx: &Tx, id: CaseId) -> Result<case::Model> {
    let query = visible_to(tx.actor()).filter(case::Column::Id.eq(id)).lock_exclusive();
    query.one(tx.db()).await?.ok_or(Failure::NotFound)
}

/// The same, refusing a version that is no longer current.
pub async fn lock_version(tx: &Tx, id: CaseId, expected: i32) -> Result<case::Model> {
    let case = lock(tx, id).await?;
    if case.version != expected {
        return Err(Failure::conflict(expected, case.version));
    }
    Ok(case)
}

/// Writes what changed and counts the version up; gives the case as it now is.
pub async fn update(tx: &Tx, before: &case::Model, mut changes: case::ActiveModel) -> Result<case::Model> {
    changes.id = Set(before.id);
    changes.version = Set(before.version + 1);
    changes.updated_at = Set(tx.now());
    let moved = changes.state.is_set_and(|state| *state != before.state);
    if moved || changes.handler_id.is_set_and(|handler| *handler != before.handler_id) {
        changes.waiting_since = Set(Some(tx.now()));
    }
    let updated = case::Entity::update(changes).exec(tx.db()).await?;
    Ok(updated)
}

/// Writes an entry of the handling record.
pub async fn insert_entry(
    tx: &Tx,
    case: CaseId,
    entry: super::entry::NewEntry,
    occurred_at: DateTime<Utc>,
) -> Result<CaseEntryId> {
    let id: CaseEntryId = tx.id();
    case_entry::Entity::insert(case_entry::ActiveModel {
        id: Set(id),
        case_id: Set(case),
        kind: Set(entry.kind),
        occurred_at: Set(occurred_at),
        recorded_at: Set(tx.now()),
        recorded_by: Set(tx.actor().staff_id()),
        detail: Set(serde_json::to_value(&entry.detail)?),
    })
    .exec_without_returning(tx.db())
    .await?;
    Ok(id)
}

/// How often the complainant of a case was turned to, whether reached or not.
pub async fn attempts<C: ConnectionTrait>(db: &C, case: CaseId) -> Result<i32> {
    let attempts = case_entry::Entity::find()
        .filter(case_entry::COLUMN.case_id.eq(case))
        .filter(case_entry::Column::Kind.eq(CaseEntryKind::Contact))
        .filter(Expr::cust("detail ->> 'direction' = 'OUTBOUND'"))
        .count(db)
        .await?;
    i32::try_from(attempts).map_err(|_| Failure::internal("too many attempts to count"))
}

/// The whole handling record of each of several cases, in order.
pub async fn entries<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<case_entry::Model>> {
    let query = case_entry::Entity::find().filter(any_of(db.get_database_backend(), case_entry::Column::CaseId, cases));
    Ok(query.order_by_asc(ENTRY_POSITION.0).order_by_asc(ENTRY_POSITION.1).all(db).await?)
}

/// One page of the handling record of each of several cases, with one statement.
pub async fn entry_pages<C: ConnectionTrait>(
    db: &C,
    cases: &[CaseId],
    page: Page,
    direction: Direction,
) -> Result<HashMap<CaseId, Vec<case_entry::Model>>> {
    let backend = db.get_database_backend();
    let own = case_entry::Entity::find().filter(any_of(backend, case_entry::Column::CaseId, cases));
    let mut numbered = page.bounds(own, ENTRY_POSITION, direction).into_query();
    let order = page.order(direction);
    let window = WindowStatement::partition_by(case_entry::Column::CaseId)
        .order_by(ENTRY_POSITION.0, order.clone())
        .order_by(ENTRY_POSITION.1, order.clone())
        .take();
    numbered.expr_window_as(Expr::cust("row_number()"), window, "position");
    let first = Query::select()
        .columns(case_entry::Column::iter())
        .from_subquery(numbered, "numbered")
        .and_where(Expr::col("position").lte(i64::try_from(page.size + 1).unwrap_or(i64::MAX)))
        .order_by(ENTRY_POSITION.0, order.clone())
        .order_by(ENTRY_POSITION.1, order)
        .take();
    let rows = db.query_all(&first).await?;
    let mut found: HashMap<CaseId, Vec<case_entry::Model>> = HashMap::new();
    for row in rows {
        let entry = case_entry::Model::from_query_result(&row, "")?;
        found.entry(entry.case_id).or_default().push(entry);
    }
    Ok(found)
}

/// How many entries the handling record of each of several cases has.
pub async fn entry_counts<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<(CaseId, i64)>> {
    let query = case_entry::Entity::find()
        .select_only()
        .column(case_entry::Column::CaseId)
        .column_as(case_entry::Column::Id.count(), "entries")
        .filter(any_of(db.get_database_backend(), case_entry::Column::CaseId, cases))
        .group_by(case_entry::Column::CaseId);
    Ok(query.into_tuple().all(db).await?)
}

/// Deadlines by case, the earliest first.
pub async fn deadlines<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<case_deadline::Model>> {
    let query = case_deadline::Entity::find()
        .filter(any_of(db.get_database_backend(), case_deadline::Column::CaseId, cases))
        .filter(case_deadline::Column::DroppedAt.is_null())
        .order_by_asc(case_deadline::Column::DueAt);
    Ok(query.all(db).await?)
}

/// Plans by case, the first draft first.
pub async fn plans<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<Vec<plan::Model>> {
    let query = plan::Entity::find()
        .filter(any_of(db.get_database_backend(), plan::Column::CaseId, cases))
        .order_by_asc(plan::Column::Number);
    Ok(query.all(db).await?)
}

/// Everybody who handles a case or did.
pub async fn handlers<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<HashMap<CaseId, Vec<StaffId>>> {
    let given = case_entry::Entity::find()
        .filter(any_of(db.get_database_backend(), case_entry::Column::CaseId, cases))
        .filter(case_entry::Column::Kind.is_in([CaseEntryKind::Allocated, CaseEntryKind::Reassigned]));
    let mut handlers: HashMap<CaseId, Vec<StaffId>> = HashMap::new();
    for entry in given.all(db).await? {
        match serde_json::from_value(entry.detail)? {
            Detail::Allocation(allocation) => handlers.entry(entry.case_id).or_default().push(allocation.handler_id),
            Detail::Reassignment(given) => {
                handlers.entry(entry.case_id).or_default().extend([given.from_id, given.handler_id]);
            }
            _ => {}
        }
    }
    Ok(handlers)
}

/// The plan that is being worked on.
pub async fn latest_plan<C: ConnectionTrait>(db: &C, case: CaseId) -> Result<Option<plan::Model>> {
    let query = plan::Entity::find().filter(plan::COLUMN.case_id.eq(case));
    Ok(query.order_by_desc(plan::Column::Number).one(db).await?)
}

/// The cases registered first and last that were not disposed of, to try their data keys on. They are not opened for anybody.
pub async fn first_and_last<C: ConnectionTrait>(db: &C) -> Result<Vec<case::Model>> {
    let kept = case::Entity::find().filter(case::Column::DisposedAt.is_null());
    let first = kept.clone().order_by_asc(case::Column::RegisteredAt).one(db).await?;
    let last = kept.order_by_desc(case::Column::RegisteredAt).one(db).await?;
    Ok(first.into_iter().chain(last).collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::permissions::permissions_of;
    use crate::platform::access::Who;
    use sea_orm::DbBackend;
    use std::sync::Arc;
    use uuid::Uuid;

    fn sql(role: Role) -> String {
        let who = Who::Staff {
            id: Uuid::from_u128(1).into(),
            department_id: Uuid::from_u128(2).into(),
            session_id: Uuid::from_u128(3).into(),
        };
        let actor =
            Actor { who, roles: Arc::from([role]), permissions: permissions_of(role), ..Actor::nobody(Arc::from("t")) };
        visible_to(&actor).build(DbBackend::Sqlite).to_string()
    }

    #[test]
    fn who_reaches_nothing_gets_a_scope_that_matches_nothing() {
        for role in [Role::Admin, Role::Archivist, Role::CoHandler, Role::Legal] {
            assert!(sql(role).contains("1 = 0"), "{role}: {}", sql(role));
        }
        let nobody = visible_to(&Actor::nobody(Arc::from("t"))).build(DbBackend::Sqlite).to_string();
        assert!(nobody.contains("1 = 0"), "{nobody}");
        let system = visible_to(&Actor::system("t")).build(DbBackend::Sqlite).to_string();
        assert!(system.contains("1 = 0"), "{system}");
    }
}
