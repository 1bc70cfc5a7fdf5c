//! The house itself: HTTP, migrations, the command line, and what survives.

mod command_line;
mod data_keys;
mod faults;
mod front_door;
mod grants;
mod http;
mod jobs;
mod joint_review_packs;
mod large_files;
mod migrations;
mod survival;
mod trusted_operations;
