//! Refresh tokens, signing out, one's own password, and saying who one is again.

use super::{PASSWORD, login};
use crate::support::{Answer, PROFILE, World, scenario, serve_beside};
use entity::staff_role::Role;
use redress::app::App;
use redress::platform::access::Actor;
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const TOKENS: &str = "accessToken expiresAt refreshToken refreshExpiresAt mustChangePassword staff { name }";
const VIEWER: &str = "{ viewer { roles mustChangePassword } }";

async fn sign_in(world: &World, who: &str) -> Answer {
    let query = format!("mutation {{ login(input: {{ login: \"{who}\", password: \"{PASSWORD}\" }}) {{ {TOKENS} }} }}");
    world.ask("", &query, json!({})).await
}

async fn refresh(world: &World, token: &str) -> Answer {
    let query = format!("mutation($token: String!) {{ refresh(input: {{ refreshToken: $token }}) {{ {TOKENS} }} }}");
    world.ask("", &query, json!({ "token": token })).await
}

async fn with(world: &World, token: &str, query: &str) -> Answer {
    world.post(Some(token), &json!({ "query": query })).await
}

/// For so long a server may take what it knew for true.
async fn until_every_server_knows() {
    tokio::time::sleep(Duration::from_millis(2_000)).await;
}

scenario! {
    /// A refresh token is good once; every refresh gives another; the session ends when it is not refreshed, or after its day.
    async fn sessions_are_refreshed(world) {
        let first = sign_in(world, "supervisor").await;
        assert_eq!(first.text("/login/refreshExpiresAt"), "2024-03-04T03:30:00+00:00");
        let mut token = first.text("/login/refreshToken");
        world.set_time("2024-03-04T11:00:00");
        let second = refresh(world, &token).await;
        assert_ne!(second.text("/refresh/refreshToken"), token);
        assert_eq!(second.text("/refresh/staff/name"), "测试supervisor");
        with(world, &second.text("/refresh/accessToken"), VIEWER).await.at("/viewer/roles");
        token = second.text("/refresh/refreshToken");
        for hour in ["12:59:59", "14:59:00", "16:58:00", "18:57:00", "20:50:00"] {
            world.set_time(&format!("2024-03-04T{hour}"));
            let next = refresh(world, &token).await;
            token = next.text("/refresh/refreshToken");
            if hour.starts_with("20") {
                assert_eq!(next.text("/refresh/refreshExpiresAt"), "2024-03-04T13:30:00+00:00", "twelve hours after the sign-in");
            }
        }
        world.set_time("2024-03-04T21:30:00");
        assert_eq!(refresh(world, &token).await.error_code(), "UNAUTHENTICATED");
        for nonsense in ["", "x", &"x".repeat(10_000), "投诉"] {
            assert_eq!(refresh(world, nonsense).await.error_code(), "UNAUTHENTICATED");
        }
    }
}

scenario! {
    /// RFC 9700: a refresh token that comes back was copied; the session ends for both who hold it, and auditors see it.
    async fn a_reused_refresh_token_ends_the_session(world) {
        let stolen = sign_in(world, "supervisor").await.text("/login/refreshToken");
        let mine = refresh(world, &stolen).await;
        let other = sign_in(world, "supervisor").await;
        assert_eq!(refresh(world, &stolen).await.error_code(), "UNAUTHENTICATED");
        assert_eq!(refresh(world, &mine.text("/refresh/refreshToken")).await.error_code(), "UNAUTHENTICATED");
        until_every_server_knows().await;
        assert_eq!(with(world, &mine.text("/refresh/accessToken"), VIEWER).await.error_code(), "UNAUTHENTICATED");
        with(world, &other.text("/login/accessToken"), VIEWER).await.at("/viewer");
        let events = world.ask("auditor", "{ auditEvents(filter: { actions: [REFRESH_TOKEN_REUSED] }) { totalCount } }", json!({})).await;
        assert_eq!(events.number("/auditEvents/totalCount"), 1);
    }
}

