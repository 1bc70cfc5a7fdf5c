//! Working calendars: looking at them, counting with them, correcting them.

use crate::calendar::graphql::{CalendarVersion, DueDateDerivation};
use crate::calendar::{self, CalendarName, Period, WorkingCalendar, local_day};
use crate::cases::deadlines::moves::{self, Recounted};
use crate::cases::service::publish_calendar::{CalendarContent, PublishCalendar};
use crate::platform::access::{Permission, access, inherits};
use crate::platform::error::Failure;
use crate::platform::ids::NodeKey;
use crate::platform::instant::{self, is_storable};
use crate::platform::page::{Connection, Cursor, Listed, PageArgs, asks_for_total};
use crate::platform::payload::{payloads, settle};
use crate::platform::scope::Scope;
use crate::profiles;
use async_graphql::{Context, Description, ID, InputObject, Object, Result};
use chrono::{DateTime, Utc};
use entity::case_deadline::PeriodUnit;
use std::sync::Arc;

payloads!(
    calendar: CalendarVersion {
        PublishCalendarPayload,
    }
);

/// A correction to try.
#[derive(InputObject)]
pub struct PreviewCalendarInput {
    pub calendar: CalendarName,
    pub content: CalendarContent,
}

/// What a correction of a calendar would do.
#[derive(Description)]
pub struct CalendarPreview {
    next: Arc<WorkingCalendar>,
    moved: Vec<Recounted>,
    settled: i32,
}

#[Object(use_type_description)]
impl CalendarPreview {
    /// The version that would be published; send the one before it as `expectedVersion`.
    #[graphql(directive = inherits::apply())]
    async fn calendar(&self) -> CalendarVersion {
        CalendarVersion(Arc::clone(&self.next))
    }

    /// The open deadlines that would move, the earliest first: exactly those that `publishCalendar` moves.
    #[graphql(directive = inherits::apply())]
    async fn moves(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
    ) -> Result<Connection<DeadlineMove>> {
        let page = PageArgs { first, after, last: None, before: None }.check()?;
        let place = |moved: &Recounted| Cursor::new(moved.before.due_at, moved.before.id);
        let behind = |moved: &&Recounted| {
            let key = |cursor: Cursor| (cursor.time, cursor.key);
            page.after.is_none_or(|after| key(place(moved)) > key(after))
        };
        let size = usize::try_from(page.size).unwrap_or(usize::MAX).saturating_add(1);
        let rows = self.moved.iter().filter(behind).take(size).cloned().collect();
        let total = asks_for_total(ctx).then(|| i64::try_from(self.moved.len()).unwrap_or(i64::MAX));
        Ok(page.connect(Listed { rows, total }, place, DeadlineMove))
    }

    /// How many open deadlines would stay where they are and be provisional no longer.
    #[graphql(directive = inherits::apply())]
    async fn settled(&self) -> i32 {
        self.settled
    }
}

/// An open deadline that a correction of its calendar moves.
#[derive(Description)]
pub struct DeadlineMove(Recounted);

#[Object(use_type_description)]
impl DeadlineMove {
    #[graphql(directive = inherits::apply())]
    async fn deadline_id(&self) -> ID {
        self.0.before.id.global()
    }

    #[graphql(directive = inherits::apply())]
    async fn case_number(&self) -> &str {
        &self.0.case.number
    }

    /// Code of the deadline, for example `REPLY`.
    #[graphql(directive = inherits::apply())]
    async fn code(&self) -> &str {
        &self.0.before.code
    }

    /// The rule that sets it, for example `HK-8.2`.
    #[graphql(directive = inherits::apply())]
    async fn rule(&self) -> &str {
        &self.0.before.rule
    }

    /// The last second in time, as it is now.
    #[graphql(directive = inherits::apply())]
    async fn due_at(&self) -> DateTime<Utc> {
        self.0.before.due_at
    }

    /// The last second in time, as it would be.
    #[graphql(directive = inherits::apply())]
    async fn new_due_at(&self) -> DateTime<Utc> {
        self.0.after.due.at
    }

    /// Whether it would still rely on a year that is not published.
    #[graphql(directive = inherits::apply())]
    async fn provisional(&self) -> bool {
        self.0.after.due.provisional
    }
}

