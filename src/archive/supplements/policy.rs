//! Who adds to a file: pure decisions.

use crate::archive::error;
use crate::cases::policy::{Verdict, is_handler};
use crate::platform::access::{Actor, Permission};
use crate::profiles::Profile;
use entity::case::{self, CaseState};

/// HK-5.6.4: the handler of the case, and whom the profile names.
pub fn may_supplement(actor: &Actor, case: &case::Model, profile: &Profile) -> Verdict {
    if !actor.may(Permission::ArchiveSupplement) {
        return Err(vec![error::permission_missing()]);
    }
    let others = &profile.archive.supplemented_by;
    if !is_handler(actor, case) && !others.iter().any(|role| actor.has_role(*role)) {
        return Err(vec![error::not_the_handler(others)]);
    }
    if case.state != CaseState::Archived {
        return Err(vec![error::not_filed(case.state)]);
    }
    Ok(())
}
