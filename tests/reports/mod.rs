//! Figures and monthly reports.

mod generate_monthly_report;
