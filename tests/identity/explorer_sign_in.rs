//! The explorer signs in at an issuer: the authorization-code flow with PKCE.

use super::single_sign_on::{outcome, server};
use crate::support::issuer::TestIssuer;
use crate::support::{World, scenario};
use redress::platform::openid::{ExplorerClient, IssuerConfig};
use reqwest::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;

pub(super) fn client(url: &str) -> ExplorerClient {
    ExplorerClient {
        id: "explorer".to_owned(),
        secret: None,
        url: url.to_owned(),
        scope: "openid".to_owned(),
        parameters: BTreeMap::from([("resource".to_owned(), "https://redress.example".to_owned())]),
    }
}

/// A browser that has set out: where it was sent, and what it keeps.
struct Departed {
    asked: HashMap<String, String>,
    location: String,
    cookie: String,
    kept: String,
}

async fn depart(server: SocketAddr, issuer: &str) -> Departed {
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let sent = browser.get(format!("http://{server}/sign-in/{issuer}")).send().await.unwrap();
    assert_eq!((sent.status().as_u16(), sent.headers()[CACHE_CONTROL].to_str().unwrap()), (303, "no-store"));
    let header = |name| sent.headers()[name].to_str().unwrap().to_owned();
    let (location, cookie) = (header(LOCATION), header(SET_COOKIE));
    let asked = reqwest::Url::parse(&location).unwrap().query_pairs().into_owned().collect();
    let kept = cookie.split(';').next().unwrap().to_owned();
    Departed { asked, location, cookie, kept }
}

/// Comes back with these: status, body and the cookie that is set.
pub(super) async fn arrive(world: &World, server: SocketAddr, kept: &str, body: &Value) -> (u16, Value, String) {
    let request = world.client().post(format!("http://{server}/sign-in")).header("cookie", kept).json(body);
    let answer = request.send().await.unwrap();
    assert_eq!(answer.headers()[CACHE_CONTROL].to_str().unwrap(), "no-store");
    let cookie = answer.headers().get(SET_COOKIE).map(|cookie| cookie.to_str().unwrap().to_owned()).unwrap_or_default();
    (answer.status().as_u16(), answer.json().await.unwrap(), cookie)
}

scenario! {
    /// RFC 7636, RFC 9700: a code is exchanged by the server, with the verifier that only this browser's cookie holds, for the issuer
    /// where the sign-in was begun. The token is in the body of the answer and nowhere else.
    async fn a_code_is_exchanged_for_a_token(world) {
        let issuer = TestIssuer::start().await;
        let config = IssuerConfig { explorer: Some(client("http://127.0.0.1:9/")), ..issuer.config() };
        let server = server(world, &[("company", config)]);
        let ways: Value = world.client().get(format!("http://{server}/sign-in")).send().await.unwrap().json().await.unwrap();
        assert_eq!(ways, json!({ "issuers": ["company"] }));

        let there = depart(server, "company").await;
        assert!(there.location.starts_with(&format!("{}/authorize?tenant=x&", issuer.url)), "{}", there.location);
        for (name, value) in [("response_type", "code"), ("client_id", "explorer"), ("redirect_uri", "http://127.0.0.1:9/"), ("scope", "openid"), ("code_challenge_method", "S256"), ("resource", "https://redress.example")] {
            assert_eq!(there.asked[name], value);
        }
        let verifier = there.kept.strip_prefix("redress-sign-in=company.").unwrap();
        assert_eq!((verifier.len(), there.asked["state"].len()), (43, 43));
        assert!(!there.location.contains(verifier), "what only the browser knows");
        for part in ["Path=/sign-in", "HttpOnly", "SameSite=Strict", "Max-Age=600"] {
            assert!(there.cookie.contains(part), "{}", there.cookie);
        }
        assert!(!there.cookie.contains("Secure"), "this address is not reached over TLS");
        let hashed = |text: &str| base64::Engine::encode(&base64::engine::general_purpose::URL_SAFE_NO_PAD, aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()));
        assert_eq!(there.asked["code_challenge"], hashed(verifier));

        let token = issuer.token("supervisor", world.clock.now());
        issuer.will_grant(200, json!({ "access_token": token, "token_type": "Bearer", "expires_in": 300, "id_token": "x", "refresh_token": "y" }));
        let back = json!({ "code": "the code", "state": there.asked["state"], "iss": issuer.url });
        let (status, granted, cookie) = arrive(world, server, &format!("other=1; {}", there.kept), &back).await;
        assert_eq!((status, &granted), (200, &json!({ "accessToken": token, "expiresIn": 300 })), "nothing else is handed on");
        assert!(cookie.starts_with("redress-sign-in=;") && cookie.contains("Max-Age=0"), "{cookie}");
        assert_eq!(outcome(world, server, granted["accessToken"].as_str().unwrap()).await, "OK");
        let form = &issuer.exchanges()[0];
        let expected = [("grant_type", "authorization_code"), ("code", "the code"), ("redirect_uri", "http://127.0.0.1:9/"), ("client_id", "explorer"), ("code_verifier", verifier), ("resource", "https://redress.example")];
        assert_eq!(*form, expected.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
    }
}

