//! What each command does.

mod approvals;
mod archive;
mod audit;
mod demo;
mod doctor;
mod keys;
mod migrate;
mod operations;
mod profile;
mod review;
mod schema;
mod serve;
mod staff;

use clap::{Parser, Subcommand};
use redress::app::App;
use redress::platform::clock::Clock;
use redress::platform::config::Config;
use redress::platform::db::{Database, migrate as migrations};
use redress::platform::error::Failure;
use std::future::Future;
use std::path::PathBuf;
use std::sync::Arc;

/// A GraphQL backend for complaint casework with role-based authorization.
///
/// Settings come from embedded defaults, then from the file given with --config, then from variables such as
/// REDRESS_DATABASE__URL. `redress doctor` says what is missing.
#[derive(Parser)]
#[command(version, propagate_version = true)]
pub struct Arguments {
    /// Configuration file (TOML)
    #[arg(long, global = true, env = "REDRESS_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until told to stop; pending migrations are applied first
    Serve,
    /// Serve an embedded database with demonstration data and say how to try it
    Demo(demo::Demo),
    /// Bring the database to the state this program needs, or back
    #[command(subcommand)]
    Migrate(migrate::Migrate),
    /// Print the GraphQL schema
    Schema(schema::Schema),
    /// Check the operations of a portal before a server trusts them
    #[command(subcommand)]
    Operations(operations::Operations),
    /// Manage the people who sign in
    #[command(subcommand)]
    Staff(staff::Staff),
    /// Check and publish the organisation's rules
    #[command(subcommand)]
    Profile(profile::Profile),
    /// Work past decisions out again
    #[command(subcommand)]
    Approvals(approvals::Approvals),
    /// Look after what was filed
    #[command(subcommand)]
    Archive(archive::Archive),
    /// Check what was given out of joint reviews
    #[command(subcommand)]
    Review(review::Review),
    /// Give the audit log out, and verify it
    #[command(subcommand)]
    Audit(audit::Audit),
    /// The keys that this server signs with
    #[command(subcommand)]
    Keys(keys::Keys),
    /// Say what is wrong with configuration, keys, database, clock and data
    Doctor,
}

/// What a command says when it fails.
pub type Complaint = String;

pub fn run(arguments: Arguments) -> Result<(), Complaint> {
    let config = || Config::load(arguments.config.as_deref()).map_err(|error| error.to_string());
    match arguments.command {
        Command::Serve => serve::run(config()?),
        Command::Demo(demo) => demo.run(),
        Command::Migrate(migrate) => wait(migrate.run(&config()?)),
        Command::Schema(schema) => schema.run(),
        Command::Operations(operations) => operations.run(arguments.config.as_deref()),
        Command::Staff(staff) => wait(staff.run(&config()?)),
        Command::Profile(profile) => profile.run(config),
        Command::Approvals(approvals) => wait(approvals.run(&config()?)),
        Command::Archive(archive) => wait(archive.run(&config()?)),
        Command::Review(review) => review.run(),
        Command::Audit(audit) if audit.needs_configuration() => wait(audit.export(&config()?)),
        Command::Audit(audit) => audit.verify(),
        Command::Keys(keys) => keys.run(&config()?),
        Command::Doctor => wait(doctor::run(config())),
    }
}

/// Runs a command that waits for the database.
fn wait<T>(work: impl Future<Output = Result<T, Complaint>>) -> Result<T, Complaint> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    runtime.map_err(|error| error.to_string())?.block_on(work)
}

/// Opens the database for a command; only `serve` and `migrate` change its tables.
async fn open(config: &Config) -> Result<Database, Complaint> {
    let app = app(config)?;
    let pending = migrations::status(&config.database).await.map_err(complaint)?;
    if pending.iter().any(|migration| !migration.applied) {
        return Err("the database lacks migrations: run `redress migrate up`".to_owned());
    }
    Database::open(&config.database, Clock::system(), Arc::clone(&app.vault), &app.statements).await.map_err(complaint)
}

fn app(config: &Config) -> Result<App, Complaint> {
    App::new(config, Clock::system()).map_err(|error| error.to_string())
}

/// What went wrong, for the person at the command line.
fn complaint(failure: Failure) -> Complaint {
    match failure {
        Failure::BadInput { message, .. } => message.into_owned(),
        Failure::NotFound => "there is no such thing".to_owned(),
        Failure::Refused(refusals) => {
            refusals.into_iter().map(|refusal| refusal.message.english).collect::<Vec<_>>().join(" ")
        }
        other => format!("the database: {}", other.summary()),
    }
}
