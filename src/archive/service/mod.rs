pub mod archive_case;
