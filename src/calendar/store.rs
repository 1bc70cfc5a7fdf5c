//! The only file that queries calendars and their versions.

use super::{CalendarName, WorkingCalendar, Years, first_version};
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use entity::{CalendarVersionId, calendar, calendar_version};
use moka::sync::Cache;
use sea_orm::{ColumnTrait, Condition, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

/// Versions that were read. A version never changes and its key is unique; which one is current is asked each time.
static READ: LazyLock<Cache<CalendarVersionId, Arc<WorkingCalendar>>> = LazyLock::new(|| Cache::new(64));

/// The version of a calendar that is current now.
pub async fn current<C: ConnectionTrait>(db: &C, name: CalendarName) -> Result<Arc<WorkingCalendar>> {
    let head = calendar::Entity::find_by_id(name).one(db).await?;
    of_head(db, head).await
}

/// The same for writing deadlines: until the transaction ends, no other version becomes current.
pub async fn current_to_count(tx: &Tx, name: CalendarName) -> Result<Arc<WorkingCalendar>> {
    let head = calendar::Entity::find_by_id(name).lock_shared().one(tx.db()).await?;
    of_head(tx.db(), head).await
}

/// The same for publishing another one: whoever counts waits until the transaction ends.
pub async fn current_to_replace(tx: &Tx, name: CalendarName, expected: i32) -> Result<Arc<WorkingCalendar>> {
    let head = calendar::Entity::find_by_id(name).lock_exclusive().one(tx.db()).await?;
    let current = of_head(tx.db(), head).await?;
    if current.version != expected {
        return Err(Failure::conflict(expected, current.version));
    }
    Ok(current)
}

async fn of_head<C: ConnectionTrait>(db: &C, head: Option<calendar::Model>) -> Result<Arc<WorkingCalendar>> {
    let head = head.ok_or_else(|| Failure::internal("a calendar vanished"))?;
    let Some(id) = head.version_id else { return Ok(first_version(head.name)) };
    if let Some(known) = READ.get(&id) {
        return Ok(known);
    }
    let row = calendar_version::Entity::find_by_id(id).one(db).await?;
    read(row.ok_or_else(|| Failure::internal("a calendar version vanished"))?)
}

/// Several versions, with at most one statement.
pub async fn versions<C: ConnectionTrait>(
    db: &C,
    wanted: &[(CalendarName, i32)],
) -> Result<HashMap<(CalendarName, i32), Arc<WorkingCalendar>>> {
    let mut found = HashMap::new();
    let mut published = Condition::any();
    for (name, version) in wanted {
        if *version == 1 {
            found.insert((*name, 1), first_version(*name));
        } else {
            let one = Condition::all()
                .add(calendar_version::Column::Calendar.eq(*name))
                .add(calendar_version::Column::Version.eq(*version));
            published = published.add(one);
        }
    }
    if !published.is_empty() {
        for row in calendar_version::Entity::find().filter(published).all(db).await? {
            found.insert((row.calendar, row.version), read(row)?);
        }
    }
    Ok(found)
}

fn read(row: calendar_version::Model) -> Result<Arc<WorkingCalendar>> {
    if let Some(known) = READ.get(&row.id) {
        return Ok(known);
    }
    let years: Years = serde_json::from_value(row.content)?;
    let calendar = Arc::new(WorkingCalendar::new(row.calendar, row.version, years));
    READ.insert(row.id, Arc::clone(&calendar));
    Ok(calendar)
}
