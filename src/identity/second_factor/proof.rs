//! Proving a second factor: what signing in, saying who one is again, and changing the factor itself have in common.

use super::{codes, error, store};
use crate::identity::sealed;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use entity::StaffId;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// With what a second factor was proved, for the audit trail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Proof {
    Application,
    RecoveryCode,
}

/// Takes a code of the person's second factor, in the transaction of what it is for: a code is good once, and is not used up when
/// nothing comes of it. None of a person who has no second factor.
pub async fn prove(tx: &Tx, person: StaffId, code: Option<&SecretString>) -> Result<Option<Proof>> {
    let Some(sealed) = store::secret_in_force(tx.db(), person).await? else { return Ok(None) };
    let code = code.map(codes::comparable).filter(|code| !code.expose_secret().is_empty());
    let code = code.ok_or_else(error::code_required)?;
    let secret = opened(tx, person, &sealed)?;
    if let Some(step) = codes::step(&secret, &code, tx.now())?
        && store::take_step(tx, person, step).await?
    {
        return Ok(Some(Proof::Application));
    }
    if store::take_recovery_code(tx, person, &index(tx, person, &code)).await? {
        return Ok(Some(Proof::RecoveryCode));
    }
    Err(error::code_wrong().into())
}

/// The secret of a second factor.
pub(super) fn opened(tx: &Tx, person: StaffId, sealed: &str) -> Result<SecretString> {
    Ok(tx.vault().system()?.open(sealed::SECOND_FACTOR, person, sealed)?.into())
}

/// Makes new recovery codes for a person in the place of those that are left.
pub(super) async fn renew_recovery_codes(tx: &Tx, person: StaffId, codes: &[SecretString]) -> Result<()> {
    let indexes = codes.iter().map(|code| index(tx, person, &codes::comparable(code)));
    store::replace_recovery_codes(tx, person, indexes).await
}

/// Under what a recovery code is kept: a hash with a key that is not in the database. Codes are random and long, so that no slow
/// hash is needed; and since nobody without the key can choose a hash, how long comparing takes tells nothing.
fn index(tx: &Tx, person: StaffId, code: &SecretString) -> String {
    let owned = format!("{}:{}", Uuid::from(person).simple(), code.expose_secret());
    tx.vault().index("recovery_codes.code", &owned)
}
