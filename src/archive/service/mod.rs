pub mod archive_case;
pub mod open_archive_file;
