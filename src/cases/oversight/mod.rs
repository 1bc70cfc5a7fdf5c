//! What a case needs of the people above its handler: how grave it is (定级), what is urgent, progress reports, coordination
//! with departments, reports up and their answers (汇报请示), and the evidence when an agent is at fault.
//!
//! Rules: HK-2.7, HK-3.3, HK-3.9, HK-3.10, HK-5.4.7, HK-5.4.8, HK-7.2.1…HK-7.2.6, HK-8.4. All of it is kept in the handling
//! record; the case itself holds what lists and other rules ask for.

pub mod classification;
pub(crate) mod error;
pub mod graphql;
pub mod loaders;
pub mod policy;
pub mod service;
pub mod store;
pub mod urgent;
