//! Names of the sealed fields of a case and of its people. A name is part of what is sealed, and of the blind index.

pub const COMPLAINANT_NAME: &str = "cases.complainant_name";
pub const PHONE: &str = "cases.phone";
pub const CONTRACT_NUMBER: &str = "cases.contract_number";
pub const POLICYHOLDER_NAME: &str = "cases.policyholder_name";
pub const INSURED_NAME: &str = "cases.insured_name";
pub const FURTHER_COMPLAINANT_NAME: &str = "case_complainants.name";
pub const FURTHER_COMPLAINANT_PHONE: &str = "case_complainants.phone";
pub const RESPONDENT_NAME: &str = "case_respondents.name";
pub const CALLER_NUMBER: &str = "intake_forms.caller_number";
pub const SIGNATURE: &str = "intake_forms.signature";
pub const HOLDER_NAME: &str = "authority_letters.holder_name";
pub const HOLDER_PHONE: &str = "authority_letters.holder_phone";

/// Indexed and never sealed: a complainant's name together with the policyholder's.
pub const PERSON: &str = "cases.person";
