//! The monthly report (月度报表): the figures of a local month, kept as they were when it was generated (HK-3.5).

use crate::calendar::{day_start, local_day};
use crate::cases::store::reaches_all;
use crate::lessons::store::reported_within;
use crate::platform::db::{AuditRecord, Command, Done, Door, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use crate::profiles;
use crate::reports::store;
use async_graphql::InputObject;
use chrono::{DateTime, Datelike, Months, NaiveDate, Utc};
use entity::audit_event::AuditAction;
use entity::{MonthlyReportId, monthly_report};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// Generate the report of a month.
#[derive(InputObject, Serialize)]
#[graphql(name = "GenerateMonthlyReportInput")]
pub struct GenerateMonthlyReport {
    /// Any text of yours, new for each report. Sent again with the same input, it gives the first report again.
    pub idempotency_key: Option<String>,
    /// Local year, for example 2024.
    pub year: i32,
    /// 1 to 12.
    pub month: u32,
}

impl Command for GenerateMonthlyReport {
    type Output = MonthlyReportId;
    const DOOR: Door = Door::Service;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(self.idempotency_key.as_deref()?, "generateMonthlyReport", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<MonthlyReportId>> {
        let author = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people generate reports"))?;
        let month = Month::new(self.year, self.month)?;
        if tx.now() < month.begins() {
            return Err(not_begun().into());
        }
        let published = profiles::store::effective_on(tx.db(), local_day(tx.now())).await?;
        let profile = published.as_ref().map(|published| &*published.profile);
        let figures = store::figures(tx.db(), tx.actor(), profile, month.begins(), month.ends()).await?;
        let suggestions = reported_within(tx.db(), tx.actor(), month.begins(), month.ends()).await?;

        let id: MonthlyReportId = tx.id();
        monthly_report::Entity::insert(monthly_report::ActiveModel {
            id: Set(id),
            year: Set(month.first.year()),
            month: Set(month.number()),
            generated_by: Set(author),
            generated_at: Set(tx.now()),
            covers_all: Set(reaches_all(tx.actor())),
            figures: Set(serde_json::to_value(&figures)?),
            suggestion_ids: Set(serde_json::to_value(&suggestions)?),
        })
        .exec_without_returning(tx.db())
        .await?;
        let record = AuditRecord::new(AuditAction::MonthlyReportGenerated, id)
            .fact("year", self.year)
            .fact("month", self.month)
            .fact("received", figures.received)
            .fact("closed", figures.closed);
        Ok(Done { output: id, record })
    }
}

fn not_begun() -> Refusal {
    let message = Message::new("该月份尚未开始。", "This month has not begun.");
    Refusal::new(RefusalCode::TimeNotAllowed, "HK-3.5", message).about("month")
}

/// A local month.
#[derive(Clone, Copy, Debug)]
pub struct Month {
    pub first: NaiveDate,
}

impl Month {
    pub fn new(year: i32, month: u32) -> Result<Self> {
        let first = NaiveDate::from_ymd_opt(year, month, 1).filter(|_| (1900..=9998).contains(&year));
        first.map(|first| Self { first }).ok_or_else(|| Failure::bad_input("month", "There is no such month."))
    }

    fn next(self) -> NaiveDate {
        self.first.checked_add_months(Months::new(1)).unwrap_or(NaiveDate::MAX)
    }

    /// Its last day.
    pub fn last(self) -> NaiveDate {
        self.next().pred_opt().unwrap_or(self.first)
    }

    pub fn begins(self) -> DateTime<Utc> {
        day_start(self.first)
    }

    /// The first instant after it.
    pub fn ends(self) -> DateTime<Utc> {
        day_start(self.next())
    }

    fn number(self) -> i32 {
        i32::try_from(self.first.month()).unwrap_or_default()
    }
}
