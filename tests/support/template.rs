//! A database as every world begins: tables, the shipped profile, the people. Made once and copied, which takes a tenth of the
//! time. It goes when no test that runs holds it.

use super::{Backend, PROFILE, TestDatabase, config_for, world};
use redress::app::App;
use redress::platform::access::Actor;
use redress::platform::clock::Clock;
use redress::platform::db::{Database, migrate};
use redress::profiles::service::publish::PublishProfile;
use std::sync::{Arc, Mutex, PoisonError, Weak};

static SQLITE: Mutex<Weak<TestDatabase>> = Mutex::new(Weak::new());
static POSTGRES: Mutex<Weak<TestDatabase>> = Mutex::new(Weak::new());

/// What is there of both: whoever holds them keeps them for the next test.
pub fn held() -> [Option<Arc<TestDatabase>>; 2] {
    [&SQLITE, &POSTGRES].map(|kept| kept.lock().unwrap_or_else(PoisonError::into_inner).upgrade())
}

/// The database that the worlds of a backend are copied from; none when there is no server for it.
pub fn of(backend: Backend) -> Option<Arc<TestDatabase>> {
    let kept = match backend {
        Backend::Sqlite => &SQLITE,
        Backend::Postgres => &POSTGRES,
    };
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(template) = kept.upgrade() {
        return Some(template);
    }
    let template = Arc::new(TestDatabase::create(backend)?);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(furnish(&template));
    *kept = Arc::downgrade(&template);
    Some(template)
}

async fn furnish(database: &TestDatabase) {
    let config = config_for(&database.url);
    migrate::up(&config.database).await.unwrap();
    let clock = Clock::standing_at(world::furnished_at());
    let app = App::new(&config, clock.clone()).unwrap();
    let db = Database::open(&config.database, clock, Arc::clone(&app.vault), &app.statements).await.unwrap();
    let system = Actor::system("test");
    db.run(&system, &PublishProfile { content: PROFILE.to_owned() }).await.unwrap();
    for person in world::everybody() {
        db.run(&system, &person).await.unwrap();
    }
    // Nobody may be connected to what is copied, and SQLite's journal goes into the file.
    db.close().await.unwrap();
}
