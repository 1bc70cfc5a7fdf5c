//! Figures of casework over a period, live and as monthly reports that are kept (月度报表).
//!
//! Rules: HK-3.5, HK-5.1.1.

pub mod figures;
pub mod graphql;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(MonthlyReportId => "MonthlyReport");
