//! Service accounts: programs that ask for themselves, such as a portal's back end or an export. They prove who they are with a key
//! pair of their own (RFC 7523), see what one role sees, and hold those of its permissions that they were given.
//!
//! A program stands behind a row of `staff` which holds no role, so that it is given no case, asked for no decision and counted
//! nowhere among people; it can neither sign in with a password nor be made a person ([`super::store::people`]). What it may change
//! is a list of commands (`platform::db::Door`).

mod assertion;
mod error;
pub mod graphql;
pub mod loaders;
mod policy;
mod public_key;
pub mod service;
pub mod store;

use crate::platform::access::{Actor, Who};
use std::sync::Arc;
use store::Account;

/// The program of an account with a token's scopes: as far as the account still has them. It sees what its role sees, and holds
/// nothing else of it.
pub fn actor_of(account: &Account, scope: &str, request_id: Arc<str>) -> Actor {
    let has = policy::permissions(account.row.role, policy::kept_scopes(&account.row.scopes));
    let asked = policy::asked_scopes(scope).unwrap_or_default();
    Actor {
        who: Who::Service {
            id: account.staff.id,
            department_id: account.staff.department_id,
            account_id: account.row.id,
        },
        permissions: has.intersection(asked),
        roles: Arc::from([account.row.role]),
        lacking: None,
        request_id,
    }
}