scenario! {
    /// Sent twenty times at once, a refresh token is good at most once.
    async fn twenty_refreshes_at_once(world) {
        let token = sign_in(world, "supervisor").await.text("/login/refreshToken");
        let answers = futures_util::future::join_all((0..20).map(|_| refresh(world, &token))).await;
        let good = answers.iter().filter(|answer| answer.body.get("errors").is_none()).count();
        assert_eq!(good, 1);
    }
}

scenario! {
    /// One's own sessions with their devices; signing out here, there and everywhere, known to every server within a second.
    async fn signing_out(world) {
        world.add_person("traveller", &[Role::Handler]).await;
        let mut tokens = Vec::new();
        for device in ["Portal/1 (desk)", "Portal/1 (phone)", "Portal/1 (tablet)", "Portal/1 (watch)"] {
            let body = json!({ "query": format!("mutation {{ login(input: {{ login: \"traveller\", password: \"{PASSWORD}\" }}) {{ accessToken }} }}") });
            let request = world.client().post(world.url("/graphql")).header("user-agent", device.as_bytes()).json(&body);
            let answer: Value = request.send().await.unwrap().json().await.unwrap();
            tokens.push(answer["data"]["login"]["accessToken"].as_str().unwrap().to_owned());
        }
        sign_in(world, "handler").await.at("/login");
        let sessions = "{ sessions(first: 10) { totalCount edges { node { id device current createdAt lastUsedAt expiresAt } } } }";
        let mine = with(world, &tokens[0], sessions).await;
        assert_eq!(mine.number("/sessions/totalCount"), 4, "nobody else's");
        assert_eq!(mine.text("/sessions/edges/3/node/device"), "Portal/1 (desk)");
        assert_eq!(mine.at("/sessions/edges/3/node/current"), &json!(true));
        assert_eq!(mine.at("/sessions/edges/2/node/current"), &json!(false));
        let phone = mine.text("/sessions/edges/2/node/id");
        let end = format!("mutation {{ endSession(input: {{ sessionId: \"{phone}\" }}) {{ ended {{ sessionIds }} refusals {{ code }} }} }}");
        assert_eq!(with(world, &world.token("supervisor").await.unwrap(), &end).await.error_code(), "NOT_FOUND", "not yours");
        assert_eq!(with(world, &tokens[0], &end).await.at("/endSession/ended/sessionIds"), &json!([phone]));
        assert_eq!(with(world, &tokens[0], &end).await.error_code(), "NOT_FOUND");
        with(world, &tokens[2], "mutation { logout { ended { sessionIds } } }").await.at("/logout/ended");
        // Another server, which knew them all to be good.
        let other = Arc::new(App::new(&world.config, world.clock.clone()).unwrap());
        let other = serve_beside(world, other, &world.config);
        let there = async |token: &str| {
            let request = world.client().post(format!("http://{other}/graphql")).bearer_auth(token);
            request.json(&json!({ "query": VIEWER })).send().await.unwrap().status().is_success()
        };
        for token in &tokens {
            there(token).await;
        }
        until_every_server_knows().await;
        for (token, good) in [(0, true), (1, false), (2, false), (3, true)] {
            assert_eq!(with(world, &tokens[token], VIEWER).await.body.get("errors").is_none(), good, "{token}");
            assert_eq!(there(&tokens[token]).await, good, "{token} on another server");
        }
        let everywhere = with(world, &tokens[0], "mutation { logoutEverywhere { ended { sessionIds } } }").await;
        assert_eq!(everywhere.at("/logoutEverywhere/ended/sessionIds").as_array().unwrap().len(), 2);
        until_every_server_knows().await;
        for token in tokens {
            assert_eq!(with(world, &token, VIEWER).await.error_code(), "UNAUTHENTICATED");
        }
    }
}

