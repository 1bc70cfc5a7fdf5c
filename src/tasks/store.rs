//! The only file that asks for tasks: one statement for a page, one for the counts. Each kind of work is one arm of a union
//! that begins at an index of what is open.

use super::TaskKind;
use super::policy::{Duties, Standing, Whose, duties};
use crate::approvals::authority::CASE_STATES;
use crate::calendar::local_day;
use crate::cases::store::{answered_by, earliest_open_deadline};
use crate::platform::access::{Actor, Permission};
use crate::platform::digest::sha256_hex;
use crate::platform::error::Result;
use crate::platform::instant::is_storable;
use crate::platform::page::{Direction, Page, Position};
use crate::profiles::Severity;
use crate::{approvals, assistance, cases, profiles};
use chrono::{DateTime, NaiveDate, SubsecRound, Utc};
use entity::approval::{ApprovalKind, ApprovalState};
use entity::case::CaseState;
use entity::plan::PlanVerdict;
use entity::staff_role::Role;
use entity::{
    CaseId, DepartmentId, ProfileVersionId, StaffId, approval, case, case_routing, delegation, joint_review,
    joint_review_agenda, plan, staff, staff_role,
};
use sea_orm::sea_query::{
    CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement, SimpleExpr, SubQueryStatement, UnionType,
};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryOrder,
    QuerySelect, QueryTrait, RelationDef, Select,
};
use uuid::Uuid;

/// A task as it stands in the lists.
#[derive(Clone, Debug, FromQueryResult)]
pub struct TaskRow {
    pub kind: TaskKind,
    pub case_id: CaseId,
    /// The key of the case, of the approval item, or of the assistance.
    pub subject: Uuid,
    pub urgency: i32,
    /// [`NEVER`] where no deadline runs.
    pub due_at: DateTime<Utc>,
    pub since: DateTime<Utc>,
}

/// Stands for the due time of what has none, so that it comes last.
pub const NEVER: DateTime<Utc> = match NaiveDate::from_ymd_opt(9999, 12, 31) {
    Some(day) => match day.and_hms_opt(0, 0, 0) {
        Some(midnight) => midnight.and_utc(),
        None => DateTime::<Utc>::MIN_UTC,
    },
    None => DateTime::<Utc>::MIN_UTC,
};

/// Where a task stands: the most urgent first, then by due time, which puts what is overdue before what is not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TaskPosition {
    urgency: i32,
    due_at: DateTime<Utc>,
    subject: Uuid,
}

impl From<&TaskRow> for TaskPosition {
    fn from(row: &TaskRow) -> Self {
        Self { urgency: row.urgency, due_at: row.due_at, subject: row.subject }
    }
}

impl Position for TaskPosition {
    fn to_bytes(self) -> Vec<u8> {
        let mut bytes = self.urgency.to_be_bytes().to_vec();
        bytes.extend_from_slice(&self.due_at.timestamp_micros().to_be_bytes());
        bytes.extend_from_slice(self.subject.as_bytes());
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let (urgency, bytes) = bytes.split_first_chunk::<4>()?;
        let (due_at, subject) = bytes.split_first_chunk::<8>()?;
        let due_at = DateTime::from_timestamp_micros(i64::from_be_bytes(*due_at)).filter(|due| is_storable(*due))?;
        Some(Self { urgency: i32::from_be_bytes(*urgency), due_at, subject: Uuid::from_slice(subject).ok()? })
    }
}

/// So many of the list are looked at row by row for whether it changed.
const FIRST_ROWS: u64 = 100;

/// How many tasks of a kind there are.
#[derive(Clone, Copy, Debug, FromQueryResult)]
pub struct TaskCount {
    pub kind: TaskKind,
    pub tasks: i64,
    pub overdue: i64,
}

/// What waits for a person.
pub struct Tasks<'a> {
    actor: &'a Actor,
    /// What the person may do under which profile versions.
    duties: Vec<(Duties, Vec<ProfileVersionId>)>,
    /// Those of today's profile, mildest first.
    severities: Vec<Severity>,
    /// What is lent to the person today, with the roles of whom lends it (HK-A8).
    lent: Vec<(delegation::Model, Vec<Role>)>,
}

