//! What is configured of an issuer, and what of it makes no sense.

use entity::staff_role::Role;
use jsonwebtoken::{Algorithm, AlgorithmFamily};
use secrecy::SecretString;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::net::IpAddr;

/// An issuer of which access tokens are taken.
#[derive(Clone, Debug)]
pub struct IssuerConfig {
    /// As its tokens and its discovery document name it, to the letter.
    pub url: String,
    /// What its tokens for us name as their audience.
    pub audience: String,
    pub algorithms: Vec<Algorithm>,
    /// Whether tokens are taken that do not say of themselves that they are access tokens (RFC 9068), but `JWT` or nothing.
    pub plain_jwt: bool,
    pub people: People,
    /// The claim that a person is known by the first time.
    pub login_claim: String,
    pub name_claim: String,
    pub groups_claim: String,
    /// When there are none, the roles are those that we hold.
    pub groups: Vec<GroupRule>,
    /// Of people who are made on first sight, unless their groups say otherwise.
    pub department: Option<String>,
    pub roles: Vec<Role>,
    /// Values of `acr` and `amr` that stand for a second factor.
    pub second_factor: Vec<String>,
    /// None: the explorer does not sign in there.
    pub explorer: Option<ExplorerClient>,
}

/// Whom an issuer may bring.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum People {
    /// Those who are here already.
    #[default]
    Known,
    /// Anybody: who is not here is made on first sight.
    Anybody,
}

/// What it means here to be in a group there.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupRule {
    pub group: String,
    pub roles: Vec<Role>,
    pub department: Option<String>,
}

/// The explorer as a client of the issuer.
#[derive(Clone, Debug)]
pub struct ExplorerClient {
    pub id: String,
    pub secret: Option<SecretString>,
    /// Where the explorer is: the issuer sends people back there.
    pub url: String,
    pub scope: String,
    /// Sent along with both requests: `resource`, `audience`, or what else the issuer asks for.
    pub parameters: BTreeMap<String, String>,
}

/// What the code flow says itself.
const RESERVED: [&str; 12] = [
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "grant_type",
    "nonce",
    "redirect_uri",
    "response_mode",
    "response_type",
    "state",
];

/// The first key of an issuer that cannot be meant, and what is wrong with it.
pub fn fault(name: &str, issuer: &IssuerConfig) -> Option<(&'static str, &'static str)> {
    let IssuerConfig { url, audience, algorithms, people, login_claim, groups_claim, groups, department, .. } = issuer;
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    if !(1..=40).contains(&name.len()) || !name.bytes().all(plain) {
        return Some(("", "is not a name of 1 to 40 of a–z, 0–9 and -"));
    }
    if !is_reachable(url) {
        return Some((
            "url",
            "is not an address that begins with https:// (or http:// on this machine) and ends with a path",
        ));
    }
    if audience.trim().is_empty() {
        return Some(("audience", "is empty: tokens for other programs would be taken"));
    }
    if algorithms.is_empty() || algorithms.iter().any(|algorithm| algorithm.family() == AlgorithmFamily::Hmac) {
        return Some((
            "algorithms",
            "must name algorithms with a public key, such as ES256; HS256 and the like have none",
        ));
    }
    if login_claim.trim().is_empty() {
        return Some(("login_claim", "is empty: say which claim holds the login of a person"));
    }
    if groups.iter().any(|rule| rule.group.trim().is_empty() || rule.roles.is_empty()) {
        return Some(("groups", "needs a group and at least one role in each rule"));
    }
    if !groups.is_empty() && groups_claim.trim().is_empty() {
        return Some(("groups_claim", "is empty, but groups are mapped"));
    }
    if *people == People::Anybody && department.as_deref().is_none_or(|department| department.trim().is_empty()) {
        return Some(("department", "is missing: whoever is made on first sight needs one"));
    }
    if *people == People::Anybody && groups.is_empty() && issuer.roles.is_empty() {
        return Some(("roles", "or groups must say what people who are made on first sight may do"));
    }
    if !groups.is_empty() && !issuer.roles.is_empty() {
        return Some(("roles", "and groups both say what people may do: set one"));
    }
    if *people == People::Known && (department.is_some() || !issuer.roles.is_empty()) {
        return Some(("people", "must be anybody where roles or a department say what newcomers get"));
    }
    let client = issuer.explorer.as_ref()?;
    if client.id == *audience {
        return Some(("explorer_client_id", "is also the audience: ID tokens would look like access tokens"));
    }
    if !is_reachable(&client.url) || !client.url.ends_with('/') {
        return Some(("explorer_url", "is not the address of the explorer, such as https://redress.company.example/"));
    }
    let says_ours = client.parameters.keys().any(|parameter| RESERVED.contains(&parameter.as_str()));
    says_ours.then_some(("explorer_parameters", "must not hold what the sign-in says itself"))
}

/// Whether something may be asked there: over TLS, or on this machine. No user, query or fragment.
fn is_reachable(text: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(text) else { return false };
    let bare =
        url.query().is_none() && url.fragment().is_none() && url.username().is_empty() && url.password().is_none();
    bare && is_safe(&url)
}

/// TLS, or this machine.
pub fn is_safe(url: &reqwest::Url) -> bool {
    match url.scheme() {
        "https" => url.has_host(),
        "http" => is_this_machine(url),
        _ => false,
    }
}

fn is_this_machine(url: &reqwest::Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}