scenario! {
    /// What was not begun in this browser, or with another issuer, or is no code of the issuer, gives no token; and nothing of it
    /// reaches an issuer that was not asked.
    async fn codes_of_others_are_not_exchanged(world) {
        let (issuer, other) = (TestIssuer::start().await, TestIssuer::start().await);
        let explorer = Some(client("https://redress.example/"));
        let with_explorer = |issuer: &TestIssuer| IssuerConfig { explorer: explorer.clone(), ..issuer.config() };
        let hidden = IssuerConfig { url: "https://hidden.example".to_owned(), ..issuer.config() };
        let server = server(world, &[("company", with_explorer(&issuer)), ("partner", with_explorer(&other)), ("hidden", hidden)]);
        let there = depart(server, "company").await;
        assert!(there.cookie.contains("; Secure"));
        let elsewhere = depart(server, "partner").await;
        let state = &there.asked["state"];
        let good = json!({ "code": "c", "state": state, "iss": issuer.url });
        let with = |changes: Value| {
            let mut body = good.clone();
            body.as_object_mut().unwrap().extend(changes.as_object().unwrap().clone());
            body
        };
        let as_partner = there.kept.replace("company.", "partner.");
        for (why, kept, body) in [
            ("no cookie", "", good.clone()),
            ("another cookie", "x=y", good.clone()),
            ("an empty cookie", "redress-sign-in=", good.clone()),
            ("the cookie of another sign-in", &elsewhere.kept, good.clone()),
            ("a cookie for nobody", "redress-sign-in=nobody.x", good.clone()),
            ("an issuer without explorer", "redress-sign-in=hidden.x", good.clone()),
            ("another state", &there.kept, with(json!({ "state": elsewhere.asked["state"] }))),
            ("an empty state", &there.kept, with(json!({ "state": "" }))),
            ("another issuer says so", &there.kept, with(json!({ "iss": other.url }))),
            ("nobody says so", &there.kept, with(json!({ "iss": null }))),
            ("the cookie turned to another issuer", &as_partner, with(json!({ "iss": other.url }))),
        ] {
            let (status, answer, _) = arrive(world, server, kept, &body).await;
            assert!(status == 401 || (why.contains("without explorer") && status == 404), "{why}: {status} {answer}");
        }
        assert_eq!((issuer.exchanges().len(), other.exchanges().len()), (0, 0));
        // A code that the issuer does not take, and answers that are none.
        for (status, answer) in [
            (400, json!({ "error": "invalid_grant" })),
            (200, json!({})),
            (200, json!({ "access_token": "x", "token_type": "DPoP" })),
            (200, json!({ "access_token": "x" })),
            (200, json!("x".repeat(1000))),
        ] {
            issuer.will_grant(status, answer.clone());
            let (status, refused, cookie) = arrive(world, server, &there.kept, &good).await;
            assert_eq!((status, refused["errors"][0]["extensions"]["code"].as_str()), (401, Some("UNAUTHENTICATED")), "{answer}");
            assert!(cookie.contains("Max-Age=0"));
        }
        // An issuer that does not name itself need not be named.
        issuer.names_itself(false);
        world.clock.set(world.clock.now() + chrono::TimeDelta::minutes(11));
        issuer.will_grant(200, json!({ "access_token": "x", "token_type": "bearer" }));
        let (status, granted, _) = arrive(world, server, &there.kept, &with(json!({ "iss": null }))).await;
        assert_eq!((status, granted), (200, json!({ "accessToken": "x", "expiresIn": null })));

        for (method, path, status) in [("GET", "/sign-in/nobody", 404), ("GET", "/sign-in/hidden", 404), ("GET", "/sign-in/%E6%8A%95", 404)] {
            let asked = world.client().request(method.parse().unwrap(), format!("http://{server}{path}")).send().await.unwrap();
            assert_eq!(asked.status().as_u16(), status, "{path}");
        }
        for (kind, body, status) in [
            ("application/json", "{}".to_owned(), 400),
            ("application/json", "x".to_owned(), 400),
            ("application/json", json!({ "code": "c", "state": "s", "more": 1 }).to_string(), 400),
            ("application/json", json!({ "code": "x".repeat(20_000), "state": "s" }).to_string(), 413),
            ("application/x-www-form-urlencoded", "code=c&state=s".to_owned(), 415),
            ("text/plain", good.to_string(), 415),
        ] {
            let request = world.client().post(format!("http://{server}/sign-in")).header(CONTENT_TYPE, kind).body(body.clone());
            let refused = request.send().await.unwrap();
            assert_eq!(refused.status().as_u16(), status, "{kind} {body:.40}");
            let answer: Value = refused.json().await.unwrap();
            assert_eq!(answer["errors"][0]["extensions"]["code"], "BAD_USER_INPUT");
        }
        // Without the explorer there is no such door.
        assert_eq!(world.client().get(world.url("/sign-in")).send().await.unwrap().status().as_u16(), 404);
    }
}

scenario! {
    /// A client with a secret says it as RFC 6749 has it, and not in the body.
    async fn a_secret_goes_into_the_header(world) {
        let issuer = TestIssuer::start().await;
        let explorer = ExplorerClient { secret: Some("a secret: 密".to_owned().into()), ..client("http://127.0.0.1:9/") };
        let server = server(world, &[("company", IssuerConfig { explorer: Some(explorer), ..issuer.config() })]);
        let there = depart(server, "company").await;
        issuer.will_grant(200, json!({ "access_token": "x", "token_type": "Bearer" }));
        let (status, _, _) = arrive(world, server, &there.kept, &json!({ "code": "c", "state": there.asked["state"], "iss": issuer.url })).await;
        assert_eq!(status, 200);
        let form = &issuer.exchanges()[0];
        assert!(!form.contains_key("client_id") && !form.contains_key("client_secret"), "{form:?}");
        let credentials = base64::Engine::encode(&base64::engine::general_purpose::STANDARD, "explorer:a+secret%3A+%E5%AF%86");
        assert_eq!(form["authorization"], format!("Basic {credentials}"));
    }
}
