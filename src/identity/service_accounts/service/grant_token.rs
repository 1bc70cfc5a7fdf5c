//! An access token for a program that proves who it is (RFC 6749 4.4, RFC 7523).
//!
//! It leaves no audit event: a token gives nothing beyond the account's scopes, which are looked at again whenever it is used, and
//! whatever is done with it leaves its own. When each key was last used is remembered to the minute, and the log has a line.

use crate::identity::service_accounts::public_key::PublicKey;
use crate::identity::service_accounts::store::{self, Account};
use crate::identity::service_accounts::{assertion, policy};
use crate::identity::throttle::Attempt;
use crate::identity::tokens::Tokens;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::platform::http::{Granted, NotGranted, TokenAsked};
use crate::platform::ids::{NodeKey, parse_global};
use crate::platform::vault::Vault;
use entity::{ServiceAccountId, service_account_key};
use secrecy::ExposeSecret;
use std::net::IpAddr;

/// One answer, whether the account is unknown or disabled, the key unknown, revoked or expired, or the signature another's.
const NOT_PROVED: NotGranted =
    NotGranted::InvalidClient("The assertion is not signed by a good key of an account that may ask.");

pub async fn grant_token(
    tokens: &Tokens,
    db: &Database,
    vault: &Vault,
    address: IpAddr,
    asked: &TokenAsked,
) -> Result<Granted, NotGranted> {
    let sent = asked.assertion.expose_secret();
    let client = assertion::claimed_by(sent).ok_or(NOT_PROVED)?;
    // Counted for the two together: who knows an id, which is no secret, must not keep its owner out from elsewhere.
    let attempt = Attempt::new(vault, &format!("service:{client} {address}"), address);
    attempt.may_be_made(db).await?;
    let named_so = asked.client_id.as_ref().is_none_or(|id| *id == client);
    let proved = if named_so { proved(db, sent, &client).await? } else { None };
    let Some(Proved { account, key, claims }) = proved else {
        attempt.failed(db).await?;
        return Err(NOT_PROVED);
    };
    let used = claims.check(&client, tokens.issuer(), db.now()).map_err(NotGranted::InvalidClient)?;
    let given = policy::permissions(account.row.role, policy::kept_scopes(&account.row.scopes));
    let scope = match &asked.scope {
        None => given,
        Some(text) => {
            policy::asked_scopes(text).filter(|scope| scope.is_within(given)).ok_or(NotGranted::InvalidScope)?
        }
    };
    if !store::remember_assertion(db, used).await? {
        return Err(NotGranted::InvalidClient("The assertion was used before: make a new one, with a new jti."));
    }
    store::remember_use(db, key.id).await?;
    let (access_token, seconds) = tokens.issue_to_service(account.row.id, key.id, scope)?;
    tracing::info!(account = %client, key = %key.thumbprint, "a token was granted to a service account");
    Ok(Granted { access_token, seconds, scope: scope.to_string() })
}

struct Proved {
    account: Account,
    key: service_account_key::Model,
    claims: assertion::Claims,
}

/// The account that an assertion is of, the key that signed it, and what it says.
async fn proved(db: &Database, sent: &str, client: &str) -> Result<Option<Proved>> {
    let Some((type_name, id)) = parse_global(client) else { return Ok(None) };
    let id = ServiceAccountId(id);
    // An id may be written in several ways; a client has one.
    if type_name != ServiceAccountId::TYPE || id.global().as_str() != client {
        return Ok(None);
    }
    let system = Actor::system("authentication");
    let reader = db.read(&system);
    let Some(account) = store::active(reader, id).await? else { return Ok(None) };
    for key in store::good_keys(reader, id, db.now()).await? {
        if !assertion::names(sent, &key.thumbprint) {
            continue;
        }
        let public = PublicKey::parse(&key.public_key).map_err(|_| Failure::internal("a kept key is none"))?;
        if let Some(claims) = assertion::signed_by(sent, &public) {
            return Ok(Some(Proved { account, key, claims }));
        }
    }
    Ok(None)
}
