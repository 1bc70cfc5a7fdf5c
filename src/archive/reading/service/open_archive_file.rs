//! Opening an archive file: nothing is shown before the register has its row, and an attempt in vain has one too (HK-5.6.3,
//! SG-14.3, SG-14.9).

use super::way_in::{Attempt, Part, open, parts_for, way_in, write_down_denial};
use crate::audit::register::Reading;
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::access_register::{self, ReadingAct, ReadingPurpose};
use entity::audit_event::AuditAction;
use entity::{ArchiveFileId, archive_file};
use serde::{Deserialize, Serialize};

/// Open an archive file, on record.
#[derive(InputObject, Serialize)]
#[graphql(name = "OpenArchiveFileInput")]
pub struct OpenArchiveFile {
    pub id: Global<ArchiveFileId>,
    /// What it is opened for; when somebody agreed to the reading, what they agreed to (SG-14.9).
    pub purpose: ReadingPurpose,
}

/// What is shown, read in the transaction that wrote the row.
#[derive(Clone, Serialize, Deserialize)]
pub struct Shown {
    pub file: archive_file::Model,
    pub entry: access_register::Model,
    pub parts: Vec<Part>,
    pub intact: bool,
}

impl Command for OpenArchiveFile {
    type Output = Attempt<Box<Shown>>;

    async fn execute(&self, tx: &Tx) -> Result<Done<Self::Output>> {
        let (file, entered) = way_in(tx, self.id.0, self.purpose).await?;
        let entered = match entered {
            Ok(entered) => entered,
            Err(denial) => {
                let record = write_down_denial(tx, ReadingAct::OpenFile, &file, self.purpose, denial).await?;
                return Ok(Done { output: Attempt::Denied(denial), record });
            }
        };
        let opened = open(tx, &file)?;
        let parts = parts_for(tx, &file, entered.way, &opened.snapshot).await?;
        let sections: Vec<_> = parts.iter().map(|(kind, ..)| *kind).collect();
        let entry = Reading::by(tx, ReadingAct::OpenFile)?
            .of_file(&file)
            .purpose(self.purpose)
            .by_leave(entered.reading)
            .sections(&sections)?
            .write(tx)
            .await?;
        let record = AuditRecord::new(AuditAction::ArchiveFileOpened, file.id)
            .of_case(file.case_id)
            .fact("number", &file.number)
            .fact("purpose", self.purpose);
        let shown = Shown { entry, parts, intact: opened.intact, file };
        Ok(Done { output: Attempt::Shown(Box::new(shown)), record })
    }
}
