//! Where the sealed values of people stand.

pub const EMAIL: &str = "staff.email";
/// In force or not yet: a secret is confirmed as it stands.
pub const SECOND_FACTOR: &str = "second_factors.secret";
