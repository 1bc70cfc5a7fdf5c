//! The first of the four nets: a permission for every field, declared once.
//!
//! Each field of the schema carries one of three directives, [`access`], [`public`] or [`inherits`]. [`RuleTable`] reads
//! them back from the printed schema at start-up, so that what `schema.graphql` shows is what is enforced; a field
//! without one stops the start. [`CheckedDocument`] decides once per document what an operation needs, before any
//! resolver runs; the cost does not grow with the rows returned.

mod actor;
mod describe;
mod directives;
mod document;
mod lexer;
mod permission;
mod rules;

pub use actor::{Actor, Lacking, Who};
pub use describe::Described;
pub use directives::{access, inherits, public};
pub use document::{CheckedDocument, DocumentError, DocumentLimits, Operation};
pub use permission::{Permission, PermissionSet};
pub use rules::{Rule, RuleTable, Undeclared};
