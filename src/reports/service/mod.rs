//! What is done with reports, one use case per file.

pub mod generate_monthly_report;
