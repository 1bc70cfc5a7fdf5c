//! What is said of how long a file is kept, one use case per file.

pub mod keep_permanently;
pub mod place_legal_hold;
pub mod release_legal_hold;

use super::store;
use crate::platform::db::Tx;
use crate::platform::error::{Failure, Result};
use entity::{ArchiveFileId, StaffId, archive_file};

/// The file, locked, and who acts. Of a file that was disposed of nothing is said any more: its key is gone.
async fn locked(tx: &Tx, id: ArchiveFileId) -> Result<(archive_file::Model, StaffId)> {
    let by = tx.actor().staff_id().ok_or_else(|| Failure::internal("only people say what keeps a file"))?;
    Ok((store::lock(tx, id).await?, by))
}
