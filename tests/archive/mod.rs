//! The archive: filing, looking up, opening on record.

mod archive_case;
mod open_archive_file;
mod reading;
