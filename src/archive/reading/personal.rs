//! The personal values that can be shown whole one by one, where they stand in a case and in an archive file, and who sees them so
//! (SG-16.3).

use crate::archive::snapshot::{ArchivePartKind, Snapshot};
use crate::cases::people::store as people;
use crate::cases::{policy, sealed};
use crate::platform::access::Actor;
use crate::platform::db::Tx;
use crate::platform::error::Result;
use crate::platform::vault::DataKey;
use async_graphql::Enum;
use entity::case;
use entity::staff_role::Role;
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use uuid::Uuid;

/// A personal value of a case. Of what there may be several of, `position` says which.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum PersonalField {
    /// Name of the lead complainant (投诉人).
    ComplainantName,
    /// Phone number of the lead complainant.
    Phone,
    /// Name of the policyholder (投保人).
    PolicyholderName,
    /// Name of the insured (被保险人).
    InsuredName,
    /// The number that was called from, as the intake form has it.
    CallerNumber,
    /// The signature on the intake slip.
    Signature,
    /// Name of a further complainant of a group.
    FurtherComplainantName,
    /// Phone number of a further complainant of a group.
    FurtherComplainantPhone,
    /// Name of somebody who is complained about.
    RespondentName,
    /// Name of somebody who acts for a complainant.
    AuthorityHolderName,
    /// Phone number of somebody who acts for a complainant.
    AuthorityHolderPhone,
}

impl fmt::Display for PersonalField {
    /// The name that the schema shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&async_graphql::resolver_utils::enum_value(*self).to_string())
    }
}

impl PersonalField {
    /// Where it stands in the archive form: the object or list that it is in, if it is in one, and its name.
    const fn place(self) -> (Option<&'static str>, &'static str) {
        match self {
            Self::ComplainantName => (None, "complainantName"),
            Self::Phone => (None, "phone"),
            Self::PolicyholderName => (None, "policyholderName"),
            Self::InsuredName => (None, "insuredName"),
            Self::CallerNumber => (Some("intakeForm"), "callerNumber"),
            Self::Signature => (Some("intakeForm"), "signature"),
            Self::FurtherComplainantName => (Some("furtherComplainants"), "name"),
            Self::FurtherComplainantPhone => (Some("furtherComplainants"), "phone"),
            Self::RespondentName => (Some("respondents"), "name"),
            Self::AuthorityHolderName => (Some("authorityLetters"), "name"),
            Self::AuthorityHolderPhone => (Some("authorityLetters"), "phone"),
        }
    }

    /// The value in an archive file; `index` counts from 0.
    pub fn in_file(self, snapshot: &Snapshot, index: usize) -> Option<String> {
        let form = snapshot.part(ArchivePartKind::ArchiveForm)?;
        let value = match self.place() {
            (None, name) => form.get(name)?,
            (Some(within), name) => match form.get(within)? {
                Value::Array(list) => list.get(index)?.get(name)?,
                one => one.get(name)?,
            },
        };
        value.as_str().map(str::to_owned)
    }

    /// The value in a case; `index` counts from 0.
    pub async fn in_case(self, tx: &Tx, case: &case::Model, index: usize) -> Result<Option<String>> {
        let (db, id, key) = (tx.db(), [case.id], tx.key_of(case.id).await?);
        let own = |field, sealed: &Option<String>| of(&key, field, case.id, sealed.clone());
        match self {
            Self::ComplainantName => {
                of(&key, sealed::COMPLAINANT_NAME, case.id, Some(case.complainant_name_sealed.clone()))
            }
            Self::Phone => own(sealed::PHONE, &case.phone_sealed),
            Self::PolicyholderName => own(sealed::POLICYHOLDER_NAME, &case.policyholder_name_sealed),
            Self::InsuredName => own(sealed::INSURED_NAME, &case.insured_name_sealed),
            Self::CallerNumber | Self::Signature => {
                let Some(form) = people::intake_forms(db, &id).await?.pop() else { return Ok(None) };
                match self {
                    Self::CallerNumber => of(&key, sealed::CALLER_NUMBER, form.case_id, form.caller_number_sealed),
                    _ => of(&key, sealed::SIGNATURE, form.case_id, form.signature_sealed),
                }
            }
            Self::FurtherComplainantName | Self::FurtherComplainantPhone => {
                let Some(row) = nth(people::complainants(db, &id).await?, index) else { return Ok(None) };
                match self {
                    Self::FurtherComplainantName => {
                        of(&key, sealed::FURTHER_COMPLAINANT_NAME, row.id, Some(row.name_sealed))
                    }
                    _ => of(&key, sealed::FURTHER_COMPLAINANT_PHONE, row.id, row.phone_sealed),
                }
            }
            Self::RespondentName => {
                let Some(row) = nth(people::respondents(db, &id).await?, index) else { return Ok(None) };
                of(&key, sealed::RESPONDENT_NAME, row.id, row.name_sealed)
            }
            Self::AuthorityHolderName | Self::AuthorityHolderPhone => {
                let Some(row) = nth(people::authority_letters(db, &id).await?, index) else { return Ok(None) };
                match self {
                    Self::AuthorityHolderName => of(&key, sealed::HOLDER_NAME, row.id, Some(row.holder_name_sealed)),
                    _ => of(&key, sealed::HOLDER_PHONE, row.id, row.holder_phone_sealed),
                }
            }
        }
    }
}

fn nth<T>(rows: Vec<T>, index: usize) -> Option<T> {
    rows.into_iter().nth(index)
}

fn of(key: &DataKey, field: &'static str, row: impl Into<Uuid>, sealed: Option<String>) -> Result<Option<String>> {
    sealed.map(|sealed| key.open(field, row, &sealed)).transpose()
}

/// Whether somebody may see values of a case whole that is theirs to see: by a role that the profile names; who takes in or
/// handles complaints, of their own open ones only (SG-16.3).
pub fn may_reveal_in_case(actor: &Actor, named: &[Role], case: &case::Model) -> bool {
    let open = !policy::OVER.contains(&case.state);
    named.iter().filter(|role| actor.has_role(**role)).any(|role| match role {
        Role::Registrar => open && actor.is(case.registered_by),
        Role::Handler => open && policy::is_handler(actor, case),
        _ => open,
    })
}

/// The same of an archive file, whose case is not open any more.
pub fn may_reveal_in_file(actor: &Actor, named: &[Role]) -> bool {
    named.iter().any(|role| actor.has_role(*role) && !matches!(role, Role::Registrar | Role::Handler))
}