impl<'a> Tasks<'a> {
    pub async fn of<C: ConnectionTrait>(db: &C, actor: &'a Actor, now: DateTime<Utc>) -> Result<Self> {
        let versions = profiles::store::in_order(db).await?;
        let mut grouped: Vec<(Duties, Vec<ProfileVersionId>)> = Vec::new();
        for version in &versions {
            let duties = duties(actor, &version.profile);
            match grouped.iter_mut().find(|(known, _)| *known == duties) {
                Some((_, ids)) => ids.push(version.id),
                None => grouped.push((duties, vec![version.id])),
            }
        }
        let today = local_day(now);
        let in_force = versions.iter().rfind(|version| version.profile.effective_from <= today);
        let severities = in_force.map_or_else(Vec::new, |version| version.profile.severities.clone());
        let lendable = versions.iter().any(|version| version.profile.delegation.is_some());
        let lent = match actor.staff_id().filter(|_| lendable && actor.may(Permission::ApprovalDecide)) {
            Some(me) => approvals::delegations::store::lent_to(db, me, today).await?,
            None => Vec::new(),
        };
        Ok(Self { actor, duties: grouped, severities, lent })
    }

    /// A page of the tasks, one more than the page if there are more.
    pub async fn page<C: ConnectionTrait>(
        &self,
        db: &C,
        kinds: Option<&[TaskKind]>,
        page: Page<TaskPosition>,
    ) -> Result<Vec<TaskRow>> {
        let Some(query) = self.page_query(kinds, page) else { return Ok(Vec::new()) };
        let rows = db.query_all(&query).await?;
        Ok(rows.iter().map(|row| TaskRow::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// The statement of a page; none when nothing could wait for the person.
    pub fn page_query(&self, kinds: Option<&[TaskKind]>, page: Page<TaskPosition>) -> Option<SelectStatement> {
        let mut query = Query::select();
        query
            .columns(["kind", "case_id", "subject", "urgency", "due_at", "since"])
            .from_subquery(self.union(kinds)?, "tasks");
        let position = || Expr::tuple(["urgency", "due_at", "subject"].map(Expr::col));
        let value =
            |at: TaskPosition| Expr::tuple([Expr::val(at.urgency), Expr::val(at.due_at), Expr::val(at.subject)]);
        query
            .and_where_option(page.after.map(|after| position().gt(value(after))))
            .and_where_option(page.before.map(|before| position().lt(value(before))));
        let order = page.order(Direction::Asc);
        for column in ["urgency", "due_at", "subject"] {
            query.order_by(column, order.clone());
        }
        query.limit(page.size + 1);
        Some(query)
    }

    pub async fn counts<C: ConnectionTrait>(
        &self,
        db: &C,
        kinds: Option<&[TaskKind]>,
        now: DateTime<Utc>,
    ) -> Result<Vec<TaskCount>> {
        let Some(union) = self.union(kinds) else { return Ok(Vec::new()) };
        // The second of the due time is still on time, as in `deadlines::status`.
        let late = Expr::col("due_at").lt(now.trunc_subsecs(0));
        let query = Query::select()
            .column("kind")
            .expr_as(Func::count(Expr::col("subject")), "tasks")
            .expr_as(Func::sum(CaseStatement::new().case(late, 1).finally(0)), "overdue")
            .from_subquery(union, "tasks")
            .group_by_col("kind")
            .order_by("kind", sea_orm::Order::Asc)
            .take();
        let rows = db.query_all(&query).await?;
        Ok(rows.iter().map(|row| TaskCount::from_query_result(row, "")).collect::<Result<_, _>>()?)
    }

    /// Differs when something came, went or moved on the list. Of a list that is longer than a page, what came or went further down
    /// shows in the counts.
    pub async fn fingerprint<C: ConnectionTrait>(&self, db: &C, now: DateTime<Utc>) -> Result<String> {
        let first = Page { size: FIRST_ROWS, backwards: false, after: None, before: None };
        let rows = self.page(db, None, first).await?;
        let counts = self.counts(db, None, now).await?;
        Ok(sha256_hex(format!("{rows:?}{counts:?}").as_bytes()))
    }

    fn union(&self, kinds: Option<&[TaskKind]>) -> Option<SelectStatement> {
        let arms = [
            self.own(kinds),
            self.answers(),
            self.allocations(),
            self.reviews(),
            self.endorsements(),
            self.decisions(),
            self.assistances(TaskKind::DeliverAssistance, entity::assistance::Column::DeliveredAt.is_null()),
            self.assistances(TaskKind::AnswerInformationRequest, assistance::store::is_asked_for_more()),
        ];
        let mut asked = arms
            .into_iter()
            .flatten()
            .filter(|(could_be, _)| kinds.is_none_or(|kinds| kinds.iter().any(|kind| could_be.contains(kind))))
            .map(|(_, arm)| arm);
        let mut union = asked.next()?;
        for arm in asked {
            union.union(UnionType::All, arm);
        }
        Some(union)
    }

    /// How urgent a case is, 0 first: the one place that says so. What is marked urgent (HK-2.7), then by the order of
    /// severities of the profile in force; a severity that it does not know counts as the mildest.
    fn urgency(&self) -> SimpleExpr {
        let marked = CaseStatement::new().case(case::Column::Urgent.eq(true), 0);
        let gravest_first = self.severities.iter().rev().map(|severity| severity.code.as_str());
        let ranked = (1..)
            .zip(gravest_first)
            .fold(marked, |ranks, (rank, code)| ranks.case(case::Column::Severity.eq(code), Expr::val::<i32>(rank)));
        ranked.finally(i32::try_from(self.severities.len() + 1).unwrap_or(i32::MAX)).into()
    }

    /// The columns of an arm.
    fn columns<E: EntityTrait>(
        &self,
        query: Select<E>,
        kind: SimpleExpr,
        subject: E::Column,
        since: SimpleExpr,
    ) -> SelectStatement {
        query
            .select_only()
            .expr_as(kind, "kind")
            .expr_as(Expr::col((case::Entity, case::Column::Id)), "case_id")
            .column_as(subject, "subject")
            .expr_as(self.urgency(), "urgency")
            .expr_as(Func::coalesce([earliest_open_deadline(), Expr::val(NEVER)]), "due_at")
            .expr_as(since, "since")
            .into_query()
    }

    fn of_cases(&self, query: Select<case::Entity>, kind: SimpleExpr) -> SelectStatement {
        let column = |column: case::Column| Expr::col((case::Entity, column));
        let since = Func::coalesce([column(case::Column::WaitingSince), column(case::Column::UpdatedAt)]);
        self.columns(query, kind, case::Column::Id, since.into())
    }

    /// The person's own cases with their next step.
    fn own(&self, kinds: Option<&[TaskKind]>) -> Option<Arm> {
        use CaseState::{Allocated, Closed, Investigating, PlanApproved, PlanDraft, Replied};
        use TaskKind::{ArchiveCase, CloseCase, DraftPlan, GiveReply, InvestigateCase, RevisePlan};
        let me = self.actor.staff_id().filter(|_| self.actor.may(Permission::CaseHandle))?;
        let state = || case::Column::State;
        let returned = state()
            .is_in([Investigating, PlanDraft])
            .and(last_verdict().is_in([PlanVerdict::Reinvestigate, PlanVerdict::Redraft]));
        let steps = [
            (RevisePlan, returned),
            (InvestigateCase, state().is_in([Allocated, Investigating])),
            (DraftPlan, state().eq(PlanDraft)),
            (GiveReply, state().eq(PlanApproved)),
            (CloseCase, state().eq(Replied)),
            (ArchiveCase, state().eq(Closed)),
        ];
        let kind = steps.iter().fold(CaseStatement::new(), |kind, (step, holds)| kind.case(holds.clone(), *step));
        let kind = SimpleExpr::Case(Box::new(kind));
        let open = [Allocated, Investigating, PlanDraft, PlanApproved, Replied, Closed];
        let wanted = kinds.map(|kinds| kind.clone().is_in(kinds.iter().copied()));
        let query = cases::store::visible_to(self.actor)
            .filter(case::Column::HandlerId.eq(me))
            .filter(state().is_in(open))
            // Somebody else is to answer, or something is not decided yet.
            .filter(Condition::any().add(state().ne(PlanApproved)).add(is_answered_by_handler().and(nothing_open())))
            .apply_if(wanted, |query, wanted| query.filter(wanted));
        Some((steps.map(|(step, _)| step).to_vec(), self.of_cases(query, kind)))
    }

    /// Complaints about office staff that the person answers (HK-5.4.9).
    fn answers(&self) -> Option<Arm> {
        let me = self.actor.staff_id().filter(|_| self.actor.may(Permission::CaseReply))?;
        let query = cases::store::visible_to(self.actor)
            .filter(case::Column::State.eq(CaseState::PlanApproved))
            .filter(answered_by(me, None))
            .filter(nothing_open());
        Some(self.arm(TaskKind::GiveReply, |kind| self.of_cases(query, kind)))
    }

    /// HK-3.6, HK-5.3
    fn allocations(&self) -> Option<Arm> {
        let mine = self.under(|duties| duties.allocates.then(Condition::all))?;
        let query =
            cases::store::visible_to(self.actor).filter(case::Column::State.eq(CaseState::Registered)).filter(mine);
        Some(self.arm(TaskKind::AllocateCase, |kind| self.of_cases(query, kind)))
    }

    /// HK-5.4.4, HK-4.8
    fn reviews(&self) -> Option<Arm> {
        let me = self.actor.staff_id()?;
        let mine = self.under(|duties| duties.reviews.iter().map(submitted_by).fold(None, any_of))?;
        let plan: RelationDef =
            case::Entity::belongs_to(plan::Entity).from(case::Column::Id).to(plan::Column::CaseId).into();
        let query = cases::store::visible_to(self.actor)
            .join(JoinType::InnerJoin, plan)
            .filter(case::Column::State.eq(CaseState::PlanReview))
            .filter(is_not(case::Column::HandlerId, me))
            // Of the drafts of a case, the one that is under review.
            .filter(plan::Column::SubmittedAt.is_not_null())
            .filter(plan::Column::Verdict.is_null())
            .filter(plan::Column::DraftedBy.ne(me))
            .filter(is_not(plan::Column::SubmittedBy, me))
            .filter(mine);
        Some(self.arm(TaskKind::ReviewPlan, |kind| self.of_cases(query, kind)))
    }

    /// HK-4.11
    fn endorsements(&self) -> Option<Arm> {
        let me = self.actor.staff_id()?;
        let mine = self.under(|duties| {
            let each = duties.endorses.iter().map(|(kind, tiers, whose)| {
                let item = tiers_of(*kind, tiers);
                match whose {
                    Whose::Anybodys => item,
                    Whose::HeldBy(role) => item.add(holds(approval::Column::RequestedBy, &[*role])),
                }
            });
            each.fold(None, any_of)
        })?;
        let query = self.items_of_others(me).filter(approval::Column::State.eq(ApprovalState::Pending)).filter(mine);
        Some(self.arm(TaskKind::EndorseApproval, |kind| self.of_items(query, kind)))
    }

    /// HK-4.1.1…HK-4.1.4, HK-4.8…HK-4.11
    fn decisions(&self) -> Option<Arm> {
        let me = self.actor.staff_id()?;
        let mine = self.under(|duties| {
            let lent = self.lent.iter().filter_map(|(delegation, roles)| lent(delegation, roles, duties));
            let own = approval::Column::RequiredRole.is_in(duties.decides.iter().copied());
            let own = (!duties.decides.is_empty()).then(|| Condition::all().add(own));
            let authority = own.into_iter().chain(lent).fold(None, any_of)?;
            let unendorsed = duties
                .endorsed_first
                .iter()
                .fold(Condition::any(), |any, (kind, tiers)| any.add(tiers_of(*kind, tiers)));
            let ready = Condition::any().add(approval::Column::State.eq(ApprovalState::Endorsed)).add(unendorsed.not());
            Some(Condition::all().add(authority).add(ready))
        })?;
        let query = self
            .items_of_others(me)
            .filter(approval::Column::State.is_in([ApprovalState::Pending, ApprovalState::Endorsed]))
            .filter(is_not(approval::Column::EndorsedBy, me))
            .filter(is_not(approval::Column::EndorsedFor, me))
            .filter(mine);
        Some(self.arm(TaskKind::DecideApproval, |kind| self.of_items(query, kind)))
    }

    /// Departments that help with the person's cases and wait for something (HK-2.6, HK-5.4.6).
    fn assistances(&self, kind: TaskKind, waits: SimpleExpr) -> Option<Arm> {
        use entity::assistance::{Column, Entity};
        let me = self.actor.staff_id().filter(|_| self.actor.may(Permission::CaseHandle))?;
        let case: RelationDef = Entity::belongs_to(case::Entity).from(Column::CaseId).to(case::Column::Id).into();
        let query = assistance::store::open()
            .join(JoinType::InnerJoin, case)
            .filter(case::Column::HandlerId.eq(me))
            .filter(waits);
        let since = Expr::col((Entity, Column::UpdatedAt));
        Some(self.arm(kind, |kind| self.columns(query, kind, Column::Id, since)))
    }

    /// Items on which something may be done and which are not the person's own work (HK-4.8).
    fn items_of_others(&self, me: StaffId) -> Select<approval::Entity> {
        let case: RelationDef =
            approval::Entity::belongs_to(case::Entity).from(approval::Column::CaseId).to(case::Column::Id).into();
        approvals::store::visible_to(self.actor)
            .join(JoinType::InnerJoin, case)
            .filter(case::Column::State.is_in(CASE_STATES))
            // A plan waits as a task of its own.
            .filter(approval::Column::Kind.ne(ApprovalKind::HandlingPlan))
            .filter(approval::Column::RequestedBy.ne(me))
            .filter(is_not(case::Column::HandlerId, me))
    }

    fn of_items(&self, query: Select<approval::Entity>, kind: SimpleExpr) -> SelectStatement {
        let since = Expr::col((approval::Entity, approval::Column::UpdatedAt));
        self.columns(query, kind, approval::Column::Id, since)
    }

    fn arm(&self, kind: TaskKind, arm: impl FnOnce(SimpleExpr) -> SelectStatement) -> Arm {
        (vec![kind], arm(Expr::val(kind)))
    }

    /// What holds for the cases of the profile versions under which the person has a duty; none when there is none.
    fn under(&self, duty: impl Fn(&Duties) -> Option<Condition>) -> Option<Condition> {
        let each = self.duties.iter().filter_map(|(duties, versions)| {
            let version = case::Column::ProfileVersionId.is_in(versions.iter().copied());
            Some(Condition::all().add(version).add(duty(duties)?))
        });
        each.fold(None, any_of)
    }
}

/// The kinds that an arm of the union may bring up, and the arm.
type Arm = (Vec<TaskKind>, SelectStatement);

fn any_of(any: Option<Condition>, one: Condition) -> Option<Condition> {
    Some(any.unwrap_or_else(Condition::any).add(one))
}

/// A column that is empty, or holds somebody else.
fn is_not<C: ColumnTrait>(column: C, person: StaffId) -> Condition {
    Condition::any().add(column.is_null()).add(column.ne(person))
}

fn tiers_of(kind: ApprovalKind, tiers: &[String]) -> Condition {
    Condition::all()
        .add(approval::Column::Kind.eq(kind))
        .add(approval::Column::Tier.is_in(tiers.iter().map(String::as_str)))
}

/// The items that lent authority is for, where the person who lends it has no part.
fn lent(delegation: &delegation::Model, roles: &[Role], duties: &Duties) -> Option<Condition> {
    let decides: Vec<_> = duties.decided_by(roles).collect();
    let kinds: Vec<ApprovalKind> = serde_json::from_value(delegation.kinds.clone()).ok()?;
    let asked_in = |department: DepartmentId| {
        let there = staff::Entity::find()
            .select_only()
            .column(staff::Column::Id)
            .filter(staff::Column::DepartmentId.eq(department));
        approval::Column::RequestedBy.in_subquery(there.into_query())
    };
    let lender = delegation.delegator_id;
    (!decides.is_empty()).then(|| {
        Condition::all()
            .add(approval::Column::RequiredRole.is_in(decides))
            .add_option((!kinds.is_empty()).then(|| approval::Column::Kind.is_in(kinds)))
            .add_option(delegation.max_amount.map(|most| approval::Column::CumulativeAmount.lte(most)))
            .add_option(delegation.department_id.map(asked_in))
            .add(approval::Column::RequestedBy.ne(lender))
            .add(is_not(case::Column::HandlerId, lender))
            .add(is_not(approval::Column::EndorsedBy, lender))
            .add(is_not(approval::Column::EndorsedFor, lender))
    })
}

/// The person of a column holds one of these roles.
fn holds<C: ColumnTrait>(person: C, roles: &[Role]) -> SimpleExpr {
    let held = staff_role::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(Expr::col((staff_role::Entity, staff_role::Column::StaffId)).eq(Expr::col(person.as_column_ref())))
        .filter(staff_role::Column::Role.is_in(roles.iter().copied()));
    Expr::exists(held.into_query())
}

fn submitted_by(standing: &Standing) -> Condition {
    let highest = standing.highest.map(|role| holds(plan::Column::SubmittedBy, &[role]));
    let above = (!standing.above.is_empty()).then(|| holds(plan::Column::SubmittedBy, &standing.above).not());
    Condition::all().add_option(highest).add_option(above)
}

/// What the reviewer said of the latest draft of the case; null while it was not reviewed.
fn last_verdict() -> SimpleExpr {
    let own = Expr::col((plan::Entity, plan::Column::CaseId)).eq(Expr::col((case::Entity, case::Column::Id)));
    let latest = plan::Entity::find()
        .select_only()
        .column(plan::Column::Verdict)
        .filter(own)
        .order_by_desc(plan::Column::Number)
        .limit(1);
    SimpleExpr::SubQuery(None, Box::new(SubQueryStatement::SelectStatement(latest.into_query())))
}

fn is_answered_by_handler() -> SimpleExpr {
    let own = Expr::col((case_routing::Entity, case_routing::Column::CaseId));
    let routed = case_routing::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(own.eq(Expr::col((case::Entity, case::Column::Id))));
    Expr::not_exists(routed.into_query())
}

/// No joint review that was agreed to goes on about the case (HK-5.5.1).
fn no_review_goes_on() -> SimpleExpr {
    let review: RelationDef = joint_review_agenda::Entity::belongs_to(joint_review::Entity)
        .from(joint_review_agenda::Column::JointReviewId)
        .to(joint_review::Column::Id)
        .into();
    let request: RelationDef = joint_review::Entity::belongs_to(approval::Entity)
        .from(joint_review::Column::ApprovalId)
        .to(approval::Column::Id)
        .into();
    let of_case = Expr::col((joint_review_agenda::Entity, joint_review_agenda::Column::CaseId))
        .eq(Expr::col((case::Entity, case::Column::Id)));
    let goes_on = joint_review_agenda::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .join(JoinType::InnerJoin, review)
        .join(JoinType::InnerJoin, request)
        .filter(of_case)
        .filter(joint_review::Column::FiledAt.is_null())
        .filter(joint_review::Column::CancelledAt.is_null())
        .filter(approval::Column::State.eq(ApprovalState::Approved));
    Expr::exists(goes_on.into_query()).not()
}

/// Nothing keeps the case from being replied to (HK-5.5.1): the same as `OpenWorks` says of it.
fn nothing_open() -> SimpleExpr {
    let own = Expr::col((approval::Entity, approval::Column::CaseId)).eq(Expr::col((case::Entity, case::Column::Id)));
    let undecided = approval::Entity::find()
        .select_only()
        .expr(Expr::val(1))
        .filter(own)
        .filter(approval::Column::State.is_in([ApprovalState::Pending, ApprovalState::Endorsed]));
    let own = Expr::col((entity::assistance::Entity, entity::assistance::Column::CaseId));
    let helping = assistance::store::open()
        .select_only()
        .expr(Expr::val(1))
        .filter(own.eq(Expr::col((case::Entity, case::Column::Id))));
    Expr::not_exists(undecided.into_query()).and(Expr::not_exists(helping.into_query())).and(no_review_goes_on())
}
