//! Access tokens of OpenID Connect issuers.

use crate::support::issuer::{AUDIENCE, Behaves, Key, TestIssuer};
use crate::support::{Answer, PASSWORD, PROFILE, World, scenario, serve_beside};
use chrono::{DateTime, TimeDelta, Utc};
use entity::staff_role::Role;
use futures_util::future::join_all;
use jsonwebtoken::{Algorithm, EncodingKey};
use redress::app::App;
use redress::identity::service::unlink_identities::UnlinkIdentities;
use redress::platform::access::Actor;
use redress::platform::openid::{GroupRule, IssuerConfig, People};
use redress::profiles::service::publish::PublishProfile;
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const VIEWER: &str = "{ viewer { roles staff { name department { name } } } }";
const SESSIONS: &str =
    "{ sessions(first: 50) { totalCount edges { node { id issuer device current createdAt lastUsedAt expiresAt } } } }";

/// A server that takes tokens of these issuers, beside the one of the world.
pub(super) fn server(world: &World, issuers: &[(&str, IssuerConfig)]) -> SocketAddr {
    let mut config = world.config.clone();
    config.issuers = issuers.iter().map(|(name, issuer)| ((*name).to_owned(), issuer.clone())).collect();
    config.server.explorer = true;
    let app = Arc::new(App::new(&config, world.clock.clone()).unwrap());
    serve_beside(world, app, &config)
}

pub(super) async fn ask(world: &World, server: SocketAddr, token: &str, query: &str) -> Answer {
    let request = world.client().post(format!("http://{server}/graphql")).bearer_auth(token);
    let response = request.json(&json!({ "query": query })).send().await.unwrap();
    Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
}

/// The code of the error that a token meets; `OK` when it is good.
pub(super) async fn outcome(world: &World, server: SocketAddr, token: &str) -> String {
    let answer = ask(world, server, token, VIEWER).await;
    match answer.body.get("errors") {
        None => "OK".to_owned(),
        Some(_) => answer.error_code().to_owned(),
    }
}

async fn message(world: &World, server: SocketAddr, token: &str) -> String {
    let answer = ask(world, server, token, VIEWER).await;
    answer.body["errors"][0]["message"].as_str().unwrap_or_default().to_owned()
}

async fn roles(world: &World, server: SocketAddr, token: &str) -> Value {
    ask(world, server, token, VIEWER).await.at("/viewer/roles").clone()
}

async fn events(world: &World, action: &str) -> Vec<Value> {
    let query = "query($actions: [AuditAction!]) { auditEvents(first: 100, filter: { actions: $actions }) { edges { node { before after systemReason actor { name } } } } }";
    let seen = world.ask("auditor", query, json!({ "actions": [action] })).await;
    seen.at("/auditEvents/edges").as_array().unwrap().iter().map(|edge| edge["node"].clone()).collect()
}

/// For less than this a server may take what it knew for true.
pub(super) async fn until_every_server_knows() {
    tokio::time::sleep(Duration::from_millis(1_000)).await;
}

fn later(world: &World, minutes: i64) -> DateTime<Utc> {
    let then = world.clock.now() + TimeDelta::minutes(minutes);
    world.clock.set(then);
    then
}

scenario! {
    /// A person who is known here comes with a token of the issuer: as themselves, with the roles that we hold, in a session that is
    /// listed like any other. Everybody else stays outside.
    async fn known_people_come_with_a_token(world) {
        let issuer = TestIssuer::start().await;
        let server = server(world, &[("company", issuer.config())]);
        let now = world.clock.now();
        let token = issuer.token("supervisor", now);
        let me = ask(world, server, &token, VIEWER).await;
        assert_eq!(me.at("/viewer"), &json!({ "roles": ["SUPERVISOR"], "staff": { "name": "测试supervisor", "department": { "name": "客服部" } } }));
        assert_eq!(outcome(world, world.address, &token).await, "UNAUTHENTICATED", "where no issuer is configured");
        ask(world, server, &token, "{ cases { totalCount } }").await.at("/cases");

        let ours = world.token("supervisor").await.unwrap();
        let listed = ask(world, server, &ours, SESSIONS).await;
        assert_eq!(listed.number("/sessions/totalCount"), 2);
        let of_issuer = listed.at("/sessions/edges").as_array().unwrap().iter().find(|edge| edge["node"]["issuer"] == "company").unwrap();
        assert_eq!(of_issuer["node"]["expiresAt"], "2024-03-04T03:30:00+00:00", "a session that nobody refreshes ends in two hours");
        let signed_in = events(world, "SIGNED_IN").await;
        let of_issuer: Vec<_> = signed_in.iter().filter(|event| event["after"]["issuer"] == "company").collect();
        assert_eq!((of_issuer.len(), &of_issuer[0]["actor"]["name"], &of_issuer[0]["after"]["secondFactor"]), (1, &json!("测试supervisor"), &json!(false)));
        assert_eq!(events(world, "STAFF_IDENTITY_LINKED").await.len(), 1);

        // Both kinds of tokens lead in, one beside the other, and a factor that the configuration counts is written down.
        assert_eq!(outcome(world, server, &ours).await, "OK");
        let second = issuer.token_with("manager", now, json!({ "amr": ["pwd", "mfa"], "acr": "x" }));
        assert_eq!(outcome(world, server, &second).await, "OK");
        assert!(events(world, "SIGNED_IN").await.iter().any(|event| event["after"]["secondFactor"] == true));

        for (login, sub) in [("nobody", "a"), ("", "b"), ("SUPERVISOR", "c"), ("主管", "d"), ("supervisor", "somebody else of the same login")] {
            let token = issuer.token_with(login, now, json!({ "sub": sub }));
            assert_eq!(outcome(world, server, &token).await, "UNAUTHENTICATED", "{login} {sub}");
        }
        let token = issuer.token_with("handler", now, json!({ "login": null }));
        assert_eq!(outcome(world, server, &token).await, "UNAUTHENTICATED");
        // Once linked, a person is known by the subject, whatever the login is called there by now.
        let token = issuer.token_with("supervisor", now, json!({ "login": "admin" }));
        assert_eq!(roles(world, server, &token).await, json!(["SUPERVISOR"]));
    }
}

