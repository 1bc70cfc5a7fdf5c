//! What a department that helps with a case (协办) sees of it: what was delivered, until its reading ends, and nothing else
//! (HK-6.3, HK-6.5). One predicate, for assistances and for the evidence that was delivered with them.

use crate::identity;
use crate::platform::access::{Actor, Permission};
use crate::platform::error::Result;
use chrono::{DateTime, SubsecRound, Utc};
use entity::approval::ApprovalState;
use entity::assistance::Column;
use entity::staff_role::Role;
use entity::{DepartmentId, StaffId, approval, assistance, case_respondent};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, ConnectionTrait};

/// Who works for other departments, and the head.
const HELPERS: [Role; 3] = [Role::CoHandler, Role::Legal, Role::DepartmentHead];

/// The assistances that were delivered to the person's department and may be read by the person now, as long as the approval
/// stands (HK-6.6); none for who helps nobody. Who is complained about reads nothing of the case (HK-4.8).
pub fn delivered_to(actor: &Actor, now: DateTime<Utc>) -> Option<Condition> {
    let helps = actor.may(Permission::AssistanceRead) && HELPERS.iter().any(|role| actor.has_role(*role));
    let (me, department) = actor.staff_id().zip(actor.department_id()).filter(|_| helps)?;
    let case = Expr::col((case_respondent::Entity, case_respondent::Column::CaseId));
    let complained_about = Query::select()
        .expr(Expr::val(1))
        .from(case_respondent::Entity)
        .and_where(case.eq(Expr::col((assistance::Entity, Column::CaseId))))
        .and_where(case_respondent::Column::StaffId.eq(me))
        .take();
    let agreed = Query::select()
        .expr(Expr::val(1))
        .from(approval::Entity)
        .and_where(
            Expr::col((approval::Entity, approval::Column::Id)).eq(Expr::col((assistance::Entity, Column::ApprovalId))),
        )
        .and_where(approval::Column::State.eq(ApprovalState::Approved))
        .take();
    let still_read =
        Condition::any().add(Column::ReadableUntil.is_null()).add(Column::ReadableUntil.gte(now.trunc_subsecs(0)));
    Some(
        Condition::all()
            .add(Column::DepartmentId.eq(department))
            .add(Column::DeliveredAt.is_not_null())
            .add(still_read)
            .add(Expr::exists(agreed))
            .add(Expr::not_exists(complained_about)),
    )
}

/// Everybody of a department who is told when it is to help, or is late.
pub async fn helpers<C: ConnectionTrait>(db: &C, department: DepartmentId) -> Result<Vec<StaffId>> {
    let mut people = Vec::new();
    for role in HELPERS {
        people.extend(identity::store::holders_in(db, role, department).await?);
    }
    people.sort();
    people.dedup();
    Ok(people)
}
