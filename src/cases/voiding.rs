//! Making a voucher void (作废): who registered it asks, somebody above agrees; number and content stay (SG-9.2.4).

use super::policy::{CaseAct, Verdict, may};
use crate::platform::access::{Actor, Permission};
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};
use crate::profiles::{Profile, Voiding};
use entity::case;
use entity::case_entry::{self, CaseEntryKind};
use entity::staff_role::Role;

/// Whether the handling record says that somebody asked.
pub fn is_asked(entries: &[case_entry::Model]) -> bool {
    entries.iter().any(|entry| entry.kind == CaseEntryKind::VoidingAsked)
}

/// Asking, by who registered it.
pub fn may_void(actor: &Actor, case: &case::Model, profile: &Profile, asked: bool) -> Verdict {
    if actor.may(Permission::CaseRegister) && !actor.is(case.registered_by) {
        return Err(vec![not_the_registrar()]);
    }
    may(CaseAct::Void, actor, case)?;
    rules(profile)?;
    if asked { Err(vec![already_asked()]) } else { Ok(()) }
}

/// Agreeing, by somebody else whom the profile names.
pub fn may_agree(actor: &Actor, case: &case::Model, profile: &Profile, asked: bool) -> Verdict {
    may(CaseAct::Void, actor, case)?;
    let agreed_by = &rules(profile)?.agreed_by;
    if actor.is(case.registered_by) {
        return Err(vec![own_voucher(agreed_by)]);
    }
    if !agreed_by.iter().any(|role| actor.has_role(*role)) {
        return Err(vec![not_an_agreeing_role(agreed_by)]);
    }
    if asked { Ok(()) } else { Err(vec![not_asked()]) }
}

/// What the profile says of void vouchers.
pub fn rules(profile: &Profile) -> Result<&Voiding, Vec<Refusal>> {
    profile.voiding.as_ref().ok_or_else(|| vec![not_in_the_policy()])
}

fn not_in_the_policy() -> Refusal {
    let message = Message::new("制度未规定登记单的作废。", "The policy does not provide for void vouchers.");
    Refusal::new(RefusalCode::NotAllowedByProfile, RULE, message)
}

fn not_the_registrar() -> Refusal {
    let message =
        Message::new("只有登记人可以申请作废。", "Only who registered the voucher may ask for it to be void.");
    Refusal::new(RefusalCode::NotTheRegistrar, RULE, message)
}

fn own_voucher(may: &[Role]) -> Refusal {
    let message =
        Message::new("不得同意作废自己登记的登记单。", "Nobody agrees that a voucher is void which they registered.");
    Refusal::new(RefusalCode::OwnWork, RULE, message).doable_by(may)
}

fn not_an_agreeing_role(may: &[Role]) -> Refusal {
    let message = Message::new("您的岗位无权同意作废。", "Your roles do not agree that a voucher is void.");
    Refusal::new(RefusalCode::AboveAuthority, RULE, message).doable_by(may)
}

fn already_asked() -> Refusal {
    let message = Message::new("已申请作废，等待同意。", "It was asked for already and waits for agreement.");
    Refusal::new(RefusalCode::AlreadyAsked, RULE, message)
}

fn not_asked() -> Refusal {
    let message = Message::new("登记人没有申请作废。", "Who registered the voucher has not asked for it to be void.");
    Refusal::new(RefusalCode::NotAsked, RULE, message)
}

const RULE: &str = "SG-9.2.4";
