//! The only file that counts the cases of handlers.

use super::HandlerLoad;
use crate::calendar::{self, local_day};
use crate::cases::policy::in_work;
use crate::cases::store::{earliest_open_deadline, visible_to};
use crate::cases::{answering, deadlines, people, team};
use crate::platform::access::Actor;
use crate::platform::db::any_of;
use crate::platform::error::Result;
use crate::{identity, profiles};
use chrono::{DateTime, SubsecRound, Utc};
use entity::approval::{self, ApprovalKind, ApprovalState};
use entity::case::{self, CaseState};
use entity::staff_role::Role;
use entity::{CaseId, StaffId};
use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait, Func, Query, SelectStatement};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait};
use std::collections::{BTreeMap, HashMap, HashSet};

/// Of each case, who must not handle it: the one place where candidates are filtered, for allocation and for suggestions
/// alike (HK-5.3).
pub async fn barred<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<HashMap<CaseId, HashSet<StaffId>>> {
    let mut barred: HashMap<CaseId, HashSet<StaffId>> = HashMap::new();
    for routing in answering::store::routings(db, cases).await? {
        barred.entry(routing.case_id).or_default().insert(routing.respondent_id);
    }
    for (case, involved) in people::store::involved(db, cases).await? {
        let kept_away = involved.staff.iter().map(|staff| staff.id);
        let declared = involved.declared.iter().map(|recusal| recusal.staff_id);
        barred.entry(case).or_default().extend(kept_away.chain(declared));
    }
    for (case, people) in had_a_say(db, cases).await? {
        barred.entry(case).or_default().extend(people);
    }
    Ok(barred)
}

/// Of each case, who endorsed or decided an item that still holds or waits, and for whom: they would come to act on what they
/// decided (HK-4.8).
pub async fn had_a_say<C: ConnectionTrait>(db: &C, cases: &[CaseId]) -> Result<HashMap<CaseId, HashSet<StaffId>>> {
    use approval::Column::{CaseId as OfCase, DecidedBy, DecidedFor, EndorsedBy, EndorsedFor, Kind, State};
    type Say = (CaseId, Option<StaffId>, Option<StaffId>, Option<StaffId>, Option<StaffId>);
    let rows: Vec<Say> = approval::Entity::find()
        .select_only()
        .columns([OfCase, EndorsedBy, EndorsedFor, DecidedBy, DecidedFor])
        .filter(any_of(db.get_database_backend(), OfCase, cases))
        .filter(State.is_in([ApprovalState::Endorsed, ApprovalState::Approved]))
        // To let others help or meet is no decision on what is done for the complainant.
        .filter(Kind.is_not_in([ApprovalKind::Assistance, ApprovalKind::JointReviewRequest]))
        .into_tuple()
        .all(db)
        .await?;
    let mut found: HashMap<CaseId, HashSet<StaffId>> = HashMap::new();
    for (case, endorsed_by, endorsed_for, decided_by, decided_for) in rows {
        let people = [endorsed_by, endorsed_for, decided_by, decided_for];
        found.entry(case).or_default().extend(people.into_iter().flatten());
    }
    Ok(found)
}

#[derive(FromQueryResult)]
struct Row {
    handler: StaffId,
    state: CaseState,
    cases: i64,
    overdue: i64,
    due_soon: i64,
    oldest: DateTime<Utc>,
}

/// What each handler has to do, of the cases that the person asking may see: every handler on duty, and whoever else still
/// has a case.
pub async fn loads<C: ConnectionTrait>(db: &C, actor: &Actor, now: DateTime<Utc>) -> Result<Vec<HandlerLoad>> {
    let today = profiles::store::effective_on(db, local_day(now)).await?;
    let due_soon = match today.as_ref().map(|published| &published.profile) {
        Some(profile) => match profile.work_lists.due_soon {
            Some(period) => {
                let calendar = calendar::store::current(db, profile.calendar.working_days).await?;
                Some(profile.counting(&calendar).due(now, period, &[]).map_err(deadlines::uncountable)?.at)
            }
            None => None,
        },
        None => None,
    };
    let on_duty: HashSet<_> = identity::store::holders(db, Role::Handler).await?.into_iter().collect();
    let rows = db.query_all(&counted(actor, now, due_soon.unwrap_or(now))).await?;

    let mut loads: BTreeMap<StaffId, HandlerLoad> = BTreeMap::new();
    let load = |handler: StaffId| HandlerLoad {
        handler,
        on_duty: on_duty.contains(&handler),
        by_state: Vec::new(),
        open: 0,
        overdue: 0,
        due_soon: due_soon.map(|_| 0),
        oldest: None,
    };
    for row in rows {
        let row = Row::from_query_result(&row, "")?;
        let of_handler = loads.entry(row.handler).or_insert_with(|| load(row.handler));
        of_handler.by_state.push((row.state, row.cases));
        of_handler.open += row.cases;
        of_handler.overdue += row.overdue;
        of_handler.due_soon = of_handler.due_soon.map(|soon| soon + row.due_soon);
        of_handler.oldest = of_handler.oldest.into_iter().chain([row.oldest]).min();
    }
    for handler in &on_duty {
        loads.entry(*handler).or_insert_with(|| load(*handler));
    }
    Ok(loads.into_values().map(team::in_order_of_states).collect())
}

/// One row for each handler and state.
fn counted(actor: &Actor, now: DateTime<Utc>, soon: DateTime<Utc>) -> SelectStatement {
    let cases = visible_to(actor)
        .select_only()
        .column_as(case::Column::HandlerId, "handler")
        .column(case::Column::State)
        .column(case::Column::ReceivedAt)
        .expr_as(earliest_open_deadline(), "due_at")
        .filter(case::Column::State.is_in(in_work().iter().copied()))
        .filter(case::Column::HandlerId.is_not_null())
        .into_query();
    // The second of the due time is still on time, as in `deadlines::status`.
    let now = now.trunc_subsecs(0);
    let due = || Expr::col("due_at");
    let number_of = |condition: Expr| Func::sum(CaseStatement::new().case(condition, 1).finally(0));
    Query::select()
        .columns(["handler", "state"])
        .expr_as(Func::count(Expr::col("handler")), "cases")
        .expr_as(number_of(due().lt(now)), "overdue")
        .expr_as(number_of(due().gte(now).and(due().lte(soon))), "due_soon")
        .expr_as(Func::min(Expr::col("received_at")), "oldest")
        .from_subquery(cases, "cases")
        .group_by_columns(["handler", "state"])
        .take()
}
