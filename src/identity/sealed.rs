//! Where the sealed values of people stand.

pub const EMAIL: &str = "staff.email";