scenario! {
    /// A person whose account at the issuer was replaced is known by their login once more, when somebody says so.
    async fn accounts_are_unlinked(world) {
        let issuer = TestIssuer::start().await;
        let server = server(world, &[("company", issuer.config())]);
        let now = world.clock.now();
        let (before, after) = (issuer.token("supervisor", now), issuer.token_with("supervisor", now, json!({ "sub": "new" })));
        assert_eq!((outcome(world, server, &before).await, outcome(world, server, &after).await), ("OK".to_owned(), "UNAUTHENTICATED".to_owned()));
        let unlink = UnlinkIdentities { staff_id: world.staff_id("supervisor").await };
        assert_eq!(world.db.run(&Actor::system("test"), &unlink).await.unwrap(), 1);
        until_every_server_knows().await;
        assert_eq!(outcome(world, server, &after).await, "OK");
        assert_eq!(outcome(world, server, &before).await, "UNAUTHENTICATED", "the account of before is somebody else's");
        assert_eq!(events(world, "STAFF_IDENTITIES_UNLINKED").await[0]["after"]["unlinked"], 1);
    }
}

scenario! {
    /// An e-mail address that the issuer has not verified makes nobody anybody.
    async fn an_unverified_address_is_nobodys(world) {
        let issuer = TestIssuer::start().await;
        let server = server(world, &[("company", IssuerConfig { login_claim: "email".to_owned(), ..issuer.config() })]);
        world.add_person("wang.fang@company.example", &[Role::Handler]).await;
        let now = world.clock.now();
        for (verified, expected) in [(json!(null), "UNAUTHENTICATED"), (json!(false), "UNAUTHENTICATED"), (json!("true"), "UNAUTHENTICATED"), (json!(true), "OK")] {
            let claims = json!({ "email": "wang.fang@company.example", "email_verified": verified });
            assert_eq!(outcome(world, server, &issuer.token_with("wang", now, claims)).await, expected, "{verified}");
        }
    }
}

