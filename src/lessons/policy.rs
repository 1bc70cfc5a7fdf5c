//! Who may add to the library and record suggestions: pure decisions.

use super::error;
use crate::cases::error::already_done;
use crate::cases::policy::{self, CaseAct, Verdict};
use crate::platform::access::{Actor, Permission};
use entity::case;

/// HK-3.12: from a closed case, by whom the library is left to.
pub fn may_add(actor: &Actor, case: &case::Model) -> Verdict {
    policy::may(CaseAct::AddToLibrary, actor, case)
}

/// A case stands in the library once.
pub fn may_stand_in_library(is_there: bool) -> Verdict {
    if is_there { Err(vec![already_done(CaseAct::AddToLibrary)]) } else { Ok(()) }
}

/// HK-5.7: whoever works on cases, on those they see.
pub fn may_suggest(actor: &Actor) -> Verdict {
    if actor.may(Permission::CaseHandle) { Ok(()) } else { Err(vec![error::permission_missing()]) }
}
