//! The command line of redress.
#![allow(clippy::print_stdout, reason = "answers of commands go to standard output")]

mod cli;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    match cli::run(cli::Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(complaint) => {
            eprintln!("redress: {complaint}");
            ExitCode::FAILURE
        }
    }
}
