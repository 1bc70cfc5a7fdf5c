//! How the archive is kept (档案保管): where paper files are and who holds the key, checks and what falls due, damage and its
//! treatment, backups. Everything is a record that nobody changes.
//!
//! Rules: SG-13.1…SG-13.3, SG-16.2.

pub mod graphql;
pub mod policy;
pub mod service;
pub mod store;
