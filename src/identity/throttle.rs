//! Failed sign-ins slow further ones down, by login and by address: each failure beyond a few doubles the wait, up to a
//! quarter of an hour. Nobody is locked out for good, and an hour without failures forgets them.

use super::store;
use crate::platform::access::Actor;
use crate::platform::db::Database;
use crate::platform::error::{Failure, Result};
use crate::platform::refusal::{Refusal, RefusalCode};
use crate::platform::vault::Vault;
use chrono::{DateTime, TimeDelta, Utc};
use std::net::IpAddr;

const FORGOTTEN_AFTER: TimeDelta = TimeDelta::hours(1);
const LONGEST_WAIT: i64 = 15 * 60;
/// An address stands for a whole office.
const FREE_OF_LOGIN: i32 = 5;
const FREE_OF_ADDRESS: i32 = 50;

/// Who tries to sign in, as it is counted: blind indexes, no names and no addresses.
pub struct Attempt {
    login: String,
    address: String,
}

impl Attempt {
    pub fn new(vault: &Vault, login: &str, address: IpAddr) -> Self {
        // One person has a whole IPv6 network.
        let address = match address.to_canonical() {
            IpAddr::V4(address) => address.to_string(),
            IpAddr::V6(address) => format!("{:x?}", &address.segments()[..4]),
        };
        Self {
            login: vault.index("sign_in_failures.login", login),
            address: vault.index("sign_in_failures.address", &address),
        }
    }

    /// What is counted under the login.
    pub fn login(&self) -> &str {
        &self.login
    }

    /// Refuses while the login or the address has to wait.
    pub async fn may_be_made(&self, db: &Database) -> Result<()> {
        let system = Actor::system("sign-in");
        let counted = store::sign_in_failures(db.read(&system), [&self.login, &self.address]).await?;
        let now = db.now();
        let waits = counted.iter().filter(|row| row.last_failed_at > now - FORGOTTEN_AFTER).map(|row| {
            let free = if row.subject == self.login { FREE_OF_LOGIN } else { FREE_OF_ADDRESS };
            remaining(row.failures, free, row.last_failed_at, now)
        });
        match waits.max().unwrap_or_default() {
            0 => Ok(()),
            after_seconds => {
                tracing::warn!(after_seconds, "signing in is slowed down");
                let message = "Signing in failed too often; try again later.";
                Err(Failure::TryAgain { after_seconds, message })
            }
        }
    }

    /// Passes on what came of it; a wrong code of a second factor counts like a wrong password.
    pub async fn settle<T>(&self, db: &Database, outcome: Result<T>) -> Result<T> {
        let is_wrong = |refusals: &[Refusal]| refusals.iter().any(|one| one.code == RefusalCode::SecondFactorWrong);
        if matches!(&outcome, Err(Failure::Refused(refusals)) if is_wrong(refusals)) {
            self.failed(db).await?;
        }
        outcome
    }

    /// Counts a failure.
    pub async fn failed(&self, db: &Database) -> Result<()> {
        // What ties the lines of one login or address together, and tells nothing else.
        tracing::warn!(login = self.login.get(..8), address = self.address.get(..8), "signing in failed");
        let now = db.now();
        store::count_sign_in_failures(db, [&self.login, &self.address], now, now - FORGOTTEN_AFTER).await
    }
}

/// Removes counts that slow nobody down any more; gives how many there were.
pub async fn forget_old_failures(db: &Database) -> Result<u64> {
    store::forget_old_sign_in_failures(db, db.now() - FORGOTTEN_AFTER).await
}

/// For how many more seconds nobody may try.
fn remaining(failures: i32, free: i32, last: DateTime<Utc>, now: DateTime<Utc>) -> u32 {
    let beyond = failures - free;
    if beyond < 0 {
        return 0;
    }
    let wait =
        1_i64.checked_shl(u32::try_from(beyond).unwrap_or_default()).filter(|wait| (1..LONGEST_WAIT).contains(wait));
    let wait = TimeDelta::seconds(wait.unwrap_or(LONGEST_WAIT));
    // A clock that was set back must not make the wait longer.
    let left = (last + wait - now).min(wait).num_milliseconds();
    u32::try_from(left.max(0)).map_or(0, |left| left.div_ceil(1000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_end() {
        let last = DateTime::from_timestamp(1_709_514_000, 0).unwrap();
        for (failures, wait) in
            [(0, 0), (4, 0), (5, 1), (6, 2), (10, 32), (14, 512), (15, 900), (60, 900), (i32::MAX, 900)]
        {
            assert_eq!(remaining(failures, 5, last, last), wait, "{failures}");
            let over = last + TimeDelta::seconds(wait.into());
            assert_eq!(remaining(failures, 5, last, over), 0, "{failures}");
        }
        assert_eq!(remaining(6, 5, last, last + TimeDelta::milliseconds(1001)), 1);
        assert_eq!(remaining(6, 5, last, last - TimeDelta::days(1)), 2);
    }
}