scenario! {
    /// RFC 8725, RFC 9068: a token counts only with a listed algorithm, a key of the issuer that it names, for us, now, and as an
    /// access token. Two issuers are never mixed up.
    async fn only_good_access_tokens_count(world) {
        let (issuer, other) = (TestIssuer::start().await, TestIssuer::start().await);
        let rsa = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
        let rsa = aws_lc_rs::encoding::AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&rsa).unwrap();
        let rsa = EncodingKey::from_rsa_pem(pem::encode(&pem::Pem::new("PRIVATE KEY", rsa.as_ref())).as_bytes()).unwrap();
        let rsa = |algorithm| Key::of("rsa", rsa.clone(), algorithm);
        let ed = aws_lc_rs::signature::Ed25519KeyPair::generate().unwrap();
        let ed = Key::of("ed", EncodingKey::from_ed_der(ed.to_pkcs8v1().unwrap().as_ref()), Algorithm::EdDSA);
        let first = issuer.key();
        let mut published = rsa(Algorithm::RS256);
        published.jwk.as_object_mut().unwrap().remove("alg");
        let mut for_encryption = Key::ec("encryption");
        for_encryption.jwk["use"] = json!("enc");
        issuer.use_keys(&[&first, &published, &ed, &for_encryption]);
        let server = server(world, &[("company", issuer.config()), ("partner", other.config())]);
        let now = world.clock.now();
        let (header, claims) = (issuer.header(), issuer.claims("supervisor", now));
        let sign = |key: &Key, header: &Value, claims: &Value| key.sign(header, claims);
        let with_header = |changes: Value| {
            let mut header = header.clone();
            header.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            sign(&first, &header, &claims)
        };
        let good = issuer.token("supervisor", now);
        assert_eq!(outcome(world, server, &good).await, "OK");
        let by = |key: &Key| sign(key, &json!({ "alg": key.algorithm, "typ": "application/at+jwt", "kid": key.id }), &claims);
        for key in [rsa(Algorithm::RS256), rsa(Algorithm::PS256), ed.clone()] {
            assert_eq!(outcome(world, server, &by(&key)).await, "OK", "{:?}", key.algorithm);
        }
        assert_eq!(outcome(world, server, &issuer.token_with("supervisor", now, json!({ "aud": ["x", AUDIENCE] }))).await, "OK");
        assert_eq!(outcome(world, server, &with_header(json!({ "x5t": "abc", "unheard": "of" }))).await, "OK");

        let part = |text: &str| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, text);
        let unsigned = |alg: &str| format!("{}.{}.", part(&format!(r#"{{"alg":"{alg}","typ":"at+jwt","kid":"first"}}"#)), part(&claims.to_string()));
        let secret = |secret: &[u8], id: &str| {
            let header = json!({ "alg": "HS256", "typ": "at+jwt", "kid": id });
            let message = format!("{}.{}", part(&header.to_string()), part(&claims.to_string()));
            let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &EncodingKey::from_secret(secret), Algorithm::HS256).unwrap();
            format!("{message}.{signature}")
        };
        let pieces: Vec<&str> = good.split('.').collect();
        let mut tampered = claims.clone();
        tampered["sub"] = json!("subject of admin");
        let mut of_other = other.claims("supervisor", now);
        let mut bad = vec![
            ("alg none", unsigned("none")),
            ("alg None", unsigned("None")),
            ("no signature", unsigned("ES256")),
            ("the public key as a secret", secret(first.jwk.to_string().as_bytes(), "first")),
            ("a published secret", secret(b"secret", "secret")),
            ("an algorithm that is not listed", sign(&Key { algorithm: Algorithm::RS512, ..rsa(Algorithm::RS256) }, &json!({ "alg": "RS512", "typ": "at+jwt", "kid": "rsa" }), &claims)),
            ("an algorithm that is not the key's", sign(&first, &json!({ "alg": "RS256", "typ": "at+jwt", "kid": "first" }), &claims)),
            ("a key for encryption", by(&for_encryption)),
            ("an unknown key", by(&Key::ec("unknown"))),
            ("a key of the same id", by(&Key::ec("first"))),
            ("the key of another issuer", by(&Key { id: "first".to_owned(), ..other.key() })),
            ("no key id", sign(&first, &json!({ "alg": "ES256", "typ": "at+jwt" }), &claims)),
            ("jku", with_header(json!({ "jku": format!("{}/keys", other.url) }))),
            ("x5u", with_header(json!({ "x5u": format!("{}/keys", other.url) }))),
            ("x5c", with_header(json!({ "x5c": ["AAAA"] }))),
            ("jwk", with_header(json!({ "jwk": first.jwk }))),
            ("crit", with_header(json!({ "crit": ["exp"] }))),
            ("zip", with_header(json!({ "zip": "DEF" }))),
            ("typ JWT", with_header(json!({ "typ": "JWT" }))),
            ("typ of a proof", with_header(json!({ "typ": "dpop+jwt" }))),
            ("other claims under the same signature", format!("{}.{}.{}", pieces[0], part(&tampered.to_string()), pieces[2])),
            ("a cut signature", format!("{}.{}.{}", pieces[0], pieces[1], &pieces[2][..20])),
            ("one more part", format!("{good}.x")),
            ("half of it", format!("{}.{}", pieces[0], pieces[1])),
            ("a large one", issuer.token_with("supervisor", now, json!({ "x": "x".repeat(20_000) }))),
        ];
        for (name, changes) in [
            ("another audience", json!({ "aud": "https://other.example" })),
            ("audiences of others", json!({ "aud": ["https://other.example", "portal"] })),
            ("no audience", json!({ "aud": null })),
            ("an empty audience", json!({ "aud": [] })),
            ("another issuer's name", json!({ "iss": other.url })),
            ("nobody's name", json!({ "iss": "https://nobody.example" })),
            ("a slash more", json!({ "iss": format!("{}/", issuer.url) })),
            ("names of several issuers", json!({ "iss": [issuer.url, other.url] })),
            ("no issuer", json!({ "iss": null })),
            ("ended", json!({ "exp": now.timestamp() - 5 })),
            ("no end", json!({ "exp": null })),
            ("an end that is none", json!({ "exp": "soon" })),
            ("from tomorrow", json!({ "nbf": now.timestamp() + 6 })),
            ("issued tomorrow", json!({ "iat": now.timestamp() + 6 })),
            ("issued never", json!({ "iat": null })),
            ("nobody", json!({ "sub": null })),
            ("an empty subject", json!({ "sub": "" })),
            ("a number for a subject", json!({ "sub": 1 })),
            ("a subject without end", json!({ "sub": "x".repeat(256) })),
            ("a subject with a zero in it", json!({ "sub": "subject of\u{0}supervisor" })),
            ("a sign-in at no time", json!({ "auth_time": "noon" })),
            ("an ID token by its nonce", json!({ "nonce": "x" })),
            ("an ID token by its hash", json!({ "at_hash": "x" })),
            ("an ID token by its use", json!({ "token_use": "id" })),
            ("an ID token by its type", json!({ "typ": "ID" })),
            ("a logout token", json!({ "events": {} })),
        ] {
            bad.push((name, issuer.token_with("supervisor", now, changes)));
        }
        of_other["iss"] = json!(issuer.url);
        bad.push(("of the other issuer in this one's name", other.key().sign(&json!({ "alg": "ES256", "typ": "at+jwt", "kid": "first" }), &of_other)));
        for (name, token) in &bad {
            let answer = ask(world, server, token, VIEWER).await;
            assert_eq!((answer.status, answer.error_code()), (401, "UNAUTHENTICATED"), "{name}");
            assert_eq!(ask(world, server, token, "{ __typename }").await.status, 200, "{name} keeps nobody from signing in");
        }
        for nonsense in ["", ".", "..", "x.y.z", "e30.e30.e30", &"x".repeat(10_000)] {
            assert_eq!(outcome(world, server, nonsense).await, "UNAUTHENTICATED", "{nonsense}");
        }
        // The same person at the other issuer is a subject of its own; what one issuer calls a subject is nothing to the other.
        let there = other.token_with("manager", now, json!({ "sub": "subject of supervisor" }));
        assert_eq!(roles(world, server, &there).await, json!(["MANAGER"]));
        assert_eq!(roles(world, server, &good).await, json!(["SUPERVISOR"]));
        // To the second: good until five seconds after its end, and from five before its beginning.
        let edge = issuer.token_with("handler", now, json!({ "iat": now.timestamp() + 5, "nbf": now.timestamp() + 5, "exp": now.timestamp() + 60, "auth_time": null }));
        assert_eq!(outcome(world, server, &edge).await, "OK");
        for (seconds, expected) in [(64, "OK"), (65, "UNAUTHENTICATED")] {
            world.clock.set(now + TimeDelta::seconds(seconds));
            assert_eq!(outcome(world, server, &edge).await, expected, "{seconds}");
        }
    }
}

