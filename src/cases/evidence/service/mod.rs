//! What is done with files and evidence, one use case per file.

pub mod add_evidence;
pub mod forget_file;
pub mod keep_file;
pub mod read_evidence;
