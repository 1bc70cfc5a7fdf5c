//! `redress doctor`: what is wrong, and what to do about it.

use super::{Complaint, app, complaint};
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use entity::audit_anchor::Model as Anchor;
use entity::case;
use entity::staff_role::Role;
use redress::app::App;
use redress::audit;
use redress::audit::head::TreeHead;
use redress::calendar::{self, local_day};
use redress::cases;
use redress::identity;
use redress::platform::access::Actor;
use redress::platform::clock::Clock;
use redress::platform::config::Config;
use redress::platform::db::{Database, Rights, migrate, rights};
use redress::platform::error::{Failure, Result};
use redress::platform::http::Engine;
use redress::platform::openid::Issuers;
use redress::platform::vault;
use redress::profiles;
use sea_orm::{ConnectionTrait, DbBackend, Statement};
use std::sync::Arc;

/// What was found.
#[derive(Default)]
struct Findings {
    failed: usize,
}

impl Findings {
    fn ok(&self, what: &str, detail: impl std::fmt::Display) {
        println!("ok    {what}: {detail}");
    }

    fn warn(&self, what: &str, detail: impl std::fmt::Display) {
        println!("warn  {what}: {detail}");
    }

    fn fail(&mut self, what: &str, detail: impl std::fmt::Display) {
        self.failed += 1;
        println!("FAIL  {what}: {detail}");
    }
}

pub async fn run(config: Result<Config, Complaint>) -> Result<(), Complaint> {
    let mut findings = Findings::default();
    match config {
        Err(error) => findings.fail("configuration", error),
        Ok(config) => {
            findings.ok("configuration", "complete");
            match app(&config) {
                Err(error) => findings.fail("keys", error),
                Ok(app) => {
                    findings.ok("keys", "signing key, key-encryption keys and index key can be used");
                    examine_files(&app, &mut findings).await;
                    examine_issuers(&app, &mut findings).await;
                    if let Err(failure) = examine_database(&config, &app, &mut findings).await {
                        findings.fail("database", complaint(failure));
                    }
                }
            }
        }
    }
    match findings.failed {
        0 => Ok(()),
        failed => Err(format!("{failed} of these must be mended")),
    }
}

async fn examine_issuers(app: &App, findings: &mut Findings) {
    for issuer in app.issuers().into_iter().flat_map(Issuers::iter) {
        let what = format!("issuer {}", issuer.name);
        match issuer.try_to_reach().await {
            Ok(keys) => findings.ok(&what, format_args!("publishes {keys} keys that can be used")),
            Err(_) => findings.fail(&what, "cannot be asked for its keys: look at the log and at its url"),
        }
    }
}

async fn examine_files(app: &App, findings: &mut Findings) {
    match app.files.try_all().await {
        Ok(()) => findings.ok("files", "can be written, read and removed"),
        Err(failure) => findings.fail("files", complaint_about_files(&failure)),
    }
    match app.files.try_scanner().await {
        None => findings.warn("virus scanner", "there is none: files are taken as they are"),
        Some(Ok(())) => findings.ok("virus scanner", "answers"),
        Some(Err(_)) => findings.fail("virus scanner", "does not answer, so nothing is taken: look at files.clamd"),
    }
}

fn complaint_about_files(failure: &Failure) -> String {
    match failure {
        Failure::Internal(what) => what.clone().into_owned(),
        other => other.summary(),
    }
}

async fn examine_database(config: &Config, app: &App, findings: &mut Findings) -> Result<()> {
    let migrations = migrate::status(&config.database).await?;
    let pending = migrations.iter().filter(|migration| !migration.applied).count();
    if pending > 0 {
        findings.fail("migrations", format!("{pending} are pending: run `redress migrate up`"));
        return Ok(());
    }
    findings.ok("migrations", format!("all {} are applied", migrations.len()));
    let db = Database::open(&config.database, Clock::system(), Arc::clone(&app.vault), &app.statements).await?;
    db.ping().await?;
    db.try_write().await?;
    findings.ok("database", "can be read and written");
    examine_rights(&db, findings).await?;
    examine_clock(&db, findings).await?;
    examine_audit_log(config, &db, app, findings).await?;
    examine_people(&db, findings).await?;
    examine_profile(&db, findings).await?;
    examine_sealed_data(&db, app, findings).await?;
    db.close().await
}

async fn examine_rights(db: &Database, findings: &mut Findings) -> Result<()> {
    let what = "append-only tables";
    match rights(db.read(&Actor::system("doctor"))).await? {
        Rights::NoRoles => findings.ok(what, "triggers keep them; whoever can write the file can drop those"),
        Rights::Appends => findings.ok(what, "the database lets this program look up and insert, no more"),
        Rights::Owner => findings
            .warn(what, "this program's role owns them and could drop their triggers: look at database.owner_url"),
        Rights::Changes(tables) => {
            findings.fail(what, format!("this program may change {}: run `redress migrate up`", tables.join(", ")));
        }
    }
    Ok(())
}

/// Longer than sealing and a failed attempt at it ever take.
const UNSEALED_FOR: TimeDelta = TimeDelta::minutes(5);