scenario! {
    /// Issuers that do not say `at+jwt` are taken where the configuration says so, but never their ID tokens.
    async fn plain_tokens_are_taken_where_configured(world) {
        let issuer = TestIssuer::start().await;
        let server = server(world, &[("company", IssuerConfig { plain_jwt: true, ..issuer.config() })]);
        let (key, now) = (issuer.key(), world.clock.now());
        for (kind, more, expected) in [
            (json!({ "typ": "JWT" }), json!({}), "OK"),
            (json!({}), json!({}), "OK"),
            (json!({ "typ": "at+jwt" }), json!({}), "OK"),
            (json!({ "typ": "JWT" }), json!({ "typ": "Bearer", "token_use": "access" }), "OK"),
            (json!({ "typ": "JWT" }), json!({ "typ": "ID" }), "UNAUTHENTICATED"),
            (json!({ "typ": "JWT" }), json!({ "typ": "Refresh" }), "UNAUTHENTICATED"),
            (json!({ "typ": "JWT" }), json!({ "token_use": "id" }), "UNAUTHENTICATED"),
            (json!({ "typ": "JWT" }), json!({ "nonce": "n" }), "UNAUTHENTICATED"),
            (json!({ "typ": "JWT" }), json!({ "at_hash": "h" }), "UNAUTHENTICATED"),
            (json!({ "typ": "logout+jwt" }), json!({}), "UNAUTHENTICATED"),
        ] {
            let mut header = json!({ "alg": "ES256", "kid": key.id });
            header.as_object_mut().unwrap().extend(kind.as_object().unwrap().clone());
            let mut claims = issuer.claims("supervisor", now);
            claims.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            assert_eq!(outcome(world, server, &key.sign(&header, &claims)).await, expected, "{header} {more}");
        }
    }
}

