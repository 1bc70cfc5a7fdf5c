//! Deadlines of a case: what the profile sets for its severity, counted from acceptance (HK-8.1…HK-8.4).

use super::policy::reached;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::profiles::{DeadlineRule, Profile};
use case_deadline::Column;
use chrono::{DateTime, SubsecRound, Utc};
use entity::{CaseDeadlineId, case, case_deadline};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

/// Writes the deadlines that hold for the case as it now is: after registration, after a milestone, after the severity
/// changed. Always counted from the acceptance, so that the order of changes does not matter.
pub async fn write(tx: &Tx, case: &case::Model, profile: &Profile) -> Result<()> {
    let rules: Vec<&DeadlineRule> = profile.deadlines_of(&case.severity).collect();
    let codes: Vec<&str> = rules.iter().map(|rule| rule.code.as_str()).collect();
    case_deadline::Entity::delete_many()
        .filter(case_deadline::COLUMN.case_id.eq(case.id))
        .filter(Column::Code.is_not_in(codes))
        .exec(tx.db())
        .await?;
    if rules.is_empty() {
        return Ok(());
    }
    let changing = [
        Column::Rule,
        Column::StartedAt,
        Column::Length,
        Column::Unit,
        Column::CalendarVersion,
        Column::DueAt,
        Column::Provisional,
        Column::MetAt,
    ];
    let rows = rules.into_iter().map(|rule| row(tx.id(), case, rule, profile));
    case_deadline::Entity::insert_many(rows)
        .on_conflict(OnConflict::columns([Column::CaseId, Column::Code]).update_columns(changing).to_owned())
        .exec_without_returning(tx.db())
        .await?;
    Ok(())
}

fn row(id: CaseDeadlineId, case: &case::Model, rule: &DeadlineRule, profile: &Profile) -> case_deadline::ActiveModel {
    let calendar = profile.calendar();
    let due = calendar.due(case.received_at, rule.period);
    case_deadline::ActiveModel {
        id: Set(id),
        case_id: Set(case.id),
        code: Set(rule.code.clone()),
        rule: Set(rule.rule.clone()),
        started_at: Set(case.received_at),
        length: Set(rule.period.length.into()),
        unit: Set(rule.period.unit),
        calendar_version: Set(calendar.version.clone()),
        due_at: Set(due.at),
        provisional: Set(due.provisional),
        met_at: Set(met_at(case, rule)),
    }
}

/// When the last of what the deadline waits for had happened.
fn met_at(case: &case::Model, rule: &DeadlineRule) -> Option<DateTime<Utc>> {
    let all: Option<Vec<_>> = rule.met_by.iter().map(|milestone| reached(*milestone, case)).collect();
    all?.into_iter().max()
}

/// Where a deadline stands. The second of the due time is still on time, the next is late (G-2, G-5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, async_graphql::Enum)]
pub enum DeadlineStatus {
    /// Not met, and there is still time.
    Running,
    /// Met in time.
    Met,
    /// Met, but late.
    MetLate,
    /// Not met, and late.
    Overdue,
}

pub fn status(deadline: &case_deadline::Model, now: DateTime<Utc>) -> DeadlineStatus {
    let in_time = deadline.met_at.unwrap_or(now).trunc_subsecs(0) <= deadline.due_at;
    match (deadline.met_at, in_time) {
        (Some(_), true) => DeadlineStatus::Met,
        (Some(_), false) => DeadlineStatus::MetLate,
        (None, true) => DeadlineStatus::Running,
        (None, false) => DeadlineStatus::Overdue,
    }
}
