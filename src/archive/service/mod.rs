pub mod archive_case;
pub mod index_archive_file;
pub mod open_archive_file;
