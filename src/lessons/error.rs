//! The refusals of this slice, in words.

use crate::cases::personal_values::Whose;
use crate::platform::language::Message;
use crate::platform::refusal::{Refusal, RefusalCode};

pub fn personal_data(whose: Whose, field: &'static str) -> Refusal {
    let (chinese, english) = match whose {
        Whose::ComplainantName => ("投诉人姓名", "the name of the complainant"),
        Whose::PolicyholderName => ("投保人姓名", "the name of the policyholder"),
        Whose::InsuredName => ("被保险人姓名", "the name of the insured"),
        Whose::RespondentName => ("被投诉人姓名", "the name of who is complained about"),
        Whose::HolderName => ("受托人姓名", "the name of who acts for the complainant"),
        Whose::Phone => ("联系电话", "the phone number"),
        Whose::ContractNumber => ("保险合同编号", "the contract number"),
    };
    let message = Message::new(
        format!("案例中不得出现{chinese}，请删去后再提交。"),
        format!("The library holds no personal data: take {english} out."),
    );
    Refusal::new(RefusalCode::PersonalData, "HK-3.12", message).about(field)
}

pub fn permission_missing() -> Refusal {
    let message = Message::new("您的角色没有此项权限。", "Your roles do not let you do this.");
    Refusal::new(RefusalCode::PermissionMissing, "HK-5.7", message)
        .doable_by(crate::identity::permissions::roles_with(crate::platform::access::Permission::CaseHandle))
}
