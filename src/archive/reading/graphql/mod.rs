//! Readings of archive files, copies and revealed values as a portal sees them.

mod copy;
pub mod mutations;
pub mod queries;
mod reading;

pub use copy::{ArchiveCopy, RevealedField};
pub use mutations::ReadingMutations;
pub use queries::ReadingQueries;
pub use reading::ArchiveReading;
