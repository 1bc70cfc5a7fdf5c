//! What is done with lessons, one use case per file.

pub mod add_library_entry;
pub mod record_suggestion;
