//! The house itself: HTTP, migrations, the command line, and what survives.

mod command_line;
mod http;
mod migrations;
mod survival;
