//! What is learnt from cases: the case library (案例库), and important problems and good suggestions that were reported.
//!
//! Rules: HK-3.12, HK-5.7.

pub mod erasure;
pub(crate) mod error;
pub mod graphql;
pub mod loaders;
pub mod policy;
pub mod service;
pub mod store;

crate::platform::ids::node_keys!(LibraryEntryId => "LibraryEntry", SuggestionId => "Suggestion");
