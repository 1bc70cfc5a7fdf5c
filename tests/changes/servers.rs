//! Several servers on one database.

use super::CASE;
use crate::support::road;
use crate::support::socket::Socket;
use crate::support::{Backend, World, scenario, serve_with_vault};
use redress::app::App;
use sea_orm::{ConnectionTrait, Statement};
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

fn another(world: &World) -> std::net::SocketAddr {
    let app = Arc::new(App::new(&world.config, world.clock.clone()).unwrap());
    serve_with_vault(world, app, &world.config)
}

scenario! {
    /// Two servers side by side tell the same: what is done at one is told by both.
    async fn two_servers_tell_the_same(world) {
        let other = another(world);
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let query = "subscription($id: ID!) { caseChanged(id: $id) { case { version timeline { totalCount } } } }";
        let mut here = Socket::of(world, "supervisor").await;
        let mut there = Socket::at(world, other, "supervisor").await;
        for socket in [&mut here, &mut there] {
            socket.follow("case", query, json!({ "id": case.id })).await;
        }
        for _ in 0..5 {
            case.attempt(world, "handler", "recordContact", road::contact()).await.done("recordContact");
            let began = Instant::now();
            assert_eq!(here.next("case").await, there.next("case").await);
            println!("{:?}: told by both after {} ms", world.backend, began.elapsed().as_millis());
        }
    }
}

scenario! {
    /// A connection that hears of the others and is lost is made again, and what was said meanwhile is not missed.
    async fn a_lost_listener_comes_back(world) {
        let other = another(world);
        let mut case = road::registered(world).await;
        case.allocate(world, "handler").await;
        let mut there = Socket::at(world, other, "supervisor").await;
        there.follow("case", CASE, json!({ "id": case.id })).await;
        for _ in 0..3 {
            if world.backend == Backend::Postgres {
                // Whoever listens, of this database.
                let kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE '%LISTEN%'";
                let db = world.db.read(&redress::platform::access::Actor::system("test"));
                db.query_all_raw(Statement::from_string(sea_orm::DbBackend::Postgres, kill)).await.unwrap();
            }
            case.attempt(world, "handler", "recordContact", road::contact()).await.done("recordContact");
            there.next("case").await;
        }
        tokio::time::sleep(Duration::from_millis(1_500)).await;
        case.attempt(world, "handler", "recordContact", road::contact()).await.done("recordContact");
        there.next("case").await;
    }
}
