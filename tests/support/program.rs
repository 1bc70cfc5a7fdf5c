//! Programs that ask for themselves: their keys, their assertions and the tokens that they get.

use super::road::key;
use super::{Answer, World};
use aws_lc_rs::encoding::{AsDer, PublicKeyX509Der};
use aws_lc_rs::rsa::{KeyPair as RsaKeyPair, KeySize};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use redress::platform::ids::NodeKey;
use serde_json::{Value, json};
use std::net::SocketAddr;

/// A key pair: what signs, and the public half as PEM.
#[derive(Clone)]
pub struct Pair {
    pub algorithm: Algorithm,
    pub private: EncodingKey,
    pub public: String,
}

impl Pair {
    pub fn ed25519() -> Self {
        let pair = Ed25519KeyPair::generate().unwrap();
        let private = EncodingKey::from_ed_der(pair.to_pkcs8v1().unwrap().as_ref());
        Self { algorithm: Algorithm::EdDSA, private, public: public(pair.public_key()) }
    }

    pub fn p256() -> Self {
        let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).unwrap();
        let private = EncodingKey::from_ec_der(pair.to_pkcs8v1().unwrap().as_ref());
        Self { algorithm: Algorithm::ES256, private, public: public(pair.public_key()) }
    }

    pub fn rsa() -> Self {
        let pair = RsaKeyPair::generate(KeySize::Rsa2048).unwrap();
        let der = AsDer::<aws_lc_rs::encoding::Pkcs8V1Der<'_>>::as_der(&pair).unwrap();
        let pem = pem::encode(&pem::Pem::new("PRIVATE KEY", der.as_ref()));
        let private = EncodingKey::from_rsa_pem(pem.as_bytes()).unwrap();
        Self { algorithm: Algorithm::RS256, private, public: public(pair.public_key()) }
    }

    /// Claims under a header of one's own making.
    pub fn sign(&self, header: &Header, claims: &Value) -> String {
        encode(header, claims, &self.private).unwrap()
    }
}

fn public<K: AsDer<PublicKeyX509Der<'static>>>(key: &K) -> String {
    pem::encode(&pem::Pem::new("PUBLIC KEY", key.as_der().unwrap().as_ref()))
}

const ACCOUNT: &str =
    "serviceAccount { id version name active role scopes lastUsedAt department { name } responsible { name }
    keys { id thumbprint algorithm addedAt expiresAt revokedAt lastUsedAt } } refusals { code rule field message }";

/// Runs a mutation on a service account.
pub async fn on_program(world: &World, who: &str, mutation: &str, input: Value) -> Answer {
    let input_type = format!("{}{}Input", mutation[..1].to_uppercase(), &mutation[1..]);
    let query = format!("mutation($input: {input_type}!) {{ {mutation}(input: $input) {{ {ACCOUNT} }} }}");
    world.ask(who, &query, json!({ "input": input })).await
}

/// A program and the key that it signs with.
#[derive(Clone)]
pub struct Program {
    pub id: String,
    pub version: i64,
    pub key: Pair,
    /// The id of that key.
    pub key_id: String,
}

/// What a new program is asked for. The department is that of everybody; the manager answers for it.
pub async fn input(world: &World, name: &str, role: &str, scopes: &[&str]) -> Value {
    json!({
        "name": name, "role": role, "scopes": scopes, "departmentId": super::help::department(world, "客服部").await,
        "responsibleId": world.staff_id("manager").await.global(),
    })
}

impl Program {
    /// A program with a key, added by the administrator.
    pub async fn added(world: &World, name: &str, role: &str, scopes: &[&str]) -> Self {
        Self::with_key(world, name, role, scopes, Pair::ed25519()).await
    }

    pub async fn with_key(world: &World, name: &str, role: &str, scopes: &[&str], pair: Pair) -> Self {
        let added = on_program(world, "admin", "addServiceAccount", input(world, name, role, scopes).await).await;
        let id = added.done("addServiceAccount").text("/addServiceAccount/serviceAccount/id");
        let mut program = Self { id, version: 1, key: pair.clone(), key_id: String::new() };
        program.key_id = program.add_key(world, &pair).await;
        program
    }

    /// Registers another key; gives its id.
    pub async fn add_key(&mut self, world: &World, pair: &Pair) -> String {
        let input = json!({ "serviceAccountId": self.id, "expectedVersion": self.version, "publicKey": pair.public });
        let added = on_program(world, "admin", "addServiceAccountKey", input).await;
        self.version = added.done("addServiceAccountKey").number("/addServiceAccountKey/serviceAccount/version");
        added.text("/addServiceAccountKey/serviceAccount/keys/0/id")
    }

    /// Runs a mutation on it as the administrator, and keeps the version that it answers with.
    pub async fn step(&mut self, world: &World, mutation: &str, more: Value) -> Answer {
        let mut input = json!({ "expectedVersion": self.version });
        if mutation != "revokeServiceAccountKey" {
            input["serviceAccountId"] = json!(self.id);
        }
        for (name, value) in more.as_object().unwrap() {
            input[name] = value.clone();
        }
        let answer = on_program(world, "admin", mutation, input).await;
        self.version = answer.done(mutation).number(&format!("/{mutation}/serviceAccount/version"));
        answer
    }

    /// The claims of a good assertion, new each time.
    pub fn claims(&self, world: &World) -> Value {
        let now = world.clock.now().timestamp();
        json!({ "iss": self.id, "sub": self.id, "aud": "redress", "iat": now, "exp": now + 60, "jti": key() })
    }

    /// A good assertion, new each time.
    pub fn assertion(&self, world: &World) -> String {
        self.key.sign(&Header::new(self.key.algorithm), &self.claims(world))
    }

    /// Asks for a token, for some scopes or for all.
    pub async fn ask_token(&self, world: &World, scope: Option<&str>) -> Answer {
        let assertion = self.assertion(world);
        grant(world, world.address, &assertion, scope).await
    }

    /// A token for all that it may do.
    pub async fn token(&self, world: &World) -> String {
        let granted = self.ask_token(world, None).await;
        assert_eq!(granted.status, 200, "{:#}", granted.body);
        granted.body["access_token"].as_str().unwrap().to_owned()
    }

    /// Asks as the program, with a token.
    pub async fn ask(&self, world: &World, token: &str, query: &str, variables: Value) -> Answer {
        world.post(Some(token), &json!({ "query": query, "variables": variables })).await
    }
}

pub const JWT_BEARER: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Sends an assertion to the token endpoint of a server.
pub async fn grant(world: &World, address: SocketAddr, assertion: &str, scope: Option<&str>) -> Answer {
    let mut form = vec![
        ("grant_type", "client_credentials"),
        ("client_assertion_type", JWT_BEARER),
        ("client_assertion", assertion),
    ];
    form.extend(scope.map(|scope| ("scope", scope)));
    send(world, address, &form).await
}

/// Sends a form to the token endpoint of a server.
pub async fn send(world: &World, address: SocketAddr, form: &[(&str, &str)]) -> Answer {
    let encoded = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let body: Vec<_> = form.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let request = world.client().post(format!("http://{address}/oauth/token"));
    let request = request.header("content-type", "application/x-www-form-urlencoded").body(body.join("&"));
    let response = request.send().await.unwrap();
    assert_eq!(response.headers()["cache-control"], "no-store");
    Answer { status: response.status().as_u16(), body: response.json().await.unwrap() }
}
