//! Tokens for programs that prove who they are (RFC 6749 4.4, RFC 7523).

use super::until_every_server_knows;
use crate::support::program::{JWT_BEARER, Pair, Program, grant, send};
use crate::support::{World, road, scenario, serve_with_vault};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use redress::app::App;
use redress::identity::service_accounts::store::forget_old_assertions;
use serde_json::{Value, json};
use std::sync::Arc;

fn part(token: &str, position: usize) -> Value {
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(token.split('.').nth(position).unwrap()).unwrap()).unwrap()
}

scenario! {
    /// RFC 7523 RFC 9068: a signed assertion gives a token of some minutes, with each kind of key.
    async fn a_program_gets_a_token(world) {
        road::registered(world).await;
        for (name, pair) in [("甲", Pair::ed25519()), ("乙", Pair::p256()), ("丙", Pair::rsa())] {
            let program = Program::with_key(world, name, "SUPERVISOR", &["CASE_READ", "STAFF_READ"], pair).await;
            let granted = program.ask_token(world, None).await;
            assert_eq!(granted.status, 200, "{name} {:#}", granted.body);
            let body = granted.body.as_object().unwrap();
            assert_eq!(body.keys().collect::<Vec<_>>(), ["access_token", "expires_in", "scope", "token_type"], "no refresh token");
            assert_eq!((&body["token_type"], &body["expires_in"], &body["scope"]), (&json!("Bearer"), &json!(300), &json!("CASE_READ STAFF_READ")));
            let token = body["access_token"].as_str().unwrap();
            let (header, claims) = (part(token, 0), part(token, 1));
            assert_eq!((&header["typ"], &header["alg"]), (&json!("at+jwt"), &json!("EdDSA")));
            assert_eq!((&claims["client_id"], &claims["scope"], &claims["iss"]), (&json!(program.id), &json!("CASE_READ STAFF_READ"), &json!("redress")));
            assert_eq!(claims["exp"].as_i64().unwrap() - claims["iat"].as_i64().unwrap(), 300);
            for claim in ["aud", "sub", "nbf", "jti"] {
                assert!(!claims[claim].is_null(), "{claim}");
            }
            let seen = program.ask(world, token, "{ cases { totalCount } viewer { roles permissions mustChangePassword pledge { version } staff { name roles } } sessions { totalCount } }", json!({})).await;
            assert_eq!(seen.number("/cases/totalCount"), 1);
            assert_eq!(seen.at("/viewer"), &json!({ "roles": ["SUPERVISOR"], "permissions": ["CASE_READ", "STAFF_READ"], "mustChangePassword": false, "pledge": null, "staff": { "name": name, "roles": [] } }));
            assert_eq!(seen.number("/sessions/totalCount"), 0);
        }
    }
}

