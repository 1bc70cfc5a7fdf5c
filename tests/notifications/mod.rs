//! What people are told, in the application and outside.

mod delivery;
mod email;
mod in_the_application;
mod preferences;
mod webhooks;

pub use webhooks::reaching as reaching_hooks;

use crate::support::road::{self, OnTheRoad};
use crate::support::{Answer, World, serve_beside};
use chrono::TimeDelta;
use redress::app::App;
use redress::platform::config::Config;
use redress::platform::jobs::Ran;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;

/// A server beside the world's own, with ways out.
pub struct Reaching {
    pub app: Arc<App>,
    address: SocketAddr,
}

impl Reaching {
    pub fn new(world: &World, change: impl FnOnce(&mut Config)) -> Self {
        let mut config = world.config.clone();
        change(&mut config);
        let app = Arc::new(App::new(&config, world.clock.clone()).unwrap());
        let address = serve_beside(world, Arc::clone(&app), &config);
        Self { app, address }
    }

    pub async fn ask(&self, world: &World, who: &str, query: &str, variables: Value) -> Answer {
        let token = world.token(who).await.unwrap();
        let body = json!({ "query": query, "variables": variables });
        let request = world.client().post(format!("http://{}/graphql", self.address)).bearer_auth(token).json(&body);
        let response = request.send().await.unwrap();
        Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
    }

    /// Gives a new case to somebody, who is told of it.
    pub async fn allocate(&self, world: &World, handler: &str) -> OnTheRoad {
        let case = road::registered(world).await;
        let input =
            json!({ "caseId": case.id, "expectedVersion": case.version, "handlerId": world.id_of(handler).await });
        let query = "mutation($input: AllocateCaseInput!) { allocateCase(input: $input) { refusals { code } } }";
        self.ask(world, "supervisor", query, json!({ "input": input })).await.done("allocateCase");
        case
    }

    /// Runs the job that delivers, some seconds later; gives how many deliveries succeeded.
    pub async fn deliver(&self, world: &World, seconds: i64) -> u64 {
        world.clock.set(world.clock.now() + TimeDelta::seconds(seconds));
        let job = self.app.jobs().iter().find(|job| job.name == "deliver-notifications").unwrap();
        match job.run(&world.db, self.app.job_metrics()).await.unwrap() {
            Ran::Done(delivered) => delivered,
            Ran::NotNow => panic!("the job is not due"),
        }
    }
}

/// Gives a person an e-mail address, as administrators do.
pub async fn set_email(world: &World, login: &str, email: &str) -> Answer {
    let id = world.id_of(login).await;
    let seen =
        world.ask("admin", "query($id: ID!) { node(id: $id) { ... on Staff { version } } }", json!({ "id": id })).await;
    let input = json!({ "staffId": id, "expectedVersion": seen.number("/node/version"), "email": email });
    let query =
        "mutation($input: UpdateStaffInput!) { updateStaff(input: $input) { staff { email } refusals { code } } }";
    world.ask("admin", query, json!({ "input": input })).await
}

/// The deliveries as administrators see them, the latest first.
pub async fn deliveries(world: &World, filter: Value) -> Value {
    let query = "query($filter: DeliveryFilter) { deliveries(filter: $filter, first: 100) { totalCount edges { node {
        id version channel endpoint state kind attempts problem nextAttemptAt createdAt deliveredAt recipient { name email } } } } }";
    let answer = world.ask("admin", query, json!({ "filter": filter })).await;
    let edges = answer.at("/deliveries/edges").as_array().unwrap();
    assert_eq!(answer.number("/deliveries/totalCount"), edges.len() as i64);
    edges.iter().map(|edge| edge["node"].clone()).collect()
}
