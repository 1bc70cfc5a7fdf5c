//! A public key for a program. Several are good at once, so that a key is changed without a pause: the new one is added, the program
//! turns to it, the old one is revoked.

use crate::identity::service_accounts::public_key::PublicKey;
use crate::identity::service_accounts::{error, store};
use crate::platform::db::{AuditRecord, Command, Done, Tx};
use crate::platform::error::{Failure, Result};
use crate::platform::ids::Global;
use crate::platform::instant;
use async_graphql::InputObject;
use chrono::{DateTime, Utc};
use entity::audit_event::AuditAction;
use entity::{ServiceAccountId, ServiceAccountKeyId, service_account_key, staff};
use sea_orm::ActiveValue::Set;
use sea_orm::EntityTrait;

/// Two are enough to change a key; one more for a program that runs in several places.
const MOST: usize = 5;
/// Some times as much as the longest key that is taken.
const LONGEST_TEXT: usize = 8_192;

/// Add a public key to a service account.
#[derive(InputObject)]
#[graphql(name = "AddServiceAccountKeyInput")]
pub struct AddServiceAccountKey {
    pub service_account_id: Global<ServiceAccountId>,
    /// The `version` of the account that you saw.
    pub expected_version: i32,
    /// One JWK, or one PEM block `PUBLIC KEY`: Ed25519 (`openssl genpkey -algorithm ed25519`, then `openssl pkey -pubout`), P-256, or RSA
    /// of 2048 bits and more. Never the private key, which stays with the program: it is refused.
    #[graphql(secret)]
    pub public_key: String,
    /// From when on it is good no more; without it, it is good until it is revoked.
    pub expires_at: Option<DateTime<Utc>>,
}

impl Command for AddServiceAccountKey {
    type Output = ServiceAccountId;

    async fn execute(&self, tx: &Tx) -> Result<Done<ServiceAccountId>> {
        if self.public_key.len() > LONGEST_TEXT {
            return Err(Failure::bad_input("publicKey", "This is longer than any key."));
        }
        let key = PublicKey::parse(&self.public_key).map_err(error::key_not_allowed)?;
        let expires_at = instant::given("expiresAt", self.expires_at)?;
        if expires_at.is_some_and(|at| at <= tx.now()) {
            return Err(error::expires_in_the_past().into());
        }
        let account = store::lock_version(tx, self.service_account_id.0, self.expected_version).await?;
        let thumbprint = key.thumbprint().ok_or_else(|| Failure::internal("a key without a thumbprint"))?;
        if store::is_known(tx, &thumbprint).await? {
            return Err(error::key_known().into());
        }
        if store::good_keys(tx.db(), account.row.id, tx.now()).await?.len() >= MOST {
            return Err(error::too_many_keys(MOST).into());
        }
        let id: ServiceAccountKeyId = tx.id();
        service_account_key::Entity::insert(service_account_key::ActiveModel {
            id: Set(id),
            service_account_id: Set(account.row.id),
            thumbprint: Set(thumbprint.clone()),
            public_key: Set(key.kept()?),
            added_at: Set(tx.now()),
            expires_at: Set(expires_at),
            revoked_at: Set(None),
        })
        .exec_without_returning(tx.db())
        .await?;
        store::changed(tx, &account, staff::ActiveModel { ..Default::default() }).await?;
        let record = AuditRecord::new(AuditAction::ServiceAccountKeyAdded, account.row.id)
            .fact("key", id)
            .fact("thumbprint", thumbprint)
            .fact("algorithm", key.algorithm)
            .fact("expiresAt", expires_at);
        Ok(Done { output: account.row.id, record })
    }
}
