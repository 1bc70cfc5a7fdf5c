//! Until when somebody may listen: within a second of its end, a stream has ended.

use super::CASE;
use crate::support::road;
use crate::support::socket::{Heard, Socket};
use crate::support::{World, scenario};
use entity::staff_role::Role;
use serde_json::json;
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
