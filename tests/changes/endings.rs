//! Until when somebody may listen: within a second of its end, a stream has ended.

use super::CASE;
use crate::support::issuer::TestIssuer;
use crate::support::program::Program;
use crate::support::road;
use crate::support::socket::{Heard, Socket};
use crate::support::{World, scenario, serve_with_vault};
use entity::staff_role::Role;
use redress::app::App;
use serde_json::json;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Waits for the end, and says how long it took. It takes a second at most; on a machine that does other things at the same time, it
/// may be noticed later, so the test says so and does not fail before three.
async fn ended(world: &World, socket: &mut Socket, what: &str, reason: &str) {
    let began = Instant::now();
    assert_eq!(socket.hear().await, Heard::Closed(4403, reason.into()), "{what}");
    let took = began.elapsed();
    println!("{what} on {:?}: ended after {} ms", world.backend, took.as_millis());
    assert!(took < Duration::from_secs(3), "{what}: {took:?}");
}

async fn following(world: &World, who: &str) -> Socket {
    let mut socket = Socket::of(world, who).await;
    socket.follow("n", "subscription { notificationAdded { mark } }", json!({})).await;
    socket
}

scenario! {
    /// SG-14.5: the end of a token, signing out, other roles and being disabled end what is followed, each within a second; a refusal
    /// of the next attempt follows. What concerns somebody else does not.
    async fn what_ends_a_stream(world) {
        for login in ["leaver", "mover", "goer", "stayer"] {
            world.add_person(login, &[Role::Handler]).await;
        }
        let mut stayer = following(world, "stayer").await;

        let mut goer = following(world, "goer").await;
        world.ask("goer", "mutation { logout { ended { sessionIds } } }", json!({})).await.at("/logout/ended");
        ended(world, &mut goer, "signing out", "The session has ended").await;
        let mut again = Socket::open(world.address).await;
        let token = world.token("goer").await.unwrap();
        again.say(&json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {token}") } })).await;
        assert_eq!(again.hear().await.code(), 4403);

        // Past the server, as the command line does: nobody announces it.
        let mut leaver = following(world, "leaver").await;
        world.disable("leaver").await;
        ended(world, &mut leaver, "being disabled", "The session has ended").await;

        let mut mover = following(world, "mover").await;
        let change = json!({ "staffId": world.id_of("mover").await, "expectedVersion": 1, "roles": ["REGISTRAR"] });
        let query = "mutation($input: ChangeStaffRolesInput!) { changeStaffRoles(input: $input) { refusals { code } } }";
        world.ask("admin", query, json!({ "input": change })).await.done("changeStaffRoles");
        ended(world, &mut mover, "other roles", "What you may do has changed; connect again").await;
        let mut again = Socket::of(world, "mover").await;
        assert_eq!(again.ask("{ viewer { roles } }").await["data"]["viewer"]["roles"], json!(["REGISTRAR"]));

        stayer.quiet_for(Duration::from_millis(1_500)).await;
        world.set_time("2024-03-04T09:44:59");
        stayer.quiet_for(Duration::from_millis(1_500)).await;
        world.set_time("2024-03-04T09:45:00");
        ended(world, &mut stayer, "the end of the token", "The access token has ended").await;
    }
}

scenario! {
    /// Signing out on one device leaves the others alone.
    async fn another_session_goes_on(world) {
        world.add_person("two-devices", &[Role::Handler]).await;
        let token = world.token("two-devices").await.unwrap();
        let query = "mutation($login: String!, $password: String!) { login(input: { login: $login, password: $password }) { accessToken } }";
        let body = json!({ "query": query, "variables": { "login": "two-devices", "password": crate::support::PASSWORD } });
        let other = world.post(None, &body).await.text("/login/accessToken");
        let mut one = Socket::open(world.address).await;
        one.init(Some(&token)).await;
        let mut two = Socket::open(world.address).await;
        two.init(Some(&other)).await;
        world.post(Some(&other), &json!({ "query": "mutation { logout { ended { sessionIds } } }" })).await.at("/logout/ended");
        ended(world, &mut two, "signing out", "The session has ended").await;
        one.quiet_for(Duration::from_millis(1_500)).await;
        assert_eq!(one.ask("{ viewer { roles } }").await["data"]["viewer"]["roles"], json!(["HANDLER"]));
    }
}

scenario! {
    /// A server that stops says goodbye, and the client comes back to another one.
    async fn a_server_that_stops_says_goodbye(world) {
        let case = road::registered(world).await;
        let mut socket = Socket::of(world, "supervisor").await;
        socket.follow("case", CASE, json!({ "id": case.id })).await;
        world.app.let_go();
        assert_eq!(socket.hear().await, Heard::Closed(1001, "The server stops".into()));
    }
}

scenario! {
    /// A program follows with a token of its own, as far as its scopes go, until its account is disabled.
    async fn a_program_follows_until_it_is_disabled(world) {
        let mut program = Program::added(world, "门户后台", "SUPERVISOR", &["CASE_READ"]).await;
        let token = program.token(world).await;
        let mut case = road::registered(world).await;
        let mut socket = Socket::open(world.address).await;
        socket.init(Some(&token)).await;
        socket.follow("case", CASE, json!({ "id": case.id })).await;
        socket.subscribe("no", "subscription($id: ID!) { approvalChanged(id: $id) { mark } }", json!({ "id": case.id })).await;
        assert_eq!(socket.hear().await.message()["payload"][0]["extensions"]["code"], json!("FORBIDDEN"));
        case.allocate(world, "handler").await;
        assert_eq!(socket.next("case").await["data"]["caseChanged"]["case"]["state"], json!("ALLOCATED"));
        program.step(world, "disableServiceAccount", json!({})).await.done("disableServiceAccount");
        ended(world, &mut socket, "disabling a program", "The session has ended").await;
    }
}

scenario! {
    /// A token of an issuer is as good here as over HTTP, and no better.
    async fn a_person_of_an_issuer_follows_until_the_session_ends(world) {
        let issuer = TestIssuer::start().await;
        let mut config = world.config.clone();
        config.issuers = [("company".to_owned(), issuer.config())].into_iter().collect();
        let app = Arc::new(App::new(&config, world.clock.clone()).unwrap());
        let address = serve_with_vault(world, app, &config);
        let now = world.clock.now();
        for changes in [json!({ "aud": "another" }), json!({ "iss": "https://evil.example" }), json!({ "exp": now.timestamp() - 60 })] {
            let wrong = issuer.token_with("supervisor", now, changes.clone());
            let mut socket = Socket::open(address).await;
            socket.say(&json!({ "type": "connection_init", "payload": { "authorization": format!("Bearer {wrong}") } })).await;
            assert_eq!(socket.hear().await.code(), 4403, "{changes}");
        }
        let token = issuer.token("supervisor", now);
        let mut socket = Socket::open(address).await;
        socket.init(Some(&token)).await;
        assert_eq!(socket.ask("{ viewer { roles } }").await["data"]["viewer"]["roles"], json!(["SUPERVISOR"]));
        socket.follow("n", "subscription { notificationAdded { mark } }", json!({})).await;
        let out = world.client().post(format!("http://{address}/graphql")).bearer_auth(&token);
        let out = out.json(&json!({ "query": "mutation { logout { ended { sessionIds } } }" })).send().await.unwrap();
        assert_eq!(out.status(), 200);
        ended(world, &mut socket, "signing out of an issuer's session", "The session has ended").await;
    }
}