/// An assertion with one thing wrong, by its name.
fn wrong(world: &World, program: &Program, other: &Pair, person: &str, own: &str) -> Vec<(&'static str, String)> {
    let now = world.clock.now().timestamp();
    let good = || Header::new(program.key.algorithm);
    let headed = |change: &dyn Fn(&mut Header)| {
        let mut header = good();
        change(&mut header);
        program.key.sign(&header, &program.claims(world))
    };
    let unsigned = |header: &str| {
        format!("{}.{}.", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(program.claims(world).to_string()))
    };
    let hmac = encode(
        &Header::new(Algorithm::HS256),
        &program.claims(world),
        &EncodingKey::from_secret(program.key.public.as_bytes()),
    )
    .unwrap();
    let signed = program.assertion(world);
    let (said, signature) = signed.rsplit_once('.').unwrap();
    let first = if signature.starts_with('A') { 'B' } else { 'A' };
    let changed = format!("{said}.{first}{}", &signature[1..]);
    let stranger = redress::platform::ids::global_of("ServiceAccount", uuid::Uuid::from_u128(1)).0;
    let mut strange = program.claims(world);
    (strange["iss"], strange["sub"]) = (json!(stranger), json!(stranger));
    let jwk: jsonwebtoken::jwk::Jwk = serde_json::from_value(
        json!({ "kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" }),
    )
    .unwrap();
    vec![
        ("alg none", unsigned(r#"{"alg":"none"}"#)),
        ("alg none, typed", unsigned(r#"{"typ":"JWT","alg":"None"}"#)),
        ("no signature", unsigned(r#"{"typ":"JWT","alg":"EdDSA"}"#)),
        ("HS256 with the public key", hmac),
        ("another key", other.sign(&good(), &program.claims(world))),
        ("another algorithm", Pair::p256().sign(&Header::new(Algorithm::ES256), &program.claims(world))),
        ("a changed signature", changed),
        ("cut off", signed[..signed.len() - 10].to_owned()),
        ("an unknown client", program.key.sign(&good(), &strange)),
        ("an account of another type", program.key.sign(&good(), &json!({ "iss": "U3RhZmY6MDE", "sub": "U3RhZmY6MDE", "aud": "redress", "exp": now + 60, "jti": road::key() }))),
        ("no subject", program.key.sign(&good(), &json!({ "iss": program.id, "aud": "redress", "exp": now + 60, "jti": road::key() }))),
        ("jku", headed(&|header| header.jku = Some("https://example.org/keys".into()))),
        ("x5u", headed(&|header| header.x5u = Some("https://example.org/keys".into()))),
        ("jwk", headed(&|header| header.jwk = Some(jwk.clone()))),
        ("crit", headed(&|header| header.crit = Some(vec!["exp".into()]))),
        ("an extra header", headed(&|header| header.extras.insert("b64", false))),
        ("the type of an access token", headed(&|header| header.typ = Some("at+jwt".into()))),
        ("another key's id", headed(&|header| header.kid = Some("another".into()))),
        ("a person's access token", person.to_owned()),
        ("its own access token", own.to_owned()),
        ("nothing", String::new()),
        ("rubbish", "a.b.c".to_owned()),
        ("Chinese", "断言.断言.断言".to_owned()),
        ("huge", format!("{signed}{}", "x".repeat(40_000))),
    ]
}

/// What is signed well and says something wrong.
fn wrong_claims(world: &World, program: &Program) -> Vec<(&'static str, String)> {
    let now = world.clock.now().timestamp();
    let with = |changes: Value| {
        let mut claims = program.claims(world);
        for (name, value) in changes.as_object().unwrap() {
            match value {
                Value::Null => drop(claims.as_object_mut().unwrap().remove(name)),
                value => claims[name] = value.clone(),
            }
        }
        program.key.sign(&Header::new(program.key.algorithm), &claims)
    };
    vec![
        ("expired", with(json!({ "exp": now - 5 }))),
        ("no end", with(json!({ "exp": null }))),
        ("too long", with(json!({ "exp": now + 306 }))),
        ("not yet", with(json!({ "nbf": now + 6 }))),
        ("issued in the future", with(json!({ "iat": now + 6 }))),
        ("for somebody else", with(json!({ "aud": "https://elsewhere.example/oauth/token" }))),
        ("for us and others", with(json!({ "aud": ["redress", "https://elsewhere.example"] }))),
        ("for nobody", with(json!({ "aud": null }))),
        ("issued by another", with(json!({ "iss": "another" }))),
        ("issued by nobody", with(json!({ "iss": null }))),
        ("no id", with(json!({ "jti": null }))),
        ("an empty id", with(json!({ "jti": "" }))),
        ("a long id", with(json!({ "jti": "x".repeat(257) }))),
    ]
}

scenario! {
    /// RFC 7523 3, RFC 8725: whatever is wrong with an assertion, there is no token; and before it is verified, one answer for all.
    async fn wrong_assertions(world) {
        let program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let (person, own) = (world.token("supervisor").await.unwrap(), program.token(world).await);
        let other = Pair::ed25519();
        let unproved = json!({ "error": "invalid_client", "error_description": "The assertion is not signed by a good key of an account that may ask." });
        for (name, _) in wrong(world, &program, &other, &person, &own) {
            // An hour without failures forgets them.
            world.clock.set(world.clock.now() + TimeDelta::minutes(61));
            let cases = wrong(world, &program, &other, &person, &own);
            let assertion = &cases.iter().find(|(case, _)| *case == name).unwrap().1;
            let refused = grant(world, world.address, assertion, None).await;
            assert_eq!((refused.status, &refused.body), (401, &unproved), "{name}");
        }
        for (name, assertion) in wrong_claims(world, &program) {
            let refused = grant(world, world.address, &assertion, None).await;
            assert_eq!((refused.status, &refused.body["error"]), (401, &json!("invalid_client")), "{name}");
            assert_ne!(refused.body, unproved, "{name}: who signed it may know what is wrong");
        }
        program.token(world).await;
    }
}

scenario! {
    /// Keys and accounts that are good no more: the same answer as for a stranger.
    async fn keys_that_are_good_no_more(world) {
        let mut program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let short = Pair::p256();
        let input = json!({ "publicKey": short.public, "expiresAt": "2024-03-04T10:00:00+08:00" });
        program.step(world, "addServiceAccountKey", input).await;
        let with_short = Program { key: short, ..program.clone() };
        let refused = async |program: &Program| {
            let refused = program.ask_token(world, None).await;
            (refused.status, refused.body["error_description"].as_str().unwrap_or_default().starts_with("The assertion is not signed by a good key"))
        };
        world.set_time("2024-03-04T09:59:59");
        let held = with_short.token(world).await;
        world.set_time("2024-03-04T10:00:00");
        assert_eq!(refused(&with_short).await, (401, true), "expired");
        until_every_server_knows().await;
        assert_eq!(program.ask(world, &held, "{ cases { totalCount } }", json!({})).await.error_code(), "UNAUTHENTICATED", "and so is what was granted for it");
        program.token(world).await;
        program.step(world, "disableServiceAccount", json!({})).await;
        assert_eq!(refused(&program).await, (401, true), "disabled");
        program.step(world, "enableServiceAccount", json!({})).await;
        program.token(world).await;
        program.step(world, "revokeServiceAccountKey", json!({ "keyId": program.key_id })).await;
        assert_eq!(refused(&program).await, (401, true), "revoked");
    }
}

scenario! {
    /// RFC 7523 3: an assertion is good once, on whichever server, however many send it at once; and remembered no longer than it lives.
    async fn an_assertion_is_good_once(world) {
        let program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let beside = serve_with_vault(world, Arc::new(App::new(&world.config, world.clock.clone()).unwrap()), &world.config);
        let assertion = program.assertion(world);
        assert_eq!(grant(world, world.address, &assertion, None).await.status, 200);
        for address in [world.address, beside] {
            let again = grant(world, address, &assertion, None).await;
            assert_eq!((again.status, &again.body["error"]), (401, &json!("invalid_client")));
        }
        let assertion = program.assertion(world);
        let many = (0..50).map(|turn| grant(world, if turn % 2 == 0 { world.address } else { beside }, &assertion, None));
        let answers = futures_util::future::join_all(many).await;
        assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 1);
        assert!(answers.iter().all(|answer| matches!(answer.status, 200 | 401)));
        // Another program may use the same id.
        let other = Program::added(world, "另一程序", "AUDITOR", &["CASE_READ"]).await;
        for program in [&program, &other] {
            let mut claims = program.claims(world);
            claims["jti"] = json!("一");
            let assertion = program.key.sign(&Header::new(program.key.algorithm), &claims);
            assert_eq!(grant(world, world.address, &assertion, None).await.status, 200);
        }
        assert_eq!(forget_old_assertions(&world.db).await.unwrap(), 0);
        world.set_time("2024-03-04T09:31:06");
        assert_eq!(forget_old_assertions(&world.db).await.unwrap(), 4);
    }
}

scenario! {
    /// RFC 6749 5.2: what cannot be understood says so, and is never kept.
    async fn requests_that_are_none(world) {
        let program = Program::added(world, "程序", "SUPERVISOR", &["CASE_READ", "CASE_REGISTER"]).await;
        let fresh = || program.assertion(world);
        for (form, status, error) in [
            (vec![], 400, "invalid_request"),
            (vec![("grant_type", "password")], 400, "unsupported_grant_type"),
            (vec![("grant_type", "")], 400, "unsupported_grant_type"),
            (vec![("grant_type", "urn:ietf:params:oauth:grant-type:jwt-bearer")], 400, "unsupported_grant_type"),
            (vec![("grant_type", "client_credentials")], 401, "invalid_client"),
            (vec![("grant_type", "client_credentials"), ("client_assertion", "x")], 400, "invalid_request"),
            (vec![("grant_type", "client_credentials"), ("client_assertion_type", JWT_BEARER)], 400, "invalid_request"),
            (vec![("grant_type", "client_credentials"), ("client_assertion_type", "x"), ("client_assertion", "x")], 400, "invalid_request"),
            (vec![("grant_type", "client_credentials"), ("grant_type", "client_credentials")], 400, "invalid_request"),
        ] {
            let refused = send(world, world.address, &form).await;
            assert_eq!((refused.status, &refused.body["error"]), (status, &json!(error)), "{form:?}");
        }
        let whole = fresh();
        let good = [("grant_type", "client_credentials"), ("client_assertion_type", JWT_BEARER), ("client_assertion", whole.as_str())];
        for (more, status, error) in [
            (("client_secret", "x"), 400, "invalid_request"),
            (("client_assertion", "x"), 400, "invalid_request"),
            (("client_id", "x"), 401, "invalid_client"),
            (("scope", "APPROVAL_READ"), 400, "invalid_scope"),
            (("scope", "APPROVAL_DECIDE"), 400, "invalid_scope"),
            (("scope", "CASE_READ CASE_READ_ALL"), 400, "invalid_scope"),
            (("scope", ""), 400, "invalid_scope"),
            (("scope", "读取"), 400, "invalid_scope"),
        ] {
            let refused = send(world, world.address, &[&good[..], &[more]].concat()).await;
            assert_eq!((refused.status, &refused.body["error"]), (status, &json!(error)), "{more:?}");
        }
        // None of these used the assertion up.
        let granted = send(world, world.address, &[&good[..], &[("client_id", program.id.as_str()), ("resource", "x")]].concat()).await;
        assert_eq!(granted.status, 200, "{:#}", granted.body);

        let (client, url) = (world.client(), world.url("/oauth/token"));
        let form = format!("grant_type=client_credentials&client_assertion_type={JWT_BEARER}&client_assertion={}", fresh());
        let as_form = |request: reqwest::RequestBuilder| request.header("content-type", "application/x-www-form-urlencoded");
        let twice = as_form(client.post(&url)).basic_auth("x", Some("y")).body(form.clone()).send().await.unwrap();
        assert_eq!(twice.status(), 400, "two ways to say who one is");
        for content_type in ["application/json", "text/plain", "multipart/form-data"] {
            let refused = client.post(&url).header("content-type", content_type).body(form.clone()).send().await.unwrap();
            assert_eq!(refused.status(), 400, "{content_type}");
        }
        assert_eq!(as_form(client.post(&url)).body(vec![0xff; 10]).send().await.unwrap().status(), 400);
        assert_eq!(as_form(client.post(&url)).body("x".repeat(300_000)).send().await.unwrap().status(), 413);
        assert!(matches!(client.get(&url).send().await.unwrap().status().as_u16(), 404 | 405));
        assert!(matches!(client.get(format!("{url}?{form}")).send().await.unwrap().status().as_u16(), 404 | 405));
    }
}

scenario! {
    /// A program that fails is slowed down where it fails, and nobody keeps it out from elsewhere.
    async fn failures_slow_down(world) {
        let mut config = world.config.clone();
        config.server.proxies = vec!["127.0.0.1".parse().unwrap()];
        let beside = serve_with_vault(world, Arc::new(App::new(&config, world.clock.clone()).unwrap()), &config);
        let program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let ask = async |from: &str, assertion: &str| {
            let body = format!("grant_type=client_credentials&client_assertion_type={JWT_BEARER}&client_assertion={assertion}");
            let request = world.client().post(format!("http://{beside}/oauth/token")).header("x-forwarded-for", from);
            request.header("content-type", "application/x-www-form-urlencoded").body(body).send().await.unwrap()
        };
        let stranger = Program { key: Pair::ed25519(), ..program.clone() };
        for _ in 0..5 {
            assert_eq!(ask("198.51.100.7", &stranger.assertion(world)).await.status(), 401);
        }
        let slowed = ask("198.51.100.7", &program.assertion(world)).await;
        assert_eq!((slowed.status().as_u16(), slowed.headers()["retry-after"].to_str().unwrap()), (503, "1"));
        assert_eq!(slowed.json::<Value>().await.unwrap(), json!({ "error": "temporarily_unavailable" }));
        assert_eq!(ask("203.0.113.9", &program.assertion(world)).await.status(), 200, "the program itself, from elsewhere");
        world.set_time("2024-03-04T09:30:01");
        assert_eq!(ask("198.51.100.7", &program.assertion(world)).await.status(), 200);
    }
}

scenario! {
    /// RFC 8414: where the issuer is an address, it tells programs where tokens are; assertions are for it.
    async fn the_issuer_tells_where_tokens_are(world) {
        let path = "/.well-known/oauth-authorization-server";
        assert_eq!(world.get("", path, &[]).await.status(), 404, "an issuer that is no address");
        let mut config = world.config.clone();
        config.identity.issuer = "https://redress.example".to_owned();
        config.identity.service_token_minutes = 10;
        let beside = serve_with_vault(world, Arc::new(App::new(&config, world.clock.clone()).unwrap()), &config);
        let told: Value = world.client().get(format!("http://{beside}{path}")).send().await.unwrap().json().await.unwrap();
        assert_eq!((&told["issuer"], &told["token_endpoint"]), (&json!("https://redress.example"), &json!("https://redress.example/oauth/token")));
        assert_eq!(told["token_endpoint_auth_methods_supported"], json!(["private_key_jwt"]));
        let program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        assert_eq!(grant(world, beside, &program.assertion(world), None).await.status, 401, "for another issuer");
        let mut claims = program.claims(world);
        claims["aud"] = told["issuer"].clone();
        let granted = grant(world, beside, &program.key.sign(&Header::new(program.key.algorithm), &claims), None).await;
        assert_eq!((granted.status, &granted.body["expires_in"]), (200, &json!(600)));
    }
}

scenario! {
    /// The last use of each key is shown, to the minute, and leaves no event.
    async fn the_last_use_is_shown(world) {
        let mut program = Program::added(world, "程序", "AUDITOR", &["CASE_READ"]).await;
        let second = Pair::rsa();
        program.add_key(world, &second).await;
        let query = "query($id: ID!) { node(id: $id) { ... on ServiceAccount { lastUsedAt keys { lastUsedAt } } } auditEvents { totalCount } }";
        let seen = async || world.ask("auditor", query, json!({ "id": program.id })).await;
        let before = seen().await;
        assert_eq!(before.at("/node"), &json!({ "lastUsedAt": null, "keys": [{ "lastUsedAt": null }, { "lastUsedAt": null }] }));
        for (time, shown) in [("09:30:10", "01:30:10"), ("09:31:09", "01:30:10"), ("09:31:10", "01:31:10")] {
            world.set_time(&format!("2024-03-04T{time}"));
            program.token(world).await;
            let shown = json!(format!("2024-03-04T{shown}+00:00"));
            assert_eq!(seen().await.at("/node"), &json!({ "lastUsedAt": shown, "keys": [{ "lastUsedAt": null }, { "lastUsedAt": shown }] }), "{time}");
        }
        Program { key: second, ..program.clone() }.token(world).await;
        let after = seen().await;
        assert_eq!(after.at("/node/keys/0/lastUsedAt"), &json!("2024-03-04T01:31:10+00:00"));
        assert_eq!(after.at("/auditEvents/totalCount"), before.at("/auditEvents/totalCount"));
    }
}
