//! A second factor beside the password (ASVS 6.3.3): codes of an authenticator application (TOTP, RFC 6238), and recovery codes
//! for the day on which it is lost. The organisation's rules may name roles that hold only with one.

mod codes;
mod error;
pub mod graphql;
pub mod proof;
pub mod service;
pub mod store;
