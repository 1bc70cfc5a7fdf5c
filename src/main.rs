//! The command line of redress.
#![allow(clippy::print_stdout, reason = "answers of commands go to standard output")]

mod cli;

use clap::Parser;
use std::process::ExitCode;

/// The 19 MiB of each password check go back to the machine; with the system's allocator they stay.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    match cli::run(cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            eprintln!("redress: {complaint}");
            ExitCode::FAILURE
        }
    }
}
