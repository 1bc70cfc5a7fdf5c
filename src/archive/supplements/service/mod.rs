pub mod add_archive_supplement;
