//! Disposal of archive files (档案销毁): proposed by one person, agreed to by another, carried out file by file, certified.
//!
//! Rules: SG-13.6. A file that is disposed of keeps its number, hashes, audit events, register and figures; the case's data key,
//! its evidence files, what it is found by and whatever was written of it go ([`crate::platform::db::erasure`]).

pub mod carry_out;
pub mod certificate;
pub mod error;
pub mod graphql;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(DisposalId => "Disposal");
