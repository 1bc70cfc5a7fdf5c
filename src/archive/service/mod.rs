pub mod archive_case;
pub mod index_archive_file;