scenario! {
    /// Keys are fetched once and kept; a new one is found when a token names it; a withdrawn one is good for ten minutes; when the
    /// issuer is away, its keys are good for an hour. Tokens of unknown keys do not have it asked more often than every ten seconds.
    async fn keys_are_cached_and_rotate(world) {
        let issuer = TestIssuer::start().await;
        let server = server(world, &[("company", issuer.config())]);
        let (old, new) = (issuer.key(), Key::ec("second"));
        let by = |key: &Key, now: DateTime<Utc>| key.sign(&json!({ "alg": "ES256", "typ": "at+jwt", "kid": key.id }), &issuer.claims("supervisor", now));
        assert_eq!(issuer.asked_at_all(), 0, "nobody asked before a token came");
        let now = world.clock.now();
        let at_once = join_all((0..50).map(|_| issuer.token("supervisor", now)).map(|token| async move { outcome(world, server, &token).await })).await;
        assert!(at_once.iter().all(|outcome| outcome == "OK"), "{at_once:?}");
        assert_eq!((issuer.asked(), issuer.asked_at_all()), (1, 2));

        // The new key is known as soon as ten seconds have passed, by whichever of fifty asks first.
        issuer.use_keys(&[&new, &old]);
        let now = now + TimeDelta::seconds(10);
        world.clock.set(now);
        let at_once = join_all((0..50).map(|_| by(&new, now)).map(|token| async move { outcome(world, server, &token).await })).await;
        assert!(at_once.iter().all(|outcome| outcome == "OK"), "{at_once:?}");
        assert_eq!(outcome(world, server, &by(&old, now)).await, "OK");
        assert_eq!(issuer.asked(), 2);

        // Junk.
        let junk = (0..200).map(|serial| by(&Key { id: format!("junk {serial}"), ..old.clone() }, now));
        let refused = join_all(junk.map(|token| async move { outcome(world, server, &token).await })).await;
        assert!(refused.iter().all(|outcome| outcome == "UNAUTHENTICATED"), "{refused:?}");
        assert_eq!(issuer.asked(), 2, "not in the same ten seconds");
        let now = now + TimeDelta::seconds(10);
        world.clock.set(now);
        let junk = (0..200).map(|serial| by(&Key { id: format!("more {serial}"), ..old.clone() }, now));
        // A few may be told to come back, should all of them wait for the one answer.
        let refused = join_all(junk.map(|token| async move { outcome(world, server, &token).await })).await;
        assert!(refused.iter().all(|outcome| outcome != "OK"), "{refused:?}");
        assert_eq!(issuer.asked(), 3);

        // Withdrawn.
        issuer.use_keys(&[&new]);
        let now = later(world, 9);
        assert_eq!(outcome(world, server, &by(&old, now)).await, "OK");
        let now = later(world, 1);
        assert_eq!(outcome(world, server, &by(&old, now)).await, "UNAUTHENTICATED");
        assert_eq!(outcome(world, server, &by(&new, now)).await, "OK");
        assert_eq!(issuer.asked(), 4);

        // Away: its keys are good for an hour after it was last heard of.
        issuer.behave(Behaves::Fails(503));
        let now = later(world, 59);
        assert_eq!(outcome(world, server, &by(&new, now)).await, "OK");
        let now = later(world, 1);
        let answer = ask(world, server, &by(&new, now), VIEWER).await;
        assert_eq!((answer.status, answer.error_code()), (503, "LIMITED"));
        issuer.behave(Behaves::Well);
        let now = later(world, 1);
        assert_eq!(outcome(world, server, &by(&new, now)).await, "OK");
        // A clock that was set back keeps nobody out.
        world.clock.set(now - TimeDelta::minutes(30));
        assert_eq!(outcome(world, server, &by(&new, now - TimeDelta::minutes(30))).await, "OK");
    }
}

scenario! {
    /// An issuer that names another one, sends on, says nonsense without end or leads somewhere unsafe gives no keys; people are told
    /// to come back, and come in as soon as it is mended.
    async fn an_issuer_that_misbehaves_gives_no_keys(world) {
        let (issuer, other) = (TestIssuer::start().await, TestIssuer::start().await);
        let server = server(world, &[("company", issuer.config())]);
        for behaves in [
            Behaves::As(other.url.clone()),
            Behaves::As(format!("{}/", issuer.url)),
            Behaves::Fails(404),
            Behaves::Fails(500),
            Behaves::Redirects(format!("{}/keys", other.url)),
            Behaves::KeysAt("http://keys.example/keys".to_owned()),
            Behaves::KeysAt("file:///etc/passwd".to_owned()),
            Behaves::KeysAt("".to_owned()),
            Behaves::TooLarge,
        ] {
            issuer.behave(behaves.clone());
            let token = issuer.token("supervisor", later(world, 1));
            let answer = ask(world, server, &token, VIEWER).await;
            assert_eq!((answer.status, answer.error_code()), (503, "LIMITED"), "{behaves:?}");
        }
        assert_eq!(other.asked_at_all(), 0, "nobody was led there");
        issuer.behave(Behaves::Well);
        assert_eq!(outcome(world, server, &issuer.token("supervisor", later(world, 1))).await, "OK");
    }
}