async fn examine_audit_log(config: &Config, db: &Database, app: &App, findings: &mut Findings) -> Result<()> {
    let system = Actor::system("doctor");
    let connection = db.read(&system);
    match audit::store::oldest_pending(connection).await? {
        Some(oldest) if db.now() - oldest > UNSEALED_FOR => {
            findings.warn("audit log", format!("events since {oldest} are not sealed: does a server run with jobs?"));
        }
        _ => findings.ok("audit log", "what was written is sealed"),
    }
    if let Some(row) = audit::store::last_head(connection).await? {
        let head = TreeHead::of(&row)?;
        match head.verify(app.keys.public()) {
            Ok(()) => findings.ok("audit log", format!("the head of {} events is signed", head.size)),
            Err(why) => findings.fail("audit log", format!("the head of {} events: {why}", head.size)),
        }
    }
    if config.audit.anchors.is_empty() {
        findings.warn("audit anchors", "there are none: nobody outside could tell if everything was written anew");
    }
    let anchors = audit::store::anchors(connection).await?;
    for name in config.audit.anchors.keys() {
        match anchors.iter().find(|row| row.name == *name) {
            Some(Anchor { problem: Some(problem), failing_since: Some(since), .. }) => {
                findings.fail("audit anchors", format!("{name} takes nothing since {since}: {problem}"));
            }
            Some(Anchor { size, .. }) => findings.ok("audit anchors", format!("{name} has the head of {size} events")),
            None => findings.warn("audit anchors", format!("{name} has no head yet")),
        }
    }
    Ok(())
}

async fn examine_clock(db: &Database, findings: &mut Findings) -> Result<()> {
    let connection = db.read(&Actor::system("doctor"));
    if connection.get_database_backend() != DbBackend::Postgres {
        findings.ok("clock", "the embedded database has this machine's");
        return Ok(());
    }
    let question = Statement::from_string(DbBackend::Postgres, "SELECT clock_timestamp() AS now");
    if let Some(row) = connection.query_one_raw(question).await? {
        let theirs: DateTime<Utc> = row.try_get("", "now")?;
        let apart = (theirs - db.now()).abs();
        if apart > TimeDelta::seconds(5) {
            findings.fail("clock", format!("{} s apart from the database's", apart.num_seconds()));
        } else {
            findings.ok("clock", "within 5 s of the database's");
        }
    }
    Ok(())
}

async fn examine_people(db: &Database, findings: &mut Findings) -> Result<()> {
    let people = identity::store::directory(db.read(&Actor::system("doctor"))).await?;
    let active = people.iter().filter(|(person, ..)| person.disabled_at.is_none());
    let admins = active.filter(|(.., roles)| roles.contains(&Role::Admin)).count();
    match admins {
        0 => findings.fail("people", "nobody is ADMIN: run `redress staff add LOGIN --role ADMIN …`"),
        some => findings.ok("people", format!("{} in all, {some} with the role ADMIN", people.len())),
    }
    Ok(())
}

async fn examine_profile(db: &Database, findings: &mut Findings) -> Result<()> {
    let today = local_day(db.now());
    match profiles::store::effective_on(db.read(&Actor::system("doctor")), today).await? {
        None => findings.fail("profile", "none is in force today: run `redress profile publish FILE`"),
        Some(published) => {
            let profile = &published.profile;
            findings.ok("profile", format!("{} from {} is in force", profile.code, profile.effective_from));
            let soon = today + TimeDelta::days(60);
            let system = Actor::system("doctor");
            let calendar = calendar::store::current(db.read(&system), profile.calendar.working_days).await?;
            let known = calendar.last_published_year();
            match known.filter(|known| *known < soon.year()) {
                Some(known) => findings.warn(
                    "calendar",
                    format!("holidays are known up to {known}; due dates beyond are marked provisional"),
                ),
                None => findings.ok("calendar", "covers the next 60 days"),
            }
        }
    }
    Ok(())
}

async fn examine_sealed_data(db: &Database, app: &App, findings: &mut Findings) -> Result<()> {
    let system = Actor::system("doctor");
    let known = app.vault.key_encryption().ids();
    let (in_use, others) = vault::store::in_use(db.read(&system), &known).await?;
    let listed: Vec<_> = in_use.iter().map(|(id, keys)| format!("{id} wraps {keys} data keys")).collect();
    let active = app.vault.key_encryption().active();
    if others > 0 {
        findings
            .fail("key-encryption keys", format!("{others} data keys are wrapped under keys that are not configured"));
    } else if in_use.iter().any(|(id, keys)| id != active && *keys > 0) {
        findings.warn(
            "key-encryption keys",
            format!("{}: `redress keys rotate` wraps all under {active}", listed.join(", ")),
        );
    } else {
        findings.ok("key-encryption keys", format!("{}; only {active} is in use", listed.join(", ")));
    }
    let cases = cases::store::first_and_last(db.read(&system)).await?;
    let opens = |case: &case::Model| {
        let key = app.vault.key(case.id, case.data_key.as_deref());
        key.and_then(|key| key.open(cases::sealed::COMPLAINANT_NAME, case.id, &case.complainant_name_sealed)).is_ok()
    };
    if cases.is_empty() {
        findings.ok("sealed data", "there is none yet");
    } else if cases.iter().all(opens) {
        findings.ok("sealed data", "the oldest and the newest case open with their data keys");
    } else {
        findings.fail("sealed data", "does not open: a key-encryption key is missing or another one");
    }
    Ok(())
}
