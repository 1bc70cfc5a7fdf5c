//! Asking to read archive files (投诉登记档案查阅申请表, SG-14.1, SG-14.2, SG-14.5, SG-14.10).

use super::{approvers, profile_of_today, tell_of};
use crate::archive::reading::{error, store};
use crate::archive::store as archive;
use crate::calendar::local_day;
use crate::platform::db::{AuditRecord, Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::{instant, text};
use crate::profiles::NoChain;
use async_graphql::InputObject;
use chrono::NaiveDate;
use entity::access_register::ReadingPurpose;
use entity::archive_reading::{self, ArchiveReadingState};
use entity::archive_reading_step::ArchiveReadingAct;
use entity::audit_event::AuditAction;
use entity::staff_role::Role;
use entity::{ArchiveReadingId, archive_file, archive_reading_file};
use sea_orm::ActiveValue::Set;
use sea_orm::{EntityTrait, IntoActiveModel};
use serde::Serialize;

/// Ask to read archive files yourself.
#[derive(InputObject, Serialize)]
#[graphql(name = "RequestArchiveReadingInput")]
pub struct RequestArchiveReading {
    /// Any text of yours, new for each request. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    /// Whole archive numbers, 1 to 50; one that is unknown refuses the request (SG-14.5).
    pub archive_numbers: Vec<String>,
    /// What you read them for; they are opened for this and nothing else (SG-14.9).
    pub purpose: ReadingPurpose,
    /// Why.
    pub reason: String,
    /// First local day.
    pub first_day: NaiveDate,
    /// Last local day, included to its last second; today or later.
    pub last_day: NaiveDate,
}

impl Command for RequestArchiveReading {
    type Output = ArchiveReadingId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "requestArchiveReading", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let (me, department) = tx
            .actor()
            .staff_id()
            .zip(tx.actor().department_id())
            .ok_or_else(|| Failure::internal("only people ask to read"))?;
        let profile = profile_of_today(tx).await?;
        let access = profile.as_ref().and_then(|profile| profile.archive_access.as_ref());
        let access = access.ok_or_else(error::not_by_request)?;
        let period = Period::given(tx, self.first_day, self.last_day)?;
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let files = files_of(tx, &self.archive_numbers).await?;
        let severities = files.iter().map(|file| file.severity.as_str());
        let chain = access.chain(severities, &tx.actor().roles).map_err(|none| match none {
            NoChain::UnknownSeverity => error::no_chain(),
            NoChain::NobodyAbove => error::nobody_above(),
        })?;
        for role in &chain {
            if approvers(tx, *role, department, me).await?.is_empty() {
                return Err(error::nobody_to_answer(*role).into());
            }
        }
        let id: ArchiveReadingId = tx.id();
        let row = archive_reading::Model {
            id,
            reader_id: me,
            requested_by: me,
            department_id: department,
            purpose: self.purpose,
            reason,
            first_day: period.first,
            last_day: period.last,
            state: ArchiveReadingState::Requested,
            chain: serde_json::to_value(&chain)?,
            approvals: 0,
            waits_for: chain.first().copied(),
            place: None,
            intact: None,
            unit: None,
            escort_id: None,
            escorted_since: None,
            certificate_id: None,
            certificate_name_sealed: None,
            certificate_media_type: None,
            certificate_size: None,
            certificate_sha256: None,
            certificate_key_sealed: None,
            version: 1,
            requested_at: tx.now(),
            updated_at: tx.now(),
        };
        let record = insert(tx, row, &files, &chain).await?;
        Ok(Done { output: id, record })
    }
}

/// Local days, both included.
pub(super) struct Period {
    pub first: NaiveDate,
    pub last: NaiveDate,
}

impl Period {
    pub(super) fn given(tx: &Tx, first: NaiveDate, last: NaiveDate) -> Result<Self> {
        let first = instant::given_day("firstDay", first)?;
        let last = instant::given_day("lastDay", last)?;
        let allowed = first <= last && local_day(tx.now()) <= last;
        if allowed { Ok(Self { first, last }) } else { Err(error::period_not_allowed().into()) }
    }
}

const MOST_FILES: usize = 50;

/// The files of these numbers, each once; all of them must be there.
pub(super) async fn files_of(tx: &Tx, numbers: &[String]) -> Result<Vec<archive_file::Model>> {
    let mut numbers: Vec<String> = numbers.iter().map(|number| number.trim().to_owned()).collect();
    numbers.sort();
    numbers.dedup();
    if numbers.is_empty() || numbers.len() > MOST_FILES {
        return Err(Failure::bad_input("archiveNumbers", "Give 1 to 50 archive numbers."));
    }
    let files = archive::by_numbers(tx.db(), &numbers).await?;
    if files.len() == numbers.len() { Ok(files) } else { Err(error::number_unknown().into()) }
}

/// Writes a reading with its files and its first step, and tells whose turn it is.
pub(super) async fn insert(
    tx: &Tx,
    row: archive_reading::Model,
    files: &[archive_file::Model],
    chain: &[Role],
) -> Result<AuditRecord> {
    archive_reading::Entity::insert(row.clone().into_active_model()).exec_without_returning(tx.db()).await?;
    let links = files
        .iter()
        .map(|file| archive_reading_file::ActiveModel { reading_id: Set(row.id), archive_file_id: Set(file.id) });
    archive_reading_file::Entity::insert_many(links).exec_without_returning(tx.db()).await?;
    let step = store::step(tx, row.id, ArchiveReadingAct::Requested, None, None).await?;
    tell_of(tx, &row, ArchiveReadingAct::Requested, step).await?;
    let numbers: Vec<_> = files.iter().map(|file| file.number.as_str()).collect();
    Ok(AuditRecord::new(AuditAction::ArchiveReadingRequested, row.id)
        .fact("reader", row.reader_id)
        .fact("purpose", row.purpose)
        .fact("numbers", numbers)
        .fact("firstDay", row.first_day)
        .fact("lastDay", row.last_day)
        .fact("chain", chain)
        .reason(row.reason))
}
