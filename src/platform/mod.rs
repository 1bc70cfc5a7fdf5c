//! What every slice stands on. It knows no word of the domain but the vocabularies that the whole API shares:
//! [`access::Permission`], the roles that an [`access::Actor`] holds, and [`refusal::RefusalCode`].

pub mod access;
pub mod answered_once;
pub mod clock;
pub mod config;
pub mod db;
pub mod digest;
pub mod error;
pub mod files;
pub mod http;
pub mod ids;
pub mod instant;
pub mod jobs;
pub mod language;
pub mod live;
pub mod loader;
pub mod masked;
pub mod metrics;
pub mod money;
pub mod openid;
pub mod origin;
pub mod outlets;
pub mod page;
pub mod payload;
pub mod random;
pub mod refusal;
pub mod scope;
pub mod signing;
pub mod telemetry;
pub mod text;
pub mod vault;
pub mod webhook;
