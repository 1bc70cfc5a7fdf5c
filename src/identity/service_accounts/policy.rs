//! What a program may be given, and what it may do with what it was given.

use super::error;
use crate::identity::permissions::permissions_of;
use crate::platform::access::{Permission, PermissionSet};
use crate::platform::refusal::Refusal;
use entity::staff_role::Role;
use serde_json::Value;

/// Whether a program that sees what a role sees may be given these permissions.
pub fn may_have(role: Role, scopes: PermissionSet) -> Result<(), Vec<Refusal>> {
    let beyond = scopes.without(permissions_of(role));
    let for_people = scopes.without(Permission::FOR_SERVICES);
    let mut refusals = Vec::new();
    if !beyond.is_empty() {
        refusals.push(error::beyond_the_role(role, beyond));
    }
    if !for_people.is_empty() {
        refusals.push(error::for_people_only(for_people));
    }
    if refusals.is_empty() { Ok(()) } else { Err(refusals) }
}

/// The permissions that scopes come to now. What was given is asked about again each time: a role may have lost a permission since.
pub fn permissions(role: Role, scopes: PermissionSet) -> PermissionSet {
    scopes.intersection(permissions_of(role)).intersection(Permission::FOR_SERVICES)
}

/// Scopes as a row keeps them; names that are none any more give nothing.
pub fn kept_scopes(kept: &Value) -> PermissionSet {
    let names = kept.as_array().into_iter().flatten().filter_map(Value::as_str);
    names.filter_map(Permission::named).collect()
}

/// The scopes that a token is asked for (RFC 6749, 3.3); none when one of the names is no permission.
pub fn asked_scopes(text: &str) -> Option<PermissionSet> {
    text.split(' ').map(Permission::named).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use sea_orm::Iterable;
    use serde_json::json;

    #[test]
    fn a_program_gets_what_its_role_has_and_no_decision() {
        for role in Role::iter() {
            let most = permissions(role, permissions_of(role));
            assert_eq!(may_have(role, most), Ok(()), "{role}");
            for permission in Permission::iter() {
                let one = PermissionSet::of(&[permission]);
                assert_eq!(may_have(role, one).is_ok(), most.contains(permission), "{role} {permission}");
                assert_eq!(permissions(role, one), most.intersection(one), "{role} {permission}");
            }
        }
    }

    #[test]
    fn scopes_survive_the_round_trip_and_unknown_names_give_nothing() {
        let scopes = PermissionSet::of(&[Permission::CaseRead, Permission::ArchiveExport]);
        assert_eq!(asked_scopes(&scopes.to_string()), Some(scopes));
        let names: Vec<_> = scopes.iter().map(|scope| scope.to_string()).collect();
        assert_eq!(kept_scopes(&json!(names)), scopes);
        assert_eq!(kept_scopes(&json!(["CASE_READ", "CASE_READ_ALL", 7])), PermissionSet::of(&[Permission::CaseRead]));
        assert_eq!(kept_scopes(&json!({})), PermissionSet::EMPTY);
        for text in ["", " ", "case_read", "CASE_READ  CASE_REGISTER", "CASE_READ,CASE_REGISTER", "投诉"] {
            assert_eq!(asked_scopes(text), None, "{text}");
        }
    }
}
