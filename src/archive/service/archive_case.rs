//! Filing a closed case: the next number of the archive, and a snapshot that nobody changes (归档, HK-5.6.1, HK-5.6.2).

use crate::archive::snapshot;
use crate::calendar::local_day;
use crate::cases::entry::{Detail, FilingDetail, NewEntry};
use crate::cases::policy::{self, CaseAct};
use crate::cases::store;
use crate::platform::db::{AuditRecord, Command, Done, Tx, series};
use crate::platform::digest::sha256_hex;
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::{profiles, reviews};
use async_graphql::InputObject;
use chrono::Datelike;
use entity::audit_event::AuditAction;
use entity::case::{self, CaseState};
use entity::case_entry::CaseEntryKind;
use entity::{ArchiveFileId, CaseId, archive_file};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;
use serde::Serialize;

/// File a closed case in the archive.
#[derive(InputObject, Serialize)]
#[graphql(name = "ArchiveCaseInput")]
pub struct ArchiveCase {
    pub case_id: Global<CaseId>,
    /// The `version` of the case that you saw.
    pub expected_version: i32,
}

impl Command for ArchiveCase {
    type Output = CaseId;

    async fn execute(&self, tx: &Tx) -> Result<Done<CaseId>> {
        let case = store::lock_version(tx, self.case_id.0, self.expected_version).await?;
        policy::may_handle(CaseAct::Archive, tx.actor(), &case)?;
        reviews::policy::may_file(&reviews::store::all_of_cases(tx.db(), &[case.id]).await?)?;
        let filed_by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people file cases"))?;
        let profile = profiles::store::profile(tx.db(), case.profile_version_id).await?;

        let archived = case::ActiveModel { state: Set(CaseState::Archived), ..Default::default() };
        let archived = store::update(tx, &case, archived).await?;
        let year = local_day(tx.now()).year();
        let number = profile.numbers.archive.number(year, series::next(tx, format!("archive:{year}")).await?);
        let detail = Detail::Filing(FilingDetail { number: number.clone() });
        store::insert_entry(tx, case.id, NewEntry::new(CaseEntryKind::Archived, detail), tx.now()).await?;

        let key = tx.key_of(case.id).await?;
        let canonical = snapshot::take(tx, &key, &archived, &number).await?.canonical()?;
        let sha256 = sha256_hex(canonical.as_bytes());
        let id: ArchiveFileId = tx.id();
        archive_file::Entity::insert(archive_file::ActiveModel {
            id: Set(id),
            case_id: Set(case.id),
            number: Set(number.clone()),
            year: Set(year),
            case_number: Set(case.number.clone()),
            channel: Set(case.channel.clone()),
            severity: Set(case.severity.clone()),
            filed_by: Set(filed_by),
            filed_at: Set(tx.now()),
            snapshot_sealed: Set(key.seal(SNAPSHOT, id, &canonical)?),
            snapshot_sha256: Set(sha256.clone()),
        })
        .exec_without_returning(tx.db())
        .await?;

        let record = AuditRecord::new(AuditAction::CaseArchived, id)
            .of_case(case.id)
            .change("state", case.state, CaseState::Archived)
            .fact("number", number)
            .fact("snapshotSha256", sha256);
        Ok(Done { output: case.id, record })
    }
}

/// The name of the sealed field, which is part of what is sealed.
pub const SNAPSHOT: &str = "archive_files.snapshot";
