//! The people of a case: who complains (投诉人), who is complained about (被投诉人), who acts for whom; and by what a case is
//! found again. The lead complainant stands in the case's own row, everybody else in a row of their own.

pub mod authority;
pub mod complainant;
pub mod identifiers;
pub mod loaders;
pub mod policy;
pub mod respondent;
pub mod store;