scenario! {
    /// NIST SP 800-63B: a new password is long, not common, and only chosen by who knows the old one; other sessions end.
    async fn choosing_another_password(world) {
        world.add_person("zhang.wei", &[Role::Handler]).await;
        let (here, there) = (sign_in(world, "zhang.wei").await, sign_in(world, "zhang.wei").await);
        let here = here.text("/login/accessToken");
        let change = async |current: &str, new: &str| {
            let query = "mutation($input: ChangePasswordInput!) { changePassword(input: $input) { staff { name } refusals { code rule field } } }";
            world.post(Some(&here), &json!({ "query": query, "variables": { "input": { "currentPassword": current, "newPassword": new } } })).await
        };
        let rule = "NIST SP 800-63B 3.1.1";
        assert_eq!(change("not the password", "a good new password").await.refusals("changePassword"), [format!("PASSWORD_WRONG {rule} currentPassword")]);
        for weak in ["short", "elevenchars", "Qwertyuiop123", "password2026!!", "aaaaaaaaaaaa", "I am Zhang.Wei here", &"x".repeat(1_025)] {
            assert_eq!(change(PASSWORD, weak).await.refusals("changePassword"), [format!("PASSWORD_NOT_ALLOWED {rule} newPassword")], "{weak}");
        }
        change(PASSWORD, "十二个汉字也可以作为密码的").await.done("changePassword");
        until_every_server_knows().await;
        with(world, &here, VIEWER).await.at("/viewer");
        assert_eq!(with(world, &there.text("/login/accessToken"), VIEWER).await.error_code(), "UNAUTHENTICATED");
        assert_eq!(login(world, "zhang.wei", PASSWORD).await.error_code(), "UNAUTHENTICATED");
        login(world, "zhang.wei", "十二个汉字也可以作为密码的").await.at("/login");
    }
}

scenario! {
    /// A proof of five minutes for one action, for who gives the password again.
    async fn confirming_who_one_is(world) {
        let confirm = async |password: &str| {
            let query = "mutation($input: ConfirmIdentityInput!) { confirmIdentity(input: $input) { proof { token expiresAt } refusals { code field } } }";
            world.ask("supervisor", query, json!({ "input": { "password": password, "action": "SIGN_MINUTES" } })).await
        };
        let proof = confirm(PASSWORD).await;
        assert_eq!(proof.text("/confirmIdentity/proof/expiresAt"), "2024-03-04T01:35:00+00:00");
        let token = proof.text("/confirmIdentity/proof/token");
        assert_eq!(world.post(Some(&token), &json!({ "query": VIEWER })).await.error_code(), "UNAUTHENTICATED", "a proof is no access token");
        for _ in 0..5 {
            assert_eq!(confirm("not the password").await.refusals("confirmIdentity"), ["PASSWORD_WRONG password"]);
        }
        let slowed = confirm(PASSWORD).await;
        assert_eq!((slowed.error_code(), slowed.body["errors"][0]["extensions"]["retryAfterSeconds"].as_i64()), ("LIMITED", Some(1)));
    }
}

scenario! {
    /// The public keys are there for services that verify tokens themselves.
    async fn the_keys_are_published(world) {
        let response = world.client().get(world.url("/.well-known/jwks.json")).send().await.unwrap();
        assert_eq!(response.headers()["content-type"], "application/jwk-set+json");
        let set: Value = response.json().await.unwrap();
        let key = &set["keys"][0];
        assert_eq!((&key["kty"], &key["crv"], &key["use"]), (&json!("OKP"), &json!("Ed25519"), &json!("sig")));
        assert!(key.get("d").is_none());
    }
}

scenario! {
    /// NIST SP 800-63B SG-16.6: a password is changed for its age only where the profile sets one.
    async fn old_passwords(world) {
        let must_change = async || sign_in(world, "handler").await.at("/login/mustChangePassword").clone();
        assert_eq!(must_change().await, json!(false), "four hundred days old, and no rule about it");
        let content = PROFILE.replacen("[calendar]", "[passwords]\nmax_age_days = 400\n\n[calendar]", 1);
        let content = content.replacen("effective_from = \"2013-01-01\"", "effective_from = \"2024-03-04\"", 1);
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        assert_eq!(must_change().await, json!(false));
        world.set_time("2024-03-04T09:30:00.000001");
        let late = sign_in(world, "handler").await;
        assert_eq!(late.at("/login/mustChangePassword"), &json!(true), "a microsecond over the limit");
        let cases = with(world, &late.text("/login/accessToken"), "{ cases { totalCount } }").await;
        assert_eq!(cases.error_code(), "FORBIDDEN");
    }
}
