//! Asking that somebody of a court, a regulator or the like reads archive files: with a legal certificate, and an escort whom the
//! archivist names (SG-14.4).

use super::request_archive_reading::{Period, files_of, insert};
use super::{approvers, profile_of_today};
use crate::archive::reading::{error, sealed};
use crate::cases::evidence::attach::{Taken, take};
use crate::identity;
use crate::identity::permissions::permissions_of_all;
use crate::platform::access::Permission;
use crate::platform::db::{Command, Done, IdempotencyKey, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::text;
use async_graphql::InputObject;
use chrono::NaiveDate;
use entity::access_register::ReadingPurpose;
use entity::archive_reading::{self, ArchiveReadingState};
use entity::staff_role::Role;
use entity::{ArchiveReadingId, StaffId, UploadId};
use serde::Serialize;

/// Ask that an external body reads archive files.
#[derive(InputObject, Serialize)]
#[graphql(name = "RequestExternalReadingInput")]
pub struct RequestExternalReading {
    /// Any text of yours, new for each request. Sent again with the same input, it gives the first answer again.
    pub idempotency_key: String,
    /// Who reads: a person with the role EXTERNAL.
    pub reader_id: Global<StaffId>,
    /// The body, for example the name of the court.
    pub unit: String,
    /// The legal certificate: a file that you brought over `POST /files`.
    pub certificate_upload_id: Global<UploadId>,
    /// Who goes with the reader and opens each session: somebody who works here.
    pub escort_id: Global<StaffId>,
    /// Whole archive numbers, 1 to 50; one that is unknown refuses the request.
    pub archive_numbers: Vec<String>,
    /// What they are read for.
    pub purpose: ReadingPurpose,
    /// Why: the duty of the body.
    pub reason: String,
    /// First local day.
    pub first_day: NaiveDate,
    /// Last local day, included to its last second; today or later.
    pub last_day: NaiveDate,
}

impl Command for RequestExternalReading {
    type Output = ArchiveReadingId;

    fn idempotency(&self) -> Option<Result<IdempotencyKey>> {
        Some(IdempotencyKey::new(&self.idempotency_key, "requestExternalReading", self))
    }

    async fn execute(&self, tx: &Tx) -> Result<Done<ArchiveReadingId>> {
        let me = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people ask to read"))?;
        let profile = profile_of_today(tx).await?;
        let access = profile.as_ref().and_then(|profile| profile.archive_access.as_ref());
        let external = access.and_then(|access| access.external).ok_or_else(error::no_external_readers)?;
        let period = Period::given(tx, self.first_day, self.last_day)?;
        let unit = text::required("unit", &self.unit, text::LINE)?;
        let reason = text::required("reason", &self.reason, text::PROSE)?;
        let files = files_of(tx, &self.archive_numbers).await?;
        let reader = identity::store::card(tx.db(), self.reader_id.0).await?.filter(|card| card.disabled_at.is_none());
        let reader = reader.ok_or_else(error::not_an_external_reader)?;
        if !identity::store::roles_of(tx.db(), reader.id).await?.contains(&Role::External) {
            return Err(error::not_an_external_reader().into());
        }
        let escort = identity::store::card(tx.db(), self.escort_id.0).await?.filter(|card| card.disabled_at.is_none());
        let escort = escort.ok_or_else(error::not_an_escort)?;
        let roles = identity::store::roles_of(tx.db(), escort.id).await?;
        if !permissions_of_all(&roles).contains(Permission::ArchiveRequest) {
            return Err(error::not_an_escort().into());
        }
        let chain = [external.approver];
        if approvers(tx, external.approver, reader.department_id, reader.id).await?.is_empty() {
            return Err(error::nobody_to_answer(external.approver).into());
        }
        let Taken { upload, name, key } =
            take(tx, self.certificate_upload_id.0, ("SG-14.4", "certificateUploadId")).await?;
        let id: ArchiveReadingId = tx.id();
        let row = archive_reading::Model {
            id,
            reader_id: reader.id,
            requested_by: me,
            department_id: reader.department_id,
            purpose: self.purpose,
            reason,
            first_day: period.first,
            last_day: period.last,
            state: ArchiveReadingState::Requested,
            chain: serde_json::to_value(chain)?,
            approvals: 0,
            waits_for: Some(external.approver),
            place: None,
            intact: None,
            unit: Some(unit),
            escort_id: Some(escort.id),
            escorted_since: None,
            certificate_id: Some(upload.id),
            certificate_name_sealed: Some(tx.vault().system()?.seal(sealed::CERTIFICATE_NAME, id, &name)?),
            certificate_media_type: Some(upload.media_type),
            certificate_size: Some(upload.size),
            certificate_sha256: Some(upload.sha256),
            certificate_key_sealed: Some(key.seal(tx.vault().system()?, sealed::CERTIFICATE_KEY, id)?),
            version: 1,
            requested_at: tx.now(),
            updated_at: tx.now(),
        };
        let certificate = row.certificate_sha256.clone();
        let record = insert(tx, row, &files, &chain).await?;
        let record = record.fact("escort", escort.id).fact("certificateSha256", certificate);
        Ok(Done { output: id, record })
    }
}