#[derive(Default)]
pub struct CalendarQueries;

#[Object]
impl CalendarQueries {
    /// A working calendar: its current version, or an older one. Null for a version that there never was.
    #[graphql(directive = access::apply(vec![]))]
    async fn calendar(
        &self,
        ctx: &Context<'_>,
        name: CalendarName,
        version: Option<i32>,
    ) -> Option<Result<CalendarVersion>> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let found = match version {
            None => calendar::store::current(db, name).await.map(Some),
            Some(version) => {
                calendar::store::versions(db, &[(name, version)]).await.map(|mut found| found.remove(&(name, version)))
            }
        };
        found.map(|found| found.map(CalendarVersion)).map_err(Into::into).transpose()
    }

    /// When a period would end that begins at `start`, counted as the profile of that day counts: with its calendar unless
    /// another is named, its business hours, its rollover.
    #[graphql(directive = access::apply(vec![]))]
    async fn preview_due_date(
        &self,
        ctx: &Context<'_>,
        start: DateTime<Utc>,
        length: i32,
        unit: PeriodUnit,
        calendar: Option<CalendarName>,
    ) -> Result<DueDateDerivation> {
        const MOST: i32 = 1_000;
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let start = instant::given("start", Some(start))?.unwrap_or(start);
        let length = u32::try_from(length).ok().filter(|_| (1..=MOST).contains(&length));
        let length = length.ok_or_else(|| Failure::bad_input("length", format!("A period has 1 to {MOST} units.")))?;
        let published = profiles::store::effective_on(db, local_day(start)).await?;
        let published = published.ok_or_else(|| Failure::bad_input("start", "No policy is in force for that day."))?;
        let profile = &published.profile;
        let name = calendar.unwrap_or(profile.calendar.working_days);
        let calendar = calendar::store::current(db, name).await?;
        let derived = profile.counting(&calendar).derive(start, Period { length, unit }, &[]);
        let derived = derived.map_err(|reason| Failure::bad_input("unit", reason.to_string()))?;
        if !is_storable(derived.due.at) {
            return Err(Failure::bad_input("length", "This ends outside the years 1900 to 9999.").into());
        }
        Ok(DueDateDerivation::new(derived, &calendar))
    }

    /// What a correction of a calendar would do to the open deadlines; changes nothing.
    #[graphql(directive = access::apply(vec![Permission::CalendarManage]))]
    async fn preview_calendar(&self, ctx: &Context<'_>, input: PreviewCalendarInput) -> Result<CalendarPreview> {
        let scope = Scope::of(ctx);
        let db = scope.db.read(&scope.actor);
        let current = calendar::store::current(db, input.calendar).await?;
        let next = Arc::new(input.content.follow(&current)?);
        let changed = moves::under(db, &next, false).await?;
        let settled = changed.iter().filter(|recounted| recounted.settles()).count();
        let moved = changed.into_iter().filter(Recounted::moves).collect();
        Ok(CalendarPreview { next, moved, settled: i32::try_from(settled).unwrap_or(i32::MAX) })
    }
}

#[derive(Default)]
pub struct CalendarMutations;

#[Object]
impl CalendarMutations {
    /// Publishes a corrected version of a working calendar and moves, at the same moment, the open deadlines that
    /// `previewCalendar` names. What was met stays as it was counted.
    #[graphql(directive = access::apply(vec![Permission::CalendarManage]))]
    async fn publish_calendar(
        &self,
        ctx: &Context<'_>,
        input: PublishCalendar,
    ) -> Option<Result<PublishCalendarPayload>> {
        Some(publish(ctx, &input).await.map_err(Into::into))
    }
}

async fn publish(
    ctx: &Context<'_>,
    command: &PublishCalendar,
) -> crate::platform::error::Result<PublishCalendarPayload> {
    let scope = Scope::of(ctx);
    let (version, refusals) = settle(scope.db.run(&scope.actor, command).await)?;
    let key = version.map(|version| (command.calendar, version));
    let db = scope.db.read(&scope.actor);
    let published = match key {
        Some(key) => calendar::store::versions(db, &[key]).await?.remove(&key),
        None => None,
    };
    Ok(PublishCalendarPayload::from((published.map(CalendarVersion), refusals)))
}
