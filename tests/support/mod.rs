//! A world for a test: a database of its own, a real server, people who sign in, and a clock that stands still.

mod answer;
mod database;
pub mod dump;
pub mod help;
pub mod issuer;
pub mod meeting;
pub mod notices;
pub mod outside;
pub mod road;
mod template;
pub mod time;
mod world;

pub use answer::Answer;
pub use database::{Backend, TestDatabase};
pub use world::{PASSWORD, PROFILE, World, config_for, monday, serve_beside, serve_with_desk, serve_with_vault};

use futures_util::future::BoxFuture;

/// Runs a scenario on one backend; on PostgreSQL only when a server is named.
pub fn run(backend: Backend, scenario: impl for<'w> FnOnce(&'w World) -> BoxFuture<'w, ()>) {
    let _held = template::held();
    let Some(template) = template::of(backend) else {
        println!("skipped: REDRESS_TEST_POSTGRES names no server");
        return;
    };
    let database = TestDatabase::copy_of(&template);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let world = World::new(&database).await;
        scenario(&world).await;
        world.stop().await;
    });
}

/// A scenario that runs on both databases. The rules that it tests stand in the lines above it.
macro_rules! scenario {
    ($(#[$meta:meta])* async fn $name:ident($world:ident) $body:block) => {
        $(#[$meta])*
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn scenario($world: &$crate::support::World) $body

            #[test]
            fn sqlite() {
                $crate::support::run($crate::support::Backend::Sqlite, |world| Box::pin(scenario(world)));
            }

            #[test]
            fn postgres() {
                $crate::support::run($crate::support::Backend::Postgres, |world| Box::pin(scenario(world)));
            }
        }
    };
}

pub(crate) use scenario;
