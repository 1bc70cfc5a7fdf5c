//! Makes a file searchable that was filed before there was a search, from its snapshot.

use super::archive_case::SNAPSHOT;
use crate::archive::search;
use crate::archive::snapshot::Snapshot;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use entity::archive_file;
use entity::audit_event::AuditAction;

pub struct IndexArchiveFile(pub archive_file::Model);

impl Command for IndexArchiveFile {
    type Output = ();

    async fn execute(&self, tx: &Tx) -> Result<Done<()>> {
        let Self(file) = self;
        let snapshot: Snapshot =
            serde_json::from_str(&tx.key_of(file.case_id).await?.open(SNAPSHOT, file.id, &file.snapshot_sealed)?)?;
        search::store::forget(tx, file.id).await?;
        search::store::write(tx, file.id, &search::text_of(&snapshot)).await?;
        let record = AuditRecord::new(AuditAction::ArchiveFileIndexed, file.id).of_case(file.case_id);
        Ok(Done { output: (), record })
    }
}
