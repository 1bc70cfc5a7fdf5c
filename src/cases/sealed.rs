//! Names of the sealed fields of a case. A name is part of what is sealed, and of the blind index.

pub const COMPLAINANT_NAME: &str = "cases.complainant_name";
pub const PHONE: &str = "cases.phone";
pub const CONTRACT_NUMBER: &str = "cases.contract_number";
pub const POLICYHOLDER_NAME: &str = "cases.policyholder_name";
pub const INSURED_NAME: &str = "cases.insured_name";
