//! Opening an archive file: nothing is shown before the register has its row, and an attempt in vain has one too (HK-5.6.3,
//! SG-14.3, SG-14.9).

use super::way_in::{Attempt, Part, open, parts_for, way_in, write_down_denial};
use crate::archive::store::Way;
use crate::archive::supplements;
use crate::audit::register::Reading;
use crate::platform::db::{AuditRecord, Command, Done, Door, Tx};
use crate::platform::error::Result;
use crate::platform::ids::Global;
use async_graphql::InputObject;
use entity::access_register::{self, ReadingAct, ReadingPurpose};
use entity::audit_event::AuditAction;
use entity::{ArchiveFileId, archive_file, archive_supplement};
use serde::{Deserialize, Serialize};
use serde_json::json;

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
    /// What was added later, for who reads the whole file.
    pub supplements: Vec<archive_supplement::Model>,
    pub intact: bool,
}

impl Command for OpenArchiveFile {
    type Output = Attempt<Box<Shown>>;
    const DOOR: Door = Door::Reading;

    async fn execute(&self, tx: &Tx) -> Result<Done<Self::Output>> {
        let (file, entered) = way_in(tx, self.id.0, self.purpose).await?;
        let entered = match entered {
            Ok(entered) => entered,
            Err(denial) => {
                let record = write_down_denial(tx, ReadingAct::OpenFile, &file, self.purpose, denial).await?;
                return Ok(Done { output: Attempt::Denied(denial), record });
            }
        };
        let opened = open(tx, &file).await?;
        let parts = parts_for(tx, &file, entered.way, &opened.snapshot).await?;
        let supplements = match entered.way {
            Way::Delivery => Vec::new(),
            _ => supplements::store::of_files(tx.db(), &[file.id]).await?,
        };
        let mut sections: Vec<_> = parts.iter().map(|(kind, ..)| json!(kind)).collect();
        sections.extend((!supplements.is_empty()).then(|| json!("SUPPLEMENTS")));
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
        let shown = Shown { entry, parts, supplements, intact: opened.intact, file };
        Ok(Done { output: Attempt::Shown(Box::new(shown)), record })
    }
}
