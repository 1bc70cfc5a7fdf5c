//! Looks at what was committed and announces it in this process: at once when this server or another one says that something
//! was, and twice a second in any case, since programs such as the command line say nothing.

use super::store::{self, Announced};
use crate::audit;
use crate::notifications;
use crate::platform::access::Actor;
use crate::platform::clock::Clock;
use crate::platform::db::{Database, DatabaseConfig, Others, Statements};
use crate::platform::error::Result;
use crate::platform::live::{Change, Hub, Mark, RULES, WORK};
use crate::platform::vault::Vault;
use entity::StaffId;
use entity::audit_event::AuditAction;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// What the feed starts with.
pub struct Setup {
    pub database: DatabaseConfig,
    pub clock: Clock,
    pub vault: Arc<Vault>,
    pub hub: Arc<Hub>,
}

/// Nobody waits longer for what nobody announced.
const LOOK_AGAIN: Duration = Duration::from_millis(500);
/// How often it is looked whose time has come: a stream ends within a second of its token.
const TICK: Duration = Duration::from_millis(250);
/// Commits that come close together are looked at together.
const TOGETHER: Duration = Duration::from_millis(5);

/// Announces until the hub is closed.
pub async fn run(setup: Setup) {
    let hub = Arc::clone(&setup.hub);
    tokio::select! {
        () = hub.closing() => {}
        () = announce(setup) => {}
    }
}

async fn announce(setup: Setup) {
    let Setup { database, clock, vault, hub } = setup;
    let ends = async {
        loop {
            hub.wake_ended(clock.now());
            tokio::time::sleep(TICK).await;
        }
    };
    let changes = async {
        let db = open(&database, &clock, &vault).await;
        let mut feed = Feed { others: Others::listen(&db), db, hub: &hub, next: None, announced: HashSet::new() };
        feed.go_on().await;
    };
    tokio::join!(ends, changes);
}

/// Its connections, as soon as the database can be reached.
async fn open(database: &DatabaseConfig, clock: &Clock, vault: &Arc<Vault>) -> Database {
    // One looks, one hears of other servers.
    let config = DatabaseConfig { read_connections: 2, write_connections: 1, ..database.clone() };
    loop {
        match Database::open(&config, clock.clone(), Arc::clone(vault), &Statements::default()).await {
            Ok(db) => return db,
            Err(failure) => tracing::error!(error = failure.summary(), "changes cannot be announced"),
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
}

struct Feed<'a> {
    db: Database,
    others: Others,
    hub: &'a Hub,
    /// The first number that was not announced; none before the first look.
    next: Option<Mark>,
    /// What was announced and is not sealed yet: no more than is looked at.
    announced: HashSet<Uuid>,
}

impl Feed<'_> {
    async fn go_on(&mut self) {
        let mut failing = false;
        loop {
            let ours = tokio::select! {
                () = self.hub.commits.heard() => true,
                () = self.others.heard() => false,
                () = tokio::time::sleep(LOOK_AGAIN) => true,
            };
            match self.catch_up(ours).await {
                Ok(()) => failing = false,
                Err(failure) if !failing => {
                    failing = true;
                    tracing::error!(error = failure.summary(), "changes cannot be announced");
                }
                Err(_) => {}
            }
            tokio::time::sleep(TOGETHER).await;
        }
    }

    async fn catch_up(&mut self, ours: bool) -> Result<()> {
        while self.look(ours).await? {}
        Ok(())
    }

    /// Announces what was not announced yet; says whether there may be more. What this server found by itself, the others are
    /// told of.
    async fn look(&mut self, ours: bool) -> Result<bool> {
        let actor = Actor::system("announcing");
        let db = self.db.read(&actor);
        let next = match self.next {
            Some(next) => next,
            None => audit::store::latest_mark(db).await?,
        };
        // In this order: what is sealed between the two is in both, and in neither if it were the other way round.
        let unsealed = store::unsealed(db).await?;
        let sealed = store::sealed_from(db, next).await?;
        let fresh: Vec<&Announced> =
            sealed.iter().chain(&unsealed).filter(|event| !self.announced.contains(&event.id)).collect();
        let told = notifications::store::told_by(db, &fresh.iter().map(|event| event.id).collect::<Vec<_>>()).await?;
        for event in &fresh {
            if self.announced.insert(event.id) {
                self.hub.announce(Change { event: event.id, subject: event.subject_id }, topics(event, &told));
            }
        }
        let numbered: HashSet<Uuid> = sealed.iter().map(|event| event.id).collect();
        self.announced = unsealed.iter().map(|event| event.id).filter(|id| !numbered.contains(id)).collect();
        let next = sealed.iter().filter_map(|event| event.leaf_index).max().map_or(next, |last| Mark(last + 1));
        self.next = Some(next);
        self.hub.announced_up_to(next);
        if let Some(last) = fresh.last().filter(|_| ours) {
            self.others.tell(&self.db, &format!("audit_events {} {next}", last.id.simple())).await?;
        }
        Ok(sealed.len() as u64 == store::MOST)
    }
}

/// Whom an event concerns.
fn topics<'a>(event: &'a Announced, told: &'a HashMap<Uuid, Vec<StaffId>>) -> impl Iterator<Item = Uuid> + 'a {
    let case = event.case_id.filter(|_| event.is_change()).map(Uuid::from);
    let lent = matches!(event.action, AuditAction::AuthorityDelegated | AuditAction::DelegationRevoked);
    let work = (case.is_some() || lent).then_some(WORK);
    let rules = (event.action == AuditAction::ProfilePublished).then_some(RULES);
    let people = told.get(&event.id).into_iter().flatten().map(|person| Uuid::from(*person));
    [Some(event.subject_id), case, work, rules].into_iter().flatten().chain(people)
}