scenario! {
    /// Our own rules about sessions hold: signing out here, there and everywhere, two hours without a new token, twelve hours at most;
    /// what was ended stays ended, for the token that still lives and for those that the same sign-in gives.
    async fn sessions_of_an_issuer_end_like_others(world) {
        let issuer = TestIssuer::start().await;
        let server = server(world, &[("company", issuer.config())]);
        let now = later(world, 0);
        let first = issuer.token("supervisor", now);
        assert_eq!(outcome(world, server, &first).await, "OK");
        ask(world, server, &first, "mutation { logout { ended { sessionIds } } }").await.at("/logout/ended/sessionIds/0");
        until_every_server_knows().await;
        assert_eq!(outcome(world, server, &first).await, "UNAUTHENTICATED");
        let same_sign_in = json!({ "auth_time": now.timestamp() });
        let now = later(world, 1);
        assert_eq!(outcome(world, server, &issuer.token_with("supervisor", now, same_sign_in.clone())).await, "UNAUTHENTICATED");
        let again = issuer.token("supervisor", now);
        assert_eq!(outcome(world, server, &again).await, "OK", "signed in anew");

        // One of several, by its id; another person's is not there.
        let phone = issuer.token_with("supervisor", now, json!({ "sid": "phone" }));
        assert_eq!(outcome(world, server, &phone).await, "OK");
        let listed = ask(world, server, &phone, SESSIONS).await;
        assert_eq!(listed.number("/sessions/totalCount"), 2);
        let mine = listed.at("/sessions/edges").as_array().unwrap().iter().find(|edge| edge["node"]["current"] == true).unwrap()["node"]["id"].as_str().unwrap().to_owned();
        let end = format!("mutation {{ endSession(input: {{ sessionId: \"{mine}\" }}) {{ ended {{ sessionIds }} }} }}");
        assert_eq!(ask(world, server, &issuer.token("manager", now), &end).await.error_code(), "NOT_FOUND");
        ask(world, server, &again, &end).await.at("/endSession/ended/sessionIds/0");
        until_every_server_knows().await;
        assert_eq!((outcome(world, server, &phone).await, outcome(world, server, &again).await), ("UNAUTHENTICATED".to_owned(), "OK".to_owned()));

        // Everywhere: also what was signed in to before and nobody has come with yet.
        let unseen = issuer.token_with("supervisor", now, json!({ "sid": "tablet" }));
        let unseen_and_bare = issuer.token_with("supervisor", now, json!({ "sid": null, "auth_time": null }));
        ask(world, server, &again, "mutation { logoutEverywhere { ended { sessionIds } } }").await.at("/logoutEverywhere/ended");
        until_every_server_knows().await;
        for token in [&again, &unseen, &unseen_and_bare] {
            assert_eq!(outcome(world, server, token).await, "UNAUTHENTICATED");
        }
        let now = later(world, 1);
        assert_eq!(outcome(world, server, &issuer.token_with("supervisor", now, json!({ "auth_time": null }))).await, "OK");

        // Newer tokens of the same sign-in let a session go on, for twelve hours.
        let began = later(world, 1);
        let of_day = |at: DateTime<Utc>| issuer.token_with("handler", at, json!({ "auth_time": began.timestamp() }));
        let token = of_day(began);
        assert_eq!(outcome(world, server, &token).await, "OK");
        for _ in 0..6 {
            let now = later(world, 119);
            assert_eq!(outcome(world, server, &of_day(now)).await, "OK", "{now}");
        }
        let seen = ask(world, server, &of_day(world.clock.now()), SESSIONS).await;
        assert_eq!(seen.number("/sessions/totalCount"), 1);
        assert_eq!(seen.text("/sessions/edges/0/node/expiresAt"), (began + TimeDelta::hours(12)).to_rfc3339());
        let now = later(world, 6);
        assert_eq!(outcome(world, server, &of_day(now)).await, "UNAUTHENTICATED", "twelve hours after the sign-in");
        assert_eq!(outcome(world, server, &issuer.token_with("handler", now, json!({ "sid": "x", "auth_time": began.timestamp() }))).await, "UNAUTHENTICATED");
        // A token that lives for a day is good for two hours without a newer one.
        let long = json!({ "exp": (now + TimeDelta::days(1)).timestamp() });
        let token = issuer.token_with("registrar", now, long);
        assert_eq!(outcome(world, server, &token).await, "OK");
        later(world, 119);
        assert_eq!(outcome(world, server, &token).await, "OK");
        until_every_server_knows().await;
        later(world, 1);
        assert_eq!(outcome(world, server, &token).await, "UNAUTHENTICATED");
        let refreshed = events(world, "SESSION_REFRESHED").await;
        assert_eq!(refreshed.len(), 6, "one for each newer token");
    }
}

scenario! {
    /// Whoever is disabled here is outside within a second, whatever the issuer says, and comes in again only by a new sign-in.
    async fn disabled_people_stay_outside(world) {
        let issuer = TestIssuer::start().await;
        let server = server(world, &[("company", issuer.config())]);
        world.add_person("leaver", &[Role::Handler]).await;
        let now = later(world, 0);
        let (token, unseen) = (issuer.token("leaver", now), issuer.token_with("leaver", now, json!({ "sid": "other" })));
        assert_eq!(outcome(world, server, &token).await, "OK");
        world.disable("leaver").await;
        until_every_server_knows().await;
        for token in [&token, &unseen, &issuer.token("leaver", later(world, 1))] {
            assert_eq!(outcome(world, server, token).await, "UNAUTHENTICATED");
        }
        let person = world.ask("admin", "{ staff(first: 100) { edges { node { id login version } } } }", json!({})).await;
        let person = person.at("/staff/edges").as_array().unwrap().iter().find(|edge| edge["node"]["login"] == "leaver").unwrap()["node"].clone();
        let input = json!({ "staffId": person["id"], "expectedVersion": person["version"] });
        world.ask("admin", "mutation($input: EnableStaffInput!) { enableStaff(input: $input) { staff { version } refusals { code } } }", json!({ "input": input })).await.done("enableStaff");
        assert_eq!(outcome(world, server, &token).await, "UNAUTHENTICATED");
        assert_eq!(outcome(world, server, &issuer.token("leaver", later(world, 1))).await, "OK");
        // Who was never here and is disabled before the first visit.
        world.add_person("absent", &[Role::Handler]).await;
        world.disable("absent").await;
        assert_eq!(outcome(world, server, &issuer.token("absent", world.clock.now())).await, "UNAUTHENTICATED");
    }
}

