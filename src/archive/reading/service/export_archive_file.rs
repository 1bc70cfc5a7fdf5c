//! Taking a copy of an archive file: a right of its own, watermarked with reader and time, on record (HK-5.6.3, SG-16.5).

use super::profile_of_today;
use super::way_in::{Attempt, Part, open, parts_for, way_in, write_down_denial};
use crate::audit::register::Reading;
use crate::identity;
use crate::platform::access::Permission;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::access_register::{self, ReadingAct, ReadingDenial, ReadingPurpose};
use entity::audit_event::AuditAction;
use entity::{ArchiveFileId, archive_file};
use serde::{Deserialize, Serialize};

/// Take a copy of an archive file, on record.
#[derive(InputObject, Serialize)]
#[graphql(name = "ExportArchiveFileInput")]
pub struct ExportArchiveFile {
    pub id: Global<ArchiveFileId>,
    /// What the copy is for.
    pub purpose: ReadingPurpose,
}

/// The copy, read in the transaction that wrote the row.
#[derive(Clone, Serialize, Deserialize)]
pub struct Copied {
    pub file: archive_file::Model,
    pub entry: access_register::Model,
    pub parts: Vec<Part>,
    /// Name and login of who took it.
    pub reader: (String, String),
}

impl Command for ExportArchiveFile {
    type Output = Attempt<Box<Copied>>;
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<Self::Output>> {
        let (file, entered) = way_in(tx, self.id.0, self.purpose).await?;
        let profile = profile_of_today(tx).await?;
        let named = profile.iter().flat_map(|profile| &profile.privacy.export).any(|role| tx.actor().has_role(*role));
        let may_copy = named && tx.actor().may(Permission::ArchiveExport);
        let entered = match entered.and_then(|entered| may_copy.then_some(entered).ok_or(ReadingDenial::NoExportRight))
        {
            Ok(entered) => entered,
            Err(denial) => {
                let record = write_down_denial(tx, ReadingAct::ExportFile, &file, self.purpose, denial).await?;
                return Ok(Done { output: Attempt::Denied(denial), record });
            }
        };
        let parts = parts_for(tx, &file, entered.way, &open(tx, &file).await?.snapshot).await?;
        let sections: Vec<_> = parts.iter().map(|(kind, ..)| *kind).collect();
        let entry = Reading::by(tx, ReadingAct::ExportFile)?
            .of_file(&file)
            .purpose(self.purpose)
            .by_leave(entered.reading)
            .sections(&sections)?
            .write(tx)
            .await?;
        let card = identity::store::card(tx.db(), entry.reader_id).await?;
        let card = card.ok_or_else(|| Failure::internal("a reader vanished"))?;
        let record = AuditRecord::new(AuditAction::ArchiveFileExported, file.id)
            .of_case(file.case_id)
            .fact("number", &file.number)
            .fact("purpose", self.purpose);
        let copied = Copied { reader: (card.name, card.login), parts, entry, file };
        Ok(Done { output: Attempt::Shown(Box::new(copied)), record })
    }
}
