//! Personal data of a case as somebody may see it: the same in the API and on paper (HK-5.6.3).

use super::policy;
use crate::platform::access::Actor;
use crate::platform::error::Result;
use crate::platform::masked::{Masked, Personal};
use crate::platform::vault::{DataKey, Vault};
use entity::case;
use uuid::Uuid;

/// Why personal data is not shown whole.
const CONFIDENTIAL: &str = "HK-5.6.3";

/// The file of the case was disposed of.
const DISPOSED_OF: &str = "SG-13.6";

/// What opens the personal data of a case; none once the case was disposed of.
pub fn key_of(vault: &Vault, case: &case::Model) -> Result<Option<DataKey>> {
    match case.disposed_at {
        Some(_) => Ok(None),
        None => vault.key(case.id, case.data_key.as_deref()).map(Some),
    }
}

/// A sealed field of the case, or of a row that belongs to it, opened for a reader.
pub fn shown_to(
    reader: &Actor,
    vault: &Vault,
    case: &case::Model,
    kind: Personal,
    field: &'static str,
    row: impl Into<Uuid>,
    sealed: &str,
) -> Result<Masked> {
    let Some(key) = key_of(vault, case)? else { return Ok(Masked::withheld(DISPOSED_OF)) };
    let plain = key.open(field, row, sealed)?;
    Ok(if policy::sees_personal_data(reader, case) {
        Masked::shown(plain)
    } else {
        Masked::partial(kind, &plain, CONFIDENTIAL)
    })
}