fn groups(rules: &[(&str, &[Role], Option<&str>)]) -> Vec<GroupRule> {
    let rule = |(group, roles, department): &(&str, &[Role], Option<&str>)| GroupRule {
        group: (*group).to_owned(),
        roles: roles.to_vec(),
        department: department.map(str::to_owned),
    };
    rules.iter().map(rule).collect()
}

scenario! {
    /// Where groups are mapped, they decide roles and department with each new token, on record; an older token brings nothing back.
    /// Roles that exclude each other, and no role at all, keep a person outside; the last administrator stays.
    async fn groups_give_roles_and_departments(world) {
        let issuer = TestIssuer::start().await;
        let mapped = groups(&[
            ("投诉处理", &[Role::Handler], Some("客服部")),
            ("主管", &[Role::Supervisor], None),
            ("法务", &[Role::Legal], Some("法规部")),
            ("审计", &[Role::Auditor], None),
            ("it", &[Role::Admin], None),
        ]);
        let server = server(world, &[("company", IssuerConfig { groups: mapped, groups_claim: "realm_access.groups".to_owned(), ..issuer.config() })]);
        let of = |login: &str, at: DateTime<Utc>, groups: Value| issuer.token_with(login, at, json!({ "realm_access": { "groups": groups } }));
        world.add_person("mover", &[Role::Registrar]).await;
        let now = world.clock.now();
        let first = of("mover", now, json!(["投诉处理", "主管", "unheard of"]));
        assert_eq!(roles(world, server, &first).await, json!(["HANDLER", "SUPERVISOR"]));
        let changed = events(world, "STAFF_ROLES_CHANGED").await;
        assert_eq!((changed.len(), &changed[0]["before"]["roles"], &changed[0]["after"]["roles"], &changed[0]["systemReason"]), (1, &json!(["REGISTRAR"]), &json!(["HANDLER", "SUPERVISOR"]), &json!("single sign-on")));
        assert_eq!(events(world, "STAFF_UPDATED").await.len(), 0, "the same department");

        // Another department, which is made.
        let moved = of("mover", later(world, 1), json!("法务"));
        let me = ask(world, server, &moved, VIEWER).await;
        assert_eq!((me.at("/viewer/roles"), me.text("/viewer/staff/department/name")), (&json!(["LEGAL"]), "法规部".to_owned()));
        assert_eq!((events(world, "DEPARTMENT_ADDED").await.len(), events(world, "STAFF_UPDATED").await.len()), (1, 1));
        until_every_server_knows().await;
        assert_eq!(roles(world, server, &first).await, json!(["LEGAL"]), "the older token brings nothing back");
        let unseen = issuer.token_with("mover", now, json!({ "realm_access": { "groups": ["主管"] }, "sid": "another device" }));
        assert_eq!(roles(world, server, &unseen).await, json!(["LEGAL"]), "nor one that nobody has seen");
        assert_eq!(events(world, "STAFF_ROLES_CHANGED").await.len(), 2);

        // What cannot be.
        let now = later(world, 1);
        for groups in [json!([]), json!(["unheard of"]), json!(null), json!({ "x": 1 }), json!([1, 2]), json!(["投诉处理", "审计"])] {
            let token = of("mover", now, groups.clone());
            assert_eq!(outcome(world, server, &token).await, "UNAUTHENTICATED", "{groups}");
        }
        assert!(message(world, server, &of("mover", now, json!([]))).await.contains("None of your groups"));
        assert!(message(world, server, &of("mover", now, json!(["投诉处理", "审计"]))).await.contains("exclude each other"));
        let listed = world.ask("admin", "{ staff(first: 100) { edges { node { login roles } } } }", json!({})).await;
        let held = |login: &str| listed.at("/staff/edges").as_array().unwrap().iter().find(|edge| edge["node"]["login"] == login).unwrap()["node"]["roles"].clone();
        assert_eq!(held("mover"), json!(["LEGAL"]), "what was refused changed nothing");

        // The last administrator comes in as one.
        assert_eq!(roles(world, server, &of("admin", now, json!(["主管"]))).await, json!(["ADMIN"]));
        assert_eq!(roles(world, server, &of("mover", later(world, 1), json!(["it"]))).await, json!(["ADMIN"]));
        assert_eq!(roles(world, server, &of("admin", world.clock.now(), json!(["主管"]))).await, json!(["SUPERVISOR"]), "now there is another one");
    }
}

