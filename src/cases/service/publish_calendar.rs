//! Publishing a corrected working calendar: a new version, and in the same transaction every open deadline that it moves.

use crate::calendar::{self, CalendarName, Day, DayKind, Hours, WorkingCalendar, Year, Years, check, exchange};
use crate::cases::deadlines::{self, moves};
use crate::cases::entry::{DeadlineDetail, Detail, NewEntry};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::digest::{canonical_json, sha256_hex};
use crate::platform::error::{Failure, Result};
use crate::platform::text;
use async_graphql::{InputObject, OneofObject};
use chrono::NaiveDate;
use entity::audit_event::AuditAction;
use entity::case_entry::CaseEntryKind;
use entity::{CalendarVersionId, calendar as calendars, calendar_version};
use sea_orm::ActiveValue::Set;
use sea_orm::{ActiveModelTrait, EntityTrait};
use std::collections::BTreeMap;

/// Publish a corrected version of a working calendar.
#[derive(InputObject)]
#[graphql(name = "PublishCalendarInput")]
pub struct PublishCalendar {
    pub calendar: CalendarName,
    /// The `version` of the calendar that you saw.
    pub expected_version: i32,
    pub content: CalendarContent,
    /// Why it is corrected, for example the notice of a new year.
    pub reason: String,
}

/// What is published, in one of three forms. Each year that it names is replaced as a whole; the others stay.
#[derive(Clone, OneofObject)]
#[graphql(name = "CalendarContentInput")]
pub enum CalendarContent {
    /// `date,kind,name,hours,notice` with that header.
    Csv(String),
    /// All-day events; CATEGORIES says HOLIDAY or WORKING, DESCRIPTION names the notice.
    ICalendar(String),
    Years(Vec<CalendarYearInput>),
}

/// A year and its days that are not what their weekday says.
#[derive(Clone, InputObject)]
pub struct CalendarYearInput {
    pub year: i32,
    /// The notice that sets its holidays.
    pub notice: String,
    pub days: Vec<CalendarDayInput>,
}

/// A day that is not what its weekday says.
#[derive(Clone, InputObject)]
pub struct CalendarDayInput {
    pub date: NaiveDate,
    pub kind: DayKind,
    /// For example 春节.
    pub name: String,
    /// Business hours of this day where they are not the usual ones, for example `09:00-12:00`.
    #[graphql(default)]
    pub hours: Vec<String>,
    /// The notice that sets it, where it is not that of the year.
    pub notice: Option<String>,
}

impl CalendarContent {
    /// The version that follows the current one with this content; refused if something is wrong with it.
    pub fn follow(&self, current: &WorkingCalendar) -> Result<WorkingCalendar> {
        if current.name == CalendarName::MondayToFriday {
            return Err(Failure::bad_input("calendar", "This calendar has no holidays, and so nothing to correct."));
        }
        let given = self.years()?;
        if given.is_empty() {
            return Err(Failure::bad_input("content", "The content names no day."));
        }
        let problems: Vec<_> = check(&given).iter().take(20).map(ToString::to_string).collect();
        if !problems.is_empty() {
            return Err(Failure::bad_input("content", problems.join("\n")));
        }
        let mut years = current.years.clone();
        years.extend(given);
        if years == current.years {
            return Err(Failure::bad_input("content", "This is what the current version says already."));
        }
        Ok(WorkingCalendar::new(current.name, current.version + 1, years))
    }

    fn years(&self) -> Result<Years> {
        let unreadable = |problem: String| Failure::bad_input("content", problem);
        let years = match self {
            Self::Csv(text) => exchange::from_csv(text).map_err(unreadable)?,
            Self::ICalendar(text) => exchange::from_icalendar(text).map_err(unreadable)?,
            Self::Years(years) => typed(years)?,
        };
        // Whatever way they came: names are lines, and notices may be long.
        for year in years.values() {
            text::optional("content", Some(&year.notice), text::PROSE)?;
            for day in year.days.values() {
                text::optional("content", Some(&day.name), text::LINE)?;
                text::optional("content", day.notice.as_deref(), text::PROSE)?;
            }
        }
        Ok(years)
    }
}

fn typed(given: &[CalendarYearInput]) -> Result<Years> {
    let twice = |what: String| Failure::bad_input("content", format!("{what}: stands there twice"));
    let mut years = Years::new();
    for year in given {
        let mut days = BTreeMap::new();
        for CalendarDayInput { date, kind, name, hours, notice } in &year.days {
            let hours: Result<Vec<Hours>, String> = hours.iter().map(|hours| hours.parse()).collect();
            let hours = hours.map_err(|problem| Failure::bad_input("content", format!("{date}: {problem}")))?;
            let day = Day { kind: *kind, name: name.trim().to_owned(), notice: notice.clone(), hours };
            if days.insert(*date, day).is_some() {
                return Err(twice(date.to_string()));
            }
        }
        if years.insert(year.year, Year { notice: year.notice.trim().to_owned(), days }).is_some() {
            return Err(twice(year.year.to_string()));
        }
    }
    Ok(years)
}

impl Command for PublishCalendar {
    /// The version that is now current.
    type Output = i32;

    async fn execute(&self, tx: &Tx) -> Result<Done<i32>> {
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let current = calendar::store::current_to_replace(tx, self.calendar, self.expected_version).await?;
        let next = self.content.follow(&current)?;
        let content = serde_json::to_value(&next.years)?;
        let sha256 = sha256_hex(canonical_json(&content)?.as_bytes());
        let id: CalendarVersionId = tx.id();
        calendar_version::Entity::insert(calendar_version::ActiveModel {
            id: Set(id),
            calendar: Set(next.name),
            version: Set(next.version),
            content: Set(content),
            sha256: Set(sha256.clone()),
            published_at: Set(tx.now()),
            published_by: Set(tx.actor().staff_id()),
        })
        .exec_without_returning(tx.db())
        .await?;
        let head =
            calendars::ActiveModel { name: Set(next.name), version: Set(next.version), version_id: Set(Some(id)) };
        head.update_without_returning(tx.db()).await?;
        let (moved, settled) = count_anew(tx, &next).await?;

        let record = AuditRecord::new(AuditAction::CalendarPublished, id)
            .fact("calendar", next.name)
            .change("version", current.version, next.version)
            .fact("sha256", sha256)
            .fact("deadlinesMoved", moved)
            .fact("deadlinesSettled", settled)
            .reason(reason);
        Ok(Done { output: next.version, record })
    }
}

/// Counts the open deadlines with the next version; those that move are told of in the record of their case.
async fn count_anew(tx: &Tx, next: &WorkingCalendar) -> Result<(usize, usize)> {
    let changed = moves::under(tx.db(), next, true).await?;
    for recounted in &changed {
        deadlines::store::update(tx, recounted.row(next, tx.now())).await?;
        if recounted.moves() {
            let detail = DeadlineDetail::moved(&recounted.before, recounted.after.due.at);
            let entry = NewEntry::new(CaseEntryKind::DeadlineMoved, Detail::Deadline(detail));
            store::insert_entry(tx, recounted.before.case_id, entry, tx.now()).await?;
        }
    }
    let count = |what: fn(&moves::Recounted) -> bool| changed.iter().filter(|recounted| what(recounted)).count();
    Ok((count(moves::Recounted::moves), count(moves::Recounted::settles)))
}
