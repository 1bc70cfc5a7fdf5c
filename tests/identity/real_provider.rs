//! The same with a provider that others wrote: npm's oidc-provider (`tests/identity/oidc-provider/`).

use super::explorer_sign_in::{arrive, client};
use super::single_sign_on::{ask, outcome, server, until_every_server_knows};
use crate::support::issuer::AUDIENCE;
use crate::support::{World, scenario};
use chrono::TimeDelta;
use entity::staff_role::Role;
use jsonwebtoken::Algorithm;
use redress::platform::clock::Clock;
use redress::platform::openid::{GroupRule, IssuerConfig, People};
use reqwest::Url;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use serde_json::{Value, json};
use std::collections::{BTreeMap, HashMap};
use std::net::SocketAddr;
use std::path::Path;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

struct Provider {
    url: String,
    /// It ends with this.
    _process: Child,
}

impl Provider {
    /// None where npm has not installed it, unless that was to be.
    async fn start() -> Option<Self> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/identity/oidc-provider");
        if !folder.join("node_modules").exists() {
            assert!(
                std::env::var_os("REDRESS_TEST_OIDC_PROVIDER").is_none(),
                "npm ci has not run in {}",
                folder.display()
            );
            println!("skipped: npm ci has not run in {}", folder.display());
            return None;
        }
        let mut node = Command::new("node");
        node.arg("provider.mjs").current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut process = node.kill_on_drop(true).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Some(Self { url: lines.next_line().await.unwrap().unwrap(), _process: process })
    }

    async fn use_keys(&self, world: &World, which: u8) {
        world.client().post(format!("{}/keys?use={which}", self.url)).send().await.unwrap();
    }

    fn config(&self, resource: &str) -> IssuerConfig {
        let mut explorer = client("http://127.0.0.1:9/");
        explorer.parameters = BTreeMap::from([("resource".to_owned(), resource.to_owned())]);
        IssuerConfig {
            url: self.url.clone(),
            audience: AUDIENCE.to_owned(),
            algorithms: vec![Algorithm::ES256],
            plain_jwt: false,
            people: People::Anybody,
            login_claim: "login".to_owned(),
            name_claim: "name".to_owned(),
            groups_claim: "groups".to_owned(),
            groups: vec![GroupRule { group: "投诉处理".to_owned(), roles: vec![Role::Handler], department: None }],
            department: Some("客服部".to_owned()),
            roles: Vec::new(),
            second_factor: Vec::new(),
            explorer: Some(explorer),
        }
    }
}

/// What a browser that signs somebody in comes back with, and what it kept.
async fn travel(server: SocketAddr, issuer: &str, login: &str) -> (String, Value) {
    let browser = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
    let first = browser.get(format!("http://{server}/sign-in/{issuer}")).send().await.unwrap();
    let text = |answer: &reqwest::Response, name| answer.headers()[name].to_str().unwrap().to_owned();
    let kept = text(&first, SET_COOKIE).split(';').next().unwrap().to_owned();
    let mut place = Url::parse(&text(&first, LOCATION)).unwrap();
    place.query_pairs_mut().append_pair("login_hint", login);
    let mut cookies = HashMap::<String, String>::new();
    while place.port() != Some(9) {
        let sent: Vec<_> = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let answer = browser.get(place.clone()).header(COOKIE, sent.join("; ")).send().await.unwrap();
        for cookie in answer.headers().get_all(SET_COOKIE) {
            let (name, value) = cookie.to_str().unwrap().split(';').next().unwrap().split_once('=').unwrap();
            cookies.insert(name.to_owned(), value.to_owned());
        }
        place = place.join(&text(&answer, LOCATION)).unwrap();
    }
    let mut back: HashMap<String, String> = place.query_pairs().into_owned().collect();
    (
        kept,
        json!({ "code": back.remove("code").unwrap(), "state": back.remove("state").unwrap(), "iss": back.remove("iss").unwrap() }),
    )
}

async fn sign_in(world: &World, server: SocketAddr, issuer: &str, login: &str) -> String {
    let (kept, back) = travel(server, issuer, login).await;
    let (status, granted, _) = arrive(world, server, &kept, &back).await;
    assert_eq!(status, 200, "{granted}");
    granted["accessToken"].as_str().unwrap().to_owned()
}

scenario! {
    /// Signing in at a real provider, through rotation of its keys; tokens for others, of others and from yesterday stay outside.
    async fn a_real_provider_signs_people_in(world) {
        let (Some(provider), Some(other)) = (Provider::start().await, Provider::start().await) else { return };
        world.clock.set(Clock::system().now());
        let here = server(world, &[("company", provider.config(AUDIENCE)), ("partner", other.config(AUDIENCE))]);
        let token = sign_in(world, here, "company", "zhang.wei").await;
        let me = ask(world, here, &token, "{ viewer { roles staff { name } } sessions { edges { node { issuer current } } } }").await;
        assert_eq!(me.at("/viewer"), &json!({ "roles": ["HANDLER"], "staff": { "name": "张伟" } }));
        assert_eq!(me.at("/sessions/edges"), &json!([{ "node": { "issuer": "company", "current": true } }]));

        // A code is good once, and with the issuer that gave it.
        let (kept, back) = travel(here, "company", "zhang.wei").await;
        let turned = kept.replace("company.", "partner.");
        assert_eq!(arrive(world, here, &turned, &back).await.0, 401);
        let (elsewhere, _) = travel(here, "partner", "zhang.wei").await;
        assert_eq!(arrive(world, here, &elsewhere, &back).await.0, 401);
        assert_eq!(arrive(world, here, &kept, &back).await.0, 200);
        assert_eq!(arrive(world, here, &kept, &back).await.0, 401, "the same code twice");

        // Of another provider, whose key has the same id, where that one is not known; for another audience.
        let of_other = sign_in(world, here, "partner", "li.na").await;
        assert_eq!(outcome(world, here, &of_other).await, "OK");
        let only_here = server(world, &[("company", provider.config("https://other.example"))]);
        assert_eq!(outcome(world, only_here, &of_other).await, "UNAUTHENTICATED");
        let for_others = sign_in(world, only_here, "company", "zhang.wei").await;
        assert_eq!(outcome(world, only_here, &for_others).await, "UNAUTHENTICATED");
        assert_eq!(outcome(world, only_here, &token).await, "OK");

        // Rotation: the second key signs, the first is withdrawn.
        provider.use_keys(world, 1).await;
        world.clock.set(world.clock.now() + TimeDelta::seconds(10));
        let newer = sign_in(world, here, "company", "zhang.wei").await;
        assert_eq!((outcome(world, here, &newer).await, outcome(world, here, &token).await), ("OK".to_owned(), "OK".to_owned()));
        provider.use_keys(world, 2).await;
        until_every_server_knows().await;
        world.clock.set(world.clock.now() + TimeDelta::minutes(10));
        assert_eq!((outcome(world, here, &newer).await, outcome(world, here, &token).await), ("OK".to_owned(), "UNAUTHENTICATED".to_owned()));
        world.clock.set(world.clock.now() + TimeDelta::minutes(60));
        assert_eq!(outcome(world, here, &newer).await, "UNAUTHENTICATED", "expired");
    }
}