scenario! {
    /// Fifty requests with one new token write each change once.
    async fn fifty_at_once_write_once(world) {
        let issuer = TestIssuer::start().await;
        let newcomers = IssuerConfig {
            people: People::Anybody,
            department: Some("客服部".to_owned()),
            groups: groups(&[("a", &[Role::Handler], Some("新部门")), ("b", &[Role::Supervisor], Some("另一部门"))]),
            ..issuer.config()
        };
        let server = server(world, &[("company", newcomers)]);
        for (groups, role, department) in [(json!(["a"]), "HANDLER", "新部门"), (json!(["b"]), "SUPERVISOR", "另一部门")] {
            let token = issuer.token_with("newcomer", later(world, 1), json!({ "groups": groups, "auth_time": 1_709_515_800 }));
            let answers = join_all((0..50).map(|_| ask(world, server, &token, VIEWER))).await;
            for answer in &answers {
                assert_eq!(answer.at("/viewer/roles"), &json!([role]), "{:#}", answer.body);
                assert_eq!(answer.text("/viewer/staff/department/name"), department);
            }
        }
        for (action, times) in [("STAFF_ADDED", 1), ("STAFF_IDENTITY_LINKED", 1), ("STAFF_ROLES_CHANGED", 1), ("DEPARTMENT_ADDED", 1), ("STAFF_UPDATED", 1), ("SESSION_REFRESHED", 1)] {
            let of_issuer: Vec<_> = events(world, action).await.into_iter().filter(|event| event["systemReason"] != "test").collect();
            assert_eq!(of_issuer.len(), times, "{action}: {of_issuer:#?}");
        }
        let signed_in = events(world, "SIGNED_IN").await;
        assert_eq!(signed_in.iter().filter(|event| event["after"]["issuer"] == "company").count(), 1);
    }
}

scenario! {
    /// Where anybody may come, a person is made on first sight, without a password: by password they cannot sign in.
    async fn newcomers_are_made_without_a_password(world) {
        let issuer = TestIssuer::start().await;
        let anybody = IssuerConfig { people: People::Anybody, department: Some("客服部".to_owned()), roles: vec![Role::Registrar], ..issuer.config() };
        let server = server(world, &[("company", anybody)]);
        let now = world.clock.now();
        let me = ask(world, server, &issuer.token_with("zhang.wei", now, json!({ "name": "张伟" })), VIEWER).await;
        assert_eq!(me.at("/viewer"), &json!({ "roles": ["REGISTRAR"], "staff": { "name": "张伟", "department": { "name": "客服部" } } }));
        for name in [json!(null), json!(""), json!("x".repeat(10_000)), json!(7)] {
            let login = format!("x{}", name.to_string().len());
            let me = ask(world, server, &issuer.token_with(&login, now, json!({ "name": name })), VIEWER).await;
            assert_eq!(me.text("/viewer/staff/name"), login, "no name to use");
        }
        let by_password = async |login: &str, password: &str| {
            let query = "mutation($login: String!, $password: String!) { login(input: { login: $login, password: $password }) { accessToken } }";
            world.ask("", query, json!({ "login": login, "password": password })).await
        };
        let wrong = by_password("nobody", "x").await;
        for password in ["", " ", PASSWORD] {
            let refused = by_password("zhang.wei", password).await;
            assert_eq!((refused.status, &refused.body), (wrong.status, &wrong.body), "{password:?}");
        }
        // Whoever is here already is that person; nobody is made whose login could not be written.
        assert_eq!(roles(world, server, &issuer.token("supervisor", now)).await, json!(["SUPERVISOR"]));
        for login in ["Zhang", "张伟", "", "a b", &"x".repeat(65)] {
            assert_eq!(outcome(world, server, &issuer.token(login, now)).await, "UNAUTHENTICATED", "{login}");
        }
    }
}

scenario! {
    /// SG-16.4: the pledge is asked of whoever comes from an issuer, too.
    async fn the_pledge_is_asked_of_everybody(world) {
        let issuer = TestIssuer::start().await;
        let server = server(world, &[("company", issuer.config())]);
        let pledge = "[privacy]\npledge = { version = \"2024-1\", text = \"保守秘密。\" }\n\n[archive]\n";
        let content = PROFILE.replacen("[archive]\n", pledge, 1).replacen("\"2013-01-01\"", "\"2024-01-01\"", 1);
        world.db.run(&Actor::system("test"), &PublishProfile { content }).await.unwrap();
        tokio::time::sleep(Duration::from_millis(1_900)).await;
        let token = issuer.token("supervisor", world.clock.now());
        assert_eq!(roles(world, server, &token).await, json!([]));
        assert_eq!(ask(world, server, &token, "{ cases { totalCount } }").await.error_code(), "FORBIDDEN");
        let sign = "mutation { signConfidentialityPledge(input: { version: \"2024-1\" }) { pledge { version } refusals { code } } }";
        ask(world, server, &token, sign).await.done("signConfidentialityPledge");
        tokio::time::sleep(Duration::from_millis(1_900)).await;
        assert_eq!(roles(world, server, &token).await, json!(["SUPERVISOR"]));
    }
}

/// What no configuration of an issuer may ask for stops the start, with the key named.
#[test]
fn roles_that_exclude_each_other_stop_the_start() {
    let mut config = crate::support::config_for("sqlite::memory:");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let issuer = runtime.block_on(TestIssuer::start()).config();
    config.files.place = redress::platform::files::Place::Folder(std::env::temp_dir());
    let rules = groups(&[("a", &[Role::Handler, Role::Auditor], None)]);
    config.issuers.insert("company".to_owned(), IssuerConfig { groups: rules, ..issuer });
    let complaint = App::new(&config, redress::platform::clock::Clock::system()).err().unwrap().to_string();
    assert!(complaint.contains("issuers.company.groups") && complaint.contains("AUDITOR"), "{complaint}");
}
